/* SPDX-License-Identifier: MIT */
/* jpeg2000.c: JPEG 2000 Part 1, by OpenJPEG (ISO 15444-1).  The geometry is
 * compared with the head before anything of the picture is decoded; frames
 * that end early are refused by the library's strict mode. */
#include "imaging/codecs/codec.h"

#include <openjpeg-2.5/openjpeg.h>
#include <stdio.h>
#include <string.h>

struct reader { /* of memory, as a stream */
	struct str in;
	size_t at;
};

static OPJ_SIZE_T source_read(void *to, OPJ_SIZE_T n, void *with)
{
	struct reader *r = with;
	size_t left = r->in.len - r->at;

	if (!left)
		return (OPJ_SIZE_T)-1;
	if (n > left)
		n = left;
	memcpy(to, r->in.at + r->at, n);
	r->at += n;
	return n;
}

static OPJ_OFF_T source_skip(OPJ_OFF_T n, void *with)
{
	struct reader *r = with;

	if (n < 0 || (size_t)n > r->in.len - r->at)
		return -1;
	r->at += (size_t)n;
	return n;
}

static OPJ_BOOL source_seek(OPJ_OFF_T to, void *with)
{
	struct reader *r = with;

	if (to < 0 || (size_t)to > r->in.len)
		return OPJ_FALSE;
	r->at = (size_t)to;
	return OPJ_TRUE;
}

struct said { /* the library's first complaint */
	char text[120];
};

static void complain(const char *text, void *with)
{
	struct said *said = with;

	if (!said->text[0])
		snprintf(said->text, sizeof(said->text), "%.*s",
		    (int)strcspn(text, "\n"), text);
}

static void ignore(const char *text, void *with)
{
	(void)text;
	(void)with;
}

static void listen(opj_codec_t *codec, struct said *said)
{
	opj_set_error_handler(codec, complain, said);
	opj_set_warning_handler(codec, ignore, NULL);
	opj_set_info_handler(codec, ignore, NULL);
}

static bool is_ours(const opj_image_t *picture, const struct shape *shape,
    struct err *err)
{
	if (!shape_is(shape, (int64_t)picture->y1 - picture->y0,
	    (int64_t)picture->x1 - picture->x0, picture->numcomps, err))
		return false;
	for (OPJ_UINT32 i = 0; i < picture->numcomps; i++) {
		const opj_image_comp_t *c = &picture->comps[i];
		if (c->dx != 1 || c->dy != 1 || c->prec < 1 || c->prec > 31 ||
		    c->prec != picture->comps[0].prec)
			return fail(err, ERR_INPUT, "a JPEG 2000 frame has "
			    "components of different sizes");
	}
	return true;
}

static bool take(struct arena *arena, const opj_image_t *picture,
    const struct shape *shape, struct image *image, struct err *err)
{
	image_new(arena, shape, picture->comps[0].prec, image);
	for (OPJ_UINT32 s = 0; s < picture->numcomps; s++) {
		const opj_image_comp_t *c = &picture->comps[s];
		if (!c->data || c->w != shape->columns || c->h != shape->rows)
			return fail(err, ERR_INPUT, "a JPEG 2000 frame has no "
			    "component %u", s);
		for (int64_t y = 0; y < shape->rows; y++)
			image_put(image, y, s, c->data + y * shape->columns,
			    c->prec);
	}
	if (memcmp(image->photometric, "YBR_ICT", 7) == 0 ||
	    memcmp(image->photometric, "YBR_RCT", 7) == 0)
		memcpy(image->photometric, "RGB", 4);
	return true;
}

static bool decode(opj_codec_t *codec, opj_stream_t *stream,
    struct arena *arena, const struct shape *shape, struct image *image,
    struct err *err)
{
	struct said said = {{0}};
	opj_dparameters_t how;
	opj_image_t *picture = NULL;
	bool done = false;

	opj_set_default_decoder_parameters(&how);
	listen(codec, &said);
	if (!opj_setup_decoder(codec, &how) ||
	    !opj_decoder_set_strict_mode(codec, OPJ_TRUE) ||
	    !opj_read_header(stream, codec, &picture))
		fail(err, ERR_INPUT, "a JPEG 2000 frame cannot be read: %s",
		    said.text);
	else if (is_ours(picture, shape, err)) {
		if (!opj_decode(codec, stream, picture) ||
		    !opj_end_decompress(codec, stream))
			fail(err, ERR_INPUT,
			    "a JPEG 2000 frame cannot be decoded: %s",
			    said.text);
		else
			done = take(arena, picture, shape, image, err);
	}
	opj_image_destroy(picture);
	return done;
}

