/* SPDX-License-Identifier: MIT */
/* pack.h: a backup's file: others laid end to end, each with its SHA-256.
 * Private to doors/command.
 *
 *     ribble backup 1
 *     file 4096 database
 *     (4096 bytes)
 *     sha256 6ae8...
 *     file 120 files/2026/...
 *     ...
 *     end 12 files, sha256 90b1...
 *
 * The last line's hash covers every line above it, and so every byte. */
#pragma once
#include "core/core.h"

struct pack {
	int fd;
	struct hasher *lines;
	int64_t files, size;
	const char *path, *unfinished;
	struct progress progress;
	int64_t total; /* expected, for the progress; 0: unknown */
};

/* Refuses a name that is taken.  The file takes its name in pack_end. */
bool pack_begin(struct pack *, struct arena *, const char *path, struct err *);
bool pack_add(struct pack *, const char *name, int fd, struct err *);
bool pack_end(struct pack *, struct err *);
void pack_drop(struct pack *); /* instead of the end, after a failure */

/* Walks a pack from its first byte to its last and checks all of it.  Each
 * file's bytes go to `bytes`, between `begin` and `end`; NULL: nowhere. */
struct unpacking {
	bool (*begin)(void *with, struct str name, int64_t size, struct err *);
	bool (*bytes)(void *with, struct str, struct err *);
	bool (*end)(void *with, struct err *);
	void *with;
	const char *what; /* for the progress */
	int64_t files, size;
};
bool pack_read(struct unpacking *, const char *path, struct err *);
