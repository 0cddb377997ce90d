/* SPDX-License-Identifier: MIT */
/* backend.h: what a kind of database must be able to do, and what db.c keeps
 * for all kinds.  A kind's own structs begin with these.  Private to store/.
 *
 * A backend fails by tx_fail and never asks whether its transaction has
 * failed before: db.c calls run, ask and next only while it has not. */
#pragma once
#include "store/store.h"
#include <pthread.h>
#include <stdatomic.h>

enum conn_use { FOR_READING, FOR_WRITING, FOR_WATCHING };

struct conn { /* one connection; belongs to the thread that took it */
	struct conn *next; /* in its pool */
	enum conn_use use;
	bool lost;         /* not to be used again */
};

/* Connections of one use, made when first wanted.  A pool of one is a lock:
 * SQLite's writer is. */
struct pool {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct conn *idle;
	int64_t open, limit;
	pthread_t holder;  /* while a pool of one is taken */
	enum conn_use use;
};

struct db {
	const struct backend *backend;
	void *place;       /* the backend's own */
	const char *where;
	struct pool pools[3]; /* by conn_use */
	struct texts *texts;  /* of db_text */
	struct journal *journal;
};

struct tx {
	struct db *db;
	struct conn *conn; /* NULL when none could be had */
	struct err err;
	bool writes;
	uint64_t ticket;   /* what settle must wait for */
	struct rows *open, *spare;
	struct arena arena;
	struct entry *entries, **last_entry; /* of the journal, until commit */
	int64_t entries_n, seq;
};

struct rows {
	struct tx *tx;
	struct rows *next, **link; /* among its transaction's open ones */
	bool open, here;           /* here: a row can be read */
	struct arena scratch;      /* texts made of numbers */
};

struct backend {
	const char *kind;
	size_t rows_size;
	const char *clustered;   /* what $clustered stands for */
	const char *lock_schema; /* a statement, or NULL */
	const char *tables, *views, *columns; /* asks: names, in order */
	bool (*open)(struct db *, int64_t readers, struct err *);
	void (*close)(struct db *);
	struct conn *(*connect)(struct db *, enum conn_use, struct err *);
	void (*disconnect)(struct conn *);
	bool (*alive)(struct conn *); /* after it has been idle */
	void (*begin)(struct tx *);
	void (*commit)(struct tx *); /* fails the transaction, or keeps it */
	void (*undo)(struct tx *);
	/* After the connection was given back: until the commit is durable. */
	bool (*settle)(struct db *, uint64_t ticket, struct err *);
	void (*run)(struct tx *, const char *sql, const struct val *, size_t n);
	int64_t (*changed)(struct tx *);
	void (*ask)(struct rows *, const char *sql, const struct val *,
	    size_t n);
	bool (*next)(struct rows *);
	void (*end)(struct rows *);
	struct val (*value)(struct rows *, int column);
	void (*script)(struct tx *, const char *sql); /* many statements */
	bool (*check)(struct tx *, struct err *); /* its pages */
};
extern const struct backend backend_sqlite, backend_postgres;

/* db.c */
struct tx *tx_begin(struct db *, enum conn_use);
/* NULL when every connection is taken or none can be had. */
struct tx *tx_try(struct db *, enum conn_use);

/* values.c */
struct val rows_val(struct rows *, int column); /* as it is */

/* pool.c */
void pool_open(struct pool *, enum conn_use, int64_t limit);
void pool_close(struct db *, struct pool *);
struct conn *pool_take(struct db *, struct pool *, bool wait, struct err *);
void pool_give(struct db *, struct pool *, struct conn *);

/* query.c */
struct texts *texts_open(void);
void texts_close(struct texts *);

/* migrate.c */
struct embedded;
bool migrate(struct db *, struct err *);
int64_t migrate_number(const struct embedded *);
/* The table of migrations, where there is none; one migration's file. */
void migrate_begin(struct tx *);
void migrate_apply(struct tx *, const struct embedded *);
bool migrate_check(struct tx *, struct err *);

/* journal.c */
bool journal_open(struct db *, struct err *);
void journal_close(struct db *);
void journal_flush(struct tx *);            /* before the commit */
void journal_moved(struct db *, int64_t seq); /* after it */
bool journal_walk(struct tx *, int64_t *entries, struct err *);
