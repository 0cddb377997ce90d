/* SPDX-License-Identifier: MIT */
/* test_db.c: sticky transactions, values as they went in, rows in rows; the
 * same on every kind of database. */
#include "place.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <unistd.h>

static void make_pair(struct db *db)
{
	struct tx *tx = db_begin(db);

	db_run(tx, "create table pair (id bigint primary key, name text, "
	    "size double precision, bytes bytea)");
	db_run(tx, "create unique index pair_name on pair (name)");
	must_commit(tx);
}

static void fill_pair(struct db *db, int64_t n)
{
	struct tx *tx = db_begin(db);

	for (int64_t i = 1; i <= n; i++)
		db_run(tx, "insert into pair (id, size) values ($1, $2)", I(i),
		    R((double)i / 2));
	must_commit(tx);
}

static int64_t count_pair(struct db *db)
{
	struct tx *tx = db_read(db);
	int64_t n = db_int(tx, "select count(*) from pair");

	must_not_fail(tx);
	db_end(tx);
	return n;
}

static void first_failure_stays(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0};

	make_pair(db);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into pair (id) values ($1)", I(1));
	assert_int_equal(db_changed(tx), 1);
	db_run(tx, "insert into pair (id) values ($1)", I(1));
	db_run(tx, "insert into pair (id) values ($1)", I(2));
	db_run(tx, "this is no statement");
	struct rows *rows = db_ask(tx, "select id from pair");
	assert_false(rows_next(rows));
	assert_false(rows_next(rows));
	assert_int_equal(db_int(tx, "select count(*) from pair"), 0);
	assert_true(db_failed(tx, NULL));
	assert_int_equal(db_changed(tx), 0);
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_non_null(strstr(err.text, "unique constraint failed: pair"));
	assert_int_equal(count_pair(db), 0);
}

static void a_failure_ends_open_rows(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0};
	int seen = 0;

	make_pair(db);
	fill_pair(db, 10);
	struct tx *tx = db_begin(db);
	struct rows *rows = db_ask(tx, "select id from pair order by id");
	while (rows_next(rows)) {
		seen++;
		db_run(tx, "insert into pair (id) values ($1)", I(1));
		db_changed(tx); /* has it happen now */
	}
	assert_int_equal(seen, 1);
	assert_true(db_failed(tx, &err));
	db_end(tx);
	assert_int_equal(err.kind, ERR_CONFLICT);
}

static void asked_failure_is_told(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0};
	struct tx *tx = db_read(db);

	assert_int_equal(db_int(tx, "select x from nowhere"), 0);
	assert_true(db_failed(tx, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_non_null(strstr(err.text, "nowhere"));
	assert_false(db_commit(tx, NULL));
	/* The connection serves the next. */
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select count(*) from journal"), 0);
	must_not_fail(tx);
	db_end(tx);
}

static void own_failure_undoes(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0};

	make_pair(db);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into pair (id) values (1)");
	assert_false(tx_fail(tx, ERR_REFUSED, "no %s today", "pairs"));
	assert_false(tx_fail(tx, ERR_INPUT, "too late"));
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.text, "no pairs today");
	assert_int_equal(count_pair(db), 0);
}

static void end_undoes(void **state)
{
	struct db *db = fixture_db(state);

	make_pair(db);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into pair (id) values (1)");
	struct rows *rows = db_ask(tx, "select id from pair");
	assert_true(rows_next(rows));
	db_end(tx); /* with rows open */
	assert_int_equal(count_pair(db), 0);
}

static void reading_cannot_write(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0};

	make_pair(db);
	struct tx *tx = db_read(db);
	db_run(tx, "insert into pair (id) values (1)");
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_int_equal(count_pair(db), 0);
}

static void a_snapshot_stays(void **state)
{
	struct db *db = fixture_db(state);

	make_pair(db);
	fill_pair(db, 3);
	struct tx *reading = db_read(db);
	assert_int_equal(db_int(reading, "select count(*) from pair"), 3);
	struct tx *tx = db_begin(db);
	db_run(tx, "delete from pair where id > $1", I(1));
	assert_int_equal(db_changed(tx), 2);
	must_commit(tx);
	assert_int_equal(db_int(reading, "select count(*) from pair"), 3);
	db_end(reading);
	assert_int_equal(count_pair(db), 1);
}

