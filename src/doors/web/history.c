/* SPDX-License-Identifier: MIT */
/* history.c: a study's story: what people decided about it, and what was
 * found wrong with it, with the reasons that the journal kept. */
#include "archive/archive.h"
#include "doors/web/handler.h"
#include "json/json.h"

const struct column study_history_columns[] = {
    {"at", COL_TIME, "when"}, {"kind", COL_TEXT, "what, as in the journal"},
    {"who", COL_TEXT, "a name, or the program's part"},
    {"why", COL_TEXT, "the reason that was given; or empty"},
    {NULL, COL_TEXT, NULL}};

static struct str reason_of(struct arena *arena, struct str detail)
{
	json_t *object = json_loadb(detail.at, detail.len, 0, NULL);
	const char *why = json_string_value(json_object_get(object, "why"));
	struct str text = why ? arena_keep(arena, str_of(why)) : S("");

	json_decref(object);
	return text;
}

void study_history_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("History of a study"), S(""), study_history_columns, 0);
	struct rows *rows = decisions_each(tx, ask_text(q, "uid"));

	while (rows_next(rows)) {
		table_time(t, rows_time(rows, 0));
		table_text(t, rows_text(rows, 1));
		table_text(t, rows_text(rows, 2));
		table_text(t, reason_of(q->arena, rows_text(rows, 3)));
	}
	answer_read(a, tx);
}
