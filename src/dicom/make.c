/* SPDX-License-Identifier: MIT */
/* make.c: data sets made and changed.  Elements are kept in order, so they are
 * written as PS3.5 7.1 wants; a data set that is changed forgets the bytes it
 * was read from, and so do those it is an item of. */
#include "dicom/charset.h"
#include "dicom/read.h"
#include "dicom/value.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct dataset *dataset_new(struct arena *arena, const struct syntax *syntax)
{
	struct dataset *set = arena_new(arena, struct dataset);

	set->arena = arena;
	set->syntax = syntax;
	set->charset = charset_default;
	return set;
}

static void changed(struct dataset *set)
{
	for (; set; set = set->parent)
		set->raw = (struct str){0};
}

static bool is_signed(const struct dataset *set)
{
	int64_t value;

	for (; set; set = set->parent)
		if (dataset_int(set, TAG_PixelRepresentation, &value))
			return value != 0;
	return false;
}

static void elements_room(struct dataset *set)
{
	if (set->n < set->size)
		return;
	uint32_t size = set->size ? set->size * 2 : 8;
	struct element *elements =
	    arena_array(set->arena, struct element, size);
	if (set->n)
		memcpy(elements, set->elements, set->n * sizeof(*elements));
	set->elements = elements;
	set->size = size;
}

/* Where it belongs: before the first larger tag. */
static uint32_t place(const struct dataset *set, uint32_t tag)
{
	uint32_t i = 0;

	if (!set->unordered)
		return dataset_place(set, tag);
	while (i < set->n && set->elements[i].tag < tag)
		i++;
	return i;
}

/* The element of this tag, made empty if it was not there.  Where a tag came
 * more than once, all are gone but this. */
static struct element *element_for(struct dataset *set, uint32_t tag,
    uint16_t vr)
{
	if (set->unordered)
		dataset_remove(set, tag);
	changed(set);
	uint32_t i = place(set, tag);
	if (i == set->n || set->elements[i].tag != tag) {
		elements_room(set);
		memmove(set->elements + i + 1, set->elements + i,
		    (set->n - i) * sizeof(*set->elements));
		set->n++;
	}
	set->elements[i] = (struct element){.tag = tag, .vr = vr,
	    .is_sequence = vr == VR('S', 'Q')};
	return &set->elements[i];
}

static void value_set(struct element *e, struct str value)
{
	assert(value.len < LENGTH_UNDEFINED);
	e->value = value;
	e->length = (uint32_t)value.len;
}

/* An even number of bytes, in the arena. */
static struct str padded(struct arena *arena, struct str value, char with)
{
	if (!(value.len & 1))
		return arena_keep(arena, value);
	char *at = arena_alloc(arena, value.len + 1);
	memcpy(at, value.at, value.len);
	at[value.len] = with;
	return (struct str){at, value.len + 1};
}

static void number_write(char *to, uint64_t value, int width, bool big)
{
	for (int i = 0; i < width; i++)
		to[big ? width - 1 - i : i] = (char)(value >> (8 * i));
}

/* One binary value of this VR; its size, or 0 if the VR has no such. */
static size_t binary_write(const struct dataset *set, uint16_t vr,
    int64_t whole, double real, char to[8])
{
	bool big = set->syntax->big_endian;
	int width = vr_width(vr);
	uint64_t bits = (uint64_t)whole;
	float single = (float)real;
	uint32_t single_bits;

	if (vr == VR('A', 'T')) {
		number_write(to, TAG_GROUP(bits), 2, big);
		number_write(to + 2, TAG_ELEMENT(bits), 2, big);
		return 4;
	}
	if (vr == VR('F', 'L') || vr == VR('O', 'F')) {
		memcpy(&single_bits, &single, 4);
		bits = single_bits;
	} else if (vr == VR('F', 'D') || vr == VR('O', 'D')) {
		memcpy(&bits, &real, 8);
	}
	number_write(to, bits, width, big);
	return (size_t)width;
}

/* "512\\3" for a binary VR; what is no number is left out. */
static struct str binary_of(const struct dataset *set, uint16_t vr,
    struct str text)
{
	char *at = arena_alloc(set->arena, 8 * (text.len + 1));
	size_t len = 0;

	while (text.len) {
		struct str one = str_trim(str_cut(&text, '\\'));
		int64_t whole = 0;
		double real = 0;
		uint32_t tag;

		if (vr == VR('A', 'T') ? !tag_read(one, &tag) :
		    !str_real(one, &real))
			continue;
		if (vr == VR('A', 'T'))
			whole = tag;
		else if (!str_int(one, &whole))
			whole = real > -9e15 && real < 9e15 ? (int64_t)real : 0;
		len += binary_write(set, vr, whole, real, at + len);
	}
	return (struct str){at, len};
}

static uint16_t vr_for(const struct dataset *set, uint32_t tag)
{
	return vr_implied(set, tag, is_signed(set));
}

static void text_put(struct dataset *set, uint32_t tag, uint16_t vr,
    struct str text)
{
	struct str value = text;

