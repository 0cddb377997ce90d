/* SPDX-License-Identifier: MIT */
/* queue.c: carries out the plan.
 *
 * A month begins by choosing, from each start day, those who will leave; they
 * move to the pool, in a bucket for the day on which they would like to.  Each
 * day takes as many from the pool as were scanned, longest over their wish
 * first; the others stay in their cohort.  So at the month's end exactly the
 * planned number waits from each day, whatever the order was:
 *
 *   cohorts   15 Jan ▪▪▪▪   16 Jan ▪▪▪▪▪▪ ...    they stay this month
 *                │ begin_month            ▲ arrive, unmarked or restarted
 *   pool      1 ▪▪  2 ▪▪▪  3 ▪  4 ▪▪▪▪ ...       they leave this month */
#include "queue.h"

#include "events/events.h"
#include "places.h"

#define BUCKETS 32 /* days of a month; the last is for later ones */
#define AGES 160   /* days waited, of which the bands tell something */

/* How a request leaves the pool. */
enum kind { SCANS, RESTARTS, WITHDRAWALS, ADMISSIONS, KINDS };

struct line { /* first in, first out */
	struct request *head, *tail;
};

struct queue {
	struct queue_options options;
	struct series series;
	struct request **cohort; /* by start day - series.day0 */
	int32_t *held;           /* how many each has */
	struct line pool[BUCKETS];
	struct request *overdue[BUCKETS]; /* by day of the month */
	struct month_plan plan;
	int32_t survive[AGES];   /* of a thousand times a week's arrivals */
	int month;
	int32_t late[KINDS];     /* of each kind, not yet done */
};

static void line_add(struct line *line, struct request *r)
{
	r->next = NULL;
	if (line->tail)
		line->tail->next = r;
	else
		line->head = r;
	line->tail = r;
}

static void keep(struct queue *q, struct request *r)
{
	int32_t i = r->start - q->series.day0;

	r->next = q->cohort[i];
	q->cohort[i] = r;
	q->held[i]++;
}

static void open_cohorts(struct queue *q, struct teller *t)
{
	const struct series *s = &q->series;
	int32_t census = month_last(s->first);

	for (int32_t day = s->day0; day <= census; day++)
		for (int32_t n = series_left(s, s->first, day); n > 0; n--) {
			struct request *r =
			    request_new(t, q->options.test, day);
			tell_request(t, r);
			tell_vetting(t, r, minute_of(census + 1, 0));
			keep(q, r);
		}
}

struct queue *queue_open(struct arena *arena, const struct queue_options *o,
    struct teller *t)
{
	struct queue *q = arena_new(arena, struct queue);

	q->options = *o;
	series_plan(&q->series, arena, o->published, o->trust, o->test,
	    o->first, o->last);
	q->cohort = arena_array(arena, struct request *, q->series.days);
	q->held = arena_array(arena, int32_t, q->series.days);
	open_cohorts(q, t);
	return q;
}

static int32_t month_days(const struct queue *q)
{
	return month_last(q->month) - month_first(q->month) + 1;
}

/* The bucket of those who wish to leave on that day of the month. */
static void join_pool(struct queue *q, struct request *r, int32_t wish)
{
	int32_t last = month_days(q) - 1;

	line_add(&q->pool[wish > last ? last : wish], r);
}

/* How many of a week's arrivals still wait at each age, from the bands of the
 * two censuses around the month.  It never rises with age. */
