/* SPDX-License-Identifier: MIT */
/* spc.c: one chart with all that belongs to it, and all charts at once. */
#include "doors/web/words.h"

#include <math.h>
#include <string.h>

#define MOST_PERIODS 1200

struct asked {
	struct chart_ask chart;
	struct str org_name;
	int32_t *rebases;
};

static bool read_options(struct request *q, struct asked *k, struct err *err)
{
	struct spc_options *o = &k->chart.options;

	*o = spc_standard();
	o->screening = ask_flag(q, "screening");
	o->shift_run = (int)ask_int(q, "shift");
	o->trend_run = (int)ask_int(q, "trend");
	o->fix_after = (int)ask_int(q, "fix_after");
	o->rebases_n = ask_days(q, "rebase", &k->rebases);
	o->rebases = o->rebases_n ? k->rebases : NULL;
	if (o->fix_after && o->fix_after < 12)
		return fail(
		    err, ERR_INPUT, "'fix_after' must be 0, or 12 or more");
	return true;
}

static bool read_asked(
    struct request *q, struct tx *tx, struct asked *k, struct err *err)
{
	memset(k, 0, sizeof *k);
	k->chart.source = ask_source(q);
	k->chart.grain = ask_grain(q);
	k->chart.from = ask_day(q, "from");
	if (k->chart.from == NO_DAY)
		k->chart.from = 0;
	k->chart.to = ask_day(q, "to");
	if (k->chart.to == NO_DAY)
		k->chart.to = outside_today();
	if (!ask_org(q, tx, &k->chart.org, err) ||
	    !ask_test(q, &k->chart.test, err) ||
	    !ask_measure(q, &k->chart.measure, err) || !read_options(q, k, err))
		return false;
	k->org_name = org_name(tx, q->arena, k->chart.org);
	if (!strchr(k->chart.measure->sources, k->chart.source))
		return fail(err, ERR_INPUT,
		    "measure \"%s\" does not come from source %c",
		    k->chart.measure->name, k->chart.source);
	return true;
}

static const char *improve_word(enum spc_improve improve)
{
	return improve == SPC_INCREASE ? "increase"
	    : improve == SPC_DECREASE  ? "decrease"
				       : "neutral";
}

static void put_head(struct json *j, struct request *q, const struct asked *k)
{
	const struct measure *m = k->chart.measure;
	struct str title = arena_printf(q->arena, "%s, %s, %.*s", m->title,
	    test_name(k->chart.test), STR(k->org_name));

	json_put_text(j, "title", title);
	json_put_text(j, "org", k->chart.org);
	json_put_text(j, "org_name", k->org_name);
	json_put_int(j, "test", k->chart.test);
	json_put_text(j, "test_name", str_of(test_name(k->chart.test)));
	json_put_text(j, "measure", str_of(m->name));
	json_put_text(j, "measure_title", str_of(m->title));
	json_put_text(j, "unit", str_of(m->unit));
	json_put_text(j, "improve", str_of(improve_word(m->improve)));
	json_put_text(j, "source", (struct str){&k->chart.source, 1});
	json_put_text(j, "grain", (struct str){&k->chart.grain, 1});
	json_put_time(j, "made_at", outside_now());
	json_put_text(j, "source_note", source_words(q, k->chart.source));
}

static void put_options(struct json *j, const struct spc_options *o)
{
	json_key(j, "options");
	json_object(j);
	json_put_bool(j, "screening", o->screening);
	json_put_int(j, "shift_run", o->shift_run);
	json_put_int(j, "trend_run", o->trend_run);
	json_put_int(j, "fix_after", o->fix_after);
	json_object_end(j);
}

static void put_point(struct json *j, const struct chart *c, size_t i)
{
	const struct spc_point *p = &c->spc.points[i];
	const struct spc_group *g = &c->spc.groups[p->group];

	json_object(j);
	json_put_day(j, "date", p->day);
	json_put_real(j, "value", p->value);
	json_put_real(j, "numerator", c->over[i]);
	json_put_real(j, "denominator", c->under[i]);
	json_put_int(j, "group", p->group);
	json_put_real(j, "mean", g->mean);
	json_put_real(j, "lower", g->lower);
	json_put_real(j, "upper", g->upper);
	json_put_word(j, "special_cause", spc_special_word(p->special));
	json_put_word(j, "point_type", spc_type_word(p->type));
	json_object_end(j);
}

