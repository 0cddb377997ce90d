/* SPDX-License-Identifier: MIT */
/* test_postgres.c: what only a server does: it goes away, waits for locks,
 * sends more than memory holds, and counts in numeric.  Without a server in
 * RIBBLE_TEST_DATABASE there is nothing to test. */
#include "store/postgres.c"

#include "place.h"
#include <malloc.h>
#include <math.h>
#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void);
#endif
#include <sys/socket.h>
#include <unistd.h>

static int server_open(void **state)
{
	if (!place_server()) {
		*state = NULL;
		return 0;
	}
	struct fixture *f = test_calloc(1, sizeof(*f));
	f->place = place_new();
	size_t len = strlen(f->place.where);
	/* So that only this test's connections are ended by it. */
	snprintf(f->place.where + len, sizeof(f->place.where) - len,
	    "&application_name=%s", f->place.schema);
	f->db = place_open(f->place.where);
	*state = f;
	return 0;
}

static int server_close(void **state)
{
	return *state ? fixture_close(state) : 0;
}

#define with_server(test) \
	cmocka_unit_test_setup_teardown(test, server_open, server_close)

static struct db *server_db(void **state)
{
	if (!*state)
		skip();
	return fixture_db(state);
}

static void end_connections(void **state)
{
	struct fixture *f = *state;
	char sql[256];

	snprintf(sql, sizeof(sql), "select pg_terminate_backend(pid, 10000) "
	    "from pg_stat_activity where application_name = '%s'",
	    f->place.schema);
	place_tell(sql);
}

static void add_one(struct tx *tx)
{
	db_run(tx, "insert into kept select 'n' || count(*), 1 from kept");
}

static void must_be_lost(struct tx *tx)
{
	struct err err = {0};

	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, "onnection"));
}

static void a_lost_connection_is_made_again(void **state)
{
	struct db *db = server_db(state);
	struct err err = {0};

	for (int round = 0; round < 4; round++) {
		struct tx *tx = db_begin(db);
		add_one(tx);
		assert_int_equal(db_changed(tx), 1);
		end_connections(state);
		if (round == 1)
			for (int i = 0; i < 5000; i++)
				add_one(tx);
		if (round == 2)
			assert_int_equal(db_int(tx, "select 1"), 0);
		if (round == 3) {
			db_end(tx);
		} else {
			if (db_failed(tx, &err))
				assert_int_equal(err.kind, ERR_BUSY);
			assert_false(db_commit(tx, NULL));
		}
	}
	struct tx *tx = db_begin(db);
	add_one(tx);
	must_commit(tx);
	/* Idle connections that went are not even noticed. */
	end_connections(state);
	tx = db_begin(db);
	add_one(tx);
	must_commit(tx);
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select count(*) from kept"), 2);
	must_not_fail(tx);
	db_end(tx);
}

static void lost_while_reading(void **state)
{
	struct db *db = server_db(state);
	struct tx *tx = db_read(db);
	int64_t n = 0;

	struct rows *rows = db_ask(tx, "select x, repeat('x', 1000) "
	    "from generate_series(1, 1000000) x");
	assert_true(rows_next(rows));
	end_connections(state);
	while (rows_next(rows))
		n++;
	assert_true(n < 999999);
	must_be_lost(tx);
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select 1"), 1);
	db_end(tx);
}

static void lost_at_the_commit(void **state)
{
	struct db *db = server_db(state);
	struct err err = {0};
	struct tx *tx = db_begin(db);

	add_one(tx);
	assert_int_equal(db_changed(tx), 1);
	shutdown(PQsocket(((struct pg_conn *)tx->conn)->pg), SHUT_RDWR);
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, "not known whether it was kept"));
}

