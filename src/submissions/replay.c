/* SPDX-License-Identifier: MIT */
/* replay.c: a row put right goes the way that all rows go: it is read under
 * its file's own header and told under the submission that it came with. */
#include "keep.h"
#include "kinds.h"

#include <string.h>
#include <unistd.h>

struct held { /* the row in quarantine */
	int64_t id, submission, line;
};

static bool find_held(
    struct tx *tx, int64_t id, struct held *w, struct err *err)
{
	struct rows *r = db_ask(tx,
	    "select submission, line, state from quarantine where id = $1",
	    I(id));

	if (!rows_next(r))
		return fail(err, ERR_MISSING,
		    "there is no row %lld in quarantine", (long long)id);
	*w = (struct held){id, rows_int(r, 0), rows_int(r, 1)};
	bool open = str_is(rows_text(r, 2), "open");
	rows_end(r);
	return open ||
	    fail(err, ERR_CONFLICT,
		"row %lld is not open: it was settled, or its file was refused",
		(long long)id);
}

static bool find(struct taking *t, int64_t id, struct held *w, struct err *err)
{
	struct tx *tx = db_read(t->to->db);
	bool found = find_held(tx, id, w, err) &&
	    submission_find(tx, t->arena, w->submission, &t->s, err);

	db_end(tx);
	if (found && t->s.state != SUBMISSION_TAKEN)
		return fail(err, ERR_CONFLICT,
		    "submission %lld no longer counts", (long long)t->s.id);
	return found;
}

/* The file as it came, past its first row, whose bytes are the header. */
static struct csv *open_file(
    struct taking *t, int *fd, struct str *header, struct err *err)
{
	struct csv *csv;
	struct csv_row row;

	*fd = keep_open(t->to, t->s.sha256.at, err);
	if (*fd < 0)
		return NULL;
	csv = csv_open(t->arena, *fd);
	if (!csv_next(csv, &row, err)) {
		close(*fd);
		fail(err, ERR_BROKEN, "the kept file is empty");
		return NULL;
	}
	char *at = arena_array(t->arena, char, row.size + 1);
	ssize_t n = pread(*fd, at, (size_t)row.size, (off_t)row.offset);
	*header = (struct str){at, n > 0 ? (size_t)n : 0};
	return csv;
}

static bool read_columns(struct taking *t, struct str header, struct err *err)
{
	struct bad bad;

	if (!csv_next(csv_text(t->arena, header), &t->row, err) ||
	    !(t->kind = kind_recognise(t, &t->row)) ||
	    !columns_map(t, t->kind, &t->row, &bad))
		return fail(
		    err, ERR_BROKEN, "the file's header is not readable");
	t->kind->begin(t);
	return true;
}

/* One row under the file's header; what is bad again stays where it is. */
static bool read_row(
    struct taking *t, struct str row, int64_t line, struct err *err)
{
	struct arena arena = {0};
	struct bad bad = {0};
	struct csv *csv = csv_text(&arena, row);

	if (!csv_next(csv, &t->row, err))
		fail(err, ERR_INPUT, "the row is empty");
	else if (t->row.bad)
		fail(err, ERR_INPUT, "%s", t->row.bad);
	else {
		t->row.line = line;
		if (!t->kind->row(t, &bad, err))
			fail(err, ERR_INPUT, "%s %s", bad.field, bad.reason);
		else if (csv_next(csv, &t->row, err))
			fail(err, ERR_INPUT, "there is more than one row");
	}
	arena_end(&arena);
	return !err->kind;
}

/* The rows of the file that were good from the start, and those put right. */
static bool read_others(struct taking *t, struct csv *csv, struct err *err)
{
	struct tx *tx;
	struct rows *r;
	struct bad bad;

	while (csv_next(csv, &t->row, err))
		if (!t->row.bad && t->row.line != t->put_right &&
		    !t->kind->row(t, &bad, err) && err->kind)
			return false;
	tx = db_read(t->to->db);
	r = db_ask(tx,
	    "select corrected, line from quarantine where submission = $1 "
	    "and state = 'replayed'",
	    I(t->s.id));
	while (!err->kind && rows_next(r))
		read_row(t, rows_text(r, 0), rows_int(r, 1), err);
	db_failed(tx, err);
	db_end(tx);
	return !err->kind;
}

/* Who sent it and for when is as the file said, whatever the row says. */
static bool stays_the_same(
    struct taking *t, const struct submission *file, struct err *err)
{
	if (!t->kind->settle(t, err))
		return false;
	if (!str_eq(t->s.sender, file->sender))
		return fail(err, ERR_INPUT,
		    "the row speaks for another sender than its file");
	if (!t->kind->loose &&
	    (t->s.from != file->from || t->s.to != file->to))
		return fail(err, ERR_INPUT,
		    "the row lies outside of its file's period");
	return true;
}

