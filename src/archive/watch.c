/* SPDX-License-Identifier: MIT */
/* watch.c: the slow reader: every pack is read again and compared, study by
 * study, at the rate that is set, for as long as the archive is open.  Where
 * it stopped stands in archive_total.verified; at the end it begins again,
 * after a rest. */
#include "archive/inside.h"

#include <errno.h>
#include <time.h>

#define REST_S 60

static int64_t next_study(struct archive *a)
{
	struct tx *tx = db_read(a->db);
	int64_t id = db_int(tx, "select id from study where id > "
	    "(select verified from archive_total) order by id limit 1");

	db_end(tx);
	return id;
}

static void set_verified(struct archive *a, int64_t id)
{
	struct tx *tx = db_begin(a->db);

	db_run(tx, "update archive_total set verified = $1", I(id));
	db_commit(tx, NULL);
}

/* Waits, or is told to stop. */
static void rest(struct archive *a, int64_t seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&a->watch.lock);
	while (!atomic_load(&a->stopping) &&
	    pthread_cond_timedwait(&a->watch.turn, &a->watch.lock, &until) !=
	    ETIMEDOUT)
		;
	pthread_mutex_unlock(&a->watch.lock);
}

static void *run(void *with)
{
	struct archive *a = with;

	rest(a, REST_S); /* what begins has more to do than to read */
	while (!atomic_load(&a->stopping)) {
		struct archive_tally tally = {0};
		struct err err = {0};
		int64_t id = next_study(a);
		if (id && !archive_verify(a, id, a->options.verify_mib_s, NULL,
		    NULL, &tally, &err))
			log_line(LOG_WARN, "archive", "verify=failed "
			    "why=\"%s\"", err.text);
		if (tally.bad)
			log_line(LOG_ERROR, "archive", "verify=damaged "
			    "study=%lld troubles=%lld", (long long)id,
			    (long long)tally.bad);
		set_verified(a, id);
		if (!id || err.kind)
			rest(a, REST_S);
	}
	return NULL;
}

bool watch_start(struct archive *a, struct err *err)
{
	pthread_condattr_t attr;

	if (a->options.verify_mib_s <= 0)
		return true;
	pthread_mutex_init(&a->watch.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&a->watch.turn, &attr);
	pthread_condattr_destroy(&attr);
	a->watch.running =
	    pthread_create(&a->watch.thread, NULL, run, a) == 0;
	return a->watch.running ||
	    fail(err, ERR_BUSY, "could not start a thread");
}

void watch_stop(struct archive *a)
{
	if (!a->watch.running)
		return;
	pthread_mutex_lock(&a->watch.lock);
	atomic_store(&a->stopping, true);
	pthread_cond_signal(&a->watch.turn);
	pthread_mutex_unlock(&a->watch.lock);
	pthread_join(a->watch.thread, NULL);
	pthread_cond_destroy(&a->watch.turn);
	pthread_mutex_destroy(&a->watch.lock);
	a->watch.running = false;
}
