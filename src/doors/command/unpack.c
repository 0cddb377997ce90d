/* SPDX-License-Identifier: MIT */
/* unpack.c: reads a backup's file, and believes none of it before it is
 * checked: sizes, names, hashes, and that it ends where it says. */
#include "doors/command/pack.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE 4200 /* a line with its mark of end; a path and some words */

struct reading {
	int fd;
	const char *path;
	char buffer[65536];
	size_t at, len;
	int64_t size, total;
	struct hasher *lines;
	struct unpacking *to;
	struct progress progress;
	char line[LINE];
};

static bool damaged(struct reading *r, const char *why, struct err *err)
{
	fail(err, ERR_INPUT, "%.120s is not a whole backup: %s", r->path, why);
	return hint(err, "nothing was changed; use another copy");
}

static bool more(struct reading *r, struct err *err)
{
	ssize_t n;

	do
		n = read(r->fd, r->buffer, sizeof(r->buffer));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(err, ERR_BROKEN, "cannot read %.120s: %s", r->path,
		    strerror(errno));
	r->at = 0;
	r->len = (size_t)n;
	r->size += n;
	progress_show(&r->progress, r->size, r->total);
	return n > 0;
}

/* The next line, with its end; the hash of lines takes it unless it is the
 * last, which holds that hash. */
static bool next_line(struct reading *r, struct str *line, struct err *err)
{
	size_t n = 0;

	while (n < LINE) {
		if (r->at == r->len && !more(r, err))
			return damaged(r, "it ends too early", err);
		r->line[n] = r->buffer[r->at++];
		if (r->line[n++] == '\n') {
			*line = (struct str){r->line, n};
			if (!str_starts(*line, S("end ")))
				hasher_add(r->lines, *line);
			return true;
		}
	}
	return damaged(r, "a line is too long", err);
}

static bool is_safe(struct str name)
{
	struct str rest = name;

	if (!name.len || memchr(name.at, 0, name.len))
		return false;
	while (rest.len) {
		struct str part = str_cut(&rest, '/');

		if (!part.len || str_is(part, ".") || str_is(part, ".."))
			return false;
	}
	return name.at[name.len - 1] != '/';
}

static bool file_bytes(struct reading *r, int64_t size, struct sha256 *sha256,
    struct err *err)
{
	struct hasher *hasher = hasher_begin();
	bool ok = true;

	while (ok && size > 0) {
		if (r->at == r->len && !more(r, err)) {
			ok = damaged(r, "it ends too early", err);
			break;
		}
		size_t n = r->len - r->at;

		if ((int64_t)n > size)
			n = (size_t)size;
		struct str bytes = {r->buffer + r->at, n};

		hasher_add(hasher, bytes);
		r->at += n;
		size -= (int64_t)n;
		if (r->to->bytes)
			ok = r->to->bytes(r->to->with, bytes, err);
	}
	*sha256 = hasher_end(hasher);
	return ok;
}

/* Nothing but the words that pack.c writes. */
static bool is_hash_line(struct str line, struct sha256 sha256)
{
	char text[80];

	snprintf(text, sizeof(text), "sha256 %s\n", sha256_text(sha256).at);
	return str_is(line, text);
}

static bool is_last_line(struct str line, int64_t files, struct sha256 sha256)
{
	char text[120];

	snprintf(text, sizeof(text), "end %lld files, sha256 %s\n",
	    (long long)files, sha256_text(sha256).at);
	return str_is(line, text);
}

static bool one_file(struct reading *r, struct str line, struct err *err)
{
	struct unpacking *to = r->to;
	struct sha256 sha256;
	int64_t size;

	line.len--;
	str_cut(&line, ' ');
	if (!str_int(str_cut(&line, ' '), &size) || size < 0 || !is_safe(line))
		return damaged(r, "a file's line is not understood", err);
	if (to->begin && !to->begin(to->with, line, size, err))
		return false;
	if (!file_bytes(r, size, &sha256, err) || !next_line(r, &line, err))
		return false;
	if (line.len != 1 || !next_line(r, &line, err))
		return damaged(r, "a file is longer than it says", err);
	if (!is_hash_line(line, sha256))
		return damaged(r, "a file's bytes have changed", err);
	to->files++;
	to->size += size;
	return !to->end || to->end(to->with, err);
}

static bool last_line(struct reading *r, struct str line, struct err *err)
{
	struct sha256 sha256 = hasher_end(r->lines);

	r->lines = NULL;
	if (!is_last_line(line, r->to->files, sha256))
		return damaged(r, "a file is missing or a line has changed",
		    err);
	if (r->at < r->len || more(r, err))
		return damaged(r, "there is something after its end", err);
	return err->kind == ERR_NONE;
}

static bool read_all(struct reading *r, struct err *err)
{
	struct str line = S("");

	if (!next_line(r, &line, err))
		return false;
	if (!str_eq(line, S("ribble backup 1\n")))
		return damaged(r, "it does not begin as one", err);
	for (;;) {
		if (!next_line(r, &line, err))
			return false;
		if (str_starts(line, S("end ")))
			return last_line(r, line, err);
		if (!str_starts(line, S("file ")))
			return damaged(r, "a line is not understood", err);
		if (!one_file(r, line, err))
			return false;
	}
}

bool pack_read(struct unpacking *to, const char *path, struct err *err)
{
	struct reading r = {.path = path, .to = to};
	struct stat is;

	to->files = to->size = 0;
	r.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r.fd < 0)
		return fail(err, ERR_INPUT, "cannot open %.120s: %s", path,
		    strerror(errno));
	r.total = fstat(r.fd, &is) == 0 ? is.st_size : 0;
	r.lines = hasher_begin();
	progress_begin(&r.progress, to->what);
	bool ok = read_all(&r, err);

	progress_end(&r.progress);
	if (r.lines)
		hasher_end(r.lines);
	close(r.fd);
	return ok;
}