static bool read_put_right(
    struct taking *t, const struct held *w, struct str row, struct err *err)
{
	struct str header;
	struct submission file = t->s;
	int fd;
	struct csv *csv = open_file(t, &fd, &header, err);
	bool read;

	if (!csv)
		return false;
	t->put_right = w->line;
	read = read_columns(t, header, err) &&
	    (!t->kind->whole || read_others(t, csv, err)) &&
	    read_row(t, row, w->line, err) && stays_the_same(t, &file, err);
	close(fd);
	t->s = file;
	return read;
}

static void settle_row(
    struct taking *t, const struct held *w, struct str row, struct str who)
{
	db_run(t->tx,
	    "update quarantine set state = 'replayed', corrected = $1, who = $2, "
	    "settled_at = $3 where id = $4 and state = 'open'",
	    T(row), T(who), I(outside_now()), I(w->id));
	if (db_changed(t->tx) != 1)
		tx_fail(t->tx, ERR_CONFLICT, "row %lld has moved on",
		    (long long)w->id);
	db_run(t->tx,
	    "update submission set rows_good = rows_good + 1, "
	    "rows_bad = rows_bad - 1 where id = $1 and state = 1",
	    I(w->submission));
	if (db_changed(t->tx) != 1)
		tx_fail(t->tx, ERR_CONFLICT, "submission %lld no longer counts",
		    (long long)w->submission);
	journal_add(t->tx, S("quarantine.replayed"),
	    arena_printf(t->arena, "%lld", (long long)w->submission), who,
	    (struct str){0});
}

/* The reason that applying gave, after the record's three numbers. */
static bool why_not(struct taking *t, struct err *err)
{
	struct str record;

	if (!sorter_sort(t->bad, err) || !sorter_next(t->bad, &record, err))
		return fail(err, ERR_CONFLICT,
		    "the row disagrees with what is known");
	struct str why = {record.at + 24, record.len - 24};
	struct str field = str_cut(&why, '\n');
	return fail(err, ERR_CONFLICT, "%.*s%s%.*s", STR(field),
	    field.len ? ": " : "", STR(why));
}

static bool count_row(struct taking *t, const struct held *w, struct str row,
    struct str who, struct err *err)
{
	int64_t bad_before = t->s.bad;

	t->tx = db_begin(t->to->db);
	if (t->kind->whole)
		t->kind->forget(t->tx, t->s.id);
	if (!sorter_sort(t->sorter, err) || !t->kind->apply(t, err)) {
		db_end(t->tx);
		return false;
	}
	if (t->s.bad != bad_before) {
		db_end(t->tx);
		return why_not(t, err);
	}
	settle_row(t, w, row, who);
	return db_commit(t->tx, err);
}

bool quarantine_replay(const struct intake *to, int64_t id, struct str row,
    struct str who, struct err *err)
{
	struct arena arena = {0};
	struct submission_options none = {0};
	struct taking t = {
	    .to = to, .arena = &arena, .options = &none, .replaying = true};
	struct held w = {0};
	bool done;

	if (!str_trim(who).len)
		return fail(err, ERR_INPUT, "who puts it right must be said");
	t.sorter = sorter_open(&arena, 1 << 20);
	t.bad = sorter_open(&arena, 1 << 20);
	taking_lock();
	done = find(&t, id, &w, err);
	if (done) {
		none.kind = t.s.kind;
		done = read_put_right(&t, &w, row, err) &&
		    count_row(&t, &w, row, who, err);
	}
	taking_unlock();
	arena_end(&arena);
	return done;
}

bool quarantine_dismiss(const struct intake *to, int64_t id, struct str who,
    struct str why, struct err *err)
{
	struct tx *tx;

	if (!str_trim(who).len || !str_trim(why).len)
		return fail(
		    err, ERR_INPUT, "who dismisses it and why must be said");
	tx = db_begin(to->db);
	db_run(tx,
	    "update quarantine set state = 'dismissed', who = $1, why = $2, "
	    "settled_at = $3 where id = $4 and state = 'open'",
	    T(who), T(why), I(outside_now()), I(id));
	if (db_changed(tx) != 1) {
		db_end(tx);
		return fail(err, ERR_CONFLICT,
		    "row %lld is not open in quarantine", (long long)id);
	}
	journal_add(tx, S("quarantine.dismissed"), (struct str){0}, who,
	    (struct str){0});
	return db_commit(tx, err);
}
