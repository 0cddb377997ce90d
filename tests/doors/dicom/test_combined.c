/* SPDX-License-Identifier: MIT */
/* Date and time as one range, PS3.4 C.2.2.2.5. */
#include "doors/dicom/combined.c"

#include "store/place.h"

/* A time may be cut short: it is then all that it begins.  The last two are no
 * pair of ranges, and not ours to judge. */
static const struct {
	const char *dates, *times, *date, *time;
	bool matches;
} cases[] = {
	{"20060705-20060707", "100000-180000", "20060705", "100000", true},
	{"20060705-20060707", "100000-180000", "20060705", "095959", false},
	{"20060705-20060707", "100000-180000", "20060706", "030000", true},
	{"20060705-20060707", "100000-180000", "20060707", "180000", true},
	{"20060705-20060707", "100000-180000", "20060707", "180000.5", true},
	{"20060705-20060707", "100000-180000", "20060707", "180001", false},
	{"20060705-20060707", "10-18", "20060707", "185959", true},
	{"20060705-20060707", "-18", "20060705", "000000", true},
	{"20060705-20060707", "10-", "20060707", "235959.9", true},
	{"20060705-", "100000-", "20061231", "000000", true},
	{"20060705-", "100000-", "20060705", "09", false},
	{"-20060705", "-100000", "19991231", "235959", true},
	{"-20060705", "-100000", "20060705", "1001", false},
	{"20060705-20060707", "100000-180000", "20060705", "", false},
	{"20060705-20060707", "100000-180000", "20060706", "", true},
	{"20060705-20060707", "100000-180000", "", "120000", false},
	{"20060705", "100000-180000", "19000101", "0000", true},
	{"20060705-20060707", "", "19000101", "0000", true},
};

static struct dataset *made(struct arena *arena, const char *date,
    const char *time)
{
	struct dataset *data = dataset_new(arena, syntax_explicit);

	dataset_put(data, TAG_StudyDate, str_of(date));
	dataset_put(data, TAG_StudyTime, str_of(time));
	return data;
}

static void from_a_moment_to_a_moment(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct identifier id = {.combined = true,
		    .data = made(&arena, cases[i].dates, cases[i].times)};
		struct dataset *has =
		    made(&arena, cases[i].date, cases[i].time);

		if (combined_matches(&id, has) != cases[i].matches)
			fail_msg("case %zu: %s %s", i, cases[i].date,
			    cases[i].time);
		id.combined = false;
		assert_true(combined_matches(&id, has));
	}
	arena_end(&arena);
}

static void only_a_pair_of_ranges_is_combined(void **state)
{
	struct arena arena = {0};
	struct identifier id = {.combined = true,
	    .data = made(&arena, "20060705-20060707", "10-18")};

	(void)state;
	assert_true(combined_time(&id, TAG_StudyTime));
	assert_false(combined_time(&id, TAG_StudyDate));
	assert_false(combined_time(&id, TAG_SeriesTime));
	id.data = made(&arena, "20060705", "10-18");
	assert_false(combined_time(&id, TAG_StudyTime));
	id.data = made(&arena, "20060705-20060707", "10-18");
	id.combined = false;
	assert_false(combined_time(&id, TAG_StudyTime));
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(from_a_moment_to_a_moment),
	    cmocka_unit_test(only_a_pair_of_ranges_is_combined),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
