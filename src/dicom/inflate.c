/* SPDX-License-Identifier: MIT */
/* inflate.c: the stream of a deflated data set, PS3.5 A.5, within limits.  It
 * is inflated twice: once to learn its size, with a few kilobytes of memory,
 * and once into exactly that much; so a bomb costs nothing but time, and of
 * that no more than the limits give it. */
#include "dicom/read.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#define ALWAYS (INT64_C(1) << 20) /* bytes for which no ratio is asked */

struct inflating {
	z_stream z;
	struct str in; /* not yet given to z */
	int64_t size;  /* inflated so far */
};

/* One step into the room there is; what zlib says. */
static int step(struct inflating *now, void *to, size_t room)
{
	if (!now->z.avail_in) {
		size_t n = now->in.len < INT_MAX ? now->in.len : INT_MAX;
		now->z.next_in = (Bytef *)(uintptr_t)now->in.at;
		now->z.avail_in = (uInt)n;
		now->in = (struct str){now->in.at + n, now->in.len - n};
	}
	room = room < INT_MAX ? room : INT_MAX;
	now->z.next_out = to;
	now->z.avail_out = (uInt)room;
	int said = inflate(&now->z, Z_NO_FLUSH);
	now->size += (int64_t)(room - now->z.avail_out);
	return said;
}

static bool is_within(const struct inflating *now, int64_t taken,
    const struct dicom_limits *limits, struct err *err)
{
	if (now->size > limits->inflated)
		return fail(err, ERR_INPUT, "the deflated data set is larger "
		    "than %lld bytes", (long long)limits->inflated);
	if (now->size > ALWAYS && now->size / limits->ratio > taken)
		return fail(err, ERR_INPUT, "the deflated data set grows more "
		    "than %lld times", (long long)limits->ratio);
	return true;
}

/* How large will it be?  Not whole: as far as it goes. */
static bool measure(struct str bytes, const struct dicom_limits *limits,
    int64_t *size, bool *whole, struct err *err)
{
	struct inflating now = {.in = bytes};
	char room[16384];
	int said = Z_OK;
	bool good = true;

	if (inflateInit2(&now.z, -MAX_WBITS) != Z_OK)
		return fail(err, ERR_BUSY, "no memory to inflate");
	while (good && said == Z_OK) {
		said = step(&now, room, sizeof(room));
		good = is_within(&now, (int64_t)(bytes.len - now.in.len -
		    now.z.avail_in), limits, err);
	}
	if (good && said != Z_STREAM_END && said != Z_BUF_ERROR)
		good = fail(err, ERR_INPUT, "the deflated data set is broken "
		    "near byte %lld of it",
		    (long long)(bytes.len - now.in.len - now.z.avail_in));
	inflateEnd(&now.z);
	*size = now.size;
	*whole = said == Z_STREAM_END;
	return good;
}

bool inflate_some(struct arena *arena, struct str bytes,
    const struct dicom_limits *limits, struct str *out, bool *whole,
    struct err *err)
{
	struct inflating now = {.in = bytes};
	int64_t size;

	if (!measure(bytes, limits, &size, whole, err))
		return false;
	char *at = arena_alloc(arena, (size_t)size + 1);
	if (inflateInit2(&now.z, -MAX_WBITS) != Z_OK)
		return fail(err, ERR_BUSY, "no memory to inflate");
	while (now.size < size)
		if (step(&now, at + now.size, (size_t)(size - now.size)) !=
		    Z_OK)
			break;
	inflateEnd(&now.z);
	*out = (struct str){at, (size_t)size};
	return true;
}

bool inflate_limited(struct arena *arena, struct str bytes,
    const struct dicom_limits *limits, struct str *out, struct err *err)
{
	bool whole;

	if (!inflate_some(arena, bytes, limits, out, &whole, err))
		return false;
	return whole || fail(err, ERR_INPUT, "the deflated bytes end early");
}
