/* SPDX-License-Identifier: MIT */
/* tracking.c: this month against plan, by trust and test. */
#include "doors/web/words.h"

#include <math.h>

const struct column tracking_columns[] = {
    {"org", COL_TEXT, "ODS code, or LSC for the network"},
    {"org_name", COL_TEXT, "its name"},
    {"test", COL_INT, "the test's number in DM01; 0: all"},
    {"test_name", COL_TEXT, "its name"},
    {"month_end", COL_DAY, "the month's last day"},
    {"today", COL_DAY, "the day of today's value"},
    {"today_value", COL_REAL, "where it stands"},
    {"projected", COL_REAL, "where the month will end"},
    {"low", COL_REAL, "95 % interval of that, from past misses"},
    {"high", COL_REAL, "its upper end"},
    {"trajectory", COL_REAL, "the plan for this month's end"},
    {"target", COL_REAL, "the standard in force"},
    {"last_month", COL_REAL, "where last month ended"},
    {"verdict", COL_TEXT, "on-plan, at-risk, off-plan, no-plan or no-data"},
    {"backtest_error", COL_REAL,
	"mean miss of the same projection in past months"},
    {"backtests", COL_INT, "past months tried"},
    {"covered", COL_INT, "of these, within their interval"},
    {NULL, COL_TEXT, NULL}};

/* Against the plan if there is one, else against the standard. */
static const char *verdict(const struct tracking *k)
{
	double plan = isnan(k->trajectory) ? k->target : k->trajectory;

	if (isnan(k->projected))
		return "no-data";
	if (isnan(plan))
		return "no-plan";
	if (isnan(k->high))
		return k->projected <= plan ? "on-plan" : "off-plan";
	if (k->high <= plan)
		return "on-plan";
	return k->low > plan ? "off-plan" : "at-risk";
}

static void put_row(struct table *t, struct str org, struct str name, int test,
    const struct tracking *k)
{
	table_text(t, org);
	table_text(t, name);
	table_int(t, test);
	table_text(t, str_of(test_name(test)));
	table_day(t, k->month_end);
	table_day(t, k->today);
	table_real(t, k->today_value);
	table_real(t, k->projected);
	table_real(t, k->low);
	table_real(t, k->high);
	table_real(t, k->trajectory);
	table_real(t, k->target);
	table_real(t, k->last_month);
	table_word(t, verdict(k));
	table_real(t, k->backtest_error);
	table_int(t, k->backtests);
	table_int(t, k->covered);
}

static bool put_org(struct table *t, struct arena *arena,
    const struct tracker *all, const struct org *org, const struct measure *m,
    struct err *err)
{
	for (int test = 0; test <= TESTS_DM01; test++) {
		struct tracking k;
		if (!tracking_make(all, arena, org->code, test, m, &k, err))
			return false;
		bool nothing = isnan(k.last_month) &&
		    (isnan(k.today_value) || k.today_value == 0);
		if (!nothing)
			put_row(t, org->code, org->name, test, &k);
	}
	return true;
}

void tracking_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	const struct measure *m;
	struct err err = {0};
	size_t n;
	struct org *orgs = orgs_read(tx, q->arena, &n);
	bool made = ask_measure(q, &m, &err);

	if (made) {
		struct table *t = answer_table(a,
		    arena_printf(q->arena, "%s, this month", m->title),
		    source_words(q, 'P'), tracking_columns, 0);
		struct tracker all =
		    tracker_read(tx, q->arena, outside_today());
		table_fact(t, "measure", str_of(m->name));
		table_fact(t, "unit", str_of(m->unit));
		for (size_t i = 0; made && i < n; i++)
			if (str_is(orgs[i].kind, "trust") ||
			    str_is(orgs[i].kind, "network"))
				made = put_org(
				    t, q->arena, &all, &orgs[i], m, &err);
	}
	if (!made)
		answer_fail(a, &err);
	answer_read(a, tx);
}
