/* SPDX-License-Identifier: MIT */
/* demo.c: tells the trusts one after the other, each month by month and day by
 * day.  Files that end in a month are written when the next month has been
 * told, because next month's appointments were booked in this one:
 *
 *   told      ... Feb  Mar  Apr
 *   written   ... Jan  Feb  Mar    bookings in Mar for Apr are in Mar's file
 *
 * So the month after the last is told too, and what lies after today is left
 * out: those who are booked then are today's list.  Likewise the month before
 * the first is told, and of it is kept what was not over: who still waits, and
 * whose exam has no report.  Memory holds the open requests of one trust and
 * two or three months of events, whatever the length.
 *
 * Trusts send RIS events by week as far back as WLMDS goes, by month before
 * that; of the month in which the weeks begin, one file for the days before. */
#include "demo.h"

#include "places.h"
#include "weekly.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOT_YET 100000 /* days late */

struct trust { /* being told */
	const struct demo_options *options;
	const struct published *published;
	struct arena arena;
	int index, first, last; /* months of the window */
	int begin;              /* the month before, for what it leaves over */
	struct teller teller;
	struct queue *queues[IMAGING_TESTS];
	struct planned *planned[IMAGING_TESTS];
	struct out *out;
	int fd;
};

struct demo_options demo_standard(void)
{
	return (struct demo_options){.seed = 2026, .today = outside_today(),
	    .months = 24, .weeks = 26, .scale = 1};
}

static const char *trust_code(const struct trust *t)
{
	return trust_codes[t->index];
}

static void open_lists(struct trust *t)
{
	const struct demo_options *o = t->options;

	for (int test = 1; test < IMAGING_TESTS; test++) {
		struct queue_options q = {.published = t->published,
		    .trust = t->index, .test = test, .first = t->begin - 1,
		    .last = t->last + 1, .seed = o->seed};
		t->queues[test] = queue_open(&t->arena, &q, &t->teller);
		t->planned[test] = planned_open(&t->arena, &q, &t->teller);
	}
}

static int32_t last_sunday(const struct demo_options *o)
{
	return o->today - 1 - (weekday(o->today - 1) + 1) % 7;
}

static void trust_open(struct trust *t, const struct demo_options *o,
    const struct published *p, int index)
{
	int last = month_of(o->today - 1);
	double patients = 450000 * o->scale;

	*t = (struct trust){.options = o, .published = p, .index = index,
	    .first = last - o->months + 1, .last = last, .fd = -1};
	t->begin = t->first - 2 < p->first ? t->first : t->first - 1;
	t->teller.trust = index;
	t->teller.arena = &t->arena;
	t->teller.patients = patients < 3000 ? 3000 : (int32_t)patients;
	chance_begin(&t->teller.chance, o->seed, (uint64_t)index);
	t->teller.rows = rows_open(&t->arena, &(struct rows_options){
	    .trust = index, .first = t->first, .last = last + 2,
	    .weekly = last_sunday(o) + 1 - 7 * o->weeks,
	    .now = minute_of(o->today, 0), .seed = o->seed});
	open_lists(t);
}

static bool file_begin(struct trust *t, struct str path, struct out *out,
    struct err *err)
{
	struct str whole = arena_printf(&t->arena, "%s/%.*s",
	    t->options->folder, STR(path));

	t->fd = open(whole.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (t->fd < 0)
		return fail(err, ERR_BROKEN, "could not write '%.*s': %s",
		    STR(path), strerror(errno));
	out_file(out, t->fd);
	return true;
}

/* The file's own time is when the trust sent it. */
static bool file_end(struct trust *t, struct out *out,
    const struct demo_file *file, struct err *err)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW},
	    {.tv_sec = file->received_at / US_PER_S}};
	bool good = out_end(out, err);

	if (good && futimens(t->fd, times))
		good = fail(err, ERR_BROKEN, "could not date '%s': %s",
		    file->path, strerror(errno));
	if (close(t->fd) && good)
		good = fail(err, ERR_BROKEN, "could not write '%s': %s",
		    file->path, strerror(errno));
	if (good && t->options->file)
		good = t->options->file(t->options->with, file, err);
	return good;
}

