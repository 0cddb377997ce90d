/* SPDX-License-Identifier: MIT */
/* timeliness.h: who has sent what, and when. */
#pragma once
#include "store/store.h"

/* Who has sent what, by week: newest week last. */
enum cell_state { CELL_NONE,
	CELL_ON_TIME,
	CELL_LATE,
	CELL_MISSING,
	CELL_DUE,
	CELL_REFUSED };
extern const char *const cell_states[]; /* none on-time late missing due refused */
struct cell {
	enum cell_state state;
	int64_t submission, received_at, rows, bad;
	int32_t period, days_late;
	double usual_low, usual_high; /* NAN: not enough history */
	bool unusual;
};
struct timeliness {
	const char *org, *org_name, *kind;
	struct cell *cells; /* one per week */
};
struct timeliness *timeliness_make(struct tx *, struct arena *,
    int32_t last_week, int weeks, size_t *n);
int32_t wlmds_due(struct tx *, int32_t week); /* the day by which it should come */
