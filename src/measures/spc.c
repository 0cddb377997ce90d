/* SPDX-License-Identifier: MIT */
/* spc.c: XmR charts, point for point as NHSRplotthedots 0.2.2 makes them.
 *
 * Trusts compare our charts with those of that package, so where its source
 * and common sense part ways, the source wins:
 *
 * (1) A rebase opens a group on each point whose day is the rebase's day, and
 *     nowhere else.  Every rule looks within one group only.
 * (2) The mean is of the baseline, never screened.  Moving ranges are screened
 *     once, strictly; when all of them are 0 none is left and the group has no
 *     limits, while trend and shift still speak.
 * (3) The first rule that a point meets names it: outside, trend, two of
 *     three, shift.  All comparisons are strict; a tie ends a run.
 * (4) A trend's direction at a point is the step to its left, or to its right
 *     when the next point is in a trend as well (two trends that share a
 *     turning point; and, less kindly, two trends end to end).
 * (5) Assurance is of the last group; without limits, or on a limit, a target
 *     is met inconsistently.
 *
 * The arithmetic is R's, to the bit: mean() sums twice in long double, and a
 * product is rounded before it is added. */
#include "spc.h"

#include <math.h>
#include <stdlib.h>

#define LIMIT 2.66
#define LIMIT_NEAR (2 * (2.66 / 3))
#define SCREEN 3.267

struct spc_options spc_standard(void)
{
	return (struct spc_options){
	    .improve = SPC_NEUTRAL,
	    .target = NAN,
	    .screening = true,
	    .shift_run = 7,
	    .trend_run = 7,
	};
}

static bool may_make(const double *values, size_t n,
    const struct spc_options *o, struct err *err)
{
	if (n > INT32_MAX / 2)
		return fail(err, ERR_INPUT, "%zu points are too many", n);
	if (o->fix_after < 0 || (o->fix_after && o->fix_after < SPC_FIX_LEAST))
		return fail(err, ERR_INPUT,
		    "a baseline of %d points is too short: %d or more",
		    o->fix_after, SPC_FIX_LEAST);
	if (o->shift_run < SPC_RUN_LEAST || o->trend_run < SPC_RUN_LEAST)
		return fail(err, ERR_INPUT,
		    "a run of %d points is too short: %d or more",
		    o->shift_run < o->trend_run ? o->shift_run : o->trend_run,
		    SPC_RUN_LEAST);
	for (size_t i = 0; i < n; i++)
		if (!(fabs(values[i]) <= SPC_LARGEST))
			return fail(err, ERR_INPUT, "point %zu is not a "
			    "number between -1e300 and 1e300", i + 1);
	return true;
}

struct place {
	int32_t day, was;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->was > y->was) - (x->was < y->was);
}

static void put_points(struct arena *arena, const int32_t *days,
    const double *values, struct spc *s)
{
	struct place *places = arena_array(arena, struct place, s->n);
	bool sorted = true;

	for (size_t i = 0; i < s->n; i++) {
		places[i] = (struct place){days[i], (int32_t)i};
		sorted = sorted && (i == 0 || days[i - 1] <= days[i]);
	}
	if (!sorted)
		qsort(places, s->n, sizeof *places, compare_places);
	for (size_t i = 0; i < s->n; i++) {
		s->points[i].day = places[i].day;
		s->points[i].value = values[places[i].was];
	}
}

static bool is_rebase(const struct spc_options *o, int32_t day)
{
	for (size_t i = 0; i < o->rebases_n; i++)
		if (o->rebases[i] == day)
			return true;
	return false;
}

/* Called twice: to count them; then, with somewhere to put them, to keep. */
static size_t part_groups(struct spc *s, const struct spc_options *o)
{
	size_t groups = 0;
	int marks = 0;

	for (size_t i = 0; i < s->n; i++) {
		bool mark = is_rebase(o, s->points[i].day);

		marks += mark;
		groups += mark || i == 0;
		if (!s->groups)
			continue;
		struct spc_group *g = &s->groups[groups - 1];

		if (g->n++ == 0) {
			g->first = (int)i;
			g->marks = marks;
		}
		s->points[i].group = (int)(groups - 1);
	}
	return groups;
}

