/* SPDX-License-Identifier: MIT */
/* test_sentence.c: what is written under a chart, case by case. */
#include "measures/sentence.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct spc_options options;
static const char *unit;
static int step; /* days between points; 0: ends of months from April 2024 */

static int begin(void **state)
{
	(void)state;
	options = spc_standard();
	options.improve = SPC_DECREASE;
	unit = "%";
	step = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static int32_t day_at(int i)
{
	if (step)
		return day_of(2026, 1, 4) + i * step;
	return day_month_end(day_of(2024 + (i + 3) / 12, 1 + (i + 3) % 12, 1));
}

static void says(const double *values, int n, const char *text)
{
	int32_t *days = arena_array(&arena, int32_t, n + 1);
	struct err err = {0};
	struct spc s;

	for (int i = 0; i < n; i++)
		days[i] = day_at(i);
	assert_true(spc_make(&arena, days, values, (size_t)n, &options, &s,
	    &err));
	struct str is = spc_sentence(&arena, &s, &options, unit);

	assert_string_equal(arena_cstr(&arena, is), text);
}

#define SAYS(text, ...) \
	says((const double[]){__VA_ARGS__}, \
	    (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)), text)

/* A baseline of 12 points: mean 10, limits 4.68 and 15.32, near from 13.55. */
#define BASE 11, 9, 11, 9, 11, 9, 11, 9, 11, 9, 11, 9

static void common_cause(void **state)
{
	(void)state;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%.", BASE, 11);
	options.target = 20;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%. The target of 20% will be met by this process.", BASE, 11);
	options.target = 0.01;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%. The target of 0.01% will not be met by this process.",
	    BASE, 11);
}

static void a_target_within_the_limits(void **state)
{
	(void)state;
	options.target = 9;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%. The target of 9% may be met or missed by chance: it was "
	    "met by 6 of the last 12 points.", BASE, 11);
	options.target = 12;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%. The target of 12% may be met or missed by chance: it is "
	    "met by all 13 points.", BASE, 11);
	options.improve = SPC_INCREASE;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%. The target of 12% may be met or missed by chance: it was "
	    "met by none of the last 12 points.", BASE, 11);
	options.improve = SPC_NEUTRAL;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.1%.", BASE, 11);
}

static void shift(void **state)
{
	(void)state;
	options.fix_after = 12;
	options.target = 4;
	SAYS("Special cause improvement since March 2025: 8 points below the "
	    "mean of 10%. The target of 4% will not be met by this process.",
	    BASE, 9, 8, 9, 8, 9, 8, 9);
	options.improve = SPC_INCREASE;
	options.target = NAN;
	SAYS("Special cause concern since March 2025: 9 points below the mean "
	    "of 10%.", BASE, 9, 8, 9, 8, 9, 8, 9, 8);
	options.improve = SPC_NEUTRAL;
	SAYS("Special cause variation since April 2025: 7 points above the "
	    "mean of 10%.", BASE, 12, 11, 12, 11, 12, 11, 12);
}

static void outside(void **state)
{
	(void)state;
	options.fix_after = 12;
	SAYS("Special cause concern in April 2025: 18.2%, above the upper "
	    "limit of 15.3%.", BASE, 18.2);
	SAYS("Special cause improvement since April 2025: 2 points below the "
	    "lower limit of 4.7%.", BASE, 4, 3);
	options.target = 16;
	SAYS("Special cause concern in April 2025: 18.2%, above the upper "
	    "limit of 15.3%. The target of 16% will be met by this process, "
	    "although April 2025 did not meet it.", BASE, 18.2);
	options.target = 4;
	SAYS("Special cause improvement in April 2025: 3%, below the lower "
	    "limit of 4.7%. The target of 4% will not be met by this process, "
	    "although April 2025 met it.", BASE, 3);
}

static void numbers_that_differ_look_different(void **state)
{
	(void)state;
	options.fix_after = 12;
	SAYS("Special cause concern in April 2025: 15.323%, above the upper "
	    "limit of 15.32%.", BASE, 15.323);
}

static void trend(void **state)
{
	(void)state;
	options.fix_after = 12;
	SAYS("Special cause concern since May 2025: 8 points, each higher than "
	    "the one before.", BASE, 10, 7, 8, 9, 10, 11, 12, 13, 14);
	SAYS("Special cause improvement since May 2025: 7 points, each lower "
	    "than the one before.", BASE, 10, 13, 12, 11, 10, 9, 8, 7);
}

