/* SPDX-License-Identifier: MIT */
/* time.h: days and moments.  A day is a count from 1970-01-01 in the local
 * calendar; a moment is microseconds UTC.  Local means Europe/London, read
 * from tzdata (RFC 8536), never from the process. */
#pragma once
#include "str.h"

#define NO_DAY INT32_MIN
#define NO_TIME INT64_MIN
#define US_PER_S INT64_C(1000000)
#define US_PER_DAY (INT64_C(86400) * US_PER_S)

struct date {
	int year, month, day; /* 1..12, 1..31 */
};

int32_t day_of(int year, int month, int day); /* NO_DAY if there is none */
struct date day_date(int32_t day);
/* "2026-03-31", "31/03/2026", or either followed by a time, which is dropped. */
bool day_read(struct str, int32_t *day);
/* "2026-03-31" or "31/03/2026", then " " or "T" and hh:mm[:ss[.ffffff]] with
 * an optional Z or ±hh:mm; without an offset it is local; without a time it
 * is local midnight.  A local time that did not exist is moved forward; of
 * one that came twice the first is meant.  Years are 1 to 9999. */
bool time_read(struct str, int64_t *at);
int32_t day_sunday_on_or_after(int32_t day);
int32_t day_month_end(int32_t day); /* last day of its month */
int32_t time_day(int64_t at);       /* the local day of a moment */
int64_t day_time(int32_t day);      /* local midnight that begins the day */
struct day_text { char at[11]; };
struct time_text { char at[28]; };
struct day_text day_text(int32_t day);    /* 2026-03-31, or "" for NO_DAY */
struct time_text day_words(int32_t day); /* 3 Mar 2026 */
struct time_text time_text(int64_t at);   /* 2026-03-31T09:30:00Z */
struct time_text time_local_text(int64_t at); /* 2026-03-31 10:30, local */
