/* SPDX-License-Identifier: MIT */
/* table.h: one table, four ways out: JSON, CSV, XLSX and text for a terminal.
 * Whoever answers with rows writes them once, cell by cell, in the order of
 * the columns; the asker chooses the form.  Constant memory in every form. */
#pragma once
#include "core/core.h"

enum table_form { TABLE_JSON, TABLE_CSV, TABLE_XLSX, TABLE_PLAIN };
enum column_type {
	COL_TEXT, COL_INT, COL_REAL, COL_PERCENT, COL_DAY, COL_TIME, COL_BOOL,
	COL_ID /* a number of the store: text in JSON, for scripts keep 53 bits */
};

struct column {
	const char *name; /* snake_case, the API's word */
	enum column_type type;
	const char *sentence; /* for the API's description */
};

struct table; /* belongs to the arena */

/* JSON: {"title","source","made_at",...,"rows":[{column: value}]}; CSV: a
 * header of names; XLSX: title, source and date above the header.  source says
 * where the numbers come from and their licence; it may be empty. */
struct table *table_begin(struct arena *, enum table_form, struct out *,
    struct str title, struct str source, const struct column *, size_t n);
/* JSON only, before the first cell: one more fact beside "rows". */
void table_fact(struct table *, const char *key, struct str text);
void table_fact_int(struct table *, const char *key, int64_t);
void table_text(struct table *, struct str);
void table_int(struct table *, int64_t); /* also COL_ID */
void table_real(struct table *, double); /* NAN is null; COL_PERCENT takes 0..100 */
void table_day(struct table *, int32_t);
void table_time(struct table *, int64_t);
void table_bool(struct table *, bool);
void table_null(struct table *);
bool table_end(struct table *, struct err *);

bool table_form_read(struct str word, enum table_form *); /* json csv xlsx plain */
const char *table_form_type(enum table_form);             /* the media type */
