/* SPDX-License-Identifier: MIT */
/* test_time.c: each day of the calendar, each way to write a moment, and what
 * is none. */
#include "core/time.c"

#include "test.h"

#include <pthread.h>

static void every_day(void **state)
{
	int32_t day = day_of(1, 1, 1);

	(void)state;
	assert_int_equal(day_of(1970, 1, 1), 0);
	assert_int_equal(day_of(2000, 3, 1), 11017);
	for (int year = 1; year <= 9999; year++) {
		bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			int last = month == 2 ? 28 + leap :
			    30 + (month + month / 8) % 2;
			for (int d = 1; d <= last; d++, day++) {
				struct date date = day_date(day);
				assert_int_equal(day_of(year, month, d), day);
				assert_int_equal(date.year, year);
				assert_int_equal(date.month, month);
				assert_int_equal(date.day, d);
			}
			assert_int_equal(day_of(year, month, last + 1),
			    NO_DAY);
			assert_int_equal(day_month_end(day - 1), day - 1);
			assert_int_equal(day_month_end(day - last), day - 1);
		}
	}
	assert_int_equal(day_of(0, 12, 31), NO_DAY);
	assert_int_equal(day_of(10000, 1, 1), NO_DAY);
	assert_int_equal(day_of(2026, 0, 1), NO_DAY);
	assert_int_equal(day_of(2026, 13, 1), NO_DAY);
	assert_int_equal(day_of(2026, 1, 0), NO_DAY);
	assert_int_equal(day_of(2026, 1, -1), NO_DAY);
}

static void written_and_read_back(void **state)
{
	(void)state;
	for (int32_t day = day_of(1, 1, 1); day <= day_of(9999, 12, 31);
	    day++) {
		struct day_text text = day_text(day);
		int32_t back = NO_DAY;
		assert_true(day_read(str_of(text.at), &back));
		assert_int_equal(back, day);
	}
}

static void extremes(void **state)
{
	(void)state;
	assert_string_equal(day_text(NO_DAY).at, "");
	assert_string_equal(day_text(INT32_MAX).at, "");
	assert_string_equal(day_text(NO_DAY + 1).at, "");
	assert_string_equal(day_words(NO_DAY).at, "");
	assert_string_equal(day_words(day_of(2026, 3, 3)).at, "3 Mar 2026");
	assert_string_equal(day_words(day_of(2026, 12, 31)).at, "31 Dec 2026");
	assert_string_equal(time_text(NO_TIME).at, "");
	assert_string_equal(time_text(INT64_MAX).at, "");
	assert_string_equal(time_text(NO_TIME + 1).at, "");
	assert_string_equal(time_local_text(NO_TIME).at, "");
	assert_string_equal(time_local_text(INT64_MAX).at, "");
	assert_string_equal(time_text(-1).at, "1969-12-31T23:59:59Z");
	assert_int_equal(time_day(NO_TIME), NO_DAY);
	assert_int_equal(day_time(NO_DAY), NO_TIME);
	assert_int_equal(day_month_end(NO_DAY), NO_DAY);
	assert_int_equal(day_sunday_on_or_after(NO_DAY), NO_DAY);
	assert_int_equal(day_sunday_on_or_after(INT32_MAX), NO_DAY);
	time_day(INT64_MAX);
	time_day(NO_TIME + 1);
}

static void sundays(void **state)
{
	int32_t sunday = day_of(2026, 11, 22);

	(void)state;
	for (int i = 0; i < 7; i++)
		assert_int_equal(day_sunday_on_or_after(sunday - i), sunday);
	assert_int_equal(day_sunday_on_or_after(sunday + 1), sunday + 7);
	assert_int_equal(day_sunday_on_or_after(day_of(1969, 12, 31)),
	    day_of(1970, 1, 4));
}

