/* SPDX-License-Identifier: MIT */
/* deletion.c: two steps by two people, and the legal hold that stops both.
 *
 *   proposed ── confirmed by another person ── due ── the pack goes (tidy.c)
 *       └────────────┴── withdrawn
 *
 * A confirmed study is no longer found.  Each step also becomes a note in the
 * study's pack, so that an index made again knows of it. */
#include "archive/ask.h"

#define GRACE_DAYS 30 /* where no policy says another */

static bool study_of(struct tx *tx, struct arena *arena, int64_t id,
    struct study *s, struct err *err)
{
	struct match m;

	/* Whoever decides at the same time waits, and sees what was decided. */
	db_run(tx, "update study set held = held where id = $1", I(id));
	if (!study_at(tx, arena, id, &m))
		return db_failed(tx, err) ? false :
		    fail(err, ERR_MISSING, "there is no such study");
	*s = m.study;
	return true;
}

static bool has_reason(struct str who, struct str why, struct err *err)
{
	if (!str_trim(who).len)
		return fail(err, ERR_INPUT, "who does this is not said");
	return str_trim(why).len ||
	    fail(err, ERR_INPUT, "why this is done is not said");
}

static struct str one_line(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len && i < 2000; i++)
		copy[i] = (unsigned char)text.at[i] < ' ' ? ' ' : text.at[i];
	return (struct str){copy, text.len < 2000 ? text.len : 2000};
}

/* "what TAB number TAB moment TAB who TAB why". */
void note_add(struct tx *tx, int64_t study, const char *what, int64_t number,
    struct str who, struct str why)
{
	struct arena arena = {0};
	struct str name = one_line(&arena, who), reason = one_line(&arena, why);
	struct str text = arena_printf(&arena, "%s\t%lld\t%lld\t%.*s\t%.*s",
	    what, (long long)number, (long long)outside_now(), STR(name),
	    STR(reason));

	db_run(tx, "insert into pack_note (id, study, text) "
	    "values ($1, $2, $3)", I(outside_id()), I(study), T(text));
	arena_end(&arena);
}

static void tell(struct tx *tx, const char *kind, const struct study *s,
    struct str who, struct str why)
{
	struct out out;
	struct json json = {.out = &out};

	out_memory(&out);
	json_object(&json);
	json_key(&json, "why");
	json_text(&json, why);
	json_object_end(&json);
	journal_add(tx, str_of(kind), s->uid, who, out_str(&out));
	out_end(&out, NULL);
}

static void set_step(struct tx *tx, const struct study *s,
    enum deletion_step step)
{
	db_run(tx, "update study set deleting = $1 where id = $2", I(step),
	    I(s->id));
}

static bool propose(struct tx *tx, const struct study *s, struct str who,
    struct str why, struct err *err)
{
	if (s->held)
		return fail(err, ERR_REFUSED, "a legal hold stands");
	if (s->deleting)
		return fail(err, ERR_CONFLICT,
		    "its deletion was proposed before");
	db_run(tx, "insert into deletion (id, study, uid, org, state, "
	    "proposed_at, proposed_by, why, confirmed_by, withdrawn_by, "
	    "withdrawn_why, instances_n, size) values ($1, $2, $3, $4, $5, "
	    "$6, $7, $8, '', '', '', $9, $10)", I(outside_id()), I(s->id),
	    T(s->uid), T(s->org), I(DELETION_PROPOSED), I(outside_now()),
	    T(who), T(why), I(s->instances_n), I(s->size));
	set_step(tx, s, DELETION_PROPOSED);
	note_add(tx, s->id, "deletion.proposed", 0, who, why);
	tell(tx, "study.deletion.proposed", s, who, why);
	return !db_failed(tx, err);
}

bool deletion_propose(struct tx *tx, int64_t study, struct str who,
    struct str why, struct err *err)
{
	struct arena arena = {0};
	struct study s = {0};
	bool done = has_reason(who, why, err) &&
	    study_of(tx, &arena, study, &s, err) &&
	    propose(tx, &s, who, why, err);

	arena_end(&arena);
	return done;
}

