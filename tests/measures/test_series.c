/* SPDX-License-Identifier: MIT */
/* test_series.c: counts read back, one by one and in a sheaf: the same. */
#include "measures/series.c"
#include "measures/sheaf.h"
#include "store/place.h"

static int32_t day(const char *text)
{
	int32_t found;

	assert_true(day_read(str_of(text), &found));
	return found;
}

static void count(struct tally_batch *batch, const char *org, int test,
    const char *on, int64_t n)
{
	struct tally_key key = {
	    .source = 'R', .grain = 'M', .test = test, .period = day(on)};

	memcpy(key.org, org, 3);
	tally_of(batch, &key)->n[TALLY_w00] += n;
}

/* In April one trust has not sent; in May both have, but not each test. */
static void furnish(struct db *db)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(db);
	struct tally_batch *batch = tally_batch_open(&arena);

	db_run(tx,
	    "insert into org (code, name, short, kind, sort) values "
	    "('RXN', 'Preston', 'P', 'trust', 1), "
	    "('RXL', 'Blackpool', 'B', 'trust', 2), "
	    "('RTX', 'Morecambe Bay', 'M', 'trust', 3), "
	    "('ENG', 'England', 'E', 'nation', 4)");
	count(batch, "RXN", 1, "2026-03-31", 10);
	count(batch, "RXL", 1, "2026-03-31", 20);
	count(batch, "RXN", 1, "2026-04-30", 10);
	count(batch, "RXN", 1, "2026-05-31", 10);
	count(batch, "RXL", 2, "2026-05-31", 7);
	count(batch, "ENG", 1, "2026-04-30", 900);
	tally_flush(batch, tx, 1);
	must_commit(tx);
	arena_end(&arena);
}

static char source = 'R';

static void assert_series(
    struct db *db, const char *org, int test, const int64_t *want, size_t n)
{
	struct arena arena = {0};
	struct tx *tx = db_read(db);
	struct tally_ask ask = {.source = source,
	    .grain = 'M',
	    .org = org,
	    .test = test,
	    .to = INT32_MAX};
	struct sheaf_ask all = {source, 'M', 0, INT32_MAX, false};
	size_t one_n, both_n;
	struct tally_row *one = tally_series(tx, &arena, &ask, &one_n);
	struct tally_row *both = sheaf_series(sheaf_read(tx, &arena, &all),
	    &arena, str_of(org), test, &both_n);

	assert_int_equal(one_n, n);
	assert_int_equal(both_n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(one[i].tally.n[TALLY_w00], want[i]);
		assert_int_equal(both[i].tally.n[TALLY_w00], want[i]);
		assert_int_equal(both[i].period, one[i].period);
	}
	db_end(tx);
	arena_end(&arena);
}

static void a_sum_without_one_is_no_sum(void **state)
{
	struct db *db = fixture_db(state);

	furnish(db);
	assert_series(db, "RXN", 1, (int64_t[]){10, 10, 10}, 3);
	assert_series(db, NETWORK_ORG, 1, (int64_t[]){30, 10}, 2);
	assert_series(db, NETWORK_ORG, 2, (int64_t[]){7}, 1);
	assert_series(db, NETWORK_ORG, 0, (int64_t[]){30, 17}, 2);
	assert_series(db, "ENG", 1, (int64_t[]){900}, 1);
}

static void cover(
    struct tx *tx, const char *org, const char *from)
{
	db_run(tx,
	    "insert into kept (name, value) "
	    "values ('covered ' || cast($1 as text), $2)",
	    T(str_of(org)), I(day(from)));
}

/* One trust's events begin later than the other's: each chart begins with its
 * own, the network's with the last. */
static void each_begins_with_its_own_events(void **state)
{
	struct db *db = fixture_db(state);

	furnish(db);
	struct tx *tx = db_begin(db);
	db_run(tx, "update tally set source = 'P', submission = null");
	cover(tx, "RXN", "2026-04-01");
	cover(tx, "RXL", "2026-05-02");
	must_commit(tx);
	source = 'P';
	assert_series(db, "RXN", 1, (int64_t[]){10, 10}, 2);
	assert_series(db, "RXL", 2, (int64_t[]){7}, 1);
	assert_series(db, NETWORK_ORG, 0, (int64_t[]){17}, 1);
	tx = db_read(db);
	assert_int_equal(
	    tally_covered(tx, 'P', S(NETWORK_ORG)), day("2026-05-02"));
	assert_int_equal(tally_covered(tx, 'P', S("RXN")), day("2026-04-01"));
	db_end(tx);
	source = 'R';
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_place(a_sum_without_one_is_no_sum),
	    with_place(each_begins_with_its_own_events),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