static void find_survival(struct queue *q)
{
	const struct queue_options *o = &q->options;
	int32_t mid[WEEKS + 10];

	for (int k = 0; k < WEEKS - 1; k++)
		mid[k] = 500 * (figures_at(o->published, o->trust, o->test,
		    q->month - 1)->band[k] + figures_at(o->published,
		    o->trust, o->test, q->month)->band[k]);
	for (int k = WEEKS - 1; k < WEEKS + 10; k++)
		mid[k] = mid[k - 1] * 3 / 4;
	for (int k = WEEKS + 8; k >= 0; k--)
		mid[k] = mid[k] < mid[k + 1] ? mid[k + 1] : mid[k];
	for (int age = 0; age < AGES; age++) {
		int k = age < 4 ? 0 : (age - 4) / 7, part = (age - 4) % 7;
		q->survive[age] = age < 4 ? mid[0] * 3 / 2 - mid[0] * age / 8 :
		    mid[k] - (mid[k] - mid[k + 1]) * part / 7;
	}
}

/* In how many days, at most `days`, does one who has waited `age` and will
 * leave within them leave?  As those did who waited before. */
static int32_t days_to_leave(const struct queue *q, struct chance *c,
    int32_t age, int32_t days)
{
	if (days < 1 || age + days >= AGES)
		return chance_below(c, days);
	const int32_t *left = &q->survive[age];
	int32_t lost = chance_below(c, left[0] - left[days]), in = 0;

	if (left[0] == left[days])
		return chance_below(c, days);
	while (in < days - 1 && left[0] - left[in + 1] <= lost)
		in++;
	return in;
}

static int32_t wish_of_old(struct queue *q, struct teller *t,
    const struct request *r)
{
	int32_t age = month_first(q->month) - r->start;
	int32_t wish = days_to_leave(q, &t->chance, age, month_days(q));

	if (r->priority != PRIORITY_URGENT && r->priority != PRIORITY_CANCER)
		return wish * 3 / 4; /* fresh ones take some of the days */
	int32_t soon = chance_below(&t->chance, 9);
	return soon < wish ? soon : wish;
}

/* Moves n of a cohort to the pool: the pressing first, then any. */
static void mark(struct queue *q, struct teller *t, int32_t i, int32_t n)
{
	for (int pass = 0; pass < 2; pass++) {
		struct request **at = &q->cohort[i];
		int32_t rest = q->held[i];
		for (; *at && n > 0; rest--) {
			struct request *r = *at;
			bool take = pass == 0 ?
			    r->priority != PRIORITY_ROUTINE :
			    chance_below(&t->chance, rest) < n;
			if (!take) {
				at = &r->next;
				continue;
			}
			*at = r->next;
			q->held[i]--;
			n--;
			join_pool(q, r, wish_of_old(q, t, r));
		}
	}
}

static int32_t leaving(const struct queue *q, int32_t i)
{
	int32_t n = q->held[i] -
	    series_left(&q->series, q->month, q->series.day0 + i);

	return n > 0 ? n : 0;
}

void queue_begin_month(struct queue *q, struct teller *t, int month)
{
	const struct queue_options *o = &q->options;
	int32_t old = 0, before = month_first(month) - q->series.day0;
	int restarts = habits[o->trust].missed + habits[o->trust].cancelled;

	q->month = month;
	find_survival(q);
	for (int32_t i = 0; i < before; i++)
		old += leaving(q, i);
	month_plan(&(struct month_ask){.series = &q->series,
		       .figures = figures_at(o->published, o->trust, o->test,
			   month),
		       .month = month, .test = o->test, .old = old,
		       .restart_permille = restarts,
		       .seed = o->seed ^ (uint64_t)(o->trust * 16 + o->test)},
	    &q->plan);
	for (int32_t i = 0; i < before; i++)
		mark(q, t, i, leaving(q, i));
	for (int i = 0; i < KINDS; i++)
		q->late[i] = 0;
}

void queue_overdue(struct queue *q, struct request *r)
{
	int32_t day = r->due - month_first(q->month);

	r->start = r->due;
	r->overdue = true;
	r->next = q->overdue[day];
	q->overdue[day] = r;
}

