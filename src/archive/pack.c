/* SPDX-License-Identifier: MIT */
/* pack.c: the bytes of a pack, and the one flush that many share.
 *
 *   pack:    title (256) record*            numbers are little endian
 *   title:   "RIBBLEPK" version(4) 0(4) study(8) at(8)
 *            uid(1+64) org(1+24) 0... check(8)
 *   record:  head (256) payload (size)
 *   head:    "RREC" kind(1) version(1) 0(2) size(8) meta_size(8) id(8) at(8)
 *            hash(16) meta_hash(8) uid(1+64) org(1+24) from(1+64) 0... check(8)
 *
 * check is XXH3-64 of the bytes before it.  The payload of an instance is a
 * Part 10 file: meta_size bytes of preamble and meta, then the data set as it
 * was received; hash covers the data set, so that one sent by DICOM and by
 * file is the same.  A record is written whole before its pack is flushed and
 * before the next is begun, so only the last can be torn. */
#include "archive/inside.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define VERSION 1
#define CHECK_AT (RECORD_HEAD - 8)
static const char pack_magic[8] = "RIBBLEPK";
static const char record_magic[4] = "RREC";

/* Little endian numbers and short texts, one after the other. */
struct cursor { char *at; };

static void put(struct cursor *c, uint64_t n, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*c->at++ = (char)(n >> 8 * i);
}

static uint64_t take(struct cursor *c, int bytes)
{
	uint64_t n = 0;

	for (int i = 0; i < bytes; i++)
		n |= (uint64_t)(unsigned char)*c->at++ << 8 * i;
	return n;
}

static void put_text(struct cursor *c, struct str s, size_t most)
{
	size_t len = s.len < most ? s.len : most;

	put(c, len, 1);
	if (len)
		memcpy(c->at, s.at, len);
	c->at += most;
}

static struct str take_text(struct cursor *c, size_t most)
{
	size_t len = take(c, 1);
	struct str s = {c->at, len < most ? len : most};

	c->at += most;
	return s;
}

static void seal_head(char *head)
{
	struct cursor c = {head + CHECK_AT};

	put(&c, XXH3_64bits(head, CHECK_AT), 8);
}

static bool head_holds(const char *head)
{
	struct cursor c = {(char *)(uintptr_t)head + CHECK_AT};

	return take(&c, 8) == XXH3_64bits(head, CHECK_AT);
}

void pack_title_write(char to[PACK_HEAD], const struct pack_title *title)
{
	struct cursor c = {to + sizeof(pack_magic)};

	memset(to, 0, PACK_HEAD);
	memcpy(to, pack_magic, sizeof(pack_magic));
	put(&c, VERSION, 8);
	put(&c, (uint64_t)title->study, 8);
	put(&c, (uint64_t)title->at, 8);
	put_text(&c, title->uid, RECORD_UID_MOST);
	put_text(&c, title->org, RECORD_ORG_MOST);
	seal_head(to);
}

bool pack_title_read(const char from[PACK_HEAD], struct pack_title *title)
{
	struct cursor c = {(char *)(uintptr_t)from + sizeof(pack_magic)};

	if (memcmp(from, pack_magic, sizeof(pack_magic)) != 0 ||
	    !head_holds(from) || take(&c, 8) != VERSION)
		return false;
	title->study = (int64_t)take(&c, 8);
	title->at = (int64_t)take(&c, 8);
	title->uid = take_text(&c, RECORD_UID_MOST);
	title->org = take_text(&c, RECORD_ORG_MOST);
	return true;
}

void record_write(char to[RECORD_HEAD], const struct record *r)
{
	struct cursor c = {to + sizeof(record_magic)};

	memset(to, 0, RECORD_HEAD);
	memcpy(to, record_magic, sizeof(record_magic));
	put(&c, (uint64_t)r->kind, 1);
	put(&c, VERSION, 3);
	put(&c, (uint64_t)r->size, 8);
	put(&c, (uint64_t)r->meta_size, 8);
	put(&c, (uint64_t)r->id, 8);
	put(&c, (uint64_t)r->at, 8);
	memcpy(c.at, r->hash, sizeof(r->hash));
	c.at += sizeof(r->hash);
	put(&c, r->meta_hash, 8);
	put_text(&c, r->uid, RECORD_UID_MOST);
	put_text(&c, r->org, RECORD_ORG_MOST);
	put_text(&c, r->from, RECORD_FROM_MOST);
	seal_head(to);
}

