/* SPDX-License-Identifier: MIT */
/* waiting.h: the waiting list as it stands, cut by what people ask for. */
#pragma once
#include "tally.h"

enum waiting_by { BY_ALL,
	BY_ORG,
	BY_TEST,
	BY_SITE,
	BY_PRIORITY,
	BY_STATE,
	BY_WAYS };
struct waiting_group {
	struct str org; /* BY_ORG */
	int64_t key; /* test, site.id, priority or story_state */
	struct tally tally;
};
struct waiting_ask {
	struct str org; /* NETWORK_ORG: every trust */
	int test; /* 0: the DM01 tests */
	int32_t site; /* 0: all; as the next two */
	int priority, state;
	int32_t day; /* today, or later: the list as it would stand untouched */
};
struct waiting { /* cut in every way, each largest first */
	struct tally all;
	struct waiting_group *groups[BY_WAYS];
	size_t n[BY_WAYS];
};
struct waiting *waiting_read(struct tx *, struct arena *,
    const struct waiting_ask *);

/* The bands of every trust and test at once. */
struct waiting_grid; /* belongs to the arena */
struct waiting_grid *waiting_grid_read(struct tx *, struct arena *,
    int32_t day);
struct tally waiting_grid_at(const struct waiting_grid *, struct str org,
    int test);
