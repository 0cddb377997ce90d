/* SPDX-License-Identifier: MIT */
/* test_dm01.c: the return of a month or a week, as a whole and in parts. */
#include "measures/dm01.c"
#include "store/place.h"

static int32_t day(const char *text)
{
	int32_t found;

	assert_true(day_read(str_of(text), &found));
	return found;
}

static void count(struct tally_batch *batch, const char *org, const char *on,
    int site, int commissioner, int n)
{
	struct tally_key key = {.source = 'P',
	    .grain = period_grain(day(on)),
	    .test = 1,
	    .period = day(on),
	    .site = site,
	    .commissioner = commissioner};

	memcpy(key.org, org, 3);
	tally_of(batch, &key)->n[TALLY_w00] += n;
	key.test = 3;
	tally_of(batch, &key)->n[TALLY_act_wl] += 10 * n;
	key.test = 20; /* outside DM01 */
	tally_of(batch, &key)->n[TALLY_w00] += n;
}

static void furnish(struct db *db)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(db);
	struct tally_batch *batch = tally_batch_open(&arena);

	db_run(tx,
	    "insert into org (code, name, short, kind, sort) values "
	    "('RXN', 'Preston', 'P', 'trust', 1), "
	    "('RXL', 'Blackpool', 'B', 'trust', 2), "
	    "('ENG', 'England', 'E', 'nation', 3)");
	db_run(tx,
	    "insert into site (id, code, name, org) values "
	    "(1, 'RXN02', 'Two', 'RXN'), (2, 'RXN01', null, 'RXN')");
	db_run(tx,
	    "insert into commissioner (id, code, name) values "
	    "(1, '01A', 'East'), (2, '00X', 'Chorley')");
	db_run(tx,
	    "insert into kept (name, value) values ('covered RXN', $1), "
	    "('covered RXL', $1), ('census', $2)",
	    I(day("2026-01-01")), I(day("2026-06-10")));
	count(batch, "RXN", "2026-03-31", 1, 1, 4);
	count(batch, "RXN", "2026-03-31", 2, 2, 2);
	count(batch, "RXN", "2026-03-31", 0, 0, 1);
	count(batch, "RXL", "2026-03-31", 1, 2, 8);
	count(batch, "ENG", "2026-03-31", 0, 0, 100);
	count(batch, "RXN", "2026-03-22", 1, 1, 3);
	count(batch, "RXN", "2025-12-31", 1, 1, 3);
	tally_flush(batch, tx, 0);
	must_commit(tx);
	arena_end(&arena);
}

struct want {
	int test;
	const char *code;
	int64_t n; /* waiting, or a tenth of the activity */
};

static void expect(struct db *db, const struct dm01_ask *ask,
    const struct want *want, size_t most)
{
	struct arena arena = {0};
	struct tx *tx = db_read(db);
	struct err err = {0};
	size_t n;
	struct dm01_row *rows = dm01_return(tx, &arena, ask, &n, &err);

	if (!rows)
		fail_msg("%s", err.text);
	assert_int_equal(n, most);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].test, want[i].test);
		assert_text(rows[i].code, want[i].code);
		assert_int_equal(want[i].n,
		    want[i].test == 1 ? rows[i].tally.n[TALLY_w00]
				      : rows[i].tally.n[TALLY_act_wl] / 10);
	}
	must_not_fail(tx);
	db_end(tx);
	arena_end(&arena);
}
#define EXPECT(db, ask, ...) \
	expect(db, ask, (const struct want[]){__VA_ARGS__}, \
	    sizeof((const struct want[]){__VA_ARGS__}) / sizeof(struct want))

static void a_month_in_its_parts(void **state)
{
	struct db *db = fixture_db(state);
	struct dm01_ask ask = {'P', S("RXN"), day("2026-03-31"), DM01_WHOLE};

	furnish(db);
	EXPECT(db, &ask, {1, "", 7}, {3, "", 7});
	ask.by = DM01_BY_SITE;
	EXPECT(db, &ask, {1, "", 7}, {1, "RXN01", 2}, {1, "RXN02", 4},
	    {1, "none", 1}, {3, "", 7}, {3, "RXN01", 2}, {3, "RXN02", 4},
	    {3, "none", 1});
	ask.by = DM01_BY_COMMISSIONER;
	EXPECT(db, &ask, {1, "", 7}, {1, "00X", 2}, {1, "01A", 4},
	    {1, "none", 1}, {3, "", 7}, {3, "00X", 2}, {3, "01A", 4},
	    {3, "none", 1});
}

static void the_network_is_the_sum_of_its_trusts(void **state)
{
	struct db *db = fixture_db(state);
	struct dm01_ask ask = {
	    'P', S(NETWORK_ORG), day("2026-03-31"), DM01_WHOLE};

	furnish(db);
	EXPECT(db, &ask, {1, "", 15}, {3, "", 15});
	ask.by = DM01_BY_COMMISSIONER;
	EXPECT(db, &ask, {1, "", 15}, {1, "00X", 10}, {1, "01A", 4},
	    {1, "none", 1}, {3, "", 15}, {3, "00X", 10}, {3, "01A", 4},
	    {3, "none", 1});
}

static void a_week_ends_on_a_sunday(void **state)
{
	struct db *db = fixture_db(state);
	struct dm01_ask ask = {'P', S("RXN"), day("2026-03-22"), DM01_BY_SITE};

	furnish(db);
	EXPECT(db, &ask, {1, "", 3}, {1, "RXN02", 3}, {3, "", 3},
	    {3, "RXN02", 3});
	assert_int_equal(period_grain(day("2026-05-31")), 'M'); /* and a Sunday */
	assert_int_equal(period_grain(day("2026-03-30")), 0);
	assert_int_equal(period_grain(NO_DAY), 0);
}

static void refused(struct db *db, struct dm01_ask ask, enum err_kind kind,
    const char *words)
{
	struct arena arena = {0};
	struct tx *tx = db_read(db);
	struct err err = {0};
	size_t n;

	assert_null(dm01_return(tx, &arena, &ask, &n, &err));
	assert_int_equal(err.kind, kind);
	assert_non_null(strstr(err.text, words));
	db_end(tx);
	arena_end(&arena);
}

static void what_cannot_be_told_is_refused(void **state)
{
	struct db *db = fixture_db(state);
	struct dm01_ask ask = {'P', S("RXN"), day("2026-03-30"), DM01_WHOLE};

	furnish(db);
	refused(db, ask, ERR_INPUT, "2026-03-30 is not the last day");
	ask.day = day("2026-04-30");
	refused(db, ask, ERR_MISSING, "nothing is stored of RXN");
	ask.day = day("2026-06-30");
	refused(db, ask, ERR_MISSING, "counted up to 2026-06-10");
	ask.day = day("2025-12-31");
	refused(db, ask, ERR_MISSING, "complete from 2026-01-01");
	ask = (struct dm01_ask){'R', S("RXN"), day("2026-03-31"), DM01_WHOLE};
	refused(db, ask, ERR_MISSING, "nothing is stored of RXN");
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_place(a_month_in_its_parts),
	    with_place(the_network_is_the_sum_of_its_trusts),
	    with_place(a_week_ends_on_a_sunday),
	    with_place(what_cannot_be_told_is_refused),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