bool record_read(const char from[RECORD_HEAD], struct record *r)
{
	struct cursor c = {(char *)(uintptr_t)from + sizeof(record_magic)};

	if (memcmp(from, record_magic, sizeof(record_magic)) != 0 ||
	    !head_holds(from))
		return false;
	r->kind = (enum record_kind)take(&c, 1);
	if (take(&c, 3) != VERSION)
		return false;
	r->size = (int64_t)take(&c, 8);
	r->meta_size = (int64_t)take(&c, 8);
	r->id = (int64_t)take(&c, 8);
	r->at = (int64_t)take(&c, 8);
	memcpy(r->hash, c.at, sizeof(r->hash));
	c.at += sizeof(r->hash);
	r->meta_hash = take(&c, 8);
	r->uid = take_text(&c, RECORD_UID_MOST);
	r->org = take_text(&c, RECORD_ORG_MOST);
	r->from = take_text(&c, RECORD_FROM_MOST);
	return r->size >= 0 && r->meta_size >= 0 && r->meta_size <= r->size;
}

/* The disk. */

bool write_at(int fd, const void *bytes, size_t n, int64_t at)
{
	const char *from = bytes;

	while (n) {
		ssize_t done = pwrite(fd, from, n, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done ? errno : ENOSPC;
			return false;
		}
		from += done;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

bool read_at(int fd, void *bytes, size_t n, int64_t at)
{
	char *to = bytes;

	while (n) {
		ssize_t done = pread(fd, to, n, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done ? errno : EIO;
			return false;
		}
		to += done;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

bool fail_disk(struct err *err, int why, const char *what)
{
	bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
	bool later = full || why == EMFILE || why == ENFILE || why == ENOMEM;

	fail(err, later ? ERR_BUSY : ERR_BROKEN, "could not %s: %s", what,
	    strerror(why));
	return hint(err, full ? "make room on the archive's disk" :
				"look at the archive's disk and its log");
}

/* Flushing. */

void flusher_begin(struct flusher *f, int64_t flushed, bool folder)
{
	*f = (struct flusher){.written = flushed, .flushed = flushed,
	    .folder = folder};
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->turn, NULL);
}

void flusher_end(struct flusher *f)
{
	pthread_cond_destroy(&f->turn);
	pthread_mutex_destroy(&f->lock);
}

void flusher_wrote(struct flusher *f, int64_t upto)
{
	pthread_mutex_lock(&f->lock);
	if (upto > f->written)
		f->written = upto;
	pthread_mutex_unlock(&f->lock);
}

/* With the lock held, which is let go of meanwhile. */
static void lead(struct flusher *f, int fd)
{
	int64_t all = f->written;

	f->flushing = true;
	pthread_mutex_unlock(&f->lock);
	int why = (f->folder ? fsync(fd) : fdatasync(fd)) == 0 ? 0 : errno;
	pthread_mutex_lock(&f->lock);
	f->flushing = false;
	if (why)
		f->broken = why;
	else
		f->flushed = all;
	pthread_cond_broadcast(&f->turn);
}

bool flusher_wait(struct flusher *f, int fd, int64_t upto, struct err *err)
{
	pthread_mutex_lock(&f->lock);
	while (f->flushed < upto && !f->broken) {
		if (f->flushing)
			pthread_cond_wait(&f->turn, &f->lock);
		else
			lead(f, fd);
	}
	int why = f->flushed < upto ? f->broken : 0;
	pthread_mutex_unlock(&f->lock);
	return !why || fail_disk(err, why, "keep what was received");
}

bool flusher_broken(struct flusher *f, struct err *err)
{
	pthread_mutex_lock(&f->lock);
	int why = f->broken;
	pthread_mutex_unlock(&f->lock);
	if (why)
		fail(err, ERR_BROKEN, "a flush of this study's pack failed "
		    "before (%s); the program must be started anew",
		    strerror(why));
	return why != 0;
}

/* Walking. */

/* Adds that part to the sum. */
static bool add_part(int fd, int64_t at, int64_t size, char *buffer,
    XXH3_state_t *state)
{
	for (int64_t done = 0; done < size;) {
		int64_t left = size - done;
		size_t n = (size_t)(left < WALK_BUFFER ? left : WALK_BUFFER);
		if (!read_at(fd, buffer, n, at + done))
			return false;
		XXH3_128bits_update(state, buffer, n);
		done += (int64_t)n;
	}
	return true;
}

static bool sums_match(int fd, int64_t at, const struct record *r,
    char *buffer, XXH3_state_t *state)
{
	XXH128_canonical_t sum;

	XXH3_128bits_reset(state);
	if (!add_part(fd, at, r->meta_size, buffer, state) ||
	    XXH3_128bits_digest(state).low64 != r->meta_hash)
		return false;
	XXH3_128bits_reset(state);
	if (!add_part(fd, at + r->meta_size, r->size - r->meta_size,
	    buffer, state))
		return false;
	XXH128_canonicalFromHash(&sum, XXH3_128bits_digest(state));
	return memcmp(sum.digest, r->hash, sizeof(r->hash)) == 0;
}

bool payload_matches(int fd, int64_t at, const struct record *r, char *buffer)
{
	XXH3_state_t *state = XXH3_createState();
	bool same = sums_match(fd, at, r, buffer, state);

	XXH3_freeState(state);
	return same;
}

bool walk_next(struct walking *w, struct record *r, int64_t *payload_at)
{
	w->bad = false;
	w->torn = w->at < w->end;
	w->failed = 0;
	if (w->end - w->at < RECORD_HEAD)
		return false;
	if (!read_at(w->fd, w->head, RECORD_HEAD, w->at)) {
		w->failed = errno;
		return false;
	}
	if (!record_read(w->head, r) ||
	    r->size > w->end - w->at - RECORD_HEAD)
		return false;
	*payload_at = w->at + RECORD_HEAD;
	errno = 0;
	w->bad = w->deep &&
	    !payload_matches(w->fd, *payload_at, r, w->buffer);
	w->failed = w->bad ? errno : 0;
	w->torn = false;
	w->at = *payload_at + r->size;
	return true;
}

/* Where in the buffer a record's head stands; n: nowhere. */
static size_t find_head(const struct walking *w, const char *at, size_t n,
    int64_t base)
{
	struct record r;

	for (size_t i = 0; i + RECORD_HEAD <= n; i++) {
		const char *next = memchr(at + i, record_magic[0],
		    n - i - RECORD_HEAD + 1);
		if (!next)
			return n;
		i = (size_t)(next - at);
		if (record_read(next, &r) && r.size <= w->end - base -
		    (int64_t)i - RECORD_HEAD)
			return i;
	}
	return n;
}

bool walk_resume(struct walking *w)
{
	struct arena arena = {0};
	char *buffer = arena_alloc(&arena, WALK_BUFFER);
	int64_t at = w->at + 1;
	bool found = false;

	w->failed = 0;
	while (!found && w->end - at >= RECORD_HEAD) {
		int64_t left = w->end - at;
		size_t n = (size_t)(left < WALK_BUFFER ? left : WALK_BUFFER);
		if (!read_at(w->fd, buffer, n, at)) {
			w->failed = errno;
			break;
		}
		size_t i = find_head(w, buffer, n, at);
		found = i < n;
		at += found ? (int64_t)i : (int64_t)n - RECORD_HEAD + 1;
	}
	if (found)
		w->at = at;
	arena_end(&arena);
	return found;
}