static void two_of_three(void **state)
{
	(void)state;
	options.fix_after = 12;
	SAYS("Special cause concern since April 2025: at least two of the last "
	    "three points are near the upper limit of 15.3%.", BASE, 14, 12,
	    15);
	SAYS("Special cause improvement since May 2025: at least two of the "
	    "last three points are near the lower limit of 4.7%.", BASE, 8, 5,
	    6);
}

static void a_rebase(void **state)
{
	const int32_t april = day_at(12);

	(void)state;
	options.rebases = &april;
	options.rebases_n = 1;
	SAYS("No significant change: common cause variation around a mean of "
	    "6.1%. The limits were reset in April 2025; the mean was 10% before "
	    "and is 6.1% since.", BASE, 7, 5, 7, 5, 7, 5, 7, 5, 7, 5, 7, 5, 7);
	SAYS("No significant change: common cause variation around a mean of "
	    "6%. The limits were reset in April 2025; the mean was 10% before "
	    "and is 6% since. Only 4 points since: the limits are trial limits "
	    "and will move with each new point.", BASE, 7, 5, 7, 5);
	SAYS("One point, April 2025: 7%, so there are no limits. The limits "
	    "were reset in April 2025; the mean was 10% before and is 7% "
	    "since.", BASE, 7);
}

static void few_points(void **state)
{
	(void)state;
	options.target = 50;
	SAYS("No significant change: common cause variation around a mean of "
	    "10.3%. The target of 50% will be met by this process. Only 3 "
	    "points: the limits are trial limits and will move with each new "
	    "point.", 11, 9, 11);
	SAYS("There are no points to show.");
}

static void nothing_varies(void **state)
{
	(void)state;
	options.target = 1;
	SAYS("Every point since April 2024 is 0%, so there are no limits. The "
	    "target of 1% is met by all 13 points.",
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	SAYS("Every point since April 2024 is 2%, so there are no limits. The "
	    "target of 1% was met by none of the last 2 points.", 2, 2);
	SAYS("One point, April 2024: 0.5%, so there are no limits. The target "
	    "of 1% is met.", 0.5);
	options.fix_after = 12;
	SAYS("Every point of the baseline from April 2024 is 2%, so there are "
	    "no limits. Special cause improvement since April 2025: 7 points "
	    "below the mean of 2%. The target of 1% was met by 7 of the last "
	    "12 points.", 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	    1, 0, 1, 0, 1, 0, 1);
}

static void weeks_have_days(void **state)
{
	(void)state;
	step = 7;
	options.fix_after = 12;
	SAYS("Special cause concern on 29 March 2026: 18.2%, above the upper "
	    "limit of 15.3%.", BASE, 18.2);
	SAYS("Special cause concern since 29 March 2026: 2 points above the "
	    "upper limit of 15.3%.", BASE, 18.2, 19);
}

static void units(void **state)
{
	(void)state;
	unit = "patients";
	SAYS("One point, April 2024: 11,129 patients, so there are no limits.",
	    11129);
	SAYS("One point, April 2024: 1 patient, so there are no limits.", 1);
	SAYS("One point, April 2024: 12.5 patients, so there are no limits.",
	    12.5);
	SAYS("One point, April 2024: 1,234,567 patients, so there are no "
	    "limits.", 1234567);
	SAYS("One point, April 2024: -123 patients, so there are no limits.",
	    -123);
	SAYS("One point, April 2024: -1,234 patients, so there are no limits.",
	    -1234);
	SAYS("One point, April 2024: 0 patients, so there are no limits.",
	    -0.01);
	SAYS("One point, April 2024: 100 patients, so there are no limits.",
	    100);
	unit = NULL;
	SAYS("One point, April 2024: 1e+20, so there are no limits.", 1e20);
	unit = "hours";
	SAYS("One point, April 2024: 36.5 hours, so there are no limits.",
	    36.5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(common_cause), TEST(a_target_within_the_limits), TEST(shift),
	    TEST(outside), TEST(numbers_that_differ_look_different),
	    TEST(trend), TEST(two_of_three), TEST(a_rebase), TEST(few_points),
	    TEST(nothing_varies), TEST(weeks_have_days), TEST(units)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
