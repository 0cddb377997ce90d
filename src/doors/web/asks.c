/* SPDX-License-Identifier: MIT */
/* asks.c: what was asked, checked against the route's row once, before its
 * handler runs, and given to it by name and type afterwards.
 *
 * A parameter comes from the path when the template has {name}, from the JSON
 * body when its row says ASK_BODY, else from the query.  What the row does
 * not know is refused, so a slip of the pen is not a silent "all". */
#include "doors/web/asks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define SHOWN_MAX 40 /* of a wrong value, in the error */

struct got *asks_got(const struct request *q, size_t place)
{
	return (struct got *)q->notes + place;
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
		    (got->real >= (double)p->low &&
		    got->real <= (double)p->high));
	case ASK_DAY:
		if (text.len != 10 || text.at[4] != '-' ||
		    !day_read(text, &day))
			return false;
		got->number = day;
		return true;
	}
	return false;
}

struct str asks_wanted(struct arena *arena, const struct parameter *p)
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
		    p->name, STR(asks_wanted(arena, p)));
	return fail(err, ERR_INPUT, "'%s' must be %.*s, not '%.*s'", p->name,
	    STR(asks_wanted(arena, p)), STR(text));
}

bool asks_take(struct request *q, size_t i, struct str text, struct err *err)
{
	const struct parameter *p = &q->route->parameters[i];
	struct got *got = asks_got(q, i);

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

bool asks_refuse_name(struct request *q, struct str name, bool of_body,
    struct err *err)
{
	struct str all = names(q, of_body);

	if (name.len > SHOWN_MAX)
		name.len = SHOWN_MAX;
	fail(err, ERR_INPUT, "there is no parameter '%.*s' here", STR(name));
	return all.len ? hint(err, "it takes %.*s", STR(all)) : false;
}

size_t asks_place(const struct route *route, struct str name, bool of_body)
{
	const struct parameter *p = route->parameters;

	for (size_t i = 0; p && p[i].name; i++)
		if (!(p[i].bits & ASK_BODY) == !of_body &&
		    (str_is(name, p[i].name) || !strcmp(p[i].name, "*")))
			return i;
	return SIZE_MAX;
}

bool route_takes_body(const struct route *route)
{
	const struct parameter *p = route->parameters;

	if (route->bits & ROUTE_FILE)
		return true;
	for (; p && p->name; p++)
		if (p->bits & ASK_BODY)
			return true;
	return false;
}

bool asks_take_standards(struct request *q, bool of_body, struct err *err)
{
	const struct parameter *p = q->route->parameters;

	for (size_t i = 0; p && p[i].name; i++) {
		struct got *got = asks_got(q, i);
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
		size_t at = asks_place(q->route, q->values[i].name, false);
		struct str text = q->values[i].value;
		assert(at != SIZE_MAX); /* a row must describe its {names} */
		if (!read_value(&q->route->parameters[at], text,
		    asks_got(q, at))) {
			refuse_value(q->arena, &q->route->parameters[at], text,
			    err);
			return false;
		}
		asks_got(q, at)->sent = true;
	}
	return true;
}

bool asks_check(struct request *q, struct err *err)
{
	size_t n = parameters_n(q->route);

	q->notes = arena_array(q->arena, struct got, n + 1);
	for (size_t i = 0; i < n; i++) {
		asks_got(q, i)->real = NAN;
		asks_got(q, i)->text = S("");
		if (q->route->parameters[i].type == ASK_DAY)
			asks_got(q, i)->number = NO_DAY;
	}
	if (!take_path(q, err))
		return false;
	for (size_t i = 0; i < q->address.asks_n; i++) {
		struct pair *ask = &q->address.asks[i];
		size_t at = asks_place(q->route, ask->name, false);
		if (at == SIZE_MAX)
			return asks_refuse_name(q, ask->name, false, err);
		if (!asks_take(q, at, ask->value, err))
			return false;
	}
	return asks_take_standards(q, false, err);
}

static const struct got *got(const struct request *q, const char *name,
    unsigned types)
{
	const struct parameter *p = q->route->parameters;

	for (size_t i = 0; p && p[i].name; i++)
		if (!strcmp(p[i].name, name)) {
			assert(types & 1u << p[i].type);
			return asks_got(q, i);
		}
	assert(0 && "the route's row has no such parameter");
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
	*days = arena_array(q->arena, int32_t, q->address.asks_n + 1);
	for (size_t i = 0; i < q->address.asks_n; i++)
		if (str_is(q->address.asks[i].name, name) &&
		    day_read(q->address.asks[i].value, &(*days)[n]))
			n++;
	return n;
}

const struct body *ask_file(const struct request *q)
{
	assert(q->takes == BODY_FILE);
	return &q->body;
}
