/* SPDX-License-Identifier: MIT */
/* take.c: one file, from the first byte to the answer.
 *
 * First the rows are read and checked, sorted as their kind wants them, with
 * no transaction open: a long file keeps nobody waiting.  Meanwhile the file
 * is copied and hashed.  Then one transaction makes all of it count.  One
 * file is taken at a time. */
#include "keep.h"
#include "kinds.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

void taking_lock(void)
{
	pthread_mutex_lock(&one_at_a_time);
}

void taking_unlock(void)
{
	pthread_mutex_unlock(&one_at_a_time);
}

/* Rows read between two words about progress. */
#define PROGRESS_ROWS 16384

static void say_progress(const struct taking *t, int64_t done)
{
	const struct submission_options *o = t->options;

	if (o->progress)
		o->progress(o->with, done, 2 * t->s.size);
}

static bool refuse(struct taking *t, const char *reason)
{
	t->s.state = SUBMISSION_REFUSED;
	t->s.reason = arena_keep(t->arena, str_of(reason));
	return true;
}

static bool is_refused(const struct taking *t)
{
	return t->s.state == SUBMISSION_REFUSED;
}

static bool read_header(struct taking *t, struct csv *csv, struct err *err)
{
	struct bad bad = {0};

	if (!csv_next(csv, &t->row, err))
		return err->kind ? false : refuse(t, "the file is empty");
	t->kind = kind_recognise(t, &t->row);
	if (!t->kind)
		return refuse(t,
		    "its first row names the columns of no kind of "
		    "file that is known here");
	t->s.kind = str_of(t->kind->name);
	if (!columns_map(t, t->kind, &t->row, &bad))
		return refuse(t, bad.reason);
	t->kind->begin(t);
	return true;
}

static bool read_row(struct taking *t, struct err *err)
{
	struct bad bad = {0};
	bool good = t->row.bad ? bad_row(&bad, "", "%s", t->row.bad)
			       : t->kind->row(t, &bad, err);

	t->s.rows++;
	if (err->kind)
		return false;
	if (good) {
		t->s.good++;
		return true;
	}
	t->s.bad++;
	return bad_keep(t, t->row.line, t->row.offset, t->row.size, &bad, err);
}

static bool is_blank(const struct csv_row *row)
{
	return !row->bad && row->n <= 1 && (!row->n || !row->fields[0].len);
}

static bool read_rows(struct taking *t, int fd, struct err *err)
{
	struct csv *csv;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return fail(err, ERR_BROKEN, "the file cannot be read twice");
	csv = csv_open(t->arena, fd);
	if (!read_header(t, csv, err) || is_refused(t))
		return !err->kind;
	while (csv_next(csv, &t->row, err)) {
		if (!is_blank(&t->row) && !read_row(t, err))
			return false;
		if (t->s.rows % PROGRESS_ROWS == 0)
			say_progress(t, csv_offset(csv));
	}
	return !err->kind;
}

/* More bad rows than the network bears: the file goes back whole. */
static bool judge_rows(struct taking *t)
{
	int64_t most = t->to->settings->bad_rows_percent;

	if (!t->s.rows)
		return refuse(t, "it has no rows");
	if (t->s.bad * 100 > most * t->s.rows)
		return refuse(t,
		    arena_cstr(t->arena,
			arena_printf(t->arena,
			    "%lld of %lld rows cannot be used; at most %lld %% may be bad",
			    (long long)t->s.bad, (long long)t->s.rows,
			    (long long)most)));
	return true;
}

static bool settle(struct taking *t, struct err *err)
{
	struct err why = {0};
	const struct submission_options *o = t->options;

	judge_rows(t);
	if (!is_refused(t) && !t->s.good)
		refuse(t, "no row of it can be used");
	/* Who sent it, and for when, is worth knowing of a refused one too. */
	if (!t->kind->settle(t, &why)) {
		if (is_refused(t))
			return true;
		if (why.kind == ERR_INPUT)
			return refuse(t, why.text);
		*err = why;
		return false;
	}
	if (!is_refused(t) && o->sender.len && !str_eq(o->sender, t->s.sender))
		return refuse(t, "it speaks for another sender than was said");
	return true;
}

