/* SPDX-License-Identifier: MIT */
/* shape.c: the shapes and columns of schemas.c as JSON Schema 2020-12. */
#include "doors/web/openapi.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MEMBERS_MAX 64

void json_pair(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, str_of(text));
}

void schema_reference(struct json *j, struct str name)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "#/components/schemas/%.*s",
	    STR(name));

	assert(n > 0 && (size_t)n < sizeof(text));
	json_key(j, "$ref");
	json_text(j, (struct str){text, (size_t)n});
}

/* "type": a JSON type, or it and null. */
void schema_type(struct json *j, const char *type, bool nullable)
{
	json_key(j, "type");
	if (!nullable) {
		json_text(j, str_of(type));
		return;
	}
	json_array(j);
	json_text(j, str_of(type));
	json_text(j, S("null"));
	json_array_end(j);
}

static const struct {
	const char *word, *type, *format;
} words[] = {
	{"text", "string", NULL},
	{"int", "integer", "int64"},
	{"real", "number", "double"},
	{"day", "string", "date"},
	{"time", "string", "date-time"},
	{"flag", "boolean", NULL},
	{"id", "string", NULL},
};

bool schema_word(struct json *j, struct str word, bool nullable)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_is(word, words[i].word))
			continue;
		schema_type(j, words[i].type, nullable);
		if (words[i].format)
			json_pair(j, "format", words[i].format);
		if (str_is(word, "id"))
			json_pair(j, "pattern", "^[0-9]+$");
		return true;
	}
	return str_is(word, "any");
}

/* Shapes: a reader by recursion over what schemas.c explains. */
static void shape(struct json *j, struct str *rest);

static char look(const struct str *rest)
{
	return rest->len ? rest->at[0] : '\0';
}

static bool take(struct str *rest, char mark)
{
	if (look(rest) != mark)
		return false;
	rest->at++;
	rest->len--;
	return true;
}

static struct str take_word(struct str *rest)
{
	struct str word = {rest->at, 0};

	while (rest->len && !strchr("{}[]():,?", rest->at[0])) {
		word.len++;
		rest->at++;
		rest->len--;
	}
	assert(word.len); /* a shape is a literal of ours */
	return word;
}

/* Is the part that begins here followed by "?"  Marks come in pairs. */
static bool is_nullable(struct str rest)
{
	int depth = 0;

	while (rest.len) {
		char c = rest.at[0];
		if (depth == 0 && strchr(",}]?", c))
			return c == '?';
		depth += c == '{' || c == '[' || c == '(';
		depth -= c == '}' || c == ']' || c == ')';
		take(&rest, c);
	}
	return false;
}

static void put_names(struct json *j, const char *key, const struct str *names,
    size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		json_text(j, names[i]);
	json_array_end(j);
}

/* Members up to the closing mark; all are always there. */
static void members(struct json *j, struct str *rest)
{
	struct str names[MEMBERS_MAX];
	size_t n = 0;

	json_key(j, "properties");
	json_object(j);
	while (look(rest) && look(rest) != '}') {
		char key[64];
		assert(n < MEMBERS_MAX);
		names[n] = take_word(rest);
		snprintf(key, sizeof(key), "%.*s", STR(names[n]));
		n++;
		json_key(j, key);
		json_object(j);
		take(rest, ':');
		shape(j, rest);
		json_object_end(j);
		take(rest, ',');
	}
	json_object_end(j);
	put_names(j, "required", names, n);
}

static void other_schema(struct json *j, struct str name, bool nullable)
{
	if (!nullable) {
		schema_reference(j, name);
		return;
	}
	json_key(j, "anyOf");
	json_array(j);
	json_object(j);
	schema_reference(j, name);
	json_object_end(j);
	json_object(j);
	schema_type(j, "null", false);
	json_object_end(j);
	json_array_end(j);
}

static void one_of(struct json *j, struct str *rest, bool nullable)
{
	struct str list = str_cut(rest, ')');

	schema_type(j, "string", nullable);
	json_key(j, "enum");
	json_array(j);
	while (list.len)
		json_text(j, str_cut(&list, '|'));
	if (nullable)
		json_null(j);
	json_array_end(j);
}

static void shape(struct json *j, struct str *rest)
{
	bool nullable = is_nullable(*rest);

	if (take(rest, '{')) {
		schema_type(j, "object", nullable);
		members(j, rest);
		take(rest, '}');
	} else if (take(rest, '[')) {
		schema_type(j, "array", nullable);
		json_key(j, "items");
		json_object(j);
		shape(j, rest);
		json_object_end(j);
		take(rest, ']');
	} else if (take(rest, '(')) {
		one_of(j, rest, nullable);
	} else {
		struct str word = take_word(rest);
		if (!schema_word(j, word, nullable))
			other_schema(j, word, nullable);
	}
	take(rest, '?');
}

/* A column's cells may be null: what is not known is not made up. */
static void column_schema(struct json *j, const struct column *column)
{
	static const char *const type[] = {
	    [COL_TEXT] = "text", [COL_INT] = "int", [COL_REAL] = "real",
	    [COL_PERCENT] = "real", [COL_DAY] = "day", [COL_TIME] = "time",
	    [COL_BOOL] = "flag", [COL_ID] = "id"};

	json_key(j, column->name);
	json_object(j);
	schema_word(j, str_of(type[column->type]), true);
	if (column->sentence && *column->sentence)
		json_pair(j, "description", column->sentence);
	json_object_end(j);
}

static void table_rows(struct json *j, const struct column *columns)
{
	json_key(j, "rows");
	json_object(j);
	schema_type(j, "array", false);
	json_key(j, "items");
	json_object(j);
	schema_type(j, "object", false);
	json_key(j, "properties");
	json_object(j);
	for (const struct column *c = columns; c->name; c++)
		column_schema(j, c);
	json_object_end(j);
	json_key(j, "required");
	json_array(j);
	for (const struct column *c = columns; c->name; c++)
		json_text(j, str_of(c->name));
	json_array_end(j);
	json_object_end(j);
	json_object_end(j);
}

static void table_schema(struct json *j, const struct schema *s)
{
	struct str head = S("{title:text,source:text,made_at:time}");
	struct str facts = str_of(s->shape);

	json_key(j, "allOf");
	json_array(j);
	json_object(j);
	shape(j, &head);
	json_object_end(j);
	if (facts.len) {
		json_object(j);
		shape(j, &facts);
		json_object_end(j);
	}
	json_object(j);
	schema_type(j, "object", false);
	json_key(j, "properties");
	json_object(j);
	table_rows(j, s->columns);
	json_object_end(j);
	put_names(j, "required", &S("rows"), 1);
	json_object_end(j);
	json_array_end(j);
}

void schemas_write(struct json *j)
{
	for (const struct schema *s = schemas; s->name; s++) {
		struct str text = str_of(s->shape);
		if (s->type)
			continue; /* not JSON */
		json_key(j, s->name);
		json_object(j);
		json_pair(j, "description", s->sentence);
		if (s->columns)
			table_schema(j, s);
		else
			shape(j, &text);
		json_object_end(j);
	}
}
