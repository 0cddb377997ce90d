/* SPDX-License-Identifier: MIT */
/* db.c: the public face: places, sticky transactions, rows.
 *
 * (1) After its first failure a transaction runs and asks nothing more, its
 *     open rows end, and db_commit undoes it and says why.
 * (2) What one kind of database would refuse, both refuse: text is UTF-8
 *     without NUL, and a real that is not a number is null.
 * (3) db_commit tells nobody of success before it is durable. */
#include "backend.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct backend *backend_of(const char *where)
{
	struct str place = str_of(where);

	if (str_starts(place, S("postgres://")) ||
	    str_starts(place, S("postgresql://")))
		return &backend_postgres;
	return &backend_sqlite;
}

struct db *db_open(const char *where, int64_t readers, struct err *err)
{
	struct db *db = calloc(1, sizeof(*db));

	assert(db && readers > 0);
	db->backend = backend_of(where);
	db->where = strdup(where);
	db->texts = texts_open();
	pool_open(&db->pools[FOR_READING], FOR_READING, readers);
	pool_open(&db->pools[FOR_WRITING], FOR_WRITING, readers);
	pool_open(&db->pools[FOR_WATCHING], FOR_WATCHING, 1);
	if (db->backend->open(db, readers, err) && migrate(db, err) &&
	    journal_open(db, err))
		return db;
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	journal_close(db);
	for (int use = FOR_READING; use <= FOR_WATCHING; use++)
		pool_close(db, &db->pools[use]);
	db->backend->close(db);
	texts_close(db->texts);
	free((char *)db->where);
	free(db);
}

const char *db_kind(const struct db *db)
{
	return db->backend->kind;
}

static struct tx *tx_new(struct db *db, enum conn_use use)
{
	struct tx *tx = calloc(1, sizeof(*tx));

	assert(tx);
	tx->db = db;
	tx->writes = use == FOR_WRITING;
	tx->last_entry = &tx->entries;
	return tx;
}

struct tx *tx_begin(struct db *db, enum conn_use use)
{
	struct tx *tx = tx_new(db, use);

	tx->conn = pool_take(db, &db->pools[use], true, &tx->err);
	if (tx->conn)
		db->backend->begin(tx);
	return tx;
}

struct tx *tx_try(struct db *db, enum conn_use use)
{
	struct err err = {0};
	struct conn *conn = pool_take(db, &db->pools[use], false, &err);

	if (!conn)
		return NULL;
	struct tx *tx = tx_new(db, use);
	tx->conn = conn;
	db->backend->begin(tx);
	return tx;
}

struct tx *db_begin(struct db *db)
{
	return tx_begin(db, FOR_WRITING);
}

struct tx *db_read(struct db *db)
{
	return tx_begin(db, FOR_READING);
}

static void free_rows(struct rows *rows)
{
	while (rows) {
		struct rows *next = rows->next;
		free(rows);
		rows = next;
	}
}

static void close_rows(struct tx *tx)
{
	while (tx->open)
		rows_end(tx->open);
}

/* Gives the connection back, so that the next in turn can go on. */
static void let_go(struct tx *tx)
{
	if (tx->conn)
		pool_give(tx->db, &tx->db->pools[tx->conn->use], tx->conn);
	tx->conn = NULL;
}

static void tx_free(struct tx *tx)
{
	free_rows(tx->spare);
	arena_end(&tx->arena);
	free(tx);
}

bool db_commit(struct tx *tx, struct err *err)
{
	const struct backend *backend = tx->db->backend;

	close_rows(tx);
	if (tx->entries)
		journal_flush(tx);
	if (tx->err.kind == ERR_NONE)
		backend->commit(tx);
	if (tx->err.kind != ERR_NONE && tx->conn)
		backend->undo(tx);
	let_go(tx);
	if (tx->err.kind == ERR_NONE && tx->writes && backend->settle)
		backend->settle(tx->db, tx->ticket, &tx->err);
	bool kept = tx->err.kind == ERR_NONE;
	if (kept && tx->entries)
		journal_moved(tx->db, tx->seq);
	if (!kept && err && err->kind == ERR_NONE)
		*err = tx->err;
	tx_free(tx);
	return kept;
}

