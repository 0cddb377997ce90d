/* SPDX-License-Identifier: MIT */
/* showing.c: of several instances with one UID exactly one is shown, whatever
 * was deleted, lost, or made again in another order: the one that a person
 * took last; else the one that is shown; else the oldest. */
#include "archive/inside.h"

#include <string.h>

#define OF_ONE_UID 64 /* more than these are not looked at */

struct one { int64_t study, id; bool shown; };
struct those { struct one at[OF_ONE_UID]; size_t n; };

bool uid_is_shown(struct tx *tx, uint64_t hash, struct str uid)
{
	struct rows *rows = db_ask(tx, "select 1 from instance "
	    "where uid_hash = $1 and uid = $2 and aside = 0",
	    I((int64_t)hash), T(uid));
	bool is = rows_next(rows);

	rows_end(rows);
	return is;
}

static void read_those(struct tx *tx, struct str uid, struct those *all)
{
	struct rows *rows = db_ask(tx, "select study, id, aside from instance "
	    "where uid_hash = $1 and uid = $2 order by id",
	    I((int64_t)hash64(uid.at, uid.len)), T(uid));

	all->n = 0;
	while (all->n < OF_ONE_UID && rows_next(rows))
		all->at[all->n++] = (struct one){rows_int(rows, 0),
		    rows_int(rows, 1), rows_int(rows, 2) == 0};
	rows_end(rows);
}

static const struct one *find_id(const struct those *all, int64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].id == id)
			return &all->at[i];
	return NULL;
}

static const struct one *choose(struct tx *tx, struct str uid,
    const struct those *all)
{
	const struct one *taken = find_id(all, db_int(tx, "select id "
	    "from conflict where uid = $1 and second_taken = 1 "
	    "order by resolved_at desc, id desc limit 1", T(uid)));

	for (size_t i = 0; !taken && i < all->n; i++)
		if (all->at[i].shown)
			taken = &all->at[i];
	return taken ? taken : &all->at[0];
}

/* A conflict whose first is gone is about another, or about nothing. */
static void mend_conflicts(struct tx *tx, struct str uid,
    const struct those *all, const struct one *chosen)
{
	const struct one *other = all->n > 1 ? &all->at[0] : NULL;

	if (other == chosen)
		other = &all->at[1];
	db_run(tx, "delete from conflict where uid = $1 and not exists "
	    "(select 1 from instance i where i.study = second_study "
	    "and i.id = conflict.id)", T(uid));
	for (size_t i = 0; i < all->n; i++) {
		const struct one *first = all->at[i].id == chosen->id ? other :
		    chosen;
		if (!first)
			db_run(tx, "delete from conflict where id = $1",
			    I(all->at[i].id));
		else
			db_run(tx, "update conflict set first_study = $1, "
			    "first = $2 where id = $3 and not exists (select 1 "
			    "from instance i where i.study = first_study "
			    "and i.id = first)", I(first->study), I(first->id),
			    I(all->at[i].id));
	}
}

void uid_show_one(struct tx *tx, struct arena *arena, struct str uid)
{
	struct those all;

	read_those(tx, uid, &all);
	if (!all.n) {
		db_run(tx, "delete from conflict where uid = $1", T(uid));
		return;
	}
	const struct one *chosen = choose(tx, uid, &all);
	mend_conflicts(tx, uid, &all, chosen);
	for (size_t i = 0; i < all.n; i++) {
		const struct one *one = &all.at[i];
		if (one->shown == (one == chosen))
			continue;
		db_run(tx, "update instance set aside = $1 where study = $2 "
		    "and id = $3", I(one != chosen), I(one->study), I(one->id));
		study_recount(tx, arena, one->study);
	}
}

static void list_add(struct arena *arena, struct str_list *list, struct str s)
{
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct str *at = arena_array(arena, struct str, room);
		if (list->n)
			memcpy(at, list->at, list->n * sizeof(*at));
		list->at = at;
		list->room = room;
	}
	list->at[list->n++] = arena_keep(arena, s);
}

void uids_in_conflict(struct tx *tx, struct arena *arena, int64_t study,
    struct str_list *list)
{
	struct rows *rows = study ?
	    db_ask(tx, "select distinct uid from conflict "
		"where first_study = $1 or second_study = $1", I(study)) :
	    db_ask(tx, "select distinct c.uid from conflict c "
		"left join instance i on i.study = c.first_study "
		"and i.id = c.first left join instance j "
		"on j.study = c.second_study and j.id = c.id "
		"where i.id is null or j.id is null or i.aside = j.aside "
		"or (c.second_taken = 1 and j.aside = 1)");

	while (rows_next(rows))
		list_add(arena, list, rows_text(rows, 0));
}

bool show_all(struct archive *a, struct err *err)
{
	struct arena arena = {0};
	struct str_list uids = {0};
	struct tx *tx = db_read(a->db);

	uids_in_conflict(tx, &arena, 0, &uids);
	bool done = !db_failed(tx, err);
	db_end(tx);
	for (size_t i = 0; done && i < uids.n; i++) {
		tx = db_begin(a->db);
		uid_show_one(tx, &arena, uids.at[i]);
		done = db_commit(tx, err);
	}
	arena_end(&arena);
	return done;
}
