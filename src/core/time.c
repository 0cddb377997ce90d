/* SPDX-License-Identifier: MIT */
/* time.c: days by the proleptic Gregorian calendar, years 1 to 9999, and the
 * two ways people write them.  An import reads millions of these, so digits
 * are taken by hand and nothing asks the C library's clock. */
#include "time.h"

#include "zone.h"

#include <string.h>

/* Days by eras of 400 years that begin on 1 March, so that the leap day is
 * the last of its year. */
int32_t day_of(int year, int month, int day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31};

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return NO_DAY;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (day > lengths[month - 1] + (leap && month == 2))
		return NO_DAY;
	int y = month > 2 ? year : year - 1;
	int era = y / 400, of_era = y % 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

struct date day_date(int32_t day)
{
	if (day == NO_DAY)
		return (struct date){0};
	int64_t n = (int64_t)day + 719468;
	int64_t era = (n >= 0 ? n : n - 146096) / 146097;
	int64_t d = n - era * 146097;
	int64_t of_era = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * of_era + of_era / 4 - of_era / 100);
	int64_t m = (5 * of_year + 2) / 153;
	int month = (int)(m < 10 ? m + 3 : m - 9);
	return (struct date){(int)(of_era + era * 400 + (month <= 2)), month,
	    (int)(of_year - (153 * m + 2) / 5 + 1)};
}

/* n digits at s, or a negative number. */
static int digits(const char *s, int n)
{
	int value = 0, bad = 0;

	for (int i = 0; i < n; i++) {
		int digit = s[i] - '0';
		bad |= digit | (9 - digit);
		value = value * 10 + digit;
	}
	return bad < 0 ? -1 : value;
}

/* Takes a day off the front. */
static bool take_day(struct str *s, int32_t *day)
{
	const char *at = s->at;

	if (s->len < 10)
		return false;
	if (at[4] == '-' && at[7] == '-')
		*day = day_of(digits(at, 4), digits(at + 5, 2),
		    digits(at + 8, 2));
	else if (at[2] == '/' && at[5] == '/')
		*day = day_of(digits(at + 6, 4), digits(at + 3, 2),
		    digits(at, 2));
	else
		return false;
	s->at += 10;
	s->len -= 10;
	return *day != NO_DAY;
}

