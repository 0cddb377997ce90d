/* SPDX-License-Identifier: MIT */
/* test_plan.c: waiting lists rebuilt from month ends, calendars, and the
 * continuation of the published figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail

#include "demo/plan.c"
#include "folder.h"

#include "demo/places.h"

#include <stdlib.h>

static void bank_holidays_are_those_of_england(void **state)
{
	static const int days[][3] = {{2024, 12, 25}, {2024, 12, 26},
	    {2025, 1, 1}, {2025, 4, 18}, {2025, 4, 21}, {2025, 5, 5},
	    {2025, 5, 26}, {2025, 8, 25}, {2025, 12, 25}, {2025, 12, 26},
	    {2026, 1, 1}, {2026, 4, 3}, {2026, 4, 6}, {2026, 5, 4},
	    {2026, 5, 25}, {2026, 8, 31}, {2026, 12, 25}, {2026, 12, 28}};
	size_t n = 0;

	(void)state;
	for (int32_t d = day_of(2024, 12, 1); d <= day_of(2026, 12, 31); d++) {
		struct date date = day_date(d);
		if (!is_holiday(d))
			continue;
		assert_int_equal(date.year, days[n][0]);
		assert_int_equal(date.month, days[n][1]);
		assert_int_equal(date.day, days[n][2]);
		n++;
	}
	assert_int_equal(n, sizeof(days) / sizeof(*days));
	assert_int_equal(weekday(day_of(2026, 11, 22)), 6);
	assert_true(is_clock_change(day_of(2026, 3, 29)));
	assert_true(is_clock_change(day_of(2026, 10, 25)));
	assert_false(is_clock_change(day_of(2026, 10, 18)));
}

static void shares_add_up(void **state)
{
	int32_t weights[5] = {3, 0, 1, 1, 5}, shares[5], sum = 0;

	(void)state;
	for (int n = 0; n < 200; n++) {
		sum = 0;
		share_out(n, weights, shares, 5);
		for (int i = 0; i < 5; i++)
			sum += shares[i];
		assert_int_equal(sum, n);
		assert_int_equal(shares[1], 0);
	}
	memset(weights, 0, sizeof(weights));
	share_out(7, weights, shares, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(shares[i], 0);
}

static void check_series(const struct series *s, const struct published *p,
    int trust, int test, int64_t *off, int64_t *all)
{
	for (int m = s->first; m <= s->last; m++) {
		const struct figures *f = figures_at(p, trust, test, m);
		int32_t list = 0;
		for (int k = 0; k < WEEKS; k++) {
			int32_t sum = 0;
			for (int32_t d = band_from(s, m, k);
			     d <= band_to(m, k); d++)
				sum += series_left(s, m, d);
			*off += abs(sum - f->band[k]);
			*all += f->band[k];
			list += sum;
		}
		assert_int_equal(list, figures_list(f));
		for (int32_t d = s->day0; d <= month_last(m - 1); d++)
			assert_true(m == s->first ||
			    series_left(s, m, d) <= series_left(s, m - 1, d));
	}
}

/* Lists are exact, nobody joins an old clock start, and not three patients in
 * a thousand are in another band than published. */
static void month_ends_are_what_was_published(void **state)
{
	struct arena arena = {0};
	struct published p;
	struct err err = {0};
	int64_t off = 0, all = 0;
	int first = 2023 * 12 + 3, until = 2026 * 12 + 11;

	(void)state;
	assert_true(published_read(&p, &arena, published_text(&arena), until,
	    &err));
	assert_int_equal(p.first, first);
	assert_int_equal(p.last, 2026 * 12 + 2);
	published_continue(&p, 1, 1);
	for (int trust = 0; trust < TRUSTS; trust++)
		for (int test = 1; test < IMAGING_TESTS; test++) {
			struct series s;
			series_plan(&s, &arena, &p, trust, test, first, until);
			check_series(&s, &p, trust, test, &off, &all);
		}
	assert_true(off * 1000 < all * 3);
	arena_end(&arena);
}

static void figures_go_on_without_a_jump(void **state)
{
	struct arena arena = {0};
	struct published p;
	struct err err = {0};

	(void)state;
	assert_true(published_read(&p, &arena, published_text(&arena),
	    2029 * 12, &err));
	published_continue(&p, 2026, 1);
	for (int trust = 0; trust < TRUSTS; trust++)
		for (int test = 1; test < DM01_TESTS; test++)
			for (int m = p.last + 1; m <= p.until; m++) {
				const struct figures *f =
				    figures_at(&p, trust, test, m);
				int32_t now = figures_list(f);
				int32_t before = figures_list(
				    figures_at(&p, trust, test, m - 1));
				for (int k = 0; k < WEEKS; k++)
					assert_true(f->band[k] >= 0);
				assert_true(abs(now - before) <=
				    25 + before * 22 / 100);
				assert_true(m < p.last + 12 ||
				    abs(now - before) <= 15 + before * 3 / 20);
			}
	arena_end(&arena);
}

static void every_place_is_in_the_network(void **state)
{
	struct arena arena = {0};
	struct str sites = example_text(&arena, "sites.csv");
	struct str lists = example_text(&arena, "commissioners.csv");

	(void)state;
	for (int trust = 0; trust < TRUSTS; trust++)
		for (int i = 0; i < PLACES && places[trust][i].code; i++) {
			struct str row = arena_printf(&arena, "\n%s,",
			    places[trust][i].code);
			assert_non_null(memmem(sites.at, sites.len, row.at,
			    row.len));
		}
	for (int i = 0; i < COMMISSIONERS; i++) {
		struct str row = arena_printf(&arena, "\n%s,",
		    commissioner_codes[i]);
		assert_non_null(memmem(lists.at, lists.len, row.at, row.len));
	}
	for (int trust = 0; trust < TRUSTS; trust++) {
		int sum = 0;
		for (int i = 0; i < COMMISSIONERS; i++)
			sum += habits[trust].share[i];
		assert_int_equal(sum, 1000);
	}
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bank_holidays_are_those_of_england),
	    cmocka_unit_test(shares_add_up),
	    cmocka_unit_test(month_ends_are_what_was_published),
	    cmocka_unit_test(figures_go_on_without_a_jump),
	    cmocka_unit_test(every_place_is_in_the_network),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
