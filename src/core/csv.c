/* SPDX-License-Identifier: MIT */
/* csv.c: RFC 4180 at the speed of the disk.
 *
 * A buffer holds at least one row.  64 bytes at a time are turned into a mask
 * of the bytes that matter, and a row is read by walking the mask's bits, so
 * the bytes between are never looked at one by one:
 *
 *   bytes   R X N , M R I , " a , b " \n
 *   mask    0 0 0 1 0 0 0 1 1 0 1 0 1 1
 *
 * The buffer is never changed.  Fields point into it; those that must be
 * rewritten (doubled quotes, Windows-1252) are written beside it.
 *
 * (1) A row never costs more than CSV_ROW_MAX bytes and CSV_FIELDS_MAX fields.
 * (2) A broken quote costs the line it stands in, never the rest of the file:
 *     the row then ends at its first line end, and reading goes on from there.
 * (3) What a row is does not depend on how its bytes arrived. */
#include "csv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK 64                      /* bytes to a mask; also the padding */
#define READ ((size_t)256 * 1024)
#define BUFFER ((size_t)CSV_ROW_MAX + 64 * 1024)

static const char too_many[] = "it has more than 256 fields";
static const char too_long[] = "it is longer than 1 MiB";
static const char open_quote[] = "a quote is not closed";
static const char after_quote[] = "text follows a closing quote";
static const char nul[] = "it has a NUL byte";

struct csv {
	struct arena *arena;
	int fd;                   /* or -1: from text */
	struct str text;
	bool ended;               /* no more bytes will come */
	bool broken;
	char *at;                 /* the buffer, BLOCK longer than room */
	size_t len, room, read;   /* bytes in it; most; read at once */
	size_t longest;           /* CSV_ROW_MAX, but in tests */
	size_t head;              /* where the next row begins */
	size_t block;             /* where the mask stands */
	uint64_t mask;            /* what is left of it */
	bool high;                /* the block has bytes above 0x7f */
	int64_t taken;            /* offset in the file of at[0] */
	int64_t line;
	char *scratch;
	size_t scratch_room;
	struct str fields[CSV_FIELDS_MAX];
};

/* What one walk over a row found. */
struct walk {
	size_t n;                 /* fields */
	size_t end, next;         /* of the row; of the row after it */
	int64_t lines;
	bool high, doubled;
	size_t at;                /* where a quote is followed by text */
	const char *bad;
};

enum found { FOUND_ROW, FOUND_EDGE }; /* EDGE: the buffer ended first */

#if defined(__SSE2__)
static uint64_t marks(const char *at, bool *high)
{
	const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"');
	const __m128i line = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
	uint64_t mask = 0;
	unsigned above = 0;

	for (int i = 0; i < 4; i++) {
		__m128i b = _mm_loadu_si128((const void *)(at + 16 * i));
		__m128i hit = _mm_or_si128(
		    _mm_or_si128(_mm_cmpeq_epi8(b, comma),
			_mm_cmpeq_epi8(b, quote)),
		    _mm_or_si128(_mm_cmpeq_epi8(b, line),
			_mm_cmpeq_epi8(b, zero)));
		above |= (unsigned)_mm_movemask_epi8(b);
		mask |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << 16 * i;
	}
	*high = above != 0;
	return mask;
}
#else
static uint64_t marks(const char *at, bool *high)
{
	uint64_t mask = 0;
	unsigned above = 0;

	for (int i = 0; i < BLOCK; i++) {
		unsigned char c = (unsigned char)at[i];
		uint64_t hit = (c == ',') | (c == '"') | (c == '\n') | (c == 0);
		above |= c;
		mask |= hit << i;
	}
	*high = above & 0x80;
	return mask;
}
#endif

/* Puts the mask at a place; bytes behind the last are none. */
static void look_at(struct csv *csv, size_t at)
{
	csv->block = at;
	csv->mask = 0;
	csv->high = false;
	if (at >= csv->len)
		return;
	csv->mask = marks(csv->at + at, &csv->high);
	if (csv->len - at < BLOCK)
		csv->mask &= (UINT64_C(1) << (csv->len - at)) - 1;
}

/* The place of the next mark, or SIZE_MAX at the edge of the buffer. */
static inline size_t next_mark(struct csv *csv, struct walk *walk)
{
	while (!csv->mask) {
		if (csv->block + BLOCK >= csv->len)
			return SIZE_MAX;
		look_at(csv, csv->block + BLOCK);
		walk->high |= csv->high;
	}
	size_t at = csv->block + (size_t)__builtin_ctzll(csv->mask);
	csv->mask &= csv->mask - 1;
	return at;
}

static void add_field(struct csv *csv, struct walk *walk, size_t from,
    size_t to)
{
	if (walk->n == CSV_FIELDS_MAX) {
		walk->bad = walk->bad ? walk->bad : too_many;
		return;
	}
	csv->fields[walk->n++] = (struct str){csv->at + from, to - from};
}