/* Weeks from that Sunday to the last one before today; -1: none. */
static int weeks_ago(const struct trust *t, int32_t day)
{
	int32_t back = last_sunday(t->options) - day;

	return back < 0 || back % 7 || back / 7 >= t->options->weeks ?
	    -1 : back / 7;
}

/* On which day a RIS file came: the morning after, but for a few. */
static int32_t ris_sent(const struct trust *t, const struct rows_file *f)
{
	static const struct {
		int trust, weeks, late; /* days */
	} faults[] = {{1, 5, 5}, {1, 12, 3}, {3, 0, NOT_YET}};
	int weeks = weeks_ago(t, f->to);

	/* What came before the window comes with its first file. */
	if (f->from == month_first(t->first))
		return f->to + 1;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (faults[i].trust == t->index && faults[i].weeks == weeks)
			return f->to + 1 + faults[i].late;
	return f->to + 1;
}

static struct str ris_path(struct trust *t, const struct rows_file *f)
{
	const char *code = trust_code(t);
	int month = month_of(f->to);

	if (f->from == month_first(month) && f->to == month_last(month))
		return arena_printf(&t->arena, "%s/RIS-%s-%04d-%02d.csv", code,
		    code, month / 12, month % 12 + 1);
	return arena_printf(&t->arena, "%s/RIS-%s-%s_%s.csv", code, code,
	    day_text(f->from).at, day_text(f->to).at);
}

static bool write_events(struct trust *t, const struct rows_file *f,
    struct err *err)
{
	struct str path = ris_path(t, f);
	int32_t sent = ris_sent(t, f);
	struct demo_file file = {.path = path.at, .kind = "ris",
	    .sender = trust_code(t), .from = f->from, .to = f->to,
	    .received_at = day_time(sent) + 135 * 60 * US_PER_S};
	struct out out;

	/* One without a row would be refused. */
	if (sent > t->options->today || !f->n)
		return true;
	if (!file_begin(t, path, &out, err))
		return false;
	rows_write(t->teller.rows, &out);
	return file_end(t, &out, &file, err);
}

/* Those that end by that day. */
static bool write_files(struct trust *t, int32_t day, struct err *err)
{
	struct rows_file file;

	while (rows_oldest(t->teller.rows, &file) && file.to <= day) {
		if (!write_events(t, &file, err))
			return false;
		rows_close(t->teller.rows);
	}
	return true;
}

static bool write_week(struct trust *t, int32_t sunday, int weeks,
    struct err *err)
{
	const char *code = trust_code(t);
	enum fate fate = weekly_fate(t->index, weeks);
	int32_t sent = sunday + (fate == FATE_LATE ? 6 : 1);
	struct date d = day_date(sunday);
	struct str path = arena_printf(&t->arena,
	    "%s/Diagnostic WLMDS %02d%02d%04d.csv", code, d.day, d.month,
	    d.year);
	struct weekly weekly = {.published = t->published, .trust = t->index,
	    .queues = t->queues, .planned = t->planned,
	    .seed = t->options->seed};
	struct demo_file file = {.path = path.at, .kind = "wlmds",
	    .sender = code, .from = sunday - 6, .to = sunday,
	    .received_at = day_time(sent) +
		(7 * 60 + 10 * (t->index + 1)) * 60 * US_PER_S};
	struct out out;

	if (fate == FATE_NEVER || sent > t->options->today)
		return true;
	if (!file_begin(t, path, &out, err))
		return false;
	weekly_write(&weekly, sunday, fate, &out);
	return file_end(t, &out, &file, err);
}

/* One test's day.  unscheduled: how many the month still has by that day. */
static void tell_test(struct trust *t, int test, int32_t day,
    int32_t *unscheduled)
{
	*unscheduled -= queue_day(t->queues[test], &t->teller, day);
	planned_day(t->planned[test], &t->teller, day);
	for (; *unscheduled > 0; (*unscheduled)--)
		tell_emergency(&t->teller, test, day);
}