/* mean() of R. */
static double average(const double *at, int n)
{
	long double sum = 0, rest = 0;

	if (n == 0)
		return NAN;
	for (int i = 0; i < n; i++)
		sum += at[i];
	sum /= n;
	for (int i = 0; i < n; i++)
		rest += at[i] - sum;
	return (double)(sum + rest / n);
}

/* Never inlined, so that no compiler fuses it with the sum that follows. */
__attribute__((noinline)) static double product(double a, double b)
{
	return a * b;
}

/* What the rules look at; each array as long as the longest group. */
struct work {
	double *values, *ranges;
	signed char *side; /* of the mean: -1, 0, 1 */
	bool *near, *outside, *trend, *shift;
	double amr;
};

static struct work work_new(struct arena *arena, const struct spc *s)
{
	int most = 0;

	for (size_t i = 0; i < s->groups_n; i++)
		if (s->groups[i].n > most)
			most = s->groups[i].n;
	return (struct work){
	    .values = arena_array(arena, double, most),
	    .ranges = arena_array(arena, double, most),
	    .side = arena_array(arena, signed char, most),
	    .near = arena_array(arena, bool, most),
	    .outside = arena_array(arena, bool, most),
	    .trend = arena_array(arena, bool, most),
	    .shift = arena_array(arena, bool, most),
	};
}

static int screen(double *ranges, int n, double amr)
{
	double bound = product(SCREEN, amr);
	int kept = 0;

	for (int i = 0; i < n; i++)
		if (ranges[i] < bound)
			ranges[kept++] = ranges[i];
	return kept;
}

static void find_limits(struct spc_group *g, struct work *w,
    const struct spc_options *o)
{
	int base = o->fix_after && o->fix_after < g->n ? o->fix_after : g->n;
	int ranges = base - 1;

	for (int i = 0; i < ranges; i++)
		w->ranges[i] = fabs(w->values[i + 1] - w->values[i]);
	g->mean = average(w->values, base);
	w->amr = average(w->ranges, ranges);
	if (o->screening)
		w->amr = average(w->ranges, screen(w->ranges, ranges, w->amr));
	double width = product(LIMIT, w->amr);

	g->lower = g->mean - width;
	g->upper = g->mean + width;
}

/* Comparisons with a limit that is not there are false. */
static void find_sides(const struct spc_group *g, struct work *w)
{
	double width = product(LIMIT_NEAR, w->amr);
	double low = g->mean - width, high = g->mean + width;

	for (int i = 0; i < g->n; i++) {
		double y = w->values[i];

		w->side[i] = (signed char)((y > g->mean) - (y < g->mean));
		w->outside[i] = y > g->upper || y < g->lower;
		w->near[i] = !w->outside[i] && (y < low || y > high);
	}
}

/* Marks the run that ends at i, once it is long enough. */
static void mark_run(bool *marks, int i, int len, int run)
{
	if (len == run)
		for (int j = i - run + 1; j < i; j++)
			marks[j] = true;
	marks[i] = len >= run;
}

static void find_trends(int n, struct work *w, int run)
{
	int len = 1, step = 0;

	w->trend[0] = false;
	for (int i = 1; i < n; i++) {
		double from = w->values[i - 1], to = w->values[i];
		int now = (to > from) - (to < from);

		if (now == 0)
			len = 1;
		else
			len = now == step ? len + 1 : 2;
		step = now;
		mark_run(w->trend, i, len, run);
	}
}

static void find_shifts(int n, struct work *w, int run)
{
	int len = 0;

	for (int i = 0; i < n; i++) {
		if (w->side[i] == 0)
			len = 0;
		else
			len = i && w->side[i] == w->side[i - 1] ? len + 1 : 1;
		mark_run(w->shift, i, len, run);
	}
}

static bool is_two_of_three(const struct work *w, int n, int i)
{
	if (!w->near[i])
		return false;
	for (int first = i - 2; first <= i; first++) {
		if (first < 0 || first + 3 > n)
			continue;
		const bool *near = w->near + first;
		const signed char *side = w->side + first;

		if (near[0] + near[1] + near[2] >= 2 &&
		    abs(side[0] + side[1] + side[2]) == 3)
			return true;
	}
	return false;
}

static bool is_rising(const struct work *w, int n, int i)
{
	if (i + 1 < n && w->trend[i + 1])
		return w->values[i + 1] > w->values[i];
	return w->values[i] > w->values[i - 1];
}

