/* SPDX-License-Identifier: MIT */
/* ledger.c: what is known of an old archive's studies, and how far each has
 * come.
 *
 *	found -> fetching -> done
 *	  ^         |-> found    (something is missing: again, later)
 *	  |         |-> differs  (after several attempts, not all is here)
 *	  |         +-> failed   (after several, or it is not there any more)
 *	  +-- a person wants it again; a survey finds that it has grown
 *
 * Trouble that is the old archive's or ours (it does not answer, the disk is
 * full) is told of the archive, and costs a study no attempt. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPTS_MOST 5
#define AGAIN_MOST 60
#define FIRST_WAIT (30 * US_PER_S)

#define STUDY_COLUMNS \
	"id, old_archive, uid, patient_id, accession, date, modalities, " \
	"state, trouble, there_hash, here_hash, priority, there, here, size, " \
	"attempts, due_at, found_at, done_at"
#define ARCHIVE_COLUMNS \
	"id, name, org, how, dest, from_date, surveyed_to, trouble, " \
	"again_on, day_kib_s, night_kib_s, day_from, day_to, again_days, active"

void old_study_read(struct rows *r, struct arena *arena, struct old_study *s)
{
	struct str *const texts[] = {&s->uid, &s->patient_id, &s->accession,
	    &s->date, &s->modalities, &s->state, &s->trouble, &s->there_hash,
	    &s->here_hash};
	int64_t *const numbers[] = {&s->priority, &s->there, &s->here,
	    &s->size, &s->attempts};

	s->id = rows_int(r, 0);
	s->old_archive = rows_int(r, 1);
	for (int i = 0; i < 9; i++)
		*texts[i] = arena_keep(arena, rows_text(r, i + 2));
	for (int i = 0; i < 5; i++)
		*numbers[i] = rows_int(r, i + 11);
	s->due_at = rows_time(r, 16);
	s->found_at = rows_time(r, 17);
	s->done_at = rows_time(r, 18);
}

void old_archive_read(struct rows *r, struct arena *arena,
    struct old_archive *a)
{
	struct str *const texts[] = {&a->name, &a->org, &a->how, &a->dest,
	    &a->from_date, &a->surveyed_to, &a->trouble, &a->again_on};
	int64_t *const numbers[] = {&a->day_kib_s, &a->night_kib_s,
	    &a->day_from, &a->day_to, &a->again_days};

	a->id = rows_int(r, 0);
	for (int i = 0; i < 8; i++)
		*texts[i] = arena_keep(arena, rows_text(r, i + 1));
	for (int i = 0; i < 5; i++)
		*numbers[i] = rows_int(r, i + 9);
	a->active = rows_int(r, 14);
}

struct rows *old_archives_each(struct tx *tx)
{
	return db_ask(tx,
	    "select " ARCHIVE_COLUMNS " from old_archive order by id");
}

struct rows *old_studies_each(struct tx *tx, int64_t old_archive,
    struct str state, int64_t after, int64_t limit)
{
	struct query q;

	query_begin(&q, tx, "select " STUDY_COLUMNS " from old_study");
	query_add(&q, " where old_archive = $", I(old_archive));
	if (state.len)
		query_add(&q, " and state = $", T(state));
	if (after)
		query_add(&q, " and id < $", I(after));
	query_add(&q, " order by id desc limit $", I(limit));
	return query_ask(tx, &q);
}

struct old_counts old_archive_counts(struct tx *tx, int64_t id)
{
	static const char *const states[] = {
	    "found", "fetching", "done", "differs", "failed"};
	struct old_counts c = {0};
	int64_t *const counts[] = {
	    &c.found, &c.fetching, &c.done, &c.differs, &c.failed};
	struct rows *r = db_ask(tx,
	    "select state, count(*), sum(here), sum(size) from old_study "
	    "where old_archive = $1 group by state",
	    I(id));

	while (rows_next(r)) {
		for (int i = 0; i < 5; i++)
			if (str_is(rows_text(r, 0), states[i]))
				*counts[i] = rows_int(r, 1);
		c.instances += rows_int(r, 2);
		c.size += rows_int(r, 3);
	}
	return c;
}

static void note(struct tx *tx, struct str kind, int64_t id, struct str who,
    struct str detail)
{
	struct arena arena = {0};

	journal_add(tx, kind, arena_printf(&arena, "%lld", (long long)id),
	    who, detail);
	arena_end(&arena);
}

/* YYYYMMDD, and there was such a day. */
static bool is_date(struct str text)
{
	int64_t number = 0;

	if (text.len != 8 || text.at[0] < '0' || text.at[0] > '9' ||
	    !str_int(text, &number))
		return false;
	return day_of((int)(number / 10000), (int)(number / 100 % 100),
		   (int)(number % 100)) != NO_DAY;
}

