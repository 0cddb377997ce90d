/* SPDX-License-Identifier: MIT */
/* planned.c: a third of planned tests are asked for a year ahead, some for six
 * months, the rest for three.  A test is done a day or more before it is due;
 * one in fifty runs over, and its clock starts on the due day. */
#include "planned.h"

#define AHEAD 16 /* months, by month % AHEAD */

struct planned {
	struct queue_options options;
	struct request *due[AHEAD]; /* by the month in which it is done */
	int32_t n[AHEAD];
	struct request *today[31]; /* of the month now told */
	int month;
};

static int32_t wanted(const struct planned *p, int month)
{
	const struct queue_options *o = &p->options;

	return figures_at(o->published, o->trust, o->test, month)
	    ->done[STREAM_PLANNED];
}

/* A day of the month, by how busy it is. */
static int32_t pick_day(const struct planned *p, struct chance *c, int month)
{
	int32_t first = month_first(month), last = month_last(month);

	for (;;) {
		int32_t day = chance_between(c, first, last);
		int weight = day_weight(day, p->options.test, BUSY_SCANS);
		if (chance_permille(c, weight))
			return day;
	}
}

static void ask_for(struct planned *p, struct teller *t, int asked, int month,
    bool runs_over)
{
	struct chance *c = &t->chance;
	int32_t day = pick_day(p, c, asked);
	struct request *r = request_new(t, p->options.test, day);

	r->planned = true;
	r->overdue = runs_over;
	r->start = pick_day(p, c, month);
	r->due = r->start + (runs_over ? 0 : chance_between(c, 1, 21));
	tell_request(t, r);
	tell_vetting(t, r, INT32_MAX);
	r->next = p->due[month % AHEAD];
	p->due[month % AHEAD] = r;
	p->n[month % AHEAD] += !runs_over;
}

/* In month `asked`, for the month `ahead` later. */
static void ask(struct planned *p, struct teller *t, int asked, int ahead)
{
	int month = asked + ahead;
	int32_t all = wanted(p, month), n = all - p->n[month % AHEAD];

	if (ahead != 3)
		n = all * (ahead == 12 ? 35 : 40) / 100;
	for (int32_t i = 0; i < n; i++)
		ask_for(p, t, asked, month, false);
	if (ahead != 6)
		return;
	for (int32_t i = chance_below(&t->chance, 50); i < all; i += 50)
		ask_for(p, t, asked, month, true);
}

struct planned *planned_open(struct arena *arena, const struct queue_options *o,
    struct teller *t)
{
	struct planned *p = arena_new(arena, struct planned);
	static const int ahead[] = {12, 6, 3};

	p->options = *o;
	for (int month = o->first + 1; month <= o->first + 12; month++)
		for (int i = 0; i < 3; i++)
			if (month - ahead[i] <= o->first)
				ask(p, t, month - ahead[i], ahead[i]);
	return p;
}

void planned_begin_month(struct planned *p, struct teller *t, int month,
    struct queue *queue)
{
	struct request *r = p->due[month % AHEAD], *next;

	p->month = month;
	p->due[month % AHEAD] = NULL;
	p->n[month % AHEAD] = 0;
	for (; r; r = next) {
		next = r->next;
		if (r->overdue) {
			queue_overdue(queue, r);
			continue;
		}
		int32_t day = r->start - month_first(month);
		r->next = p->today[day];
		p->today[day] = r;
	}
	ask(p, t, month, 12);
	ask(p, t, month, 6);
	ask(p, t, month, 3);
}

void planned_day(struct planned *p, struct teller *t, int32_t day)
{
	int32_t i = day - month_first(p->month);
	struct request *r = p->today[i], *next;

	p->today[i] = NULL;
	for (; r; r = next) {
		next = r->next;
		tell_scan(t, r, day);
		request_drop(t, r);
	}
}

static void each(const struct request *r, int32_t day,
    void (*visit)(void *, const struct request *), void *with)
{
	for (; r; r = r->next)
		if (minute_day(r->requested) <= day)
			visit(with, r);
}

void planned_each(const struct planned *p, int32_t day,
    void (*visit)(void *, const struct request *), void *with)
{
	for (int i = 0; i < AHEAD; i++)
		each(p->due[i], day, visit, with);
	for (int i = 0; i < 31; i++)
		each(p->today[i], day, visit, with);
}
