/* SPDX-License-Identifier: MIT */
/* dm01_full.c: NHS England's full extract of one month, 30 columns: a row for
 * each provider, commissioner and test. */
#include "dm01.h"

#include <string.h>

enum {
	F_PERIOD,
	F_PARENT,
	F_PROVIDER,
	F_COMMISSIONER_PARENT,
	F_COMMISSIONER,
	F_SORT,
	F_TEST,
	F_BANDS,
	F_TOTAL = F_BANDS + BANDS,
	F_WL,
	F_PLANNED,
	F_UNSCHEDULED,
	F_FIELDS
};
static const struct field fields[F_FIELDS] = {
    {"Period", true},
    {"Provider Parent Org Code", true},
    {"Provider Org Code", true},
    {"Commissioner Parent Org Code", true},
    {"Commissioner Org Code", true},
    {"Diagnostic Tests Sort Order", true},
    {"Diagnostic Tests", true},
    {"00 < 01 Week", true},
    {"01 < 02 Weeks", true},
    {"02 < 03 Weeks", true},
    {"03 < 04 Weeks", true},
    {"04 < 05 Weeks", true},
    {"05 < 06 Weeks", true},
    {"06 < 07 Weeks", true},
    {"07 < 08 Weeks", true},
    {"08 < 09 Weeks", true},
    {"09 < 10 Weeks", true},
    {"10 < 11 Weeks", true},
    {"11 < 12 Weeks", true},
    {"12 < 13 Weeks", true},
    {"13+ Weeks", true},
    {"Total WL", true},
    {"Waiting List Activity", true},
    {"Planned Activity", true},
    {"Unscheduled Activity", true},
};

/* DM01-MAY-2026 */
static bool read_period(struct str text, int32_t *month_end)
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

static bool read_sort(struct taking *t, struct figures *c, struct bad *bad)
{
	int64_t sort;

	if (!str_int(field_of(t, F_SORT), &sort) || sort < 1 ||
	    sort > TESTS_DM01 + 1)
		return bad_row(
		    bad, "Diagnostic Tests Sort Order", "must be 1 to 16");
	c->test = (int32_t)sort;
	return true;
}

static bool row(struct taking *t, struct bad *bad, struct err *err)
{
	struct figures c;

	memset(&c, 0, sizeof c);
	if (!read_period(field_of(t, F_PERIOD), &c.period))
		return bad_row(bad, "Period", "must look like DM01-MAY-2026");
	if (!dm01_read_org(t, F_PROVIDER, c.provider, true, bad) ||
	    !dm01_read_org(t, F_PARENT, c.parent, false, bad) ||
	    !dm01_read_org(t, F_COMMISSIONER, c.commissioner, false, bad) ||
	    !dm01_read_org(
		t, F_COMMISSIONER_PARENT, c.commissioner_parent, false, bad) ||
	    !read_sort(t, &c, bad) ||
	    !dm01_read_counts(t, F_BANDS, F_TOTAL, F_WL, &c, bad))
		return false;
	period_hold(t, c.period);
	return dm01_keep(t, &c, err);
}

static bool settle(struct taking *t, struct err *err)
{
	t->s.sender = S("NHSE");
	if (t->s.from != t->s.to)
		return fail(err, ERR_INPUT,
		    "an extract is for one month, not from "
		    "%s to %s",
		    day_text(t->s.from).at, day_text(t->s.to).at);
	return true;
}

const struct kind kind_dm01_full = {
    .name = "dm01",
    .words = "DM01 full extract",
    .fields = fields,
    .fields_n = F_FIELDS,
    .begin = dm01_begin,
    .row = row,
    .settle = settle,
    .apply = dm01_apply,
    .forget = tally_forget,
    .whole = true,
};
