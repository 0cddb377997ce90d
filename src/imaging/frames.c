/* SPDX-License-Identifier: MIT */
/* frames.c: where each frame lies, PS3.5 A.4.  The fragments are walked by
 * their own lengths; a table (basic, or extended: PS3.3 C.7.6.3.1.8) is
 * believed only where each of its offsets is the beginning of a fragment, in
 * order.  Without one that can be believed: a fragment each, or a frame
 * begins with its codec's first marker.  If that gives another number than the
 * head, which frame is which is not known, and none is given. */
#include "imaging/inner.h"

#include <string.h>

#define FRAGMENTS_MOST (INT64_C(1) << 24)

struct walk {
	struct span_of_file *spans;
	int64_t n, room;
	struct span_of_file table; /* the basic offset table */
	bool cut;                  /* the file ends first */
};

static void walk_add(struct arena *arena, struct walk *walk,
    struct span_of_file span)
{
	if (walk->n == walk->room) {
		int64_t room = walk->room ? walk->room * 2 : 16;
		struct span_of_file *spans =
		    arena_array(arena, struct span_of_file, room);
		if (walk->n)
			memcpy(spans, walk->spans,
			    (size_t)walk->n * sizeof(*spans));
		walk->spans = spans;
		walk->room = room;
	}
	walk->spans[walk->n++] = span;
}

static bool walk_read(struct arena *arena, const struct pixels *p,
    struct walk *walk, struct err *err)
{
	int64_t at = p->value_at, end = pixels_end(p);

	for (bool first = true;; first = false) {
		struct { uint16_t group, element; uint32_t length; } item;
		if (at > end - 8) {
			walk->cut = true;
			return true;
		}
		if (!pixels_get(p, at, &item, 8, err))
			return false;
		if (item.group == 0xFFFE && item.element == 0xE0DD)
			return true;
		if (item.group != 0xFFFE || item.element != 0xE000)
			return fail(err, ERR_INPUT, "byte %lld is no fragment",
			    (long long)at);
		at += 8;
		if (item.length > end - at) {
			walk->cut = true;
			return true;
		}
		struct span_of_file span = {at, item.length};
		if (first)
			walk->table = span;
		else
			walk_add(arena, walk, span);
		if (walk->n > FRAGMENTS_MOST)
			return fail(err, ERR_INPUT, "there are too many "
			    "fragments");
		at += item.length;
	}
}

static void frames_begin(struct arena *arena, struct frames *frames,
    int64_t n)
{
	frames->n = n;
	frames->list = arena_array(arena, struct frame, n);
}

static void frame_take(struct frames *frames, int64_t i,
    const struct walk *walk, int64_t from, int64_t to)
{
	struct frame *frame = &frames->list[i];

	frame->spans = walk->spans + from;
	frame->n = (size_t)(to - from);
	frame->size = 0;
	for (int64_t k = from; k < to; k++)
		frame->size += walk->spans[k].size;
}

/* Offsets count from the first byte of the first fragment's item. */
static bool by_table(struct arena *arena, const struct walk *walk,
    const uint64_t *offsets, int64_t n, struct frames *frames)
{
	int64_t *begins = arena_array(arena, int64_t, n + 1);
	int64_t k = 0;

	if (!walk->n || offsets[0] != 0)
		return false;
	for (int64_t i = 0; i < n; i++) {
		while (k < walk->n && (uint64_t)(walk->spans[k].at -
		    walk->spans[0].at) < offsets[i])
			k++;
		if (k < walk->n && (uint64_t)(walk->spans[k].at -
		    walk->spans[0].at) != offsets[i])
			return false;
		if (k == walk->n && !walk->cut)
			return false;
		if (i && begins[i - 1] == k && k < walk->n)
			return false;
		begins[i] = k;
	}
	begins[n] = walk->n;
	for (int64_t i = 0; i < n; i++)
		frame_take(frames, i, walk, begins[i], begins[i + 1]);
	/* Of a file cut short, the last frame that is there may lack an end. */
	for (int64_t i = n - 1; walk->cut && i >= 0; i--)
		if (frames->list[i].n) {
			frames->list[i] = (struct frame){0};
			break;
		}
	return true;
}

static bool by_basic(struct arena *arena, const struct pixels *p,
    const struct walk *walk, struct frames *frames, bool *done,
    struct err *err)
{
	int64_t n = p->frames;

	*done = false;
	if (walk->table.size != n * 4)
		return true;
	uint32_t *table = arena_array(arena, uint32_t, n);
	uint64_t *offsets = arena_array(arena, uint64_t, n);
	if (!pixels_get(p, walk->table.at, table, n * 4, err))
		return false;
	for (int64_t i = 0; i < n; i++)
		offsets[i] = table[i];
	*done = by_table(arena, walk, offsets, n, frames);
	return true;
}

static bool by_extended(struct arena *arena, const struct pixels *p,
    const struct walk *walk, struct frames *frames)
{
	struct str table = {0};
	const struct element *e = dataset_find(p->head,
	    TAG_ExtendedOffsetTable);

	if (e)
		table = e->value;
	if (!table.len || (int64_t)table.len != p->frames * 8)
		return false;
	uint64_t *offsets = arena_array(arena, uint64_t, p->frames);
	memcpy(offsets, table.at, table.len);
	return by_table(arena, walk, offsets, p->frames, frames);
}

