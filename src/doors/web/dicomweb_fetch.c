/* SPDX-License-Identifier: MIT */
/* dicomweb_fetch.c: WADO-RS: studies, series and instances as files, and bulk
 * data (PS3.18 10.4).  As stored, a file goes from its pack to the socket as
 * it lies; in another syntax it is made first, one instance at a time. */
#include "doors/web/dicomweb.h"

#include <string.h>

#define DICOM "application/dicom"
#define OCTETS "application/octet-stream"

/* What one instance is sent as; NULL: as it is stored. */
static const struct syntax *target(const struct instance *instance,
    const struct syntax *to)
{
	bool image = instance->rows && instance->columns;

	if (!to || str_is(instance->syntax_uid, to->uid))
		return NULL;
	return to->encapsulated && !image ? NULL : to;
}

/* Without pixels its head is all of it. */
static bool write_plain(const struct part10 *file, const struct syntax *to,
    struct out *out, struct err *err)
{
	part10_head(out, file->sop_class, file->sop_instance, str_of(to->uid),
	    S("RIBBLE"));
	return dataset_write(&file->dataset, to, out, err);
}

static void put_made(struct parts *parts, const struct instance *instance,
    const struct held *held, const struct syntax *to, struct str location)
{
	struct arena arena = {0};
	struct archive *archive = parts->a->request->house->archive;
	struct str type = part_type(parts->arena, DICOM, str_of(to->uid));
	struct part10 file = {0};
	struct pixels pixels = {0};
	struct out *out;
	bool well;

	if (archive_head(archive, &arena, instance, &file, &parts->err)) {
		out = parts_spill(parts);
		well = file.reading.stopped ?
		    pixels_read(&file, held->fd, held->at, held->size, &pixels,
			&parts->err) && file_transcode(&arena, &file, &pixels,
			to, false, out, &parts->err) :
		    write_plain(&file, to, out, &parts->err);
		if (well)
			parts_spilled(parts, type, location);
	}
	arena_end(&arena);
}

static void put_instance(struct parts *parts, const struct found *found,
    size_t i, const struct chosen *how)
{
	const struct instance *instance = &found->list[i];
	const struct syntax *to = target(instance, how->to);
	struct place place = {found->study.uid, found->series[i],
	    instance->uid, LEVEL_INSTANCE};
	struct str location = place_url(parts->a->request, parts->arena,
	    &place);
	struct held held;

	if (!parts_hold(parts, instance, &held))
		return;
	if (to) {
		put_made(parts, instance, &held, to, location);
		return;
	}
	parts_head(parts, part_type(parts->arena, DICOM, instance->syntax_uid),
	    location, held.size);
	parts_file(parts, &held, 0, held.size);
}

static bool ready(struct request *q, struct answer *a, struct place *place,
    struct found *found)
{
	return place_read(q, a, place) && place_find(q, a, place, found);
}

void wado_send(struct answer *a, const struct found *found,
    const struct chosen *how)
{
	struct parts parts;

	parts_begin(&parts, a, how);
	for (size_t i = 0; i < found->n && parts.err.kind == ERR_NONE; i++)
		put_instance(&parts, found, i, how);
	parts_send(&parts);
}

/* A study, a series or an instance. */
void wado_get(struct request *q, struct answer *a)
{
	struct place place;
	struct found found;
	struct wishes wishes;
	struct chosen how;

	if (!ready(q, a, &place, &found))
		return;
	wishes_read(q, &wishes);
	if (!choose_file(&wishes, found.list, found.n,
		place.level == LEVEL_INSTANCE, &how)) {
		answer_not_acceptable(a, "ask for multipart/related; "
		    "type=\"application/dicom\"; transfer-syntax=*");
		return;
	}
	if (!found_known(a, &found, !how.multipart && !how.to))
		wado_send(a, &found, &how);
}

/* "00081140.0.00081155": tags and items from the top. */
static const struct element *element_at(const struct dataset *dataset,
    struct str path, const struct dataset **in)
{
	const struct element *element = NULL;
	uint32_t tag;
	int64_t item;

