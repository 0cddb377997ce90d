/* SPDX-License-Identifier: MIT */
/* postgres.c: a database on a server.
 *
 * A pool of connections, always in pipeline mode.  Transactions that write
 * are read committed and may run side by side; the journal's order comes from
 * the lock of its head row (journal.c).  Those that read have one snapshot,
 * repeatable read.  The server answers a commit when its log is on its disk.
 *
 * A connection that is lost fails its transaction as busy; the next begin
 * makes a new one. */
#include "postgres.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define MANY 512 /* statements of one connection; then a new one is made */

/* Connecting. */

static void ignore_notice(void *with, const char *message)
{
	(void)with;
	(void)message; /* it may hold values */
}

static bool say(PGconn *pg, enum err_kind kind, const char *what,
    struct err *err)
{
	struct str rest = str_of(PQerrorMessage(pg));
	struct str line = str_trim(str_cut(&rest, '\n'));

	return fail(err, kind, "%s: %.*s", what, STR(line));
}

static PGconn *reach(const char *where, struct err *err)
{
	/* What stands before dbname the place may override. */
	static const char *const names[] = {"connect_timeout", "keepalives_idle",
	    "keepalives_interval", "keepalives_count", "tcp_user_timeout",
	    "fallback_application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {"10", "30", "10", "3", "30000", "ribble",
	    where, "UTF8", NULL};
	PGconn *pg = PQconnectdbParams(names, values, 1);

	assert(pg);
	PQsetNoticeProcessor(pg, ignore_notice, NULL);
	if (PQstatus(pg) == CONNECTION_OK)
		return pg;
	say(pg, ERR_BUSY, "could not reach the database", err);
	PQfinish(pg);
	return NULL;
}

static bool prepare_session(PGconn *pg, struct err *err)
{
	const char *encoding = PQparameterStatus(pg, "server_encoding");

	if (PQserverVersion(pg) < 130000)
		return fail(err, ERR_REFUSED,
		    "PostgreSQL 13 or newer is wanted");
	if (!str_is(str_of(encoding), "UTF8"))
		return fail(err, ERR_REFUSED, "the database's encoding is %s; "
		    "UTF8 is wanted", encoding ? encoding : "unknown");
	PGresult *res = PQexec(pg, "set client_min_messages = warning;"
	    "set lock_timeout = '10s';"
	    "set standard_conforming_strings = on;"
	    "select set_config('synchronous_commit', 'on', false) "
	    "where current_setting('synchronous_commit') = 'off'");
	bool done = PQresultStatus(res) == PGRES_TUPLES_OK;
	PQclear(res);
	if (!done || !PQenterPipelineMode(pg))
		return say(pg, ERR_BUSY, "the database did not answer", err);
	return true;
}

static struct conn *
pg_connect(struct db *db, enum conn_use use, struct err *err)
{
	PGconn *pg = reach(db->where, err);

	if (!pg)
		return NULL;
	if (!prepare_session(pg, err)) {
		PQfinish(pg);
		return NULL;
	}
	struct pg_conn *conn = calloc(1, sizeof(*conn));
	assert(conn);
	conn->conn.use = use;
	conn->pg = pg;
	return &conn->conn;
}

static void pg_disconnect(struct conn *base)
{
	struct pg_conn *conn = (struct pg_conn *)base;

	PQfinish(conn->pg);
	pg_statements_end(conn);
	free(conn);
}

/* Has the server gone while nobody looked? */
static bool pg_alive(struct conn *base)
{
	struct pg_conn *conn = (struct pg_conn *)base;
	struct pollfd fd = {.fd = PQsocket(conn->pg), .events = POLLIN};

	pg_drain(conn, 0); /* what the last transaction did not wait for */
	while (!base->lost && poll(&fd, 1, 0) > 0)
		if (!PQconsumeInput(conn->pg) ||
		    PQstatus(conn->pg) != CONNECTION_OK)
			base->lost = true;
	return !base->lost;
}

static bool pg_open(struct db *db, int64_t readers, struct err *err)
{
	(void)db;
	(void)readers;
	return PQisthreadsafe() ||
	    fail(err, ERR_BROKEN, "this libpq cannot be used by threads");
}

static void pg_close(struct db *db)
{
	(void)db;
}

/* Transactions. */

