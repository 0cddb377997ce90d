/* SPDX-License-Identifier: MIT */
/* pixels.c: how an instance's pixels lie, PS3.3 C.7.6.3, and where.  Nothing
 * of the head is believed before it is bounded: each later product fits in 63
 * bits, and one frame in FRAME_MOST bytes. */
#include "imaging/inner.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MOST (INT64_C(1) << 31)
#define FRAMES_MOST (INT64_C(1) << 20) /* each costs us 40 bytes */

bool pixels_get(const struct pixels *p, int64_t at, void *to, int64_t n,
    struct err *err)
{
	char *here = to;

	if (at < 0 || n < 0 || at > pixels_end(p) - n)
		return fail(err, ERR_INPUT, "pixel data ends early");
	if (p->inflated.at) {
		memcpy(to, p->inflated.at + at, (size_t)n);
		return true;
	}
	while (n > 0) {
		ssize_t got = pread(p->fd, here, (size_t)n, p->file_at + at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(err, ERR_BROKEN,
			    "could not read pixels: %s", strerror(errno));
		if (got == 0)
			return fail(err, ERR_BROKEN, "a stored file is shorter "
			    "than it was");
		here += got;
		at += got;
		n -= got;
	}
	return true;
}

int64_t pixels_end(const struct pixels *p)
{
	return p->inflated.at ? (int64_t)p->inflated.len : p->file_size;
}

static const struct element *pixel_element(const struct dataset *head)
{
	static const uint32_t tags[] = {TAG_PixelData, TAG_FloatPixelData,
	    TAG_DoubleFloatPixelData};
	const struct element *e = NULL;

	for (size_t i = 0; !e && i < sizeof(tags) / sizeof(*tags); i++)
		e = dataset_find(head, tags[i]);
	return e;
}

bool pixels_are_swapped(const struct pixels *p)
{
	const struct element *e = pixel_element(p->head);

	return p->syntax->big_endian && e && e->vr == VR('O', 'W');
}

struct shape shape_of(const struct pixels *p)
{
	struct shape shape = {.codec = p->syntax->codec, .rows = p->rows,
	    .columns = p->columns, .samples = p->samples,
	    .planar = p->planar, .bits_allocated = p->bits_allocated,
	    .bits_stored = p->bits_stored, .high_bit = p->high_bit,
	    .is_signed = p->is_signed, .is_float = p->is_float,
	    .big_endian = p->syntax->big_endian};

	memcpy(shape.photometric, p->photometric, sizeof(shape.photometric));
	return shape;
}

int64_t frame_bits(const struct pixels *p)
{
	bool halved = strncmp(p->photometric + 4, "FULL_422", 8) == 0 ||
	    strncmp(p->photometric + 4, "PARTIAL_422", 11) == 0;
	int64_t samples = halved && p->samples == 3 ? 2 : p->samples;

	return p->rows * p->columns * samples * p->bits_allocated;
}

static bool number(const struct dataset *head, uint32_t tag, int64_t least,
    int64_t most, int64_t *value, struct err *err)
{
	if (!dataset_int(head, tag, value))
		return fail(err, ERR_INPUT, "there is no %s: it is no image",
		    term_find(tag) ? term_find(tag)->name : "attribute");
	if (*value >= least && *value <= most)
		return true;
	return fail(err, ERR_INPUT, "%s cannot be %lld",
	    term_find(tag) ? term_find(tag)->name : "an attribute",
	    (long long)*value);
}

static bool depth_read(const struct dataset *head, struct pixels *p,
    struct err *err)
{
	int64_t is_signed = 0, most = p->is_float ? 64 : 32;

	if (!number(head, TAG_BitsAllocated, 1, 64, &p->bits_allocated, err))
		return false;
	p->bits_stored = p->bits_allocated;
	if (!p->is_float && dataset_find(head, TAG_BitsStored) &&
	    !number(head, TAG_BitsStored, 1, p->bits_allocated,
	    &p->bits_stored, err))
		return false;
	p->high_bit = p->bits_stored - 1;
	if (!p->is_float && dataset_int(head, TAG_HighBit, &p->high_bit) &&
	    (p->high_bit < p->bits_stored - 1 ||
	    p->high_bit >= p->bits_allocated))
		p->high_bit = p->bits_stored - 1;
	dataset_int(head, TAG_PixelRepresentation, &is_signed);
	p->is_signed = is_signed == 1 && !p->is_float;
	if (p->bits_allocated > most || (p->bits_allocated > 16 &&
	    p->bits_allocated != 32 && p->bits_allocated != 64) ||
	    (p->is_float && p->bits_allocated < 32))
		return fail(err, ERR_INPUT, "%lld bits cannot be one sample",
		    (long long)p->bits_allocated);
	return true;
}

static bool geometry_read(const struct dataset *head, struct pixels *p,
    struct err *err)
{
	struct str photometric;

