/* SPDX-License-Identifier: MIT */
/* file.c: a whole Part 10 file in another transfer syntax: a new head for the
 * file, the data set with what describes its pixels put right (PS3.5 8.2, PS3.3
 * C.7.6.1.1.5), the pixels frame by frame, and what follows them.  Frames are
 * written as they are made.  The offset table of encapsulated ones stands
 * before them: they are made once for their lengths, and those that are too
 * many to keep so long, once more. */
#include "imaging/transcode.h"
#include "imaging/inner.h"

#include <string.h>

#define TAIL_MOST (INT64_C(256) << 20)
#define LENGTH_MOST INT64_C(0xFFFFFFFE)

/* Tests make these less. */
static int64_t offset_most = LENGTH_MOST;
static int64_t kept_most = INT64_C(64) << 20; /* bytes of frames, in memory */

struct change {
	const struct part10 *file;
	const struct pixels *from;
	const struct syntax *to;
	struct frames frames;
	struct image first;   /* the first frame as it will be, but for `at` */
	struct str *made;     /* of encapsulated ones; `at` NULL: not kept */
	int64_t size;         /* of all frames */
	struct dataset *head;
};

static uint32_t pixel_tag(const struct pixels *p)
{
	return !p->is_float ? TAG_PixelData : p->bits_allocated == 32 ?
	    TAG_FloatPixelData : TAG_DoubleFloatPixelData;
}

/* All that stands before the pixels, but for offset tables. */
static void head_copy(struct arena *arena, struct change *c)
{
	const struct dataset *from = &c->file->dataset;

	c->head = arena_new(arena, struct dataset);
	*c->head = *from;
	c->head->elements = arena_array(arena, struct element, from->n + 16);
	c->head->size = from->n + 16;
	c->head->n = 0;
	c->head->raw = (struct str){0};
	for (uint32_t i = 0; i < from->n; i++)
		if (from->elements[i].tag < TAG(0x7FE0, 0))
			c->head->elements[c->head->n++] = from->elements[i];
}

static void lossy_say(struct arena *arena, struct change *c)
{
	int64_t raw = frame_bits(c->from) / 8 * c->from->frames;
	struct str ratios = dataset_text(arena, c->head,
	    TAG_LossyImageCompressionRatio);
	struct str methods = dataset_text(arena, c->head,
	    TAG_LossyImageCompressionMethod);
	struct str type = dataset_text(arena, c->head, TAG_ImageType);
	const char *more = ratios.len ? "\\" : "";

	if (str_starts(type, S("ORIGINAL")))
		dataset_put(c->head, TAG_ImageType, arena_printf(arena,
		    "DERIVED%.*s", (int)type.len - 8, type.at + 8));
	dataset_put(c->head, TAG_LossyImageCompression, S("01"));
	dataset_put(c->head, TAG_LossyImageCompressionRatio,
	    arena_printf(arena, "%.*s%s%.2f", STR(ratios), more,
	    (double)raw / (double)(c->size ? c->size : 1)));
	dataset_put(c->head, TAG_LossyImageCompressionMethod,
	    arena_printf(arena, "%.*s%sISO_10918_1", STR(methods),
	    methods.len ? "\\" : ""));
}

static void head_change(struct arena *arena, struct change *c)
{
	const struct image *image = &c->first;
	char photometric[17];

	if (transcode_copies(c->from, c->to))
		return;
	transcode_photometric(image, c->to, photometric);
	dataset_put(c->head, TAG_PhotometricInterpretation,
	    str_of(photometric));
	if (image->samples > 1)
		dataset_put_int(c->head, TAG_PlanarConfiguration, 0);
	if (c->from->bits_allocated % 8 == 0 &&
	    image->bits_allocated != c->from->bits_allocated) {
		dataset_put_int(c->head, TAG_BitsAllocated,
		    image->bits_allocated);
		dataset_put_int(c->head, TAG_BitsStored, image->bits_stored);
		dataset_put_int(c->head, TAG_HighBit, image->high_bit);
	}
	if (c->to->encapsulated && !c->to->lossless)
		lossy_say(arena, c);
}

/* How long each frame will be, and the first ones themselves. */
static bool frames_make(struct arena *arena, struct change *c,
    struct err *err)
{
	int64_t n = c->frames.n;

	c->made = arena_array(arena, struct str, n);
	for (int64_t i = 0; i < n; i++) {
		struct arena passing = {0};
		struct str bytes = {0};
		bool done = frame_transcode(&passing, c->from, &c->frames, i,
		    c->to, &bytes, err);
		c->size += (int64_t)bytes.len;
		c->made[i] = (struct str){NULL, bytes.len};
		if (done && c->size <= kept_most)
			c->made[i] = arena_keep(arena, bytes);
		arena_end(&passing);
		if (!done)
			return false;
	}
	return true;
}

static bool first_look(struct change *c, struct err *err)
{
	struct arena passing = {0};
	bool done = transcode_copies(c->from, c->to) ||
	    frame_decode(&passing, c->from, &c->frames, 0, &c->first, err);

	c->first.at = NULL;
	arena_end(&passing);
	return done;
}

