/* SPDX-License-Identifier: MIT */
/* restore.c: a backup into an empty database, of whichever kind.
 *
 * (1) The whole file is checked against its SHA-256 before anything is read.
 * (2) A database in which anything has happened is refused: the journal must
 *     be empty, and no table may hold more than a new database does.
 * (3) One transaction drops the tables, makes them as the backup's program
 *     did, fills them, applies the migrations made since, and walks the
 *     journal.  So a backup from an older program can be restored, and what
 *     goes wrong changes nothing. */
#include "backup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define SUM_SIZE ((int64_t)sizeof(struct sha256))

/* Reads what is in the frame.  Sticky: after a failure all is zero. */
struct reader {
	int fd;
	int64_t left;  /* bytes of the file before its sum */
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	ZSTD_outBuffer out;
	size_t taken;  /* of out */
	struct err err;
	char from[1 << 16], plain[1 << 17];
};

/* The file. */

static ssize_t read_some(int fd, char *at, int64_t left, size_t size)
{
	ssize_t n;

	do
		n = read(fd, at, left < (int64_t)size ? (size_t)left : size);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool is_whole(struct reader *r, int64_t size, struct err *err)
{
	struct hasher *hasher = hasher_begin();
	char sum[sizeof(struct sha256)];
	ssize_t n = 1;

	for (r->left = size - SUM_SIZE; r->left > 0 && n > 0; r->left -= n) {
		n = read_some(r->fd, r->from, r->left, sizeof(r->from));
		if (n > 0)
			hasher_add(hasher, (struct str){r->from, (size_t)n});
	}
	struct sha256 hash = hasher_end(hasher);
	if (n > 0)
		n = read_some(r->fd, sum, SUM_SIZE, sizeof(sum));
	if (n != SUM_SIZE || memcmp(sum, hash.at, sizeof(sum)) != 0)
		return fail(err, ERR_INPUT, "the backup is damaged: its bytes are "
		    "not those that were written");
	return true;
}

static bool reader_begin(struct reader *r, const char *path, struct err *err)
{
	const struct str magic = BACKUP_MAGIC;
	struct stat is;

	r->zstd = ZSTD_createDStream();
	assert(r->zstd);
	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 || fstat(r->fd, &is) != 0)
		return fail(err, ERR_INPUT, "cannot read %.150s: %s", path,
		    strerror(errno));
	int64_t size = is.st_size;
	if (size < (int64_t)magic.len + SUM_SIZE ||
	    read_some(r->fd, r->from, (int64_t)magic.len, magic.len) !=
	        (ssize_t)magic.len ||
	    memcmp(r->from, magic.at, magic.len) != 0)
		return fail(err, ERR_INPUT, "%.150s is not a backup", path);
	if (lseek(r->fd, 0, SEEK_SET) != 0 || !is_whole(r, size, err) ||
	    lseek(r->fd, (off_t)magic.len, SEEK_SET) < 0)
		return fail(err, ERR_BROKEN, "cannot read %.150s", path);
	r->left = size - SUM_SIZE - (int64_t)magic.len;
	r->out.dst = r->plain;
	r->in.src = r->from;
	return true;
}

static void reader_end(struct reader *r)
{
	ZSTD_freeDStream(r->zstd);
	if (r->fd >= 0)
		close(r->fd);
}

/* Fills the empty buffer of plain bytes. */
static bool refill(struct reader *r)
{
	r->taken = r->out.pos = 0;
	r->out.size = sizeof(r->plain);
	while (r->out.pos == 0) {
		if (r->in.pos == r->in.size) {
			ssize_t n = read_some(r->fd, r->from, r->left,
			    sizeof(r->from));
			if (n <= 0)
				return fail(&r->err, ERR_INPUT,
				    "the backup ends too early");
			r->in.pos = 0;
			r->in.size = (size_t)n;
			r->left -= n;
		}
		size_t rc = ZSTD_decompressStream(r->zstd, &r->out, &r->in);
		if (ZSTD_isError(rc))
			return fail(&r->err, ERR_INPUT, "the backup is damaged: %s",
			    ZSTD_getErrorName(rc));
	}
	return true;
}

static void get(struct reader *r, void *to, size_t n)
{
	char *at = to;

	while (n && r->err.kind == ERR_NONE) {
		size_t have = r->out.pos - r->taken;
		if (!have) {
			refill(r);
			continue;
		}
		if (have > n)
			have = n;
		memcpy(at, r->plain + r->taken, have);
		r->taken += have;
		at += have;
		n -= have;
	}
	memset(at, 0, n);
}

