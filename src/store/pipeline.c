/* SPDX-License-Identifier: MIT */
/* pipeline.c: statements sent to PostgreSQL ahead of its answers.
 *
 * The ring remembers what was sent, in order; the head is what the server
 * answers next.  A run is sent and not waited for; answers are read when one
 * is needed, or when too many are outstanding.  Both sides' memory stays
 * bounded: at most HIGH statements are unanswered, and only as much is sent
 * behind an ask whose rows are not all read as the socket holds (BEHIND), for
 * the server will not read on before it could send those rows, and libpq would
 * take them all in to be rid of what it has. */
#include "postgres.h"

#include <assert.h>
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HIGH 1024
#define LOW 512
#define PUSH 256 /* statements after which the server is told to answer */
#define BEHIND 32768 /* bytes, when a statement counts as EACH and its values */
#define EACH 512     /* a small packet takes up more than its bytes */

/* Failures. */

static enum err_kind kind_of(struct str state)
{
	static const struct {
		const char *state;
		enum err_kind kind;
	} kinds[] = {
	    {"23505", ERR_CONFLICT}, /* unique_violation */
	    {"40001", ERR_BUSY},     /* serialization_failure */
	    {"40P01", ERR_BUSY},     /* deadlock_detected */
	    {"55P03", ERR_BUSY},     /* lock_not_available */
	    {"57", ERR_BUSY},        /* the server stops, or was told to */
	    {"53", ERR_BUSY},        /* disk, memory, connections */
	    {"08P01", ERR_BROKEN},   /* a wrong number of values */
	    {"08", ERR_BUSY},        /* connection */
	    {"0A000", ERR_BUSY},     /* a plan whose table changed */
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_starts(state, str_of(kinds[i].state)))
			return kinds[i].kind;
	return ERR_BROKEN;
}

/* Messages of the classes 22 and 23 can hold values; those are not told. */
void pg_fail(struct pg_conn *conn, const PGresult *res)
{
	const char *told = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *name = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
	const char *column = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
	const char *why = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	struct str state = str_of(told ? told : "08000");

	/* Another program changed the tables; a new connection plans anew. */
	if (str_is(state, "0A000") || str_starts(state, S("57P")))
		conn->conn.lost = true;
	if (!conn->tx)
		return;
	struct err *err = &conn->tx->err;
	enum err_kind kind = kind_of(state);
	if (!name)
		name = column ? column : "";
	if (kind == ERR_CONFLICT)
		fail(err, kind, "unique constraint failed: %s", name);
	else if (str_starts(state, S("23")))
		fail(err, kind, "constraint failed: %s", name);
	else if (str_starts(state, S("22")))
		fail(err, kind, "a value was refused by the database (%.*s)",
		    STR(state));
	else
		fail(err, kind, "%s", why ? why : "the database failed");
}

/* What was sent will not be answered. */
void pg_lost(struct pg_conn *conn)
{
	conn->conn.lost = true;
	if (conn->tx)
		tx_fail(conn->tx, ERR_BUSY, "the connection to the database was "
		    "lost%s", conn->committing ?
		    " at the commit: it is not known whether it was kept" : "");
	while (conn->head < conn->tail)
		pg_pop(conn);
}

/* Statements. */

static size_t home(const struct pg_conn *conn, const char *sql)
{
	uint64_t h = (uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32) & (conn->size - 1);
}

static void put(struct pg_conn *conn, struct pg_statement *s)
{
	size_t i = home(conn, s->sql);

	while (conn->table[i])
		i = (i + 1) & (conn->size - 1);
	conn->table[i] = s;
	conn->statements++;
}

static void statement_free(struct pg_statement *s)
{
	if (s)
		free(s->text);
	free(s);
}

/* Moves all to a new table, without one of them. */
static void move(struct pg_conn *conn, size_t size, struct pg_statement *but)
{
	struct pg_statement **old = conn->table;
	size_t old_size = conn->size;

	conn->size = size;
	conn->statements = 0;
	conn->table = calloc(size, sizeof(struct pg_statement *));
	assert(conn->table);
	for (size_t i = 0; i < old_size; i++)
		if (old[i] && old[i] != but)
			put(conn, old[i]);
	free(old);
	statement_free(but);
}

static bool suits(const struct pg_statement *s, const struct val *vals,
    size_t n)
{
	if (s->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s->types[i] != vals[i + 1].type &&
		    s->types[i] != VAL_NULL && vals[i + 1].type != VAL_NULL)
			return false;
	return true;
}