static void placeholders_go_by_number(void **state)
{
	struct tx *tx = db_read(fixture_db(state));
	struct rows *rows = db_ask(tx,
	    "select $3, $1, $2, $1, $3 where $2 > 1 or $2 = 1",
	    T(S("one")), I(2), R(3.5));

	assert_true(rows_next(rows));
	assert_true(rows_real(rows, 0) == 3.5);
	assert_text(rows_text(rows, 1), "one");
	assert_int_equal(rows_int(rows, 2), 2);
	assert_text(rows_text(rows, 3), "one");
	assert_text(rows_text(rows, 4), "3.5");
	assert_false(rows_next(rows));
	must_not_fail(tx);
	db_end(tx);
}

static void twelve_placeholders(void **state)
{
	struct tx *tx = db_read(fixture_db(state));

	assert_int_equal(db_int(tx, "select $12 * 1000000 + $2 * 100 + $1 + $11 - "
	    "$3 - $4 - $5 - $6 - $7 - $8 - $9 - $10", I(1), I(2), I(0), I(0),
	    I(0), I(0), I(0), I(0), I(0), I(0), I(11), I(12)), 12000212);
	must_not_fail(tx);
	db_end(tx);
}

static void number_of_values_is_checked(void **state)
{
	struct err err = {0};
	struct tx *tx = db_read(fixture_db(state));

	db_int(tx, "select $1 + $2", I(1));
	assert_true(db_failed(tx, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	db_end(tx);
}

static void nulls_and_types(void **state)
{
	struct tx *tx = db_read(fixture_db(state));
	struct rows *rows = db_ask(tx, "select cast($1 as bigint), "
	    "cast($2 as text), 12, 2.5, '34', 'x', sum(3), avg(4)", N, N);

	assert_true(rows_next(rows));
	for (int i = 0; i < 2; i++) {
		assert_true(rows_null(rows, i));
		assert_int_equal(rows_int(rows, i), 0);
		assert_true(rows_real(rows, i) == 0);
		assert_int_equal(rows_text(rows, i).len, 0);
		assert_int_equal(rows_day(rows, i), NO_DAY);
		assert_true(rows_time(rows, i) == NO_TIME);
	}
	assert_text(rows_text(rows, 2), "12");
	assert_true(rows_real(rows, 2) == 12);
	assert_int_equal(rows_day(rows, 2), 12);
	assert_int_equal(rows_int(rows, 3), 2);
	assert_true(rows_real(rows, 3) == 2.5);
	assert_int_equal(rows_int(rows, 4), 34);
	assert_true(rows_real(rows, 4) == 34);
	assert_int_equal(rows_int(rows, 5), 0);
	assert_int_equal(rows_int(rows, 6), 3);
	assert_true(rows_real(rows, 7) == 4);
	assert_false(rows_null(rows, 7));
	rows_end(rows);
	assert_true(rows_null(rows, 2)); /* nothing is here any more */
	must_not_fail(tx);
	db_end(tx);
}

static void vals_of_nothing(void **state)
{
	(void)state;
	assert_int_equal(val_day(NO_DAY).type, VAL_NULL);
	assert_int_equal(val_day(-3).i, -3);
	assert_int_equal(val_time(NO_TIME).type, VAL_NULL);
	assert_int_equal(val_time(0).type, VAL_INT);
	assert_int_equal(val_text(S("")).type, VAL_NULL);
	assert_int_equal(val_text(S("x")).type, VAL_TEXT);
}

static void numbers_are_exact(void **state)
{
	static const int64_t ints[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1,
	    INT32_MAX, (int64_t)INT32_MAX + 1, INT32_MIN, (int64_t)1 << 53,
	    ((int64_t)1 << 53) + 1, INT64_MAX};
	static const double reals[] = {DBL_MIN, DBL_MAX, -DBL_MAX, DBL_EPSILON,
	    0.1, 1.0 / 3, -2.2250738585072014e-308, 5e-324, 1e22, 123456789.123,
	    HUGE_VAL, -HUGE_VAL};
	struct db *db = fixture_db(state);
	struct tx *tx;
	struct rows *rows;

	make_pair(db);
	tx = db_begin(db);
	for (size_t i = 0; i < sizeof(ints) / sizeof(*ints); i++)
		db_run(tx, "insert into pair (id) values ($1)", I(ints[i]));
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
		db_run(tx, "insert into pair (id, size) values ($1, $2)",
		    I((int64_t)i + 1000), R(reals[i]));
	must_commit(tx);
	tx = db_read(db);
	for (size_t i = 0; i < sizeof(ints) / sizeof(*ints); i++) {
		rows = db_ask(tx, "select id from pair where id = $1",
		    I(ints[i]));
		assert_true(rows_next(rows));
		assert_true(rows_int(rows, 0) == ints[i]);
		rows_end(rows);
	}
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++) {
		rows = db_ask(tx, "select size from pair where id = $1",
		    I((int64_t)i + 1000));
		assert_true(rows_next(rows));
		assert_true(rows_real(rows, 0) == reals[i]);
		rows_end(rows);
	}
	must_not_fail(tx);
	db_end(tx);
}

/* The server guesses these types, for they were null when first sent. */
static void numbers_after_null_are_exact(void **state)
{
	struct db *db = fixture_db(state);
	struct tx *tx;

	make_pair(db);
	tx = db_begin(db);
	for (int i = 0; i < 4; i++)
		db_run(tx, "insert into pair (id, name, size, bytes) "
		    "values ($1, $2, $3, $4)", I(i),
		    i == 3 ? T(S("n")) : N,
		    i == 1 ? R(1.0 / 3) : i == 2 ? I(7) : N,
		    i == 3 ? B(S("\0\xff")) : N);
	db_run(tx, "update pair set size = $1 where id = 0", R(NAN));
	must_commit(tx);
	tx = db_read(db);
	struct rows *rows = db_ask(tx,
	    "select size, name, bytes from pair order by id");
	assert_true(rows_next(rows));
	assert_true(rows_null(rows, 0));
	assert_true(rows_next(rows));
	assert_true(rows_real(rows, 0) == 1.0 / 3);
	assert_true(rows_next(rows));
	assert_true(rows_real(rows, 0) == 7);
	assert_true(rows_next(rows));
	assert_true(rows_null(rows, 0));
	assert_text(rows_text(rows, 1), "n");
	assert_int_equal(rows_text(rows, 2).len, 2);
	assert_memory_equal(rows_text(rows, 2).at, "\0\xff", 2);
	db_end(tx);
}

static void one_text_many_types(void **state)
{
	struct db *db = fixture_db(state);
	struct tx *tx = db_read(db);

	for (int i = 0; i < 6; i++) {
		struct val val = i % 3 == 0 ? I(5) : i % 3 == 1 ? R(2.5) :
		    T(S("t"));
		struct rows *rows = db_ask(tx, "select $1", val);
		assert_true(rows_next(rows));
		assert_text(rows_text(rows, 0),
		    i % 3 == 0 ? "5" : i % 3 == 1 ? "2.5" : "t");
		rows_end(rows);
	}
	must_not_fail(tx);
	db_end(tx);
}

static void texts_and_bytes(void **state)
{
	struct db *db = fixture_db(state);
	size_t size = 3 << 20;
	char *large = test_malloc(size);
	struct str bytes = {"\0\1\xff\0'\\", 6};

	make_pair(db);
	for (size_t i = 0; i < size; i++)
		large[i] = (char)('a' + i % 26);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into pair values (1, $1, null, $2)", T(S("")),
	    B(S("")));
	db_run(tx, "insert into pair values (2, $1, null, $2)",
	    T(S("caf\303\251 '\\ \342\202\254 \360\237\231\202")), B(bytes));
	db_run(tx, "insert into pair values (3, null, null, $1)",
	    B(((struct str){large, size})));
	must_commit(tx);
	tx = db_read(db);
	struct rows *rows = db_ask(tx,
	    "select name, bytes from pair order by id");
	assert_true(rows_next(rows));
	assert_false(rows_null(rows, 0));
	assert_false(rows_null(rows, 1));
	assert_int_equal(rows_text(rows, 0).len, 0);
	assert_true(rows_next(rows));
	assert_text(rows_text(rows, 0),
	    "caf\303\251 '\\ \342\202\254 \360\237\231\202");
	assert_true(str_eq(rows_text(rows, 1), bytes));
	assert_true(rows_next(rows));
	assert_true(str_eq(rows_text(rows, 1), (struct str){large, size}));
	assert_false(rows_next(rows));
	must_not_fail(tx);
	db_end(tx);
	test_free(large);
}