static bool find_same(struct taking *t, struct tx *tx)
{
	struct rows *r = db_ask(tx,
	    "select id, kind, sender, period_from, period_to, rows_all, "
	    "rows_good, rows_bad, received_at from submission "
	    "where sha256 = $1 and state in (1, 3) order by id desc limit 1",
	    T(str_of(t->s.sha256.at)));

	if (!rows_next(r))
		return false;
	t->s.state = SUBMISSION_DUPLICATE;
	t->s.reason = S("");
	t->s.id = rows_int(r, 0);
	t->s.kind = arena_keep(t->arena, rows_text(r, 1));
	t->s.sender = arena_keep(t->arena, rows_text(r, 2));
	t->s.from = rows_day(r, 3);
	t->s.to = rows_day(r, 4);
	t->s.rows = rows_int(r, 5);
	t->s.good = rows_int(r, 6);
	t->s.bad = rows_int(r, 7);
	t->s.received_at = rows_time(r, 8);
	rows_end(r);
	return true;
}

/* What this file takes the place of: same sender, kind and period. */
static bool find_older(
    struct taking *t, struct tx *tx, struct sha256_text *sha256)
{
	struct rows *r = db_ask(tx,
	    "select id, sha256 from submission where kind = $1 and sender = $2 "
	    "and period_from = $3 and period_to = $4 and state = 1",
	    T(t->s.kind), T(t->s.sender), I(t->s.from), I(t->s.to));

	if (!rows_next(r))
		return false;
	t->older = rows_int(r, 0);
	struct str text = rows_text(r, 1);
	memcpy(sha256->at, text.at, text.len < 64 ? text.len : 64);
	sha256->at[64] = '\0';
	rows_end(r);
	return true;
}

static bool read_older(struct taking *t, const char *sha256, struct err *err)
{
	int fd;
	bool read;

	if (!t->kind->older)
		return true;
	fd = keep_open(t->to, sha256, err);
	if (fd < 0)
		return false;
	read = t->kind->older(t, fd, err);
	close(fd);
	return read;
}

/* Has it come before?  What does it replace?  Asked with nothing held open. */
static bool look_back(struct taking *t, struct err *err)
{
	struct tx *tx = db_read(t->to->db);
	struct sha256_text sha256;
	bool same = find_same(t, tx);
	bool older = !same && !is_refused(t) && find_older(t, tx, &sha256);

	db_failed(tx, err);
	db_end(tx);
	if (err->kind)
		return false;
	return older ? read_older(t, sha256.at, err) : true;
}

/* The older one steps back first: only one may count for its period. */
static void write_submission(struct taking *t, struct tx *tx)
{
	const struct submission *s = &t->s;

	if (t->older)
		db_run(tx,
		    "update submission set state = $1, replaced_by = $2 "
		    "where id = $3",
		    I(SUBMISSION_REPLACED), I(s->id), I(t->older));
	db_run(tx,
	    "insert into submission (id, kind, sender, period_from, period_to, "
	    "name, sha256, size, how, who, received_at, state, reason, "
	    "rows_all, rows_good, rows_bad) values ($1, $2, $3, $4, $5, $6, "
	    "$7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
	    I(s->id), T(s->kind), T(s->sender), val_day(s->from), val_day(s->to),
	    T(s->name), T(str_of(s->sha256.at)), I(s->size), T(s->how),
	    T(t->options->who), I(s->received_at), I(s->state), T(s->reason),
	    I(s->rows), I(s->good), I(s->bad));
}

static void write_journal(struct taking *t, struct tx *tx)
{
	const struct code *state = code_at(submission_states, (int)t->s.state);
	struct str what = arena_printf(t->arena, "submission.%s", state->code);
	struct str id = arena_printf(t->arena, "%lld", (long long)t->s.id);
	struct str detail = arena_printf(t->arena,
	    "{\"kind\":\"%.*s\",\"sender\":\"%.*s\",\"rows\":%lld,\"bad\":%lld}",
	    STR(t->s.kind), STR(t->s.sender), (long long)t->s.rows,
	    (long long)t->s.bad);

	journal_add(tx, what, id, t->options->who, detail);
}