static struct pg_statement *found(struct pg_conn *conn, const char *sql,
    const struct val *vals, size_t n)
{
	if (!conn->size)
		return NULL;
	for (size_t i = home(conn, sql); conn->table[i];
	    i = (i + 1) & (conn->size - 1)) {
		struct pg_statement *s = conn->table[i];
		if (s->sql != sql)
			continue;
		/* Another text at this address would be run as this one. */
		assert(strcmp(s->text, sql) == 0);
		if (suits(s, vals, n))
			return s;
	}
	return NULL;
}

static struct sent *push(struct pg_conn *conn, enum sent_kind kind)
{
	struct sent *sent = &conn->ring[conn->tail++ % PG_RING];

	assert(conn->tail - conn->head <= PG_RING);
	*sent = (struct sent){.kind = kind};
	return sent;
}

static struct pg_statement *prepare(struct pg_conn *conn, const char *sql,
    const struct val *vals, size_t n)
{
	static const Oid oids[] = {[VAL_NULL] = 0, [VAL_INT] = 20,
	    [VAL_REAL] = 701, [VAL_TEXT] = 25, [VAL_BYTES] = 17};
	struct pg_statement *s = calloc(1, sizeof(*s) + n);
	Oid types[PG_VALUES];

	assert(s);
	s->sql = sql;
	s->text = strdup(sql);
	s->n = (uint16_t)n;
	snprintf(s->name, sizeof(s->name), "r%u", ++conn->named);
	for (size_t i = 0; i < n; i++) {
		s->types[i] = (unsigned char)vals[i + 1].type;
		types[i] = oids[vals[i + 1].type];
	}
	if (!PQsendPrepare(conn->pg, s->name, sql, (int)n, types)) {
		statement_free(s);
		pg_lost(conn);
		return NULL;
	}
	push(conn, SENT_PREPARE)->statement = s;
	if (2 * (conn->statements + 1) > conn->size)
		move(conn, conn->size ? 2 * conn->size : 128, NULL);
	put(conn, s);
	return s;
}

void pg_statements_end(struct pg_conn *conn)
{
	for (size_t i = 0; i < conn->size; i++)
		statement_free(conn->table[i]);
	free(conn->table);
	conn->table = NULL;
	conn->size = conn->statements = 0;
}

/* Sending. */

struct params {
	const char *values[PG_VALUES];
	int lengths[PG_VALUES], formats[PG_VALUES];
	char texts[PG_VALUES][28]; /* numbers */
};

/* Digits towards the front; gives back where they begin. */
static const char *digits(char *text, size_t size, int64_t i)
{
	uint64_t left = i < 0 ? -(uint64_t)i : (uint64_t)i;
	char *at = text + size;

	*--at = '\0';
	do
		*--at = (char)('0' + left % 10);
	while (left /= 10);
	if (i < 0)
		*--at = '-';
	return at;
}

/* Declared types travel in binary, exactly.  A guessed one may be anything
 * that the text of a number can become. */
static void set_param(struct params *p, size_t i, const struct val *val,
    bool declared)
{
	uint64_t bits = (uint64_t)val->i;
	bool is_text = val->type == VAL_TEXT || val->type == VAL_BYTES;

	p->lengths[i] = is_text ? (int)val->s.len : 8;
	p->formats[i] = is_text || declared;
	if (val->type == VAL_NULL || (val->type == VAL_REAL && isnan(val->r))) {
		p->values[i] = NULL;
	} else if (is_text) {
		p->values[i] = val->s.len ? val->s.at : "";
	} else if (declared) {
		bits = htobe64(bits);
		memcpy(p->texts[i], &bits, 8);
		p->values[i] = p->texts[i];
	} else if (val->type == VAL_INT) {
		p->values[i] = digits(p->texts[i], sizeof(p->texts[i]), val->i);
	} else {
		snprintf(p->texts[i], sizeof(p->texts[i]), "%.17g", val->r);
		p->values[i] = p->texts[i];
	}
}

static bool measure(struct pg_conn *conn, const struct val *vals, size_t n,
    size_t *size)
{
	*size = EACH + 12 * n;
	if (n > PG_VALUES)
		return tx_fail(conn->tx, ERR_BROKEN, "%zu values are too many",
		    n);
	for (size_t i = 1; i <= n; i++) {
		if (vals[i].type != VAL_TEXT && vals[i].type != VAL_BYTES)
			continue;
		if (vals[i].s.len > 1000000000)
			return tx_fail(conn->tx, ERR_INPUT,
			    "value $%zu is too large", i);
		*size += vals[i].s.len;
	}
	return true;
}

/* Is there room to send so much?  If not, makes it. */
static bool make_room(struct pg_conn *conn, size_t size)
{
	if (conn->tail - conn->head >= HIGH)
		pg_drain(conn, LOW);
	if (conn->asks && (conn->behind += size) > BEHIND)
		pg_drain(conn, 0);
	return PQstatus(conn->pg) == CONNECTION_OK &&
	    (!conn->tx || conn->tx->err.kind == ERR_NONE);
}

