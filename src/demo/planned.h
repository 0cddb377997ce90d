/* SPDX-License-Identifier: MIT */
/* planned.h: surveillance: tests asked for months ahead, for a set time. */
#pragma once
#include "queue.h"

struct planned; /* of one trust and test; belongs to the arena */
/* Opens with those asked for before the window, and tells them. */
struct planned *planned_open(struct arena *, const struct queue_options *,
    struct teller *);
/* New ones are asked for; some of this month's run over their due day and go
 * to the waiting list. */
void planned_begin_month(struct planned *, struct teller *, int month,
    struct queue *);
void planned_day(struct planned *, struct teller *, int32_t day);
/* Those asked for by that day and not yet done. */
void planned_each(const struct planned *, int32_t day, void (*visit)(void *,
    const struct request *), void *with);
