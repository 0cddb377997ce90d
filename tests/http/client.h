/* SPDX-License-Identifier: MIT */
/* client.h: the other end of the wire, byte by byte; for tests only. */
#pragma once
#include "http/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

static int64_t port;

static inline int dial(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static inline bool say(int fd, const char *at, size_t size)
{
	while (size) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

struct heard { /* one answer */
	int status;
	char head[8192];
	char *body; /* NUL behind it; freed by heard_end */
	size_t size;
	bool whole, closed;
};

static inline void heard_end(struct heard *h)
{
	free(h->body);
	h->body = NULL;
}

/* The value of a header, or "". */
static inline const char *heard_header(const struct heard *h, const char *name)
{
	static _Thread_local char value[512];
	char wanted[80];
	const char *at;
	size_t n;

	snprintf(wanted, sizeof(wanted), "\n%s: ", name);
	at = strcasestr(h->head, wanted);
	if (!at)
		return "";
	at += strlen(wanted);
	n = strcspn(at, "\r\n");
	snprintf(value, sizeof(value), "%.*s", (int)n, at);
	return value;
}

static inline ssize_t hear_some(int fd, char *to, size_t size, int wait_ms)
{
	struct pollfd p = {fd, POLLIN, 0};

	if (poll(&p, 1, wait_ms) <= 0)
		return -1;
	return recv(fd, to, size, 0);
}

static inline void hear_head(int fd, struct heard *h, int wait_ms)
{
	size_t n = 0;

	memset(h, 0, sizeof(*h));
	while (n < sizeof(h->head) - 1) {
		ssize_t got = hear_some(fd, h->head + n, 1, wait_ms);
		if (got <= 0) {
			h->closed = got == 0;
			return;
		}
		n++;
		if (n >= 4 && !memcmp(h->head + n - 4, "\r\n\r\n", 4))
			break;
	}
	h->status = (int)strtol(h->head + 9, NULL, 10);
}

/* Reads one answer with a length, or up to the end of the connection. */
static inline struct heard hear(int fd, bool is_head)
{
	struct heard h;
	size_t wanted = SIZE_MAX, room = 65536;
	const char *length;

	hear_head(fd, &h, 20000);
	length = heard_header(&h, "Content-Length");
	if (*length)
		wanted = strtoull(length, NULL, 10);
	if (h.status == 304 || h.status == 204 || is_head)
		wanted = 0;
	h.body = malloc(room + 1);
	while (h.size < wanted) {
		ssize_t got;
		if (h.size == room)
			h.body = realloc(h.body, (room *= 2) + 1);
		size_t most = room - h.size;
		if (wanted != SIZE_MAX && most > wanted - h.size)
			most = wanted - h.size;
		got = hear_some(fd, h.body + h.size, most, 20000);
		if (got <= 0) {
			h.closed = got == 0;
			break;
		}
		h.size += (size_t)got;
	}
	h.whole = wanted == SIZE_MAX ? h.closed : h.size == wanted;
	h.body[h.size] = '\0';
	return h;
}

/* One request on a connection of its own. */
static inline struct heard ask(const char *method, const char *target,
    const char *headers, const char *body)
{
	int fd = dial();
	char text[65536];
	int n = snprintf(text, sizeof(text),
	    "%s %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n%s\r\n%s",
	    method, target, headers, body);
	struct heard h;

	assert_true(n > 0 && (size_t)n < sizeof(text));
	say(fd, text, (size_t)n);
	h = hear(fd, !strcmp(method, "HEAD"));
	close(fd);
	return h;
}

static inline struct heard get(const char *target)
{
	return ask("GET", target, "", "");
}
