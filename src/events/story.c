/* SPDX-License-Identifier: MIT */
/* story.c: what a request has become, from what happened to it.
 *
 * The fold is the same wherever events come from, so a pathway told by files
 * and one told by messages cannot disagree.  Blank means "as before". */
#include "events.h"

#include <stdlib.h>

const struct code story_states[] = {
    {STORY_REQUESTED, "requested", "waiting to be booked"},
    {STORY_BOOKED, "booked", "booked"},
    {STORY_MISSED, "missed", "to be booked again"},
    {STORY_ARRIVED, "arrived", "arrived"},
    {STORY_PERFORMED, "performed", "done, waiting for a report"},
    {STORY_REPORTED, "reported", "reported"},
    {STORY_WITHDRAWN, "withdrawn", "withdrawn"},
    {0, NULL, NULL},
};

void story_begin(struct story *s)
{
	*s = (struct story){
	    .requested_at = NO_TIME,
	    .appointment_at = NO_TIME,
	    .performed_at = NO_TIME,
	    .reported_at = NO_TIME,
	    .due = NO_DAY,
	    .state = STORY_REQUESTED,
	};
}

#define TAKE(field) \
	if (e->field) \
	s->field = e->field

static void take_facts(struct story *s, const struct event *e)
{
	TAKE(test);
	TAKE(priority);
	TAKE(source);
	TAKE(planned);
	TAKE(site_request);
	TAKE(site_scan);
	TAKE(site_report);
	TAKE(commissioner);
	if (e->due != NO_DAY)
		s->due = e->due;
}

static bool is_done(const struct story *s)
{
	return s->state == STORY_PERFORMED || s->state == STORY_REPORTED;
}

/* Without an appointment to cancel, it is the request that is cancelled. */
static void cancel(struct story *s)
{
	bool standing = s->state == STORY_BOOKED || s->state == STORY_ARRIVED;

	s->state = standing ? STORY_MISSED : STORY_WITHDRAWN;
	s->appointment_at = NO_TIME;
}

static void perform(struct story *s, const struct event *e)
{
	if (s->performed_at == NO_TIME)
		s->performed_at = e->at;
	if (e->provider_kind)
		s->scan_provider = e->provider_kind;
	if (s->state != STORY_REPORTED)
		s->state = STORY_PERFORMED;
}

static void report(struct story *s, const struct event *e)
{
	if (s->reported_at == NO_TIME)
		s->reported_at = e->at;
	if (e->provider_kind)
		s->report_provider = e->provider_kind;
	s->state = STORY_REPORTED;
}

static void move_waiting(struct story *s, const struct event *e)
{
	switch (e->kind) {
	case EVENT_BOOKED:
	case EVENT_REBOOKED:
		s->state = STORY_BOOKED;
		s->appointment_at = e->appointment_at;
		break;
	case EVENT_DID_NOT_ATTEND:
		s->state = STORY_MISSED;
		s->appointment_at = NO_TIME;
		break;
	case EVENT_CANCELLED_BY_PATIENT:
	case EVENT_CANCELLED_BY_HOSPITAL: cancel(s); break;
	case EVENT_ARRIVED: s->state = STORY_ARRIVED; break;
	default: /* requested, vetted: say facts, move nothing */ break;
	}
}

void story_step(struct story *s, const struct event *e)
{
	take_facts(s, e);
	if (e->kind == EVENT_REQUESTED && s->requested_at == NO_TIME)
		s->requested_at = e->at;
	if (e->kind == EVENT_PERFORMED)
		perform(s, e);
	else if (e->kind == EVENT_REPORTED)
		report(s, e);
	else if (!is_done(s))
		move_waiting(s, e);
}

static int compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->submission != y->submission)
		return x->submission < y->submission ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static bool is_sorted(const struct event *events, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (compare_events(&events[i - 1], &events[i]) > 0)
			return false;
	return true;
}

size_t events_sort(struct event *events, size_t n)
{
	size_t kept = 0;

	if (!is_sorted(events, n))
		qsort(events, n, sizeof *events, compare_events);
	for (size_t i = 0; i < n; i++) {
		bool again = i + 1 < n && events[i].at == events[i + 1].at &&
		    events[i].kind == events[i + 1].kind;
		if (!again)
			events[kept++] = events[i];
	}
	return kept;
}
