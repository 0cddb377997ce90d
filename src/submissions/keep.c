/* SPDX-License-Identifier: MIT */
/* keep.c: each file is kept as it came, compressed, named by the hash of its
 * bytes, before anything is said of it.  Copying runs beside the reading of
 * the rows; the name is given only when the copy is on disk. */
#include "keep.h"

#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define BLOCK (1 << 20)
#define LEVEL 1

struct keep_thread {
	pthread_t id;
	char in[BLOCK];
	char out[BLOCK + (1 << 17)];
};

static bool make_folder(const char *path, struct err *err)
{
	char part[512];

	for (const char *p = path; *p; p++) {
		p += strcspn(p + 1, "/") + 1;
		snprintf(part, sizeof part, "%.*s", (int)(p - path), path);
		if (mkdir(part, 0750) && errno != EEXIST)
			return fail(err, ERR_BROKEN,
			    "could not make folder %s: %s", part,
			    strerror(errno));
		if (!*p)
			break;
	}
	return true;
}

static bool write_all(int fd, const char *at, size_t n, struct err *err)
{
	while (n) {
		ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail(err,
			    errno == ENOSPC ? ERR_BUSY : ERR_BROKEN,
			    "could not keep the file: %s", strerror(errno));
		at += done;
		n -= (size_t)done;
	}
	return true;
}

/* Presses n bytes; at the end (n 0) all that is still inside. */
static bool squeeze(struct keeping *k, ZSTD_CCtx *z, int fd, size_t n)
{
	ZSTD_inBuffer in = {k->thread->in, n, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {k->thread->out, sizeof k->thread->out, 0};
		left = ZSTD_compressStream2(
		    z, &out, &in, n ? ZSTD_e_continue : ZSTD_e_end);
		if (ZSTD_isError(left))
			return fail(&k->err, ERR_BROKEN,
			    "could not compress: %s", ZSTD_getErrorName(left));
		if (!write_all(fd, k->thread->out, out.pos, &k->err))
			return false;
	} while (n ? in.pos < in.size : left > 0);
	return true;
}

static bool copy(struct keeping *k, struct hasher *h, ZSTD_CCtx *z, int to)
{
	for (;;) {
		ssize_t n = pread(k->fd, k->thread->in, BLOCK, (off_t)k->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(&k->err, ERR_BROKEN,
			    "could not read the file: %s", strerror(errno));
		if (!squeeze(k, z, to, (size_t)n))
			return false;
		if (!n)
			return true;
		hasher_add(h, (struct str){k->thread->in, (size_t)n});
		k->size += n;
	}
}

static void *run(void *with)
{
	struct keeping *k = with;
	struct hasher *h = hasher_begin();
	ZSTD_CCtx *z = ZSTD_createCCtx();
	int to = open(k->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	k->copy = to;
	flock(to, LOCK_EX); /* so that tidying leaves it alone */
	ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	if (to < 0)
		fail(&k->err, ERR_BROKEN, "could not write %s: %s", k->path,
		    strerror(errno));
	else if (copy(k, h, z, to) && fsync(to))
		fail(&k->err, ERR_BROKEN, "could not keep the file: %s",
		    strerror(errno));
	ZSTD_freeCCtx(z);
	k->sha256 = sha256_text(hasher_end(h));
	return NULL;
}

bool keep_begin(struct keeping *k, struct arena *arena, const struct intake *to,
    int fd, struct err *err)
{
	const char *folder = to->settings->files;

	*k = (struct keeping){.to = to, .fd = fd, .copy = -1};
	if (!make_folder(folder, err))
		return false;
	snprintf(k->path, sizeof k->path, "%s/.coming-%llx", folder,
	    (unsigned long long)outside_id());
	k->thread = arena_new(arena, struct keep_thread);
	if (pthread_create(&k->thread->id, NULL, run, k) == 0)
		return true;
	k->thread = NULL;
	return fail(err, ERR_BUSY, "could not start a thread");
}

bool keep_wait(struct keeping *k, struct err *err)
{
	if (!k->done)
		pthread_join(k->thread->id, NULL);
	k->done = true;
	if (k->err.kind)
		*err = k->err;
	return !k->err.kind;
}

static void path_of(
    const struct intake *to, const char *sha256, char *path, size_t size)
{
	snprintf(path, size, "%s/%s.zst", to->settings->files, sha256);
}

bool keep_name(struct keeping *k, struct err *err)
{
	char path[512];
	int folder;

	path_of(k->to, k->sha256.at, path, sizeof path);
	if (rename(k->path, path))
		return fail(err, ERR_BROKEN, "could not keep the file: %s",
		    strerror(errno));
	k->path[0] = '\0';
	folder =
	    open(k->to->settings->files, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fsync(folder))
		fail(err, ERR_BROKEN, "could not keep the file: %s",
		    strerror(errno));
	if (folder >= 0)
		close(folder);
	return !err->kind;
}

void keep_drop(struct keeping *k)
{
	struct err ignored = {0};

	if (k->thread)
		keep_wait(k, &ignored);
	if (k->path[0])
		unlink(k->path);
	k->path[0] = '\0';
	if (k->copy >= 0)
		close(k->copy);
	k->copy = -1;
}

/* The bytes as they came, in an unnamed file that goes with its descriptor. */
static bool unsqueeze(FILE *from, int to, struct err *err)
{
	static _Thread_local char in[1 << 16], out[1 << 17];
	ZSTD_DCtx *z = ZSTD_createDCtx();
	size_t n, left = 1;

	while (!err->kind && (n = fread(in, 1, sizeof in, from)) > 0) {
		ZSTD_inBuffer source = {in, n, 0};
		while (source.pos < source.size && !err->kind) {
			ZSTD_outBuffer sink = {out, sizeof out, 0};
			left = ZSTD_decompressStream(z, &sink, &source);
			if (ZSTD_isError(left))
				fail(err, ERR_BROKEN,
				    "the kept file is damaged: %s",
				    ZSTD_getErrorName(left));
			else
				write_all(to, out, sink.pos, err);
		}
	}
	if (!err->kind && left)
		fail(err, ERR_BROKEN, "the kept file is cut short");
	ZSTD_freeDCtx(z);
	return !err->kind;
}

int keep_open(const struct intake *to, const char *sha256, struct err *err)
{
	char path[512];
	FILE *from;
	int fd =
	    open(to->settings->files, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	path_of(to, sha256, path, sizeof path);
	from = fopen(path, "re");
	if (!from)
		fail(err, errno == ENOENT ? ERR_MISSING : ERR_BROKEN,
		    "could not open the kept file: %s", strerror(errno));
	else if (fd < 0)
		fail(err, ERR_BROKEN, "could not make a file in %s: %s",
		    to->settings->files, strerror(errno));
	else
		unsqueeze(from, fd, err);
	if (from)
		fclose(from);
	if (!err->kind && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A copy that nobody holds was left by a program that is no more. */
static void tidy_one(int folder, const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(folder, name, 0);
	close(fd);
}

bool keep_tidy(const struct intake *to, struct err *err)
{
	DIR *folder;
	struct dirent *entry;

	if (!make_folder(to->settings->files, err))
		return false;
	folder = opendir(to->settings->files);
	if (!folder)
		return fail(err, ERR_BROKEN, "could not read %s: %s",
		    to->settings->files, strerror(errno));
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, ".coming-", 8) == 0)
			tidy_one(dirfd(folder), entry->d_name);
	closedir(folder);
	return true;
}
