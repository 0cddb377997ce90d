/* SPDX-License-Identifier: MIT */
/* rules.c: the clock's rules, with who set them and why. */
#include "doors/web/words.h"

const struct column rules_columns[] = {{"name", COL_TEXT, "the rule"},
    {"sentence", COL_TEXT, "what it means when it is 1"},
    {"value", COL_INT, "1 or 0"},
    {"from", COL_DAY, "the first day that it holds; null: from the beginning"},
    {"set_by", COL_TEXT, "who set it; null: as the program came"},
    {"reason", COL_TEXT, "why"},
    {"made_at", COL_TIME, "when it was written down"}, {NULL, COL_TEXT, NULL}};

static void put_standard(struct table *t, const struct rule *r)
{
	table_text(t, str_of(r->name));
	table_text(t, str_of(r->sentence));
	table_int(t, r->standard);
	table_null(t);
	table_null(t);
	table_null(t);
	table_null(t);
}

static void put_changes(struct table *t, struct tx *tx, const struct rule *rule)
{
	struct rows *r = rule_history(tx, rule->name);

	while (rows_next(r)) {
		table_text(t, str_of(rule->name));
		table_text(t, str_of(rule->sentence));
		table_int(t, rows_int(r, 0));
		table_day(t, rows_day(r, 1));
		table_text(t, rows_text(r, 2));
		table_text(t, rows_text(r, 3));
		table_time(t, rows_time(r, 4));
	}
}

void rules_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Rules of the waiting-time clock"), S(""), rules_columns, 0);

	for (int i = 0; i < RULES; i++) {
		put_standard(t, &rules[i]);
		put_changes(t, tx, &rules[i]);
	}
	answer_read(a, tx);
}

/* All clocks are told anew by the changed rule before anyone sees it. */
void rule_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct rule_setting s = {.name = ask_text(q, "name"),
	    .set_by = ask_text(q, "set_by"),
	    .reason = ask_text(q, "reason"),
	    .from = ask_day(q, "from"),
	    .value = ask_int(q, "value")};
	struct err err = {0};

	bool ok = rule_set(tx, &s, &err);

	if (ok)
		pathway_refold(tx, outside_today());
	answer_settled(a, tx, ok, &err, S("set"));
}
