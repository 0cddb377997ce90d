/* SPDX-License-Identifier: MIT */
/* answer.c: what a handler says, made into something that can be sent.
 *
 *	handler -> out -> [squeeze] -> sink -> made -> one or more connections
 *
 * Nothing is sent before the handler has returned, so an error found late is
 * still an honest status; and the bytes are never copied again: memory or the
 * file goes to libmicrohttpd as it lies. */
#include "http/exchange.h"

#include <string.h>
#include <unistd.h>

#define GZIP_MIN 1024

/* With every answer.  Scripts and styles come from here only, so nothing that
 * a file's row holds can run in the page. */
static const struct {
	const char *name, *value;
} always[] = {
	{"Content-Security-Policy",
	    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
	    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), "
			       "payment=(), usb=(), browsing-topics=()"},
};

struct sending *sending_new(const char *temp, struct squeeze *squeeze)
{
	struct arena arena = {0};
	struct sending *s = arena_new(&arena, struct sending);

	s->squeeze = squeeze;
	s->fd = -1;
	s->arena = arena;
	sink_begin(&s->sink, &s->arena, temp);
	return s;
}

/* What was begun before is given up, with the headers said for it. */
void sending_forget(struct sending *s)
{
	if (s->is_out || s->fd >= 0 || s->has_bytes || s->listener || s->slices)
		s->headers_n = 0;
	if (s->is_out)
		out_end(&s->out, &(struct err){0});
	if (s->fd >= 0)
		close(s->fd);
	sink_drop(&s->sink);
	sink_begin(&s->sink, &s->arena, s->sink.temp);
	s->is_out = s->is_gzip = s->decided = s->has_bytes = false;
	s->fd = -1;
	s->listener = NULL;
	slices_drop(s->slices);
	s->slices = NULL;
}

void sending_drop(struct sending *s)
{
	struct arena arena;

	sending_forget(s);
	arena = s->arena; /* it holds the sending itself */
	arena_end(&arena);
}

static bool may_gzip(const char *type)
{
	static const char *const texts[] = {
	    "text/", "application/json", "application/dicom+json",
	    "application/manifest+json",
	    "application/vnd.oai.openapi+json", "image/svg+xml"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_starts(str_of(type), str_of(texts[i])))
			return true;
	return false;
}

/* The first bytes decide: an answer below 64 KiB comes in one piece. */
static bool flush(void *sending, struct str bytes, struct err *err)
{
	struct sending *s = sending;

	if (!s->decided) {
		s->decided = true;
		s->is_gzip = s->may_gzip && s->squeeze && bytes.len > GZIP_MIN;
		if (s->is_gzip)
			squeeze_begin(s->squeeze);
	}
	if (s->is_gzip)
		return squeeze_put(s->squeeze, bytes, false, &s->sink, err);
	return sink_put(&s->sink, bytes, err);
}

struct out *answer_out(struct answer *a, const char *type)
{
	struct sending *s = a->sending;
	struct exchange *e = (struct exchange *)a->request;

	sending_forget(s);
	a->type = type;
	a->out = &s->out;
	s->is_out = true;
	s->may_gzip = e->gzip && may_gzip(type);
	out_call(&s->out, flush, s);
	return a->out;
}

void answer_header(struct answer *a, const char *name, struct str value)
{
	struct sending *s = a->sending;
	size_t n = sizeof(s->headers) / sizeof(s->headers[0]);

	if (s->headers_n < n)
		s->headers[s->headers_n++] = (struct pair){
		    arena_keep(&s->arena, str_of(name)),
		    arena_keep(&s->arena, value)};
}

struct arena *answer_arena(struct answer *a)
{
	return &a->sending->arena;
}

void answer_file(struct answer *a, int fd, int64_t size, const char *type)
{
	sending_forget(a->sending);
	a->type = type;
	a->out = NULL;
	a->sending->fd = fd;
	a->sending->size = size;
}

void answer_bytes(struct answer *a, struct str bytes, bool is_gzip,
    const char *type)
{
	struct sending *s = a->sending;

	sending_forget(s);
	a->type = type;
	a->out = NULL;
	s->has_bytes = true;
	s->bytes = bytes;
	s->is_gzip = is_gzip;
	s->may_gzip = is_gzip;
}

