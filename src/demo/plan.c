/* SPDX-License-Identifier: MIT */
/* plan.c: a waiting list rebuilt from its month ends.
 *
 * Between two censuses nobody can join an older clock start, so for each start
 * day the number still waiting never grows from month to month; and for each
 * month the days of a band add up to what was published:
 *
 *   start day   ... 20 Jan  21 Jan  22 Jan ...      sum over a band's days
 *   31 Jan           14      15      13             = published band
 *   28 Feb            6       6       5             = published band
 *   31 Mar            0       1       0             = published band
 *     falls or stays, downwards
 *
 * Both sets are convex; going back and forth between them (scaling the bands,
 * levelling the columns) ends in both, or, where the published figures cannot
 * be had, close to them.  Then whole numbers, oldest month first.
 *
 * Requests follow: what was done + what was withdrawn + the change of the
 * list.  A month in which more old requests left than were scanned is told as
 * withdrawals and restarts, which is what a trust's own book would show. */
#include "plan.h"

#include "chance.h"

#include <string.h>

#define TAIL 455   /* days that 13 weeks and more reach back at the start */
#define SWEEPS 140
#define GOOD 0.2   /* patients by which a band may be off before rounding */
#define MONTHS 160
#define NO_CAP INT32_MAX

struct solve {
	struct series *s;
	const struct published *p;
	int trust, test, months;
	double *t;      /* by day, then by month */
	double *weight; /* of a start day */
	int32_t end[MONTHS]; /* last days of the months, from the first */
};

static double *cell(const struct solve *v, int month, int32_t day)
{
	return &v->t[(day - v->s->day0) * v->months + month - v->s->first];
}

static int32_t *left_cell(const struct series *s, int month, int32_t day)
{
	return &s->left[(month - s->first) * s->days + day - s->day0];
}

int32_t series_left(const struct series *s, int month, int32_t day)
{
	return *left_cell(s, month, day);
}

/* The start days of a band at a month's end. */
static int32_t band_from(const struct series *s, int month, int k)
{
	return k == WEEKS - 1 ? s->day0 : month_last(month) - 7 * k - 6;
}

static int32_t band_to(int month, int k)
{
	return month_last(month) - 7 * k;
}

static double band_weight(const struct solve *v, int month, int k, int32_t day)
{
	double w = v->weight[day - v->s->day0];
	int32_t age = month_last(month) - day - 91;

	if (k == WEEKS - 1)
		for (; age > 0; age -= 7)
			w *= 0.87;
	return w;
}

/* Makes a band's days add up to it.  Returns by how much they did not. */
static double scale_band(struct solve *v, int month, int k)
{
	int32_t from = band_from(v->s, month, k), to = band_to(month, k);
	double band = figures_at(v->p, v->trust, v->test, month)->band[k];
	double sum = 0, off;

	for (int32_t d = from; d <= to; d++)
		sum += *cell(v, month, d);
	off = sum > band ? sum - band : band - sum;
	for (int32_t d = from; d <= to && sum > 1e-6; d++)
		*cell(v, month, d) *= band / sum;
	if (sum > 1e-6 || band <= 0)
		return off;
	sum = 0;
	for (int32_t d = from; d <= to; d++)
		sum += band_weight(v, month, k, d);
	for (int32_t d = from; d <= to; d++)
		*cell(v, month, d) = band * band_weight(v, month, k, d) / sum;
	return off;
}

/* Makes one column fall or stay from month to month: pools what rises. */
static void level_column(struct solve *v, int32_t day, int first)
{
	double sum[MONTHS], *column = cell(v, v->s->first, day);
	int n[MONTHS], top = 0, at = first;

	for (int m = first; m < v->months; m++) {
		sum[top] = column[m];
		n[top++] = 1;
		while (top > 1 &&
		    sum[top - 2] * n[top - 1] < sum[top - 1] * n[top - 2]) {
			sum[top - 2] += sum[top - 1];
			n[top - 2] += n[top - 1];
			top--;
		}
	}
	for (int i = 0; i < top; i++)
		for (int j = 0; j < n[i]; j++)
			column[at++] = sum[i] / n[i];
}

