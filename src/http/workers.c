/* SPDX-License-Identifier: MIT */
/* workers.c: threads that do what may take time, so that a connection's
 * thread never waits.  What may keep a worker for seconds (an upload, an
 * export) stands in a second line, and at most half of the workers take from
 * it: a page is answered while four exports run. */
#include "http/exchange.h"

#include <errno.h>
#include <string.h>

struct line {
	struct exchange *first, **last;
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wanted, done;
	struct line quick, lengthy;
	int64_t n, waiting, working, working_long, long_max;
	bool ending, closed;
	void (*work)(struct exchange *, struct squeeze *);
	pthread_t *threads;
};

static void line_add(struct line *line, struct exchange *e)
{
	e->next = NULL;
	*line->last = e;
	line->last = &e->next;
}

static struct exchange *line_take(struct line *line)
{
	struct exchange *e = line->first;

	line->first = e->next;
	if (!line->first)
		line->last = &line->first;
	return e;
}

/* Under the lock: the next to do, or NULL when there is no more. */
static struct exchange *next(struct workers *w)
{
	for (;;) {
		if (w->quick.first)
			return line_take(&w->quick);
		if (w->lengthy.first && w->working_long < w->long_max)
			return line_take(&w->lengthy);
		if (w->ending)
			return NULL;
		pthread_cond_wait(&w->wanted, &w->lock);
	}
}

static void *run(void *cls)
{
	struct workers *w = cls;
	struct arena arena = {0};
	struct squeeze *squeeze = squeeze_new(&arena);
	struct exchange *e;

	pthread_mutex_lock(&w->lock);
	while ((e = next(w))) {
		bool is_long = e->q.is_long;
		w->waiting--;
		w->working++;
		w->working_long += is_long;
		pthread_mutex_unlock(&w->lock);
		w->work(e, squeeze); /* e may be gone afterwards */
		pthread_mutex_lock(&w->lock);
		w->working--;
		w->working_long -= is_long;
		pthread_cond_signal(&w->done);
		if (is_long && w->lengthy.first)
			pthread_cond_signal(&w->wanted);
	}
	pthread_mutex_unlock(&w->lock);
	arena_end(&arena);
	return NULL;
}

struct workers *workers_start(struct arena *arena, int64_t n,
    void (*work)(struct exchange *, struct squeeze *), struct err *err)
{
	struct workers *w = arena_new(arena, struct workers);

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wanted, NULL);
	pthread_cond_init(&w->done, NULL);
	w->quick.last = &w->quick.first;
	w->lengthy.last = &w->lengthy.first;
	w->long_max = (n + 1) / 2;
	w->work = work;
	w->threads = arena_array(arena, pthread_t, n);
	for (; w->n < n; w->n++) {
		int no = pthread_create(&w->threads[w->n], NULL, run, w);
		if (no) {
			fail(err, ERR_BUSY, "could not start a thread: %s",
			    strerror(no));
			workers_stop(w);
			return NULL;
		}
	}
	return w;
}

bool workers_add(struct workers *w, struct exchange *e)
{
	bool open;

	pthread_mutex_lock(&w->lock);
	open = !w->closed;
	if (open) {
		line_add(e->q.is_long ? &w->lengthy : &w->quick, e);
		w->waiting++;
		pthread_cond_signal(&w->wanted);
	}
	pthread_mutex_unlock(&w->lock);
	return open;
}

void workers_count(struct workers *w, struct http_counts *counts)
{
	pthread_mutex_lock(&w->lock);
	counts->working = w->working;
	counts->waiting = w->waiting;
	pthread_mutex_unlock(&w->lock);
}

bool workers_close(struct workers *w, const struct timespec *until)
{
	bool idle;

	pthread_mutex_lock(&w->lock);
	while ((w->working || w->waiting) &&
	    !pthread_cond_timedwait(&w->done, &w->lock, until))
		;
	idle = !w->working && !w->waiting;
	w->closed = idle;
	pthread_mutex_unlock(&w->lock);
	return idle;
}

void workers_stop(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_broadcast(&w->wanted);
	pthread_mutex_unlock(&w->lock);
	for (int64_t i = 0; i < w->n; i++)
		pthread_join(w->threads[i], NULL);
	pthread_cond_destroy(&w->wanted);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
}
