/* SPDX-License-Identifier: MIT */
/* dm01.h: the monthly return, from what is stored. */
#pragma once
#include "tally.h"

struct dm01_row {
	int test;
	struct str commissioner, commissioner_name; /* empty: all together */
	struct tally tally;
};
/* One provider's return for a month (its last day): each test in total, then
 * by commissioner where the source knows them.  No rows: err says why. */
struct dm01_row *dm01_return(struct tx *, struct arena *, char source,
    struct str provider, int32_t month_end, size_t *n, struct err *);
