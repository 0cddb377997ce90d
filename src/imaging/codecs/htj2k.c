/* SPDX-License-Identifier: MIT */
/* htj2k.c: High-Throughput JPEG 2000, by OpenJPH; what that cannot read (it
 * knows a part of Part 1) goes to OpenJPEG, which reads all, more slowly. */
#include "imaging/codecs/codec.h"
#include "imaging/codecs/openjph.h"

#include <string.h>

struct work {
	struct arena *arena;
	const struct shape *shape;
	struct image *image;
	const struct image *from;
	int64_t precision;
	struct str *file;
	struct err err;
};

static int begin(void *with, const struct openjph *is)
{
	struct work *work = with;

	if (!shape_is(work->shape, is->rows, is->columns, is->samples,
	    &work->err))
		return 0;
	if (is->precision > 32)
		return 0;
	work->precision = is->precision;
	image_new(work->arena, work->shape, is->precision, work->image);
	return 1;
}

static void put(void *with, int64_t row, int64_t sample, int32_t *line)
{
	struct work *work = with;

	image_put(work->image, row, sample, line, work->precision);
}

static void get(void *with, int64_t row, int64_t sample, int32_t *line)
{
	struct work *work = with;

	image_get(work->from, row, sample, line);
}

static void keep(void *with, const char *at, size_t size)
{
	struct work *work = with;

	*work->file = arena_keep(work->arena, (struct str){at, size});
}

bool htj2k_decode(struct arena *arena, struct str in,
    const struct shape *shape, struct image *image, struct err *err)
{
	struct work work = {.arena = arena, .shape = shape, .image = image};
	struct openjph how = {.begin = begin, .line = put, .with = &work};

	/* OpenJPH would give what there is, and the rest as grey. */
	if (!frame_has_end(in))
		return fail(err, ERR_INPUT, "an HTJ2K frame ends early");
	if (!openjph_decode(&how, in.at, in.len)) {
		if (work.err.kind == ERR_NONE)
			return jpeg2000_decode(arena, in, shape, image, err);
		return fail(err, work.err.kind, "%s", work.err.text);
	}
	if (memcmp(image->photometric, "YBR_ICT", 7) == 0 ||
	    memcmp(image->photometric, "YBR_RCT", 7) == 0)
		memcpy(image->photometric, "RGB", 4);
	return true;
}

bool htj2k_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	struct work work = {.arena = arena, .from = image, .file = file};
	struct openjph how = {.rows = image->rows, .columns = image->columns,
	    .samples = image->samples, .precision = precision,
	    .is_signed = image->is_signed, .line = get, .wrote = keep,
	    .with = &work, .transform = image->samples == 3 &&
	    memcmp(image->photometric, "RGB", 3) == 0};

	(void)quality;
	return openjph_encode(&how) || fail(err, ERR_BROKEN,
	    "cannot write HTJ2K: %s", how.why);
}
