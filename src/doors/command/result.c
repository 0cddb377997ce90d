/* SPDX-License-Identifier: MIT */
/* result.c: where a command's answer goes.
 *
 * A file named by --output is written beside itself and takes its name when
 * it is complete.  A reader who stops reading stdout has had enough: the rest
 * is dropped, and the command still does its work. */
#include "doors/command/line.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_out(void *to, struct str bytes, struct err *err)
{
	struct result *result = to;

	while (bytes.len && result->fd >= 0) {
		ssize_t n = write(result->fd, bytes.at, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE && !result->path) {
			result->fd = -1;
			break;
		}
		if (n < 0)
			return fail(err, ERR_BROKEN, "cannot write %s: %s",
			    result->path ? result->path : "the answer",
			    strerror(errno));
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

bool result_begin(struct result *result, const struct line *line,
    struct err *err)
{
	bool may = option_find(line->command->options, S("output")) != NULL;

	*result = (struct result){.fd = STDOUT_FILENO};
	out_call(&result->out, write_out, result);
	result->path = may ? option_text(line, "output") : NULL;
	if (!result->path)
		return true;
	result->unfinished =
	    arena_printf(line->arena, "%s.part%c", result->path, 0).at;
	result->fd = open(result->unfinished,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (result->fd >= 0)
		return true;
	fail(err, ERR_INPUT, "cannot write %s: %s", result->path,
	    strerror(errno));
	result_drop(result);
	return false;
}

void result_drop(struct result *result)
{
	struct err ignored = {0};

	if (result->path && result->fd >= 0) {
		close(result->fd);
		unlink(result->unfinished);
	}
	result->fd = -1;
	out_end(&result->out, &ignored);
}

void result_flush(struct result *result)
{
	struct str bytes = {result->out.at, result->out.len};

	result->out.len = 0;
	if (result->out.err.kind == ERR_NONE)
		write_out(result, bytes, &result->out.err);
}

bool result_end(struct result *result, struct err *err)
{
	bool ok = out_end(&result->out, err);

	if (!result->path)
		return ok;
	if (ok && fsync(result->fd) < 0 && errno != EINVAL && errno != EROFS)
		ok = fail(err, ERR_BROKEN, "cannot write %s: %s",
		    result->path, strerror(errno));
	close(result->fd);
	if (ok && rename(result->unfinished, result->path) < 0)
		ok = fail(err, ERR_BROKEN, "cannot name %s: %s",
		    result->path, strerror(errno));
	if (!ok)
		unlink(result->unfinished);
	return ok;
}
