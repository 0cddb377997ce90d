/* SPDX-License-Identifier: MIT */
/* jpegls.c: JPEG-LS, lossless and near-lossless, by CharLS (ISO 14495-1). */
#include "imaging/codecs/codec.h"

#include <charls/charls.h>
#include <string.h>

static bool bad(charls_jpegls_errc code, struct err *err)
{
	return fail(err, ERR_INPUT, "a JPEG-LS frame cannot be read: %.120s",
	    charls_get_error_message(code));
}

/* Samples as they are decoded, in one or two bytes, to lines of the image. */
static void spread(struct arena *arena, const char *raw, bool planar,
    int64_t precision, struct image *image)
{
	int32_t *line = arena_array(arena, int32_t, image->columns);
	int64_t n = image->columns, samples = image->samples;

	for (int64_t i = 0; i < image->rows * samples; i++) {
		int64_t y = i / samples, s = i % samples;
		int64_t from = planar ? (s * image->rows + y) * n :
		    y * n * samples + s;
		int64_t step = planar ? 1 : samples;
		for (int64_t x = 0; x < n; x++)
			line[x] = precision <= 8 ?
			    ((const uint8_t *)raw)[from + x * step] :
			    ((const uint16_t *)(const void *)raw)[from +
			    x * step];
		image_put(image, y, s, line, precision);
	}
}

static bool decode(charls_jpegls_decoder *decoder, struct arena *arena,
    struct str in, const struct shape *shape, struct image *image,
    struct err *err)
{
	charls_jpegls_errc code = charls_jpegls_decoder_set_source_buffer(
	    decoder, in.at, in.len);
	charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;
	charls_frame_info info = {0};

	if (!code)
		code = charls_jpegls_decoder_read_header(decoder);
	if (!code)
		code = charls_jpegls_decoder_get_frame_info(decoder, &info);
	if (!code)
		code = charls_jpegls_decoder_get_interleave_mode(decoder,
		    &mode);
	if (code)
		return bad(code, err);
	if (!shape_is(shape, info.height, info.width, info.component_count,
	    err))
		return false;
	image_new(arena, shape, info.bits_per_sample, image);
	size_t size = (size_t)(shape->rows * shape->columns * shape->samples *
	    (info.bits_per_sample <= 8 ? 1 : 2));
	char *raw = arena_alloc(arena, size);
	code = charls_jpegls_decoder_decode_to_buffer(decoder, raw, size, 0);
	if (code)
		return bad(code, err);
	spread(arena, raw, mode == CHARLS_INTERLEAVE_MODE_NONE,
	    info.bits_per_sample, image);
	return true;
}

bool jpegls_decode(struct arena *arena, struct str in,
    const struct shape *shape, struct image *image, struct err *err)
{
	/* Of a frame that ends early CharLS 2.4.1 may never make an end. */
	if (!frame_has_end(in))
		return fail(err, ERR_INPUT, "a JPEG-LS frame ends early");
	charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
	bool done = decoder ? decode(decoder, arena, in, shape, image, err) :
	    fail(err, ERR_BUSY, "there is no memory for JPEG-LS");

	charls_jpegls_decoder_destroy(decoder);
	return done;
}

/* Samples as the library wants them: only the bits that count, unsigned. */
static char *gathered(struct arena *arena, const struct image *image,
    int64_t precision, size_t *size)
{
	int64_t n = image->columns, samples = image->samples;
	int64_t wide = precision <= 8 ? 1 : 2;
	uint32_t mask = (1u << precision) - 1;
	int32_t *line = arena_array(arena, int32_t, n);

	*size = (size_t)(image->rows * n * samples * wide);
	char *raw = arena_alloc(arena, *size);
	for (int64_t i = 0; i < image->rows * samples; i++) {
		char *at = raw + (i / samples * n * samples + i % samples) *
		    wide;
		image_get(image, i / samples, i % samples, line);
		for (int64_t x = 0; x < n; x++) {
			uint16_t v = (uint16_t)((uint32_t)line[x] & mask);
			memcpy(at + x * samples * wide, &v, (size_t)wide);
		}
	}
	return raw;
}

static charls_jpegls_errc encode(charls_jpegls_encoder *encoder,
    const struct image *image, int64_t precision, struct str raw, char *room,
    size_t *size)
{
	charls_frame_info info = {(uint32_t)image->columns,
	    (uint32_t)image->rows, (int32_t)precision, (int32_t)image->samples};
	charls_jpegls_errc code = charls_jpegls_encoder_set_frame_info(encoder,
	    &info);

	if (!code && image->samples > 1)
		code = charls_jpegls_encoder_set_interleave_mode(encoder,
		    CHARLS_INTERLEAVE_MODE_LINE);
	if (!code)
		code = charls_jpegls_encoder_set_destination_buffer(encoder,
		    room, *size);
	if (!code)
		code = charls_jpegls_encoder_encode_from_buffer(encoder, raw.at,
		    raw.len, 0);
	if (!code)
		code = charls_jpegls_encoder_get_bytes_written(encoder, size);
	return code;
}

bool jpegls_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
	size_t size, room;

	(void)quality;
	if (!encoder)
		return fail(err, ERR_BUSY, "there is no memory for JPEG-LS");
	if (precision < 2)
		precision = 2;
	char *raw = gathered(arena, image, precision, &size);
	/* Noise can be larger than it was; a quarter more always holds it. */
	room = size + size / 4 + 4096;
	char *at = arena_alloc(arena, room);
	charls_jpegls_errc code = encode(encoder, image, precision,
	    (struct str){raw, size}, at, &room);
	charls_jpegls_encoder_destroy(encoder);
	*file = (struct str){at, room};
	return !code || fail(err, ERR_BROKEN, "cannot write JPEG-LS: %.120s",
	    charls_get_error_message(code));
}
