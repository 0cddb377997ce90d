/* SPDX-License-Identifier: MIT */
/* dm01.h: the DM01 return, from what is stored. */
#pragma once
#include "tally.h"

enum dm01_by { DM01_WHOLE, DM01_BY_COMMISSIONER, DM01_BY_SITE };
struct dm01_ask {
	char source; /* 'P' from pathways, 'R' as returned */
	struct str provider; /* NETWORK_ORG sums the trusts */
	int32_t day; /* a month's last day: the month; a Sunday: the week */
	enum dm01_by by;
};
#define DM01_UNKNOWN "none" /* the code of what is left without one */
struct dm01_row {
	int test;
	struct str code, name; /* its commissioner or site; empty: the whole */
	struct tally tally;
};
/* Each test as a whole, then its parts in the order of their codes, and last
 * what belongs to none of them.  No rows: err says why. */
struct dm01_row *dm01_return(struct tx *, struct arena *,
    const struct dm01_ask *, size_t *n, struct err *);
