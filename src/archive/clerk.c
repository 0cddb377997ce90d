/* SPDX-License-Identifier: MIT */
/* clerk.c: the one thread that writes index rows.  Whatever waits becomes one
 * transaction, so under load a commit is shared by many instances.
 *
 * A batch that fails is tried again one by one, so that one bad row fails
 * nobody else.  An instance that cannot be indexed makes its pack stale:
 * nothing more is entered for it until it was opened anew and the records
 * that the index does not know are entered first.  So the index never passes
 * over a record. */
#include "archive/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH 512

static void answer(struct clerk *clerk, struct job *job)
{
	pthread_mutex_lock(&clerk->lock);
	job->done = true;
	pthread_cond_signal(&job->turn);
	pthread_mutex_unlock(&clerk->lock);
}

/* A pack of a study that now has a row leaves born/. */
static void place_pack(struct archive *a, struct pack *pack)
{
	char path[40], shelf[3];

	if (!pack->born)
		return;
	pack_path(pack->id, path);
	memcpy(shelf, path, 2);
	shelf[2] = '\0';
	if (mkdirat(a->folder, shelf, 0700) < 0 && errno != EEXIST)
		log_line(LOG_WARN, "archive", "cannot make a folder: %s",
		    strerror(errno));
	else if (renameat(a->born, path + 3, a->folder, path) < 0)
		log_line(LOG_WARN, "archive", "cannot place a pack: %s",
		    strerror(errno));
	else
		pack->born = false;
}

static void forget(struct job *first, const struct job *end)
{
	for (; first != end; first = first->next) {
		first->pack->known = false;
		first->pack->growth = (struct growth){0};
	}
}

/* Enters those from first up to, not with, end. */
static bool enter(struct archive *a, struct job *first, const struct job *end,
    struct err *err)
{
	struct tx *tx = db_begin(a->db);

	for (struct job *job = first; job != end; job = job->next)
		if (!job->err.kind)
			job_enter(tx, job);
	for (struct job *job = first; job != end; job = job->next)
		if (!job->err.kind)
			pack_settle(a, tx, job->pack);
	if (!db_commit(tx, err)) {
		forget(first, end);
		return false;
	}
	for (struct job *job = first; job != end; job = job->next)
		if (!job->err.kind)
			place_pack(a, job->pack);
	return true;
}

static void refuse_stale(struct job *job)
{
	if (atomic_load(&job->pack->stale))
		fail(&job->err, ERR_BUSY,
		    "could not index this study; try again");
}

static void one_by_one(struct archive *a, struct job *first)
{
	for (struct job *job = first; job; job = job->next) {
		refuse_stale(job);
		if (job->err.kind || enter(a, job, job->next, &job->err))
			continue;
		atomic_store(&job->pack->stale, true);
	}
}

static void do_batch(struct archive *a, struct job *first)
{
	struct err err = {0};
	struct job *next;

	for (struct job *job = first; job; job = job->next)
		refuse_stale(job);
	if (!enter(a, first, NULL, &err)) {
		log_line(LOG_WARN, "archive", "index=refused why=\"%s\"",
		    err.text);
		one_by_one(a, first);
	}
	for (struct job *job = first; job; job = next) {
		next = job->next; /* its owner goes on at once */
		answer(&a->clerk, job);
	}
}

/* What grew more than a second ago is told. */
static void tell_rest(struct archive *a, bool at_once)
{
	int64_t now = outside_ticks();
	struct tx *tx;

	if (!a->clerk.untold) {
		a->clerk.told_at = now;
		return;
	}
	if (!at_once && now - a->clerk.told_at < US_PER_S)
		return;
	a->clerk.untold = false;
	a->clerk.told_at = now;
	tx = db_begin(a->db);
	tell_untold(a, tx);
	db_commit(tx, NULL);
}

/* false: a second passed, and it is worth to say so. */
static bool await(struct clerk *clerk)
{
	struct timespec until;

	if (!clerk->untold) {
		pthread_cond_wait(&clerk->come, &clerk->lock);
		return true;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	return pthread_cond_timedwait(&clerk->come, &clerk->lock, &until) !=
	    ETIMEDOUT;
}

/* At most BATCH of those that wait; NULL: it is to stop. */
static struct job *take_batch(struct archive *a)
{
	struct clerk *clerk = &a->clerk;

	pthread_mutex_lock(&clerk->lock);
	while (!clerk->first && !clerk->stopping)
		if (!await(clerk)) {
			pthread_mutex_unlock(&clerk->lock);
			tell_rest(a, true);
			pthread_mutex_lock(&clerk->lock);
		}
	struct job *first = clerk->first, *last = first;
	for (int n = 1; last && last->next && n < BATCH; n++)
		last = last->next;
	if (last) {
		clerk->first = last->next;
		if (!clerk->first)
			clerk->last = &clerk->first;
		last->next = NULL;
	}
	pthread_mutex_unlock(&clerk->lock);
	return first;
}

static void *run(void *with)
{
	struct archive *a = with;
	struct job *first;

	while ((first = take_batch(a))) {
		do_batch(a, first);
		tell_rest(a, false);
	}
	tell_rest(a, true);
	return NULL;
}

bool clerk_start(struct archive *a, struct err *err)
{
	struct clerk *clerk = &a->clerk;
	pthread_condattr_t attr;

	pthread_mutex_init(&clerk->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&clerk->come, &attr);
	pthread_condattr_destroy(&attr);
	clerk->last = &clerk->first;
	clerk->running = pthread_create(&clerk->thread, NULL, run, a) == 0;
	return clerk->running ||
	    fail(err, ERR_BUSY, "could not start a thread");
}

void clerk_stop(struct archive *a)
{
	struct clerk *clerk = &a->clerk;

	if (!clerk->running)
		return;
	pthread_mutex_lock(&clerk->lock);
	clerk->stopping = true;
	pthread_cond_signal(&clerk->come);
	pthread_mutex_unlock(&clerk->lock);
	pthread_join(clerk->thread, NULL);
	pthread_cond_destroy(&clerk->come);
	pthread_mutex_destroy(&clerk->lock);
	clerk->running = false;
}

void clerk_put(struct archive *a, struct job *job)
{
	struct clerk *clerk = &a->clerk;

	pthread_cond_init(&job->turn, NULL);
	pthread_mutex_lock(&clerk->lock);
	job->next = NULL;
	*clerk->last = job;
	clerk->last = &job->next;
	pthread_cond_signal(&clerk->come);
	pthread_mutex_unlock(&clerk->lock);
}

bool clerk_wait(struct archive *a, struct job *job, struct err *err)
{
	struct clerk *clerk = &a->clerk;

	pthread_mutex_lock(&clerk->lock);
	while (!job->done)
		pthread_cond_wait(&job->turn, &clerk->lock);
	pthread_mutex_unlock(&clerk->lock);
	pthread_cond_destroy(&job->turn);
	if (job->err.kind && err && !err->kind)
		*err = job->err;
	return !job->err.kind;
}
