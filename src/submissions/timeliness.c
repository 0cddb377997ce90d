/* SPDX-License-Identifier: MIT */
/* timeliness.c: who has sent what, week by week.
 *
 * WLMDS is due some days after each Sunday.  RIS events should cover each
 * week; whatever file covers its Sunday does, and is due some days after its
 * own period: by the night, the week or the month is for the trust to say.  A
 * DM01 return is due in the week that holds the 21st after its month. */
#include "kinds.h"

#include <string.h>

#define WLMDS_DUE_DAYS 4 /* Thursday, unless the network says otherwise */
#define RIS_DUE_DAYS 2
#define DM01_DUE_DAYS 21

const char *const cell_states[] = {
    "none", "on-time", "late", "missing", "due", "refused"};

static int64_t kept_or(struct tx *tx, struct str name, int64_t otherwise)
{
	struct rows *r =
	    db_ask(tx, "select value from kept where name = $1", T(name));
	int64_t value = rows_next(r) ? rows_int(r, 0) : otherwise;

	rows_end(r);
	return value;
}

int32_t wlmds_due(struct tx *tx, int32_t week)
{
	return week + (int32_t)kept_or(tx, S("wlmds_due_days"), WLMDS_DUE_DAYS);
}

static void fill_taken(struct cell *c, struct rows *r, int32_t due)
{
	int32_t came, after = rows_day(r, 5) + RIS_DUE_DAYS;

	c->submission = rows_int(r, 0);
	c->received_at = rows_time(r, 1);
	c->rows = rows_int(r, 2);
	c->bad = rows_int(r, 3);
	came = time_day(c->received_at);
	if (str_is(rows_text(r, 6), "ris") && after > due)
		due = after;
	c->days_late = came > due ? came - due : 0;
	c->state = c->days_late ? CELL_LATE : CELL_ON_TIME;
	if (rows_int(r, 4) == SUBMISSION_REFUSED)
		c->state = CELL_REFUSED;
}

/* A DM01 file may speak for several trusts, or for England. */
static struct str senders_of(
    struct arena *arena, const char *kind, const char *org)
{
	if (strcmp(kind, "dm01") == 0)
		return arena_printf(arena, "%%%s%%", org);
	return str_of(org);
}

static void fill_covered(
    struct timeliness *row, int weeks, struct rows *r, int32_t due_days)
{
	int32_t from = rows_day(r, 7), to = rows_day(r, 5);

	for (int i = 0; i < weeks; i++) {
		struct cell *c = &row->cells[i];
		if (!c->submission && c->period >= from && c->period <= to)
			fill_taken(c, r, c->period + due_days);
	}
}

/* The first file that covered a day says when it came; a refused one shows
 * only while no other has come.  All of a row's files are walked once. */
static void fill(struct tx *tx, struct arena *arena, struct timeliness *row,
    int32_t first, int weeks, int32_t due_days)
{
	int32_t today = outside_today();
	struct rows *r = db_ask(tx,
	    "select id, received_at, rows_all, rows_bad, state, period_to, "
	    "kind, period_from from submission "
	    "where kind = $1 and (sender like $2 or (kind = 'dm01' "
	    "and sender = 'NHSE')) and period_to >= $3 and period_from <= $4 "
	    "order by case when state = 2 then 1 else 0 end, received_at, id",
	    T(str_of(row->kind)), T(senders_of(arena, row->kind, row->org)),
	    I(first), I(first + 7 * weeks));

	while (rows_next(r))
		fill_covered(row, weeks, r, due_days);
	for (int i = 0; i < weeks; i++) {
		struct cell *c = &row->cells[i];
		if (!c->submission && c->period != NO_DAY)
			c->state = today > c->period + due_days ? CELL_MISSING
								: CELL_DUE;
	}
}

static void judge_rows(struct arena *arena, struct timeliness *row, int weeks)
{
	double *counts = arena_array(arena, double, weeks);
	double low, high;
	size_t n = 0;

	for (int i = 0; i < weeks; i++)
		if (row->cells[i].submission && row->cells[i].rows)
			counts[n++] = (double)row->cells[i].rows;
	usual_rows(arena, counts, n, &low, &high);
	for (int i = 0; i < weeks; i++) {
		struct cell *c = &row->cells[i];
		double rows = (double)c->rows;
		c->usual_low = low;
		c->usual_high = high;
		c->unusual = c->rows && (rows < low || rows > high);
	}
}

/* The day that a week's file must cover: its Sunday; of months, the last day in
 * the week that holds it, and none in the others. */
static int32_t day_of_week(const char *kind, int32_t sunday)
{
	int32_t month_end = day_month_end(sunday - 6);

	if (strcmp(kind, "dm01") != 0)
		return sunday;
	return month_end > sunday ? NO_DAY : month_end;
}

static void fill_row(struct tx *tx, struct arena *arena,
    struct timeliness *row, int32_t last, int weeks)
{
	int32_t due_days = strcmp(row->kind, "wlmds") == 0 ? wlmds_due(tx, 0)
	    : strcmp(row->kind, "ris") == 0                ? RIS_DUE_DAYS
							   : DM01_DUE_DAYS;

	for (int i = 0; i < weeks; i++)
		row->cells[i].period =
		    day_of_week(row->kind, last - 7 * (weeks - 1 - i));
	fill(tx, arena, row, last - 7 * weeks, weeks, due_days);
	if (strcmp(row->kind, "wlmds") == 0)
		judge_rows(arena, row, weeks);
}

struct timeliness *timeliness_make(
    struct tx *tx, struct arena *arena, int32_t last_week, int weeks, size_t *n)
{
	static const char *const row_kinds[] = {"wlmds", "ris", "dm01"};
	struct timeliness *list = arena_array(arena, struct timeliness, 3 * 32);
	struct rows *r = db_ask(tx,
	    "select code, name from org where kind = 'trust' order by sort limit 32");

	for (*n = 0; rows_next(r);) {
		const char *org = arena_cstr(arena, rows_text(r, 0));
		const char *name = arena_cstr(arena, rows_text(r, 1));
		for (int k = 0; k < 3; k++)
			list[(*n)++] =
			    (struct timeliness){org, name, row_kinds[k],
				arena_array(arena, struct cell, weeks)};
	}
	for (size_t i = 0; i < *n; i++)
		fill_row(tx, arena, &list[i], last_week, weeks);
	return list;
}
