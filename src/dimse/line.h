/* SPDX-License-Identifier: MIT */
/* line.h: a connection, clear or by TLS, that never waits longer than it is
 * told to.  Private to dimse. */
#pragma once
#include "dimse/dimse.h"

#include <sys/uio.h>

struct tls_session; /* see session.h */

struct line {
	int fd;
	struct tls_session *tls; /* NULL: clear */
	char *buffer;            /* what came and is not yet used: from..to */
	size_t size, from, to;
	bool drained;            /* the last read took all there was */
	bool closed;             /* nothing more can be read, or it is broken */
};

void line_begin(struct line *, struct arena *, int fd);
/* Connects; the address that answered goes to `address`. */
bool line_open(struct line *, struct arena *, const char *host, int64_t port,
    int64_t by, char address[64], struct err *);
void line_close(struct line *);

/* One attempt to read, first into `at` (or NULL), then into the buffer, which
 * must be empty if `at` is given.  The number of bytes; 0: none yet; -1:
 * closed. */
ssize_t line_get(struct line *, char *at, size_t n);
/* One attempt to write; -1: closed. */
ssize_t line_put(struct line *, const struct iovec *, int n);
/* Makes place for so many bytes from `from` on. */
void line_make_room(struct line *, size_t n);
/* Until it can be read or written, or the ticks are `by`: then false. */
bool line_wait(struct line *, bool writing, int64_t by);
/* All of it, by then.  Spoils the vector. */
bool line_write(struct line *, struct iovec *, int n, int64_t by,
    struct err *);
void line_no_more(struct line *); /* says that we write nothing more */
/* The numeric address of the other end. */
void line_address(int fd, char address[64]);
