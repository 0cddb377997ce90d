/* SPDX-License-Identifier: MIT */
/* rle.c: run-length encoding, PS3.5 annex G.  A frame is a header of sixteen
 * little-endian numbers and a segment for each byte of each sample, the most
 * significant byte first; a segment is PackBits of TIFF 6.0.  A frame that
 * ends early is refused: half a picture must not look like one. */
#include "imaging/codecs/codec.h"

#include <string.h>

#define HEADER 64
#define SEGMENTS 15

static uint32_t u32_of(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value; /* Debian's machines are little endian, as this is */
}

/* Fills n bytes, each `step` after the last. */
static bool unpack(struct str in, char *to, int64_t n, int64_t step)
{
	size_t i = 0;

	while (n > 0 && i < in.len) {
		int byte = (unsigned char)in.at[i++];
		int code = byte > 127 ? byte - 256 : byte;
		int64_t run = code < 0 ? 1 - code : code + 1;
		if (code == -128)
			continue;
		if (run > n)
			run = n; /* padding of a last run */
		if (code >= 0 && (int64_t)(in.len - i) < run)
			return false;
		if (code < 0 && i >= in.len)
			return false;
		for (int64_t k = 0; k < run; k++, to += step)
			*to = code < 0 ? in.at[i] : in.at[i + (size_t)k];
		i += code < 0 ? 1 : (size_t)run;
		n -= run;
	}
	return n == 0;
}

bool rle_decode(struct arena *arena, struct str in, const struct shape *shape,
    struct image *image, struct err *err)
{
	int64_t bytes = shape->bits_allocated / 8;
	int64_t segments = shape->samples * bytes;
	int64_t pixels = shape->rows * shape->columns;

	if (shape->bits_allocated % 8 || segments > SEGMENTS)
		return fail(err, ERR_INPUT, "RLE cannot hold %lld samples of "
		    "%lld bits", (long long)shape->samples,
		    (long long)shape->bits_allocated);
	if (in.len < HEADER || u32_of(in.at) != segments)
		return fail(err, ERR_INPUT, "an RLE frame has no header of "
		    "%lld segments", (long long)segments);
	/* A byte stands for 64 at most, so this bounds what is asked for. */
	if ((int64_t)in.len - HEADER < pixels * segments / 64)
		return fail(err, ERR_INPUT, "an RLE frame ends early");
	image_new(arena, shape, shape->bits_allocated, image);
	for (int64_t k = 0; k < segments; k++) {
		uint32_t from = u32_of(in.at + 4 + 4 * k);
		uint32_t to = k + 1 < segments ?
		    u32_of(in.at + 8 + 4 * k) : (uint32_t)in.len;
		if (from < HEADER || from > to || to > in.len)
			return fail(err, ERR_INPUT, "RLE segment %lld has no "
			    "place in its frame", (long long)k);
		char *at = image->at + k / bytes * bytes + bytes - 1 -
		    k % bytes;
		if (!unpack((struct str){in.at + from, to - from}, at, pixels,
		    segments))
			return fail(err, ERR_INPUT, "RLE segment %lld ends "
			    "early", (long long)k);
	}
	return true;
}

static int64_t run_at(const char *line, int64_t i, int64_t n)
{
	int64_t run = 1;

	while (i + run < n && run < 128 && line[i + run] == line[i])
		run++;
	return run;
}

/* Runs of two stay in a literal: they would gain nothing. */
static void pack(struct out *out, const char *line, int64_t n)
{
	for (int64_t i = 0; i < n;) {
		int64_t run = run_at(line, i, n);
		if (run >= 3) {
			out_char(out, (char)(1 - run));
			out_char(out, line[i]);
			i += run;
			continue;
		}
		int64_t from = i;
		while (i < n && i - from < 128 && run_at(line, i, n) < 3)
			i++;
		out_char(out, (char)(i - from - 1));
		out_put(out, (struct str){line + from, (size_t)(i - from)});
	}
}

static void put_u32(char *at, size_t value)
{
	uint32_t v = (uint32_t)value;

	memcpy(at, &v, sizeof(v));
}

/* Lines are packed each on its own, as annex G.3.1 wants. */
bool rle_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	int64_t bytes = image->bits_allocated / 8;
	int64_t segments = image->samples * bytes;
	char *line = arena_alloc(arena, (size_t)image->columns);
	char header[HEADER] = {0};
	struct out out;

	(void)precision;
	(void)quality;
	if (segments > SEGMENTS)
		return fail(err, ERR_REFUSED, "RLE cannot hold %lld bytes a "
		    "pixel", (long long)segments);
	out_memory(&out);
	out_put(&out, (struct str){header, HEADER});
	put_u32(header, (size_t)segments);
	for (int64_t k = 0; k < segments; k++) {
		const char *at = image->at + k / bytes * bytes + bytes - 1 -
		    k % bytes;
		put_u32(header + 4 + 4 * k, out_str(&out).len);
		for (int64_t y = 0; y < image->rows; y++) {
			for (int64_t x = 0; x < image->columns; x++)
				line[x] = at[(y * image->columns + x) *
				    segments];
			pack(&out, line, image->columns);
		}
		if (out_str(&out).len % 2)
			out_char(&out, 0);
	}
	char *kept = arena_alloc(arena, out_str(&out).len);
	memcpy(kept, out_str(&out).at, out_str(&out).len);
	memcpy(kept, header, HEADER);
	*file = (struct str){kept, out_str(&out).len};
	return out_end(&out, err);
}
