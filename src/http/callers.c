/* SPDX-License-Identifier: MIT */
/* callers.c: every connection, and until when it may take its time.
 *
 * libmicrohttpd ends a connection on which nothing moves.  Someone who sends
 * or takes one byte every few seconds would get past that and hold a place
 * for ever, so each phase has a deadline of its own:
 *
 *	the head         15 s, all of it
 *	a body, an answer  60 s, and longer only while it keeps 4 KiB/s
 *	between requests   75 s
 *	a worker at it     none
 *
 * A thread looks each second, and shuts the socket of who is late; what
 * follows is then libmicrohttpd's ordinary end of a connection. */
#include "http/exchange.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#ifndef HEAD_US /* its test is less patient */
#define HEAD_US (15 * US_PER_S)
#define MOVE_US (60 * US_PER_S)
#define IDLE_US (75 * US_PER_S)
#endif
#define PACE INT64_C(4096) /* bytes a second, at the least */

struct caller {
	struct caller *next;     /* of the free */
	_Atomic int64_t deadline; /* ticks; 0: none */
	int64_t since, moved;    /* of the body or the answer */
	int fd;                  /* -1: nobody */
};

struct callers {
	pthread_mutex_t lock;
	pthread_cond_t stop;
	struct caller *all, *spare;
	size_t n;
	int64_t here;
	bool ending;
	pthread_t watch;
};

static void look(struct callers *c)
{
	int64_t now = outside_ticks();

	for (size_t i = 0; i < c->n; i++) {
		struct caller *caller = &c->all[i];
		int64_t deadline = atomic_load(&caller->deadline);
		if (caller->fd < 0 || !deadline || deadline > now)
			continue;
		atomic_store(&caller->deadline, 0);
		shutdown(caller->fd, SHUT_RDWR);
	}
}

static void *watch(void *callers)
{
	struct callers *c = callers;
	struct timespec until;

	pthread_mutex_lock(&c->lock);
	while (!c->ending) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&c->stop, &c->lock, &until);
		look(c);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct callers *callers_start(struct arena *arena, size_t n, struct err *err)
{
	struct callers *c = arena_new(arena, struct callers);
	int no;

	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->stop, NULL);
	c->all = arena_array(arena, struct caller, n);
	c->n = n;
	for (size_t i = 0; i < n; i++) {
		c->all[i].fd = -1;
		c->all[i].next = c->spare;
		c->spare = &c->all[i];
	}
	no = pthread_create(&c->watch, NULL, watch, c);
	if (no) {
		fail(err, ERR_BUSY, "could not start a thread: %s",
		    strerror(no));
		return NULL;
	}
	return c;
}

static struct caller *arrive(struct callers *c, int fd)
{
	struct caller *caller = c->spare;

	if (!caller)
		return NULL;
	c->spare = caller->next;
	c->here++;
	caller->fd = fd;
	atomic_store(&caller->deadline, outside_ticks() + HEAD_US);
	return caller;
}

static void leave(struct callers *c, struct caller *caller)
{
	caller->fd = -1;
	caller->next = c->spare;
	c->spare = caller;
	c->here--;
}

void callers_notify(void *callers, struct MHD_Connection *connection,
    void **place, enum MHD_ConnectionNotificationCode what)
{
	struct callers *c = callers;
	const union MHD_ConnectionInfo *about = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	pthread_mutex_lock(&c->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*place = arrive(c, about->connect_fd);
	else if (*place)
		leave(c, *place);
	pthread_mutex_unlock(&c->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		setsockopt(about->connect_fd, IPPROTO_TCP, TCP_NODELAY,
		    &(int){1}, sizeof(int));
}

struct caller *caller_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *about = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return about ? about->socket_context : NULL;
}

static void set_deadline(struct caller *caller, int64_t at)
{
	if (caller)
		atomic_store(&caller->deadline, at);
}

void caller_head(struct caller *caller)
{
	set_deadline(caller, outside_ticks() + HEAD_US);
	if (caller)
		caller->since = 0;
}

void caller_moves(struct caller *caller, int64_t size)
{
	if (!caller)
		return;
	if (!caller->since) {
		caller->since = outside_ticks();
		caller->moved = 0;
	}
	caller->moved += size;
	set_deadline(caller, caller->since + MOVE_US +
	    caller->moved / PACE * US_PER_S);
}

void caller_free(struct caller *caller)
{
	set_deadline(caller, 0);
	if (caller)
		caller->since = 0;
}

void caller_idle(struct caller *caller)
{
	set_deadline(caller, outside_ticks() + IDLE_US);
}

int64_t callers_count(struct callers *c)
{
	int64_t n;

	pthread_mutex_lock(&c->lock);
	n = c->here;
	pthread_mutex_unlock(&c->lock);
	return n;
}

void callers_stop(struct callers *c)
{
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_cond_signal(&c->stop);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->watch, NULL);
	pthread_cond_destroy(&c->stop);
	pthread_mutex_destroy(&c->lock);
}
