/* SPDX-License-Identifier: MIT */
/* test_json.c: commas, escapes, broken UTF-8, numbers that come back. */
#include "core/json.c"

#include "test.h"

#include <float.h>

static struct out out;

static int begin(void **state)
{
	(void)state;
	out_memory(&out);
	return 0;
}

static int end(void **state)
{
	(void)state;
	return out_end(&out, NULL) ? 0 : -1;
}

static void nesting(void **state)
{
	struct json json = {&out, false};

	(void)state;
	json_object(&json);
	json_key(&json, "a");
	json_array(&json);
	json_array_end(&json);
	json_key(&json, "b");
	json_array(&json);
	json_int(&json, 1);
	json_object(&json);
	json_object_end(&json);
	json_array(&json);
	json_null(&json);
	json_bool(&json, true);
	json_array_end(&json);
	json_text(&json, S("x"));
	json_array_end(&json);
	json_key(&json, "c");
	json_day(&json, day_of(2026, 3, 31));
	json_key(&json, "d");
	json_day(&json, NO_DAY);
	json_object_end(&json);
	assert_text(out_str(&out), "{\"a\":[],\"b\":[1,{},[null,true],\"x\"],"
	    "\"c\":\"2026-03-31\",\"d\":null}");
}

static void text_is(struct str in, const char *want)
{
	struct json json = {&out, false};

	out.len = 0;
	json_text(&json, in);
	assert_text(out_str(&out), want);
}

#define BAD "\xef\xbf\xbd"

static void texts(void **state)
{
	(void)state;
	text_is(S(""), "\"\"");
	text_is((struct str){0}, "\"\"");
	text_is(S("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
	text_is(S("\n\r\t\b\f"), "\"\\n\\r\\t\\b\\f\"");
	text_is(S("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"");
	text_is(S("\xc2\xb5SvGy \xe2\x82\xac \xf0\x9f\xa9\xbb"),
	    "\"\xc2\xb5SvGy \xe2\x82\xac \xf0\x9f\xa9\xbb\"");
	/* One U+FFFD for each maximal part, as Unicode 3.9 has it. */
	text_is(S("a\xff" "b"), "\"a" BAD "b\"");
	text_is(S("\xe9t\xe9"), "\"" BAD "t" BAD "\"");
	text_is(S("\xe2\x82"), "\"" BAD "\"");
	text_is(S("\xe2\x82z"), "\"" BAD "z\"");
	text_is(S("\xf0\x9f\xa9"), "\"" BAD "\"");
	text_is(S("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
	    "\"" BAD BAD BAD BAD BAD BAD BAD BAD "A\"");
	text_is(S("\xed\xa0\x80"), "\"" BAD BAD BAD "\"");
	text_is(S("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
	    "\"" BAD BAD BAD BAD BAD "A" BAD BAD "B\"");
	text_is(S("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"),
	    "\"" BAD BAD BAD BAD "A\"");
}

/* Whatever the bytes, what leaves is valid UTF-8 without control bytes. */
static void any_bytes(void **state)
{
	struct json json = {&out, false};
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (char)(seed >> (seed & 1 ? 16 : 20));
		}
		out.len = 0;
		json.comma = false;
		json_text(&json, (struct str){bytes, sizeof(bytes)});
		assert_true(str_is_utf8(out_str(&out)));
		for (size_t i = 0; i < out.len; i++)
			assert_true((unsigned char)out.at[i] >= ' ');
	}
}

static void real_is(double n, const char *want)
{
	struct json json = {&out, false};

	out.len = 0;
	json_real(&json, n);
	assert_text(out_str(&out), want);
}

static void reals(void **state)
{
	double some[] = {1.0 / 3, 2.0 / 3, 0.1 + 0.2, DBL_MAX, DBL_MIN,
	    DBL_TRUE_MIN, -1e-300, 12345.678, 1e15, 1e22, 123456789012345680};

	(void)state;
	real_is(0, "0");
	real_is(5, "5");
	real_is(-12, "-12");
	real_is(0.1, "0.1");
	real_is(12.35, "12.35");
	real_is(0.0 / 0.0, "null");
	real_is(1.0 / 0.0, "null");
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct json json = {&out, false};
		double back;
		out.len = 0;
		json_real(&json, some[i]);
		assert_true(str_real(out_str(&out), &back));
		assert_true(back == some[i]);
	}
}

static void numbers_and_commas(void **state)
{
	struct json json = {&out, false};

	(void)state;
	json_array(&json);
	json_real(&json, 0.5);
	json_real(&json, 0.0 / 0.0);
	json_real(&json, 2);
	json_int(&json, INT64_MIN);
	json_bool(&json, false);
	json_array_end(&json);
	assert_text(out_str(&out), "[0.5,null,2,-9223372036854775808,false]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nesting, begin, end),
		cmocka_unit_test_setup_teardown(texts, begin, end),
		cmocka_unit_test_setup_teardown(any_bytes, begin, end),
		cmocka_unit_test_setup_teardown(reals, begin, end),
		cmocka_unit_test_setup_teardown(numbers_and_commas, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
