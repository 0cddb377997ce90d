/* SPDX-License-Identifier: MIT */
/* What was asked for, read from bytes that anybody may send. */
#include "http/address.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static bool reads(const char *sent, struct address *address)
{
	struct err err = {0};
	bool good = address_read(&arena, str_of(sent), address, &err);

	assert_true(good == (err.kind == ERR_NONE));
	assert_true(good || err.kind == ERR_INPUT);
	return good;
}

static void assert_str(struct str s, const char *text)
{
	if (!str_is(s, text))
		print_error("is '%.*s', not '%s'\n", STR(s), text);
	assert_true(str_is(s, text));
}

static void test_path_is_cut_before_it_is_decoded(void **state)
{
	struct address a;

	(void)state;
	assert_true(reads("/api/x%2Fy/%41?q=1", &a));
	assert_int_equal(a.segments_n, 3);
	assert_str(a.segments[0], "api");
	assert_str(a.segments[1], "x/y");
	assert_str(a.segments[2], "A");
	assert_str(a.path, "/api/x%2Fy/%41");
}

static void test_edges_of_a_path(void **state)
{
	struct address a;

	(void)state;
	assert_true(reads("/", &a));
	assert_int_equal(a.segments_n, 1);
	assert_str(a.segments[0], "");
	assert_true(reads("/a/", &a));
	assert_int_equal(a.segments_n, 2);
	assert_true(reads("/a//b", &a));
	assert_int_equal(a.segments_n, 3);
	assert_str(a.segments[1], "");
	assert_true(reads("/?", &a));
	assert_int_equal(a.asks_n, 0);
	assert_false(reads("", &a));
	assert_false(reads("*", &a));
	assert_false(reads("http://x/", &a));
}

static void test_asks(void **state)
{
	struct address a;

	(void)state;
	assert_true(reads("/x?a=1&b=two+words&c=%2B%26%3d&&d&e=&a=2&f=g=h",
	    &a));
	assert_int_equal(a.asks_n, 7);
	assert_str(a.asks[0].name, "a");
	assert_str(a.asks[0].value, "1");
	assert_str(a.asks[1].value, "two words");
	assert_str(a.asks[2].value, "+&=");
	assert_str(a.asks[3].name, "d");
	assert_str(a.asks[3].value, "");
	assert_str(a.asks[4].value, "");
	assert_str(a.asks[5].value, "2");
	assert_str(a.asks[6].value, "g=h");
	assert_true(reads("/a+b", &a));
	assert_str(a.segments[0], "a+b");
	assert_true(reads("/x?n=Caf%C3%A9", &a));
	assert_str(a.asks[0].value, "Caf\xc3\xa9");
}

static void test_what_is_refused(void **state)
{
	static const char *const bad[] = {"/%", "/%4", "/%4g", "/%g4", "/a%",
	    "/%00", "/a%00b", "/x?a=%00", "/x?%00=a", "/x?a=%", "/x?a=%1",
	    "/x?a=%zz", "/..", "/../etc/passwd", "/a/../b", "/%2e%2e/x",
	    "/%2E./x", "/.", "/a/./b", "/%0a", "/a%0d%0aSet-Cookie:x", "/%7f",
	    "/%ff", "/%c3", "/%c0%af", "/%ed%a0%80", "/x?a=%ff", "/x?a=%c0%80"};
	struct address a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (reads(bad[i], &a))
			print_error("took '%s'\n", bad[i]);
		assert_false(reads(bad[i], &a));
	}
}

