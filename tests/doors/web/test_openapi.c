/* SPDX-License-Identifier: MIT */
/* The table of routes and the description made from it hold together. */
#include "doors/web/asks.c"
#include "doors/web/openapi.h"

/* Four of jansson's makers have the names of core's writers. */
#define json_object jansson_object
#define json_array jansson_array
#define json_real jansson_real
#define json_null jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_real
#undef json_null

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

static json_t *api;

static int begin(void **state)
{
	struct out out;
	struct json j = {.out = &out};
	json_error_t error;

	(void)state;
	out_memory(&out);
	openapi_write(&j);
	struct str text = out_str(&out);
	api = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	if (!api)
		print_error("%s at %d\n", error.text, error.position);
	out_end(&out, &(struct err){0});
	return api ? 0 : 1;
}

static int end(void **state)
{
	(void)state;
	json_decref(api);
	return 0;
}

static bool resolves(const char *reference)
{
	json_t *at = api;
	struct str rest = str_of(reference), name;
	char key[80];

	if (!str_is(str_cut(&rest, '/'), "#"))
		return false;
	while (rest.len && at) {
		name = str_cut(&rest, '/');
		snprintf(key, sizeof(key), "%.*s", STR(name));
		at = json_object_get(at, key);
	}
	return at != NULL;
}

static void walk(json_t *at, void (*act)(const char *key, json_t *value))
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_object(at))
		json_object_foreach(at, key, value) {
			act(key, value);
			walk(value, act);
		}
	else if (json_is_array(at))
		json_array_foreach(at, i, value)
			walk(value, act);
}

static void check_reference(const char *key, json_t *value)
{
	if (strcmp(key, "$ref"))
		return;
	if (!resolves(json_string_value(value)))
		print_error("%s\n", json_string_value(value));
	assert_true(resolves(json_string_value(value)));
}

static void test_references_resolve(void **state)
{
	(void)state;
	walk(api, check_reference);
}

static const char *ids[200];
static size_t ids_n;

static void check_id(const char *key, json_t *value)
{
	if (strcmp(key, "operationId"))
		return;
	for (size_t i = 0; i < ids_n; i++)
		assert_string_not_equal(ids[i], json_string_value(value));
	ids[ids_n++] = json_string_value(value);
}

static void test_operations_have_names_of_their_own(void **state)
{
	(void)state;
	walk(api, check_id);
	assert_int_equal(ids_n, routes_count);
}

static void test_rows_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *r = &routes[i];
		struct str rest = str_of(r->path);
		assert_non_null(r->act);
		assert_true(strlen(r->sentence) > 5);
		assert_non_null(schema_find(r->answer));
		assert_false(r->bits & ROUTE_KEPT && r->method != GET);
		assert_false(r->bits & ROUTE_KEPT && r->bits & ROUTE_QUICK);
		str_cut(&rest, '/');
		while (rest.len) {
			struct str part = str_cut(&rest, '/');
			if (part.at[0] != '{')
				continue;
			part.at++;
			part.len -= 2;
			assert_true(asks_place(r, part, false) != SIZE_MAX);
		}
	}
}

static void check_parameter(const struct parameter *p)
{
	struct got got;

	assert_true(strlen(p->sentence) > 2);
	assert_true((p->type == ASK_WORD) == (p->words != NULL));
	assert_true(p->low <= p->high);
	assert_false(p->standard && p->bits & ASK_MUST);
	if (p->standard)
		assert_true(read_value(p, str_of(p->standard), &got));
}

static void test_parameters_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		const struct parameter *p = routes[i].parameters;
		for (; p && p->name; p++) {
			check_parameter(p);
			for (const struct parameter *o = p + 1; o->name; o++)
				assert_string_not_equal(p->name, o->name);
		}
	}
}

static void test_no_address_hides_another(void **state)
{
	struct arena arena = {0};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		struct pair values[VALUES_MAX];
		struct address address;
		size_t k = 0;
		assert_true(address_read(&arena, str_of(routes[i].path),
		    &address, &err));
		while (!address_match(&address, routes[k].path, values) ||
		    routes[k].method != routes[i].method)
			k++;
		assert_int_equal(k, i);
	}
	arena_end(&arena);
}

static void test_every_schema_is_used(void **state)
{
	(void)state;
	for (const struct schema *s = schemas; s->name; s++) {
		bool used = !strcmp(s->name, "Error") ||
		    !strcmp(s->name, "Event");
		for (size_t i = 0; i < routes_count; i++)
			used |= !strcmp(routes[i].answer, s->name);
		if (!used)
			print_error("%s\n", s->name);
		assert_true(used);
		assert_true(schema_find(s->name) == s); /* once */
	}
}

int main(void)
{
	const struct CMUnitTest tests_[] = {
	    cmocka_unit_test(test_references_resolve),
	    cmocka_unit_test(test_operations_have_names_of_their_own),
	    cmocka_unit_test(test_rows_are_whole),
	    cmocka_unit_test(test_parameters_are_whole),
	    cmocka_unit_test(test_no_address_hides_another),
	    cmocka_unit_test(test_every_schema_is_used),
	};

	return cmocka_run_group_tests(tests_, begin, end);
}
