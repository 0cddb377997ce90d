/* SPDX-License-Identifier: MIT */
/* conflict.c: two data sets with one SOP Instance UID.  The first is shown
 * until a person chooses; both stay in their packs whatever is chosen. */
#include "archive/inside.h"

struct pair {
	int64_t first_study, first, second_study, second;
	struct str uid;
};

static bool read_pair(struct tx *tx, struct arena *arena, int64_t conflict,
    struct pair *p, struct err *err)
{
	struct rows *rows = db_ask(tx, "select first_study, first, "
	    "second_study, id, uid, resolved_at from conflict where id = $1",
	    I(conflict));
	bool open = false, found = rows_next(rows);

	if (found) {
		*p = (struct pair){rows_int(rows, 0), rows_int(rows, 1),
		    rows_int(rows, 2), rows_int(rows, 3),
		    arena_keep(arena, rows_text(rows, 4))};
		open = rows_null(rows, 5);
	}
	rows_end(rows);
	if (db_failed(tx, err))
		return false;
	if (!found)
		return fail(err, ERR_MISSING, "there is no such conflict");
	return open || fail(err, ERR_CONFLICT, "it was resolved before");
}

void conflict_apply(struct tx *tx, struct arena *arena, int64_t conflict,
    bool take_second, int64_t at, struct str who, struct str why)
{
	struct pair p;

	if (!read_pair(tx, arena, conflict, &p, NULL))
		return;
	db_run(tx, "update conflict set resolved_at = $1, second_taken = $2, "
	    "who = $3, why = $4 where id = $5 and resolved_at is null",
	    I(at), I(take_second), T(who), T(why), I(conflict));
	if (!db_changed(tx))
		tx_fail(tx, ERR_CONFLICT, "it was resolved before");
}

static bool resolve(struct archive *a, struct arena *arena, int64_t conflict,
    bool take_second, struct str who, struct str why, struct err *err)
{
	struct tx *tx = db_begin(a->db);
	struct pair p;

	if (!read_pair(tx, arena, conflict, &p, err)) {
		db_end(tx);
		return false;
	}
	conflict_apply(tx, arena, conflict, take_second, outside_now(), who,
	    why);
	if (take_second)
		uid_show_one(tx, arena, p.uid);
	note_add(tx, p.second_study, take_second ? "conflict.second" :
	    "conflict.first", conflict, who, why);
	journal_add(tx, S("conflict.resolved"), p.uid, who,
	    take_second ? S("{\"taken\":\"second\"}") :
	    S("{\"taken\":\"first\"}"));
	return db_commit(tx, err);
}

/* The studies of both, quiet, in the order of their ids. */
static bool with_both(struct archive *a, struct arena *arena, int64_t conflict,
    struct pair *p, struct pack *packs[2], struct err *err)
{
	struct tx *tx = db_read(a->db);
	bool done = read_pair(tx, arena, conflict, p, err);

	db_end(tx);
	if (!done)
		return false;
	bool turned = p->second_study < p->first_study;
	int64_t low = turned ? p->second_study : p->first_study;
	int64_t high = turned ? p->first_study : p->second_study;
	packs[0] = quiet_take(a, low, err);
	if (packs[0] && high != low) {
		packs[1] = quiet_take(a, high, err);
		if (!packs[1]) {
			quiet_let_go(a, packs[0]);
			return false;
		}
	}
	return packs[0] != NULL;
}

bool conflict_resolve(struct archive *a, int64_t conflict, bool take_second,
    struct str who, struct str why, struct err *err)
{
	struct arena arena = {0};
	struct pack *packs[2] = {NULL, NULL};
	struct pair p;
	bool done = false;

	if (a->options.looks_only)
		return fail(err, ERR_REFUSED,
		    "this archive is open for looking only");
	if (!str_trim(who).len || !str_trim(why).len)
		return fail(err, ERR_INPUT,
		    "who does this, and why, is not said");
	if (with_both(a, &arena, conflict, &p, packs, err)) {
		done = resolve(a, &arena, conflict, take_second, who, why, err);
		for (int i = 0; i < 2; i++)
			if (packs[i])
				quiet_let_go(a, packs[i]);
	}
	arena_end(&arena);
	return done;
}
