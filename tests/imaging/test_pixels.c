/* SPDX-License-Identifier: MIT */
/* test_pixels.c: a head is believed only within bounds: numbers that cannot
 * be, or whose product would not fit, are refused before memory is asked
 * for; and the attributes of a frame are its own, then the shared ones, then
 * the head's. */
#include "imaging/pixels.c"

#include "test.h"

struct head {
	struct arena arena;
	struct part10 file;
};

static void begin(struct head *h, const char *syntax, uint32_t pixels)
{
	struct dataset *d = &h->file.dataset;

	memset(h, 0, sizeof(*h));
	h->file.syntax = syntax_find(str_of(syntax));
	h->file.syntax_uid = str_of(syntax);
	*d = (struct dataset){.arena = &h->arena, .syntax = h->file.syntax};
	dataset_put_int(d, TAG_Rows, 10);
	dataset_put_int(d, TAG_Columns, 20);
	dataset_put_int(d, TAG_SamplesPerPixel, 1);
	dataset_put_int(d, TAG_BitsAllocated, 16);
	dataset_put_int(d, TAG_BitsStored, 12);
	dataset_put_int(d, TAG_HighBit, 11);
	dataset_put_bytes(d, pixels, VR('O', 'W'), S("0123456789"));
}

#define NATIVE "1.2.840.10008.1.2.1"
#define RLE "1.2.840.10008.1.2.5"

static void refused(uint32_t tag, const char *value, const char *why)
{
	struct head h;
	struct pixels p;
	struct err err = {0};

	begin(&h, NATIVE, TAG_PixelData);
	dataset_remove(&h.file.dataset, tag);
	if (value && tag == TAG_NumberOfFrames)
		dataset_put(&h.file.dataset, tag, str_of(value));
	else if (value) {
		int64_t n = 0;
		assert_true(str_int(str_of(value), &n));
		dataset_put_int(&h.file.dataset, tag, n);
	}
	if (pixels_read(&h.file, -1, 0, 4000, &p, &err))
		fail_msg("%s was believed", why);
	assert_int_equal(err.kind, ERR_INPUT);
	if (!strstr(err.text, why))
		fail_msg("'%s' does not say '%s'", err.text, why);
	arena_end(&h.arena);
}

static void numbers_that_cannot_be(void **state)
{
	(void)state;
	refused(TAG_PixelData, NULL, "no pixel data");
	refused(TAG_Rows, NULL, "no Rows");
	refused(TAG_Rows, "0", "Rows cannot be 0");
	refused(TAG_Columns, "0", "Columns cannot be 0");
	refused(TAG_Columns, NULL, "no Columns");
	refused(TAG_SamplesPerPixel, "0", "Samples per Pixel cannot be 0");
	refused(TAG_SamplesPerPixel, "5", "Samples per Pixel cannot be 5");
	refused(TAG_SamplesPerPixel, "65535", "Samples per Pixel");
	refused(TAG_BitsAllocated, NULL, "no Bits Allocated");
	refused(TAG_BitsAllocated, "0", "Bits Allocated cannot be 0");
	refused(TAG_BitsAllocated, "24", "24 bits");
	refused(TAG_BitsAllocated, "64", "64 bits");
	refused(TAG_BitsAllocated, "65535", "Bits Allocated cannot be 65535");
	refused(TAG_BitsStored, "0", "Bits Stored cannot be 0");
	refused(TAG_BitsStored, "17", "Bits Stored cannot be 17");
	refused(TAG_NumberOfFrames, "0", "0 frames");
	refused(TAG_NumberOfFrames, "-1", "-1 frames");
	refused(TAG_NumberOfFrames, "2147483647", "2147483647 frames");
	refused(TAG_NumberOfFrames, "999999999999", "999999999999 frames");
}

