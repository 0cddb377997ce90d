/* SPDX-License-Identifier: MIT */
/* fuzz_rle.c: any bytes as an RLE frame of a shape that its first bytes say.
 * What is decoded, encoded again, is the same picture. */
#include "imaging/codecs/rle.c"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct arena arena = {0};
	struct image image, again;
	struct err err = {0};
	struct str file;

	if (size < 4)
		return 0;
	struct shape shape = {.codec = CODEC_RLE, .rows = at[0] % 64 + 1,
	    .columns = at[1] % 64 + 1, .samples = at[2] % 4 + 1,
	    .bits_allocated = 8 << at[3] % 3, .bits_stored = 8, .high_bit = 7};
	if (rle_decode(&arena, (struct str){(const char *)at + 4, size - 4},
	    &shape, &image, &err)) {
		if (!rle_encode(&arena, &image, 8, 0, &file, &err))
			assert(err.kind == ERR_REFUSED);
		else {
			assert(rle_decode(&arena, file, &shape, &again, &err));
			assert(memcmp(image.at, again.at,
			    (size_t)image_size(&image)) == 0);
		}
	} else
		assert(err.kind == ERR_INPUT && err.text[0]);
	arena_end(&arena);
	return 0;
}
