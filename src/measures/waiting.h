/* SPDX-License-Identifier: MIT */
/* waiting.h: the waiting list as it stands, cut by what people ask for. */
#pragma once
#include "tally.h"

enum waiting_by { BY_ALL, BY_ORG, BY_TEST, BY_SITE, BY_PRIORITY, BY_STATE };
struct waiting_group {
	struct str org;   /* BY_ORG */
	int64_t key;      /* test, site.id, priority or story_state */
	struct tally tally;
};
struct waiting_ask {
	struct str org;   /* NETWORK_ORG: every trust */
	int test;         /* 0: the DM01 tests */
	int32_t site;     /* 0: all; as the next two */
	int priority, state;
	int32_t day;      /* today, or later: the list as it would stand untouched */
};
/* From the live list; largest first. */
struct waiting_group *waiting_groups(struct tx *, struct arena *,
    const struct waiting_ask *, enum waiting_by, size_t *n);
