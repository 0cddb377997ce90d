/* SPDX-License-Identifier: MIT */
/* dataset_read.c: bytes to a tree, PS3.5 7.  What has begun and not ended is a
 * list of levels in the arena, so depth costs no stack; each element is a view,
 * so nothing is made from a length before its bytes are there. */
#include "dicom/charset.h"
#include "dicom/read.h"

#include <string.h>

/* Of these each question walks all: no device makes more, and a hostile
 * million would cost a million times a million. */
#define UNORDERED_MOST 8192

const struct dicom_limits dicom_limits_standard = {
	.depth = 64,
	.elements = 4000000,
	.inflated = INT64_C(1) << 30,
	.ratio = 200,
};

static int64_t pick(int64_t asked, int64_t standard)
{
	return asked > 0 ? asked : standard;
}

static struct dicom_limits limits_of(const struct dicom_limits *asked)
{
	const struct dicom_limits *standard = &dicom_limits_standard;
	struct dicom_limits limits = {
		.depth = pick(asked->depth, standard->depth),
		.elements = pick(asked->elements, standard->elements),
		.inflated = pick(asked->inflated, standard->inflated),
		.ratio = pick(asked->ratio, standard->ratio),
	};

	if (limits.depth > DEPTH_MOST)
		limits.depth = DEPTH_MOST;
	return limits;
}

/* One more thing that takes memory. */
static bool count(struct reader *r, uint32_t tag)
{
	if (r->elements++ < r->limits.elements)
		return true;
	return broken(r, tag, here(r), "there are too many elements");
}

static struct level *level_push(struct reader *r)
{
	if (r->n == r->room) {
		size_t room = r->room ? r->room * 2 : 8;
		struct level *levels =
		    arena_array(r->arena, struct level, room);

		if (r->n)
			memcpy(levels, r->levels, r->n * sizeof(*levels));
		r->levels = levels;
		r->room = room;
	}
	return &r->levels[r->n++];
}

/* What ends: an item or a sequence, at r->at. */
static void level_pop(struct reader *r)
{
	struct level *level = &r->levels[--r->n];

	if (level->sequence) {
		struct str *value = &level->sequence->value;
		value->len = (size_t)(r->bytes.at + r->at - value->at);
		r->sequences--;
	} else {
		struct str *raw = &level->set->raw;
		raw->len = (size_t)(r->bytes.at + r->at - raw->at);
	}
}

/* An array whose room is the power of two at or above its n. */
static void *array_grow(struct arena *arena, void *array, uint32_t n,
    size_t size)
{
	if (n & (n - 1)) /* not full; 0 is full */
		return array;
	void *larger = arena_alloc_n(arena, size, n ? (size_t)n * 2 : 1);
	if (n)
		memcpy(larger, array, n * size);
	return larger;
}

/* Items that moved are found by their own items again. */
void items_grow(struct arena *arena, struct element *e)
{
	struct dataset *items = array_grow(arena, e->items, e->items_n,
	    sizeof(*items));

	for (uint32_t i = 0; items != e->items && i < e->items_n; i++)
		for (uint32_t k = 0; k < items[i].n; k++) {
			struct element *of = &items[i].elements[k];
			for (uint32_t m = 0; m < of->items_n; m++)
				of->items[m].parent = &items[i];
		}
	e->items = items;
}

static bool sequence_begin(struct reader *r, struct element *e)
{
	struct level around = r->levels[r->n - 1];
	bool open = e->length == LENGTH_UNDEFINED;

	e->is_sequence = true;
	if (++r->sequences > r->limits.depth)
		return broken(r, e->tag, e->at,
		    "its sequences are nested too deeply");
	struct level *level = level_push(r);
	*level = around;
	level->sequence = e;
	level->open = open;
	level->guess = e->vr == VR('U', 'N') && !around.syntax->implicit;
	if (e->vr == VR('U', 'N'))
		level->syntax = syntax_implicit;
	if (!open) {
		level->end = r->at + e->length;
		level->at_input = false;
	}
	return true;
}

