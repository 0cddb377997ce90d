/* SPDX-License-Identifier: MIT */
/* waiting.c: the live list from its counts: who waits now, since when. */
#include "measures.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MOST 512

static const char *const heads[] = {
    [BY_ALL] = "select '', 0",
    [BY_ORG] = "select org, 0",
    [BY_TEST] = "select '', test",
    [BY_SITE] = "select '', site",
    [BY_PRIORITY] = "select '', priority",
    [BY_STATE] = "select '', state",
};
static const char *const groups[] = {
    [BY_ALL] = " group by list, clock_start",
    [BY_ORG] = " group by org, list, clock_start",
    [BY_TEST] = " group by test, list, clock_start",
    [BY_SITE] = " group by site, list, clock_start",
    [BY_PRIORITY] = " group by priority, list, clock_start",
    [BY_STATE] = " group by state, list, clock_start",
};

static void ask_rows(struct query *q, struct tx *tx, const struct waiting_ask *w,
    enum waiting_by by)
{
	query_begin(q, tx, heads[by]);
	query_text(q, ", list, clock_start, cast(sum(n) as bigint) "
	    "from waiting_now where 1 = 1");
	if (str_is(w->org, NETWORK_ORG))
		query_text(q, " and org in (select code from org where kind = 'trust')");
	else
		query_add(q, " and org = $", T(w->org));
	if (w->test)
		query_add(q, " and test = $", I(w->test));
	else
		query_text(q, " and test between 1 and 15");
	if (w->site)
		query_add(q, " and site = $", I(w->site));
	if (w->priority)
		query_add(q, " and priority = $", I(w->priority));
	if (w->state)
		query_add(q, " and state = $", I(w->state));
	query_text(q, groups[by]);
}

static struct waiting_group *group_of(struct arena *arena,
    struct waiting_group *list, size_t *n, struct str org, int64_t key)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i].key == key && str_eq(list[i].org, org))
			return &list[i];
	if (*n == GROUPS_MOST)
		return &list[GROUPS_MOST]; /* one more than is shown */
	list[*n] = (struct waiting_group){.org = arena_keep(arena, org),
	    .key = key};
	return &list[(*n)++];
}

/* A planned test counts as waiting from its due day on. */
static void count(struct tally *t, int list, int32_t start, int32_t day, int64_t n)
{
	int waited = start < day ? day - start : 0;
	bool planned = list == LIST_PLANNED && start > day;

	t->n[planned ? (int)TALLY_planned_waiting
	             : (int)TALLY_w00 + wait_band(waited)] += n;
}

static int by_size(const void *a, const void *b)
{
	const struct waiting_group *x = a, *y = b;
	int64_t m = tally_waiting(&x->tally, 0), n = tally_waiting(&y->tally, 0);

	return (m < n) - (m > n);
}

struct waiting_group *waiting_groups(struct tx *tx, struct arena *arena,
    const struct waiting_ask *w, enum waiting_by by, size_t *n)
{
	struct waiting_group *list =
	    arena_array(arena, struct waiting_group, GROUPS_MOST + 1);
	struct query q;

	*n = 0;
	ask_rows(&q, tx, w, by);
	struct rows *r = query_ask(tx, &q);
	while (rows_next(r)) {
		struct waiting_group *g =
		    group_of(arena, list, n, rows_text(r, 0), rows_int(r, 1));
		count(&g->tally, (int)rows_int(r, 2), (int32_t)rows_int(r, 3),
		    w->day, rows_int(r, 4));
	}
	qsort(list, *n, sizeof *list, by_size);
	return list;
}
