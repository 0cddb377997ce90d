/* SPDX-License-Identifier: MIT */
/* test_done.c: behind an activity number stand as many as it says. */
#include "pathway/done.c"
#include "store/place.h"

#define TODAY "2026-06-10" /* a Wednesday */

static int32_t day(const char *text)
{
	int32_t found;

	assert_true(day_read(str_of(text), &found));
	return found;
}

static void furnish(struct db *db)
{
	struct tx *tx = db_begin(db);
	struct reference lists = {
	    S("code,name,short,kind\nRXN,Preston,P,trust\n"
	      "RXL,Blackpool,B,trust\nENG,England,E,nation\n"),
	    S("code,name,org,kind\nRXN01,One,RXN,hospital\n"
	      "RXN02,Two,RXN,hospital\n"),
	    S("code,name\n00X,Chorley\n01A,East\n")};
	struct err err = {0};

	outside_stop_clock(day_time(day(TODAY)) + 12 * 3600 * US_PER_S);
	assert_true(reference_load(tx, &lists, &err));
	must_commit(tx);
}

static void refuse(void *with, const struct told *told, const char *why)
{
	(void)with;
	(void)told;
	fail_msg("refused: %s", why);
}

static void tell(struct db *db, const char *org, const char *accession,
    const struct event *events, size_t n)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(db);
	struct telling *t =
	    telling_begin(tx, &arena, str_of(org), refuse, NULL);
	struct told told = {str_of(accession), S("P"), events, n, 0};

	pathway_tell(t, &told);
	telling_end(t);
	must_commit(tx);
	arena_end(&arena);
}

static struct event event(int32_t on, int kind)
{
	return (struct event){.kind = (int16_t)kind,
	    .at = day_time(on) + 9 * 3600 * US_PER_S,
	    .test = 1,
	    .due = NO_DAY,
	    .appointment_at = NO_TIME,
	    .submission = 1};
}

static unsigned seed;

static int chance(int n)
{
	return rand_r(&seed) % n;
}

/* A request that was done on some day of May, in any stream and place. */
static void tell_any(struct db *db, int i)
{
	int32_t done = day("2026-05-01") + chance(31);
	struct event e[] = {event(done - chance(90), EVENT_REQUESTED),
	    event(done, EVENT_PERFORMED), event(done + 3, EVENT_REPORTED)};
	char name[8];

	e[0].at -= 3600 * US_PER_S;
	e[0].test = (int16_t)(1 + chance(3));
	e[1].test = e[2].test = 0;
	e[0].source = chance(4) ? SOURCE_GP : SOURCE_AE;
	e[0].planned = (int16_t)(1 + chance(2));
	if (e[0].planned == 2)
		e[0].due = done + 20 - chance(40);
	e[0].site_request = chance(3);
	e[0].commissioner = chance(3);
	snprintf(name, sizeof(name), "A%d", i);
	tell(db, chance(3) ? "RXN" : "RXL", name, e, chance(5) ? 3 : 1);
}

static int64_t counted(
    struct tx *tx, struct arena *arena, char grain, const struct done_ask *ask)
{
	struct tally_ask of = {.source = 'P',
	    .grain = grain,
	    .org = ask->org.len ? "RXN" : NETWORK_ORG,
	    .test = ask->test,
	    .site = ask->site,
	    .commissioner = ask->commissioner,
	    .from = ask->to,
	    .to = ask->to};
	size_t n;
	int64_t sum = 0;
	struct tally_row *rows = tally_series(tx, arena, &of, &n);

	for (int s = LIST_WAITING; n && s <= LIST_UNSCHEDULED; s++)
		if (!ask->stream || s == (int)ask->stream)
			sum += rows[0].tally.n[TALLY_act_wl + s - 1];
	return sum;
}

/* Every page of a list: each once, newest first, within the period. */
static int64_t listed(
    struct tx *tx, struct arena *arena, struct done_ask ask, size_t limit)
{
	int64_t seen = 0, last_id = INT64_MAX;
	int32_t last = INT32_MAX;
	size_t n;

	ask.limit = limit;
	ask.after_day = NO_DAY;
	do {
		struct pathway_line *l = pathways_done(tx, arena, &ask, &n);
		for (size_t i = 0; i < n; i++, seen++) {
			assert_true(l[i].stopped < last ||
			    (l[i].stopped == last && l[i].id < last_id));
			assert_in_range(l[i].stopped, ask.from, ask.to);
			last = l[i].stopped;
			last_id = l[i].id;
		}
		ask.after_day = last;
		ask.after_id = last_id;
	} while (n == limit);
	return seen;
}

static void lists_agree_with_counts(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	int64_t all = 0;

	furnish(db);
	seed = 11;
	for (int i = 0; i < 300; i++)
		tell_any(db, i);
	struct tx *tx = db_read(db);
	for (int k = 0; k < 2 * 4 * 4 * 3 * 2; k++) {
		struct done_ask ask = {
		    .org = k % 2 ? S("RXN") : (struct str){0},
		    .stream = (enum clock_list)(k / 2 % 4),
		    .test = k / 8 % 4,
		    .site = k / 32 % 3 == 1 ? 2 : 0,
		    .commissioner = k / 32 % 3 == 2 ? 1 : 0,
		    .from = k / 96 ? day("2026-05-11") : day("2026-05-01"),
		    .to = k / 96 ? day("2026-05-17") : day("2026-05-31")};
		int64_t n = counted(tx, &arena, k / 96 ? 'S' : 'M', &ask);
		assert_int_equal(listed(tx, &arena, ask, 7), n);
		assert_int_equal(listed(tx, &arena, ask, 500), n);
		all += n;
	}
	must_not_fail(tx);
	db_end(tx);
	arena_end(&arena);
	assert_true(all > 1000);
}

/* How long each had waited; nobody waits for what was planned. */
static void a_line_says_how_long_it_waited(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	int32_t on = day("2026-05-20");
	struct event waited[] = {event(on - 41, EVENT_REQUESTED),
	    event(on, EVENT_PERFORMED)};
	struct event at_once[] = {event(on, EVENT_REQUESTED),
	    event(on, EVENT_PERFORMED)};
	struct event planned[] = {event(on - 60, EVENT_REQUESTED),
	    event(on, EVENT_PERFORMED)};
	struct event open[] = {event(on - 60, EVENT_REQUESTED)};
	struct done_ask ask = {.org = S("RXN"),
	    .from = on,
	    .to = on,
	    .after_day = NO_DAY,
	    .limit = 10};
	size_t n;

	furnish(db);
	at_once[0].at -= 3600 * US_PER_S;
	planned[0].planned = 2;
	planned[0].due = on + 5;
	tell(db, "RXN", "A1", waited, 2);
	tell(db, "RXN", "A2", at_once, 2);
	tell(db, "RXN", "A3", planned, 2);
	tell(db, "RXN", "A4", open, 1);
	struct tx *tx = db_read(db);
	struct pathway_line *l = pathways_done(tx, &arena, &ask, &n);
	assert_int_equal(n, 3);
	assert_text(l[0].accession, "A3");
	assert_int_equal(l[0].clock_start, NO_DAY);
	assert_text(l[1].accession, "A2");
	assert_int_equal(l[1].clock_start, on);
	assert_text(l[2].accession, "A1");
	assert_int_equal(l[2].stopped - l[2].clock_start, 41);
	db_end(tx);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_place(lists_agree_with_counts),
	    with_place(a_line_says_how_long_it_waited),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
