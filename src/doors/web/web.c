/* SPDX-License-Identifier: MIT */
/* web.c: from a request to the function of its row, and the web door's life.
 *
 * On the connection's thread, without touching the database: the row is
 * found, the parameters are checked, and who has the answer already is told
 * so (304).  The tag of an answer is made of where the journal stands, the
 * day, what was asked and this start of the program; so it changes when
 * anything that the answer could show has changed. */
#include "doors/web/routes.h"

#include <stdio.h>
#include <string.h>

#define BODY_TEXT_MAX (INT64_C(1) << 20)
#define MIB (INT64_C(1) << 20)

struct web *web_of(const struct request *q)
{
	return q->with;
}

size_t route_index(const struct route *route)
{
	return route ? (size_t)(route - routes) : routes_count;
}

static enum http_next refuse(struct answer *a, int status, enum err_kind kind,
    const char *text)
{
	struct err err = {0};

	fail(&err, kind, "%s", text);
	answer_refuse(a, status, &err);
	return HTTP_SEND;
}

static const struct {
	enum method method;
	const char *name;
} method_names[] = {
	{GET, "GET, HEAD"}, {POST, "POST"}, {PUT, "PUT"}, {DELETE, "DELETE"},
	{OPTIONS, "OPTIONS"}};

/* Finds the row; otherwise says which methods its path has. */
static const struct route *find(struct request *q, unsigned *allowed)
{
	*allowed = 0;
	for (size_t i = 0; i < routes_count; i++) {
		struct pair values[VALUES_MAX] = {0};
		if (!address_match(&q->address, routes[i].path, values))
			continue;
		*allowed |= routes[i].method;
		if (routes[i].method != q->method)
			continue;
		memcpy(q->values, values, sizeof(values));
		return &routes[i];
	}
	return NULL;
}

static enum http_next wrong_method(struct request *q, struct answer *a,
    unsigned allowed)
{
	struct str list = S("");

	for (size_t i = 0; i < sizeof(method_names) / sizeof(method_names[0]);
	    i++)
		if (allowed & method_names[i].method)
			list = arena_printf(q->arena, "%.*s%s%s", STR(list),
			    list.len ? ", " : "", method_names[i].name);
	refuse(a, 405, ERR_INPUT, "this address does not take that method");
	answer_header(a, "Allow", list);
	return HTTP_SEND;
}

static bool is_api(const struct request *q)
{
	static const char *const words[] = {
	    "api", "dicom-web", "wado", "metrics", "healthz", "readyz"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(q->address.segments[0], words[i]))
			return true;
	return false;
}

/* A page of another site must not act in a user's name.  Browsers say where a
 * request comes from; programs say nothing, and may. */
static bool is_foreign(const struct request *q)
{
	struct str site = request_header(q, "Sec-Fetch-Site");
	struct str origin = request_header(q, "Origin"), scheme = S("://");

	if (site.len)
		return !str_is(site, "same-origin") && !str_is(site, "none");
	if (!origin.len)
		return false;
	const char *at = memmem(origin.at, origin.len, scheme.at, scheme.len);
	if (!at)
		return true;
	at += scheme.len;
	return !str_eq_nocase(request_header(q, "Host"),
	    (struct str){at, origin.len - (size_t)(at - origin.at)});
}

static const char *etag_make(struct request *q, int32_t today)
{
	struct web *web = web_of(q);
	struct out text;
	const char *etag;

	out_memory(&text);
	out_printf(&text, "%lld %lld %d ", (long long)web->started_at,
	    (long long)q->version, today);
	out_put(&text, q->sent);
	struct str all = out_str(&text);
	unsigned long long hash = hash64(all.at, all.len);
	etag = arena_printf(q->arena, "W/\"%016llx\"", hash).at;
	out_end(&text, &(struct err){0});
	return etag;
}

/* Where the journal and the day stand; true when the asker has the answer. */
static bool is_known(struct request *q, struct answer *a)
{
	int32_t today = outside_today();

	q->version = journal_last(q->house->db);
	q->key = arena_printf(q->arena, "%d %.*s", today, STR(q->sent));
	return answer_known(a, etag_make(q, today));
}

static bool is_export(struct request *q)
{
	for (size_t i = 0; i < q->address.asks_n; i++)
		if (str_is(q->address.asks[i].name, "format") &&
		    !str_is(q->address.asks[i].value, "json"))
			return true;
	return false;
}

static enum http_next to_worker(struct request *q)
{
	const struct settings *settings = &q->house->settings;
	bool file = q->route->bits & ROUTE_FILE;
	bool stow = q->route->bits & ROUTE_STOW;

