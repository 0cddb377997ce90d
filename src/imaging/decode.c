/* SPDX-License-Identifier: MIT */
/* decode.c: a frame from its bytes to its pixels: native ones here, the rest
 * by a codec in its confined process. */
#include "imaging/inner.h"

#define MARKERS_MOST (INT64_C(16) << 20) /* profiles and comments */

bool codec_reads(const struct syntax *syntax)
{
	return syntax->codec == CODEC_NONE || coder_find(syntax->codec);
}

/* Each codec writes one syntax, the one that any reader of it must know. */
bool codec_writes(const struct syntax *syntax)
{
	static const char *const written[] = {
		"1.2.840.10008.1.2.5",     /* RLE */
		"1.2.840.10008.1.2.4.50",  /* JPEG baseline */
		"1.2.840.10008.1.2.4.70",  /* JPEG lossless SV1 */
		"1.2.840.10008.1.2.4.80",  /* JPEG-LS lossless */
		"1.2.840.10008.1.2.4.90",  /* JPEG 2000 lossless */
		"1.2.840.10008.1.2.4.201", /* HTJ2K lossless */
	};

	if (!syntax->encapsulated)
		return syntax->codec == CODEC_NONE;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		if (str_is(str_of(syntax->uid), written[i]))
			return true;
	return false;
}

/* No codec makes a picture twice as large as it was.  What claims to be is not
 * read, so what a frame costs here is bounded by its head. */
static bool is_plausible(const struct pixels *p, const struct frames *frames,
    int64_t n, struct err *err)
{
	int64_t most = 2 * (frame_bits(p) / 8) + MARKERS_MOST;

	if (n < 0 || n >= frames->n || frames->list[n].size <= most)
		return true;
	return fail(err, ERR_INPUT, "a frame of %lld bytes cannot be one of "
	    "%lld x %lld", (long long)frames->list[n].size,
	    (long long)p->rows, (long long)p->columns);
}

bool frame_decode(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, struct image *image,
    struct err *err)
{
	struct shape shape = shape_of(p);
	struct str raw;

	if (p->syntax->codec == CODEC_NONE)
		return native_decode(arena, p, frames, n, image, err);
	if (!coder_find(p->syntax->codec))
		return fail(err, ERR_REFUSED, "%s cannot be decoded",
		    p->syntax->name);
	return is_plausible(p, frames, n, err) &&
	    frame_read(arena, p, frames, n, &raw, err) &&
	    confined_decode(arena, raw, &shape, image, err);
}
