/* SPDX-License-Identifier: MIT */
/* slices.c: answers made of what lies elsewhere already: pieces of memory and
 * pieces of files, one after another, of a length that is known beforehand.
 * Nothing is copied to a file of ours, so an answer of any size costs one
 * block of memory while it is sent.  One piece of a file alone is sent by the
 * kernel from file to socket.
 *
 * One range of bytes can be asked for (RFC 9110 14): 206, or 416 when it lies
 * outside; an If-Range that names something else asks for the whole. */
#include "http/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK INT64_C(131072)

struct slices_sent {
	struct sending *sending;
	const struct slice *list;
	size_t n, place;    /* where the last look ended; one asker, so one place */
	int64_t before;     /* bytes before that place */
	int64_t from, size; /* the range that is sent */
	void (*let_go)(void *with);
	void *with;
};

static int64_t slice_size(const struct slice *slice)
{
	return slice->fd < 0 ? (int64_t)slice->bytes.len : slice->size;
}

void slices_drop(struct slices_sent *s)
{
	if (s && s->let_go)
		s->let_go(s->with);
}

/* Fills bytes from one slice; how many, or -1 when the file fails. */
static ssize_t fill(const struct slice *slice, int64_t from, char *to,
    size_t most)
{
	int64_t left = slice_size(slice) - from;
	size_t n = left < (int64_t)most ? (size_t)left : most;
	ssize_t got;

	if (slice->fd < 0) {
		memcpy(to, slice->bytes.at + from, n);
		return (ssize_t)n;
	}
	do
		got = pread(slice->fd, to, n, slice->at + from);
	while (got < 0 && errno == EINTR);
	return got > 0 ? got : -1;
}

static ssize_t read_on(void *cls, uint64_t at, char *to, size_t most)
{
	struct slices_sent *s = cls;
	int64_t from = s->from + (int64_t)at, end = s->from + s->size;
	size_t done = 0;

	if (from < s->before) {
		s->place = 0;
		s->before = 0;
	}
	while (done < most && from < end && s->place < s->n) {
		int64_t size = slice_size(&s->list[s->place]);
		if (from - s->before >= size) {
			s->before += size;
			s->place++;
			continue;
		}
		size_t wish = most - done;
		if ((int64_t)wish > end - from)
			wish = (size_t)(end - from);
		ssize_t n = fill(&s->list[s->place], from - s->before,
		    to + done, wish);
		if (n < 0)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		done += (size_t)n;
		from += n;
	}
	return done ? (ssize_t)done : MHD_CONTENT_READER_END_OF_STREAM;
}

static void let_go(void *cls)
{
	sending_drop(((struct slices_sent *)cls)->sending);
}

/* Is the range of the copy that the asker holds part of? */
static bool range_holds(const struct request *q)
{
	struct str of = str_trim(request_header(q, "If-Range"));

	return !of.len || (q->etag && str_is(of, q->etag) &&
	    !str_starts(of, S("W/")));
}

static void take_range(struct answer *a, struct slices_sent *s)
{
	struct str range = request_header(a->request, "Range");
	int64_t whole = s->size;

	answer_header(a, "Accept-Ranges", S("bytes"));
	if (!range.len || !range_holds(a->request))
		return;
	switch (range_read(range, whole, &s->from, &s->size)) {
	case RANGE_NONE: return;
	case RANGE_PART:
		a->status = 206;
		answer_header(a, "Content-Range", arena_printf(a->arena,
		    "bytes %lld-%lld/%lld", (long long)s->from,
		    (long long)(s->from + s->size - 1), (long long)whole));
		return;
	case RANGE_OUTSIDE:
		a->status = 416;
		answer_header(a, "Content-Range", arena_printf(a->arena,
		    "bytes */%lld", (long long)whole));
		s->size = 0;
	}
}

void answer_slices(struct answer *a, const struct slices *slices,
    const char *type)
{
	struct sending *sending = a->sending;
	struct slices_sent *s;
	struct slice *list;

	sending_forget(sending);
	s = arena_new(&sending->arena, struct slices_sent);
	list = arena_array(&sending->arena, struct slice, slices->n + 1);
	if (slices->n)
		memcpy(list, slices->list, slices->n * sizeof(*list));
	s->sending = sending;
	s->list = list;
	s->n = slices->n;
	s->let_go = slices->let_go;
	s->with = slices->with;
	for (size_t i = 0; i < s->n; i++)
		s->size += slice_size(&list[i]);
	a->type = type;
	a->out = NULL;
	sending->slices = s;
	if (slices->ranged && a->status == 200)
		take_range(a, s);
}

/* The one slice of a file that holds all that is to be sent, or NULL. */
static const struct slice *sole(const struct slices_sent *s, int64_t *at)
{
	int64_t before = 0;

	for (size_t i = 0; i < s->n; i++) {
		int64_t size = slice_size(&s->list[i]);
		if (s->from >= before && s->from + s->size <= before + size) {
			*at = s->list[i].at + s->from - before;
			return s->list[i].fd < 0 ? NULL : &s->list[i];
		}
		before += size;
	}
	return NULL;
}

struct MHD_Response *slices_response(struct slices_sent *s, int64_t *size,
    bool *taken)
{
	int64_t at = 0;
	const struct slice *one = s->size ? sole(s, &at) : NULL;
	int fd = one ? fcntl(one->fd, F_DUPFD_CLOEXEC, 0) : -1;
	struct MHD_Response *response;

	*size = s->size;
	*taken = false;
	if (fd >= 0) {
		response = MHD_create_response_from_fd_at_offset64(
		    (uint64_t)s->size, fd, (uint64_t)at);
		if (!response)
			close(fd);
		return response;
	}
	response = MHD_create_response_from_callback((uint64_t)s->size,
	    (size_t)(s->size < BLOCK ? s->size + 1 : BLOCK), read_on, s,
	    let_go);
	*taken = response != NULL;
	return response;
}
