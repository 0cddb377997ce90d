/* SPDX-License-Identifier: MIT */
/* fold.h: reads the demo's RIS files back and counts them, in the plainest
 * way, for the tests. */
#pragma once
#include "demo/published.h"

#define TOLD_MOST 4000000 /* accessions are below this */

struct counted { /* one trust */
	struct figures of[IMAGING_TESTS][40]; /* by month of the window */
	int64_t rows, bad, disorder, not_synthetic, after_today;
	int months;
};
/* Reads FOLDER/TRUST/RIS-TRUST-yyyy-mm.csv for each month. */
void fold_trust(struct counted *, const char *folder, int trust, int first,
    int months, int32_t today);