	if (vr_has_charset(vr))
		charset_encode(set->arena, set->charset, text, vr, &value);
	value_set(element_for(set, tag, vr), padded(set->arena, value,
	    vr == VR('U', 'I') ? 0 : ' '));
	if (tag == TAG_SpecificCharacterSet)
		set->charset = charset_read(set->arena, str_trim(text), NULL);
}

void dataset_put(struct dataset *set, uint32_t tag, struct str text)
{
	uint16_t vr = vr_for(set, tag);

	if (vr == VR('S', 'Q'))
		dataset_put_sequence(set, tag);
	else if (vr_is_text(vr))
		text_put(set, tag, vr, text);
	else if (vr_width(vr) > 1)
		value_set(element_for(set, tag, vr), binary_of(set, vr, text));
	else
		value_set(element_for(set, tag, vr),
		    padded(set->arena, text, 0));
}

void dataset_put_int(struct dataset *set, uint32_t tag, int64_t whole)
{
	uint16_t vr = vr_for(set, tag);
	char text[32];

	if (vr_is_text(vr)) {
		int n = snprintf(text, sizeof(text), "%lld",
		    (long long)whole);
		text_put(set, tag, vr, (struct str){text, (size_t)n});
		return;
	}
	size_t len = binary_write(set, vr, whole, (double)whole, text);
	value_set(element_for(set, tag, vr),
	    padded(set->arena, (struct str){text, len}, 0));
}

void dataset_put_bytes(struct dataset *set, uint32_t tag, uint16_t vr,
    struct str bytes)
{
	value_set(element_for(set, tag, vr), padded(set->arena, bytes,
	    vr_is_text(vr) && vr != VR('U', 'I') ? ' ' : 0));
	if (tag == TAG_SpecificCharacterSet)
		set->charset = charset_read(set->arena, value_trim(bytes),
		    NULL);
}

void dataset_put_sequence(struct dataset *set, uint32_t tag)
{
	element_for(set, tag, VR('S', 'Q'))->length = 0;
}

struct dataset *dataset_put_item(struct dataset *set, uint32_t tag)
{
	struct element *e = (struct element *)(uintptr_t)
	    dataset_find(set, tag);

	if (!e || !e->is_sequence)
		e = element_for(set, tag, VR('S', 'Q'));
	changed(set);
	items_grow(set->arena, e);
	struct dataset *item = &e->items[e->items_n++];
	*item = (struct dataset){.arena = set->arena, .parent = set,
	    .charset = set->charset, .length = LENGTH_UNDEFINED,
	    .syntax = e->vr == VR('U', 'N') ? syntax_implicit : set->syntax};
	e->length = LENGTH_UNDEFINED;
	e->ended = true;
	return item;
}

static struct str swapped(struct arena *arena, struct str value, int width)
{
	size_t by = (size_t)width, n = value.len - value.len % by;
	char *at = arena_alloc(arena, value.len + 1);

	for (size_t i = 0; i < n; i++)
		at[i] = value.at[i - i % by + by - 1 - i % by];
	memcpy(at + n, value.at + n, value.len - n);
	return (struct str){at, value.len};
}

static void fragments_copy(struct arena *arena, struct element *to,
    const struct element *e)
{
	to->fragments = arena_array(arena, struct str, e->fragments_n);
	to->fragments_n = e->fragments_n;
	to->length = LENGTH_UNDEFINED;
	to->ended = true;
	for (uint32_t i = 0; i < e->fragments_n; i++)
		to->fragments[i] = arena_keep(arena, e->fragments[i]);
}

static void value_copy(struct dataset *set, const struct dataset *from,
    const struct element *e)
{
	struct arena *arena = set->arena;
	int width = vr_width(e->vr);

	if (vr_has_charset(e->vr) && from->charset != set->charset) {
		text_put(set, e->tag, e->vr, charset_decode(arena,
		    from->charset, e->value, e->vr));
		return;
	}
	struct str value = width > 1 && element_is_big(from, e) !=
	    (set->syntax->big_endian && e->vr != VR('U', 'N')) ?
	    swapped(arena, e->value, width) : arena_keep(arena, e->value);
	dataset_put_bytes(set, e->tag, e->vr, value);
}

void dataset_put_element(struct dataset *set, const struct dataset *from,
    const struct element *e)
{
	if (e->is_sequence) {
		element_for(set, e->tag, e->vr)->is_sequence = true;
		for (uint32_t i = 0; i < e->items_n; i++) {
			struct dataset *item = dataset_put_item(set, e->tag);

			for (uint32_t k = 0; k < e->items[i].n; k++)
				dataset_put_element(item, &e->items[i],
				    &e->items[i].elements[k]);
		}
	} else if (e->fragments) {
		fragments_copy(set->arena,
		    element_for(set, e->tag, e->vr), e);
	} else {
		value_copy(set, from, e);
	}
}

void dataset_remove(struct dataset *set, uint32_t tag)
{
	uint32_t n = 0;

	if (!dataset_find(set, tag))
		return;
	changed(set);
	for (uint32_t i = 0; i < set->n; i++)
		if (set->elements[i].tag != tag)
			set->elements[n++] = set->elements[i];
	set->n = n;
}