/* 31 characters, so that each place in a word of eight is met. */
static void only_utf8_text(void **state)
{
	static const struct str bad[] = {{"\0", 1}, {"\xff", 1}, {"\xc3", 1},
	    {"\xed\xa0\x80", 3}, {"\x80", 1}};
	struct db *db = fixture_db(state);

	for (size_t at = 0; at < 31; at++) {
		for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
			char text[40] = "abcdefghijklmnopqrstuvwxyzabcdefghijk";
			struct err err = {0};
			memcpy(text + at, bad[i].at, bad[i].len);
			struct tx *tx = db_read(db);
			db_int(tx, "select count(*) from journal where kind = $1",
			    T(((struct str){text, 36})));
			assert_true(db_failed(tx, &err));
			assert_int_equal(err.kind, ERR_INPUT);
			db_end(tx);
		}
	}
}

static void rows_within_rows(void **state)
{
	struct db *db = fixture_db(state);
	int64_t n = 3000, seen = 0;

	make_pair(db);
	fill_pair(db, n);
	struct tx *tx = db_begin(db);
	struct rows *outer = db_ask(tx,
	    "select id, size from pair order by id");
	while (rows_next(outer)) {
		int64_t id = rows_int(outer, 0);
		struct rows *inner = db_ask(tx,
		    "select id from pair where id >= $1 order by id limit 3",
		    I(id));
		assert_true(rows_next(inner));
		assert_true(rows_int(inner, 0) == id);
		/* The same literal again, while it is open. */
		struct rows *third = db_ask(tx,
		    "select id from pair where id >= $1 order by id limit 3",
		    I(id + 1));
		assert_int_equal(rows_next(third), id < n);
		if (id < n)
			assert_true(rows_int(third, 0) == id + 1);
		db_run(tx, "update pair set name = $1 where id = $2",
		    T(rows_text(inner, 0)), I(id));
		/* What was here still is. */
		assert_true(rows_real(outer, 1) == (double)id / 2);
		if (id % 3 == 0)
			rows_end(third);
		if (id % 2)
			while (rows_next(inner))
				;
		seen++;
	}
	assert_true(seen == n);
	must_commit(tx);
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select count(*) from pair "
	    "where name = cast(id as text)"), n);
	db_end(tx);
}

