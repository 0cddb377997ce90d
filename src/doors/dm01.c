/* SPDX-License-Identifier: MIT */
/* dm01.c: the DM01 return in the columns of the provider workbook that NHS
 * England publishes ("Monthly Diagnostics Web File, Provider"). */
#include "doors/dm01.h"
#include "pathway/pathway.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>

#define WEEKS(X) \
	X("00_01", "0 <01 weeks"), X("01_02", "01 <02 weeks"), \
	X("02_03", "02 <03 weeks"), X("03_04", "03 <04 weeks"), \
	X("04_05", "04 <05 weeks"), X("05_06", "05 <06 weeks"), \
	X("06_07", "06 <07 weeks"), X("07_08", "07 <08 weeks"), \
	X("08_09", "08 <09 weeks"), X("09_10", "09 <10 weeks"), \
	X("10_11", "10 <11 weeks"), X("11_12", "11 <12 weeks"), \
	X("12_13", "12 <13 weeks"), X("13_plus", "13+ weeks")

#define API_WEEK(name, heading) {"wk_" name, COL_INT, "waiting " heading}
#define HEADING_WEEK(name, heading) {heading, COL_INT, ""}

const struct column dm01_columns[] = {
	{"region_code", COL_TEXT, "ODS code of the region"},
	{"region_name", COL_TEXT, "its name"},
	{"provider_code", COL_TEXT, "ODS code of the trust"},
	{"provider_name", COL_TEXT, "its name"},
	{"commissioner_code", COL_TEXT, "ODS code, none, or null: all together"},
	{"commissioner_name", COL_TEXT, "its name, where known"},
	{"site_code", COL_TEXT, "ODS code, none, or null: all together"},
	{"site_name", COL_TEXT, "its name, where known"},
	{"test_id", COL_INT, "the test's number in DM01"},
	{"test_code", COL_TEXT, "the test's code in DM01"},
	{"test_name", COL_TEXT, "the test's name in the provider workbook"},
	{"total_wl", COL_INT, "patients on the waiting list"},
	{"waiting_6plus", COL_INT, "waiting six weeks or more"},
	{"waiting_13plus", COL_INT, "waiting thirteen weeks or more"},
	{"percent_6plus", COL_PERCENT, "share waiting six weeks or more"},
	WEEKS(API_WEEK),
	{"planned_activity", COL_INT, "planned tests done"},
	{"unscheduled_activity", COL_INT, "unscheduled tests done"},
	{"waiting_list_activity", COL_INT, "waiting list tests done"},
	{NULL, COL_TEXT, NULL}};

#define HEADINGS_BEFORE \
	{"Regional Team Code", COL_TEXT, ""}, \
	{"Regional Team Name", COL_TEXT, ""}, \
	{"Provider Code", COL_TEXT, ""}, \
	{"Provider Name", COL_TEXT, ""}, \
	{"Commissioner Code", COL_TEXT, ""}, \
	{"Commissioner Name", COL_TEXT, ""}
#define HEADINGS_AFTER \
	{"Diagnostic ID", COL_INT, ""}, \
	{"Diagnostic Code", COL_TEXT, ""}, \
	{"Diagnostic Test Name", COL_TEXT, ""}, \
	{"Total Waiting List", COL_INT, ""}, \
	{"Number waiting 6+ Weeks", COL_INT, ""}, \
	{"Number waiting 13+ Weeks", COL_INT, ""}, \
	{"Percentage waiting 6+ weeks", COL_PERCENT, ""}, \
	WEEKS(HEADING_WEEK), \
	{"Planned tests / procedures", COL_INT, ""}, \
	{"Unscheduled tests / procedures", COL_INT, ""}, \
	{"Waiting list tests / procedures (excluding planned)", COL_INT, ""}

static const struct column headings[] = {HEADINGS_BEFORE, HEADINGS_AFTER};
static const struct column site_headings[] = {HEADINGS_BEFORE,
	{"Site Code", COL_TEXT, ""}, {"Site Name", COL_TEXT, ""},
	HEADINGS_AFTER};
#define N_OF(list) (sizeof(list) / sizeof((list)[0]))

const struct column *dm01_sheet_columns(struct dm01_sheet *sheet, bool json,
    size_t *n)
{
	sheet->sites = json || sheet->by == DM01_BY_SITE;
	*n = json ? N_OF(dm01_columns) - 1
	    : sheet->sites ? N_OF(site_headings) : N_OF(headings);
	return json ? dm01_columns : sheet->sites ? site_headings : headings;
}

