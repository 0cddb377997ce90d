/* SPDX-License-Identifier: MIT */
/* stranger.c: callers that nobody knows.  One row for each (calling, called,
 * address), counted; the first time is told in the journal, and the number of
 * rows is limited, so that a flood of names fills neither. */
#include "peers/peers.h"

#include <string.h>

#define TELL_AGAIN (60 * US_PER_S) /* while the table is full */
#define COLUMNS \
	"id, calling, called, address, certificate, reason, first_at, " \
	"last_at, times"

void stranger_read(struct rows *r, struct arena *arena, struct stranger *s)
{
	*s = (struct stranger){
	    .id = rows_int(r, 0),
	    .calling = arena_keep(arena, rows_text(r, 1)),
	    .called = arena_keep(arena, rows_text(r, 2)),
	    .address = arena_keep(arena, rows_text(r, 3)),
	    .certificate = arena_keep(arena, rows_text(r, 4)),
	    .reason = arena_keep(arena, rows_text(r, 5)),
	    .first_at = rows_time(r, 6),
	    .last_at = rows_time(r, 7),
	    .times = rows_int(r, 8),
	};
}

struct rows *strangers_each(struct tx *tx)
{
	return db_ask(tx, "select " COLUMNS " from stranger "
			  "order by last_at desc, id desc");
}

/* What a caller says may be any bytes; what is kept is printable. */
static struct str printable(struct arena *arena, struct str text)
{
	char *to = arena_alloc(arena, text.len + 1);
	struct str kept = {to, text.len < 256 ? text.len : 256};

	for (size_t i = 0; i < kept.len; i++) {
		char c = text.at[i];

		to[i] = c < ' ' || c > '~' ? '?' : c;
	}
	return kept;
}

/* Was there room without it? */
static bool make_room(struct tx *tx)
{
	if (db_int(tx, "select count(*) from stranger") < STRANGERS_MOST)
		return true;
	db_run(tx, "delete from stranger where id in (select id from stranger "
		   "order by last_at, id limit 1)");
	return false;
}

static void add(struct tx *tx, struct arena *arena, const struct stranger *s)
{
	int64_t id = outside_id(), last = db_int(tx,
	    "select coalesce(max(first_at), 0) from stranger");
	bool told = make_room(tx) || s->last_at - last >= TELL_AGAIN;

	db_run(tx,
	    "insert into stranger (" COLUMNS ") "
	    "values ($1, $2, $3, $4, $5, $6, $7, $8, 1) "
	    "on conflict (calling, called, address) do update set "
	    "times = stranger.times + 1, last_at = excluded.last_at",
	    I(id), T(s->calling), T(s->called), T(s->address),
	    T(s->certificate), T(s->reason), I(s->last_at), I(s->last_at));
	if (told)
		journal_add(tx, S("stranger.noted"),
		    arena_printf(arena, "%lld", (long long)id), s->calling,
		    (struct str){0});
}

void stranger_note(struct tx *tx, struct str calling, struct str called,
    struct str address, struct str certificate, struct str reason)
{
	struct arena arena = {0};
	struct stranger s = {.calling = printable(&arena, calling),
	    .called = printable(&arena, called),
	    .address = printable(&arena, address),
	    .certificate = printable(&arena, certificate),
	    .reason = reason,
	    .last_at = outside_now()};

	db_run(tx,
	    "update stranger set times = times + 1, last_at = $1, "
	    "certificate = $2, reason = $3 "
	    "where calling = $4 and called = $5 and address = $6",
	    I(s.last_at), T(s.certificate), T(s.reason), T(s.calling),
	    T(s.called), T(s.address));
	if (!db_changed(tx))
		add(tx, &arena, &s);
	arena_end(&arena);
}

static bool find(struct tx *tx, struct arena *arena, int64_t id,
    struct stranger *s, struct err *err)
{
	struct rows *rows = db_ask(tx,
	    "select " COLUMNS " from stranger where id = $1", I(id));
	bool is = rows_next(rows);

	if (is)
		stranger_read(rows, arena, s);
	rows_end(rows);
	if (!is)
		fail(err, ERR_MISSING, "there is no stranger %lld",
		    (long long)id);
	return is;
}

static bool admit(struct tx *tx, struct arena *arena, int64_t id,
    struct str org, struct str who, int64_t *peer, struct err *err)
{
	struct stranger s;

	if (!find(tx, arena, id, &s, err))
		return false;
	struct peer p = {.aet = s.calling,
	    .org = org,
	    .name = s.calling,
	    .addresses = s.address,
	    .rights = PEER_ECHO | PEER_STORE,
	    .active = true};
	struct peer *known = peer_find(tx, arena, s.calling);

	if (known) {
		fail(err, ERR_CONFLICT, "there is a peer with the AE title "
		    "'%.*s'", STR(s.calling));
		return hint(err, "it was refused for another reason: %.*s",
		    STR(s.reason));
	}
	if (!peer_keep(tx, &p, who, S("admitted from the strangers"), err))
		return false;
	db_run(tx, "delete from stranger where calling = $1", T(s.calling));
	journal_add(tx, S("stranger.admitted"),
	    arena_printf(arena, "%lld", (long long)id), who, (struct str){0});
	*peer = p.id;
	return true;
}

bool stranger_admit(struct tx *tx, int64_t id, struct str org, struct str who,
    int64_t *peer, struct err *err)
{
	struct arena arena = {0};
	bool ok = admit(tx, &arena, id, org, who, peer, err);

	arena_end(&arena);
	return ok;
}

bool stranger_dismiss(struct tx *tx, int64_t id, struct str who,
    struct err *err)
{
	struct arena arena = {0};

	if (!str_trim(who).len)
		return fail(err, ERR_INPUT, "who dismisses it must be said");
	db_run(tx, "delete from stranger where id = $1", I(id));
	if (db_changed(tx) != 1)
		return fail(err, ERR_MISSING, "there is no stranger %lld",
		    (long long)id);
	journal_add(tx, S("stranger.dismissed"),
	    arena_printf(&arena, "%lld", (long long)id), who, (struct str){0});
	arena_end(&arena);
	return true;
}
