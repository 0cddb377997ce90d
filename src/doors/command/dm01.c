/* SPDX-License-Identifier: MIT */
/* dm01.c: a trust's DM01 return, from what is stored. */
#include "doors/dm01.h"
#include "doors/command/line.h"
#include "doors/command/loader.h"
#include <string.h>
#include <unistd.h>

static bool read_form(const struct line *line, enum table_form *form,
    struct err *err)
{
	static const char *const words[] = {"json", "csv", "xlsx"};
	int given = 0;

	*form = TABLE_PLAIN;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (option_given(line, words[i])) {
			table_form_read(str_of(words[i]), form);
			given++;
		}
	if (given > 1)
		return fail(err, ERR_INPUT,
		    "--json, --csv and --xlsx exclude one another");
	if (*form != TABLE_XLSX || option_text(line, "output") ||
	    !isatty(STDOUT_FILENO))
		return true;
	fail(err, ERR_INPUT, "a workbook is not for a terminal");
	return hint(err, "name a file with --output");
}

/* A month's last day, or the day itself. */
static bool read_ask(const struct line *line, struct dm01_ask *ask,
    struct err *err)
{
	const char *month = option_text(line, "month");
	const char *source = option_text(line, "source");
	const char *by = option_text(line, "by");

	*ask = (struct dm01_ask){.source = source ? source[0] : 'P',
	    .provider = str_of(option_text(line, "provider")),
	    .day = option_day(line, "date"),
	    .by = !by ? DM01_WHOLE
		: by[0] == 's' ? DM01_BY_SITE : DM01_BY_COMMISSIONER};
	if (option_given(line, "date") == option_given(line, "month")) {
		fail(err, ERR_INPUT, "one of --month and --date is needed");
		return hint(err, "`ribble help dm01` says more");
	}
	if (month)
		day_read(arena_printf(line->arena, "%s-01", month), &ask->day);
	if (month)
		ask->day = day_month_end(ask->day);
	return true;
}

static bool read_sheet(struct house *house, const struct line *line,
    const struct dm01_ask *ask, struct dm01_sheet *sheet, struct err *err)
{
	struct tx *tx = db_read(house->db);
	bool ok = dm01_sheet_read(tx, line->arena, ask, sheet, err);
	struct err lost = {0};

	if (db_failed(tx, &lost)) {
		*err = lost;
		ok = false;
	}
	db_end(tx);
	if (!ok && err->kind == ERR_MISSING && !err->hint[0])
		hint(err, "--source %s asks for %s",
		    ask->source == 'R' ? "P" : "R",
		    ask->source == 'R' ? "pathways" : "returns as published");
	return ok;
}

/* Numbers of patients who do not exist say so, wherever they go. */
static bool mark_synthetic(struct house *house, const struct line *line,
    char source, struct dm01_sheet *sheet, struct err *err)
{
	struct demo_choices choices;
	enum demo_state state;

	if (!demo_state(house->db, &state, &choices, err))
		return false;
	if (state != DEMO_NONE && source == 'P')
		sheet->title = arena_printf(line->arena, "SYNTHETIC %.*s",
		    STR(sheet->title));
	return true;
}

int command_dm01(struct house *house, const struct line *line,
    struct err *err)
{
	struct dm01_ask ask;
	struct dm01_sheet sheet;
	struct result result;
	enum table_form form;
	size_t n;

	if (!read_form(line, &form, err) || !read_ask(line, &ask, err))
		return ANSWER_USAGE;
	if (!house_open(house, err))
		return ANSWER_NO;
	if (!read_sheet(house, line, &ask, &sheet, err))
		return err->kind == ERR_INPUT ? ANSWER_USAGE : ANSWER_NO;
	if (!mark_synthetic(house, line, ask.source, &sheet, err) ||
	    !result_begin(&result, line, err))
		return ANSWER_NO;
	const struct column *columns =
	    dm01_sheet_columns(&sheet, form == TABLE_JSON, &n);
	struct table *table = table_begin(line->arena, form, &result.out,
	    sheet.title, sheet.source, columns, n);

	dm01_sheet_write(table, &sheet);
	if (!table_end(table, err)) {
		result_drop(&result);
		return ANSWER_NO;
	}
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}
