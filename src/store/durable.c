/* SPDX-License-Identifier: MIT */
/* durable.c: one fdatasync for many commits.
 *
 * SQLite with synchronous=normal does not sync the log at a commit.  Here a
 * commit first gives up the writer's turn and then waits; the first to wait
 * leads: it syncs the log once for every commit written before it began, and
 * those who came meanwhile have the next leader among them.
 *
 *   write A ─┬─ write B ── write C ──┬─ ...
 *            └─ sync (A) ────────────┴─ sync (B, C) ── B and C are told
 *
 * Why a commit is on the disk when durable_wait says so:
 * (1) Its frames were in the log file before durable_written counted it, and
 *     fdatasync began after that.
 * (2) Frames leave the log only when it starts again from the beginning or is
 *     truncated.  SQLite does either only after a checkpoint that has synced
 *     the log, copied all frames to the database and synced that.  So frames
 *     that are no longer there when we sync are already in the database.
 * (3) Frames are valid as a chain of checksums from the log's header, which
 *     SQLite syncs itself when the log starts again; those before ours were
 *     written before ours, so the same fdatasync covers them.
 * (4) The log's own name in its folder is synced when the place is opened.
 *
 * Readers may see a commit some milliseconds before it is on the disk; a
 * transaction to write that wrote nothing waits for what it may have seen.
 *
 * A failed fdatasync may have lost pages that later ones report as written.
 * So after the first failure no commit is ever acknowledged again; the
 * program must be started anew, and SQLite reads what the disk has.
 *
 * The log is checkpointed every STEP frames by the thread whose commit passes
 * that.  This does not disturb readers or the writer, and in a quiet moment
 * the writer starts the log again.  Readers that overlap without end would
 * prevent it for ever; past LONG frames the checkpoint therefore waits for
 * them, with the writer's turn taken, for at most PATIENCE_MS. */
#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#ifndef STEP
#define STEP 2048 /* frames of 8 KiB: 16 MiB */
#endif
#define LONG (4 * STEP)
#define PATIENCE_MS 250
#define ATTEMPT_MS 10

bool folder_sync(const char *path)
{
	struct arena arena = {0};
	const char *mark = strrchr(path, '/');
	const char *folder = mark ? arena_cstr(&arena,
	    (struct str){path, (size_t)(mark - path) + 1}) : ".";
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	arena_end(&arena);
	return done;
}

bool durable_open(struct durable *d, const char *path, sqlite3 *keeper,
    struct err *err)
{
	struct arena arena = {0};
	struct str log = arena_printf(&arena, "%s-wal", path);

	*d = (struct durable)DURABLE_NEW;
	pthread_mutex_init(&d->lock, NULL);
	pthread_mutex_init(&d->tidy, NULL);
	pthread_cond_init(&d->turn, NULL);
	d->keeper = keeper;
	/* Closing this drops no lock of SQLite's: it locks other files. */
	d->wal = open(log.at, O_RDWR | O_CLOEXEC);
	int why = errno;
	bool done = d->wal >= 0 && folder_sync(path);
	if (d->wal >= 0 && !done)
		why = errno;
	arena_end(&arena);
	return done || fail(err, ERR_BROKEN,
	    "cannot keep the log of %.150s: %s", path, strerror(why));
}

void durable_close(struct durable *d)
{
	if (!d->keeper)
		return;
	sqlite3_close_v2(d->keeper);
	if (d->wal >= 0)
		close(d->wal);
	pthread_cond_destroy(&d->turn);
	pthread_mutex_destroy(&d->tidy);
	pthread_mutex_destroy(&d->lock);
	d->keeper = NULL;
}

uint64_t durable_written(struct durable *d, int frames)
{
	pthread_mutex_lock(&d->lock);
	if (frames > 0) {
		d->written++;
		d->frames = frames;
	}
	uint64_t ticket = d->written;
	pthread_mutex_unlock(&d->lock);
	return ticket;
}

/* With the lock held, which is let go of meanwhile. */
static void lead(struct durable *d)
{
	uint64_t all = d->written;

	d->leading = true;
	pthread_mutex_unlock(&d->lock);
	int why = fdatasync(d->wal) == 0 ? 0 : errno;
	pthread_mutex_lock(&d->lock);
	d->leading = false;
	if (why)
		d->broken = why;
	else
		d->synced = all;
	pthread_cond_broadcast(&d->turn);
}

static bool say_broken(int why, struct err *err)
{
	fail(err, ERR_BROKEN, "the disk could not keep what was written: %s",
	    strerror(why));
	return hint(err, "nothing is lost that was acknowledged; mend the "
	    "disk and start the program again");
}

bool durable_wait(struct durable *d, uint64_t ticket, struct err *err)
{
	pthread_mutex_lock(&d->lock);
	while (d->synced < ticket && !d->broken) {
		if (d->leading)
			pthread_cond_wait(&d->turn, &d->lock);
		else
			lead(d);
	}
	int why = d->synced < ticket ? d->broken : 0;
	pthread_mutex_unlock(&d->lock);
	return why == 0 || say_broken(why, err);
}

bool durable_broken(struct durable *d, struct err *err)
{
	pthread_mutex_lock(&d->lock);
	int why = d->broken;
	pthread_mutex_unlock(&d->lock);
	if (why)
		say_broken(why, err);
	return why != 0;
}

/* Is a checkpoint due?  A log shorter than before has started again. */
static bool is_due(struct durable *d, bool *is_long)
{
	pthread_mutex_lock(&d->lock);
	if (d->frames < d->tidied)
		d->tidied = 0;
	bool due = !d->broken && d->frames - d->tidied >= STEP;
	*is_long = d->frames >= LONG;
	pthread_mutex_unlock(&d->lock);
	return due;
}

static int checkpoint(struct durable *d, int mode)
{
	int frames = 0, copied;
	int rc = sqlite3_wal_checkpoint_v2(d->keeper, NULL, mode, &frames,
	    &copied);

	if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
		log_line(LOG_WARN, "checkpoint failed", "why=\"%s\"",
		    sqlite3_errmsg(d->keeper));
	pthread_mutex_lock(&d->lock);
	d->tidied = frames > 0 ? frames : 0;
	pthread_mutex_unlock(&d->lock);
	return rc;
}

bool durable_tidy(struct durable *d)
{
	bool is_long;

	if (!is_due(d, &is_long) || pthread_mutex_trylock(&d->tidy) != 0)
		return false;
	sqlite3_busy_handler(d->keeper, NULL, NULL);
	checkpoint(d, SQLITE_CHECKPOINT_PASSIVE);
	if (!is_long)
		pthread_mutex_unlock(&d->tidy);
	return is_long;
}

static int wait_for_readers(void *with, int times)
{
	(void)with;
	usleep(1000);
	return times < ATTEMPT_MS;
}

/* SQLite waits for whoever reads from an old mark, but does not see when the
 * last of those has gone and new readers have made the mark a new one: they
 * would be waited for without end.  Another attempt does see it. */
void durable_cut(struct durable *d)
{
	int64_t until = outside_ticks() + PATIENCE_MS * 1000;

	sqlite3_busy_handler(d->keeper, wait_for_readers, NULL);
	while (checkpoint(d, SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_BUSY &&
	    outside_ticks() < until)
		;
	pthread_mutex_unlock(&d->tidy);
}
