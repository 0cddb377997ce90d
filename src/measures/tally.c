/* SPDX-License-Identifier: MIT */
/* tally.c: what one request adds to the counts.
 *
 * (1) A request's effect on the counts is a function of its events alone, so
 *     it can be taken back exactly and put again: counts never drift.
 * (2) Waiting is counted on census days (month ends and Sundays) up to the
 *     last one that has passed; flows belong to the period of their day. */
#include "measures.h"

#include <string.h>

#define HOURS(us) ((us) / (3600 * US_PER_S))
#define LATE (28 * US_PER_DAY)

static const enum tally_column stream_columns[] = {
    [LIST_WAITING] = TALLY_act_wl,
    [LIST_PLANNED] = TALLY_act_planned,
    [LIST_UNSCHEDULED] = TALLY_act_unscheduled,
};

struct adding {
	struct tally_batch *batch;
	struct tally_key key;
	int sign;
};

static struct adding adding(
    struct tally_batch *batch, const struct tally_request *r, int sign)
{
	const struct story *s = r->story;
	struct adding a = {.batch = batch, .sign = sign};

	a.key.source = 'P';
	memcpy(a.key.org, r->org, strnlen(r->org, sizeof a.key.org - 1));
	a.key.test = s->test;
	a.key.site = s->site_scan ? s->site_scan : s->site_request;
	a.key.commissioner = s->commissioner;
	return a;
}

static void add(struct adding *a, char grain, int32_t period,
    enum tally_column column, int64_t n)
{
	a->key.grain = grain;
	a->key.period = period;
	tally_of(a->batch, &a->key)->n[column] += a->sign * n;
}

/* A flow counts in the month and in the week of its day. */
static void add_flow(
    struct adding *a, int32_t day, enum tally_column column, int64_t n)
{
	add(a, 'M', day_month_end(day), column, n);
	add(a, 'S', day_sunday_on_or_after(day), column, n);
}

static void add_waiting(
    struct adding *a, const struct span *s, char grain, int32_t day)
{
	if (s->list == LIST_PLANNED)
		add(a, grain, day, TALLY_planned_waiting, 1);
	else if (s->list == LIST_WAITING)
		add(a, grain, day,
		    (enum tally_column)(
			TALLY_w00 + wait_band(span_wait(s, day))),
		    1);
}

/* The census days that a span covers, after one day and until another. */
static void add_span(
    struct adding *a, const struct span *s, int32_t after, int32_t until)
{
	int32_t from = s->from > after ? s->from : after + 1;
	int32_t to = s->to == NO_DAY || s->to > until ? until + 1 : s->to;

	if (from >= to)
		return;
	for (int32_t d = day_sunday_on_or_after(from); d < to; d += 7)
		add_waiting(a, s, 'S', d);
	for (int32_t d = day_month_end(from); d < to; d = day_month_end(d + 1))
		add_waiting(a, s, 'M', d);
}

static void add_spans(
    struct adding *a, const struct clock *c, int32_t after, int32_t until)
{
	for (int i = 0; i < c->n; i++)
		add_span(a, &c->spans[i], after, until);
}

static bool flow_column(int kind, enum tally_column *column)
{
	switch (kind) {
	case EVENT_REQUESTED: *column = TALLY_requests; return true;
	case EVENT_BOOKED:
	case EVENT_REBOOKED: *column = TALLY_booked; return true;
	case EVENT_DID_NOT_ATTEND: *column = TALLY_dna; return true;
	case EVENT_CANCELLED_BY_PATIENT:
		*column = TALLY_cancelled_patient;
		return true;
	case EVENT_CANCELLED_BY_HOSPITAL:
		*column = TALLY_cancelled_hospital;
		return true;
	default: return false;
	}
}

static void add_events(struct adding *a, const struct tally_request *r)
{
	enum tally_column column;

	for (size_t i = 0; i < r->n; i++)
		if (flow_column(r->events[i].kind, &column))
			add_flow(a, time_day(r->events[i].at), column, 1);
}

/* A report of a test whose time nobody told says nothing of turnaround. */
static void add_report(struct adding *a, const struct story *s)
{
	if (s->reported_at == NO_TIME || s->performed_at == NO_TIME ||
	    s->reported_at < s->performed_at)
		return;
	int32_t day = time_day(s->reported_at);
	int64_t took = s->reported_at - s->performed_at;
	add_flow(a, day, TALLY_reported, 1);
	add_flow(a, day, TALLY_tat_hours, HOURS(took));
	if (took > LATE)
		add_flow(a, day, TALLY_tat_over_28d, 1);
}

void tally_request(struct tally_batch *batch, const struct tally_request *r,
    int sign, int32_t until)
{
	struct adding a = adding(batch, r, sign);
	const struct clock *c = r->clock;

	add_spans(&a, c, INT32_MIN, until);
	add_events(&a, r);
	if (c->stopped != NO_DAY)
		add_flow(&a, c->stopped, stream_columns[c->stream], 1);
	add_report(&a, r->story);
}

void tally_census(struct tally_batch *batch, const struct tally_request *r,
    int32_t after, int32_t until)
{
	struct adding a = adding(batch, r, 1);

	add_spans(&a, r->clock, after, until);
}
