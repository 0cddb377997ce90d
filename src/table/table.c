/* SPDX-License-Identifier: MIT */
/* table.c: cells in, one form out.  The writer says cells in the order of the
 * columns; a cell of another type than its column, or a row left half
 * written, is a programming mistake. */
#include "table/form.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static const struct form *const forms[] = {
	[TABLE_JSON] = &form_json,
	[TABLE_CSV] = &form_csv,
	[TABLE_XLSX] = &form_xlsx,
	[TABLE_PLAIN] = &form_plain,
};

struct table *table_begin(struct arena *arena, enum table_form form,
    struct out *out, struct str title, struct str source,
    const struct column *columns, size_t n)
{
	struct table *t = arena_new(arena, struct table);

	assert(n > 0);
	t->arena = arena;
	t->out = out;
	t->form = forms[form];
	t->title = arena_keep(arena, title);
	t->source = arena_keep(arena, source);
	t->columns = columns;
	t->n = n;
	t->made_at = outside_now();
	t->form->begin(t);
	return t;
}

static void begin_cells(struct table *t)
{
	if (t->has_begun)
		return;
	t->has_begun = true;
	t->form->head(t);
}

static void fact(struct table *t, const char *key, const struct cell *cell)
{
	assert(!t->has_begun);
	if (t->form->fact)
		t->form->fact(t, key, cell);
}

void table_fact(struct table *t, const char *key, struct str text)
{
	fact(t, key, &(struct cell){.kind = CELL_TEXT, .text = text});
}

void table_fact_int(struct table *t, const char *key, int64_t number)
{
	fact(t, key, &(struct cell){.kind = CELL_INT, .number = number});
}

static bool may_hold(enum column_type type, enum cell_kind kind)
{
	switch (kind) {
	case CELL_NULL: return true;
	case CELL_TEXT: return type == COL_TEXT;
	case CELL_INT: return type == COL_INT || type == COL_ID;
	case CELL_REAL: return type == COL_REAL || type == COL_PERCENT;
	case CELL_DAY: return type == COL_DAY;
	case CELL_TIME: return type == COL_TIME;
	case CELL_BOOL: return type == COL_BOOL;
	}
	return false;
}

static void put(struct table *t, const struct cell *cell)
{
	const struct column *column = &t->columns[t->at];

	assert(may_hold(column->type, cell->kind));
	if (t->err.kind != ERR_NONE)
		return;
	begin_cells(t);
	t->form->cell(t, column, cell);
	if (++t->at < t->n)
		return;
	t->at = 0;
	t->rows++;
	t->form->row_end(t);
}

void table_text(struct table *t, struct str text)
{
	put(t, &(struct cell){.kind = CELL_TEXT, .text = text});
}

void table_int(struct table *t, int64_t number)
{
	put(t, &(struct cell){.kind = CELL_INT, .number = number});
}

void table_real(struct table *t, double real)
{
	put(t, &(struct cell){.kind = isfinite(real) ? CELL_REAL : CELL_NULL,
		   .real = real});
}

void table_day(struct table *t, int32_t day)
{
	put(t, &(struct cell){.kind = day == NO_DAY ? CELL_NULL : CELL_DAY,
		   .number = day});
}

void table_time(struct table *t, int64_t at)
{
	put(t, &(struct cell){.kind = at == NO_TIME ? CELL_NULL : CELL_TIME,
		   .number = at});
}

void table_bool(struct table *t, bool yes)
{
	put(t, &(struct cell){.kind = CELL_BOOL, .number = yes});
}

void table_null(struct table *t)
{
	put(t, &(struct cell){.kind = CELL_NULL});
}

bool table_end(struct table *t, struct err *err)
{
	/* A row may be left half written only when the story has failed. */
	assert(t->at == 0 || t->err.kind != ERR_NONE);
	begin_cells(t);
	if (t->err.kind == ERR_NONE)
		t->form->end(t);
	if (t->err.kind == ERR_NONE)
		return true;
	if (err->kind == ERR_NONE)
		*err = t->err;
	return false;
}

bool table_form_read(struct str word, enum table_form *form)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (str_is(word, forms[i]->word)) {
			*form = (enum table_form)i;
			return true;
		}
	return false;
}

const char *table_form_type(enum table_form form)
{
	return forms[form]->type;
}

bool column_is_number(const struct column *column)
{
	return column->type == COL_INT || column->type == COL_REAL ||
	    column->type == COL_PERCENT;
}

static struct str written(struct cell_text *text, int n)
{
	return (struct str){text->at, n > 0 ? (size_t)n : 0};
}

struct str cell_text(const struct cell *cell, struct cell_text *text)
{
	size_t size = sizeof(text->at);

	switch (cell->kind) {
	case CELL_NULL: break;
	case CELL_TEXT: return cell->text;
	case CELL_INT:
		return written(text, snprintf(text->at, size, "%lld",
		    (long long)cell->number));
	case CELL_REAL:
		return written(text, snprintf(text->at, size, "%.15g",
		    cell->real));
	case CELL_DAY:
		return written(text, snprintf(text->at, size, "%s",
		    day_text((int32_t)cell->number).at));
	case CELL_TIME:
		return written(text, snprintf(text->at, size, "%s",
		    time_text(cell->number).at));
	case CELL_BOOL: return cell->number ? S("true") : S("false");
	}
	return S("");
}
