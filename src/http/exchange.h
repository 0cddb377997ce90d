/* SPDX-License-Identifier: MIT */
/* exchange.h: one request and its answer, on the way through the server;
 * private to http. */
#pragma once
#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>
#include <zlib.h>

/* Where an answer's bytes go: pieces of memory, past 1 MiB an unnamed file. */
struct sink {
	struct arena *arena;
	const char *temp;
	struct MHD_IoVec pieces[16];
	unsigned pieces_n;
	char *at;          /* the last piece's free room */
	size_t room;
	int64_t size;
	int fd;            /* -1: still in memory */
};
void sink_begin(struct sink *, struct arena *, const char *temp);
bool sink_put(struct sink *, struct str, struct err *);
void sink_drop(struct sink *);
/* An unnamed file that goes when its last descriptor does. */
int temp_open(const char *folder, struct err *);
bool write_whole(int fd, struct str, struct err *);

/* A worker's own compressor, used again for each answer. */
struct squeeze {
	z_stream z;
	unsigned char room[32768];
};
struct squeeze *squeeze_new(struct arena *);
void squeeze_begin(struct squeeze *);
bool squeeze_put(struct squeeze *, struct str, bool is_last, struct sink *,
    struct err *);

/* What a handler has said so far; lives in an arena of its own, because the
 * bytes outlive the request when they are shared. */
struct sending {
	struct arena arena;
	struct out out;
	bool is_out, may_gzip, is_gzip, decided;
	bool has_bytes;        /* answer_bytes */
	struct str bytes;
	struct sink sink;
	struct squeeze *squeeze; /* the worker's; NULL: no compression */
	struct pair headers[12];
	size_t headers_n;
	int fd;                /* answer_file, or -1 */
	int64_t size;
	struct listener *listener;
	struct slices_sent *slices; /* answer_slices, or NULL */
};
struct sending *sending_new(const char *temp, struct squeeze *);
void sending_forget(struct sending *); /* what was begun is given up */
void sending_drop(struct sending *);

/* slices.c: *taken: the response lets the sending go. */
struct MHD_Response *slices_response(struct slices_sent *, int64_t *size,
    bool *taken);
void slices_drop(struct slices_sent *); /* or NULL */

/* An answer ready to go, shared by those who hold it. */
struct made {
	struct arena arena;
	atomic_int holders;
	struct MHD_Response *response;
	int status;
	int64_t size;   /* -1: not known */
	bool is_small;  /* in memory, so it may be kept */
};
/* Takes the sending.  NULL when it failed; err says why. */
struct made *made_from(struct answer *, struct err *);
struct made *made_hold(struct made *);
void made_drop(struct made *);

enum stage {
	STAGE_HEAD,  /* its request line has come */
	STAGE_WHOLE, /* it has no body */
	STAGE_BODY,  /* its body is coming */
	STAGE_DRAIN, /* an early answer waits until the body has passed */
	STAGE_WORK,  /* a worker, or another's answer, is waited for */
	STAGE_SENT
};

struct exchange {
	struct request q; /* first: a request is found by its address */
	struct answer a;
	struct arena arena;
	struct http *http;
	struct MHD_Connection *connection;
	struct caller *caller;
	struct exchange *next; /* in a queue, or waiting for the same answer */
	struct shared *shared; /* the entry that this one makes */
	struct made *made;
	struct hasher *hasher;
	struct err body_err;
	size_t body_room;
	int64_t drained;
	enum stage stage;
	bool has_body, counted, gzip;
	int status;
};

/* share.c: answers kept while nothing has changed. */
struct share;
enum share_say { SHARE_READY, SHARE_WAIT, SHARE_MAKE };
struct share *share_new(struct arena *, int64_t limit);
/* READY: made is held for you.  WAIT: the connection sleeps until it is made.
 * MAKE: make it, and say so with share_made. */
enum share_say share_ask(struct share *, struct exchange *);
void share_made(struct share *, struct exchange *, struct made *);
void share_count(struct share *, struct http_counts *);
void share_end(struct share *);

/* workers.c: threads that do what may take time. */
struct workers;
struct workers *workers_start(struct arena *, int64_t n,
    void (*work)(struct exchange *, struct squeeze *), struct err *);
bool workers_add(struct workers *, struct exchange *); /* false: closed */
void workers_count(struct workers *, struct http_counts *);
/* Takes no more once nobody is at work; false if somebody still is then. */
bool workers_close(struct workers *, const struct timespec *until);
void workers_stop(struct workers *); /* once idle */

/* live.c */
struct live *live_new(struct arena *);
void live_end(struct live *); /* every listener is let go */
int64_t live_listeners(struct live *);
struct MHD_Response *listener_response(struct listener *, struct sending *);

/* callers.c: connections, and how long each may take. */
struct callers;
struct callers *callers_start(struct arena *, size_t n, struct err *);
void callers_notify(void *callers, struct MHD_Connection *, void **caller,
    enum MHD_ConnectionNotificationCode);
struct caller *caller_of(struct MHD_Connection *);
void caller_head(struct caller *);                /* a request begins */
void caller_moves(struct caller *, int64_t size); /* so many bytes, at a pace */
void caller_free(struct caller *);                /* take your time */
void caller_idle(struct caller *);
int64_t callers_count(struct callers *);
void callers_stop(struct callers *);

/* exchange.c: what libmicrohttpd calls. */
void *exchange_begin(void *http, const char *uri, struct MHD_Connection *);
enum MHD_Result exchange_go(void *http, struct MHD_Connection *,
    const char *url, const char *method, const char *version, const char *data,
    size_t *size, void **exchange);
void exchange_end(void *http, struct MHD_Connection *, void **exchange,
    enum MHD_RequestTerminationCode);
void exchange_work(struct exchange *, struct squeeze *);

struct http {
	struct arena arena;
	struct http_door door;
	const char *temp;
	struct MHD_Daemon *daemon;
	int64_t port;
	struct workers *workers;
	struct share *share;
	struct callers *callers;
	struct live *live;
	atomic_bool stopping;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t in_flight;
};
