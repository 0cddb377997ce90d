/* SPDX-License-Identifier: MIT */
/* weekly.h: the WLMDS diagnostics file of one trust and week. */
#pragma once
#include "planned.h"

/* How a week's file fared on its way. */
enum fate { FATE_SENT, FATE_LATE, FATE_PARTLY, FATE_NEVER };
/* weeks: how many Sundays ago, from 0. */
enum fate weekly_fate(int trust, int weeks);

struct weekly {
	const struct published *published;
	int trust;
	struct queue *const *queues;       /* by test, 1..5 */
	struct planned *const *planned;    /* likewise */
	uint64_t seed;
};
/* Everyone on the trust's lists at the end of that Sunday; without
 * ultrasound when it was sent but partly. */
void weekly_write(const struct weekly *, int32_t sunday, enum fate,
    struct out *);
