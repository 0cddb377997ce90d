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

static int32_t month_end(const struct line *line)
{
	struct arena arena = {0};
	int32_t day = NO_DAY;

	day_read(arena_printf(&arena, "%s-01", option_text(line, "month")),
	    &day);
	arena_end(&arena);
	return day_month_end(day);
}

static bool read_sheet(struct house *house, const struct line *line,
    struct dm01_sheet *sheet, struct err *err)
{
	const char *source = option_text(line, "source");
	struct tx *tx = db_read(house->db);
	bool ok = dm01_sheet_read(tx, line->arena, source ? source[0] : 'P',
	    str_of(option_text(line, "provider")), month_end(line),
	    option_given(line, "by-commissioner"), sheet, err);
	struct err lost = {0};

	if (db_failed(tx, &lost)) {
		*err = lost;
		ok = false;
	}
	db_end(tx);
	if (!ok && err->kind == ERR_MISSING && !err->hint[0])
		hint(err, "--source %s asks for %s", source && source[0] == 'R'
			? "P" : "R",
		    source && source[0] == 'R' ? "pathways"
					       : "returns as published");
	return ok;
}

/* Numbers of patients who do not exist say so, wherever they go. */
static bool mark_synthetic(struct house *house, const struct line *line,
    struct dm01_sheet *sheet, struct err *err)
{
	const char *source = option_text(line, "source");
	struct demo_choices choices;
	enum demo_state state;

	if (!demo_state(house->db, &state, &choices, err))
		return false;
	if (state != DEMO_NONE && (!source || source[0] == 'P'))
		sheet->title = arena_printf(line->arena, "SYNTHETIC %.*s",
		    STR(sheet->title));
	return true;
}

int command_dm01(struct house *house, const struct line *line,
    struct err *err)
{
	struct dm01_sheet sheet;
	struct result result;
	enum table_form form;

	if (!read_form(line, &form, err))
		return ANSWER_USAGE;
	if (!house_open(house, err) ||
	    !read_sheet(house, line, &sheet, err) ||
	    !mark_synthetic(house, line, &sheet, err) ||
	    !result_begin(&result, line, err))
		return ANSWER_NO;
	struct table *table = table_begin(line->arena, form, &result.out,
	    sheet.title, sheet.source,
	    form == TABLE_JSON ? dm01_columns : dm01_headings, dm01_columns_n);

	dm01_sheet_write(table, &sheet);
	if (!table_end(table, err)) {
		result_drop(&result);
		return ANSWER_NO;
	}
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}
