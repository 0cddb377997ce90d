/* SPDX-License-Identifier: MIT */
/* combined.c: date and time matched as one, PS3.4 C.2.2.2.5: from the first
 * day at its time to the last day at its.  Without the negotiation each is a
 * range of its own, as every archive has it. */
#include "doors/dicom/query.h"

#include <string.h>

#define MOMENT 22 /* YYYYMMDDHHMMSS.ffffff and NUL */

static const struct {
	uint32_t date, time;
} pairs[] = {
    {TAG_StudyDate, TAG_StudyTime},
    {TAG_SeriesDate, TAG_SeriesTime},
};
#define PAIRS (sizeof(pairs) / sizeof(*pairs))

static bool is_range(struct str value)
{
	return value.len && memchr(value.at, '-', value.len);
}

static bool is_pair(const struct dataset *data, size_t i)
{
	return is_range(dataset_raw(data, pairs[i].date)) &&
	    is_range(dataset_raw(data, pairs[i].time));
}

bool combined_time(const struct identifier *id, uint32_t tag)
{
	for (size_t i = 0; id->combined && i < PAIRS; i++)
		if (pairs[i].time == tag)
			return is_pair(id->data, i);
	return false;
}

/* What of the time is not said is taken from `rest`. */
static void moment(char to[MOMENT], struct str date, struct str time,
    const char *rest)
{
	date = str_trim(date);
	time = str_trim(time);
	memcpy(to, rest, MOMENT);
	memcpy(to, date.at, date.len < 8 ? date.len : 8);
	if (time.len)
		memcpy(to + 8, time.at, time.len < 13 ? time.len : 13);
}

static bool is_within(const struct dataset *asked, const struct dataset *has,
    size_t i)
{
	struct str dates = dataset_raw(asked, pairs[i].date);
	struct str times = dataset_raw(asked, pairs[i].time);
	struct str first = str_cut(&dates, '-'), from = str_cut(&times, '-');
	struct str date = dataset_raw(has, pairs[i].date);
	char low[MOMENT], high[MOMENT], is[MOMENT];

	if (date.len != 8)
		return false;
	moment(is, date, dataset_raw(has, pairs[i].time),
	    "00000000000000.000000");
	moment(low, first, from, "00000000000000.000000");
	moment(high, dates, times, "99999999235959.999999");
	return strcmp(is, low) >= 0 && strcmp(is, high) <= 0;
}

bool combined_matches(const struct identifier *id, const struct dataset *has)
{
	for (size_t i = 0; id->combined && i < PAIRS; i++)
		if (is_pair(id->data, i) && !is_within(id->data, has, i))
			return false;
	return true;
}
