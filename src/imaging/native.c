/* SPDX-License-Identifier: MIT */
/* native.c: pixels that are not compressed, PS3.5 8.1.1: unpacked where they
 * are not whole bytes, the bytes of big endian ones swapped, planes
 * interleaved, and the shared colours of YBR_FULL_422 given to each pixel. */
#include "imaging/inner.h"

#include <string.h>

void bytes_swap(char *at, int64_t size, int64_t width)
{
	for (int64_t i = 0; width > 1 && i + width <= size; i += width)
		for (int64_t k = 0; k < width / 2; k++) {
			char kept = at[i + k];
			at[i + k] = at[i + width - 1 - k];
			at[i + width - 1 - k] = kept;
		}
}

/* Samples of 1, 12 or another number of bits, the lowest bit first. */
static void unpack(struct str raw, int64_t bit, int64_t bits,
    struct image *image)
{
	int64_t n = image->rows * image->columns * image->samples;

	for (int64_t i = 0; i < n; i++) {
		unsigned value = 0;
		for (int64_t k = 0; k < bits; k++, bit++)
			value |= ((unsigned)(unsigned char)raw.at[bit / 8] >>
			    (bit % 8) & 1) << k;
		if (image->bits_allocated == 8)
			image->at[i] = (char)value;
		else
			((uint16_t *)(void *)image->at)[i] = (uint16_t)value;
	}
}

static void interleave(const char *from, struct image *image)
{
	int64_t wide = image->bits_allocated / 8;
	int64_t pixels = image->rows * image->columns;

	for (int64_t s = 0; s < image->samples; s++)
		for (int64_t i = 0; i < pixels; i++, from += wide)
			memcpy(image->at + (i * image->samples + s) * wide,
			    from, (size_t)wide);
}

/* Y1 Y2 Cb Cr, PS3.3 C.7.6.3.1.2. */
static void spread_422(const char *from, struct image *image)
{
	int64_t wide = image->bits_allocated / 8;
	int64_t pairs = image->rows * image->columns / 2;
	size_t one = (size_t)wide;

	for (int64_t i = 0; i < pairs; i++, from += 4 * wide) {
		char *to = image->at + i * 6 * wide;
		memcpy(to, from, one);
		memcpy(to + wide, from + 2 * wide, 2 * one);
		memcpy(to + 3 * wide, from + wide, one);
		memcpy(to + 4 * wide, from + 2 * wide, 2 * one);
	}
}

bool native_image(struct arena *arena, struct str raw, int64_t first_bit,
    const struct shape *shape, struct image *image, struct err *err)
{
	bool whole = shape->bits_allocated % 8 == 0;
	char *underscore = strstr(shape->photometric, "_422");
	bool halved = underscore && shape->samples == 3;
	int64_t bits = shape->rows * shape->columns * shape->bits_allocated *
	    (halved ? 2 : shape->samples);

	if ((int64_t)raw.len < (first_bit + bits + 7) / 8)
		return fail(err, ERR_INPUT, "a native frame ends early");
	if (halved && (!whole || shape->columns % 2))
		return fail(err, ERR_INPUT, "%s cannot be of %lld columns",
		    shape->photometric, (long long)shape->columns);
	image_new(arena, shape, shape->bits_allocated, image);
	if (!whole)
		unpack(raw, first_bit, shape->bits_allocated, image);
	else if (halved)
		spread_422(raw.at, image);
	else if (shape->planar && shape->samples > 1)
		interleave(raw.at, image);
	else
		memcpy(image->at, raw.at, (size_t)image_size(image));
	if (halved)
		image->photometric[underscore - shape->photometric] = 0;
	return true;
}

/* The bytes of a big endian syntax as a little endian one would have them.
 * Bytes in OW are swapped in their words, which need not begin with a frame. */
static bool swapped_read(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, struct str *raw, struct err *err)
{
	int64_t width = p->bits_allocated > 8 ? p->bits_allocated / 8 : 2;

	if (!frame_read(arena, p, frames, n, raw, err))
		return false;
	if (p->bits_allocated <= 8 && !pixels_are_swapped(p))
		return true;
	int64_t from = frames->list[n].spans[0].at;
	int64_t skip = (from - p->value_at) % width;
	int64_t size = ((int64_t)raw->len + skip + width - 1) / width * width;
	char *at = arena_alloc(arena, (size_t)size);
	if (!pixels_get(p, from - skip, at, size, err))
		return false;
	bytes_swap(at, size, width);
	raw->at = at + skip;
	return true;
}

bool native_read(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, struct str *raw, struct err *err)
{
	return p->syntax->big_endian ?
	    swapped_read(arena, p, frames, n, raw, err) :
	    frame_read(arena, p, frames, n, raw, err);
}

bool native_decode(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, struct image *image,
    struct err *err)
{
	struct shape shape = shape_of(p);
	struct str raw = {0};
	bool got = native_read(arena, p, frames, n, &raw, err);
	/* Encapsulated ones begin each with a byte of its own. */
	int64_t bit = p->length == LENGTH_UNDEFINED ? 0 :
	    frame_bits(p) * n % 8;

	return got && native_image(arena, raw, bit, &shape, image, err);
}

static void pack(const struct image *image, int64_t bits, char *to)
{
	int64_t n = image->rows * image->columns * image->samples, bit = 0;

	for (int64_t i = 0; i < n; i++) {
		unsigned value = image->bits_allocated == 8 ?
		    (unsigned char)image->at[i] :
		    ((const uint16_t *)(const void *)image->at)[i];
		for (int64_t k = 0; k < bits; k++, bit++)
			to[bit / 8] = (char)(to[bit / 8] |
			    (int)(value >> k & 1) << (bit % 8));
	}
}

struct str native_bytes(struct arena *arena, const struct image *image,
    int64_t bits_allocated, bool big_endian)
{
	int64_t n = image->rows * image->columns * image->samples;
	int64_t size = (n * bits_allocated + 7) / 8;

	if (bits_allocated % 8 == 0 && !big_endian)
		return (struct str){image->at, (size_t)image_size(image)};
	char *at = arena_alloc(arena, (size_t)size + 8);
	if (bits_allocated % 8) {
		pack(image, bits_allocated, at);
	} else {
		size = image_size(image);
		memcpy(at, image->at, (size_t)size);
		bytes_swap(at, size, image->bits_allocated / 8);
	}
	return (struct str){at, (size_t)size};
}
