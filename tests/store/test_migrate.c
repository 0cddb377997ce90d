/* SPDX-License-Identifier: MIT */
/* test_migrate.c: forward only, once each, never changed; and a backup from
 * before the newest migration. */
#include "store/backup.h"
#include "store/store.h"

static const struct embedded *files;
#define embedded_migrations files
#include "store/migrate.c"
#include "store/restore.c"

#include "place.h"
#include <pthread.h>

#define FILE_OF(name, text) \
	{ \
		.path = name, .bytes = { text, sizeof(text) - 1 } \
	}
#define JOURNAL \
	FILE_OF("0001-journal.sql", "-- Why; with a semicolon.\n" \
	    "create table journal (seq bigint primary key, at bigint, kind text, " \
	    "subject text, who text, detail text, hash bytea) $clustered;\n" \
	    "create table journal_head (one bigint primary key, seq bigint, " \
	    "hash bytea);\n")
#define THINGS \
	FILE_OF("0002-things.sql", "create table thing (id bigint, name text not " \
	    "null, primary key (id)) $clustered;\n" \
	    "create table other (id bigint primary key);" \
	    "insert into other (id) values (7); -- a seed\n")
#define MORE \
	FILE_OF("0003-more.sql", "alter table thing add column size bigint;\n" \
	    "update thing set size = id * 2;\n" \
	    "create view sizes as select size from thing;\n" \
	    "insert into other (id) values (8);\n")
#define END {.path = NULL}

static const struct embedded one[] = {JOURNAL, END};
static const struct embedded two[] = {JOURNAL, THINGS, END};
static const struct embedded three[] = {JOURNAL, THINGS, MORE, END};
static const struct embedded gap[] = {JOURNAL, FILE_OF("0003-more.sql",
    "create table more (id bigint);"), END};
static const struct embedded changed[] = {JOURNAL, FILE_OF("0002-things.sql",
    "create table thing (id bigint);"), MORE, END};
static const struct embedded broken[] = {JOURNAL, THINGS,
    FILE_OF("0003-broken.sql", "create table third (id bigint);\n"
        "insert into third values (1);\n"
        "insert into nowhere values (2);\n"
        "create table fourth (id bigint);\n"), END};

static void open_bad(const char *where, enum err_kind kind, const char *words)
{
	struct err err = {0};

	assert_null(db_open(where, 2, &err));
	assert_int_equal(err.kind, kind);
	if (!strstr(err.text, words) && !strstr(err.hint, words))
		fail_msg("'%s' (%s), not '%s'", err.text, err.hint, words);
}

static int64_t ask(struct db *db, const char *sql)
{
	struct tx *tx = db_read(db);
	int64_t n = db_int(tx, sql);

	must_not_fail(tx);
	db_end(tx);
	return n;
}

