/* SPDX-License-Identifier: MIT */
/* letter.c: the life of one letter.
 *
 *	waiting -> sending -> sent
 *	   ^          |
 *	   +--backoff-+-> failed (a person must look) -> waiting
 *	waiting, failed -> withdrawn -> waiting (each by a person)
 *
 * (1) A letter is sent before it is marked: it may arrive twice, and never
 *     not at all.
 * (2) A destination that does not answer is asked once for each wait, not once
 *     for each letter; one that answers is not kept from others by a letter
 *     that it cannot take. */
#include "senders.h"

#include <assert.h>
#include <string.h>

#define FIRST_WAIT (15 * US_PER_S)
#define LONGEST_WAIT (300 * US_PER_S)
#define TROUBLE_AFTER 5  /* attempts, then the journal says so */
#define REFUSALS_MOST 3  /* attempts; a refusal may be a moment's */

#define COLUMNS \
	"id, sender, dest, body, key, reason, priority, made_at, due_at, " \
	"sent_at, attempts, state, trouble, done, total"

void letter_read(struct rows *r, struct arena *arena, struct letter *l)
{
	struct str *const texts[] = {&l->sender, &l->to, &l->body, &l->key,
	    &l->reason};

	*l = (struct letter){.id = rows_int(r, 0)};
	for (int i = 0; i < 5; i++)
		*texts[i] = arena_keep(arena, rows_text(r, i + 1));
	l->priority = rows_int(r, 6);
	l->made_at = rows_time(r, 7);
	l->due_at = rows_time(r, 8);
	l->sent_at = rows_time(r, 9);
	l->attempts = rows_int(r, 10);
	l->state = arena_keep(arena, rows_text(r, 11));
	l->trouble = arena_keep(arena, rows_text(r, 12));
	l->done = rows_int(r, 13);
	l->total = rows_int(r, 14);
}

void post_add(struct tx *tx, struct str sender, struct str to,
    struct str body, struct str key, struct str reason, int64_t priority,
    int64_t due_at)
{
	assert(sender_find(sender));
	db_run(tx,
	    "insert into letter (id, sender, dest, body, key, reason, "
	    "priority, made_at, due_at, attempts, state, trouble, done, total) "
	    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'waiting', '', 0, 0) "
	    "on conflict (key) do update set state = 'waiting', "
	    "sender = excluded.sender, dest = excluded.dest, "
	    "body = excluded.body, reason = excluded.reason, "
	    "priority = excluded.priority, due_at = excluded.due_at, "
	    "attempts = 0, trouble = '' where letter.state = 'failed'",
	    I(outside_id()), T(sender), T(to), T(body), T(key), T(reason),
	    I(priority), I(outside_now()), I(due_at));
}

struct rows *letters_each(struct tx *tx, struct str state, struct str to,
    int64_t after, int64_t limit)
{
	struct query q;

	query_begin(&q, tx, "select " COLUMNS " from letter where true");
	if (str_is(state, "open"))
		query_text(&q,
		    " and state in ('waiting', 'sending', 'failed')");
	else if (state.len)
		query_add(&q, " and state = $", T(state));
	if (to.len)
		query_add(&q, " and dest = $", T(to));
	if (after)
		query_add(&q, " and id < $", I(after));
	query_add(&q, " order by id desc limit $", I(limit));
	return query_ask(tx, &q);
}

/* The next that is due.  The longer list of states is the index's own. */
static struct rows *ask_due(struct tx *tx, int64_t each)
{
	return db_ask(tx,
	    "select " COLUMNS " from letter where state = 'waiting' "
	    "and due_at <= $1 and dest not in (select dest from letter "
	    "where state in ('waiting', 'sending', 'failed') "
	    "and state = 'sending' group by dest having count(*) >= $2) "
	    "order by priority, due_at, id limit 1",
	    I(outside_now()), I(each));
}

/* Without waiting for the turn to write. */
static bool is_any_due(struct db *db, int64_t each, struct err *err)
{
	struct tx *tx = db_read(db);
	struct rows *r = ask_due(tx, each);
	bool found = rows_next(r);

	rows_end(r);
	db_failed(tx, err);
	db_end(tx);
	return found;
}

bool letter_claim(struct db *db, struct arena *arena, int64_t each,
    struct letter *l, struct err *err)
{
	if (!is_any_due(db, each, err))
		return false;
	struct tx *tx = db_begin(db);
	struct rows *r = ask_due(tx, each);
	bool found = rows_next(r);

	if (found) {
		letter_read(r, arena, l);
		rows_end(r);
		db_run(tx,
		    "update letter set state = 'sending', "
		    "attempts = attempts + 1 where id = $1 and state = 'waiting'",
		    I(l->id));
		found = db_changed(tx) == 1;
		l->attempts++;
	}
	if (!found) {
		db_failed(tx, err);
		db_end(tx);
		return false;
	}
	return db_commit(tx, err);
}

