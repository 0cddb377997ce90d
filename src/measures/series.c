/* SPDX-License-Identifier: MIT */
/* series.c: counts read back: sums over what was asked for, by period. */
#include "measures.h"

#include <string.h>

/* "w00" -> "sum(w00)": numbers come as integers on both databases. */
#define X(name, sentence) ", cast(sum(" #name ") as bigint)"
static const char head[] = "select period"
#include "tally.def"
			   " from tally where 1 = 1";
#undef X

/* A list, not a range, so that each is one short walk of the table. */
#define ALL_TESTS \
	" and test in (-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)"

#define TRUSTS " and org in (select code from org where kind = 'trust')"

/* The source's rows of all tests of the trusts between from and to. */
static void narrow_spoken(struct query *q, const struct tally_ask *ask)
{
	query_add(q, " where source = $", T(((struct str){&ask->source, 1})));
	query_add(q, " and grain = $", T(((struct str){&ask->grain, 1})));
	query_text(q, TRUSTS ALL_TESTS
	    " and site = 0 and commissioner = 0" TALLY_COVERED);
	query_add(q, " and period >= $", I(ask->from));
	query_add(q, " and period <= $", I(ask->to));
}

/* A sum that lacks a trust would look like an improvement. */
static void narrow_whole(struct query *q, const struct tally_ask *ask)
{
	query_text(q, TRUSTS " and period in (select period from tally");
	narrow_spoken(q, ask);
	query_text(q,
	    " group by period having count(distinct org) = "
	    "(select count(distinct org) from tally");
	narrow_spoken(q, ask);
	query_text(q, "))");
}

static void narrow(struct query *q, const struct tally_ask *ask)
{
	query_add(q, " and grain = $", T(((struct str){&ask->grain, 1})));
	if (strcmp(ask->org, NETWORK_ORG) == 0)
		narrow_whole(q, ask);
	else
		query_add(q, " and org = $", T(str_of(ask->org)));
	if (ask->test)
		query_add(q, " and test = $", I(ask->test));
	else
		query_text(q, ALL_TESTS);
	query_add(q, " and site = $", I(ask->site));
	query_add(q, " and commissioner = $", I(ask->commissioner));
	query_add(q, " and period >= $", I(ask->from));
	query_add(q, " and period <= $", I(ask->to));
	query_text(q, TALLY_COVERED " group by period order by period");
}

static void read_row(struct rows *r, struct tally_row *row)
{
	row->period = (int32_t)rows_int(r, 0);
	for (int i = 0; i < TALLY_COLUMNS; i++)
		row->tally.n[i] = rows_int(r, i + 1);
}

struct tally_row *tally_series(
    struct tx *tx, struct arena *arena, const struct tally_ask *ask, size_t *n)
{
	struct query q;
	struct tally_row *list = NULL;
	size_t size = 0;

	*n = 0;
	query_begin(&q, tx, head);
	query_add(&q, " and source = $", T(((struct str){&ask->source, 1})));
	narrow(&q, ask);
	struct rows *r = query_ask(tx, &q);
	while (rows_next(r)) {
		if (*n == size) {
			size = size ? 2 * size : 128;
			struct tally_row *more =
			    arena_array(arena, struct tally_row, size);
			if (*n)
				memcpy(more, list, *n * sizeof *list);
			list = more;
		}
		read_row(r, &list[(*n)++]);
	}
	return list;
}

int32_t tally_covered(struct tx *tx, char source, struct str org)
{
	if (source != 'P')
		return INT32_MIN;
	if (str_is(org, NETWORK_ORG))
		return (int32_t)db_int(tx,
		    "select coalesce(max(k.value), 0) from kept k join org o "
		    "on k.name = 'covered ' || o.code where o.kind = 'trust'");
	return (int32_t)db_int(tx,
	    "select coalesce(max(value), 0) from kept "
	    "where name = 'covered ' || cast($1 as text)",
	    T(org));
}

bool tally_counted(
    struct tx *tx, char source, struct str org, int32_t day, struct err *err)
{
	if (source != 'P')
		return true;
	int64_t last =
	    db_int(tx, "select value from kept where name = 'census'");
	int32_t first = tally_covered(tx, source, org);

	if (last && day > last)
		return fail(err, ERR_MISSING,
		    "pathways are counted up to %s, not yet for %s",
		    day_text((int32_t)last).at, day_text(day).at);
	if (day < first)
		return fail(err, ERR_MISSING,
		    "pathways are complete from %s on, not for %s",
		    day_text(first).at, day_text(day).at);
	return true;
}

/* The last entry of each trust's and test's own walk: the table has no other
 * order, and needs none.  What lies ahead is a period that has only begun. */
int32_t tally_latest(struct tx *tx, char source, char grain)
{
	int32_t latest = NO_DAY;

	for (int test = TEST_NONE; test <= TESTS_DM01; test++) {
		struct rows *r = db_ask(tx,
		    "select max((select max(period) from tally where source = $1 "
		    "and grain = $2 and org = o.code and test = $3 and site = 0 "
		    "and commissioner = 0 and period <= $4)) "
		    "from org o where o.kind = 'trust'",
		    T(((struct str){&source, 1})), T(((struct str){&grain, 1})),
		    I(test), I(outside_today()));
		int32_t day = rows_next(r) ? rows_day(r, 0) : NO_DAY;
		rows_end(r);
		latest = day > latest ? day : latest;
	}
	return latest;
}

char period_grain(int32_t day)
{
	if (day == NO_DAY)
		return 0;
	if (day_month_end(day) == day)
		return 'M';
	return day_sunday_on_or_after(day) == day ? 'S' : 0;
}

int64_t tally_waiting(const struct tally *t, int from_band)
{
	int64_t sum = 0;

	for (int i = from_band; i < BANDS; i++)
		sum += t->n[TALLY_w00 + i];
	return sum;
}
