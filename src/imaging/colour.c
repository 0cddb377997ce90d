/* SPDX-License-Identifier: MIT */
/* colour.c: any of the colour forms of PS3.3 C.7.6.3.1.2 as RGB of 8 bits:
 * palettes (plain and segmented, C.7.9), YBR_FULL by its equations, RGB. */
#include "imaging/inner.h"

#include <math.h>
#include <string.h>

struct palette {
	uint8_t *entries;
	int64_t n, first;
};

static void rgb_begin(struct arena *arena, const struct image *from,
    struct image *rgb)
{
	struct shape shape = {.rows = from->rows, .columns = from->columns,
	    .samples = 3, .bits_allocated = 8, .bits_stored = 8,
	    .high_bit = 7, .photometric = "RGB"};

	image_new(arena, &shape, 8, rgb);
}

/* A value of 16 bits, or NULL past the end. */
static const unsigned char *word(struct str data, int64_t i)
{
	return i >= 0 && 2 * i + 2 <= (int64_t)data.len ?
	    (const unsigned char *)data.at + 2 * i : NULL;
}

static int64_t value_of(const unsigned char *at, bool big)
{
	return big ? at[0] << 8 | at[1] : at[1] << 8 | at[0];
}

/* Segments, C.7.9.2: discrete and linear; an indirect one names segments that
 * were, and is followed once, never from within another.  Numbers are of
 * `wide` bytes: entries of 8 bits come either way. */
struct segments {
	struct str data;
	int64_t wide;
	bool big;
	uint16_t *to;
	int64_t n, size;
};

/* The i-th number, -1 past the end. */
static int64_t number_at(const struct segments *s, int64_t i)
{
	if (i < 0 || s->wide * (i + 1) > (int64_t)s->data.len)
		return -1;
	if (s->wide == 1)
		return (unsigned char)s->data.at[i];
	return value_of(word(s->data, i), s->big);
}

/* Four bytes: of words the lower one first, each in the file's order. */
static int64_t offset_at(const struct segments *s, int64_t i)
{
	int64_t n[4] = {0};

	for (int64_t k = 0; k < 4 / s->wide; k++)
		if ((n[k] = number_at(s, i + k)) < 0)
			return -1;
	if (s->wide == 2)
		return (n[0] | n[1] << 16) / 2;
	return s->big ? n[1] | n[0] << 8 | n[3] << 16 | n[2] << 24 :
	    n[0] | n[1] << 8 | n[2] << 16 | n[3] << 24;
}

/* Entries of one; each gives some, so `size` bounds how many there are. */
static bool entries_add(struct segments *s, int64_t i, bool linear,
    int64_t count)
{
	int64_t from = s->n ? s->to[s->n - 1] : 0;

	if (count < 1 || s->n + count > s->size || (linear && !s->n))
		return false;
	for (int64_t k = 1; k <= count; k++) {
		int64_t v = number_at(s, linear ? i : i + k - 1);
		if (v < 0)
			return false;
		s->to[s->n++] = (uint16_t)(linear ? from + (int64_t)lround(
		    (double)((v - from) * k) / (double)count) : v);
	}
	return true;
}

static bool segment_at(struct segments *s, int64_t *i, bool inner)
{
	int64_t kind = number_at(s, *i), count = number_at(s, *i + 1);

	*i += 2;
	if (kind == 0 || kind == 1) {
		int64_t from = *i;
		*i += kind ? 1 : count;
		return entries_add(s, from, kind == 1, count);
	}
	if (kind != 2 || inner)
		return false;
	int64_t k = offset_at(s, *i);
	*i += 4 / s->wide;
	while (count-- > 0)
		if (!segment_at(s, &k, true))
			return false;
	return k >= 0;
}

static bool segmented(struct arena *arena, const struct dataset *head,
    const struct element *e, int64_t n, int64_t wide, uint16_t **entries)
{
	struct segments s = {e->value, wide, head->syntax->big_endian,
	    arena_array(arena, uint16_t, n), 0, n};
	int64_t i = 0;

	while (s.n < s.size)
		if (!segment_at(&s, &i, false))
			return false;
	*entries = s.to;
	return true;
}

static bool plain(struct arena *arena, const struct dataset *head,
    const struct element *e, int64_t n, uint16_t **entries)
{
	bool narrow = (int64_t)e->value.len < 2 * n;

	if ((int64_t)e->value.len < n)
		return false;
	*entries = arena_array(arena, uint16_t, n);
	for (int64_t i = 0; i < n; i++)
		(*entries)[i] = (uint16_t)(narrow ?
		    (unsigned char)e->value.at[i] :
		    value_of(word(e->value, i), head->syntax->big_endian));
	return true;
}

