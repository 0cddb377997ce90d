/* SPDX-License-Identifier: MIT */
/* What was asked, against a row that says what may be. */
#include "doors/web/asks.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

static const struct parameter list[] = {
    {"id", ASK_ID, ASK_MUST, NULL, 0, 0, NULL, "a number"},
    {"text", ASK_TEXT, ASK_MAY, NULL, 2, 4, NULL, "some words"},
    {"n", ASK_INT, ASK_MAY, "7", -5, 10, NULL, "a number"},
    {"x", ASK_REAL, ASK_MAY, NULL, 0, 0, NULL, "a number"},
    {"day", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "a day"},
    {"days", ASK_DAY, ASK_MANY, NULL, 0, 0, NULL, "days"},
    {"flag", ASK_FLAG, ASK_MAY, "1", 0, 0, NULL, "yes or no"},
    {"word", ASK_WORD, ASK_MAY, "red", 0, 0, "red|green", "a colour"},
    {"value", ASK_REAL, ASK_BODY | ASK_MUST | ASK_NULL, NULL, 0, 0, NULL, "a number"},
    {"name", ASK_TEXT, ASK_BODY, NULL, 1, 5, NULL, "a name"},
    {"when", ASK_DAY, ASK_BODY, NULL, 0, 0, NULL, "a day"},
    {"count", ASK_INT, ASK_BODY, "3", 0, 9, NULL, "a number"},
    {"ref", ASK_ID, ASK_BODY, NULL, 0, 0, NULL, "a number"},
    {"sure", ASK_FLAG, ASK_BODY, NULL, 0, 0, NULL, "yes or no"},
    {0}};
static const struct route route = {POST, "/x/{id}", NULL, 0, list, "", ""};
static struct arena arena;
static struct request q;
static struct err err;

static bool reads(const char *sent)
{
	memset(&q, 0, sizeof(q));
	memset(&err, 0, sizeof(err));
	q.arena = &arena;
	q.route = &route;
	assert_true(address_read(&arena, str_of(sent), &q.address, &err));
	assert_true(address_match(&q.address, route.path, q.values));
	bool good = asks_check(&q, &err);
	assert_true(good == (err.kind == ERR_NONE));
	return good;
}

static bool reads_body(const char *text)
{
	assert_true(reads("/x/1"));
	q.body.text = str_of(text);
	bool good = asks_check_body(&q, &err);
	assert_true(good == (err.kind == ERR_NONE));
	return good;
}

static void refused(const char *sent, const char *why)
{
	assert_false(reads(sent));
	assert_int_equal(err.kind, ERR_INPUT);
	if (!strstr(err.text, why))
		print_error("%s: %s\n", sent, err.text);
	assert_non_null(strstr(err.text, why));
}

static void body_refused(const char *text, const char *why)
{
	assert_false(reads_body(text));
	assert_int_equal(err.kind, ERR_INPUT);
	if (!strstr(err.text, why))
		print_error("%s: %s\n", text, err.text);
	assert_non_null(strstr(err.text, why));
}

static void test_what_is_left_out(void **state)
{
	int32_t *days;

	(void)state;
	assert_true(reads("/x/12"));
	assert_int_equal(ask_int(&q, "id"), 12);
	assert_int_equal(ask_text(&q, "text").len, 0);
	assert_int_equal(ask_int(&q, "n"), 7);
	assert_true(isnan(ask_real(&q, "x")));
	assert_int_equal(ask_day(&q, "day"), NO_DAY);
	assert_int_equal(ask_days(&q, "days", &days), 0);
	assert_true(ask_flag(&q, "flag"));
	assert_true(str_is(ask_text(&q, "word"), "red"));
	assert_false(ask_has(&q, "n"));
	assert_true(ask_has(&q, "id"));
}

static void test_what_is_sent(void **state)
{
	int32_t *days;

	(void)state;
	assert_true(reads("/x/9223372036854775807?text=%C3%A9%C3%A9&n=-5&x=1e3"
			  "&day=2026-03-31&days=2026-01-01&days=2026-02-01"
			  "&flag=no&word=green"));
	assert_true(ask_int(&q, "id") == INT64_MAX);
	assert_int_equal(ask_text(&q, "text").len, 4); /* two characters */
	assert_int_equal(ask_int(&q, "n"), -5);
	assert_true(ask_real(&q, "x") == 1000);
	assert_int_equal(ask_day(&q, "day"), day_of(2026, 3, 31));
	assert_int_equal(ask_days(&q, "days", &days), 2);
	assert_int_equal(days[1], day_of(2026, 2, 1));
	assert_false(ask_flag(&q, "flag"));
	assert_true(ask_has(&q, "n"));
}

