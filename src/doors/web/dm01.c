/* SPDX-License-Identifier: MIT */
/* dm01.c: the monthly return, in the API's words or as a sheet with the
 * headings of the provider workbook. */
#include "doors/dm01.h"
#include "doors/web/words.h"

/* "2026-03" is the month's last day. */
static bool read_month(struct request *q, int32_t *month_end, struct err *err)
{
	struct str text = ask_text(q, "month");
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

void dm01_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	bool json = str_is(ask_text(q, "format"), "json");
	struct dm01_sheet sheet;
	struct err err = {0};
	int32_t month_end;

	if (read_month(q, &month_end, &err) &&
	    dm01_sheet_read(tx, q->arena, ask_source(q),
		ask_text(q, "provider"), month_end,
		ask_flag(q, "commissioners"), &sheet, &err))
		dm01_sheet_write(
		    answer_table(a, sheet.title, sheet.source,
			json ? dm01_columns : dm01_headings, dm01_columns_n),
		    &sheet);
	else
		answer_fail(a, &err);
	answer_read(a, tx);
}