	p->samples = p->frames = 1;
	if (!number(head, TAG_Rows, 1, 65535, &p->rows, err) ||
	    !number(head, TAG_Columns, 1, 65535, &p->columns, err))
		return false;
	if (dataset_find(head, TAG_SamplesPerPixel) &&
	    !number(head, TAG_SamplesPerPixel, 1, 4, &p->samples, err))
		return false;
	if (dataset_int(head, TAG_NumberOfFrames, &p->frames) &&
	    (p->frames < 1 || p->frames > FRAMES_MOST))
		return fail(err, ERR_INPUT, "%lld frames cannot be",
		    (long long)p->frames);
	if (!dataset_int(head, TAG_PlanarConfiguration, &p->planar) ||
	    p->planar != 1)
		p->planar = 0;
	photometric = dataset_raw(head, TAG_PhotometricInterpretation);
	if (!photometric.len)
		photometric = p->samples == 3 ? S("RGB") : S("MONOCHROME2");
	if (photometric.len < sizeof(p->photometric))
		memcpy(p->photometric, photometric.at, photometric.len);
	return true;
}

/* The stream again, whole: a head that was stopped has only its beginning. */
static bool inflate(const struct part10 *file, struct pixels *p,
    struct err *err)
{
	int64_t size = p->file_size - file->dataset_at;
	struct arena *arena = p->head->arena;

	if (size <= 0 || size > FRAME_MOST)
		return fail(err, ERR_INPUT, "a deflated file cannot be of "
		    "%lld bytes", (long long)p->file_size);
	char *at = arena_alloc(arena, (size_t)size);
	return pixels_get(p, file->dataset_at, at, size, err) &&
	    inflate_limited(arena, (struct str){at, (size_t)size},
	    &dicom_limits_standard, &p->inflated, err);
}

bool pixels_read(const struct part10 *file, int fd, int64_t file_at,
    int64_t file_size, struct pixels *p, struct err *err)
{
	const struct dataset *head = &file->dataset;
	const struct element *e = pixel_element(head);

	*p = (struct pixels){.syntax = file->syntax, .fd = fd,
	    .file_at = file_at, .file_size = file_size, .head = head};
	if (!e)
		return fail(err, ERR_INPUT, "there is no pixel data");
	p->is_float = e->tag != TAG_PixelData;
	p->value_at = e->value_at;
	p->length = e->length;
	if (!geometry_read(head, p, err) || !depth_read(head, p, err))
		return false;
	if (frame_bits(p) / 8 >= FRAME_MOST ||
	    p->rows * p->columns * p->samples * 8 >= FRAME_MOST * 4)
		return fail(err, ERR_INPUT, "a frame of %lld x %lld is too "
		    "large", (long long)p->rows, (long long)p->columns);
	/* Written in another syntax than its head names, but with frames as
	 * named: the reader kept the name. */
	const struct syntax *named = syntax_find(file->syntax_uid);
	if (p->length == LENGTH_UNDEFINED && named && named->encapsulated)
		p->syntax = named;
	if (p->is_float && p->syntax->codec != CODEC_NONE)
		return fail(err, ERR_INPUT, "%s cannot hold fractions",
		    p->syntax->name);
	if (p->length == LENGTH_UNDEFINED && !p->syntax->encapsulated)
		return fail(err, ERR_INPUT, "native pixel data has no length");
	return !p->syntax->deflated || inflate(file, p, err);
}

static const struct dataset *in_group(const struct dataset *groups,
    uint32_t group, uint32_t tag)
{
	const struct dataset *item =
	    groups ? dataset_item(groups, group, 0) : NULL;

	return item && dataset_find(item, tag) ? item : NULL;
}

const struct dataset *frame_attributes(const struct pixels *p, int64_t n,
    uint32_t group, uint32_t tag)
{
	const struct dataset *found = in_group(dataset_item(p->head,
	    TAG_PerFrameFunctionalGroupsSequence, (uint32_t)n), group, tag);

	if (!found)
		found = in_group(dataset_item(p->head,
		    TAG_SharedFunctionalGroupsSequence, 0), group, tag);
	if (!found && dataset_find(p->head, tag))
		found = p->head;
	return found;
}
