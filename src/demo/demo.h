/* SPDX-License-Identifier: MIT */
/* demo.h: a synthetic imaging network that follows the published figures.
 * The door of demo/.
 *
 * Nobody in it is real: patient numbers begin with SYN and there are no names
 * and no NHS numbers.  The same seed, day, scale and months give the same
 * bytes on every machine. */
#pragma once
#include "core/core.h"

struct demo_file { /* one that was written */
	const char *path;    /* "RXN/RIS-RXN-2026-03.csv" in the folder */
	const char *kind;    /* "ris" or "wlmds" */
	const char *sender;  /* the trust */
	int32_t from, to;    /* the days it tells of */
	int64_t received_at; /* when the trust would have sent it, µs UTC */
};

struct demo_options {
	uint64_t seed;
	int32_t today;        /* nothing happens on this day or after it */
	int months;           /* how many, this month included: 24 */
	int weeks;            /* told by week, up to the last Sunday: 26 */
	double scale;         /* 1: as many patients as were published */
	struct str published; /* DM01 of the trusts, tidy form (docs/files.md) */
	const char *folder;   /* exists; files go below it, by trust */
	/* Called after each file; false stops with its err.  May be NULL. */
	bool (*file)(void *with, const struct demo_file *, struct err *);
	void (*progress)(void *with, int64_t done, int64_t total); /* or NULL */
	void *with;
};
/* Seed 2026, today, 24 months, 26 weeks, full scale. */
struct demo_options demo_standard(void);
bool demo_write(const struct demo_options *, struct err *);
