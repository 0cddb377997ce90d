/* SPDX-License-Identifier: MIT */
/* dm01_tidy.c: DM01 in the tidy form (docs/files.md): a row for each month,
 * organisation and test, for whichever organisations its sender speaks for. */
#include "dm01.h"

#include <string.h>

enum {
	T_PERIOD,
	T_PROVIDER,
	T_TEST,
	T_BANDS,
	T_TOTAL = T_BANDS + BANDS,
	T_OVER6,
	T_OVER13,
	T_WL,
	T_PLANNED,
	T_UNSCHEDULED,
	T_FIELDS
};
static const struct field fields[T_FIELDS] = {
    {"period_end", true},
    {"provider_code", true},
    {"test_id", true},
    {"wk_00_01", true},
    {"wk_01_02", true},
    {"wk_02_03", true},
    {"wk_03_04", true},
    {"wk_04_05", true},
    {"wk_05_06", true},
    {"wk_06_07", true},
    {"wk_07_08", true},
    {"wk_08_09", true},
    {"wk_09_10", true},
    {"wk_10_11", true},
    {"wk_11_12", true},
    {"wk_12_13", true},
    {"wk_13_plus", true},
    {"total_wl", true},
    {"waiting_6plus", false},
    {"waiting_13plus", false},
    {"waiting_list_activity", true},
    {"planned_activity", true},
    {"unscheduled_activity", true},
};

static bool is_named(struct str list, struct str code)
{
	while (list.len)
		if (str_eq(str_cut(&list, '+'), code))
			return true;
	return false;
}

/* Codes joined by +, with one more in its place. */
static struct str join_in_order(
    struct arena *arena, struct str list, struct str code)
{
	struct str after = list;

	while (after.len) {
		struct str rest = after;
		if (str_cmp(str_cut(&rest, '+'), code) > 0)
			break;
		after = rest;
	}
	struct str before = {list.at, list.len - after.len};
	if (after.len)
		return arena_printf(arena, "%.*s%.*s+%.*s", STR(before),
		    STR(code), STR(after));
	return arena_printf(
	    arena, "%.*s%s%.*s", STR(list), list.len ? "+" : "", STR(code));
}

/* Who it speaks for, in order of code, is who sent it: the same in whatever
 * order its rows come. */
static bool add_sender(struct taking *t, struct str code, struct bad *bad)
{
	struct dm01 *own = t->own;

	if (is_named(own->senders, code))
		return true;
	if (own->senders.len > 180)
		return bad_row(bad, "provider_code",
		    "more organisations than one tidy file may speak for");
	own->senders = join_in_order(t->arena, own->senders, code);
	return true;
}

static bool check_6plus(
    struct taking *t, const struct figures *c, struct bad *bad)
{
	int64_t said, sum = 0;

	for (int i = 6; i < BANDS; i++)
		sum += c->n[i];
	if (!field_of(t, T_OVER6).len)
		return true;
	if (str_int(field_of(t, T_OVER6), &said) && said == sum)
		return true;
	return bad_row(
	    bad, "waiting_6plus", "the weeks add up to %lld", (long long)sum);
}

static bool row(struct taking *t, struct bad *bad, struct err *err)
{
	struct figures c;
	int64_t test;

	memset(&c, 0, sizeof c);
	if (!field_day(t, T_PERIOD, &c.period, bad))
		return false;
	if (c.period == NO_DAY || day_month_end(c.period) != c.period)
		return bad_row(
		    bad, "period_end", "must be the last day of a month");
	if (!str_int(field_of(t, T_TEST), &test) || test < 1 ||
	    test > TESTS_DM01)
		return bad_row(bad, "test_id", "must be 1 to 15");
	c.test = (int32_t)test;
	if (!dm01_read_org(t, T_PROVIDER, c.provider, true, bad) ||
	    !dm01_read_counts(t, T_BANDS, T_TOTAL, T_WL, &c, bad) ||
	    !check_6plus(t, &c, bad) ||
	    !add_sender(t, field_of(t, T_PROVIDER), bad))
		return false;
	period_hold(t, c.period);
	return dm01_keep(t, &c, err);
}

static bool settle(struct taking *t, struct err *err)
{
	struct dm01 *own = t->own;

	(void)err;
	t->s.sender = own->senders;
	return true;
}

const struct kind kind_dm01_tidy = {
    .name = "dm01",
    .words = "DM01, tidy",
    .fields = fields,
    .fields_n = T_FIELDS,
    .begin = dm01_begin,
    .row = row,
    .settle = settle,
    .apply = dm01_apply,
    .forget = tally_forget,
    .whole = true,
};
