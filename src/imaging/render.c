/* SPDX-License-Identifier: MIT */
/* render.c: a frame as a picture for a browser, PS3.18 8.3.5: decoded, made
 * grey or RGB of 8 bits, cut and scaled, written.  Overlays and annotation are
 * not burned in: what is shown is what was acquired. */
#include "imaging/codecs/ijg.h"
#include "imaging/inner.h"

#include <string.h>

#define QUALITY 90

static bool write_picture(struct arena *arena, const struct image *picture,
    const struct view *view, struct str *file, struct err *err)
{
	int64_t quality = view->quality ? view->quality : QUALITY;

	if (quality < 1 || quality > 100)
		return fail(err, ERR_INPUT, "quality cannot be %lld",
		    (long long)quality);
	return view->form == VIEW_PNG ?
	    picture_png(arena, picture, file, err) :
	    ijg8_encode(arena, picture, quality, file, err);
}

bool frame_render(struct arena *arena, const struct pixels *p,
    const struct frames *frames, int64_t n, const struct view *view,
    struct str *file, struct err *err)
{
	struct image image, picture, scaled;

	if (view->has_window && !(view->width > 0))
		return fail(err, ERR_INPUT, "a window cannot be %g wide",
		    view->width);
	if (!frame_decode(arena, p, frames, n, &image, err))
		return false;
	bool grey = memcmp(image.photometric, "MONOCHROME", 10) == 0;
	if (!(grey ? grey_picture(arena, p, n, &image, view, &picture, err) :
	    colour_picture(arena, p, &image, &picture, err)))
		return false;
	return scaled_picture(arena, p, n, &picture, view, &scaled, err) &&
	    write_picture(arena, &scaled, view, file, err);
}
