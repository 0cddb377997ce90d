/* SPDX-License-Identifier: MIT */
/* header.c: the head of a data element, PS3.5 7.1: tag, VR, length.  A VR that
 * is none, or is not there although the syntax is explicit, is seen in the
 * wild; then that form is taken whose value fits and is followed by what may
 * follow it. */
#include "dicom/read.h"

#include <string.h>

enum form { SHORT, LONG, IMPLICIT }; /* 16-bit length; 32-bit; no VR */

bool broken(struct reader *r, uint32_t tag, int64_t at, const char *why)
{
	return fail(r->err, ERR_INPUT, "%s at byte %lld: %s", tag_text(tag).at,
	    (long long)at, why);
}

bool lacks(struct reader *r, const struct level *level, uint32_t tag,
    int64_t at, const char *of)
{
	if (!level->at_input)
		return fail(r->err, ERR_INPUT,
		    "%s at byte %lld: its %s ends outside what it is in",
		    tag_text(tag).at, (long long)at, of);
	if (r->how->more_may_come) {
		r->how->short_of = true;
		return false;
	}
	return fail(r->err, ERR_INPUT,
	    "%s at byte %lld: the bytes end inside its %s, at %lld",
	    tag_text(tag).at, (long long)at, of,
	    (long long)(r->how->base + (int64_t)r->bytes.len));
}

static uint16_t vr_private(const struct dataset *set, uint32_t tag)
{
	uint32_t block = TAG_ELEMENT(tag) >> 8;

	if (block < 0x10)
		return VR('U', 'N');
	struct str creator =
	    dataset_raw(set, TAG(TAG_GROUP(tag), block));
	const struct term *term =
	    creator.len ? term_private(creator, tag) : NULL;
	return term && term->vrs[0] ? term->vrs[0] : VR('U', 'N');
}

uint16_t vr_implied(const struct dataset *set, uint32_t tag, bool is_signed)
{
	const struct term *term = term_find(tag);

	if (!term)
		return TAG_IS_PRIVATE(tag) ? vr_private(set, tag) :
		    VR('U', 'N');
	if (!term->vrs[1])
		return term->vrs[0] ? term->vrs[0] : VR('U', 'N');
	/* OW wherever it may be; PS3.5 A.1. */
	for (int i = 0; i < 3; i++)
		if (term->vrs[i] == VR('O', 'W'))
			return VR('O', 'W');
	return is_signed ? VR('S', 'S') : VR('U', 'S');
}

/* Would a value of this length fit, and is what follows possible? */
static bool is_plausible(const struct reader *r, const struct level *level,
    uint32_t tag, size_t head, uint32_t length)
{
	size_t left = level->end - r->at;
	bool big = level->syntax->big_endian;

	if (head > left)
		return false;
	if (length == LENGTH_UNDEFINED)
		return left - head >= 8 &&
		    TAG_GROUP(tag_at(r->bytes.at + r->at + head, big)) ==
		    0xfffe;
	if (length > left - head)
		return false;
	left -= head + length;
	if (left < 8)
		return !left;
	uint32_t next = tag_at(r->bytes.at + r->at + head + length, big);
	return next > tag;
}

static bool try(struct reader *r, const struct level *level, enum form form,
    struct element *e, size_t *size)
{
	const char *at = r->bytes.at + r->at;
	bool big = level->syntax->big_endian;

	*size = form == LONG ? 12 : 8;
	if (level->end - r->at < *size)
		return false;
	e->length = form == SHORT ? u16_at(at + 6, big) :
	    u32_at(at + (form == LONG ? 8 : 4), big);
	return is_plausible(r, level, e->tag, *size, e->length);
}

/* The two bytes where a VR should stand are none that is known. */
static bool vr_guess(struct reader *r, struct level *level, struct element *e,
    size_t *size)
{
	static const enum form as_vr[] = {LONG, SHORT, IMPLICIT},
	    as_none[] = {IMPLICIT, SHORT, LONG};
	const char *at = r->bytes.at + r->at + 4;
	bool letters = at[0] >= 'A' && at[0] <= 'Z' && at[1] >= 'A' &&
	    at[1] <= 'Z';

	for (int i = 0; i < 3; i++) {
		enum form form = letters ? as_vr[i] : as_none[i];

		if (!try(r, level, form, e, size))
			continue;
		r->how->repaired |= form == IMPLICIT ?
		    REPAIR_IMPLICIT_IN_EXPLICIT : REPAIR_VR;
		e->vr = letters && form != IMPLICIT ? VR('U', 'N') :
		    vr_implied(level->set, e->tag, level->is_signed);
		return true;
	}
	if (level->at_input && r->how->more_may_come)
		return lacks(r, level, e->tag, e->at, "value");
	return broken(r, e->tag, e->at, "what should be its value "
	    "representation is none, and no length that fits is there");
}

static bool explicit_read(struct reader *r, struct level *level,
    struct element *e, size_t *size)
{
	const char *at = r->bytes.at + r->at;
	bool big = level->syntax->big_endian;
	size_t left = level->end - r->at;

	e->vr = VR((unsigned char)at[4], (unsigned char)at[5]);
	if (!vr_known(e->vr))
		return vr_guess(r, level, e, size);
	*size = vr_long(e->vr) ? 12 : 8;
	if (left < *size)
		return lacks(r, level, e->tag, e->at, "header");
	e->length = *size == 12 ? u32_at(at + 8, big) : u16_at(at + 6, big);
	return true;
}

/* In items that should be implicit: the first element tells. */
static void form_settle(struct reader *r, struct level *level,
    struct element *e)
{
	const char *at = r->bytes.at + r->at;
	size_t size;

	level->guess = false;
	if (!vr_known(VR((unsigned char)at[4], (unsigned char)at[5])) ||
	    try(r, level, IMPLICIT, e, &size))
		return;
	level->syntax = level->set->syntax = syntax_explicit;
	r->how->repaired |= REPAIR_VR;
}

bool header_read(struct reader *r, struct level *level, struct element *e,
    size_t *size)
{
	if (level->guess)
		form_settle(r, level, e);
	if (!level->syntax->implicit)
		return explicit_read(r, level, e, size);
	*size = 8;
	e->length = u32_at(r->bytes.at + r->at + 4, false);
	e->vr = vr_implied(level->set, e->tag, level->is_signed);
	return true;
}
