/* SPDX-License-Identifier: MIT */
/* plan.h: how many patients wait at each month end, by the day on which their
 * clock started, so that the published week bands come out; and what must
 * happen on each day between two month ends to get there. */
#pragma once
#include "published.h"

struct series { /* one trust and test */
	int first, last;       /* months; first is the census before the window */
	int32_t day0, days;    /* the start days that are told apart */
	int32_t *left;         /* by month, then by day: still waiting */
};
void series_plan(struct series *, struct arena *, const struct published *,
    int trust, int test, int first, int last);
/* Waiting at the end of the month since that day. */
int32_t series_left(const struct series *, int month, int32_t day);

struct month_plan { /* by day of the month, from 0 */
	int32_t arrivals[31]; /* clocks that start: requests and restarts */
	int32_t marked[31];   /* of those, to leave before the month ends */
	int32_t scans[31];
	int32_t restarts[31]; /* missed or cancelled by the patient */
	int32_t withdrawn[31];
	int32_t admitted[31]; /* scanned as inpatients: unscheduled */
};
/* old: how many with an earlier clock start must leave in this month. */
struct month_ask {
	const struct series *series;
	const struct figures *figures;
	int month, test;
	int32_t old;
	int32_t restart_permille; /* of scans */
	uint64_t seed;
};
void month_plan(const struct month_ask *, struct month_plan *);
/* Shares out n in whole numbers by weight; nothing where all weights are 0. */
void share_out(int32_t n, const int32_t *weights, int32_t *shares, int count);
