/* SPDX-License-Identifier: MIT */
/* dm01.c: NHS England's DM01 full extract (30 columns), and the tidy form.
 *
 * The extract has a row for each month, provider, commissioner and test.  All
 * providers are kept in total; England, the North West and the ICB's own view
 * are summed from the same rows.  TOTAL rows are not counted (that would be
 * twice) but each must equal the sum of its tests. */
#include "kinds.h"

#include <string.h>

#define BANDS_AND_MORE (BANDS + 4) /* then total, and three streams */
enum { TOTAL = BANDS, WL_ACTIVITY, PLANNED_ACTIVITY, UNSCHEDULED_ACTIVITY };

struct figures { /* a sorted record, after its key */
	int64_t n[BANDS_AND_MORE];
	int64_t line, offset, size;
	int32_t period, test;
	char provider[6], parent[6], commissioner[6], commissioner_parent[6];
};
#define KEY_SIZE 24

struct own {
	struct str senders; /* tidy: the codes it speaks for, joined by + */
	struct tally_batch *batch;
	int64_t totals, totals_wrong;
	char last[KEY_SIZE];
	/* the tests of one provider and commissioner, summed as they come */
	char group[KEY_SIZE];
	int64_t sum[BANDS_AND_MORE];
	struct trust {
		char code[6];
	} trusts[32];
	size_t trusts_n;
};

/* ICBs of NHS England's North West region, as their codes stand since 2022. */
static const char *const north_west[] = {"QE1", "QOP", "QYG"};
#define NETWORK_ICB "QE1"
#define NORTH_WEST "Y62"
#define ENGLAND "ENG"
#define SENDER_OF_EXTRACT "NHSE"

static void
begin(struct taking *t)
{
	struct own *own = arena_new(t->arena, struct own);
	struct tx *tx = db_read(t->to->db);
	struct rows *r = db_ask(tx,
	    "select code from org where kind = 'trust' order by code limit 32");

	while (rows_next(r)) {
		struct str code = rows_text(r, 0);
		memcpy(own->trusts[own->trusts_n++].code, code.at,
		    code.len < 5 ? code.len : 5);
	}
	db_end(tx);
	t->own = own;
}

static bool
is_trust(const struct own *own, const char *code)
{
	for (size_t i = 0; i < own->trusts_n; i++)
		if (strcmp(own->trusts[i].code, code) == 0)
			return true;
	return false;
}

static bool
read_org(struct taking *t, int field, char *code, bool must, struct bad *bad)
{
	struct str text = field_of(t, field);

	memset(code, 0, 6);
	if (text.len > 5 || (must && !text.len))
		return bad_row(bad, t->kind->fields[field].name,
		    "must be an ODS code of at most 5 characters");
	memcpy(code, text.at, text.len);
	return true;
}

static bool
read_count(struct taking *t, int field, int64_t *n, struct bad *bad)
{
	struct str text = field_of(t, field);

	if (str_int(text, n) && *n >= 0 && *n < 100000000)
		return true;
	return bad_row(bad, t->kind->fields[field].name,
	    "is not a whole number of people");
}

static bool
read_counts(struct taking *t, int bands, int total, int streams,
    struct figures *c, struct bad *bad)
{
	int64_t sum = 0;

	for (int i = 0; i < BANDS; i++) {
		if (!read_count(t, bands + i, &c->n[i], bad))
			return false;
		sum += c->n[i];
	}
	if (!read_count(t, total, &c->n[TOTAL], bad))
		return false;
	for (int i = 0; i < 3; i++)
		if (!read_count(t, streams + i, &c->n[WL_ACTIVITY + i], bad))
			return false;
	if (sum == c->n[TOTAL])
		return true;
	return bad_row(bad, t->kind->fields[total].name,
	    "is %lld, but the weeks add up to %lld", (long long)c->n[TOTAL],
	    (long long)sum);
}

