/* SPDX-License-Identifier: MIT */
/* test_telling.c: requests hear what is new; counts never drift. */
#include "pathway/telling.c"
#include "store/place.h"

#include <math.h>

#define TODAY "2026-06-10" /* a Wednesday */

static void stop_clock(const char *day)
{
	int64_t at;

	assert_true(time_read(str_of(day), &at));
	outside_stop_clock(at + 12 * 3600 * US_PER_S);
}

static void furnish(struct db *db)
{
	struct tx *tx = db_begin(db);
	struct reference lists = {
	    S("code,name,short,kind\nRXN,Preston,P,trust\nRXL,Blackpool,B,trust\n"),
	    S("code,name,org,kind\n"), S("code,name\n")};
	struct err err = {0};

	assert_true(reference_load(tx, &lists, &err));
	must_commit(tx);
	stop_clock(TODAY);
}

static struct event event(const char *day, int kind, int64_t submission)
{
	struct event e = {.kind = (int16_t)kind,
	    .test = 1,
	    .due = NO_DAY,
	    .appointment_at = NO_TIME,
	    .submission = submission};

	assert_true(time_read(str_of(day), &e.at));
	return e;
}

static int refused;

static void count_refused(void *with, const struct told *told, const char *why)
{
	(void)with;
	(void)why;
	refused += (int)told->n;
}

static void tell_all(struct db *db, const struct told *told, size_t n)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(db);
	struct telling *t =
	    telling_begin(tx, &arena, S("RXN"), count_refused, NULL);

	for (size_t i = 0; i < n; i++)
		pathway_tell(t, &told[i]);
	telling_end(t);
	must_commit(tx);
	arena_end(&arena);
}

static void tell(struct db *db, const char *accession, const char *patient,
    const struct event *events, size_t n, int64_t forget)
{
	struct told told = {
	    str_of(accession), str_of(patient), events, n, forget};

	tell_all(db, &told, 1);
}

static int64_t waiting_on(struct db *db, char grain, const char *day, int band)
{
	struct arena arena = {0};
	struct tx *tx = db_read(db);
	struct tally_ask ask = {
	    .source = 'P', .grain = grain, .org = "RXN", .test = 1};
	size_t n;
	int64_t count = 0;

	assert_true(day_read(str_of(day), &ask.from));
	ask.to = ask.from;
	struct tally_row *rows = tally_series(tx, &arena, &ask, &n);
	if (n)
		count = rows[0].tally.n[TALLY_w00 + band];
	db_end(tx);
	arena_end(&arena);
	return count;
}

static void a_request_is_counted_on_each_census(void **state)
{
	struct db *db = fixture_db(state);
	struct event events[] = {event("2026-04-20", EVENT_REQUESTED, 1)};

	furnish(db);
	tell(db, "A1", "P1", events, 1, 0);
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 1);
	assert_int_equal(waiting_on(db, 'M', "2026-05-31", 5), 1); /* 41 days */
	assert_int_equal(waiting_on(db, 'S', "2026-06-07", 6), 1); /* 48 days */
	assert_int_equal(waiting_on(db, 'S', "2026-06-14", 7), 0); /* not yet */
}

static void time_alone_counts_on(void **state)
{
	struct db *db = fixture_db(state);
	struct event requested[] = {event("2026-04-20", EVENT_REQUESTED, 1)};
	struct event performed[] = {event("2026-06-20", EVENT_PERFORMED, 2)};

	furnish(db);
	tell(db, "A1", "P1", requested, 1, 0);
	stop_clock("2026-07-02");
	tell(db, "A1", "P1", performed, 1, 0);
	assert_int_equal(waiting_on(db, 'S', "2026-06-14", 7), 1);
	assert_int_equal(waiting_on(db, 'S', "2026-06-21", 8), 0);
	assert_int_equal(waiting_on(db, 'M', "2026-06-30", 10), 0);
}

static void the_same_again_changes_nothing(void **state)
{
	struct db *db = fixture_db(state);
	struct event events[] = {event("2026-04-20", EVENT_REQUESTED, 1)};
	struct event again[] = {event("2026-04-20", EVENT_REQUESTED, 2)};

	furnish(db);
	tell(db, "A1", "P1", events, 1, 0);
	tell(db, "A1", "P1", events, 1, 0);
	tell(db, "A1", "P1", again, 1, 0);
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 1);
	tell(db, "A1", "P1", NULL, 0, 1); /* the first file is replaced */
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 1);
	tell(db, "A1", "P1", NULL, 0, 2);
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 0);
}

