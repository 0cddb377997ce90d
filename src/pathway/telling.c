/* SPDX-License-Identifier: MIT */
/* telling.c: requests hear what is new, group by group.
 *
 * (1) What a request meant for the counts is taken back and what it means now
 *     is put in its place, in the transaction that keeps its events.
 * (2) An accession never changes its patient here: that is refused aloud.
 * (3) An event told twice is kept twice (each file has its own) and counts
 *     once. */
#include "telling.h"

#include <string.h>

struct telling *telling_begin(struct tx *tx, struct arena *arena,
    struct str provider, telling_refuse *refuse, void *with)
{
	struct telling *t = arena_new(arena, struct telling);

	t->tx = tx;
	t->arena = arena;
	t->provider = arena_keep(arena, provider);
	memcpy(t->org, provider.at,
	    provider.len < sizeof t->org ? provider.len : sizeof t->org - 1);
	t->refuse = refuse;
	t->with = with;
	t->today = pathway_census(tx, outside_today());
	t->rules = rules_read(tx, arena);
	t->tallies = tally_batch_open(arena);
	now_open(&t->now, arena);
	places_read(tx, arena, &t->sites, "select code, id from site");
	places_read(
	    tx, arena, &t->commissioners, "select code, id from commissioner");
	return t;
}

#define G8(a) \
	"$" #a "0, $" #a "1, $" #a "2, $" #a "3, $" #a "4, $" #a "5, $" #a \
	"6, $" #a "7, $" #a "8, $" #a "9"
/* 64 places, $2 to $65. */
#define PLACES \
	"$2, $3, $4, $5, $6, $7, $8, $9, " G8(1) ", " G8(2) ", " G8( \
	    3) ", " G8(4) ", " G8(5) ", $60, $61, $62, $63, $64, $65"

static struct request *find_in_group(struct telling *t, struct str accession)
{
	for (size_t i = 0; i < t->group_n; i++)
		if (str_eq(t->group[i].told.accession, accession))
			return &t->group[i];
	return NULL;
}

/* Empty places repeat the first value, which changes nothing. */
static void find_known(struct telling *t)
{
	struct val vals[2 + GROUP] = {N, T(t->provider)};

	for (size_t i = 0; i < GROUP; i++)
		vals[2 + i] =
		    T(t->group[i < t->group_n ? i : 0].told.accession);
	struct rows *r = db_ask_(t->tx,
	    "select id, accession, patient from pathway "
	    "where provider = $1 and accession in (" PLACES ")",
	    vals, 1 + GROUP);
	while (rows_next(r)) {
		struct request *q = find_in_group(t, rows_text(r, 1));
		if (!q)
			continue;
		q->id = rows_int(r, 0);
		q->known_patient = arena_keep(&t->group_arena, rows_text(r, 2));
	}
}

static struct request *by_id(struct telling *t, int64_t id)
{
	for (size_t i = 0; i < t->group_n; i++)
		if (t->group[i].id == id)
			return &t->group[i];
	return NULL;
}

static void grow_before(
    struct telling *t, struct request *q, const struct event *e)
{
	if ((q->before_n & (q->before_n - 1)) == 0 && q->before_n != 1) {
		size_t size = q->before_n ? 2 * q->before_n : 2;
		struct event *more =
		    arena_array(&t->group_arena, struct event, size);
		if (q->before_n)
			memcpy(more, q->before, q->before_n * sizeof *more);
		q->before = more;
	}
	q->before[q->before_n++] = *e;
}

static void find_events(struct telling *t)
{
	struct val vals[2 + GROUP] = {N, I(0)};
	size_t n = 0;

	for (size_t i = 0; i < t->group_n; i++)
		if (t->group[i].id)
			vals[2 + n++] = I(t->group[i].id);
	if (!n)
		return;
	for (size_t i = n; i < GROUP; i++)
		vals[2 + i] = vals[2];
	struct rows *r = db_ask_(t->tx,
	    "select pathway, " EVENT_COLUMNS " from event "
	    "where kind > $1 and pathway in (" PLACES ") "
	    "order by pathway, at, kind, submission",
	    vals, 1 + GROUP);
	while (rows_next(r)) {
		struct request *q = by_id(t, rows_int(r, 0));
		struct event e;
		read_event(r, 1, &e);
		if (q)
			grow_before(t, q, &e);
	}
}

/* The event that this one repeats under the same submission, or NULL. */
static struct event *find_same(
    struct event *all, size_t n, const struct event *e)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].at == e->at && all[i].kind == e->kind &&
		    all[i].submission == e->submission)
			return &all[i];
	return NULL;
}

