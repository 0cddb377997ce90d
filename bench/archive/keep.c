/* SPDX-License-Identifier: MIT */
/* keep.c: how fast archive_keep takes CT slices that are in memory already:
 * what is left of a C-STORE when the network is taken away.
 *
 *     keep DATABASE FOLDER COUNT THREADS BYTES
 *
 * Prints instances a second, and CPU for each; and before that, what the disk
 * gives to as many threads that write and flush so many bytes each, and do
 * nothing else.  Each thread sends a study of 250 instances after the other. */
#include "archive/archive.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct archive *archive;
static _Atomic int64_t left;
static size_t pixels;

static struct str slice(struct arena *arena, int64_t study, int n)
{
	struct dataset *set = dataset_new(arena, syntax_explicit);
	struct err err = {0};
	struct out out;
	char *bytes = arena_alloc(arena, pixels);
	struct str uid = arena_printf(arena, "1.2.826.0.1.%lld",
	    (long long)study);

	for (size_t i = 0; i + 8 <= pixels; i += 8) {
		uint64_t v = (i + (size_t)n) * UINT64_C(0x9e3779b97f4a7c15);
		memcpy(bytes + i, &v, 8);
	}
	dataset_put(set, TAG_SOPClassUID, S("1.2.840.10008.5.1.4.1.1.2"));
	dataset_put(set, TAG_SOPInstanceUID, arena_printf(arena, "%.*s.1.%d",
	    STR(uid), n));
	dataset_put(set, TAG_StudyDate, S("20261124"));
	dataset_put(set, TAG_AccessionNumber, S("A1"));
	dataset_put(set, TAG_Modality, S("CT"));
	dataset_put(set, TAG_PatientName, S("Smith^Ann"));
	dataset_put(set, TAG_PatientID, arena_printf(arena, "P%lld",
	    (long long)study));
	dataset_put(set, TAG_StudyInstanceUID, uid);
	dataset_put(set, TAG_SeriesInstanceUID, arena_printf(arena, "%.*s.1",
	    STR(uid)));
	dataset_put(set, TAG_InstanceNumber, arena_printf(arena, "%d", n));
	dataset_put_int(set, TAG_Rows, 512);
	dataset_put_int(set, TAG_Columns, 512);
	dataset_put_bytes(set, TAG_PixelData, VR('O', 'W'),
	    (struct str){bytes, pixels});
	out_memory(&out);
	if (!dataset_write(set, syntax_explicit, &out, &err))
		abort();
	struct str whole = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return whole;
}

static int64_t cpu_of(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * US_PER_S +
	    used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static _Atomic int64_t making; /* CPU of making slices, not of keeping them */

static void *run(void *with)
{
	int64_t study = outside_id();
	struct spool spool;

	(void)with;
	spool_begin(&spool, "/tmp", 2 << 20, INT64_C(1) << 32);
	for (int n = 0; atomic_fetch_sub(&left, 1) > 0; n++) {
		struct arena arena = {0};
		struct err err = {0};
		struct kept kept;
		int64_t before = cpu_of(RUSAGE_THREAD);
		if (n == 250) {
			study = outside_id();
			n = 0;
		}
		if (!spool_add(&spool, slice(&arena, study, n), &err))
			abort();
		atomic_fetch_add(&making, cpu_of(RUSAGE_THREAD) - before);
		struct arrival from = {.org = S("RXN"), .from = S("CT1"),
		    .bytes = &spool, .syntax_uid = S("1.2.840.10008.1.2.1")};
		if (!archive_keep(archive, &arena, &from, &kept, &err)) {
			fprintf(stderr, "keep: %s\n", err.text);
			exit(1);
		}
		spool_clear(&spool);
		arena_end(&arena);
	}
	spool_end(&spool);
	return NULL;
}

static const char *folder;

static void *write_raw(void *with)
{
	struct arena arena = {0};
	char *bytes = arena_alloc(&arena, pixels);
	const char *path = arena_cstr(&arena, arena_printf(&arena,
	    "%s/raw.%d", folder, (int)(intptr_t)with));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	memset(bytes, 7, pixels);
	while (atomic_fetch_sub(&left, 1) > 0)
		if (write(fd, bytes, pixels) != (ssize_t)pixels ||
		    fdatasync(fd) < 0)
			abort();
	close(fd);
	unlink(path);
	arena_end(&arena);
	return NULL;
}

static double timed(void *(*act)(void *), int64_t threads, int64_t count)
{
	pthread_t ids[64];
	int64_t begun = outside_ticks();

	left = count;
	for (int64_t i = 0; i < threads; i++)
		pthread_create(&ids[i], NULL, act, (void *)(intptr_t)i);
	for (int64_t i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return (double)count * 1e6 / (double)(outside_ticks() - begun);
}

int main(int argc, char **argv)
{
	struct err err = {0};
	int64_t count, threads, size;

	if (argc != 6 || !str_int(str_of(argv[3]), &count) ||
	    !str_int(str_of(argv[4]), &threads) || threads > 64 ||
	    !str_int(str_of(argv[5]), &size)) {
		fprintf(stderr,
		    "usage: keep DATABASE FOLDER COUNT THREADS BYTES\n");
		return 2;
	}
	struct db *db = db_open(argv[1], 8, &err);
	struct archive_options options = {.folder = argv[2], .settle_s = 300,
	    .open_packs = 256, .rebuilds = true};
	archive = db ? archive_open(db, &options, &err) : NULL;
	if (!archive) {
		fprintf(stderr, "keep: %s\n", err.text);
		return 1;
	}
	folder = argv[2];
	pixels = (size_t)size;
	double raw = timed(write_raw, threads, count);
	int64_t cpu = cpu_of(RUSAGE_SELF);
	double kept = timed(run, threads, count);
	double spent = (double)(cpu_of(RUSAGE_SELF) - cpu - making) / 1e3;
	printf("%lld instances of %lld bytes, %lld threads: %.0f a second, "
	    "%.3f ms CPU each; written and flushed only: %.0f a second\n",
	    (long long)count, (long long)size, (long long)threads, kept,
	    spent / (double)count, raw);
	archive_close(archive);
	db_close(db);
	return 0;
}
