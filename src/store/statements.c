/* SPDX-License-Identifier: MIT */
/* statements.c: prepared SQLite statements, found by their literal's address.
 * A literal that is asked again while its rows are open gets a second
 * statement, which goes when those rows end. */
#include "sqlite.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MANY 256 /* statements kept between transactions */

static size_t home(const struct statements *s, const char *sql)
{
	uint64_t h = (uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32) & (s->size - 1);
}

static void put(struct statements *s, struct statement *one)
{
	size_t i = home(s, one->sql);

	while (s->table[i])
		i = (i + 1) & (s->size - 1);
	s->table[i] = one;
	s->n++;
}

static void grow(struct statements *s)
{
	struct statements old = *s;

	s->size = old.size ? 2 * old.size : 128;
	s->n = 0;
	s->table = calloc(s->size, sizeof(struct statement *));
	assert(s->table);
	for (size_t i = 0; i < old.size; i++)
		if (old.table[i])
			put(s, old.table[i]);
	free(old.table);
}

static void keep(struct statements *s, struct statement *one)
{
	if (2 * (s->n + 1) > s->size)
		grow(s);
	put(s, one);
}

static int slot_of(sqlite3_stmt *stmt, int i)
{
	const char *name = sqlite3_bind_parameter_name(stmt, i);
	int64_t n;

	if (!name || name[0] != '$' || !str_int(str_of(name + 1), &n) ||
	    n < 1 || n > UINT16_MAX)
		return 0;
	return (int)n;
}

static struct statement *prepare(struct tx *tx, const char *sql)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
	sqlite3_stmt *stmt;
	const char *rest = "";

	int rc = sqlite3_prepare_v3(conn->db, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
	if (rc != SQLITE_OK) {
		sqlite_fail(tx, rc);
		return NULL;
	}
	int n = sqlite3_bind_parameter_count(stmt);
	struct statement *s = calloc(1,
	    sizeof(*s) + sizeof(*s->slots) * (size_t)n);
	assert(s);
	s->sql = sql;
	s->stmt = stmt;
	s->slots_n = n;
	bool good = stmt && str_trim(str_of(rest)).len == 0;
	for (int i = 1; i <= n; i++) {
		int slot = slot_of(stmt, i);
		good = good && slot;
		s->slots[i - 1] = (uint16_t)slot;
		if (slot > s->highest)
			s->highest = slot;
	}
	if (good)
		return s;
	sqlite3_finalize(stmt);
	free(s);
	tx_fail(tx, ERR_BROKEN, "one statement with $1, $2, ... is wanted");
	return NULL;
}

static struct statement *found(struct statements *all, const char *sql)
{
	if (!all->size)
		return NULL;
	for (size_t i = home(all, sql); all->table[i];
	    i = (i + 1) & (all->size - 1))
		if (all->table[i]->sql == sql)
			return all->table[i];
	return NULL;
}

struct statement *statement_find(struct tx *tx, const char *sql)
{
	struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
	struct statements *all = &conn->statements;
	struct statement *s = found(all, sql);

	/* Another text at the same address would be run as this one. */
	assert(!s || strcmp(sqlite3_sql(s->stmt), sql) == 0);
	if (s && !s->busy) {
		s->used = ++all->count;
		return s;
	}
	bool again = s != NULL;
	s = prepare(tx, sql);
	if (!s || again)
		return s;
	keep(all, s);
	s->kept = true;
	s->used = ++all->count;
	return s;
}

static void statement_free(struct statement *s)
{
	sqlite3_finalize(s->stmt);
	free(s);
}

void statement_done(struct sqlite_conn *conn, struct statement *s)
{
	(void)conn;
	sqlite3_reset(s->stmt);
	s->busy = false;
	if (!s->kept)
		statement_free(s);
}

static int bind(sqlite3_stmt *stmt, int i, const struct val *val, bool copy)
{
	/* A run is over before its values go; rows may outlive them. */
	sqlite3_destructor_type how = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;

	switch (val->type) {
	case VAL_INT:
		return sqlite3_bind_int64(stmt, i, val->i);
	case VAL_REAL:
		return sqlite3_bind_double(stmt, i, val->r);
	case VAL_TEXT:
		return sqlite3_bind_text64(stmt, i, val->s.len ? val->s.at : "",
		    val->s.len, how, SQLITE_UTF8);
	case VAL_BYTES:
		return sqlite3_bind_blob64(stmt, i, val->s.len ? val->s.at : "",
		    val->s.len, how);
	default:
		return sqlite3_bind_null(stmt, i);
	}
}

bool statement_bind(struct tx *tx, struct statement *s,
    const struct val *vals, size_t n, bool copy)
{
	if ((size_t)s->highest != n)
		return tx_fail(tx, ERR_BROKEN,
		    "statement takes %d values and was given %zu: %.100s",
		    s->highest, n, s->sql);
	for (int i = 0; i < s->slots_n; i++) {
		int rc = bind(s->stmt, i + 1, &vals[s->slots[i]], copy);
		if (rc != SQLITE_OK)
			return sqlite_fail(tx, rc);
	}
	return true;
}

static int by_used(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void statements_trim(struct sqlite_conn *conn)
{
	struct statements old = conn->statements;
	size_t n = 0;

	if (old.n <= MANY)
		return;
	uint64_t *used = calloc(old.n, sizeof(*used));
	assert(used);
	for (size_t i = 0; i < old.size; i++)
		if (old.table[i])
			used[n++] = old.table[i]->used;
	qsort(used, n, sizeof(*used), by_used);
	uint64_t oldest = used[n - MANY / 2];
	free(used);
	conn->statements = (struct statements){.count = old.count};
	for (size_t i = 0; i < old.size; i++) {
		struct statement *s = old.table[i];
		if (s && s->used < oldest) {
			statement_free(s);
		} else if (s) {
			keep(&conn->statements, s);
		}
	}
	free(old.table);
}

void statements_end(struct sqlite_conn *conn)
{
	struct statements *all = &conn->statements;

	for (size_t i = 0; i < all->size; i++)
		if (all->table[i])
			statement_free(all->table[i]);
	free(all->table);
	*all = (struct statements){0};
}
