/* SPDX-License-Identifier: MIT */
/* queue.h: one trust's waiting list for one test, day by day. */
#pragma once
#include "plan.h"
#include "tell.h"

struct queue; /* belongs to the arena */
struct queue_options {
	const struct published *published;
	int trust, test;
	int first, last; /* the census before the window; the last month told */
	uint64_t seed;
};
/* Opens with all who wait at the end of the first month, and tells them. */
struct queue *queue_open(struct arena *, const struct queue_options *,
    struct teller *);
/* Decides who leaves in the month, and when. */
void queue_begin_month(struct queue *, struct teller *, int month);
/* A planned request that joins the list on its due day, in this month. */
void queue_overdue(struct queue *, struct request *);
/* Returns how many were admitted and scanned as inpatients: unscheduled. */
int32_t queue_day(struct queue *, struct teller *, int32_t day);
void queue_end_month(struct queue *, struct teller *);
/* All who wait, in no order that matters. */
void queue_each(const struct queue *, void (*visit)(void *,
    const struct request *), void *with);
