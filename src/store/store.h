/* SPDX-License-Identifier: MIT */
/* store.h: what is remembered: a database asked in SQL, and the journal.
 *
 * SQLite and PostgreSQL stand behind this one header; the place says which.
 * A statement is known by the address of its literal: one text, one plan.
 * Transactions are sticky: after the first failure statements are ignored
 * (asks give no rows, open rows end), and db_commit undoes all and says why:
 * ERR_CONFLICT is a unique key, ERR_BUSY may work later, text that is not
 * UTF-8 is ERR_INPUT.
 *
 * One dialect: $1 placeholders, on conflict ... do update, returning, bigint,
 * text, bytea, double precision, partial indexes.  In migrations only,
 * "$clustered" after a table's closing bracket means: kept in the order of
 * its primary key (SQLite: without rowid).  Two traps: a function that wants
 * an int wants cast($1 as integer), and order by text follows the collation
 * of the PostgreSQL database. */
#pragma once
#include "core/core.h"

struct db;   /* one place; used from any thread */
struct tx;   /* one transaction; used by the thread that began it */
struct rows; /* belongs to its transaction */

/* Opens and migrates.  where: a path, ":memory:", or postgres://... */
struct db *db_open(const char *where, int64_t readers, struct err *);
void db_close(struct db *);
const char *db_kind(const struct db *); /* "sqlite" or "postgres" */

/* To write; waits for its turn.  SQLite has one writer; PostgreSQL many, each
 * seeing what others commit: let the where of an update decide. */
struct tx *db_begin(struct db *);
struct tx *db_read(struct db *);  /* a snapshot, as of its first ask */
/* Durable when it returns true; shared with others that commit meanwhile. */
bool db_commit(struct tx *, struct err *); /* ends the transaction */
void db_end(struct tx *);         /* ends a read, or undoes a write */
bool db_failed(const struct tx *, struct err *); /* copies the reason */
/* Fails the transaction as fail() does; returns false. */
bool tx_fail(struct tx *, enum err_kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct val {
	enum { VAL_NULL, VAL_INT, VAL_REAL, VAL_TEXT, VAL_BYTES } type;
	union {
		int64_t i;
		double r;
		struct str s;
	};
};
#define I(x) ((struct val){.type = VAL_INT, .i = (x)})
#define R(x) ((struct val){.type = VAL_REAL, .r = (x)})
#define T(x) ((struct val){.type = VAL_TEXT, .s = (x)})
#define B(x) ((struct val){.type = VAL_BYTES, .s = (x)})
static const struct val N = {.type = VAL_NULL}; /* no macro: headers use the letter */
struct val val_day(int32_t day);      /* NO_DAY is null */
struct val val_time(int64_t at);      /* NO_TIME is null */
struct val val_text(struct str text); /* empty is null */

#define VALS_(...) (const struct val[]){{VAL_NULL, {0}}, ##__VA_ARGS__}
#define VALS(...) VALS_(__VA_ARGS__), \
	sizeof(VALS_(__VA_ARGS__)) / sizeof(struct val) - 1 /* $1 is the second */
/* sql is a literal, or a text from db_text. */
#define db_run(tx, sql, ...) db_run_(tx, sql, VALS(__VA_ARGS__))
#define db_ask(tx, sql, ...) db_ask_(tx, sql, VALS(__VA_ARGS__))
void db_run_(struct tx *, const char *sql, const struct val *, size_t n);
struct rows *db_ask_(struct tx *, const char *sql, const struct val *,
    size_t n);
int64_t db_changed(struct tx *); /* rows moved by the last db_run */
/* Several rows may be open at once, and statements run between; but what is
 * still being read must not be changed. */
bool rows_next(struct rows *);   /* false after the last, which ends them */
void rows_end(struct rows *);    /* when leaving before the last */
bool rows_null(struct rows *, int column);
int64_t rows_int(struct rows *, int column); /* null is 0 */
double rows_real(struct rows *, int column);
struct str rows_text(struct rows *, int column); /* until the next rows_next */
int32_t rows_day(struct rows *, int column);     /* null is NO_DAY */
int64_t rows_time(struct rows *, int column);    /* null is NO_TIME */
/* The first row's first column as a number; 0 without a row. */
#define db_int(tx, sql, ...) db_int_(tx, sql, VALS(__VA_ARGS__))
int64_t db_int_(struct tx *, const char *sql, const struct val *, size_t n);

/* A text kept for the life of the place, with one address: for the few
 * statements that are not literals. */
const char *db_text(struct db *, struct str text);

/* A statement whose where grows.  Each piece may hold one "$" that stands
 * for its value: query_add(&q, " and org = $", T(org)). */
struct query {
	struct db *db;
	char text[4000];
	size_t len, n;
	struct val vals[40];
};
void query_begin(struct query *, struct tx *, const char *text);
void query_add(struct query *, const char *text, struct val);
void query_text(struct query *, const char *text);
struct rows *query_ask(struct tx *, struct query *);

/* The journal: append-only, gapless, chained by SHA-256.  Entries get their
 * number and time at the commit; a transaction does not see its own. */
struct journal_entry {
	int64_t seq, at;
	struct str kind, subject, who, detail; /* detail is JSON or empty */
};
void journal_add(struct tx *, struct str kind, struct str subject,
    struct str who, struct str detail);
struct rows *journal_after(struct tx *, int64_t seq); /* seq, at, kind, subject, who, detail */
int64_t journal_last(struct db *); /* newest committed seq; cheap, from memory */
/* Waits until it has moved past seq, at most for wait_ms; returns the newest. */
int64_t journal_wait(struct db *, int64_t seq, int64_t wait_ms);
/* Walks the whole chain: what is changed or missing is the error's text. */
bool journal_check(struct db *, int64_t *entries, struct err *);

/* Every table to one checked, compressed file, from one snapshot; and back,
 * into an empty database of either kind. */
bool store_backup(struct db *, const char *path, struct err *);
bool store_restore(struct db *, const char *path, struct err *);
/* Is everything as it should be: migrations, pages, constraints. */
bool store_check(struct db *, struct err *);
