/* SPDX-License-Identifier: MIT */
/* dicomweb_render.c: pictures for those who do not read DICOM: rendered frames
 * and thumbnails (PS3.18 10.4.1.1.3 and 8.3.5), and WADO-URI (PS3.18 9), which
 * asks for the same things in another way.  A study or series is shown by its
 * middle image; annotation, presentation states and colour profiles are
 * refused rather than left out in silence. */
#include "doors/web/dicomweb.h"

#include <string.h>

#define THUMBNAIL 256 /* pixels each way, at most */
#define SIDE_MOST 16384

static bool real_next(struct str *rest, double *value)
{
	return str_real(str_trim(str_cut(rest, ',')), value);
}

/* "center,width[,function]" */
static bool window_read(struct str text, struct view *view)
{
	static const char *const functions[] = {"", "linear", "linear-exact",
	    "sigmoid"};

	if (!real_next(&text, &view->center) ||
	    !real_next(&text, &view->width) || view->width < 1)
		return false;
	view->has_window = true;
	text = str_trim(text);
	for (size_t i = 0; i < 4; i++)
		if (str_eq_nocase(text, str_of(functions[i]))) {
			memcpy(view->function, functions[i],
			    strlen(functions[i]) + 1);
			return true;
		}
	return false;
}

/* "w,h[,sx,sy,sw,sh]"; a negative width or height of the source flips it. */
static bool viewport_read(struct str text, struct view *view)
{
	double w, h, *source[] = {&view->sx, &view->sy, &view->sw, &view->sh};

	if (!real_next(&text, &w) || !real_next(&text, &h) || w < 1 || h < 1 ||
	    w > SIDE_MOST || h > SIDE_MOST)
		return false;
	view->viewport_w = (int64_t)w;
	view->viewport_h = (int64_t)h;
	view->has_source = text.len > 0;
	for (size_t i = 0; i < 4 && view->has_source; i++)
		if (!real_next(&text, source[i]))
			return false;
	view->flip_x = view->sw < 0;
	view->flip_y = view->sh < 0;
	view->sw = view->flip_x ? -view->sw : view->sw;
	view->sh = view->flip_y ? -view->sh : view->sh;
	return !text.len && (!view->has_source || (view->sw > 0 &&
	    view->sh > 0 && view->sx >= 0 && view->sy >= 0));
}

static bool view_read(const struct request *q, struct view *view,
    struct err *err)
{
	struct str profile = ask_text(q, "iccprofile");

	view->quality = ask_int(q, "quality");
	if (ask_has(q, "annotation"))
		return fail(err, ERR_INPUT, "annotation is not drawn here");
	if (profile.len && !str_is(profile, "no"))
		return fail(err, ERR_INPUT, "pictures carry no colour profile");
	if (ask_has(q, "window") && !window_read(ask_text(q, "window"), view))
		return fail(err, ERR_INPUT, "window must be center,width or "
		    "center,width,function, where the function is linear, "
		    "linear-exact or sigmoid");
	if (ask_has(q, "viewport") &&
	    !viewport_read(ask_text(q, "viewport"), view))
		return fail(err, ERR_INPUT, "viewport must be width,height or "
		    "width,height,x,y,width,height");
	return true;
}

/* The middle one of those that are images; SIZE_MAX: none is. */
static size_t middle(const struct found *found)
{
	size_t images = 0, at = 0;

	for (size_t i = 0; i < found->n; i++)
		images += found->list[i].rows && found->list[i].columns;
	if (!images)
		return SIZE_MAX;
	images = images / 2 + 1;
	for (; at < found->n; at++) {
		images -= found->list[at].rows && found->list[at].columns;
		if (!images)
			break;
	}
	return at;
}

struct shot { /* one instance, some of its frames, one view */
	const struct instance *instance;
	struct str url;
	struct view view;
	int64_t *frames; /* from 1; 0: the middle one */
	size_t n;
};

static void put_picture(struct parts *parts, struct arena *arena,
    const struct pixels *pixels, const struct frames *frames, int64_t n,
    const struct shot *shot)
{
	struct str file, type = shot->view.form == VIEW_PNG ?
	    S("image/png") : S("image/jpeg");
	struct str location = arena_printf(parts->arena,
	    "%.*s/frames/%lld/rendered", STR(shot->url), (long long)n);

	if (n < 1 || n > frames->n)
		fail(&parts->err, ERR_MISSING, "frame %lld is not among %lld",
		    (long long)n, (long long)frames->n);
	else if (frame_render(arena, pixels, frames, n - 1, &shot->view, &file,
		&parts->err))
		parts_copy(parts, type, location, file);
}

static void shoot(struct answer *a, const struct shot *shot,
    const struct chosen *how)
{
	struct arena *arena = a->request->arena;
	struct parts parts;
	struct part10 file;
	struct pixels pixels;
	struct frames frames;
	struct held held;

	parts_begin(&parts, a, how);
	if (!parts_hold(&parts, shot->instance, &held) ||
	    !archive_head(a->request->house->archive, arena, shot->instance,
		&file, &parts.err) ||
	    !pixels_read(&file, held.fd, held.at, held.size, &pixels,
		&parts.err) ||
	    !frames_find(arena, &pixels, &frames, &parts.err)) {
		parts_fail(&parts);
		return;
	}
	for (size_t i = 0; i < shot->n && parts.err.kind == ERR_NONE; i++)
		put_picture(&parts, arena, &pixels, &frames, shot->frames[i] ?
		    shot->frames[i] : frames.n / 2 + 1, shot);
	parts_send(&parts);
}

