/* SPDX-License-Identifier: MIT */
/* exchange.c: one request from its first line to its answer's last byte.
 *
 *	connection's thread                         a worker
 *	exchange_begin  the request line
 *	exchange_go     the head: door.head -----.
 *	                the body, if it has one  |
 *	                sleep -------------------|--> door.work
 *	                woken <------------------|--- an answer is made
 *	                the answer is queued <---'    (or another's is shared)
 *	exchange_end    the last byte, or the asker went away
 *
 * While its connection sleeps only the worker touches an exchange. */
#include "http/exchange.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#define DRAIN_MAX (INT64_C(4) << 20) /* read past, so that a refusal arrives */

struct str request_header(const struct request *q, const char *name)
{
	const struct exchange *e = (const struct exchange *)q;

	return str_of(MHD_lookup_connection_value(e->connection,
	    MHD_HEADER_KIND, name));
}

bool request_stopping(const struct request *q)
{
	return atomic_load(&((const struct exchange *)q)->http->stopping);
}

struct http *request_server(const struct request *q)
{
	return ((const struct exchange *)q)->http;
}

void *exchange_begin(void *http, const char *uri,
    struct MHD_Connection *connection)
{
	struct arena arena = {0};
	struct exchange *e = arena_new(&arena, struct exchange);

	e->arena = arena;
	e->http = http;
	e->connection = connection;
	e->caller = caller_of(connection);
	e->q.sent = arena_keep(&e->arena, str_of(uri));
	e->q.arena = e->a.arena = &e->arena;
	e->q.with = e->http->door.with;
	e->q.body.fd = -1;
	e->q.begun = outside_ticks();
	e->a.request = &e->q;
	e->a.status = 200;
	caller_head(e->caller);
	return e;
}

static void count(struct exchange *e, int by)
{
	struct http *http = e->http;

	pthread_mutex_lock(&http->lock);
	http->in_flight += by;
	e->counted = by > 0;
	if (!http->in_flight)
		pthread_cond_broadcast(&http->moved);
	pthread_mutex_unlock(&http->lock);
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **exchange,
    enum MHD_RequestTerminationCode how)
{
	struct exchange *e = *exchange;
	struct arena arena;

	(void)cls;
	(void)connection;
	(void)how;
	if (!e)
		return;
	*exchange = NULL;
	if (e->status && e->http->door.done)
		e->http->door.done(&e->q, e->status,
		    outside_ticks() - e->q.begun);
	if (e->a.sending)
		sending_drop(e->a.sending);
	made_drop(e->made);
	if (e->hasher)
		hasher_end(e->hasher);
	if (e->q.body.fd >= 0)
		close(e->q.body.fd);
	caller_idle(e->caller);
	if (e->counted)
		count(e, -1);
	arena = e->arena; /* it holds the exchange itself */
	arena_end(&arena);
}

static void refuse(struct exchange *e, int status, const struct err *err)
{
	if (e->a.sending)
		sending_drop(e->a.sending);
	e->a.sending = sending_new(e->http->temp, NULL);
	e->http->door.refuse(&e->a, status, err);
}

/* The answer said so far becomes one that can go.  What cannot be made
 * becomes an error, which always can. */
static struct made *make(struct exchange *e)
{
	struct err err = {0};
	struct made *made = made_from(&e->a, &err);

	if (made)
		return made;
	refuse(e, err.kind == ERR_BUSY ? 503 : 500, &err);
	made = made_from(&e->a, &err);
	assert(made); /* only without memory, which ends the process */
	return made;
}

static enum MHD_Result queue(struct exchange *e)
{
	enum MHD_Result ok;

	if (!e->made)
		e->made = make(e);
	e->stage = STAGE_SENT;
	e->status = e->made->status;
	if (e->made->size >= 0)
		caller_moves(e->caller, e->made->size);
	else
		caller_free(e->caller);
	ok = MHD_queue_response(e->connection, (unsigned)e->made->status,
	    e->made->response);
	made_drop(e->made);
	e->made = NULL;
	return ok;
}

/* The sleeping connection wakes to its answer, and so do those who wait for
 * the same. */
