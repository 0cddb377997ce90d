/* SPDX-License-Identifier: MIT */
/* listener.c: lets callers in, a thread for each.
 *
 * There are a few seats more than associations are allowed: who comes when
 * all are taken sits there long enough to be told so by A-ASSOCIATE-RJ, with
 * a reason.  Past those the connection is closed without a word. */
#include "dimse/wire.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SPARE 32               /* seats for those who are refused */
#define STACK ((size_t)1 << 20)
#define PAUSE_MS 50            /* when there are no descriptors left */

struct seat {
	struct listener *listener;
	struct association *as; /* NULL: nobody sits here */
	int fd;                 /* -1: closed */
	bool full;              /* to be refused */
	char address[64];
};
struct listener {
	struct arena arena;     /* it lives there itself */
	struct dimse_door door;
	struct dimse_limits limits;
	const struct tls_side *tls;
	int fd, wake;
	int64_t port;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct seat *seats;
	int64_t seats_n;
	struct listener_counts counts;
	_Atomic bool stopping;  /* what is open is aborted */
};

static void leave(struct seat *seat, const struct err *why)
{
	struct listener *l = seat->listener;
	struct association *as = seat->as;

	pthread_mutex_lock(&l->lock);
	seat->fd = -1;
	pthread_mutex_unlock(&l->lock);
	association_free(as);
	pthread_mutex_lock(&l->lock);
	seat->as = NULL;
	l->counts.open--;
	if (why->kind == ERR_REFUSED)
		l->counts.rejected++;
	else if (why->kind)
		l->counts.aborted++;
	else
		l->counts.served++;
	pthread_cond_broadcast(&l->left);
	pthread_mutex_unlock(&l->lock);
}

static void *sit(void *with)
{
	struct seat *seat = with;
	struct listener *l = seat->listener;
	struct association *as = seat->as;
	struct wire *w = as->wire;
	struct err why = {0};

	wire_event(as, EVT5, 0);
	if (wire_secure(as, l->tls, w->artim_by, &why) &&
	    acceptor_begin(as, &l->door, seat->full, &why)) {
		l->door.serve(l->door.with, as);
		if (w->state == STA6)
			wire_over(as, EVT15, 0, &why, "was aborted by us");
		why = w->why;
	}
	wire_finish(as);
	if (l->door.done)
		l->door.done(l->door.with, as, &why);
	leave(seat, &why);
	return NULL;
}

/* Under the lock: a free seat, and whether its guest must be refused.  Who
 * waits to be refused takes no seat from those who are not. */
static struct seat *seat_find(struct listener *l, const char *address)
{
	struct seat *seat = NULL;
	int64_t here = 0, full = 0, same = 0;

	for (int64_t i = 0; i < l->seats_n; i++) {
		struct seat *s = &l->seats[i];
		if (!s->as) {
			seat = s;
			continue;
		}
		here += !s->full;
		full += s->full;
		same += !s->full && !strcmp(s->address, address);
	}
	if (!seat)
		return NULL;
	seat->full = here >= l->limits.associations ||
	    (l->limits.from_one && same >= l->limits.from_one);
	return seat->full && full >= SPARE ? NULL : seat;
}

static bool thread_start(struct seat *seat)
{
	pthread_attr_t how;
	pthread_t thread;
	int no;

	pthread_attr_init(&how);
	pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&how, STACK);
	no = pthread_create(&thread, &how, sit, seat);
	pthread_attr_destroy(&how);
	return !no;
}

static void admit(struct listener *l, int fd)
{
	struct association *as;
	struct seat *seat;
	char address[64];

	line_address(fd, address);
	pthread_mutex_lock(&l->lock);
	seat = seat_find(l, address);
	if (seat) {
		as = association_new(&l->limits, false);
		line_begin(&as->wire->line, as->arena, fd);
		as->wire->stopping = &l->stopping;
		memcpy(as->address, address, sizeof(address));
		memcpy(seat->address, address, sizeof(address));
		seat->as = as;
		seat->fd = fd;
		l->counts.open++;
	} else {
		l->counts.rejected++;
		close(fd);
	}
	pthread_mutex_unlock(&l->lock);
	if (seat && !thread_start(seat))
		leave(seat, &(struct err){.kind = ERR_REFUSED});
}

static void *listen_on(void *with)
{
	struct listener *l = with;
	struct pollfd fds[2] = {{l->fd, POLLIN, 0}, {l->wake, POLLIN, 0}};

	while (poll(fds, 2, -1) >= 0 || errno == EINTR) {
		int fd;
		if (fds[1].revents)
			break;
		fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			admit(l, fd);
		else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOMEM || errno == ENOBUFS)
			poll(&fds[1], 1, PAUSE_MS);
	}
	return NULL;
}

