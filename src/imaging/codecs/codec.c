/* SPDX-License-Identifier: MIT */
/* codec.c: which codec decodes and encodes what, and images line by line. */
#include "imaging/codecs/codec.h"

#include <string.h>

static const struct coder coders[] = {
	{CODEC_RLE, rle_decode, rle_encode, 64},
	{CODEC_JPEG, jpeg_decode, jpeg_encode, 8},
	{CODEC_JPEG_LOSSLESS, jpeg_decode, jpeg_lossless_encode, 16},
	{CODEC_JPEG_LS, jpegls_decode, jpegls_encode, 16},
	{CODEC_JPEG_2000, jpeg2000_decode, jpeg2000_encode, 16},
	{CODEC_HTJ2K, htj2k_decode, htj2k_encode, 16},
};
const struct coder *coder_of_tests;

const struct coder *coder_find(enum codec codec)
{
	if (coder_of_tests && coder_of_tests->codec == codec)
		return coder_of_tests;
	for (size_t i = 0; i < sizeof(coders) / sizeof(*coders); i++)
		if (coders[i].codec == codec)
			return &coders[i];
	return NULL;
}

static int64_t container(int64_t bits)
{
	return bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64;
}

void image_new(struct arena *arena, const struct shape *shape,
    int64_t precision, struct image *image)
{
	*image = (struct image){.rows = shape->rows, .columns = shape->columns,
	    .samples = shape->samples, .bits_stored = shape->bits_stored,
	    .high_bit = shape->high_bit, .is_signed = shape->is_signed,
	    .is_float = shape->is_float};
	memcpy(image->photometric, shape->photometric,
	    sizeof(image->photometric));
	image->bits_allocated = container(shape->bits_allocated);
	if (precision > image->bits_allocated) {
		/* The head is wrong: nothing of the picture is cut off. */
		image->bits_allocated = container(precision);
		image->bits_stored = precision;
		image->high_bit = precision - 1;
	}
	image->at = arena_alloc(arena, (size_t)image_size(image));
}

/* pixels_read has bounded the product. */
int64_t image_size(const struct image *image)
{
	return image->rows * image->columns * image->samples *
	    (image->bits_allocated / 8);
}

static char *line_of(const struct image *image, int64_t row, int64_t sample)
{
	return image->at + (row * image->columns * image->samples + sample) *
	    (image->bits_allocated / 8);
}

static int32_t extended(int32_t value, int64_t precision)
{
	unsigned up = precision < 32 ? 32 - (unsigned)precision : 0;

	return (int32_t)((uint32_t)value << up) >> up;
}

void image_put(struct image *image, int64_t row, int64_t sample,
    const int32_t *from, int64_t precision)
{
	char *at = line_of(image, row, sample);
	int64_t step = image->samples;

	for (int64_t x = 0; x < image->columns; x++) {
		int32_t v = image->is_signed ? extended(from[x], precision) :
		    from[x];
		if (image->bits_allocated == 8)
			at[x * step] = (char)v;
		else if (image->bits_allocated == 16)
			((int16_t *)at)[x * step] = (int16_t)v;
		else
			((int32_t *)at)[x * step] = v;
	}
}

void image_get(const struct image *image, int64_t row, int64_t sample,
    int32_t *to)
{
	const char *at = line_of(image, row, sample);
	int64_t step = image->samples;

	for (int64_t x = 0; x < image->columns; x++) {
		int64_t i = x * step;
		if (image->bits_allocated == 8)
			to[x] = image->is_signed ? ((const int8_t *)at)[i] :
			    ((const uint8_t *)at)[i];
		else if (image->bits_allocated == 16)
			to[x] = image->is_signed ? ((const int16_t *)at)[i] :
			    ((const uint16_t *)at)[i];
		else
			to[x] = ((const int32_t *)at)[i];
	}
}

int64_t image_precision(const struct image *image)
{
	int64_t bits = image->bits_stored, n = image->columns;
	int64_t low = image->is_signed ? -((int64_t)1 << (bits - 1)) : 0;
	int64_t high = ((int64_t)1 << (image->is_signed ? bits - 1 : bits)) - 1;
	struct arena arena = {0};
	int32_t *line = arena_array(&arena, int32_t, n);

	if (image->high_bit != bits - 1 || image->bits_allocated > 16)
		bits = image->bits_allocated;
	for (int64_t i = 0; i < image->rows * image->samples &&
	    bits < image->bits_allocated; i++) {
		image_get(image, i / image->samples, i % image->samples, line);
		for (int64_t x = 0; x < n; x++)
			if (line[x] < low || line[x] > high)
				bits = image->bits_allocated;
	}
	arena_end(&arena);
	return bits;
}

bool shape_is(const struct shape *shape, int64_t rows, int64_t columns,
    int64_t samples, struct err *err)
{
	if (rows == shape->rows && columns == shape->columns &&
	    samples == shape->samples)
		return true;
	return fail(err, ERR_INPUT, "a frame is %lld x %lld with %lld samples, "
	    "where the head says %lld x %lld with %lld", (long long)rows,
	    (long long)columns, (long long)samples, (long long)shape->rows,
	    (long long)shape->columns, (long long)shape->samples);
}

/* Zeros by the standard; DCMTK evens an odd frame out with whatever lies
 * behind it in memory. */
bool frame_has_end(struct str in)
{
	struct str but_one = {in.at, in.len ? in.len - 1 : 0};

	while (in.len && !in.at[in.len - 1])
		in.len--;
	return str_ends(in, S("\xFF\xD9")) ||
	    str_ends(but_one, S("\xFF\xD9"));
}
