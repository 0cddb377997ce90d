/* SPDX-License-Identifier: MIT */
/* out.c: one buffer, three endings.  Memory grows it; a file or a function
 * takes it each time it is full. */
#include "out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER ((size_t)65536) /* before a flush */
#define SMALL ((size_t)1024)   /* where a text in memory begins */

static bool write_all(void *to, struct str bytes, struct err *err)
{
	int fd = (int)(intptr_t)to;

	while (bytes.len) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			bool full = errno == ENOSPC || errno == EDQUOT;
			return fail(err, full ? ERR_BUSY : ERR_BROKEN,
			    "could not write: %s", strerror(errno));
		}
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

void out_memory(struct out *out)
{
	*out = (struct out){0};
}

void out_file(struct out *out, int fd)
{
	*out = (struct out){.flush = write_all, .to = (void *)(intptr_t)fd};
}

void out_call(struct out *out, bool (*flush)(void *, struct str, struct err *),
    void *to)
{
	*out = (struct out){.flush = flush, .to = to};
}

static void send(struct out *out)
{
	struct str bytes = {out->at, out->len};

	out->len = 0;
	if (bytes.len && out->err.kind == ERR_NONE &&
	    !out->flush(out->to, bytes, &out->err))
		fail(&out->err, ERR_BROKEN, "could not write");
}

/* Room for n more bytes, or false after a failure. */
static bool reserve(struct out *out, size_t n)
{
	if (out->err.kind != ERR_NONE)
		return false;
	if (n <= out->size - out->len)
		return true;
	if (out->flush)
		send(out);
	size_t size = out->size ? out->size : out->flush ? BUFFER : SMALL;
	while (size - out->len < n && size <= SIZE_MAX / 4)
		size *= 2;
	if (size != out->size) {
		char *at = size - out->len < n ? NULL : realloc(out->at, size);
		if (!at) {
			fputs("ribble: out of memory\n", stderr);
			abort();
		}
		out->at = at;
		out->size = size;
	}
	return out->err.kind == ERR_NONE;
}

void out_put(struct out *out, struct str s)
{
	/* A large piece goes straight through, without a copy. */
	if (out->flush && s.len >= BUFFER) {
		send(out);
		if (out->err.kind == ERR_NONE &&
		    !out->flush(out->to, s, &out->err))
			fail(&out->err, ERR_BROKEN, "could not write");
		return;
	}
	if (s.len == 0 || !reserve(out, s.len))
		return;
	memcpy(out->at + out->len, s.at, s.len);
	out->len += s.len;
}

void out_char(struct out *out, char c)
{
	if (reserve(out, 1))
		out->at[out->len++] = c;
}

void out_int(struct out *out, int64_t value)
{
	char text[20];
	size_t i = sizeof(text);
	uint64_t n = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		text[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (value < 0)
		text[--i] = '-';
	out_put(out, (struct str){text + i, sizeof(text) - i});
}

void out_printf(struct out *out, const char *format, ...)
{
	va_list args, again;

	if (!reserve(out, 1))
		return;
	va_start(args, format);
	va_copy(again, args);
	size_t left = out->size - out->len;
	int n = vsnprintf(out->at + out->len, left, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n >= left && reserve(out, (size_t)n + 1))
		n = vsnprintf(out->at + out->len, (size_t)n + 1, format, again);
	va_end(again);
	if (n > 0 && out->err.kind == ERR_NONE)
		out->len += (size_t)n;
}

struct str out_str(const struct out *out)
{
	return (struct str){out->at ? out->at : "", out->len};
}

bool out_end(struct out *out, struct err *err)
{
	if (out->flush)
		send(out);
	free(out->at);
	out->at = NULL;
	out->len = out->size = 0;
	if (out->err.kind == ERR_NONE)
		return true;
	if (err && err->kind == ERR_NONE)
		*err = out->err;
	return false;
}
