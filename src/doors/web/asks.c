/* SPDX-License-Identifier: MIT */
/* asks.c: what was asked, checked against the route's row once, before its
 * handler runs, and given to it by name and type afterwards.
 *
 * A parameter comes from the path when the template has {name}, from the JSON
 * body when its row says ASK_BODY, else from the query.  What the row does
 * not know is refused, so a slip of the pen is not a silent "all". */
#include "doors/web/routes.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define DEPTH_MAX 32
#define SHOWN_MAX 40 /* of a wrong value, in the error */

struct got { /* one for each parameter of the row, in its order */
	bool sent;
	bool is_null;
	struct str text;
	int64_t number; /* INT, ID, DAY, FLAG */
	double real;
};

struct asked {
	struct got *got;
	json_t *body;
};

static struct asked *asked_of(const struct request *q)
{
	return q->notes;
}

static size_t parameters_n(const struct route *route)
{
	size_t n = 0;

	while (route->parameters && route->parameters[n].name)
		n++;
	return n;
}

static bool in_words(const char *words, struct str word)
{
	struct str rest = str_of(words);

	while (rest.len)
		if (str_eq(str_cut(&rest, '|'), word))
			return true;
	return false;
}

static bool read_flag(struct str text, int64_t *flag)
{
	*flag = in_words("1|true|yes", text);
	return *flag || in_words("0|false|no", text);
}

static int64_t characters(struct str text)
{
	int64_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	return n;
}

static bool within(const struct parameter *p, int64_t n)
{
	return (!p->low && !p->high) || (n >= p->low && n <= p->high);
}

/* Is the text of the parameter's type?  Fills what it says. */
static bool read_value(const struct parameter *p, struct str text,
    struct got *got)
{
	int32_t day = NO_DAY;

	got->text = text;
	switch (p->type) {
	case ASK_TEXT: return within(p, characters(text));
	case ASK_WORD: return in_words(p->words, text);
	case ASK_INT: return str_int(text, &got->number) &&
	    within(p, got->number);
	case ASK_ID: return str_int(text, &got->number) && got->number > 0;
	case ASK_FLAG: return read_flag(text, &got->number);
	case ASK_REAL:
		return str_real(text, &got->real) && ((!p->low && !p->high) ||
		    (got->real >= (double)p->low && got->real <= (double)p->high));
	case ASK_DAY:
		if (text.len != 10 || !day_read(text, &day))
			return false;
		got->number = day;
		return true;
	}
	return false;
}

/* "must be ..." in words. */
static struct str wanted(struct arena *arena, const struct parameter *p)
{
	long long low = (long long)p->low, high = (long long)p->high;
	bool limits = low || high;

	switch (p->type) {
	case ASK_TEXT:
		return limits ? arena_printf(arena,
		    "a text of %lld to %lld characters", low, high) :
		    S("a text");
	case ASK_INT:
	case ASK_REAL:
		return limits ? arena_printf(arena, "a%s number from %lld to %lld",
		    p->type == ASK_INT ? " whole" : "", low, high) :
		    p->type == ASK_INT ? S("a whole number") : S("a number");
	case ASK_ID: return S("the number of something stored");
	case ASK_DAY: return S("a day such as 2026-03-31");
	case ASK_FLAG: return S("1 or 0");
	case ASK_WORD: return arena_printf(arena, "one of %s", p->words);
	}
	return S("something else");
}

static bool refuse_value(struct arena *arena, const struct parameter *p,
    struct str text, struct err *err)
{
	if (text.len > SHOWN_MAX)
		return fail(err, ERR_INPUT, "'%s' must be %.*s, not so long a text",
		    p->name, STR(wanted(arena, p)));
	return fail(err, ERR_INPUT, "'%s' must be %.*s, not '%.*s'", p->name,
	    STR(wanted(arena, p)), STR(text));
}

static bool take(struct request *q, size_t i, struct str text, struct err *err)
{
	const struct parameter *p = &q->route->parameters[i];
	struct got *got = &asked_of(q)->got[i];

	if (got->sent && !(p->bits & ASK_MANY))
		return fail(err, ERR_INPUT, "'%s' is given twice", p->name);
	if (!read_value(p, text, got))
		return refuse_value(q->arena, p, text, err);
	got->sent = true;
	return true;
}

static struct str names(struct request *q, bool of_body)
{
	const struct parameter *p = q->route->parameters;
	struct str all = S("");

	for (; p && p->name; p++)
		if (!(p->bits & ASK_BODY) == !of_body)
			all = arena_printf(q->arena, "%.*s%s%s", STR(all),
			    all.len ? ", " : "", p->name);
	return all;
}

static bool refuse_name(struct request *q, struct str name, bool of_body,
    struct err *err)
{
	struct str all = names(q, of_body);

	if (name.len > SHOWN_MAX)
		name.len = SHOWN_MAX;
	fail(err, ERR_INPUT, "there is no parameter '%.*s' here", STR(name));
	return all.len ? hint(err, "it takes %.*s", STR(all)) : false;
}

/* The row's place of a name; SIZE_MAX when it has none there. */
static size_t place(const struct route *route, struct str name, bool of_body)
{
	const struct parameter *p = route->parameters;

	for (size_t i = 0; p && p[i].name; i++)
		if (!(p[i].bits & ASK_BODY) == !of_body &&
		    str_is(name, p[i].name))
			return i;
	return SIZE_MAX;
}