static void end_row(struct walk *walk, const struct csv *csv, size_t end)
{
	walk->next = end + (end < csv->len);
	walk->lines++;
	walk->end = end;
}

/* A quoted field that opens at from - 1.  Gives the place of the mark that
 * ends it, csv->len at the file's end, or SIZE_MAX at the edge or if bad. */
static size_t walk_quoted(struct csv *csv, struct walk *walk, size_t from)
{
	for (;;) {
		size_t i = next_mark(csv, walk);
		if (i == SIZE_MAX)
			return SIZE_MAX;
		char c = csv->at[i];
		if (c == '\n')
			walk->lines++;
		if (c == '\0')
			walk->bad = nul;
		if (c != '"')
			continue;
		/* What a quote means is told by the two bytes behind it. */
		if (csv->len - i < 3 && !csv->ended)
			return SIZE_MAX;
		char after = i + 1 < csv->len ? csv->at[i + 1] : '\n';
		if (after == '"') {
			walk->doubled = true;
			next_mark(csv, walk);
			continue;
		}
		size_t ends = i + 1;
		if (after == '\r' &&
		    (ends + 1 >= csv->len || csv->at[ends + 1] == '\n'))
			after = '\n', ends++;
		if (after == ',' || after == '\n') {
			add_field(csv, walk, from, i);
			if (ends < csv->len)
				next_mark(csv, walk);
			return ends < csv->len ? ends : csv->len;
		}
		walk->bad = after_quote;
		walk->at = i;
		return SIZE_MAX;
	}
}

static enum found walk_row(struct csv *csv, struct walk *walk)
{
	size_t from = csv->head;

	*walk = (struct walk){.high = csv->high};
	for (;;) {
		size_t i = next_mark(csv, walk);
		if (i == SIZE_MAX) {
			if (!csv->ended)
				return FOUND_EDGE;
			i = csv->len;
		}
		char c = i < csv->len ? csv->at[i] : '\n';
		if (c == '"' && i == from) {
			i = walk_quoted(csv, walk, from + 1);
			if (i == SIZE_MAX)
				return FOUND_EDGE;
			c = i < csv->len ? csv->at[i] : '\n';
			if (c == '\n') {
				end_row(walk, csv, i);
				return FOUND_ROW;
			}
			from = i + 1;
		} else if (c == ',') {
			add_field(csv, walk, from, i);
			from = i + 1;
		} else if (c == '\n') {
			size_t to = i > from && csv->at[i - 1] == '\r' ?
			    i - 1 : i;
			add_field(csv, walk, from, to);
			end_row(walk, csv, i);
			return FOUND_ROW;
		} else if (c == '\0') {
			walk->bad = nul;
		}
	}
}

