/* SPDX-License-Identifier: MIT */
/* targets.c: standards and trajectories: read, and set by hand. */
#include "doors/web/words.h"

const struct column targets_columns[] = {
    {"measure", COL_TEXT, "what is aimed at"},
    {"org", COL_TEXT, "ODS code, or * for all"},
    {"test", COL_INT, "the test's number in DM01; 0: all"},
    {"test_name", COL_TEXT, "its name"},
    {"kind", COL_TEXT, "standard or trajectory"},
    {"from", COL_DAY, "the first day that it holds"},
    {"value", COL_REAL, "in the measure's unit"},
    {"set_by", COL_TEXT, "who set it"}, {"reason", COL_TEXT, "why"},
    {"made_at", COL_TIME, "when it was written down"}, {NULL, COL_TEXT, NULL}};

static void put_target(struct table *t, const struct target *x)
{
	table_text(t, x->measure);
	table_text(t, x->org);
	table_int(t, x->test);
	table_text(t, str_of(test_name(x->test)));
	table_word(t, x->trajectory ? "trajectory" : "standard");
	table_day(t, x->from);
	table_real(t, x->value);
	table_text(t, x->set_by);
	table_text(t, x->reason);
	table_time(t, x->made_at);
}

void targets_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Targets and trajectories"), S(""), targets_columns, 0);
	size_t n;
	struct target *all = targets_all(tx, q->arena, &n);

	for (size_t i = 0; i < n; i++)
		put_target(t, &all[i]);
	answer_read(a, tx);
}

static bool read_target(
    struct request *q, struct tx *tx, struct target *t, struct err *err)
{
	*t = (struct target){.measure = ask_text(q, "measure"),
	    .set_by = ask_text(q, "set_by"),
	    .reason = ask_text(q, "reason"),
	    .from = ask_day(q, "from"),
	    .value = ask_real(q, "value")};
	t->trajectory = str_is(ask_text(q, "kind"), "trajectory");
	if (!ask_test(q, &t->test, err))
		return false;
	t->org = ask_text(q, "org");
	if (str_is(t->org, "*"))
		return true;
	return ask_org(q, tx, &t->org, err);
}

void target_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct target t;
	struct err err = {0};

	bool ok = read_target(q, tx, &t, &err) && target_add(tx, &t, &err);

	answer_settled(a, tx, ok, &err, S("set"));
}
