/* SPDX-License-Identifier: MIT */
/* seal.c: a study that has settled gets a manifest: a line for each instance
 * in its pack.  One that comes later is appended after it, and unseals. */
#include "archive/inside.h"

#include <string.h>

#define SEALS_EACH 64 /* in one look at the table */

static const char hex[] = "0123456789abcdef";

static void put_hash(struct out *out, struct str hash)
{
	for (size_t i = 0; i < hash.len; i++) {
		out_char(out, hex[(unsigned char)hash.at[i] >> 4]);
		out_char(out, hex[(unsigned char)hash.at[i] & 15]);
	}
}

/* "instance ID AT SIZE HASH SHOWN UID", and before them the study. */
static void write_manifest(struct tx *tx, struct out *out, int64_t study,
    struct str uid)
{
	struct rows *rows = db_ask(tx, "select id, at, size, hash, aside, uid "
	    "from instance where study = $1 order by at", I(study));

	out_printf(out, "study %lld %.*s\n", (long long)study, STR(uid));
	while (rows_next(rows)) {
		out_printf(out, "instance %lld %lld %lld ",
		    (long long)rows_int(rows, 0), (long long)rows_int(rows, 1),
		    (long long)rows_int(rows, 2));
		put_hash(out, rows_text(rows, 3));
		out_printf(out, " %s ", rows_int(rows, 4) ? "aside" : "shown");
		out_put(out, rows_text(rows, 5));
		out_char(out, '\n');
	}
	rows_end(rows);
}

static bool mark_sealed(struct archive *a, struct pack *pack, struct err *err)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(a->db);
	struct match m;

	db_run(tx, "update study set sealed = 1, pack_end = $1 where id = $2",
	    I(pack->end), I(pack->id));
	if (study_at(tx, &arena, pack->id, &m)) {
		journal_add(tx, S("study.sealed"), m.study.uid, S("archive"),
		    S(""));
		if (a->options.settled &&
		    !a->options.settled(a->options.with, tx, &m.study))
			tx_fail(tx, ERR_BROKEN,
			    "what follows a settled study failed");
	}
	arena_end(&arena);
	bool done = db_commit(tx, err);
	if (!done) /* the manifest is in the pack, and the index lacks it */
		atomic_store(&pack->stale, true);
	return done;
}

static bool write_seal(struct archive *a, struct pack *pack, struct err *err)
{
	struct out out;
	struct tx *tx = db_read(a->db);
	bool done;

	out_memory(&out);
	write_manifest(tx, &out, pack->id, str_of(pack->uid));
	done = !db_failed(tx, err);
	db_end(tx);
	done = done && quiet_write(pack, RECORD_MANIFEST, pack->id,
	    out_str(&out), err);
	out_end(&out, NULL);
	if (done)
		pack->manifest_end = pack->end;
	return done;
}

/* What follows a seal may fail for long: manifests must not pile up. */
static bool seal(struct archive *a, struct pack *pack, struct err *err)
{
	return (pack->manifest_end == pack->end ||
	    write_seal(a, pack, err)) && mark_sealed(a, pack, err);
}

/* Studies that have settled; how many, at most SEALS_EACH. */
static size_t settled(struct archive *a, int64_t *ids, int64_t after,
    struct err *err)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select id from study "
	    "where sealed = 0 and changed_at <= $1 and id > $2 "
	    "order by id limit 64",
	    I(outside_now() - a->options.settle_s * US_PER_S), I(after));
	size_t n = 0;

	while (n < SEALS_EACH && rows_next(rows))
		ids[n++] = rows_int(rows, 0);
	rows_end(rows);
	db_failed(tx, err);
	db_end(tx);
	return n;
}

bool seal_settled(struct archive *a, struct err *err)
{
	int64_t ids[SEALS_EACH], last = 0;
	size_t n;

	while (!err->kind && (n = settled(a, ids, last, err)) > 0) {
		for (size_t i = 0; i < n; i++) {
			struct err why = {0};
			struct pack *pack = quiet_take(a, ids[i], &why);
			if (pack) {
				seal(a, pack, &why);
				quiet_let_go(a, pack);
			}
			/* One that is used or damaged stops nobody else. */
			if (why.kind)
				log_line(LOG_WARN, "archive", "seal=refused "
				    "study=%lld why=\"%s\"",
				    (long long)ids[i], why.text);
			last = ids[i];
		}
	}
	return !err->kind;
}
