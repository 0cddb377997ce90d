/* SPDX-License-Identifier: MIT */
/* events.h: a request's story, told as events.  The words only: what kinds
 * there are, what an event says, and the reference lists they point to. */
#pragma once
#include "core/core.h"

enum event_kind {
	EVENT_REQUESTED = 1,
	EVENT_VETTED,
	EVENT_BOOKED,
	EVENT_REBOOKED,
	EVENT_DID_NOT_ATTEND,
	EVENT_CANCELLED_BY_PATIENT,
	EVENT_CANCELLED_BY_HOSPITAL,
	EVENT_ARRIVED,
	EVENT_PERFORMED,
	EVENT_REPORTED,
	EVENT_ADDENDED,
	EVENT_KINDS
};

enum { SOURCE_GP = 1, SOURCE_OP, SOURCE_IP, SOURCE_AE, SOURCE_DC, SOURCE_OT };
enum { PRIORITY_URGENT = 1, PRIORITY_CANCER, PRIORITY_SOON, PRIORITY_ROUTINE };
enum { BY_US = 1, BY_INSOURCED, BY_OUTSOURCED, BY_CDC, BY_INDEPENDENT };

/* One code list: number in the store, code in files, words for people. */
struct code {
	int number;
	const char *code, *words;
};
extern const struct code event_kinds[];    /* requested, vetted, booked, ... */
extern const struct code priorities[];     /* urgent 1, cancer 2, soon 3, routine 4 */
extern const struct code patient_sources[]; /* GP OP IP AE DC OT: see events.c */
extern const struct code provider_kinds[]; /* in-house, insourced, outsourced, CDC, independent */
/* Each list ends with number 0.  By code without case; NULL if unknown. */
const struct code *code_find(const struct code *list, struct str code);
const struct code *code_at(const struct code *list, int number);

/* The DM01 tests, in DM01's order; 20 and more are imaging outside DM01. */
struct test {
	int id;
	const char *code, *name, *group; /* IMAGING, PHYSIOLOGICAL, ENDOSCOPY, OTHER */
};
#define TESTS_DM01 15
extern const struct test tests[]; /* ends with id 0 */
/* By code, DM01 number ("1" or "01") or name in the provider workbook, without
 * case; NULL if unknown. */
const struct test *test_find(struct str word);
const struct test *test_at(int id);

/* What one row says; 0, NO_DAY and NO_TIME mean "as before". */
struct event {
	int64_t at;             /* µs UTC */
	int64_t appointment_at; /* µs UTC, for booked and rebooked */
	int64_t submission, line;
	int64_t offset;         /* of its row in the file, while it is told */
	int32_t due;            /* day a planned test is due */
	int32_t site_request, site_scan, site_report; /* site.id */
	int32_t commissioner;   /* commissioner.id */
	int16_t kind, test, priority, source, provider_kind;
	int16_t planned;        /* 0 as before, 1 no, 2 yes */
};

/* What a request has become: the fold of its events. */
enum story_state {
	STORY_REQUESTED = 1, /* waits for an appointment */
	STORY_BOOKED,
	STORY_MISSED,    /* not attended or cancelled: to be booked again */
	STORY_ARRIVED,
	STORY_PERFORMED, /* waits for a report */
	STORY_REPORTED,
	STORY_WITHDRAWN  /* cancelled with no appointment standing */
};
extern const struct code story_states[];
struct story {
	int64_t requested_at, appointment_at, performed_at, reported_at;
	int32_t due, site_request, site_scan, site_report, commissioner;
	int16_t state, test, priority, source, planned;
	int16_t scan_provider, report_provider; /* provider_kinds */
};
void story_begin(struct story *);
void story_step(struct story *, const struct event *);
/* In order of time, then of kind; the same event (time, kind) told twice stays
 * once, the one of the later submission.  Returns how many are left. */
size_t events_sort(struct event *, size_t n);