static bool finish(struct sending *s, struct err *err)
{
	if (!s->is_out)
		return true;
	s->is_out = false;
	if (!out_end(&s->out, err))
		return false;
	return !s->is_gzip ||
	    squeeze_put(s->squeeze, S(""), true, &s->sink, err);
}

static void let_go(void *sending)
{
	sending_drop(sending);
}

/* Memory goes as it lies; the sending is let go with the response. */
static struct MHD_Response *from_memory(struct sending *s)
{
	struct sink *sink = &s->sink;

	if (s->has_bytes)
		return MHD_create_response_from_buffer_with_free_callback_cls(
		    s->bytes.len, (void *)(uintptr_t)s->bytes.at, let_go, s);
	if (sink->pieces_n <= 1)
		return MHD_create_response_from_buffer_with_free_callback_cls(
		    (size_t)sink->size,
		    (void *)(uintptr_t)(sink->pieces_n ?
			sink->pieces[0].iov_base : ""), let_go, s);
	return MHD_create_response_from_iovec(
	    sink->pieces, sink->pieces_n, let_go, s);
}

static struct MHD_Response *from_file(int *fd, int64_t size)
{
	struct MHD_Response *response =
	    MHD_create_response_from_fd64((uint64_t)size, *fd);

	if (response)
		*fd = -1; /* closed with the response */
	return response;
}

static void add(struct MHD_Response *response, const char *name,
    const char *value)
{
	MHD_add_response_header(response, name, value);
}

/* A door may say one of them otherwise. */
static bool is_said(const struct sending *s, const char *name)
{
	for (size_t i = 0; i < s->headers_n; i++)
		if (str_eq_nocase(s->headers[i].name, str_of(name)))
			return true;
	return false;
}

static void add_headers(struct MHD_Response *response, struct answer *a)
{
	struct sending *s = a->sending;

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!is_said(s, always[i].name))
			add(response, always[i].name, always[i].value);
	for (size_t i = 0; i < s->headers_n; i++)
		add(response, s->headers[i].name.at, s->headers[i].value.at);
	if (a->type)
		add(response, "Content-Type", a->type);
	if (s->may_gzip || (a->type && may_gzip(a->type)))
		add(response, "Vary", "Accept-Encoding");
	if (s->is_gzip)
		add(response, "Content-Encoding", "gzip");
}

static struct made *made_new(void)
{
	struct arena arena = {0};
	struct made *made = arena_new(&arena, struct made);

	made->arena = arena;
	atomic_init(&made->holders, 1);
	return made;
}

/* taken: the response lets the sending go; otherwise it is not needed. */
static struct MHD_Response *respond(struct sending *s, struct made *made,
    bool *taken)
{
	*taken = true;
	made->size = -1;
	if (s->listener)
		return listener_response(s->listener, s);
	if (s->slices)
		return slices_response(s->slices, &made->size, taken);
	*taken = s->fd < 0 && s->sink.fd < 0;
	made->size = s->size;
	if (s->fd >= 0)
		return from_file(&s->fd, s->size);
	made->size = s->sink.size;
	if (s->sink.fd >= 0)
		return from_file(&s->sink.fd, s->sink.size);
	if (s->has_bytes)
		made->size = (int64_t)s->bytes.len;
	made->is_small = true;
	return from_memory(s);
}

struct made *made_from(struct answer *a, struct err *err)
{
	struct sending *s = a->sending;
	struct made *made;
	bool taken;

	if (!finish(s, err))
		return NULL;
	made = made_new();
	made->status = a->status;
	made->response = respond(s, made, &taken);
	if (!made->response) {
		made_drop(made);
		fail(err, ERR_BUSY, "could not make the answer: out of room");
		return NULL;
	}
	add_headers(made->response, a);
	if (!taken)
		sending_drop(s); /* the file needs it no longer */
	a->sending = NULL;
	return made;
}

struct made *made_hold(struct made *made)
{
	atomic_fetch_add(&made->holders, 1);
	return made;
}

void made_drop(struct made *made)
{
	struct arena arena;

	if (!made || atomic_fetch_sub(&made->holders, 1) != 1)
		return;
	if (made->response)
		MHD_destroy_response(made->response);
	arena = made->arena;
	arena_end(&arena);
}
