/* SPDX-License-Identifier: MIT */
/* test_sqlite.c: what only a file does: other programs, full and damaged
 * disks, and places that leave nothing behind. */
#define BUSY_MS 100
#include "store/file.c"
#include "store/sqlite.c"

#include "place.h"
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static int files_of(const char *folder, const char *head)
{
	DIR *dir = opendir(folder);
	int n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		n += !strncmp(entry->d_name, head, strlen(head));
	closedir(dir);
	return n;
}

/* Open files of a place in memory; *named: how many still have a name. */
static int open_files(int *named)
{
	DIR *dir = opendir("/proc/self/fd");
	char at[256];
	int n = 0;

	assert_non_null(dir);
	*named = 0;
	for (struct dirent *entry; (entry = readdir(dir));) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, at,
		    sizeof(at));
		struct str name = {at, len > 0 ? (size_t)len : 0};
		if (!str_starts(name, S("/dev/shm/ribble-")))
			continue;
		n++;
		*named += !str_ends(name, S(" (deleted)"));
	}
	closedir(dir);
	return n;
}

static void memory_leaves_nothing(void **state)
{
	int named;
	struct db *one = place_open(":memory:"), *two = place_open(":memory:");

	(void)state;
	struct tx *tx = db_begin(one);
	db_run(tx, "insert into kept values ('a', 1)");
	/* Readers do not wait, and do not see it yet. */
	struct tx *reading = db_read(one), *other = db_read(two);
	assert_int_equal(db_int(reading, "select count(*) from kept"), 0);
	must_commit(tx);
	assert_int_equal(db_int(reading, "select count(*) from kept"), 0);
	db_end(reading);
	reading = db_read(one);
	assert_int_equal(db_int(reading, "select count(*) from kept"), 1);
	assert_int_equal(db_int(other, "select count(*) from kept"), 0);
	db_end(reading);
	db_end(other);
	assert_int_equal(journal_wait(one, 0, 10), 0);
	assert_true(open_files(&named) > 0);
	assert_int_equal(named, 0);
	db_close(one);
	db_close(two);
}

static void files_are_for_their_owner(void **state)
{
	struct place_name place = place_sqlite();
	struct stat is;
	char name[600];

	(void)state;
	struct db *db = place_open(place.where);
	static const char *const ends[] = {"", "-wal", "-shm"};
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", place.where, ends[i]);
		assert_int_equal(stat(name, &is), 0);
		assert_int_equal(is.st_mode & 0777, 0600);
	}
	db_close(db);
	/* All is in the one file then. */
	assert_int_equal(files_of(place.folder, "ribble.db"), 1);
	place_drop(&place);
}

static void other_programs_are_waited_for(void **state)
{
	struct place_name place = place_sqlite();
	struct err err = {0};
	sqlite3 *other;

	(void)state;
	struct db *db = place_open(place.where);
	assert_int_equal(sqlite3_open(place.where, &other), SQLITE_OK);
	sqlite3_exec(other, "begin immediate", NULL, NULL, NULL);
	assert_false(sqlite3_get_autocommit(other));
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into kept values ('a', 1)");
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	sqlite3_exec(other, "rollback", NULL, NULL, NULL);
	tx = db_begin(db);
	db_run(tx, "insert into kept values ('a', 1)");
	must_commit(tx);
	sqlite3_close(other);
	db_close(db);
	place_drop(&place);
}

static void a_full_disk_is_busy(void **state)
{
	struct place_name place = place_sqlite();
	struct err err = {0};

	(void)state;
	struct db *db = place_open(place.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into kept values ('a', 1)");
	db_int(tx, "pragma max_page_count = 100");
	for (int i = 0; i < 10000; i++)
		db_run(tx, "insert into kept values ($1, 1)",
		    T(arena_printf(&tx->arena, "%0100d", i)));
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, "full"));
	tx = db_begin(db);
	db_int(tx, "pragma max_page_count = 1000000");
	assert_int_equal(db_int(tx, "select count(*) from kept"), 0);
	must_commit(tx);
	db_close(db);
	place_drop(&place);
}

static void failures_tell_no_values(void **state)
{
	static const char *const cases[] = {
	    "insert into kept values ('secret', 1), ('secret', 2)",
	    "insert into org (code) values ('secret')",
	    "insert into journal_head values (2, 3, 'secret')",
	    "select abs(-9223372036854775808) || 'secret'",
	};
	struct db *db = place_open(":memory:");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = {0};
		struct tx *tx = db_begin(db);
		db_run(tx, cases[i]);
		assert_false(db_commit(tx, &err));
		assert_int_equal(err.kind, i ? ERR_BROKEN : ERR_CONFLICT);
		assert_null(strstr(err.text, "secret"));
	}
	db_close(db);
}

static void one_statement_at_a_time(void **state)
{
	struct db *db = place_open(":memory:");
	static const char *const cases[] = {"select 1; select 2", "", "-- none",
	    "select ?", "select :name", "select $x"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = {0};
		struct tx *tx = db_read(db);
		db_int(tx, cases[i], I(1));
		assert_true(db_failed(tx, &err));
		assert_int_equal(err.kind, ERR_BROKEN);
		db_end(tx);
	}
	db_close(db);
}

static void damage_is_found(void **state)
{
	struct place_name place = place_sqlite();
	struct err err = {0};
	char bytes[4096];

	(void)state;
	struct db *db = place_open(place.where);
	struct tx *tx = db_begin(db);
	for (int i = 0; i < 3000; i++)
		db_run(tx, "insert into site (id, code, org) values ($1, $2, 'X')",
		    I(i), T(arena_printf(&tx->arena, "site %d", i)));
	must_commit(tx);
	assert_true(store_check(db, &err));
	db_close(db);
	int fd = open(place.where, O_RDWR);
	memset(bytes, 0x5a, sizeof(bytes));
	off_t size = lseek(fd, 0, SEEK_END);
	for (off_t at = size - 8192 * 5; at < size; at += 4096)
		assert_int_equal(pwrite(fd, bytes, 4096, at), 4096);
	close(fd);
	db = place_open(place.where);
	assert_false(store_check(db, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	db_close(db);
	fd = open(place.where, O_RDWR | O_TRUNC);
	assert_int_equal(write(fd, "this is not a database, though a long text "
	    "is in it that could be taken for one by its length alone, so that "
	    "a header fits in", 120), 120);
	close(fd);
	struct err other = {0};
	assert_null(db_open(place.where, 1, &other));
	assert_int_equal(other.kind, ERR_BROKEN);
	place_drop(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_leaves_nothing),
	    cmocka_unit_test(files_are_for_their_owner),
	    cmocka_unit_test(other_programs_are_waited_for),
	    cmocka_unit_test(a_full_disk_is_busy),
	    cmocka_unit_test(failures_tell_no_values),
	    cmocka_unit_test(one_statement_at_a_time),
	    cmocka_unit_test(damage_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
