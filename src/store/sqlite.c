/* SPDX-License-Identifier: MIT */
/* sqlite.c: a database in one file.
 *
 * A write-ahead log, so that readers and the one writer do not wait for each
 * other.  The pool of one writing connection is the writer's turn; commits
 * are made durable together (durable.c).
 *
 * ":memory:" is the same thing in files that lose their names as soon as they
 * are open: readers keep their snapshots and nothing stays behind. */
#include "sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLEETING_READERS 8
#ifndef BUSY_MS
#define BUSY_MS 10000 /* for another program's turn to write */
#endif

struct place {
	char *path;
	bool fleeting;
	struct durable durable;
	struct conn *ready[2]; /* fleeting: opened beforehand, by use */
};

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

/* Connections. */

static int count_frames(void *with, sqlite3 *db, const char *name, int frames)
{
	struct sqlite_conn *conn = with;

	(void)db;
	(void)name;
	conn->frames = frames;
	return SQLITE_OK;
}

static const char pragmas_all[] =
    "pragma synchronous = normal; pragma wal_autocheckpoint = 0;"
    "pragma mmap_size = 0; pragma trusted_schema = off;";
static const char pragmas_write[] =
    "pragma cache_size = -65536; pragma journal_size_limit = 67108864;";
static const char pragmas_read[] =
    "pragma cache_size = -4096; pragma query_only = on;";

static const char pragmas_fleeting[] =
    "pragma synchronous = off; pragma wal_autocheckpoint = 1000;";

static sqlite3 *open_file(const char *path, struct err *err)
{
	sqlite3 *db;
	int rc = sqlite3_open_v2(path, &db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	assert(db);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_MS);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, pragmas_all, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return db;
	fail(err, ERR_BROKEN, "cannot open the database %.150s: %s", path,
	    sqlite3_errmsg(db));
	sqlite3_close_v2(db);
	return NULL;
}

static struct conn *
open_conn(const struct place *place, enum conn_use use, struct err *err)
{
	sqlite3 *db = open_file(place->path, err);

	if (!db)
		return NULL;
	/* The last of these makes the connection open the log. */
	int rc = sqlite3_exec(db,
	    use == FOR_WRITING ? pragmas_write : pragmas_read, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "select 1 from sqlite_schema", NULL, NULL,
		    NULL);
	if (rc == SQLITE_OK && place->fleeting)
		rc = sqlite3_exec(db, pragmas_fleeting, NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		sqlite_say(db, rc, err);
		sqlite3_close_v2(db);
		return NULL;
	}
	struct sqlite_conn *conn = calloc(1, sizeof(*conn));
	assert(conn);
	conn->conn.use = use;
	conn->db = db;
	if (use == FOR_WRITING && !place->fleeting)
		sqlite3_wal_hook(db, count_frames, conn);
	return &conn->conn;
}

static struct conn *
sqlite_connect(struct db *db, enum conn_use use, struct err *err)
{
	struct place *place = db->place;

	if (!place->fleeting)
		return open_conn(place, use, err);
	/* Those of a fleeting place are made in its beginning; the pool asks
	 * for each of them once, and under its limit. */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&lock);
	struct conn *conn = place->ready[use];
	assert(conn);
	place->ready[use] = conn->next;
	pthread_mutex_unlock(&lock);
	return conn;
}

static void sqlite_disconnect(struct conn *base)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)base;

	statements_end(conn);
	sqlite3_close_v2(conn->db);
	free(conn);
}

static bool sqlite_alive(struct conn *conn)
{
	return !conn->lost;
}

/* Places. */

/* Patients' data is for its owner's eyes; the log's files follow this one. */
static bool make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return fail(err, ERR_BROKEN, "cannot open the database %.150s: %s",
		    path, strerror(errno));
	close(fd);
	return true;
}

/* Gives back SQLite's answer; *on: the file now is in write-ahead mode. */
static int try_log(sqlite3 *db, bool *on)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "pragma journal_mode = wal", -1, &stmt,
	    NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	*on = rc == SQLITE_ROW &&
	    str_is(str_of((const char *)sqlite3_column_text(stmt, 0)), "wal");
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* Puts the file into write-ahead mode and the log beside it. */
static bool begin_log(sqlite3 *db, struct err *err)
{
	int64_t until = outside_ticks() + BUSY_MS * 1000;
	bool on;
	int rc;

	/* Where two switch the mode at once, SQLite refuses one and does not
	 * wait by itself. */
	while ((rc = try_log(db, &on)) != SQLITE_OK &&
	    (rc & 0xff) == SQLITE_BUSY && outside_ticks() < until)
		usleep(5000);
	if (rc == SQLITE_OK && !on)
		return fail(err, ERR_BROKEN,
		    "the database's folder cannot hold a write-ahead log");
	/* The log's file appears with the first thing read. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "select 1 from sqlite_schema", NULL, NULL,
		    NULL);
	return rc == SQLITE_OK || sqlite_say(db, rc, err);
}

static bool open_ready(struct place *place, int64_t readers, struct err *err)
{
	for (int64_t i = 0; i <= readers; i++) {
		enum conn_use use = i ? FOR_READING : FOR_WRITING;
		struct conn *conn = open_conn(place, use, err);
		if (!conn)
			return false;
		conn->next = place->ready[use];
		place->ready[use] = conn;
	}
	return true;
}

static void unlink_all(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[256];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (snprintf(name, sizeof(name), "%s%s", path, ends[i]) > 0)
			unlink(name);
}

static bool open_fleeting(struct db *db, int64_t readers, struct err *err)
{
	struct place *place = db->place;
	const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char path[64];

	place->fleeting = true;
	if (readers > FLEETING_READERS)
		readers = db->pools[FOR_READING].limit = FLEETING_READERS;
	db->pools[FOR_WATCHING].limit = 0; /* there is no other program */
	snprintf(path, sizeof(path), "%s/ribble-XXXXXX", folder);
	int fd = mkstemp(path);
	if (fd < 0)
		return fail(err, ERR_BROKEN, "cannot make a file in %s: %s", folder,
		    strerror(errno));
	close(fd);
	place->path = strdup(path);
	sqlite3 *first = open_file(path, err);
	bool done = first && begin_log(first, err) &&
	    open_ready(place, readers, err);
	sqlite3_close_v2(first);
	unlink_all(path);
	return done;
}

static bool sqlite_open(struct db *db, int64_t readers, struct err *err)
{
	struct place *place = calloc(1, sizeof(*place));

	assert(place && sqlite3_threadsafe());
	db->place = place;
	db->pools[FOR_WRITING].limit = 1;
	if (str_is(str_of(db->where), ":memory:"))
		return open_fleeting(db, readers, err);
	place->path = strdup(db->where);
	if (!make_file(place->path, err))
		return false;
	sqlite3 *keeper = open_file(place->path, err);
	if (!keeper)
		return false;
	if (!begin_log(keeper, err)) {
		sqlite3_close_v2(keeper);
		return false;
	}
	return durable_open(&place->durable, place->path, keeper, err);
}

static void sqlite_close(struct db *db)
{
	struct place *place = db->place;

	if (!place)
		return;
	for (int use = FOR_READING; use <= FOR_WRITING; use++) {
		while (place->ready[use]) {
			struct conn *conn = place->ready[use];
			place->ready[use] = conn->next;
			sqlite_disconnect(conn);
		}
	}
	durable_close(&place->durable);
	free(place->path);
	free(place);
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
