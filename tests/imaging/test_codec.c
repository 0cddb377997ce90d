/* SPDX-License-Identifier: MIT */
/* test_codec.c: what is encoded is decoded bit by bit, by each codec, of each
 * depth, sign and number of samples; and a frame that is cut anywhere is
 * refused or is whole, never less. */
#include "imaging/codecs/codec.c"

#include "drawn.h"
#include "test.h"

static void round_trip(enum codec codec, const struct image *image)
{
	const struct coder *coder = coder_find(codec);
	struct shape shape = shape_like(image, codec);
	struct arena arena = {0};
	struct err err = {0};
	struct image back;
	struct str file;

	if (!coder->encode(&arena, image, image_precision(image), 0, &file,
	    &err) || !coder->decode(&arena, file, &shape, &back, &err))
		fail_msg("codec %d, %lld of %lld bits: %s", codec,
		    (long long)image->bits_stored,
		    (long long)image->bits_allocated, err.text);
	if (back.bits_allocated != image->bits_allocated ||
	    memcmp(back.at, image->at, (size_t)image_size(image)) != 0)
		fail_msg("codec %d, %lld of %lld bits, signed %d, samples "
		    "%lld: another picture", codec,
		    (long long)image->bits_stored,
		    (long long)image->bits_allocated, image->is_signed,
		    (long long)image->samples);
	assert_string_equal(back.photometric, image->photometric);
	arena_end(&arena);
}

static const enum codec lossless[] = {CODEC_RLE, CODEC_JPEG_LOSSLESS,
	CODEC_JPEG_LS, CODEC_JPEG_2000, CODEC_HTJ2K};
#define LOSSLESS (sizeof(lossless) / sizeof(*lossless))

static void every_depth_comes_back(void **state)
{
	(void)state;
	for (size_t c = 0; c < LOSSLESS; c++)
		for (int64_t bits = 2; bits <= 16; bits++)
			for (int k = 0; k < 4; k++) {
				struct arena arena = {0};
				struct image image = drawn(&arena, 19, 33,
				    k & 1 ? 3 : 1, bits <= 8 ? 8 : 16, bits,
				    k & 2);
				round_trip(lossless[c], &image);
				arena_end(&arena);
			}
}

static void every_size_comes_back(void **state)
{
	static const int64_t sides[] = {1, 2, 3, 5, 8, 64, 65, 129};

	(void)state;
	for (size_t c = 0; c < LOSSLESS; c++)
		for (int i = 0; i < 64; i++) {
			struct arena arena = {0};
			struct image image = drawn(&arena, sides[i / 8],
			    sides[i % 8], 1, 16, 12, false);
			round_trip(lossless[c], &image);
			arena_end(&arena);
		}
}

/* Overlays in the high bits, or a sign that was not extended: kept too. */
static void bits_above_the_stored_come_back(void **state)
{
	(void)state;
	for (size_t c = 0; c < LOSSLESS; c++)
		for (int k = 0; k < 4; k++) {
			struct arena arena = {0};
			struct image image = drawn(&arena, 20, 20, 1, 16,
			    12, k & 1);
			uint16_t *at = (uint16_t *)(void *)image.at;
			at[77] = (uint16_t)(at[77] ^ 0x8000);
			assert_int_equal(image_precision(&image), 16);
			if (k & 2) {
				for (int i = 0; i < 400; i++)
					at[i] = (uint16_t)(at[i] << 4);
				image.high_bit = 15;
			}
			round_trip(lossless[c], &image);
			arena_end(&arena);
		}
}

static void rle_holds_32_bits(void **state)
{
	struct arena arena = {0};
	struct image image = drawn(&arena, 9, 7, 3, 32, 30, false);

	(void)state;
	round_trip(CODEC_RLE, &image);
	arena_end(&arena);
}

