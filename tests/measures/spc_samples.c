/* SPDX-License-Identifier: MIT */
/* spc_samples.c: series for two implementations of the SPC rules, most of them
 * made to stand where the rules turn: on limits, on the mean, at ties, at
 * turning points, across rebases, at the ends of the number line. */
#include "spc_samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance: the same cases for a seed, on every machine ---- */

static uint64_t state;

void chance_begin(uint64_t seed)
{
	state = seed;
}

static uint64_t chance(void)
{
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int up_to(int n) /* 0 .. n-1 */
{
	uint64_t drawn = chance();

	return n > 0 ? (int)(drawn % (uint64_t)n) : 0;
}

static double unit(void)
{
	return (double)(chance() >> 11) * 0x1p-53;
}

static double bell(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += unit();
	return sum - 6;
}

/* ---- series ---- */

static void fill_bell(struct sample *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->values[i] = 20 + 4 * bell();
}

/* Ties everywhere. */
static void fill_small(struct sample *c)
{
	int many = 2 + up_to(5);

	for (size_t i = 0; i < c->n; i++)
		c->values[i] = up_to(many);
}

static void fill_constant(struct sample *c)
{
	double value = up_to(2) ? 0 : 5 * unit();

	for (size_t i = 0; i < c->n; i++)
		c->values[i] = value;
}

/* Flat baseline, then something. */
static void fill_late_change(struct sample *c)
{
	size_t from = (size_t)up_to((int)c->n);

	fill_constant(c);
	for (size_t i = from; i < c->n; i++)
		c->values[i] += up_to(3);
}

static void fill_outliers(struct sample *c)
{
	fill_bell(c);
	for (int i = up_to(4); i >= 0; i--)
		c->values[up_to((int)c->n)] += 100 * bell();
}

static void fill_walk(struct sample *c)
{
	double at = 100;

	for (size_t i = 0; i < c->n; i++)
		c->values[i] = at += bell();
}

/* Trends end to end, plateaus, turning points. */
static void fill_saw(struct sample *c)
{
	double at = up_to(5), step = up_to(2) ? 1 : -1;
	int left = 5 + up_to(5);

	for (size_t i = 0; i < c->n; i++) {
		c->values[i] = at;
		at += step;
		if (--left > 0)
			continue;
		left = 5 + up_to(5);
		if (up_to(3))
			step = -step;
		at += up_to(3) ? up_to(9) - 4 : -step;
	}
}

/* Points exactly on the mean. */
static void fill_on_mean(struct sample *c)
{
	for (size_t i = 0; i + 1 < c->n; i += 2) {
		double off = up_to(3);

		c->values[i] = 10 + off;
		c->values[i + 1] = 10 - off;
	}
	if (c->n % 2)
		c->values[c->n - 1] = 10;
}

/* Flat alternation with points by the limits. */
static void fill_near(struct sample *c)
{
	for (size_t i = 0; i < c->n; i++) {
		c->values[i] = i % 2 ? 1 : -1;
		if (up_to(5) == 0)
			c->values[i] *= 3.2 + 3 * unit();
		else if (up_to(6) == 0)
			c->values[i] = fabs(c->values[i]);
	}
}

/* From the smallest to the largest numbers. */
static void fill_scale(struct sample *c)
{
	static const double scales[] = {1e-320, 1e-300, 1e-9, 1e9, 1e300};
	double scale = scales[up_to(5)];

	for (size_t i = 0; i < c->n; i++)
		c->values[i] = scale * (2 * unit() - 1);
}

/* One decimal, as published. */
static void fill_percent(struct sample *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->values[i] = round(10 * (12 + 3 * bell())) / 10;
}

/* Levels that last. */
static void fill_steps(struct sample *c)
{
	double level = 50;

	for (size_t i = 0; i < c->n; i++) {
		if (up_to(9) == 0)
			level += 6 * bell();
		c->values[i] = level + bell();
	}
}

/* A baseline of -1 and 1, then points on its lines or a hair beside them. */
static void fill_on_line(struct sample *c)
{
	static const double lines[] = {0, 2 * 2.66, 2 * (2 * (2.66 / 3)), 1.5};

	c->options.fix_after = SPC_FIX_LEAST;
	for (size_t i = 0; i < c->n; i++) {
		double line = lines[up_to(4)];

		if (up_to(2))
			line = nextafter(line, up_to(2) ? 9 : 0);
		c->values[i] = up_to(3) ? line : -line;
		if (i < SPC_FIX_LEAST)
			c->values[i] = i % 2 ? 1 : -1;
	}
}

static void (*const fills[])(struct sample *) = {fill_bell, fill_small,
    fill_constant, fill_late_change, fill_outliers, fill_walk, fill_saw,
    fill_on_mean, fill_near, fill_scale, fill_percent, fill_steps,
    fill_on_line};
#define FILLS (int)(sizeof fills / sizeof *fills)

static void fill_days(struct sample *c)
{
	int32_t day = day_of(2016, 4, 30);

	for (size_t i = 0; i < c->n; i++) {
		c->days[i] = day;
		day = day_month_end(day + 1);
	}
	if (up_to(8) == 0) /* the same day twice */
		c->days[up_to((int)c->n)] = c->days[up_to((int)c->n)];
	if (up_to(4) == 0) /* in no order */
		for (size_t i = c->n - 1; i > 0; i--) {
			size_t j = (size_t)up_to((int)i + 1);
			int32_t day_i = c->days[i];

			c->days[i] = c->days[j];
			c->days[j] = day_i;
		}
}

static void fill_rebases(struct sample *c)
{
	struct spc_options *o = &c->options;
	int many = up_to(2) ? 0 : 1 + up_to(4);

	for (int i = 0; i < many; i++) {
		int32_t day = c->days[up_to((int)c->n)];

		if (up_to(5) == 0)
			day = c->days[0];
		if (up_to(6) == 0)
			day += 1; /* most likely no point's day */
		c->rebases[o->rebases_n++] = day;
	}
	o->rebases = c->rebases;
}

static int choose_run(void)
{
	return up_to(5) ? 7 : SPC_RUN_LEAST + up_to(9);
}

/* A target often stands exactly on a limit of the last group. */
static void choose_target(struct arena *arena, struct sample *c)
{
	struct spc s;
	struct err err = {0};

	if (up_to(4) == 0)
		return;
	c->options.target = c->values[up_to((int)c->n)];
	if (up_to(2) || !spc_make(arena, c->days, c->values, c->n,
	    &c->options, &s, &err))
		return;
	const struct spc_group *g = &s.groups[s.groups_n - 1];
	double limit = up_to(2) ? g->upper : g->lower;

	if (isfinite(limit))
		c->options.target = limit;
}

void sample_make(struct arena *arena, struct sample *c, int64_t id)
{
	memset(c, 0, sizeof *c);
	c->id = id;
	c->options = spc_standard();
	c->n = (size_t)(up_to(3) ? 8 + up_to(60) : 1 + up_to(16));
	if (up_to(30) == 0)
		c->n = SAMPLE_POINTS;
	fills[id % FILLS](c);
	fill_days(c);
	fill_rebases(c);
	c->options.improve = (enum spc_improve)(up_to(3) - 1);
	if (up_to(3) == 0 && c->options.fix_after == 0)
		c->options.fix_after = SPC_FIX_LEAST + up_to(30);
	c->options.screening = up_to(4) != 0;
	c->options.shift_run = choose_run();
	c->options.trend_run = choose_run();
	choose_target(arena, c);
}

void sample_plain(struct sample *c, int64_t id, size_t points)
{
	double level = 5 + 30 * unit();

	memset(c, 0, sizeof *c);
	c->id = id;
	c->options = spc_standard();
	c->options.improve = SPC_DECREASE;
	c->options.target = 5;
	c->n = points < SAMPLE_POINTS ? points : SAMPLE_POINTS;
	for (size_t i = 0; i < c->n; i++) {
		c->days[i] = i ? day_month_end(c->days[i - 1] + 1) :
		                 day_of(2016, 4, 30);
		level += 0.4 * bell();
		c->values[i] = fabs(level + 2 * bell());
	}
}
