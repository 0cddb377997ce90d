/* SPDX-License-Identifier: MIT */
/* ledger.c: what is known of an old archive's studies, and how far each has
 * come.
 *
 *	found -> fetching -> done
 *	  ^         |-> differs  (it came, but not all that was named)
 *	  |         +-> failed   (after several attempts)
 *	  +-- a person wants it again, or it is due again
 */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPTS_MOST 5
#define FIRST_WAIT (60 * US_PER_S)

#define STUDY_COLUMNS \
	"id, old_archive, uid, patient_id, accession, date, modalities, " \
	"state, trouble, there_hash, here_hash, priority, there, here, size, " \
	"attempts, due_at, found_at, done_at"
#define ARCHIVE_COLUMNS \
	"id, name, org, how, dest, from_date, surveyed_to, trouble, " \
	"day_kib_s, night_kib_s, day_from, day_to, active"

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
	    &a->from_date, &a->surveyed_to, &a->trouble};
	int64_t *const numbers[] = {&a->day_kib_s, &a->night_kib_s,
	    &a->day_from, &a->day_to};

	a->id = rows_int(r, 0);
	for (int i = 0; i < 7; i++)
		*texts[i] = arena_keep(arena, rows_text(r, i + 1));
	for (int i = 0; i < 4; i++)
		*numbers[i] = rows_int(r, i + 8);
	a->active = rows_int(r, 12);
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

static bool is_sound(const struct old_archive *a, struct err *err)
{
	int32_t day;
	struct date date;

	if (!a->name.len || a->name.len > 100 || !a->org.len || !a->dest.len)
		return fail(err, ERR_INPUT, "an old archive has a name, a "
					    "trust and an address");
	if (!way_find(a->how))
		return fail(err, ERR_INPUT, "an old archive is asked by get, "
					    "move or web");
	if (a->from_date.len != 8 || !str_int(a->from_date, &(int64_t){0}))
		return fail(err, ERR_INPUT,
		    "the oldest day is written YYYYMMDD");
	int64_t number = 0;
	str_int(a->from_date, &number);
	date = (struct date){(int)(number / 10000), (int)(number / 100 % 100),
	    (int)(number % 100)};
	day = day_of(date.year, date.month, date.day);
	if (day == NO_DAY)
		return fail(err, ERR_INPUT, "the oldest day is no day");
	if (a->day_kib_s < 0 || a->night_kib_s < 0)
		return fail(err, ERR_INPUT, "a rate is 0 or more");
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
	if (!a->id)
		a->id = outside_id();
	db_run(tx,
	    "insert into old_archive (" ARCHIVE_COLUMNS ") values ($1, $2, "
	    "$3, $4, $5, $6, '', '', $7, $8, $9, $10, $11) "
	    "on conflict (id) do update set name = excluded.name, "
	    "org = excluded.org, how = excluded.how, dest = excluded.dest, "
	    "from_date = excluded.from_date, day_kib_s = excluded.day_kib_s, "
	    "night_kib_s = excluded.night_kib_s, "
	    "day_from = excluded.day_from, day_to = excluded.day_to, "
	    "active = excluded.active",
	    I(a->id), T(a->name), T(a->org), T(a->how), T(a->dest),
	    T(a->from_date), I(a->day_kib_s), I(a->night_kib_s),
	    I(a->day_from), I(a->day_to), I(a->active));
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

int64_t old_patient_want(struct tx *tx, struct str patient_id,
    int64_t priority)
{
	db_run(tx,
	    "update old_study set priority = $2, due_at = $3 "
	    "where patient_id = $1 and state = 'found' and priority > $2",
	    T(patient_id), I(priority), I(outside_now()));
	return db_changed(tx);
}

bool ledger_next(struct haul *h, struct old_study *s, struct err *err)
{
	struct tx *tx = db_begin(h->db);
	struct rows *r = db_ask(tx,
	    "select " STUDY_COLUMNS " from old_study "
	    "where old_archive = $1 and state = 'found' and due_at <= $2 "
	    "order by priority, date desc limit 1",
	    I(h->old.id), I(outside_now()));
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

static const char *state_of(const struct old_study *s, const struct err *why)
{
	if (!why->kind)
		return s->here == s->there &&
			str_eq(s->here_hash, s->there_hash) ? "done" : "differs";
	return s->attempts >= ATTEMPTS_MOST ? "failed" : "found";
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

/* One that was known keeps its place, unless it is larger now. */
static void put_study(struct haul *h, struct tx *tx,
    const struct old_study *s)
{
	db_run(tx,
	    "insert into old_study (id, old_archive, uid, patient_id, "
	    "accession, date, modalities, state, priority, there, here, size, "
	    "attempts, trouble, there_hash, here_hash, due_at, found_at) "
	    "values ($1, $2, $3, $4, $5, $6, $7, 'found', 5, $8, 0, 0, 0, "
	    "'', '', '', $9, $9) "
	    "on conflict (old_archive, uid) do update set state = 'found', "
	    "there = excluded.there, due_at = excluded.due_at "
	    "where old_study.state = 'done' and "
	    "old_study.there < excluded.there",
	    I(outside_id()), I(h->old.id), T(s->uid), T(s->patient_id),
	    T(s->accession), T(s->date), T(s->modalities), I(s->there),
	    I(outside_now()));
}

bool ledger_day(struct haul *h, struct str day, const struct listing *l,
    struct err *err)
{
	struct tx *tx = db_begin(h->db);

	for (size_t i = 0; i < l->n; i++)
		put_study(h, tx, &l->studies[i]);
	db_run(tx,
	    "update old_archive set surveyed_to = $2, trouble = '' "
	    "where id = $1",
	    I(h->old.id), T(day));
	if (l->n)
		note(tx, S("migration.found"), h->old.id, S("ribble"), S(""));
	return db_commit(tx, err);
}

bool ledger_trouble(struct haul *h, const struct err *why, struct err *err)
{
	struct tx *tx = db_begin(h->db);

	db_run(tx, "update old_archive set trouble = $2 where id = $1",
	    I(h->old.id), T(str_of(why->text)));
	note(tx, S("migration.trouble"), h->old.id, S("ribble"), S(""));
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

/* In the order of their UIDs, so that both sides hash the same bytes when
 * they hold the same instances. */
bool ledger_prove(struct haul *h, struct old_study *s,
    struct listing *named, struct err *err)
{
	struct hasher *there = hasher_begin(), *here = hasher_begin();
	struct tx *tx = db_read(h->db);

	qsort(named->instances, named->n, sizeof(*named->instances), by_uid);
	s->there = (int64_t)named->n;
	s->here = s->size = 0;
	for (size_t i = 0; i < named->n; i++) {
		struct str uid = named->instances[i].uid;
		struct match match;
		hasher_add(there, uid);
		hasher_add(there, S("\n"));
		if (!find_one(tx, h->arena, LEVEL_INSTANCE, s->uid, S(""),
			uid, &match))
			continue;
		hasher_add(here, uid);
		hasher_add(here, S("\n"));
		s->here++;
		s->size += match.instance.size;
	}
	s->there_hash = hash_text(h->arena, there);
	s->here_hash = hash_text(h->arena, here);
	db_failed(tx, err);
	db_end(tx);
	return !err->kind;
}
