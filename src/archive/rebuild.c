/* SPDX-License-Identifier: MIT */
/* rebuild.c: the index from packs alone, beside what is there already.
 *
 * Every pack is read from its first record: an instance that has no row gets
 * the row that it had; notes are applied in their order; a manifest that is
 * the last record seals.  A record that is not as it was written is counted
 * and left where it is.  A second pack of one study (an index was begun anew
 * before) is kept into the first, and set aside as NAME.merged.  Nothing is
 * routed or told: none of it is new. */
#include "archive/inside.h"
#include "json/json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOGETHER 64 /* instances handed to the clerk at once */

struct rebuilding {
	struct archive *archive;
	struct archive_tally *tally;
	struct arena arena;   /* of those under way */
	struct job jobs[TOGETHER];
	struct card cards[TOGETHER];
	size_t n;
	struct pack *pack;
	int64_t sealed_end;   /* of the last manifest */
	bool gone;            /* the last note says that it is deleted */
	int64_t indexed;      /* the index knew of the pack up to there */
	char *buffer;
};

static bool wait_all(struct rebuilding *b, struct err *err)
{
	bool done = true;

	for (size_t i = 0; i < b->n; i++)
		done = clerk_wait(b->archive, &b->jobs[i], err) && done;
	b->n = 0;
	arena_end(&b->arena);
	return done;
}

/* It has a row, of this record or of one that came for it later. */
static bool has_row(struct rebuilding *b, int64_t id, bool *has,
    struct err *err)
{
	struct tx *tx = db_read(b->archive->db);

	*has = is_indexed(tx, b->pack->id, id);
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static bool add_instance(struct rebuilding *b, const struct record *r,
    int64_t at, struct err *err)
{
	struct err why = {0};
	struct card *card = &b->cards[b->n];
	struct job *job = &b->jobs[b->n];

	bool has;

	if (!has_row(b, r->id, &has, err))
		return false;
	if (has)
		return true;
	if (!record_card(b->archive, &b->arena, b->pack->fd, at, r, card,
	    &why)) {
		log_line(LOG_WARN, "archive", "rebuild=passed study=%lld "
		    "why=\"%s\"", (long long)b->pack->id, why.text);
		b->tally->bad++;
		return true;
	}
	*job = (struct job){.pack = b->pack, .card = card, .at = at,
	    .end = at + r->size, .aside = r->kind == RECORD_ASIDE,
	    .quietly = true, .again = true};
	b->n++;
	b->tally->instances++;
	b->tally->size += r->size;
	clerk_put(b->archive, job);
	return b->n < TOGETHER || wait_all(b, err);
}

/* Notes. */

static void apply_deletion(struct tx *tx, int64_t study, struct str step,
    struct str who, struct str why)
{
	struct err err = {0};

