/* SPDX-License-Identifier: MIT */
/* restore.c: a backup, into an empty store.
 *
 * (1) The whole backup is checked before anything is written.
 * (2) A store that holds something is refused, and left as it is.
 * (3) The files are in their place before the database speaks of them. */
#include "doors/command/line.h"
#include "doors/command/pack.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
	struct arena *arena;
	const char *folder; /* where the backup is laid out, beside `files` */
	const char *name;   /* of the file in hand */
	int fd;
};

static const char *below(struct restoring *r, const char *name)
{
	return arena_printf(r->arena, "%s/%s%c", r->folder, name, 0).at;
}

static bool file_begin(void *with, struct str name, int64_t size,
    struct err *err)
{
	struct restoring *r = with;

	(void)size;
	r->name = below(r, arena_cstr(r->arena, name));
	if (!folder_make(folder_of(r->arena, r->name), err))
		return false;
	r->fd = open(r->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (r->fd >= 0)
		return true;
	return fail(err, ERR_BROKEN, "cannot write %.150s: %s", r->name,
	    strerror(errno));
}

static bool file_bytes(void *with, struct str bytes, struct err *err)
{
	struct restoring *r = with;

	while (bytes.len) {
		ssize_t n = write(r->fd, bytes.at, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, ERR_BROKEN, "cannot write %.150s: %s",
			    r->name, strerror(errno));
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

static bool file_end(void *with, struct err *err)
{
	struct restoring *r = with;
	bool ok = fsync(r->fd) == 0;

	close(r->fd);
	r->fd = -1;
	return ok ||
	    fail(err, ERR_BROKEN, "cannot write %.150s: %s", r->name,
		strerror(errno));
}

static bool is_empty_folder(const char *path, struct err *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool empty = true;

	if (!dir)
		return errno == ENOENT ||
		    fail(err, ERR_INPUT, "cannot read the folder %.150s: %s",
			path, strerror(errno));
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			empty = false;
	closedir(dir);
	if (empty)
		return true;
	fail(err, ERR_CONFLICT, "the folder of files %.120s is not empty",
	    path);
	return hint(err, "restore with another --files, or move it away");
}

static bool is_empty_store(struct house *house, struct err *err)
{
	if (!is_empty_folder(house->settings.files, err))
		return false;
	if (!house_open_bare(house, err))
		return false;
	if (journal_last(house->db) == 0)
		return true;
	fail(err, ERR_CONFLICT, "the database already holds something");
	return hint(err, "restore into another --database");
}

/* Files first; taken back if the database then refuses. */
static bool move_in(struct house *house, struct restoring *r, struct err *err)
{
	const char *files = house->settings.files, *laid = below(r, "files");

	if (!folder_make(laid, err))
		return false;
	if (rmdir(files) < 0 && errno != ENOENT)
		return fail(err, ERR_BROKEN, "cannot replace %.150s: %s",
		    files, strerror(errno));
	if (rename(laid, files) < 0)
		return fail(err, ERR_BROKEN, "cannot name %.150s: %s", files,
		    strerror(errno));
	if (store_restore(house->db, below(r, "database"), err))
		return true;
	rename(files, laid);
	return false;
}

static bool lay_out(struct restoring *r, struct unpacking *unpacking,
    const char *path, struct err *err)
{
	unpacking->begin = file_begin;
	unpacking->bytes = file_bytes;
	unpacking->end = file_end;
	unpacking->with = r;
	unpacking->what = "restore";
	bool ok = pack_read(unpacking, path, err);

	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	return ok;
}

static bool restore(struct house *house, struct unpacking *unpacking,
    const char *path, struct err *err)
{
	struct str folder = arena_printf(house->arena, "%s.restoring%c",
	    house->settings.files, 0);
	struct restoring r = {.arena = house->arena, .folder = folder.at,
	    .fd = -1};

	unpacking->what = "check";
	if (!pack_read(unpacking, path, err) || !is_empty_store(house, err))
		return false;
	if (mkdir(r.folder, 0700) < 0) {
		fail(err, ERR_CONFLICT, "cannot make the folder %.120s: %s",
		    r.folder, strerror(errno));
		return hint(err, "it is left by a restore that was broken "
				 "off: remove it");
	}
	bool ok = lay_out(&r, unpacking, path, err) &&
	    move_in(house, &r, err);

	folder_remove(r.folder);
	return ok;
}

static bool say(const struct line *line, const struct unpacking *unpacking,
    int64_t entries, struct err *err)
{
	struct result result;
	struct json json = {.out = &result.out};

	if (!result_begin(&result, line, err))
		return false;
	if (option_given(line, "json")) {
		json_object(&json);
		json_key(&json, "files");
		json_int(&json, unpacking->files - 1);
		json_key(&json, "journal");
		json_int(&json, entries);
		json_object_end(&json);
		out_char(&result.out, '\n');
	} else {
		out_printf(&result.out,
		    "restored: the database, up to journal entry %lld, and "
		    "%lld files\n",
		    (long long)entries, (long long)(unpacking->files - 1));
	}
	return result_end(&result, err);
}

int command_restore(struct house *house, const struct line *line,
    struct err *err)
{
	struct unpacking unpacking = {0};
	int64_t entries = 0;

	if (!restore(house, &unpacking, line->operands[0], err))
		return ANSWER_NO;
	if (!store_check(house->db, err) ||
	    !journal_check(house->db, &entries, err))
		return ANSWER_NO;
	return say(line, &unpacking, entries, err) ? ANSWER_YES : ANSWER_NO;
}
