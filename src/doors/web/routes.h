/* SPDX-License-Identifier: MIT */
/* routes.h: the shape of the table of routes; private to doors/web. */
#pragma once
#include "doors/web/handler.h"

#include <pthread.h>

enum ask_type {
	ASK_TEXT, /* low..high characters */
	ASK_INT,  /* low..high */
	ASK_ID,   /* a number of the store; text in JSON */
	ASK_REAL,
	ASK_DAY,  /* YYYY-MM-DD */
	ASK_FLAG, /* 1 0 true false yes no */
	ASK_WORD  /* one of words, which are parted by "|" */
};
enum ask_bits {
	ASK_MAY = 0,
	ASK_MUST = 1,  /* refused when it is left out */
	ASK_MANY = 2,  /* may be repeated */
	ASK_BODY = 4,  /* a member of the JSON body */
	ASK_NULL = 8   /* may be null in the body */
};
struct parameter {
	const char *name; /* NULL ends the list; "*" takes any other name */
	enum ask_type type;
	int bits;
	const char *standard; /* its value when left out; NULL: nothing */
	int64_t low, high;    /* both 0: the widest */
	const char *words;
	const char *sentence;
};

enum route_bits {
	ROUTE_FRESH = 0, /* made anew for each asker */
	ROUTE_KEPT = 1,  /* the same until the journal moves or the day ends:
			  * has an ETag and may be shared */
	ROUTE_LONG = 2,  /* may take seconds */
	ROUTE_FILE = 4,  /* its body is a file of any size */
	ROUTE_QUICK = 8, /* answers at once, on the connection's thread */
	ROUTE_MADE = 16, /* 201 when it is well */
	ROUTE_STOW = 32  /* ROUTE_FILE, unhashed, in the folder of the archive */
};
struct route {
	enum method method;
	const char *path; /* NULL ends the table */
	void (*act)(struct request *, struct answer *);
	int bits;
	const struct parameter *parameters; /* or NULL */
	const char *answer; /* the name of its schema in schemas.c */
	const char *sentence;
};
extern const struct route routes[];
extern const size_t routes_count;

/* A schema: the columns of a table answer, or a shape (see schemas.c). */
struct schema {
	const char *name; /* NULL ends the list */
	const char *type; /* media type; NULL: JSON */
	const struct column *columns; /* end with one that has no name */
	const char *shape;
	const char *sentence;
};
extern const struct schema schemas[];
const struct schema *schema_find(const char *name);

/* Checks what was sent against the row; the body only once it has come. */
bool asks_check(struct request *, struct err *);
bool asks_check_body(struct request *, struct err *);

/* web.c: what the web door keeps while it is open. */
#define BUCKETS_N 13
#define STATUSES_N 16
struct route_count { /* see metrics.c */
	_Atomic int64_t statuses[STATUSES_N], buckets[BUCKETS_N + 1], took_us;
};
struct web {
	struct arena arena;
	struct house *house;
	struct http *http;
	bool synthetic;
	int64_t started_at;
	struct follower *follower;
	struct route_count *counts; /* by route; the last: none */
	pthread_mutex_t lock;       /* of what follows */
	char loading[64];
	int64_t loading_done, loading_total;
	struct files_seen *files_seen; /* metrics.c */
};
struct web *web_of(const struct request *);
size_t route_index(const struct route *); /* routes_count: none */
bool route_takes_body(const struct route *);

/* events.c: follows the journal. */
struct follower *follower_start(struct web *, struct err *);
void follower_stop(struct follower *);
/* pages.c: what is not of the API. */
void page_get(struct request *, struct answer *);
/* dicomweb_store.c: before a body is taken; false: the answer is made. */
bool stow_may(struct request *, struct answer *);
/* metrics.c */
struct files_seen *metrics_new(struct arena *);
void metrics_count(struct web *, const struct request *, int status,
    int64_t took_us);
/* answers.c */
void answer_refuse(struct answer *, int status, const struct err *);
void answer_finish(struct request *, struct answer *);
