/* SPDX-License-Identifier: MIT */
/* fuzz_asks.c: any bytes as a query (up to the first zero) and as the JSON
 * body (behind it), for each route in turn.  What is taken must be of the
 * type that the route's row says. */
#include "doors/web/asks.c"

static void check(const struct request *q, bool of_body)
{
	const struct parameter *p = q->route->parameters;

	for (size_t i = 0; p && p[i].name; i++) {
		const struct got *g = asks_got(q, i);
		if (!(p[i].bits & ASK_BODY) != !of_body || !g->sent ||
		    g->is_null)
			continue;
		assert(str_is_utf8(g->text));
		if (p[i].type == ASK_INT)
			assert(within(&p[i], g->number));
		if (p[i].type == ASK_REAL)
			assert(isfinite(g->real));
		if (p[i].type == ASK_ID)
			assert(g->number > 0);
		if (p[i].type == ASK_DAY)
			assert(g->number != NO_DAY);
		if (p[i].type == ASK_WORD)
			assert(in_words(p[i].words, g->text));
	}
}

static void try(struct arena *arena, const struct route *route,
    struct str query, struct str body)
{
	struct request q = {.arena = arena, .route = route};
	struct err err = {0}, body_err = {0};
	struct str sent = arena_printf(arena, "%s?%.*s", route->path,
	    STR(query));

	if (!address_read(arena, sent, &q.address, &err) ||
	    !address_match(&q.address, route->path, q.values))
		return;
	for (size_t i = 0; i < VALUES_MAX && q.values[i].name.len; i++)
		q.values[i].value = S("17");
	if (!asks_check(&q, &err)) {
		assert(err.kind == ERR_INPUT && err.text[0]);
		return;
	}
	check(&q, false);
	q.body.text = body;
	if (route->method != POST || route->bits & ROUTE_FILE)
		return;
	if (asks_check_body(&q, &body_err))
		check(&q, true);
	else
		assert(body_err.kind == ERR_INPUT && body_err.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct str body = {(const char *)at, size};
	struct str query = str_cut(&body, '\0');

	for (size_t i = 0; i < routes_count; i++) {
		struct arena arena = {0};
		try(&arena, &routes[i], query, body);
		arena_end(&arena);
	}
	return 0;
}
