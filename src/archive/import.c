/* SPDX-License-Identifier: MIT */
/* import.c: files already on a disk: one, a folder of them, or what a
 * DICOMDIR names.  Each is kept as it is; one that cannot be is told, and
 * stops nobody else. */
#include "archive/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEPEST 32
#define DICOMDIR_MOST (INT64_C(1) << 30)

struct importing {
	struct archive *archive;
	struct str org, from;
	void (*tell)(void *, const char *path, const struct err *);
	void *with;
	struct archive_tally *tally;
};

static void tell_bad(struct importing *im, const char *path,
    const struct err *why)
{
	im->tally->bad++;
	if (im->tell)
		im->tell(im->with, path, why);
}

/* Does the disk fail, and not the file?  Then it is no use to go on. */
static bool keep_fd(struct importing *im, const char *path, int fd,
    int64_t size, struct err *err)
{
	struct arrival from = {.org = im->org, .from = im->from,
	    .is_file = true, .fd = fd, .size = size};
	struct arena arena = {0};
	struct err why = {0};
	struct kept kept;
	bool done = archive_keep(im->archive, &arena, &from, &kept, &why);

	arena_end(&arena);
	if (done) {
		im->tally->instances++;
		im->tally->packs += kept.as == KEPT_SAME;
		im->tally->size += size;
		return true;
	}
	tell_bad(im, path, &why);
	if (why.kind == ERR_INPUT)
		return true;
	*err = why;
	return false;
}

static bool import_file(struct importing *im, int folder, const char *name,
    const char *path, struct err *err)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct err why = {0};
	struct stat is;
	bool done = true;

	if (fd < 0 || fstat(fd, &is) < 0) {
		fail(&why, ERR_MISSING, "cannot be opened: %s",
		    strerror(errno));
		tell_bad(im, path, &why);
	} else if (S_ISREG(is.st_mode)) {
		done = keep_fd(im, path, fd, is.st_size, err);
	}
	if (fd >= 0)
		close(fd);
	return done;
}

/* What a DICOMDIR names, beside it; the letters of names may be small. */
static bool import_named(struct importing *im, int folder, const char *above,
    const struct dicomdir_file *file, struct err *err)
{
	struct arena arena = {0};
	char *name = arena_alloc(&arena, file->path.len + 1);
	const char *path;

	memcpy(name, file->path.at, file->path.len);
	path = arena_cstr(&arena, arena_printf(&arena, "%s/%.*s", above,
	    STR(file->path)));
	if (faccessat(folder, name, F_OK, 0) < 0)
		for (char *c = name; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 'a' - 'A');
	bool done = import_file(im, folder, name, path, err);
	arena_end(&arena);
	return done;
}

static bool read_whole(struct arena *arena, int fd, struct str *bytes,
    struct err *err)
{
	struct stat is;
	char *at;

	if (fstat(fd, &is) < 0 || is.st_size > DICOMDIR_MOST)
		return fail(err, ERR_INPUT, "cannot be read as a DICOMDIR");
	at = arena_alloc(arena, (size_t)is.st_size + 1);
	*bytes = (struct str){at, (size_t)is.st_size};
	return read_at(fd, at, bytes->len, 0) ||
	    fail_disk(err, errno, "read a DICOMDIR");
}

static bool import_dicomdir(struct importing *im, int folder, const char *name,
    const char *above, struct err *err)
{
	struct arena arena = {0};
	struct dicomdir_file *files;
	struct str bytes;
	size_t n = 0, bad = 0;
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 || fail(err, ERR_MISSING, "cannot be opened: %s",
	    strerror(errno));

	done = done && read_whole(&arena, fd, &bytes, err) &&
	    dicomdir_read(&arena, bytes, &files, &n, &bad, err);
	if (fd >= 0)
		close(fd);
	im->tally->bad += (int64_t)bad;
	for (size_t i = 0; done && i < n; i++)
		done = import_named(im, folder, above, &files[i], err);
	arena_end(&arena);
	return done;
}

/* Takes the descriptor. */
static bool import_folder(struct importing *im, int folder, const char *path,
    int depth, struct err *err)
{
	DIR *dir = depth < DEEPEST ? fdopendir(folder) : NULL;
	struct dirent *entry;
	bool done = true;

	if (!dir) {
		close(folder);
		return fail(err, ERR_INPUT, "a folder cannot be read");
	}
	while (done && (entry = readdir(dir))) {
		struct arena arena = {0};
		const char *name = entry->d_name;
		if (name[0] == '.' ||
		    str_eq_nocase(str_of(name), S("DICOMDIR")))
			continue;
		const char *below = arena_cstr(&arena,
		    arena_printf(&arena, "%s/%s", path, name));
		int fd = openat(folder, name, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
		done = fd >= 0 ? import_folder(im, fd, below, depth + 1, err) :
		    import_file(im, folder, name, below, err);
		arena_end(&arena);
	}
	closedir(dir);
	return done;
}

bool archive_import(struct archive *a, const char *path, struct str org,
    struct str from, void (*tell)(void *, const char *, const struct err *),
    void *with, struct archive_tally *tally, struct err *err)
{
	struct importing im = {a, org, from, tell, with, tally};
	struct err own = {0};
	struct arena arena = {0};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *above = !slash ? "." : slash == path ? "/" :
	    arena_cstr(&arena, (struct str){path, (size_t)(slash - path)});
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done;

	if (fd >= 0) {
		done = import_folder(&im, fd, path, 0, &own);
	} else if (str_eq_nocase(str_of(name), S("DICOMDIR"))) {
		fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		done = fd >= 0 ? import_dicomdir(&im, fd, name, above, &own) :
		    fail(&own, ERR_MISSING, "cannot be opened: %s",
			strerror(errno));
		if (fd >= 0)
			close(fd);
	} else {
		done = import_file(&im, AT_FDCWD, path, path, &own);
	}
	if (!done && err && !err->kind)
		*err = own;
	arena_end(&arena);
	return done;
}
