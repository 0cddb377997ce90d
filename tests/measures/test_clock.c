/* SPDX-License-Identifier: MIT */
/* test_clock.c: each clause of the DM01 clock's rules, and its words. */
#include "measures/clock.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct rule_book no_changes = {NULL, 0};

static struct event at(const char *day, int kind)
{
	struct event e = {.kind = (int16_t)kind,
	    .test = 1,
	    .appointment_at = NO_TIME,
	    .due = NO_DAY};

	assert_true(time_read(str_of(day), &e.at));
	return e;
}

static struct event at_for(const char *day, int kind, const char *appointment)
{
	struct event e = at(day, kind);

	assert_true(time_read(str_of(appointment), &e.appointment_at));
	return e;
}

static int32_t on(const char *day)
{
	int32_t n;

	assert_true(day_read(str_of(day), &n));
	return n;
}

#define FOLD(events) \
	clock_fold( \
	    events, sizeof(events) / sizeof(*events), &no_changes, &clock)

static void assert_waits(const struct clock *c, const char *day, int days)
{
	const struct span *s = clock_at(c, on(day));

	assert_non_null(s);
	assert_int_equal(s->list, LIST_WAITING);
	assert_int_equal(span_wait(s, on(day)), days);
}

static void starts_with_the_request_and_stops_with_the_test(void **state)
{
	struct event events[] = {at("2026-03-03 09:00", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-20 10:05", EVENT_PERFORMED)};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_int_equal(clock.n, 1);
	assert_null(clock_at(&clock, on("2026-03-02")));
	assert_waits(&clock, "2026-03-03", 0);
	assert_waits(&clock, "2026-03-19", 16);
	assert_null(clock_at(&clock, on("2026-03-20")));
	assert_int_equal(clock.stopped, on("2026-03-20"));
	assert_int_equal(clock.stream, LIST_WAITING);
}

static void not_attending_starts_again_at_the_appointment(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-23", EVENT_DID_NOT_ATTEND)};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_waits(&clock, "2026-03-19", 16);
	assert_waits(&clock, "2026-03-22", 2); /* told three days later */
	assert_waits(&clock, "2026-04-30", 41);
}

static void a_patients_cancellation_starts_again(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-10", EVENT_CANCELLED_BY_PATIENT)};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_waits(&clock, "2026-03-09", 6);
	assert_waits(
	    &clock, "2026-03-10", 0); /* the day lies ahead: no wait yet */
	assert_waits(&clock, "2026-03-27", 7);
}

static void a_hospitals_cancellation_does_not(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-10", EVENT_CANCELLED_BY_HOSPITAL)};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_waits(&clock, "2026-03-27", 24);
}

static void a_rule_holds_from_its_day(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-20", EVENT_DID_NOT_ATTEND)};
	struct rule_change changes[] = {
	    {RULE_DNA_RESTARTS, on("2026-03-01"), 0},
	    {RULE_DNA_RESTARTS, on("2026-03-21"), 1}};
	struct rule_book book = {changes, 2};
	struct clock clock;

	(void)state;
	clock_fold(events, 3, &book, &clock);
	assert_waits(&clock, "2026-03-27", 24);
	changes[1].from = on("2026-03-20");
	clock_fold(events, 3, &book, &clock);
	assert_waits(&clock, "2026-03-27", 7);
}

static void planned_waits_only_when_overdue(void **state)
{
	struct event events[] = {at("2026-01-05", EVENT_REQUESTED),
	    at("2026-05-20", EVENT_PERFORMED)};
	struct clock clock;

	(void)state;
	events[0].planned = 2;
	events[0].due = on("2026-04-01");
	FOLD(events);
	assert_int_equal(
	    clock_at(&clock, on("2026-03-31"))->list, LIST_PLANNED);
	assert_waits(&clock, "2026-04-01", 0);
	assert_waits(&clock, "2026-05-13", 42);
	assert_int_equal(clock.stream, LIST_WAITING);
	events[1] = at("2026-04-01 09:00", EVENT_PERFORMED); /* on its day */
	FOLD(events);
	assert_int_equal(clock.stream, LIST_PLANNED);
	clock_fold(events, 1, &no_changes, &clock); /* not done yet */
	assert_int_equal(
	    clock_at(&clock, on("2026-02-01"))->list, LIST_PLANNED);
	assert_waits(&clock, "2026-04-08", 7);
}

static void emergencies_and_inpatients_are_unscheduled(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at("2026-03-04", EVENT_PERFORMED)};
	struct clock clock;

	(void)state;
	events[0].source = SOURCE_AE;
	FOLD(events);
	assert_int_equal(clock.stream, LIST_UNSCHEDULED);
	assert_int_equal(
	    clock_at(&clock, on("2026-03-03"))->list, LIST_UNSCHEDULED);
	events[0].source = SOURCE_IP;
	FOLD(events);
	assert_int_equal(clock.stream, LIST_UNSCHEDULED);
	events[0].source = SOURCE_GP;
	FOLD(events);
	assert_int_equal(clock.stream, LIST_WAITING);
}

static void a_cancellation_without_appointment_withdraws(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at("2026-03-10", EVENT_CANCELLED_BY_PATIENT),
	    at_for("2026-03-17", EVENT_BOOKED, "2026-03-30")};
	struct clock clock;

	(void)state;
	clock_fold(events, 2, &no_changes, &clock);
	assert_true(clock.withdrawn);
	assert_null(clock_at(&clock, on("2026-03-10")));
	assert_waits(&clock, "2026-03-09", 6);
	FOLD(
	    events); /* and a later booking brings it back, its clock unbroken */
	assert_null(clock_at(&clock, on("2026-03-12")));
	assert_waits(&clock, "2026-03-17", 14);
}

