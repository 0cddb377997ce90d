/* SPDX-License-Identifier: MIT */
/* dataset_write.c: a tree to bytes, PS3.5 7.  What is as it was read, and in
 * the encoding that is wanted, goes out as the bytes it came from.  For the
 * rest all lengths are found first, in one walk; the second walk writes them in
 * the same order, so the writer needs no memory for what it has written. */
#include "dicom/read.h"
#include "dicom/value.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

struct writer {
	const struct syntax *syntax;
	struct out *out;
	struct arena *arena;
	uint32_t *lengths; /* of sequences, items and group lengths, as met */
	size_t n, room, next;
	struct err *err;
};

static bool is_same(const struct syntax *a, const struct syntax *b)
{
	return a && b && a->implicit == b->implicit &&
	    a->big_endian == b->big_endian;
}

/* Is the whole value, delimiter and all, as it was read? */
static bool is_raw(const struct dataset *set, const struct element *e,
    const struct syntax *syntax)
{
	if (!e->value_at || !is_same(set->syntax, syntax))
		return false;
	for (uint32_t i = 0; i < e->items_n; i++)
		if (!e->items[i].raw.at)
			return false;
	return true;
}

/* A value too long for its VR is UN; PS3.5 6.2.2. */
static uint16_t vr_written(const struct element *e)
{
	bool plain = !e->is_sequence && !e->fragments;

	if (!vr_known(e->vr) || (plain && !vr_long(e->vr) &&
	    e->value.len > UINT16_MAX))
		return VR('U', 'N');
	return e->vr;
}

static uint64_t header_size(const struct element *e,
    const struct syntax *syntax)
{
	return !syntax->implicit && vr_long(vr_written(e)) ? 12 : 8;
}

static size_t slot_new(struct writer *w)
{
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 64;
		uint32_t *lengths = arena_array(w->arena, uint32_t, room);

		if (w->n)
			memcpy(lengths, w->lengths, w->n * sizeof(*lengths));
		w->lengths = lengths;
		w->room = room;
	}
	return w->n++;
}

/* Undefined where it was, and where 32 bits do not hold it. */
static uint32_t length_kept(uint32_t was, uint64_t size)
{
	return was == LENGTH_UNDEFINED || size >= LENGTH_UNDEFINED ?
	    LENGTH_UNDEFINED : (uint32_t)size;
}

static const struct syntax *inside(const struct element *e,
    const struct syntax *syntax)
{
	return e->vr == VR('U', 'N') ? syntax_implicit : syntax;
}

static uint64_t set_measure(struct writer *, const struct dataset *,
    const struct syntax *);

static uint64_t sequence_measure(struct writer *w, const struct element *e,
    const struct syntax *syntax)
{
	size_t slot = slot_new(w);
	uint64_t size = 0;

	for (uint32_t i = 0; i < e->items_n; i++) {
		size_t item = slot_new(w);
		uint64_t len = set_measure(w, &e->items[i],
		    inside(e, syntax));

		w->lengths[item] = length_kept(e->items[i].length, len);
		size += 8 + len +
		    (w->lengths[item] == LENGTH_UNDEFINED ? 8 : 0);
	}
	w->lengths[slot] = e->vr == VR('U', 'N') ? LENGTH_UNDEFINED :
	    length_kept(e->length, size);
	return size + (w->lengths[slot] == LENGTH_UNDEFINED ? 8 : 0);
}

static uint64_t element_measure(struct writer *w, const struct dataset *set,
    const struct element *e, const struct syntax *syntax)
{
	uint64_t size = header_size(e, syntax);

	if (element_is_withheld(e))
		return 0;
	if (e->is_sequence && is_raw(set, e, syntax))
		return (uint64_t)(e->value_at - e->at) + e->value.len +
		    (e->ended ? 8 : 0);
	if (e->is_sequence)
		return size + sequence_measure(w, e, syntax);
	if (!e->fragments)
		return size + e->value.len;
	for (uint32_t i = 0; i < e->fragments_n; i++)
		size += 8 + (uint64_t)e->fragments[i].len;
	return size + 8;
}

static bool is_group_length(const struct element *e)
{
	return !TAG_ELEMENT(e->tag) && e->vr == VR('U', 'L') &&
	    e->value.len == 4;
}