static void put_group(
    struct json *j, const struct spc *s, const struct spc_group *g)
{
	json_object(j);
	json_put_day(j, "from", s->points[g->first].day);
	json_put_day(j, "to", s->points[g->first + g->n - 1].day);
	json_put_int(j, "n", g->n);
	json_put_real(j, "mean", g->mean);
	json_put_real(j, "lower", g->lower);
	json_put_real(j, "upper", g->upper);
	json_put_word(j, "variation", spc_type_word(g->variation));
	json_put_word(j, "side", side_word(g));
	json_put_word(j, "assurance", spc_assurance_word(g->assurance));
	json_put_int(j, "common_cause", g->common_cause);
	json_put_int(j, "improvements", g->improvements);
	json_put_int(j, "concerns", g->concerns);
	json_object_end(j);
}

static void put_series(struct json *j, const struct chart *c)
{
	json_key(j, "points");
	json_array(j);
	for (size_t i = 0; i < c->spc.n; i++)
		put_point(j, c, i);
	json_array_end(j);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < c->spc.groups_n; i++)
		put_group(j, &c->spc, &c->spc.groups[i]);
	json_array_end(j);
}

static void put_targets(struct json *j, const struct chart *c, bool trajectory)
{
	json_key(j, trajectory ? "trajectory" : "targets");
	json_array(j);
	for (size_t i = 0; i < c->targets_n; i++) {
		const struct target *t = &c->targets[i];
		if (t->trajectory != trajectory)
			continue;
		json_object(j);
		json_put_day(j, trajectory ? "date" : "from", t->from);
		json_put_real(j, "value", t->value);
		json_put_text(j, "set_by", t->set_by);
		json_put_text(j, "reason", t->reason);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_annotations(struct json *j, const struct chart *c)
{
	json_key(j, "annotations");
	json_array(j);
	for (size_t i = 0; i < c->annotations_n; i++) {
		const struct annotation *n = &c->annotations[i];
		json_object(j);
		json_key(j, "id");
		json_id(j, n->id);
		json_put_day(j, "date", n->day);
		json_put_text(j, "kind", n->kind);
		json_put_text(j, "text", n->text);
		json_put_text(j, "author", n->author);
		json_put_time(j, "made_at", n->made_at);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_chart(
    struct json *j, struct request *q, struct asked *k, const struct chart *c)
{
	struct spc_options used = k->chart.options;

	used.improve = k->chart.measure->improve;
	used.target = c->target;
	json_object(j);
	put_head(j, q, k);
	put_options(j, &used);
	put_series(j, c);
	json_put_real(j, "target", c->target);
	put_targets(j, c, false);
	put_targets(j, c, true);
	put_annotations(j, c);
	json_put_text(j, "sentence",
	    spc_sentence(q->arena, &c->spc, &used, k->chart.measure->unit));
	json_put_word(j, "warning", c->spc.warning);
	json_object_end(j);
}

void spc_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct asked k;
	struct chart c;
	struct err err = {0};

	if (read_asked(q, tx, &k, &err) &&
	    chart_make(tx, q->arena, &k.chart, &c, &err))
		put_chart(answer_json(a), q, &k, &c);
	else
		answer_fail(a, &err);
	answer_read(a, tx);
}

/* --- all charts of the network: figures only, as few bytes as may be --- */

static void put_compact_group(struct json *j, const struct spc_group *g)
{
	json_object(j);
	json_put_int(j, "first", g->first);
	json_put_int(j, "n", g->n);
	json_put_real(j, "mean", g->mean);
	json_put_real(j, "lower", g->lower);
	json_put_real(j, "upper", g->upper);
	json_put_word(j, "variation", spc_type_word(g->variation));
	json_put_word(j, "assurance", spc_assurance_word(g->assurance));
	json_object_end(j);
}

/* One digit a point: the special causes in the order of the API's words. */
static struct str special_digits(struct arena *arena, const struct spc *s)
{
	char *digits = arena_array(arena, char, s->n + 1);

	for (size_t i = 0; i < s->n; i++)
		digits[i] = (char)('0' + s->points[i].special);
	return (struct str){digits, s->n};
}

static void put_compact(struct json *j, struct arena *arena,
    const struct chart_ask *ask, const struct chart *c)
{
	json_object(j);
	json_put_text(j, "org", ask->org);
	json_put_int(j, "test", ask->test);
	json_put_text(j, "measure", str_of(ask->measure->name));
	json_key(j, "dates");
	json_array(j);
	for (size_t i = 0; i < c->spc.n; i++)
		json_day(j, c->spc.points[i].day);
	json_array_end(j);
	json_key(j, "values");
	json_array(j);
	for (size_t i = 0; i < c->spc.n; i++)
		json_real(j, c->spc.points[i].value);
	json_array_end(j);
	json_put_text(j, "special", special_digits(arena, &c->spc));
	json_put_real(j, "target", c->target);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < c->spc.groups_n; i++)
		put_compact_group(j, &c->spc.groups[i]);
	json_array_end(j);
	json_object_end(j);
}

static bool put_measure(struct json *j, struct arena *arena,
    const struct sheaf *sheaf, struct chart_ask *ask, struct err *err)
{
	struct chart c;

	for (ask->test = 1; ask->test <= TESTS_DM01; ask->test++) {
		if (!sheaf_chart(sheaf, arena, ask, &c, err))
			return false;
		if (c.spc.n)
			put_compact(j, arena, ask, &c);
	}
	return true;
}

static bool put_org(struct json *j, struct request *q,
    const struct sheaf *sheaf, struct str org, struct err *err)
{
	struct chart_ask ask = {.org = org, .options = spc_standard()};
	struct str names = ask_text(q, "measures");

	while (names.len) {
		struct str name = str_cut(&names, ',');
		ask.measure = measure_find(name);
		if (!ask.measure)
			return fail(err, ERR_MISSING,
			    "measure \"%.*s\" is not known", STR(name));
		if (!put_measure(j, q->arena, sheaf, &ask, err))
			return false;
	}
	return true;
}

static bool put_all(
    struct json *j, struct request *q, struct tx *tx, struct err *err)
{
	int32_t to = outside_today();
	int32_t from = to - 31 * (int32_t)ask_int(q, "months");
	size_t n;
	struct org *orgs = orgs_read(tx, q->arena, &n);
	struct sheaf *sheaf = sheaf_read(tx, q->arena,
	    &(struct sheaf_ask){ask_source(q), ask_grain(q), from, to, false});

	for (size_t i = 0; i < n; i++)
		if (str_is(orgs[i].kind, "trust") &&
		    !put_org(j, q, sheaf, orgs[i].code, err))
			return false;
	return true;
}

void spc_all_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct json *j = answer_json(a);
	struct err err = {0};

	json_object(j);
	json_put_text(j, "source_note", source_words(q, ask_source(q)));
	json_key(j, "series");
	json_array(j);
	bool made = put_all(j, q, tx, &err);
	json_array_end(j);
	json_object_end(j);
	if (!made)
		answer_fail(a, &err);
	answer_read(a, tx);
}

/* --- what people write on charts --- */

void annotation_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct annotation n = {.measure = ask_text(q, "measure"),
	    .kind = ask_text(q, "kind"),
	    .text = ask_text(q, "text"),
	    .author = ask_text(q, "author"),
	    .day = ask_day(q, "date")};
	struct err err = {0};

	if (!ask_org(q, tx, &n.org, &err) || !ask_test(q, &n.test, &err) ||
	    !annotation_add(tx, &n, &err)) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct json *j = answer_json(a);
	json_object(j);
	json_key(j, "id");
	json_id(j, n.id);
	json_object_end(j);
	answer_commit(a, tx);
}

void annotation_remove(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};

	if (!annotation_take_away(tx, ask_int(q, "id"), ask_text(q, "author"),
		ask_text(q, "text"), &err)) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct json *j = answer_json(a);
	json_object(j);
	json_put_text(j, "state", S("removed"));
	json_object_end(j);
	answer_commit(a, tx);
}