static bool item_begin(struct reader *r, uint32_t length)
{
	struct level around = r->levels[r->n - 1];
	struct element *e = around.sequence;

	if (!count(r, e->tag))
		return false;
	size_t left = around.end - r->at - 8;
	if (length != LENGTH_UNDEFINED && length > left && around.at_input)
		return lacks(r, &around, e->tag, e->at, "item");
	items_grow(r->arena, e);
	struct dataset *item = &e->items[e->items_n++];
	item->length = length;
	item->at = r->how->base + (int64_t)r->at;
	item->syntax = around.syntax;
	item->charset = around.set->charset;
	item->parent = around.set;
	item->arena = r->arena;
	r->at += 8;
	item->raw.at = r->bytes.at + r->at;
	struct level *level = level_push(r);
	*level = around;
	level->set = item;
	level->sequence = NULL;
	level->open = length == LENGTH_UNDEFINED;
	if (!level->open) {
		/* One that is longer than its sequence ends with it. */
		if (length > left)
			r->how->repaired |= REPAIR_UNENDED;
		level->end = r->at + (length < left ? length : left);
		level->at_input = false;
	}
	return true;
}

static bool sequence_goes_on(struct reader *r, struct level *level)
{
	struct element *e = level->sequence;

	if (level->end - r->at < 8)
		return lacks(r, level, e->tag, e->at, "sequence");
	uint32_t tag =
	    tag_at(r->bytes.at + r->at, level->syntax->big_endian);
	if (tag == TAG_Item)
		return item_begin(r, u32_at(r->bytes.at + r->at + 4,
		    level->syntax->big_endian));
	if (tag == TAG_SequenceDelimitationItem && level->open) {
		e->ended = true;
		level_pop(r);
	} else if (TAG_GROUP(tag) == 0xfffe) {
		r->how->repaired |= REPAIR_UNENDED;
	} else {
		return broken(r, tag, here(r),
		    "it stands where an item should");
	}
	r->at += 8;
	return true;
}

/* Encapsulated pixel data, PS3.5 A.4. */
static bool fragments_read(struct reader *r, const struct level *level,
    struct element *e)
{
	bool big = level->syntax->big_endian;

	for (;;) {
		size_t left = level->end - r->at;
		const char *at = r->bytes.at + r->at;

		if (left < 8)
			return lacks(r, level, e->tag, e->at, "fragments");
		uint32_t tag = tag_at(at, big), length = u32_at(at + 4, big);
		if (tag == TAG_SequenceDelimitationItem)
			break;
		if (tag != TAG_Item || length == LENGTH_UNDEFINED)
			return broken(r, tag, here(r),
			    "it stands where a fragment should");
		if (length > left - 8)
			return lacks(r, level, e->tag, e->at, "fragments");
		if (!count(r, e->tag))
			return false;
		e->fragments = array_grow(r->arena, e->fragments,
		    e->fragments_n, sizeof(*e->fragments));
		e->fragments[e->fragments_n++] = (struct str){at + 8, length};
		r->at += 8 + (size_t)length;
	}
	e->value.len = (size_t)(r->bytes.at + r->at - e->value.at);
	e->ended = true;
	r->at += 8;
	return true;
}

static struct element *element_add(struct reader *r, struct dataset *set,
    const struct element *e)
{
	if (set->n == set->size) {
		uint32_t size = set->size ? set->size * 2 :
		    set->parent ? 4 : 64;
		struct element *elements =
		    arena_array(r->arena, struct element, size);

		if (set->n)
			memcpy(elements, set->elements,
			    set->n * sizeof(*elements));
		set->elements = elements;
		set->size = size;
	}
	if (set->n && e->tag <= set->elements[set->n - 1].tag) {
		set->unordered = true;
		r->how->repaired |= e->tag < set->elements[set->n - 1].tag ?
		    REPAIR_ORDER : REPAIR_DUPLICATE;
	}
	struct element *added = &set->elements[set->n++];
	*added = *e;
	return added;
}

