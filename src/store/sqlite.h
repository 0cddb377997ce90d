/* SPDX-License-Identifier: MIT */
/* sqlite.h: a SQLite file, connections to it, their statements.  Private to
 * store/. */
#pragma once
#include "backend.h"
#include "durable.h"

/* One literal, prepared.  SQLite numbers $n by first appearance, so slots
 * says which value each of its own parameters takes. */
struct statement {
	const char *sql;
	sqlite3_stmt *stmt;
	uint64_t used;     /* by the connection's count */
	bool busy, kept;   /* open rows read it; it is in the table */
	int slots_n, highest;
	uint16_t slots[];  /* slots[i - 1]: the n of parameter i's $n */
};

struct statements {
	struct statement **table; /* open addressing, by the literal's address */
	size_t size, n;
	uint64_t count;
};

struct sqlite_conn {
	struct conn conn;
	sqlite3 *db;
	struct statements statements;
	int64_t changed;
	int frames; /* in the log after this commit; 0: it wrote nothing */
};

struct place {
	char *path;
	bool fleeting;          /* in memory */
	struct durable durable;
	struct conn *ready[2];  /* fleeting: opened beforehand, by use */
};

/* file.c */
bool sqlite_open(struct db *, int64_t readers, struct err *);
void sqlite_close(struct db *);
struct conn *sqlite_connect(struct db *, enum conn_use, struct err *);
void sqlite_disconnect(struct conn *);
bool sqlite_alive(struct conn *);

/* statements.c */
/* A statement that nobody is reading; NULL: the transaction has failed. */
struct statement *statement_find(struct tx *, const char *sql);
void statement_done(struct sqlite_conn *, struct statement *);
bool statement_bind(struct tx *, struct statement *, const struct val *,
    size_t n, bool copy);
/* Lets the oldest go when there are many; while none is busy. */
void statements_trim(struct sqlite_conn *);
void statements_end(struct sqlite_conn *);

/* sqlite.c */
/* Fails the transaction with what SQLite says. */
bool sqlite_fail(struct tx *, int rc);
bool sqlite_say(sqlite3 *, int rc, struct err *);
