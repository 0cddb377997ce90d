/* SPDX-License-Identifier: MIT */
/* test_durable.c: what was acknowledged is on the disk, also while the log is
 * checkpointed and starts again; a disk that fails is never trusted again. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static int watched_fdatasync(int fd);
#define fdatasync watched_fdatasync
#define STEP 64
#include "store/durable.c"
#undef fdatasync

#include "disk.h"
#include "place.h"
#include <sys/stat.h>

#define THREADS 8

static char log_path[600];
static atomic_int syncs, fail_after = -1, delay_us;

static int watched_fdatasync(int fd)
{
	if (atomic_load(&fail_after) >= 0 &&
	    atomic_fetch_sub(&fail_after, 1) <= 0) {
		atomic_store(&fail_after, 0);
		errno = EIO;
		return -1;
	}
	atomic_fetch_add(&syncs, 1);
	/* What is written meanwhile may or may not be synced: here it is while
	 * the disk has not begun, and is not while it has not ended. */
	usleep((useconds_t)atomic_load(&delay_us));
	disk_synced(log_path);
	usleep((useconds_t)atomic_load(&delay_us));
	return fsync(fd);
}

struct writer {
	pthread_t thread;
	struct db *db;
	int number;
	_Atomic int64_t acknowledged, refused;
};

static struct writer writers[THREADS];
static atomic_bool stop;

static void *write_on(void *with)
{
	struct writer *w = with;

	for (int64_t i = 1; !atomic_load(&stop); i++) {
		struct tx *tx = db_begin(w->db);
		db_run(tx, "insert into done (writer, n, filler) "
		    "values ($1, $2, $3)", I(w->number), I(i),
		    T(S("something of a length that fills pages before long")));
		if (!db_commit(tx, NULL)) {
			w->refused++;
			break;
		}
		atomic_store(&w->acknowledged, i);
	}
	return NULL;
}

static void *read_on(void *with)
{
	struct db *db = with;

	while (!atomic_load(&stop)) {
		struct tx *tx = db_read(db);
		db_int(tx, "select count(*) from done");
		usleep(3000);
		db_end(tx);
	}
	return NULL;
}

static struct db *begin(const struct place_name *place)
{
	snprintf(log_path, sizeof(log_path), "%s-wal", place->where);
	struct db *db = place_open(place->where);
	struct tx *tx = db_begin(db);
	db_run(tx, "create table done (writer bigint, n bigint, filler text, "
	    "primary key (writer, n))");
	must_commit(tx);
	stop = false;
	for (int i = 0; i < THREADS; i++) {
		writers[i] = (struct writer){.db = db, .number = i};
		pthread_create(&writers[i].thread, NULL, write_on, &writers[i]);
	}
	return db;
}

static void end(void)
{
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(writers[i].thread, NULL);
}

static int64_t kept(sqlite3 *db, int writer)
{
	sqlite3_stmt *stmt;
	int64_t n = -1;

	sqlite3_prepare_v2(db, "select count(*), max(n) from done "
	    "where writer = ?", -1, &stmt, NULL);
	sqlite3_bind_int(stmt, 1, writer);
	if (sqlite3_step(stmt) == SQLITE_ROW &&
	    sqlite3_column_int64(stmt, 0) == sqlite3_column_int64(stmt, 1))
		n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

/* The machine loses its power now: what does the disk have? */
static void crash(const char *folder)
{
	int64_t told[THREADS];
	char from[128], to[128];
	sqlite3 *db;

	for (int i = 0; i < THREADS; i++)
		told[i] = atomic_load(&writers[i].acknowledged);
	pthread_mutex_lock(&disk_lock);
	static const char *const ends[] = {"", "-wal"};
	for (int i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s/ribble.db%s", disk_folder,
		    ends[i]);
		snprintf(to, sizeof(to), "%s/other.db%s", folder, ends[i]);
		disk_copy(from, to);
	}
	pthread_mutex_unlock(&disk_lock);
	snprintf(to, sizeof(to), "%s/other.db", folder);
	sqlite3_open_v2(to, &db, SQLITE_OPEN_READWRITE, "unix");
	for (int i = 0; i < THREADS; i++) {
		int64_t n = kept(db, i);
		if (n < told[i])
			fail_msg("writer %d was told %lld, the disk has %lld",
			    i, (long long)told[i], (long long)n);
	}
	sqlite3_close(db);
}