static void the_day_is_local(void **state)
{
	/* 23:30 UTC in summer is the next day in London. */
	struct event events[] = {at("2026-06-30T23:30:00Z", EVENT_REQUESTED)};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_null(clock_at(&clock, on("2026-06-30")));
	assert_waits(&clock, "2026-07-01", 0);
}

static void many_restarts_keep_the_last(void **state)
{
	struct event events[2 * SPANS_MAX + 41];
	struct clock clock;
	size_t n = 0;
	int32_t day = on("2020-01-01");

	(void)state;
	events[n++] = at("2020-01-01", EVENT_REQUESTED);
	for (int i = 0; i < SPANS_MAX + 20; i++) {
		events[n] = at("2020-01-01", EVENT_BOOKED);
		events[n].at = day_time(day + 1);
		events[n++].appointment_at = day_time(day + 9);
		events[n] = at("2020-01-01", EVENT_DID_NOT_ATTEND);
		events[n++].at = day_time(day += 10);
	}
	clock_fold(events, n, &no_changes, &clock);
	assert_int_equal(clock.n, SPANS_MAX);
	assert_int_equal(clock_at(&clock, day + 5)->start, day - 1);
}

static void bands_are_completed_weeks(void **state)
{
	(void)state;
	assert_int_equal(wait_band(0), 0);
	assert_int_equal(wait_band(6), 0);
	assert_int_equal(wait_band(7), 1);
	assert_int_equal(wait_band(41), 5);
	assert_int_equal(wait_band(42), 6);
	assert_int_equal(wait_band(90), 12);
	assert_int_equal(wait_band(91), 13);
	assert_int_equal(wait_band(5000), 13);
}

static void assert_words(
    const struct event *events, size_t n, const char *today, const char *words)
{
	struct arena arena = {0};
	struct str text =
	    clock_words(&arena, events, n, &no_changes, on(today), NULL);

	if (!str_is(text, words))
		fail_msg("\"%.*s\", not \"%s\"", STR(text), words);
	arena_end(&arena);
}

static void says_why(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-20", EVENT_DID_NOT_ATTEND),
	    at("2026-04-30", EVENT_PERFORMED)};

	(void)state;
	assert_words(events, 3, "2026-04-30",
	    "request 3 Mar; did not attend 20 Mar, clock restarted 20 Mar; "
	    "41 days; band 05-06");
	assert_words(
	    events, 1, "2026-07-01", "request 3 Mar; 120 days; band 13+");
	assert_words(events, 4, "2026-05-30",
	    "request 3 Mar; did not attend 20 Mar, clock restarted 20 Mar; "
	    "performed 30 Apr, clock stopped 30 Apr; waited 41 days");
	events[0].planned = 2;
	events[0].due = on("2026-04-01");
	assert_words(events, 1, "2026-03-10",
	    "request 3 Mar; planned, due 1 Apr; no clock yet");
	assert_words(events, 1, "2026-04-10",
	    "request 3 Mar; planned test fell due, clock started 1 Apr; "
	    "9 days; band 01-02");
}

