/* SPDX-License-Identifier: MIT */
/* body.c: a JSON body, read by jansson and checked member by member against
 * the route's row, as the query is. */
#include "doors/web/asks.h"
#include "json/json.h"

#define DEPTH_MAX 32

/* Deep nesting is somebody's trick; jansson would follow it by recursion. */
static bool is_deep(struct str text)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"')
			quoted = true;
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		if (depth > DEPTH_MAX)
			return true;
	}
	return false;
}

static void let_go(void *json)
{
	json_decref(json);
}

/* NULL when it is no JSON object; it is let go with the request. */
static json_t *read_json(struct request *q, struct err *err)
{
	struct str text = q->body.text;
	json_error_t error;
	json_t *body;

	if (is_deep(text)) {
		fail(err, ERR_INPUT, "the body is nested too deeply");
		return NULL;
	}
	body = json_loadb(text.at ? text.at : "", text.len,
	    JSON_REJECT_DUPLICATES, &error);
	if (!body) {
		fail(err, ERR_INPUT, "the body is not JSON: line %d, column %d",
		    error.line, error.column);
		return NULL;
	}
	arena_on_end(q->arena, let_go, body);
	if (json_is_object(body))
		return body;
	fail(err, ERR_INPUT, "the body must be a JSON object");
	return NULL;
}

/* A member as the text that the parameter's reader takes. */
static bool member_text(struct request *q, const struct parameter *p,
    json_t *value, struct str *text)
{
	bool number = p->type == ASK_INT || p->type == ASK_REAL ||
	    p->type == ASK_ID;
	bool whole = number || p->type == ASK_TEXT; /* a test by its number */

	if (json_is_string(value) && (!number || p->type == ASK_ID))
		*text = (struct str){json_string_value(value),
		    json_string_length(value)};
	else if (json_is_integer(value) && whole)
		*text = arena_printf(q->arena, "%lld",
		    (long long)json_integer_value(value));
	else if (json_is_real(value) && p->type == ASK_REAL)
		*text = arena_printf(q->arena, "%.17g", json_real_value(value));
	else if (json_is_boolean(value) && p->type == ASK_FLAG)
		*text = json_is_true(value) ? S("1") : S("0");
	else
		return false;
	return true;
}

static bool take_member(struct request *q, struct str name, json_t *value,
    struct err *err)
{
	size_t at = asks_place(q->route, name, true);
	const struct parameter *p;
	struct got *got;
	struct str text;

	if (at == SIZE_MAX)
		return asks_refuse_name(q, name, true, err);
	p = &q->route->parameters[at];
	got = asks_got(q, at);
	if (json_is_null(value) && (p->bits & ASK_NULL)) {
		got->sent = got->is_null = true;
		return true;
	}
	if (!member_text(q, p, value, &text))
		return fail(err, ERR_INPUT, "'%s' must be %.*s", p->name,
		    STR(asks_wanted(q->arena, p)));
	return asks_take(q, at, text, err);
}

bool asks_check_body(struct request *q, struct err *err)
{
	json_t *body = read_json(q, err), *value;
	const char *name;

	if (!body)
		return false;
	json_object_foreach(body, name, value)
		if (!take_member(q, str_of(name), value, err))
			return false;
	return asks_take_standards(q, true, err);
}
