/* SPDX-License-Identifier: MIT */
/* test_journal.c: gapless, chained, and every way of meddling with it is
 * seen and named. */
#include "place.h"

#include <pthread.h>
#include <unistd.h>

#define THREADS 6
#define COMMITS 40

static void add(struct db *db, int n)
{
	struct tx *tx = db_begin(db);

	for (int i = 0; i < n; i++)
		journal_add(tx, S("kind"), S("subject"), S("who"),
		    i % 2 ? S("{\"a\": 1}") : S(""));
	must_commit(tx);
}

static void check(struct db *db, int64_t entries)
{
	struct err err = {0};
	int64_t n = -1;

	if (!journal_check(db, &n, &err))
		fail_msg("%s", err.text);
	assert_true(n == entries);
}

static void check_bad(struct db *db, const char *why)
{
	struct err err = {0}, again = {0};
	int64_t n;

	assert_false(journal_check(db, &n, &err));
	assert_string_equal(err.text, why);
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_false(store_check(db, &again));
	assert_string_equal(again.text, why);
}

#define meddle(db, ...) \
	do { \
		struct tx *meddling = db_begin(db); \
		db_run(meddling, __VA_ARGS__); \
		must_commit(meddling); \
	} while (0)

static void an_empty_one_is_good(void **state)
{
	struct err err = {0};

	check(fixture_db(state), 0);
	assert_int_equal(journal_last(fixture_db(state)), 0);
	assert_true(store_check(fixture_db(state), &err));
}

static void entries_follow_each_other(void **state)
{
	struct db *db = fixture_db(state);
	int64_t before = outside_now(), due = 3;

	add(db, 2);
	add(db, 5);
	add(db, 1);
	assert_int_equal(journal_last(db), 8);
	check(db, 8);
	struct tx *tx = db_read(db);
	struct rows *rows = journal_after(tx, 2);
	while (rows_next(rows)) {
		assert_int_equal(rows_int(rows, 0), due++);
		assert_true(rows_int(rows, 1) >= before);
		assert_text(rows_text(rows, 2), "kind");
		assert_text(rows_text(rows, 3), "subject");
		assert_text(rows_text(rows, 4), "who");
	}
	assert_int_equal(due, 9);
	db_end(tx);
}

static void undone_entries_use_no_number(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 3);
	struct tx *tx = db_begin(db);
	journal_add(tx, S("never"), S(""), S(""), S(""));
	db_end(tx);
	tx = db_begin(db);
	journal_add(tx, S("never"), S(""), S(""), S(""));
	tx_fail(tx, ERR_REFUSED, "no");
	journal_add(tx, S("never"), S(""), S(""), S(""));
	assert_false(db_commit(tx, NULL));
	tx = db_begin(db);
	journal_add(tx, S("\xff"), S(""), S(""), S(""));
	assert_false(db_commit(tx, NULL));
	assert_int_equal(journal_last(db), 3);
	add(db, 1);
	check(db, 4);
}

static void *add_many(void *with)
{
	for (int i = 0; i < COMMITS; i++)
		add(with, 1 + i % 3);
	return NULL;
}

static void threads_leave_no_gap(void **state)
{
	struct db *db = fixture_db(state);
	pthread_t threads[THREADS];
	int64_t all = 0;

	for (int i = 0; i < COMMITS; i++)
		all += THREADS * (1 + i % 3);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, add_many, db);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(journal_last(db) == all);
	check(db, all);
}

static void *add_later(void *with)
{
	usleep(50000);
	add(with, 1);
	return NULL;
}

static void waiting(void **state)
{
	struct db *db = fixture_db(state);
	pthread_t thread;

	int64_t begun = outside_ticks();
	assert_int_equal(journal_wait(db, 0, 80), 0);
	assert_true(outside_ticks() - begun >= 80000);
	pthread_create(&thread, NULL, add_later, db);
	assert_int_equal(journal_wait(db, 0, 60000), 1);
	assert_true(outside_ticks() - begun < 30 * US_PER_S);
	pthread_join(thread, NULL);
	assert_int_equal(journal_wait(db, 0, 60000), 1);
}

