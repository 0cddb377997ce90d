/* SPDX-License-Identifier: MIT */
/* openapi.c: the API described (OpenAPI 3.1), from routes.c and schemas.c,
 * which are also what checks and answers: so it cannot disagree with them. */
#include "doors/web/openapi.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void words_list(struct json *j, struct str words)
{
	json_key(j, "enum");
	json_array(j);
	while (words.len)
		json_text(j, str_cut(&words, '|'));
	json_array_end(j);
}

static void limits(struct json *j, const struct parameter *p)
{
	if (!p->low && !p->high)
		return;
	json_key(j, p->type == ASK_TEXT ? "minLength" : "minimum");
	json_int(j, p->low);
	json_key(j, p->type == ASK_TEXT ? "maxLength" : "maximum");
	json_int(j, p->high);
}

static void standard(struct json *j, const struct parameter *p)
{
	int64_t number;
	double real;

	if (!p->standard)
		return;
	json_key(j, "default");
	if (p->type == ASK_INT && str_int(str_of(p->standard), &number))
		json_int(j, number);
	else if (p->type == ASK_REAL && str_real(str_of(p->standard), &real))
		json_real(j, real);
	else if (p->type == ASK_FLAG)
		json_bool(j, !strcmp(p->standard, "1"));
	else
		json_text(j, str_of(p->standard));
}

static void one_value(struct json *j, const struct parameter *p)
{
	static const char *const type[] = {
	    [ASK_TEXT] = "text", [ASK_INT] = "int", [ASK_ID] = "id",
	    [ASK_REAL] = "real", [ASK_DAY] = "day", [ASK_FLAG] = "flag",
	    [ASK_WORD] = "text"};

	schema_word(j, str_of(type[p->type]), p->bits & ASK_NULL);
	if (p->type == ASK_WORD)
		words_list(j, str_of(p->words));
	limits(j, p);
	standard(j, p);
}

static void value_schema(struct json *j, const struct parameter *p)
{
	json_object(j);
	if (!strcmp(p->name, "*")) { /* names of the asker's choice */
		schema_type(j, "object", false);
		json_key(j, "additionalProperties");
		json_object(j);
		one_value(j, p);
		json_object_end(j);
	} else if (p->bits & ASK_MANY) {
		schema_type(j, "array", false);
		json_key(j, "items");
		json_object(j);
		one_value(j, p);
		json_object_end(j);
	} else
		one_value(j, p);
	json_object_end(j);
}

static bool in_path(const struct route *route, const char *name)
{
	char text[64];

	snprintf(text, sizeof(text), "{%s}", name);
	return strstr(route->path, text) != NULL;
}

static void put_parameters(struct json *j, const struct route *route)
{
	const struct parameter *p = route->parameters;

	json_key(j, "parameters");
	json_array(j);
	for (; p && p->name; p++) {
		if (p->bits & ASK_BODY)
			continue;
		bool path = in_path(route, p->name);
		json_object(j);
		bool any = !strcmp(p->name, "*");
		json_pair(j, "name", any ? "attributes" : p->name);
		json_pair(j, "in", path ? "path" : "query");
		json_pair(j, "description", p->sentence);
		json_key(j, "required");
		json_bool(j, path || p->bits & ASK_MUST);
		json_key(j, "schema");
		value_schema(j, p);
		json_object_end(j);
	}
	json_array_end(j);
}

static void body_schema(struct json *j, const struct route *route)
{
	const struct parameter *p;

	schema_type(j, "object", false);
	json_key(j, "properties");
	json_object(j);
	for (p = route->parameters; p && p->name; p++)
		if (p->bits & ASK_BODY) {
			json_key(j, p->name);
			value_schema(j, p);
		}
	json_object_end(j);
	json_key(j, "required");
	json_array(j);
	for (p = route->parameters; p && p->name; p++)
		if (p->bits & ASK_BODY && p->bits & ASK_MUST)
			json_text(j, str_of(p->name));
	json_array_end(j);
	json_key(j, "additionalProperties");
	json_bool(j, false);
}