	q->is_long = (q->route->bits & ROUTE_LONG) || is_export(q);
	if (!route_takes_body(q->route))
		return HTTP_WORK;
	q->takes = file ? BODY_FILE : BODY_TEXT;
	q->body_limit = stow ? settings->stow_limit_mib * MIB :
	    file ? settings->upload_limit_mib * MIB : BODY_TEXT_MAX;
	q->unhashed = stow;
	q->body_folder = stow ? settings->archive : NULL;
	return HTTP_WORK;
}

/* What a request that changes something must bring besides its parameters. */
static bool may_act(struct request *q, struct answer *a)
{
	struct str type = request_header(q, "Content-Type");

	if (is_foreign(q)) {
		refuse(a, 403, ERR_REFUSED,
		    "a page of another site may not do this");
		return false;
	}
	type = str_trim(str_cut(&type, ';'));
	if (q->route->bits & ROUTE_FILE || !route_takes_body(q->route) ||
	    str_eq_nocase(type, S("application/json")))
		return true;
	refuse(a, 415, ERR_INPUT,
	    "the body must be sent as Content-Type: application/json");
	return false;
}

static enum http_next head(struct request *q, struct answer *a)
{
	struct err err = {0};
	unsigned allowed;

	q->house = web_of(q)->house;
	q->route = find(q, &allowed);
	if (!q->route && allowed)
		return wrong_method(q, a, allowed);
	if (!q->route && is_api(q))
		return refuse(a, 404, ERR_MISSING, "there is no such address");
	if (!q->route && q->method != GET)
		return wrong_method(q, a, GET);
	if (!q->route) {
		page_get(q, a);
		return HTTP_SEND;
	}
	if (!asks_check(q, &err)) {
		answer_fail(a, &err);
		return HTTP_SEND;
	}
	if (q->method != GET && !may_act(q, a))
		return HTTP_SEND;
	if (q->route->bits & ROUTE_KEPT && is_known(q, a))
		return HTTP_SEND;
	if (q->route->bits & ROUTE_QUICK) {
		q->route->act(q, a);
		return HTTP_SEND;
	}
	if (q->route->bits & ROUTE_STOW && !stow_may(q, a))
		return HTTP_SEND;
	return to_worker(q);
}

static void work(struct request *q, struct answer *a)
{
	struct err err = {0};

	if (q->takes == BODY_TEXT && !asks_check_body(q, &err)) {
		answer_fail(a, &err);
		return;
	}
	if (q->route->bits & ROUTE_MADE)
		a->status = 201;
	q->route->act(q, a);
	answer_finish(q, a);
	if (a->status >= 300)
		return;
	if (q->etag)
		answer_header(a, "ETag", str_of(q->etag));
	answer_header(a, "Cache-Control",
	    q->etag ? S("no-cache") : S("no-store"));
}

/* The address as it was asked for may name a patient, so only its row is told. */
static void done(const struct request *q, int status, int64_t took_us)
{
	log_line(LOG_DEBUG, "web", "route=\"%s\" status=%d us=%lld",
	    q->route ? q->route->path : "", status, (long long)took_us);
	metrics_count(q->with, q, status, took_us);
}

static void web_free(struct web *web)
{
	struct arena arena;

	pthread_mutex_destroy(&web->lock);
	arena = web->arena; /* it holds the web itself */
	arena_end(&arena);
}

struct web *web_start(struct house *house, bool synthetic, struct err *err)
{
	struct arena arena = {0};
	struct web *web = arena_new(&arena, struct web);
	const struct settings *settings = &house->settings;
	struct http_door door = {web, head, work, answer_refuse, done};
	struct http_options options = {settings->web_address, settings->files,
	    settings->web_port, settings->web_threads,
	    settings->answer_cache_mib * MIB};

	web->house = house;
	web->synthetic = synthetic;
	web->started_at = outside_now();
	web->counts = arena_array(&arena, struct route_count, routes_count + 1);
	web->files_seen = metrics_new(&arena);
	web->arena = arena;
	pthread_mutex_init(&web->lock, NULL);
	web->http = http_start(&door, &options, err);
	if (!web->http) {
		web_free(web);
		return NULL;
	}
	web->follower = follower_start(web, err);
	if (web->follower)
		return web;
	web_stop(web);
	return NULL;
}

int64_t web_port(const struct web *web)
{
	return http_port(web->http);
}

void web_loading(struct web *web, const char *what, int64_t done_so_far,
    int64_t total)
{
	pthread_mutex_lock(&web->lock);
	snprintf(web->loading, sizeof(web->loading), "%s", what ? what : "");
	web->loading_done = done_so_far;
	web->loading_total = total;
	pthread_mutex_unlock(&web->lock);
}

bool web_stop(struct web *web)
{
	http_refuse(web->http);
	if (web->follower)
		follower_stop(web->follower);
	web->follower = NULL;
	if (!http_stop(web->http, web->house->settings.stop_seconds))
		return false;
	web_free(web);
	return true;
}
