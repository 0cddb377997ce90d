/* SPDX-License-Identifier: MIT */
/* backup.c: every table into one file, from one snapshot, while others read
 * and write.  The file gets its name when it is whole and on the disk. */
#include "backup.h"
#include "durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define LEVEL 3

struct writer {
	struct out plain;  /* flows into squeeze */
	struct out file;   /* flows to the descriptor */
	ZSTD_CStream *zstd;
	struct hasher *hasher;
	char buffer[1 << 16];
};

/* Bytes of the file itself. */
static void put_file(struct writer *w, struct str bytes)
{
	hasher_add(w->hasher, bytes);
	out_put(&w->file, bytes);
}

static bool squeeze_more(struct writer *w, ZSTD_inBuffer *in,
    ZSTD_EndDirective how, size_t *left, struct err *err)
{
	ZSTD_outBuffer out = {w->buffer, sizeof(w->buffer), 0};

	*left = ZSTD_compressStream2(w->zstd, &out, in, how);
	if (ZSTD_isError(*left))
		return fail(err, ERR_BROKEN, "could not compress: %s",
		    ZSTD_getErrorName(*left));
	put_file(w, (struct str){w->buffer, out.pos});
	return true;
}

static bool squeeze(void *to, struct str bytes, struct err *err)
{
	struct writer *w = to;
	ZSTD_inBuffer in = {bytes.at, bytes.len, 0};
	size_t left;

	while (in.pos < in.size)
		if (!squeeze_more(w, &in, ZSTD_e_continue, &left, err))
			return false;
	return true;
}

static void writer_begin(struct writer *w, int fd)
{
	w->zstd = ZSTD_createCStream();
	assert(w->zstd);
	ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
	w->hasher = hasher_begin();
	out_file(&w->file, fd);
	out_call(&w->plain, squeeze, w);
	put_file(w, BACKUP_MAGIC);
}

static bool writer_end(struct writer *w, struct err *err)
{
	ZSTD_inBuffer none = {NULL, 0, 0};
	size_t left = 1;
	bool done = out_end(&w->plain, err);

	while (done && left)
		done = squeeze_more(w, &none, ZSTD_e_end, &left, err);
	ZSTD_freeCStream(w->zstd);
	struct sha256 sum = hasher_end(w->hasher);
	out_put(&w->file, (struct str){(const char *)sum.at, sizeof(sum.at)});
	return out_end(&w->file, done ? err : NULL) && done;
}

static void put_number(struct out *out, uint64_t number)
{
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(number >> (56 - 8 * i));
	out_put(out, (struct str){bytes, 8});
}

static void put_text(struct out *out, struct str text)
{
	put_number(out, text.len);
	out_put(out, text);
}

static void put_value(struct out *out, struct val val)
{
	uint64_t bits;

	out_char(out, (char)val.type);
	switch (val.type) {
	case VAL_NULL:
		break;
	case VAL_INT:
		put_number(out, (uint64_t)val.i);
		break;
	case VAL_REAL:
		memcpy(&bits, &val.r, sizeof(bits));
		put_number(out, bits);
		break;
	case VAL_TEXT:
	case VAL_BYTES:
		put_text(out, val.s);
		break;
	}
}

static void put_head(struct tx *tx, struct out *out)
{
	struct rows *rows = db_ask(tx,
	    "select number, name, sha256 from migration order by number");

	put_text(out, S(RIBBLE_VERSION));
	put_text(out, str_of(tx->db->backend->kind));
	put_number(out, (uint64_t)outside_now());
	while (rows_next(rows)) {
		out_char(out, BACKUP_MIGRATION);
		put_number(out, (uint64_t)rows_int(rows, 0));
		put_text(out, rows_text(rows, 1));
		put_text(out, rows_text(rows, 2));
	}
}

/* Names of columns, and the statement that asks for them all. */
static const char *put_columns(struct tx *tx, struct out *out,
    struct arena *arena, struct str table, int *n)
{
	struct str columns[BACKUP_COLUMNS], list = S("");
	const char *sql = tx->db->backend->columns;
	struct rows *rows = db_ask_(tx, sql, VALS(T(table)));

	for (*n = 0; rows_next(rows) && *n < BACKUP_COLUMNS; ++*n)
		columns[*n] = arena_keep(arena, rows_text(rows, 0));
	put_number(out, (uint64_t)*n);
	for (int i = 0; i < *n; i++) {
		put_text(out, columns[i]);
		list = arena_printf(arena, "%.*s%s\"%.*s\"", STR(list),
		    i ? ", " : "", STR(columns[i]));
	}
	return db_text(tx->db, arena_printf(arena, "select %.*s from \"%.*s\"",
	    STR(list), STR(table)));
}

static void put_table(struct tx *tx, struct out *out, struct str table)
{
	struct arena arena = {0};
	uint64_t count = 0;
	int n;

	out_char(out, BACKUP_TABLE);
	put_text(out, table);
	const char *sql = put_columns(tx, out, &arena, table, &n);
	struct rows *rows = db_ask_(tx, sql, VALS());
	for (; rows_next(rows) && out->err.kind == ERR_NONE; count++) {
		out_char(out, BACKUP_ROW);
		for (int i = 0; i < n; i++)
			put_value(out, rows_val(rows, i));
	}
	rows_end(rows);
	out_char(out, BACKUP_TABLE_END);
	put_number(out, count);
	arena_end(&arena);
}

static bool put_all(struct db *db, struct out *out, struct err *err)
{
	struct tx *tx = db_read(db);
	uint64_t tables = 0;

	put_head(tx, out);
	struct rows *rows = db_ask_(tx, db->backend->tables, VALS());
	while (rows_next(rows)) {
		struct str table = rows_text(rows, 0);
		if (str_is(table, "migration"))
			continue;
		put_table(tx, out, table);
		tables++;
	}
	out_char(out, BACKUP_END);
	put_number(out, tables);
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static bool write_file(struct db *db, int fd, struct err *err)
{
	struct writer *w = calloc(1, sizeof(*w));

	assert(w);
	writer_begin(w, fd);
	bool done = put_all(db, &w->plain, err);
	done = writer_end(w, done ? err : NULL) && done;
	free(w);
	if (done && fsync(fd) != 0)
		done = fail(err, ERR_BROKEN, "could not write: %s",
		    strerror(errno));
	return done;
}

bool store_backup(struct db *db, const char *path, struct err *err)
{
	struct arena arena = {0};
	struct str draft = arena_printf(&arena, "%s.XXXXXX", path);
	int fd = mkostemp((char *)draft.at, O_CLOEXEC); /* for its owner only */
	int why = errno;

	if (fd < 0) {
		arena_end(&arena);
		return fail(err, ERR_INPUT, "cannot write %.150s: %s", path,
		    strerror(why));
	}
	bool done = write_file(db, fd, err);
	close(fd);
	if (done && rename(draft.at, path) != 0)
		done = fail(err, ERR_BROKEN, "cannot write %.150s: %s", path,
		    strerror(errno));
	if (!done)
		unlink(draft.at);
	else if (!folder_sync(path))
		done = fail(err, ERR_BROKEN, "could not write %.150s: %s", path,
		    strerror(errno));
	arena_end(&arena);
	return done;
}