/* What a value means for those that follow. */
static void value_heed(struct reader *r, struct level *level,
    const struct element *e)
{
	struct dataset *set = level->set;
	bool known, big = level->syntax->big_endian;

	if (e->tag == TAG_SpecificCharacterSet)
		set->charset = charset_read(r->arena,
		    dataset_raw(set, e->tag), &known);
	else if (e->tag == TAG_PixelRepresentation && e->value.len >= 2)
		level->is_signed = u16_at(e->value.at, big) != 0;
	else if (!TAG_ELEMENT(e->tag) && r->n == 1 && e->value.len == 4) {
		r->group = TAG_GROUP(e->tag);
		r->group_end = r->at + u32_at(e->value.at, big);
	}
	if (e->value.len & 1)
		r->how->repaired |= REPAIR_ODD_LENGTH;
}

static bool undefined_begin(struct reader *r, struct level *level,
    struct element *e)
{
	switch (e->vr) {
	case VR('S', 'Q'):
		return sequence_begin(r, e);
	case VR('O', 'B'):
	case VR('O', 'W'):
		return fragments_read(r, level, e);
	case VR('U', 'N'):
		return e->tag == TAG_PixelData ?
		    fragments_read(r, level, e) : sequence_begin(r, e);
	default:
		/* A private dictionary that is not about this maker. */
		if (!level->syntax->implicit)
			return broken(r, e->tag, e->at,
			    "its value cannot be of undefined length");
		e->vr = VR('S', 'Q');
		return sequence_begin(r, e);
	}
}

static bool value_read(struct reader *r, struct level *level,
    struct element *e)
{
	size_t left = level->end - r->at;

	if (level->set->unordered && level->set->n >= UNORDERED_MOST)
		return broken(r, e->tag, e->at, "it is in a data set of very "
		    "many elements that are out of order");
	if (e->length == LENGTH_UNDEFINED) {
		e = element_add(r, level->set, e);
		return undefined_begin(r, level, e);
	}
	if (e->length > left)
		return lacks(r, level, e->tag, e->at, "value");
	e = element_add(r, level->set, e);
	if (e->vr == VR('S', 'Q'))
		return sequence_begin(r, e);
	e->value.len = e->length;
	r->at += e->length;
	value_heed(r, level, e);
	return true;
}

/* Delimiters inside a data set, also where none should be. */
static bool delimiter_read(struct reader *r, struct level *level, uint32_t tag)
{
	if (level->open && r->n > 1) {
		if (tag != TAG_ItemDelimitationItem)
			r->how->repaired |= REPAIR_UNENDED;
		level_pop(r);
		if (tag == TAG_ItemDelimitationItem)
			r->at += 8;
		return true;
	}
	if (tag == TAG_Item)
		return broken(r, tag, here(r), "it is in no sequence");
	r->how->repaired |= REPAIR_UNENDED;
	r->at += 8;
	return true;
}

/* Bytes at the end that are no element: fewer than one has, or all zero. */
static bool is_trailing(const struct reader *r)
{
	const char *at = r->bytes.at + r->at;
	size_t left = r->bytes.len - r->at;

	return r->levels[0].set->n && !r->how->more_may_come && !*at &&
	    !memcmp(at, at + 1, left - 1);
}

/* Between top-level elements: is this the end? */
static bool top_ends(struct reader *r, uint32_t tag)
{
	uint32_t stop = r->how->stop;

	if (r->group_end && TAG_GROUP(tag) != r->group) {
		if (r->at != r->group_end)
			r->how->repaired |= REPAIR_GROUP_LENGTH;
		r->group_end = 0;
	}
	if (r->only_group && TAG_GROUP(tag) != r->only_group)
		return true;
	if (stop == TAG_PixelData)
		stop = TAG_FloatPixelData;
	r->how->stopped = stop && tag >= stop;
	return r->how->stopped;
}

/* Pixel data that is stopped at is told with its length. */
static bool stop_tell(struct reader *r, struct level *level, uint32_t tag)
{
	struct element e = {.tag = tag};
	size_t size;

	if (!r->how->stopped || TAG_GROUP(tag) != TAG_GROUP(TAG_PixelData))
		return false;
	e.at = r->how->base + (int64_t)r->at;
	if (!header_read(r, level, &e, &size))
		return false;
	e.value_at = e.at + (int64_t)size;
	e.value.at = r->bytes.at + r->at + size;
	element_add(r, level->set, &e);
	return false;
}