static void put_number(struct out *out, uint64_t value, int bytes, bool big)
{
	for (int i = 0; i < bytes; i++)
		out_char(out, (char)(value >> 8 * (big ? bytes - 1 - i : i)));
}

static void put_tag(struct out *out, uint32_t tag, bool big)
{
	put_number(out, TAG_GROUP(tag), 2, big);
	put_number(out, TAG_ELEMENT(tag), 2, big);
}

static void put_header(struct out *out, const struct change *c,
    const char *vr, uint32_t length)
{
	put_tag(out, pixel_tag(c->from), c->to->big_endian);
	if (!c->to->implicit) {
		out_put(out, str_of(vr));
		put_number(out, 0, 2, false);
	}
	put_number(out, length, 4, c->to->big_endian);
}

static int64_t item_size(const struct change *c, int64_t i)
{
	return 8 + ((int64_t)c->made[i].len + 1) / 2 * 2;
}

static bool is_long(const struct change *c)
{
	int64_t size = 0;

	for (int64_t i = 0; i + 1 < c->frames.n; i++)
		size += item_size(c, i);
	return size > offset_most;
}

/* PS3.3 C.7.6.3.1.8: where 32 bits cannot hold the offsets. */
static void table_extend(struct arena *arena, struct change *c)
{
	uint64_t *offsets = arena_array(arena, uint64_t, c->frames.n);
	uint64_t *lengths = arena_array(arena, uint64_t, c->frames.n);
	uint64_t at = 0;

	for (int64_t i = 0; i < c->frames.n; i++) {
		offsets[i] = at;
		lengths[i] = c->made[i].len;
		at += (uint64_t)item_size(c, i);
	}
	size_t size = (size_t)c->frames.n * 8;
	dataset_put_bytes(c->head, TAG_ExtendedOffsetTable, VR('O', 'V'),
	    (struct str){(const char *)offsets, size});
	dataset_put_bytes(c->head, TAG_ExtendedOffsetTableLengths,
	    VR('O', 'V'), (struct str){(const char *)lengths, size});
}

/* A frame once more, if it was not kept: a codec says the same each time. */
static bool frame_write(struct out *out, const struct change *c, int64_t i,
    struct err *err)
{
	struct arena passing = {0};
	struct str bytes = c->made[i];
	bool done = bytes.at || frame_transcode(&passing, c->from, &c->frames,
	    i, c->to, &bytes, err);

	if (done && bytes.len != c->made[i].len)
		done = fail(err, ERR_BROKEN, "frame %lld is another than "
		    "before", (long long)i + 1);
	if (done) {
		put_tag(out, TAG_Item, false);
		put_number(out, (uint64_t)(bytes.len + 1) / 2 * 2, 4, false);
		out_put(out, bytes);
		if (bytes.len % 2)
			out_char(out, 0);
	}
	arena_end(&passing);
	return done;
}

static bool encapsulated_write(struct out *out, const struct change *c,
    struct err *err)
{
	bool basic = !is_long(c);
	int64_t at = 0;

	put_header(out, c, "OB", LENGTH_UNDEFINED);
	put_tag(out, TAG_Item, false);
	put_number(out, basic ? (uint64_t)c->frames.n * 4 : 0, 4, false);
	for (int64_t i = 0; basic && i < c->frames.n; i++) {
		put_number(out, (uint64_t)at, 4, false);
		at += item_size(c, i);
	}
	for (int64_t i = 0; i < c->frames.n; i++)
		if (!frame_write(out, c, i, err))
			return false;
	put_tag(out, TAG_SequenceDelimitationItem, false);
	put_number(out, 0, 4, false);
	return true;
}

/* Frames that share bytes (of 1 bit) are copied as one. */
static bool copy_whole(struct out *out, const struct change *c,
    struct err *err)
{
	const struct pixels *p = c->from;
	int64_t width = p->bits_allocated / 8;
	char room[65536];

	if (p->syntax->big_endian != c->to->big_endian &&
	    (width > 1 || pixels_are_swapped(p)))
		width = width > 1 ? width : 2;
	else
		width = 1;
	for (int64_t at = 0; at < p->length; at += (int64_t)sizeof(room)) {
		int64_t n = p->length - at < (int64_t)sizeof(room) ?
		    p->length - at : (int64_t)sizeof(room);
		if (!pixels_get(p, p->value_at + at, room, n, err))
			return false;
		bytes_swap(room, n, width);
		out_put(out, (struct str){room, (size_t)n});
	}
	return true;
}

static const char *native_vr(const struct change *c)
{
	if (c->from->is_float)
		return c->from->bits_allocated == 32 ? "OF" : "OD";
	return c->first.bits_allocated > 8 || c->from->bits_allocated > 8 ?
	    "OW" : "OB";
}