/* Two that opened the same place are as two programs. */
static void others_are_heard(void **state)
{
	struct fixture *f = *state;
	struct db *other = place_open(f->place.where);
	pthread_t thread;

	pthread_create(&thread, NULL, add_later, other);
	int64_t begun = outside_ticks();
	assert_int_equal(journal_wait(f->db, 0, 60000), 1);
	assert_true(outside_ticks() - begun < 10 * US_PER_S);
	pthread_join(thread, NULL);
	add(other, 2);
	usleep(600000);
	assert_int_equal(journal_last(f->db), 3);
	add(f->db, 1);
	check(other, 4);
	db_close(other);
}

static void changes_are_named(void **state)
{
	static const char *const changes[] = {
	    "update journal set kind = 'kinD' where seq = 4",
	    "update journal set subject = '' where seq = 4",
	    "update journal set who = 'whos' where seq = 4",
	    "update journal set detail = 'x' where seq = 4",
	    "update journal set at = at + 1 where seq = 4",
	    /* The same bytes, cut elsewhere. */
	    "update journal set kind = 'kinds', subject = 'ubject' where seq = 4",
	    "update journal set hash = (select hash from journal where seq = 5) where seq = 4",
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct place_name place = place_new();
		struct db *db = place_open(place.where);
		add(db, 8);
		meddle(db, changes[i]);
		check_bad(db, "journal entry 4 was changed");
		db_close(db);
		place_drop(&place);
	}
	(void)state;
}

static void missing_ones_are_named(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 8);
	meddle(db, "delete from journal where seq = 8");
	check_bad(db, "journal entry 8 is missing");
	meddle(db, "delete from journal where seq = 5");
	check_bad(db, "journal entry 5 is missing");
	meddle(db, "delete from journal where seq = 1");
	check_bad(db, "journal entry 1 is missing");
	meddle(db, "delete from journal");
	check_bad(db, "journal entry 1 is missing");
}

static void a_missing_head_is_seen(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 3);
	meddle(db, "delete from journal_head");
	check_bad(db, "journal entry 1 is extra");
}

static void extra_ones_are_named(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 3);
	meddle(db, "insert into journal select 4, at, kind, subject, who, detail, "
	    "hash from journal where seq = 3");
	check_bad(db, "journal entry 4 was changed");
	meddle(db, "delete from journal where seq = 4");
	meddle(db, "insert into journal select 0, at, kind, subject, who, detail, "
	    "hash from journal where seq = 3");
	check_bad(db, "journal entry 0 is extra");
}

static void a_head_set_back_is_seen(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 4);
	meddle(db, "update journal_head set seq = 3");
	check_bad(db, "journal entry 4 is extra");
	meddle(db, "update journal_head set seq = 4, hash = "
	    "(select hash from journal where seq = 3)");
	check_bad(db, "the journal's head was changed");
}

static void swapped_ones_are_named(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 6);
	meddle(db, "update journal set seq = 100 where seq = 2");
	meddle(db, "update journal set seq = 2 where seq = 3");
	meddle(db, "update journal set seq = 3 where seq = 100");
	check_bad(db, "journal entry 2 was changed");
}

static void a_gap_closed_up_is_seen(void **state)
{
	struct db *db = fixture_db(state);

	add(db, 4);
	meddle(db, "delete from journal where seq = 2");
	meddle(db, "update journal set seq = seq - 1 where seq = 3");
	meddle(db, "update journal set seq = seq - 1 where seq = 4");
	meddle(db, "update journal_head set seq = 3");
	check_bad(db, "journal entry 2 was changed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(an_empty_one_is_good),
	    with_place(entries_follow_each_other),
	    with_place(undone_entries_use_no_number),
	    with_place(threads_leave_no_gap),
	    with_place(waiting),
	    with_place(others_are_heard),
	    cmocka_unit_test(changes_are_named),
	    with_place(missing_ones_are_named),
	    with_place(a_missing_head_is_seen),
	    with_place(extra_ones_are_named),
	    with_place(a_head_set_back_is_seen),
	    with_place(swapped_ones_are_named),
	    with_place(a_gap_closed_up_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
