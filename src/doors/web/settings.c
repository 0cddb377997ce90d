/* SPDX-License-Identifier: MIT */
/* settings.c: how the program runs, as a table.  Only read here: settings are
 * given when it starts.  A password in the database's address is not shown. */
#include "doors/web/routes.h"

#include <string.h>

const struct column settings_columns[] = {
	{"name", COL_TEXT, "what it is called in the file, with -- before it "
			   "on the command line"},
	{"value", COL_TEXT, "what holds now"},
	{"standard", COL_TEXT, "what holds when it is not given"},
	{"type", COL_TEXT, "INT, TEXT or FLAG"},
	{"low", COL_INT, "lowest value; only of numbers"},
	{"high", COL_INT, "highest value; only of numbers"},
	{"sentence", COL_TEXT, "what it does"},
	{0}};

/* "postgres://user:secret@host/name" -> "postgres://user:...@host/name" */
static struct str without_password(struct arena *arena, struct str value)
{
	struct str rest = value, head;
	const char *at;

	at = memmem(value.at, value.len, "://", 3);
	if (!at || !memchr(value.at, '@', value.len))
		return value;
	rest.at = at + 3;
	rest.len = value.len - (size_t)(rest.at - value.at);
	head = str_cut(&rest, '@');
	at = memchr(head.at, ':', head.len);
	if (!at)
		return value;
	return arena_printf(arena, "%.*s:...@%.*s", (int)(at - value.at),
	    value.at, STR(rest));
}

void settings_get(struct request *q, struct answer *a)
{
	struct table *t = answer_table(a, S("Settings"), S(""),
	    settings_columns, 0);

	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_list[i];
		struct str value = settings_value(&q->house->settings,
		    q->arena, i);
		table_text(t, str_of(s->name));
		table_text(t, without_password(q->arena, value));
		table_text(t, str_of(s->standard));
		table_text(t, str_of(s->type));
		if (s->low || s->high) {
			table_int(t, s->low);
			table_int(t, s->high);
		} else {
			table_null(t);
			table_null(t);
		}
		table_text(t, str_of(s->sentence));
	}
}
