/* SPDX-License-Identifier: MIT */
/* reference.c: the lists that pages choose from. */
#include "doors/web/words.h"

static void put_orgs(struct json *j, struct tx *tx, struct arena *arena)
{
	size_t n;
	struct org *orgs = orgs_read(tx, arena, &n);

	json_key(j, "orgs");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_put_text(j, "code", orgs[i].code);
		json_put_text(j, "name", orgs[i].name);
		json_put_text(j, "short", orgs[i].short_name);
		json_put_text(j, "kind", orgs[i].kind);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_sites(struct json *j, struct tx *tx, struct arena *arena)
{
	size_t n;
	struct site *sites = sites_read(tx, arena, &n);

	json_key(j, "sites");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_put_text(j, "code", sites[i].code);
		json_put_text(j, "name",
		    sites[i].name.len ? sites[i].name : sites[i].code);
		json_put_text(j, "org", sites[i].org);
		json_put_text(j, "kind", sites[i].kind);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_commissioners(
    struct json *j, struct tx *tx, struct arena *arena)
{
	size_t n;
	struct commissioner *list = commissioners_read(tx, arena, &n);

	json_key(j, "commissioners");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_put_text(j, "code", list[i].code);
		json_put_text(j, "name", list[i].name);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_tests(struct json *j)
{
	json_key(j, "tests");
	json_array(j);
	for (const struct test *t = tests; t->id; t++) {
		json_object(j);
		json_put_int(j, "id", t->id);
		json_put_text(j, "code", str_of(t->code));
		json_put_text(j, "name", str_of(t->name));
		json_put_text(j, "group", str_of(t->group));
		json_put_bool(j, "dm01", t->id <= TESTS_DM01);
		json_object_end(j);
	}
	json_array_end(j);
}

/* Letters into a list of one-letter texts. */
static void put_letters(struct json *j, const char *key, const char *letters)
{
	json_key(j, key);
	json_array(j);
	for (; *letters; letters++)
		json_text(j, (struct str){letters, 1});
	json_array_end(j);
}

static const char *improve_word(enum spc_improve improve)
{
	return improve == SPC_INCREASE ? "increase"
	    : improve == SPC_DECREASE  ? "decrease"
				       : "neutral";
}

static void put_measures(struct json *j)
{
	json_key(j, "measures");
	json_array(j);
	for (size_t i = 0; i < measures_count; i++) {
		const struct measure *m = &measures[i];
		bool weekly = m->sources[0] == 'W' && !m->sources[1];
		json_object(j);
		json_put_text(j, "name", str_of(m->name));
		json_put_text(j, "title", str_of(m->title));
		json_put_text(j, "unit", str_of(m->unit));
		json_put_text(j, "improve", str_of(improve_word(m->improve)));
		json_put_text(j, "sentence", str_of(m->sentence));
		put_letters(j, "sources", m->sources);
		put_letters(j, "grains", weekly ? "S" : "MS");
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_latest(struct json *j, struct tx *tx)
{
	json_key(j, "latest");
	json_object(j);
	json_put_day(j, "R", tally_latest(tx, 'R', 'M'));
	json_put_day(j, "P", tally_latest(tx, 'P', 'M'));
	json_put_day(j, "W", tally_latest(tx, 'W', 'S'));
	json_object_end(j);
}

void reference_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct json *j = answer_json(a);

	json_object(j);
	json_key(j, "network");
	json_object(j);
	json_put_text(j, "name", S("Lancashire and South Cumbria"));
	json_put_text(j, "code", S(NETWORK_ORG));
	json_object_end(j);
	put_orgs(j, tx, q->arena);
	put_sites(j, tx, q->arena);
	put_commissioners(j, tx, q->arena);
	put_tests(j);
	put_measures(j);
	put_latest(j, tx);
	json_put_bool(j, "synthetic", house_is_synthetic(q));
	json_put_day(j, "today", outside_today());
	json_object_end(j);
	answer_read(a, tx);
}
