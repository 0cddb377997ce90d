/* SPDX-License-Identifier: MIT */
/* test_query.c: statements that grow, and their values with them. */
#include "place.h"

#include <unistd.h>

static void pieces_are_numbered(void **state)
{
	struct tx *tx = db_read(fixture_db(state));
	struct query q;

	query_begin(&q, tx, "select x from (select 1 as x union all select 2 "
	    "union all select 3) as s where 1 = 1");
	query_add(&q, " and x > $", I(1));
	query_text(&q, " and x < 10");
	query_add(&q, " and (x = $ or x + 1 = $)", I(3));
	query_text(&q, " order by x desc");
	query_add(&q, " limit $", I(5));
	struct rows *rows = query_ask(tx, &q);
	assert_true(rows_next(rows));
	assert_int_equal(rows_int(rows, 0), 3);
	assert_true(rows_next(rows));
	assert_int_equal(rows_int(rows, 0), 2);
	assert_false(rows_next(rows));
	must_not_fail(tx);
	db_end(tx);
}

static void one_text_one_plan(void **state)
{
	struct tx *tx = db_read(fixture_db(state));
	struct query q;

	for (int i = 0; i < 100; i++) {
		query_begin(&q, tx, "select cast($1 as bigint)");
		q.vals[++q.n] = I(i);
		struct rows *rows = query_ask(tx, &q);
		assert_true(rows_next(rows));
		assert_int_equal(rows_int(rows, 0), i);
		rows_end(rows);
	}
	must_not_fail(tx);
	db_end(tx);
}

static void values_stay_values(void **state)
{
	struct tx *tx = db_read(fixture_db(state));
	struct query q;

	query_begin(&q, tx, "select count(*) from journal where 1 = 1");
	query_add(&q, " and kind = $", T(S("'; drop table journal; --")));
	struct rows *rows = query_ask(tx, &q);
	assert_true(rows_next(rows));
	assert_int_equal(rows_int(rows, 0), 0);
	rows_end(rows);
	assert_int_equal(db_int(tx, "select count(*) from journal"), 0);
	must_not_fail(tx);
	db_end(tx);
}

static void too_much_is_refused(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0}, again = {0};
	struct query q;

	struct tx *tx = db_read(db);
	query_begin(&q, tx, "select 1 where 1 = 1");
	for (int i = 0; i < 400; i++)
		query_text(&q, " and 1 = 1");
	assert_false(rows_next(query_ask(tx, &q)));
	assert_true(db_failed(tx, &err));
	assert_non_null(strstr(err.text, "too long"));
	db_end(tx);
	tx = db_read(db);
	query_begin(&q, tx, "select 1 where 1 = 1");
	for (int i = 0; i < 39; i++)
		query_add(&q, " and $ = 1", I(1));
	assert_true(rows_next(query_ask(tx, &q)));
	must_not_fail(tx);
	query_begin(&q, tx, "select 1 where 1 = 1");
	for (int i = 0; i < 40; i++)
		query_add(&q, " and $ = 1", I(1));
	assert_false(rows_next(query_ask(tx, &q)));
	assert_true(db_failed(tx, &again));
	db_end(tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(pieces_are_numbered),
	    with_place(one_text_one_plan),
	    with_place(values_stay_values),
	    with_place(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
