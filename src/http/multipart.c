/* SPDX-License-Identifier: MIT */
/* multipart.c: parts found by their boundary, over a window of the file.
 *
 *	preamble CRLF --B CRLF headers CRLF CRLF bytes CRLF --B-- epilogue
 *
 * A line is a boundary only when nothing but blanks follows it: a longer
 * boundary that begins alike is content.  Each look sees HEAD_MOST bytes or
 * all that is left, so neither a boundary nor a part's headers are missed at
 * the window's edge. */
#include "http/multipart.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define WINDOW ((size_t)256 << 10)
#define HEAD_MOST ((size_t)16 << 10) /* of a part's headers */
#define HEADS_MOST ((size_t)32 << 20) /* of all parts': they are kept */

struct multipart {
	struct arena *arena;
	int fd;
	int64_t size;
	struct str mark;      /* CRLF "--" boundary */
	char *window;
	int64_t from;         /* of the window */
	size_t len;
	int64_t at;           /* past the last boundary line; -1: none yet */
	size_t heads;         /* bytes of headers so far */
	bool ended;
};

struct multipart *multipart_open(struct arena *arena, int fd, int64_t size,
    struct str boundary)
{
	struct multipart *m = arena_new(arena, struct multipart);

	m->arena = arena;
	m->fd = fd;
	m->size = size;
	m->mark = arena_printf(arena, "\r\n--%.*s", STR(boundary));
	m->window = arena_alloc(arena, WINDOW);
	m->at = -1;
	return m;
}

/* What lies at an offset: HEAD_MOST bytes at the least, or up to the end. */
static bool look(struct multipart *m, int64_t at, struct str *seen,
    struct err *err)
{
	size_t skip = (size_t)(at - m->from);
	ssize_t n;

	if (at < m->from || skip > m->len || (m->len - skip < HEAD_MOST &&
	    m->from + (int64_t)m->len < m->size)) {
		skip = m->len = 0;
		m->from = at;
		while (m->len < WINDOW && at + (int64_t)m->len < m->size) {
			n = pread(m->fd, m->window + m->len, WINDOW - m->len,
			    at + (int64_t)m->len);
			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0)
				return fail(err, ERR_BROKEN,
				    "could not read the body again: %s",
				    n ? strerror(errno) : "it is short");
			m->len += (size_t)n;
		}
	}
	*seen = (struct str){m->window + skip, m->len - skip};
	return true;
}

/* What stands behind a mark: how long its line is, 0 when it is no boundary. */
static size_t line_length(struct str line, bool *last)
{
	size_t n = 0;

	*last = line.len >= 2 && line.at[0] == '-' && line.at[1] == '-';
	if (*last)
		return 2;
	while (n < line.len && (line.at[n] == ' ' || line.at[n] == '\t'))
		n++;
	if (line.len - n < 2 || line.at[n] != '\r' || line.at[n + 1] != '\n')
		return 0;
	return n + 2;
}

/* The next boundary from an offset on: where the bytes before it end, and
 * where the line after it begins. */
static bool find_mark(struct multipart *m, int64_t from, int64_t *end,
    struct err *err)
{
	struct str seen, line;
	size_t n;

	for (;;) {
		if (!look(m, from, &seen, err))
			return false;
		const char *hit = memmem(seen.at, seen.len, m->mark.at,
		    m->mark.len);
		if (!hit && from + (int64_t)seen.len >= m->size)
			return fail(err, ERR_INPUT,
			    "the body ends before its last boundary");
		if (!hit) {
			from += (int64_t)(seen.len - m->mark.len + 1);
			continue;
		}
		from += hit - seen.at;
		if (!look(m, from, &line, err))
			return false;
		line.at += m->mark.len;
		line.len -= m->mark.len;
		n = line_length(line, &m->ended);
		if (n) {
			*end = from;
			m->at = from + (int64_t)(m->mark.len + n);
			return true;
		}
		from += 2;
	}
}

/* The first boundary may stand at the very beginning, without a line end. */
static bool find_first(struct multipart *m, struct err *err)
{
	struct str seen, mark = {m->mark.at + 2, m->mark.len - 2};
	int64_t end;
	size_t n;

	if (!look(m, 0, &seen, err))
		return false;
	if (str_starts(seen, mark)) {
		seen.at += mark.len;
		seen.len -= mark.len;
		n = line_length(seen, &m->ended);
		m->at = (int64_t)(mark.len + n);
		if (n)
			return true;
	}
	return find_mark(m, 0, &end, err);
}

static void read_header(struct multipart *m, struct str line,
    struct part *part)
{
	struct str value = line, name = str_trim(str_cut(&value, ':'));

	value = arena_keep(m->arena, str_trim(value));
	if (str_eq_nocase(name, S("Content-Type")))
		media_read(m->arena, value, &part->type);
	else if (str_eq_nocase(name, S("Content-Location")))
		part->location = value;
	else if (str_eq_nocase(name, S("Content-ID")))
		part->id = value;
}

/* Up to the empty line; a part may have none. */
static bool read_headers(struct multipart *m, struct part *part,
    struct err *err)
{
	struct str seen;

	if (!look(m, m->at, &seen, err))
		return false;
	if (seen.len > HEAD_MOST)
		seen.len = HEAD_MOST;
	part->at = m->at;
	for (;;) {
		const char *end = memmem(seen.at, seen.len, "\r\n", 2);
		if (!end)
			return fail(err, ERR_INPUT,
			    "the headers of a part do not end, or are longer "
			    "than %zu bytes", HEAD_MOST);
		struct str line = {seen.at, (size_t)(end - seen.at)};
		seen.at += line.len + 2;
		seen.len -= line.len + 2;
		part->at += (int64_t)line.len + 2;
		m->heads += line.len;
		if (m->heads > HEADS_MOST)
			return fail(err, ERR_INPUT, "the headers of all parts "
			    "are longer than %zu bytes", HEADS_MOST);
		if (!line.len)
			return true;
		read_header(m, line, part);
	}
}

bool multipart_next(struct multipart *m, struct part *part, struct err *err)
{
	int64_t end;

	*part = (struct part){0};
	if (m->at < 0 && !find_first(m, err))
		return false;
	if (m->ended)
		return false;
	if (!read_headers(m, part, err) ||
	    !find_mark(m, part->at - 2, &end, err))
		return false;
	part->size = end > part->at ? end - part->at : 0;
	return true;
}

struct str boundary_new(struct arena *arena)
{
	unsigned long long words[2];

	outside_random(words, sizeof(words));
	return arena_printf(arena, "%016llx%016llx", words[0], words[1]);
}

struct str part_head(struct arena *arena, struct str boundary, struct str type,
    struct str location, int64_t size)
{
	return arena_printf(arena,
	    "\r\n--%.*s\r\nContent-Type: %.*s\r\nContent-Length: %lld\r\n"
	    "%s%.*s%s\r\n",
	    STR(boundary), STR(type), (long long)size,
	    location.len ? "Content-Location: " : "", STR(location),
	    location.len ? "\r\n" : "");
}

struct str parts_end(struct arena *arena, struct str boundary)
{
	return arena_printf(arena, "\r\n--%.*s--\r\n", STR(boundary));
}