static bool is_sound(const struct old_archive *a, struct err *err)
{
	if (!a->name.len || a->name.len > 100 || !a->org.len || !a->dest.len)
		return fail(err, ERR_INPUT, "an old archive has a name, a "
					    "trust and an address");
	if (!way_find(a->how))
		return fail(err, ERR_INPUT, "an old archive is asked by get, "
					    "move or web");
	if (!is_date(a->from_date))
		return fail(err, ERR_INPUT,
		    "the oldest day is written YYYYMMDD");
	if (a->day_kib_s < 0 || a->night_kib_s < 0)
		return fail(err, ERR_INPUT, "a rate is 0 or more");
	if (a->again_days < 0 || a->again_days > AGAIN_MOST)
		return fail(err, ERR_INPUT,
		    "days asked about again are 0 to %d", AGAIN_MOST);
	return true;
}

static struct str as_json(struct out *out, const struct old_archive *a,
    struct str why)
{
	struct json json = {.out = out};
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"name", a->name}, {"org", a->org}, {"how", a->how},
	    {"dest", a->dest}, {"from_date", a->from_date}, {"why", why}};

	json_object(&json);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_key(&json, texts[i].name);
		json_text(&json, texts[i].text);
	}
	json_key(&json, "day_kib_s");
	json_int(&json, a->day_kib_s);
	json_key(&json, "night_kib_s");
	json_int(&json, a->night_kib_s);
	json_key(&json, "again_days");
	json_int(&json, a->again_days);
	json_key(&json, "active");
	json_bool(&json, a->active);
	json_object_end(&json);
	return out_str(out);
}

bool old_archive_keep(struct tx *tx, struct old_archive *a, struct str who,
    struct str why, struct err *err)
{
	struct out out;

	if (!is_sound(a, err))
		return false;
	if (a->id && !db_int(tx,
	    "select count(*) from old_archive where id = $1", I(a->id)))
		return fail(err, ERR_MISSING, "there is no such old archive");
	if (!a->id)
		a->id = outside_id();
	db_run(tx,
	    "insert into old_archive (" ARCHIVE_COLUMNS ") values ($1, $2, "
	    "$3, $4, $5, $6, '', '', '', $7, $8, $9, $10, $11, $12) "
	    "on conflict (id) do update set name = excluded.name, "
	    "org = excluded.org, how = excluded.how, dest = excluded.dest, "
	    "from_date = excluded.from_date, day_kib_s = excluded.day_kib_s, "
	    "night_kib_s = excluded.night_kib_s, "
	    "day_from = excluded.day_from, day_to = excluded.day_to, "
	    "again_days = excluded.again_days, active = excluded.active",
	    I(a->id), T(a->name), T(a->org), T(a->how), T(a->dest),
	    T(a->from_date), I(a->day_kib_s), I(a->night_kib_s),
	    I(a->day_from), I(a->day_to), I(a->again_days), I(a->active));
	out_memory(&out);
	note(tx, S("migration.set"), a->id, who, as_json(&out, a, why));
	out_end(&out, err);
	return !db_failed(tx, err);
}

bool old_study_want(struct tx *tx, int64_t id, struct str who,
    struct err *err)
{
	db_run(tx,
	    "update old_study set state = 'found', priority = 0, due_at = $2, "
	    "attempts = 0 where id = $1 and state <> 'fetching'",
	    I(id), I(outside_now()));
	if (db_changed(tx) != 1)
		return fail(err, ERR_CONFLICT,
		    "it is being fetched, or is not known");
	note(tx, S("migration.wanted"), id, who, S(""));
	return true;
}

int64_t old_patient_want(struct tx *tx, struct str org,
    struct str patient_id, int64_t priority)
{
	int64_t n;

	if (!patient_id.len)
		return 0;
	db_run(tx,
	    "update old_study set priority = $3, due_at = $4 "
	    "where patient_id = $2 and state = 'found' and priority > $3 "
	    "and old_archive in (select id from old_archive "
	    "where org = $1 or $1 = '')",
	    T(org), T(patient_id), I(priority), I(outside_now()));
	n = db_changed(tx);
	if (n)
		note(tx, S("migration.wanted"), n, S("ribble"), S(""));
	return n;
}