static void test_what_is_refused(void **state)
{
	(void)state;
	refused("/x/0", "'id' must be");
	refused("/x/-1", "'id' must be");
	refused("/x/1x", "'id' must be");
	refused("/x/9223372036854775808", "'id' must be");
	refused("/x/1?text=a", "2 to 4 characters");
	refused("/x/1?text=abcde", "2 to 4 characters");
	refused("/x/1?n=11", "from -5 to 10");
	refused("/x/1?n=1.0", "whole number");
	refused("/x/1?n=", "whole number");
	refused("/x/1?n=99999999999999999999", "whole number");
	refused("/x/1?x=nan", "a number");
	refused("/x/1?x=inf", "a number");
	refused("/x/1?day=2026-02-29", "a day such as");
	refused("/x/1?day=31/03/2026", "a day such as");
	refused("/x/1?day=2026-03-31T10:00", "a day such as");
	refused("/x/1?flag=maybe", "1 or 0");
	refused("/x/1?word=blue", "red|green");
	refused("/x/1?word=red|green", "red|green");
	refused("/x/1?n=1&n=2", "twice");
	refused("/x/1?N=1", "no parameter 'N'");
	assert_non_null(strstr(err.hint, "text, n, x"));
	assert_null(strstr(err.hint, "value"));
	refused("/x/1?value=1", "no parameter 'value'");
	refused("/x/1?id=1", "twice");
	refused("/x/1?days=2026-01-01&days=x", "a day such as");
	refused("/x/1?n=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "not so long");
}

static void test_bodies(void **state)
{
	(void)state;
	assert_true(reads_body("{\"value\":5,\"name\":\"a\\u00e9\",\"when\":"
			       "\"2026-03-31\",\"ref\":\"12\",\"sure\":true}"));
	assert_true(ask_real(&q, "value") == 5);
	assert_true(str_is(ask_text(&q, "name"), "a\xc3\xa9"));
	assert_int_equal(ask_day(&q, "when"), day_of(2026, 3, 31));
	assert_int_equal(ask_int(&q, "count"), 3);
	assert_int_equal(ask_int(&q, "ref"), 12);
	assert_true(ask_flag(&q, "sure"));
	assert_true(reads_body("{\"value\":null,\"name\":12}"));
	assert_true(isnan(ask_real(&q, "value")));
	assert_false(ask_has(&q, "value"));
	assert_true(str_is(ask_text(&q, "name"), "12"));
	assert_true(reads_body("{\"value\":-1.5,\"count\":0}"));
	assert_true(ask_real(&q, "value") == -1.5);
}

static void test_bodies_that_are_refused(void **state)
{
	char deep[4000];

	(void)state;
	body_refused("", "not JSON");
	body_refused("{", "not JSON");
	body_refused("{} x", "not JSON");
	body_refused("[]", "object");
	body_refused("5", "not JSON");
	body_refused("null", "not JSON");
	body_refused("{}", "'value' is missing");
	body_refused("{\"value\":\"5\"}", "'value' must be a number");
	body_refused("{\"value\":true}", "'value' must be a number");
	body_refused("{\"value\":[1]}", "'value' must be a number");
	body_refused("{\"value\":1,\"value\":2}", "not JSON");
	body_refused("{\"value\":1,\"name\":\"\"}", "1 to 5");
	body_refused("{\"value\":1,\"name\":null}", "'name' must be");
	body_refused("{\"value\":1,\"name\":\"a\\u0000b\"}", "not JSON");
	body_refused("{\"value\":1,\"name\":\"\xff\"}", "not JSON");
	body_refused("{\"value\":1,\"count\":1.5}", "whole number");
	body_refused("{\"value\":1,\"sure\":1}", "1 or 0");
	body_refused("{\"value\":1,\"ref\":\"x\"}", "'ref' must be");
	body_refused("{\"value\":1,\"n\":1}", "no parameter 'n'");
	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	body_refused(deep, "nested");
}

/* Brackets inside a text are not nesting; the last escape is not run past. */
static void test_depth_is_of_structure(void **state)
{
	char text[200];
	size_t n = (size_t)snprintf(text, sizeof(text),
	    "{\"value\":1,\"x\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");

	(void)state;
	for (size_t i = 0; i <= n; i++) {
		char copy[200];
		snprintf(copy, sizeof(copy), "%.*s", (int)i, text);
		assert_false(reads_body(copy));
		assert_null(strstr(err.text, "nested"));
	}
}

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests_[] = {
	    cmocka_unit_test(test_what_is_left_out),
	    cmocka_unit_test(test_what_is_sent),
	    cmocka_unit_test(test_what_is_refused),
	    cmocka_unit_test(test_bodies),
	    cmocka_unit_test(test_bodies_that_are_refused),
	    cmocka_unit_test(test_depth_is_of_structure),
	};

	return cmocka_run_group_tests(tests_, NULL, end);
}
