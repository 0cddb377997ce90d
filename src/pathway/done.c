/* SPDX-License-Identifier: MIT */
/* done.c: the pathways behind an activity number.
 *
 * The tests done lie in order of provider, test, stream and day, so each of
 * these is one short walk, newest first.  Once the page is full, its last day
 * bounds the walks that follow. */
#include "telling.h"

#include <stdlib.h>

struct walk {
	struct tx *tx;
	struct arena *arena;
	const struct done_ask *ask;
	struct pathway_line *lines; /* room for twice the limit */
	size_t n;
	int32_t from;
};

static int by_newest(const void *a, const void *b)
{
	const struct pathway_line *x = a, *y = b;

	if (x->stopped != y->stopped)
		return x->stopped < y->stopped ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

static void narrow(struct query *q, const struct done_ask *ask)
{
	if (ask->site)
		query_add(q, " and site = $",
		    I(ask->site == SITE_UNKNOWN ? 0 : ask->site));
	if (ask->commissioner == COMMISSIONER_UNKNOWN)
		query_text(q, " and commissioner is null");
	else if (ask->commissioner)
		query_add(q, " and commissioner = $", I(ask->commissioner));
	if (ask->priority)
		query_add(q, " and priority = $", I(ask->priority));
	if (ask->state)
		query_add(q, " and state = $", I(ask->state));
	if (ask->after_day == NO_DAY)
		return;
	query_add(q, " and stopped <= $", I(ask->after_day));
	query_add(q, " and (stopped < $", I(ask->after_day));
	query_add(q, " or id < $)", I(ask->after_id));
}

/* The page holds no more than the limit, and nothing older than its last day
 * is wanted any more. */
static void trim(struct walk *w)
{
	qsort(w->lines, w->n, sizeof *w->lines, by_newest);
	if (w->n < w->ask->limit)
		return;
	w->n = w->ask->limit;
	if (w->n && w->lines[w->n - 1].stopped > w->from)
		w->from = w->lines[w->n - 1].stopped;
}

static void walk(
    struct walk *w, struct str org, int test, enum clock_list stream)
{
	struct query q;

	query_begin(&q, w->tx,
	    "select id, clock_start, provider, accession, patient, test, "
	    "priority, source, state, site_request, site_scan, "
	    "appointment_at, requested_at, stopped "
	    "from pathway where stopped is not null");
	query_add(&q, " and provider = $", T(org));
	query_add(&q, " and test = $", I(test));
	query_add(&q, " and list = $", I(stream));
	query_add(&q, " and stopped >= $", I(w->from));
	query_add(&q, " and stopped <= $", I(w->ask->to));
	narrow(&q, w->ask);
	query_text(&q, " order by stopped desc, id desc");
	query_add(&q, " limit $", I((int64_t)w->ask->limit));
	struct rows *r = query_ask(w->tx, &q);
	while (w->n < 2 * w->ask->limit && rows_next(r)) {
		struct pathway_line *l = &w->lines[w->n++];
		read_line(r, w->arena, l);
		l->stopped = rows_day(r, 13);
		if (stream != LIST_WAITING)
			l->clock_start = NO_DAY;
	}
	rows_end(r);
	trim(w);
}

static void walk_org(struct walk *w, struct str org)
{
	int from = w->ask->test ? w->ask->test : 1;
	int to = w->ask->test ? w->ask->test : TESTS_DM01;

	for (int test = from; test <= to; test++)
		for (int s = LIST_WAITING; s <= LIST_UNSCHEDULED; s++)
			if (!w->ask->stream || s == (int)w->ask->stream)
				walk(w, org, test, (enum clock_list)s);
}

struct pathway_line *pathways_done(struct tx *tx, struct arena *arena,
    const struct done_ask *ask, size_t *n)
{
	struct walk w = {tx, arena, ask,
	    arena_array(arena, struct pathway_line, 2 * ask->limit + 1), 0,
	    ask->from};
	size_t orgs_n;
	struct org *orgs = orgs_read(tx, arena, &orgs_n);

	for (size_t i = 0; i < orgs_n; i++)
		if (str_is(orgs[i].kind, "trust") &&
		    (!ask->org.len || str_eq(orgs[i].code, ask->org)))
			walk_org(&w, orgs[i].code);
	*n = w.n;
	return w.lines;
}
