/* SPDX-License-Identifier: MIT */
/* test_spc.c: the rules one at a time, with the anchors that the package's own
 * tests and vignette give.  spc_against_r.sh tries them together. */
#include "measures/spc.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RULE(name) static void name(void **state __attribute__((unused)))

static struct arena arena;
static struct spc spc;

static int end_arena(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static int32_t month(int i) /* ends of months from April 2016 */
{
	return day_month_end(day_of(2016 + (i + 3) / 12, 1 + (i + 3) % 12, 1));
}

/* Charts monthly values; returns the special causes as digits. */
static const char *chart(const double *values, int n,
    const struct spc_options *o)
{
	int32_t *days = arena_array(&arena, int32_t, n + 1);
	char *digits = arena_array(&arena, char, n + 1);
	struct err err = {0};

	for (int i = 0; i < n; i++)
		days[i] = month(i);
	assert_true(spc_make(&arena, days, values, (size_t)n, o, &spc, &err));
	for (int i = 0; i < n; i++)
		digits[i] = (char)('0' + (int)spc.points[i].special);
	return digits;
}

static const char *types(void)
{
	char *digits = arena_array(&arena, char, spc.n + 1);

	for (size_t i = 0; i < spc.n; i++)
		digits[i] = (char)('0' + (int)spc.points[i].type);
	return digits;
}

#define CHART(o, ...) \
	chart((const double[]){__VA_ARGS__}, \
	    (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)), o)

static void near(double is, double should, double within)
{
	if (!(fabs(is - should) <= within))
		fail_msg("%.17g is not %.17g", is, should);
}

/* set.seed(123); rnorm(20) */
static const double bell[20] = {
    -0.5604756465522126, -0.23017748948327996, 1.558708314149124,
    0.070508391424576003, 0.12928773516094624, 1.715064986883281,
    0.4609162059892023, -1.265061234606534, -0.68685285189352607,
    -0.44566197009995806, 1.2240817974394615, 0.35981382705736381,
    0.40077145059405217, 0.11068271594511971, -0.55584113475407493,
    1.7869131368030782, 0.49785047822923939, -1.9666171566296382,
    0.70135590156368555, -0.47279140772793404};

RULE(anchors_of_the_package)
{
	struct spc_options o = spc_standard();
	double spiked[20];

	assert_string_equal(chart(bell, 20, &o), "00000000000000000000");
	near(spc.groups[0].mean, 0.1416238, 5e-8);
	near(spc.groups[0].lower, -3.01138, 5e-6);
	near(spc.groups[0].upper, 3.294627, 5e-7);
	memcpy(spiked, bell, sizeof spiked);
	spiked[14] = 10;
	chart(spiked, 20, &o);
	near(spc.groups[0].mean, 0.6694159, 5e-8);
	near(spc.groups[0].lower, -2.383666, 5e-7);
	near(spc.groups[0].upper, 3.722497, 5e-7);
	o.screening = false;
	chart(spiked, 20, &o);
	near(spc.groups[0].mean, 0.6694159, 5e-8);
	near(spc.groups[0].lower, -4.596625, 5e-7);
	near(spc.groups[0].upper, 5.935457, 5e-7);
}

RULE(anchors_of_the_vignette)
{
	struct spc_options o = spc_standard();

	for (int i = 0; i < 2; i++) {
		CHART(&o, 1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1);
		near(spc.groups[0].mean, 1.94, 0.005);
		near(spc.groups[0].upper, o.screening ? 4.60 : 6.95, 0.005);
		o.screening = false;
	}
}

RULE(outside_is_strict)
{
	struct spc_options o = spc_standard();
	/* 12 ranges of 2: limits 0 -/+ 5.32 from a baseline of 13 */
	double y[] = {1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 0, 0, 0};

	o.fix_after = 12;
	chart(y, 15, &o);
	assert_float_equal(spc.groups[0].mean, 0, 0);
	y[13] = spc.groups[0].upper;
	y[14] = spc.groups[0].lower;
	assert_string_equal(chart(y, 15, &o), "000000000000000");
	y[13] = nextafter(y[13], 9);
	y[14] = nextafter(y[14], -9);
	assert_string_equal(chart(y, 15, &o), "000000000000012");
}

/* Wide swings before or after, so that no limit is in the way. */
#define SWING -20, 30, -20, 30
#define SWING_DOWN 30, -20, 30, -20