/* Everything or nothing.  Rows refused only now may still be too many. */
static bool apply(struct taking *t, struct tx *tx, struct err *err)
{
	t->tx = tx;
	if (!is_refused(t)) {
		if (t->older && t->kind->forget)
			t->kind->forget(tx, t->older);
		if (!sorter_sort(t->sorter, err) || !t->kind->apply(t, err))
			return false;
		judge_rows(t);
	}
	return !err->kind;
}

static bool record(struct taking *t, struct tx *tx, int fd, struct err *err)
{
	write_submission(t, tx);
	if (!quarantine_write(t, tx, fd, err))
		return false;
	write_journal(t, tx);
	return true;
}

/* Refused after all, while applying: what was done is undone, and only the
 * refusal is written down. */
static bool store(struct taking *t, int fd, struct err *err)
{
	bool was_refused = is_refused(t);
	struct tx *tx = db_begin(t->to->db);

	if (!apply(t, tx, err)) {
		struct err first = {0};
		if (db_failed(tx, &first))
			*err = first;
		db_end(tx);
		return false;
	}
	if (is_refused(t) && !was_refused) {
		db_end(tx);
		t->older = 0;
		tx = db_begin(t->to->db);
	}
	if (!record(t, tx, fd, err)) {
		db_end(tx);
		return false;
	}
	return db_commit(tx, err);
}

static bool take(struct taking *t, int fd, struct keeping *k, struct err *err)
{
	if (!read_rows(t, fd, err) || !keep_wait(k, err))
		return false;
	t->s.sha256 = k->sha256;
	t->s.size = k->size;
	if (!is_refused(t) && !settle(t, err))
		return false;
	if (!look_back(t, err))
		return false;
	if (t->s.state == SUBMISSION_DUPLICATE)
		return true;
	say_progress(t, t->s.size);
	return keep_name(k, err) && store(t, fd, err);
}

static void taking_begin(struct taking *t, const struct intake *to,
    struct arena *arena, int fd, const struct submission_options *o)
{
	size_t memory = (size_t)to->settings->import_memory_mib << 20;
	struct stat file;

	*t = (struct taking){.to = to, .arena = arena, .options = o};
	t->sorter = sorter_open(arena, memory);
	t->bad = sorter_open(arena, 4 << 20);
	t->s = (struct submission){
	    .id = outside_id(),
	    .received_at = o->received_at ? o->received_at : outside_now(),
	    .size = fstat(fd, &file) ? 0 : file.st_size,
	    .kind = S(""),
	    .sender = S(""),
	    .reason = S(""),
	    .name = arena_keep(arena, text_of(arena, o->name)),
	    .how = arena_keep(arena, o->how),
	    .from = NO_DAY,
	    .to = NO_DAY,
	    .state = SUBMISSION_TAKEN,
	};
}

bool submission_take(const struct intake *to, struct arena *arena, int fd,
    const struct submission_options *o, struct submission *s, struct err *err)
{
	struct arena work = {0};
	struct taking t;
	struct keeping k;
	bool dealt;

	taking_lock();
	taking_begin(&t, to, &work, fd, o);
	dealt = keep_begin(&k, &work, to, fd, err) && take(&t, fd, &k, err);
	keep_drop(&k);
	taking_unlock();
	*s = t.s;
	s->kind = arena_keep(arena, s->kind);
	s->sender = arena_keep(arena, s->sender);
	s->name = arena_keep(arena, s->name);
	s->how = arena_keep(arena, s->how);
	s->reason = arena_keep(arena, s->reason);
	arena_end(&work);
	return dealt;
}

int submission_open_file(
    const struct intake *to, const struct submission *s, struct err *err)
{
	return keep_open(to, s->sha256.at, err);
}

bool submissions_tidy(const struct intake *to, struct err *err)
{
	bool tidied;

	taking_lock();
	tidied = keep_tidy(to, err);
	taking_unlock();
	return tidied;
}