/* Tests of one provider and commissioner come together, TOTAL last. */
static bool
keep_figures(struct taking *t, struct figures *c, struct err *err)
{
	char record[KEY_SIZE + sizeof *c] = {0};

	c->line = t->row.line;
	c->offset = t->row.offset;
	c->size = t->row.size;
	for (int i = 0; i < 4; i++)
		record[i] = (char)(c->period >> (24 - 8 * i));
	memcpy(record + 4, c->provider, 6);
	memcpy(record + 10, c->commissioner, 6);
	record[KEY_SIZE - 1] = (char)c->test;
	memcpy(record + KEY_SIZE, c, sizeof *c);
	return sorter_add(t->sorter, (struct str){record, sizeof record}, err);
}

static void
check_total(struct own *own, const struct figures *c)
{
	own->totals++;
	if (memcmp(own->sum, c->n, sizeof own->sum))
		own->totals_wrong++;
}

static void
add_figures(struct own *own, const struct figures *c, const char *org,
    int32_t commissioner)
{
	struct tally_key key = {.source = 'R', .grain = 'M', .test = c->test,
	    .period = c->period, .commissioner = commissioner};

	memcpy(key.org, org, strnlen(org, 5));
	struct tally *t = tally_of(own->batch, &key);
	for (int i = 0; i < BANDS; i++)
		t->n[TALLY_w00 + i] += c->n[i];
	t->n[TALLY_act_wl] += c->n[WL_ACTIVITY];
	t->n[TALLY_act_planned] += c->n[PLANNED_ACTIVITY];
	t->n[TALLY_act_unscheduled] += c->n[UNSCHEDULED_ACTIVITY];
}

static bool
is_north_west(const char *icb)
{
	for (size_t i = 0; i < sizeof north_west / sizeof *north_west; i++)
		if (strcmp(icb, north_west[i]) == 0)
			return true;
	return false;
}

/* An extract's row counts for its provider, for England, and where it lies. */
static void
add_everywhere(struct taking *t, const struct figures *c)
{
	struct own *own = t->own;
	int32_t commissioner = 0;

	if (is_trust(own, c->provider) && c->commissioner[0])
		commissioner =
		    commissioner_known(t->tx, str_of(c->commissioner), S(""));
	add_figures(own, c, c->provider, commissioner);
	add_figures(own, c, ENGLAND, 0);
	if (is_north_west(c->parent))
		add_figures(own, c, NORTH_WEST, 0);
	if (strcmp(c->commissioner_parent, NETWORK_ICB) == 0)
		add_figures(own, c, NETWORK_ICB, 0);
}

static void
sum_up(struct own *own, const char *key, const struct figures *c)
{
	if (memcmp(own->group, key, KEY_SIZE - 1)) {
		memcpy(own->group, key, KEY_SIZE);
		memset(own->sum, 0, sizeof own->sum);
	}
	if (c->test == TESTS_DM01 + 1) {
		check_total(own, c);
		return;
	}
	for (int i = 0; i < BANDS_AND_MORE; i++)
		own->sum[i] += c->n[i];
}

static void
count_figures(struct taking *t, const char *key, const struct figures *c)
{
	struct own *own = t->own;
	bool extract = t->kind == &kind_dm01_full;

	if (extract && !t->replaying)
		sum_up(own, key, c);
	if (c->test > TESTS_DM01)
		return;
	if (extract)
		add_everywhere(t, c);
	else
		add_figures(own, c, c->provider, 0);
}

/* The same cell twice: the first one counts, the second is put aside. */
static bool
is_repeated(struct taking *t, const char *key, const struct figures *c,
    struct err *err)
{
	struct own *own = t->own;
	struct bad bad;

	if (memcmp(own->last, key, KEY_SIZE)) {
		memcpy(own->last, key, KEY_SIZE);
		return false;
	}
	bad_row(&bad, "", "repeats the row of another line: same period, "
	                  "organisations and test");
	t->s.good--;
	t->s.bad++;
	bad_keep(t, c->line, c->offset, c->size, &bad, err);
	return true;
}

