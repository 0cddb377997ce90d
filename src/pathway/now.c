/* SPDX-License-Identifier: MIT */
/* now.c: who waits now, as counts by where, how urgent, how far and since when.
 * A planned test is counted under its due day and waits from then on without
 * being touched. */
#include "telling.h"

#include <string.h>

struct now_slot {
	struct now_key {
		char org[8];
		int32_t test, site, priority, state, list, start;
	} key;
	int64_t n;
	bool used;
};

void now_open(struct now *now, struct arena *arena)
{
	now->arena = arena;
	now->size = 4096;
	now->used = 0;
	now->slots = arena_array(arena, struct now_slot, now->size);
}

static struct now_slot *seek(struct now *now, const struct now_key *key)
{
	size_t i = hash64(key, sizeof *key) & (now->size - 1);

	while (
	    now->slots[i].used && memcmp(&now->slots[i].key, key, sizeof *key))
		i = (i + 1) & (now->size - 1);
	return &now->slots[i];
}

static void grow(struct now *now)
{
	struct now_slot *old = now->slots;
	size_t n = now->size;

	now->size *= 2;
	now->slots = arena_array(now->arena, struct now_slot, now->size);
	for (size_t i = 0; i < n; i++)
		if (old[i].used)
			*seek(now, &old[i].key) = old[i];
}

void now_add(struct now *now, const char *org, const struct folded *f, int sign)
{
	struct now_key key = {.test = f->story.test,
	    .site = f->site,
	    .priority = f->story.priority,
	    .state = f->story.state};
	enum clock_list list = folded_list(f, &key.start);

	if (!folded_open(f) || (list != LIST_WAITING && list != LIST_PLANNED))
		return;
	if (f->clock.spans[f->clock.n - 1].list == LIST_PLANNED)
		key.start = INT32_MAX; /* never joins the list by itself */
	key.list = (int32_t)list;
	memcpy(key.org, org, strnlen(org, sizeof key.org - 1));
	if (now->used >= now->size / 4 * 3)
		grow(now);
	struct now_slot *s = seek(now, &key);
	if (!s->used) {
		s->used = true;
		s->key = key;
		now->used++;
	}
	s->n += sign;
}

void now_flush(struct now *now, struct tx *tx)
{
	for (size_t i = 0; i < now->size; i++) {
		const struct now_slot *s = &now->slots[i];
		const struct now_key *k = &s->key;
		if (!s->used || !s->n)
			continue;
		db_run(tx,
		    "insert into waiting_now (org, test, site, priority, state, "
		    "list, clock_start, n) values ($1, $2, $3, $4, $5, $6, $7, $8) "
		    "on conflict (org, test, site, priority, state, list, "
		    "clock_start) do update set n = waiting_now.n + excluded.n",
		    T(str_of(k->org)), I(k->test), I(k->site), I(k->priority),
		    I(k->state), I(k->list), I(k->start), I(s->n));
	}
	now_open(now, now->arena);
}
