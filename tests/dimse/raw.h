/* SPDX-License-Identifier: MIT */
/* raw.h: a peer that sends bytes as it is told, to try what no tool does. */
#pragma once
#include "dimse/pdu.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct answer { /* a PDU, or type 0 for a close */
	int type;
	size_t len;
	unsigned char body[70000];
};

static inline int raw_open(int64_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int no = connect(fd, (struct sockaddr *)&to, sizeof(to));

	assert(!no);
	return fd;
}

static inline void raw_send(int fd, const void *at, size_t n)
{
	const char *bytes = at;

	while (n) {
		ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);
		if (done <= 0)
			return; /* the other side has had enough */
		bytes += done;
		n -= (size_t)done;
	}
}
#define RAW(fd, text) raw_send((fd), (text), sizeof(text) - 1)

static inline size_t raw_some(int fd, void *at, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = recv(fd, (char *)at + done, n - done, 0);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static inline struct answer *raw_read(int fd)
{
	static _Thread_local struct answer a;
	unsigned char head[PDU_HEAD];

	a.type = 0;
	a.len = 0;
	if (raw_some(fd, head, PDU_HEAD) < PDU_HEAD)
		return &a;
	a.len = (size_t)head[2] << 24 | (size_t)head[3] << 16 |
	    (size_t)head[4] << 8 | head[5];
	assert(a.len <= sizeof(a.body));
	if (raw_some(fd, a.body, a.len) == a.len)
		a.type = head[0];
	return &a;
}

/* A request of one context, id 1: verification, implicit little endian. */
static inline void raw_ask(int fd, const char *application, int version)
{
	struct str syntax = S("1.2.840.10008.1.2");
	struct presentation context = {.id = 1,
	    .abstract = S("1.2.840.10008.1.1"), .syntaxes = &syntax, .n = 1};
	struct associate a = {.version = (uint16_t)version, .called = "US",
	    .calling = "RAW", .application = str_of(application),
	    .contexts = &context, .contexts_n = 1, .pdu_most = 65536,
	    .implementation = S("1.2.3")};
	struct out out;
	struct err err = {0};

	out_memory(&out);
	associate_write(&out, &a, false);
	raw_send(fd, out.at, out.len);
	out_end(&out, &err);
}

/* The same, accepted. */
static inline int raw_associate(int64_t port)
{
	int fd = raw_open(port);

	raw_ask(fd, "1.2.840.10008.3.1.1.1", 1);
	assert(raw_read(fd)->type == PDU_AC);
	return fd;
}

/* C-ECHO-RQ, message 1, as one P-DATA-TF. */
#define RAW_ECHO \
	"\4\0\0\0\0\x4a\0\0\0\x46\1\3" \
	"\0\0\0\0\4\0\0\0\x38\0\0\0" \
	"\0\0\2\0\x12\0\0\0" "1.2.840.10008.1.1\0" \
	"\0\0\0\1\2\0\0\0\x30\0" \
	"\0\0\x10\1\2\0\0\0\1\0" \
	"\0\0\0\x8\2\0\0\0\1\1"

static inline void raw_data_head(int fd, size_t size, int control)
{
	char head[PDU_HEAD + PDV_HEAD];

	data_head_write(head, size, 1, (uint8_t)control);
	raw_send(fd, head, sizeof(head));
}

/* C-STORE-RQ, message 2, without its data. */
#define RAW_STORE \
	"\4\0\0\0\0\x4a\0\0\0\x46\1\3" \
	"\0\0\0\0\4\0\0\0\x38\0\0\0" \
	"\0\0\2\0\x12\0\0\0" "1.2.840.10008.1.1\0" \
	"\0\0\0\1\2\0\0\0\1\0" \
	"\0\0\x10\1\2\0\0\0\2\0" \
	"\0\0\0\x8\2\0\0\0\0\0"