static double scale_bands(struct solve *v)
{
	double worst = 0;

	for (int m = v->s->first; m <= v->s->last; m++)
		for (int k = 0; k < WEEKS; k++) {
			double off = scale_band(v, m, k);
			worst = off > worst ? off : worst;
		}
	return worst;
}

static void solve(struct solve *v)
{
	for (int m = 0; m < v->months; m++)
		v->end[m] = month_last(v->s->first + m);
	scale_bands(v);
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		int first = 0;
		for (int32_t i = 0; i < v->s->days; i++) {
			while (v->end[first] < v->s->day0 + i)
				first++;
			level_column(v, v->s->day0 + i, first);
		}
		if (scale_bands(v) < GOOD)
			return;
	}
}

/* How many may still wait since that day: no more than the month before. */
static int32_t cap(const struct series *s, int month, int32_t day)
{
	if (month == s->first || day > month_last(month - 1))
		return NO_CAP;
	return series_left(s, month - 1, day);
}

/* Puts up to n more on a band's days, where the month before allows. */
static int32_t add_to_band(const struct series *s, int month, int k, int32_t n)
{
	for (int32_t d = band_to(month, k); d >= band_from(s, month, k) && n;
	     d--) {
		int32_t room = cap(s, month, d) - series_left(s, month, d);
		int32_t more = room < n ? room : n;
		if (more > 0) {
			*left_cell(s, month, d) += more;
			n -= more;
		}
	}
	return n;
}

/* Whole numbers whose running sum stays within a half of the plan's. */
static int32_t round_band(struct solve *v, int month, int k)
{
	double sum = 0;
	int32_t given = 0;

	for (int32_t d = band_from(v->s, month, k); d <= band_to(month, k);
	     d++) {
		int32_t most = cap(v->s, month, d);
		sum += *cell(v, month, d);
		int32_t n = (int32_t)(sum + 0.5) - given;
		n = n < most ? n : most;
		*left_cell(v->s, month, d) = n;
		given += n;
	}
	int32_t band = figures_at(v->p, v->trust, v->test, month)->band[k];
	return add_to_band(v->s, month, k, band - given);
}

/* What cannot be had in its band goes to the nearest band on the same side of
 * six weeks, so that the list and its share over six weeks stay right. */
static void settle(const struct series *s, int month, int k, int32_t n)
{
	for (int pass = 0; pass < 2; pass++)
		for (int far = 1; far < WEEKS; far++)
			for (int side = -1; side <= 1; side += 2) {
				int other = k + far * side;
				bool near = (other >= 6) == (k >= 6);
				if (other < 0 || other >= WEEKS ||
				    near == (pass == 1))
					continue;
				n = add_to_band(s, month, other, n);
			}
}

static void round_months(struct solve *v)
{
	int32_t lacking[WEEKS];

	for (int m = v->s->first; m <= v->s->last; m++) {
		for (int k = WEEKS - 1; k >= 0; k--)
			lacking[k] = round_band(v, m, k);
		for (int k = WEEKS - 1; k >= 0; k--)
			settle(v->s, m, k, lacking[k]);
	}
}

void series_plan(struct series *s, struct arena *arena,
    const struct published *p, int trust, int test, int first, int last)
{
	struct arena scratch = {0};
	struct solve v = {.s = s, .p = p, .trust = trust, .test = test,
	    .months = last - first + 1};

	s->first = first;
	s->last = last;
	s->day0 = month_last(first) - TAIL;
	s->days = month_last(last) - s->day0 + 1;
	s->left = arena_array(arena, int32_t, v.months * s->days);
	v.t = arena_array(&scratch, double, v.months * s->days);
	v.weight = arena_array(&scratch, double, s->days);
	for (int32_t i = 0; i < s->days; i++)
		v.weight[i] = day_weight(s->day0 + i, test, BUSY_REQUESTS);
	solve(&v);
	round_months(&v);
	arena_end(&scratch);
}

void share_out(int32_t n, const int32_t *weights, int32_t *shares, int count)
{
	int64_t all = 0, sum = 0, given = 0;

	for (int i = 0; i < count; i++)
		all += weights[i];
	for (int i = 0; i < count; i++) {
		sum += weights[i];
		int64_t now = all ? (2 * sum * n + all) / (2 * all) : 0;
		shares[i] = (int32_t)(now - given);
		given = now;
	}
}

