/* SPDX-License-Identifier: MIT */
/* sentence.c: a chart in words.
 *
 * Every clause is true of the numbers as shown: two numbers that differ are
 * written so that they differ, a target that the latest point contradicts says
 * so, and where there are no limits only counts are told. */
#include "sentence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LATELY 12 /* points that say how often a target was met */

struct telling {
	struct arena *arena;
	struct out out;
	const struct spc *spc;
	const struct spc_options *options;
	const struct spc_group *group; /* the last */
	const struct spc_point *points; /* its points */
	const char *unit;
	bool monthly;
};

/* ---- days and numbers ---- */

static bool is_monthly(const struct spc *s)
{
	struct date before = {0};

	for (size_t i = 0; i < s->n; i++) {
		struct date now = day_date(s->points[i].day);

		if (now.year == before.year && now.month == before.month)
			return false;
		before = now;
	}
	return s->n > 1 || before.day == 1 ||
	       s->points[0].day == day_month_end(s->points[0].day);
}

static void tell_day(struct telling *t, int32_t day)
{
	static const char *const months[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};
	struct date date = day_date(day);

	if (!t->monthly)
		out_printf(&t->out, "%d ", date.day);
	out_printf(&t->out, "%s %d", months[date.month - 1], date.year);
}

/* Fewest decimals with which two numbers that differ look different. */
static int decimals_apart(double a, double b, int least)
{
	double scale = pow(10, least);
	int decimals = least;

	while (decimals < 9 && a != b &&
	    round(a * scale) == round(b * scale)) {
		scale *= 10;
		decimals++;
	}
	return decimals;
}

/* As many as a number chosen by people has. */
static int decimals_of(double value)
{
	double scale = 1;
	int decimals = 0;

	while (decimals < 9 &&
	    fabs(round(value * scale) / scale - value) > 1e-9 * fabs(value)) {
		scale *= 10;
		decimals++;
	}
	return decimals;
}

static int decimals_for(const struct telling *t, double value)
{
	bool percent = t->unit && strcmp(t->unit, "%") == 0;

	return percent || fabs(value) < 100 ? 1 : 0;
}

/* "-1234.50" becomes "-1,234.5". */
static void tell_digits(struct out *out, const char *text)
{
	size_t whole = strcspn(text, "."), end = strlen(text);

	if (text[whole])
		while (text[end - 1] == '0' || text[end - 1] == '.')
			if (text[--end] == '.')
				break;
	if (*text == '-' && strspn(text, "-0.") >= end) {
		text++; /* rounded to nought: no minus */
		whole--;
		end--;
	}
	for (size_t i = 0; i < end; i++) {
		out_char(out, text[i]);
		if (i + 1 < whole && text[i] != '-' && (whole - i - 1) % 3 == 0)
			out_char(out, ',');
	}
}

static void tell_number(struct telling *t, double value, int decimals)
{
	char text[64];
	const char *unit = t->unit ? t->unit : "";
	size_t len = strlen(unit);

	if (fabs(value) < 1e15) {
		snprintf(text, sizeof text, "%.*f", decimals, value);
		tell_digits(&t->out, text);
	} else {
		out_printf(&t->out, "%.6g", value);
	}
	if (value == 1 && len > 1 && unit[len - 1] == 's')
		len--;
	if (len && *unit != '%')
		out_char(&t->out, ' ');
	out_put(&t->out, (struct str){unit, len});
}

static void tell_value(struct telling *t, double value)
{
	tell_number(t, value, decimals_for(t, value));
}

/* "18.2%, above the upper limit of 15.1%" */
static void tell_against(struct telling *t, double value, const char *words,
    double limit)
{
	int decimals = decimals_apart(value, limit, decimals_for(t, limit));

	tell_number(t, value, decimals);
	out_printf(&t->out, ", %s of ", words);
	tell_number(t, limit, decimals);
}

/* ---- the change ---- */

static const struct spc_point *last_of(const struct telling *t)
{
	return &t->points[t->group->n - 1];
}

/* How many points at the end are alike, by what `alike` says of each. */
static int count_back(const struct telling *t,
    bool (*alike)(const struct telling *, int i))
{
	int n = 0;

	while (n < t->group->n && alike(t, t->group->n - 1 - n))
		n++;
	return n;
}