RULE(trends)
{
	struct spc_options o = spc_standard();

	o.screening = false;
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, SWING), "0000000000");
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, 7, SWING),
	    "33333330000");
	assert_string_equal(CHART(&o, 7, 6, 5, 4, 3, 2, 1, SWING_DOWN),
	    "44444440000");
	assert_string_equal(CHART(&o, 1, 2, 3, 3, 4, 5, 6, SWING),
	    "00000000000");
	assert_string_equal(CHART(&o, 2, 1, 2, 3, 4, 5, 6, 7, 3, SWING),
	    "0333333300000");
	assert_string_equal(CHART(&o, 6, 7, 6, 5, 4, 3, 2, 1, 3, SWING),
	    "0444444400000");
	o.trend_run = 5;
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 4, 4, SWING),
	    "33333000000");
	o.trend_run = 8;
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, 7, SWING),
	    "00000000000");
}

/* The shared point goes with the trend on its right.  So does the last point
 * of a trend that another follows at once, as in the package. */
RULE(trends_that_meet)
{
	struct spc_options o = spc_standard();

	o.screening = false;
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1,
	    SWING_DOWN), "33333344444440000");
	assert_string_equal(CHART(&o, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7,
	    SWING), "44444433333330000");
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7,
	    SWING), "333333433333330000");
	assert_string_equal(CHART(&o, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12,
	    13, SWING), "333333433333330000");
}

RULE(a_trend_has_its_direction_across_the_mean)
{
	struct spc_options o = spc_standard();

	o.improve = SPC_DECREASE;
	CHART(&o, SWING, 1, 2, 3, 4, 5, 6, 7);
	assert_string_equal(types(), "00002222222");
	assert_true(spc.groups[0].high);
	CHART(&o, SWING_DOWN, 7, 6, 5, 4, 3, 2, 1);
	assert_string_equal(types(), "00001111111");
	assert_false(spc.groups[0].high);
}

static const char *two_of_three(const char *nears, const char *sides)
{
	int n = (int)strlen(nears);
	struct work w = {.near = arena_array(&arena, bool, n),
	    .side = arena_array(&arena, signed char, n)};
	char *found = arena_array(&arena, char, n + 1);

	for (int i = 0; i < n; i++) {
		w.near[i] = nears[i] == '1';
		w.side[i] = sides[i] == '+' ? 1 : sides[i] == '-' ? -1 : 0;
	}
	for (int i = 0; i < n; i++)
		found[i] = is_two_of_three(&w, n, i) ? '1' : '0';
	return found;
}

RULE(two_of_three_points)
{
	struct spc_options o = spc_standard();

	assert_string_equal(two_of_three("101", "+++"), "101");
	assert_string_equal(two_of_three("011", "---"), "011");
	assert_string_equal(two_of_three("110", "+++"), "110");
	assert_string_equal(two_of_three("11", "++"), "00");
	assert_string_equal(two_of_three("101", "+-+"), "000");
	assert_string_equal(two_of_three("110", "++0"), "000");
	assert_string_equal(two_of_three("1001", "++++"), "0000");
	assert_string_equal(two_of_three("10011", "+++++"), "00011");
	assert_string_equal(two_of_three("0010100", "+++++++"), "0010100");
	assert_string_equal(two_of_three("0011000", "-+-+-+-"), "0000000");
	/* the package's own: near, on opposite sides, at the end */
	CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 5.5, -5.5);
	assert_int_equal(spc.points[14].type, SPC_COMMON_CAUSE);
	assert_int_equal(spc.points[15].type, SPC_COMMON_CAUSE);
}

/* An outside point is not near, but stands on a side. */
RULE(near_is_strict)
{
	struct spc_options o = spc_standard();
	double line = 2 * (2 * (2.66 / 3)), over = nextafter(line, 9);

	o.fix_after = 12;
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    line, line, 1, over, over, -1), "000000000000000550");
}

RULE(two_of_three_with_an_outside_point)
{
	struct spc_options o = spc_standard();

	o.fix_after = 12; /* 0 -/+ 5.32, near from 3.55 */
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    4, 9, 5, -4, -5, -9), "000000000000515662");
}

RULE(shifts)
{
	struct spc_options o = spc_standard();

	o.fix_after = 12; /* mean 0 */
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    1, 2, 1, 2, 1, 2), "000000000000000000");
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    1, 2, 1, 2, 1, 2, 1, 2), "00000000000077777777");
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    1, 2, 1, 0, 1, 2, 1, 2), "00000000000000000000");
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, -1, 1,
	    -1, -2, -1, -2, -1, -2, -1), "0000000000008888888");
	o.shift_run = 6;
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    1, 2, 1, 2, 1, 2), "000000000000777777");
}

RULE(the_first_rule_names_a_point)
{
	struct spc_options o = spc_standard();

	o.fix_after = 12;
	/* a shift that becomes a trend, passes the warning line, goes out */
	assert_string_equal(CHART(&o, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1,
	    2, 1, 4, 5, 1, 2, 3, 4, 4.5, 5, 6),
	    "00000000000077553333331");
}

