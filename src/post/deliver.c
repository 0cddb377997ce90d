/* SPDX-License-Identifier: MIT */
/* deliver.c: the threads that take letters to where they go. */
#include "senders.h"

#include <pthread.h>
#include <string.h>

#define THREADS_MOST 64
#define LOOK_EVERY 1 /* seconds, when nobody has called */

struct post {
	struct arena arena;
	struct db *db;
	struct archive *archive;
	struct post_options options;
	pthread_mutex_t lock;
	pthread_cond_t called;
	pthread_t threads[THREADS_MOST];
	size_t n;
	int64_t calls; /* so that none is missed between two looks */
	bool stopping; /* read without the lock by who only gives up early */
};

const struct sender senders[] = {
	{"dicom-store", send_study, "instances to another archive, by C-STORE"},
	{"stow", send_web, "instances to another archive, by STOW-RS"},
	{"ian", send_notice, "that a study's instances can be had"},
	{"commitment", send_commitment, "that instances are safely kept"},
	{NULL, NULL, NULL},
};

const struct sender *sender_find(struct str name)
{
	for (const struct sender *s = senders; s->name; s++)
		if (str_is(name, s->name))
			return s;
	return NULL;
}

static bool is_stopping(struct post *post)
{
	return __atomic_load_n(&post->stopping, __ATOMIC_RELAXED);
}

/* Tried until it is written: a letter that is not would stay "sending" until
 * the program starts again. */
static void settle(struct post *post, const struct letter *l, bool away,
    const struct err *why)
{
	static const struct timespec nap = {.tv_sec = 1};

	for (;;) {
		struct err err = {0};
		bool returned = why->kind && is_stopping(post);
		if (returned ? letter_return(post->db, l, &err)
			     : letter_settle(post->db, l, away, why, &err))
			return;
		log_line(LOG_ERROR, "letter", "id=%lld error=\"%s\"",
		    (long long)l->id, err.text);
		if (is_stopping(post))
			return; /* it waits again at the next start */
		nanosleep(&nap, NULL);
	}
}

static void deliver(struct post *post, struct arena *arena,
    struct letter *letter)
{
	struct office office = {.db = post->db, .archive = post->archive,
	    .options = &post->options, .arena = arena, .letter = letter,
	    .stopping = &post->stopping};
	const struct sender *sender = sender_find(letter->sender);
	struct err why = {0};

	if (!sender)
		fail(&why, ERR_INPUT, "no such sender");
	else if (!sender->send(&office, &why) && !why.kind)
		fail(&why, ERR_BROKEN, "it was not sent");
	if (why.kind)
		log_line(LOG_WARN, "letter",
		    "id=%lld sender=%s attempts=%lld error=\"%s\"",
		    (long long)letter->id, sender ? sender->name : "?",
		    (long long)letter->attempts, why.text);
	settle(post, letter, office.away, &why);
}

/* Half of the threads at most for one destination. */
static bool deliver_one(struct post *post)
{
	struct arena arena = {0};
	struct letter letter;
	struct err err = {0};
	bool claimed = letter_claim(post->db, &arena,
	    (post->options.threads + 1) / 2, &letter, &err);

	if (claimed)
		deliver(post, &arena, &letter);
	if (err.kind)
		log_line(LOG_ERROR, "letter", "error=\"%s\"", err.text);
	arena_end(&arena);
	return claimed;
}

static bool wait_for_call(struct post *post, int64_t *seen)
{
	struct timespec until;
	bool go_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_EVERY;
	pthread_mutex_lock(&post->lock);
	if (!post->stopping && post->calls == *seen)
		pthread_cond_timedwait(&post->called, &post->lock, &until);
	*seen = post->calls;
	go_on = !post->stopping;
	pthread_mutex_unlock(&post->lock);
	return go_on;
}

static void *work(void *with)
{
	struct post *post = with;
	int64_t seen = 0;

	do
		while (!is_stopping(post) && deliver_one(post))
			;
	while (wait_for_call(post, &seen));
	return NULL;
}

struct post *post_start(struct db *db, struct archive *archive,
    const struct post_options *options, struct err *err)
{
	struct arena arena = {0};
	struct post *post = arena_new(&arena, struct post);

	*post = (struct post){.arena = arena, .db = db, .archive = archive,
	    .options = *options};
	pthread_mutex_init(&post->lock, NULL);
	pthread_cond_init(&post->called, NULL);
	bool ok = letters_recover(db, err);
	while (ok && post->n < (size_t)options->threads &&
	    post->n < THREADS_MOST) {
		int no = pthread_create(&post->threads[post->n], NULL, work,
		    post);
		ok = !no || fail(err, ERR_BROKEN,
		    "cannot start a thread: %s", strerror(no));
		post->n += ok;
	}
	if (!ok) {
		post_stop(post, 0);
		return NULL;
	}
	return post;
}

void post_wake(struct post *post)
{
	pthread_mutex_lock(&post->lock);
	post->calls++;
	pthread_cond_broadcast(&post->called);
	pthread_mutex_unlock(&post->lock);
}

static bool ends(pthread_t thread, int64_t until)
{
	static const struct timespec nap = {.tv_nsec = 10000000};

	while (pthread_tryjoin_np(thread, NULL) != 0) {
		if (outside_ticks() >= until)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

bool post_stop(struct post *post, int64_t seconds)
{
	int64_t until = outside_ticks() + seconds * US_PER_S;
	bool done = true;
	struct arena arena;

	pthread_mutex_lock(&post->lock);
	__atomic_store_n(&post->stopping, true, __ATOMIC_RELAXED);
	pthread_cond_broadcast(&post->called);
	pthread_mutex_unlock(&post->lock);
	for (size_t i = 0; i < post->n; i++)
		done &= ends(post->threads[i], until);
	if (!done)
		return false; /* they still use it */
	arena = post->arena;
	arena_end(&arena);
	return true;
}
