/* SPDX-License-Identifier: MIT */
/* fold.c: events into all that follows from them. */
#include "telling.h"

void fold_events(const struct rule_book *rules_now, struct event *events,
    size_t n, struct folded *f)
{
	f->events = events;
	f->n = events_sort(events, n);
	story_begin(&f->story);
	for (size_t i = 0; i < f->n; i++)
		story_step(&f->story, &events[i]);
	clock_fold(events, f->n, rules_now, &f->clock);
	f->site =
	    f->story.site_scan ? f->story.site_scan : f->story.site_request;
}

/* The list it is on from now on, or was done from, and its clock's start. */
enum clock_list folded_list(const struct folded *f, int32_t *start)
{
	const struct clock *c = &f->clock;

	*start = c->stopped != NO_DAY ? c->start
	    : c->n                ? c->spans[c->n - 1].start
				  : NO_DAY;
	if (c->withdrawn)
		return LIST_NONE;
	if (c->stopped != NO_DAY)
		return c->stream;
	if (c->n > 1 && c->spans[c->n - 2].list == LIST_PLANNED &&
	    c->spans[c->n - 1].start == f->story.due)
		return LIST_PLANNED; /* waiting, once its due day has come */
	return c->n ? c->spans[c->n - 1].list : LIST_NONE;
}

bool folded_open(const struct folded *f)
{
	return f->clock.stopped == NO_DAY && !f->clock.withdrawn;
}
