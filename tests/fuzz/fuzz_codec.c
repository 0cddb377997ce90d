/* SPDX-License-Identifier: MIT */
/* fuzz_codec.c: any bytes as a frame of lossless JPEG, whose decoder is ours;
 * the libraries have fuzzers of their own, and a process that confines them.
 * What is decoded, encoded again, is the same picture. */
#include "imaging/codecs/sv_decode.c"
#include "imaging/codecs/sv_encode.c"

#include <assert.h>

static void again(struct arena *arena, const struct shape *shape,
    const struct image *image)
{
	int64_t precision = image_precision(image);
	struct image back;
	struct err err = {0};
	struct str file;

	assert(sv_encode(arena, image, precision < 2 ? 2 : precision, &file,
	    &err));
	assert(sv_decode(arena, file, shape, &back, &err));
	assert(memcmp(image->at, back.at, (size_t)image_size(image)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct arena arena = {0};
	struct image image;
	struct err err = {0};

	if (size < 4)
		return 0;
	struct shape shape = {.codec = CODEC_JPEG_LOSSLESS,
	    .rows = at[0] % 64 + 1, .columns = at[1] % 64 + 1,
	    .samples = at[2] % 4 + 1, .bits_allocated = 8 << at[3] % 2,
	    .is_signed = at[3] & 2};
	shape.bits_stored = shape.bits_allocated;
	shape.high_bit = shape.bits_stored - 1;
	if (sv_decode(&arena, (struct str){(const char *)at + 4, size - 4},
	    &shape, &image, &err)) {
		if (image.bits_allocated == shape.bits_allocated)
			again(&arena, &shape, &image);
	} else
		assert(err.kind == ERR_INPUT && err.text[0]);
	arena_end(&arena);
	return 0;
}