void db_end(struct tx *tx)
{
	close_rows(tx);
	if (tx->conn)
		tx->db->backend->undo(tx);
	let_go(tx);
	tx_free(tx);
}

bool db_failed(const struct tx *tx, struct err *err)
{
	if (tx->err.kind == ERR_NONE)
		return false;
	if (err && err->kind == ERR_NONE)
		*err = tx->err;
	return true;
}

bool tx_fail(struct tx *tx, enum err_kind kind, const char *format, ...)
{
	struct err err = {0};
	va_list args;

	if (tx->err.kind != ERR_NONE)
		return false;
	va_start(args, format);
	vsnprintf(err.text, sizeof(err.text), format, args);
	va_end(args);
	return fail(&tx->err, kind, "%s", err.text);
}

/* Nearly all text is short and ASCII, and is seen through here. */
static bool is_plain(struct str s)
{
	uint64_t eight, high = UINT64_C(0x8080808080808080),
	    low = UINT64_C(0x0101010101010101);
	size_t i = 0;

	for (; s.len - i >= 8; i += 8) {
		memcpy(&eight, s.at + i, 8);
		if ((eight | (eight - low)) & high)
			return false;
	}
	for (; i < s.len; i++)
		if (s.at[i] <= 0)
			return false;
	return true;
}

static bool is_storable(struct str s)
{
	return is_plain(s) || (!memchr(s.at, 0, s.len) && str_is_utf8(s));
}

/* vals[0] is nobody's: $1 is vals[1]. */
static bool vals_fit(struct tx *tx, const struct val *vals, size_t n)
{
	for (size_t i = 1; i <= n; i++)
		if (vals[i].type == VAL_TEXT && !is_storable(vals[i].s))
			return tx_fail(tx, ERR_INPUT,
			    "value $%zu is not UTF-8 text", i);
	return true;
}

void db_run_(struct tx *tx, const char *sql, const struct val *vals, size_t n)
{
	if (tx->err.kind == ERR_NONE && vals_fit(tx, vals, n))
		tx->db->backend->run(tx, sql, vals, n);
}

static struct rows *rows_new(struct tx *tx)
{
	struct rows *rows = tx->spare;

	if (rows)
		tx->spare = rows->next;
	else
		rows = calloc(1, tx->db->backend->rows_size);
	assert(rows);
	rows->tx = tx;
	rows->open = true;
	rows->here = false;
	rows->next = tx->open;
	rows->link = &tx->open;
	if (rows->next)
		rows->next->link = &rows->next;
	tx->open = rows;
	return rows;
}

struct rows *
db_ask_(struct tx *tx, const char *sql, const struct val *vals, size_t n)
{
	struct rows *rows = rows_new(tx);

	if (tx->err.kind == ERR_NONE && vals_fit(tx, vals, n))
		tx->db->backend->ask(rows, sql, vals, n);
	return rows;
}

int64_t db_changed(struct tx *tx)
{
	return tx->err.kind == ERR_NONE ? tx->db->backend->changed(tx) : 0;
}

bool rows_next(struct rows *rows)
{
	if (!rows->open)
		return false;
	if (rows->scratch.blocks)
		arena_end(&rows->scratch);
	rows->here = rows->tx->err.kind == ERR_NONE &&
	    rows->tx->db->backend->next(rows);
	if (!rows->here)
		rows_end(rows);
	return rows->here;
}

void rows_end(struct rows *rows)
{
	if (!rows->open)
		return;
	rows->tx->db->backend->end(rows);
	arena_end(&rows->scratch);
	rows->open = rows->here = false;
	*rows->link = rows->next;
	if (rows->next)
		rows->next->link = rows->link;
	rows->next = rows->tx->spare;
	rows->tx->spare = rows;
}

int64_t
db_int_(struct tx *tx, const char *sql, const struct val *vals, size_t n)
{
	struct rows *rows = db_ask_(tx, sql, vals, n);
	int64_t i = rows_next(rows) ? rows_int(rows, 0) : 0;

	rows_end(rows);
	return i;
}
