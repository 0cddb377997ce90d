/* SPDX-License-Identifier: MIT */
/* clock.c: how long has this request waited, by DM01.
 *
 * (1) The clock starts with the request and stops with the test.
 * (2) What was true at the end of an earlier day stays true: a restart begins
 *     a new span, it does not rewrite the old one.
 * (3) A planned test is on no waiting list until its due day has passed.
 * (4) Where guidance leaves a choice, the rule in force on the day of the
 *     event decides; nothing here is a rule by itself. */
#include "measures.h"

#include <string.h>

/* clang-format off */
const struct rule rules[RULES] = {
	{"dna_restarts", 1,
	    "a missed appointment starts the clock again"},
	{"patient_cancellation_restarts", 1,
	    "an appointment cancelled by the patient starts the clock again"},
	{"hospital_cancellation_restarts", 0,
	    "an appointment cancelled by the hospital starts the clock again"},
	{"restart_from_appointment", 1,
	    "the clock starts again on the appointment's day (1) or on the day it was told (0)"},
	{"overdue_planned_waits", 1,
	    "a planned test joins the waiting list on its due day"},
	{"emergency_unscheduled", 1,
	    "requests from A&E are unscheduled, not on the waiting list"},
	{"inpatient_unscheduled", 1,
	    "requests for inpatients are unscheduled, not on the waiting list"},
};
/* clang-format on */

int64_t rule_on(const struct rule_book *book, enum rule_name name, int32_t day)
{
	int64_t value = rules[name].standard;

	for (size_t i = 0; i < book->n; i++)
		if (book->changes[i].name == name &&
		    book->changes[i].from <= day)
			value = book->changes[i].value;
	return value;
}

struct fold {
	struct clock *clock;
	const struct rule_book *book;
	struct story story;
	struct span now; /* list NONE: nothing is counted */
	int32_t start; /* the clock's start, when it runs */
	int32_t first; /* the first one: no restart lies before it */
};

static void keep_span(struct clock *c, const struct span *span)
{
	if (c->n == SPANS_MAX) {
		memmove(
		    c->spans, c->spans + 1, sizeof c->spans - sizeof *c->spans);
		c->n--;
	}
	c->spans[c->n++] = *span;
}

/* Ends the span in force on `day`; one that lasted no day leaves no trace. */
static void close_span(struct fold *f, int32_t day)
{
	struct clock *c = f->clock;

	if (f->now.list == LIST_NONE || day <= f->now.from)
		return;
	f->now.to = day;
	keep_span(c, &f->now);
}

static void change_span(
    struct fold *f, enum clock_list list, int32_t start, int32_t day)
{
	if (f->now.list == list && f->now.start == start)
		return;
	close_span(f, day);
	int32_t from = day;
	if (f->now.list != LIST_NONE && from < f->now.from)
		from = f->now.from;
	f->now = (struct span){list, start, from, NO_DAY};
}

static enum clock_list list_of(const struct fold *f, int32_t day)
{
	const struct story *s = &f->story;

	if (s->source == SOURCE_AE &&
	    rule_on(f->book, RULE_EMERGENCY_UNSCHEDULED, day))
		return LIST_UNSCHEDULED;
	if (s->source == SOURCE_IP &&
	    rule_on(f->book, RULE_INPATIENT_UNSCHEDULED, day))
		return LIST_UNSCHEDULED;
	return s->planned == 2 ? LIST_PLANNED : LIST_WAITING;
}

/* A planned test whose due day lies at or before `day` has joined the list. */
static void pass_due(struct fold *f, int32_t day)
{
	int32_t due = f->story.due;

	if (f->now.list != LIST_PLANNED || due == NO_DAY || due > day)
		return;
	if (!rule_on(f->book, RULE_OVERDUE_PLANNED_WAITS, due))
		return;
	if (due < f->now.from)
		due = f->now.from;
	f->start = f->first = f->story.due;
	change_span(f, LIST_WAITING, f->start, due);
}

static bool restarts(
    const struct fold *f, const struct event *e, bool standing, int32_t day)
{
	switch (e->kind) {
	case EVENT_DID_NOT_ATTEND:
		return rule_on(f->book, RULE_DNA_RESTARTS, day);
	case EVENT_CANCELLED_BY_PATIENT:
		return standing &&
		    rule_on(f->book, RULE_PATIENT_CANCELLATION_RESTARTS, day);
	case EVENT_CANCELLED_BY_HOSPITAL:
		return standing &&
		    rule_on(f->book, RULE_HOSPITAL_CANCELLATION_RESTARTS, day);
	default: return false;
	}
}