static void another_patient_is_refused(void **state)
{
	struct db *db = fixture_db(state);
	struct event first[] = {event("2026-04-20", EVENT_REQUESTED, 1)};
	struct event second[] = {event("2026-04-22", EVENT_PERFORMED, 2)};

	furnish(db);
	refused = 0;
	tell(db, "A1", "P1", first, 1, 0);
	tell(db, "A1", "P2", second, 1, 0);
	assert_int_equal(refused, 1);
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 1);
}

static const char all_tallies[] =
    "select grain, org, test, site, commissioner, period"
#define X(name, sentence) ", " #name
#include "measures/tally.def"
#undef X
    " from tally where source = 'P' "
    "order by grain, org, test, site, commissioner, period";

/* Every row of the tallies and the live list, as one text. */
static struct str dump(struct db *db, struct arena *arena)
{
	struct tx *tx = db_read(db);
	struct out out;
	struct rows *r = db_ask(tx, all_tallies);

	out_memory(&out);
	while (rows_next(r)) {
		int64_t any = 0;
		for (int i = 6; i < 6 + TALLY_COLUMNS; i++)
			any |= rows_int(r, i);
		if (!any)
			continue; /* a row that has come to nothing */
		out_put(&out, rows_text(r, 0));
		out_put(&out, rows_text(r, 1));
		for (int i = 2; i < 6 + TALLY_COLUMNS; i++)
			out_printf(&out, " %lld", (long long)rows_int(r, i));
		out_char(&out, '\n');
	}
	r = db_ask(tx,
	    "select org, test, site, priority, state, list, "
	    "clock_start, n from waiting_now where n <> 0 "
	    "order by 1, 2, 3, 4, 5, 6, 7");
	while (rows_next(r))
		out_printf(&out, "now %lld %lld %lld %lld %lld %lld %lld\n",
		    (long long)rows_int(r, 1), (long long)rows_int(r, 2),
		    (long long)rows_int(r, 3), (long long)rows_int(r, 4),
		    (long long)rows_int(r, 5), (long long)rows_int(r, 6),
		    (long long)rows_int(r, 7));
	r = db_ask(tx,
	    "select org, test, list, clock_start, valid_from, "
	    "coalesce(valid_to, 0), site from clock "
	    "order by 1, 2, 3, 4, 5, 6, 7, pathway");
	while (rows_next(r))
		out_printf(&out, "clock %lld %lld %lld %lld %lld %lld\n",
		    (long long)rows_int(r, 1), (long long)rows_int(r, 2),
		    (long long)rows_int(r, 3), (long long)rows_int(r, 4),
		    (long long)rows_int(r, 5), (long long)rows_int(r, 6));
	db_end(tx);
	struct str text = arena_keep(arena, out_str(&out));
	struct err err = {0};
	out_end(&out, &err);
	return text;
}

static unsigned seed;

static int chance(int n)
{
	return rand_r(&seed) % n;
}

static struct event any_event(int32_t today, int64_t submission)
{
	struct event e = {.kind = (int16_t)(1 + chance(11)),
	    .due = NO_DAY,
	    .appointment_at = NO_TIME,
	    .submission = submission,
	    .test = (int16_t)(chance(4) ? 0 : 1 + chance(5)),
	    .priority = (int16_t)chance(5),
	    .source = (int16_t)chance(7),
	    .planned = (int16_t)chance(3),
	    .site_scan = chance(4),
	    .commissioner = chance(3)};

	e.at = day_time(today - 1 - chance(200)) + chance(86000) * US_PER_S;
	if (chance(2))
		e.due = today - 100 + chance(200);
	if (chance(2))
		e.appointment_at = e.at + (chance(60) - 10) * US_PER_DAY;
	return e;
}

/* Files in any order, replaced, overlapping, with days passing between them:
 * the counts kept along the way are those that a fresh start would make. */
static void counts_never_drift(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	int32_t today;

	furnish(db);
	seed = 41;
	assert_true(day_read(S("2026-01-05"), &today));
	for (int file = 1; file <= 60; file++) {
		struct event events[40][6];
		struct told told[40];
		char names[40][8];
		stop_clock(day_text(today += chance(6)).at);
		for (int i = 0; i < 40; i++) {
			size_t n = (size_t)chance(7);
			snprintf(names[i], 8, "A%d", chance(50));
			for (size_t k = 0; k < n; k++)
				events[i][k] = any_event(today, file);
			told[i] = (struct told){str_of(names[i]), S("P"),
			    events[i], n, chance(3) ? 0 : 1 + chance(file)};
			if (told[i].forget == file)
				told[i].forget = 0;
		}
		tell_all(db, told, 40);
	}
	struct str kept = dump(db, &arena);
	struct tx *tx = db_begin(db);
	pathway_refold(tx, today);
	must_commit(tx);
	struct str fresh = dump(db, &arena);
	assert_true(kept.len > 10000);
	assert_int_equal(kept.len, fresh.len);
	assert_memory_equal(kept.at, fresh.at, kept.len);
	arena_end(&arena);
}