static void acknowledged_is_on_the_disk(void **state)
{
	struct place_name place = place_sqlite(), second = place_sqlite();
	pthread_t reader;
	int64_t all = 0;

	(void)state;
	snprintf(disk_folder, sizeof(disk_folder), "%s", second.folder);
	syncs = 0;
	delay_us = 1000;
	struct db *db = begin(&place);
	pthread_create(&reader, NULL, read_on, db);
	usleep(100000);
	for (int i = 0; i < 60; i++) {
		crash(place.folder);
		usleep(20000);
	}
	end();
	pthread_join(reader, NULL);
	delay_us = 0;
	crash(place.folder);
	for (int i = 0; i < THREADS; i++)
		all += writers[i].acknowledged;
	print_message("# %lld commits, %d syncs\n", (long long)all, syncs);
	assert_true(all > 100);
	assert_true(syncs < all); /* some were shared */
	pthread_mutex_lock(&disk_lock);
	disk_folder[0] = 0;
	pthread_mutex_unlock(&disk_lock);
	db_close(db);
	place_drop(&second);
	place_drop(&place);
}

static void many_commits_share_a_sync(void **state)
{
	struct place_name place = place_sqlite();
	int64_t all = 0;

	(void)state;
	delay_us = 1000;
	struct db *db = begin(&place);
	syncs = 0;
	usleep(400000);
	end();
	for (int i = 0; i < THREADS; i++)
		all += writers[i].acknowledged;
	delay_us = 0;
	print_message("# %lld commits, %d syncs\n", (long long)all, syncs);
	assert_true(all > 3 * syncs);
	db_close(db);
	place_drop(&place);
}

static void the_log_stays_short(void **state)
{
	struct place_name place = place_sqlite();
	pthread_t readers[3];
	struct stat is;
	off_t longest = 0;

	(void)state;
	struct db *db = begin(&place);
	for (int i = 0; i < 3; i++)
		pthread_create(&readers[i], NULL, read_on, db);
	for (int i = 0; i < 150; i++) {
		usleep(10000);
		if (stat(log_path, &is) == 0 && is.st_size > longest)
			longest = is.st_size;
	}
	end();
	for (int i = 0; i < 3; i++)
		pthread_join(readers[i], NULL);
	print_message("# longest log %lld KiB\n", (long long)longest / 1024);
	assert_true(longest < 3 * LONG * 4120);
	db_close(db);
	place_drop(&place);
}

static void a_failing_disk_is_never_trusted(void **state)
{
	struct place_name place = place_sqlite();
	struct err err = {0};

	(void)state;
	struct db *db = begin(&place);
	usleep(50000);
	fail_after = 3;
	for (int i = 0; i < THREADS; i++) /* each of them, without being told */
		pthread_join(writers[i].thread, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_true(writers[i].refused == 1);
	fail_after = -1; /* it seems well again */
	struct tx *tx = db_begin(db);
	db_run(tx, "insert into done values (99, 1, '')");
	assert_false(db_commit(tx, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_true(err.hint[0]);
	/* What is there can still be read. */
	tx = db_read(db);
	assert_true(db_int(tx, "select count(*) from done") > 0);
	must_not_fail(tx);
	db_end(tx);
	db_close(db);
	db = place_open(place.where);
	tx = db_begin(db);
	for (int i = 0; i < THREADS; i++)
		assert_true(db_int(tx, "select count(*) from done "
		    "where writer = $1", I(i)) >= writers[i].acknowledged);
	must_commit(tx);
	db_close(db);
	place_drop(&place);
}

static void reading_waits_for_nothing(void **state)
{
	struct place_name place = place_sqlite();

	(void)state;
	snprintf(log_path, sizeof(log_path), "%s-wal", place.where);
	struct db *db = place_open(place.where);
	syncs = 0;
	for (int i = 0; i < 10; i++)
		must_commit(db_begin(db)); /* writes nothing */
	assert_int_equal(syncs, 0);
	db_close(db);
	place_drop(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(acknowledged_is_on_the_disk),
	    cmocka_unit_test(many_commits_share_a_sync),
	    cmocka_unit_test(the_log_stays_short),
	    cmocka_unit_test(a_failing_disk_is_never_trusted),
	    cmocka_unit_test(reading_waits_for_nothing),
	};

	disk_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