static void share_unscheduled(struct trust *t, int test, int month,
    int32_t *shares)
{
	int32_t weights[31], first = month_first(month);
	int days = month_last(month) - first + 1;

	for (int i = 0; i < days; i++)
		weights[i] = day_weight(first + i, test, BUSY_EMERGENCY) *
		    chance_between(&t->teller.chance, 90, 110);
	share_out(figures_at(t->published, t->index, test, month)
		->done[STREAM_UNSCHEDULED], weights, shares, days);
}

static void keep(void *with, const struct request *r)
{
	struct trust *t = with;

	rows_open_request(t->teller.rows, r->accession);
}

/* Whoever is on a list when the window begins has a part in it. */
static void keep_open(struct trust *t, int32_t day)
{
	for (int test = 1; test < IMAGING_TESTS; test++) {
		queue_each(t->queues[test], keep, t);
		planned_each(t->planned[test], day, keep, t);
	}
}

static bool tell_month(struct trust *t, int month, struct err *err)
{
	int32_t shares[IMAGING_TESTS][31], owed[IMAGING_TESTS] = {0};

	t->teller.floor = minute_of(month_first(month - 1), 0);
	if (month <= t->first)
		t->teller.floor = 0;
	if (month == t->first)
		keep_open(t, month_first(month) - 1);
	for (int test = 1; test < IMAGING_TESTS; test++) {
		queue_begin_month(t->queues[test], &t->teller, month);
		planned_begin_month(t->planned[test], &t->teller, month,
		    t->queues[test]);
		share_unscheduled(t, test, month, shares[test]);
	}
	for (int32_t day = month_first(month); day <= month_last(month);
	     day++) {
		for (int test = 1; test < IMAGING_TESTS; test++) {
			owed[test] += shares[test][day - month_first(month)];
			tell_test(t, test, day, &owed[test]);
		}
		int weeks = weeks_ago(t, day);
		if (weeks >= 0 && !write_week(t, day, weeks, err))
			return false;
	}
	for (int test = 1; test < IMAGING_TESTS; test++)
		queue_end_month(t->queues[test], &t->teller);
	return true;
}

static bool trust_write(struct trust *t, struct err *err)
{
	const struct demo_options *o = t->options;
	int months = t->last + 1 - t->begin + 1;
	struct str folder = arena_printf(&t->arena, "%s/%s", o->folder,
	    trust_code(t));

	if (mkdir(folder.at, 0755) && errno != EEXIST)
		return fail(err, ERR_BROKEN, "could not make '%s': %s",
		    folder.at, strerror(errno));
	for (int m = t->begin; m <= t->last + 1; m++) {
		if (!tell_month(t, m, err))
			return false;
		if (!write_files(t, month_last(m - 1), err))
			return false;
		if (o->progress)
			o->progress(o->with,
			    months * t->index + m - t->begin + 1,
			    months * TRUSTS);
	}
	return true;
}

static bool options_check(const struct demo_options *o,
    const struct published *p, struct err *err)
{
	if (o->months < 1 || o->months > 120 || o->weeks < 0 || o->weeks > 520)
		return fail(err, ERR_INPUT, "a demo has 1 to 120 months");
	if (!(o->scale > 0 && o->scale <= 10))
		return fail(err, ERR_INPUT, "a demo's scale is at most 10");
	int before = month_of(o->today - 1) - o->months;
	if (p && before < p->first) {
		fail(err, ERR_INPUT, "the demo would begin before the "
				     "published figures do");
		return hint(err, "ask for fewer months or a later day");
	}
	return true;
}

bool demo_write(const struct demo_options *o, struct err *err)
{
	struct arena arena = {0};
	struct published p;
	bool good = options_check(o, NULL, err) &&
	    published_read(&p, &arena, o->published,
		month_of(o->today - 1) + 14, err) &&
	    options_check(o, &p, err);

	if (good)
		published_continue(&p, o->seed, o->scale);
	for (int i = 0; i < TRUSTS && good; i++) {
		struct trust t;
		trust_open(&t, o, &p, i);
		good = trust_write(&t, err);
		arena_end(&t.arena);
	}
	arena_end(&arena);
	return good;
}
