/* SPDX-License-Identifier: MIT */
/* places.h: where the four trusts scan, when, by whom, and how long a report
 * takes: the demo's assumptions, in tables. */
#pragma once
#include "chance.h"
#include "published.h"

#define PLACES 6
struct place { /* its code is one of examples/network/sites.csv */
	const char *code;
	int16_t share[IMAGING_TESTS]; /* of elective scans, per mille */
	int16_t emergency;            /* of unscheduled scans, per mille */
	int16_t opens, closes;        /* minutes of the day */
	bool weekends, cdc;
};
extern const struct place places[TRUSTS][PLACES]; /* ends with code NULL */

#define COMMISSIONERS 8
extern const char *const commissioner_codes[COMMISSIONERS];

/* Of one trust, per mille. */
struct habits {
	int missed;      /* appointments not attended */
	int cancelled;   /* by the patient */
	int outsourced;  /* CT and MRI reports */
	int turnaround;  /* of the ordinary one */
	int16_t share[COMMISSIONERS];
};
extern const struct habits habits[TRUSTS];

/* Places are numbered from 1, as 0 means "not said". */
int place_elective(struct chance *, int trust, int test, int32_t day);
int place_emergency(struct chance *, int trust);
int scan_by(struct chance *, int trust, int test, int place, int32_t day);
int report_by(struct chance *, int trust, int test, bool elective);
/* Minutes from the test to its report. */
int32_t turnaround(struct chance *, int trust, int test, int priority,
    bool elective);
int priority_of(struct chance *, int test);
int source_of(struct chance *, int test);
/* Index of a commissioner, and how likely an appointment is missed (1000 is
 * ordinary), both from the patient's number alone. */
int patient_commissioner(int trust, uint32_t patient);
int patient_misses(int commissioner, uint32_t patient);
