/* SPDX-License-Identifier: MIT */
/* spill.c: rows put aside.
 *
 * Rows are appended to a buffer, which goes to an unnamed file whenever it is
 * full; reading takes first what is in the file and then the buffer.  A value
 * is its type, and its 8 bytes or its length and bytes, as memory has them:
 * the file never outlives the program. */
#include "spill.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SPILL_MEMORY
#define SPILL_MEMORY ((size_t)1 << 20)
#endif

struct bytes {
	char *at;
	size_t len, size;
};

struct spill {
	int columns, fd;      /* fd: -1 while all is in memory */
	int64_t rows;         /* still to be read */
	bool reading;
	struct bytes buffer;  /* writing: the newest bytes */
	off_t written;        /* to the file */
	struct bytes window;  /* reading: a piece of the file */
	off_t at;             /* reading: where the window's end is in the file */
	size_t taken;         /* of the window, then of the buffer */
	struct bytes row;     /* a row's texts */
	struct val *vals;
};

static void *room(struct bytes *bytes, size_t more)
{
	if (bytes->size - bytes->len < more) {
		bytes->size = 2 * bytes->size + more + 4096;
		bytes->at = realloc(bytes->at, bytes->size);
		assert(bytes->at);
	}
	return bytes->at + bytes->len;
}

static void append(struct bytes *bytes, const void *from, size_t n)
{
	if (n)
		memcpy(room(bytes, n), from, n);
	bytes->len += n;
}

struct spill *spill_begin(int columns)
{
	struct spill *spill = calloc(1, sizeof(*spill));

	assert(spill);
	spill->columns = columns;
	spill->fd = -1;
	spill->vals = calloc((size_t)columns + 1, sizeof(*spill->vals));
	assert(spill->vals);
	return spill;
}

void spill_end(struct spill *spill)
{
	if (!spill)
		return;
	if (spill->fd >= 0)
		close(spill->fd);
	free(spill->buffer.at);
	free(spill->window.at);
	free(spill->row.at);
	free(spill->vals);
	free(spill);
}

static int open_unnamed(void)
{
	const char *folder = getenv("TMPDIR");
	int fd = open(folder && *folder ? folder : "/tmp",
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char name[] = "/tmp/ribble-XXXXXX";

	if (fd < 0 && (fd = mkostemp(name, O_CLOEXEC)) >= 0)
		unlink(name);
	return fd;
}

static bool fail_file(struct err *err)
{
	bool full = errno == ENOSPC || errno == EDQUOT;

	return fail(err, full ? ERR_BUSY : ERR_BROKEN,
	    "could not keep rows in a temporary file: %s", strerror(errno));
}

static bool write_out(struct spill *spill, struct err *err)
{
	if (spill->fd < 0 && (spill->fd = open_unnamed()) < 0)
		return fail_file(err);
	for (size_t done = 0; done < spill->buffer.len;) {
		ssize_t n = pwrite(spill->fd, spill->buffer.at + done,
		    spill->buffer.len - done, spill->written);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_file(err);
		done += (size_t)n;
		spill->written += n;
	}
	spill->buffer.len = 0;
	return true;
}

bool spill_add(struct spill *spill, const struct val *vals, struct err *err)
{
	assert(!spill->reading);
	for (int i = 0; i < spill->columns; i++) {
		unsigned char type = (unsigned char)vals[i].type;
		append(&spill->buffer, &type, 1);
		if (type == VAL_INT || type == VAL_REAL) {
			append(&spill->buffer, &vals[i].i, 8);
		} else if (type != VAL_NULL) {
			append(&spill->buffer, &vals[i].s.len, 8);
			append(&spill->buffer, vals[i].s.at, vals[i].s.len);
		}
	}
	spill->rows++;
	return spill->buffer.len < SPILL_MEMORY || write_out(spill, err);
}

/* The next piece of the file, or the buffer once the file is read. */
static bool next_window(struct spill *spill, struct err *err)
{
	ssize_t n;

	spill->taken = spill->window.len = 0;
	if (spill->at == spill->written) {
		free(spill->window.at);
		spill->window = spill->buffer;
		spill->buffer = (struct bytes){0};
		return true;
	}
	char *to = room(&spill->window, SPILL_MEMORY);
	do
		n = pread(spill->fd, to, SPILL_MEMORY, spill->at);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return fail_file(err);
	spill->window.len = (size_t)n;
	spill->at += n;
	return true;
}

static bool take(struct spill *spill, void *to, size_t n, struct err *err)
{
	while (n) {
		size_t have = spill->window.len - spill->taken;
		if (!have) {
			if (!next_window(spill, err))
				return false;
			continue;
		}
		have = have < n ? have : n;
		memcpy(to, spill->window.at + spill->taken, have);
		spill->taken += have;
		to = (char *)to + have;
		n -= have;
	}
	return true;
}

static bool take_val(struct spill *spill, struct val *val, struct err *err)
{
	unsigned char type;
	uint64_t bits;

	if (!take(spill, &type, 1, err))
		return false;
	*val = (struct val){.type = type};
	if (type == VAL_NULL)
		return true;
	if (!take(spill, &bits, 8, err))
		return false;
	val->i = (int64_t)bits;
	if (type == VAL_INT || type == VAL_REAL)
		return true;
	/* Its place in row; the address follows when that grows no more. */
	val->s = (struct str){NULL, (size_t)bits};
	if (!take(spill, room(&spill->row, val->s.len), val->s.len, err))
		return false;
	spill->row.len += val->s.len;
	return true;
}

struct val *spill_next(struct spill *spill, struct err *err)
{
	if (spill->rows == 0)
		return NULL;
	spill->reading = true;
	spill->rows--;
	spill->row.len = 0;
	for (int i = 0; i < spill->columns; i++)
		if (!take_val(spill, &spill->vals[i], err))
			return NULL;
	const char *at = spill->row.at ? spill->row.at : "";
	for (int i = 0; i < spill->columns; i++) {
		struct val *val = &spill->vals[i];
		if (val->type == VAL_TEXT || val->type == VAL_BYTES) {
			val->s.at = at;
			at += val->s.len;
		}
	}
	return spill->vals;
}
