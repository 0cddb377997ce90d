/* SPDX-License-Identifier: MIT */
/* calendar.c: which days a department works, and how hard.
 *
 * The weights are assumptions: elective scanning at weekends for MRI and CT,
 * little for ultrasound, none for barium; requests come on working days. */
#include "calendar.h"

int month_of(int32_t day)
{
	struct date d = day_date(day);

	return d.year * 12 + d.month - 1;
}

int32_t month_first(int month)
{
	return day_of(month / 12, month % 12 + 1, 1);
}

int32_t month_last(int month)
{
	return month_first(month + 1) - 1;
}

int weekday(int32_t day)
{
	return (int)((day % 7 + 10) % 7); /* 1970-01-01 was a Thursday */
}

/* Easter Sunday by the anonymous Gregorian computus. */
static int32_t easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
	int m = (a + 11 * d + 22 * e) / 451;
	int n = d + e - 7 * m + 114;

	return day_of(year, n / 31, n % 31 + 1);
}

static bool is_christmas(struct date d, int week)
{
	if (d.month != 12)
		return false;
	if (d.day == 25 || d.day == 26)
		return week < 5;
	/* A weekend's holidays are made up for on the days that follow. */
	return (d.day == 27 && week < 2) || (d.day == 28 && week < 2);
}

bool is_holiday(int32_t day)
{
	struct date d = day_date(day);
	int week = weekday(day);
	int32_t sunday = easter(d.year);

	if (day == sunday - 2 || day == sunday + 1 || is_christmas(d, week))
		return true;
	if (d.month == 1 && week < 5 &&
	    (d.day == 1 || (d.day <= 3 && week == 0)))
		return true;
	if (week != 0)
		return false;
	return (d.month == 5 && (d.day <= 7 || d.day >= 25)) ||
	    (d.month == 8 && d.day >= 25);
}

bool is_clock_change(int32_t day)
{
	struct date d = day_date(day);

	return (d.month == 3 || d.month == 10) && d.day >= 25 &&
	    weekday(day) == 6;
}

/* Monday to Sunday; thousandths of a full day. */
static const int requests[7] = {1080, 1060, 1040, 1000, 880, 130, 90};
static const int emergency[7] = {1040, 1010, 1000, 1000, 1010, 860, 830};
static const int scans[6][7] = {
	{0},
	{1000, 1020, 1020, 1010, 960, 560, 470}, /* MRI */
	{1000, 1030, 1030, 1020, 960, 330, 260}, /* CT */
	{1000, 1030, 1030, 1010, 940, 190, 60},  /* ultrasound */
	{1000, 1000, 1050, 1000, 900, 0, 0},     /* barium */
	{1000, 1020, 1020, 1000, 930, 60, 0},    /* DEXA */
};

int day_weight(int32_t day, int test, enum busy busy)
{
	int week = weekday(day);
	struct date d = day_date(day);

	if (busy == BUSY_EMERGENCY)
		return emergency[week];
	if (busy == BUSY_REQUESTS)
		return is_holiday(day) ? 110 : requests[week];
	if (d.month == 12 && d.day == 25)
		return 0;
	return scans[test][is_holiday(day) ? 6 : week];
}