static enum spc_special point_special(const struct work *w, int n, int i)
{
	bool high = w->side[i] > 0;

	if (w->outside[i])
		return high ? SPC_ABOVE_UPPER : SPC_BELOW_LOWER;
	if (w->trend[i])
		return is_rising(w, n, i) ? SPC_TREND_UP : SPC_TREND_DOWN;
	if (is_two_of_three(w, n, i))
		return high ? SPC_TWO_OF_THREE_HIGH : SPC_TWO_OF_THREE_LOW;
	if (w->shift[i])
		return high ? SPC_SHIFT_HIGH : SPC_SHIFT_LOW;
	return SPC_NONE;
}

bool spc_is_high(enum spc_special special)
{
	return special == SPC_ABOVE_UPPER || special == SPC_TREND_UP ||
	       special == SPC_TWO_OF_THREE_HIGH || special == SPC_SHIFT_HIGH;
}

static enum spc_type point_type(enum spc_special special,
    enum spc_improve improve)
{
	bool high = spc_is_high(special);

	if (special == SPC_NONE)
		return SPC_COMMON_CAUSE;
	if (improve == SPC_NEUTRAL)
		return high ? SPC_NEUTRAL_HIGH : SPC_NEUTRAL_LOW;
	if (high == (improve == SPC_INCREASE))
		return SPC_IMPROVEMENT;
	return SPC_CONCERN;
}

static void make_group(struct spc_group *g, struct spc_point *points,
    struct work *w, const struct spc_options *o)
{
	for (int i = 0; i < g->n; i++)
		w->values[i] = points[i].value;
	find_limits(g, w, o);
	find_sides(g, w);
	find_trends(g->n, w, o->trend_run);
	find_shifts(g->n, w, o->shift_run);
	for (int i = 0; i < g->n; i++) {
		points[i].special = point_special(w, g->n, i);
		points[i].type = point_type(points[i].special, o->improve);
		g->common_cause += points[i].type == SPC_COMMON_CAUSE;
		g->improvements += points[i].type == SPC_IMPROVEMENT;
		g->concerns += points[i].type == SPC_CONCERN;
	}
	g->variation = points[g->n - 1].type;
	g->high = spc_is_high(points[g->n - 1].special);
}

static enum spc_assurance assure(const struct spc_group *g,
    const struct spc_options *o)
{
	bool up = o->improve == SPC_INCREASE;

	if (isnan(o->target) || o->improve == SPC_NEUTRAL)
		return SPC_NO_ASSURANCE;
	if (o->target > g->upper)
		return up ? SPC_FAIL : SPC_PASS;
	if (o->target < g->lower)
		return up ? SPC_PASS : SPC_FAIL;
	return SPC_INCONSISTENT;
}

bool spc_make(struct arena *arena, const int32_t *days, const double *values,
    size_t n, const struct spc_options *o, struct spc *s, struct err *err)
{
	*s = (struct spc){.n = n};
	if (!may_make(values, n, o, err))
		return false;
	if (n == 0)
		return true;
	s->points = arena_array(arena, struct spc_point, n);
	put_points(arena, days, values, s);
	s->groups_n = part_groups(s, o);
	s->groups = arena_array(arena, struct spc_group, s->groups_n);
	part_groups(s, o);
	struct work work = work_new(arena, s);

	for (size_t i = 0; i < s->groups_n; i++) {
		struct spc_group *g = &s->groups[i];

		make_group(g, s->points + g->first, &work, o);
		if (g->n < SPC_FEW)
			s->warning = "a group has fewer than 13 points: its "
			    "limits are trial limits and will move with each "
			    "new point";
	}
	struct spc_group *last = &s->groups[s->groups_n - 1];

	last->assurance = assure(last, o);
	return true;
}

const char *spc_special_word(enum spc_special special)
{
	static const char *const words[] = {"none", "above_upper",
	    "below_lower", "trend_up", "trend_down", "two_of_three_high",
	    "two_of_three_low", "shift_high", "shift_low"};

	return words[special];
}

const char *spc_type_word(enum spc_type type)
{
	static const char *const words[] = {"common_cause", "improvement",
	    "concern", "neutral_high", "neutral_low"};

	return words[type];
}

const char *spc_assurance_word(enum spc_assurance assurance)
{
	static const char *const words[] = {NULL, "pass", "fail",
	    "inconsistent"};

	return words[assurance];
}
