/* SPDX-License-Identifier: MIT */
/* place.c: sites and commissioners by number, made known on first sight: a new
 * site in a trust's file is news, not an error. */
#include "telling.h"

#include <string.h>

void places_add(struct arena *arena, struct places *p, struct place place)
{
	if (p->n == p->size) {
		struct place *more =
		    arena_array(arena, struct place, 2 * p->size);
		memcpy(more, p->list, p->n * sizeof *more);
		p->list = more;
		p->size *= 2;
	}
	if (place.id >= p->next)
		p->next = place.id + 1;
	p->list[p->n++] = place;
}

void places_read(
    struct tx *tx, struct arena *arena, struct places *p, const char *sql)
{
	struct rows *r = db_ask(tx, sql);

	p->size = 256;
	p->list = arena_array(arena, struct place, p->size);
	p->next = 1;
	while (rows_next(r)) {
		struct place place = {arena_keep(arena, rows_text(r, 0)),
		    (int32_t)rows_int(r, 1)};
		places_add(arena, p, place);
	}
}

/* A file names few places, over and over: those found move to the front. */
static int32_t find(struct places *p, struct str code)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!str_eq(p->list[i].code, code))
			continue;
		struct place found = p->list[i];
		p->list[i] = p->list[i / 2];
		p->list[i / 2] = found;
		return found.id;
	}
	return 0;
}

static int32_t make_known(struct telling *t, struct places *p, struct str code)
{
	struct place place = {arena_keep(t->arena, code), p->next};

	places_add(t->arena, p, place);
	return place.id;
}

int32_t site_id(struct telling *t, struct str code)
{
	int32_t id = code.len ? find(&t->sites, code) : 0;

	if (id || !code.len)
		return id;
	id = make_known(t, &t->sites, code);
	db_run(t->tx, "insert into site (id, code, org) values ($1, $2, $3)",
	    I(id), T(code), T(t->provider));
	return id;
}

int32_t commissioner_id(struct telling *t, struct str code)
{
	int32_t id = code.len ? find(&t->commissioners, code) : 0;

	if (id || !code.len)
		return id;
	id = make_known(t, &t->commissioners, code);
	db_run(t->tx, "insert into commissioner (id, code) values ($1, $2)",
	    I(id), T(code));
	return id;
}

int32_t site_known(struct tx *tx, struct str code, struct str org,
    struct str name, struct str kind)
{
	db_run(tx,
	    "insert into site (id, code, org, name, kind) "
	    "values ((select coalesce(max(id), 0) + 1 from site), $1, $2, $3, $4) "
	    "on conflict (code) do update set "
	    "name = coalesce(excluded.name, site.name), "
	    "kind = coalesce(excluded.kind, site.kind)",
	    T(code), T(org), val_text(name), val_text(kind));
	return (int32_t)db_int(
	    tx, "select id from site where code = $1", T(code));
}

int32_t commissioner_known(struct tx *tx, struct str code, struct str name)
{
	db_run(tx,
	    "insert into commissioner (id, code, name) "
	    "values ((select coalesce(max(id), 0) + 1 from commissioner), $1, $2) "
	    "on conflict (code) do update set "
	    "name = coalesce(excluded.name, commissioner.name)",
	    T(code), val_text(name));
	return (int32_t)db_int(
	    tx, "select id from commissioner where code = $1", T(code));
}