/* Fresh requests, the pressing first among those that leave this month. */
static int32_t wish_of_new(const struct queue *q, struct teller *t,
    const struct request *r, int32_t day)
{
	struct chance *c = &t->chance;

	switch (r->priority) {
	case PRIORITY_URGENT: return day + chance_between(c, 0, 3);
	case PRIORITY_CANCER: return day + chance_between(c, 1, 9);
	case PRIORITY_SOON: return day + chance_between(c, 3, 16);
	default: return day + days_to_leave(q, c, 0, month_days(q) - day);
	}
}

/* A clock starts today: it leaves within the month, or stays. */
static void arrive(struct queue *q, struct teller *t, struct request *r,
    int32_t *marks, int32_t *left, int32_t day)
{
	bool pressing = r->priority <= PRIORITY_CANCER;
	/* Twice as likely for the pressing, while there are marks. */
	int32_t odds = pressing ? *marks * 2 : *marks;
	bool leaves = *marks >= *left ||
	    (*marks > 0 && chance_below(&t->chance, *left) < odds);

	(*left)--;
	if (!leaves) {
		keep(q, r);
		return;
	}
	(*marks)--;
	if (r->rebook)
		join_pool(q, r, day + chance_between(&t->chance, 4, 24));
	else
		join_pool(q, r, wish_of_new(q, t, r, day));
}

/* Takes up to n from the pool that pass; those it wants come in *taken. */
static int32_t take(struct queue *q, int32_t n, struct line *taken,
    bool (*pass)(struct teller *, const struct request *, int32_t day),
    struct teller *t, int32_t day)
{
	for (int b = 0; b < BUCKETS && n > 0; b++) {
		struct line rest = {NULL, NULL};
		struct request *r = q->pool[b].head, *next;
		for (; r && n > 0; r = next) {
			next = r->next;
			bool wanted = pass(t, r, day);
			line_add(wanted ? taken : &rest, r);
			n -= wanted;
		}
		if (!rest.head && !r) {
			q->pool[b] = rest;
			continue;
		}
		if (!rest.head) {
			q->pool[b].head = r;
			continue;
		}
		rest.tail->next = r;
		if (!r)
			q->pool[b].tail = rest.tail;
		q->pool[b].head = rest.head;
	}
	return n;
}

/* Some people are three times as likely to miss as others. */
static bool misses(struct teller *t, const struct request *r, int32_t day)
{
	return r->start <= day - 3 && minute_day(r->last) <= day - 2 &&
	    chance_below(&t->chance, 2500) <
	    patient_misses(r->commissioner - 1, r->patient);
}

static bool misses_at_last(struct teller *t, const struct request *r,
    int32_t day)
{
	(void)t;
	return minute_day(r->last) <= day - 1;
}

static bool can_come(struct teller *t, const struct request *r, int32_t day)
{
	(void)t;
	return !r->rebook || minute_day(r->last) < day;
}

static bool is_early(struct teller *t, const struct request *r, int32_t day)
{
	(void)t;
	return !r->rebook && !r->overdue && minute_day(r->last) < day;
}

static bool may_withdraw(struct teller *t, const struct request *r, int32_t day)
{
	(void)t;
	return r->priority >= PRIORITY_SOON && minute_day(r->last) < day;
}

/* Restarts come back as arrivals of today. */
static struct line restart(struct queue *q, struct teller *t, int32_t day,
    int32_t *n)
{
	struct line line = {NULL, NULL};
	int32_t i = day - month_first(q->month);
	int32_t want = q->plan.restarts[i] + q->late[RESTARTS];
	int32_t most = q->plan.arrivals[i], rest;

	q->late[RESTARTS] = want > most ? want - most : 0;
	want -= q->late[RESTARTS];
	rest = take(q, want, &line, misses, t, day);
	rest = take(q, rest, &line, misses_at_last, t, day);
	q->late[RESTARTS] += rest;
	*n = want - rest;
	for (struct request *r = line.head; r; r = r->next)
		tell_miss(t, r, day);
	return line;
}

