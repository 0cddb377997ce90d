/* SPDX-License-Identifier: MIT */
/* squeeze.c: gzip as the answer is written (RFC 1952).  Level 3: on the API's
 * JSON a seventh larger than level 6, in less than half the time. */
#include "http/exchange.h"

#define LEVEL 3

struct str gzip_of(struct arena *arena, struct str bytes)
{
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes.at,
	    .avail_in = (unsigned)bytes.len};
	struct str gzip = S("");
	size_t room;

	if (bytes.len > UINT32_MAX / 2 || deflateInit2(&z, LEVEL, Z_DEFLATED,
	    15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return gzip;
	room = deflateBound(&z, bytes.len);
	z.next_out = arena_alloc(arena, room);
	gzip.at = (const char *)z.next_out;
	z.avail_out = (unsigned)room;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		gzip.len = room - z.avail_out;
	deflateEnd(&z);
	return gzip;
}

static void squeeze_end(void *squeeze)
{
	deflateEnd(&((struct squeeze *)squeeze)->z);
}

struct squeeze *squeeze_new(struct arena *arena)
{
	struct squeeze *s = arena_new(arena, struct squeeze);

	/* 15 bits of window, 16 more say gzip and not zlib. */
	if (deflateInit2(&s->z, LEVEL, Z_DEFLATED, 15 + 16, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	arena_on_end(arena, squeeze_end, s);
	return s;
}

void squeeze_begin(struct squeeze *s)
{
	deflateReset(&s->z);
}

bool squeeze_put(struct squeeze *s, struct str bytes, bool is_last,
    struct sink *sink, struct err *err)
{
	size_t left = bytes.len;

	s->z.next_in = (unsigned char *)(uintptr_t)bytes.at;
	do {
		size_t piece = left < UINT32_MAX ? left : UINT32_MAX;
		s->z.avail_in = (unsigned)piece;
		left -= piece;
		int flush = is_last && !left ? Z_FINISH : Z_NO_FLUSH;
		do {
			s->z.next_out = s->room;
			s->z.avail_out = sizeof(s->room);
			deflate(&s->z, flush);
			struct str got = {(char *)s->room,
			    sizeof(s->room) - s->z.avail_out};
			if (got.len && !sink_put(sink, got, err))
				return false;
		} while (!s->z.avail_out);
	} while (left);
	return true;
}
