/* SPDX-License-Identifier: MIT */
/* watch.c: takes what others drop into a folder.
 *
 * (1) A file is taken when two looks, watch_seconds apart, find it the same:
 *     it has stopped growing.  Names that begin with a dot, or end in .part,
 *     .tmp or .filepart, belong to those who are still writing them.
 * (2) What was taken is moved to taken/, what was refused to refused/, with
 *     the reasons beside it in NAME.why.txt, both within the folder.
 * (3) What could not be dealt with (a full disk) stays, and is tried again. */
#include "doors/clock/timekeeper.h"
#include "submissions/submissions.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_unfinished(const char *name)
{
	struct str s = str_of(name);

	return name[0] == '.' || str_ends(s, S(".part")) ||
	    str_ends(s, S(".tmp")) || str_ends(s, S(".filepart"));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct seen *)a)->name,
	    ((const struct seen *)b)->name);
}

static size_t count_entries(DIR *dir)
{
	size_t n = 0;

	while (readdir(dir))
		n++;
	rewinddir(dir);
	return n;
}

static bool look_at(struct look *look, DIR *dir, const char *name)
{
	struct seen *seen = &look->files[look->n];
	struct stat is;

	if (is_unfinished(name) ||
	    fstatat(dirfd(dir), name, &is, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(is.st_mode))
		return false;
	seen->name = arena_cstr(&look->arena, str_of(name));
	seen->size = is.st_size;
	seen->changed_at =
	    is.st_mtim.tv_sec * US_PER_S + is.st_mtim.tv_nsec / 1000;
	seen->stuck = false;
	look->n++;
	return true;
}

static bool look_around(struct look *look, const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	arena_end(&look->arena);
	look->n = 0;
	if (!dir)
		return fail(err, ERR_BROKEN, "cannot read the folder %.150s: %s",
		    folder, strerror(errno));
	size_t room = count_entries(dir);

	look->files = arena_array(&look->arena, struct seen, room + 1);
	while ((entry = readdir(dir)) && look->n < room)
		look_at(look, dir, entry->d_name);
	closedir(dir);
	qsort(look->files, look->n, sizeof(struct seen), by_name);
	return true;
}

static const struct seen *seen_before(const struct look *last,
    const struct seen *now)
{
	const struct seen *found = last->n
	    ? bsearch(now, last->files, last->n, sizeof(*now), by_name)
	    : NULL;

	if (found && found->size == now->size &&
	    found->changed_at == now->changed_at)
		return found;
	return NULL;
}

static void write_reason(struct arena *arena, int folder, const char *name,
    struct str reason)
{
	const char *path =
	    arena_printf(arena, "refused/%s.why.txt%c", name, 0).at;
	int fd = openat(folder, path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct out out;

	if (fd < 0)
		return;
	out_file(&out, fd);
	out_printf(&out, "%.*s\n", STR(reason));
	out_end(&out, NULL);
	close(fd);
}

/* To the folder `where`, under its own name or, if that is taken, with a
 * number in front. */
static bool move(struct arena *arena, int folder, const char *name,
    const char *where, const char **moved, struct err *err)
{
	*moved = name;
	mkdirat(folder, where, 0777);
	for (int i = 1; i < 1000; i++) {
		const char *to =
		    arena_printf(arena, "%s/%s%c", where, *moved, 0).at;

		if (renameat2(folder, name, folder, to, RENAME_NOREPLACE) == 0)
			return true;
		if (errno != EEXIST)
			break;
		*moved = arena_printf(arena, "%d-%s%c", i, name, 0).at;
	}
	return fail(err, ERR_BROKEN, "cannot move %.120s to %s: %s", name,
	    where, strerror(errno));
}

static bool take(struct timekeeper *keeper, struct arena *arena, int folder,
    const char *name, struct submission *submission, struct err *err)
{
	struct intake intake = {keeper->house->db, &keeper->house->settings};
	struct submission_options options = {
	    .name = str_of(name), .how = S("watch")};
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return fail(err, ERR_BROKEN, "cannot open %.120s: %s", name,
		    strerror(errno));
	bool ok = submission_take(&intake, arena, fd, &options, submission,
	    err);

	close(fd);
	return ok;
}

/* What is taken and cannot be moved away is stuck: not taken at each look. */
static bool take_and_move(struct timekeeper *keeper, int folder,
    struct seen *seen, struct err *err)
{
	struct arena arena = {0};
	const char *name = seen->name;
	struct submission submission = {0};
	const char *moved;
	bool ok = take(keeper, &arena, folder, name, &submission, err);
	bool refused = submission.state == SUBMISSION_REFUSED;

	if (ok) {
		log_line(refused ? LOG_WARN : LOG_INFO, "watch",
		    "file=\"%s\" state=%s rows=%lld bad=%lld", name,
		    code_at(submission_states, (int)submission.state)->code,
		    (long long)submission.rows, (long long)submission.bad);
		ok = move(&arena, folder, name, refused ? "refused" : "taken",
		    &moved, err);
		seen->stuck = !ok;
	}
	if (ok && refused)
		write_reason(&arena, folder, moved, submission.reason);
	arena_end(&arena);
	return ok;
}

static void consider(struct timekeeper *keeper, const struct look *last,
    struct seen *now, int folder)
{
	const struct seen *before = seen_before(last, now);
	struct err err = {0};

	if (!before || keeper->house->stopping)
		return;
	now->stuck = before->stuck;
	if (!now->stuck && !take_and_move(keeper, folder, now, &err))
		log_line(LOG_WARN, "watch", "file=\"%s\" error=\"%s\"",
		    now->name, err.text);
}

bool watch_folder(struct timekeeper *keeper, struct err *err)
{
	const char *path = keeper->house->settings.watch;
	struct look last = keeper->looks[0];

	keeper->looks[0] = keeper->looks[1];
	keeper->looks[1] = last;
	if (!look_around(&keeper->looks[0], path, err))
		return false;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return fail(err, ERR_BROKEN, "cannot open the folder %.150s: %s",
		    path, strerror(errno));
	for (size_t i = 0; i < keeper->looks[0].n; i++)
		consider(keeper, &keeper->looks[1], &keeper->looks[0].files[i],
		    folder);
	close(folder);
	return true;
}

void watch_end(struct timekeeper *keeper)
{
	arena_end(&keeper->looks[0].arena);
	arena_end(&keeper->looks[1].arena);
}
