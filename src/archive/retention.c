/* SPDX-License-Identifier: MIT */
/* retention.c: what is older than its policy says is proposed for deletion,
 * by the policy's name; a person must confirm it.  Nothing goes by itself.
 * Policies are set by people, and the journal keeps what they were. */
#include "archive/ask.h"
#include "json/json.h"

#include <string.h>

#define PROPOSED_EACH 100 /* at a time */

struct policy {
	int64_t id, years;
	struct str org, modality, name;
};

static size_t read_policies(struct tx *tx, struct arena *arena,
    struct policy *policies, size_t most)
{
	struct rows *rows = db_ask(tx, "select id, org, modality, years, name "
	    "from retention where active = 1 order by id");
	size_t n = 0;

	while (n < most && rows_next(rows))
		policies[n++] = (struct policy){.id = rows_int(rows, 0),
		    .org = arena_keep(arena, rows_text(rows, 1)),
		    .modality = arena_keep(arena, rows_text(rows, 2)),
		    .years = rows_int(rows, 3),
		    .name = arena_keep(arena, rows_text(rows, 4))};
	rows_end(rows);
	return n;
}

static bool fits(struct arena *arena, const struct policy *p,
    const struct study *s)
{
	return (!p->org.len || str_eq(p->org, s->org)) &&
	    (!p->modality.len || text_answers(arena, KEY_LIST, p->modality,
	    s->modalities, false));
}

/* The first that fits decides; NULL: none, or it keeps for ever. */
static const struct policy *policy_of(struct arena *arena,
    const struct policy *policies, size_t n, const struct study *s)
{
	for (size_t i = 0; i < n; i++)
		if (fits(arena, &policies[i], s))
			return policies[i].years > 0 ? &policies[i] : NULL;
	return NULL;
}

/* The day before which a study is too old. */
static int64_t oldest_moment(int64_t years)
{
	struct date today = day_date(outside_today());
	int year = today.year - (int)(years < 1000 ? years : 1000);
	int32_t day = day_of(year, today.month, today.day);

	if (day == NO_DAY) /* 29 February */
		day = day_of(year, 3, 1);
	return day * US_PER_DAY;
}

static bool propose(struct archive *a, const struct study *s,
    const struct policy *p, struct err *err)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(a->db);
	struct str who = arena_printf(&arena, "retention policy %lld",
	    (long long)p->id);
	struct str why = arena_printf(&arena, "older than %lld years: %.*s",
	    (long long)p->years, STR(p->name));
	bool done = deletion_propose(tx, s->id, who, why, err);

	if (done)
		done = db_commit(tx, err);
	else
		db_end(tx);
	arena_end(&arena);
	return done;
}

static int64_t shortest(const struct policy *policies, size_t n)
{
	int64_t years = 0;

	for (size_t i = 0; i < n; i++)
		if (policies[i].years > 0 &&
		    (!years || policies[i].years < years))
			years = policies[i].years;
	return years;
}

static size_t old_studies(struct tx *tx, struct arena *arena,
    const struct policy *policies, size_t n, struct study *found,
    const struct policy **by)
{
	struct query q;
	size_t m = 0;

	query_begin(&q, tx, "select s.moment, ");
	query_text(&q, study_columns);
	query_add(&q, " from study s where s.moment > $", I(NO_MOMENT));
	query_add(&q, " and s.moment < $",
	    I(oldest_moment(shortest(policies, n))));
	query_text(&q, " and s.held = 0 and s.deleting = 0 "
	    "and not exists (select 1 from deletion d where d.study = s.id "
	    "and d.proposed_by like 'retention policy %') "
	    "order by s.moment limit 1000");
	struct rows *rows = query_ask(tx, &q);
	while (rows_next(rows)) {
		struct study s;
		if (m == PROPOSED_EACH)
			continue;
		study_read(rows, arena, 1, &s);
		by[m] = policy_of(arena, policies, n, &s);
		if (by[m] && rows_int(rows, 0) < oldest_moment(by[m]->years))
			found[m++] = s;
	}
	return m;
}

/* One that a person withdrew is not proposed again. */
bool retention_propose(struct archive *a, struct err *err)
{
	struct arena arena = {0};
	struct policy policies[32];
	const struct policy *by[PROPOSED_EACH + 1];
	struct study *found = arena_array(&arena, struct study, PROPOSED_EACH);
	struct tx *tx = db_read(a->db);
	size_t n = read_policies(tx, &arena, policies, 32);
	size_t m = shortest(policies, n) ?
	    old_studies(tx, &arena, policies, n, found, by) : 0;
	bool done = !db_failed(tx, err);

	db_end(tx);
	for (size_t i = 0; done && i < m; i++)
		done = propose(a, &found[i], by[i], err);
	arena_end(&arena);
	return done;
}

/* Setting one. */

static bool is_policy(const struct retention *p, struct str who,
    struct str why, struct err *err)
{
	if (!str_trim(who).len || !str_trim(why).len)
		return fail(err, ERR_INPUT,
		    "who does this, and why, is not said");
	if (!str_trim(p->name).len)
		return fail(err, ERR_INPUT, "a policy needs a name");
	if (p->years < 0 || p->years >= 1000)
		return fail(err, ERR_INPUT, "years are 0 to 999, not %lld",
		    (long long)p->years);
	return (p->grace_days >= 1 && p->grace_days <= 3650) ||
	    fail(err, ERR_INPUT, "days of grace are 1 to 3650, not %lld",
	    (long long)p->grace_days);
}

static void put_policy(struct tx *tx, struct retention *p)
{
	bool added = !p->id;

	if (added)
		p->id = 1 + db_int(tx, "select max(id) from retention");
	db_run(tx, added ? "insert into retention (id, org, modality, years, "
	    "grace_days, name, active) values ($1, $2, $3, $4, $5, $6, $7)" :
	    "update retention set org = $2, modality = $3, years = $4, "
	    "grace_days = $5, name = $6, active = $7 where id = $1", I(p->id),
	    T(p->org), T(p->modality), I(p->years), I(p->grace_days),
	    T(p->name), I(p->active));
	if (!added && !db_changed(tx))
		tx_fail(tx, ERR_MISSING, "there is no policy %lld",
		    (long long)p->id);
}

static void tell_policy(struct tx *tx, const struct retention *p,
    struct str who, struct str why)
{
	struct arena arena = {0};
	struct out out;
	struct json j = {.out = &out};

	out_memory(&out);
	json_object(&j);
	json_key(&j, "name");
	json_text(&j, p->name);
	json_key(&j, "org");
	json_text(&j, p->org);
	json_key(&j, "modality");
	json_text(&j, p->modality);
	json_key(&j, "years");
	json_int(&j, p->years);
	json_key(&j, "grace_days");
	json_int(&j, p->grace_days);
	json_key(&j, "active");
	json_bool(&j, p->active);
	json_key(&j, "why");
	json_text(&j, why);
	json_object_end(&j);
	journal_add(tx, S("retention.set"), arena_printf(&arena, "%lld",
	    (long long)p->id), who, out_str(&out));
	out_end(&out, NULL);
	arena_end(&arena);
}

bool retention_set(struct tx *tx, struct retention *p, struct str who,
    struct str why, struct err *err)
{
	if (!is_policy(p, who, why, err))
		return false;
	put_policy(tx, p);
	tell_policy(tx, p, who, why);
	return !db_failed(tx, err);
}
