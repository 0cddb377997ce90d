/* SPDX-License-Identifier: MIT */
/* backup.c: everything stored, into one checked file: the database as it was
 * at one moment, then each file as it was received.
 *
 * A file is durable before the database speaks of it, and is never changed,
 * so whatever the database of the backup names is there when its turn comes;
 * one received meanwhile may be in it too, and does no harm. */
#include "doors/command/line.h"
#include "doors/command/pack.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEPEST 16

/* Something to do with each regular file below a folder. */
struct walk {
	struct arena *arena;
	bool (*act)(void *with, const char *name, int fd, struct err *);
	void *with;
};

static bool walk_folder(const struct walk *walk, int folder, const char *name,
    int depth, struct err *err);

static bool walk_entry(const struct walk *walk, int folder, const char *name,
    const char *entry, int depth, struct err *err)
{
	const char *whole =
	    arena_printf(walk->arena, "%s/%s%c", name, entry, 0).at;
	int fd = openat(folder, entry,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat is;
	bool ok = true;

	if (fd < 0 && (errno == ENOENT || errno == ELOOP))
		return true; /* tidied away meanwhile, or not ours */
	if (fd < 0 || fstat(fd, &is) < 0)
		return fail(err, ERR_BROKEN, "cannot open %.150s: %s", whole,
		    strerror(errno));
	if (S_ISDIR(is.st_mode))
		return walk_folder(walk, fd, whole, depth + 1, err);
	if (S_ISREG(is.st_mode))
		ok = walk->act(walk->with, whole, fd, err);
	close(fd);
	return ok;
}

/* Takes the descriptor. */
static bool walk_folder(const struct walk *walk, int folder, const char *name,
    int depth, struct err *err)
{
	DIR *dir = depth < DEEPEST ? fdopendir(folder) : NULL;
	struct dirent *entry;
	bool ok = true;

	if (!dir) {
		close(folder);
		return fail(err, ERR_BROKEN, "cannot read the folder %.150s",
		    name);
	}
	while (ok && (entry = readdir(dir)))
		/* What begins with a dot is not finished. */
		if (entry->d_name[0] != '.')
			ok = walk_entry(walk, folder, name, entry->d_name,
			    depth, err);
	closedir(dir);
	return ok;
}

static bool walk_files(const struct walk *walk, const char *files,
    struct err *err)
{
	int folder = open(files, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return fail(err, ERR_BROKEN, "cannot open the folder %.150s: %s",
		    files, strerror(errno));
	return walk_folder(walk, folder, "files", 0, err);
}

static bool add_size(void *with, const char *name, int fd, struct err *err)
{
	struct stat is;

	(void)name;
	(void)err;
	if (fstat(fd, &is) == 0)
		*(int64_t *)with += is.st_size;
	return true;
}

static bool add_file(void *with, const char *name, int fd, struct err *err)
{
	return pack_add(with, name, fd, err);
}

static bool add_database(struct house *house, struct pack *pack,
    struct err *err)
{
	const char *path =
	    arena_printf(house->arena, "%s.database%c", pack->path, 0).at;
	struct walk sizes = {house->arena, add_size, &pack->total};
	struct stat is;

	if (!store_backup(house->db, path, err)) {
		unlink(path);
		return false;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	unlink(path);
	if (fd < 0)
		return fail(err, ERR_BROKEN, "cannot open %.150s: %s", path,
		    strerror(errno));
	if (fstat(fd, &is) == 0)
		pack->total += is.st_size;
	bool ok = walk_files(&sizes, house->settings.files, err) &&
	    pack_add(pack, "database", fd, err);

	close(fd);
	return ok;
}

static bool write_pack(struct house *house, struct pack *pack,
    const char *path, struct err *err)
{
	struct walk walk = {house->arena, add_file, pack};

	if (!pack_begin(pack, house->arena, path, err) ||
	    !add_database(house, pack, err) ||
	    !walk_files(&walk, house->settings.files, err)) {
		pack_drop(pack);
		return false;
	}
	return pack_end(pack, err);
}

static bool say(const struct line *line, const struct pack *pack,
    int64_t journal, struct err *err)
{
	struct result result;
	struct json json = {.out = &result.out};

	if (!result_begin(&result, line, err))
		return false;
	if (option_given(line, "json")) {
		json_object(&json);
		json_key(&json, "file");
		json_text(&json, str_of(pack->path));
		json_key(&json, "size");
		json_int(&json, pack->size);
		json_key(&json, "files");
		json_int(&json, pack->files - 1);
		json_key(&json, "journal");
		json_int(&json, journal);
		json_object_end(&json);
		out_char(&result.out, '\n');
	} else {
		out_printf(&result.out,
		    "%s: the database, up to journal entry %lld, and %lld "
		    "files; %lld bytes\n",
		    pack->path, (long long)journal,
		    (long long)(pack->files - 1), (long long)pack->size);
	}
	return result_end(&result, err);
}

int command_backup(struct house *house, const struct line *line,
    struct err *err)
{
	struct pack pack;
	int64_t journal = journal_last(house->db);

	if (!write_pack(house, &pack, line->operands[0], err))
		return ANSWER_NO;
	return say(line, &pack, journal, err) ? ANSWER_YES : ANSWER_NO;
}
