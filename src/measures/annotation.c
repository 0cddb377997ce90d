/* SPDX-License-Identifier: MIT */
/* annotation.c: what people write on a chart: notes, step changes and the days
 * on which its limits start anew.  Removed ones stay in the history. */
#include "measures.h"

static void read_annotation(
    struct rows *r, struct arena *arena, struct annotation *a)
{
	*a = (struct annotation){
	    .id = rows_int(r, 0),
	    .day = rows_day(r, 1),
	    .kind = arena_keep(arena, rows_text(r, 2)),
	    .text = arena_keep(arena, rows_text(r, 3)),
	    .author = arena_keep(arena, rows_text(r, 4)),
	    .made_at = rows_time(r, 5),
	    .org = arena_keep(arena, rows_text(r, 6)),
	    .test = (int)rows_int(r, 7),
	    .measure = arena_keep(arena, rows_text(r, 8)),
	};
}

struct annotation *annotations_for(struct tx *tx, struct arena *arena,
    struct str org, int test, struct str measure, size_t *n)
{
	int64_t most = db_int(tx,
	    "select count(*) from annotation where org = $1 and test = $2 "
	    "and measure = $3",
	    T(org), I(test), T(measure));
	struct annotation *list =
	    arena_array(arena, struct annotation, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, day, kind, text, author, made_at, org, test, measure "
	    "from annotation where org = $1 and test = $2 and measure = $3 "
	    "and removed_at is null order by day, made_at limit $4",
	    T(org), I(test), T(measure), I(most));

	for (*n = 0; rows_next(r); (*n)++)
		read_annotation(r, arena, &list[*n]);
	return list;
}

struct annotation *annotations_all(
    struct tx *tx, struct arena *arena, size_t *n)
{
	int64_t most = db_int(tx, "select count(*) from annotation");
	struct annotation *list =
	    arena_array(arena, struct annotation, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, day, kind, text, author, made_at, org, test, measure "
	    "from annotation where removed_at is null "
	    "order by day, made_at limit $1",
	    I(most));

	for (*n = 0; rows_next(r); (*n)++)
		read_annotation(r, arena, &list[*n]);
	return list;
}

static bool is_kind(struct str kind)
{
	return str_is(kind, "note") || str_is(kind, "rebase") ||
	    str_is(kind, "step");
}

static bool is_sound(const struct annotation *a, struct err *err)
{
	if (!measure_find(a->measure))
		return fail(err, ERR_INPUT, "measure \"%.*s\" is not known",
		    STR(a->measure));
	if (!is_kind(a->kind))
		return fail(
		    err, ERR_INPUT, "kind must be note, rebase or step");
	if (a->day == NO_DAY)
		return fail(err, ERR_INPUT, "date is missing");
	if (!str_trim(a->text).len || a->text.len > 2000)
		return fail(
		    err, ERR_INPUT, "text must say why, in at most 2000 bytes");
	if (!str_trim(a->author).len || a->author.len > 200)
		return fail(err, ERR_INPUT, "author must be named");
	return true;
}

bool annotation_add(struct tx *tx, struct annotation *a, struct err *err)
{
	if (!is_sound(a, err))
		return false;
	a->id = outside_id();
	a->made_at = outside_now();
	db_run(tx,
	    "insert into annotation (id, org, test, measure, day, kind, text, "
	    "author, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    I(a->id), T(a->org), I(a->test), T(a->measure), I(a->day),
	    T(a->kind), T(a->text), T(a->author), I(a->made_at));
	journal_add(
	    tx, S("annotation.added"), a->measure, a->author, (struct str){0});
	return true;
}

bool annotation_take_away(
    struct tx *tx, int64_t id, struct str who, struct str why, struct err *err)
{
	if (!str_trim(who).len || !str_trim(why).len)
		return fail(
		    err, ERR_INPUT, "who removes it and why must be said");
	db_run(tx,
	    "update annotation set removed_at = $1, removed_by = $2, "
	    "removed_why = $3 where id = $4 and removed_at is null",
	    I(outside_now()), T(who), T(why), I(id));
	if (db_changed(tx) != 1)
		return fail(err, ERR_MISSING, "there is no annotation %lld",
		    (long long)id);
	journal_add(
	    tx, S("annotation.removed"), (struct str){0}, who, (struct str){0});
	return true;
}
