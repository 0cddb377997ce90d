/* SPDX-License-Identifier: MIT */
/* A password in the database's address stays with those who set it. */
#include "doors/web/settings.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

static void test_passwords(void **state)
{
	static const char *const pairs[][2] = {
	    {"postgres://ann:secret@host/name", "postgres://ann:...@host/name"},
	    {"postgres://ann:se:cr@host/name", "postgres://ann:...@host/name"},
	    {"postgres://ann@host:5432/name", "postgres://ann@host:5432/name"},
	    {"postgres://host:5432/name", "postgres://host:5432/name"},
	    {"postgres:///name?host=/tmp", "postgres:///name?host=/tmp"},
	    {"data/ribble.db", "data/ribble.db"}, {"a:b@c", "a:b@c"},
	    {":memory:", ":memory:"}, {"", ""}};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_true(str_is(without_password(&arena,
		    str_of(pairs[i][0])), pairs[i][1]));
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests_[] = {cmocka_unit_test(test_passwords)};

	return cmocka_run_group_tests(tests_, NULL, NULL);
}
