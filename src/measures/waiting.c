/* SPDX-License-Identifier: MIT */
/* waiting.c: the live list from its counts: who waits now, since when.  The
 * counts are walked once, whatever is asked of them. */
#include "measures.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MOST 512

/* A planned test counts as waiting from its due day on. */
static int column_of(int64_t list, int64_t start, int32_t day)
{
	int waited = start < day ? day - (int32_t)start : 0;

	if (list == LIST_PLANNED && start > day)
		return TALLY_planned_waiting;
	return (int)TALLY_w00 + wait_band(waited);
}

static struct rows *ask_rows(struct tx *tx, const struct waiting_ask *w)
{
	struct query q;

	query_begin(&q, tx,
	    "select org, test, site, priority, state, list, clock_start, n "
	    "from waiting_now where n <> 0");
	if (str_is(w->org, NETWORK_ORG))
		query_text(&q,
		    " and org in (select code from org where kind = 'trust')");
	else
		query_add(&q, " and org = $", T(w->org));
	if (w->test)
		query_add(&q, " and test = $", I(w->test));
	else
		query_text(&q, " and test between 1 and 15");
	if (w->site)
		query_add(&q, " and site = $",
		    I(w->site == SITE_UNKNOWN ? 0 : w->site));
	if (w->priority)
		query_add(&q, " and priority = $", I(w->priority));
	if (w->state)
		query_add(&q, " and state = $", I(w->state));
	return query_ask(tx, &q);
}

/* Beyond the most, all goes to one more that is not shown. */
static struct waiting_group *group_of(struct waiting *w, struct arena *arena,
    enum waiting_by by, struct str org, int64_t key)
{
	struct waiting_group *list = w->groups[by];
	size_t n = w->n[by];

	for (size_t i = n; i-- > 0;)
		if (list[i].key == key &&
		    (by != BY_ORG || str_eq(list[i].org, org)))
			return &list[i];
	if (n == GROUPS_MOST)
		return &list[GROUPS_MOST];
	list[n].key = key;
	if (by == BY_ORG)
		list[n].org = arena_keep(arena, org);
	w->n[by]++;
	return &list[n];
}

static void count(
    struct waiting *w, struct arena *arena, struct rows *r, int32_t day)
{
	static const int places[BY_WAYS] = {
	    [BY_TEST] = 1, [BY_SITE] = 2, [BY_PRIORITY] = 3, [BY_STATE] = 4};
	int column = column_of(rows_int(r, 5), rows_int(r, 6), day);
	int64_t n = rows_int(r, 7);
	struct str org = rows_text(r, 0);

	w->all.n[column] += n;
	for (int by = BY_ORG; by < BY_WAYS; by++) {
		int64_t key = places[by] ? rows_int(r, places[by]) : 0;
		group_of(w, arena, (enum waiting_by)by, org, key)
		    ->tally.n[column] += n;
	}
}

static int by_size(const void *a, const void *b)
{
	const struct waiting_group *x = a, *y = b;
	int64_t m = tally_waiting(&x->tally, 0),
		n = tally_waiting(&y->tally, 0);

	if (m != n)
		return m < n ? 1 : -1;
	return (x->key > y->key) - (x->key < y->key);
}

struct waiting *waiting_read(
    struct tx *tx, struct arena *arena, const struct waiting_ask *ask)
{
	struct waiting *w = arena_new(arena, struct waiting);
	struct rows *r = ask_rows(tx, ask);

	for (int by = BY_ORG; by < BY_WAYS; by++)
		w->groups[by] =
		    arena_array(arena, struct waiting_group, GROUPS_MOST + 1);
	while (rows_next(r))
		count(w, arena, r, ask->day);
	for (int by = BY_ORG; by < BY_WAYS; by++)
		qsort(w->groups[by], w->n[by], sizeof(*w->groups[by]), by_size);
	return w;
}

/* --- every trust and test --- */

struct waiting_grid {
	struct square {
		char org[6];
		int test;
		struct tally tally;
	} squares[32 * TESTS_DM01];
	size_t n;
};

static struct tally *square_of(struct waiting_grid *g, struct str org, int test)
{
	for (size_t i = g->n; i-- > 0;)
		if (g->squares[i].test == test &&
		    str_is(org, g->squares[i].org))
			return &g->squares[i].tally;
	if (g->n == sizeof(g->squares) / sizeof(*g->squares))
		return NULL;
	struct square *s = &g->squares[g->n++];
	s->test = test;
	memcpy(s->org, org.at, org.len < sizeof(s->org) ? org.len : 5);
	return &s->tally;
}

struct waiting_grid *waiting_grid_read(
    struct tx *tx, struct arena *arena, int32_t day)
{
	struct waiting_grid *g = arena_new(arena, struct waiting_grid);
	struct waiting_ask all = {.org = S(NETWORK_ORG)};
	struct rows *r = ask_rows(tx, &all);

	while (rows_next(r)) {
		struct tally *t =
		    square_of(g, rows_text(r, 0), (int)rows_int(r, 1));
		if (t)
			t->n[column_of(rows_int(r, 5), rows_int(r, 6), day)] +=
			    rows_int(r, 7);
	}
	return g;
}

struct tally waiting_grid_at(
    const struct waiting_grid *g, struct str org, int test)
{
	struct tally sum = {0};

	for (size_t i = 0; i < g->n; i++) {
		const struct square *s = &g->squares[i];
		if (!str_is(org, NETWORK_ORG) && !str_is(org, s->org))
			continue;
		if (test && s->test != test)
			continue;
		for (int c = 0; c < TALLY_COLUMNS; c++)
			sum.n[c] += s->tally.n[c];
	}
	return sum;
}