static void let_in(struct queue *q, struct teller *t, int32_t day,
    struct line again, int32_t again_n)
{
	int32_t i = day - month_first(q->month);
	int32_t left = q->plan.arrivals[i], marks = q->plan.marked[i];
	struct request *r = again.head, *next;
	int32_t fresh = left - again_n;

	/* Whoever missed the last day's appointment is here at the census. */
	bool last_day = i == month_days(q) - 1;
	int32_t none = 0, *again_marks = last_day ? &none : &marks;
	left -= last_day ? again_n : 0;
	again_n += last_day; /* so that none of them is the last of all */
	for (; r; r = next) {
		next = r->next;
		arrive(q, t, r, again_marks, last_day ? &again_n : &left, i);
	}
	for (r = q->overdue[i]; r; r = next, fresh--) {
		next = r->next;
		arrive(q, t, r, &marks, &left, i);
	}
	q->overdue[i] = NULL;
	for (; fresh > 0; fresh--) {
		r = request_new(t, q->options.test, day);
		tell_request(t, r);
		arrive(q, t, r, &marks, &left, i);
	}
}

static const struct { /* how each kind is chosen and told */
	bool (*pass)(struct teller *, const struct request *, int32_t day);
	void (*tell)(struct teller *, struct request *, int32_t day);
} ways[KINDS] = {
	[SCANS] = {can_come, tell_scan},
	[WITHDRAWALS] = {may_withdraw, tell_withdrawal},
	[ADMISSIONS] = {is_early, tell_admission},
};

/* Returns how many left. */
static int32_t leave(struct queue *q, struct teller *t, int32_t day,
    enum kind kind, int32_t n)
{
	struct line line = {NULL, NULL};

	n += q->late[kind];
	q->late[kind] = take(q, n, &line, ways[kind].pass, t, day);
	for (struct request *r = line.head, *next; r; r = next) {
		next = r->next;
		ways[kind].tell(t, r, day);
		request_drop(t, r);
	}
	return n - q->late[kind];
}

int32_t queue_day(struct queue *q, struct teller *t, int32_t day)
{
	int32_t i = day - month_first(q->month), again_n;
	struct line again = restart(q, t, day, &again_n);

	if (i >= month_days(q) - 4) {
		/* Too late to begin again: these give up. */
		q->late[WITHDRAWALS] += q->late[RESTARTS];
		q->late[RESTARTS] = 0;
	}
	let_in(q, t, day, again, again_n);
	leave(q, t, day, WITHDRAWALS, q->plan.withdrawn[i]);
	leave(q, t, day, SCANS, q->plan.scans[i]);
	return leave(q, t, day, ADMISSIONS, q->plan.admitted[i]);
}

/* The pool is empty but for a few whose restart came to nothing. */
static void empty_pool(struct queue *q, struct teller *t)
{
	int32_t day = month_last(q->month);

	for (int b = 0; b < BUCKETS; b++) {
		struct request *r = q->pool[b].head, *next;
		for (; r; r = next) {
			next = r->next;
			if (minute_day(r->last) >= day) {
				keep(q, r);
				continue;
			}
			tell_withdrawal(t, r, day);
			request_drop(t, r);
		}
		q->pool[b] = (struct line){NULL, NULL};
	}
}

void queue_end_month(struct queue *q, struct teller *t)
{
	int32_t end = minute_of(month_last(q->month) + 1, 0);

	empty_pool(q, t);
	for (int32_t i = 0; i < q->series.days; i++)
		for (struct request *r = q->cohort[i]; r; r = r->next)
			tell_vetting(t, r, end);
}

void queue_each(const struct queue *q,
    void (*visit)(void *, const struct request *), void *with)
{
	for (int32_t i = 0; i < q->series.days; i++)
		for (const struct request *r = q->cohort[i]; r; r = r->next)
			visit(with, r);
	for (int b = 0; b < BUCKETS; b++)
		for (const struct request *r = q->pool[b].head; r; r = r->next)
			visit(with, r);
}