static bool frames_asked(struct request *q, struct shot *shot, struct err *err)
{
	struct str rest = ask_text(q, "frames");

	shot->n = 0;
	shot->frames = arena_array(q->arena, int64_t, rest.len / 2 + 1);
	while (rest.len)
		if (!str_int(str_trim(str_cut(&rest, ',')),
			&shot->frames[shot->n]) || shot->frames[shot->n++] < 1)
			return fail(err, ERR_INPUT, "frames are numbers from 1, "
			    "parted by commas");
	return true;
}

/* What the place shows, in the form that is accepted. */
static void show(struct request *q, struct answer *a, const struct place *place,
    struct shot *shot)
{
	struct found found;
	struct wishes wishes;
	struct chosen how;
	size_t at;

	if (!place_find(q, a, place, &found))
		return;
	at = middle(&found);
	if (at == SIZE_MAX) {
		answer_error(a, 406, ERR_INPUT, "there is no image in it");
		return;
	}
	wishes_read(q, &wishes);
	if (!choose_picture(&wishes, shot->n == 1, &how)) {
		answer_not_acceptable(a,
		    "pictures are image/jpeg or image/png");
		return;
	}
	if (found_known(a, &found, false))
		return;
	shot->view.form = strcmp(how.type, "image/png") ? VIEW_JPEG : VIEW_PNG;
	shot->instance = &found.list[at];
	shot->url = place_url(q, q->arena, &(struct place){found.study.uid,
	    found.series[at], found.list[at].uid, LEVEL_INSTANCE});
	shoot(a, shot, &how);
}

void wado_rendered(struct request *q, struct answer *a)
{
	struct place place;
	struct shot shot = {0};
	struct err err = {0};
	int64_t standard[] = {0};
	bool list = strstr(q->route->path, "{frames}") != NULL;

	if (!place_read(q, a, &place))
		return;
	shot.frames = standard;
	shot.n = 1;
	if (place.level == LEVEL_INSTANCE)
		standard[0] = 1;
	if (!view_read(q, &shot.view, &err) ||
	    (list && !frames_asked(q, &shot, &err)))
		answer_fail(a, &err);
	else
		show(q, a, &place, &shot);
}

void wado_thumbnail(struct request *q, struct answer *a)
{
	struct place place;
	struct shot shot = {.n = 1, .view = {.viewport_w = THUMBNAIL,
	    .viewport_h = THUMBNAIL, .quality = 80}};
	struct err err = {0};
	int64_t standard[] = {0};

	if (!place_read(q, a, &place))
		return;
	shot.frames = standard;
	if (ask_has(q, "viewport") &&
	    !viewport_read(ask_text(q, "viewport"), &shot.view)) {
		fail(&err, ERR_INPUT, "viewport must be width,height");
		answer_fail(a, &err);
	} else if (strstr(q->route->path, "{frames}") &&
	    !frames_asked(q, &shot, &err))
		answer_fail(a, &err);
	else
		show(q, a, &place, &shot);
}

/* WADO-URI: one object, as a file or as a picture. */
static void uri_file(struct request *q, struct answer *a,
    const struct place *place)
{
	struct str syntax = ask_text(q, "transferSyntax");
	struct found found;
	struct wishes wishes = {.n = 1};
	struct chosen how;

	if (!place_find(q, a, place, &found))
		return;
	wishes.list[0] = (struct wish){.type = S("application/dicom"),
	    .syntax = syntax.len ? syntax : S("*"), .q = 1000};
	if (!choose_file(&wishes, found.list, 1, true, &how))
		answer_not_acceptable(a, "leave transferSyntax out");
	else if (!found_known(a, &found, !how.to))
		wado_send(a, &found, &how);
}

static bool uri_view(struct request *q, struct shot *shot, struct err *err)
{
	struct view *view = &shot->view;

	view->quality = ask_int(q, "imageQuality");
	view->viewport_w = ask_int(q, "columns");
	view->viewport_h = ask_int(q, "rows");
	if (view->viewport_w && !view->viewport_h)
		view->viewport_h = SIDE_MOST;
	if (view->viewport_h && !view->viewport_w)
		view->viewport_w = SIDE_MOST;
	if (ask_has(q, "windowCenter") != ask_has(q, "windowWidth") ||
	    (ask_has(q, "windowWidth") && ask_real(q, "windowWidth") < 1))
		return fail(err, ERR_INPUT, "windowCenter and a windowWidth "
		    "of 1 or more go together");
	view->has_window = ask_has(q, "windowCenter");
	view->center = ask_real(q, "windowCenter");
	view->width = ask_real(q, "windowWidth");
	return true;
}

void wado_uri(struct request *q, struct answer *a)
{
	struct place place = {ask_text(q, "studyUID"), ask_text(q, "seriesUID"),
	    ask_text(q, "objectUID"), LEVEL_INSTANCE};
	int64_t frame[] = {ask_int(q, "frameNumber")};
	struct shot shot = {.frames = frame, .n = 1};
	struct str type = ask_text(q, "contentType");
	struct err err = {0};

	if (!q->house->archive)
		answer_error(a, 503, ERR_BUSY, "the archive is not open");
	else if (!uid_valid(place.study) || !uid_valid(place.series) ||
	    !uid_valid(place.instance))
		answer_error(a, 404, ERR_MISSING, "these cannot be UIDs");
	else if (str_starts(type, S("application/dicom")))
		uri_file(q, a, &place);
	else if (!uri_view(q, &shot, &err))
		answer_fail(a, &err);
	else
		show(q, a, &place, &shot);
}
