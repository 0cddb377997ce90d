/* SPDX-License-Identifier: MIT */
/* live.c: one stream of happenings to many listeners (server-sent events).
 *
 * The last happenings are remembered in a ring.  A listener walks it at its
 * own pace: when it has had all, its connection sleeps, and the next
 * happening wakes it.  Going to sleep and being woken are under one lock, so
 * no happening falls between.  Who is still reading when the ring has come
 * round is let go; it comes back with the last number it has seen, and the
 * door tells it what it missed from what is stored. */
#include "http/exchange.h"

#include <string.h>

#define HAPPENINGS 512           /* a power of two */
#define LISTENERS_MAX 500
#define TEXT_MAX 1024

struct happening {
	int64_t number;
	size_t len;
	char text[TEXT_MAX];
};

struct listener {
	struct listener *next, **link;
	struct live *live;
	struct MHD_Connection *connection;
	struct sending *sending;
	struct str first;  /* what is left of it */
	int64_t after;
	uint64_t at;       /* the happening it is at */
	size_t offset;     /* bytes of it already gone */
	bool asleep;
};

struct live {
	pthread_mutex_t lock;
	struct happening *ring;
	uint64_t n;        /* happenings ever */
	struct listener *listeners;
	int64_t listeners_n;
	bool ending;
};

struct live *live_new(struct arena *arena)
{
	struct live *live = arena_new(arena, struct live);

	pthread_mutex_init(&live->lock, NULL);
	live->ring = arena_array(arena, struct happening, HAPPENINGS);
	return live;
}

static void wake_all(struct live *live)
{
	for (struct listener *l = live->listeners; l; l = l->next)
		if (l->asleep) {
			l->asleep = false;
			MHD_resume_connection(l->connection);
		}
}

void live_send(struct live *live, int64_t number, struct str text)
{
	struct happening *h;

	if (text.len > TEXT_MAX)
		return;
	pthread_mutex_lock(&live->lock);
	h = &live->ring[live->n++ % HAPPENINGS];
	h->number = number;
	h->len = text.len;
	memcpy(h->text, text.at, text.len);
	wake_all(live);
	pthread_mutex_unlock(&live->lock);
}

void live_beat(struct live *live)
{
	live_send(live, INT64_MAX, S(": still here\n\n"));
}

static size_t copy(struct str *from, char *to, size_t max)
{
	size_t n = from->len < max ? from->len : max;

	memcpy(to, from->at, n);
	from->at += n;
	from->len -= n;
	return n;
}

/* What the listener has not had yet, as far as it fits. */
static size_t fill(struct listener *l, char *to, size_t max)
{
	size_t n = copy(&l->first, to, max);

	while (!l->first.len && l->at < l->live->n && n < max) {
		struct happening *h = &l->live->ring[l->at % HAPPENINGS];
		struct str rest = {h->text + l->offset, h->len - l->offset};
		if (h->number <= l->after)
			rest.len = 0;
		size_t had = copy(&rest, to + n, max - n);
		n += had;
		l->offset += had;
		if (rest.len)
			break;
		l->at++;
		l->offset = 0;
	}
	return n;
}

static ssize_t read_on(void *listener, uint64_t position, char *to, size_t max)
{
	struct listener *l = listener;
	struct live *live = l->live;
	ssize_t n;

	(void)position;
	pthread_mutex_lock(&live->lock);
	if (live->ending || live->n - l->at > HAPPENINGS) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		n = (ssize_t)fill(l, to, max);
		if (!n) {
			l->asleep = true;
			MHD_suspend_connection(l->connection);
		}
	}
	pthread_mutex_unlock(&live->lock);
	return n;
}

static void let_go(void *listener)
{
	struct listener *l = listener;
	struct live *live = l->live;

	pthread_mutex_lock(&live->lock);
	*l->link = l->next;
	if (l->next)
		l->next->link = l->link;
	live->listeners_n--;
	pthread_mutex_unlock(&live->lock);
	sending_drop(l->sending); /* it holds the listener itself */
}

/* The oldest happening that the listener has not had. */
static uint64_t begin_at(const struct live *live, int64_t after)
{
	uint64_t at = live->n > HAPPENINGS ? live->n - HAPPENINGS : 0;

	while (at < live->n && (live->ring[at % HAPPENINGS].number <= after ||
	    live->ring[at % HAPPENINGS].number == INT64_MAX))
		at++;
	return at;
}

bool answer_live(struct answer *a, struct live *live, int64_t after,
    struct str first, struct err *err)
{
	struct listener *l = arena_new(&a->sending->arena, struct listener);
	bool full;

	pthread_mutex_lock(&live->lock);
	full = live->listeners_n >= LISTENERS_MAX;
	pthread_mutex_unlock(&live->lock);
	if (full)
		return fail(err, ERR_BUSY, "too many listen already");
	a->out = NULL;
	a->type = "text/event-stream";
	l->live = live;
	l->connection = ((struct exchange *)a->request)->connection;
	l->after = after;
	l->first = arena_keep(&a->sending->arena, first);
	a->sending->listener = l;
	return true;
}

struct MHD_Response *listener_response(struct listener *l, struct sending *s)
{
	struct live *live = l->live;
	struct MHD_Response *response = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, 4096, read_on, l, let_go);

	if (!response)
		return NULL;
	l->sending = s;
	pthread_mutex_lock(&live->lock);
	l->at = begin_at(live, l->after);
	l->next = live->listeners;
	l->link = &live->listeners;
	if (l->next)
		l->next->link = &l->next;
	live->listeners = l;
	live->listeners_n++;
	pthread_mutex_unlock(&live->lock);
	return response;
}

void live_end(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	live->ending = true;
	wake_all(live);
	pthread_mutex_unlock(&live->lock);
}

int64_t live_listeners(struct live *live)
{
	int64_t n;

	pthread_mutex_lock(&live->lock);
	n = live->listeners_n;
	pthread_mutex_unlock(&live->lock);
	return n;
}
