/* SPDX-License-Identifier: MIT */
/* sink.c: where an answer waits until it is whole.  Pieces of memory that
 * double up to 256 KiB; past 1 MiB everything moves to an unnamed file, which
 * libmicrohttpd sends with sendfile, so an answer of any size costs constant
 * memory and a slow asker holds nothing but that file. */
#include "http/exchange.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MAX (INT64_C(1) << 20)
#define PIECE_FIRST ((size_t)4096)
#define PIECE_LAST ((size_t)256 << 10)

int temp_open(const char *folder, struct err *err)
{
	const char *place = folder && *folder ? folder : getenv("TMPDIR");
	char path[4096];
	int fd;

	place = place && *place ? place : "/tmp";
	fd = open(place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (snprintf(path, sizeof(path), "%s/ribble-XXXXXX", place) <
	    (int)sizeof(path)) {
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0) {
			unlink(path);
			return fd;
		}
	}
	fail(err, errno == ENOSPC || errno == EMFILE ? ERR_BUSY : ERR_BROKEN,
	    "could not make a file in '%s': %s", place, strerror(errno));
	return -1;
}

bool write_whole(int fd, struct str bytes, struct err *err)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err,
			    errno == ENOSPC || errno == EDQUOT ?
				ERR_BUSY : ERR_BROKEN,
			    "could not write to the temporary folder: %s",
			    strerror(errno));
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

void sink_begin(struct sink *sink, struct arena *arena, const char *temp)
{
	*sink = (struct sink){.arena = arena, .temp = temp, .fd = -1};
}

void sink_drop(struct sink *sink)
{
	if (sink->fd >= 0)
		close(sink->fd);
	sink->fd = -1;
}

/* A new piece; as they double, sixteen hold far more than the limit. */
static void add_piece(struct sink *sink, size_t wanted)
{
	size_t size = PIECE_LAST;

	assert(sink->pieces_n < sizeof(sink->pieces) / sizeof(sink->pieces[0]));
	if (sink->pieces_n < 6)
		size = PIECE_FIRST << sink->pieces_n;
	if (size < wanted)
		size = wanted;
	sink->at = arena_alloc(sink->arena, size);
	sink->room = size;
	sink->pieces[sink->pieces_n++] = (struct MHD_IoVec){sink->at, 0};
}

/* From now on a file: what is in memory goes first. */
static bool spill(struct sink *sink, struct err *err)
{
	sink->fd = temp_open(sink->temp, err);
	for (unsigned i = 0; sink->fd >= 0 && i < sink->pieces_n; i++) {
		struct str piece = {
		    sink->pieces[i].iov_base, sink->pieces[i].iov_len};
		if (!write_whole(sink->fd, piece, err))
			return false;
	}
	return sink->fd >= 0;
}

bool sink_put(struct sink *sink, struct str bytes, struct err *err)
{
	if (sink->fd < 0 && sink->size + (int64_t)bytes.len > MEMORY_MAX &&
	    !spill(sink, err))
		return false;
	sink->size += (int64_t)bytes.len;
	if (sink->fd >= 0)
		return write_whole(sink->fd, bytes, err);
	while (bytes.len) {
		if (!sink->room)
			add_piece(sink, bytes.len);
		size_t n = bytes.len < sink->room ? bytes.len : sink->room;
		memcpy(sink->at, bytes.at, n);
		sink->at += n;
		sink->room -= n;
		sink->pieces[sink->pieces_n - 1].iov_len += n;
		bytes.at += n;
		bytes.len -= n;
	}
	return true;
}
