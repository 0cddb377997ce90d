/* SPDX-License-Identifier: MIT */
/* test_backup.c: into a file and back, between the kinds of database, while
 * others write; and no damage goes unseen. */
#include "place.h"

#include <float.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS 3000

/* Tables that migrations made, with every kind of value. */
static void fill(struct db *db)
{
	struct tx *tx = db_begin(db);
	char text[64];

	for (int i = 0; i < ROWS; i++) {
		int n = snprintf(text, sizeof(text), "org %d caf\303\251", i);
		struct str s = {text, (size_t)n};
		db_run(tx, "insert into org (code, name, short, kind, sort) "
		    "values ($1, $2, $3, 'trust', $4)", T(s), T(s), T(S("")), I(i));
		db_run(tx, "insert into site (id, code, name, org, kind) "
		    "values ($1, $2, $3, 'X', $4)", I(i), T(s),
		    i % 2 ? N : T(S("x")), N);
		db_run(tx, "insert into target (id, measure, org, test, trajectory, "
		    "from_day, value, set_by, reason, submission, made_at) "
		    "values ($1, 'm', '*', 1, 0, 2, $2, 'x', 'y', $3, $4)", I(i),
		    R(i ? 1.0 / i : DBL_MIN), i % 3 ? N : I(INT64_MIN),
		    I(INT64_MAX));
		if (i % 10 == 0)
			journal_add(tx, S("kind"), T(s).s, S("who"), S("{}"));
	}
	must_commit(tx);
}

static struct sha256 contents(struct db *db)
{
	static const char *const asks[] = {
	    "select code, name, short, kind, sort from org order by sort",
	    "select id, code, name, org, kind from site order by id",
	    "select id, value, submission, made_at from target order by id",
	    "select seq, at, kind, subject, who, detail, hash from journal order by seq",
	    "select one, seq, hash from journal_head",
	};
	static const int columns[] = {5, 5, 4, 7, 3};
	struct hasher *hasher = hasher_begin();
	struct tx *tx = db_read(db);

	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		struct rows *rows = db_ask(tx, asks[i]);
		while (rows_next(rows)) {
			for (int c = 0; c < columns[i]; c++) {
				bool null = rows_null(rows, c);
				hasher_add(hasher, null ? S("-") : S("+"));
				hasher_add(hasher, rows_text(rows, c));
			}
		}
	}
	must_not_fail(tx);
	db_end(tx);
	return hasher_end(hasher);
}

static void must_restore(struct db *db, const char *file)
{
	struct err err = {0};

	if (!store_restore(db, file, &err))
		fail_msg("%s (%s)", err.text, err.hint);
	if (!store_check(db, &err))
		fail_msg("%s (%s)", err.text, err.hint);
}

static void must_refuse(struct db *db, const char *file, enum err_kind kind,
    const char *words)
{
	struct err err = {0};

	assert_false(store_restore(db, file, &err));
	assert_int_equal(err.kind, kind);
	if (!strstr(err.text, words))
		fail_msg("'%s', not '%s'", err.text, words);
}

