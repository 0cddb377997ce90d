/* SPDX-License-Identifier: MIT */
/* clock.h: the DM01 waiting-time clock, from a request's events.  Pure.
 * What national guidance leaves open are dated rules, kept as data. */
#pragma once
#include "events/events.h"

enum clock_list { LIST_NONE,
	LIST_WAITING,
	LIST_PLANNED,
	LIST_UNSCHEDULED };

/* A stretch of time on one list.  At the end of a day d with from <= d < to
 * the request is on it, and has waited d - start days (0 if less). */
struct span {
	enum clock_list list;
	int32_t start, from, to; /* to: NO_DAY while it lasts */
};
#define SPANS_MAX 32 /* more restarts than that keep the last */

struct clock {
	struct span spans[SPANS_MAX];
	int n;
	int32_t stopped; /* day of the test, or NO_DAY */
	int32_t start; /* day from which the wait that has stopped counted */
	enum clock_list stream; /* the list that it was done from */
	bool withdrawn; /* the request was cancelled */
};

enum rule_name {
	RULE_DNA_RESTARTS, /* 1 */
	RULE_PATIENT_CANCELLATION_RESTARTS, /* 1 */
	RULE_HOSPITAL_CANCELLATION_RESTARTS, /* 0 */
	RULE_RESTART_FROM_APPOINTMENT, /* 1; 0: from the day it was told */
	RULE_OVERDUE_PLANNED_WAITS, /* 1 */
	RULE_EMERGENCY_UNSCHEDULED, /* 1: source AE */
	RULE_INPATIENT_UNSCHEDULED, /* 1: source IP */
	RULES
};
struct rule { /* one row: what it means, and its value until told otherwise */
	const char *name;
	int64_t standard;
	const char *sentence;
};
extern const struct rule rules[RULES];
struct rule_change {
	enum rule_name name;
	int32_t from;
	int64_t value;
};
struct rule_book { /* by from, oldest first */
	const struct rule_change *changes;
	size_t n;
};
int64_t rule_on(const struct rule_book *, enum rule_name, int32_t day);

/* events in order of time (events_sort). */
void clock_fold(const struct event *, size_t n, const struct rule_book *,
    struct clock *);
/* The span in force at the end of a day, or NULL. */
const struct span *clock_at(const struct clock *, int32_t day);
int span_wait(const struct span *, int32_t day); /* days */
int wait_band(int days); /* 0..13 */
/* "request 3 Mar; did not attend 20 Mar, clock restarted 20 Mar; 41 days;
 * band 05-06".  notes, if not NULL, gets one text per event, maybe empty. */
struct str clock_words(struct arena *, const struct event *, size_t n,
    const struct rule_book *, int32_t today, struct str *notes);