static void reading(void **state)
{
	static const struct {
		const char *in, *out; /* UTC, with µs; NULL: none */
		int32_t us;
	} rows[] = {
		{"2026-03-31", "2026-03-30T23:00:00Z", 0},
		{"31/03/2026", "2026-03-30T23:00:00Z", 0},
		{"2026-01-31", "2026-01-31T00:00:00Z", 0},
		{"2026-03-31 10:30", "2026-03-31T09:30:00Z", 0},
		{"31/03/2026T10:30:15", "2026-03-31T09:30:15Z", 0},
		{"31/03/2026 10:30:15.25", "2026-03-31T09:30:15Z", 250000},
		{"2026-03-31T10:30:15.123456", "2026-03-31T09:30:15Z", 123456},
		{"2026-03-31T10:30:15.123456789Z", "2026-03-31T10:30:15Z",
		    123456},
		{"2026-03-31T10:30Z", "2026-03-31T10:30:00Z", 0},
		{"2026-03-31T10:30+01:00", "2026-03-31T09:30:00Z", 0},
		{"2026-03-31T00:30:00+05:30", "2026-03-30T19:00:00Z", 0},
		{"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z", 0},
		{"2024-02-29 12:00", "2024-02-29T12:00:00Z", 0},
		{"2026-03-29 00:59:59", "2026-03-29T00:59:59Z", 0},
		{"2026-03-29 01:30", "2026-03-29T01:30:00Z", 0}, /* was not */
		{"2026-03-29 02:00", "2026-03-29T01:00:00Z", 0},
		{"2026-10-25 01:30", "2026-10-25T00:30:00Z", 0}, /* twice */
		{"2026-10-25 02:00", "2026-10-25T02:00:00Z", 0},
		{"0001-01-01T00:00Z", "0001-01-01T00:00:00Z", 0},
		{"9999-12-31 23:59:59", "9999-12-31T23:59:59Z", 0},
		{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z", 500000},
		{"2026-02-29", NULL, 0}, {"2100-02-29", NULL, 0},
		{"2026-04-31", NULL, 0}, {"0000-01-01", NULL, 0},
		{"2026-3-31", NULL, 0}, {"2026-03-3", NULL, 0},
		{"26-03-2026", NULL, 0}, {"03/31/2026", NULL, 0},
		{"2026/03/31", NULL, 0}, {"31-03-2026", NULL, 0},
		{"2026-03-31T", NULL, 0}, {"2026-03-31 1", NULL, 0},
		{"2026-03-31 24:00", NULL, 0}, {"2026-03-31 10:60", NULL, 0},
		{"2026-03-31 10:30:60", NULL, 0}, {"2026-03-31 10:3", NULL, 0},
		{"2026-03-31 10:30:", NULL, 0}, {"2026-03-31 10:30:1", NULL, 0},
		{"2026-03-31 10:30:15.", NULL, 0},
		{"2026-03-31 10:30:15.1234567890", NULL, 0},
		{"2026-03-31T10:30z", NULL, 0}, {"2026-03-31T10:30ZZ", NULL, 0},
		{"2026-03-31T10:30+1", NULL, 0},
		{"2026-03-31T10:30+01:60", NULL, 0},
		{"2026-03-31T10:30+24:00", NULL, 0},
		{"2026-03-31x10:30", NULL, 0}, {"2026-03-31 rubbish", NULL, 0},
		{" 2026-03-31", NULL, 0}, {"2026-03-31 ", NULL, 0},
		{"", NULL, 0}, {"NULL", NULL, 0}, {"+026-03-31", NULL, 0},
		{"2026-03-31 -1:30", NULL, 0}, {"202\xb2-03-31", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t at = NO_TIME;
		int32_t day = NO_DAY;
		bool good = time_read(str_of(rows[i].in), &at);
		assert_int_equal(day_read(str_of(rows[i].in), &day), good);
		if (good != (rows[i].out != NULL))
			fail_msg("'%s'", rows[i].in);
		if (!good)
			continue;
		assert_string_equal(time_text(at).at, rows[i].out);
		assert_int_equal(((at % US_PER_S) + US_PER_S) % US_PER_S,
		    rows[i].us);
	}
}

/* Each text also cut at every byte, ending where memory ends. */
static void cut_texts(void **state)
{
	static const char *const texts[] = {"2026-03-31T10:30:15.123456+01:00",
	    "31/03/2026 10:30:15Z"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t len = 0; len <= strlen(texts[i]); len++) {
			char *part = malloc(len ? len : 1);
			int32_t day;
			int64_t at;
			memcpy(part, texts[i], len);
			struct str s = {part, len};
			assert_int_equal(day_read(s, &day),
			    time_read(s, &at));
			free(part);
		}
	}
}

static void local_days(void **state)
{
	int64_t at = NO_TIME;

	(void)state;
	assert_true(time_read(S("2026-06-30T23:30:00Z"), &at));
	assert_int_equal(time_day(at), day_of(2026, 7, 1));
	assert_string_equal(time_local_text(at).at, "2026-07-01 00:30");
	assert_true(time_read(S("2026-12-31T23:30:00Z"), &at));
	assert_int_equal(time_day(at), day_of(2026, 12, 31));
	for (int32_t day = day_of(1900, 1, 1); day < day_of(2200, 1, 1);
	    day++) {
		assert_int_equal(time_day(day_time(day)), day);
		assert_int_equal(time_day(day_time(day) - 1), day - 1);
	}
}

/* An import's worth, so that a slow way would be noticed. */
static void many(void **state)
{
	int64_t begun = outside_ticks(), at = 0;

	(void)state;
	for (int i = 0; i < 5000000; i++)
		if (!time_read(S("2026-07-14 09:41:27"), &at))
			fail_msg("not read");
	int64_t took = outside_ticks() - begun;
	print_message("# 5000000 local times in %.2f s\n",
	    (double)took / US_PER_S);
	assert_true(took < 20 * US_PER_S);
}

static void *convert(void *with)
{
	int64_t at;

	for (int i = 0; i < 20000; i++)
		if (!time_read(S("2026-07-14 09:41:27"), &at) ||
		    time_day(at) != *(const int32_t *)with)
			return NULL;
	return with;
}

static void threads_at_once(void **state)
{
	int32_t day = day_of(2026, 7, 14);
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, convert, &day);
	for (int i = 0; i < 4; i++) {
		void *good;
		pthread_join(threads[i], &good);
		assert_ptr_equal(good, &day);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_at_once),
		cmocka_unit_test(every_day),
		cmocka_unit_test(written_and_read_back),
		cmocka_unit_test(extremes),
		cmocka_unit_test(sundays),
		cmocka_unit_test(reading),
		cmocka_unit_test(cut_texts),
		cmocka_unit_test(local_days),
		cmocka_unit_test(many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
