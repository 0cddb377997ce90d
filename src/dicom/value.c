/* SPDX-License-Identifier: MIT */
/* value.c: what a value says: texts in UTF-8, numbers, and how many there are.
 * PS3.5 6.2 and 6.4. */
#include "dicom/value.h"
#include "dicom/charset.h"
#include "dicom/read.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_padding(char c)
{
	return c == ' ' || c == 0;
}

static struct str trim_end(struct str s)
{
	while (s.len && is_padding(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str value_trim(struct str s)
{
	while (s.len && is_padding(*s.at)) {
		s.at++;
		s.len--;
	}
	return trim_end(s);
}

uint16_t element_vr(const struct dataset *set, const struct element *e)
{
	return e->vr == VR('U', 'N') && !e->is_sequence ?
	    vr_implied(set, e->tag, false) : e->vr;
}

bool element_is_big(const struct dataset *set, const struct element *e)
{
	return set->syntax && set->syntax->big_endian &&
	    e->vr != VR('U', 'N');
}

bool vr_is_multiple(uint16_t vr)
{
	switch (vr) {
	case VR('L', 'T'):
	case VR('S', 'T'):
	case VR('U', 'T'):
	case VR('U', 'R'):
		return false;
	default:
		return vr_is_text(vr);
	}
}

bool element_is_withheld(const struct element *e)
{
	return e->length && !e->value.len && !e->is_sequence &&
	    !e->fragments && e->value_at;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80 || s.at[i] == '\033')
			return false;
	return true;
}

static bool vr_is_number(uint16_t vr)
{
	switch (vr) {
	case VR('U', 'S'):
	case VR('S', 'S'):
	case VR('U', 'L'):
	case VR('S', 'L'):
	case VR('U', 'V'):
	case VR('S', 'V'):
	case VR('F', 'L'):
	case VR('F', 'D'):
	case VR('A', 'T'):
		return true;
	default:
		return false;
	}
}

static uint32_t width_of(uint16_t vr)
{
	return vr == VR('A', 'T') ? 4 : (uint32_t)vr_width(vr);
}

/* As few digits as give the same number again. */
static struct str real_text(struct arena *arena, double real, bool single)
{
	char text[32];
	int digits = single ? 6 : 15, most = single ? 9 : 17;

	do {
		snprintf(text, sizeof(text), "%.*g", digits, real);
		double again = 0;
		str_real(str_of(text), &again);
		if (single ? (float)again >= (float)real &&
		    (float)again <= (float)real :
		    again >= real && again <= real)
			break;
	} while (++digits <= most);
	return arena_keep(arena, str_of(text));
}

static struct str number_text(struct arena *arena, const struct dataset *set,
    const struct element *e, uint16_t vr, uint32_t i)
{
	int64_t whole;
	double real;

	if (vr == VR('F', 'L') || vr == VR('F', 'D'))
		return element_real(set, e, i, &real) ?
		    real_text(arena, real, vr == VR('F', 'L')) :
		    (struct str){0};
	if (!element_int(set, e, i, &whole))
		return (struct str){0};
	if (vr == VR('A', 'T'))
		return arena_printf(arena, "%08llX", (long long)whole);
	return arena_printf(arena, vr == VR('U', 'V') ? "%llu" : "%lld",
	    (long long)whole);
}

static struct str numbers_text(struct arena *arena, const struct dataset *set,
    const struct element *e, uint16_t vr)
{
	uint32_t n = element_count(e);
	size_t room = 0, len = 0;
	char *at = NULL;

	for (uint32_t i = 0; i < n; i++) {
		struct str one = number_text(arena, set, e, vr, i);

		if (n == 1)
			return one;
		if (len + one.len + 1 > room) {
			room = 2 * (len + one.len + 64);
			char *larger = arena_alloc(arena, room);
			if (len)
				memcpy(larger, at, len);
			at = larger;
		}
		if (i)
			at[len++] = '\\';
		assert(at);
		if (one.len)
			memcpy(at + len, one.at, one.len);
		len += one.len;
	}
	return (struct str){at, len};
}

/* Long texts keep the blanks they begin with; PS3.5 table 6.2-1. */
static struct str decode(struct arena *arena, const struct dataset *set,
    const struct element *e, uint16_t vr)
{
	struct str text = trim_end(e->value);

	if (!is_ascii(text))
		text = charset_decode(arena, vr_has_charset(vr) &&
		    set->charset ? set->charset : charset_default, text, vr);
	return vr_is_multiple(vr) ? value_trim(text) : text;
}

struct str element_text(struct arena *arena, const struct dataset *set,
    const struct element *e)
{
	uint16_t vr = element_vr(set, e);

	if (e->is_sequence || e->fragments)
		return (struct str){0};
	if (vr_is_text(vr))
		return decode(arena, set, e, vr);
	if (vr_is_number(vr))
		return numbers_text(arena, set, e, vr);
	/* A text in an element that nobody knows is a guess; none is made. */
	return (struct str){0};
}

struct str element_nth(struct arena *arena, const struct dataset *set,
    const struct element *e, uint32_t i)
{
	uint16_t vr = element_vr(set, e);

	if (vr_is_number(vr))
		return number_text(arena, set, e, vr, i);
	struct str rest = element_text(arena, set, e);
	if (!vr_is_multiple(vr))
		return i ? (struct str){0} : rest;
	while (i--)
		str_cut(&rest, '\\');
	return value_trim(str_cut(&rest, '\\'));
}

/* Without its data set, so of UN as of bytes. */
uint32_t element_count(const struct element *e)
{
	uint32_t n = 1;

	if (e->is_sequence)
		return e->items_n;
	if (!e->value.len)
		return 0;
	if (vr_is_number(e->vr))
		return (uint32_t)e->value.len / width_of(e->vr);
	if (!vr_is_multiple(e->vr))
		return 1;
	for (size_t i = 0; i < e->value.len; i++)
		n += e->value.at[i] == '\\';
	return n;
}

/* The i-th of values of one width; NULL past the last. */
static const char *nth_bytes(const struct element *e, uint16_t vr, uint32_t i)
{
	size_t width = width_of(vr);

	if (e->fragments || e->is_sequence || i >= e->value.len / width)
		return NULL;
	return e->value.at + i * width;
}

static struct str nth_raw(const struct element *e, uint32_t i)
{
	struct str rest = e->value;

	while (i--)
		str_cut(&rest, '\\');
	return value_trim(str_cut(&rest, '\\'));
}

/* "2.0" is seen in IS. */
static bool text_int(struct str text, int64_t *value)
{
	double real;

	if (str_int(text, value))
		return true;
	if (!str_real(text, &real) || fabs(real) >= 9e15 ||
	    floor(real) < real)
		return false;
	*value = (int64_t)real;
	return true;
}

static int64_t whole_at(const char *at, uint16_t vr, bool big)
{
	switch (vr) {
	case VR('S', 'S'):
		return (int16_t)u16_at(at, big);
	case VR('U', 'L'):
	case VR('O', 'L'):
		return u32_at(at, big);
	case VR('S', 'L'):
		return (int32_t)u32_at(at, big);
	case VR('A', 'T'):
		return tag_at(at, big);
	case VR('S', 'V'):
	case VR('U', 'V'):
	case VR('O', 'V'):
		return (int64_t)u64_at(at, big);
	case VR('O', 'B'):
		return (unsigned char)*at;
	default:
		return u16_at(at, big);
	}
}

static double real_at(const char *at, uint16_t vr, bool big)
{
	if (vr == VR('F', 'D') || vr == VR('O', 'D')) {
		uint64_t bits = u64_at(at, big);
		double real;

		memcpy(&real, &bits, sizeof(real));
		return real;
	}
	uint32_t bits = u32_at(at, big);
	float real;
	memcpy(&real, &bits, sizeof(real));
	return (double)real;
}

static bool vr_is_real(uint16_t vr)
{
	return vr == VR('F', 'L') || vr == VR('F', 'D') ||
	    vr == VR('O', 'F') || vr == VR('O', 'D');
}

bool element_int(const struct dataset *set, const struct element *e,
    uint32_t i, int64_t *value)
{
	uint16_t vr = element_vr(set, e);
	double real;

	if (vr_is_text(vr))
		return vr_is_multiple(vr) && !e->is_sequence &&
		    text_int(nth_raw(e, i), value);
	const char *at = nth_bytes(e, vr, i);
	if (!at || vr == VR('S', 'Q') || vr == VR('U', 'N'))
		return false;
	if (!vr_is_real(vr)) {
		*value = whole_at(at, vr, element_is_big(set, e));
		return true;
	}
	real = real_at(at, vr, element_is_big(set, e));
	if (!(fabs(real) < 9e15) || floor(real) < real)
		return false;
	*value = (int64_t)real;
	return true;
}

bool element_real(const struct dataset *set, const struct element *e,
    uint32_t i, double *value)
{
	uint16_t vr = element_vr(set, e);
	int64_t whole;

	if (vr_is_text(vr))
		return vr_is_multiple(vr) && !e->is_sequence &&
		    str_real(nth_raw(e, i), value);
	if (vr_is_real(vr)) {
		const char *at = nth_bytes(e, vr, i);

		if (at)
			*value = real_at(at, vr, element_is_big(set, e));
		return at != NULL;
	}
	if (!element_int(set, e, i, &whole))
		return false;
	*value = vr == VR('U', 'V') || vr == VR('O', 'V') ?
	    (double)(uint64_t)whole : (double)whole;
	return true;
}
