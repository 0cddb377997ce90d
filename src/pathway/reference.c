/* SPDX-License-Identifier: MIT */
/* reference.c: the network's own lists: who is in it, and where.  Loaded once,
 * when nothing is known yet; afterwards they are the network's to change. */
#include "telling.h"

#include <string.h>

#define FIELDS_MOST 8

struct list { /* a CSV in memory and the columns wanted of it */
	struct csv *csv;
	struct csv_row row;
	const char *const *names;
	size_t at[FIELDS_MOST];
	size_t n;
};

static bool list_begin(struct list *l, struct arena *arena, struct str text,
    const char *const *names, size_t n, struct err *err)
{
	*l =
	    (struct list){.csv = csv_text(arena, text), .names = names, .n = n};
	if (!csv_next(l->csv, &l->row, err))
		return fail(err, ERR_INPUT, "a reference list is empty");
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		while (at < l->row.n &&
		    !str_eq_nocase(
			str_trim(l->row.fields[at]), str_of(names[i])))
			at++;
		if (at == l->row.n)
			return fail(err, ERR_INPUT,
			    "a reference list has no column \"%s\"", names[i]);
		l->at[i] = at;
	}
	return true;
}

static struct str list_field(const struct list *l, size_t i)
{
	return l->at[i] < l->row.n ? str_trim(l->row.fields[l->at[i]]) : S("");
}

static bool load_orgs(
    struct tx *tx, struct arena *arena, struct str text, struct err *err)
{
	static const char *const names[] = {"code", "name", "short", "kind"};
	struct list l;
	int64_t sort = 0;

	if (!list_begin(&l, arena, text, names, 4, err))
		return false;
	while (csv_next(l.csv, &l.row, err))
		db_run(tx,
		    "insert into org (code, name, short, kind, sort) "
		    "values ($1, $2, $3, $4, $5)",
		    T(list_field(&l, 0)), T(list_field(&l, 1)),
		    T(list_field(&l, 2)), T(list_field(&l, 3)), I(++sort));
	return !err->kind;
}

static bool load_sites(
    struct tx *tx, struct arena *arena, struct str text, struct err *err)
{
	static const char *const names[] = {"code", "name", "org", "kind"};
	struct list l;

	if (!list_begin(&l, arena, text, names, 4, err))
		return false;
	while (csv_next(l.csv, &l.row, err))
		site_known(tx, list_field(&l, 0), list_field(&l, 2),
		    list_field(&l, 1), list_field(&l, 3));
	return !err->kind;
}

static bool load_commissioners(
    struct tx *tx, struct arena *arena, struct str text, struct err *err)
{
	static const char *const names[] = {"code", "name"};
	struct list l;

	if (!list_begin(&l, arena, text, names, 2, err))
		return false;
	while (csv_next(l.csv, &l.row, err))
		commissioner_known(tx, list_field(&l, 0), list_field(&l, 1));
	return !err->kind;
}

bool reference_is_empty(struct tx *tx)
{
	return db_int(tx, "select count(*) from org") == 0;
}

bool reference_load(struct tx *tx, const struct reference *r, struct err *err)
{
	struct arena arena = {0};
	bool loaded = load_orgs(tx, &arena, r->orgs, err) &&
	    load_sites(tx, &arena, r->sites, err) &&
	    load_commissioners(tx, &arena, r->commissioners, err);

	arena_end(&arena);
	return loaded;
}

struct org *orgs_read(struct tx *tx, struct arena *arena, size_t *n)
{
	struct org *list = arena_array(arena, struct org, ORGS_MOST);
	struct rows *r = db_ask(tx,
	    "select code, name, short, kind from org order by sort limit $1",
	    I(ORGS_MOST));

	for (*n = 0; rows_next(r); (*n)++)
		list[*n] = (struct org){arena_keep(arena, rows_text(r, 0)),
		    arena_keep(arena, rows_text(r, 1)),
		    arena_keep(arena, rows_text(r, 2)),
		    arena_keep(arena, rows_text(r, 3))};
	return list;
}

struct site *sites_read(struct tx *tx, struct arena *arena, size_t *n)
{
	int64_t most = db_int(tx, "select count(*) from site");
	struct site *list = arena_array(arena, struct site, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, code, name, org, kind from site order by id limit $1",
	    I(most));

	for (*n = 0; rows_next(r); (*n)++)
		list[*n] = (struct site){(int32_t)rows_int(r, 0),
		    arena_keep(arena, rows_text(r, 1)),
		    arena_keep(arena, rows_text(r, 2)),
		    arena_keep(arena, rows_text(r, 3)),
		    arena_keep(arena, rows_text(r, 4))};
	return list;
}

struct commissioner *commissioners_read(
    struct tx *tx, struct arena *arena, size_t *n)
{
	int64_t most = db_int(tx, "select count(*) from commissioner");
	struct commissioner *list =
	    arena_array(arena, struct commissioner, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, code, name from commissioner order by code limit $1",
	    I(most));

	for (*n = 0; rows_next(r); (*n)++)
		list[*n] = (struct commissioner){(int32_t)rows_int(r, 0),
		    arena_keep(arena, rows_text(r, 1)),
		    arena_keep(arena, rows_text(r, 2))};
	return list;
}

const struct site *site_by_id(const struct site *list, size_t n, int32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			return &list[i];
	return NULL;
}
