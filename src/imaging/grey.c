/* SPDX-License-Identifier: MIT */
/* grey.c: stored values to what a screen shows, PS3.3 C.11: modality LUT or
 * rescale, then VOI LUT or window, then MONOCHROME1's inversion.  All is
 * computed in doubles and cut (not rounded) to 8 bits at the end, as DCMTK
 * does, so the two can be compared bit by bit.  Of at most 16 bits there are
 * so few values that each is computed once, in a table. */
#include "imaging/inner.h"

#include <math.h>
#include <string.h>

struct lut { /* PS3.3 C.11.1.1 and C.11.2.1.1 */
	const uint16_t *entries;
	int64_t n, first, bits;
};

enum function { LINEAR, LINEAR_EXACT, SIGMOID };
struct tone {
	struct lut modality, voi; /* n 0: none */
	double slope, intercept;
	bool has_window;
	double center, width;
	enum function function;
	bool inverse;
};

static enum function function_of(struct str name)
{
	if (str_is(name, "SIGMOID") || str_is(name, "sigmoid"))
		return SIGMOID;
	return str_is(name, "LINEAR_EXACT") || str_is(name, "linear-exact") ?
	    LINEAR_EXACT : LINEAR;
}

/* Descriptor and data of a LUT's item; false: none that can be believed. */
static bool lut_read(struct arena *arena, const struct dataset *item,
    uint32_t descriptor, uint32_t data, bool is_signed, struct lut *lut)
{
	const struct element *d = dataset_find(item, descriptor);
	const struct element *e = dataset_find(item, data);
	int64_t n = 0, first = 0, bits = 0;

	if (!d || !e || d->value.len < 6 || !element_int(item, d, 0, &n) ||
	    !element_int(item, d, 1, &first) ||
	    !element_int(item, d, 2, &bits))
		return false;
	n = n <= 0 ? n + 65536 : n; /* 0 is 65536, also as SS */
	if (n < 1 || n > 65536 || first < -32768 || first > 65535)
		return false;
	if (is_signed && first > 32767)
		first -= 65536;
	bool narrow = (int64_t)e->value.len < 2 * n;
	if ((int64_t)e->value.len < n || bits < 1 || bits > 16)
		return false;
	uint16_t *entries = arena_array(arena, uint16_t, n);
	for (int64_t i = 0; i < n; i++) {
		const unsigned char *at = (const unsigned char *)e->value.at;
		bool big = item->syntax->big_endian;
		entries[i] = (uint16_t)(narrow ? at[i] : at[2 * i + big] |
		    at[2 * i + !big] << 8);
	}
	*lut = (struct lut){entries, n, first, bits};
	return true;
}

static double lut_at(const struct lut *lut, double value)
{
	int64_t i = !(value > (double)lut->first) ? 0 : /* NaN too */
	    value >= (double)(lut->first + lut->n - 1) ? lut->n - 1 :
	    (int64_t)floor(value) - lut->first;

	return lut->entries[i];
}

static double modality(const struct tone *tone, double stored)
{
	if (tone->modality.n)
		return lut_at(&tone->modality, stored);
	return stored * tone->slope + tone->intercept;
}

/* PS3.3 C.11.2.1.2 and C.11.2.1.3, to 0..255. */
static double windowed(const struct tone *tone, double x)
{
	double c = tone->center, w = tone->width;

	if (tone->function == SIGMOID)
		return 255 / (1 + exp(-4 * (x - c) / w));
	if (tone->function == LINEAR) {
		c -= 0.5;
		w -= 1;
	}
	if (x <= c - w / 2)
		return 0;
	if (x > c + w / 2)
		return 255;
	return ((x - c) / w + 0.5) * 255;
}

static uint8_t shown(const struct tone *tone, double stored)
{
	double x = modality(tone, stored), y;

	if (tone->voi.n && !tone->has_window)
		y = lut_at(&tone->voi, x) * 255 /
		    (double)((1 << tone->voi.bits) - 1);
	else
		y = windowed(tone, x);
	if (tone->inverse)
		y = 255 - y;
	/* What is a whole number but for the last bits of a double, is. */
	y = floor(y + 1e-9);
	return y >= 255 ? 255 : y > 0 ? (uint8_t)y : 0;
}

static void modality_read(struct arena *arena, const struct pixels *p,
    int64_t n, struct tone *tone)
{
	const struct dataset *at = frame_attributes(p, n,
	    TAG_PixelValueTransformationSequence, TAG_RescaleSlope);
	const struct dataset *item = dataset_item(p->head,
	    TAG_ModalityLUTSequence, 0);

	tone->slope = 1;
	if (item && lut_read(arena, item, TAG_LUTDescriptor, TAG_LUTData,
	    p->is_signed, &tone->modality))
		return;
	if (at && (!dataset_real(at, TAG_RescaleSlope, &tone->slope) ||
	    tone->slope == 0))
		tone->slope = 1;
	if (at)
		dataset_real(at, TAG_RescaleIntercept, &tone->intercept);
}