static void finish(struct exchange *e)
{
	e->made = make(e);
	if (e->shared)
		share_made(e->http->share, e, e->made);
	MHD_resume_connection(e->connection);
}

void exchange_work(struct exchange *e, struct squeeze *squeeze)
{
	e->a.sending = sending_new(e->http->temp, squeeze);
	e->http->door.work(&e->q, &e->a);
	finish(e);
}

static enum MHD_Result hand_over(struct exchange *e)
{
	struct err err = {0};

	e->stage = STAGE_WORK;
	caller_free(e->caller);
	if (e->q.key.len && e->http->share)
		switch (share_ask(e->http->share, e)) {
		case SHARE_READY: return queue(e);
		case SHARE_WAIT: return MHD_YES;
		case SHARE_MAKE: break;
		}
	MHD_suspend_connection(e->connection);
	if (!workers_add(e->http->workers, e)) {
		fail(&err, ERR_BUSY, "the server is stopping");
		refuse(e, 503, &err);
		finish(e);
	}
	return MHD_YES;
}

/* The size that the body says it has; -1: chunked, 0: none, -2: nonsense. */
static int64_t body_size(struct exchange *e)
{
	struct str size = request_header(&e->q, "Content-Length");
	struct str coding = request_header(&e->q, "Transfer-Encoding");
	int64_t n = 0;

	if (coding.len)
		return size.len ? -2 : -1; /* both: a smuggler's trick */
	if (size.len && (!str_int(size, &n) || n < 0))
		return -2;
	return n;
}

/* An answer before the body has come.  A small body is read past, so that
 * the connection lives and the asker hears; a large one is cut off. */
static enum MHD_Result answer_early(struct exchange *e, int64_t size)
{
	bool waits = str_eq_nocase(request_header(&e->q, "Expect"),
	    S("100-continue"));

	if (size == 0)
		return queue(e);
	if (size < 0 || size > DRAIN_MAX || waits) {
		answer_header(&e->a, "Connection", S("close"));
		return queue(e);
	}
	e->stage = STAGE_DRAIN;
	caller_moves(e->caller, size);
	return MHD_YES;
}

static enum MHD_Result refuse_early(struct exchange *e, int status,
    int64_t size, const struct err *err)
{
	refuse(e, status, err);
	return answer_early(e, size);
}

static bool body_begin(struct exchange *e, int64_t size, struct err *err)
{
	struct request *q = &e->q;

	if (q->takes == BODY_FILE) {
		q->body.fd = temp_open(q->body_folder ? q->body_folder :
		    e->http->temp, err);
		if (!q->unhashed)
			e->hasher = hasher_begin();
		return q->body.fd >= 0;
	}
	e->body_room = size > 0 ? (size_t)size : 4096;
	q->body.text.at = arena_alloc(&e->arena, e->body_room + 1);
	return true;
}

static void body_text(struct exchange *e, struct str bytes)
{
	struct str *text = &e->q.body.text;
	char *at = (char *)(uintptr_t)text->at;

	if (text->len + bytes.len > e->body_room) {
		while (text->len + bytes.len > e->body_room)
			e->body_room *= 2;
		at = arena_alloc(&e->arena, e->body_room + 1);
		memcpy(at, text->at, text->len);
		text->at = at;
	}
	memcpy(at + text->len, bytes.at, bytes.len);
	text->len += bytes.len;
}

static enum MHD_Result body_more(struct exchange *e, struct str bytes)
{
	struct request *q = &e->q;

	q->body.size += (int64_t)bytes.len;
	caller_moves(e->caller, (int64_t)bytes.len);
	if (e->body_err.kind == ERR_NONE && q->body.size > q->body_limit)
		fail(&e->body_err, ERR_INPUT,
		    "the body is larger than %lld bytes",
		    (long long)q->body_limit);
	if (e->body_err.kind != ERR_NONE) {
		e->drained += (int64_t)bytes.len;
		return e->drained > DRAIN_MAX ? MHD_NO : MHD_YES;
	}
	if (q->takes == BODY_TEXT)
		body_text(e, bytes);
	else if (write_whole(q->body.fd, bytes, &e->body_err) && e->hasher)
		hasher_add(e->hasher, bytes);
	return MHD_YES;
}