static int64_t grace_of(struct tx *tx, const struct study *s)
{
	struct rows *rows = db_ask(tx, "select modality, grace_days "
	    "from retention where active = 1 and (org = '' or org = $1) "
	    "order by id", T(s->org));
	int64_t days = GRACE_DAYS;
	struct arena arena = {0};

	while (rows_next(rows)) {
		struct str modality = rows_text(rows, 0);
		if (modality.len && !text_answers(&arena, KEY_LIST, modality,
		    s->modalities, false))
			continue;
		days = rows_int(rows, 1);
		break;
	}
	rows_end(rows);
	arena_end(&arena);
	return days;
}

static bool confirm(struct tx *tx, const struct study *s, struct str who,
    struct err *err)
{
	struct rows *rows = db_ask(tx, "select id, proposed_by from deletion "
	    "where study = $1 and state = 1", I(s->id));
	int64_t id = 0, now = outside_now();
	bool same = false;

	if (rows_next(rows)) {
		id = rows_int(rows, 0);
		same = str_eq_nocase(str_trim(rows_text(rows, 1)),
		    str_trim(who));
	}
	rows_end(rows);
	if (db_failed(tx, err))
		return false;
	if (s->held)
		return fail(err, ERR_REFUSED, "a legal hold stands");
	if (!id)
		return fail(err, ERR_CONFLICT, "its deletion is not proposed");
	if (same)
		return fail(err, ERR_REFUSED,
		    "who proposed it cannot confirm it");
	db_run(tx, "update deletion set state = $1, confirmed_at = $2, "
	    "confirmed_by = $3, due_at = $4 where id = $5",
	    I(DELETION_CONFIRMED), I(now), T(who),
	    I(now + grace_of(tx, s) * US_PER_DAY), I(id));
	set_step(tx, s, DELETION_CONFIRMED);
	note_add(tx, s->id, "deletion.confirmed", 0, who, S(""));
	tell(tx, "study.deletion.confirmed", s, who, S(""));
	return !db_failed(tx, err);
}

bool deletion_confirm(struct tx *tx, int64_t study, struct str who,
    struct err *err)
{
	struct arena arena = {0};
	struct study s = {0};
	bool done = has_reason(who, who, err) &&
	    study_of(tx, &arena, study, &s, err) && confirm(tx, &s, who, err);

	arena_end(&arena);
	return done;
}

static void withdraw(struct tx *tx, const struct study *s, struct str who,
    struct str why)
{
	db_run(tx, "update deletion set state = 0, withdrawn_at = $1, "
	    "withdrawn_by = $2, withdrawn_why = $3 "
	    "where study = $4 and state in (1, 2)", I(outside_now()), T(who),
	    T(why), I(s->id));
	set_step(tx, s, DELETION_NONE);
	note_add(tx, s->id, "deletion.withdrawn", 0, who, why);
	tell(tx, "study.deletion.withdrawn", s, who, why);
}

bool deletion_withdraw(struct tx *tx, int64_t study, struct str who,
    struct str why, struct err *err)
{
	struct arena arena = {0};
	struct study s = {0};
	bool done = has_reason(who, why, err) &&
	    study_of(tx, &arena, study, &s, err);

	if (done && !s.deleting)
		done = fail(err, ERR_CONFLICT, "its deletion is not proposed");
	if (done)
		withdraw(tx, &s, who, why);
	arena_end(&arena);
	return done && !db_failed(tx, err);
}

void deletion_reprieve(struct tx *tx, const struct study *s)
{
	withdraw(tx, s, S("archive"), S("another instance came"));
}

bool hold_set(struct tx *tx, int64_t study, bool on, struct str who,
    struct str why, struct err *err)
{
	struct arena arena = {0};
	struct study s = {0};
	bool done = has_reason(who, why, err) &&
	    study_of(tx, &arena, study, &s, err);

	if (done && s.held == on)
		done = fail(err, ERR_CONFLICT, on ?
		    "a legal hold stands already" : "there is no legal hold");
	if (done) {
		db_run(tx, "update study set held = $1 where id = $2", I(on),
		    I(s.id));
		note_add(tx, s.id, "hold", on, who, why);
		tell(tx, "study.hold", &s, who, why);
		if (on && s.deleting)
			withdraw(tx, &s, who, S("a legal hold was set"));
	}
	arena_end(&arena);
	return done && !db_failed(tx, err);
}
