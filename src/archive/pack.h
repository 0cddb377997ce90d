/* SPDX-License-Identifier: MIT */
/* pack.h: one study's file.  See pack.c for its bytes.  Private to archive/. */
#pragma once
#include "core/core.h"
#include <pthread.h>

#define PACK_HEAD 256   /* bytes before the first record */
#define RECORD_HEAD 256 /* bytes before each record's payload */
#define RECORD_UID_MOST 64
#define RECORD_ORG_MOST 24
#define RECORD_FROM_MOST 64

enum record_kind {
	RECORD_INSTANCE = 1, /* a Part 10 file */
	RECORD_ASIDE,        /* the same, the other one of a conflict */
	RECORD_NOTE,         /* text: what a person decided */
	RECORD_MANIFEST      /* text: what stands before it */
};
struct record {
	enum record_kind kind;
	int64_t id;          /* instance.id; or of the note */
	int64_t size;        /* of the payload */
	int64_t meta_size;   /* of it, before the data set */
	int64_t at;          /* µs UTC, when it was received */
	unsigned char hash[16]; /* XXH3-128 of the payload past meta_size */
	uint64_t meta_hash;  /* low half of XXH3-128 of the payload before */
	struct str uid, org, from; /* cut at their most; views of the bytes read */
};
struct pack_title { int64_t study; int64_t at; struct str uid, org; };

void pack_title_write(char to[PACK_HEAD], const struct pack_title *);
bool pack_title_read(const char from[PACK_HEAD], struct pack_title *);
void record_write(char to[RECORD_HEAD], const struct record *);
/* false: it is torn, or no record begins here. */
bool record_read(const char from[RECORD_HEAD], struct record *);

/* A flush that many share: whoever finds nobody flushing flushes for all that
 * was written before.  After one that failed none is ever said to be done. */
struct flusher {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int64_t written, flushed; /* never goes back */
	bool flushing;
	bool folder;         /* names are kept, not only bytes */
	int broken;          /* errno */
};
void flusher_begin(struct flusher *, int64_t flushed, bool folder);
void flusher_end(struct flusher *);
void flusher_wrote(struct flusher *, int64_t upto);
bool flusher_wait(struct flusher *, int fd, int64_t upto, struct err *);
bool flusher_broken(struct flusher *, struct err *);

/* Walking one: from `at`, each whole record; false at the end.  Payloads are
 * read and compared if `deep`. */
struct walking {
	int fd;
	int64_t at, end;     /* set by the caller: where to begin; the file's size */
	bool deep;           /* payload hashes are compared */
	bool torn;           /* bytes that are no record follow `at` */
	bool bad;            /* the payload is not what was written (deep) */
	int failed;          /* errno: what stands there could not be read */
	char head[RECORD_HEAD];
	char *buffer;        /* WALK_BUFFER bytes, if deep */
};
#define WALK_BUFFER (1 << 20)
bool walk_next(struct walking *, struct record *, int64_t *payload_at);
/* After a torn place: to the next record that is whole, if there is one. */
bool walk_resume(struct walking *);
bool payload_matches(int fd, int64_t at, const struct record *, char *buffer);

/* All or nothing was written or read; errno otherwise (EIO: too short). */
bool write_at(int fd, const void *bytes, size_t n, int64_t at);
bool read_at(int fd, void *bytes, size_t n, int64_t at);
/* ERR_BUSY for a full disk, ERR_BROKEN else; false. */
bool fail_disk(struct err *, int why, const char *what);
