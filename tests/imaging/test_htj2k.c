/* SPDX-License-Identifier: MIT */
/* test_htj2k.c: what we write as HTJ2K by OpenJPH, OpenJPEG reads bit by bit:
 * two programs of different authors agree on the standard.  And OpenJPH reads
 * it itself, without the way around it that a decoding could take. */
#include "imaging/codecs/htj2k.c"

#include "drawn.h"
#include "test.h"

static void both_read(const struct image *image, int64_t precision)
{
	struct arena arena = {0};
	struct err err = {0};
	struct image back = {0};
	struct shape shape = shape_like(image, CODEC_HTJ2K);
	struct work work = {.arena = &arena, .shape = &shape, .image = &back};
	struct openjph how = {.begin = begin, .line = put, .with = &work};
	struct str file;

	assert_true(htj2k_encode(&arena, image, precision, 0, &file, &err));
	/* CAP, which says that blocks are of part 15, and no other's. */
	assert_memory_equal(file.at, "\xFF\x4F\xFF\x51", 4);
	assert_non_null(memmem(file.at, file.len, "\xFF\x50", 2));
	assert_true(openjph_decode(&how, file.at, file.len));
	assert_int_equal(image_size(&back), image_size(image));
	assert_memory_equal(back.at, image->at,
	    (size_t)image_size(image));
	if (!jpeg2000_decode(&arena, file, &shape, &back, &err))
		fail_msg("%lld bits, %lld samples: %s", (long long)precision,
		    (long long)image->samples, err.text);
	assert_int_equal(image_size(&back), image_size(image));
	assert_memory_equal(back.at, image->at,
	    (size_t)image_size(image));
	assert_string_equal(back.photometric, image->photometric);
	arena_end(&arena);
}

static void every_depth_is_openjpegs(void **state)
{
	(void)state;
	for (int64_t bits = 2; bits <= 16; bits++)
		for (int k = 0; k < 4; k++) {
			struct arena arena = {0};
			struct image image = drawn(&arena, 37, 70,
			    k & 1 ? 3 : 1, bits <= 8 ? 8 : 16, bits, k & 2);
			/* Every other one without RGB's transform. */
			if (k & 1 && bits & 1)
				memcpy(image.photometric, "YBR_FULL", 9);
			both_read(&image, bits);
			arena_end(&arena);
		}
}

static void every_size_is_openjpegs(void **state)
{
	static const int64_t sides[] = {1, 2, 3, 7, 64, 65, 200};

	(void)state;
	for (int i = 0; i < 49; i++) {
		struct arena arena = {0};
		struct image image = drawn(&arena, sides[i / 7], sides[i % 7],
		    1, 16, 12, false);
		both_read(&image, 12);
		arena_end(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_depth_is_openjpegs),
		cmocka_unit_test(every_size_is_openjpegs),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
