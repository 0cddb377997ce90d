/* SPDX-License-Identifier: MIT */
/* place.h: a new, empty place for each test: a schema of its own on the server
 * that RIBBLE_TEST_DATABASE names, or a file in a folder of its own. */
#pragma once
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

struct place_name {
	char where[512];  /* for db_open */
	char folder[64];  /* empty folder for files; the SQLite file is in it */
	char schema[48];  /* empty: SQLite */
};

static inline const char *place_server(void)
{
	const char *url = getenv("RIBBLE_TEST_DATABASE");

	return url && !strncmp(url, "postgres", 8) ? url : NULL;
}

/* Says something to the server, beside the store. */
static inline void place_tell(const char *sql)
{
	PGconn *pg = PQconnectdb(place_server());

	PQclear(PQexec(pg, "set client_min_messages = warning"));
	PGresult *res = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(res);
	PQfinish(pg);
}

static inline struct place_name place_sqlite(void)
{
	struct place_name place = {.folder = "/tmp/ribble-test-XXXXXX"};

	assert_non_null(mkdtemp(place.folder));
	snprintf(place.where, sizeof(place.where), "%s/ribble.db",
	    place.folder);
	return place;
}

static inline struct place_name place_new(void)
{
	static int count;
	const char *url = place_server();
	struct place_name place = place_sqlite();
	char sql[128];

	if (!url)
		return place;
	snprintf(place.schema, sizeof(place.schema), "test_%d_%d",
	    (int)getpid(), ++count);
	snprintf(sql, sizeof(sql), "create schema %s", place.schema);
	place_tell(sql);
	snprintf(place.where, sizeof(place.where),
	    "%s%soptions=-csearch_path%%3D%s", url, strchr(url, '?') ? "&" : "?",
	    place.schema);
	return place;
}

static inline void place_drop(const struct place_name *place)
{
	static const char *const ends[] = {"ribble.db", "ribble.db-wal",
	    "ribble.db-shm", "ribble.db-journal", "other.db", "other.db-wal",
	    "other.db-shm", "backup"};
	char text[128];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(text, sizeof(text), "%s/%s", place->folder, ends[i]);
		unlink(text);
	}
	/* What is left would be something that the store forgot. */
	assert_int_equal(rmdir(place->folder), 0);
	if (!place->schema[0])
		return;
	snprintf(text, sizeof(text), "drop schema %s cascade", place->schema);
	place_tell(text);
}

static inline struct db *place_open(const char *where)
{
	struct err err = {0};
	struct db *db = db_open(where, 4, &err);

	if (!db)
		fail_msg("%s (%s)", err.text, err.hint);
	return db;
}

static inline void must_commit(struct tx *tx)
{
	struct err err = {0};

	if (!db_commit(tx, &err))
		fail_msg("%s", err.text);
}

static inline void must_not_fail(struct tx *tx)
{
	struct err err = {0};

	if (db_failed(tx, &err))
		fail_msg("%s", err.text);
}

#define assert_text(s, text) assert_text_(s, text, __LINE__)
static inline void assert_text_(struct str s, const char *text, int line)
{
	if (!str_is(s, text))
		fail_msg("line %d: '%.*s', not '%s'", line, STR(s), text);
}

/* One place and its database, for tests that want nothing else. */
struct fixture {
	struct place_name place;
	struct db *db;
};

static inline int fixture_open(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->place = place_new();
	f->db = place_open(f->place.where);
	*state = f;
	return 0;
}

static inline int fixture_close(void **state)
{
	struct fixture *f = *state;

	if (f->db)
		db_close(f->db);
	place_drop(&f->place);
	test_free(f);
	return 0;
}

static inline struct db *fixture_db(void **state)
{
	return ((struct fixture *)*state)->db;
}

#define with_place(test) \
	cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
