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

/* The first row of the file as it came, as bytes. */
static bool read_first(struct taking *t, struct str *header, struct err *err)
{
	int fd = keep_open(t->to, t->s.sha256.at, err);
	struct csv_row row;
	char *at;

	if (fd < 0)
		return false;
	if (!csv_next(csv_open(t->arena, fd), &row, err)) {
		close(fd);
		return fail(err, ERR_BROKEN, "the kept file is empty");
	}
	at = arena_array(t->arena, char, row.size + 1);
	ssize_t n = pread(fd, at, (size_t)row.size, (off_t)row.offset);
	close(fd);
	*header = (struct str){at, n > 0 ? (size_t)n : 0};
	return true;
}

static bool read_put_right(
    struct taking *t, const struct held *w, struct str row, struct err *err)
{
	struct str header = {0};
	struct bad bad = {0};
	struct csv *csv;

	if (!read_first(t, &header, err))
		return false;
	csv = csv_text(t->arena,
	    arena_printf(
		t->arena, "%.*s\n%.*s\n", STR(header), STR(str_trim(row))));
	if (!csv_next(csv, &t->row, err) ||
	    !(t->kind = kind_recognise(t, &t->row)) ||
	    !columns_map(t, t->kind, &t->row, &bad))
		return fail(
		    err, ERR_BROKEN, "the file's header is not readable");
	t->kind->begin(t);
	if (!csv_next(csv, &t->row, err))
		return fail(err, ERR_INPUT, "the row is empty");
	if (t->row.bad)
		return fail(err, ERR_INPUT, "%s", t->row.bad);
	t->row.line = w->line;
	if (!t->kind->row(t, &bad, err))
		return fail(err, ERR_INPUT, "%s %s", bad.field, bad.reason);
	struct str sender = t->s.sender;
	struct submission kept = t->s;
	if (!t->kind->settle(t, err))
		return false;
	bool same = str_eq(sender, t->s.sender) ||
	    memmem(sender.at, sender.len, t->s.sender.at, t->s.sender.len);
	t->s = kept;
	return same ||
	    fail(err, ERR_INPUT,
		"the row speaks for another sender than its file");
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
	    "rows_bad = rows_bad - 1 where id = $1",
	    I(w->submission));
	journal_add(t->tx, S("quarantine.replayed"),
	    arena_printf(t->arena, "%lld", (long long)w->submission), who,
	    (struct str){0});
}

static bool count_row(struct taking *t, const struct held *w, struct str row,
    struct str who, struct err *err)
{
	int64_t bad_before = t->s.bad;

	t->tx = db_begin(t->to->db);
	if (!sorter_sort(t->sorter, err) || !t->kind->apply(t, err)) {
		db_end(t->tx);
		return false;
	}
	if (t->s.bad != bad_before) {
		db_end(t->tx);
		return fail(err, ERR_CONFLICT,
		    "the row disagrees with what is known: "
		    "its accession belongs to another patient");
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