static void rows_side_by_side(void **state)
{
	struct db *db = fixture_db(state);

	make_pair(db);
	fill_pair(db, 500);
	struct tx *tx = db_read(db);
	struct rows *up = db_ask(tx, "select id from pair order by id");
	struct rows *down = db_ask(tx, "select id from pair order by id desc");
	struct rows *unread = db_ask(tx, "select id from pair");
	for (int64_t i = 1; i <= 500; i++) {
		assert_true(rows_next(up));
		assert_true(rows_next(down));
		assert_true(rows_int(up, 0) + rows_int(down, 0) == 501);
	}
	assert_false(rows_next(down));
	assert_false(rows_next(up));
	rows_end(unread);
	must_not_fail(tx);
	db_end(tx);
}

/* A large outer loop that writes: answers must not pile up. */
static void runs_within_many_rows(void **state)
{
	struct db *db = fixture_db(state);
	int64_t n = 40000;

	make_pair(db);
	fill_pair(db, n);
	struct tx *tx = db_begin(db);
	struct rows *rows = db_ask(tx, "select id, size from pair order by id");
	while (rows_next(rows)) {
		int64_t id = rows_int(rows, 0);
		db_run(tx, "update pair set size = $1 where id = $2",
		    R(rows_real(rows, 1) + 1), I(id));
	}
	must_commit(tx);
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select count(*) from pair "
	    "where size = id / 2.0 + 1"), n);
	db_end(tx);
}

