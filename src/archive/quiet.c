/* SPDX-License-Identifier: MIT */
/* quiet.c: a study in which nothing is on its way: its pack locked, its index
 * complete.  For what must not meet an instance that comes: seals, notes,
 * decisions, removal.  Small records of our own are appended here too. */
#include "archive/inside.h"

#include <string.h>
#include <time.h>
#include <xxhash.h>

#define LOOKS 1000 /* two milliseconds apart */

static int64_t indexed_end(struct archive *a, int64_t study, struct str *uid,
    struct arena *arena, struct err *err)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select pack_end, uid from study "
	    "where id = $1", I(study));
	int64_t end = -1;

	if (rows_next(rows)) {
		end = rows_int(rows, 0);
		if (uid)
			*uid = arena_keep(arena, rows_text(rows, 1));
	} else if (!db_failed(tx, err)) {
		fail(err, ERR_MISSING, "there is no such study");
	}
	rows_end(rows);
	db_end(tx);
	return end;
}

struct pack *quiet_take(struct archive *a, int64_t study, struct err *err)
{
	const struct timespec nap = {.tv_nsec = 2000000};
	struct arena arena = {0};
	struct str uid;
	struct pack *pack = NULL;

	if (indexed_end(a, study, &uid, &arena, err) >= 0)
		pack = pack_take_uid(a, uid, study, err);
	arena_end(&arena);
	for (int look = 0; pack && look < LOOKS; look++) {
		pthread_mutex_lock(&pack->lock);
		int64_t end = indexed_end(a, study, NULL, NULL, err);
		if (end == pack->end && !atomic_load(&pack->stale))
			return pack;
		pthread_mutex_unlock(&pack->lock);
		if (end < 0 || atomic_load(&pack->stale))
			break;
		nanosleep(&nap, NULL);
	}
	if (pack)
		pack_let_go(a, pack);
	fail(err, ERR_BUSY, "instances of this study are coming; try again");
	return NULL;
}

void quiet_let_go(struct archive *a, struct pack *pack)
{
	pthread_mutex_unlock(&pack->lock);
	pack_let_go(a, pack);
}

bool quiet_write(struct pack *pack, enum record_kind kind, int64_t id,
    struct str text, struct err *err)
{
	struct record record = {.kind = kind, .id = id,
	    .size = (int64_t)text.len, .meta_size = (int64_t)text.len,
	    .at = outside_now(), .uid = str_of(pack->uid)};
	XXH128_canonical_t none;
	int64_t at;

	record.meta_hash = XXH3_128bits(text.at, text.len).low64;
	XXH128_canonicalFromHash(&none, XXH3_128bits("", 0));
	memcpy(record.hash, none.digest, sizeof(record.hash));
	return !flusher_broken(&pack->flusher, err) &&
	    pack_append(pack, &record, text, NULL, &at, err) &&
	    flusher_wait(&pack->flusher, pack->fd, pack->end, err);
}
