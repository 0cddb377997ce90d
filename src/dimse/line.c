/* SPDX-License-Identifier: MIT */
/* line.c: sockets that do not block, and poll with a deadline.
 *
 * TCP_QUICKACK is set after each read, because Linux forgets it: a sender
 * with Nagle's algorithm waits for an acknowledgement that would otherwise
 * come 40 ms late.  Reads are large: one call for many PDUs. */
#include "dimse/line.h"
#include "dimse/session.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER ((size_t)256 << 10)

void line_begin(struct line *line, struct arena *arena, int fd)
{
	*line = (struct line){.fd = fd, .size = BUFFER,
	    .buffer = arena_alloc(arena, BUFFER)};
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static ssize_t receive(struct line *line, char *at, size_t n)
{
	struct iovec parts[2] = {{at, n},
	    {line->buffer + line->to, line->size - line->to}};
	struct iovec *first = at ? parts : parts + 1;
	ssize_t got = line->tls ?
	    session_get(line->tls, first->iov_base, first->iov_len) :
	    readv(line->fd, first, at ? 2 : 1);

	if (got > 0)
		setsockopt(line->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1},
		    sizeof(int));
	return got;
}

ssize_t line_get(struct line *line, char *at, size_t n)
{
	size_t room = (at ? n : 0) + line->size - line->to;
	ssize_t got;

	if (line->closed)
		return -1;
	do
		got = receive(line, at, n);
	while (got < 0 && errno == EINTR);
	line->drained = line->tls ? got < 0 : got < (ssize_t)room;
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (got <= 0) {
		line->closed = true;
		return -1;
	}
	if (!at)
		line->to += (size_t)got;
	else if ((size_t)got > n)
		line->to += (size_t)got - n;
	return got;
}

ssize_t line_put(struct line *line, const struct iovec *parts, int n)
{
	struct msghdr message = {.msg_iov = (struct iovec *)parts,
	    .msg_iovlen = (size_t)n};
	ssize_t put;

	do
		put = line->tls ?
		    session_put(line->tls, parts, n) :
		    sendmsg(line->fd, &message, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (put < 0)
		line->closed = true;
	return put;
}

void line_make_room(struct line *line, size_t n)
{
	if (line->from == line->to)
		line->from = line->to = 0;
	if (line->size - line->from >= n)
		return;
	memmove(line->buffer, line->buffer + line->from,
	    line->to - line->from);
	line->to -= line->from;
	line->from = 0;
}

static int wait_ms(int64_t by)
{
	int64_t left = (by - outside_ticks() + 999) / 1000;

	return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

bool line_wait(struct line *line, bool writing, int64_t by)
{
	struct pollfd fd = {line->fd, writing ? POLLOUT : POLLIN, 0};
	int n;

	do
		n = poll(&fd, 1, wait_ms(by));
	while (n < 0 && errno == EINTR);
	line->drained = false;
	return n > 0;
}

static int past(struct iovec **parts, int n, size_t done)
{
	while (n && done >= (*parts)->iov_len) {
		done -= (*parts)->iov_len;
		++*parts;
		n--;
	}
	if (n) {
		(*parts)->iov_base = (char *)(*parts)->iov_base + done;
		(*parts)->iov_len -= done;
	}
	return n;
}

bool line_write(struct line *line, struct iovec *parts, int n, int64_t by,
    struct err *err)
{
	n = past(&parts, n, 0);
	while (n) {
		ssize_t done = line_put(line, parts, n);
		if (done < 0)
			return fail(err, ERR_BUSY, "could not send: %s",
			    strerror(errno));
		n = past(&parts, n, (size_t)done);
		if (n && !done && !line_wait(line, true, by))
			return fail(err, ERR_BUSY,
			    "could not send: the other side takes nothing");
	}
	return true;
}

void line_no_more(struct line *line)
{
	if (line->tls)
		session_no_more(line->tls);
	shutdown(line->fd, SHUT_WR);
}

void line_close(struct line *line)
{
	if (line->tls)
		session_end(line->tls);
	line->tls = NULL;
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
	line->closed = true;
}

void line_address(int fd, char address[64])
{
	struct sockaddr_storage who;
	socklen_t len = sizeof(who);

	address[0] = '\0';
	if (!getpeername(fd, (struct sockaddr *)&who, &len))
		getnameinfo((struct sockaddr *)&who, len, address, 64, NULL, 0,
		    NI_NUMERICHOST);
}

/* A connected descriptor, or -1 and errno. */
static int try(const struct addrinfo *to, int64_t by)
{
	int fd = socket(to->ai_family,
	    to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct line line = {.fd = fd};
	int why = 0;

	if (fd < 0)
		return -1;
	if (!connect(fd, to->ai_addr, to->ai_addrlen))
		return fd;
	why = errno;
	if (why == EINPROGRESS) {
		why = ETIMEDOUT;
		if (line_wait(&line, true, by))
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &why,
			    &(socklen_t){sizeof(why)});
	}
	if (!why)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

bool line_open(struct line *line, struct arena *arena, const char *host,
    int64_t port, int64_t by, char address[64], struct err *err)
{
	struct addrinfo how = {.ai_socktype = SOCK_STREAM}, *all = NULL;
	struct str text = arena_printf(arena, "%lld", (long long)port);
	int fd = -1, no = getaddrinfo(host, arena_cstr(arena, text), &how,
	    &all);

	if (no)
		return fail(err, ERR_BUSY, "could not find the host '%s': %s",
		    host, gai_strerror(no));
	for (struct addrinfo *to = all; to && fd < 0; to = to->ai_next)
		fd = try(to, by);
	freeaddrinfo(all);
	if (fd < 0)
		return fail(err, ERR_BUSY, "could not connect to %s:%lld: %s",
		    host, (long long)port, strerror(errno));
	line_begin(line, arena, fd);
	line_address(fd, address);
	return true;
}