static bool
apply(struct taking *t, struct err *err)
{
	struct own *own = t->own;
	struct str record;

	own->batch = tally_batch_open(t->arena);
	while (sorter_next(t->sorter, &record, err)) {
		struct figures c;
		memcpy(&c, record.at + KEY_SIZE, sizeof c);
		if (!is_repeated(t, record.at, &c, err))
			count_figures(t, record.at, &c);
	}
	/* A row put right joins the rest of its file; a file takes its place. */
	if (t->replaying)
		tally_flush(own->batch, t->tx, t->s.id);
	else
		tally_put(own->batch, t->tx, t->s.id);
	if (own->totals_wrong)
		notice(t, "total-differs", own->totals_wrong,
		    "%lld of %lld TOTAL rows differ from the sum of their tests",
		    (long long)own->totals_wrong, (long long)own->totals);
	return !err->kind;
}

/* --- the full extract --- */

enum {
	F_PERIOD, F_PARENT, F_PROVIDER, F_COMMISSIONER_PARENT, F_COMMISSIONER,
	F_SORT, F_TEST, F_BANDS, F_TOTAL = F_BANDS + BANDS, F_WL, F_PLANNED,
	F_UNSCHEDULED, F_FIELDS
};
static const struct field full_fields[F_FIELDS] = {
    {"Period", true}, {"Provider Parent Org Code", true},
    {"Provider Org Code", true}, {"Commissioner Parent Org Code", true},
    {"Commissioner Org Code", true}, {"Diagnostic Tests Sort Order", true},
    {"Diagnostic Tests", true}, {"00 < 01 Week", true},
    {"01 < 02 Weeks", true}, {"02 < 03 Weeks", true}, {"03 < 04 Weeks", true},
    {"04 < 05 Weeks", true}, {"05 < 06 Weeks", true}, {"06 < 07 Weeks", true},
    {"07 < 08 Weeks", true}, {"08 < 09 Weeks", true}, {"09 < 10 Weeks", true},
    {"10 < 11 Weeks", true}, {"11 < 12 Weeks", true}, {"12 < 13 Weeks", true},
    {"13+ Weeks", true}, {"Total WL", true}, {"Waiting List Activity", true},
    {"Planned Activity", true}, {"Unscheduled Activity", true},
};

/* DM01-MAY-2026 */
static bool
read_period(struct str text, int32_t *month_end)
{
	static const char *const months[] = {"january", "february", "march",
	    "april", "may", "june", "july", "august", "september", "october",
	    "november", "december"};
	struct str rest = text;
	struct str head = str_cut(&rest, '-');
	struct str month = str_cut(&rest, '-');
	int64_t year;

	if (!str_eq_nocase(head, S("dm01")) || !str_int(rest, &year) ||
	    year < 2000 || year > 2100 || month.len < 3)
		return false;
	for (int i = 0; i < 12; i++) {
		struct str name = {months[i], strlen(months[i])};
		name.len = month.len < name.len ? month.len : name.len;
		if (str_eq_nocase(month, name)) {
			*month_end = day_month_end(day_of((int)year, i + 1, 1));
			return true;
		}
	}
	return false;
}

static bool
read_sort(struct taking *t, struct figures *c, struct bad *bad)
{
	int64_t sort;

	if (!str_int(field_of(t, F_SORT), &sort) || sort < 1 ||
	    sort > TESTS_DM01 + 1)
		return bad_row(bad, "Diagnostic Tests Sort Order",
		    "must be 1 to 16");
	c->test = (int32_t)sort;
	return true;
}

static bool
full_row(struct taking *t, struct bad *bad, struct err *err)
{
	struct figures c;

	memset(&c, 0, sizeof c);
	if (!read_period(field_of(t, F_PERIOD), &c.period))
		return bad_row(bad, "Period", "must look like DM01-MAY-2026");
	if (!read_org(t, F_PROVIDER, c.provider, true, bad) ||
	    !read_org(t, F_PARENT, c.parent, false, bad) ||
	    !read_org(t, F_COMMISSIONER, c.commissioner, false, bad) ||
	    !read_org(t, F_COMMISSIONER_PARENT, c.commissioner_parent, false, bad) ||
	    !read_sort(t, &c, bad) ||
	    !read_counts(t, F_BANDS, F_TOTAL, F_WL, &c, bad))
		return false;
	period_hold(t, c.period);
	return keep_figures(t, &c, err);
}