static bool native_write(struct out *out, const struct change *c,
    struct err *err)
{
	const struct image *image = &c->first;
	int64_t bits = c->from->bits_allocated % 8 ? c->from->bits_allocated :
	    image->bits_allocated;
	int64_t each = image->rows * image->columns * image->samples * bits;
	int64_t size = (each / 8 * c->frames.n + 1) / 2 * 2;

	if (each % 8)
		return fail(err, ERR_REFUSED, "frames of %lld bits cannot be "
		    "put side by side", (long long)each);
	if (size > LENGTH_MOST)
		return fail(err, ERR_REFUSED, "native pixel data cannot be of "
		    "%lld bytes", (long long)size);
	put_header(out, c, native_vr(c), (uint32_t)size);
	for (int64_t i = 0; i < c->frames.n; i++) {
		struct arena passing = {0};
		struct str bytes;
		bool done = frame_transcode(&passing, c->from, &c->frames, i,
		    c->to, &bytes, err);
		if (done && (int64_t)bytes.len != each / 8)
			done = fail(err, ERR_INPUT, "frame %lld is deeper "
			    "than the first", (long long)i + 1);
		if (done)
			out_put(out, bytes);
		arena_end(&passing);
		if (!done)
			return false;
	}
	if (each / 8 * c->frames.n % 2)
		out_char(out, 0);
	return true;
}

static bool pixels_write(struct out *out, const struct change *c,
    struct err *err)
{
	if (c->to->encapsulated)
		return encapsulated_write(out, c, err);
	if (!transcode_copies(c->from, c->to))
		return native_write(out, c, err);
	put_header(out, c, native_vr(c), c->from->length);
	return copy_whole(out, c, err);
}

static int64_t pixels_ended(const struct change *c)
{
	const struct pixels *p = c->from;
	int64_t at = p->value_at + 8;

	if (p->length != LENGTH_UNDEFINED)
		return p->value_at + p->length;
	for (int64_t i = 0; i < c->frames.n; i++) {
		const struct frame *f = &c->frames.list[i];
		for (size_t k = 0; k < f->n; k++)
			if (f->spans[k].at + f->spans[k].size > at)
				at = f->spans[k].at + f->spans[k].size;
	}
	return at + 8; /* past the delimiter */
}

/* Elements after the pixels: signatures, private ones.  Padding is dropped. */
static bool tail_write(struct arena *arena, struct out *out,
    const struct change *c, struct err *err)
{
	int64_t at = pixels_ended(c), size = pixels_end(c->from) - at;
	struct reading how = {.syntax = c->from->syntax, .base = at};
	struct dataset tail;

	if (size < 8)
		return true;
	if (size > TAIL_MOST)
		return fail(err, ERR_REFUSED, "%lld bytes after pixel data "
		    "are too many", (long long)size);
	char *bytes = arena_alloc(arena, (size_t)size);
	if (!pixels_get(c->from, at, bytes, size, err) ||
	    !dataset_read(arena, (struct str){bytes, (size_t)size}, &how,
	    &tail, err))
		return false;
	dataset_remove(&tail, TAG_DataSetTrailingPadding);
	tail.charset = c->file->dataset.charset;
	return !tail.n || dataset_write(&tail, c->to, out, err);
}

static bool data_write(struct arena *arena, struct out *out, struct change *c,
    struct err *err)
{
	return dataset_write(c->head, c->to, out, err) &&
	    pixels_write(out, c, err) && tail_write(arena, out, c, err);
}

/* The stream of a deflated data set is one: it is made whole, and first. */
static bool deflated_write(struct arena *arena, struct out *out,
    struct change *c, struct err *err)
{
	const struct syntax *deflated = c->to;
	struct reading how = {.syntax = syntax_explicit};
	struct dataset whole;
	struct out plain;

	out_memory(&plain);
	c->to = syntax_explicit;
	bool done = data_write(arena, &plain, c, err) &&
	    dataset_read(arena, out_str(&plain), &how, &whole, err) &&
	    dataset_write(&whole, deflated, out, err);
	c->to = deflated;
	return out_end(&plain, err) && done;
}

bool file_transcode(struct arena *arena, const struct part10 *file,
    const struct pixels *p, const struct syntax *to, bool lossy_may,
    struct out *out, struct err *err)
{
	struct change c = {.file = file, .from = p, .to = to};

	if (to->encapsulated && !to->lossless && !lossy_may &&
	    !str_is(str_of(p->syntax->uid), to->uid))
		return fail(err, ERR_REFUSED, "%s would lose some of the "
		    "picture", to->name);
	if (!transcode_may(p, to, err) ||
	    !frames_find(arena, p, &c.frames, err) || !first_look(&c, err) ||
	    (to->encapsulated && !frames_make(arena, &c, err)))
		return false;
	head_copy(arena, &c);
	head_change(arena, &c);
	if (to->encapsulated && is_long(&c))
		table_extend(arena, &c);
	part10_head(out, file->sop_class, file->sop_instance,
	    str_of(to->uid), dataset_raw(&file->meta,
	    TAG_SourceApplicationEntityTitle));
	return to->deflated ? deflated_write(arena, out, &c, err) :
	    data_write(arena, out, &c, err);
}
