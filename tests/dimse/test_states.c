/* SPDX-License-Identifier: MIT */
/* test_states.c: the whole table 9-10 of PS3.8 written again, row by row as
 * it is printed, and what must hold of any such table. */
#include "dimse/states.c"

#include "test.h"

/* One row for each event, one word for each of Sta1..Sta13: the action; the
 * next state is asked of `next` below, which is how tables 9-6 to 9-9 give
 * it.  "-" is an empty cell. */
static const char *const printed[] = {
    "1  AE-1 - - - - - - - - - - - -",
    "2  - - - AE-2 - - - - - - - - -",
    "3  - AA-1 AA-8 - AE-3 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6",
    "4  - AA-1 AA-8 - AE-4 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6",
    "5  AE-5 - - - - - - - - - - - -",
    "6  - AE-6 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7",
    "7  - - AE-7 - - - - - - - - - -",
    "8  - - AE-8 - - - - - - - - - -",
    "9  - - - - - DT-1 - AR-7 - - - - -",
    "10 - AA-1 AA-8 - AA-8 DT-2 AR-6 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6",
    "11 - - - - - AR-1 - - - - - - -",
    "12 - AA-1 AA-8 - AA-8 AR-2 AR-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6",
    "13 - AA-1 AA-8 - AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3 AA-8 AA-6",
    "14 - - - - - - - AR-4 AR-9 - - AR-4 -",
    "15 - - AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 -",
    "16 - AA-2 AA-3 - AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-2",
    "17 - AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AR-5",
    "18 - AA-2 - - - - - - - - - - AA-2",
    "19 - AA-1 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7",
};

static const struct {
	const char *name;
	enum action action;
	int to; /* 0: it stays */
} next[] = {
    {"-", NO_ACTION, 0},
    {"AE-1", AE_1, 4}, {"AE-2", AE_2, 5}, {"AE-3", AE_3, 6},
    {"AE-4", AE_4, 1}, {"AE-5", AE_5, 2}, {"AE-6", AE_6, 3},
    {"AE-7", AE_7, 6}, {"AE-8", AE_8, 13},
    {"DT-1", DT_1, 6}, {"DT-2", DT_2, 6},
    {"AR-1", AR_1, 7}, {"AR-2", AR_2, 8}, {"AR-3", AR_3, 1},
    {"AR-4", AR_4, 13}, {"AR-5", AR_5, 1}, {"AR-6", AR_6, 7},
    {"AR-7", AR_7, 8}, {"AR-8", AR_8, 9}, {"AR-9", AR_9, 11},
    {"AR-10", AR_10, 12},
    {"AA-1", AA_1, 13}, {"AA-2", AA_2, 1}, {"AA-3", AA_3, 1},
    {"AA-4", AA_4, 1}, {"AA-5", AA_5, 1}, {"AA-6", AA_6, 13},
    {"AA-7", AA_7, 13}, {"AA-8", AA_8, 13},
};

static void check(enum state from, enum event event, struct str name)
{
	struct step step = state_step(from, event);

	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		if (!str_is(name, next[i].name))
			continue;
		if (step.action != next[i].action || (int)step.to !=
		    (next[i].to ? next[i].to : (int)from))
			fail_msg("Evt%d in Sta%d is not %s", event, from,
			    next[i].name);
		return;
	}
	fail_msg("no action is called %.*s", STR(name));
}

static void test_as_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 19; i++) {
		struct str row = str_of(printed[i]);
		int64_t event;
		assert_true(str_int(str_cut(&row, ' '), &event));
		assert_int_equal(event, i + 1);
		row = str_trim(row);
		for (enum state from = STA1; from <= STA13; from++)
			check(from, (enum event)event, str_cut(&row, ' '));
		assert_int_equal(row.len, 0);
	}
}

static bool is_pdu(enum event e)
{
	return e == EVT3 || e == EVT4 || e == EVT6 || e == EVT10 ||
	    e == EVT12 || e == EVT13 || e == EVT16 || e == EVT19;
}

static void test_every_pdu_has_an_answer_in_every_open_state(void **state)
{
	(void)state;
	for (enum event e = EVT1; e <= EVT19; e++)
		for (enum state from = STA2; from <= STA13; from++)
			if (is_pdu(e) && from != STA4)
				assert_int_not_equal(
				    state_step(from, e).action, NO_ACTION);
}

static void test_from_everywhere_a_close_leads_to_idle(void **state)
{
	(void)state;
	for (enum state from = STA2; from <= STA13; from++)
		assert_int_equal(state_step(from, EVT17).to, STA1);
}

static void test_every_state_can_be_reached(void **state)
{
	bool here[STA13 + 1] = {[STA1] = true};

	(void)state;
	for (int turn = 0; turn < 13; turn++)
		for (enum state from = STA1; from <= STA13; from++)
			for (enum event e = EVT1; here[from] && e <= EVT19;
			     e++) {
				struct step s = state_step(from, e);
				here[s.to] = true;
				if (s.action == AR_8)
					here[STA10] = true;
			}
	for (enum state s = STA1; s <= STA13; s++)
		assert_true(here[s]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_as_printed),
	    cmocka_unit_test(test_every_pdu_has_an_answer_in_every_open_state),
	    cmocka_unit_test(test_from_everywhere_a_close_leads_to_idle),
	    cmocka_unit_test(test_every_state_can_be_reached),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