int64_t old_patient_waits(struct tx *tx, struct str org,
    struct str patient_id)
{
	return db_int(tx,
	    "select count(*) from old_study where patient_id = $2 "
	    "and state = 'found' and priority > 0 and old_archive in "
	    "(select id from old_archive where org = $1 or $1 = '')",
	    T(org), T(patient_id));
}

bool old_study_is_coming(struct tx *tx, struct str uid)
{
	return db_int(tx,
	    "select count(*) from old_study where state = 'fetching' "
	    "and old_archive in (select id from old_archive) and uid = $1",
	    T(uid)) > 0;
}

bool old_archives_at_work(struct tx *tx)
{
	return db_int(tx,
	    "select count(*) from old_archive where active = 1") > 0;
}

bool ledger_next(struct haul *h, bool asked_for, struct old_study *s,
    struct err *err)
{
	struct tx *tx = db_begin(h->db);
	struct rows *r = db_ask(tx,
	    "select " STUDY_COLUMNS " from old_study "
	    "where old_archive = $1 and state = 'found' and due_at <= $2 "
	    "and priority <= $3 order by priority, date desc limit 1",
	    I(h->old.id), I(outside_now()), I(asked_for ? 0 : 9));
	bool found = rows_next(r);

	if (found) {
		old_study_read(r, h->arena, s);
		rows_end(r);
		db_run(tx,
		    "update old_study set state = 'fetching', "
		    "attempts = attempts + 1 where id = $1 and state = 'found'",
		    I(s->id));
		found = db_changed(tx) == 1;
		s->attempts++;
	}
	if (!found) {
		db_failed(tx, err);
		db_end(tx);
		return false;
	}
	return db_commit(tx, err);
}

bool ledger_return(struct haul *h, const struct old_study *s,
    struct err *err)
{
	struct tx *tx = db_begin(h->db);

	db_run(tx,
	    "update old_study set state = 'found', attempts = attempts - 1 "
	    "where id = $1 and state = 'fetching'",
	    I(s->id));
	return db_commit(tx, err);
}

static const char *state_of(const struct old_study *s, const struct err *why)
{
	if (!why->kind)
		return "done";
	if (why->kind == ERR_INPUT || why->kind == ERR_MISSING)
		return "failed";
	if (s->attempts < ATTEMPTS_MOST)
		return "found";
	return why->kind == ERR_CONFLICT ? "differs" : "failed";
}

bool ledger_settle(struct haul *h, const struct old_study *s,
    const struct err *why, struct err *err)
{
	struct tx *tx = db_begin(h->db);
	const char *state = state_of(s, why);
	int64_t wait = why->kind ? FIRST_WAIT << s->attempts : 0;
	bool done = strcmp(state, "done") == 0;

	db_run(tx,
	    "update old_study set state = $2, trouble = $3, due_at = $4, "
	    "there = $5, here = $6, there_hash = $7, here_hash = $8, "
	    "size = $9, done_at = $10 where id = $1 and state = 'fetching'",
	    I(s->id), T(str_of(state)), T(str_of(why->text)),
	    I(outside_now() + wait), I(s->there), I(s->here),
	    T(s->there_hash), T(s->here_hash), I(s->size),
	    done ? I(outside_now()) : N);
	if (!done && strcmp(state, "found") != 0)
		note(tx, S("migration.stuck"), s->id, S("ribble"), S(""));
	return db_commit(tx, err);
}

bool ledger_recover(struct db *db, struct err *err)
{
	struct tx *tx = db_begin(db);

	db_run(tx,
	    "update old_study set state = 'found' where state = 'fetching'");
	return db_commit(tx, err);
}

bool is_askable(struct str uid)
{
	for (size_t i = 0; i < uid.len; i++)
		if (uid.at[i] != '.' && (uid.at[i] < '0' || uid.at[i] > '9'))
			return false;
	return uid.len && uid.len <= UID_MOST;
}

/* One that was known keeps its place, unless it is larger now.  One that
 * cannot be asked for is on the list all the same, or nobody would miss it. */