static bool has_whole(const struct dm01_row *rows, size_t n, int test)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].test == test && !rows[i].code.len)
			return true;
	return false;
}

/* Every test has its line, even if nobody waits for it. */
static void keep_rows(struct dm01_sheet *sheet, struct arena *arena,
    const struct dm01_row *rows, size_t n)
{
	sheet->rows = arena_array(arena, struct dm01_row, n + TESTS_DM01);
	sheet->n = 0;
	for (int test = 1; test <= TESTS_DM01; test++) {
		if (!has_whole(rows, n, test))
			sheet->rows[sheet->n++] =
			    (struct dm01_row){.test = test};
		for (size_t i = 0; i < n; i++)
			if (rows[i].test == test)
				sheet->rows[sheet->n++] = rows[i];
	}
}

static void keep_names(struct dm01_sheet *sheet, struct tx *tx,
    struct arena *arena)
{
	size_t n = 0;
	const struct org *orgs = orgs_read(tx, arena, &n);

	if (str_is(sheet->provider, NETWORK_ORG))
		sheet->provider_name = S("Network (all trusts)");
	for (size_t i = 0; i < n; i++) {
		if (str_eq(orgs[i].code, sheet->provider))
			sheet->provider_name = orgs[i].name;
		if (!str_is(orgs[i].kind, "region"))
			continue;
		sheet->region = orgs[i].code;
		sheet->region_name = orgs[i].name;
	}
}

static struct str title_of(struct arena *arena, const struct dm01_ask *ask)
{
	static const char *const months[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};
	struct date date = day_date(ask->day);

	if (period_grain(ask->day) == 'M')
		return arena_printf(arena, "DM01 return of %.*s, %s %d",
		    STR(ask->provider), months[date.month - 1], date.year);
	return arena_printf(arena, "DM01 return of %.*s, week to %d %s %d",
	    STR(ask->provider), date.day, months[date.month - 1], date.year);
}

bool dm01_sheet_read(struct tx *tx, struct arena *arena,
    const struct dm01_ask *ask, struct dm01_sheet *sheet, struct err *err)
{
	size_t n = 0;
	struct dm01_row *rows = dm01_return(tx, arena, ask, &n, err);

	if (!rows)
		return false;
	*sheet = (struct dm01_sheet){
	    .provider = arena_keep(arena, ask->provider), .by = ask->by};
	keep_names(sheet, tx, arena);
	sheet->title = title_of(arena, ask);
	sheet->source = ask->source == 'P'
	    ? S("patient-level pathways, by the clock rules in force")
	    : S("the DM01 return as published by NHS England, Open "
		"Government Licence v3.0");
	keep_rows(sheet, arena, rows, n);
	return true;
}

static void put_text(struct table *table, struct str text)
{
	if (text.len)
		table_text(table, text);
	else
		table_null(table);
}

static void put_part(struct table *table, const struct dm01_sheet *sheet,
    const struct dm01_row *row, enum dm01_by by)
{
	bool here = sheet->by == by;

	put_text(table, here ? row->code : S(""));
	put_text(table, here ? row->name : S(""));
}

static void write_row(struct table *table, const struct dm01_sheet *sheet,
    const struct dm01_row *row)
{
	const struct test *test = test_at(row->test);
	const int64_t *n = row->tally.n;
	int64_t list = tally_waiting(&row->tally, 0);
	int64_t over = tally_waiting(&row->tally, 6);

	put_text(table, sheet->region);
	put_text(table, sheet->region_name);
	put_text(table, sheet->provider);
	put_text(table, sheet->provider_name);
	put_part(table, sheet, row, DM01_BY_COMMISSIONER);
	if (sheet->sites)
		put_part(table, sheet, row, DM01_BY_SITE);
	table_int(table, test->id);
	table_text(table, str_of(test->code));
	table_text(table, str_of(test->name));
	table_int(table, list);
	table_int(table, over);
	table_int(table, tally_waiting(&row->tally, 13));
	table_real(table, list ? 100.0 * (double)over / (double)list : NAN);
	for (int i = 0; i < BANDS; i++)
		table_int(table, n[TALLY_w00 + i]);
	table_int(table, n[TALLY_act_planned]);
	table_int(table, n[TALLY_act_unscheduled]);
	table_int(table, n[TALLY_act_wl]);
}

void dm01_sheet_write(struct table *table, const struct dm01_sheet *sheet)
{
	for (size_t i = 0; i < sheet->n; i++)
		write_row(table, sheet, &sheet->rows[i]);
}