static void returning(void **state)
{
	struct db *db = fixture_db(state);

	make_pair(db);
	struct tx *tx = db_begin(db);
	struct rows *rows = db_ask(tx, "insert into pair (id, name) values "
	    "($1, $2) on conflict (id) do update set name = $2 returning id + 1",
	    I(4), T(S("a")));
	assert_true(rows_next(rows));
	assert_int_equal(rows_int(rows, 0), 5);
	rows_end(rows);
	/* Not read at all, it still happens. */
	rows = db_ask(tx, "insert into pair (id, name) values (5, 'b') "
	    "returning id");
	rows_next(rows);
	rows_end(rows);
	db_run(tx, "insert into pair (id, name) values (6, 'c') returning id");
	assert_int_equal(db_changed(tx), 1);
	must_commit(tx);
	assert_int_equal(count_pair(db), 3);
}

static void more_statements_than_kept(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};

	for (int round = 0; round < 3; round++) {
		struct tx *tx = db_read(db);
		for (int i = 0; i < 700; i++) {
			const char *sql = db_text(db, arena_printf(&arena,
			    "select $1 + %d", i));
			assert_int_equal(db_int(tx, sql, I(1000)), 1000 + i);
		}
		must_not_fail(tx);
		db_end(tx);
	}
	arena_end(&arena);
}

static void texts_have_one_address(void **state)
{
	struct db *db = fixture_db(state);
	char a[] = "select 1", b[] = "select 1", c[] = "select 2";

	assert_ptr_equal(db_text(db, str_of(a)), db_text(db, str_of(b)));
	assert_ptr_not_equal(db_text(db, str_of(a)), db_text(db, str_of(c)));
	assert_string_equal(db_text(db, str_of(c)), "select 2");
}

static void kind_is_told(void **state)
{
	assert_string_equal(db_kind(fixture_db(state)),
	    place_server() ? "postgres" : "sqlite");
}

static void nowhere_to_open(void **state)
{
	struct err err = {0};

	(void)state;
	assert_null(db_open("/nowhere/at/all.db", 2, &err));
	assert_true(err.kind != ERR_NONE && err.text[0]);
	struct err reach = {0};
	assert_null(db_open("postgres:///x?host=/nowhere", 2, &reach));
	assert_int_equal(reach.kind, ERR_BUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(first_failure_stays),
	    with_place(a_failure_ends_open_rows),
	    with_place(asked_failure_is_told),
	    with_place(own_failure_undoes),
	    with_place(end_undoes),
	    with_place(reading_cannot_write),
	    with_place(a_snapshot_stays),
	    with_place(placeholders_go_by_number),
	    with_place(twelve_placeholders),
	    with_place(number_of_values_is_checked),
	    with_place(nulls_and_types),
	    cmocka_unit_test(vals_of_nothing),
	    with_place(numbers_are_exact),
	    with_place(numbers_after_null_are_exact),
	    with_place(one_text_many_types),
	    with_place(texts_and_bytes),
	    with_place(only_utf8_text),
	    with_place(rows_within_rows),
	    with_place(rows_side_by_side),
	    with_place(runs_within_many_rows),
	    with_place(returning),
	    with_place(more_statements_than_kept),
	    with_place(texts_have_one_address),
	    with_place(kind_is_told),
	    cmocka_unit_test(nowhere_to_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
