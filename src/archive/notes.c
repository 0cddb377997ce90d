/* SPDX-License-Identifier: MIT */
/* notes.c: what people decided about a study (deletion, hold, conflicts) goes
 * into its pack too, so that it comes back when the index is made again. */
#include "archive/inside.h"

#include <string.h>

#define NOTES_EACH 64

struct note { int64_t id, study; struct str text; };

static size_t notes_waiting(struct archive *a, struct arena *arena,
    struct note *notes, int64_t after, struct err *err)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select id, study, text from pack_note "
	    "where id > $1 order by id limit 64", I(after));
	size_t n = 0;

	while (n < NOTES_EACH && rows_next(rows))
		notes[n++] = (struct note){rows_int(rows, 0), rows_int(rows, 1),
		    arena_keep(arena, rows_text(rows, 2))};
	rows_end(rows);
	db_failed(tx, err);
	db_end(tx);
	return n;
}

/* The study may have gone meanwhile: then the note goes too. */
static bool finish(struct archive *a, const struct note *note, int64_t end,
    struct err *err)
{
	struct tx *tx = db_begin(a->db);

	if (end)
		db_run(tx, "update study set pack_end = $1 where id = $2",
		    I(end), I(note->study));
	db_run(tx, "delete from pack_note where id = $1", I(note->id));
	return db_commit(tx, err);
}

static bool write_note(struct archive *a, const struct note *note,
    struct err *err)
{
	struct pack *pack = quiet_take(a, note->study, err);
	bool done;

	if (!pack)
		return err->kind == ERR_MISSING && finish(a, note, 0,
		    &(struct err){0});
	done = quiet_write(pack, RECORD_NOTE, note->id, note->text, err) &&
	    finish(a, note, pack->end, err);
	if (!done)
		atomic_store(&pack->stale, true);
	quiet_let_go(a, pack);
	return done;
}

bool notes_write(struct archive *a, struct err *err)
{
	struct note notes[NOTES_EACH];
	struct arena arena = {0};
	int64_t last = 0;
	size_t n;

	while (!err->kind && (n = notes_waiting(a, &arena, notes, last, err))) {
		for (size_t i = 0; i < n; i++) {
			struct err why = {0};
			if (!write_note(a, &notes[i], &why))
				log_line(LOG_WARN, "archive", "note=waits "
				    "study=%lld why=\"%s\"",
				    (long long)notes[i].study, why.text);
			last = notes[i].id;
		}
		arena_end(&arena);
	}
	return !err->kind;
}