static bool element_read(struct reader *r, struct level *level)
{
	size_t size, left = level->end - r->at;
	bool top = r->n == 1, big = level->syntax->big_endian;

	if (top) {
		r->top_at = r->at;
		r->top_n = level->set->n;
		if (is_trailing(r)) {
			r->how->repaired |= REPAIR_TRAILING;
			r->at = r->bytes.len;
			return true;
		}
	}
	uint32_t tag = left < 4 ? 0 : tag_at(r->bytes.at + r->at, big);
	if (top && left >= 4 && top_ends(r, tag) &&
	    (left >= 8 || r->only_group))
		return stop_tell(r, level, tag);
	if (left < 8)
		return lacks(r, level, tag, r->how->base + (int64_t)r->at,
		    "header");
	if (TAG_GROUP(tag) == 0xfffe)
		return delimiter_read(r, level, tag);
	struct element e = {.tag = tag, .at = r->how->base + (int64_t)r->at};
	if (!count(r, tag) || !header_read(r, level, &e, &size))
		return false;
	r->at += size;
	e.value_at = e.at + (int64_t)size;
	e.value.at = r->bytes.at + r->at;
	return value_read(r, level, &e);
}

/* The bytes or what is around it ended. */
static bool level_ends(struct reader *r, struct level *level)
{
	const struct element *e = level->sequence;

	if (level->open && level->at_input) {
		if (!e)
			e = r->levels[r->n - 2].sequence;
		return lacks(r, level, e->tag, e->at, "sequence");
	}
	if (level->open)
		r->how->repaired |= REPAIR_UNENDED;
	level_pop(r);
	return true;
}

static bool levels_read(struct reader *r)
{
	for (;;) {
		struct level *level = &r->levels[r->n - 1];
		bool good;

		if (r->at >= level->end && r->n == 1)
			return true;
		if (r->at >= level->end)
			good = level_ends(r, level);
		else if (level->sequence)
			good = sequence_goes_on(r, level);
		else
			good = element_read(r, level);
		if (!good)
			return false;
	}
}

/* The first top-level elements that are whole. */
static void leave_out(struct reader *r, struct dataset *set)
{
	r->at = r->top_at;
	set->n = r->top_n;
}

bool elements_read(struct reader *r, struct dataset *set)
{
	struct reading *how = r->how;
	struct level *top;
	struct err mine = {0};

	if (!r->err)
		r->err = &mine;
	r->limits = limits_of(&how->limits);
	how->stopped = how->short_of = false;
	how->repaired = 0;
	set->raw.at = r->bytes.at;
	top = level_push(r);
	*top = (struct level){.set = set, .syntax = set->syntax,
	    .end = r->bytes.len, .at_input = true};
	bool failed = !levels_read(r) && r->err->kind != ERR_NONE;
	if (r->err == &mine)
		r->err = NULL;
	if (failed)
		return false;
	if (how->short_of)
		leave_out(r, set);
	how->stopped &= !how->short_of;
	if (r->group_end && r->at != r->group_end && !how->short_of)
		how->repaired |= REPAIR_GROUP_LENGTH;
	/* It ends between two elements, but is that all? */
	if (how->more_may_come && !how->stopped && !r->only_group)
		how->short_of = true;
	set->raw.len = r->at;
	how->ended_at = how->base + (int64_t)r->at;
	return true;
}

bool dataset_read(struct arena *arena, struct str bytes, struct reading *how,
    struct dataset *set, struct err *err)
{
	struct reader r = {.arena = arena, .bytes = bytes, .how = how,
	    .err = err};
	bool whole = true;
	struct dicom_limits limits = limits_of(&how->limits);

	*set = (struct dataset){.syntax = how->syntax, .arena = arena,
	    .charset = charset_default, .at = how->base};
	if (how->syntax->deflated &&
	    !inflate_some(arena, bytes, &limits, &r.bytes, &whole, err))
		return false;
	if (!whole && !how->more_may_come)
		return fail(err, ERR_INPUT, "the deflated data set ends early, "
		    "at byte %lld of it", (long long)bytes.len);
	return elements_read(&r, set);
}