bool pg_send(struct pg_conn *conn, enum sent_kind kind, const char *sql,
    const struct val *vals, size_t n, struct pg_rows *rows)
{
	struct params p;
	size_t size;

	if (!measure(conn, vals, n, &size) || !make_room(conn, size))
		return false;
	struct pg_statement *s = found(conn, sql, vals, n);
	if (!s && !(s = prepare(conn, sql, vals, n)))
		return false;
	for (size_t i = 0; i < n; i++)
		set_param(&p, i, &vals[i + 1], s->types[i] != VAL_NULL);
	if (!PQsendQueryPrepared(conn->pg, s->name, (int)n, p.values, p.lengths,
	    p.formats, 1)) {
		pg_lost(conn);
		return false;
	}
	struct sent *sent = push(conn, kind);
	if (kind == SENT_ASK) {
		sent->rows = rows;
		conn->asks++;
		conn->behind = 0;
	} else if (kind == SENT_RUN) {
		conn->last_run = conn->tail - 1;
	}
	if (conn->tail - conn->pushed >= PUSH)
		pg_push(conn, conn->tail - 1);
	return true;
}

bool pg_sync(struct pg_conn *conn)
{
	if (!PQpipelineSync(conn->pg)) {
		pg_lost(conn);
		return false;
	}
	push(conn, SENT_SYNC);
	conn->pushed = conn->tail;
	return true;
}

void pg_push(struct pg_conn *conn, uint64_t index)
{
	if (index < conn->pushed)
		return;
	if (!PQsendFlushRequest(conn->pg) || PQflush(conn->pg) < 0)
		pg_lost(conn);
	conn->pushed = conn->tail;
}

/* Receiving. */

void pg_pop(struct pg_conn *conn)
{
	struct sent *sent = &conn->ring[conn->head++ % PG_RING];

	if (sent->kind != SENT_ASK)
		return;
	conn->asks--;
	if (sent->rows)
		sent->rows->pending = false;
}

PGresult *pg_take(struct pg_conn *conn)
{
	PGresult *res = PQgetResult(conn->pg);

	if (PQstatus(conn->pg) == CONNECTION_OK)
		return res;
	PQclear(res);
	pg_lost(conn);
	return NULL;
}

void pg_start(struct pg_conn *conn, struct sent *sent)
{
	/* Refused when an earlier statement failed; then there are no rows. */
	if (sent->kind == SENT_ASK && !sent->started)
		PQsetSingleRowMode(conn->pg);
	sent->started = true;
}

static void note_done(struct pg_conn *conn, const struct sent *sent,
    PGresult *res)
{
	if (sent->kind == SENT_COMMIT) {
		conn->committed = str_is(str_of(PQcmdStatus(res)), "COMMIT");
	} else if (sent->kind == SENT_RUN && conn->head == conn->last_run) {
		conn->changed = 0;
		str_int(str_of(PQcmdTuples(res)), &conn->changed);
	}
}

static void note(struct pg_conn *conn, struct sent *sent, PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_SINGLE_TUPLE:
		if (sent->kind == SENT_ASK && sent->rows)
			pg_keep(sent->rows, res);
		return;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		note_done(conn, sent, res);
		return;
	case PGRES_PIPELINE_SYNC:
		return;
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		pg_fail(conn, res);
	}
	if (sent->kind == SENT_PREPARE) {
		move(conn, conn->size, sent->statement);
		sent->statement = NULL;
	}
}

static void answer(struct pg_conn *conn)
{
	struct sent *sent = &conn->ring[conn->head % PG_RING];
	PGresult *res;

	pg_push(conn, conn->head);
	pg_start(conn, sent);
	while (conn->head < conn->tail && (res = pg_take(conn))) {
		note(conn, sent, res);
		PQclear(res);
		if (sent->kind == SENT_SYNC)
			break; /* after this comes no end */
	}
	if (conn->head < conn->tail)
		pg_pop(conn);
}

void pg_drain(struct pg_conn *conn, uint64_t left)
{
	while (conn->tail - conn->head > left)
		answer(conn);
}

void pg_run(struct tx *tx, const char *sql, const struct val *vals, size_t n)
{
	pg_send((struct pg_conn *)tx->conn, SENT_RUN, sql, vals, n, NULL);
}

int64_t pg_changed(struct tx *tx)
{
	struct pg_conn *conn = (struct pg_conn *)tx->conn;

	if (conn->last_run >= conn->head)
		pg_drain(conn, conn->tail - conn->last_run - 1);
	return tx->err.kind == ERR_NONE ? conn->changed : 0;
}
