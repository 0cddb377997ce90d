/* SPDX-License-Identifier: MIT */
/* archive.c: opening and closing: the folder, its lock, its mark.
 *
 * FOLDER/lock is held (flock) by the one program that keeps; FOLDER/open says
 * since which start of the machine it has been open, and goes when it is
 * closed in order. */
#include "archive/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static bool open_folder(struct archive *a, struct err *err)
{
	const char *path = a->options.folder;

	if (mkdir(path, 0700) < 0 && errno != EEXIST && errno != EROFS)
		return fail_disk(err, errno, "make the archive's folder");
	a->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->folder < 0)
		return fail_disk(err, errno, "open the archive's folder");
	if (!a->options.looks_only && mkdirat(a->folder, "born", 0700) < 0 &&
	    errno != EEXIST)
		return fail_disk(err, errno, "write in the archive's folder");
	a->born = openat(a->folder, "born", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->born < 0 && !a->options.looks_only)
		return fail_disk(err, errno, "open the archive's folder");
	return a->options.looks_only || fsync(a->folder) == 0 ||
	    fail_disk(err, errno, "keep the archive's folder");
}

static bool lock_folder(struct archive *a, struct err *err)
{
	a->lock_fd = openat(a->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);
	if (a->lock_fd < 0)
		return fail_disk(err, errno, "write in the archive's folder");
	if (flock(a->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	fail(err, ERR_BUSY, "another program keeps this archive");
	return hint(err, "stop it first, or let it do this");
}

static size_t read_small(int folder, const char *name, char *to, size_t most)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, to, most);

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

void flush_failed(struct archive *a)
{
	static const char says[] = "a flush failed";

	if (atomic_exchange(&a->unflushed, true))
		return;
	int fd = openat(a->folder, "open", O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	if (fd < 0 || !write_at(fd, says, strlen(says), 0) || fsync(fd) < 0)
		log_line(LOG_ERROR, "archive", "cannot mark a failed flush: "
		    "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* *was_cut: the machine was started anew while this was open, or a flush
 * failed. */
static bool set_mark(struct archive *a, bool *was_cut, struct err *err)
{
	char now[64], then[64];
	size_t n = read_small(AT_FDCWD, BOOT_ID, now, sizeof(now));
	size_t m = read_small(a->folder, "open", then, sizeof(then));
	int fd;

	*was_cut = m && (m != n || memcmp(now, then, n) != 0);
	if (m)
		return true; /* replaced once that is dealt with */
	fd = openat(a->folder, "open", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	bool done = fd >= 0 && write_at(fd, now, n, 0) && fsync(fd) == 0 &&
	    fsync(a->folder) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	return done || fail_disk(err, why, "write in the archive's folder");
}

/* Those that went leave their folders behind. */
static bool shelf_has_packs(const struct archive *a, const char *name)
{
	int fd = openat(a->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	bool any = false;
	int64_t id;

	if (!dir)
		return fd >= 0;
	while (!any && (entry = readdir(dir)))
		any = pack_name_read(entry->d_name, &id);
	closedir(dir);
	return any;
}

static bool has_packs(const struct archive *a)
{
	int fd = dup(a->folder);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	bool any = false;

	if (!dir)
		return false;
	rewinddir(dir);
	while (!any && (entry = readdir(dir)))
		any = strlen(entry->d_name) == 2 && entry->d_name[0] != '.' &&
		    shelf_has_packs(a, entry->d_name);
	closedir(dir);
	return any;
}

/* A database that was lost is not begun anew beside packs that are there. */
static bool fits_index(struct archive *a, struct err *err)
{
	struct tx *tx = db_read(a->db);
	int64_t n = db_int(tx, "select count(*) from "
	    "(select 1 from study limit 1) as any_study");
	bool failed = db_failed(tx, err);

	db_end(tx);
	if (failed)
		return false;
	if (n || a->options.rebuilds || !has_packs(a))
		return true;
	fail(err, ERR_REFUSED,
	    "the archive's folder holds studies that this database lacks");
	return hint(err,
	    "run `ribble archive rebuild`, or restore the database");
}

static bool begin_keeping(struct archive *a, struct err *err)
{
	bool was_cut;

	/* A limit on the size of files is an error, not an end. */
	signal(SIGXFSZ, SIG_IGN);
	if (!lock_folder(a, err) || !fits_index(a, err) ||
	    !set_mark(a, &was_cut, err) || !clerk_start(a, err) ||
	    !archive_recover(a, was_cut, err))
		return false;
	if (was_cut) {
		unlinkat(a->folder, "open", 0);
		if (!set_mark(a, &was_cut, err))
			return false;
	}
	return watch_start(a, err);
}

static void end_descriptors(struct archive *a)
{
	int *fds[] = {&a->lock_fd, &a->born, &a->folder};

	for (size_t i = 0; i < 3; i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static void end_parts(struct archive *a)
{
	struct arena arena = a->arena;

	watch_stop(a);
	clerk_stop(a);
	rack_end(a);
	shelf_close(a->shelf);
	flusher_end(&a->born_flusher);
	pthread_cond_destroy(&a->gate.turn);
	pthread_mutex_destroy(&a->gate.lock);
	end_descriptors(a);
	arena_end(&arena);
}

struct archive *archive_open(struct db *db,
    const struct archive_options *options, struct err *err)
{
	struct arena arena = {0};
	struct archive *a = arena_new(&arena, struct archive);

	a->arena = arena;
	a->db = db;
	a->options = *options;
	a->options.folder = arena_cstr(&a->arena, str_of(options->folder));
	if (a->options.open_packs < 2)
		a->options.open_packs = 2;
	a->folder = a->born = a->lock_fd = -1;
	flusher_begin(&a->born_flusher, 0, true);
	pthread_mutex_init(&a->gate.lock, NULL);
	pthread_cond_init(&a->gate.turn, NULL);
	rack_begin(a);
	a->shelf = shelf_open(&a->arena, a->options.open_packs);
	if (open_folder(a, err) &&
	    (options->looks_only || begin_keeping(a, err)))
		return a;
	end_parts(a);
	return NULL;
}

void archive_close(struct archive *a)
{
	watch_stop(a);
	clerk_stop(a);
	if (!a->options.looks_only && !atomic_load(&a->unflushed))
		unlinkat(a->folder, "open", 0);
	end_parts(a);
}