#define PALETTE(colour) \
	{TAG_##colour##PaletteColorLookupTableDescriptor, \
	    TAG_##colour##PaletteColorLookupTableData, \
	    TAG_Segmented##colour##PaletteColorLookupTableData}
/* To 8 bits: entries of 16 use all of them, or, against the standard but
 * often, only the lower 8. */
static bool palette_read(struct arena *arena, const struct pixels *p, int k,
    struct palette *palette)
{
	static const uint32_t tags[3][3] = {PALETTE(Red), PALETTE(Green),
	    PALETTE(Blue)};
	const struct dataset *head = p->head;
	const struct element *d = dataset_find(head, tags[k][0]);
	const struct element *e = dataset_find(head, tags[k][1]);
	const struct element *s = dataset_find(head, tags[k][2]);
	int64_t n = 0, bits = 0;
	uint16_t *entries, most = 0;

	if (!d || d->value.len < 6 || !element_int(head, d, 0, &n) ||
	    !element_int(head, d, 1, &palette->first) ||
	    !element_int(head, d, 2, &bits))
		return false;
	n = n <= 0 ? n + 65536 : n;
	if (n < 1 || n > 65536)
		return false;
	if (p->is_signed && palette->first > 32767)
		palette->first -= 65536;
	if (!(e ? plain(arena, head, e, n, &entries) :
	    s && ((bits <= 8 && segmented(arena, head, s, n, 1, &entries)) ||
	    segmented(arena, head, s, n, 2, &entries))))
		return false;
	palette->entries = arena_alloc(arena, (size_t)n);
	palette->n = n;
	for (int64_t i = 0; i < n; i++)
		most = entries[i] > most ? entries[i] : most;
	for (int64_t i = 0; i < n; i++)
		palette->entries[i] = (uint8_t)(bits > 8 && most > 255 ?
		    entries[i] >> 8 : entries[i]);
	return true;
}

static bool palette_picture(struct arena *arena, const struct pixels *p,
    const struct image *from, struct image *rgb, struct err *err)
{
	struct palette palettes[3] = {{0}};
	int32_t *line = arena_array(arena, int32_t, from->columns);
	/* Overlays may stand above the stored bits. */
	int32_t mask = from->is_signed || from->bits_stored > 16 ? -1 :
	    (1 << from->bits_stored) - 1;
	uint8_t *to;

	for (int k = 0; k < 3; k++)
		if (!palette_read(arena, p, k, &palettes[k]))
			return fail(err, ERR_INPUT,
			    "its palette cannot be read");
	if (from->samples != 1 || from->bits_allocated > 16)
		return fail(err, ERR_INPUT, "a palette's pixels cannot be of "
		    "%lld bits", (long long)from->bits_allocated);
	rgb_begin(arena, from, rgb);
	to = (uint8_t *)rgb->at;
	for (int64_t y = 0; y < from->rows; y++) {
		image_get(from, y, 0, line);
		for (int64_t x = 0; x < from->columns; x++)
			for (int k = 0; k < 3; k++) {
				int64_t i = (line[x] & mask) -
				    palettes[k].first;
				i = i < 0 ? 0 : i < palettes[k].n ? i :
				    palettes[k].n - 1;
				*to++ = palettes[k].entries[i];
			}
	}
	return true;
}

static uint8_t clamped(double v)
{
	v = floor(v + 0.5);
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

/* The equations of YBR_FULL, C.7.6.3.1.2, backwards; of the retired
 * YBR_PARTIAL, luminance is 16 to 235 and colours are 16 to 240. */
static void ybr_to_rgb(uint8_t *at, int64_t pixels, bool part)
{
	for (int64_t i = 0; i < pixels; i++, at += 3) {
		double y = at[0], b = at[1] - 128, r = at[2] - 128;
		if (part) {
			y = (y - 16) * 255 / 219;
			b *= 255.0 / 224;
			r *= 255.0 / 224;
		}
		at[0] = clamped(y + 1.402 * r);
		at[1] = clamped(y - (0.114 * 1.772 * b + 0.299 * 1.402 * r) /
		    0.587);
		at[2] = clamped(y + 1.772 * b);
	}
}

bool colour_picture(struct arena *arena, const struct pixels *p,
    const struct image *from, struct image *rgb, struct err *err)
{
	struct str is = str_of(from->photometric);
	int64_t n = from->rows * from->columns * 3;
	int64_t down = from->high_bit > 7 ? from->high_bit - 7 : 0;
	bool full = str_is(is, "YBR_FULL"), part = str_is(is, "YBR_PARTIAL");

	if (str_is(is, "PALETTE COLOR"))
		return palette_picture(arena, p, from, rgb, err);
	if (from->samples != 3 || (!full && !part && !str_is(is, "RGB")))
		return fail(err, ERR_REFUSED, "%s of %lld samples cannot be "
		    "shown", from->photometric, (long long)from->samples);
	rgb_begin(arena, from, rgb);
	for (int64_t i = 0; i < n; i++) {
		uint64_t v = 0;
		size_t wide = (size_t)from->bits_allocated / 8;
		memcpy(&v, from->at + i * (int64_t)wide, wide);
		rgb->at[i] = (char)(v >> down);
	}
	if (full || part)
		ybr_to_rgb((uint8_t *)rgb->at, n / 3, part);
	return true;
}
