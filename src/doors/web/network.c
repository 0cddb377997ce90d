/* SPDX-License-Identifier: MIT */
/* network.c: trusts and tests in one grid: where each stands, and whether it
 * is really changing. */
#include "doors/web/words.h"

#include <math.h>

#define MONTHS_BACK 36
#define WEEKS_BACK 104

const struct column network_columns[] = {
    {"org", COL_TEXT, "ODS code, or LSC for the network"},
    {"org_name", COL_TEXT, "its name"},
    {"test", COL_INT, "the test's number in DM01; 0: all tests"},
    {"test_code", COL_TEXT, "the test's code in DM01"},
    {"test_name", COL_TEXT, "the test's name"},
    {"test_group", COL_TEXT, "imaging, physiological or endoscopy"},
    {"period_end", COL_DAY, "last day of the period"},
    {"list", COL_INT, "patients waiting"},
    {"over6", COL_INT, "waiting six weeks or more"},
    {"pct6", COL_PERCENT, "share waiting six weeks or more"},
    {"over13", COL_INT, "waiting thirteen weeks or more"},
    {"pct13", COL_PERCENT, "share waiting thirteen weeks or more"},
    {"activity", COL_INT, "tests done in the period"},
    {"pct6_year_ago", COL_PERCENT, "the same share a year before"},
    {"target", COL_PERCENT, "target in force for that share"},
    {"variation", COL_TEXT,
	"of the last point: common_cause, improvement, concern"},
    {"side", COL_TEXT, "high or low, when it is special cause"},
    {"assurance", COL_TEXT,
	"pass, fail, inconsistent, or null without a target"},
    {"mean", COL_PERCENT, "the process mean"},
    {"lower", COL_PERCENT, "lower process limit"},
    {"upper", COL_PERCENT, "upper process limit"},
    {"points", COL_INT, "points that the limits rest on"},
    {NULL, COL_TEXT, NULL}};

struct grid {
	struct request *q;
	struct tx *tx;
	struct table *table;
	struct sheaf *sheaf;
	char source, grain;
	int32_t period;
	const struct measure *pct6;
};

static const struct tally_row *year_before(
    const struct chart *c, int32_t period, char grain)
{
	struct date d = day_date(period);
	int32_t day = grain == 'M'
	    ? day_month_end(day_of(d.year - 1, d.month, 1))
	    : period - 364;

	for (size_t i = 0; i < c->spc.n; i++)
		if (c->rows[i].period == day)
			return &c->rows[i];
	return NULL;
}

static void put_position(struct table *t, const struct tally *now)
{
	table_int(t, tally_waiting(now, 0));
	table_int(t, tally_waiting(now, 6));
	table_real(t, measure_value(measure_find(S("pct6")), now));
	table_int(t, tally_waiting(now, 13));
	table_real(t, measure_value(measure_find(S("pct13")), now));
	table_int(t,
	    now->n[TALLY_act_wl] + now->n[TALLY_act_planned] +
		now->n[TALLY_act_unscheduled]);
}

static void put_process(struct table *t, const struct chart *c)
{
	const struct spc_group *g = &c->spc.groups[c->spc.groups_n - 1];

	table_word(t, spc_type_word(g->variation));
	table_word(t, side_word(g));
	table_word(t, spc_assurance_word(g->assurance));
	table_real(t, g->mean);
	table_real(t, g->lower);
	table_real(t, g->upper);
	table_int(t, g->n);
}

static void put_row(
    struct grid *g, const struct org *org, int test, const struct chart *c)
{
	const struct tally_row *now = &c->rows[c->spc.n - 1];
	const struct tally_row *before = year_before(c, now->period, g->grain);
	const struct test *known = test ? test_at(test) : NULL;
	struct table *t = g->table;

	table_text(t, org->code);
	table_text(t, org->name);
	table_int(t, test);
	table_text(t, str_of(known ? known->code : "ALL"));
	table_text(t, str_of(test_name(test)));
	table_text(t, str_of(known ? known->group : "ALL"));
	table_day(t, now->period);
	put_position(t, &now->tally);
	table_real(
	    t, before ? measure_value(g->pct6, &before->tally) : (double)NAN);
	table_real(t, c->target);
	put_process(t, c);
}

/* A cell with nothing in this very period is left out: absent is not zero. */
static bool put_cell(
    struct grid *g, const struct org *org, int test, struct err *err)
{
	struct chart_ask ask = {.source = g->source,
	    .grain = g->grain,
	    .org = org->code,
	    .test = test,
	    .measure = g->pct6,
	    .options = spc_standard()};
	struct chart c;

	if (!sheaf_chart(g->sheaf, g->q->arena, &ask, &c, err))
		return false;
	if (c.spc.n && c.rows[c.spc.n - 1].period == g->period)
		put_row(g, org, test, &c);
	return true;
}

static bool put_org(struct grid *g, const struct org *org, struct err *err)
{
	for (int test = 0; test <= TESTS_DM01; test++)
		if (!put_cell(g, org, test, err))
			return false;
	return true;
}

static bool put_grid(struct grid *g, struct err *err)
{
	int32_t back = g->grain == 'M' ? MONTHS_BACK * 31 : WEEKS_BACK * 7;
	size_t n;
	struct org *orgs = orgs_read(g->tx, g->q->arena, &n);

	g->sheaf = sheaf_read(g->tx, g->q->arena,
	    &(struct sheaf_ask){g->source, g->grain, g->period - back,
		g->period, true});
	for (size_t i = 0; i < n; i++)
		if (!put_org(g, &orgs[i], err))
			return false;
	return true;
}

void network_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct grid g = {.q = q,
	    .tx = tx,
	    .source = ask_source(q),
	    .grain = ask_grain(q),
	    .pct6 = measure_find(S("pct6"))};
	struct err err = {0};

	g.period = ask_day(q, "period");
	if (g.period == NO_DAY)
		g.period = tally_latest(tx, g.source, g.grain);
	struct str title = g.period == NO_DAY
	    ? S("Diagnostic waits")
	    : arena_printf(
		  q->arena, "Diagnostic waits, %s", day_words(g.period).at);
	g.table = answer_table(
	    a, title, source_words(q, g.source), network_columns, 0);
	table_fact(g.table, "period_end", str_of(day_text(g.period).at));
	if (g.period != NO_DAY && !put_grid(&g, &err))
		answer_fail(a, &err);
	answer_read(a, tx);
}
