/* SPDX-License-Identifier: MIT */
/* drawn.h: a picture that is hard on a codec, and the shape that fits it. */
#pragma once
#include "imaging/codecs/codec.h"

#include <stdio.h>
#include <string.h>

/* A picture with edges, noise and both ends of its range. */
static inline struct image drawn(struct arena *arena, int64_t rows,
    int64_t columns, int64_t samples, int64_t allocated, int64_t stored,
    bool is_signed)
{
	struct shape shape = {.rows = rows, .columns = columns,
	    .samples = samples, .bits_allocated = allocated,
	    .bits_stored = stored, .high_bit = stored - 1,
	    .is_signed = is_signed};
	struct image image;
	uint32_t noise = 1;

	snprintf(shape.photometric, sizeof(shape.photometric), "%s",
	    samples == 3 ? "RGB" : "MONOCHROME2");
	image_new(arena, &shape, 0, &image);
	int32_t *line = arena_array(arena, int32_t, columns);
	int64_t n = (int64_t)1 << stored;
	for (int64_t i = 0; i < rows * samples; i++) {
		for (int64_t x = 0; x < columns; x++) {
			noise = noise * 1664525 + 1013904223;
			int64_t v = (x * n / columns + i * 3 +
			    (noise >> 28)) % n;
			v = x == 0 ? 0 : x == 1 ? n - 1 : v;
			line[x] = (int32_t)(is_signed ? v - n / 2 : v);
		}
		image_put(&image, i / samples, i % samples, line, 32);
	}
	return image;
}

static inline struct shape shape_like(const struct image *image,
    enum codec codec)
{
	struct shape shape = {.codec = codec, .rows = image->rows,
	    .columns = image->columns, .samples = image->samples,
	    .bits_allocated = image->bits_allocated,
	    .bits_stored = image->bits_stored, .high_bit = image->high_bit,
	    .is_signed = image->is_signed};

	memcpy(shape.photometric, image->photometric, 17);
	return shape;
}
