/* SPDX-License-Identifier: MIT */
/* multipart.h: bodies of several parts (RFC 2046 5.1, RFC 2387), read from a
 * file of any size in constant memory, and written. */
#pragma once
#include "http/media.h"

struct part {
	struct media type;       /* empty: none was said */
	struct str location, id; /* Content-Location, Content-ID; or empty */
	int64_t at, size;        /* its bytes, in the file */
};
struct multipart; /* lives in its arena; the descriptor stays the caller's */
struct multipart *multipart_open(struct arena *, int fd, int64_t size,
    struct str boundary);
/* The next part; texts live in the arena.  False after the last, or when the
 * body is not what it says it is: then err says so. */
bool multipart_next(struct multipart *, struct part *, struct err *);

/* A boundary that nobody can foresee, so no part can hold it. */
struct str boundary_new(struct arena *);
/* What stands before a part: "\r\n--boundary", its headers, an empty line. */
struct str part_head(struct arena *, struct str boundary, struct str type,
    struct str location, int64_t size);
struct str parts_end(struct arena *, struct str boundary);