/* What counts from now on: the old without the forgotten, and the new.  Of two
 * lines of a submission that tell the same event the later one is kept. */
static size_t merge(struct telling *t, struct request *q, struct event *all)
{
	size_t n = q->before_n;

	if (n)
		memcpy(all, q->before, n * sizeof *all);
	for (size_t i = 0; i < q->told.n; i++) {
		const struct event *e = &q->told.events[i];
		struct event *same = find_same(all, n, e);
		if (same && same->line > e->line)
			continue;
		if (!same)
			same = &all[n++];
		*same = *e;
		write_event(t->tx, q->id, e);
	}
	return n;
}

static void count(struct telling *t, const struct folded *f, int sign)
{
	struct tally_request r = {
	    f->events, f->n, &f->story, &f->clock, t->org};

	tally_request(t->tallies, &r, sign, t->today);
	now_add(&t->now, t->org, f, sign);
}

static void take_back(struct telling *t, struct request *q)
{
	struct folded f;
	struct event *copy =
	    arena_array(&t->group_arena, struct event, q->before_n + 1);

	if (!q->before_n)
		return;
	memcpy(copy, q->before, q->before_n * sizeof *copy);
	fold_events(&t->rules, copy, q->before_n, &f);
	count(t, &f, -1);
	erase_clock(t->tx, t->org, q->id, &f);
}

static void forget(struct telling *t, struct request *q)
{
	db_run(t->tx,
	    "delete from event where pathway = $1 and submission = $2",
	    I(q->id), I(q->told.forget));
	size_t kept = 0;
	for (size_t i = 0; i < q->before_n; i++)
		if (q->before[i].submission != q->told.forget)
			q->before[kept++] = q->before[i];
	q->before_n = kept;
}

/* All that was known of it came with the file that is forgotten now. */
static bool is_forgotten(const struct request *q)
{
	for (size_t i = 0; i < q->before_n; i++)
		if (q->before[i].submission != q->told.forget)
			return false;
	return q->told.forget;
}

static bool is_other_patient(struct telling *t, const struct request *q)
{
	if (!q->id || !q->told.n || is_forgotten(q) ||
	    str_eq(q->known_patient, q->told.patient))
		return false;
	t->refuse(t->with, &q->told,
	    "the accession belongs to another patient of this provider");
	return true;
}

static void settle(struct telling *t, struct request *q)
{
	struct event *all = arena_array(
	    &t->group_arena, struct event, q->before_n + q->told.n + 1);
	bool is_new = !q->id;
	struct folded f;

	if (is_new && !q->told.n)
		return;
	if (is_new)
		q->id = t->last_id = outside_id();
	size_t n = merge(t, q, all);
	if (!n) { /* all that was known of it has been forgotten */
		db_run(t->tx, "delete from pathway where id = $1", I(q->id));
		return;
	}
	fold_events(&t->rules, all, n, &f);
	count(t, &f, 1);
	write_pathway(t, q->id, &q->told, &f, is_new);
	write_clock(t->tx, t->org, q->id, &f);
}

static void tell_one(struct telling *t, struct request *q)
{
	if (is_other_patient(t, q)) {
		if (!q->told.forget)
			return;
		q->told.n = 0; /* what the older file told still goes */
	}
	take_back(t, q);
	if (q->told.forget && q->id)
		forget(t, q);
	settle(t, q);
}

static void tell_group(struct telling *t)
{
	if (!t->group_n)
		return;
	find_known(t);
	find_events(t);
	for (size_t i = 0; i < t->group_n; i++)
		tell_one(t, &t->group[i]);
	t->group_n = 0;
	arena_end(&t->group_arena);
	if (tally_batch_full(t->tallies))
		tally_flush(t->tallies, t->tx, 0);
}

void pathway_tell(struct telling *t, const struct told *told)
{
	struct request *q;

	if (t->group_n == GROUP || find_in_group(t, told->accession))
		tell_group(t);
	q = &t->group[t->group_n++];
	*q = (struct request){.told = *told};
	q->told.accession = arena_keep(&t->group_arena, told->accession);
	q->told.patient = arena_keep(&t->group_arena, told->patient);
	struct event *copy =
	    arena_array(&t->group_arena, struct event, told->n + 1);
	if (told->n)
		memcpy(copy, told->events, told->n * sizeof *copy);
	q->told.events = copy;
}

void telling_end(struct telling *t)
{
	tell_group(t);
	tally_flush(t->tallies, t->tx, 0);
	now_flush(&t->now, t->tx);
}