static int get_byte(struct reader *r)
{
	unsigned char byte;

	get(r, &byte, 1);
	return byte;
}

static uint64_t get_number(struct reader *r)
{
	unsigned char bytes[8];
	uint64_t number = 0;

	get(r, bytes, 8);
	for (int i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return number;
}

static struct str get_text(struct reader *r, struct arena *arena)
{
	uint64_t len = get_number(r);

	if (len > BACKUP_TEXT) {
		fail(&r->err, ERR_INPUT,
		    "the backup is damaged: a text is too long");
		return S("");
	}
	char *at = arena_alloc(arena, (size_t)len + 1);
	get(r, at, (size_t)len);
	return (struct str){at, (size_t)len};
}

static struct val get_value(struct reader *r, struct arena *arena)
{
	double real;
	uint64_t bits;

	switch (get_byte(r)) {
	case VAL_NULL:
		return N;
	case VAL_INT:
		return I((int64_t)get_number(r));
	case VAL_REAL:
		bits = get_number(r);
		memcpy(&real, &bits, sizeof(real));
		return R(real);
	case VAL_TEXT:
		return T(get_text(r, arena));
	case VAL_BYTES:
		return B(get_text(r, arena));
	}
	fail(&r->err, ERR_INPUT, "the backup is damaged: a value of no type");
	return N;
}

/* Names become part of statements. */
static struct str get_name(struct reader *r, struct arena *arena)
{
	struct str name = get_text(r, arena);

	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_')
			fail(&r->err, ERR_INPUT,
			    "the backup is damaged: a name that is none");
	}
	return name;
}

/* The database. */

static int64_t count(struct tx *tx, struct str table)
{
	struct arena arena = {0};
	const char *sql = db_text(tx->db, arena_printf(&arena,
	    "select count(*) from \"%.*s\"", STR(table)));

	arena_end(&arena);
	return db_int_(tx, sql, VALS());
}

/* Asks, fresh being a new database, whether this one is like it. */
static bool is_like(struct tx *tx, struct tx *fresh, struct err *err)
{
	struct rows *rows = db_ask_(tx, tx->db->backend->tables, VALS());
	bool same = true;

	while (same && rows_next(rows)) {
		struct str table = rows_text(rows, 0);
		if (!db_int_(fresh, "select count(*) from sqlite_schema "
		    "where type = 'table' and name = $1", VALS(T(table))))
			same = fail(err, ERR_REFUSED, "the database is not empty: "
			    "it has a table %.*s that is not Ribble's", STR(table));
		else if (count(tx, table) != count(fresh, table))
			same = fail(err, ERR_REFUSED, "the database is not empty: "
			    "there are rows in %.*s", STR(table));
	}
	return same || hint(err, "restore into a new database");
}

static bool is_new(struct tx *tx, struct err *err)
{
	struct db *new = db_open(":memory:", 1, err);

	if (!new)
		return false;
	struct tx *fresh = db_read(new);
	bool same = is_like(tx, fresh, err) && !db_failed(tx, err) &&
	    !db_failed(fresh, err);
	db_end(fresh);
	db_close(new);
	return same;
}

static void drop(struct tx *tx, const char *names, const char *form)
{
	struct arena arena = {0};
	struct out script;

	out_memory(&script);
	struct rows *rows = db_ask_(tx, names, VALS());
	while (rows_next(rows))
		out_printf(&script, "drop %s \"%.*s\";", form,
		    STR(rows_text(rows, 0)));
	const char *sql = arena_cstr(&arena, out_str(&script));
	out_end(&script, NULL);
	if (tx->err.kind == ERR_NONE)
		tx->db->backend->script(tx, sql);
	arena_end(&arena);
}

/* Makes the tables as they were for the backup's program.  The first byte
 * that is no migration is returned; *next is the first one made since. */
