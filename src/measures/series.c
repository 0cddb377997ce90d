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

static void narrow(struct query *q, const struct tally_ask *ask)
{
	query_add(q, " and grain = $", T(((struct str){&ask->grain, 1})));
	if (strcmp(ask->org, NETWORK_ORG) == 0)
		query_text(q,
		    " and org in (select code from org where kind = 'trust')");
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
	query_text(q, " group by period order by period");
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
	int32_t covered = tally_covered(tx, ask->source);

	query_begin(&q, tx, head);
	query_add(&q, " and period >= $", I(covered));
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

int32_t tally_covered(struct tx *tx, char source)
{
	if (source != 'P')
		return INT32_MIN;
	return (int32_t)db_int(
	    tx, "select value from kept where name = 'covered'");
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
