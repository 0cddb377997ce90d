/* SPDX-License-Identifier: MIT */
/* test_events.c: every word of every list is found, and nothing else is. */
#include "events/events.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void shout(char *out, size_t size, const char *text)
{
	size_t i = 0;

	for (; text[i] && i + 1 < size; i++)
		out[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ?
		    text[i] - 'a' + 'A' : text[i]);
	out[i] = 0;
}

static void try_list(const struct code *list, int n)
{
	int seen = 0;

	for (const struct code *c = list; c->number; c++, seen++) {
		char loud[64];

		assert_int_equal(c->number, seen + 1);
		assert_ptr_equal(code_find(list, str_of(c->code)), c);
		shout(loud, sizeof loud, c->code);
		assert_ptr_equal(code_find(list, str_of(loud)), c);
		assert_ptr_equal(code_at(list, c->number), c);
		assert_true(strlen(c->words) > 0);
	}
	assert_int_equal(seen, n);
	assert_null(code_find(list, S("")));
	assert_null(code_find(list, S("no such word")));
	assert_null(code_at(list, 0));
	assert_null(code_at(list, n + 1));
	assert_null(code_at(list, -1));
}

static void code_lists(void **state)
{
	(void)state;
	try_list(event_kinds, EVENT_KINDS - 1);
	try_list(priorities, 4);
	try_list(patient_sources, 6);
	try_list(provider_kinds, 5);
}

static void codes_with_blanks_around(void **state)
{
	(void)state;
	assert_int_equal(code_find(event_kinds, S(" Did-Not-Attend "))->number,
	    EVENT_DID_NOT_ATTEND);
	assert_int_equal(code_find(provider_kinds, S("cdc"))->number, 4);
	assert_null(code_find(event_kinds, S("did not attend")));
}

static void tests_in_dm01_order(void **state)
{
	int dm01 = 0;

	(void)state;
	for (const struct test *t = tests; t->id; t++) {
		char number[8], loud[64];

		if (t->id <= TESTS_DM01)
			assert_int_equal(t->id, ++dm01);
		else
			assert_true(t->id >= 20);
		assert_ptr_equal(test_at(t->id), t);
		assert_ptr_equal(test_find(str_of(t->code)), t);
		assert_ptr_equal(test_find(str_of(t->name)), t);
		shout(loud, sizeof loud, t->name);
		assert_ptr_equal(test_find(str_of(loud)), t);
		snprintf(number, sizeof number, "%d", t->id);
		assert_ptr_equal(test_find(str_of(number)), t);
		snprintf(number, sizeof number, "%03d", t->id);
		assert_ptr_equal(test_find(str_of(number)), t);
	}
	assert_int_equal(dm01, TESTS_DM01);
}

static void tests_that_are_none(void **state)
{
	static const char *const none[] = {"", " ", "0", "00", "000", "16",
	    "019", "25", "0001", "-1", "+1", "1.0", "1 2", "TOTAL", "MR", "MRI2",
	    "NON-OBSTETRIC-ULTRASOUND"};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_null(test_find(str_of(none[i])));
	assert_null(test_at(0));
	assert_null(test_at(16));
}

static void tests_as_people_write_them(void **state)
{
	(void)state;
	assert_int_equal(test_find(S("mri"))->id, 1);
	assert_int_equal(test_find(S("03"))->id, 3);
	assert_int_equal(test_find(S(" 3 "))->id, 3);
	assert_int_equal(test_find(S("Urodynamics - pressures & flows"))->id,
	    11);
	assert_int_equal(test_find(S("xray"))->id, 20);
	assert_int_equal(test_find(S("pet_ct"))->id, 24);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(code_lists),
	    cmocka_unit_test(codes_with_blanks_around),
	    cmocka_unit_test(tests_in_dm01_order),
	    cmocka_unit_test(tests_that_are_none),
	    cmocka_unit_test(tests_as_people_write_them)};

	return cmocka_run_group_tests(all, NULL, NULL);
}
