/* SPDX-License-Identifier: MIT */
/* Media types, Accept lists and ranges, as they are sent. */
#include "http/media.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void is(struct str got, const char *wanted)
{
	if (!str_is(got, wanted))
		print_error("wanted '%s', got '%.*s'\n", wanted, STR(got));
	assert_true(str_is(got, wanted));
}

static void test_types(void **state)
{
	struct media m;

	(void)state;
	assert_true(media_read(&arena, S("multipart/related; "
	    "type=\"application/dicom\"; boundary=\"a \\\"b\\\" ;,c\""), &m));
	is(m.type, "multipart/related");
	is(media_parameter(&m, "TYPE"), "application/dicom");
	is(media_parameter(&m, "boundary"), "a \"b\" ;,c");
	is(media_parameter(&m, "start"), "");
	assert_true(media_read(&arena, S("multipart/related;type=application/"
	    "dicom+json;boundary=x"), &m));
	is(media_parameter(&m, "type"), "application/dicom+json");
	is(media_parameter(&m, "boundary"), "x");
	assert_true(media_read(&arena, S("  text/plain  "), &m));
	is(m.type, "text/plain");
	assert_false(media_read(&arena, S(""), &m));
	assert_false(media_read(&arena, S("text"), &m));
	assert_false(media_read(&arena, S("/plain"), &m));
	assert_false(media_read(&arena, S("text/plain, text/html"), &m));
	assert_false(media_read(&arena, S("a/b; c=\"open"), &m));
}

static void test_lists(void **state)
{
	struct media list[MEDIA_LIST_MAX];

	(void)state;
	assert_int_equal(media_list(&arena, S("image/jpeg;q=0.5, "
	    "multipart/related; type=\"image/jls\"; transfer-syntax=* ;q=0.25,"
	    "nonsense, *" "/" "*;q=0, text/" "*;level=1"), list), 4);
	is(list[0].type, "image/jpeg");
	assert_int_equal(list[0].q, 500);
	is(media_parameter(&list[1], "type"), "image/jls");
	is(media_parameter(&list[1], "transfer-syntax"), "*");
	assert_int_equal(list[1].q, 250);
	assert_int_equal(list[2].q, 0);
	is(list[3].type, "text/*");
	assert_int_equal(list[3].q, 1000);
	assert_int_equal(media_list(&arena, S(""), list), 0);
	assert_int_equal(media_list(&arena, S(" , ,, "), list), 0);
	assert_int_equal(media_list(&arena, S("a/b;q=\"open, c/d"), list), 1);
	is(list[0].type, "c/d");
	assert_int_equal(media_list(&arena, S("a/b\0=x, c/d"), list), 2);
	is(list[1].type, "c/d"); /* a zero byte is no mark */
}

static void test_long_list_is_cut(void **state)
{
	struct media list[MEDIA_LIST_MAX];
	struct str all = S("");

	(void)state;
	for (int i = 0; i < 100; i++)
		all = arena_printf(&arena, "%.*sa/b%d,", STR(all), i);
	assert_int_equal(media_list(&arena, all, list), MEDIA_LIST_MAX);
	all = S("a/b");
	for (int i = 0; i < 100; i++)
		all = arena_printf(&arena, "%.*s;p%d=%d", STR(all), i, i);
	assert_int_equal(media_list(&arena, all, list), 1);
	assert_int_equal(list[0].n, MEDIA_PARAMETERS_MAX);
}

static void test_takes(void **state)
{
	(void)state;
	assert_true(media_takes(S("*/*"), "image/jpeg"));
	assert_true(media_takes(S("image/*"), "image/jpeg"));
	assert_true(media_takes(S("IMAGE/JPEG"), "image/jpeg"));
	assert_false(media_takes(S("image/png"), "image/jpeg"));
	assert_false(media_takes(S("*/jpeg"), "image/jpeg"));
	assert_false(media_takes(S("image"), "image/jpeg"));
}

static void cut_everywhere(const char *text)
{
	struct media list[MEDIA_LIST_MAX], one;

	for (size_t n = 0; n <= strlen(text); n++) {
		struct str part = arena_keep(&arena, (struct str){text, n});
		media_list(&arena, part, list);
		media_read(&arena, part, &one);
	}
}

static void test_cut(void **state)
{
	(void)state;
	cut_everywhere("multipart/related; type=\"a\\\"/b\"; q=0.5, */*; x=y");
}

static void range_is(const char *text, int64_t size, enum range kind,
    int64_t from, int64_t n)
{
	int64_t got_from = 0, got_n = 0;
	enum range got = range_read(str_of(text), size, &got_from, &got_n);

	if (got != kind || got_from != from || got_n != n)
		print_error("'%s': %d %lld %lld\n", text, got,
		    (long long)got_from, (long long)got_n);
	assert_int_equal(got, kind);
	assert_int_equal(got_from, from);
	assert_int_equal(got_n, n);
}

static void test_ranges(void **state)
{
	(void)state;
	range_is("bytes=0-0", 10, RANGE_PART, 0, 1);
	range_is("bytes=2-", 10, RANGE_PART, 2, 8);
	range_is("bytes=-3", 10, RANGE_PART, 7, 3);
	range_is("bytes=-30", 10, RANGE_PART, 0, 10);
	range_is("bytes=5-500", 10, RANGE_PART, 5, 5);
	range_is("Bytes = 5-6", 10, RANGE_PART, 5, 2);
	range_is("bytes=10-", 10, RANGE_OUTSIDE, 0, 0);
	range_is("bytes=-0", 10, RANGE_OUTSIDE, 0, 0);
	range_is("bytes=0-", 0, RANGE_OUTSIDE, 0, 0);
	range_is("bytes=5-4", 10, RANGE_NONE, 0, 0);
	range_is("bytes=0-1,4-5", 10, RANGE_NONE, 0, 0);
	range_is("bytes=-", 10, RANGE_NONE, 0, 0);
	range_is("bytes=5", 10, RANGE_NONE, 0, 0);
	range_is("bytes", 10, RANGE_NONE, 0, 0);
	range_is("items=0-1", 10, RANGE_NONE, 0, 0);
	range_is("bytes=x-1", 10, RANGE_NONE, 0, 0);
	range_is("", 10, RANGE_NONE, 0, 0);
	range_is("bytes=0-99999999999999999999", 10, RANGE_NONE, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_long_list_is_cut),
	    cmocka_unit_test(test_takes),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_ranges),
	};
	int bad;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_end(&arena);
	return bad;
}
