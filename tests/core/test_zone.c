/* SPDX-License-Identifier: MIT */
/* test_zone.c: every hour of two centuries against the C library, the rule's
 * notation, and damaged files. */
#include "core/zone.c"

#include "test.h"

#include <pthread.h>
#include <time.h>

#define HOUR INT64_C(3600)

static int64_t utc(int year, int month, int day, int64_t second)
{
	return day_of(year, month, day) * DAY_S + second;
}

/* The house never asks the C library for local time; here it is the other
 * opinion. */
static struct tm *(*const library)(const time_t *, struct tm *) = localtime_r;

static void against_the_library(void **state)
{
	(void)state;
	setenv("TZ", "Europe/London", 1);
	for (int64_t at = utc(1840, 1, 1, 0); at < utc(2110, 1, 1, 0);
	    at += HOUR) {
		time_t t = (time_t)at;
		struct tm tm;
		assert_non_null(library(&t, &tm));
		if (tm.tm_gmtoff != zone_offset(at))
			fail_msg("at %lld: %ld, not %lld", (long long)at,
			    tm.tm_gmtoff, (long long)zone_offset(at));
	}
}

/* There and back: the first moment with that local time, or the same one. */
static void there_and_back(void **state)
{
	(void)state;
	for (int64_t at = utc(1850, 1, 1, 0); at < utc(2110, 1, 1, 0);
	    at += HOUR / 2) {
		int64_t local = at + zone_offset(at);
		int64_t back = zone_utc(local);
		assert_true(back <= at);
		assert_int_equal(back + zone_offset(back), local);
		assert_true(back == at || at - back == HOUR);
	}
}

static void known_changes(void **state)
{
	(void)state;
	/* Summer time of 2026: 29 March to 25 October, at 01:00 UTC. */
	assert_int_equal(zone_offset(utc(2026, 3, 29, HOUR - 1)), 0);
	assert_int_equal(zone_offset(utc(2026, 3, 29, HOUR)), HOUR);
	assert_int_equal(zone_offset(utc(2026, 10, 25, HOUR - 1)), HOUR);
	assert_int_equal(zone_offset(utc(2026, 10, 25, HOUR)), 0);
	/* 01:30 did not exist on the first, and came twice on the second. */
	assert_int_equal(zone_utc(utc(2026, 3, 29, 3 * HOUR / 2)),
	    utc(2026, 3, 29, 3 * HOUR / 2));
	assert_int_equal(zone_utc(utc(2026, 10, 25, 3 * HOUR / 2)),
	    utc(2026, 10, 25, HOUR / 2));
	assert_int_equal(zone_utc(utc(2026, 10, 25, 2 * HOUR)),
	    utc(2026, 10, 25, 2 * HOUR));
	/* Standard time was an hour ahead from 1968 to 1971. */
	assert_int_equal(zone_offset(utc(1970, 1, 1, 0)), HOUR);
	assert_int_equal(zone_offset(utc(1971, 12, 25, 0)), 0);
	/* Double summer time in the war. */
	assert_int_equal(zone_offset(utc(1943, 7, 1, 0)), 2 * HOUR);
	/* Local mean time before the railways. */
	assert_int_equal(zone_offset(utc(1840, 1, 1, 0)), -75);
}

static void far_years(void **state)
{
	static const int years[] = {2101, 2300, 2499, 2500, 2501, 2899, 2900,
	    3600, 9999};

	(void)state;
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		int year = years[i];
		int64_t march = utc(year, 3, 31, HOUR);
		int64_t october = utc(year, 10, 31, HOUR);
		march -= (day_of(year, 3, 31) + 4) % 7 * DAY_S;
		october -= (day_of(year, 10, 31) + 4) % 7 * DAY_S;
		assert_int_equal(zone_offset(march - 1), 0);
		assert_int_equal(zone_offset(march), HOUR);
		assert_int_equal(zone_offset(october - 1), HOUR);
		assert_int_equal(zone_offset(october), 0);
		assert_int_equal(zone_utc(march + HOUR), march);
		assert_int_equal(zone_utc(october), october - HOUR);
		assert_int_equal(zone_utc(october + HOUR), october + HOUR);
	}
	assert_int_equal(zone_offset(INT64_MIN / US_PER_S), -75);
	assert_true(zone_offset(INT64_MAX / US_PER_S) >= 0);
}

static bool rule_of(const char *text, struct rule *rule)
{
	struct cursor c = {(const unsigned char *)text, strlen(text), false};

	return read_rule(&c, rule);
}

