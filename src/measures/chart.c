/* SPDX-License-Identifier: MIT */
/* chart.c: one chart: the series, the options stored with it, and its limits. */
#include "measures.h"

#include <math.h>

/* A flow's period counts once it is over; a position is true on its day. */
static bool is_usable(
    const struct measure *m, const struct tally_row *row, int32_t today)
{
	if (row->period > today || (m->whole_period && row->period == today))
		return false;
	return !isnan(measure_value(m, &row->tally));
}

static size_t keep_usable(
    const struct measure *m, struct tally_row *rows, size_t n)
{
	int32_t today = outside_today();
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (is_usable(m, &rows[i], today))
			rows[kept++] = rows[i];
	return kept;
}

static void use_rebases(
    struct arena *arena, const struct chart *c, struct spc_options *options)
{
	int32_t *days = arena_array(arena, int32_t, c->annotations_n + 1);

	options->rebases = days;
	options->rebases_n = 0;
	for (size_t i = 0; i < c->annotations_n; i++)
		if (!str_is(c->annotations[i].kind, "note"))
			days[options->rebases_n++] = c->annotations[i].day;
}

static void values_of(struct arena *arena, const struct measure *m,
    struct chart *c, size_t n, int32_t *days, double *values)
{
	c->over = arena_array(arena, double, n + 1);
	c->under = arena_array(arena, double, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct tally *t = &c->rows[i].tally;
		days[i] = c->rows[i].period;
		values[i] = measure_value(m, t);
		c->over[i] = (double)m->over(t);
		c->under[i] = m->under ? (double)m->under(t) : (double)NAN;
	}
}

static struct tally_ask series_of(
    struct arena *arena, const struct chart_ask *ask)
{
	return (struct tally_ask){
	    .source = ask->source,
	    .grain = ask->grain,
	    .org = arena_cstr(arena, ask->org),
	    .test = ask->test,
	    .from = ask->from,
	    .to = ask->to,
	};
}

bool chart_finish(struct arena *arena, const struct chart_ask *ask,
    struct chart *c, size_t n, struct err *err)
{
	const struct measure *m = ask->measure;
	struct spc_options options = ask->options;

	n = keep_usable(m, c->rows, n);
	int32_t *days = arena_array(arena, int32_t, n + 1);
	double *values = arena_array(arena, double, n + 1);
	values_of(arena, m, c, n, days, values);
	c->target = n ? target_on(c->targets, c->targets_n, days[n - 1], false)
		      : (double)NAN;
	options.improve = m->improve;
	if (isnan(options.target))
		options.target = c->target;
	if (!options.rebases)
		use_rebases(arena, c, &options);
	return spc_make(arena, days, values, n, &options, &c->spc, err);
}

bool chart_make(struct tx *tx, struct arena *arena, const struct chart_ask *ask,
    struct chart *c, struct err *err)
{
	struct str measure = str_of(ask->measure->name);
	struct tally_ask series = series_of(arena, ask);
	size_t n;

	*c = (struct chart){0};
	c->rows = tally_series(tx, arena, &series, &n);
	c->targets =
	    targets_for(tx, arena, measure, ask->org, ask->test, &c->targets_n);
	c->annotations = annotations_for(
	    tx, arena, ask->org, ask->test, measure, &c->annotations_n);
	return chart_finish(arena, ask, c, n, err);
}