/* The last stretch may have lasted no day at all: its wait is still its own. */
static void says_how_long_it_was(void **state)
{
	struct event same_day[] = {at("2026-03-03 09:00", EVENT_REQUESTED),
	    at("2026-03-03 15:00", EVENT_PERFORMED)};
	struct event restarted[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-05", EVENT_BOOKED, "2026-03-20 10:00"),
	    at("2026-03-20 10:30", EVENT_DID_NOT_ATTEND),
	    at("2026-03-20 16:00", EVENT_PERFORMED)};
	struct clock clock;

	(void)state;
	assert_words(same_day, 2, "2026-04-01",
	    "request 3 Mar; performed 3 Mar, clock stopped 3 Mar; "
	    "waited 0 days");
	FOLD(restarted);
	assert_int_equal(clock.start, on("2026-03-20"));
	assert_int_equal(clock.stopped, on("2026-03-20"));
}

/* A slip of the pen in an appointment's year is no wait of a century. */
static void a_restart_lies_not_before_the_request(void **state)
{
	struct event events[] = {at("2026-03-03", EVENT_REQUESTED),
	    at_for("2026-03-20", EVENT_DID_NOT_ATTEND, "1926-03-20 10:00")};
	struct clock clock;

	(void)state;
	FOLD(events);
	assert_waits(&clock, "2026-03-22", 19);
}

static void long_stories_cost_what_they_say(void **state)
{
	struct event events[2000];
	struct arena arena = {0};

	(void)state;
	for (int i = 0; i < 2000; i++) {
		events[i] = at("2026-03-03", EVENT_DID_NOT_ATTEND);
		events[i].at += i * US_PER_DAY / 4;
	}
	struct str words = clock_words(&arena, events, 2000, &no_changes,
	    on("2026-12-01"), NULL);
	assert_true(words.len > 10000 && words.len < 200000);
	arena_end(&arena);
}

/* Whatever comes, in whatever order: spans do not overlap and go forward. */
static void any_history_makes_sense(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct event events[12];
		struct clock clock;
		size_t n = 1 + (unsigned)rand_r(&seed) % 12;
		for (size_t i = 0; i < n; i++) {
			events[i] = at("2026-01-01", 1 + rand_r(&seed) % 11);
			events[i].at += rand_r(&seed) % 100 * US_PER_DAY;
			events[i].planned = (int16_t)(rand_r(&seed) % 3);
			events[i].source = (int16_t)(rand_r(&seed) % 7);
			if (rand_r(&seed) % 2)
				events[i].due =
				    on("2026-01-01") + rand_r(&seed) % 150;
			if (rand_r(&seed) % 2)
				events[i].appointment_at = events[i].at +
				    (rand_r(&seed) % 60 - 20) * US_PER_DAY;
		}
		n = events_sort(events, n);
		clock_fold(events, n, &no_changes, &clock);
		for (int i = 0; i < clock.n; i++) {
			const struct span *s = &clock.spans[i];
			assert_true(s->to == NO_DAY || s->to > s->from);
			assert_true(s->to != NO_DAY || i == clock.n - 1);
			assert_true(i == 0 || clock.spans[i - 1].to <= s->from);
		}
		assert_true(clock.stopped == NO_DAY ||
		    !clock_at(&clock, clock.stopped));
	}
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(starts_with_the_request_and_stops_with_the_test),
	    cmocka_unit_test(not_attending_starts_again_at_the_appointment),
	    cmocka_unit_test(a_patients_cancellation_starts_again),
	    cmocka_unit_test(a_hospitals_cancellation_does_not),
	    cmocka_unit_test(a_rule_holds_from_its_day),
	    cmocka_unit_test(planned_waits_only_when_overdue),
	    cmocka_unit_test(emergencies_and_inpatients_are_unscheduled),
	    cmocka_unit_test(a_cancellation_without_appointment_withdraws),
	    cmocka_unit_test(the_day_is_local),
	    cmocka_unit_test(many_restarts_keep_the_last),
	    cmocka_unit_test(bands_are_completed_weeks),
	    cmocka_unit_test(says_why),
	    cmocka_unit_test(says_how_long_it_was),
	    cmocka_unit_test(a_restart_lies_not_before_the_request),
	    cmocka_unit_test(long_stories_cost_what_they_say),
	    cmocka_unit_test(any_history_makes_sense),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
