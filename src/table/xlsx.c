/* SPDX-License-Identifier: MIT */
/* xlsx.c: a table as a workbook, by libxlsxwriter in its constant-memory mode:
 * rows go to the disk as they come.  Title, source and date stand above the
 * header.  Numbers, days and times are typed; every text is written as a
 * string, so none can be a formula.  Times are local, as people read them.
 * What one sheet cannot hold goes on in the next. */
#include "table/form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define ROWS_MAX 1048576
#define TEXT_MAX 32767 /* bytes, so never more characters than a cell takes */

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *day, *time, *percent;
	lxw_row_t row;
	int fd;
	char text[TEXT_MAX + 1];
};

static struct xlsx *own_of(struct table *t)
{
	return t->own;
}

static void drop(void *own)
{
	struct xlsx *x = own;

	if (x->book)
		workbook_close(x->book);
	if (x->fd >= 0)
		close(x->fd);
}

static int temp_open(const char *folder)
{
	char path[4096];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || snprintf(path, sizeof(path), "%s/ribble-XXXXXX",
	    folder) >= (int)sizeof(path))
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* The library writes to a name; the unnamed file has one below /proc. */
static bool book_begin(struct table *t, struct xlsx *x)
{
	const char *folder = getenv("TMPDIR");
	char path[64];

	folder = folder && *folder ? folder : "/tmp";
	x->fd = temp_open(folder);
	if (x->fd < 0)
		return fail(&t->err, ERR_BUSY,
		    "could not make a file in '%s': %s", folder,
		    strerror(errno));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", x->fd);
	lxw_workbook_options options = {.constant_memory = 1,
	    .tmpdir = (char *)(uintptr_t)arena_cstr(t->arena, str_of(folder)),
	    .use_zip64 = 1};
	x->book = workbook_new_opt(path, &options);
	return x->book ||
	    fail(&t->err, ERR_BROKEN, "could not begin a workbook");
}

static lxw_format *format(struct xlsx *x, const char *numbers)
{
	lxw_format *f = workbook_add_format(x->book);

	format_set_num_format(f, numbers);
	return f;
}

static void begin(struct table *t)
{
	struct xlsx *x = arena_new(t->arena, struct xlsx);

	x->fd = -1;
	t->own = x;
	arena_on_end(t->arena, drop, x);
	if (!book_begin(t, x))
		return;
	x->bold = workbook_add_format(x->book);
	format_set_bold(x->bold);
	x->day = format(x, "yyyy-mm-dd");
	x->time = format(x, "yyyy-mm-dd hh:mm");
	x->percent = format(x, "0.0");
}

static size_t character_len(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* XML can hold no other bytes; what is too long is cut between characters. */
static const char *clean(struct str text, char at[TEXT_MAX + 1])
{
	size_t len = text.len <= TEXT_MAX ? text.len : TEXT_MAX, n = 0;

	for (size_t i = 0; i < len;) {
		size_t wide = character_len((unsigned char)text.at[i]);
		struct str one = {text.at + i, wide};
		unsigned char c = (unsigned char)text.at[i];
		if (i + wide > len)
			break;
		bool good = str_is_utf8(one) && c &&
		    (c >= 0x20 || c == '\t' || c == '\n');
		if (!good)
			wide = 1;
		for (size_t k = 0; k < wide; k++)
			at[n++] = good ? text.at[i + k] : '?';
		i += wide;
	}
	at[n] = '\0';
	return at;
}

static void check(struct table *t, lxw_error error)
{
	if (error != LXW_NO_ERROR)
		fail(&t->err, ERR_BROKEN, "could not write the workbook: %s",
		    lxw_strerror(error));
}

static void put_string(struct table *t, lxw_col_t column, struct str text,
    lxw_format *look)
{
	struct xlsx *x = own_of(t);

	if (text.len)
		check(t, worksheet_write_string(x->sheet, x->row, column,
		    clean(text, x->text), look));
}

static double width_of(const struct column *column)
{
	size_t name = strlen(column->name);
	size_t width = column->type == COL_TEXT ? 22 :
	    column->type == COL_TIME ? 17 : 11;

	return (double)(name + 2 > width ? name + 2 : width);
}

static void sheet_begin(struct table *t)
{
	struct xlsx *x = own_of(t);

	x->sheet = workbook_add_worksheet(x->book, NULL);
	x->row = 0;
	for (size_t i = 0; i < t->n; i++)
		worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i,
		    width_of(&t->columns[i]), NULL);
}

