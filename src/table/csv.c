/* SPDX-License-Identifier: MIT */
/* csv.c: a table as RFC 4180, a header of names first.
 *
 * A spreadsheet that opens the file takes a cell that begins with = + - @ for
 * a formula, and texts come from files that others sent.  So such a text gets
 * an apostrophe in front, which a spreadsheet shows as text; also one that
 * begins with a tab or an end of line, behind which some look for the sign.
 * Numbers, days and times are the program's own and stay as they are. */
#include "table/form.h"

#include <string.h>

static void begin(struct table *t)
{
	(void)t;
}

static bool is_formula(struct str text)
{
	return text.len && memchr("=+-@\t\r\n", text.at[0], 7);
}

static bool needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (memchr("\",\r\n", text.at[i], 4))
			return true;
	return text.len && (text.at[0] == ' ' || text.at[text.len - 1] == ' ');
}

static void put_text(struct out *out, struct str text)
{
	bool formula = is_formula(text);

	if (!needs_quotes(text)) {
		if (formula)
			out_char(out, '\'');
		out_put(out, text);
		return;
	}
	out_char(out, '"');
	if (formula)
		out_char(out, '\'');
	while (text.len) {
		bool quoted = memchr(text.at, '"', text.len);
		out_put(out, str_cut(&text, '"'));
		if (quoted)
			out_put(out, S("\"\""));
	}
	out_char(out, '"');
}

static void head(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			out_char(t->out, ',');
		put_text(t->out, str_of(t->columns[i].name));
	}
	out_put(t->out, S("\r\n"));
}

static void put_cell(struct table *t, const struct column *column,
    const struct cell *cell)
{
	struct cell_text text;

	(void)column;
	if (t->at)
		out_char(t->out, ',');
	if (cell->kind == CELL_TEXT)
		put_text(t->out, cell->text);
	else
		out_put(t->out, cell_text(cell, &text));
}

static void row_end(struct table *t)
{
	out_put(t->out, S("\r\n"));
}

static void end(struct table *t)
{
	(void)t;
}

const struct form form_csv = {
	"csv", "text/csv; charset=utf-8; header=present", begin, NULL, head,
	put_cell, row_end, end};