static void put_body(struct json *j, const struct route *route)
{
	bool file = route->bits & ROUTE_FILE;

	if (!route_takes_body(route))
		return;
	json_key(j, "requestBody");
	json_object(j);
	json_key(j, "required");
	json_bool(j, true);
	json_key(j, "content");
	json_object(j);
	json_key(j, file ? "application/octet-stream" : "application/json");
	json_object(j);
	if (!file) {
		json_key(j, "schema");
		json_object(j);
		body_schema(j, route);
		json_object_end(j);
	}
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

static void json_content(struct json *j, const char *schema)
{
	json_key(j, "application/json");
	json_object(j);
	json_key(j, "schema");
	json_object(j);
	schema_reference(j, str_of(schema));
	json_object_end(j);
	json_object_end(j);
}

static void put_content(struct json *j, const struct schema *s)
{
	json_key(j, "content");
	json_object(j);
	if (s->type) {
		json_key(j, s->type);
		json_object(j);
		json_object_end(j);
	} else
		json_content(j, s->name);
	if (s->columns) {
		json_key(j, "text/csv");
		json_object(j);
		json_object_end(j);
		json_key(j, table_form_type(TABLE_XLSX));
		json_object(j);
		json_object_end(j);
	}
	json_object_end(j);
}

static void put_answers(struct json *j, const struct route *route)
{
	const struct schema *s = schema_find(route->answer);

	assert(s); /* every row names its schema */
	json_key(j, "responses");
	json_object(j);
	json_key(j, route->bits & ROUTE_MADE ? "201" : "200");
	json_object(j);
	json_pair(j, "description", s->sentence);
	put_content(j, s);
	json_object_end(j);
	if (route->bits & ROUTE_KEPT) {
		json_key(j, "304");
		json_object(j);
		json_pair(j, "description", "the asker has it already");
		json_object_end(j);
	}
	json_key(j, "default");
	json_object(j);
	json_pair(j, "$ref", "#/components/responses/Error");
	json_object_end(j);
	json_object_end(j);
}

static const char *method_word(const struct route *route)
{
	switch (route->method) {
	case GET: return "get";
	case POST: return "post";
	case PUT: return "put";
	case DELETE: return "delete";
	case OPTIONS: return "options";
	case METHOD_OTHER: break;
	}
	return "trace";
}

/* A name for generated programs: the method and the path's words. */
static void operation_id(struct json *j, const struct route *route)
{
	char id[160];
	size_t n = 0;
	const char *word = method_word(route);

	for (; *word; word++)
		id[n++] = *word;
	for (const char *c = route->path; *c && n < sizeof(id) - 1; c++)
		if (*c == '/' || *c == '{')
			n -= id[n - 1] == '_', id[n++] = '_';
		else if (*c != '}')
			id[n++] = *c;
	json_key(j, "operationId");
	json_text(j, (struct str){id, n});
}

static void put_operation(struct json *j, const struct route *route)
{
	json_key(j, method_word(route));
	json_object(j);
	operation_id(j, route);
	json_pair(j, "summary", route->sentence);
	put_parameters(j, route);
	put_body(j, route);
	put_answers(j, route);
	json_object_end(j);
}

/* One path holds all of its methods; the first row of it writes them. */
static void put_paths(struct json *j)
{
	for (size_t i = 0; i < routes_count; i++) {
		bool done = false;
		for (size_t k = 0; k < i; k++)
			done |= !strcmp(routes[k].path, routes[i].path);
		if (done)
			continue;
		json_key(j, routes[i].path);
		json_object(j);
		for (size_t k = i; k < routes_count; k++)
			if (!strcmp(routes[k].path, routes[i].path))
				put_operation(j, &routes[k]);
		json_object_end(j);
	}
}

static void put_info(struct json *j)
{
	json_key(j, "info");
	json_object(j);
	json_pair(j, "title", "Ribble");
	json_pair(j, "version", RIBBLE_VERSION);
	json_pair(j, "description",
	    "Diagnostic waits of a network. Days are 2026-03-31, times "
	    "2026-03-31T09:30:00Z. An answer with an ETag stays true until "
	    "something is stored or the day ends: ask with If-None-Match.");
	json_key(j, "license");
	json_object(j);
	json_pair(j, "name", "MIT");
	json_pair(j, "identifier", "MIT");
	json_object_end(j);
	json_object_end(j);
}

static void put_components(struct json *j)
{
	json_key(j, "components");
	json_object(j);
	json_key(j, "schemas");
	json_object(j);
	schemas_write(j);
	json_object_end(j);
	json_key(j, "responses");
	json_object(j);
	json_key(j, "Error");
	json_object(j);
	json_pair(j, "description", "400 it cannot be understood; 403 not "
	    "allowed; 404 not here; 409 things have moved on; 413 too large; "
	    "500 our fault; 503 later, after Retry-After seconds");
	json_key(j, "content");
	json_object(j);
	json_content(j, "Error");
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

void openapi_write(struct json *j)
{
	json_object(j);
	json_pair(j, "openapi", "3.1.0");
	put_info(j);
	json_key(j, "servers");
	json_array(j);
	json_object(j);
	json_pair(j, "url", "/");
	json_object_end(j);
	json_array_end(j);
	json_key(j, "paths");
	json_object(j);
	put_paths(j);
	json_object_end(j);
	put_components(j);
	json_object_end(j);
}

void openapi_get(struct request *q, struct answer *a)
{
	(void)q;
	openapi_write(answer_json(a));
}
