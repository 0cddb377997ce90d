/* SPDX-License-Identifier: MIT */
/* migrate.c: numbered SQL files, applied in order, each in a transaction,
 * forward only.  The table migration remembers which were, and their SHA-256:
 * a file that was changed after a database took it in is an error, and so is
 * a database that knows files we do not have. */
#include "backend.h"

#include <string.h>

static const char make_table[] = "create table if not exists migration ("
    "number bigint primary key, "
    "name text not null, "
    "sha256 text not null, "
    "at bigint not null)";

int64_t migrate_number(const struct embedded *file)
{
	int64_t number = 0;
	struct str name = str_of(file->path);

	str_int(str_cut(&name, '-'), &number);
	return number;
}

/* With $clustered as this kind of database says it. */
static const char *text_of(struct arena *arena, const struct backend *backend,
    struct str sql)
{
	const char mark[] = "$clustered";
	struct str text = arena_keep(arena, sql);
	struct out out;

	out_memory(&out);
	for (const char *at = text.at, *next;; at = next + strlen(mark)) {
		next = strstr(at, mark);
		out_put(&out, next ? (struct str){at, (size_t)(next - at)} :
		    str_of(at));
		if (!next)
			break;
		out_put(&out, str_of(backend->clustered));
	}
	const char *whole = arena_cstr(arena, out_str(&out));
	out_end(&out, NULL);
	return whole;
}

void migrate_apply(struct tx *tx, const struct embedded *file)
{
	struct arena arena = {0};
	const struct backend *backend = tx->db->backend;

	if (tx->err.kind == ERR_NONE)
		backend->script(tx, text_of(&arena, backend, file->bytes));
	db_run(tx, "insert into migration (number, name, sha256, at) "
	    "values ($1, $2, $3, $4)", I(migrate_number(file)),
	    T(str_of(file->path)),
	    T(str_of(sha256_text(sha256_of(file->bytes)).at)), I(outside_now()));
	arena_end(&arena);
}

/* Another program may be opening the same place. */
static struct tx *begin(struct db *db)
{
	struct tx *tx = db_begin(db);

	if (db->backend->lock_schema)
		db_run_(tx, db->backend->lock_schema, VALS());
	return tx;
}

void migrate_begin(struct tx *tx)
{
	if (tx->err.kind == ERR_NONE)
		tx->db->backend->script(tx, make_table);
}

static bool make(struct db *db, struct err *err)
{
	struct tx *tx = begin(db);

	migrate_begin(tx);
	return db_commit(tx, err);
}

/* Is what the database took in what we have?  *newest: its last. */
static bool compare(struct tx *tx, int64_t *newest, struct err *err)
{
	const struct embedded *file = embedded_migrations;
	struct rows *rows = db_ask(tx,
	    "select number, name, sha256 from migration order by number");

	for (*newest = 0; rows_next(rows); file++) {
		int64_t number = *newest = rows_int(rows, 0);
		struct str name = rows_text(rows, 1);
		if (!file->path) {
			fail(err, ERR_REFUSED, "the database is newer than this "
			    "program: it has migration %.*s", STR(name));
			return hint(err, "run the newer program");
		}
		if (number > migrate_number(file))
			return fail(err, ERR_BROKEN, "migration %s was never "
			    "applied, but %.*s was", file->path, STR(name));
		if (number < migrate_number(file))
			return fail(err, ERR_BROKEN, "migration %.*s was "
			    "applied, but this program does not have it", STR(name));
		struct sha256_text sum = sha256_text(sha256_of(file->bytes));
		if (!str_is(rows_text(rows, 2), sum.at))
			return fail(err, ERR_BROKEN, "migration %s was changed "
			    "after it was applied", file->path);
	}
	return !db_failed(tx, err);
}

static bool apply_next(struct db *db, bool *more, struct err *err)
{
	struct tx *tx = begin(db);
	const struct embedded *file = embedded_migrations;
	int64_t newest;

	*more = false;
	if (!compare(tx, &newest, err)) {
		db_end(tx);
		return false;
	}
	while (file->path && migrate_number(file) <= newest)
		file++;
	if (!file->path)
		return db_commit(tx, err);
	*more = true;
	migrate_apply(tx, file);
	if (db_commit(tx, err))
		return true;
	return err && hint(err, "in migration %s", file->path);
}

bool migrate(struct db *db, struct err *err)
{
	bool more = true;

	if (!make(db, err))
		return false;
	while (more)
		if (!apply_next(db, &more, err))
			return false;
	return true;
}

bool migrate_check(struct tx *tx, struct err *err)
{
	const struct embedded *file = embedded_migrations;
	int64_t newest;

	if (!compare(tx, &newest, err))
		return false;
	while (file->path && migrate_number(file) <= newest)
		file++;
	return !file->path || fail(err, ERR_BROKEN,
	    "migration %s was never applied", file->path);
}
