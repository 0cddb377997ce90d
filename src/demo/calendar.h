/* SPDX-License-Identifier: MIT */
/* calendar.h: months by number, England's bank holidays, and how busy a day
 * is.  A minute is local wall-clock time counted from 1970-01-01. */
#pragma once
#include "core/core.h"

#define MINUTES_A_DAY 1440

static inline int32_t minute_of(int32_t day, int32_t of_day)
{
	return day * MINUTES_A_DAY + of_day;
}

static inline int32_t minute_day(int32_t minute)
{
	return minute / MINUTES_A_DAY;
}

int month_of(int32_t day);       /* year * 12 + month - 1 */
int32_t month_first(int month);  /* its first day */
int32_t month_last(int month);   /* its last */
int weekday(int32_t day);        /* 0 Monday .. 6 Sunday */
bool is_holiday(int32_t day);    /* a bank holiday */
/* The hour that did not exist or happened twice: 01:00 to 02:00 on the day
 * the clocks change. */
bool is_clock_change(int32_t day);

enum busy { BUSY_REQUESTS, BUSY_SCANS, BUSY_EMERGENCY };
/* How much of a full working day (1000) happens on this one. */
int day_weight(int32_t day, int test, enum busy);
