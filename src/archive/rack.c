/* SPDX-License-Identifier: MIT */
/* rack.c: packs that are open for appending, found by study UID.
 *
 * A new pack is made in born/ and moves to its own place (two hexadecimal
 * digits, then the study's id) when its study's row is committed, so that
 * recovery need only look into born/ for packs that no row tells of.  Opening
 * one indexes whatever its tail holds past what the index knows. */
#include "archive/inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHAINS 1024
#define COPY_STEP (1 << 20)

void pack_path(int64_t study, char path[40])
{
	unsigned shelf = (unsigned)((uint64_t)study *
	    UINT64_C(0x9e3779b97f4a7c15) >> 56);

	snprintf(path, 40, "%02x/%016llx.pack", shelf,
	    (unsigned long long)study);
}

int pack_file(const struct archive *a, int64_t study, int flags)
{
	char path[40];
	int fd = -1;

	pack_path(study, path);
	/* Between two looks it may have moved to its place. */
	for (int look = 0; look < 2 && fd < 0; look++) {
		fd = openat(a->folder, path, flags | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			fd = openat(a->born, path + 3, flags | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT)
			return -1;
	}
	return fd;
}

void rack_begin(struct archive *a)
{
	struct rack *rack = &a->rack;

	pthread_mutex_init(&rack->lock, NULL);
	pthread_cond_init(&rack->turn, NULL);
	rack->size = CHAINS;
	rack->table = arena_array(&a->arena, struct pack *, CHAINS);
}

/* Opening. */

static bool make_file(struct archive *a, struct pack *pack,
    const struct card *card, struct err *err)
{
	char path[40], title[PACK_HEAD];

	assert(card);
	pack->id = outside_id();
	pack_path(pack->id, path);
	pack->fd = openat(a->born, path + 3,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (pack->fd < 0)
		return fail_disk(err, errno, "make a pack");
	pack_title_write(title, &(struct pack_title){.study = pack->id,
	    .at = outside_now(), .uid = card->study.uid,
	    .org = card->study.org});
	if (!write_at(pack->fd, title, PACK_HEAD, 0)) {
		fail_disk(err, errno, "begin a pack");
		unlinkat(a->born, path + 3, 0);
		close(pack->fd);
		return false;
	}
	pack->end = PACK_HEAD;
	pack->born = true;
	pack->birth = atomic_fetch_add(&a->births, 1) + 1;
	flusher_wrote(&a->born_flusher, pack->birth);
	flusher_begin(&pack->flusher, 0, false);
	flusher_wrote(&pack->flusher, pack->end);
	return true;
}

/* The file of a study in the index, or one in born/ that is not yet there. */
static bool open_file(struct archive *a, struct pack *pack, int64_t indexed,
    struct err *err)
{
	struct stat is;
	char path[40];

	pack->fd = pack_file(a, pack->id, O_RDWR);
	if (pack->fd < 0 || fstat(pack->fd, &is) < 0)
		return fail_disk(err, errno, "open a pack");
	pack_path(pack->id, path);
	pack->born = faccessat(a->born, path + 3, F_OK, 0) == 0;
	if (pack->born) { /* nobody knows whether its name was flushed */
		pack->birth = atomic_fetch_add(&a->births, 1) + 1;
		flusher_wrote(&a->born_flusher, pack->birth);
	}
	pack->end = is.st_size;
	flusher_begin(&pack->flusher, 0, false);
	flusher_wrote(&pack->flusher, pack->end);
	bool ok = pack->end >= indexed || fail(err, ERR_BROKEN,
	    "a pack is shorter than its index says");
	/* Rebuilding reads all of it, and in its own way. */
	if (ok && !atomic_load(&a->rebuilding) &&
	    (pack->end > indexed || pack->end == 0))
		ok = pack_recover(a, pack, indexed, err);
	if (!ok) {
		flusher_end(&pack->flusher);
		close(pack->fd);
	}
	return ok;
}

/* Where the index says that it is; *indexed: how much of it is known. */
static bool look_up(struct archive *a, struct pack *pack, int64_t *indexed,
    struct err *err)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = pack->id ?
	    db_ask(tx, "select id, pack_end from study where id = $1",
		I(pack->id)) :
	    db_ask(tx, "select id, pack_end from study where uid = $1",
		T(str_of(pack->uid)));

	if (rows_next(rows)) {
		pack->id = rows_int(rows, 0);
		*indexed = rows_int(rows, 1);
	}
	rows_end(rows);
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static bool open_pack(struct archive *a, struct pack *pack,
    const struct card *card, struct err *err)
{
	int64_t indexed = 0;

	if (!look_up(a, pack, &indexed, err))
		return false;
	return pack->id ? open_file(a, pack, indexed, err) :
	    make_file(a, pack, card, err);
}

static void close_pack(struct pack *pack)
{
	close(pack->fd);
	flusher_end(&pack->flusher);
	arena_end(&pack->arena);
	pthread_mutex_destroy(&pack->lock);
}

/* The table; with the rack's lock held. */

static struct pack **place_of(struct rack *rack, uint64_t hash, struct str uid)
{
	struct pack **at = &rack->table[hash & (rack->size - 1)];

	while (*at && ((*at)->hash != hash || !str_is(uid, (*at)->uid)))
		at = &(*at)->next;
	return at;
}

static void take_out(struct rack *rack, struct pack *pack)
{
	struct pack **at = place_of(rack, pack->hash, str_of(pack->uid));

	*at = pack->next;
	pack->next = rack->spare;
	rack->spare = pack;
	rack->n--;
}

/* Opened anew it would seem sound: the kernel tells of a failure once. */
static bool is_broken(struct pack *pack)
{
	return flusher_broken(&pack->flusher, NULL);
}

static void drop_oldest(struct rack *rack)
{
	struct pack *oldest = NULL;

	for (size_t i = 0; i < rack->size; i++)
		for (struct pack *p = rack->table[i]; p; p = p->next)
			if (!p->users && !p->opening && !is_broken(p) &&
			    (!oldest || p->used < oldest->used))
				oldest = p;
	if (!oldest)
		return;
	take_out(rack, oldest);
	close_pack(oldest);
}

static struct pack *put_in(struct archive *a, uint64_t hash, struct str uid)
{
	struct rack *rack = &a->rack;
	struct pack *pack;

	if ((int64_t)rack->n >= a->options.open_packs)
		drop_oldest(rack);
	pack = rack->spare;
	if (pack)
		rack->spare = pack->next;
	else
		pack = arena_new(&a->arena, struct pack);
	*pack = (struct pack){.hash = hash, .opening = true, .users = 1,
	    .fd = -1};
	snprintf(pack->uid, sizeof(pack->uid), "%.*s", STR(uid));
	pthread_mutex_init(&pack->lock, NULL);
	*place_of(rack, hash, uid) = pack;
	rack->n++;
	return pack;
}

/* One that is there and may be used; NULL: *missing, or failed.  *id: of one
 * that has a file and may have no row. */
static struct pack *find(struct rack *rack, uint64_t hash, struct str uid,
    bool *missing, int64_t *id, struct err *err)
{
	struct pack *pack;

	while ((pack = *place_of(rack, hash, uid)) && pack->opening)
		pthread_cond_wait(&rack->turn, &rack->lock);
	*missing = !pack;
	if (!pack)
		return NULL;
	if (!atomic_load(&pack->stale)) {
		pack->users++;
		return pack;
	}
	if (is_broken(pack)) {
		flusher_broken(&pack->flusher, err);
		return NULL;
	}
	if (pack->users) {
		fail(err, ERR_BUSY, "could not index this study; try again");
		return NULL;
	}
	if (pack->born)
		*id = pack->id;
	take_out(rack, pack);
	close_pack(pack);
	*missing = true;
	return NULL;
}

static struct pack *take(struct archive *a, struct str uid, int64_t id,
    const struct card *card, struct err *err)
{
	struct rack *rack = &a->rack;
	uint64_t hash = hash64(uid.at, uid.len);
	bool missing;

	pthread_mutex_lock(&rack->lock);
	struct pack *pack = find(rack, hash, uid, &missing, &id, err);
	if (missing) {
		pack = put_in(a, hash, uid);
		pack->id = id;
		pthread_mutex_unlock(&rack->lock);
		bool opened = open_pack(a, pack, card, err);
		pthread_mutex_lock(&rack->lock);
		pack->opening = false;
		if (!opened) {
			take_out(rack, pack);
			pthread_mutex_destroy(&pack->lock);
			arena_end(&pack->arena);
			pack = NULL;
		}
		pthread_cond_broadcast(&rack->turn);
	}
	if (pack)
		pack->used = ++rack->count;
	pthread_mutex_unlock(&rack->lock);
	return pack;
}

struct pack *pack_take(struct archive *a, const struct card *card,
    struct err *err)
{
	return take(a, card->study.uid, 0, card, err);
}

struct pack *pack_take_uid(struct archive *a, struct str uid, int64_t study,
    struct err *err)
{
	return take(a, uid, study, NULL, err);
}

void pack_let_go(struct archive *a, struct pack *pack)
{
	pthread_mutex_lock(&a->rack.lock);
	pack->users--;
	pthread_mutex_unlock(&a->rack.lock);
}

void pack_forget(struct archive *a, struct str uid)
{
	struct rack *rack = &a->rack;

	pthread_mutex_lock(&rack->lock);
	struct pack *pack = *place_of(rack, hash64(uid.at, uid.len), uid);
	if (pack && !pack->users && !pack->opening && !is_broken(pack)) {
		take_out(rack, pack);
		close_pack(pack);
	}
	pthread_mutex_unlock(&rack->lock);
}

bool pack_is_broken(struct archive *a, int64_t study)
{
	struct rack *rack = &a->rack;
	bool broken = false;

	pthread_mutex_lock(&rack->lock);
	for (size_t i = 0; i < rack->size; i++)
		for (struct pack *p = rack->table[i]; p; p = p->next)
			broken |= !p->opening && p->id == study &&
			    is_broken(p);
	pthread_mutex_unlock(&rack->lock);
	return broken;
}

void rack_end(struct archive *a)
{
	struct rack *rack = &a->rack;

	for (size_t i = 0; i < rack->size; i++)
		while (rack->table[i]) {
			struct pack *pack = rack->table[i];
			take_out(rack, pack);
			close_pack(pack);
		}
	pthread_cond_destroy(&rack->turn);
	pthread_mutex_destroy(&rack->lock);
}

/* Appending. */

static bool write_parts(int fd, struct iovec *parts, int n, int64_t at)
{
	while (n) {
		ssize_t done = pwritev(fd, parts, n, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done ? errno : ENOSPC;
			return false;
		}
		at += done;
		for (; n && (size_t)done >= parts->iov_len; parts++, n--)
			done -= (ssize_t)parts->iov_len;
		if (n) {
			parts->iov_base = (char *)parts->iov_base + done;
			parts->iov_len -= (size_t)done;
		}
	}
	return true;
}

static bool copy_bytes(int fd, const struct source *s, int64_t from, int64_t at,
    struct err *err)
{
	struct arena arena = {0};
	char *buffer = arena_alloc(&arena, COPY_STEP);
	bool ok = true;

	while (ok && from < s->size) {
		int64_t left = s->size - from;
		size_t n = (size_t)(left < COPY_STEP ? left : COPY_STEP);
		ok = source_read(s, from, buffer, n, err) &&
		    (write_at(fd, buffer, n, at) ||
		    fail_disk(err, errno, "write to a pack"));
		from += (int64_t)n;
		at += (int64_t)n;
	}
	arena_end(&arena);
	return ok;
}

bool pack_append(struct pack *pack, const struct record *record,
    struct str meta, const struct source *s, int64_t *at, struct err *err)
{
	struct str held = s && s->spool ? spool_head(s->spool) : S("");
	char head[RECORD_HEAD];
	struct iovec parts[] = {{head, RECORD_HEAD},
	    {(char *)(uintptr_t)meta.at, meta.len},
	    {(char *)(uintptr_t)held.at, held.len}};
	int64_t first = RECORD_HEAD + (int64_t)(meta.len + held.len);

	record_write(head, record);
	bool ok = write_parts(pack->fd, parts, 3, pack->end) ||
	    fail_disk(err, errno, "write to a pack");
	if (ok && s && (int64_t)held.len < s->size)
		ok = copy_bytes(pack->fd, s, (int64_t)held.len,
		    pack->end + first, err);
	if (!ok) {
		if (ftruncate(pack->fd, pack->end) < 0)
			atomic_store(&pack->stale, true);
		return false;
	}
	*at = pack->end + RECORD_HEAD;
	pack->end += RECORD_HEAD + record->size;
	flusher_wrote(&pack->flusher, pack->end);
	return true;
}