/* The day from which a restarted clock counts. */
static int32_t restart_day(const struct fold *f, const struct event *e,
    int64_t standing_at, int32_t day)
{
	int64_t at =
	    e->appointment_at != NO_TIME ? e->appointment_at : standing_at;

	if (at == NO_TIME ||
	    !rule_on(f->book, RULE_RESTART_FROM_APPOINTMENT, day))
		return day;
	return time_day(at) > f->first ? time_day(at) : f->first;
}

/* The list that a planned, overdue request is on stays the waiting list. */
static enum clock_list list_now(const struct fold *f, int32_t day)
{
	enum clock_list list = list_of(f, day);
	bool overdue = list == LIST_PLANNED && f->now.list == LIST_WAITING &&
	    f->story.due != NO_DAY && f->story.due <= day;

	return overdue ? LIST_WAITING : list;
}

static void stop(struct fold *f, int32_t day)
{
	enum clock_list list = f->now.list;

	if (list == LIST_NONE)
		list = list_of(f, day);
	close_span(f, day);
	f->now.list = LIST_NONE;
	f->clock->stopped = day;
	f->clock->start = f->start == NO_DAY ? day : f->start;
	f->clock->stream = list;
}

static void follow(
    struct fold *f, const struct event *e, int64_t standing_at, int32_t day)
{
	bool standing = standing_at != NO_TIME;

	if (f->start == NO_DAY)
		f->start = f->first = day;
	if (f->now.list == LIST_WAITING && restarts(f, e, standing, day)) {
		int32_t start = restart_day(f, e, standing_at, day);
		int32_t from = start < day ? start : day;
		f->start = start;
		change_span(f, LIST_WAITING, start, from);
	}
	change_span(f, list_now(f, day), f->start, day);
	pass_due(f, day);
}

static void withdraw(struct fold *f, int32_t day)
{
	close_span(f, day);
	f->now.list = LIST_NONE;
	f->clock->withdrawn = true;
}

static void step(struct fold *f, const struct event *e)
{
	int32_t day = time_day(e->at);
	int64_t standing_at = f->story.appointment_at;

	/* Done on the very day that it is due, a planned test was on time. */
	pass_due(f, e->kind == EVENT_PERFORMED ? day - 1 : day);
	story_step(&f->story, e);
	if (f->clock->stopped != NO_DAY)
		return;
	f->clock->withdrawn = false;
	if (f->story.state == STORY_PERFORMED ||
	    f->story.state == STORY_REPORTED)
		stop(f, day);
	else if (f->story.state == STORY_WITHDRAWN)
		withdraw(f, day);
	else
		follow(f, e, standing_at, day);
}

/* What lasts is open; a planned test's future on the waiting list is known. */
static void finish(struct fold *f)
{
	if (f->now.list == LIST_NONE)
		return;
	if (f->now.list == LIST_PLANNED)
		pass_due(f, INT32_MAX);
	keep_span(f->clock, &f->now);
}

static void fold_begin(
    struct fold *f, const struct rule_book *book, struct clock *clock)
{
	memset(clock, 0, sizeof *clock);
	clock->stopped = NO_DAY;
	clock->start = NO_DAY;
	*f = (struct fold){
	    .clock = clock, .book = book, .start = NO_DAY, .first = NO_DAY};
	f->now.list = LIST_NONE;
	story_begin(&f->story);
}

void clock_fold(const struct event *events, size_t n,
    const struct rule_book *book, struct clock *clock)
{
	struct fold f;

	fold_begin(&f, book, clock);
	for (size_t i = 0; i < n; i++)
		step(&f, &events[i]);
	finish(&f);
}

const struct span *clock_at(const struct clock *c, int32_t day)
{
	for (int i = c->n - 1; i >= 0; i--) {
		const struct span *s = &c->spans[i];
		if (s->from <= day && (s->to == NO_DAY || day < s->to))
			return s;
	}
	return NULL;
}

int span_wait(const struct span *s, int32_t day)
{
	return day > s->start ? day - s->start : 0;
}

int wait_band(int days)
{
	int band = days / 7;

	return band < BANDS ? band : BANDS - 1;
}
