/* SPDX-License-Identifier: MIT */
/* published.h: what the four trusts returned, month by month, and a plausible
 * continuation after the last published month. */
#pragma once
#include "calendar.h"

#define TRUSTS 4
#define DM01_TESTS 16 /* index 1..15 */
#define IMAGING_TESTS 6 /* index 1..5 */
#define WEEKS 14
extern const char *const trust_codes[TRUSTS];

enum stream { STREAM_WAITING, STREAM_PLANNED, STREAM_UNSCHEDULED, STREAMS };

struct figures { /* of one trust, test and month */
	int32_t band[WEEKS];
	int32_t done[STREAMS];
};

struct published {
	int first, last; /* months that were published */
	int until;       /* last month that is continued */
	struct figures *of[TRUSTS][DM01_TESTS]; /* by month - first */
};

/* Reads DM01 in its tidy form (docs/files.md), for the four trusts. */
bool published_read(struct published *, struct arena *, struct str csv,
    int until, struct err *);
/* Continues to `until`, with noise from the seed, then makes all of it
 * smaller or larger by scale. */
void published_continue(struct published *, uint64_t seed, double scale);
const struct figures *figures_at(const struct published *, int trust, int test,
    int month);
int32_t figures_list(const struct figures *);
