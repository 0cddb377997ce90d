/* SPDX-License-Identifier: MIT */
/* tracking.c: where this month will end, said before it does.
 *
 * The list is a queue by age: of those who have waited k weeks, some are
 * scanned within the week and the rest have waited k + 1 weeks on the next
 * Sunday.  The shares that stay, and the newcomers, are taken from the last
 * quarter; today's list is carried forward with them.  The interval comes from
 * doing the same, with the same lead, for the months that have ended: it says
 * how far this projection has missed, not how far a formula thinks it might. */
#include "measures.h"

#include <math.h>
#include <string.h>

#define LEARN_WEEKS 13
#define BACKTESTS 12
#define BACKTESTS_LEAST 4
#define WEEKS_READ ((BACKTESTS + 2) * 5 + LEARN_WEEKS)

struct flow {
	double stay[BANDS]; /* share that is still there a week later */
	double newcomers; /* in band 0 on the next Sunday */
};

struct past {
	struct tally_row *weeks, *months;
	size_t weeks_n, months_n;
};

static void bands_of(const struct tally *t, double *bands)
{
	for (int k = 0; k < BANDS; k++)
		bands[k] = (double)t->n[TALLY_w00 + k];
}

/* The last two bands flow into the same one: they share their rate. */
static void learn(const struct tally_row *weeks, size_t n, struct flow *f)
{
	double from[BANDS] = {0}, to[BANDS] = {0};

	for (size_t i = 0; i + 1 < n; i++)
		for (int k = 0; k < BANDS; k++) {
			from[k] += (double)weeks[i].tally.n[TALLY_w00 + k];
			to[k] += (double)weeks[i + 1].tally.n[TALLY_w00 + k];
		}
	f->newcomers = to[0] / (double)(n - 1);
	for (int k = 0; k < BANDS - 2; k++)
		f->stay[k] = from[k] > 0 ? fmin(to[k + 1] / from[k], 1) : 0;
	double last = from[BANDS - 2] + from[BANDS - 1];
	f->stay[BANDS - 2] = f->stay[BANDS - 1] =
	    last > 0 ? fmin(to[BANDS - 1] / last, 1) : 0;
}

static void pass_week(const struct flow *f, double *bands)
{
	double next[BANDS] = {0};

	next[0] = f->newcomers;
	for (int k = 0; k < BANDS; k++)
		next[k + 1 < BANDS ? k + 1 : k] += f->stay[k] * bands[k];
	memcpy(bands, next, sizeof next);
}

/* A part of a week is that part of the way to the next one. */
static void carry(const struct flow *f, double *bands, int days)
{
	double next[BANDS], part = (double)(days % 7) / 7;

	for (int w = 0; w < days / 7; w++)
		pass_week(f, bands);
	memcpy(next, bands, sizeof next);
	pass_week(f, next);
	for (int k = 0; k < BANDS; k++)
		bands[k] += part * (next[k] - bands[k]);
}

/* A measure reads whole counts; thousandths keep small lists exact enough. */
static double value_of(const struct measure *m, const double *bands)
{
	struct tally t = {0};

	for (int k = 0; k < BANDS; k++)
		t.n[TALLY_w00 + k] = llround(bands[k] * 1000);
	double value = measure_value(m, &t);
	return m->under ? value : value / 1000;
}

/* How many of the weeks end on or before the day. */
static size_t weeks_until(const struct past *past, int32_t day)
{
	size_t n = past->weeks_n;

	while (n && past->weeks[n - 1].period > day)
		n--;
	return n;
}

static bool project(const struct past *past, const struct measure *m,
    double *bands, int32_t day, int32_t month_end, double *value)
{
	size_t n = weeks_until(past, day);
	struct flow f;

	if (n < LEARN_WEEKS)
		return false;
	learn(past->weeks + n - LEARN_WEEKS, LEARN_WEEKS, &f);
	carry(&f, bands, month_end - day);
	*value = value_of(m, bands);
	return isfinite(*value);
}

