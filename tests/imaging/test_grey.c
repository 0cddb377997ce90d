/* SPDX-License-Identifier: MIT */
/* test_grey.c: values by hand against PS3.3 C.11; that they are DCMTK's too,
 * against_peers.py shows. */
#include "imaging/grey.c"

#include "test.h"

static struct tone tone_of(enum function function, double center,
    double width)
{
	return (struct tone){.slope = 1, .has_window = true,
	    .center = center, .width = width, .function = function};
}

/* C.11.2.1.2.1: center 2048, width 4096, and the note's width of 1. */
static void a_linear_window(void **state)
{
	struct tone tone = tone_of(LINEAR, 2048, 4096);

	(void)state;
	assert_int_equal(shown(&tone, 0), 0);
	assert_int_equal(shown(&tone, 4095), 255);
	assert_int_equal(shown(&tone, 2047), 127);
	assert_int_equal(shown(&tone, -9), 0);
	assert_int_equal(shown(&tone, 9999), 255);
	tone = tone_of(LINEAR, 100, 1);
	assert_int_equal(shown(&tone, 99), 0);
	assert_int_equal(shown(&tone, 100), 255);
}

static void an_exact_window_and_a_sigmoid(void **state)
{
	struct tone exact = tone_of(LINEAR_EXACT, 100, 200);
	struct tone sigmoid = tone_of(SIGMOID, 100, 200);

	(void)state;
	assert_int_equal(shown(&exact, 0), 0);
	assert_int_equal(shown(&exact, 100), 127);
	assert_int_equal(shown(&exact, 200), 255);
	assert_int_equal(shown(&sigmoid, 100), 127);
	assert_int_equal(shown(&sigmoid, 0), 30);
	assert_int_equal(shown(&sigmoid, 200), 224);
}

static void luts_and_their_ends(void **state)
{
	static const uint16_t entries[] = {10, 20, 40, 255};
	struct tone tone = {.slope = 1, .voi = {entries, 4, -1, 8}};

	(void)state;
	assert_int_equal(shown(&tone, -5), 10);
	assert_int_equal(shown(&tone, 0), 20);
	assert_int_equal(shown(&tone, 2), 255);
	assert_int_equal(shown(&tone, 99), 255);
	tone.inverse = true;
	assert_int_equal(shown(&tone, 0), 235);
	struct tone modality = tone_of(LINEAR_EXACT, 127.5, 255);
	modality.modality = (struct lut){entries, 4, 0, 8};
	assert_int_equal(shown(&modality, 1), 20);
}

static void only_stored_bits_count(void **state)
{
	uint16_t raw[] = {0x8FFF, 0x0800, 0xF010};
	struct image image = {.at = (char *)raw, .bits_allocated = 16,
	    .bits_stored = 12, .high_bit = 11, .is_signed = true};

	(void)state;
	assert_true(stored_at(&image, 0) == -1);
	assert_true(stored_at(&image, 1) == -2048);
	assert_true(stored_at(&image, 2) == 16);
	image.is_signed = false;
	image.high_bit = 15;
	assert_true(stored_at(&image, 0) == 0x8FF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_linear_window),
		cmocka_unit_test(an_exact_window_and_a_sigmoid),
		cmocka_unit_test(luts_and_their_ends),
		cmocka_unit_test(only_stored_bits_count),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
