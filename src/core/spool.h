/* SPDX-License-Identifier: MIT */
/* spool.h: bytes of unknown length on their way in: in memory while they are
 * few, then in an unnamed file, so that memory is bounded whatever comes. */
#pragma once
#include "err.h"
#include "str.h"

struct spool {
	char *at;          /* the memory; kept for the next use */
	size_t len, room, most; /* most: bytes held in memory */
	int fd;            /* -1 while all is in memory */
	int64_t size;      /* of all */
	int64_t limit;     /* refused past this */
	const char *folder; /* where the unnamed file is made */
};

void spool_begin(struct spool *, const char *folder, size_t most,
    int64_t limit);
/* Where up to n bytes may be put at once, to be told by spool_grew; NULL when
 * it has left memory (then use spool_add). */
char *spool_room(struct spool *, size_t n);
void spool_grew(struct spool *, size_t n);
bool spool_add(struct spool *, struct str, struct err *);
/* Reads at most n bytes from `at`; the number read, short only at the end. */
int64_t spool_read(const struct spool *, int64_t at, void *to, size_t n,
    struct err *);
/* Everything, when it is in memory; else the first part that is. */
struct str spool_head(const struct spool *);
void spool_clear(struct spool *); /* empty, and ready for the next */
void spool_end(struct spool *);   /* frees all */