	while (path.len) {
		struct str word = str_cut(&path, '.');
		if (word.len != 8 || !tag_read(word, &tag))
			return NULL;
		*in = dataset;
		element = dataset_find(dataset, tag);
		if (!element || !path.len)
			return element;
		if (!str_int(str_cut(&path, '.'), &item) || item < 0 ||
		    item >= (int64_t)element->items_n || !path.len)
			return NULL;
		dataset = &element->items[item];
	}
	return element;
}

static struct str swapped(struct arena *arena, struct str value, int width)
{
	char *at = arena_alloc(arena, value.len + 1);

	for (size_t i = 0; i < value.len; i++) {
		size_t k = i - i % (size_t)width + (size_t)width - 1 -
		    i % (size_t)width;
		at[i] = value.at[k < value.len ? k : i];
	}
	return (struct str){at, value.len};
}

/* A value is sent little endian, from the file when it lies there so. */
static void put_value(struct parts *parts, const struct part10 *file,
    const struct held *held, const struct element *element)
{
	int width = vr_width(element->vr);
	bool other = file->syntax->big_endian && width > 1;
	struct str type = S(OCTETS);

	if (other || file->syntax->deflated) {
		parts_copy(parts, type, S(""), other ?
		    swapped(parts->a->arena, element->value, width) :
		    element->value);
		return;
	}
	parts_head(parts, type, S(""), element->length);
	parts_file(parts, held, element->value_at, element->length);
}

static void put_native(struct parts *parts, const struct part10 *file,
    const struct held *held)
{
	struct pixels pixels = {0};

	if (!pixels_read(file, held->fd, held->at, held->size, &pixels,
		&parts->err))
		return;
	parts_head(parts, S(OCTETS), S(""), pixels.length);
	parts_file(parts, held, pixels.value_at, pixels.length);
}

/* Integer, float or double float: an instance has one of them. */
static bool is_pixels(struct str path)
{
	return str_is(path, "7FE00010") || str_is(path, "7FE00009") ||
	    str_is(path, "7FE00008");
}

/* False: it is not there, or is no value that could be sent. */
static bool put_bulk(struct parts *parts, const struct part10 *file,
    const struct held *held, struct str path)
{
	const struct dataset *in = NULL;
	const struct element *element;
	bool pixels = is_pixels(path) && file->reading.stopped;

	if (pixels) {
		put_native(parts, file, held);
		return true;
	}
	element = element_at(&file->dataset, path, &in);
	if (!element || element->is_sequence || element->fragments ||
	    element->length == LENGTH_UNDEFINED)
		return false;
	put_value(parts, file, held, element);
	return true;
}

/* Does its pixel data lie in its file as it will be sent? */
static bool is_plain(const struct instance *instance)
{
	const struct syntax *syntax = syntax_find(instance->syntax_uid);

	return syntax && !syntax->encapsulated && !syntax->big_endian &&
	    !syntax->deflated;
}

void wado_bulk(struct request *q, struct answer *a)
{
	static const char *const types[] = {OCTETS, NULL};
	struct str path = ask_text(q, "path");
	struct place place;
	struct found found;
	struct wishes wishes;
	struct chosen how;
	struct parts parts;
	struct held held;
	struct part10 file;

	if (!ready(q, a, &place, &found))
		return;
	if (is_pixels(path) && !is_plain(&found.list[0])) {
		wado_pixels(q, a); /* frame by frame */
		return;
	}
	wishes_read(q, &wishes);
	if (!choose_plain(&wishes, types, &how)) {
		answer_not_acceptable(a, "bulk data are " OCTETS);
		return;
	}
	if (found_known(a, &found, !how.multipart))
		return;
	parts_begin(&parts, a, &how);
	if (parts_hold(&parts, &found.list[0], &held) &&
	    archive_head(q->house->archive, q->arena, &found.list[0], &file,
		&parts.err) && !put_bulk(&parts, &file, &held, path))
		fail(&parts.err, ERR_MISSING, "it has no such bulk data");
	parts_send(&parts);
}
