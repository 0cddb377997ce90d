/* SPDX-License-Identifier: MIT */
/* batch.c: counts gathered in memory, then added to the store in its order.
 *
 * Every count goes to up to three rows: in total, at its site, and for its
 * commissioner; each reader looks at one of them.  They are spread when the
 * batch is flushed, so that gathering touches one place only. */
#include "measures.h"

#include <stdlib.h>
#include <string.h>

struct slot {
	struct tally_key key;
	bool used;
	struct tally tally;
};
struct tally_batch {
	struct arena *arena;
	struct slot *slots;
	size_t size, used; /* size is a power of two */
};

#define BATCH_SLOTS 16384
#define BATCH_MOST 65536

struct tally_batch *tally_batch_open(struct arena *arena)
{
	struct tally_batch *b = arena_new(arena, struct tally_batch);

	b->arena = arena;
	b->size = BATCH_SLOTS;
	b->slots = arena_array(arena, struct slot, b->size);
	return b;
}

static struct slot *seek(struct tally_batch *b, const struct tally_key *key)
{
	size_t i = hash64(key, sizeof *key) & (b->size - 1);

	while (b->slots[i].used && memcmp(&b->slots[i].key, key, sizeof *key))
		i = (i + 1) & (b->size - 1);
	return &b->slots[i];
}

/* The old slots stay in the arena: at most as much again as the new ones. */
static void grow(struct tally_batch *b)
{
	struct slot *old = b->slots;
	size_t n = b->size;

	b->size *= 2;
	b->slots = arena_array(b->arena, struct slot, b->size);
	for (size_t i = 0; i < n; i++)
		if (old[i].used)
			*seek(b, &old[i].key) = old[i];
}

struct tally *tally_of(struct tally_batch *b, const struct tally_key *key)
{
	struct slot *s = seek(b, key);

	if (!s->used && b->used >= b->size / 4 * 3) {
		grow(b);
		s = seek(b, key);
	}
	if (!s->used) {
		s->used = true;
		s->key = *key;
		b->used++;
	}
	return &s->tally;
}

bool tally_batch_full(const struct tally_batch *b)
{
	return b->used >= BATCH_MOST / 2;
}

static void add_to(struct tally_batch *to, const struct tally_key *key,
    const struct tally *tally)
{
	struct tally *t = tally_of(to, key);

	for (int i = 0; i < TALLY_COLUMNS; i++)
		t->n[i] += tally->n[i];
}

static void spread(struct tally_batch *to, const struct slot *s)
{
	struct tally_key key = s->key;

	key.site = key.commissioner = 0;
	add_to(to, &key, &s->tally);
	if (s->key.site) {
		key.site = s->key.site;
		add_to(to, &key, &s->tally);
		key.site = 0;
	}
	if (s->key.commissioner) {
		key.commissioner = s->key.commissioner;
		add_to(to, &key, &s->tally);
	}
}

/* The order of the table, so that neighbours are written together. */
static int compare_slots(const void *a, const void *b)
{
	const struct tally_key *x = &(*(const struct slot *const *)a)->key;
	const struct tally_key *y = &(*(const struct slot *const *)b)->key;
	int order = memcmp(x, y, 8); /* source, grain, org */

	if (!order)
		order = (x->test > y->test) - (x->test < y->test);
	if (!order)
		order = (x->site > y->site) - (x->site < y->site);
	if (!order)
		order = (x->commissioner > y->commissioner) -
		    (x->commissioner < y->commissioner);
	return order ? order
		     : (x->period > y->period) - (x->period < y->period);
}

/* The columns come from tally.def; the two texts are literals, as all are. */
#define PLACES \
	") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, " \
	"$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, " \
	"$28, $29, $30, $31, $32, $33, $34, $35, $36, $37) " \
	"on conflict (source, grain, org, test, site, commissioner, period) " \
	"do update set submission = excluded.submission"
static const char add_sql[] =
    "insert into tally (source, grain, org, test, site, commissioner, period, "
    "submission"
#define X(name, sentence) ", " #name
#include "tally.def"
#undef X
    PLACES
#define X(name, sentence) ", " #name " = tally." #name " + excluded." #name
#include "tally.def"
#undef X
    ;
/* A file that came later keeps its numbers, when a row of an older one is put
 * right. */
static const char put_sql[] =
    "insert into tally (source, grain, org, test, site, commissioner, period, "
    "submission"
#define X(name, sentence) ", " #name
#include "tally.def"
#undef X
    PLACES
#define X(name, sentence) ", " #name " = excluded." #name
#include "tally.def"
#undef X
    " where tally.submission is null "
    "or tally.submission <= excluded.submission";
#define KEYS 8
_Static_assert(TALLY_COLUMNS + KEYS == 37, "the statements have 37 places");

static bool is_nothing(const struct tally *t)
{
	for (int i = 0; i < TALLY_COLUMNS; i++)
		if (t->n[i])
			return false;
	return true;
}

static void write_slot(
    struct tx *tx, const char *sql, const struct slot *s, int64_t submission)
{
	const struct tally_key *k = &s->key;
	struct val vals[1 + KEYS + TALLY_COLUMNS];
	struct val *v = vals + 1; /* the store leaves the first alone */

	*v++ = T(((struct str){&k->source, 1}));
	*v++ = T(((struct str){&k->grain, 1}));
	*v++ = T(((struct str){k->org, strnlen(k->org, sizeof k->org)}));
	*v++ = I(k->test);
	*v++ = I(k->site);
	*v++ = I(k->commissioner);
	*v++ = I(k->period);
	*v++ = submission ? I(submission) : N;
	for (int i = 0; i < TALLY_COLUMNS; i++)
		*v++ = I(s->tally.n[i]);
	db_run_(tx, sql, vals, KEYS + TALLY_COLUMNS);
}

static void empty(struct tally_batch *b)
{
	memset(b->slots, 0, b->size * sizeof *b->slots);
	b->used = 0;
}

/* To add nothing changes nothing; but a file that says 0 has said it. */
static void flush(
    struct tally_batch *b, struct tx *tx, bool add, int64_t submission)
{
	struct arena arena = {0};
	struct tally_batch *wide = tally_batch_open(&arena);
	size_t n = 0;

	for (size_t i = 0; i < b->size; i++)
		if (b->slots[i].used)
			spread(wide, &b->slots[i]);
	struct slot **order =
	    arena_array(&arena, struct slot *, wide->used + 1);
	for (size_t i = 0; i < wide->size; i++)
		if (wide->slots[i].used)
			order[n++] = &wide->slots[i];
	qsort(order, n, sizeof *order, compare_slots);
	for (size_t i = 0; i < n; i++)
		if (!add || !is_nothing(&order[i]->tally))
			write_slot(tx, add ? add_sql : put_sql, order[i],
			    submission);
	arena_end(&arena);
	empty(b);
}

void tally_flush(struct tally_batch *b, struct tx *tx, int64_t submission)
{
	flush(b, tx, true, submission);
}

void tally_put(struct tally_batch *b, struct tx *tx, int64_t submission)
{
	flush(b, tx, false, submission);
}

void tally_forget(struct tx *tx, int64_t submission)
{
	db_run(tx, "delete from tally where submission = $1", I(submission));
}