/* Fills what was left out with its standard value. */
static bool take_standards(struct request *q, bool of_body, struct err *err)
{
	const struct parameter *p = q->route->parameters;

	for (size_t i = 0; p && p[i].name; i++) {
		struct got *got = &asked_of(q)->got[i];
		if (!(p[i].bits & ASK_BODY) != !of_body || got->sent)
			continue;
		if (p[i].bits & ASK_MUST)
			return fail(err, ERR_INPUT, "'%s' is missing: %s",
			    p[i].name, p[i].sentence);
		if (p[i].standard)
			read_value(&p[i], str_of(p[i].standard), got);
	}
	return true;
}

static bool take_path(struct request *q, struct err *err)
{
	for (size_t i = 0; i < VALUES_MAX && q->values[i].name.len; i++) {
		size_t at = place(q->route, q->values[i].name, false);
		struct str text = q->values[i].value;
		assert(at != SIZE_MAX); /* a row must describe its {names} */
		if (!read_value(&q->route->parameters[at], text,
		    &asked_of(q)->got[at])) {
			refuse_value(q->arena, &q->route->parameters[at], text,
			    err);
			return false;
		}
		asked_of(q)->got[at].sent = true;
	}
	return true;
}

bool asks_check(struct request *q, struct err *err)
{
	struct asked *asked = arena_new(q->arena, struct asked);
	size_t n = parameters_n(q->route);

	q->notes = asked;
	asked->got = arena_array(q->arena, struct got, n + 1);
	for (size_t i = 0; i < n; i++) {
		asked->got[i].real = NAN;
		asked->got[i].text = S("");
		if (q->route->parameters[i].type == ASK_DAY)
			asked->got[i].number = NO_DAY;
	}
	if (!take_path(q, err))
		return false;
	for (size_t i = 0; i < q->target.asks_n; i++) {
		struct pair *ask = &q->target.asks[i];
		size_t at = place(q->route, ask->name, false);
		if (at == SIZE_MAX)
			return refuse_name(q, ask->name, false, err);
		if (!take(q, at, ask->value, err))
			return false;
	}
	return take_standards(q, false, err);
}

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

static bool read_json(struct request *q, struct err *err)
{
	struct str text = q->body.text;
	json_error_t error;
	json_t *body;

	if (is_deep(text))
		return fail(err, ERR_INPUT, "the body is nested too deeply");
	body = json_loadb(text.at ? text.at : "", text.len,
	    JSON_REJECT_DUPLICATES, &error);
	if (!body)
		return fail(err, ERR_INPUT,
		    "the body is not JSON: line %d, column %d", error.line,
		    error.column);
	arena_on_end(q->arena, let_go, body);
	asked_of(q)->body = body;
	return json_is_object(body) ||
	    fail(err, ERR_INPUT, "the body must be a JSON object");
}

/* A member as the text that the parameter's reader takes. */
static bool member_text(struct request *q, const struct parameter *p,
    json_t *value, struct str *text)
{
	bool number = p->type == ASK_INT || p->type == ASK_REAL ||
	    p->type == ASK_ID;

	if (json_is_string(value) && (!number || p->type == ASK_ID))
		*text = (struct str){json_string_value(value),
		    json_string_length(value)};
	else if (json_is_integer(value) && number)
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
	size_t at = place(q->route, name, true);
	const struct parameter *p = &q->route->parameters[at];
	struct got *got = at == SIZE_MAX ? NULL : &asked_of(q)->got[at];
	struct str text;

	if (!got)
		return refuse_name(q, name, true, err);
	if (json_is_null(value) && (p->bits & ASK_NULL)) {
		got->sent = got->is_null = true;
		return true;
	}
	if (!member_text(q, p, value, &text))
		return fail(err, ERR_INPUT, "'%s' must be %.*s", p->name,
		    STR(wanted(q->arena, p)));
	return take(q, at, text, err);
}

bool asks_check_body(struct request *q, struct err *err)
{
	struct asked *asked = asked_of(q);
	const char *name;
	json_t *value;

	if (!read_json(q, err))
		return false;
	json_object_foreach(asked->body, name, value)
		if (!take_member(q, str_of(name), value, err))
			return false;
	return take_standards(q, true, err);
}

static const struct got *got(const struct request *q, const char *name,
    unsigned types)
{
	const struct parameter *p = q->route->parameters;

	for (size_t i = 0; p && p[i].name; i++)
		if (!strcmp(p[i].name, name)) {
			assert(types & 1u << p[i].type);
			return &asked_of(q)->got[i];
		}
	assert(!"the route's row has this parameter");
	return NULL;
}

#define OF(type) (1u << ASK_##type)

bool ask_has(const struct request *q, const char *name)
{
	const struct got *g = got(q, name, ~0u);

	return g->sent && !g->is_null;
}

struct str ask_text(const struct request *q, const char *name)
{
	return got(q, name, ~0u)->text;
}

int64_t ask_int(const struct request *q, const char *name)
{
	return got(q, name, OF(INT) | OF(ID))->number;
}

double ask_real(const struct request *q, const char *name)
{
	return got(q, name, OF(REAL))->real;
}

int32_t ask_day(const struct request *q, const char *name)
{
	return (int32_t)got(q, name, OF(DAY))->number;
}

bool ask_flag(const struct request *q, const char *name)
{
	return got(q, name, OF(FLAG))->number;
}

size_t ask_days(const struct request *q, const char *name, int32_t **days)
{
	size_t n = 0;

	got(q, name, OF(DAY));
	*days = arena_array(q->arena, int32_t, q->target.asks_n + 1);
	for (size_t i = 0; i < q->target.asks_n; i++)
		if (str_is(q->target.asks[i].name, name) &&
		    day_read(q->target.asks[i].value, &(*days)[n]))
			n++;
	return n;
}

const json_t *ask_json(const struct request *q)
{
	return asked_of(q)->body;
}

const struct body *ask_file(const struct request *q)
{
	assert(q->takes == BODY_FILE);
	return &q->body;
}
