/* SPDX-License-Identifier: MIT */
/* file.c: the file that SQLite keeps, and connections to it.
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

static int count_frames(void *with, sqlite3 *db, const char *name, int frames)
{
	struct sqlite_conn *conn = with;

	(void)db;
	(void)name;
	conn->frames = frames;
	return SQLITE_OK;
}

/* Pages of 8 KiB: taking a large file is a third faster than with 4 (see
 * bench/import), and 16 is no better.  Holds for a new file only. */
static const char pragmas_all[] =
    "pragma synchronous = normal; pragma page_size = 8192;"
    "pragma wal_autocheckpoint = 0;"
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
	const char *pragmas = use == FOR_WRITING ? pragmas_write : pragmas_read;
	int rc = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
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

struct conn *
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

void sqlite_disconnect(struct conn *base)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)base;

	statements_end(conn);
	sqlite3_close_v2(conn->db);
	free(conn);
}

bool sqlite_alive(struct conn *conn)
{
	return !conn->lost;
}

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
	bool has_shm = access("/dev/shm", W_OK) == 0;
	const char *folder = has_shm ? "/dev/shm" : "/tmp";
	char path[64];

	place->fleeting = true;
	if (readers > FLEETING_READERS)
		readers = db->pools[FOR_READING].limit = FLEETING_READERS;
	db->pools[FOR_WATCHING].limit = 0; /* there is no other program */
	snprintf(path, sizeof(path), "%s/ribble-XXXXXX", folder);
	int fd = mkstemp(path);
	if (fd < 0)
		return fail(err, ERR_BROKEN, "cannot make a file in %s: %s",
		    folder, strerror(errno));
	close(fd);
	place->path = strdup(path);
	sqlite3 *first = open_file(path, err);
	bool done = first && begin_log(first, err) &&
	    open_ready(place, readers, err);
	sqlite3_close_v2(first);
	unlink_all(path);
	return done;
}

bool sqlite_open(struct db *db, int64_t readers, struct err *err)
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

void sqlite_close(struct db *db)
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
