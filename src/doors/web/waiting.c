/* SPDX-License-Identifier: MIT */
/* waiting.c: the waiting list of today, or as it was at the end of a counted
 * day (a Sunday or a month's end), and how it came to be. */
#include "doors/web/words.h"

#define WEEKS_SHOWN 104

struct view {
	struct request *q;
	struct tx *tx;
	struct json *j;
	struct waiting_ask ask;
	bool live;
	char grain; /* of a past day */
	struct site *sites;
	size_t sites_n;
	struct waiting *now; /* NULL for a past day */
};

static void put_bands(struct json *j, const struct tally *t)
{
	json_key(j, "bands");
	json_array(j);
	for (int i = 0; i < BANDS; i++)
		json_int(j, t->n[TALLY_w00 + i]);
	json_array_end(j);
}

static void put_sums(struct json *j, const struct tally *t)
{
	json_put_int(j, "list", tally_waiting(t, 0));
	json_put_int(j, "over6", tally_waiting(t, 6));
	json_put_int(j, "over13", tally_waiting(t, 13));
}

static struct tally counted_on(struct view *v)
{
	struct tally_ask ask = {.source = 'P',
	    .grain = v->grain,
	    .org = arena_cstr(v->q->arena, v->ask.org),
	    .test = v->ask.test,
	    .site = v->ask.site,
	    .from = v->ask.day,
	    .to = v->ask.day};
	size_t n;
	struct tally_row *rows = tally_series(v->tx, v->q->arena, &ask, &n);

	return n ? rows[0].tally : (struct tally){0};
}

static void put_total(struct view *v)
{
	struct tally t = v->now ? v->now->all : counted_on(v);

	put_sums(v->j, &t);
	put_bands(v->j, &t);
	json_put_int(v->j, "planned", t.n[TALLY_planned_waiting]);
}

static void put_over_time(struct view *v)
{
	struct tally_ask ask = {.source = 'P',
	    .grain = 'S',
	    .test = v->ask.test,
	    .site = v->ask.site,
	    .org = arena_cstr(v->q->arena, v->ask.org),
	    .from = v->ask.day - 7 * WEEKS_SHOWN,
	    .to = v->ask.day};
	size_t n;
	struct tally_row *rows = tally_series(v->tx, v->q->arena, &ask, &n);

	json_key(v->j, "over_time");
	json_array(v->j);
	for (size_t i = 0; i < n; i++) {
		json_object(v->j);
		json_put_day(v->j, "date", rows[i].period);
		put_bands(v->j, &rows[i].tally);
		json_object_end(v->j);
	}
	json_array_end(v->j);
}

static void put_site(struct view *v, int64_t key)
{
	const struct site *s = site_by_id(v->sites, v->sites_n, (int32_t)key);

	json_put_text(v->j, "site", s ? s->code : S(""));
	json_put_text(v->j, "name",
	    !s                ? S("site not known")
		: s->name.len ? s->name
			      : s->code);
}

static void put_code(struct json *j, const char *key, const struct code *code)
{
	json_put_text(j, key, str_of(code ? code->code : ""));
	json_put_text(j, "words", str_of(code ? code->words : "not known"));
}

static void put_key(
    struct view *v, enum waiting_by by, const struct waiting_group *g)
{
	switch (by) {
	case BY_ORG:
		json_put_text(v->j, "org", g->org);
		json_put_text(
		    v->j, "name", org_name(v->tx, v->q->arena, g->org));
		break;
	case BY_TEST:
		json_put_int(v->j, "test", g->key);
		json_put_text(v->j, "name", str_of(test_name((int)g->key)));
		break;
	case BY_SITE: put_site(v, g->key); break;
	case BY_PRIORITY:
		put_code(v->j, "priority", code_at(priorities, (int)g->key));
		break;
	case BY_STATE:
		put_code(v->j, "state", code_at(story_states, (int)g->key));
		break;
	case BY_ALL:
	case BY_WAYS: break;
	}
}

static void put_groups(struct view *v, const char *key, enum waiting_by by)
{
	size_t n = v->now ? v->now->n[by] : 0;
	const struct waiting_group *list = v->now ? v->now->groups[by] : NULL;

	json_key(v->j, key);
	json_array(v->j);
	for (size_t i = 0; i < n; i++) {
		json_object(v->j);
		put_key(v, by, &list[i]);
		put_sums(v->j, &list[i].tally);
		json_object_end(v->j);
	}
	json_array_end(v->j);
}

static void put_view(struct view *v)
{
	json_object(v->j);
	json_put_day(v->j, "as_of", v->ask.day);
	json_put_bool(v->j, "live", v->live);
	json_put_text(v->j, "org", v->ask.org);
	json_put_int(v->j, "test", v->ask.test);
	put_total(v);
	put_over_time(v);
	put_groups(v, "by_org", BY_ORG);
	put_groups(v, "by_test", BY_TEST);
	put_groups(v, "by_site", BY_SITE);
	put_groups(v, "by_priority", BY_PRIORITY);
	put_groups(v, "by_state", BY_STATE);
	json_put_text(v->j, "source_note", source_words(v->q, 'P'));
	json_object_end(v->j);
}

static bool read_day(struct view *v, struct err *err)
{
	int32_t today = outside_today();
	int32_t day = ask_day(v->q, "date");

	v->live = day == NO_DAY || day == today;
	v->ask.day = v->live ? today : day;
	v->grain = period_grain(v->ask.day);
	if (v->live)
		return true;
	if (!period_grain(day))
		return fail(err, ERR_INPUT,
		    "the list is counted on Sundays and on the last day of "
		    "each month");
	return tally_counted(v->tx, 'P', v->ask.org, day, err);
}

void waiting_get(struct request *q, struct answer *a)
{
	struct view v = {.q = q, .tx = db_read(q->house->db)};
	struct err err = {0};

	if (ask_org(q, v.tx, &v.ask.org, &err) &&
	    ask_test(q, &v.ask.test, &err) &&
	    ask_site(q, v.tx, &v.ask.site, &err) && read_day(&v, &err)) {
		v.sites = sites_read(v.tx, q->arena, &v.sites_n);
		if (v.live)
			v.now = waiting_read(v.tx, q->arena, &v.ask);
		v.j = answer_json(a);
		put_view(&v);
	} else
		answer_fail(a, &err);
	answer_read(a, v.tx);
}