static int64_t port_of(int fd)
{
	struct sockaddr_storage us;
	char port[16] = "";
	int64_t n = 0;

	if (!getsockname(fd, (struct sockaddr *)&us,
	    &(socklen_t){sizeof(us)}))
		getnameinfo((struct sockaddr *)&us, sizeof(us), NULL, 0, port,
		    sizeof(port), NI_NUMERICSERV);
	return str_int(str_of(port), &n) ? n : 0;
}

/* A descriptor that listens, or -1. */
static int socket_open(const char *address, int64_t port, struct err *err)
{
	struct addrinfo how = {.ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *all = NULL;
	char text[24];
	int fd = -1, no;

	snprintf(text, sizeof(text), "%lld", (long long)port);
	no = getaddrinfo(address, text, &how, &all);
	if (!no)
		fd = socket(all->ai_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1},
		    sizeof(int));
	if (fd < 0 || bind(fd, all->ai_addr, all->ai_addrlen) ||
	    listen(fd, 1024)) {
		fail(err, ERR_BUSY, "could not listen on %s:%lld: %s", address,
		    (long long)port, no ? gai_strerror(no) : strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	if (all)
		freeaddrinfo(all);
	return fd;
}

static void listener_free(struct listener *l)
{
	struct arena arena = l->arena;

	if (l->fd >= 0)
		close(l->fd);
	if (l->wake >= 0)
		close(l->wake);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->left);
	arena_end(&arena);
}

static struct listener *listener_new(const struct dimse_door *door,
    const struct dimse_limits *limits)
{
	struct arena arena = {0};
	struct listener *l = arena_new(&arena, struct listener);
	pthread_condattr_t how;

	l->door = *door;
	l->limits = *limits;
	l->fd = l->wake = -1;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&how);
	pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	pthread_cond_init(&l->left, &how);
	pthread_condattr_destroy(&how);
	l->seats_n = limits->associations + SPARE;
	l->seats = arena_array(&arena, struct seat, l->seats_n);
	for (int64_t i = 0; i < l->seats_n; i++)
		l->seats[i] = (struct seat){.listener = l, .fd = -1};
	l->arena = arena;
	return l;
}

struct listener *listener_start(const char *address, int64_t port,
    const struct tls_side *tls, const struct dimse_door *door,
    const struct dimse_limits *limits, struct err *err)
{
	struct listener *l = listener_new(door, limits);
	int no = 0;

	l->tls = tls;
	l->fd = socket_open(address, port, err);
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->fd >= 0 && l->wake < 0)
		fail(err, ERR_BUSY, "could not make an event: %s",
		    strerror(errno));
	if (l->fd >= 0 && l->wake >= 0) {
		l->port = port_of(l->fd);
		no = pthread_create(&l->thread, NULL, listen_on, l);
		if (!no)
			return l;
		fail(err, ERR_BUSY, "could not start a thread: %s",
		    strerror(no));
	}
	listener_free(l);
	return NULL;
}

int64_t listener_port(const struct listener *l)
{
	return l->port;
}

struct listener_counts listener_counts(struct listener *l)
{
	struct listener_counts counts;

	pthread_mutex_lock(&l->lock);
	counts = l->counts;
	pthread_mutex_unlock(&l->lock);
	return counts;
}

/* Under the lock: until nobody is left, or so long; then false. */
static bool wait_empty(struct listener *l, int64_t seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	while (l->counts.open)
		if (pthread_cond_timedwait(&l->left, &l->lock, &until))
			break;
	return !l->counts.open;
}

/* Under the lock: ends reading, and later writing, for all that are open. */
static void shut(struct listener *l, int how)
{
	for (int64_t i = 0; i < l->seats_n; i++)
		if (l->seats[i].as && l->seats[i].fd >= 0)
			shutdown(l->seats[i].fd, how);
}

bool listener_stop(struct listener *l, int64_t seconds)
{
	bool gentle;

	eventfd_write(l->wake, 1);
	pthread_join(l->thread, NULL);
	close(l->fd);
	l->fd = -1;
	pthread_mutex_lock(&l->lock);
	gentle = wait_empty(l, seconds);
	atomic_store(&l->stopping, true);
	shut(l, SHUT_RD); /* which they answer with A-ABORT */
	if (!wait_empty(l, 2))
		shut(l, SHUT_RDWR);
	while (l->counts.open)
		pthread_cond_wait(&l->left, &l->lock);
	pthread_mutex_unlock(&l->lock);
	listener_free(l);
	return gentle;
}
