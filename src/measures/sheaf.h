/* SPDX-License-Identifier: MIT */
/* sheaf.h: the series of many organisations and tests, read at once, so that a
 * page of charts asks the store a few times, not a few hundred. */
#pragma once
#include "measure.h"

struct sheaf; /* belongs to the arena */

struct sheaf_ask {
	char source, grain;
	int32_t from, to;
	bool return_only; /* what a DM01 return says, no other columns */
};
/* Counts in total (every site and commissioner) of every organisation that is
 * in the reference list, with all targets and annotations. */
struct sheaf *sheaf_read(
    struct tx *, struct arena *, const struct sheaf_ask *);
/* As tally_series.  NETWORK_ORG and test 0 are sums; the network's only of
 * periods in which each of its trusts speaks that speaks at all in the sheaf:
 * a sum that lacks one would look like an improvement. */
struct tally_row *sheaf_series(const struct sheaf *, struct arena *,
    struct str org, int test, size_t *n);
struct target *sheaf_targets(const struct sheaf *, struct arena *,
    struct str measure, struct str org, int test, size_t *n);
/* As chart_make; source, grain, from and to are the sheaf's. */
bool sheaf_chart(const struct sheaf *, struct arena *, const struct chart_ask *,
    struct chart *, struct err *);
