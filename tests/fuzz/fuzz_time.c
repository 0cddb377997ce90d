/* SPDX-License-Identifier: MIT */
/* fuzz_time.c: a text that is a moment is a day too and reads back from what
 * is written; and a zone file may hold any bytes. */
#include "core/zone.c"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void try_text(struct str text)
{
	int64_t at, back;
	int32_t day, again;
	bool good = time_read(text, &at);

	assert(day_read(text, &day) == good);
	if (!good)
		return;
	struct time_text utc = time_text(at);
	struct day_text date = day_text(day);
	assert(day_read(str_of(date.at), &again) && again == day);
	/* An offset may carry a moment out of the years that are written. */
	if (utc.at[0]) {
		assert(time_read(str_of(utc.at), &back));
		assert(back <= at && at - back < US_PER_S);
	}
	assert(day_time(time_day(at)) <= at);
	time_local_text(at);
	day_words(day);
}

static void try_zone(struct str file)
{
	static struct zone zone;

	if (!zone_read(&zone, file))
		return;
	for (int year = 1800; year < 3000; year += 37) {
		int64_t at = day_of(year, 3, 29) * DAY_S + 5400;
		offset_in(&zone, at);
		utc_in(&zone, at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct str text = {(const char *)bytes, size};

	if (str_starts(text, S("TZif")))
		try_zone(text);
	else
		try_text(text);
	return 0;
}
