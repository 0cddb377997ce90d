/* SPDX-License-Identifier: MIT */
/* share.c: answers kept for those who ask the same before anything changes.
 *
 * The key says what was asked, the version how far the world had moved: when
 * a newer version is asked for, all older answers go.  The first asker of a
 * key makes the answer; those who ask meanwhile wait for it, so a page that a
 * hundred people have open costs one reading when the world moves.  Within
 * the limit; the least recently asked for goes first. */
#include "http/exchange.h"

#include <assert.h>

#define BUCKETS 1024
#define OVERHEAD INT64_C(2048) /* an entry besides its answer's bytes */

struct shared {
	struct arena arena;
	struct shared *chain;         /* in its bucket */
	struct shared *newer, *older; /* by when it was last asked for */
	struct str key;
	uint64_t hash;
	int64_t version, size;
	struct made *made;            /* NULL: being made */
	struct exchange *waiting;
};

struct share {
	pthread_mutex_t lock;
	struct shared *buckets[BUCKETS];
	struct shared *newest, *oldest; /* those made */
	int64_t limit, size, n, version;
};

struct share *share_new(struct arena *arena, int64_t limit)
{
	struct share *share = arena_new(arena, struct share);

	pthread_mutex_init(&share->lock, NULL);
	share->limit = limit;
	share->version = INT64_MIN;
	return share;
}

static void unlink_age(struct share *share, struct shared *s)
{
	*(s->newer ? &s->newer->older : &share->newest) = s->older;
	*(s->older ? &s->older->newer : &share->oldest) = s->newer;
	s->newer = s->older = NULL;
}

static void link_newest(struct share *share, struct shared *s)
{
	s->older = share->newest;
	s->newer = NULL;
	*(s->older ? &s->older->newer : &share->oldest) = s;
	share->newest = s;
}

static void unlink_bucket(struct share *share, struct shared *s)
{
	struct shared **at = &share->buckets[s->hash % BUCKETS];

	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
}

static void shared_free(struct shared *s)
{
	struct arena arena = s->arena; /* it holds the entry itself */

	made_drop(s->made);
	arena_end(&arena);
}

static void drop_made(struct share *share, struct shared *s)
{
	assert(s->made);
	unlink_age(share, s);
	unlink_bucket(share, s);
	share->size -= s->size;
	share->n--;
	shared_free(s);
}

static void drop_older_versions(struct share *share, int64_t version)
{
	struct shared *s = share->oldest, *next;

	for (; s; s = next) {
		next = s->newer;
		if (s->version < version)
			drop_made(share, s);
	}
	share->version = version;
}

static struct shared *find(struct share *share, struct str key, uint64_t hash,
    int64_t version)
{
	struct shared *s = share->buckets[hash % BUCKETS];

	while (s && (s->hash != hash || s->version != version ||
	    !str_eq(s->key, key)))
		s = s->chain;
	return s;
}

static struct shared *begin(struct share *share, struct str key, uint64_t hash,
    int64_t version)
{
	struct arena arena = {0};
	struct shared *s = arena_new(&arena, struct shared);

	s->key = arena_keep(&arena, key);
	s->hash = hash;
	s->version = version;
	s->arena = arena;
	s->chain = share->buckets[hash % BUCKETS];
	share->buckets[hash % BUCKETS] = s;
	return s;
}

/* Under the lock: either made, or asleep before its maker can wake it. */
static enum share_say join(struct share *share, struct shared *s,
    struct exchange *e)
{
	if (s->made) {
		unlink_age(share, s);
		link_newest(share, s);
		e->made = made_hold(s->made);
		return SHARE_READY;
	}
	e->next = s->waiting;
	s->waiting = e;
	MHD_suspend_connection(e->connection);
	return SHARE_WAIT;
}

enum share_say share_ask(struct share *share, struct exchange *e)
{
	enum share_say say = SHARE_MAKE;
	struct str key = arena_printf(&e->arena, "%c%.*s",
	    e->gzip ? 'z' : '-', STR(e->q.key));
	uint64_t hash = hash64(key.at, key.len);
	struct shared *s;

	pthread_mutex_lock(&share->lock);
	if (e->q.version > share->version)
		drop_older_versions(share, e->q.version);
	s = find(share, key, hash, e->q.version);
	if (s)
		say = join(share, s, e);
	else if (e->q.version == share->version)
		e->shared = begin(share, key, hash, e->q.version);
	pthread_mutex_unlock(&share->lock);
	return say;
}

/* Everyone who waits gets the same; returns the list to be woken. */
static struct exchange *hand_out(struct shared *s, struct made *made)
{
	struct exchange *list = s->waiting;

	for (struct exchange *e = list; e; e = e->next)
		e->made = made_hold(made);
	s->waiting = NULL;
	return list;
}

static void keep(struct share *share, struct shared *s, struct made *made)
{
	int64_t size = made->size + (int64_t)s->key.len + OVERHEAD;

	if (made->status != 200 || !made->is_small ||
	    s->version != share->version || size > share->limit / 4) {
		unlink_bucket(share, s);
		shared_free(s);
		return;
	}
	s->made = made_hold(made);
	s->size = size;
	share->size += size;
	share->n++;
	link_newest(share, s);
	while (share->size > share->limit)
		drop_made(share, share->oldest);
}

void share_made(struct share *share, struct exchange *e, struct made *made)
{
	struct exchange *list, *next;

	pthread_mutex_lock(&share->lock);
	list = hand_out(e->shared, made);
	keep(share, e->shared, made);
	e->shared = NULL;
	pthread_mutex_unlock(&share->lock);
	for (; list; list = next) {
		next = list->next;
		MHD_resume_connection(list->connection);
	}
}

void share_count(struct share *share, struct http_counts *counts)
{
	pthread_mutex_lock(&share->lock);
	counts->shared = share->n;
	counts->shared_size = share->size;
	pthread_mutex_unlock(&share->lock);
}

void share_end(struct share *share)
{
	while (share->oldest)
		drop_made(share, share->oldest);
	pthread_mutex_destroy(&share->lock);
}
