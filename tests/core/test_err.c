/* SPDX-License-Identifier: MIT */
/* test_err.c: the first failure wins and is never cut inside a character. */
#include "core/err.c"

#include "test.h"

#undef fail /* cmocka's, of which fail_msg is made */

static void first_wins(void **state)
{
	struct err err = {0};

	(void)state;
	assert_false(hint(&err, "no failure yet"));
	assert_string_equal(err.hint, "");
	assert_false(fail(&err, ERR_INPUT, "row %d", 1));
	assert_false(fail(&err, ERR_BROKEN, "row %d", 2));
	assert_false(hint(&err, "try %s", "again"));
	assert_false(hint(&err, "no"));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.text, "row 1");
	assert_string_equal(err.hint, "try again");
	assert_false(fail(NULL, ERR_INPUT, "nobody asks"));
}

static void cut_between_characters(void **state)
{
	char text[400];
	const char *signs[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa9\xbb"};

	(void)state;
	for (size_t pad = 0; pad < 4; pad++) {
		for (size_t k = 0; k < 3; k++) {
			struct err err = {0};
			size_t len = pad, sign = strlen(signs[k]);
			memset(text, 'x', pad);
			for (; len < 300; len += sign)
				memcpy(text + len, signs[k], sign);
			text[len] = '\0';
			fail(&err, ERR_INPUT, "%s", text);
			hint(&err, "%s", text);
			assert_true(str_is_utf8(str_of(err.text)));
			assert_true(str_is_utf8(str_of(err.hint)));
			assert_true(strlen(err.text) > 235);
			assert_true(strlen(err.hint) > 155);
		}
	}
}

static void exactly_full(void **state)
{
	char text[sizeof(((struct err *)0)->text)];
	struct err err = {0};

	(void)state;
	memset(text, 'y', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 3, "\xc3\xa9", 3);
	fail(&err, ERR_INPUT, "%s", text);
	assert_string_equal(err.text, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_wins),
		cmocka_unit_test(cut_between_characters),
		cmocka_unit_test(exactly_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
