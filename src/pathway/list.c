/* SPDX-License-Identifier: MIT */
/* list.c: the pathways behind a number.
 *
 * The clock's rows lie in order of organisation, test, list and start, so
 * each pair of organisation and test is one short walk; the walks are merged
 * here.  Waits that have not ended, and long ones that have, have indexes of
 * their own; otherwise the longest first would be found behind every wait that
 * ended before the day. */
#include "telling.h"

#include <stdlib.h>
#include <string.h>

enum walk_kind {
	WALK_OPEN, /* waits that have not ended */
	WALK_LONG, /* ended, of 13 weeks and more */
	WALK_SHORT, /* ended, begun within 13 weeks of the day */
	WALK_PLANNED
};

struct walk {
	struct tx *tx;
	struct arena *arena;
	const struct pathway_ask *ask;
	struct pathway_line *lines; /* room for twice the limit */
	size_t n;
};

static int compare_lines(
    const struct pathway_line *a, const struct pathway_line *b, bool newest)
{
	int order = (a->clock_start > b->clock_start) -
	    (a->clock_start < b->clock_start);

	if (!order)
		order = (a->id > b->id) - (a->id < b->id);
	return newest ? -order : order;
}

static int by_longest(const void *a, const void *b)
{
	return compare_lines(a, b, false);
}

static int by_newest(const void *a, const void *b)
{
	return compare_lines(a, b, true);
}

/* Starts between which a wait of these bands lies, on that day. */
static void narrow_starts(struct query *q, const struct pathway_ask *ask)
{
	if (ask->band_from > 0)
		query_add(q, " and c.clock_start <= $",
		    I(ask->day - 7 * ask->band_from));
	if (ask->band_to < BANDS - 1)
		query_add(q, " and c.clock_start > $",
		    I(ask->day - 7 * (ask->band_to + 1)));
}

/* Words by which the databases see that a partial index will do. */
static void name_walk(struct query *q, enum walk_kind kind)
{
	static const char *const words[] = {
	    [WALK_OPEN] = " and c.list = 1 and c.valid_to is null",
	    [WALK_LONG] =
		" and c.list = 1 and c.valid_to - c.clock_start >= 91",
	    [WALK_SHORT] = " and c.list = 1",
	    [WALK_PLANNED] = " and c.list = 2",
	};

	query_text(q, words[kind]);
}

static void narrow_page(struct query *q, const struct pathway_ask *ask)
{
	bool newest = ask->newest_first;

	if (ask->after_start == NO_DAY)
		return;
	query_add(q,
	    newest ? " and c.clock_start <= $" : " and c.clock_start >= $",
	    I(ask->after_start));
	query_add(q,
	    newest ? " and (c.clock_start < $" : " and (c.clock_start > $",
	    I(ask->after_start));
	query_add(q, newest ? " or c.pathway < $)" : " or c.pathway > $)",
	    I(ask->after_id));
}

static void narrow_rest(
    struct query *q, const struct pathway_ask *ask, enum walk_kind kind)
{
	query_add(q, " and c.valid_from <= $", I(ask->day));
	if (kind == WALK_PLANNED)
		query_add(q, " and (c.valid_to is null or c.valid_to > $)",
		    I(ask->day));
	else if (kind != WALK_OPEN)
		query_add(q, " and c.valid_to > $", I(ask->day));
	if (ask->site)
		query_add(q, " and c.site = $",
		    I(ask->site == SITE_UNKNOWN ? 0 : ask->site));
	if (ask->commissioner == COMMISSIONER_UNKNOWN)
		query_text(q, " and p.commissioner is null");
	else if (ask->commissioner)
		query_add(q, " and p.commissioner = $", I(ask->commissioner));
	if (ask->priority)
		query_add(q, " and p.priority = $", I(ask->priority));
	if (ask->state)
		query_add(q, " and p.state = $", I(ask->state));
}

