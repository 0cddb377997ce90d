/* SPDX-License-Identifier: MIT */
/* http.h: the web language: requests in, answers out, live streams between.
 * A server on libmicrohttpd.  The door says what a request means, in two
 * steps: `head` on the connection's thread, which must be quick and may answer
 * at once; and `work` on a worker, which may take its time.
 *
 * (1) An answer is whole or it is an error: nothing is sent before `work`
 *     returns.  Past 1 MiB it waits in an unnamed file, so memory is constant.
 * (2) A slow client holds neither a worker nor a database snapshot.
 * (3) Heads, bodies and the time to send them are limited. */
#pragma once
#include "http/multipart.h"

struct house; /* the door's; http only carries it */
struct pair { struct str name, value; };
struct route;

enum method { GET = 1, POST = 2, PUT = 4, DELETE = 8, OPTIONS = 16,
	METHOD_OTHER = 32 };

/* What was asked for.  Each part is decoded by itself: no NUL, valid UTF-8,
 * no "." or ".." among the segments. */
#define SEGMENTS_MAX 16
#define ASKS_MAX 64
#define VALUES_MAX 4
struct address {
	struct str path; /* as sent, up to the question mark */
	struct str segments[SEGMENTS_MAX];
	struct pair asks[ASKS_MAX]; /* after the question mark, in order */
	size_t segments_n, asks_n;
};
bool percent_read(struct arena *, struct str, bool plus_is_blank, struct str *,
    struct err *);
bool address_read(struct arena *, struct str sent, struct address *,
    struct err *);
/* Is it this template's ("/api/pathways/{id}")?  Fills VALUES_MAX values.  A
 * template that ends in a slash takes the address without it too. */
bool address_match(const struct address *, const char *template,
    struct pair *values);
bool etag_listed(struct str if_none_match, const char *etag); /* weak comparison */
bool accepts_gzip(struct str accept_encoding);

struct body {
	int64_t size;
	struct str text;      /* BODY_TEXT */
	int fd;               /* BODY_FILE: at its start; closed for you; -1 */
	struct sha256 sha256; /* BODY_FILE, unless unhashed */
};

struct request {
	struct arena *arena; /* ends when the last byte of the answer has gone */
	void *with;          /* the door's own */
	struct house *house; /* the door's to fill */
	enum method method;  /* HEAD is GET */
	struct str sent;     /* the address as it came */
	struct address address;
	struct pair values[VALUES_MAX]; /* of the path; the door's to fill */
	const struct route *route;      /* the same */
	void *notes;                    /* the same */
	/* For `head` to say, and `work` to find done: */
	enum { BODY_NONE, BODY_TEXT, BODY_FILE } takes;
	int64_t body_limit;
	const char *body_folder;        /* of BODY_FILE; NULL: the server's */
	bool unhashed;                  /* BODY_FILE: its hash is not wanted */
	bool is_long;                   /* may keep a worker for seconds */
	struct body body;
	struct str key;     /* not empty: equal keys may share one answer */
	int64_t version;    /* ... while this is the newest version */
	const char *etag;   /* the door's */
	int64_t begun;      /* ticks */
};
struct str request_header(const struct request *, const char *name); /* or empty */
bool request_stopping(const struct request *); /* the server is ending */
struct http *request_server(const struct request *);

struct answer {
	struct arena *arena;
	struct request *request;
	int status;             /* 200 unless said otherwise */
	const char *type;
	struct out *out;        /* NULL until answer_out */
	struct json json;       /* over out */
	struct table *table;    /* the door's */
	struct sending *sending; /* http's */
};
/* Begins a body, forgetting any begun before.  What follows is kept, and
 * compressed where that helps and the asker accepts it. */
struct out *answer_out(struct answer *, const char *type);
void answer_header(struct answer *, const char *name, struct str value);
/* For who keeps answers himself; empty when it cannot be. */
struct str gzip_of(struct arena *, struct str);
/* A file of which the descriptor is taken; bytes that outlive the server. */
void answer_file(struct answer *, int fd, int64_t size, const char *type);
void answer_bytes(struct answer *, struct str, bool is_gzip, const char *type);

/* Memory that lasts until the answer has gone, whoever shares it. */
struct arena *answer_arena(struct answer *);
/* Bytes that lie elsewhere, sent as they lie: memory that lasts as long as the
 * answer, and pieces of open files (fd; -1: bytes).  ranged: `Range` is
 * heeded (206, 416), and q->etag is what If-Range is compared with.  let_go
 * is called once, when they are needed no longer; or NULL.  Not for answers
 * that are shared (q->key). */
struct slice {
	struct str bytes;
	int fd;
	int64_t at, size;
};
struct slices {
	const struct slice *list; /* copied */
	size_t n;
	bool ranged;
	void (*let_go)(void *with);
	void *with;
};
void answer_slices(struct answer *, const struct slices *, const char *type);

/* One stream of happenings to many listeners.  A listener that falls behind
 * what is remembered is let go; it comes back with the last number it saw. */
struct live; /* owned by its server */
void live_send(struct live *, int64_t number, struct str text);
void live_beat(struct live *); /* a comment, so that the dead are noticed */
/* first goes first; then every text numbered above `after`. */
bool answer_live(struct answer *, struct live *, int64_t after,
    struct str first, struct err *);

enum http_next { HTTP_SEND, HTTP_WORK }; /* the answer is made; ask a worker */
struct http_door {
	void *with;
	enum http_next (*head)(struct request *, struct answer *);
	void (*work)(struct request *, struct answer *);
	/* Says an error that http itself has found (413, 503 while stopping). */
	void (*refuse)(struct answer *, int status, const struct err *);
	/* Once for each request; NULL route: none was found. */
	void (*done)(const struct request *, int status, int64_t took_us);
};
struct http_options {
	const char *address, *temp; /* folder for large bodies and answers */
	int64_t port, threads, cache_size; /* bytes of shared answers; 0: none */
};
struct http; /* a server */
struct http *http_start(const struct http_door *, const struct http_options *,
    struct err *);
int64_t http_port(const struct http *);
struct live *http_live(struct http *);
struct http_counts {
	int64_t connections, working, waiting, shared, shared_size, listeners;
};
struct http_counts http_counts(struct http *);
/* From now on what is new gets a 503, and listeners are let go. */
void http_refuse(struct http *);
/* The same; then finishes what is in flight, and ends all.  False: something
 * was still at work after `seconds`; the process should end. */
bool http_stop(struct http *, int64_t seconds);