static bool is_same_special(const struct telling *t, int i)
{
	return t->points[i].special == last_of(t)->special;
}

static bool is_same_side(const struct telling *t, int i)
{
	bool high = t->group->high;

	return high ? t->points[i].value > t->group->mean :
	              t->points[i].value < t->group->mean;
}

/* The step from this point goes where the trend goes; so does the last. */
static bool is_same_step(const struct telling *t, int i)
{
	if (i == t->group->n - 1)
		return true;
	double from = t->points[i].value, to = t->points[i + 1].value;

	return t->group->high ? to > from : to < from;
}

static void tell_cause(struct telling *t, int back)
{
	static const char *const causes[] = {
	    [SPC_IMPROVEMENT] = "Special cause improvement",
	    [SPC_CONCERN] = "Special cause concern",
	    [SPC_NEUTRAL_HIGH] = "Special cause variation",
	    [SPC_NEUTRAL_LOW] = "Special cause variation",
	};

	const char *when = back > 1 ? "since" : t->monthly ? "in" : "on";

	out_printf(&t->out, "%s %s ", causes[t->group->variation], when);
	tell_day(t, t->points[t->group->n - back].day);
	out_put(&t->out, S(": "));
}

static void tell_outside(struct telling *t)
{
	int back = count_back(t, is_same_special);
	bool high = t->group->high;
	double limit = high ? t->group->upper : t->group->lower;
	const char *words = high ? "above the upper limit" :
	                           "below the lower limit";

	tell_cause(t, back);
	if (back == 1) {
		tell_against(t, last_of(t)->value, words, limit);
	} else {
		out_printf(&t->out, "%d points %s of ", back, words);
		tell_value(t, limit);
	}
	out_put(&t->out, S("."));
}

static void tell_trend(struct telling *t)
{
	int back = count_back(t, is_same_step);

	tell_cause(t, back);
	out_printf(&t->out, "%d points, each %s than the one before.", back,
	    t->group->high ? "higher" : "lower");
}

/* The last three points are on one side, and two of them or all are near. */
static void tell_two_of_three(struct telling *t)
{
	bool high = t->group->high;
	double limit = high ? t->group->upper : t->group->lower;
	double warn = t->group->mean + 2 * (limit - t->group->mean) / 3;
	double first = t->points[t->group->n - 3].value;
	bool near = high ? first > warn && first <= limit :
	                   first < warn && first >= limit;

	tell_cause(t, near ? 3 : 2);
	out_printf(&t->out, "at least two of the last three points are near "
	    "the %s limit of ", high ? "upper" : "lower");
	tell_value(t, limit);
	out_put(&t->out, S("."));
}

static void tell_shift(struct telling *t)
{
	int back = count_back(t, is_same_side);

	tell_cause(t, back);
	out_printf(&t->out, "%d points %s the mean of ", back,
	    t->group->high ? "above" : "below");
	tell_value(t, t->group->mean);
	out_put(&t->out, S("."));
}

/* Nothing varies: as many points as say so are counted, not judged. */
static void tell_flat(struct telling *t)
{
	const struct spc_group *g = t->group;
	int same = 0;

	while (same < g->n && t->points[same].value == t->points[0].value)
		same++;
	if (g->n == 1)
		out_put(&t->out, S("One point, "));
	else if (same == g->n)
		out_put(&t->out, S("Every point since "));
	else
		out_put(&t->out, S("Every point of the baseline from "));
	tell_day(t, t->points[0].day);
	out_put(&t->out, g->n == 1 ? S(": ") : S(" is "));
	tell_value(t, t->points[0].value);
	out_put(&t->out, S(", so there are no limits."));
}

static void tell_change(struct telling *t)
{
	switch (last_of(t)->special) {
	case SPC_ABOVE_UPPER:
	case SPC_BELOW_LOWER:
		tell_outside(t);
		break;
	case SPC_TREND_UP:
	case SPC_TREND_DOWN:
		tell_trend(t);
		break;
	case SPC_TWO_OF_THREE_HIGH:
	case SPC_TWO_OF_THREE_LOW:
		tell_two_of_three(t);
		break;
	case SPC_SHIFT_HIGH:
	case SPC_SHIFT_LOW:
		tell_shift(t);
		break;
	case SPC_NONE:
		if (isnan(t->group->upper))
			break;
		out_put(&t->out, S("No significant change: common cause "
		    "variation around a mean of "));
		tell_value(t, t->group->mean);
		out_put(&t->out, S("."));
	}
}