static void pg_begin(struct tx *tx)
{
	struct pg_conn *conn = (struct pg_conn *)tx->conn;

	conn->tx = tx;
	pg_send(conn, SENT_RUN, tx->writes ?
	    "begin isolation level read committed, read write" :
	    "begin isolation level repeatable read, read only", VALS(), NULL);
}

static void leave(struct pg_conn *conn)
{
	conn->tx = NULL;
	if (conn->statements > MANY)
		conn->conn.lost = true;
}

static void pg_commit(struct tx *tx)
{
	struct pg_conn *conn = (struct pg_conn *)tx->conn;

	conn->committed = false;
	if (!pg_send(conn, SENT_COMMIT, "commit", VALS(), NULL))
		return;
	conn->committing = true;
	if (pg_sync(conn))
		pg_drain(conn, 0);
	conn->committing = false;
	if (tx->err.kind == ERR_NONE && !conn->committed)
		tx_fail(tx, ERR_BROKEN, "the database did not commit");
	if (tx->err.kind == ERR_NONE)
		leave(conn);
}

/* Not waited for: the next to take this connection reads the answers. */
static void pg_undo(struct tx *tx)
{
	struct pg_conn *conn = (struct pg_conn *)tx->conn;
	bool clean = tx->err.kind == ERR_NONE && conn->head == conn->tail;

	conn->tx = NULL; /* what fails from here is nobody's */
	if (PQstatus(conn->pg) != CONNECTION_OK)
		conn->conn.lost = true;
	/* After a failure the server skips all up to the next sync. */
	if (!conn->conn.lost && (clean || pg_sync(conn)) &&
	    pg_send(conn, SENT_RUN, "rollback", VALS(), NULL))
		pg_sync(conn);
	leave(conn);
}

static void pg_script(struct tx *tx, const char *sql)
{
	struct pg_conn *conn = (struct pg_conn *)tx->conn;

	pg_sync(conn);
	pg_drain(conn, 0);
	if (tx->err.kind != ERR_NONE)
		return;
	if (!PQexitPipelineMode(conn->pg)) {
		pg_lost(conn);
		return;
	}
	PGresult *res = PQexec(conn->pg, sql);
	if (PQstatus(conn->pg) != CONNECTION_OK)
		pg_lost(conn);
	else if (PQresultStatus(res) == PGRES_FATAL_ERROR)
		pg_fail(conn, res);
	PQclear(res);
	if (!PQenterPipelineMode(conn->pg))
		pg_lost(conn);
}

/* Reading every row has the server compare its pages' checksums. */
static bool pg_check(struct tx *tx, struct err *err)
{
	struct arena arena = {0};
	struct rows *rows = db_ask(tx, "select current_setting('fsync')");
	bool synced = rows_next(rows) && str_is(rows_text(rows, 0), "on");

	rows_end(rows);
	if (!db_failed(tx, err) && !synced)
		return fail(err, ERR_BROKEN, "the server's fsync is off: what is "
		    "acknowledged can be lost");
	rows = db_ask_(tx, tx->db->backend->tables, VALS());
	while (rows_next(rows)) {
		struct str name = rows_text(rows, 0);
		db_int_(tx, db_text(tx->db, arena_printf(&arena,
		    "select count(*) from \"%.*s\"", STR(name))), VALS());
	}
	arena_end(&arena);
	return !db_failed(tx, err);
}

const struct backend backend_postgres = {
    .kind = "postgres",
    .rows_size = sizeof(struct pg_rows),
    .clustered = "",
    /* Any number will do, as long as it is always the same. */
    .lock_schema = "select pg_advisory_xact_lock(7285017142)",
    .tables = "select table_name::text from information_schema.tables "
        "where table_schema = current_schema() and table_type = 'BASE TABLE' "
        "order by 1",
    .views = "select table_name::text from information_schema.views "
        "where table_schema = current_schema() order by 1",
    .columns = "select column_name::text from information_schema.columns "
        "where table_schema = current_schema() and table_name = $1 "
        "order by ordinal_position",
    .open = pg_open,
    .close = pg_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .alive = pg_alive,
    .begin = pg_begin,
    .commit = pg_commit,
    .undo = pg_undo,
    .run = pg_run,
    .changed = pg_changed,
    .ask = pg_ask,
    .next = pg_next,
    .end = pg_end,
    .value = pg_value,
    .script = pg_script,
    .check = pg_check,
};