static enum MHD_Result body_done(struct exchange *e)
{
	int status = e->body_err.kind == ERR_INPUT ? 413 :
	    e->body_err.kind == ERR_BUSY ? 503 : 500;

	if (e->body_err.kind != ERR_NONE) {
		refuse(e, status, &e->body_err);
		return queue(e);
	}
	if (e->hasher) {
		e->q.body.sha256 = hasher_end(e->hasher);
		e->hasher = NULL;
	}
	if (e->q.body.fd >= 0)
		lseek(e->q.body.fd, 0, SEEK_SET);
	return hand_over(e);
}

static enum method method_of(const char *name)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = {{"GET", GET}, {"HEAD", GET}, {"POST", POST},
	    {"PUT", PUT}, {"DELETE", DELETE},
	    {"OPTIONS", OPTIONS}};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(name, methods[i].name))
			return methods[i].method;
	return METHOD_OTHER;
}

/* What is wrong with the head as such; the status to say so, or 0. */
static int head_trouble(struct exchange *e, int64_t size, struct err *err)
{
	if (atomic_load(&e->http->stopping)) {
		fail(err, ERR_BUSY, "the server is stopping");
		return 503;
	}
	if (size == -2 || (size != 0 && e->q.method == GET)) {
		fail(err, ERR_INPUT, "the request has a body that cannot be");
		return 400;
	}
	if (!address_read(&e->arena, e->q.sent, &e->q.address, err))
		return 400;
	return 0;
}

static enum MHD_Result head(struct exchange *e, const char *method,
    int64_t size)
{
	struct err err = {0};
	int trouble;

	count(e, 1);
	caller_free(e->caller);
	e->q.method = method_of(method);
	e->gzip = accepts_gzip(request_header(&e->q, "Accept-Encoding"));
	trouble = head_trouble(e, size, &err);
	if (trouble)
		return refuse_early(e, trouble, size, &err);
	e->a.sending = sending_new(e->http->temp, NULL);
	if (e->http->door.head(&e->q, &e->a) == HTTP_SEND)
		return answer_early(e, size);
	sending_drop(e->a.sending);
	e->a.sending = NULL;
	if (e->q.takes == BODY_NONE && size == 0)
		return hand_over(e);
	if (e->q.takes == BODY_NONE || size > e->q.body_limit) {
		fail(&err, ERR_INPUT, "the body is larger than %lld bytes",
		    (long long)(e->q.takes ? e->q.body_limit : 0));
		return refuse_early(e, 413, size, &err);
	}
	if (!body_begin(e, size, &err))
		return refuse_early(e, err.kind == ERR_BUSY ? 503 : 500, size,
		    &err);
	e->stage = STAGE_BODY;
	caller_moves(e->caller, 0);
	return MHD_YES;
}

/* The library ends a connection whose answer is there before the request is
 * whole; so a request without a body is looked at when it calls once more. */
static enum MHD_Result head_first(struct exchange *e, const char *method)
{
	int64_t size = body_size(e);

	if (size)
		return head(e, method, size);
	e->stage = STAGE_WHOLE;
	return MHD_YES;
}

enum MHD_Result exchange_go(void *http, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version, const char *data,
    size_t *size, void **exchange)
{
	struct exchange *e = *exchange;
	struct str bytes = {data, *size};
	enum MHD_Result result = MHD_YES;

	(void)http;
	(void)connection;
	(void)url;
	(void)version;
	*size = 0;
	switch (e->stage) {
	case STAGE_HEAD: return head_first(e, method);
	case STAGE_WHOLE: return head(e, method, 0);
	case STAGE_BODY:
		return bytes.len ? body_more(e, bytes) : body_done(e);
	case STAGE_DRAIN:
		caller_moves(e->caller, (int64_t)bytes.len);
		return bytes.len ? MHD_YES : queue(e);
	case STAGE_WORK: return queue(e);
	case STAGE_SENT: break;
	}
	return result;
}
