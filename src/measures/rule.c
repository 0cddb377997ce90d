/* SPDX-License-Identifier: MIT */
/* rule.c: the clock's rules as the network has set them. */
#include "measures.h"

static bool name_read(struct str name, enum rule_name *at)
{
	for (int i = 0; i < RULES; i++)
		if (str_is(name, rules[i].name)) {
			*at = (enum rule_name)i;
			return true;
		}
	return false;
}

struct rule_book rules_read(struct tx *tx, struct arena *arena)
{
	int64_t most = db_int(tx, "select count(*) from rule_change");
	struct rule_change *list =
	    arena_array(arena, struct rule_change, most + 1);
	struct rule_book book = {.changes = list};
	struct rows *r = db_ask(tx,
	    "select name, from_day, value from rule_change "
	    "order by from_day, made_at limit $1",
	    I(most));

	while (rows_next(r)) {
		struct rule_change *c = &list[book.n];
		if (!name_read(rows_text(r, 0), &c->name))
			continue; /* a rule of another release */
		c->from = rows_day(r, 1);
		c->value = rows_int(r, 2);
		book.n++;
	}
	return book;
}

bool rule_set(struct tx *tx, const struct rule_setting *s, struct err *err)
{
	enum rule_name name;

	if (!name_read(s->name, &name))
		return fail(
		    err, ERR_INPUT, "rule \"%.*s\" is not known", STR(s->name));
	if (s->value != 0 && s->value != 1)
		return fail(err, ERR_INPUT, "value must be 0 or 1");
	if (s->from == NO_DAY)
		return fail(
		    err, ERR_INPUT, "the day from which it holds is missing");
	if (!str_trim(s->set_by).len || !str_trim(s->reason).len)
		return fail(err, ERR_INPUT, "who sets it and why must be said");
	db_run(tx,
	    "insert into rule_change (id, name, value, from_day, set_by, reason, "
	    "made_at) values ($1, $2, $3, $4, $5, $6, $7)",
	    I(outside_id()), T(s->name), I(s->value), I(s->from), T(s->set_by),
	    T(s->reason), I(outside_now()));
	journal_add(tx, S("rule.set"), s->name, s->set_by, (struct str){0});
	return true;
}

struct rows *rule_history(struct tx *tx, const char *name)
{
	return db_ask(tx,
	    "select value, from_day, set_by, reason, made_at from rule_change "
	    "where name = $1 order by from_day, made_at",
	    T(str_of(name)));
}