bool jpeg2000_decode(struct arena *arena, struct str in,
    const struct shape *shape, struct image *image, struct err *err)
{
	bool boxed = in.len > 12 && memcmp(in.at, "\0\0\0\14jP  ", 8) == 0;
	struct reader reader = {in, 0};
	opj_codec_t *codec = opj_create_decompress(boxed ? OPJ_CODEC_JP2 :
	    OPJ_CODEC_J2K);
	opj_stream_t *stream = opj_stream_default_create(OPJ_TRUE);
	bool done = false;

	if (codec && stream) {
		opj_stream_set_user_data(stream, &reader, NULL);
		opj_stream_set_user_data_length(stream, in.len);
		opj_stream_set_read_function(stream, source_read);
		opj_stream_set_skip_function(stream, source_skip);
		opj_stream_set_seek_function(stream, source_seek);
		done = decode(codec, stream, arena, shape, image, err);
	} else
		fail(err, ERR_BUSY, "there is no memory for JPEG 2000");
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	return done;
}

struct writer { /* to memory, with the seeks that the markers need */
	char *at;
	size_t len, room, here;
};

static OPJ_SIZE_T target_write(void *from, OPJ_SIZE_T n, void *with)
{
	struct writer *w = with;

	if (n > w->room - w->here)
		return (OPJ_SIZE_T)-1;
	memcpy(w->at + w->here, from, n);
	w->here += n;
	if (w->here > w->len)
		w->len = w->here;
	return n;
}

static OPJ_OFF_T target_skip(OPJ_OFF_T n, void *with)
{
	struct writer *w = with;

	if (n < 0 || (size_t)n > w->room - w->here)
		return -1;
	w->here += (size_t)n;
	return n;
}

static OPJ_BOOL target_seek(OPJ_OFF_T to, void *with)
{
	struct writer *w = with;

	if (to < 0 || (size_t)to > w->room)
		return OPJ_FALSE;
	w->here = (size_t)to;
	return OPJ_TRUE;
}

static opj_image_t *picture_of(const struct image *image, int64_t precision)
{
	opj_image_cmptparm_t parts[4];
	bool rgb = memcmp(image->photometric, "RGB", 3) == 0;

	memset(parts, 0, sizeof(parts));
	for (int64_t s = 0; s < image->samples; s++)
		parts[s] = (opj_image_cmptparm_t){.dx = 1, .dy = 1,
		    .w = (OPJ_UINT32)image->columns,
		    .h = (OPJ_UINT32)image->rows,
		    .prec = (OPJ_UINT32)precision, .sgnd = image->is_signed};
	opj_image_t *picture = opj_image_create((OPJ_UINT32)image->samples,
	    parts, rgb ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
	if (!picture)
		return NULL;
	picture->x1 = (OPJ_UINT32)image->columns;
	picture->y1 = (OPJ_UINT32)image->rows;
	for (int64_t i = 0; i < image->rows * image->samples; i++) {
		int64_t y = i / image->samples, s = i % image->samples;
		image_get(image, y, s, picture->comps[s].data +
		    y * image->columns);
	}
	return picture;
}

/* Five halvings, or as many as the smaller side has. */
static int resolutions(const struct image *image)
{
	int64_t side = image->rows < image->columns ? image->rows :
	    image->columns;
	int n = 1;

	while (n < 6 && side >> n)
		n++;
	return n;
}

static bool encode(opj_codec_t *codec, opj_stream_t *stream,
    opj_image_t *picture, const struct image *image, struct said *said)
{
	opj_cparameters_t how;

	opj_set_default_encoder_parameters(&how);
	how.tcp_numlayers = 1;
	how.cp_disto_alloc = 1;
	how.tcp_rates[0] = 0;
	how.irreversible = 0;
	how.numresolution = resolutions(image);
	how.tcp_mct = image->samples == 3 &&
	    memcmp(image->photometric, "RGB", 3) == 0;
	listen(codec, said);
	return opj_setup_encoder(codec, &how, picture) &&
	    opj_start_compress(codec, picture, stream) &&
	    opj_encode(codec, stream) && opj_end_compress(codec, stream);
}

bool jpeg2000_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	struct writer writer = {
	    .room = (size_t)(2 * image_size(image)) + 65536};
	opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
	opj_stream_t *stream = opj_stream_default_create(OPJ_FALSE);
	opj_image_t *picture = picture_of(image, precision);
	struct said said = {{0}};
	bool done = false;

	(void)quality;
	writer.at = arena_alloc(arena, writer.room);
	if (codec && stream && picture) {
		opj_stream_set_user_data(stream, &writer, NULL);
		opj_stream_set_write_function(stream, target_write);
		opj_stream_set_skip_function(stream, target_skip);
		opj_stream_set_seek_function(stream, target_seek);
		done = encode(codec, stream, picture, image, &said);
	}
	opj_image_destroy(picture);
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	*file = (struct str){writer.at, writer.len};
	return done || fail(err, ERR_BROKEN, "cannot write JPEG 2000: %s",
	    said.text);
}
