/* SPDX-License-Identifier: MIT */
/* rows.c: RIS events by month, then by week.  A file is a growing list, whose
 * room goes to another when it is closed; writing it sorts by minute (two
 * passes of 11 bits, so rows of one minute keep the order in which they were
 * told) and writes each row by hand.
 *
 * East Lancashire's system writes dd/mm/yyyy and ends its lines as Windows
 * does.  About every third file has one to four rows that cannot be right. */
#include "rows.h"

#include "chance.h"
#include "events/events.h"
#include "places.h"
#include "text.h"

#include <assert.h>
#include <string.h>

#define RADIX 2048

struct room {
	struct row *at;
	size_t size;
};

struct file {
	int32_t from, to; /* days */
	struct room room;
	size_t n;
};

struct rows {
	struct rows_options options;
	struct arena *arena;
	struct file *files;   /* in order of time, without a gap */
	int files_n, oldest;  /* oldest: the first that is open */
	struct room *free;    /* of closed files */
	int free_n;
	int32_t day0, days;   /* texts are ready for these */
	int16_t *file_at;     /* by day: which of the files */
	bool *clock_change;   /* by day */
	char (*text)[10];     /* by day */
	struct str words[6][32]; /* by column, then by number */
	bool *wanted;         /* by accession: has a part in the window */
	size_t wanted_room;
	uint32_t *order, *spare; /* for sorting */
	size_t order_room;
};

enum { KIND, TEST, PRIORITY, SOURCE, BY, SITE };

static void take_codes(struct str *words, const struct code *list)
{
	for (; list->number; list++)
		words[list->number] = str_of(list->code);
}

static void take_words(struct rows *rows)
{
	take_codes(rows->words[KIND], event_kinds);
	take_codes(rows->words[PRIORITY], priorities);
	take_codes(rows->words[SOURCE], patient_sources);
	take_codes(rows->words[BY], provider_kinds);
	for (int i = 1; i < IMAGING_TESTS; i++)
		rows->words[TEST][i] = str_of(test_at(i)->code);
	for (int i = 0; i < PLACES; i++)
		rows->words[SITE][i + 1] =
		    str_of(places[rows->options.trust][i].code);
}

static bool is_iso(const struct rows *rows)
{
	return rows->options.trust != 1;
}

static void take_days(struct rows *rows)
{
	const struct rows_options *o = &rows->options;

	rows->day0 = month_first(o->first) - 900;
	rows->days = month_last(o->last) + 500 - rows->day0;
	rows->text = arena_alloc(rows->arena, (size_t)rows->days * 10);
	rows->file_at = arena_array(rows->arena, int16_t, rows->days);
	rows->clock_change = arena_array(rows->arena, bool, rows->days);
	for (int32_t i = 0; i < rows->days; i++) {
		day_write(rows->text[i], rows->day0 + i, is_iso(rows));
		rows->clock_change[i] = is_clock_change(rows->day0 + i);
	}
}

