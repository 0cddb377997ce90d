/* SPDX-License-Identifier: MIT */
/* values.c: values as they are asked for.  A column read as another type than
 * it has is turned into it, in the same way for every kind of database. */
#include "backend.h"

#include <math.h>

struct val val_day(int32_t day)
{
	return day == NO_DAY ? N : I(day);
}

struct val val_time(int64_t at)
{
	return at == NO_TIME ? N : I(at);
}

struct val val_text(struct str text)
{
	return text.len ? T(text) : N;
}

struct val rows_val(struct rows *rows, int column)
{
	return rows->here ? rows->tx->db->backend->value(rows, column) : N;
}

bool rows_null(struct rows *rows, int column)
{
	return rows_val(rows, column).type == VAL_NULL;
}

/* Towards zero; what is too large is the largest. */
static int64_t whole(double real)
{
	if (!(real > -0x1p63))
		return isnan(real) ? 0 : INT64_MIN;
	return real < 0x1p63 ? (int64_t)real : INT64_MAX;
}

int64_t rows_int(struct rows *rows, int column)
{
	struct val val = rows_val(rows, column);
	int64_t i;

	switch (val.type) {
	case VAL_INT: return val.i;
	case VAL_REAL: return whole(val.r);
	case VAL_TEXT: return str_int(val.s, &i) ? i : 0;
	default: return 0;
	}
}

double rows_real(struct rows *rows, int column)
{
	struct val val = rows_val(rows, column);
	double real;

	switch (val.type) {
	case VAL_INT: return (double)val.i;
	case VAL_REAL: return val.r;
	case VAL_TEXT: return str_real(val.s, &real) ? real : 0;
	default: return 0;
	}
}

struct str rows_text(struct rows *rows, int column)
{
	struct val val = rows_val(rows, column);

	switch (val.type) {
	case VAL_INT:
		return arena_printf(&rows->scratch, "%lld", (long long)val.i);
	case VAL_REAL:
		return arena_printf(&rows->scratch, "%.17g", val.r);
	case VAL_TEXT:
	case VAL_BYTES:
		return val.s;
	default:
		return S("");
	}
}

int32_t rows_day(struct rows *rows, int column)
{
	struct val val = rows_val(rows, column);

	return val.type == VAL_INT ? (int32_t)val.i : NO_DAY;
}

int64_t rows_time(struct rows *rows, int column)
{
	struct val val = rows_val(rows, column);

	return val.type == VAL_INT ? val.i : NO_TIME;
}
