/* SPDX-License-Identifier: MIT */
/* fold.c: the DM01 clock by its default rules, apart from src/measures: files
 * in order, one pass, a census at the end of each month. */
#include "fold.h"

#include "events/events.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct told { /* one request */
	int32_t start, due;
	int64_t last;
	int test, source; /* test 0: not open */
	bool planned, standing, known;
};

struct fold {
	struct counted *counted;
	struct told *told;
	int first, month; /* of the window; month: from 0 */
	int32_t begun, today; /* begun: the window's first day */
	const struct demo_file *file;
};

static struct str at(const struct csv_row *row, size_t i)
{
	return i < row->n ? row->fields[i] : S("");
}

static struct told *find(struct fold *f, const struct csv_row *row)
{
	int64_t number;
	struct str accession = at(row, 3);

	if (accession.len != 11)
		return NULL;
	accession.at += 3;
	accession.len -= 3;
	if (!str_int(accession, &number) || number >= TOLD_MOST)
		return NULL;
	return &f->told[number];
}

static void request(struct told *told, const struct csv_row *row, int32_t day)
{
	const struct test *test = test_find(at(row, 5));

	told->known = true;
	told->test = test ? test->id : 0;
	told->start = day;
	told->planned = str_is(at(row, 8), "Y");
	if (!told->planned || !day_read(at(row, 9), &told->due))
		told->due = NO_DAY;
}

static void restart(struct told *told, const struct csv_row *row)
{
	int32_t day;

	if (day_read(at(row, 10), &day) && (!told->planned || told->due <= day))
		told->start = day;
}

static bool is_unscheduled(const struct told *told)
{
	return told->source == SOURCE_IP || told->source == SOURCE_AE;
}

static void perform(struct fold *f, struct told *told, int32_t day)
{
	struct figures *now = &f->counted->of[told->test][f->month];
	bool planned = told->planned && told->due > day;

	told->test = 0;
	if (day < f->begun)
		return;
	now->done[is_unscheduled(told) ? STREAM_UNSCHEDULED :
		  planned	       ? STREAM_PLANNED :
					 STREAM_WAITING]++;
}

static void follow(struct fold *f, struct told *told, enum event_kind kind,
    const struct csv_row *row, int32_t day)
{
	const struct code *source = code_find(patient_sources, at(row, 7));

	if (source)
		told->source = source->number;
	switch (kind) {
	case EVENT_REQUESTED: request(told, row, day); break;
	case EVENT_BOOKED:
	case EVENT_REBOOKED: told->standing = true; break;
	case EVENT_DID_NOT_ATTEND:
		restart(told, row);
		told->standing = false;
		break;
	case EVENT_CANCELLED_BY_PATIENT:
	case EVENT_CANCELLED_BY_HOSPITAL:
		if (!told->standing)
			told->test = 0;
		if (kind == EVENT_CANCELLED_BY_PATIENT)
			restart(told, row);
		told->standing = false;
		break;
	case EVENT_PERFORMED: perform(f, told, day); break;
	default: break;
	}
}

static void census(struct fold *f, int32_t end)
{
	for (int i = 0; i < TOLD_MOST; i++) {
		const struct told *told = &f->told[i];
		int32_t start = told->start;
		if (!told->test || is_unscheduled(told))
			continue;
		if (told->planned && told->due > end)
			continue;
		if (told->planned && start < told->due)
			start = told->due;
		int k = start < end ? (end - start) / 7 : 0;
		f->counted->of[told->test][f->month]
		    .band[k < WEEKS ? k : WEEKS - 1]++;
	}
}

/* A week may lie in two months. */
static void end_months(struct fold *f, int32_t day)
{
	while (day > month_last(f->first + f->month)) {
		census(f, month_last(f->first + f->month));
		f->month++;
	}
}

static void take_row(struct fold *f, const struct csv_row *row)
{
	struct counted *c = f->counted;
	const struct code *kind = code_find(event_kinds, at(row, 0));
	struct told *told = find(f, row);
	int64_t when;
	bool asks = kind && kind->number == EVENT_REQUESTED;

	c->rows++;
	if (!kind || !told || row->n != 16 || !time_read(at(row, 1), &when) ||
	    (asks && !test_find(at(row, 5)))) {
		c->bad++;
		return;
	}
	c->disorder += when <= told->last && told->known;
	c->disorder += !asks && !told->known;
	c->not_synthetic += !str_starts(at(row, 4), S("SYN"));
	c->after_today += when >= day_time(f->today);
	c->outside += time_day(when) > f->file->to ||
	    (time_day(when) < f->file->from && f->file->from > f->begun);
	told->last = when;
	end_months(f, time_day(when));
	if (asks || told->test)
		follow(f, told, (enum event_kind)kind->number, row,
		    time_day(when));
}

static void take_file(struct fold *f, const char *folder)
{
	struct arena arena = {0};
	struct csv_row row;
	struct err err = {0};
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, f->file->path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	struct csv *csv = csv_open(&arena, fd);
	csv_next(csv, &row, &err);
	while (csv_next(csv, &row, &err))
		take_row(f, &row);
	close(fd);
	arena_end(&arena);
}

void fold_trust(struct counted *counted, const char *folder,
    const struct demo_file *files, int n, int trust, int32_t today)
{
	struct fold f = {.counted = counted, .today = today,
	    .told = calloc(TOLD_MOST, sizeof(struct told))};

	memset(counted, 0, sizeof(*counted));
	for (int i = 0; f.told && i < n; i++) {
		f.file = &files[i];
		if (!str_is(str_of(f.file->kind), "ris") ||
		    !str_is(str_of(f.file->sender), trust_codes[trust]))
			continue;
		if (!counted->files) {
			f.begun = f.file->from;
			f.first = month_of(f.begun);
		} else if (f.file->from != counted->until + 1)
			break;
		take_file(&f, folder);
		counted->files++;
		counted->until = f.file->to;
	}
	end_months(&f, counted->until + 1);
	counted->months = f.month;
	free(f.told);
}