static void busy_while_the_server_is_gone(void **state)
{
	server_db(state);
	struct err err = {0};
	/* A server that is not there at all, in the middle of a day. */
	struct db *db = fixture_db(state);
	const char *where = db->where;
	struct tx *tx = db_begin(db);
	db->where = "postgres:///x?host=/nowhere";
	end_connections(state);
	db_end(tx);
	tx = db_begin(db);
	assert_true(db_failed(tx, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	db_run(tx, "select 1");
	assert_false(rows_next(db_ask(tx, "select 1")));
	assert_false(db_commit(tx, NULL));
	db->where = where;
	tx = db_begin(db);
	add_one(tx);
	must_commit(tx);
}

static void locks_are_waited_for_so_long(void **state)
{
	struct db *db = server_db(state);
	struct err err = {0};
	struct tx *first = db_begin(db), *second = db_begin(db);

	db_run(first, "insert into kept values ('x', 1)");
	assert_int_equal(db_changed(first), 1);
	db_run(second, "set local lock_timeout = '50ms'");
	db_run(second, "insert into kept values ('x', 2)");
	assert_false(db_commit(second, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	must_commit(first);
}

static void failures_tell_no_values(void **state)
{
	static const struct {
		const char *sql;
		enum err_kind kind;
	} cases[] = {
	    {"insert into kept values ('secret', 1), ('secret', 2)", ERR_CONFLICT},
	    {"insert into kept values ('x', 'secret' || '')", ERR_BROKEN},
	    {"insert into kept values ('x', cast('secret' || '' as bigint))", ERR_BROKEN},
	    {"insert into kept values (null, 5)", ERR_BROKEN},
	    {"insert into journal_head values (2, 3, '')", ERR_BROKEN},
	    {"select 1 / cast(length('') as bigint)", ERR_BROKEN},
	    {"do $$ begin raise exception 'x' using errcode = '40001'; end $$", ERR_BUSY},
	    {"do $$ begin raise exception 'x' using errcode = '53100'; end $$", ERR_BUSY},
	};
	struct db *db = server_db(state);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = {0};
		struct tx *tx = db_begin(db);
		db_run(tx, cases[i].sql);
		assert_false(db_commit(tx, &err));
		assert_int_equal(err.kind, cases[i].kind);
		assert_null(strstr(err.text, "secret"));
		assert_true(err.text[0]);
	}
}

static void a_new_type_is_said(void **state)
{
	struct db *db = server_db(state);
	struct err err = {0};
	struct tx *tx = db_read(db);

	struct rows *rows = db_ask(tx, "select now()");
	assert_true(rows_next(rows));
	assert_true(rows_null(rows, 0));
	assert_true(db_failed(tx, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	db_end(tx);
}

static void numerics(void **state)
{
	static const char *const texts[] = {"0", "1", "-1", "10000", "99999999",
	    "9223372036854775807", "-9223372036854775808", "9223372036854775808",
	    "-9223372036854775809", "0.5", "-0.0001", "12345.678", "1e-20", "1e40",
	    "-1e100", "123456789012345678901234567890.123456789",
	    "0.00000000000000000000000000012345", "100000000", "5000.25"};
	struct db *db = server_db(state);
	struct tx *tx = db_read(db);

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		double real = 0;
		int64_t whole = 0;
		struct rows *rows = db_ask(tx, "select cast($1 as numeric)",
		    T(str_of(texts[i])));
		bool is_whole = str_int(str_of(texts[i]), &whole);
		assert_true(str_real(str_of(texts[i]), &real));
		assert_true(rows_next(rows));
		if (is_whole)
			assert_true(rows_int(rows, 0) == whole);
		double off = fabs(rows_real(rows, 0) - real);
		if (off > fabs(real) * 1e-15)
			fail_msg("%s is %.17g", texts[i], rows_real(rows, 0));
		rows_end(rows);
	}
	struct rows *rows = db_ask(tx, "select 'nan'::numeric, 'inf'::numeric, "
	    "'-inf'::numeric, 'nan'::float8, 1.5::float4, 7::smallint, true, "
	    "'n'::name, 'c'::char(3), 4000000000::oid");
	assert_true(rows_next(rows));
	assert_true(rows_null(rows, 0));
	assert_true(rows_real(rows, 1) == HUGE_VAL);
	assert_true(rows_real(rows, 2) == -HUGE_VAL);
	assert_true(rows_null(rows, 3));
	assert_true(rows_real(rows, 4) == 1.5);
	assert_int_equal(rows_int(rows, 5), 7);
	assert_int_equal(rows_int(rows, 6), 1);
	assert_text(rows_text(rows, 7), "n");
	assert_text(rows_text(rows, 8), "c  ");
	assert_int_equal(rows_int(rows, 9), 4000000000);
	must_not_fail(tx);
	db_end(tx);
}

/* In use now, whatever the allocator keeps back. */
static int64_t memory(void)
{
#ifdef __SANITIZE_ADDRESS__
	return (int64_t)__sanitizer_get_current_allocated_bytes();
#else
	return (int64_t)mallinfo2().uordblks;
#endif
}

/* 200 MB go by, under an inner ask and under runs. */
static void large_results_need_no_memory(void **state)
{
	struct db *db = server_db(state);
	int64_t before = memory(), most = 0, n = 0, now;

	struct tx *tx = db_begin(db);
	struct rows *rows = db_ask(tx, "select x, repeat('x', 1000) "
	    "from generate_series(1, 100000) x");
	while (rows_next(rows)) {
		if (++n % 30000 == 0)
			assert_int_equal(db_int(tx, "select 5"), 5);
		assert_int_equal(rows_text(rows, 1).len, 1000);
		assert_true(rows_int(rows, 0) == n);
		now = n % 1000 ? 0 : memory();
		most = now > most ? now : most;
	}
	assert_int_equal(n, 100000);
	rows = db_ask(tx, "select x, repeat('x', 1000) "
	    "from generate_series(1, 100000) x");
	while (rows_next(rows)) {
		if (n++ % 10 == 0)
			db_run(tx, "update kept set value = $1", I(n));
		now = n % 1000 ? 0 : memory();
		most = now > most ? now : most;
	}
	must_commit(tx);
	print_message("# %lld KiB more\n", (long long)(most - before) / 1024);
	assert_true(most - before < 8 << 20);
}

/* Both sides would wait for the other to read, if neither did. */
static void much_both_ways(void **state)
{
	struct db *db = server_db(state);
	size_t size = 4 << 20;
	char *text = test_malloc(size);

	memset(text, 'x', size);
	struct tx *tx = db_begin(db);
	struct rows *a = db_ask(tx, "select repeat('x', 1000000) "
	    "from generate_series(1, 20)");
	struct rows *b = db_ask(tx, "select repeat('y', 1000000) "
	    "from generate_series(1, 20)");
	for (int i = 0; i < 5; i++)
		db_run(tx, "insert into kept values ($1 || cast($2 as text), $2)",
		    T(((struct str){text, i ? 5 : size})), I(i));
	for (int i = 0; i < 20; i++) {
		assert_true(rows_next(b));
		assert_true(rows_text(b, 0).at[999999] == 'y');
	}
	assert_true(rows_next(a));
	db_run(tx, "update kept set name = 'a' where value = 0 and name = $1",
	    T(((struct str){text, size})));
	assert_true(rows_next(a));
	rows_end(a);
	test_free(text);
	/* An index cannot hold so long a name. */
	assert_false(db_commit(tx, NULL));
}

static void commits_are_synchronous(void **state)
{
	struct fixture *f = *state;
	struct place_name place;

	server_db(state);
	place = f->place;
	char *at = strstr(place.where, "options=");
	assert_non_null(at);
	char rest[256];
	snprintf(rest, sizeof(rest), "%s", at + 8);
	snprintf(at, 300, "options=-csynchronous_commit%%3Doff%%20%s", rest);
	struct db *db = place_open(place.where);
	struct tx *tx = db_read(db);
	struct rows *rows = db_ask(tx, "show synchronous_commit");
	assert_true(rows_next(rows));
	assert_text(rows_text(rows, 0), "on");
	db_end(tx);
	db_close(db);
}

/* Plans are made anew when another program has changed the tables. */
static void tables_change_underneath(void **state)
{
	struct fixture *f = *state;
	struct db *db = server_db(state);
	char sql[200];
	int failed = 0;

	for (int round = 0; round < 3; round++) {
		struct tx *tx = db_read(db);
		struct rows *rows = db_ask(tx, "select * from kept");
		rows_next(rows);
		failed += db_failed(tx, NULL);
		db_end(tx);
		if (round > 0)
			continue;
		snprintf(sql, sizeof(sql), "alter table %s.kept add column more text",
		    f->place.schema);
		place_tell(sql);
	}
	assert_int_equal(failed, 1); /* and then it works again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_server(a_lost_connection_is_made_again),
	    with_server(lost_while_reading),
	    with_server(lost_at_the_commit),
	    with_server(busy_while_the_server_is_gone),
	    with_server(locks_are_waited_for_so_long),
	    with_server(failures_tell_no_values),
	    with_server(a_new_type_is_said),
	    with_server(numerics),
	    with_server(large_results_need_no_memory),
	    with_server(much_both_ways),
	    with_server(commits_are_synchronous),
	    with_server(tables_change_underneath),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