static uint64_t set_measure(struct writer *w, const struct dataset *set,
    const struct syntax *syntax)
{
	uint64_t size = 0, group_at = 0;
	size_t slot = SIZE_MAX;
	uint16_t group = 0;

	for (uint32_t i = 0; i < set->n; i++) {
		const struct element *e = &set->elements[i];

		if (slot != SIZE_MAX && TAG_GROUP(e->tag) != group) {
			w->lengths[slot] = (uint32_t)(size - group_at);
			slot = SIZE_MAX;
		}
		size += element_measure(w, set, e, syntax);
		if (is_group_length(e)) {
			if (slot != SIZE_MAX) /* a second one */
				w->lengths[slot] = (uint32_t)(size - group_at);
			slot = slot_new(w);
			group = TAG_GROUP(e->tag);
			group_at = size;
		}
	}
	if (slot != SIZE_MAX)
		w->lengths[slot] = (uint32_t)(size - group_at);
	return size;
}

static void u16_write(struct out *out, uint16_t value, bool big)
{
	char at[2] = {(char)(big ? value >> 8 : value),
	    (char)(big ? value : value >> 8)};

	out_put(out, (struct str){at, 2});
}

static void u32_write(struct out *out, uint32_t value, bool big)
{
	u16_write(out, (uint16_t)(big ? value >> 16 : value), big);
	u16_write(out, (uint16_t)(big ? value : value >> 16), big);
}

static void tag_write(struct out *out, uint32_t tag, bool big)
{
	u16_write(out, TAG_GROUP(tag), big);
	u16_write(out, TAG_ELEMENT(tag), big);
}

/* An item, or a delimiter; they have no VR. */
static void mark_write(struct out *out, uint32_t tag, uint32_t length,
    bool big)
{
	tag_write(out, tag, big);
	u32_write(out, length, big);
}

static void header_write(struct out *out, const struct element *e,
    uint32_t length, const struct syntax *syntax)
{
	bool big = syntax->big_endian;
	uint16_t vr = vr_written(e);

	tag_write(out, e->tag, big);
	if (!syntax->implicit) {
		out_put(out, (struct str){vr_text(vr).at, 2});
		if (!vr_long(vr)) {
			u16_write(out, (uint16_t)length, big);
			return;
		}
		u16_write(out, 0, big);
	}
	u32_write(out, length, big);
}

/* Through a small buffer, that pixel data does not double. */
static void swapped_write(struct out *out, struct str value, size_t width)
{
	char some[4096];
	size_t whole = value.len - value.len % width;

	for (size_t at = 0, n; at < whole; at += n) {
		n = whole - at < sizeof(some) ? whole - at : sizeof(some);
		for (size_t i = 0; i < n; i++)
			some[i] = value.at[at + i - i % width +
			    width - 1 - i % width];
		out_put(out, (struct str){some, n});
	}
	out_put(out, (struct str){value.at + whole, value.len - whole});
}

static void value_write(struct out *out, const struct dataset *set,
    const struct element *e, const struct syntax *syntax)
{
	size_t width = (size_t)vr_width(e->vr);
	bool big = syntax->big_endian && vr_written(e) != VR('U', 'N');

	if (width > 1 && big != element_is_big(set, e))
		swapped_write(out, e->value, width);
	else
		out_put(out, e->value);
}

static void set_write(struct writer *, const struct dataset *,
    const struct syntax *);

static void sequence_write(struct writer *w, const struct element *e,
    const struct syntax *syntax)
{
	assert(w->lengths); /* counted before */
	uint32_t length = w->lengths[w->next++];
	bool big = inside(e, syntax)->big_endian;

	header_write(w->out, e, length, syntax);
	for (uint32_t i = 0; i < e->items_n; i++) {
		uint32_t item = w->lengths[w->next++];

		mark_write(w->out, TAG_Item, item, big);
		set_write(w, &e->items[i], inside(e, syntax));
		if (item == LENGTH_UNDEFINED)
			mark_write(w->out, TAG_ItemDelimitationItem, 0, big);
	}
	if (length == LENGTH_UNDEFINED)
		mark_write(w->out, TAG_SequenceDelimitationItem, 0, big);
}

static void fragments_write(struct out *out, const struct element *e,
    const struct syntax *syntax)
{
	bool big = syntax->big_endian;

	header_write(out, e, LENGTH_UNDEFINED, syntax);
	for (uint32_t i = 0; i < e->fragments_n; i++) {
		mark_write(out, TAG_Item, (uint32_t)e->fragments[i].len, big);
		out_put(out, e->fragments[i]);
	}
	mark_write(out, TAG_SequenceDelimitationItem, 0, big);
}