static void voi_read(struct arena *arena, const struct pixels *p, int64_t n,
    struct tone *tone)
{
	const struct dataset *at = frame_attributes(p, n,
	    TAG_FrameVOILUTSequence, TAG_WindowCenter);
	const struct dataset *item = dataset_item(p->head,
	    TAG_VOILUTSequence, 0);

	tone->has_window = at &&
	    dataset_real(at, TAG_WindowCenter, &tone->center) &&
	    dataset_real(at, TAG_WindowWidth, &tone->width) &&
	    tone->width > 0;
	if (tone->has_window)
		tone->function = function_of(dataset_raw(at,
		    TAG_VOILUTFunction));
	else if (item)
		lut_read(arena, item, TAG_LUTDescriptor, TAG_LUTData,
		    p->is_signed || tone->intercept < 0, &tone->voi);
}

/* One sample as stored: its bits, without those around them. */
static double stored_at(const struct image *image, int64_t i)
{
	unsigned up = 64 - (unsigned)image->high_bit - 1;
	unsigned down = 64 - (unsigned)image->bits_stored;
	uint64_t bits = 0;
	size_t wide = (size_t)image->bits_allocated / 8;
	float f;
	double d;

	memcpy(&bits, image->at + i * (int64_t)wide, wide);
	if (image->is_float && wide == 4) {
		memcpy(&f, &bits, sizeof(f));
		return isfinite(f) ? (double)f : 0;
	}
	if (image->is_float) {
		memcpy(&d, &bits, sizeof(d));
		return isfinite(d) ? d : 0;
	}
	return image->is_signed ? (double)((int64_t)(bits << up) >> down) :
	    (double)(bits << up >> down);
}

/* Without a window: from the least to the most of what is not padding. */
static void range_find(const struct pixels *p, const struct image *image,
    struct tone *tone)
{
	int64_t pad = 0, limit;
	bool padded = dataset_int(p->head, TAG_PixelPaddingValue, &pad);
	double least = INFINITY, most = -INFINITY;

	if (!dataset_int(p->head, TAG_PixelPaddingRangeLimit, &limit))
		limit = pad;
	double from = (double)(pad < limit ? pad : limit);
	double to = (double)(pad < limit ? limit : pad);
	for (int64_t i = 0; i < image->rows * image->columns; i++) {
		double v = stored_at(image, i);
		if (padded && v >= from && v <= to)
			continue;
		v = modality(tone, v);
		least = v < least ? v : least;
		most = v > most ? v : most;
	}
	if (least > most)
		least = most = 0;
	tone->has_window = true;
	tone->function = image->is_float ? LINEAR_EXACT : LINEAR;
	tone->center = (least + most) / 2 + (image->is_float ? 0 : 0.5);
	tone->width = most - least + (image->is_float ? 0 : 1);
}

static void tone_read(struct arena *arena, const struct pixels *p, int64_t n,
    const struct image *image, const struct view *view, struct tone *tone)
{
	*tone = (struct tone){.inverse =
	    str_is(str_of(p->photometric), "MONOCHROME1")};
	modality_read(arena, p, n, tone);
	voi_read(arena, p, n, tone);
	if (view->has_window) {
		tone->has_window = true;
		tone->center = view->center;
		tone->width = view->width;
		tone->function = function_of(str_of(view->function));
	} else if (!tone->has_window && !tone->voi.n) {
		range_find(p, image, tone);
	}
	/* A linear window of 1 is a threshold, C.11.2.1.2. */
	if (tone->function == LINEAR && tone->width < 1)
		tone->width = 1;
}

static void table_fill(const struct tone *tone, const struct image *image,
    uint8_t *table)
{
	int64_t n = (int64_t)1 << image->bits_allocated;

	for (int64_t v = 0; v < n; v++) {
		uint16_t bits = (uint16_t)v;
		struct image one = *image;
		one.at = (char *)&bits;
		table[v] = shown(tone, stored_at(&one, 0));
	}
}

bool grey_picture(struct arena *arena, const struct pixels *p, int64_t n,
    const struct image *image, const struct view *view, struct image *grey,
    struct err *err)
{
	struct shape shape = {.rows = image->rows, .columns = image->columns,
	    .samples = 1, .bits_allocated = 8, .bits_stored = 8,
	    .high_bit = 7, .photometric = "MONOCHROME2"};
	int64_t pixels = image->rows * image->columns;
	struct tone tone;

	if (image->samples != 1)
		return fail(err, ERR_INPUT, "%s cannot have %lld samples",
		    image->photometric, (long long)image->samples);
	tone_read(arena, p, n, image, view, &tone);
	image_new(arena, &shape, 8, grey);
	uint8_t *to = (uint8_t *)grey->at;
	if (image->bits_allocated > 16 || pixels < 65536 / 4) {
		for (int64_t i = 0; i < pixels; i++)
			to[i] = shown(&tone, stored_at(image, i));
		return true;
	}
	uint8_t *table = arena_alloc(arena, 65536);
	table_fill(&tone, image, table);
	const char *at = image->at;
	for (int64_t i = 0; i < pixels; i++)
		to[i] = table[image->bits_allocated == 8 ?
		    ((const uint8_t *)at)[i] :
		    ((const uint16_t *)(const void *)at)[i]];
	return true;
}