	if (str_is(step, "proposed"))
		deletion_propose(tx, study, who, why, &err);
	else if (str_is(step, "confirmed"))
		deletion_confirm(tx, study, who, &err);
	else
		deletion_withdraw(tx, study, who, why, &err);
}

/* As note_add wrote it. */
static void apply(struct tx *tx, int64_t study, struct str note)
{
	struct str what = str_cut(&note, '\t');
	struct str number = str_cut(&note, '\t');
	struct str when = str_cut(&note, '\t');
	struct str who = str_cut(&note, '\t'), why = note;
	struct arena arena = {0};
	struct err err = {0};
	int64_t n = 0, at = 0, first = outside_id();

	str_int(number, &n);
	str_int(when, &at);
	if (str_is(what, "hold"))
		hold_set(tx, study, n != 0, who, why, &err);
	else if (str_starts(what, S("conflict.")))
		conflict_apply(tx, &arena, n, str_is(what, "conflict.second"),
		    at, who, why);
	else if (str_starts(what, S("deletion.")))
		apply_deletion(tx, study, (struct str){what.at + 9,
		    what.len - 9}, who, why);
	/* It stands in the pack already. */
	db_run(tx, "delete from pack_note where study = $1 and id > $2",
	    I(study), I(first));
	arena_end(&arena);
}

static bool apply_note(struct rebuilding *b, const struct record *r,
    int64_t at, struct err *err)
{
	char text[8192];
	struct str note = {text, (size_t)r->size};
	struct tx *tx;

	/* What the index knows was decided there, and perhaps anew since. */
	if (r->size >= (int64_t)sizeof(text) || at + r->size <= b->indexed)
		return true;
	if (!wait_all(b, err))
		return false;
	if (!read_at(b->pack->fd, text, note.len, at))
		return fail_disk(err, errno, "read from a pack");
	b->gone = str_starts(note, S("deletion.done"));
	if (b->gone)
		return true;
	tx = db_begin(b->archive->db);
	apply(tx, b->pack->id, note);
	db_run(tx, "update study set pack_end = $1 where id = $2",
	    I(at + r->size), I(b->pack->id));
	return db_commit(tx, err);
}

static bool take_record(struct rebuilding *b, const struct record *r,
    int64_t at, struct err *err)
{
	switch (r->kind) {
	case RECORD_INSTANCE:
	case RECORD_ASIDE:
		b->gone = false;
		return add_instance(b, r, at, err);
	case RECORD_NOTE:
		return apply_note(b, r, at, err);
	case RECORD_MANIFEST:
		b->sealed_end = at + r->size;
		break;
	}
	return true;
}

/* A pack. */

static bool end_pack(struct rebuilding *b, int64_t end, struct err *err)
{
	struct tx *tx = db_begin(b->archive->db);

	if (b->gone) {
		if (db_int(tx, "select 1 from study where id = $1",
		    I(b->pack->id)))
			study_remove(tx, b->pack->id);
	} else {
		db_run(tx, "update study set pack_end = $1, sealed = $2 "
		    "where id = $3", I(end), I(b->sealed_end == end),
		    I(b->pack->id));
	}
	return db_commit(tx, err);
}

static bool read_pack(struct rebuilding *b, struct err *err)
{
	struct walking w = {.fd = b->pack->fd, .at = PACK_HEAD,
	    .end = b->pack->end, .deep = true, .buffer = b->buffer};
	int64_t at, good = PACK_HEAD;
	struct record r;
	bool done = true;

	do {
		while (done && walk_next(&w, &r, &at)) {
			if (w.bad) {
				b->tally->bad++;
				continue;
			}
			done = take_record(b, &r, at, err);
			good = w.at;
		}
		if (done && w.torn)
			b->tally->bad++;
	} while (done && w.torn && walk_resume(&w));
	done = wait_all(b, err) && done;
	return done && end_pack(b, good, err);
}

/* Which pack the index has of a study; 0: none. */
static int64_t study_of(struct archive *a, struct str uid, struct err *err)
{
	struct tx *tx = db_read(a->db);
	int64_t id = db_int(tx, "select id from study where uid = $1", T(uid));

	db_failed(tx, err);
	db_end(tx);
	return id;
}

/* Of a pack without a row: 0. */
static bool read_indexed(struct rebuilding *b, int64_t study, struct err *err)
{
	struct tx *tx = db_read(b->archive->db);

	b->indexed = db_int(tx, "select pack_end from study where id = $1",
	    I(study));
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static bool rebuild_pack(struct rebuilding *b, const char *path, int64_t study,
    struct err *err)
{
	struct archive *a = b->archive;
	char head[PACK_HEAD];
	struct pack_title title;
	int fd = pack_file(a, study, O_RDONLY);
	bool whole = fd >= 0 && read_at(fd, head, PACK_HEAD, 0) &&
	    pack_title_read(head, &title) && title.study == study;
	bool done = true;
	int64_t known;

	if (fd >= 0)
		close(fd);
	b->tally->packs++;
	if (!whole) {
		b->tally->bad++;
		log_line(LOG_WARN, "archive", "rebuild=passed study=%lld "
		    "why=\"its title is damaged\"", (long long)study);
		return true;
	}
	known = study_of(a, title.uid, err);
	if (err->kind)
		return false;
	if (known && known != study)
		return pack_merge(a, a->folder, path, study,
		    &b->tally->instances, err);
	b->sealed_end = 0;
	b->gone = false;
	if (!read_indexed(b, study, err))
		return false;
	b->pack = pack_take_uid(a, title.uid, study, err);
	if (b->pack) {
		done = read_pack(b, err);
		atomic_store(&b->pack->stale, true); /* to be learnt anew */
		pack_let_go(a, b->pack);
	}
	if (done && b->pack && b->gone)
		unlinkat(a->folder, path, 0);
	return done && b->pack;
}

/* Packs. */

static bool rebuild_shelf(struct rebuilding *b, const char *name,
    struct err *err)
{
	int fd = openat(b->archive->folder, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	char path[300];
	int64_t study;
	bool done = true;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ||
		    fail_disk(err, errno, "read the archive's folder");
	while (done && (entry = readdir(dir))) {
		if (!pack_name_read(entry->d_name, &study))
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		done = rebuild_pack(b, path, study, err);
	}
	closedir(dir);
	return done;
}

bool archive_rebuild(struct archive *a, struct archive_tally *tally,
    struct err *err)
{
	struct err own = {0};
	struct arena arena = {0};
	struct rebuilding *b = arena_new(&arena, struct rebuilding);
	char name[4];
	bool done = !a->options.looks_only || fail(&own, ERR_REFUSED,
	    "this archive is open for looking only");

	/* What was decided and waits is in the packs before they are read. */
	done = done && notes_write(a, &own);
	atomic_store(&a->rebuilding, true);
	b->archive = a;
	b->tally = tally;
	b->buffer = arena_alloc(&arena, WALK_BUFFER);
	for (int i = 0; done && i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", (unsigned)i);
		done = rebuild_shelf(b, name, &own);
	}
	/* Of two packs the one with the conflict may have been read first. */
	done = done && show_all(a, &own);
	if (done) {
		struct tx *tx = db_begin(a->db);
		journal_add(tx, S("archive.rebuilt"), S("archive"),
		    S("archive"), S(""));
		done = db_commit(tx, &own);
	}
	atomic_store(&a->rebuilding, false);
	if (!done && err && !err->kind)
		*err = own;
	arena_end(&arena);
	return done;
}