static ssize_t source(struct csv *csv, char *to, size_t room)
{
	if (csv->fd < 0) {
		size_t n = room < csv->text.len ? room : csv->text.len;
		if (n == 0)
			return 0;
		memcpy(to, csv->text.at, n);
		csv->text.at += n;
		csv->text.len -= n;
		return (ssize_t)n;
	}
	ssize_t n;
	do
		n = read(csv->fd, to, room);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Moves the row that has begun to the front and reads behind it. */
static bool fill(struct csv *csv, struct err *err)
{
	size_t kept = csv->len - csv->head;
	size_t want = kept + csv->read;

	memmove(csv->at, csv->at + csv->head, kept);
	csv->taken += (int64_t)csv->head;
	csv->head = 0;
	csv->len = kept;
	if (want > csv->room)
		want = csv->room;
	while (csv->len < want && !csv->ended) {
		ssize_t n = source(csv, csv->at + csv->len, want - csv->len);
		if (n < 0) {
			csv->broken = true;
			return fail(err, ERR_BROKEN,
			    "could not read the file: %s", strerror(errno));
		}
		csv->ended = n == 0;
		csv->len += (size_t)n;
	}
	memset(csv->at + csv->len, 0, BLOCK);
	look_at(csv, 0);
	return true;
}

static const char *line_end(const struct csv *csv, size_t from)
{
	return memchr(csv->at + from, '\n', csv->len - from);
}

/* The row is given up: it ends at its first line end, in the buffer or, if
 * the line is longer than the buffer, beyond it.  A quote that misleads past
 * the longest row is told as one never closed, however much was read. */
static bool give_up(struct csv *csv, struct walk *walk, int64_t *size,
    struct err *err)
{
	int64_t begun = csv->taken + (int64_t)csv->head;
	bool after = walk->bad == after_quote &&
	    walk->at - csv->head < csv->longest;
	const char *end = line_end(csv, csv->head);

	while (!end && !csv->ended) {
		/* All but the last byte, for it may be half a line end. */
		csv->head = csv->len - (csv->len > csv->head);
		if (!fill(csv, err))
			return false;
		end = line_end(csv, csv->head);
	}
	size_t at = end ? (size_t)(end - csv->at) : csv->len;
	*walk = (struct walk){0};
	end_row(walk, csv, at);
	if (at > csv->head && csv->at[at - 1] == '\r')
		at--;
	*size = csv->taken + (int64_t)at - begun;
	walk->bad = *size > (int64_t)csv->longest ? too_long :
	    after ? after_quote : open_quote;
	return true;
}

static char *scratch(struct csv *csv, size_t size)
{
	if (csv->scratch_room < size) {
		csv->scratch_room = 2 * size;
		csv->scratch = arena_alloc(csv->arena, csv->scratch_room);
	}
	return csv->scratch;
}

/* Windows-1252 0x80..0x9f; what it leaves open is U+FFFD. */
static const uint16_t windows[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
	0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

static char *put_windows(char *to, unsigned char c)
{
	unsigned code = c < 0xa0 ? windows[c - 0x80] : c;

	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Rewrites the fields that are not yet what they mean. */
static void rewrite(struct csv *csv, const struct walk *walk)
{
	struct str row = {csv->at + csv->head, walk->end - csv->head};
	bool old = walk->high && !str_is_utf8(row);

	if (!old && !walk->doubled)
		return;
	char *to = scratch(csv, old ? 3 * row.len : row.len);
	for (size_t f = 0; f < walk->n; f++) {
		struct str *field = &csv->fields[f];
		const char *at = field->at, *end = at + field->len;
		/* Only a quoted field has a quote before it. */
		bool quoted = at > row.at && at[-1] == '"';
		field->at = to;
		while (at < end) {
			char c = *at++;
			if (old && (unsigned char)c >= 0x80)
				to = put_windows(to, (unsigned char)c);
			else
				*to++ = c;
			if (c == '"' && quoted && at < end && *at == '"')
				at++;
		}
		field->len = (size_t)(to - field->at);
	}
}

/* Finds the next row; size is of its bytes. */
static bool find_row(struct csv *csv, struct walk *walk, int64_t *size,
    struct err *err)
{
	while (walk_row(csv, walk) == FOUND_EDGE) {
		bool over = csv->len - csv->head > csv->longest + 2;
		if (over || csv->ended || walk->bad == after_quote)
			return give_up(csv, walk, size, err);
		if (!fill(csv, err))
			return false;
	}
	size_t end = walk->end;
	if (end > csv->head && csv->at[end - 1] == '\r')
		end--;
	*size = (int64_t)(end - csv->head);
	return *size <= (int64_t)csv->longest ||
	    give_up(csv, walk, size, err);
}

/* Passes over a byte order mark and over empty lines; false at the end. */
static bool find_head(struct csv *csv, struct err *err)
{
	for (;;) {
		/* A row's first bytes are looked at together. */
		while (csv->len - csv->head < 4 && !csv->ended)
			if (!fill(csv, err))
				return false;
		const char *at = csv->at + csv->head;
		size_t left = csv->len - csv->head, skip = 0;
		if (left == 0)
			return false;
		if (csv->taken + (int64_t)csv->head == 0 && left >= 3 &&
		    !memcmp(at, "\xef\xbb\xbf", 3))
			skip = 3;
		else if (at[0] == '\n')
			skip = 1;
		else if (at[0] == '\r' && (left == 1 || at[1] == '\n'))
			skip = left == 1 ? 1 : 2;
		if (!skip)
			return true;
		csv->line += skip < 3;
		csv->head += skip;
		look_at(csv, csv->head);
	}
}

bool csv_next(struct csv *csv, struct csv_row *row, struct err *err)
{
	struct walk walk;
	int64_t size;

	*row = (struct csv_row){.fields = csv->fields};
	if (csv->broken || !find_head(csv, err))
		return false;
	row->line = csv->line;
	row->offset = csv->taken + (int64_t)csv->head;
	if (!find_row(csv, &walk, &size, err))
		return false;
	row->size = size;
	row->bad = walk.bad;
	row->n = walk.bad ? 0 : walk.n;
	if (!walk.bad && (walk.high || walk.doubled))
		rewrite(csv, &walk);
	csv->line += walk.lines;
	csv->head = walk.next;
	if (walk.bad)
		look_at(csv, csv->head);
	return true;
}

int64_t csv_offset(const struct csv *csv)
{
	return csv->taken + (int64_t)csv->head;
}

static struct csv *csv_new(struct arena *arena, int fd, struct str text,
    size_t room)
{
	struct csv *csv = arena_new(arena, struct csv);

	csv->arena = arena;
	csv->fd = fd;
	csv->text = text;
	csv->room = room;
	csv->read = READ;
	csv->longest = CSV_ROW_MAX;
	csv->at = arena_alloc(arena, room + BLOCK);
	csv->line = 1;
	return csv;
}

struct csv *csv_open(struct arena *arena, int fd)
{
	return csv_new(arena, fd, (struct str){0}, BUFFER);
}

struct csv *csv_text(struct arena *arena, struct str text)
{
	size_t room = text.len < BUFFER ? text.len + 1 : BUFFER;

	return csv_new(arena, -1, text, room);
}
