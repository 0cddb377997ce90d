/* SPDX-License-Identifier: MIT */
/* dm01.c: the return of one provider or of the network for a month or a week,
 * by test, and by site or commissioner where the source knows them. */
#include "measures.h"

#include <string.h>

/* Sums of tests 1 to 15: a provider's, or all trusts' together.  A list of
 * tests, not a range, makes each a short walk of the table. */
#define X(name, sentence) ", cast(sum(t." #name ") as bigint)"
#define SUMS_OF(code, name) \
	"select t.test, " code ", " name
#define ALL_TESTS \
	" and t.test in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)"
static const char whole[] = SUMS_OF("''", "''")
#include "tally.def"
    " from tally t where t.site = 0 and t.commissioner = 0" ALL_TESTS;
static const char by_commissioner[] = SUMS_OF("c.code", "c.name")
#include "tally.def"
    " from commissioner c join tally t on t.commissioner = c.id "
    "where t.site = 0" ALL_TESTS;
static const char by_site[] = SUMS_OF("s.code", "s.name")
#include "tally.def"
    " from site s join tally t on t.site = s.id "
    "where t.commissioner = 0" ALL_TESTS;
#undef X

static const struct {
	const char *select, *group;
} parts[] = {
    [DM01_WHOLE] = {whole, " group by t.test order by t.test"},
    [DM01_BY_COMMISSIONER] = {by_commissioner,
	" group by t.test, c.code, c.name order by t.test, c.code"},
    [DM01_BY_SITE] = {by_site,
	" group by t.test, s.code, s.name order by t.test, s.code"},
};

struct gathered {
	struct arena *arena;
	struct dm01_row *rows;
	size_t n, size;
};

static struct dm01_row *next_row(struct gathered *g)
{
	if (g->n == g->size) {
		g->size = g->size ? 2 * g->size : 64;
		struct dm01_row *more =
		    arena_array(g->arena, struct dm01_row, g->size);
		if (g->n)
			memcpy(more, g->rows, g->n * sizeof *more);
		g->rows = more;
	}
	return &g->rows[g->n++];
}

static struct gathered gather(struct tx *tx, struct arena *arena,
    const struct dm01_ask *ask, enum dm01_by by)
{
	struct gathered g = {.arena = arena};
	char grain = period_grain(ask->day);
	struct query q;

	query_begin(&q, tx, parts[by].select);
	query_add(&q, " and t.source = $", T(((struct str){&ask->source, 1})));
	query_add(&q, " and t.grain = $", T(((struct str){&grain, 1})));
	query_add(&q, " and t.period = $", I(ask->day));
	if (str_is(ask->provider, NETWORK_ORG))
		query_text(&q,
		    " and t.org in (select code from org where kind = 'trust')");
	else
		query_add(&q, " and t.org = $", T(ask->provider));
	query_text(&q, parts[by].group);
	struct rows *r = query_ask(tx, &q);
	while (rows_next(r)) {
		struct dm01_row *row = next_row(&g);
		*row = (struct dm01_row){.test = (int)rows_int(r, 0),
		    .code = arena_keep(arena, rows_text(r, 1)),
		    .name = arena_keep(arena, rows_text(r, 2))};
		for (int i = 0; i < TALLY_COLUMNS; i++)
			row->tally.n[i] = rows_int(r, i + 3);
	}
	return g;
}

/* What the parts of a test leave of its whole. */
static void add_rest(struct gathered *g, struct dm01_row rest, size_t from)
{
	bool any = false;

	for (size_t i = from; i < g->n; i++)
		for (int c = 0; c < TALLY_COLUMNS; c++)
			rest.tally.n[c] -= g->rows[i].tally.n[c];
	for (int c = 0; c < TALLY_COLUMNS; c++)
		any = any || rest.tally.n[c] > 0;
	if (!any)
		return;
	rest.code = S(DM01_UNKNOWN);
	rest.name = S("not known");
	*next_row(g) = rest;
}

/* Both are in the order of tests. */
static struct gathered join(
    const struct gathered *totals, const struct gathered *some)
{
	struct gathered g = {.arena = totals->arena};
	size_t at = 0;

	for (size_t i = 0; i < totals->n; i++) {
		*next_row(&g) = totals->rows[i];
		size_t from = g.n;
		while (at < some->n &&
		    some->rows[at].test < totals->rows[i].test)
			at++;
		while (at < some->n &&
		    some->rows[at].test == totals->rows[i].test)
			*next_row(&g) = some->rows[at++];
		add_rest(&g, totals->rows[i], from);
	}
	return g;
}

static bool is_told(
    struct tx *tx, const struct dm01_ask *ask, struct err *err)
{
	if (!period_grain(ask->day)) {
		fail(err, ERR_INPUT, "%s is not the last day of a month, nor a "
				     "Sunday", day_text(ask->day).at);
		return hint(err, "DM01 counts at the end of a month or a week");
	}
	return tally_counted(
	    tx, ask->source, ask->provider, ask->day, err);
}

struct dm01_row *dm01_return(struct tx *tx, struct arena *arena,
    const struct dm01_ask *ask, size_t *n, struct err *err)
{
	*n = 0;
	if (!is_told(tx, ask, err))
		return NULL;
	struct gathered g = gather(tx, arena, ask, DM01_WHOLE);

	if (g.n && ask->by != DM01_WHOLE) {
		struct gathered some = gather(tx, arena, ask, ask->by);
		if (some.n)
			g = join(&g, &some);
	}
	if (!g.n)
		fail(err, ERR_MISSING, "nothing is stored of %.*s for %s",
		    STR(ask->provider), day_text(ask->day).at);
	*n = g.n;
	return g.n ? g.rows : NULL;
}