RULE(nothing_varies)
{
	struct spc_options o = spc_standard();

	o.improve = SPC_DECREASE;
	o.target = 1;
	assert_string_equal(CHART(&o, 0, 0, 0, 0, 0, 0, 0, 0), "00000000");
	assert_float_equal(spc.groups[0].mean, 0, 0);
	assert_true(isnan(spc.groups[0].lower) && isnan(spc.groups[0].upper));
	assert_int_equal(spc.groups[0].assurance, SPC_INCONSISTENT);
	o.screening = false;
	assert_string_equal(CHART(&o, 5, 5, 5, 5, 5, 5, 5, 5), "00000000");
	assert_float_equal(spc.groups[0].lower, 5, 0);
	assert_float_equal(spc.groups[0].upper, 5, 0);
	assert_int_equal(spc.groups[0].assurance, SPC_FAIL);
}

/* No limits, but the mean still has sides and steps still have directions. */
RULE(a_flat_baseline_and_then_a_change)
{
	struct spc_options o = spc_standard();

	o.fix_after = 12;
	assert_string_equal(CHART(&o, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
	    9, 9, 9, 9, 9, 9, 9), "0000000000007777777");
	assert_true(isnan(spc.groups[0].upper));
	o.screening = false;
	assert_string_equal(CHART(&o, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
	    9, 1), "00000000000012");
}

RULE(one_point_and_none)
{
	struct spc_options o = spc_standard();

	assert_string_equal(CHART(&o, 3), "0");
	assert_float_equal(spc.groups[0].mean, 3, 0);
	assert_true(isnan(spc.groups[0].lower));
	assert_string_equal(chart(NULL, 0, &o), "");
	assert_int_equal(spc.groups_n, 0);
	assert_null(spc.warning);
}

RULE(the_baseline)
{
	struct spc_options o = spc_standard();
	double all, some;

	chart(bell, 20, &o);
	all = spc.groups[0].mean;
	o.fix_after = 12;
	chart(bell, 20, &o);
	some = spc.groups[0].mean;
	assert_true(all != some);
	chart(bell, 12, &o);
	assert_float_equal(spc.groups[0].mean, some, 0);
	o.fix_after = 500; /* past the end: all */
	chart(bell, 20, &o);
	assert_float_equal(spc.groups[0].mean, all, 0);
}

RULE(rebases)
{
	struct spc_options o = spc_standard();
	int32_t days[] = {month(14), month(8), month(8), month(3) - 1};

	o.rebases = days;
	o.rebases_n = 4; /* twice the same, and a day without a point */
	o.improve = SPC_DECREASE;
	o.target = -9;
	chart(bell, 20, &o);
	assert_int_equal(spc.groups_n, 3);
	for (int i = 0; i < 3; i++) {
		static const int first[] = {0, 8, 14}, n[] = {8, 6, 6};

		assert_int_equal(spc.groups[i].first, first[i]);
		assert_int_equal(spc.groups[i].n, n[i]);
		assert_int_equal(spc.groups[i].marks, i);
		assert_int_equal(spc.groups[i].assurance,
		    i == 2 ? SPC_FAIL : SPC_NO_ASSURANCE);
	}
	assert_int_equal(spc.points[8].group, 1);
	/* a trend is within its group: the first is 8 points long */
	o.screening = false;
	assert_string_equal(CHART(&o, 2, 3, 4, 5, 6, 7, 8, 30, 31, 32, 33),
	    "33333331000");
}

RULE(a_rebase_on_the_first_day)
{
	struct spc_options o = spc_standard();
	int32_t days[] = {month(0), month(4)};

	o.rebases = days;
	o.rebases_n = 2;
	chart(bell, 8, &o);
	assert_int_equal(spc.groups_n, 2);
	assert_int_equal(spc.groups[0].marks, 1);
	assert_int_equal(spc.groups[1].marks, 2);
	assert_int_equal(spc.points[0].group, 0);
}

RULE(assurances)
{
	struct spc_options o = spc_standard();
	double lower, upper;
	static const enum spc_assurance expected[2][5] = {
	    {SPC_PASS, SPC_INCONSISTENT, SPC_INCONSISTENT, SPC_INCONSISTENT,
	        SPC_FAIL},
	    {SPC_FAIL, SPC_INCONSISTENT, SPC_INCONSISTENT, SPC_INCONSISTENT,
	        SPC_PASS}};

	chart(bell, 20, &o);
	lower = spc.groups[0].lower;
	upper = spc.groups[0].upper;
	double targets[] = {nextafter(lower, -9), lower, 0, upper,
	    nextafter(upper, 9)};

	for (int i = 0; i < 10; i++) {
		o.improve = i < 5 ? SPC_INCREASE : SPC_DECREASE;
		o.target = targets[i % 5];
		chart(bell, 20, &o);
		assert_int_equal(spc.groups[0].assurance,
		    expected[i / 5][i % 5]);
	}
	o.improve = SPC_NEUTRAL;
	chart(bell, 20, &o);
	assert_int_equal(spc.groups[0].assurance, SPC_NO_ASSURANCE);
	o.improve = SPC_INCREASE;
	o.target = NAN;
	chart(bell, 20, &o);
	assert_int_equal(spc.groups[0].assurance, SPC_NO_ASSURANCE);
}

