/* SPDX-License-Identifier: MIT */
/* csv_plainly.h: csv.h's promises read a second time, byte by byte and with
 * the whole text in memory, so that the fast reader has somebody to agree
 * with; and a way to write down what either has understood. */
#pragma once
#include "core/csv.c"

#include "core/core.h"

#include <assert.h>
#include <stdlib.h>

static inline void dump_field(struct out *out, struct str field)
{
	out_char(out, '[');
	for (size_t i = 0; i < field.len; i++) {
		unsigned char c = (unsigned char)field.at[i];
		if (c == '\n')
			out_put(out, S("\\n"));
		else if (c == '\r')
			out_put(out, S("\\r"));
		else if (c < ' ' || c == 0x7f)
			out_printf(out, "\\x%02x", c);
		else
			out_char(out, (char)c);
	}
	out_char(out, ']');
}

/* "line 2, 10+7: [a][b]", or "line 2, 10+7: bad: why". */
static inline void dump_row(struct out *out, const struct csv_row *row)
{
	out_printf(out, "line %lld, %lld+%lld: ", (long long)row->line,
	    (long long)row->offset, (long long)row->size);
	if (row->bad)
		out_printf(out, "bad: %s", row->bad);
	for (size_t i = 0; i < row->n; i++)
		dump_field(out, row->fields[i]);
	out_char(out, '\n');
}

static inline void dump_csv(struct out *out, struct csv *csv)
{
	struct csv_row row;
	struct err err = {0};

	while (csv_next(csv, &row, &err))
		dump_row(out, &row);
	if (err.kind != ERR_NONE)
		out_printf(out, "error: %s\n", err.text);
}

struct plain {
	struct str text;
	size_t at, longest;
	int64_t line;
	char *bytes;              /* where fields are written */
	struct str fields[CSV_FIELDS_MAX + 1];
};

static inline int plain_peek(const struct plain *p, size_t i)
{
	return i < p->text.len ? (unsigned char)p->text.at[i] : -1;
}

/* The place of the line's end, and of the line after it. */
static inline size_t plain_line(const struct plain *p, size_t from,
    size_t *next)
{
	size_t i = from;

	while (plain_peek(p, i) != '\n' && plain_peek(p, i) != -1)
		i++;
	*next = i + (plain_peek(p, i) == '\n');
	return i > from && p->text.at[i - 1] == '\r' ? i - 1 : i;
}

/* Does a field end here, and in a mark of how many bytes? */
static inline bool plain_ends(const struct plain *p, size_t i, size_t *mark)
{
	int c = plain_peek(p, i), d = plain_peek(p, i + 1);

	*mark = c == '\r' ? 2 : c == -1 ? 0 : 1;
	if (c == '\r' && d == -1)
		*mark = 1;
	return c == ',' || c == '\n' || c == -1 ||
	    (c == '\r' && (d == '\n' || d == -1));
}

/* One field from *i on, written to *to. */
static inline const char *plain_field(struct plain *p, size_t *i, char **to,
    bool *zero)
{
	size_t mark;
	bool quoted = plain_peek(p, *i) == '"';

	*i += quoted;
	while (quoted || !plain_ends(p, *i, &mark)) {
		int c = plain_peek(p, *i);
		if (c == -1)
			return open_quote;
		*zero |= c == 0;
		++*i;
		if (quoted && c == '"') {
			if (plain_peek(p, *i) != '"') {
				if (!plain_ends(p, *i, &mark))
					return after_quote;
				break;
			}
			++*i;
		}
		*(*to)++ = (char)c;
	}
	return NULL;
}

static inline const char *plain_fields(struct plain *p, size_t *end,
    size_t *next, size_t *n)
{
	size_t i = p->at, mark = 0;
	char *to = p->bytes;
	bool zero = false;

	for (*n = 0;; i++) {
		char *from = to;
		const char *bad = plain_field(p, &i, &to, &zero);
		*end = i;
		if (bad)
			return bad;
		if (*n < CSV_FIELDS_MAX)
			p->fields[*n] = (struct str){from, (size_t)(to - from)};
		++*n;
		if (plain_peek(p, i) != ',')
			break;
	}
	plain_ends(p, i, &mark);
	*next = i + mark;
	return zero ? nul : *n > CSV_FIELDS_MAX ? too_many : NULL;
}

static inline void plain_windows(struct plain *p, size_t n, struct out *out)
{
	size_t from[CSV_FIELDS_MAX], len[CSV_FIELDS_MAX];

	for (size_t f = 0; f < n; f++) {
		from[f] = out->len;
		for (size_t i = 0; i < p->fields[f].len; i++) {
			unsigned char c = (unsigned char)p->fields[f].at[i];
			char three[3];
			if (c < 0x80)
				out_char(out, (char)c);
			else
				out_put(out, (struct str){three,
				    (size_t)(put_windows(three, c) - three)});
		}
		len[f] = out->len - from[f];
	}
	for (size_t f = 0; f < n; f++)
		p->fields[f] = (struct str){out_str(out).at + from[f], len[f]};
}

static inline bool plain_skip(struct plain *p)
{
	for (;;) {
		int c = plain_peek(p, p->at), d = plain_peek(p, p->at + 1);
		if (p->at == 0 && str_starts(p->text, S("\xef\xbb\xbf")))
			p->at = 3;
		else if (c == '\n' || (c == '\r' && d == -1))
			p->at++, p->line++;
		else if (c == '\r' && d == '\n')
			p->at += 2, p->line++;
		else
			return c != -1;
	}
}

static inline bool plain_row(struct plain *p, struct out *out)
{
	struct csv_row row = {.fields = p->fields};
	struct out wide;
	size_t end, next, quote;

	if (!plain_skip(p))
		return false;
	row.bad = plain_fields(p, &end, &next, &row.n);
	bool after = row.bad == after_quote;
	quote = end - 1;
	if (row.bad == open_quote || after || end - p->at > p->longest) {
		end = plain_line(p, p->at, &next);
		row.bad = end - p->at > p->longest ? too_long :
		    after && quote - p->at < p->longest ? after_quote :
		    open_quote;
	}
	row.line = p->line;
	row.offset = (int64_t)p->at;
	row.size = (int64_t)(end - p->at);
	row.n = row.bad ? 0 : row.n;
	out_memory(&wide);
	if (!str_is_utf8((struct str){p->text.at + p->at, end - p->at}))
		plain_windows(p, row.n, &wide);
	dump_row(out, &row);
	out_end(&wide, NULL);
	for (; p->at < next; p->at++)
		p->line += p->text.at[p->at] == '\n';
	return true;
}

static inline void dump_plainly(struct out *out, struct str text,
    size_t longest)
{
	struct plain *p = calloc(1, sizeof(*p));

	assert(p);
	*p = (struct plain){.text = text, .longest = longest, .line = 1};
	p->bytes = malloc(text.len + 1);
	while (plain_row(p, out))
		;
	free(p->bytes);
	free(p);
}
