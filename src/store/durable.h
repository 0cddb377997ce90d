/* SPDX-License-Identifier: MIT */
/* durable.h: SQLite's write-ahead log, made durable for many commits at once
 * and kept from growing.  Private to store/; see durable.c. */
#pragma once
#include "core/core.h"
#include <pthread.h>
#include <sqlite3.h>

struct durable {
	int wal; /* our own descriptor of the -wal file; -1: nothing is kept */
	pthread_mutex_t lock;
	pthread_cond_t turn;
	uint64_t written, synced; /* commits: in the log; on the disk */
	bool leading;             /* someone is in fdatasync */
	int broken;               /* errno of the one that failed */
	pthread_mutex_t tidy;     /* whoever has it checkpoints */
	sqlite3 *keeper;          /* a connection for that alone */
	int frames, tidied;       /* in the log now; when last checkpointed */
};

/* Syncs the folder that a file's name stands in. */
bool folder_sync(const char *path);

#define DURABLE_NEW {.wal = -1}
/* The writer must have written to the log before. */
bool durable_open(struct durable *, const char *path, sqlite3 *keeper,
    struct err *);
void durable_close(struct durable *);
/* Counts a commit whose frames are in the log; call before the next begins.
 * One that wrote nothing (frames 0) waits for what it may have read. */
uint64_t durable_written(struct durable *, int frames);
/* Returns when that commit, and all before it, are on the disk. */
bool durable_wait(struct durable *, uint64_t ticket, struct err *);
bool durable_broken(struct durable *, struct err *);
/* Checkpoints when the log has become long.  When it is so long that it must
 * be cut, returns true: the caller then takes the writer's turn and cuts. */
bool durable_tidy(struct durable *);
void durable_cut(struct durable *);
