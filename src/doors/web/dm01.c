/* SPDX-License-Identifier: MIT */
/* dm01.c: the monthly return, in the API's words or as a sheet with the
 * headings of the provider workbook. */
#include "doors/dm01.h"
#include "doors/web/words.h"

/* "2026-03" is the month's last day. */
static bool read_month(struct str text, int32_t *month_end, struct err *err)
{
	struct str rest = text;
	int64_t year, month;

	*month_end = NO_DAY;
	if (str_int(str_cut(&rest, '-'), &year) && str_int(rest, &month) &&
	    year > 1900 && year < 2200)
		*month_end = day_of((int)year, (int)month, 1);
	if (*month_end == NO_DAY)
		return fail(err, ERR_INPUT, "'month' must be like 2026-03");
	*month_end = day_month_end(*month_end);
	return true;
}

static bool read_asked(
    struct request *q, struct dm01_ask *ask, struct err *err)
{
	struct str by = ask_text(q, "by");

	*ask = (struct dm01_ask){.source = ask_source(q),
	    .provider = ask_text(q, "provider"),
	    .day = ask_day(q, "date"),
	    .by = str_is(by, "site")          ? DM01_BY_SITE
		: str_is(by, "commissioner") ? DM01_BY_COMMISSIONER
					     : DM01_WHOLE};
	if (ask_has(q, "month") && ask_has(q, "date"))
		return fail(err, ERR_INPUT,
		    "'month' and 'date' exclude one another");
	if (ask_has(q, "month"))
		return read_month(ask_text(q, "month"), &ask->day, err);
	return ask_has(q, "date") ||
	    fail(err, ERR_INPUT, "'month' or 'date' is missing");
}

void dm01_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	bool json = str_is(ask_text(q, "format"), "json");
	struct dm01_ask ask;
	struct dm01_sheet sheet;
	struct err err = {0};
	size_t n;

	if (read_asked(q, &ask, &err) &&
	    dm01_sheet_read(tx, q->arena, &ask, &sheet, &err)) {
		const struct column *columns =
		    dm01_sheet_columns(&sheet, json, &n);
		if (ask.source == 'P' && house_is_synthetic(q))
			sheet.title = arena_printf(q->arena, "SYNTHETIC %.*s",
			    STR(sheet.title));
		dm01_sheet_write(
		    answer_table(a, sheet.title, sheet.source, columns, n),
		    &sheet);
	} else
		answer_fail(a, &err);
	answer_read(a, tx);
}