static void put_names(struct table *t)
{
	struct xlsx *x = own_of(t);

	for (size_t i = 0; i < t->n; i++)
		put_string(t, (lxw_col_t)i, str_of(t->columns[i].name),
		    x->bold);
	x->row++;
	worksheet_freeze_panes(x->sheet, x->row, 0);
}

static void head(struct table *t)
{
	struct xlsx *x = own_of(t);

	if (t->err.kind != ERR_NONE)
		return;
	sheet_begin(t);
	put_string(t, 0, t->title, x->bold);
	x->row++;
	if (t->source.len) {
		put_string(t, 0, t->source, NULL);
		x->row++;
	}
	put_string(t, 0, arena_printf(t->arena, "made %s; times are local",
	    time_local_text(t->made_at).at), NULL);
	x->row += 2;
	put_names(t);
}

/* The local time of a moment; "2026-03-31 10:30" is how core writes it. */
static lxw_datetime moment(int32_t day, struct str clock)
{
	struct date date = day_date(day);
	int64_t hour = 0, minute = 0;

	str_int(str_cut(&clock, ':'), &hour);
	str_int(clock, &minute);
	return (lxw_datetime){.year = date.year, .month = date.month,
	    .day = date.day, .hour = (int)hour, .min = (int)minute};
}

/* Before 1900 a workbook has no such number. */
static void put_moment(struct table *t, lxw_col_t column, lxw_datetime when,
    struct str text, lxw_format *look)
{
	struct xlsx *x = own_of(t);

	if (when.year < 1900)
		put_string(t, column, text, NULL);
	else
		check(t, worksheet_write_datetime(x->sheet, x->row, column,
		    &when, look));
}

static void put_day(struct table *t, lxw_col_t column, int32_t day)
{
	put_moment(t, column, moment(day, S("")), str_of(day_text(day).at),
	    own_of(t)->day);
}

static void put_time(struct table *t, lxw_col_t column, int64_t at)
{
	struct time_text text = time_local_text(at);
	struct str clock = str_of(text.at);

	str_cut(&clock, ' ');
	put_moment(t, column, moment(time_day(at), clock), str_of(text.at),
	    own_of(t)->time);
}

static void put_cell(struct table *t, const struct column *column,
    const struct cell *cell)
{
	struct xlsx *x = own_of(t);
	lxw_col_t at = (lxw_col_t)t->at;
	struct cell_text text;

	if (t->err.kind != ERR_NONE)
		return;
	if (cell->kind == CELL_DAY)
		put_day(t, at, (int32_t)cell->number);
	else if (cell->kind == CELL_TIME)
		put_time(t, at, cell->number);
	else if (cell->kind == CELL_BOOL)
		check(t, worksheet_write_boolean(x->sheet, x->row, at,
		    (int)cell->number, NULL));
	else if (cell->kind == CELL_REAL)
		check(t, worksheet_write_number(x->sheet, x->row, at,
		    cell->real,
		    column->type == COL_PERCENT ? x->percent : NULL));
	else if (cell->kind == CELL_INT && column->type != COL_ID)
		check(t, worksheet_write_number(x->sheet, x->row, at,
		    (double)cell->number, NULL));
	else
		put_string(t, at, cell_text(cell, &text), NULL);
}

static void row_end(struct table *t)
{
	struct xlsx *x = own_of(t);

	if (++x->row < ROWS_MAX || t->err.kind != ERR_NONE)
		return;
	sheet_begin(t);
	put_names(t);
}

static void copy(struct table *t, int fd)
{
	char room[32768];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, room, sizeof(room))) > 0)
		out_put(t->out, (struct str){room, (size_t)n});
	if (n < 0)
		fail(&t->err, ERR_BROKEN, "could not read the workbook back: %s",
		    strerror(errno));
}

static void end(struct table *t)
{
	struct xlsx *x = own_of(t);
	lxw_workbook *book = x->book;

	x->book = NULL; /* closing frees it, also when it fails */
	check(t, workbook_close(book));
	if (t->err.kind == ERR_NONE)
		copy(t, x->fd);
}

const struct form form_xlsx = {"xlsx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	begin, NULL, head, put_cell, row_end, end};
