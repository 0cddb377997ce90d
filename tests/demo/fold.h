/* SPDX-License-Identifier: MIT */
/* fold.h: reads the demo's RIS files back and counts them, in the plainest
 * way, for the tests. */
#pragma once
#include "demo/demo.h"
#include "demo/published.h"

#define TOLD_MOST 4000000 /* accessions are below this */

struct counted { /* one trust */
	struct figures of[IMAGING_TESTS][40]; /* by month of the window */
	int64_t rows, bad, disorder, not_synthetic, after_today;
	int64_t outside; /* rows that are not of their file's days */
	int months, files;
	int32_t until; /* the last day that was told */
};
/* Reads the trust's RIS events among the files, which are in order of time, up
 * to the first day that none of them tells of. */
void fold_trust(struct counted *, const char *folder,
    const struct demo_file *files, int n, int trust, int32_t today);
