/* SPDX-License-Identifier: MIT */
/* pack.c: writes a backup's file. */
#include "doors/command/pack.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool put(struct pack *pack, struct str bytes, struct err *err)
{
	pack->size += (int64_t)bytes.len;
	while (bytes.len) {
		ssize_t n = write(pack->fd, bytes.at, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, ERR_BROKEN, "cannot write %.120s: %s",
			    pack->path, strerror(errno));
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

static bool put_line(struct pack *pack, struct str line, struct err *err)
{
	hasher_add(pack->lines, line);
	return put(pack, line, err);
}

bool pack_begin(struct pack *pack, struct arena *arena, const char *path,
    struct err *err)
{
	struct stat is;

	*pack = (struct pack){.fd = -1, .path = path};
	if (lstat(path, &is) == 0) {
		fail(err, ERR_CONFLICT, "%.120s is already there", path);
		return hint(err, "choose another name, or move it away");
	}
	pack->unfinished = arena_printf(arena, "%s.part%c", path, 0).at;
	pack->fd = open(pack->unfinished,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (pack->fd < 0)
		return fail(err, ERR_INPUT, "cannot write %.120s: %s", path,
		    strerror(errno));
	pack->lines = hasher_begin();
	progress_begin(&pack->progress, "backup");
	return put_line(pack, S("ribble backup 1\n"), err);
}

static bool copy(struct pack *pack, const char *name, int fd, int64_t size,
    struct sha256 *sha256, struct err *err)
{
	struct hasher *hasher = hasher_begin();
	char buffer[65536];
	bool ok = true;

	while (ok && size > 0) {
		size_t want = size < (int64_t)sizeof(buffer)
		    ? (size_t)size
		    : sizeof(buffer);
		ssize_t n = read(fd, buffer, want);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			ok = fail(err, ERR_BROKEN, "cannot read %.120s: %s",
			    name, n ? strerror(errno) : "it became shorter");
			break;
		}
		struct str got = {buffer, (size_t)n};

		hasher_add(hasher, got);
		ok = put(pack, got, err);
		size -= n;
		progress_show(&pack->progress, pack->size, pack->total);
	}
	*sha256 = hasher_end(hasher);
	return ok;
}

bool pack_add(struct pack *pack, const char *name, int fd, struct err *err)
{
	struct arena arena = {0};
	struct stat is;
	struct sha256 sha256;

	if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode))
		return fail(err, ERR_BROKEN, "cannot read %.120s", name);
	bool ok = put_line(pack,
		      arena_printf(&arena, "file %lld %s\n",
			  (long long)is.st_size, name),
		      err) &&
	    copy(pack, name, fd, is.st_size, &sha256, err) &&
	    put_line(pack,
		arena_printf(&arena, "\nsha256 %s\n", sha256_text(sha256).at),
		err);

	pack->files++;
	arena_end(&arena);
	return ok;
}

bool pack_end(struct pack *pack, struct err *err)
{
	struct arena arena = {0};
	struct sha256 sha256 = hasher_end(pack->lines);

	pack->lines = NULL;
	bool ok = put(pack,
	    arena_printf(&arena, "end %lld files, sha256 %s\n",
		(long long)pack->files, sha256_text(sha256).at),
	    err);

	arena_end(&arena);
	progress_end(&pack->progress);
	if (ok && fsync(pack->fd) < 0)
		ok = fail(err, ERR_BROKEN, "cannot write %.120s: %s",
		    pack->path, strerror(errno));
	close(pack->fd);
	/* link, unlike rename, never takes a name from another file. */
	if (ok && link(pack->unfinished, pack->path) < 0)
		ok = fail(err, ERR_BROKEN, "cannot name %.120s: %s",
		    pack->path, strerror(errno));
	unlink(pack->unfinished);
	return ok;
}

void pack_drop(struct pack *pack)
{
	if (pack->lines) {
		hasher_end(pack->lines);
		progress_end(&pack->progress);
	}
	if (pack->fd >= 0) {
		close(pack->fd);
		unlink(pack->unfinished);
	}
}