RULE(the_types)
{
	for (enum spc_special s = SPC_ABOVE_UPPER; s <= SPC_SHIFT_LOW; s++) {
		bool high = s % 2;

		assert_int_equal(spc_is_high(s), high);
		assert_int_equal(point_type(s, SPC_INCREASE),
		    high ? SPC_IMPROVEMENT : SPC_CONCERN);
		assert_int_equal(point_type(s, SPC_DECREASE),
		    high ? SPC_CONCERN : SPC_IMPROVEMENT);
		assert_int_equal(point_type(s, SPC_NEUTRAL),
		    high ? SPC_NEUTRAL_HIGH : SPC_NEUTRAL_LOW);
	}
	assert_int_equal(point_type(SPC_NONE, SPC_INCREASE), SPC_COMMON_CAUSE);
}

RULE(days_in_no_order)
{
	struct spc_options o = spc_standard();
	const int32_t days[] = {30, 10, 20, 10, 20};
	const double values[] = {1, 2, 3, 4, 5};
	struct err err = {0};

	assert_true(spc_make(&arena, days, values, 5, &o, &spc, &err));
	for (int i = 0; i < 5; i++) {
		static const double sorted[] = {2, 4, 3, 5, 1};

		assert_float_equal(spc.points[i].value, sorted[i], 0);
	}
	assert_int_equal(days[0], 30); /* a copy was sorted */
}

RULE(few_points)
{
	struct spc_options o = spc_standard();

	chart(bell, 12, &o);
	assert_non_null(spc.warning);
	chart(bell, 13, &o);
	assert_null(spc.warning);
}

static void refuse(const struct spc_options *o, double value, const char *why)
{
	const int32_t day = 1;
	struct err err = {0};

	assert_false(spc_make(&arena, &day, &value, 1, o, &spc, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.text, why);
}

RULE(refusals)
{
	struct spc_options o = spc_standard();
	const char *bounds = "point 1 is not a number between -1e300 and 1e300";

	refuse(&o, NAN, bounds);
	refuse(&o, INFINITY, bounds);
	refuse(&o, -1.1e300, bounds);
	o.fix_after = 11;
	refuse(&o, 1, "a baseline of 11 points is too short: 12 or more");
	o.fix_after = -1;
	refuse(&o, 1, "a baseline of -1 points is too short: 12 or more");
	o = spc_standard();
	o.shift_run = 2;
	refuse(&o, 1, "a run of 2 points is too short: 3 or more");
	o = spc_standard();
	o.trend_run = 0;
	refuse(&o, 1, "a run of 0 points is too short: 3 or more");
}

RULE(extremes)
{
	struct spc_options o = spc_standard();

	CHART(&o, 1e300, -1e300, 1e300, -1e300);
	assert_true(isfinite(spc.groups[0].upper));
	CHART(&o, 4e-324, 0, 4e-324, 0);
	assert_true(isfinite(spc.groups[0].upper));
}

RULE(words)
{
	assert_string_equal(spc_special_word(SPC_NONE), "none");
	assert_string_equal(spc_special_word(SPC_TWO_OF_THREE_LOW),
	    "two_of_three_low");
	assert_string_equal(spc_special_word(SPC_SHIFT_LOW), "shift_low");
	assert_string_equal(spc_type_word(SPC_NEUTRAL_LOW), "neutral_low");
	assert_string_equal(spc_assurance_word(SPC_INCONSISTENT),
	    "inconsistent");
	assert_null(spc_assurance_word(SPC_NO_ASSURANCE));
}

#define TEST(name) cmocka_unit_test_teardown(name, end_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(anchors_of_the_package), TEST(anchors_of_the_vignette),
	    TEST(outside_is_strict), TEST(trends), TEST(trends_that_meet),
	    TEST(a_trend_has_its_direction_across_the_mean),
	    TEST(two_of_three_points), TEST(near_is_strict),
	    TEST(two_of_three_with_an_outside_point),
	    TEST(shifts), TEST(the_first_rule_names_a_point),
	    TEST(nothing_varies), TEST(a_flat_baseline_and_then_a_change),
	    TEST(one_point_and_none), TEST(the_baseline), TEST(rebases),
	    TEST(a_rebase_on_the_first_day), TEST(assurances), TEST(the_types),
	    TEST(days_in_no_order), TEST(few_points), TEST(refusals),
	    TEST(extremes), TEST(words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