static void build(struct query *q, const struct pathway_ask *ask,
    enum walk_kind kind, struct str org, int test)
{
	query_text(q, " where 1 = 1");
	query_add(q, " and c.org = $", T(org));
	query_add(q, " and c.test = $", I(test));
	name_walk(q, kind);
	if (kind != WALK_PLANNED)
		narrow_starts(q, ask);
	narrow_page(q, ask);
	narrow_rest(q, ask, kind);
	query_text(q,
	    ask->newest_first ? " order by c.clock_start desc, c.pathway desc"
			      : " order by c.clock_start, c.pathway");
	query_add(q, " limit $", I((int64_t)ask->limit));
}

void read_line(struct rows *r, struct arena *arena, struct pathway_line *l)
{
	*l = (struct pathway_line){
	    .id = rows_int(r, 0),
	    .clock_start = rows_day(r, 1),
	    .provider = arena_keep(arena, rows_text(r, 2)),
	    .accession = arena_keep(arena, rows_text(r, 3)),
	    .patient = arena_keep(arena, rows_text(r, 4)),
	    .test = (int)rows_int(r, 5),
	    .priority = (int)rows_int(r, 6),
	    .source = (int)rows_int(r, 7),
	    .state = (int)rows_int(r, 8),
	    .site_request = (int)rows_int(r, 9),
	    .site_scan = (int)rows_int(r, 10),
	    .appointment_at = rows_time(r, 11),
	    .requested_at = rows_time(r, 12),
	    .stopped = NO_DAY,
	};
}

/* Keeps the best of what has been found: never more than the limit. */
static void trim(struct walk *w)
{
	qsort(w->lines, w->n, sizeof *w->lines,
	    w->ask->newest_first ? by_newest : by_longest);
	if (w->n > w->ask->limit)
		w->n = w->ask->limit;
}

static void walk_once(struct walk *w, const struct pathway_ask *ask,
    enum walk_kind kind, struct str org, int test)
{
	struct query q;

	query_begin(&q, w->tx,
	    "select p.id, c.clock_start, p.provider, p.accession, p.patient, "
	    "p.test, p.priority, p.source, p.state, p.site_request, p.site_scan, "
	    "p.appointment_at, p.requested_at "
	    "from clock c join pathway p on p.id = c.pathway");
	build(&q, ask, kind, org, test);
	struct rows *r = query_ask(w->tx, &q);
	while (w->n < 2 * ask->limit && rows_next(r))
		read_line(r, w->arena, &w->lines[w->n++]);
	rows_end(r);
	trim(w);
}

static void walk_ended(struct walk *w, struct str org, int test)
{
	struct pathway_ask part = *w->ask;

	if (part.band_to == BANDS - 1) {
		part.band_from = BANDS - 1;
		walk_once(w, &part, WALK_LONG, org, test);
		part.band_from = w->ask->band_from;
		part.band_to = BANDS - 2;
	}
	if (part.band_from <= part.band_to)
		walk_once(w, &part, WALK_SHORT, org, test);
}

static void walk(struct walk *w, struct str org, int test)
{
	if (w->ask->list == LIST_PLANNED) {
		walk_once(w, w->ask, WALK_PLANNED, org, test);
		return;
	}
	walk_once(w, w->ask, WALK_OPEN, org, test);
	if (w->ask->day < outside_today())
		walk_ended(w, org, test);
}

static void walk_tests(struct walk *w, struct str org)
{
	int from = w->ask->test ? w->ask->test : 1;
	int to = w->ask->test ? w->ask->test : TESTS_DM01;

	for (int test = from; test <= to; test++)
		walk(w, org, test);
}

struct pathway_line *pathways_list(struct tx *tx, struct arena *arena,
    const struct pathway_ask *ask, size_t *n)
{
	struct walk w = {tx, arena, ask,
	    arena_array(arena, struct pathway_line, 2 * ask->limit + 1), 0};
	size_t orgs_n;
	struct org *orgs = orgs_read(tx, arena, &orgs_n);

	for (size_t i = 0; i < orgs_n; i++) {
		bool wanted = ask->org.len ? str_eq(orgs[i].code, ask->org)
					   : str_is(orgs[i].kind, "trust");
		if (wanted && str_is(orgs[i].kind, "trust"))
			walk_tests(&w, orgs[i].code);
	}
	*n = w.n;
	return w.lines;
}