static void element_write(struct writer *w, const struct dataset *set,
    const struct element *e, const struct syntax *syntax)
{
	size_t head = (size_t)(e->value_at - e->at);

	if (element_is_withheld(e))
		return;
	if (e->is_sequence && is_raw(set, e, syntax)) {
		out_put(w->out, (struct str){e->value.at - head,
		    head + e->value.len + (e->ended ? 8 : 0)});
	} else if (e->is_sequence) {
		sequence_write(w, e, syntax);
	} else if (e->fragments) {
		fragments_write(w->out, e, syntax);
	} else {
		header_write(w->out, e, (uint32_t)e->value.len, syntax);
		if (is_group_length(e) && w->lengths)
			u32_write(w->out, w->lengths[w->next++],
			    syntax->big_endian);
		else
			value_write(w->out, set, e, syntax);
	}
}

static void set_write(struct writer *w, const struct dataset *set,
    const struct syntax *syntax)
{
	for (uint32_t i = 0; i < set->n; i++)
		element_write(w, set, &set->elements[i], syntax);
}

/* Pixels change their form by imaging/, not by being written. */
static bool pixels_fit(const struct dataset *set, const struct syntax *syntax,
    struct err *err)
{
	const struct element *e = dataset_find(set, TAG_PixelData);

	if (!e || element_is_withheld(e) || set->syntax == syntax)
		return true;
	if (e->fragments && !syntax->encapsulated)
		return fail(err, ERR_INPUT, "%s: encapsulated pixel data "
		    "cannot be written as %s", tag_text(e->tag).at,
		    syntax->name);
	if (!e->fragments && e->value.len && syntax->encapsulated)
		return fail(err, ERR_INPUT, "%s: native pixel data cannot be "
		    "written as %s", tag_text(e->tag).at, syntax->name);
	return true;
}

static bool write_plain(const struct dataset *set,
    const struct syntax *syntax, struct out *out, struct err *err)
{
	struct arena arena = {0};
	struct writer w = {.syntax = syntax, .out = out, .arena = &arena,
	    .err = err};

	if (set->raw.at && is_same(set->syntax, syntax)) {
		out_put(out, set->raw);
		return true;
	}
	set_measure(&w, set, syntax);
	set_write(&w, set, syntax);
	arena_end(&arena);
	return true;
}

struct deflating {
	z_stream z;
	struct out *out;
};

static void deflate_step(struct deflating *now, struct str bytes, int flush)
{
	char some[16384];

	now->z.next_in = (Bytef *)(uintptr_t)bytes.at;
	now->z.avail_in = (uInt)bytes.len;
	do {
		now->z.next_out = (Bytef *)some;
		now->z.avail_out = sizeof(some);
		deflate(&now->z, flush);
		out_put(now->out, (struct str){some,
		    sizeof(some) - now->z.avail_out});
	} while (!now->z.avail_out);
}

static bool deflate_more(void *to, struct str bytes, struct err *err)
{
	(void)err;
	while (bytes.len) {
		size_t n = bytes.len < (1U << 30) ? bytes.len : 1U << 30;

		deflate_step(to, (struct str){bytes.at, n}, Z_NO_FLUSH);
		bytes = (struct str){bytes.at + n, bytes.len - n};
	}
	return true;
}

/* A raw stream, with a NUL after it if it is odd: PS3.5 A.5. */
static bool write_deflated(const struct dataset *set,
    const struct syntax *syntax, struct out *out, struct err *err)
{
	struct deflating now = {.out = out};
	struct out inner;

	if (deflateInit2(&now.z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
	    -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return fail(err, ERR_BUSY, "no memory to deflate");
	out_call(&inner, deflate_more, &now);
	write_plain(set, syntax, &inner, err);
	bool good = out_end(&inner, err);
	deflate_step(&now, (struct str){0}, Z_FINISH);
	if (now.z.total_out & 1)
		out_char(out, 0);
	deflateEnd(&now.z);
	return good;
}

bool dataset_write(const struct dataset *set, const struct syntax *syntax,
    struct out *out, struct err *err)
{
	if (!pixels_fit(set, syntax, err))
		return false;
	return syntax->deflated ? write_deflated(set, syntax, out, err) :
	    write_plain(set, syntax, out, err);
}
