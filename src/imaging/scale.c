/* SPDX-License-Identifier: MIT */
/* scale.c: a part of a picture, turned over and made as large as is wanted,
 * PS3.18 8.3.5.1.3 and .4.  Each axis is a list of weights: smaller, each new
 * pixel is the mean of the area that it covers, so nothing falls between;
 * larger, it lies on the line between its neighbours. */
#include "imaging/inner.h"

#include <math.h>
#include <string.h>

#define SIDE_MOST 16384
#define ASPECT_MOST 16
#define AREA_MOST (1 << 26) /* of what is larger than it was */

struct axis { /* of one new row or column */
	int64_t from, n;
	float *weights;
};

static void area(struct arena *arena, double from, double to, int64_t size,
    struct axis *a)
{
	int64_t last = (int64_t)ceil(to - 1e-9);

	a->from = (int64_t)floor(from + 1e-9);
	last = last > size ? size : last;
	a->from = a->from >= last ? last - 1 : a->from;
	a->n = last - a->from;
	a->weights = arena_array(arena, float, a->n);
	for (int64_t i = 0; i < a->n; i++) {
		double low = fmax(from, (double)(a->from + i));
		double high = fmin(to, (double)(a->from + i + 1));
		a->weights[i] = (float)(fmax(high - low, 0) / (to - from));
	}
}

static void between(struct arena *arena, double at, int64_t low, int64_t high,
    struct axis *a)
{
	at = fmin(fmax(at - 0.5, (double)low), (double)high - 1);
	a->from = (int64_t)floor(at);
	a->n = a->from + 1 < high ? 2 : 1;
	a->weights = arena_array(arena, float, 2);
	a->weights[1] = (float)(at - (double)a->from);
	a->weights[0] = 1 - a->weights[1];
}

static struct axis *axis_make(struct arena *arena, double from, double length,
    int64_t size, int64_t n, bool flip)
{
	struct axis *axes = arena_array(arena, struct axis, n);
	double step = length / (double)n;
	int64_t low = (int64_t)floor(from);
	/* Never past the picture, whatever a sum's last bit says. */
	int64_t high = (int64_t)fmin(ceil(from + length), (double)size);

	for (int64_t i = 0; i < n; i++) {
		struct axis *a = &axes[flip ? n - 1 - i : i];
		double at = from + step * (double)i;
		if (step >= 1)
			area(arena, at, at + step, size, a);
		else
			between(arena, at + step / 2, low, high, a);
	}
	return axes;
}

/* Rows first, into floats, then columns. */
static void resample(struct arena *arena, const struct image *from,
    const struct axis *across, const struct axis *down, struct image *to)
{
	int64_t samples = from->samples, n = from->columns * samples;
	const uint8_t *at = (const uint8_t *)from->at;
	uint8_t *out = (uint8_t *)to->at;
	float *line = arena_array(arena, float, n);

	for (int64_t y = 0; y < to->rows; y++) {
		memset(line, 0, (size_t)n * sizeof(*line));
		for (int64_t k = 0; k < down[y].n; k++)
			for (int64_t x = 0; x < n; x++)
				line[x] += down[y].weights[k] *
				    at[(down[y].from + k) * n + x];
		for (int64_t x = 0; x < to->columns * samples; x++) {
			const struct axis *a = &across[x / samples];
			float v = 0;
			for (int64_t k = 0; k < a->n; k++)
				v += a->weights[k] * line[(a->from + k) *
				    samples + x % samples];
			*out++ = (uint8_t)(v + 0.5F);
		}
	}
}

/* Height of a pixel to its width. */
static double aspect_of(const struct pixels *p, int64_t n)
{
	static const uint32_t tags[] = {TAG_PixelAspectRatio,
	    TAG_PixelSpacing, TAG_ImagerPixelSpacing,
	    TAG_NominalScannedPixelSpacing};

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		const struct dataset *at = frame_attributes(p, n,
		    TAG_PixelMeasuresSequence, tags[i]);
		double down, across;
		if (at && element_real(at, dataset_find(at, tags[i]), 0,
		    &down) && element_real(at, dataset_find(at, tags[i]), 1,
		    &across) && down > 0 && across > 0 &&
		    down / across < ASPECT_MOST && across / down < ASPECT_MOST)
			return fabs(down / across - 1) < 1e-3 ? 1 :
			    down / across;
	}
	return 1;
}

struct region {
	double x, y, w, h;
	bool flip_x, flip_y;
};

static bool region_of(const struct image *image, const struct view *view,
    struct region *r, struct err *err)
{
	double w = (double)image->columns, h = (double)image->rows;

	*r = (struct region){0, 0, w, h, view->flip_x, view->flip_y};
	if (!view->has_source)
		return true;
	r->x = fmax(view->sx, 0);
	r->y = fmax(view->sy, 0);
	r->w = fmin(view->sx + view->sw, w) - r->x;
	r->h = fmin(view->sy + view->sh, h) - r->y;
	/* A region narrower than a pixel shows that pixel. */
	if (!(r->w > 0 && r->h > 0))
		return fail(err, ERR_INPUT, "the region is outside of the "
		    "picture");
	return true;
}

/* Square pixels, nothing lost; then into the viewport, if there is one. */
static bool size_of(const struct region *r, double aspect,
    const struct view *view, int64_t *w, int64_t *h, struct err *err)
{
	double across = aspect < 1 ? r->w / aspect : r->w;
	double down = aspect > 1 ? r->h * aspect : r->h;
	double by = 1;

	if (view->viewport_w > 0)
		by = (double)view->viewport_w / across;
	if (view->viewport_h > 0)
		by = view->viewport_w > 0 ?
		    fmin(by, (double)view->viewport_h / down) :
		    (double)view->viewport_h / down;
	across = fmax(round(across * by), 1);
	down = fmax(round(down * by), 1);
	/* Unless told, nothing is larger than a picture may be. */
	if (across > SIDE_MOST || down > SIDE_MOST ||
	    across * down > fmax(AREA_MOST, r->w * r->h))
		return fail(err, ERR_INPUT, "a picture of %.0f x %.0f is too "
		    "large", across, down);
	*w = (int64_t)across;
	*h = (int64_t)down;
	return true;
}

bool scaled_picture(struct arena *arena, const struct pixels *p, int64_t n,
    const struct image *from, const struct view *view, struct image *to,
    struct err *err)
{
	struct shape shape = {.samples = from->samples, .bits_allocated = 8,
	    .bits_stored = 8, .high_bit = 7};
	double aspect = aspect_of(p, n);
	struct region r;

	if (!region_of(from, view, &r, err) ||
	    !size_of(&r, aspect, view, &shape.columns, &shape.rows, err))
		return false;
	bool whole = r.x == 0 && r.y == 0 && !r.flip_x && !r.flip_y &&
	    shape.columns == from->columns && shape.rows == from->rows &&
	    r.w == (double)from->columns && r.h == (double)from->rows;
	if (whole) {
		*to = *from;
		return true;
	}
	memcpy(shape.photometric, from->photometric,
	    sizeof(shape.photometric));
	image_new(arena, &shape, 8, to);
	resample(arena, from, axis_make(arena, r.x, r.w, from->columns,
	    to->columns, r.flip_x), axis_make(arena, r.y, r.h, from->rows,
	    to->rows, r.flip_y), to);
	return true;
}
