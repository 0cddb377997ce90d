/* SPDX-License-Identifier: MIT */
/* measure.c: what can be charted, one row each. */
#include "measures.h"

#include <math.h>

#define COLUMN(name, expression) \
	static int64_t name(const struct tally *t) \
	{ \
		return expression; \
	}
#define C(column) t->n[TALLY_##column]

/* clang-format off */
COLUMN(list, tally_waiting(t, 0))
COLUMN(over6, tally_waiting(t, 6))
COLUMN(over13, tally_waiting(t, 13))
COLUMN(act_wl, C(act_wl))
COLUMN(act_planned, C(act_planned))
COLUMN(act_unscheduled, C(act_unscheduled))
COLUMN(activity, C(act_wl) + C(act_planned) + C(act_unscheduled))
COLUMN(requests, C(requests))
COLUMN(planned_waiting, C(planned_waiting))
COLUMN(dna, C(dna))
COLUMN(cancelled, C(cancelled_patient) + C(cancelled_hospital))
COLUMN(booked, C(booked))
COLUMN(reported, C(reported))
COLUMN(tat_hours, C(tat_hours))
COLUMN(in_28d, C(reported) - C(tat_over_28d))
COLUMN(file_rows, C(file_rows))
COLUMN(flagged, C(flagged))
COLUMN(days_late, C(days_late))

const struct measure measures[] = {
	{"pct6", "Waiting 6 weeks or more", "%", SPC_DECREASE, "RPW",
	    over6, list, 100, false,
	    "share of the waiting list that has waited 42 days or more"},
	{"over6", "Number waiting 6 weeks or more", "patients", SPC_DECREASE, "RPW",
	    over6, NULL, 1, false,
	    "patients who have waited 42 days or more"},
	{"pct13", "Waiting 13 weeks or more", "%", SPC_DECREASE, "RPW",
	    over13, list, 100, false,
	    "share of the waiting list that has waited 91 days or more"},
	{"over13", "Number waiting 13 weeks or more", "patients", SPC_DECREASE, "RPW",
	    over13, NULL, 1, false,
	    "patients who have waited 91 days or more"},
	{"list", "Waiting list", "patients", SPC_DECREASE, "RPW",
	    list, NULL, 1, false,
	    "patients waiting for the test at the end of the period"},
	{"activity", "Tests done", "tests", SPC_INCREASE, "RP",
	    activity, NULL, 1, true,
	    "waiting list, planned and unscheduled tests done in the period"},
	{"activity_wl", "Waiting list tests done", "tests", SPC_INCREASE, "RP",
	    act_wl, NULL, 1, true,
	    "tests done from the waiting list"},
	{"activity_planned", "Planned tests done", "tests", SPC_NEUTRAL, "RP",
	    act_planned, NULL, 1, true,
	    "surveillance tests done"},
	{"activity_unscheduled", "Unscheduled tests done", "tests", SPC_NEUTRAL, "RP",
	    act_unscheduled, NULL, 1, true,
	    "tests for emergencies and inpatients"},
	{"requests", "Requests received", "requests", SPC_NEUTRAL, "P",
	    requests, NULL, 1, true,
	    "requests made in the period"},
	{"planned_waiting", "Planned tests not yet due", "patients", SPC_NEUTRAL, "PW",
	    planned_waiting, NULL, 1, false,
	    "surveillance tests that wait for their due date"},
	{"dna_rate", "Did not attend", "%", SPC_DECREASE, "P",
	    dna, booked, 100, true,
	    "missed appointments as a share of appointments made"},
	{"cancelled_rate", "Cancelled", "%", SPC_DECREASE, "P",
	    cancelled, booked, 100, true,
	    "cancelled appointments as a share of appointments made"},
	{"turnaround", "Turnaround of reports", "hours", SPC_DECREASE, "P",
	    tat_hours, reported, 1, true,
	    "mean hours from test to first report, by the period of the report"},
	{"reported_28d", "Reported within 28 days", "%", SPC_INCREASE, "P",
	    in_28d, reported, 100, true,
	    "share of first reports issued within 28 days of the test"},
	{"data_quality", "Rows for review", "%", SPC_DECREASE, "W",
	    flagged, file_rows, 100, false,
	    "share of the weekly file's rows without a usable clock start"},
	{"days_late", "Days late", "days", SPC_DECREASE, "W",
	    days_late, NULL, 1, false,
	    "days by which the weekly file came after it was due"},
};
/* clang-format on */
const size_t measures_count = sizeof measures / sizeof *measures;

const struct measure *measure_find(struct str name)
{
	for (size_t i = 0; i < measures_count; i++)
		if (str_is(name, measures[i].name))
			return &measures[i];
	return NULL;
}

double measure_value(const struct measure *m, const struct tally *t)
{
	double over = (double)m->over(t);

	if (!m->under)
		return over;
	int64_t under = m->under(t);
	return under ? m->scale * over / (double)under : (double)NAN;
}