static int32_t min(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* The last day of the file that begins on that one. */
static int32_t file_last(const struct rows_options *o, int32_t from)
{
	int32_t sunday = from + 6 - weekday(from);
	int32_t month = min(month_last(month_of(from)), o->weekly - 1);

	return min(from < o->weekly ? month : sunday, minute_day(o->now) - 1);
}

/* Days before the window belong to its first file, which is number 0. */
static void take_files(struct rows *rows)
{
	const struct rows_options *o = &rows->options;
	int32_t from = month_first(o->first), days = minute_day(o->now) - from;
	int most = days / 7 + 3; /* the first, a month's part, the last */

	rows->files = arena_array(rows->arena, struct file, most);
	rows->free = arena_array(rows->arena, struct room, most);
	while (from < minute_day(o->now)) {
		int32_t to = file_last(o, from);
		rows->files[rows->files_n] =
		    (struct file){.from = from, .to = to};
		for (; from <= to; from++)
			rows->file_at[from - rows->day0] =
			    (int16_t)rows->files_n;
		rows->files_n++;
	}
}

struct rows *rows_open(struct arena *arena, const struct rows_options *o)
{
	struct rows *rows = arena_new(arena, struct rows);

	*rows = (struct rows){.options = *o, .arena = arena};
	take_words(rows);
	take_days(rows);
	take_files(rows);
	return rows;
}

static void grow(struct rows *rows, struct file *f)
{
	struct room *room = &f->room;

	if (!room->size && rows->free_n) {
		*room = rows->free[--rows->free_n];
		return;
	}
	size_t size = room->size ? room->size * 2 : 4096;
	struct row *at = arena_array(rows->arena, struct row, size);

	if (f->n)
		memcpy(at, room->at, f->n * sizeof(*at));
	*room = (struct room){at, size};
}

void rows_open_request(struct rows *rows, uint32_t accession)
{
	size_t room = rows->wanted_room ? rows->wanted_room : 65536;

	while (room <= accession)
		room *= 2;
	if (room > rows->wanted_room) {
		bool *wanted = arena_array(rows->arena, bool, room);
		if (rows->wanted_room)
			memcpy(wanted, rows->wanted, rows->wanted_room);
		rows->wanted = wanted;
		rows->wanted_room = room;
	}
	rows->wanted[accession] = true;
}

/* Was it all over before the window? */
static bool is_past(const struct rows *rows, const struct row *row)
{
	return row->at < minute_of(rows->files[0].from, 0) &&
	    (row->accession >= rows->wanted_room ||
		!rows->wanted[row->accession]);
}

void rows_add(struct rows *rows, const struct row *row)
{
	int32_t day = minute_day(row->at) - rows->day0, at = row->at;

	if (rows->oldest == 0 && at >= minute_of(rows->files[0].from, 0))
		rows_open_request(rows, row->accession);
	if (at >= rows->options.now)
		return;
	assert(day >= 0 && day < rows->days);
	if (rows->clock_change[day] && at % MINUTES_A_DAY / 60 == 1)
		at += 60;
	int i = rows->file_at[day];
	i = i < rows->oldest ? rows->oldest : i;
	assert(i < rows->files_n);
	struct file *f = &rows->files[i];
	if (f->n == f->room.size)
		grow(rows, f);
	f->room.at[f->n] = *row;
	f->room.at[f->n++].at = at;
}

static void sort_pass(const struct rows *rows, const struct file *f,
    const uint32_t *from, uint32_t *to, int shift)
{
	const struct row *at = f->room.at;
	size_t place[RADIX + 1] = {0};
	int32_t base = minute_of(rows->day0, 0);

	for (size_t i = 0; i < f->n; i++)
		place[((at[i].at - base) >> shift) % RADIX + 1]++;
	for (size_t i = 1; i <= RADIX; i++)
		place[i] += place[i - 1];
	for (size_t i = 0; i < f->n; i++) {
		int32_t key = (at[from[i]].at - base) >> shift;
		to[place[key % RADIX]++] = from[i];
	}
}

static void sort(struct rows *rows, const struct file *f)
{
	size_t room = f->room.size;

	if (rows->order_room < f->n) {
		rows->order_room = room;
		rows->order = arena_array(rows->arena, uint32_t, room);
		rows->spare = arena_array(rows->arena, uint32_t, room);
	}
	for (size_t i = 0; i < f->n; i++)
		rows->order[i] = (uint32_t)i;
	sort_pass(rows, f, rows->order, rows->spare, 0);
	sort_pass(rows, f, rows->spare, rows->order, 11);
}

static inline char *put(char *at, struct str s)
{
	if (s.len)
		memcpy(at, s.at, s.len);
	at[s.len] = ',';
	return at + s.len + 1;
}

static char *put_day(const struct rows *rows, char *at, int32_t day)
{
	if (day) {
		memcpy(at, rows->text[day - rows->day0], 10);
		at += 10;
	}
	*at = ',';
	return at + 1;
}

static char *put_minute(const struct rows *rows, char *at, int32_t minute)
{
	if (!minute) {
		*at = ',';
		return at + 1;
	}
	at = put_day(rows, at, minute_day(minute));
	int of_day = minute % MINUTES_A_DAY;
	at[-1] = ' ';
	at[0] = (char)('0' + of_day / 600);
	at[1] = (char)('0' + of_day / 60 % 10);
	at[2] = ':';
	at[3] = (char)('0' + of_day % 60 / 10);
	at[4] = (char)('0' + of_day % 10);
	at[5] = ',';
	return at + 6;
}

static char *put_number(char *at, const char *head, uint32_t n, int width)
{
	memcpy(at, head, 3);
	digits_write(at + 3, n, width);
	at[3 + width] = ',';
	return at + 4 + width;
}

/* How a row goes wrong; 0 is a good one. */
enum wrong { RIGHT, NO_SUCH_DAY, NO_SUCH_KIND, NO_ACCESSION, NO_SUCH_TEST,
	NO_SUCH_HOUR, WRONGS };

static size_t line_write(const struct rows *rows, const struct row *r,
    enum wrong wrong, char *line)
{
	static const struct str yes_no[3] = {{"", 0}, {"N", 1}, {"Y", 1}};
	const char *trust = trust_codes[rows->options.trust];
	const struct str(*w)[32] = rows->words;
	char *at = line;

	at = put(at, wrong == NO_SUCH_KIND ? S("CANX") : w[KIND][r->kind]);
	at = wrong == NO_SUCH_DAY ? put(at, S("2026-02-30 10:15")) :
	    wrong == NO_SUCH_HOUR ? put(at, S("25:61 on Tuesday")) :
				    put_minute(rows, at, r->at);
	at = put(at, str_of(trust));
	at = wrong == NO_ACCESSION ? put(at, S("")) :
				     put_number(at, trust, r->accession, 8);
	at = put_number(at, "SYN", r->patient, 7);
	at = put(at, wrong == NO_SUCH_TEST ? S("MRI HEAD ?") :
	    w[TEST][r->test]);
	at = put(at, w[PRIORITY][r->priority]);
	at = put(at, w[SOURCE][r->source]);
	at = put(at, yes_no[r->planned]);
	at = put_day(rows, at, r->due);
	at = put_minute(rows, at, r->appointment);
	at = put(at, w[SITE][r->site_request]);
	at = put(at, w[SITE][r->site_scan]);
	at = put(at, w[SITE][r->site_report]);
	at = put(at, w[BY][r->provider_kind]);
	if (r->commissioner)
		at = put(at, str_of(commissioner_codes[r->commissioner - 1]));
	else
		*at++ = ',';
	at[-1] = '\n';
	if (!is_iso(rows)) {
		at[-1] = '\r';
		*at++ = '\n';
	}
	return (size_t)(at - line);
}

static void write_one(const struct rows *rows, const struct row *row,
    enum wrong wrong, struct out *out)
{
	char line[256];
	struct row copy = *row;

	/* A wrong row is an extra one, so nothing is lost with it. */
	if (wrong == NO_SUCH_TEST) {
		copy.kind = EVENT_REQUESTED;
		copy.accession = 90000000 + copy.accession % 10000000;
		copy.appointment = 0;
	}
	out_put(out, (struct str){line, line_write(rows, &copy, wrong, line)});
}

bool rows_oldest(const struct rows *rows, struct rows_file *file)
{
	const struct file *f = &rows->files[rows->oldest];

	if (rows->oldest == rows->files_n)
		return false;
	*file = (struct rows_file){f->from, f->to, f->n};
	return true;
}

void rows_write(struct rows *rows, struct out *out)
{
	const struct file *f = &rows->files[rows->oldest];
	struct chance c;
	size_t bad[4], bads = 0;

	chance_begin(&c, rows->options.seed,
	    (uint64_t)f->from * TRUSTS + (uint64_t)rows->options.trust);
	if (f->n > 400 && chance_permille(&c, 340))
		bads = (size_t)chance_between(&c, 1, 4);
	for (size_t i = 0; i < bads; i++)
		bad[i] = (size_t)chance_below(&c, (int32_t)f->n);
	sort(rows, f);
	out_put(out, S("event,event_at,provider,accession,patient,test,"
		       "priority,patient_source,planned,due_date,"
		       "appointment_at,site_of_request,site_of_scan,"
		       "site_of_report,provider_kind,commissioner"));
	out_put(out, is_iso(rows) ? S("\n") : S("\r\n"));
	for (size_t i = 0; i < f->n; i++) {
		const struct row *row = &f->room.at[rows->order[i]];
		if (is_past(rows, row))
			continue;
		write_one(rows, row, RIGHT, out);
		for (size_t j = 0; j < bads; j++)
			if (bad[j] == i)
				write_one(rows, row, (enum wrong)chance_between(
				    &c, 1, WRONGS - 1), out);
	}
}

void rows_close(struct rows *rows)
{
	struct file *f = &rows->files[rows->oldest++];

	if (f->room.size)
		rows->free[rows->free_n++] = f->room;
	f->room = (struct room){NULL, 0};
}
