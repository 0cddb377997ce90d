/* SPDX-License-Identifier: MIT */
/* json.c: a table as the API's JSON: facts beside "rows", a row an object. */
#include "table/form.h"

struct json_form {
	struct json json;
};

static struct json *json_of(struct table *t)
{
	return &((struct json_form *)t->own)->json;
}

static void begin(struct table *t)
{
	struct json_form *own = arena_new(t->arena, struct json_form);

	own->json.out = t->out;
	t->own = own;
	json_object(&own->json);
	json_key(&own->json, "title");
	json_text(&own->json, t->title);
	json_key(&own->json, "source");
	json_text(&own->json, t->source);
	json_key(&own->json, "made_at");
	json_text(&own->json, str_of(time_text(t->made_at).at));
}

static void fact(struct table *t, const char *key, const struct cell *cell)
{
	struct json *j = json_of(t);

	json_key(j, key);
	if (cell->kind == CELL_INT)
		json_int(j, cell->number);
	else
		json_text(j, cell->text);
}

static void head(struct table *t)
{
	json_key(json_of(t), "rows");
	json_array(json_of(t));
}

static void put_cell(struct table *t, const struct column *column,
    const struct cell *cell)
{
	struct json *j = json_of(t);
	struct cell_text text;

	if (t->at == 0)
		json_object(j);
	json_key(j, column->name);
	if (cell->kind == CELL_NULL)
		json_null(j);
	else if (cell->kind == CELL_INT && column->type != COL_ID)
		json_int(j, cell->number);
	else if (cell->kind == CELL_REAL)
		json_real(j, cell->real);
	else if (cell->kind == CELL_BOOL)
		json_bool(j, cell->number);
	else
		json_text(j, cell_text(cell, &text));
}

static void row_end(struct table *t)
{
	json_object_end(json_of(t));
}

static void end(struct table *t)
{
	json_array_end(json_of(t));
	json_object_end(json_of(t));
}

const struct form form_json = {
	"json", "application/json", begin, fact, head, put_cell, row_end, end};