static void rules(void **state)
{
	static const char *const bad[] = {"", "GM", "GMT", "GMT0BST,M3.5.0",
	    "GMT0BST,M3.5.0/1,M10.5.0x", "GMT0BST,M13.5.0,M10.5.0",
	    "GMT0BST,M3.6.0,M10.5.0", "GMT0BST,M3.5.7,M10.5.0",
	    "<GMT0BST,M3.5.0,M10.5.0", "GMT999", "GMT0BST,J0,J366",
	    "GMT0BST,M3-5-0,M10.5.0", "GMT99999999999999999999",
	    "0000000000000000"};
	struct rule rule;

	(void)state;
	assert_true(rule_of("GMT0BST,M3.5.0/1,M10.5.0", &rule));
	assert_int_equal(rule.summer, HOUR);
	assert_int_equal(change_at(&rule.begins, 2026, rule.standard),
	    utc(2026, 3, 29, HOUR));
	assert_int_equal(change_at(&rule.ends, 2026, rule.summer),
	    utc(2026, 10, 25, HOUR));
	assert_true(rule_of("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", &rule));
	assert_int_equal(rule.standard, 10 * HOUR + HOUR / 2);
	assert_true(rule_of("EET-2EEST,J60/-1:00:30,365/26", &rule));
	assert_int_equal(change_at(&rule.begins, 2024, 0),
	    utc(2024, 3, 1, -HOUR - 30));
	assert_int_equal(change_at(&rule.ends, 2024, 0),
	    utc(2024, 12, 31, 26 * HOUR));
	assert_true(rule_of("UTC0", &rule) && !rule.has_summer);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (rule_of(bad[i], &rule))
			fail_msg("'%s' is no rule", bad[i]);
}

static char london_bytes[FILE_MAX];

static struct str read_bytes(const char *path)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t n = fread(london_bytes, 1, FILE_MAX, file);
	fclose(file);
	return (struct str){london_bytes, n};
}

/* A zone whose clocks never move, now or at the end of the list. */
static void still_zones(void **state)
{
	static struct zone zone;

	(void)state;
	assert_true(zone_read(&zone, read_bytes("/usr/share/zoneinfo/UTC")));
	assert_int_equal(offset_in(&zone, utc(2026, 7, 1, 0)), 0);
	assert_int_equal(utc_in(&zone, utc(9999, 7, 1, 0)),
	    utc(9999, 7, 1, 0));
	assert_true(zone_read(&zone,
	    read_bytes("/usr/share/zoneinfo/Asia/Tokyo")));
	assert_int_equal(offset_in(&zone, utc(2026, 7, 1, 0)), 9 * HOUR);
	assert_int_equal(offset_in(&zone, utc(9999, 7, 1, 0)), 9 * HOUR);
}

/* Cut anywhere, the file is refused, or says the same of the past. */
static void cut_files(void **state)
{
	static struct zone zone;
	struct str bytes = read_bytes(ZONE_FILE);

	(void)state;
	for (size_t len = 0; len < bytes.len; len++) {
		char *part = malloc(len ? len : 1);
		memcpy(part, bytes.at, len);
		if (zone_read(&zone, (struct str){part, len}))
			assert_int_equal(offset_in(&zone,
			    utc(1943, 7, 1, 0)), 2 * HOUR);
		free(part);
	}
	assert_true(zone_read(&zone, bytes));
}

/* Damaged anywhere, nothing worse than another answer comes. */
static void damaged_files(void **state)
{
	static struct zone zone;
	struct str bytes = read_bytes(ZONE_FILE);

	(void)state;
	for (size_t i = 0; i < bytes.len; i += i < 60 ? 1 : 7) {
		char kept = london_bytes[i];
		london_bytes[i] = (char)(kept ^ (i & 1 ? 0xff : 0x81));
		if (zone_read(&zone, bytes)) {
			offset_in(&zone, utc(2026, 7, 1, 0));
			utc_in(&zone, utc(2026, 3, 29, 3 * HOUR / 2));
			offset_in(&zone, utc(9999, 7, 1, 0));
		}
		london_bytes[i] = kept;
	}
}

static void *ask(void *with)
{
	return (void *)(intptr_t)zone_offset(*(const int64_t *)with);
}

static void threads_share_it(void **state)
{
	int64_t at = utc(2026, 7, 1, 0);
	pthread_t threads[8];

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, &at),
		    0);
	for (int i = 0; i < 8; i++) {
		void *offset;
		pthread_join(threads[i], &offset);
		assert_int_equal((intptr_t)offset, HOUR);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_share_it), /* the first to ask */
		cmocka_unit_test(against_the_library),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(known_changes),
		cmocka_unit_test(far_years),
		cmocka_unit_test(rules),
		cmocka_unit_test(still_zones),
		cmocka_unit_test(cut_files),
		cmocka_unit_test(damaged_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
