/* SPDX-License-Identifier: MIT */
/* transcode.c: one frame in another transfer syntax.  A native frame in
 * another native syntax is its own bytes; anything else is decoded and written
 * anew, with every bit that it had, or refused. */
#include "imaging/transcode.h"
#include "imaging/inner.h"

#include <string.h>

#define QUALITY 90

static bool is_native(const struct syntax *syntax)
{
	return syntax->codec == CODEC_NONE && !syntax->encapsulated;
}

static bool is_same(const struct syntax *a, const struct syntax *b)
{
	return str_is(str_of(a->uid), b->uid);
}

bool transcode_may(const struct pixels *p, const struct syntax *to,
    struct err *err)
{
	bool colours = p->samples == 3;

	if (is_same(p->syntax, to))
		return true;
	if (!codec_writes(to))
		return fail(err, ERR_REFUSED, "%s cannot be written", to->name);
	if (!codec_reads(p->syntax))
		return fail(err, ERR_REFUSED, "%s cannot be decoded",
		    p->syntax->name);
	/* Its colours for each pixel have no name in the standard. */
	if (memcmp(p->photometric, "YBR_PARTIAL", 11) == 0 &&
	    !transcode_copies(p, to))
		return fail(err, ERR_REFUSED, "%s cannot be %s",
		    p->photometric, to->name);
	if (is_native(to))
		return true;
	const struct coder *coder = coder_find(to->codec);
	if (p->is_float || p->bits_allocated % 8)
		return fail(err, ERR_REFUSED, "%s cannot hold %lld bits of %s",
		    to->name, (long long)p->bits_allocated,
		    p->is_float ? "a fraction" : "a sample");
	if (p->samples != 1 && !colours && to->codec != CODEC_RLE)
		return fail(err, ERR_REFUSED, "%s cannot hold %lld samples",
		    to->name, (long long)p->samples);
	if (p->bits_stored > coder->precision_most)
		return fail(err, ERR_REFUSED, "%s cannot hold %lld bits",
		    to->name, (long long)p->bits_stored);
	if (!to->lossless && str_is(str_of(p->photometric), "PALETTE COLOR"))
		return fail(err, ERR_REFUSED, "%s cannot hold a palette",
		    to->name);
	return true;
}

bool transcode_copies(const struct pixels *p, const struct syntax *to)
{
	return is_same(p->syntax, to) ||
	    (is_native(p->syntax) && is_native(to));
}

void transcode_photometric(const struct image *image, const struct syntax *to,
    char photometric[17])
{
	bool rgb = memcmp(image->photometric, "RGB", 4) == 0;

	memcpy(photometric, image->photometric, 17);
	if (image->samples != 3)
		return;
	if (to->codec == CODEC_JPEG)
		memcpy(photometric, "YBR_FULL_422", 13);
	else if (rgb && (to->codec == CODEC_JPEG_2000 ||
	    to->codec == CODEC_HTJ2K))
		memcpy(photometric, "YBR_RCT", 8);
}

static bool encode(struct arena *arena, const struct image *image,
    const struct syntax *to, struct str *bytes, struct err *err)
{
	const struct coder *coder = coder_find(to->codec);
	int64_t precision = image_precision(image);

	if (precision > coder->precision_most)
		return fail(err, ERR_REFUSED, "%s cannot hold %lld bits",
		    to->name, (long long)precision);
	return coder->encode(arena, image, precision, QUALITY, bytes, err);
}

/* Native bytes in another byte order, planes and shared colours as they are. */
static bool reorder(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, const struct syntax *to,
    struct str *bytes, struct err *err)
{
	int64_t width = p->bits_allocated / 8;

	if (!native_read(arena, p, frames, n, bytes, err))
		return false;
	if (to->big_endian && width > 1) {
		char *at = arena_alloc(arena, bytes->len);
		memcpy(at, bytes->at, bytes->len);
		bytes_swap(at, (int64_t)bytes->len, width);
		bytes->at = at;
	}
	return true;
}

bool frame_transcode(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, const struct syntax *to,
    struct str *bytes, struct err *err)
{
	struct image image;
	bool whole = p->bits_allocated % 8 == 0;

	if (!transcode_may(p, to, err))
		return false;
	if (is_same(p->syntax, to) && (whole || to->encapsulated))
		return frame_read(arena, p, frames, n, bytes, err);
	if (transcode_copies(p, to) && whole)
		return reorder(arena, p, frames, n, to, bytes, err);
	if (!frame_decode(arena, p, frames, n, &image, err))
		return false;
	if (!is_native(to))
		return encode(arena, &image, to, bytes, err);
	*bytes = native_bytes(arena, &image,
	    whole ? image.bits_allocated : p->bits_allocated, to->big_endian);
	return true;
}
