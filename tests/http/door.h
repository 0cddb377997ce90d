/* SPDX-License-Identifier: MIT */
/* door.h: a small door for tests of the server: what each address does can be
 * read here.  For tests only. */
#pragma once
#include "client.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static struct http *server;
static atomic_int made_n, done_n, in_work, most_in_work;
static _Atomic int64_t version = 1;
static atomic_bool gate_open;

static inline bool at(const struct request *q, const char *word)
{
	return str_is(q->address.segments[0], word);
}

static inline int64_t number_asked(const struct request *q, const char *name)
{
	int64_t n = 0;

	for (size_t i = 0; i < q->address.asks_n; i++)
		if (str_is(q->address.asks[i].name, name))
			str_int(q->address.asks[i].value, &n);
	return n;
}

static inline void door_refuse(struct answer *a, int status,
    const struct err *err)
{
	struct out *out = answer_out(a, "text/plain");

	a->status = status;
	out_printf(out, "refused: %s", err->text);
}

static inline enum http_next door_head(struct request *q, struct answer *a)
{
	if (at(q, "quick")) {
		out_put(answer_out(a, "text/plain"), S("at once"));
		return HTTP_SEND;
	}
	if (at(q, "bytes")) {
		answer_bytes(a, S("kept bytes"), false, "text/plain");
		answer_header(a, "ETag", S("\"e\""));
		return HTTP_SEND;
	}
	if (at(q, "refuse")) {
		struct err err = {.text = "no"};
		door_refuse(a, 403, &err);
		return HTTP_SEND;
	}
	q->is_long = at(q, "long");
	if (at(q, "text")) {
		q->takes = BODY_TEXT;
		q->body_limit = 1000;
	}
	if (at(q, "file")) {
		q->takes = BODY_FILE;
		q->body_limit = INT64_C(100) << 20;
	}
	if (at(q, "kept")) {
		q->key = q->sent;
		q->version = atomic_load(&version);
	}
	return HTTP_WORK;
}

static inline void pause_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* Lines of one kind of text, so that they compress and can be checked. */
static inline void write_lines(struct out *out, int64_t size)
{
	for (int64_t n = 0; n < size; n += 16)
		out_printf(out, "line %010lld\n", (long long)(n / 16));
}

static inline void door_answer(struct request *q, struct answer *a)
{
	struct out *out = answer_out(a, at(q, "xlsx") ?
	    "application/zip" : "text/plain");

	if (at(q, "gate"))
		while (!atomic_load(&gate_open))
			pause_ms(1);
	pause_ms(number_asked(q, "ms"));
	if (at(q, "broken"))
		fail(&out->err, ERR_BROKEN, "the disk is gone");
	else if (at(q, "changed")) {
		struct err err = {.text = "changed my mind"};
		write_lines(out, 200000);
		door_refuse(a, 409, &err);
	} else if (at(q, "text"))
		out_put(out, q->body.text);
	else if (at(q, "file"))
		out_printf(out, "%lld %s", (long long)q->body.size,
		    sha256_text(q->body.sha256).at);
	else
		write_lines(out, number_asked(q, "size"));
}

static inline void door_work(struct request *q, struct answer *a)
{
	struct err err = {0};
	int now = atomic_fetch_add(&in_work, 1) + 1, most = most_in_work;

	while (now > most &&
	    !atomic_compare_exchange_weak(&most_in_work, &most, now))
		;
	atomic_fetch_add(&made_n, 1);
	if (!at(q, "live"))
		door_answer(q, a);
	else if (!answer_live(a, http_live(server),
	    number_asked(q, "after"), S("hello\n"), &err))
		door_refuse(a, 503, &err);
	atomic_fetch_sub(&in_work, 1);
}

static inline void door_done(const struct request *q, int status, int64_t took)
{
	(void)q;
	assert(status > 0 && took >= 0);
	atomic_fetch_add(&done_n, 1);
}

static inline void open_door(int64_t threads, int64_t cache)
{
	struct http_door door = {.head = door_head, .work = door_work,
	    .refuse = door_refuse, .done = door_done};
	struct http_options options = {.address = "127.0.0.1", .temp = "",
	    .threads = threads, .cache_size = cache};
	struct err err = {0};

	atomic_store(&made_n, 0);
	atomic_store(&done_n, 0);
	atomic_store(&most_in_work, 0);
	server = http_start(&door, &options, &err);
	if (!server)
		print_error("%s\n", err.text);
	assert_non_null(server);
	port = http_port(server);
}

static inline void close_door(void)
{
	assert_true(http_stop(server, 5));
	server = NULL;
}

/* Many who ask the same at once. */
struct many {
	pthread_t thread;
	const char *target;
	int status;
	size_t size;
};

static inline void *ask_many(void *cls)
{
	struct many *m = cls;
	struct heard h = get(m->target);

	m->status = h.status;
	m->size = h.size;
	heard_end(&h);
	return NULL;
}

static inline void begin_many(struct many *list, int n, const char *target)
{
	for (int i = 0; i < n; i++) {
		list[i].target = target;
		assert_int_equal(pthread_create(&list[i].thread, NULL, ask_many,
		    &list[i]), 0);
	}
}

static inline void end_many(struct many *list, int n, int status)
{
	for (int i = 0; i < n; i++) {
		pthread_join(list[i].thread, NULL);
		assert_int_equal(list[i].status, status);
	}
}

/* Byte by byte, so that what comes after it is still to be heard. */
static inline void hear_until(int fd, const char *wanted)
{
	static char all[2 << 20];
	size_t n = 0, len = strlen(wanted);

	while (n < sizeof(all) - 1) {
		if (hear_some(fd, all + n, 1, 5000) <= 0)
			break;
		n++;
		if (n >= len && !memcmp(all + n - len, wanted, len))
			return;
	}
	all[n] = '\0';
	print_error("'%s' was not heard but %.200s\n", wanted, all);
	assert_true(false);
}

static inline int listen_from(int after)
{
	char text[200];
	int fd = dial(), n = snprintf(text, sizeof(text),
	    "GET /live?after=%d HTTP/1.1\r\nHost: h\r\n\r\n", after);

	say(fd, text, (size_t)n);
	hear_until(fd, "hello");
	return fd;
}