static void put_study(struct haul *h, struct tx *tx,
    const struct old_study *s)
{
	bool can = is_askable(s->uid);
	struct str uid = can ? s->uid : arena_printf(h->arena,
	    "none:%.*s:%.*s", STR(s->date), STR(s->accession));

	db_run(tx,
	    "insert into old_study (id, old_archive, uid, patient_id, "
	    "accession, date, modalities, state, priority, there, here, size, "
	    "attempts, trouble, there_hash, here_hash, due_at, found_at) "
	    "values ($1, $2, $3, $4, $5, $6, $7, $10, 5, $8, 0, 0, 0, "
	    "$11, '', '', $9, $9) "
	    "on conflict (old_archive, uid) do update set state = 'found', "
	    "there = excluded.there, due_at = excluded.due_at, attempts = 0 "
	    "where old_study.state in ('done', 'differs', 'failed') and "
	    "old_study.there < excluded.there",
	    I(outside_id()), I(h->old.id), T(uid), T(s->patient_id),
	    T(s->accession), T(s->date), T(s->modalities), I(s->there),
	    I(outside_now()), T(can ? S("found") : S("failed")),
	    T(can ? S("") : S("its Study Instance UID cannot be asked for")));
}

bool ledger_found(struct haul *h, const struct listing *l, struct err *err)
{
	struct tx *tx = db_begin(h->db);

	for (size_t i = 0; i < l->n; i++)
		put_study(h, tx, &l->studies[i]);
	db_run(tx,
	    "update old_archive set surveyed_to = $2, again_on = $3, "
	    "trouble = '' where id = $1",
	    I(h->old.id), T(h->old.surveyed_to), T(h->old.again_on));
	if (l->n)
		note(tx, S("migration.found"), h->old.id, S("ribble"), S(""));
	return db_commit(tx, err);
}

bool ledger_trouble(struct haul *h, const struct err *why, struct err *err)
{
	struct tx *tx = db_begin(h->db);

	db_run(tx, "update old_archive set trouble = $2 where id = $1 "
		   "and trouble <> $2",
	    I(h->old.id), T(str_of(why->text)));
	if (db_changed(tx))
		note(tx, why->kind ? S("migration.trouble")
				   : S("migration.well"),
		    h->old.id, S("ribble"), S(""));
	return db_commit(tx, err);
}

static int by_uid(const void *a, const void *b)
{
	return str_cmp(((const struct named *)a)->uid,
	    ((const struct named *)b)->uid);
}

static struct str hash_text(struct arena *arena, struct hasher *hasher)
{
	return arena_printf(arena, "%s", sha256_text(hasher_end(hasher)).at);
}

/* Each once, in the order of their UIDs, so that both sides hash the same
 * bytes when they hold the same instances. */
static void put_in_order(struct listing *named)
{
	size_t n = 0;

	qsort(named->instances, named->n, sizeof(*named->instances), by_uid);
	for (size_t i = 0; i < named->n; i++)
		if (!n || !str_eq(named->instances[n - 1].uid,
		    named->instances[i].uid))
			named->instances[n++] = named->instances[i];
	named->n = n;
}

static void hash_uid(struct hasher *hasher, struct str uid)
{
	hasher_add(hasher, uid);
	hasher_add(hasher, S("\n"));
}

/* One without a UID is there, and cannot be here. */
static void count_here(struct haul *h, struct tx *tx, struct old_study *s,
    const struct listing *named, struct hasher *here)
{
	for (size_t i = 0; i < named->n; i++) {
		struct str uid = named->instances[i].uid;
		struct match match;
		if (!uid.len || !find_one(tx, h->arena, LEVEL_INSTANCE, s->uid,
		    S(""), uid, &match))
			continue;
		hash_uid(here, uid);
		s->here++;
		s->size += match.instance.size;
	}
}

bool ledger_prove(struct haul *h, struct old_study *s,
    struct listing *named, struct err *err)
{
	struct hasher *there = hasher_begin(), *here = hasher_begin();
	struct tx *tx = db_read(h->db);

	put_in_order(named);
	s->there = (int64_t)named->n;
	s->here = s->size = 0;
	for (size_t i = 0; i < named->n; i++)
		hash_uid(there, named->instances[i].uid);
	count_here(h, tx, s, named, here);
	s->there_hash = hash_text(h->arena, there);
	s->here_hash = hash_text(h->arena, here);
	db_failed(tx, err);
	db_end(tx);
	if (!err->kind && !str_eq(s->here_hash, s->there_hash))
		fail(err, ERR_CONFLICT, "%lld of %lld are here",
		    (long long)s->here, (long long)s->there);
	return !err->kind;
}