static void around(struct place_name from, struct place_name to)
{
	struct err err = {0};
	char file[128];
	struct stat is;

	snprintf(file, sizeof(file), "%s/backup", from.folder);
	struct db *db = place_open(from.where);
	fill(db);
	struct sha256 before = contents(db);
	if (!store_backup(db, file, &err))
		fail_msg("%s", err.text);
	/* Again, over the one that is there. */
	assert_true(store_backup(db, file, &err));
	assert_int_equal(stat(file, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	int64_t last = journal_last(db);
	db_close(db);
	db = place_open(to.where);
	must_restore(db, file);
	struct sha256 after = contents(db);
	assert_memory_equal(before.at, after.at, sizeof(before.at));
	assert_true(journal_last(db) == last);
	/* It lives on. */
	struct tx *tx = db_begin(db);
	journal_add(tx, S("next"), S(""), S(""), S(""));
	must_commit(tx);
	assert_true(journal_last(db) == last + 1);
	assert_true(store_check(db, &err));
	must_refuse(db, file, ERR_REFUSED, "the database is not empty");
	db_close(db);
	place_drop(&to);
	place_drop(&from);
}

static void the_same_kind(void **state)
{
	(void)state;
	around(place_new(), place_new());
}

static void from_a_file(void **state)
{
	(void)state;
	around(place_sqlite(), place_new());
}

static void to_a_file(void **state)
{
	(void)state;
	around(place_new(), place_sqlite());
}

static void an_empty_one(void **state)
{
	struct place_name from = place_new(), to = place_new();
	struct err err = {0};
	char file[128];

	(void)state;
	snprintf(file, sizeof(file), "%s/backup", from.folder);
	struct db *db = place_open(from.where);
	assert_true(store_backup(db, file, &err));
	must_restore(db, file); /* into itself: nothing has happened */
	db_close(db);
	db = place_open(to.where);
	must_restore(db, file);
	db_close(db);
	place_drop(&to);
	place_drop(&from);
}

static atomic_bool stop;

/* Moves a sum between two rows: whoever sees 100 in all sees one moment. */
static void *move_about(void *with)
{
	struct db *db = with;

	for (int64_t i = 0; !atomic_load(&stop); i++) {
		struct tx *tx = db_begin(db);
		db_run(tx, "update kept set value = value + $1 where name = 'a'",
		    I(i % 7 - 3));
		db_run(tx, "update kept set value = value - $1 where name = 'b'",
		    I(i % 7 - 3));
		journal_add(tx, S("moved"), S(""), S(""), S(""));
		must_commit(tx);
	}
	return NULL;
}

static void while_others_write(void **state)
{
	struct db *db = fixture_db(state);
	struct place_name to = place_sqlite();
	struct err err = {0};
	pthread_t thread;
	char file[128];

	snprintf(file, sizeof(file), "%s/backup", to.folder);
	fill(db);
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into kept values ('a', 60), ('b', 40)");
	must_commit(tx);
	stop = false;
	pthread_create(&thread, NULL, move_about, db);
	usleep(20000);
	assert_true(store_backup(db, file, &err));
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	struct db *other = place_open(to.where);
	must_restore(other, file);
	tx = db_read(other);
	assert_int_equal(db_int(tx, "select sum(value) from kept"), 100);
	db_end(tx);
	db_close(other);
	place_drop(&to);
}

static char *slurp(const char *file, size_t *size)
{
	FILE *in = fopen(file, "r");
	char *bytes = test_malloc(1 << 20);

	*size = fread(bytes, 1, 1 << 20, in);
	fclose(in);
	return bytes;
}

static void spew(const char *file, const char *bytes, size_t size)
{
	FILE *out = fopen(file, "w");

	assert_int_equal(fwrite(bytes, 1, size, out), size);
	fclose(out);
}

static void damage_is_seen(void **state)
{
	struct fixture *f = *state;
	struct place_name from = place_sqlite();
	struct err err = {0};
	size_t size;
	char file[128];

	snprintf(file, sizeof(file), "%s/backup", from.folder);
	struct db *db = place_open(from.where);
	fill(db);
	assert_true(store_backup(db, file, &err));
	db_close(db);
	char *bytes = slurp(file, &size);
	for (size_t at = 0; at < size; at += size / 20 - 1) {
		bytes[at] ^= 1;
		spew(file, bytes, size);
		must_refuse(f->db, file, ERR_INPUT, at < 16 ?
		    "is not a backup" : "the backup is damaged");
		bytes[at] ^= 1;
	}
	for (size_t end = 0; end < size; end += size / 20 + 1) {
		spew(file, bytes, end);
		must_refuse(f->db, file, ERR_INPUT, end < 48 ?
		    "is not a backup" : "the backup is damaged");
	}
	spew(file, bytes, size);
	must_restore(f->db, file); /* nothing had been changed */
	test_free(bytes);
	place_drop(&from);
}

/* The sum is right, but what stands there is not. */
static void nonsense_is_refused(void **state)
{
	struct fixture *f = *state;
	struct str words[] = {S(""), S("x"), S("not zstd, yet long enough to be "
	    "taken for something")};
	char file[128], bytes[256];

	snprintf(file, sizeof(file), "%s/backup", f->place.folder);
	for (size_t i = 0; i < 3; i++) {
		memcpy(bytes, "RIBBLE BACKUP 1\n", 16);
		memcpy(bytes + 16, words[i].at, words[i].len);
		size_t n = 16 + words[i].len;
		struct sha256 sum = sha256_of((struct str){bytes, n});
		memcpy(bytes + n, sum.at, sizeof(sum.at));
		spew(file, bytes, n + sizeof(sum.at));
		must_refuse(f->db, file, ERR_INPUT, "the backup");
	}
	assert_true(store_check(f->db, &(struct err){0}));
}

static void a_used_target_is_refused(void **state)
{
	struct fixture *f = *state;
	struct place_name to = place_new();
	struct err err = {0};
	char file[128];

	snprintf(file, sizeof(file), "%s/backup", f->place.folder);
	assert_true(store_backup(f->db, file, &err));
	struct db *db = place_open(to.where);
	struct tx *tx = db_begin(db);
	db_run(tx, "create table foreigner (id bigint)");
	must_commit(tx);
	must_refuse(db, file, ERR_REFUSED, "a table foreigner");
	tx = db_begin(db);
	db_run(tx, "drop table foreigner");
	db_run(tx, "insert into kept values ('x', 1)");
	must_commit(tx);
	must_refuse(db, file, ERR_REFUSED, "there are rows in kept");
	tx = db_begin(db);
	db_run(tx, "delete from kept");
	must_commit(tx);
	must_restore(db, file);
	db_close(db);
	place_drop(&to);
}

static void nowhere(void **state)
{
	struct db *db = fixture_db(state);
	struct err err = {0}, missing = {0};

	assert_false(store_backup(db, "/nowhere/at/all", &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(store_restore(db, "/nowhere/at/all", &missing));
	assert_int_equal(missing.kind, ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_kind),
	    cmocka_unit_test(from_a_file),
	    cmocka_unit_test(to_a_file),
	    cmocka_unit_test(an_empty_one),
	    with_place(while_others_write),
	    with_place(damage_is_seen),
	    with_place(nonsense_is_refused),
	    with_place(a_used_target_is_refused),
	    with_place(nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