static int make_tables(struct reader *r, struct tx *tx,
    const struct embedded **next)
{
	const struct embedded *file = embedded_migrations;
	struct arena arena = {0};
	int tag;

	drop(tx, tx->db->backend->views, "view");
	drop(tx, tx->db->backend->tables, "table");
	migrate_begin(tx);
	while ((tag = get_byte(r)) == BACKUP_MIGRATION) {
		get_number(r);
		struct str name = get_text(r, &arena);
		struct str sum = get_text(r, &arena);
		if (!file->path)
			fail(&r->err, ERR_REFUSED, "the backup is of a newer "
			    "program: it has migration %.*s", STR(name));
		else if (!str_is(sum, sha256_text(sha256_of(file->bytes)).at))
			fail(&r->err, ERR_BROKEN, "migration %s is not the one "
			    "that the backup was made with", file->path);
		if (r->err.kind != ERR_NONE)
			break;
		migrate_apply(tx, file++);
	}
	*next = file;
	arena_end(&arena);
	return tag;
}

static const char *insert_of(struct reader *r, struct db *db,
    struct arena *arena, struct str table, size_t *n)
{
	struct str names = S(""), marks = S("");
	uint64_t columns = get_number(r);

	if (columns == 0 || columns > BACKUP_COLUMNS)
		fail(&r->err, ERR_INPUT, "the backup is damaged: a table of %llu "
		    "columns", (unsigned long long)columns);
	for (*n = 0; *n < columns && r->err.kind == ERR_NONE; ++*n) {
		const char *comma = *n ? ", " : "";
		struct str name = get_name(r, arena);
		names = arena_printf(arena, "%.*s%s\"%.*s\"", STR(names), comma,
		    STR(name));
		marks = arena_printf(arena, "%.*s%s$%zu", STR(marks), comma,
		    *n + 1);
	}
	return db_text(db, arena_printf(arena,
	    "insert into \"%.*s\" (%.*s) values (%.*s)", STR(table), STR(names),
	    STR(marks)));
}

static void fill_table(struct reader *r, struct tx *tx)
{
	struct arena arena = {0}, row = {0};
	struct val vals[BACKUP_COLUMNS + 1];
	struct str table = get_name(r, &arena);
	size_t n;
	uint64_t rows = 0;
	const char *insert = insert_of(r, tx->db, &arena, table, &n);
	int tag = 0;

	db_run_(tx, db_text(tx->db, arena_printf(&arena,
	    "delete from \"%.*s\"", STR(table))), VALS());
	for (; r->err.kind == ERR_NONE && tx->err.kind == ERR_NONE &&
	    (tag = get_byte(r)) == BACKUP_ROW; rows++) {
		for (size_t i = 1; i <= n; i++)
			vals[i] = get_value(r, &row);
		if (r->err.kind == ERR_NONE)
			db_run_(tx, insert, vals, n);
		arena_end(&row);
	}
	if (tx->err.kind == ERR_NONE &&
	    (tag != BACKUP_TABLE_END || get_number(r) != rows))
		fail(&r->err, ERR_INPUT, "the backup is damaged: rows of %.*s are "
		    "missing", STR(table));
	arena_end(&arena);
}

static void fill(struct reader *r, struct tx *tx)
{
	struct arena arena = {0};
	const struct embedded *next;
	uint64_t tables = 0;

	get_text(r, &arena); /* version, kind and time are for people */
	get_text(r, &arena);
	get_number(r);
	arena_end(&arena);
	int tag = make_tables(r, tx, &next);
	for (; r->err.kind == ERR_NONE && tag == BACKUP_TABLE; tables++) {
		fill_table(r, tx);
		tag = get_byte(r);
	}
	if (r->err.kind == ERR_NONE && tx->err.kind == ERR_NONE &&
	    (tag != BACKUP_END || get_number(r) != tables))
		fail(&r->err, ERR_INPUT, "the backup is damaged: tables are "
		    "missing");
	for (; r->err.kind == ERR_NONE && next->path; next++)
		migrate_apply(tx, next);
	if (r->err.kind != ERR_NONE)
		tx_fail(tx, r->err.kind, "%s", r->err.text);
}

bool store_restore(struct db *db, const char *path, struct err *err)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct tx *tx;
	int64_t entries = 0;

	assert(r);
	bool done = reader_begin(r, path, err);
	if (done) {
		tx = db_begin(db);
		done = !db_failed(tx, err) && is_new(tx, err);
		if (done)
			fill(r, tx);
		done = done && !db_failed(tx, err) &&
		    journal_walk(tx, &entries, err);
		if (done)
			done = db_commit(tx, err);
		else
			db_end(tx);
	}
	if (done)
		journal_moved(db, entries);
	reader_end(r);
	free(r);
	return done;
}
