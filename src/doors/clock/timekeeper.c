/* SPDX-License-Identifier: MIT */
/* timekeeper.c: one thread that does each job when it is due.  Jobs follow
 * one another, so none has to mind another; one that fails is written in the
 * log and done again at its next turn. */
#include "doors/clock/timekeeper.h"
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <time.h>

static void work(struct timekeeper *keeper, const struct job *job)
{
	struct err err = {0};
	int64_t begun = outside_ticks();

	if (!job->act(keeper, &err))
		log_line(LOG_WARN, "clock", "job=\"%s\" error=\"%s\"",
		    job->sentence, err.text);
	log_line(LOG_DEBUG, "clock", "job=\"%s\" took_ms=%lld", job->sentence,
	    (long long)((outside_ticks() - begun) / 1000));
}

int64_t timekeeper_turn(struct timekeeper *keeper, int64_t now)
{
	int64_t next = now + 3600 * US_PER_S;

	for (size_t i = 0; jobs[i].act; i++) {
		int64_t period =
		    jobs[i].period(&keeper->house->settings) * US_PER_S;

		assert(i < JOBS_MAX);
		if (period <= 0 || keeper->house->stopping)
			continue;
		if (keeper->due[i] <= now) {
			work(keeper, &jobs[i]);
			/* From the end: a slow job leaves others their turn. */
			keeper->due[i] = outside_ticks() + period;
		}
		if (keeper->due[i] < next)
			next = keeper->due[i];
	}
	return next;
}

/* True when it is time to stop. */
static bool sleep_until(struct timekeeper *keeper, int64_t ticks)
{
	int64_t left = ticks - outside_ticks();
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (left > 0) {
		left += until.tv_nsec / 1000;
		until.tv_sec += left / US_PER_S;
		until.tv_nsec = left % US_PER_S * 1000;
	}
	pthread_mutex_lock(&keeper->lock);
	while (!keeper->stop &&
	    pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until) == 0)
		;
	bool stop = keeper->stop;

	pthread_mutex_unlock(&keeper->lock);
	return stop;
}

static void *keep_time(void *with)
{
	struct timekeeper *keeper = with;

	while (!sleep_until(keeper, timekeeper_turn(keeper, outside_ticks())))
		;
	return NULL;
}

struct timekeeper *timekeeper_start(struct house *house, struct err *err)
{
	struct timekeeper *keeper = arena_new(house->arena, struct timekeeper);
	pthread_condattr_t monotonic;

	keeper->house = house;
	keeper->counted = NO_DAY;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	int no = pthread_create(&keeper->thread, NULL, keep_time, keeper);

	if (!no)
		return keeper;
	fail(err, ERR_BROKEN, "cannot start the clock's thread: %s",
	    strerror(no));
	return NULL;
}

bool timekeeper_stop(struct timekeeper *keeper, int64_t seconds)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->stop = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
	if (!thread_ends(keeper->thread, seconds))
		return false;
	watch_end(keeper);
	return true;
}