/* Does a fragment begin a frame of its codec? */
static bool begins(const struct pixels *p, struct span_of_file span)
{
	static const char j2k[] = {'\xFF', '\x4F', '\xFF', '\x51'};
	char head[4];
	struct err err = {0};

	if (span.size < 4 || !pixels_get(p, span.at, head, 4, &err))
		return false;
	switch (p->syntax->codec) {
	case CODEC_JPEG:
	case CODEC_JPEG_LOSSLESS:
	case CODEC_JPEG_LS:
		return memcmp(head, "\xFF\xD8\xFF", 3) == 0;
	case CODEC_JPEG_2000:
	case CODEC_HTJ2K:
		return memcmp(head, j2k, 4) == 0 ||
		    memcmp(head, "\0\0\0\14", 4) == 0;
	default: /* RLE and the rest: a frame is one fragment */
		return true;
	}
}

static bool by_markers(struct arena *arena, const struct pixels *p,
    const struct walk *walk, struct frames *frames, struct err *err)
{
	int64_t *at = arena_array(arena, int64_t, walk->n + 1), n = 0;

	for (int64_t k = 0; k < walk->n; k++)
		if (begins(p, walk->spans[k]))
			at[n++] = k;
	if (n != p->frames || at[0] != 0)
		return fail(err, ERR_INPUT, "%lld fragments with %lld "
		    "beginnings cannot be %lld frames", (long long)walk->n,
		    (long long)n, (long long)p->frames);
	at[n] = walk->n;
	for (int64_t i = 0; i < n; i++)
		frame_take(frames, i, walk, at[i], at[i + 1]);
	return true;
}

/* A file cut short, without a table: what a fragment is, its own first bytes
 * tell, so the frames before the cut keep their numbers. */
static void by_order(const struct pixels *p, const struct walk *walk,
    struct frames *frames)
{
	int64_t i = -1, from = 0;

	for (int64_t k = 0; k < walk->n; k++) {
		if (!begins(p, walk->spans[k]))
			continue;
		if (i >= 0 && i < frames->n)
			frame_take(frames, i, walk, from, k);
		i++;
		from = k;
	}
	/* Only RLE's last is known to be whole: it has no second fragment. */
	if (i >= 0 && i < frames->n && p->syntax->codec == CODEC_RLE)
		frame_take(frames, i, walk, from, walk->n);
}

static bool encapsulated_find(struct arena *arena, const struct pixels *p,
    struct frames *frames, struct err *err)
{
	struct walk walk = {0};
	bool done;

	if (!walk_read(arena, p, &walk, err))
		return false;
	if (p->frames > walk.n && !walk.cut)
		return fail(err, ERR_INPUT, "%lld fragments cannot be %lld "
		    "frames", (long long)walk.n, (long long)p->frames);
	frames_begin(arena, frames, p->frames);
	if (!by_basic(arena, p, &walk, frames, &done, err))
		return false;
	if (done || by_extended(arena, p, &walk, frames))
		return true;
	if (walk.cut) {
		by_order(p, &walk, frames);
		return true;
	}
	if (p->frames == 1) {
		frame_take(frames, 0, &walk, 0, walk.n);
		return true;
	}
	if (walk.n != p->frames)
		return by_markers(arena, p, &walk, frames, err);
	for (int64_t i = 0; i < walk.n; i++)
		frame_take(frames, i, &walk, i, i + 1);
	return true;
}

static bool native_find(struct arena *arena, const struct pixels *p,
    struct frames *frames)
{
	int64_t bits = frame_bits(p), end = p->value_at + p->length;
	struct span_of_file *spans;

	if (end > pixels_end(p))
		end = pixels_end(p);
	frames_begin(arena, frames, p->frames);
	spans = arena_array(arena, struct span_of_file, p->frames);
	for (int64_t i = 0; i < p->frames; i++) {
		int64_t from = bits * i / 8, to = (bits * (i + 1) + 7) / 8;
		if (p->value_at + to > end)
			break; /* the rest is not there */
		spans[i] = (struct span_of_file){p->value_at + from, to - from};
		frames->list[i] = (struct frame){spans + i, 1, to - from};
	}
	return true;
}

bool frames_find(struct arena *arena, const struct pixels *p,
    struct frames *frames, struct err *err)
{
	/* No more frames than the file could have bits for. */
	if (p->frames > pixels_end(p) * 8)
		return fail(err, ERR_INPUT, "%lld frames cannot be in %lld "
		    "bytes", (long long)p->frames, (long long)pixels_end(p));
	if (p->syntax->encapsulated && p->length == LENGTH_UNDEFINED)
		return encapsulated_find(arena, p, frames, err);
	if (p->syntax->encapsulated && p->syntax->codec != CODEC_NONE)
		return fail(err, ERR_INPUT, "encapsulated pixel data has a "
		    "length");
	return native_find(arena, p, frames);
}

bool frame_read(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, struct str *bytes,
    struct err *err)
{
	if (n < 0 || n >= frames->n)
		return fail(err, ERR_MISSING, "there is no frame %lld",
		    (long long)n + 1);
	const struct frame *frame = &frames->list[n];
	if (!frame->n)
		return fail(err, ERR_INPUT, "the file ends before frame %lld",
		    (long long)n + 1);
	char *at = arena_alloc(arena, (size_t)frame->size + 1);
	*bytes = (struct str){at, (size_t)frame->size};
	for (size_t i = 0; i < frame->n; i++) {
		if (!pixels_get(p, frame->spans[i].at, at,
		    frame->spans[i].size, err))
			return false;
		at += frame->spans[i].size;
	}
	return true;
}