static void baseline_is_near(void **state)
{
	struct arena arena = {0};
	struct err err = {0};

	(void)state;
	for (int64_t samples = 1; samples <= 3; samples += 2) {
		struct image image = drawn(&arena, 64, 64, samples, 8, 8,
		    false), back;
		struct shape shape = shape_like(&image, CODEC_JPEG);
		struct str file;
		int64_t apart = 0;
		/* Without its edges: they are not JPEG's fault. */
		for (int64_t i = 0; i < 64 * 64 * samples; i++)
			image.at[i] = (char)(i / samples % 64 * 2 +
			    i % samples * 20);
		assert_true(jpeg_encode(&arena, &image, 8, 95, &file, &err));
		if (samples == 3)
			memcpy(shape.photometric, "YBR_FULL_422", 13);
		assert_true(jpeg_decode(&arena, file, &shape, &back, &err));
		assert_string_equal(back.photometric, image.photometric);
		for (int64_t i = 0; i < 64 * 64 * samples; i++)
			apart += labs((uint8_t)back.at[i] -
			    (uint8_t)image.at[i]);
		assert_true(apart < 64 * 64 * samples * 3);
	}
	struct image deep = drawn(&arena, 8, 8, 1, 16, 12, false);
	struct str file;
	assert_false(jpeg_encode(&arena, &deep, 12, 90, &file, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	arena_end(&arena);
}

/* A codestream whose precision is not the head's: nothing is cut off. */
static void a_wrong_head_loses_nothing(void **state)
{
	struct arena arena = {0};
	struct err err = {0};

	(void)state;
	for (size_t c = 1; c < LOSSLESS; c++) {
		struct image image = drawn(&arena, 16, 16, 1, 16, 12, false);
		struct shape shape = shape_like(&image, lossless[c]);
		struct image back;
		struct str file;
		assert_true(coder_find(lossless[c])->encode(&arena, &image, 12,
		    0, &file, &err));
		shape.bits_allocated = shape.bits_stored = 8;
		shape.high_bit = 7;
		assert_true(coder_find(lossless[c])->decode(&arena, file,
		    &shape, &back, &err));
		assert_int_equal(back.bits_allocated, 16);
		assert_int_equal(back.bits_stored, 12);
		assert_memory_equal(back.at, image.at, 512);
		shape.rows = 15;
		assert_false(coder_find(lossless[c])->decode(&arena, file,
		    &shape, &back, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_non_null(strstr(err.text, "15 x 16"));
		err = (struct err){0};
	}
	arena_end(&arena);
}

/* Of a frame that is cut, the codec may hold the missing end for padding;
 * then all that it gives is right.  It is never a part of the picture. */
static void a_cut_frame_is_refused(void **state)
{
	(void)state;
	for (size_t c = 0; c < LOSSLESS; c++) {
		struct arena arena = {0};
		struct err err = {0};
		struct image image = drawn(&arena, 16, 16, 1, 16, 12, false);
		struct shape shape = shape_like(&image, lossless[c]);
		struct str file;
		int refused = 0;
		assert_true(coder_find(lossless[c])->encode(&arena, &image, 12,
		    0, &file, &err));
		for (size_t n = 0; n < file.len; n++) {
			struct arena own = {0};
			struct err why = {0};
			struct image back;
			char *at = arena_alloc(&own, n + 1);
			memcpy(at, file.at, n);
			if (coder_find(lossless[c])->decode(&own,
			    (struct str){at, n}, &shape, &back, &why)) {
				assert_memory_equal(back.at, image.at, 512);
			} else {
				assert_int_equal(why.kind, ERR_INPUT);
				refused++;
			}
			arena_end(&own);
		}
		assert_true(refused >= (int)file.len - 4);
		arena_end(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_depth_comes_back),
		cmocka_unit_test(every_size_comes_back),
		cmocka_unit_test(bits_above_the_stored_come_back),
		cmocka_unit_test(rle_holds_32_bits),
		cmocka_unit_test(baseline_is_near),
		cmocka_unit_test(a_wrong_head_loses_nothing),
		cmocka_unit_test(a_cut_frame_is_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