/* Doubles from a quarter of a minute to half an hour. */
static int64_t wait_after(int64_t attempts)
{
	int64_t wait = FIRST_WAIT;

	while (--attempts > 0 && wait < LONGEST_WAIT)
		wait *= 2;
	return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

static bool is_for_a_person(const struct letter *l, const struct err *why)
{
	return why->kind == ERR_INPUT || why->kind == ERR_MISSING ||
	    (why->kind == ERR_REFUSED && l->attempts >= REFUSALS_MOST);
}

static void note(struct tx *tx, const struct letter *l, struct str kind)
{
	struct arena arena = {0};

	journal_add(tx, kind,
	    arena_printf(&arena, "%lld", (long long)l->id), S("ribble"), S(""));
	arena_end(&arena);
}

static void put_off(struct tx *tx, const struct letter *l, bool away,
    const struct err *why)
{
	int64_t due = outside_now() + wait_after(l->attempts);

	db_run(tx,
	    "update letter set state = 'waiting', due_at = $2, trouble = $3, "
	    "done = $4, total = $5 where id = $1 and state = 'sending'",
	    I(l->id), I(due), T(str_of(why->text)), I(l->done), I(l->total));
	if (away)
		db_run(tx,
		    "update letter set due_at = $2 where dest = $1 "
		    "and state = 'waiting' and due_at < $2",
		    T(l->to), I(due));
	if (l->attempts == TROUBLE_AFTER)
		note(tx, l, S("letter.late"));
}

bool letter_settle(struct db *db, const struct letter *l, bool away,
    const struct err *why, struct err *err)
{
	struct tx *tx = db_begin(db);

	if (!why->kind) {
		db_run(tx,
		    "update letter set state = 'sent', sent_at = $2, "
		    "trouble = '', done = $3, total = $4 "
		    "where id = $1 and state = 'sending'",
		    I(l->id), I(outside_now()), I(l->done), I(l->total));
		note(tx, l, S("letter.sent"));
	} else if (is_for_a_person(l, why)) {
		db_run(tx,
		    "update letter set state = 'failed', trouble = $2, "
		    "done = $3, total = $4 where id = $1 and state = 'sending'",
		    I(l->id), T(str_of(why->text)), I(l->done), I(l->total));
		note(tx, l, S("letter.failed"));
	} else {
		put_off(tx, l, away, why);
	}
	return db_commit(tx, err);
}

bool letter_return(struct db *db, const struct letter *l, struct err *err)
{
	struct tx *tx = db_begin(db);

	db_run(tx,
	    "update letter set state = 'waiting', attempts = attempts - 1, "
	    "done = $2, total = $3 where id = $1 and state = 'sending'",
	    I(l->id), I(l->done), I(l->total));
	return db_commit(tx, err);
}

void letter_progress(struct db *db, const struct letter *l)
{
	struct tx *tx = db_begin(db);
	struct err ignored = {0};

	db_run(tx, "update letter set done = $2, total = $3 where id = $1",
	    I(l->id), I(l->done), I(l->total));
	db_commit(tx, &ignored); /* it is told again at the end */
}

bool letters_recover(struct db *db, struct err *err)
{
	struct tx *tx = db_begin(db);

	db_run(tx,
	    "update letter set state = 'waiting' where state = 'sending'");
	return db_commit(tx, err);
}

bool letter_again(struct tx *tx, int64_t id, struct str who, struct err *err)
{
	struct arena arena = {0};

	db_run(tx,
	    "update letter set state = 'waiting', due_at = $2, attempts = 0 "
	    "where id = $1 and state in ('waiting', 'failed', 'withdrawn')",
	    I(id), I(outside_now()));
	if (db_changed(tx) != 1)
		return fail(err, ERR_CONFLICT,
		    "letter %lld has gone or is on its way", (long long)id);
	journal_add(tx, S("letter.again"),
	    arena_printf(&arena, "%lld", (long long)id), who, S(""));
	arena_end(&arena);
	return true;
}

bool letter_withdraw(struct tx *tx, int64_t id, struct str who,
    struct str why, struct err *err)
{
	struct arena arena = {0};
	struct out out;
	struct json json = {.out = &out};

	db_run(tx,
	    "update letter set state = 'withdrawn', trouble = $2 "
	    "where id = $1 and state in ('waiting', 'failed')",
	    I(id), T(why));
	if (db_changed(tx) != 1)
		return fail(err, ERR_CONFLICT,
		    "letter %lld has gone or is on its way", (long long)id);
	out_memory(&out);
	json_object(&json);
	json_key(&json, "why");
	json_text(&json, why);
	json_object_end(&json);
	journal_add(tx, S("letter.withdrawn"),
	    arena_printf(&arena, "%lld", (long long)id), who, out_str(&out));
	out_end(&out, err);
	arena_end(&arena);
	return true;
}