static void forward_once_each(void **state)
{
	struct place_name place = place_new();
	struct err err = {0};

	(void)state;
	files = one;
	db_close(place_open(place.where));
	files = two;
	struct db *db = place_open(place.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into thing (id, name) values (5, 'five')");
	must_commit(tx);
	db_close(db);
	files = three;
	for (int i = 0; i < 3; i++) {
		db = place_open(place.where);
		assert_int_equal(ask(db, "select size from thing"), 10);
		assert_int_equal(ask(db, "select count(*) from other"), 2);
		assert_int_equal(ask(db, "select count(*) from migration"), 3);
		assert_int_equal(ask(db, "select count(*) from migration "
		    "where name = '0003-more.sql' and length(sha256) = 64"), 1);
		assert_true(store_check(db, &err));
		db_close(db);
	}
	place_drop(&place);
}

static void what_does_not_fit_is_named(void **state)
{
	struct place_name place = place_new();

	(void)state;
	files = three;
	db_close(place_open(place.where));
	files = two;
	open_bad(place.where, ERR_REFUSED, "newer than this program: it has "
	    "migration 0003-more.sql");
	files = changed;
	open_bad(place.where, ERR_BROKEN,
	    "migration 0002-things.sql was changed after it was applied");
	files = gap;
	open_bad(place.where, ERR_BROKEN, "migration 0002-things.sql was applied, "
	    "but this program does not have it");
	place_drop(&place);
	place = place_new();
	db_close(place_open(place.where));
	files = three;
	open_bad(place.where, ERR_BROKEN,
	    "migration 0002-things.sql was never applied, but 0003-more.sql was");
	place_drop(&place);
}

static void check_sees_them_too(void **state)
{
	struct place_name place = place_new();
	struct err err = {0}, again = {0};

	(void)state;
	files = three;
	struct db *db = place_open(place.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "update migration set sha256 = 'x' where number = 2");
	must_commit(tx);
	assert_false(store_check(db, &err));
	assert_non_null(strstr(err.text, "0002-things.sql was changed"));
	tx = db_begin(db);
	db_run(tx, "delete from migration where number >= 2");
	must_commit(tx);
	assert_false(store_check(db, &again));
	assert_non_null(strstr(again.text, "0002-things.sql was never"));
	db_close(db);
	place_drop(&place);
}

static void a_broken_one_changes_nothing(void **state)
{
	struct place_name place = place_new();

	(void)state;
	files = broken;
	open_bad(place.where, ERR_BROKEN, "nowhere");
	open_bad(place.where, ERR_BROKEN, "0003-broken.sql");
	files = three; /* the mended file; third does not exist */
	struct db *db = place_open(place.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "create table third (id bigint)");
	must_commit(tx);
	db_close(db);
	place_drop(&place);
}

static void *open_one(void *with)
{
	struct err err = {0};
	struct db *db = db_open(with, 2, &err);

	if (!db)
		print_error("%s\n", err.text);
	else
		db_close(db);
	return db;
}

static void many_may_open_a_new_place(void **state)
{
	struct place_name place = place_new();
	pthread_t threads[6];
	void *opened;

	(void)state;
	files = three;
	for (int i = 0; i < 6; i++)
		pthread_create(&threads[i], NULL, open_one, place.where);
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], &opened);
		assert_non_null(opened);
	}
	place_drop(&place);
}

static void an_older_backup_is_brought_forward(void **state)
{
	struct place_name from = place_new(), to = place_new();
	struct err err = {0};
	char file[128];

	(void)state;
	snprintf(file, sizeof(file), "%s/backup", from.folder);
	files = two;
	struct db *db = place_open(from.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into thing (id, name) values (21, 'x'), (22, 'y')");
	db_run(tx, "delete from other");
	db_run(tx, "insert into other values (1)");
	journal_add(tx, S("k"), S("s"), S("w"), S(""));
	must_commit(tx);
	assert_true(store_backup(db, file, &err));
	db_close(db);
	files = three;
	db = place_open(to.where);
	if (!store_restore(db, file, &err))
		fail_msg("%s", err.text);
	assert_int_equal(ask(db, "select sum(size) from sizes"), 86);
	assert_int_equal(ask(db, "select count(*) from other"), 2);
	assert_int_equal(ask(db, "select sum(id) from other"), 9);
	assert_int_equal(journal_last(db), 1);
	assert_true(store_check(db, &err));
	db_close(db);
	place_drop(&to);
	place_drop(&from);
}

static void a_newer_backup_is_refused(void **state)
{
	struct place_name from = place_new(), to = place_new();
	struct err err = {0};
	char file[128];

	(void)state;
	snprintf(file, sizeof(file), "%s/backup", from.folder);
	files = three;
	struct db *db = place_open(from.where);
	assert_true(store_backup(db, file, &err));
	db_close(db);
	files = two;
	db = place_open(to.where);
	assert_false(store_restore(db, file, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err.text, "0003-more.sql"));
	assert_int_equal(ask(db, "select sum(id) from other"), 7);
	db_close(db);
	place_drop(&to);
	place_drop(&from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forward_once_each),
	    cmocka_unit_test(what_does_not_fit_is_named),
	    cmocka_unit_test(check_sees_them_too),
	    cmocka_unit_test(a_broken_one_changes_nothing),
	    cmocka_unit_test(many_may_open_a_new_place),
	    cmocka_unit_test(an_older_backup_is_brought_forward),
	    cmocka_unit_test(a_newer_backup_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