/* Takes hh:mm off the front, in minutes. */
static bool take_minutes(struct str *s, int *minutes)
{
	if (s->len < 5 || s->at[2] != ':')
		return false;
	int hour = digits(s->at, 2), minute = digits(s->at + 3, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = hour * 60 + minute;
	s->at += 5;
	s->len -= 5;
	return true;
}

/* Takes [:ss[.f...]] off the front; digits past the sixth are dropped. */
static bool take_seconds(struct str *s, int64_t *us)
{
	*us = 0;
	if (s->len == 0 || s->at[0] != ':')
		return true;
	int second = s->len < 3 ? -1 : digits(s->at + 1, 2);
	if (second < 0 || second > 59)
		return false;
	*us = second * US_PER_S;
	s->at += 3;
	s->len -= 3;
	if (s->len == 0 || s->at[0] != '.')
		return true;
	size_t i = 1;
	for (int64_t scale = US_PER_S / 10; i < s->len; i++, scale /= 10) {
		int digit = digits(s->at + i, 1);
		if (digit < 0)
			break;
		*us += digit * scale;
	}
	s->at += i;
	s->len -= i;
	return i > 1 && i <= 10;
}

/* What follows a day: the clock, and an offset if it is told. */
static bool read_clock(struct str s, int64_t *us, bool *local, int *offset)
{
	int minutes = 0;

	*us = 0;
	*local = true;
	*offset = 0;
	if (s.len == 0)
		return true;
	if (s.at[0] != 'T' && s.at[0] != ' ')
		return false;
	s.at++;
	s.len--;
	if (!take_minutes(&s, &minutes) || !take_seconds(&s, us))
		return false;
	*us += minutes * INT64_C(60) * US_PER_S;
	if (s.len == 0)
		return true;
	*local = false;
	char sign = s.at[0];
	s.at++;
	s.len--;
	if (sign == 'Z')
		return s.len == 0;
	if ((sign != '+' && sign != '-') || !take_minutes(&s, offset))
		return false;
	if (sign == '-')
		*offset = -*offset;
	return s.len == 0;
}

bool day_read(struct str s, int32_t *day)
{
	int64_t us;
	bool local;
	int32_t read;
	int offset;

	if (!take_day(&s, &read) || !read_clock(s, &us, &local, &offset))
		return false;
	*day = read;
	return true;
}

bool time_read(struct str s, int64_t *at)
{
	int64_t us;
	bool local;
	int32_t day;
	int offset;

	if (!take_day(&s, &day) || !read_clock(s, &us, &local, &offset))
		return false;
	int64_t second = day * INT64_C(86400) + us / US_PER_S;
	second = local ? zone_utc(second) : second - offset * INT64_C(60);
	*at = second * US_PER_S + us % US_PER_S;
	return true;
}

static int32_t day_beyond(int32_t day, int32_t more)
{
	return day == NO_DAY || day > INT32_MAX - more ? NO_DAY : day + more;
}

int32_t day_sunday_on_or_after(int32_t day)
{
	/* Day 0 was a Thursday: day 3 a Sunday. */
	int32_t past = (int32_t)((((int64_t)day - 3) % 7 + 7) % 7);

	return day_beyond(day, past ? 7 - past : 0);
}

int32_t day_month_end(int32_t day)
{
	struct date date = day_date(day);

	if (day == NO_DAY)
		return NO_DAY;
	for (int last = 31; last > 28; last--) {
		int32_t end = day_of(date.year, date.month, last);
		if (end != NO_DAY)
			return end;
	}
	return day_of(date.year, date.month, 28);
}

static int64_t floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

int32_t time_day(int64_t at)
{
	if (at == NO_TIME)
		return NO_DAY;
	int64_t second = floor_div(at, US_PER_S);
	return (int32_t)floor_div(second + zone_offset(second), 86400);
}

int64_t day_time(int32_t day)
{
	if (day == NO_DAY)
		return NO_TIME;
	return zone_utc(day * INT64_C(86400)) * US_PER_S;
}

static char *put(char *at, int value, int n)
{
	for (int i = n; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

static char *put_day(char *at, struct date date)
{
	at = put(at, date.year, 4);
	*at++ = '-';
	at = put(at, date.month, 2);
	*at++ = '-';
	return put(at, date.day, 2);
}

static bool may_write(struct date date)
{
	return date.year >= 1 && date.year <= 9999;
}

struct day_text day_text(int32_t day)
{
	struct day_text text = {0};
	struct date date = day_date(day);

	if (may_write(date))
		put_day(text.at, date);
	return text;
}

struct time_text day_words(int32_t day)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct time_text text = {0};
	struct date date = day_date(day);

	if (!may_write(date))
		return text;
	char *at = put(text.at, date.day, date.day > 9 ? 2 : 1);
	*at++ = ' ';
	memcpy(at, months + 3 * (date.month - 1), 3);
	at[3] = ' ';
	put(at + 4, date.year, 4);
	return text;
}

/* Seconds since 1970 by some clock, as day and time of that clock. */
static struct time_text write_clock(int64_t second, char between, bool utc)
{
	struct time_text text = {0};
	int64_t day = floor_div(second, 86400);
	int of_day = (int)(second - day * 86400);
	struct date date = day_date((int32_t)day);

	if (!may_write(date))
		return text;
	char *at = put_day(text.at, date);
	*at++ = between;
	at = put(at, of_day / 3600, 2);
	*at++ = ':';
	at = put(at, of_day / 60 % 60, 2);
	if (utc) {
		*at++ = ':';
		at = put(at, of_day % 60, 2);
		*at = 'Z';
	}
	return text;
}

struct time_text time_text(int64_t at)
{
	if (at == NO_TIME)
		return (struct time_text){0};
	return write_clock(floor_div(at, US_PER_S), 'T', true);
}

struct time_text time_local_text(int64_t at)
{
	if (at == NO_TIME)
		return (struct time_text){0};
	int64_t second = floor_div(at, US_PER_S);
	return write_clock(second + zone_offset(second), ' ', false);
}
