/* SPDX-License-Identifier: MIT */
/* spool.c: memory that doubles up to `most`, then a file without a name, so
 * nothing is left behind whatever ends the process.  What was in memory
 * stays there as the first part; the file holds the rest, from its byte 0. */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_FIRST ((size_t)64 << 10)

void spool_begin(struct spool *spool, const char *folder, size_t most,
    int64_t limit)
{
	*spool = (struct spool){.fd = -1, .folder = folder, .most = most,
	    .limit = limit};
}

/* Makes place for n more; false when that would be more than `most`. */
static bool memory_grow(struct spool *spool, size_t n)
{
	size_t room = spool->room ? spool->room : ROOM_FIRST;
	char *at;

	if (spool->fd >= 0 || n > spool->most - spool->len)
		return false;
	if (spool->len + n <= spool->room)
		return true;
	while (room < spool->len + n)
		room *= 2;
	if (room > spool->most)
		room = spool->most;
	at = realloc(spool->at, room);
	if (!at)
		return false;
	spool->at = at;
	spool->room = room;
	return true;
}

char *spool_room(struct spool *spool, size_t n)
{
	if (spool->size + (int64_t)n > spool->limit || !memory_grow(spool, n))
		return NULL;
	return spool->at + spool->len;
}

void spool_grew(struct spool *spool, size_t n)
{
	spool->len += n;
	spool->size += (int64_t)n;
}

static bool file_open(struct spool *spool, struct err *err)
{
	char name[4096];
	int n;

	spool->fd = open(spool->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spool->fd >= 0)
		return true;
	/* Not every file system has files without a name. */
	n = snprintf(name, sizeof(name), "%s/spool-XXXXXX", spool->folder);
	if (n > 0 && (size_t)n < sizeof(name))
		spool->fd = mkostemp(name, O_CLOEXEC);
	if (spool->fd >= 0) {
		unlink(name);
		return true;
	}
	return fail(err, ERR_BUSY, "could not make a file in '%.100s': %s",
	    spool->folder, strerror(errno));
}

static bool file_add(struct spool *spool, struct str bytes, struct err *err)
{
	off_t at = spool->size - (int64_t)spool->len;

	while (bytes.len) {
		ssize_t n = pwrite(spool->fd, bytes.at, bytes.len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, ERR_BUSY,
			    "could not write a file in '%.100s': %s",
			    spool->folder, strerror(errno));
		bytes.at += n;
		bytes.len -= (size_t)n;
		at += n;
		spool->size += n;
	}
	return true;
}

bool spool_add(struct spool *spool, struct str bytes, struct err *err)
{
	if ((int64_t)bytes.len > spool->limit - spool->size)
		return fail(err, ERR_BUSY, "is larger than %lld bytes",
		    (long long)spool->limit);
	if (!bytes.len)
		return true;
	if (memory_grow(spool, bytes.len)) {
		memcpy(spool->at + spool->len, bytes.at, bytes.len);
		spool_grew(spool, bytes.len);
		return true;
	}
	if (spool->fd < 0 && !file_open(spool, err))
		return false;
	return file_add(spool, bytes, err);
}

int64_t spool_read(const struct spool *spool, int64_t at, void *to, size_t n,
    struct err *err)
{
	size_t done = 0;

	if (at < (int64_t)spool->len) {
		done = spool->len - (size_t)at;
		if (done > n)
			done = n;
		memcpy(to, spool->at + at, done);
	}
	while (done < n && spool->fd >= 0) {
		ssize_t got = pread(spool->fd, (char *)to + done, n - done,
		    at + (int64_t)done - (int64_t)spool->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fail(err, ERR_BROKEN,
			    "cannot read a file in '%.100s': %s",
			    spool->folder, strerror(errno));
			return -1;
		}
		if (!got)
			break;
		done += (size_t)got;
	}
	return (int64_t)done;
}

struct str spool_head(const struct spool *spool)
{
	return (struct str){spool->at, spool->len};
}

void spool_clear(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
	spool->len = 0;
	spool->size = 0;
}

void spool_end(struct spool *spool)
{
	spool_clear(spool);
	free(spool->at);
	spool->at = NULL;
	spool->room = 0;
}