static void test_limits(void **state)
{
	char text[ADDRESS_MAX + 2];
	struct address a;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < SEGMENTS_MAX; i++)
		n += (size_t)snprintf(text + n, 4, "/a");
	assert_true(reads(text, &a));
	snprintf(text + n, 4, "/a");
	assert_false(reads(text, &a));
	n = (size_t)snprintf(text, 4, "/?");
	for (int i = 0; i < ASKS_MAX; i++)
		n += (size_t)snprintf(text + n, 4, "a&");
	assert_true(reads(text, &a));
	snprintf(text + n, 4, "a");
	assert_false(reads(text, &a));
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[ADDRESS_MAX] = '\0';
	assert_true(reads(text, &a));
	text[ADDRESS_MAX] = 'a';
	text[ADDRESS_MAX + 1] = '\0';
	assert_false(reads(text, &a));
}

/* Whatever is cut off, what is left is read or refused, and nothing else. */
static void test_cut_anywhere(void **state)
{
	const char *text = "/api/%C3%A9/x?a=%2B&b=%F0%9F%98%80&c";
	struct address a;
	struct err err = {0};

	(void)state;
	for (size_t n = 0; n <= strlen(text); n++) {
		char *copy = arena_alloc(&arena, n ? n : 1);
		memcpy(copy, text, n);
		address_read(&arena, (struct str){copy, n}, &a, &err);
	}
}

static void test_templates(void **state)
{
	struct pair values[VALUES_MAX] = {0};
	struct address a;

	(void)state;
	assert_true(reads("/api/pathways/12/x", &a));
	assert_true(address_match(&a, "/api/pathways/{id}/x", values));
	assert_str(values[0].name, "id");
	assert_str(values[0].value, "12");
	assert_false(address_match(&a, "/api/pathways/{id}", values));
	assert_false(address_match(&a, "/api/pathways/{id}/x/y", values));
	assert_false(address_match(&a, "/api/pathways/12", values));
	assert_true(reads("/api", &a));
	assert_true(address_match(&a, "/api", values));
	assert_false(address_match(&a, "/api/{id}", values));
	assert_true(reads("/api/", &a));
	assert_false(address_match(&a, "/api", values));
	assert_false(address_match(&a, "/api/{id}", values));
	assert_true(reads("/", &a));
	assert_true(address_match(&a, "/", values));
	assert_false(address_match(&a, "/api", values));
}

static void test_etags(void **state)
{
	(void)state;
	assert_true(etag_listed(S("\"a\""), "\"a\""));
	assert_true(etag_listed(S("W/\"a\""), "\"a\""));
	assert_true(etag_listed(S("\"a\""), "W/\"a\""));
	assert_true(etag_listed(S("\"x\", W/\"a\" ,\"y\""), "\"a\""));
	assert_true(etag_listed(S(" * "), "\"a\""));
	assert_false(etag_listed(S("\"ab\""), "\"a\""));
	assert_false(etag_listed(S("a"), "\"a\""));
	assert_false(etag_listed(S(""), "\"a\""));
	assert_false(etag_listed(S("\"\""), ""));
	assert_false(etag_listed(S(",,,"), "\"a\""));
}

static void test_gzip_accepted(void **state)
{
	(void)state;
	assert_true(accepts_gzip(S("gzip")));
	assert_true(accepts_gzip(S("deflate, GZIP;q=0.5, br")));
	assert_true(accepts_gzip(S("*")));
	assert_true(accepts_gzip(S("br, *;q=0.1")));
	assert_false(accepts_gzip(S("")));
	assert_false(accepts_gzip(S("identity")));
	assert_false(accepts_gzip(S("gzip;q=0")));
	assert_false(accepts_gzip(S("gzip; q = 0.000")));
	assert_false(accepts_gzip(S("*;q=0")));
	assert_false(accepts_gzip(S("gzip;q=0, *")));
	assert_false(accepts_gzip(S("x-gzipped")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_path_is_cut_before_it_is_decoded),
	    cmocka_unit_test(test_edges_of_a_path),
	    cmocka_unit_test(test_asks),
	    cmocka_unit_test(test_what_is_refused),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_cut_anywhere),
	    cmocka_unit_test(test_templates),
	    cmocka_unit_test(test_etags),
	    cmocka_unit_test(test_gzip_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