/* What the list shows behind a number is as many as the number says. */
static void lists_agree_with_counts(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	int32_t sunday;

	furnish(db);
	seed = 5;
	for (int i = 0; i < 300; i++) {
		struct event e[3];
		char name[8];
		snprintf(name, 8, "A%d", i);
		for (int k = 0; k < 3; k++)
			e[k] = any_event(outside_today(), 1);
		e[0].kind = EVENT_REQUESTED;
		e[0].test = 1;
		tell(db, name, "P", e, 3, 0);
	}
	assert_true(day_read(S("2026-05-24"), &sunday));
	struct tx *tx = db_read(db);
	for (int band = 0; band < BANDS; band++) {
		struct pathway_ask ask = {.org = S("RXN"),
		    .test = 1,
		    .list = LIST_WAITING,
		    .day = sunday,
		    .band_from = band,
		    .band_to = band,
		    .after_start = NO_DAY,
		    .limit = 500};
		size_t n;
		pathways_list(tx, &arena, &ask, &n);
		assert_int_equal(n, waiting_on(db, 'S', "2026-05-24", band));
	}
	db_end(tx);
	arena_end(&arena);
}

static void pages_of_a_list_join(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	int64_t last = 0;
	int seen = 0;

	furnish(db);
	for (int i = 0; i < 25; i++) {
		struct event e = event("2026-04-20", EVENT_REQUESTED, 1);
		char name[8];
		snprintf(name, 8, "A%d", i);
		e.at += i / 3 * US_PER_DAY;
		tell(db, name, "P", &e, 1, 0);
	}
	struct tx *tx = db_read(db);
	struct pathway_ask ask = {.org = S(""),
	    .list = LIST_WAITING,
	    .day = outside_today(),
	    .band_to = BANDS - 1,
	    .after_start = NO_DAY,
	    .limit = 4};
	for (;;) {
		size_t n;
		struct pathway_line *l = pathways_list(tx, &arena, &ask, &n);
		for (size_t i = 0; i < n; i++, seen++)
			assert_int_not_equal(l[i].id, last), last = l[i].id;
		if (n < ask.limit)
			break;
		ask.after_start = l[n - 1].clock_start;
		ask.after_id = l[n - 1].id;
	}
	assert_int_equal(seen, 25);
	db_end(tx);
	arena_end(&arena);
}

/* What is kept along the way, against what a fresh start makes of it. */
static void assert_no_drift(struct db *db)
{
	struct arena arena = {0};
	struct str kept = dump(db, &arena);
	struct tx *tx = db_begin(db);

	pathway_refold(tx, outside_today());
	must_commit(tx);
	struct str fresh = dump(db, &arena);
	assert_string_equal(
	    arena_cstr(&arena, kept), arena_cstr(&arena, fresh));
	arena_end(&arena);
}

/* Two lines of one file say the same of different sites: the later one is
 * kept, as it is the one that counts. */
static void one_file_may_say_it_twice(void **state)
{
	struct db *db = fixture_db(state);
	struct event twice[] = {event("2026-04-20", EVENT_REQUESTED, 1),
	    event("2026-04-20", EVENT_REQUESTED, 1)};
	struct event third = event("2026-04-20", EVENT_REQUESTED, 1);

	furnish(db);
	twice[0].line = 3;
	twice[0].site_scan = 2;
	twice[1].line = 2;
	twice[1].site_scan = 1;
	tell(db, "A1", "P1", twice, 2, 0);
	assert_no_drift(db);
	third.line = 9; /* put right later, under the same file */
	third.site_scan = 3;
	tell(db, "A1", "P1", &third, 1, 0);
	assert_no_drift(db);
	struct tx *tx = db_read(db);
	assert_int_equal(db_int(tx, "select site from pathway"), 3);
	db_end(tx);
}

/* A file that names the right patient takes the place of one that did not. */
static void a_newer_file_may_name_another_patient(void **state)
{
	struct db *db = fixture_db(state);
	struct event first = event("2026-04-20", EVENT_REQUESTED, 1);
	struct event again = event("2026-04-20", EVENT_REQUESTED, 2);

	furnish(db);
	refused = 0;
	tell(db, "A1", "P1", &first, 1, 0);
	tell(db, "A1", "P2", &again, 1, 1);
	assert_int_equal(refused, 0);
	struct tx *tx = db_read(db);
	assert_int_equal(db_int(tx,
			     "select count(*) from pathway "
			     "where patient = 'P2'"),
	    1);
	db_end(tx);
	assert_int_equal(waiting_on(db, 'M', "2026-04-30", 1), 1);
}