/* Fills up days to one level, like water: marked = level x weight - left. */
static void fill_up(const struct month_ask *ask, int32_t n, int days,
    struct month_plan *plan)
{
	int32_t first = month_first(ask->month), want[31] = {0};
	double low = 0, high = 1e6;

	for (int round = 0; round < 60; round++) {
		double level = (low + high) / 2, sum = 0;
		for (int d = 0; d < days; d++) {
			double room = level * day_weight(first + d, ask->test,
			    BUSY_REQUESTS) / 1000;
			room -= series_left(ask->series, ask->month, first + d);
			room = room > 0 ? room : 0;
			want[d] = (int32_t)(room * 64);
			sum += room;
		}
		if (sum > n)
			high = level;
		else
			low = level;
	}
	share_out(n, want, plan->marked, days);
}

/* Moves restarts on from days that have no place for them. */
static void place_restarts(struct month_plan *plan, int days)
{
	int32_t over = 0;

	for (int d = 0; d < days; d++) {
		plan->restarts[d] += over;
		over = plan->restarts[d] - plan->arrivals[d];
		over = over > 0 ? over : 0;
		plan->restarts[d] -= over;
	}
}

/* How many must come and go within the month for requests to come evenly, as
 * many in its first weeks as in its last? */
static int32_t even_flow(const struct month_ask *ask, int days)
{
	int32_t first = month_first(ask->month);
	double left = 0, weight = 0, sum = 0;

	for (int d = days - 7; d < days; d++) {
		left += series_left(ask->series, ask->month, first + d);
		weight += day_weight(first + d, ask->test, BUSY_REQUESTS);
	}
	for (int d = 0; d < days; d++) {
		double room = 0.95 * left / weight *
		    day_weight(first + d, ask->test, BUSY_REQUESTS);
		room -= series_left(ask->series, ask->month, first + d);
		sum += room > 0 ? room : 0;
	}
	return (int32_t)sum;
}

/* Where the tests done from the list do not explain an even flow, patients
 * were admitted while they waited and scanned as inpatients. */
static int32_t admissions(const struct month_ask *ask, int days, int32_t fresh)
{
	int32_t most = ask->figures->done[STREAM_UNSCHEDULED] * 45 / 100;
	int32_t n = even_flow(ask, days) - (fresh > 0 ? fresh : 0);

	return n < 0 ? 0 : n > most ? most : n;
}

/* More old requests left than the tests done explain: some were withdrawn,
 * some began again. */
static int32_t explain(int32_t lacking, int32_t *restarts, int32_t *withdrawn)
{
	if (lacking <= 0)
		return 0;
	*restarts += lacking / 3;
	*withdrawn += lacking - lacking / 3;
	return lacking;
}

void month_plan(const struct month_ask *ask, struct month_plan *plan)
{
	int32_t first = month_first(ask->month), weights[31], waiting = 0;
	int days = month_last(ask->month) - first + 1;
	int32_t scans = ask->figures->done[STREAM_WAITING];
	int32_t restarts = scans * ask->restart_permille / 1000;
	int32_t withdrawn = scans * 18 / 1000;
	struct chance c;

	chance_begin(&c, ask->seed, (uint64_t)ask->month);
	for (int d = 0; d < days; d++) {
		weights[d] = day_weight(first + d, ask->test, BUSY_SCANS) *
		    chance_between(&c, 92, 108);
		waiting += series_left(ask->series, ask->month, first + d);
	}
	int32_t fresh = scans + restarts + withdrawn - ask->old;
	int32_t admitted = admissions(ask, days, fresh);
	fresh += admitted;
	fresh += explain(scans / 20 - fresh, &restarts, &withdrawn);
	if (restarts > waiting + fresh) {
		withdrawn += restarts - waiting - fresh;
		fresh = restarts - waiting;
	}
	*plan = (struct month_plan){0};
	share_out(scans, weights, plan->scans, days);
	share_out(restarts, weights, plan->restarts, days);
	share_out(withdrawn, weights, plan->withdrawn, days);
	share_out(admitted, weights, plan->admitted, days);
	fill_up(ask, fresh > 0 ? fresh : 0, days, plan);
	for (int d = 0; d < days; d++)
		plan->arrivals[d] = plan->marked[d] +
		    series_left(ask->series, ask->month, first + d);
	place_restarts(plan, days);
}
