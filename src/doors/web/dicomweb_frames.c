/* SPDX-License-Identifier: MIT */
/* dicomweb_frames.c: WADO-RS: frames, and all pixel data frame by frame
 * (PS3.18 10.4.1.1.6 and 8.7.3.5).  As stored, a frame's fragments are sent
 * as they lie; otherwise it is decoded, or decoded and encoded. */
#include "doors/web/dicomweb.h"

#include <string.h>

#define FRAMES_MOST 10000 /* in one list */

struct reel { /* an instance's frames at hand */
	struct arena *arena;
	struct part10 file;
	struct pixels pixels;
	struct frames frames;
	struct held held;
};

static bool reel_open(struct parts *parts, struct arena *arena,
    const struct instance *instance, struct reel *reel)
{
	struct archive *archive = parts->a->request->house->archive;

	*reel = (struct reel){.arena = arena};
	return parts_hold(parts, instance, &reel->held) &&
	    archive_head(archive, arena, instance, &reel->file, &parts->err) &&
	    pixels_read(&reel->file, reel->held.fd, reel->held.at,
		reel->held.size, &reel->pixels, &parts->err) &&
	    frames_find(arena, &reel->pixels, &reel->frames, &parts->err);
}

static void put_stored(struct parts *parts, const struct reel *reel,
    const struct frame *frame, struct str type, struct str location)
{
	parts_head(parts, type, location, frame->size);
	if (!frame->size)
		fail(&parts->err, ERR_MISSING,
		    "the file as it was sent ends before that frame");
	for (size_t i = 0; i < frame->n; i++)
		parts_file(parts, &reel->held, frame->spans[i].at,
		    frame->spans[i].size);
}

/* Frames are counted from 1. */
static void put_frame(struct parts *parts, const struct reel *reel, int64_t n,
    const struct chosen *how, struct str url)
{
	const struct syntax *to = how->to, *from = reel->pixels.syntax;
	struct arena arena = {0};
	struct str bytes, location = arena_printf(parts->arena,
	    "%.*s/frames/%lld", STR(url), (long long)n);
	struct str type = part_type(parts->arena, how->type, str_of(to ?
	    to->uid : from->encapsulated ? from->uid : syntax_explicit->uid));

	if (n < 1 || n > reel->frames.n)
		fail(&parts->err, ERR_MISSING, "frame %lld is not among %lld",
		    (long long)n, (long long)reel->frames.n);
	else if (!to)
		put_stored(parts, reel, &reel->frames.list[n - 1], type,
		    location);
	else if (frame_transcode(&arena, &reel->pixels, &reel->frames, n - 1,
		to, &bytes, &parts->err))
		parts_copy(parts, type, location, bytes);
	arena_end(&arena);
}

/* "1,3,7"; false when it is no list of frames. */
static bool list_read(struct request *q, struct answer *a, int64_t **list,
    size_t *n)
{
	struct str rest = ask_text(q, "frames");

	*list = arena_array(q->arena, int64_t, rest.len / 2 + 1);
	*n = 0;
	while (*n < FRAMES_MOST &&
	    str_int(str_trim(str_cut(&rest, ',')), &(*list)[*n]) &&
	    (*list)[(*n)++] > 0)
		if (!rest.len)
			return true;
	answer_error(a, 400, ERR_INPUT, "frames are numbers from 1, parted by "
	    "commas");
	return false;
}

static void refuse_form(struct answer *a)
{
	answer_not_acceptable(a, "ask for multipart/related; "
	    "type=\"application/octet-stream\"; transfer-syntax=*");
}

void wado_frames(struct request *q, struct answer *a)
{
	struct place place;
	struct found found;
	struct wishes wishes;
	struct chosen how;
	struct parts parts;
	struct reel reel;
	int64_t *list;
	size_t n;

	if (!place_read(q, a, &place) || !list_read(q, a, &list, &n) ||
	    !place_find(q, a, &place, &found))
		return;
	wishes_read(q, &wishes);
	if (!choose_frames(&wishes, &found.list[0], n == 1, &how)) {
		refuse_form(a);
		return;
	}
	if (found_known(a, &found, !how.multipart && !how.to))
		return;
	parts_begin(&parts, a, &how);
	if (reel_open(&parts, q->arena, &found.list[0], &reel))
		for (size_t i = 0; i < n && parts.err.kind == ERR_NONE; i++)
			put_frame(&parts, &reel, list[i], &how,
			    place_url(q, q->arena, &place));
	parts_send(&parts);
}

static void put_all(struct parts *parts, const struct found *found, size_t i,
    const struct chosen *how)
{
	const struct instance *instance = &found->list[i];
	struct place place = {found->study.uid, found->series[i],
	    instance->uid, LEVEL_INSTANCE};
	struct str url = place_url(parts->a->request, parts->arena, &place);
	struct arena arena = {0};
	struct reel reel;

	if (reel_open(parts, &arena, instance, &reel))
		for (int64_t k = 1; k <= reel.frames.n &&
		    parts->err.kind == ERR_NONE; k++)
			put_frame(parts, &reel, k, how, url);
	arena_end(&arena);
}

/* Every frame of a study, a series or an instance; what is no image has none. */
void wado_pixels(struct request *q, struct answer *a)
{
	struct place place;
	struct found found;
	struct wishes wishes;
	struct chosen how = {.type = "application/octet-stream",
	    .multipart = true}, each;
	struct parts parts;

	if (!place_read(q, a, &place) || !place_find(q, a, &place, &found))
		return;
	wishes_read(q, &wishes);
	if (found_known(a, &found, false))
		return;
	parts_begin(&parts, a, &how);
	for (size_t i = 0; i < found.n && parts.err.kind == ERR_NONE; i++) {
		const struct instance *instance = &found.list[i];
		if (!instance->rows || !instance->columns)
			continue;
		if (!choose_frames(&wishes, instance, false, &each)) {
			parts_fail(&parts);
			refuse_form(a);
			return;
		}
		parts.type = str_of(each.type);
		put_all(&parts, &found, i, &each);
	}
	if (!parts.n)
		fail(&parts.err, ERR_MISSING, "there is no pixel data");
	parts_send(&parts);
}
