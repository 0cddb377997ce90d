/* SPDX-License-Identifier: MIT */
/* held.h: a file opened as the archive holds it: a head stopped at its pixel
 * data, and a descriptor. */
#pragma once
#include "imaging/imaging.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct held {
	struct arena arena;
	struct part10 file;
	struct pixels pixels;
	struct frames frames;
	int fd;
};

static inline bool held_bytes(struct held *h, int fd, struct str *bytes,
    struct err *err)
{
	struct stat is;

	if (fstat(fd, &is) != 0)
		return fail(err, ERR_MISSING, "no file");
	char *at = arena_alloc(&h->arena, (size_t)is.st_size + 1);
	*bytes = (struct str){at, (size_t)is.st_size};
	return pread(fd, at, bytes->len, 0) == (ssize_t)bytes->len ||
	    fail(err, ERR_BROKEN, "cannot read");
}

/* The descriptor is the held one's from here on. */
static inline bool held_open_fd(struct held *h, int fd, struct err *err)
{
	struct reading how = {.stop = TAG_PixelData};
	struct str bytes;

	memset(h, 0, sizeof(*h));
	h->fd = fd;
	return held_bytes(h, fd, &bytes, err) &&
	    part10_read(&h->arena, bytes, &how, &h->file, err) &&
	    pixels_read(&h->file, fd, 0, (int64_t)bytes.len, &h->pixels,
	    err) &&
	    frames_find(&h->arena, &h->pixels, &h->frames, err);
}

static inline bool held_open(struct held *h, const char *path,
    struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		memset(h, 0, sizeof(*h));
		h->fd = -1;
		return fail(err, ERR_MISSING, "no file '%s'", path);
	}
	return held_open_fd(h, fd, err);
}

static inline void held_close(struct held *h)
{
	arena_end(&h->arena);
	if (h->fd >= 0)
		close(h->fd);
}
