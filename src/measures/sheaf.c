/* SPDX-License-Identifier: MIT */
/* sheaf.c: one walk over the totals; sums over trusts and tests are made here,
 * from the rows that were read anyway. */
#include "measures.h"

#include <stdlib.h>
#include <string.h>

struct stalk { /* one organisation's series of one test */
	char org[6];
	bool is_trust;
	int test;
	struct tally_row *rows;
	size_t n, size;
};

struct sheaf {
	struct stalk *stalks;
	size_t n, size;
	int32_t *periods; /* all that occur, in order */
	int *speaking; /* trusts that have said anything of that period */
	int trusts; /* that have said anything at all */
	size_t periods_n;
	struct target *targets;
	size_t targets_n;
	struct annotation *annotations;
	size_t annotations_n;
};

#define FROM_WHERE \
	" from org o join tally t on t.org = o.code " \
	"where t.source = $1 and t.grain = $2 and t.test in (-1, 1, 2, 3, 4, " \
	"5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) and t.site = 0 " \
	"and t.commissioner = 0 and t.period >= $3 and t.period <= $4" \
	TALLY_COVERED " order by t.org, t.test, t.period"
#define X(name, sentence) ", t." #name
static const char walk_all[] = "select t.org, o.kind, t.test, t.period"
#include "tally.def"
    FROM_WHERE;
#undef X
/* What a DM01 return says, and a published one has nothing else: the bands,
 * those planned, and the three streams are the first columns. */
static const char walk_return[] =
    "select t.org, o.kind, t.test, t.period, t.w00, t.w01, t.w02, t.w03, "
    "t.w04, t.w05, t.w06, t.w07, t.w08, t.w09, t.w10, t.w11, t.w12, t.w13, "
    "t.planned_waiting, t.act_wl, t.act_planned, t.act_unscheduled" FROM_WHERE;
#define RETURN_COLUMNS (BANDS + 4)
_Static_assert(TALLY_w13 == BANDS - 1 &&
	TALLY_act_unscheduled == RETURN_COLUMNS - 1,
    "what a return says comes first");

static struct stalk *stalk_of(struct sheaf *s, struct arena *arena,
    struct str org, bool is_trust, int test)
{
	struct stalk *last = s->n ? &s->stalks[s->n - 1] : NULL;

	if (last && last->test == test && str_is(org, last->org))
		return last;
	if (s->n == s->size) {
		struct stalk *more =
		    arena_array(arena, struct stalk, 2 * s->size);
		memcpy(more, s->stalks, s->n * sizeof(*more));
		s->stalks = more;
		s->size *= 2;
	}
	struct stalk *new = &s->stalks[s->n++];
	*new = (struct stalk){.is_trust = is_trust, .test = test};
	memcpy(new->org, org.at, org.len < sizeof(new->org) ? org.len : 5);
	return new;
}

static struct tally_row *row_new(struct arena *arena, struct stalk *k)
{
	if (k->n == k->size) {
		size_t size = k->size ? 2 * k->size : 40;
		struct tally_row *more =
		    arena_array(arena, struct tally_row, size);
		if (k->n)
			memcpy(more, k->rows, k->n * sizeof(*more));
		k->rows = more;
		k->size = size;
	}
	return &k->rows[k->n++];
}

static void walk(struct sheaf *s, struct tx *tx, struct arena *arena,
    const struct sheaf_ask *ask)
{
	bool few = ask->return_only || ask->source == 'R';
	int columns = few ? RETURN_COLUMNS : TALLY_COLUMNS;
	struct rows *r = db_ask(tx, few ? walk_return : walk_all,
	    T(((struct str){&ask->source, 1})),
	    T(((struct str){&ask->grain, 1})), I(ask->from), I(ask->to));

	while (rows_next(r)) {
		struct stalk *k = stalk_of(s, arena, rows_text(r, 0),
		    str_is(rows_text(r, 1), "trust"), (int)rows_int(r, 2));
		struct tally_row *row = row_new(arena, k);
		row->period = (int32_t)rows_int(r, 3);
		for (int i = 0; i < columns; i++)
			row->tally.n[i] = rows_int(r, 4 + i);
	}
}

static int compare_days(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static void find_periods(struct sheaf *s, struct arena *arena)
{
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < s->n; i++)
		all += s->stalks[i].n;
	s->periods = arena_array(arena, int32_t, all + 1);
	all = 0;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->stalks[i].n; k++)
			s->periods[all++] = s->stalks[i].rows[k].period;
	qsort(s->periods, all, sizeof(*s->periods), compare_days);
	for (size_t i = 0; i < all; i++)
		if (!kept || s->periods[kept - 1] != s->periods[i])
			s->periods[kept++] = s->periods[i];
	s->periods_n = kept;
}

static bool is_next_trust(const struct sheaf *s, size_t i)
{
	return s->stalks[i].is_trust &&
	    (!i || strcmp(s->stalks[i].org, s->stalks[i - 1].org) != 0);
}

/* Stalks of one trust lie together, whatever the test. */
static void find_speaking(struct sheaf *s, struct arena *arena)
{
	int *last = arena_array(arena, int, s->periods_n + 1);

	s->speaking = arena_array(arena, int, s->periods_n + 1);
	for (size_t i = 0; i < s->n; i++) {
		const struct stalk *k = &s->stalks[i];
		size_t at = 0;
		s->trusts += is_next_trust(s, i);
		for (size_t r = 0; k->is_trust && r < k->n; r++) {
			while (s->periods[at] != k->rows[r].period)
				at++;
			s->speaking[at] += last[at] != s->trusts;
			last[at] = s->trusts;
		}
	}
}

