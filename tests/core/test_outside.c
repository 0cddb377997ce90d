/* SPDX-License-Identifier: MIT */
/* test_outside.c: the clock turned by hand, and ids that never repeat. */
#include "core/outside.c"

#include "test.h"

#include <pthread.h>

static void stopped(void **state)
{
	int64_t at;

	(void)state;
	assert_true(time_read(S("2026-07-14 00:30"), &at));
	outside_stop_clock(at);
	assert_int_equal(outside_now(), at);
	assert_int_equal(outside_today(), day_of(2026, 7, 14));
	outside_stop_clock(at + US_PER_DAY);
	assert_int_equal(outside_today(), day_of(2026, 7, 15));
	outside_stop_clock(NO_TIME);
	assert_true(outside_now() > day_time(day_of(2020, 1, 1)));
	int64_t ticks = outside_ticks();
	assert_true(outside_ticks() >= ticks);
}

#define IDS 50000

static void *take_ids(void *with)
{
	int64_t *ids = with;

	for (int i = 0; i < IDS; i++)
		ids[i] = outside_id();
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;

	return (one > two) - (one < two);
}

static void ids(void **state)
{
	static int64_t all[4 * IDS];
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, take_ids, all + i * IDS);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 4; i++)
		for (int k = 1; k < IDS; k++)
			assert_true(all[i * IDS + k] > all[i * IDS + k - 1]);
	qsort(all, 4 * IDS, sizeof(all[0]), by_number);
	assert_true(all[0] > 0);
	for (int i = 1; i < 4 * IDS; i++)
		assert_true(all[i] != all[i - 1]);
	/* Their order in time is that of the true clock. */
	int64_t before = read_clock(CLOCK_REALTIME) / 1000;
	assert_true(all[4 * IDS - 1] >> CHANCE_BITS <= before + 1000);
	assert_true(all[0] >> CHANCE_BITS > before - 600 * 1000);
}

static void chance(void **state)
{
	unsigned char a[300] = {0}, b[300] = {0};

	(void)state;
	outside_random(a, sizeof(a));
	outside_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	outside_random(a, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopped),
		cmocka_unit_test(ids),
		cmocka_unit_test(chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
