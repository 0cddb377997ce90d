/* SPDX-License-Identifier: MIT */
/* test_str.c: views, numbers with their limits, and every kind of UTF-8. */
#include "core/str.c"

#include "test.h"

static void comparing(void **state)
{
	struct str none = {0};

	(void)state;
	assert_true(str_is(S("MRI"), "MRI"));
	assert_false(str_is(S("MRI"), "MRIx"));
	assert_true(str_is(none, ""));
	assert_true(str_eq(none, S("")));
	assert_true(str_eq_nocase(S("Rxn[@"), S("rXN[@")));
	assert_false(str_eq_nocase(S("["), S("{")));
	assert_true(str_cmp(S("a"), S("ab")) < 0);
	assert_true(str_cmp(S("\xff"), S("a")) > 0);
	assert_true(str_cmp(none, none) == 0);
	assert_true(str_cmp(none, S("a")) < 0);
	assert_true(str_starts(S("RXN02"), S("RXN")));
	assert_true(str_starts(S("RXN02"), none));
	assert_false(str_starts(S("RX"), S("RXN")));
	assert_true(str_ends(S("a.csv"), S(".csv")));
	assert_false(str_ends(S("csv"), S(".csv")));
	assert_true(str_ends(none, none));
	assert_text(str_of(NULL), "");
}

static void trimming_and_cutting(void **state)
{
	struct str rest = S("a,,b");
	struct str none = {0};

	(void)state;
	assert_text(str_trim(S(" \t\r\n\v\f x y \n")), "x y");
	assert_text(str_trim(S(" \t ")), "");
	assert_text(str_trim(none), "");
	assert_text(str_cut(&rest, ','), "a");
	assert_text(str_cut(&rest, ','), "");
	assert_text(str_cut(&rest, ','), "b");
	assert_text(rest, "");
	assert_text(str_cut(&rest, ','), "");
	assert_text(str_cut(&none, ','), "");
}

static void whole_numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t n;
	} rows[] = {
		{"0", true, 0}, {"-0", true, 0}, {"+7", true, 7},
		{"007", true, 7},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"99999999999999999999999999", false, 0},
		{"", false, 0}, {"-", false, 0}, {"+", false, 0},
		{"--1", false, 0}, {" 1", false, 0}, {"1 ", false, 0},
		{"1.0", false, 0}, {"0x10", false, 0}, {"1e3", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t n = 0;
		assert_int_equal(str_int(str_of(rows[i].text), &n),
		    rows[i].good);
		assert_int_equal(n, rows[i].n);
	}
	int64_t n;
	assert_false(str_int((struct str){0}, &n));
	assert_true(str_int((struct str){"12x", 2}, &n));
	assert_int_equal(n, 12);
}

static void real_numbers(void **state)
{
	static const char *const bad[] = {"", ".", "-", "e5", "1e", "inf",
	    "nan", "0x1p3", "1,5", " 1", "1 ", "1e999", "1.2.3", "--1"};
	double n = 0;

	(void)state;
	assert_true(str_real(S("12.5"), &n) && n == 12.5);
	assert_true(str_real(S("-.5e1"), &n) && n == -5);
	assert_true(str_real(S("5."), &n) && n == 5);
	assert_true(str_real((struct str){"1.59", 3}, &n) && n == 1.5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(str_real(str_of(bad[i]), &n));
	char longest[80];
	memset(longest, '1', sizeof(longest));
	assert_true(str_real((struct str){longest, 64}, &n));
	assert_false(str_real((struct str){longest, 65}, &n));
}

/* Every string of one to four bytes that can matter, by a second reading of
 * the standard: decode, then ask whether it is the shortest form. */
static bool is_utf8_slowly(const unsigned char *s, size_t len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	for (size_t i = 0; i < len; ) {
		size_t n = s[i] < 0x80 ? 1 : s[i] < 0xc0 ? 0 :
		    s[i] < 0xe0 ? 2 : s[i] < 0xf0 ? 3 : s[i] < 0xf8 ? 4 : 0;
		if (n == 0 || n > len - i)
			return false;
		uint32_t code = n == 1 ? s[i] : s[i] & (0xffu >> (n + 1));
		for (size_t k = 1; k < n; k++) {
			if ((s[i + k] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (s[i + k] & 0x3f);
		}
		if ((n > 1 && code < least[n]) || code > 0x10ffff ||
		    (code >= 0xd800 && code < 0xe000))
			return false;
		i += n;
	}
	return true;
}

static void utf8(void **state)
{
	static const unsigned char some[] = {0x00, 0x41, 0x7f, 0x80, 0x8f,
	    0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
	    0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff};
	const size_t n = sizeof(some);

	(void)state;
	for (size_t i = 0; i < n * n * n * n; i++) {
		unsigned char s[4] = {some[i % n], some[i / n % n],
		    some[i / n / n % n], some[i / n / n / n]};
		for (size_t len = 0; len <= 4; len++)
			assert_int_equal(str_is_utf8((struct str){(char *)s,
			    len}), is_utf8_slowly(s, len));
	}
	assert_true(str_is_utf8(S("twelve bytes and \xe2\x82\xac, then more")));
	assert_false(str_is_utf8(S("twelve bytes and \xe2\x82, then more")));
	assert_false(str_is_utf8(S("0123456789abcde\xe2\x82")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(trimming_and_cutting),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(real_numbers),
		cmocka_unit_test(utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
