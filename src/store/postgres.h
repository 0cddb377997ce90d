/* SPDX-License-Identifier: MIT */
/* postgres.h: one PostgreSQL connection, its statements, and what was sent
 * on it and is not answered yet.  Private to store/. */
#pragma once
#include "backend.h"
#include "spill.h"
#include <libpq-fe.h>

#define PG_VALUES 512 /* of one statement, at most */
#define PG_RING 2048  /* statements not yet answered, at most */

/* One literal, prepared.  A value that was null when it was first run is left
 * for the server to guess the type of; the others are declared. */
struct pg_statement {
	const char *sql;
	char *text, name[12];
	uint16_t n;
	unsigned char types[]; /* VAL_...; VAL_NULL: the server's guess */
};

struct pg_rows {
	struct rows rows;
	uint64_t index;     /* of its ask, while that is unanswered */
	bool pending;
	PGresult *now;      /* the row that is here, as it came */
	struct spill *spill;
	struct val *vals;   /* the row that is here, from the spill */
};

enum sent_kind { SENT_PREPARE, SENT_RUN, SENT_ASK, SENT_COMMIT, SENT_SYNC };

struct sent {
	enum sent_kind kind;
	bool started;       /* ask: its rows are coming one at a time */
	union {
		struct pg_statement *statement; /* prepare */
		struct pg_rows *rows;           /* ask; NULL: nobody wants them */
	};
};

struct pg_conn {
	struct conn conn;
	PGconn *pg;
	struct tx *tx;      /* whose failures these are; NULL: nobody's */
	struct pg_statement **table; /* open addressing, by literal's address */
	size_t size, statements;
	unsigned named;
	struct sent ring[PG_RING];
	uint64_t head, tail; /* answered up to; sent up to */
	uint64_t pushed;     /* the server was told to answer up to */
	uint64_t last_run, asks; /* asks: unanswered ones */
	size_t behind;       /* bytes sent behind an unanswered ask */
	int64_t changed;
	bool committing, committed;
};

/* pipeline.c */
bool pg_send(struct pg_conn *, enum sent_kind, const char *sql,
    const struct val *, size_t n, struct pg_rows *);
bool pg_sync(struct pg_conn *);
/* Reads answers until no more than this many are awaited. */
void pg_drain(struct pg_conn *, uint64_t left);
PGresult *pg_take(struct pg_conn *); /* the next result of the head */
void pg_push(struct pg_conn *, uint64_t index); /* have it answered soon */
void pg_start(struct pg_conn *, struct sent *); /* row by row from here */
void pg_pop(struct pg_conn *);       /* the head is answered */
void pg_lost(struct pg_conn *);
void pg_fail(struct pg_conn *, const PGresult *);
void pg_statements_end(struct pg_conn *);
void pg_run(struct tx *, const char *sql, const struct val *, size_t n);
int64_t pg_changed(struct tx *);

/* stream.c */
void pg_ask(struct rows *, const char *sql, const struct val *, size_t n);
bool pg_next(struct rows *);
void pg_end(struct rows *);
struct val pg_value(struct rows *, int column);
/* Puts aside a row that came while another answer was wanted. */
void pg_keep(struct pg_rows *, const PGresult *);
