/* SPDX-License-Identifier: MIT */
/* tracking.h: this month before it ends: today's position and a projected
 * month end, with an interval from how far the same projection missed. */
#pragma once
#include "sheaf.h"
#include "waiting.h"

struct tracking {
	int32_t today, month_end;
	double today_value;
	double projected, low, high; /* NAN: not enough history */
	double last_month;
	double trajectory, target; /* NAN: none set */
	double backtest_error; /* mean absolute, same lead time */
	int backtests, covered; /* months tried; inside their interval */
};
/* What all trackings of one day are made from. */
struct tracker {
	int32_t today;
	struct sheaf *weeks, *months;
	struct waiting_grid *now;
};
struct tracker tracker_read(struct tx *, struct arena *, int32_t today);
/* measure: pct6, over6, pct13, over13 or list; from pathways. */
bool tracking_make(const struct tracker *, struct arena *, struct str org,
    int test, const struct measure *, struct tracking *, struct err *);
