/* SPDX-License-Identifier: MIT */
/* sqlite.c: transactions and statements on a database in one file (file.c).
 *
 * A write-ahead log, so that readers and the one writer do not wait for each
 * other.  The pool of one writing connection is the writer's turn; commits
 * are made durable together (durable.c). */
#include "sqlite.h"

#include <assert.h>
#include <string.h>

struct sqlite_rows {
	struct rows rows;
	struct statement *statement;
};

static sqlite3 *db_of(struct tx *tx)
{
	return ((struct sqlite_conn *)tx->conn)->db;
}

static enum err_kind kind_of(int rc)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_CONFLICT;
	case SQLITE_TOOBIG:
		return ERR_INPUT;
	}
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
		return ERR_BUSY;
	}
	return ERR_BROKEN;
}

/* SQLite's messages name tables, columns and constraints, never values. */
bool sqlite_say(sqlite3 *db, int rc, struct err *err)
{
	const char *why = sqlite3_errmsg(db);

	if (kind_of(rc) == ERR_CONFLICT && str_starts(str_of(why), S("UNIQUE")))
		return fail(err, ERR_CONFLICT, "unique%s", why + 6);
	if ((rc & 0xff) == SQLITE_BUSY)
		return fail(err, ERR_BUSY, "another program is writing");
	return fail(err, kind_of(rc), "%s", why);
}

bool sqlite_fail(struct tx *tx, int rc)
{
	return sqlite_say(db_of(tx), rc, &tx->err);
}

/* Transactions. */

static bool step_once(struct tx *tx, const char *sql)
{
	struct statement *s = statement_find(tx, sql);

	if (!s)
		return false;
	int rc = sqlite3_step(s->stmt);
	if (rc != SQLITE_DONE)
		sqlite_fail(tx, rc);
	statement_done((struct sqlite_conn *)tx->conn, s);
	return rc == SQLITE_DONE;
}

static void sqlite_begin(struct tx *tx)
{
	struct place *place = tx->db->place;

	if (!tx->writes)
		step_once(tx, "begin");
	else if (place->fleeting || !durable_broken(&place->durable, &tx->err))
		step_once(tx, "begin immediate");
}

static void sqlite_commit(struct tx *tx)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
	struct place *place = tx->db->place;

	conn->frames = 0;
	if (!step_once(tx, "commit"))
		return;
	if (tx->writes && !place->fleeting)
		tx->ticket = durable_written(&place->durable, conn->frames);
	statements_trim(conn);
}

static void sqlite_undo(struct tx *tx)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;

	/* Some failures have undone it already. */
	if (!sqlite3_get_autocommit(conn->db) &&
	    sqlite3_exec(conn->db, "rollback", NULL, NULL, NULL) != SQLITE_OK)
		conn->conn.lost = !((struct place *)tx->db->place)->fleeting;
	statements_trim(conn);
}

static void tidy(struct db *db)
{
	struct place *place = db->place;
	struct pool *pool = &db->pools[FOR_WRITING];

	if (!durable_tidy(&place->durable))
		return;
	struct conn *turn = pool_take(db, pool, true, NULL);
	durable_cut(&place->durable);
	if (turn)
		pool_give(db, pool, turn);
}

static bool sqlite_settle(struct db *db, uint64_t ticket, struct err *err)
{
	struct place *place = db->place;

	if (place->fleeting)
		return true;
	bool kept = durable_wait(&place->durable, ticket, err);
	tidy(db);
	return kept;
}

/* Statements. */

static void sqlite_run(struct tx *tx, const char *sql, const struct val *vals,
    size_t n)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
	struct statement *s = statement_find(tx, sql);
	int rc;

	if (!s)
		return;
	if (statement_bind(tx, s, vals, n, false)) {
		do
			rc = sqlite3_step(s->stmt);
		while (rc == SQLITE_ROW);
		if (rc != SQLITE_DONE)
			sqlite_fail(tx, rc);
		conn->changed = sqlite3_changes64(conn->db);
	}
	statement_done(conn, s);
}

static int64_t sqlite_changed(struct tx *tx)
{
	return ((struct sqlite_conn *)tx->conn)->changed;
}

static void sqlite_ask(struct rows *rows, const char *sql,
    const struct val *vals, size_t n)
{
	struct tx *tx = rows->tx;
	struct statement *s = statement_find(tx, sql);

	if (!s)
		return;
	if (!statement_bind(tx, s, vals, n, true)) {
		statement_done((struct sqlite_conn *)tx->conn, s);
		return;
	}
	s->busy = true;
	((struct sqlite_rows *)rows)->statement = s;
}

static bool sqlite_next(struct rows *rows)
{
	int rc = sqlite3_step(((struct sqlite_rows *)rows)->statement->stmt);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		sqlite_fail(rows->tx, rc);
	return rc == SQLITE_ROW;
}

static void sqlite_end(struct rows *base)
{
	struct sqlite_rows *rows = (struct sqlite_rows *)base;

	if (rows->statement)
		statement_done((struct sqlite_conn *)base->tx->conn,
		    rows->statement);
	rows->statement = NULL;
}

static struct val sqlite_value(struct rows *rows, int column)
{
	sqlite3_stmt *stmt = ((struct sqlite_rows *)rows)->statement->stmt;
	struct str s;

	assert(column >= 0 && column < sqlite3_column_count(stmt));
	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		return I(sqlite3_column_int64(stmt, column));
	case SQLITE_FLOAT:
		return R(sqlite3_column_double(stmt, column));
	case SQLITE_TEXT:
		s.at = (const char *)sqlite3_column_text(stmt, column);
		s.len = (size_t)sqlite3_column_bytes(stmt, column);
		return T(s);
	case SQLITE_BLOB:
		s.at = sqlite3_column_blob(stmt, column);
		s.len = (size_t)sqlite3_column_bytes(stmt, column);
		return B(s.at ? s : S(""));
	default:
		return N;
	}
}

static void sqlite_script(struct tx *tx, const char *sql)
{
	int rc = sqlite3_exec(db_of(tx), sql, NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		sqlite_fail(tx, rc);
}

static bool sqlite_check(struct tx *tx, struct err *err)
{
	struct rows *rows = db_ask(tx, "pragma quick_check(1)");
	bool good = true;

	while (rows_next(rows))
		if (!str_is(rows_text(rows, 0), "ok"))
			good = fail(err, ERR_BROKEN, "the database file: %.*s",
			    STR(rows_text(rows, 0)));
	return good && !db_failed(tx, err);
}

const struct backend backend_sqlite = {
    .kind = "sqlite",
    .rows_size = sizeof(struct sqlite_rows),
    .clustered = "without rowid",
    .tables = "select name from sqlite_schema where type = 'table' "
        "and name not like 'sqlite~_%' escape '~' order by name",
    .views = "select name from sqlite_schema where type = 'view' order by name",
    .columns = "select name from pragma_table_info($1) order by cid",
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .alive = sqlite_alive,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .undo = sqlite_undo,
    .settle = sqlite_settle,
    .run = sqlite_run,
    .changed = sqlite_changed,
    .ask = sqlite_ask,
    .next = sqlite_next,
    .end = sqlite_end,
    .value = sqlite_value,
    .script = sqlite_script,
    .check = sqlite_check,
};