/* ---- the rest ---- */

static void tell_rebase(struct telling *t)
{
	if (t->spc->groups_n < 2)
		return;
	double was = t->group[-1].mean, is = t->group->mean;
	int decimals = decimals_apart(was, is, decimals_for(t, is));

	out_put(&t->out, S(" The limits were reset "));
	out_put(&t->out, t->monthly ? S("in ") : S("on "));
	tell_day(t, t->points[0].day);
	out_put(&t->out, S("; the mean was "));
	tell_number(t, was, decimals);
	out_put(&t->out, S(" before and is "));
	tell_number(t, is, decimals);
	out_put(&t->out, S(" since."));
}

static bool is_met(const struct telling *t, double value)
{
	return t->options->improve == SPC_INCREASE ?
	    value >= t->options->target : value <= t->options->target;
}

static int count_met(const struct telling *t, int lately)
{
	int met = 0;

	for (int i = t->group->n - lately; i < t->group->n; i++)
		met += is_met(t, t->points[i].value);
	return met;
}

static void tell_met(struct telling *t)
{
	int all = t->group->n, lately = all < LATELY ? all : LATELY;
	int met = count_met(t, lately);

	if (all > lately && count_met(t, all) == all)
		met = all;
	if (all == 1)
		out_put(&t->out, met ? S(" is met.") : S(" is not met."));
	else if (met == all)
		out_printf(&t->out, " is met by all %d points.", all);
	else if (met == 0 || met == lately)
		out_printf(&t->out, " was met by %s of the last %d points.",
		    met ? "all" : "none", lately);
	else
		out_printf(&t->out, " was met by %d of the last %d points.",
		    met, lately);
}

/* What the limits say, and what the latest point says against it. */
static void tell_certain(struct telling *t, bool will)
{
	bool met = is_met(t, last_of(t)->value);

	out_printf(&t->out, " will %sbe met by this process",
	    will ? "" : "not ");
	if (met != will) {
		out_put(&t->out, S(", although "));
		tell_day(t, last_of(t)->day);
		out_put(&t->out, met ? S(" met it") : S(" did not meet it"));
	}
	out_put(&t->out, S("."));
}

static void tell_target(struct telling *t)
{
	const struct spc_group *g = t->group;

	if (g->assurance == SPC_NO_ASSURANCE)
		return;
	out_put(&t->out, S(" The target of "));
	tell_number(t, t->options->target, decimals_of(t->options->target));
	if (isnan(g->upper)) {
		tell_met(t);
	} else if (g->assurance == SPC_INCONSISTENT) {
		out_put(&t->out, S(" may be met or missed by chance: it"));
		tell_met(t);
	} else {
		tell_certain(t, g->assurance == SPC_PASS);
	}
}

static void tell_trust(struct telling *t)
{
	int n = t->group->n;

	if (n >= SPC_FEW || isnan(t->group->upper))
		return;
	out_printf(&t->out, " Only %d points%s: the limits are trial limits and "
	    "will move with each new point.", n,
	    t->spc->groups_n > 1 ? " since" : "");
}

struct str spc_sentence(struct arena *arena, const struct spc *s,
    const struct spc_options *o, const char *unit)
{
	struct telling t = {.arena = arena, .spc = s, .options = o,
	    .unit = unit};
	struct err err = {0};

	if (s->n == 0)
		return S("There are no points to show.");
	t.group = &s->groups[s->groups_n - 1];
	t.points = s->points + t.group->first;
	t.monthly = is_monthly(s);
	out_memory(&t.out);
	if (isnan(t.group->upper)) {
		tell_flat(&t);
		if (last_of(&t)->special != SPC_NONE)
			out_char(&t.out, ' ');
	}
	tell_change(&t);
	tell_rebase(&t);
	tell_target(&t);
	tell_trust(&t);
	struct str text = arena_keep(arena, out_str(&t.out));

	out_end(&t.out, &err);
	return text;
}
