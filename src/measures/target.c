/* SPDX-License-Identifier: MIT */
/* target.c: what was aimed at, from which day, set by whom and why. */
#include "measures.h"

#include <math.h>
#include <string.h>

static void read_target(struct arena *arena, struct rows *r, struct target *t)
{
	t->id = rows_int(r, 0);
	t->org = arena_keep(arena, rows_text(r, 1));
	t->test = (int)rows_int(r, 2);
	t->trajectory = rows_int(r, 3);
	t->from = rows_day(r, 4);
	t->value = rows_real(r, 5);
	t->set_by = arena_keep(arena, rows_text(r, 6));
	t->reason = arena_keep(arena, rows_text(r, 7));
	t->made_at = rows_time(r, 8);
	t->measure = arena_keep(arena, rows_text(r, 9));
}

/* Those for this very organisation and test come after the general ones, so
 * that on the same day the nearer one holds. */
struct target *targets_for(struct tx *tx, struct arena *arena,
    struct str measure, struct str org, int test, size_t *n)
{
	int64_t most = db_int(
	    tx, "select count(*) from target where measure = $1", T(measure));
	struct target *list = arena_array(arena, struct target, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, org, test, trajectory, from_day, value, set_by, reason, "
	    "       made_at, measure "
	    "from target where measure = $1 and (org = $2 or org = '*') "
	    "and (test = $3 or test = 0) "
	    "order by from_day, case when org = '*' then 0 else 1 end, "
	    "         case when test = 0 then 0 else 1 end, made_at limit $4",
	    T(measure), T(org), I(test), I(most));

	*n = 0;
	while (rows_next(r))
		read_target(arena, r, &list[(*n)++]);
	return list;
}

struct target *targets_all(struct tx *tx, struct arena *arena, size_t *n)
{
	int64_t most = db_int(tx, "select count(*) from target");
	struct target *list = arena_array(arena, struct target, most + 1);
	struct rows *r = db_ask(tx,
	    "select id, org, test, trajectory, from_day, value, set_by, reason, "
	    "       made_at, measure from target "
	    "order by measure, org, test, trajectory, from_day, made_at limit $1",
	    I(most));

	*n = 0;
	while (rows_next(r))
		read_target(arena, r, &list[(*n)++]);
	return list;
}

double target_on(
    const struct target *targets, size_t n, int32_t day, bool trajectory)
{
	double value = (double)NAN;

	for (size_t i = 0; i < n; i++) {
		const struct target *t = &targets[i];
		bool holds = trajectory ? t->from == day : t->from <= day;
		if (t->trajectory == trajectory && holds)
			value = t->value;
	}
	return value;
}

static bool is_said(struct str text, const char *name, struct err *err)
{
	if (!str_trim(text).len)
		return fail(err, ERR_INPUT, "%s is missing", name);
	if (text.len > 2000)
		return fail(
		    err, ERR_INPUT, "%s is longer than 2000 bytes", name);
	return true;
}

bool target_check(const struct target *t, struct err *err)
{
	if (!measure_find(t->measure))
		return fail(err, ERR_INPUT, "measure \"%.*s\" is not known",
		    STR(t->measure));
	if (t->from == NO_DAY)
		return fail(
		    err, ERR_INPUT, "the day from which it holds is missing");
	if (!isfinite(t->value))
		return fail(err, ERR_INPUT, "the value is not a number");
	return is_said(t->set_by, "who set it", err) &&
	    is_said(t->reason, "the reason", err);
}

bool target_add(struct tx *tx, const struct target *t, struct err *err)
{
	if (!target_check(t, err))
		return false;
	db_run(tx,
	    "insert into target (id, measure, org, test, trajectory, from_day, "
	    "value, set_by, reason, made_at, submission) "
	    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
	    I(outside_id()), T(t->measure), T(t->org), I(t->test),
	    I(t->trajectory), I(t->from), R(t->value), T(t->set_by),
	    T(t->reason), I(outside_now()),
	    t->submission ? I(t->submission) : N);
	if (!t->submission) /* a file's own entry speaks for all its rows */
		journal_add(tx, S("target.set"), t->measure, t->set_by,
		    (struct str){0});
	return true;
}
