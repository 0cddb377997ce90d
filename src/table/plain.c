/* SPDX-License-Identifier: MIT */
/* plain.c: a table for a terminal.  The first rows are held back to learn how
 * wide each column is; those after them are written as they come, and what is
 * wider then pushes its row to the right.  Text to the left, numbers to the
 * right; control characters, which could steer a terminal, become "?". */
#include "table/form.h"

#define HELD_ROWS 200
#define WIDE_MAX 48 /* a wider cell does not widen its column */

struct plain {
	struct str *held;  /* cells of the rows held back */
	size_t held_n;
	size_t *width;
	size_t blanks;     /* owed to the row if anything follows */
	bool flowing;
};

static struct plain *own_of(struct table *t)
{
	return t->own;
}

static void begin(struct table *t)
{
	struct plain *p = arena_new(t->arena, struct plain);

	p->held = arena_array(t->arena, struct str, HELD_ROWS * t->n);
	p->width = arena_array(t->arena, size_t, t->n);
	t->own = p;
}

/* Characters, not bytes. */
static size_t wide(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
	return n;
}

static void widen(struct plain *p, size_t i, struct str text)
{
	size_t n = wide(text);

	if (n > p->width[i] && n <= WIDE_MAX)
		p->width[i] = n;
}

static void head(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		widen(own_of(t), i, str_of(t->columns[i].name));
}

static void put_clean(struct out *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		out_char(out, c < 0x20 || c == 0x7f ? '?' : text.at[i]);
	}
}

static void put_text(struct table *t, struct str text)
{
	struct plain *p = own_of(t);

	while (text.len && p->blanks) {
		out_char(t->out, ' ');
		p->blanks--;
	}
	put_clean(t->out, text);
}

static void put_column(struct table *t, size_t i, struct str text)
{
	struct plain *p = own_of(t);
	size_t width = p->width[i], n = wide(text);
	size_t left = n < width ? width - n : 0;
	bool is_number = column_is_number(&t->columns[i]);

	p->blanks += is_number ? left : 0;
	put_text(t, text);
	p->blanks += is_number ? 2 : left + 2;
	if (i + 1 < t->n)
		return;
	out_char(t->out, '\n');
	p->blanks = 0;
}

static void put_heading(struct table *t)
{
	if (t->title.len) {
		put_clean(t->out, t->title);
		out_put(t->out, S("\n\n"));
	}
	for (size_t i = 0; i < t->n; i++)
		put_column(t, i, str_of(t->columns[i].name));
}

static void flow(struct table *t)
{
	struct plain *p = own_of(t);

	if (p->flowing)
		return;
	p->flowing = true;
	put_heading(t);
	for (size_t i = 0; i < p->held_n; i++)
		put_column(t, i % t->n, p->held[i]);
}

static void put_cell(struct table *t, const struct column *column,
    const struct cell *cell)
{
	struct plain *p = own_of(t);
	struct cell_text text;
	struct str s = cell_text(cell, &text);

	(void)column;
	if (p->flowing) {
		put_column(t, t->at, s);
		return;
	}
	widen(p, t->at, s);
	p->held[p->held_n++] = arena_keep(t->arena, s);
}

static void row_end(struct table *t)
{
	if (own_of(t)->held_n == HELD_ROWS * t->n)
		flow(t);
}

static void end(struct table *t)
{
	flow(t);
	if (t->source.len) {
		out_char(t->out, '\n');
		put_clean(t->out, t->source);
		out_char(t->out, '\n');
	}
}

const struct form form_plain = {
	"plain", "text/plain; charset=utf-8", begin, NULL, head, put_cell,
	row_end, end};