/* What the same lead would have said of months that have ended: the misses. */
static int backtest(const struct past *past, const struct measure *m,
    int32_t today, int lead, double *misses)
{
	int n = 0;

	for (size_t i = past->months_n; i-- && n < BACKTESTS;) {
		const struct tally_row *month = &past->months[i];
		double bands[BANDS], said;
		double was = measure_value(m, &month->tally);
		size_t w = weeks_until(past, month->period - lead);
		if (month->period >= today || isnan(was) || !w)
			continue;
		bands_of(&past->weeks[w - 1].tally, bands);
		if (project(past, m, bands, past->weeks[w - 1].period,
			month->period, &said))
			misses[n++] = was - said;
	}
	return n;
}

static void spread_of(
    const double *x, int n, int without, double *mean, double *sd)
{
	double sum = 0, squares = 0;
	int count = 0;

	for (int i = 0; i < n; i++)
		if (i != without)
			sum += x[i], count++;
	*mean = sum / count;
	for (int i = 0; i < n; i++)
		if (i != without)
			squares += (x[i] - *mean) * (x[i] - *mean);
	*sd = sqrt(squares / (count - 1) * (1 + 1.0 / count));
}

/* Student's t, 95 %, for n - 1 degrees of freedom: n from 3 to 12. */
static double student(int n)
{
	static const double t[] = {4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
	    2.306, 2.262, 2.228, 2.201};

	return t[(n < 3 ? 3 : n > 12 ? 12
				     : n) -
	    3];
}

static void judge(struct tracking *k, const double *misses, int n)
{
	double mean, sd, sum = 0;

	k->backtests = n;
	if (n < BACKTESTS_LEAST)
		return;
	for (int i = 0; i < n; i++) {
		spread_of(misses, n, i, &mean, &sd);
		k->covered += fabs(misses[i] - mean) <= student(n - 1) * sd;
		sum += fabs(misses[i]);
	}
	k->backtest_error = sum / n;
	spread_of(misses, n, -1, &mean, &sd);
	k->low = fmax(0, k->projected + mean - student(n) * sd);
	k->high = k->projected + mean + student(n) * sd;
}

struct tracker tracker_read(struct tx *tx, struct arena *arena, int32_t today)
{
	struct sheaf_ask weeks = {
	    'P', 'S', today - 7 * WEEKS_READ, today, true};
	struct sheaf_ask months = weeks;

	months.grain = 'M';
	return (struct tracker){today, sheaf_read(tx, arena, &weeks),
	    sheaf_read(tx, arena, &months),
	    waiting_grid_read(tx, arena, today)};
}

static double last_month(
    const struct past *past, const struct measure *m, int32_t today)
{
	for (size_t i = past->months_n; i--;)
		if (past->months[i].period < today)
			return measure_value(m, &past->months[i].tally);
	return (double)NAN;
}

static void set_plan(const struct tracker *all, struct arena *arena,
    struct str org, int test, const struct measure *m, struct tracking *k)
{
	size_t n;
	struct target *targets =
	    sheaf_targets(all->months, arena, str_of(m->name), org, test, &n);

	k->trajectory = target_on(targets, n, k->month_end, true);
	k->target = target_on(targets, n, k->month_end, false);
}

bool tracking_make(const struct tracker *all, struct arena *arena,
    struct str org, int test, const struct measure *m, struct tracking *k,
    struct err *err)
{
	const double none = (double)NAN;
	int32_t today = all->today;
	double bands[BANDS], misses[BACKTESTS];
	struct tally now = waiting_grid_at(all->now, org, test);
	struct past past;

	if (m->whole_period || !strchr(m->sources, 'P'))
		return fail(
		    err, ERR_INPUT, "measure \"%s\" is not tracked", m->name);
	*k = (struct tracking){.today = today,
	    .month_end = day_month_end(today),
	    .projected = none,
	    .low = none,
	    .high = none,
	    .backtest_error = none};
	past.weeks = sheaf_series(all->weeks, arena, org, test, &past.weeks_n);
	past.months =
	    sheaf_series(all->months, arena, org, test, &past.months_n);
	set_plan(all, arena, org, test, m, k);
	k->last_month = last_month(&past, m, today);
	k->today_value = measure_value(m, &now);
	bands_of(&now, bands);
	if (project(&past, m, bands, today, k->month_end, &k->projected))
		judge(k, misses,
		    backtest(&past, m, today, k->month_end - today, misses));
	return true;
}
