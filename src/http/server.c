/* SPDX-License-Identifier: MIT */
/* server.c: starts and stops libmicrohttpd: a pool of threads, each with its
 * own epoll, that move bytes; what takes time is done by as many workers. */
#include "http/exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 2000
#define QUIET_S 60      /* nothing moves for so long: the connection ends */
#define HEAD_ROOM 32768 /* of a connection; a larger head is a 431 */

/* A place for each connection and a file for each answer. */
static unsigned connections_max(void)
{
	struct rlimit limit = {0};

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < 3 * CONNECTIONS_MAX) {
		limit.rlim_cur = 3 * CONNECTIONS_MAX;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur / 3 < CONNECTIONS_MAX)
		return (unsigned)limit.rlim_cur / 3;
	return CONNECTIONS_MAX;
}

static int listen_one(const struct addrinfo *info)
{
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (!bind(fd, info->ai_addr, info->ai_addrlen) && !listen(fd, 1024))
		return fd;
	int no = errno;
	close(fd);
	errno = no;
	return -1;
}

static int listen_at(const struct http_options *options, struct err *err)
{
	struct addrinfo wish = {.ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
	char port[24];
	int no, fd = -1;

	snprintf(port, sizeof(port), "%lld", (long long)options->port);
	no = getaddrinfo(*options->address ? options->address : NULL, port,
	    &wish, &list);
	if (no) {
		fail(err, ERR_INPUT, "web_address '%s' is no address: %s",
		    options->address, gai_strerror(no));
		return -1;
	}
	for (struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
		fd = listen_one(at);
	no = errno;
	freeaddrinfo(list);
	if (fd >= 0)
		return fd;
	fail(err, ERR_BUSY, "could not listen on %s port %s: %s",
	    options->address, port, strerror(no));
	if (no == EADDRINUSE)
		hint(err, "another program has the port; choose one with "
		    "--web_port");
	return -1;
}

static int64_t port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} at = {0};
	socklen_t size = sizeof(at);

	if (getsockname(fd, &at.any, &size))
		return 0;
	if (at.any.sa_family == AF_INET6)
		return ntohs(at.six.sin6_port);
	return ntohs(at.four.sin_port);
}

/* What the library says about other people's connections is for debugging. */
static void __attribute__((format(printf, 2, 0)))
hear(void *cls, const char *format, va_list args)
{
	char text[240];

	(void)cls;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\r\n")] = '\0';
	log_line(LOG_DEBUG, "web library", "text=\"%s\"", text);
}

static void panic(void *cls, const char *file, unsigned line, const char *why)
{
	(void)cls;
	log_line(LOG_ERROR, "web library", "at=%s:%u text=\"%s\"", file, line,
	    why ? why : "");
	abort();
}

static struct MHD_Daemon *daemon_start(struct http *http, int fd,
    const struct http_options *options, unsigned connections)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
	    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	unsigned threads = (unsigned)options->threads;

	/* A pool of one is refused: it is no pool. */
	return MHD_start_daemon(flags, 0, NULL, NULL, exchange_go, http,
	    MHD_OPTION_EXTERNAL_LOGGER, hear, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0,
	    MHD_OPTION_CONNECTION_LIMIT, connections,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)QUIET_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_ROOM,
	    MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, http,
	    MHD_OPTION_NOTIFY_COMPLETED, exchange_end, http,
	    MHD_OPTION_NOTIFY_CONNECTION, callers_notify, http->callers,
	    MHD_OPTION_END);
}

static void http_free(struct http *http)
{
	struct arena arena;

	if (http->workers)
		workers_stop(http->workers);
	if (http->callers)
		callers_stop(http->callers);
	if (http->share)
		share_end(http->share);
	pthread_cond_destroy(&http->moved);
	pthread_mutex_destroy(&http->lock);
	arena = http->arena; /* it holds the server itself */
	arena_end(&arena);
}

static bool start(struct http *http, const struct http_options *options,
    struct err *err)
{
	unsigned connections = connections_max();
	int fd;

	http->live = live_new(&http->arena);
	if (options->cache_size > 0)
		http->share = share_new(&http->arena, options->cache_size);
	http->callers = callers_start(&http->arena, connections, err);
	http->workers = http->callers ? workers_start(&http->arena,
	    options->threads, exchange_work, err) : NULL;
	fd = http->workers ? listen_at(options, err) : -1;
	if (fd < 0)
		return false;
	http->port = port_of(fd);
	http->daemon = daemon_start(http, fd, options, connections);
	if (http->daemon)
		return true;
	close(fd);
	return fail(err, ERR_BROKEN, "could not start the web server");
}

struct http *http_start(const struct http_door *door,
    const struct http_options *options, struct err *err)
{
	struct arena arena = {0};
	struct http *http = arena_new(&arena, struct http);

	http->arena = arena;
	http->door = *door;
	http->temp = arena_cstr(&http->arena, str_of(options->temp));
	pthread_mutex_init(&http->lock, NULL);
	pthread_cond_init(&http->moved, NULL);
	signal(SIGPIPE, SIG_IGN);
	MHD_set_panic_func(panic, NULL);
	if (start(http, options, err))
		return http;
	http_free(http);
	return NULL;
}

int64_t http_port(const struct http *http)
{
	return http->port;
}

struct live *http_live(struct http *http)
{
	return http->live;
}

struct http_counts http_counts(struct http *http)
{
	struct http_counts counts = {0};

	counts.connections = callers_count(http->callers);
	counts.listeners = live_listeners(http->live);
	workers_count(http->workers, &counts);
	if (http->share)
		share_count(http->share, &counts);
	return counts;
}

/* Waits until nothing is in flight, at most until the moment. */
static void wait_quiet(struct http *http, const struct timespec *until)
{
	pthread_mutex_lock(&http->lock);
	while (http->in_flight && !pthread_cond_timedwait(&http->moved,
	    &http->lock, until))
		;
	pthread_mutex_unlock(&http->lock);
}

void http_refuse(struct http *http)
{
	atomic_store(&http->stopping, true);
	live_end(http->live);
}

bool http_stop(struct http *http, int64_t seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	http_refuse(http);
	/* Who still downloads may be cut off; who still works may not. */
	wait_quiet(http, &until);
	if (!workers_close(http->workers, &until))
		return false;
	MHD_stop_daemon(http->daemon);
	http_free(http);
	return true;
}
