/* SPDX-License-Identifier: MIT */
/* form.h: what each form of a table does; private to table. */
#pragma once
#include "table/table.h"

enum cell_kind {
	CELL_NULL, CELL_TEXT, CELL_INT, CELL_REAL,
	CELL_DAY, CELL_TIME, CELL_BOOL
};
struct cell {
	enum cell_kind kind;
	struct str text;
	int64_t number; /* INT, DAY, TIME, BOOL */
	double real;
};

struct table {
	struct arena *arena;
	struct out *out;
	const struct form *form;
	struct str title, source;
	const struct column *columns;
	size_t n, at;      /* columns, and the next one to be written */
	int64_t rows, made_at;
	bool has_begun;    /* its head is written */
	struct err err;
	void *own;         /* the form's */
};

struct form {
	const char *word, *type;
	void (*begin)(struct table *);
	void (*fact)(struct table *, const char *key, const struct cell *);
	void (*head)(struct table *); /* before the first cell or the end */
	void (*cell)(struct table *, const struct column *,
	    const struct cell *);
	void (*row_end)(struct table *);
	void (*end)(struct table *);
};
extern const struct form form_json, form_csv, form_xlsx, form_plain;

/* A cell as text, the same in CSV and on a terminal; "" for null. */
struct cell_text { char at[40]; };
struct str cell_text(const struct cell *, struct cell_text *);
bool column_is_number(const struct column *);
