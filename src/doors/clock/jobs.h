/* SPDX-License-Identifier: MIT */
/* jobs.h: what the program does by itself as time passes.  The door of
 * doors/clock. */
#pragma once
#include "doors/house.h"

struct timekeeper; /* one thread; lives in the house's arena */

/* One row: how often, what, and a sentence for people. */
struct job {
	int64_t (*period)(const struct settings *); /* seconds; 0: never */
	bool (*act)(struct timekeeper *, struct err *);
	const char *sentence;
};
extern const struct job jobs[]; /* ends with act NULL */

struct timekeeper *timekeeper_start(struct house *, struct err *);
/* Lets the job in hand finish.  False: it was not done after `seconds`, and
 * still uses the house; the process should end without closing it. */
bool timekeeper_stop(struct timekeeper *, int64_t seconds);