struct sheaf *sheaf_read(
    struct tx *tx, struct arena *arena, const struct sheaf_ask *ask)
{
	struct sheaf *s = arena_new(arena, struct sheaf);

	s->size = 160;
	s->stalks = arena_array(arena, struct stalk, s->size);
	walk(s, tx, arena, ask);
	find_periods(s, arena);
	find_speaking(s, arena);
	s->targets = targets_all(tx, arena, &s->targets_n);
	s->annotations = annotations_all(tx, arena, &s->annotations_n);
	return s;
}

static bool belongs(const struct stalk *k, struct str org, int test)
{
	bool of_org =
	    str_is(org, NETWORK_ORG) ? k->is_trust : str_is(org, k->org);

	return of_org && (test ? k->test == test : true);
}

static void add_row(struct tally *to, const struct tally *from)
{
	for (int i = 0; i < TALLY_COLUMNS; i++)
		to->n[i] += from->n[i];
}

static void add_stalk(
    const struct sheaf *s, const struct stalk *k, struct tally_row *sums)
{
	size_t at = 0;

	for (size_t i = 0; i < k->n; i++) {
		while (s->periods[at] != k->rows[i].period)
			at++;
		sums[at].period = s->periods[at];
		add_row(&sums[at].tally, &k->rows[i].tally);
	}
}

static struct tally_row *sum_of(const struct sheaf *s, struct arena *arena,
    struct str org, int test, size_t *n)
{
	struct tally_row *sums =
	    arena_array(arena, struct tally_row, s->periods_n + 1);

	for (size_t i = 0; i < s->periods_n; i++)
		sums[i].period = NO_DAY;
	for (size_t i = 0; i < s->n; i++)
		if (belongs(&s->stalks[i], org, test))
			add_stalk(s, &s->stalks[i], sums);
	bool network = str_is(org, NETWORK_ORG);
	*n = 0;
	for (size_t i = 0; i < s->periods_n; i++)
		if (sums[i].period != NO_DAY &&
		    (!network || s->speaking[i] == s->trusts))
			sums[(*n)++] = sums[i];
	return sums;
}

struct tally_row *sheaf_series(const struct sheaf *s, struct arena *arena,
    struct str org, int test, size_t *n)
{
	if (!test || str_is(org, NETWORK_ORG))
		return sum_of(s, arena, org, test, n);
	*n = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct stalk *k = &s->stalks[i];
		if (k->test != test || !str_is(org, k->org))
			continue;
		struct tally_row *copy =
		    arena_array(arena, struct tally_row, k->n);
		memcpy(copy, k->rows, k->n * sizeof(*copy));
		*n = k->n;
		return copy;
	}
	return NULL;
}

/* targets_all gives them by organisation and test; a chart wants them by day,
 * the nearer one after the general one. */
static int nearness(const struct target *t)
{
	return (str_is(t->org, "*") ? 0 : 2) + (t->test ? 1 : 0);
}

static int compare_targets(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (nearness(x) != nearness(y))
		return nearness(x) < nearness(y) ? -1 : 1;
	return (x->made_at > y->made_at) - (x->made_at < y->made_at);
}

static bool is_for(
    const struct target *t, struct str measure, struct str org, int test)
{
	return (!t->test || t->test == test) &&
	    (str_is(t->org, "*") || str_eq(t->org, org)) &&
	    str_eq(t->measure, measure);
}

struct target *sheaf_targets(const struct sheaf *s, struct arena *arena,
    struct str measure, struct str org, int test, size_t *n)
{
	struct target *list;

	*n = 0;
	for (size_t i = 0; i < s->targets_n; i++)
		*n += is_for(&s->targets[i], measure, org, test);
	list = arena_array(arena, struct target, *n + 1);
	*n = 0;
	for (size_t i = 0; i < s->targets_n; i++)
		if (is_for(&s->targets[i], measure, org, test))
			list[(*n)++] = s->targets[i];
	qsort(list, *n, sizeof(*list), compare_targets);
	return list;
}

static void find_annotations(const struct sheaf *s, struct arena *arena,
    const struct chart_ask *ask, struct chart *c)
{
	c->annotations =
	    arena_array(arena, struct annotation, s->annotations_n + 1);
	for (size_t i = 0; i < s->annotations_n; i++) {
		const struct annotation *a = &s->annotations[i];
		if (a->test == ask->test && str_eq(a->org, ask->org) &&
		    str_is(a->measure, ask->measure->name))
			c->annotations[c->annotations_n++] = *a;
	}
}

bool sheaf_chart(const struct sheaf *s, struct arena *arena,
    const struct chart_ask *ask, struct chart *c, struct err *err)
{
	size_t n;

	*c = (struct chart){0};
	c->rows = sheaf_series(s, arena, ask->org, ask->test, &n);
	c->targets = sheaf_targets(s, arena, str_of(ask->measure->name),
	    ask->org, ask->test, &c->targets_n);
	find_annotations(s, arena, ask, c);
	return chart_finish(arena, ask, c, n, err);
}