/* Another program counted a Sunday while this one, begun the day before, was
 * waiting for its turn. */
static void a_clock_behind_counts_as_the_one_before(void **state)
{
	struct db *db = fixture_db(state);
	struct event one = event("2026-04-20", EVENT_REQUESTED, 1);
	struct event two = event("2026-04-20", EVENT_REQUESTED, 2);
	struct event done = event("2026-06-12", EVENT_PERFORMED, 3);

	furnish(db);
	stop_clock("2026-06-14"); /* a Sunday */
	tell(db, "A1", "P1", &one, 1, 0);
	stop_clock("2026-06-13");
	tell(db, "A2", "P2", &two, 1, 0);
	stop_clock("2026-06-14");
	assert_int_equal(waiting_on(db, 'S', "2026-06-14", 7), 2);
	stop_clock("2026-06-13");
	tell(db, "A1", "P1", &done, 1, 0);
	stop_clock("2026-06-14");
	assert_int_equal(waiting_on(db, 'S', "2026-06-14", 7), 1);
	assert_no_drift(db);
}

/* Of a report whose test nobody told, turnaround is not known: it must not
 * make the mean shorter.  28 days and a minute are late. */
static void turnaround_is_of_known_tests(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct event alone = event("2026-05-04", EVENT_REPORTED, 1);
	struct event both[] = {event("2026-04-20 10:00", EVENT_PERFORMED, 1),
	    event("2026-05-18 10:01", EVENT_REPORTED, 1)};
	struct tally_ask ask = {
	    .source = 'P', .grain = 'M', .org = "RXN", .test = 1};
	size_t n;

	furnish(db);
	tell(db, "A1", "P1", &alone, 1, 0);
	tell(db, "A2", "P2", both, 2, 0);
	assert_true(day_read(S("2026-05-31"), &ask.from));
	ask.to = ask.from;
	struct tx *tx = db_read(db);
	struct tally_row *rows = tally_series(tx, &arena, &ask, &n);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].tally.n[TALLY_reported], 1);
	assert_int_equal(rows[0].tally.n[TALLY_tat_hours], 28 * 24);
	assert_int_equal(rows[0].tally.n[TALLY_tat_over_28d], 1);
	db_end(tx);
	arena_end(&arena);
}

static struct tally live(struct db *db)
{
	struct arena arena = {0};
	struct tx *tx = db_read(db);
	struct waiting_ask ask = {
	    .org = S("RXN"), .test = 1, .day = outside_today()};
	struct tally all = waiting_read(tx, &arena, &ask)->all;

	db_end(tx);
	arena_end(&arena);
	return all;
}

static void set_overdue_rule(struct db *db, int64_t value)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};
	struct rule_setting s = {.name = S("overdue_planned_waits"),
	    .set_by = S("Board"),
	    .reason = S("test"),
	    .from = 0,
	    .value = value};

	assert_true(rule_set(tx, &s, &err));
	pathway_refold(tx, outside_today());
	must_commit(tx);
}

/* Planned tests that never join the list by themselves are planned, today as
 * on any counted day. */
static void planned_tests_stay_planned(void **state)
{
	struct db *db = fixture_db(state);
	struct event open = event("2026-04-20", EVENT_REQUESTED, 1);
	struct event overdue = event("2026-04-21", EVENT_REQUESTED, 1);
	struct tally t;

	furnish(db);
	open.planned = overdue.planned = 2;
	assert_true(day_read(S("2026-05-10"), &overdue.due));
	tell(db, "A1", "P1", &open, 1, 0);
	tell(db, "A2", "P2", &overdue, 1, 0);
	t = live(db);
	assert_int_equal(t.n[TALLY_planned_waiting], 1);
	assert_int_equal(tally_waiting(&t, 0), 1);
	set_overdue_rule(db, 0);
	t = live(db);
	assert_int_equal(t.n[TALLY_planned_waiting], 2);
	assert_int_equal(tally_waiting(&t, 0), 0);
	assert_no_drift(db);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_place(a_request_is_counted_on_each_census),
	    with_place(time_alone_counts_on),
	    with_place(the_same_again_changes_nothing),
	    with_place(another_patient_is_refused),
	    with_place(counts_never_drift),
	    with_place(one_file_may_say_it_twice),
	    with_place(a_newer_file_may_name_another_patient),
	    with_place(a_clock_behind_counts_as_the_one_before),
	    with_place(planned_tests_stay_planned),
	    with_place(turnaround_is_of_known_tests),
	    with_place(lists_agree_with_counts),
	    with_place(pages_of_a_list_join),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
