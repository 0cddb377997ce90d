/* SPDX-License-Identifier: MIT */
/* dm01.h: private to submissions: what both forms of a DM01 file share. */
#pragma once
#include "kinds.h"

#define FIGURES (BANDS + 4) /* then total, and three streams */
enum {
	TOTAL = BANDS,
	WL_ACTIVITY,
	PLANNED_ACTIVITY,
	UNSCHEDULED_ACTIVITY
};

struct figures { /* a sorted record, after its key */
	int64_t n[FIGURES];
	int64_t line, offset, size;
	int32_t period, test;
	char provider[6], parent[6], commissioner[6], commissioner_parent[6];
};
#define KEY_SIZE 24

struct dm01 { /* taking->own */
	struct str senders; /* tidy: the codes it speaks for, joined by + */
	struct tally_batch *batch;
	int64_t totals, totals_wrong;
	char last[KEY_SIZE];
	int64_t last_line;
	/* the tests of one provider and commissioner, summed as they come */
	char group[KEY_SIZE];
	int64_t sum[FIGURES];
	struct trust {
		char code[6];
	} trusts[32];
	size_t trusts_n;
};

void dm01_begin(struct taking *);
/* The ODS code in a field; 5 characters at most. */
bool dm01_read_org(struct taking *, int field, char *code, bool must,
    struct bad *);
/* The weeks from field `bands` on, which must add up to field `total`, and the
 * three streams of activity from field `streams` on. */
bool dm01_read_counts(struct taking *, int bands, int total, int streams,
    struct figures *, struct bad *);
bool dm01_keep(struct taking *, struct figures *, struct err *);
bool dm01_apply(struct taking *, struct err *);