/* 65535 x 65535 x 4 samples of 32 bits: 64 GiB. */
static void products_that_are_too_large(void **state)
{
	static const struct {
		int64_t side, samples, bits;
		bool good;
	} cases[] = {
		{65535, 4, 32, false}, {65535, 1, 8, false},
		{65535, 1, 1, false}, {32767, 1, 1, true},
		{32768, 1, 8, false}, {32767, 1, 16, true},
		{32768, 1, 16, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct head h;
		struct pixels p;
		struct err err = {0};
		begin(&h, NATIVE, TAG_PixelData);
		struct dataset *d = &h.file.dataset;
		dataset_put_int(d, TAG_Rows, cases[i].side);
		dataset_put_int(d, TAG_Columns, cases[i].side);
		dataset_put_int(d, TAG_SamplesPerPixel, cases[i].samples);
		dataset_put_int(d, TAG_BitsAllocated, cases[i].bits);
		dataset_remove(d, TAG_BitsStored);
		if (pixels_read(&h.file, -1, 0, 4000, &p, &err) !=
		    cases[i].good)
			fail_msg("case %zu: %s", i, err.text);
		arena_end(&h.arena);
	}
}

/* A head of many frames in a small file: refused before any is listed. */
static void more_frames_than_bits(void **state)
{
	struct head h;
	struct pixels p;
	struct frames frames;
	struct err err = {0};

	(void)state;
	begin(&h, NATIVE, TAG_PixelData);
	dataset_put(&h.file.dataset, TAG_NumberOfFrames, S("1000000"));
	assert_true(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_false(frames_find(&h.arena, &p, &frames, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	arena_end(&h.arena);
}

static void odd_heads_are_put_right(void **state)
{
	struct head h;
	struct pixels p;
	struct err err = {0};

	(void)state;
	begin(&h, NATIVE, TAG_PixelData);
	dataset_put_int(&h.file.dataset, TAG_HighBit, 3);
	assert_true(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_int_equal(p.high_bit, 11);
	dataset_put_int(&h.file.dataset, TAG_HighBit, 16);
	assert_true(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_int_equal(p.high_bit, 11);
	dataset_put(&h.file.dataset, TAG_PhotometricInterpretation,
	    S("A NAME THAT IS TOO LONG FOR A CODE"));
	assert_true(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_string_equal(p.photometric, "");
	arena_end(&h.arena);
}

static void fractions(void **state)
{
	struct head h;
	struct pixels p;
	struct err err = {0};

	(void)state;
	begin(&h, NATIVE, TAG_DoubleFloatPixelData);
	dataset_put_int(&h.file.dataset, TAG_BitsAllocated, 64);
	assert_true(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_true(p.is_float);
	assert_int_equal(p.bits_stored, 64);
	dataset_put_int(&h.file.dataset, TAG_BitsAllocated, 16);
	assert_false(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	arena_end(&h.arena);
	err = (struct err){0};
	begin(&h, RLE, TAG_FloatPixelData);
	dataset_put_int(&h.file.dataset, TAG_BitsAllocated, 32);
	assert_false(pixels_read(&h.file, -1, 0, 4000, &p, &err));
	assert_non_null(strstr(err.text, "fractions"));
	arena_end(&h.arena);
}

static double slope_of(const struct pixels *p, int64_t n)
{
	double slope = 0;
	const struct dataset *at = frame_attributes(p, n,
	    TAG_PixelValueTransformationSequence, TAG_RescaleSlope);

	if (at)
		dataset_real(at, TAG_RescaleSlope, &slope);
	return slope;
}

static void slope_put(struct dataset *to, const char *slope)
{
	struct dataset *in = dataset_put_item(to,
	    TAG_PixelValueTransformationSequence);

	dataset_put(in, TAG_RescaleSlope, str_of(slope));
}

static void a_frames_attributes(void **state)
{
	struct head h;
	struct pixels p = {0};

	(void)state;
	begin(&h, NATIVE, TAG_PixelData);
	struct dataset *d = &h.file.dataset;
	p.head = d;
	assert_true(slope_of(&p, 0) == 0);
	dataset_put(d, TAG_RescaleSlope, S("2"));
	assert_true(slope_of(&p, 0) == 2);
	slope_put(dataset_put_item(d, TAG_SharedFunctionalGroupsSequence),
	    "3");
	assert_true(slope_of(&p, 0) == 3);
	dataset_put_item(d, TAG_PerFrameFunctionalGroupsSequence);
	slope_put(dataset_put_item(d, TAG_PerFrameFunctionalGroupsSequence),
	    "4");
	assert_true(slope_of(&p, 0) == 3);
	assert_true(slope_of(&p, 1) == 4);
	assert_true(slope_of(&p, 2) == 3);
	arena_end(&h.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_cannot_be),
		cmocka_unit_test(products_that_are_too_large),
		cmocka_unit_test(more_frames_than_bits),
		cmocka_unit_test(odd_heads_are_put_right),
		cmocka_unit_test(fractions),
		cmocka_unit_test(a_frames_attributes),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
