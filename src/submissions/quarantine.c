/* SPDX-License-Identifier: MIT */
/* quarantine.c: rows that could not be used: kept, shown, put right, counted.
 *
 * A corrected row goes the way that all rows go: it is a file of two lines,
 * the header and itself, told under the submission that it came with. */
#include "keep.h"
#include "kinds.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define REFUSED_ROWS 1000 /* of a file refused whole: enough to see why */

#define FIRST_LOOK 4096 /* most rows are shorter */

static struct str read_at(
    struct arena *arena, int fd, int64_t offset, size_t most)
{
	char *at = arena_array(arena, char, most + 1);
	ssize_t n = pread(fd, at, most, (off_t)offset);

	return (struct str){at, n > 0 ? (size_t)n : 0};
}

/* The row as it came.  Of a row refused while applying only the place is
 * known: it ends where reading it ends. */
static struct str row_text(
    struct arena *arena, int fd, int64_t offset, int64_t size)
{
	struct csv_row row = {0};
	struct err ignored = {0};
	struct str text;

	if (size)
		return read_at(arena, fd, offset,
		    size > CSV_ROW_MAX ? CSV_ROW_MAX : (size_t)size);
	text = read_at(arena, fd, offset, FIRST_LOOK);
	if (!csv_next(csv_text(arena, text), &row, &ignored) ||
	    (size_t)row.size == text.len) {
		text = read_at(arena, fd, offset, CSV_ROW_MAX);
		csv_next(csv_text(arena, text), &row, &ignored);
	}
	text.len = (size_t)row.size;
	return text;
}

/* Text columns take UTF-8 without NUL.  Windows-1252 is told by the reader of
 * rows, to whom this row is one quoted field; what it cannot tell is "?". */
static struct str as_text(struct arena *arena, struct str raw)
{
	char *at = arena_array(arena, char, 2 * raw.len + 3), *end = at;
	struct csv_row row = {0};
	struct err ignored = {0};

	*end++ = '"';
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.at[i] == '"')
			*end++ = '"';
		*end++ = raw.at[i] ? raw.at[i] : '?';
	}
	*end++ = '"';
	struct str field = {at, (size_t)(end - at)};
	if (csv_next(csv_text(arena, field), &row, &ignored) && row.n == 1)
		return row.fields[0];
	for (end = at; end < field.at + field.len; end++)
		*end = (unsigned char)*end < 0x80 ? *end : '?';
	return (struct str){at + 1, field.len - 2};
}

struct str text_of(struct arena *arena, struct str raw)
{
	/* memchr takes no NULL */
	bool plain = !raw.len ||
	    (str_is_utf8(raw) && !memchr(raw.at, 0, raw.len));

	return plain ? raw : as_text(arena, raw);
}

static int64_t take_be(const char *at)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | (unsigned char)at[i];
	return (int64_t)n;
}

static void write_row(
    struct taking *t, struct tx *tx, int fd, struct str record)
{
	struct arena arena = {0};
	struct str why = {record.at + 24, record.len - 24};
	struct str field = str_cut(&why, '\n');
	int64_t offset, size;

	memcpy(&offset, record.at + 8, 8);
	memcpy(&size, record.at + 16, 8);
	struct str text = row_text(&arena, fd, offset, size);
	db_run(tx,
	    "insert into quarantine (id, submission, line, field, reason, "
	    "row_text, state) values ($1, $2, $3, $4, $5, $6, $7)",
	    I(outside_id()), I(t->s.id), I(take_be(record.at)), T(field),
	    T(why), T(text_of(&arena, text)),
	    T(t->s.state == SUBMISSION_REFUSED ? S("refused") : S("open")));
	arena_end(&arena);
}

bool quarantine_write(struct taking *t, struct tx *tx, int fd, struct err *err)
{
	struct str record;
	int64_t n = 0;

	if (!sorter_sort(t->bad, err))
		return false;
	while (sorter_next(t->bad, &record, err)) {
		if (t->s.state == SUBMISSION_REFUSED && n++ >= REFUSED_ROWS)
			break;
		write_row(t, tx, fd, record);
	}
	return !err->kind;
}