static bool
full_settle(struct taking *t, struct err *err)
{
	t->s.sender = S(SENDER_OF_EXTRACT);
	if (t->s.from != t->s.to)
		return fail(err, ERR_INPUT, "an extract is for one month, not from "
		    "%s to %s", day_text(t->s.from).at, day_text(t->s.to).at);
	return true;
}

const struct kind kind_dm01_full = {
    .name = "dm01", .words = "DM01 full extract", .fields = full_fields,
    .fields_n = F_FIELDS, .begin = begin, .row = full_row,
    .settle = full_settle, .apply = apply, .forget = tally_forget,
};

/* --- the tidy form --- */

enum {
	T_PERIOD, T_PROVIDER, T_TEST, T_BANDS, T_TOTAL = T_BANDS + BANDS, T_OVER6,
	T_OVER13, T_WL, T_PLANNED, T_UNSCHEDULED, T_FIELDS
};
static const struct field tidy_fields[T_FIELDS] = {
    {"period_end", true}, {"provider_code", true}, {"test_id", true},
    {"wk_00_01", true}, {"wk_01_02", true}, {"wk_02_03", true},
    {"wk_03_04", true}, {"wk_04_05", true}, {"wk_05_06", true},
    {"wk_06_07", true}, {"wk_07_08", true}, {"wk_08_09", true},
    {"wk_09_10", true}, {"wk_10_11", true}, {"wk_11_12", true},
    {"wk_12_13", true}, {"wk_13_plus", true}, {"total_wl", true},
    {"waiting_6plus", false}, {"waiting_13plus", false},
    {"waiting_list_activity", true}, {"planned_activity", true},
    {"unscheduled_activity", true},
};

static bool
is_named(struct str list, struct str code)
{
	while (list.len)
		if (str_eq(str_cut(&list, '+'), code))
			return true;
	return false;
}

/* Who it speaks for, in order of code, is who sent it. */
static bool
add_sender(struct taking *t, struct str code, struct bad *bad)
{
	struct own *own = t->own;

	if (is_named(own->senders, code))
		return true;
	if (own->senders.len > 180)
		return bad_row(bad, "provider_code",
		    "more organisations than one tidy file may speak for");
	own->senders = own->senders.len
	                   ? arena_printf(t->arena, "%.*s+%.*s",
	                         STR(own->senders), STR(code))
	                   : arena_keep(t->arena, code);
	return true;
}

static bool
check_6plus(struct taking *t, const struct figures *c, struct bad *bad)
{
	int64_t said, sum = 0;

	for (int i = 6; i < BANDS; i++)
		sum += c->n[i];
	if (!field_of(t, T_OVER6).len)
		return true;
	if (str_int(field_of(t, T_OVER6), &said) && said == sum)
		return true;
	return bad_row(bad, "waiting_6plus", "the weeks add up to %lld",
	    (long long)sum);
}

static bool
tidy_row(struct taking *t, struct bad *bad, struct err *err)
{
	struct figures c;
	int64_t test;

	memset(&c, 0, sizeof c);
	if (!field_day(t, T_PERIOD, &c.period, bad))
		return false;
	if (c.period == NO_DAY || day_month_end(c.period) != c.period)
		return bad_row(bad, "period_end", "must be the last day of a month");
	if (!str_int(field_of(t, T_TEST), &test) || test < 1 || test > TESTS_DM01)
		return bad_row(bad, "test_id", "must be 1 to 15");
	c.test = (int32_t)test;
	if (!read_org(t, T_PROVIDER, c.provider, true, bad) ||
	    !read_counts(t, T_BANDS, T_TOTAL, T_WL, &c, bad) ||
	    !check_6plus(t, &c, bad) ||
	    !add_sender(t, field_of(t, T_PROVIDER), bad))
		return false;
	period_hold(t, c.period);
	return keep_figures(t, &c, err);
}

static bool
tidy_settle(struct taking *t, struct err *err)
{
	struct own *own = t->own;

	(void)err;
	t->s.sender = own->senders;
	return true;
}

const struct kind kind_dm01_tidy = {
    .name = "dm01", .words = "DM01, tidy", .fields = tidy_fields,
    .fields_n = T_FIELDS, .begin = begin, .row = tidy_row,
    .settle = tidy_settle, .apply = apply, .forget = tally_forget,
};
