/* SPDX-License-Identifier: MIT */
/* dicomweb_made.c: instances that come as metadata and bulk data (PS3.18
 * 8.7.3.2 and 10.5): the first part is DICOM JSON of one or more instances,
 * the others are what its BulkDataURIs point to, by Content-Location.  The
 * body is mapped, so values are taken from where they lie, whatever their
 * size.  Pixel data of an image type are one frame, encapsulated as sent. */
#include "doors/web/dicomweb_stow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define METADATA_MOST (INT64_C(256) << 20)
#define BULKS_MOST 100000
#define PIECES_MOST 100000

static void unmap(void *stow)
{
	struct stow *s = stow;

	munmap((void *)(uintptr_t)s->body, (size_t)s->q->body.size);
}

static bool map_body(struct stow *s)
{
	void *at = mmap(NULL, (size_t)s->q->body.size, PROT_READ, MAP_PRIVATE,
	    s->q->body.fd, 0);

	if (at == MAP_FAILED)
		return fail(&s->err, ERR_BUSY, "could not read the body");
	s->body = at;
	arena_on_end(s->q->arena, unmap, s);
	return true;
}

static bool add_bulk(struct stow *s, const struct part *part)
{
	static const struct {
		const char *type, *syntax;
	} standard[] = {
	    {"image/jpeg", "1.2.840.10008.1.2.4.70"},
	    {"image/dicom-rle", "1.2.840.10008.1.2.5"},
	    {"image/jls", "1.2.840.10008.1.2.4.80"},
	    {"image/jp2", "1.2.840.10008.1.2.4.90"},
	    {"image/jphc", "1.2.840.10008.1.2.4.201"}};
	struct bulk *bulk;

	if (s->bulks_n == BULKS_MOST)
		return fail(&s->err, ERR_INPUT, "more than %d parts",
		    BULKS_MOST);
	s->bulks = grown(s->q->arena, s->bulks, s->bulks_n,
	    &s->bulks_room, sizeof(*s->bulks));
	bulk = &s->bulks[s->bulks_n++];
	*bulk = (struct bulk){.uri = part->location.len ? part->location :
	    part->id, .at = part->at, .size = part->size,
	    .syntax = media_parameter(&part->type, "transfer-syntax")};
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (str_eq_nocase(part->type.type, str_of(standard[i].type))) {
			bulk->is_image = true;
			if (!bulk->syntax.len)
				bulk->syntax = str_of(standard[i].syntax);
		}
	return true;
}

/* The end of the object that begins here: its text; empty when it has none. */
static struct str object_at(struct str text)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"')
			quoted = true;
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && !--depth)
			return (struct str){text.at, i + 1};
	}
	return S("");
}

static bool add_object(struct stow *s, struct str object)
{
	if (s->pieces_n == PIECES_MOST)
		return fail(&s->err, ERR_INPUT, "more than %d instances",
		    PIECES_MOST);
	s->pieces = grown(s->q->arena, s->pieces, s->pieces_n,
	    &s->pieces_room, sizeof(*s->pieces));
	s->pieces[s->pieces_n++] = (struct piece){.json = object};
	return true;
}

/* One object, or an array of them. */
static bool objects_read(struct stow *s, struct str text)
{
	struct str object;

	text = str_trim(text);
	if (str_starts(text, S("["))) {
		text.at++;
		text.len--;
	}
	while (text.len) {
		if (text.at[0] != '{') {
			text.at++;
			text.len--;
			continue;
		}
		object = object_at(text);
		if (!object.len)
			break;
		if (!add_object(s, object))
			return false;
		text.at += object.len;
		text.len -= object.len;
	}
	return s->pieces_n && !text.len ? true : fail(&s->err, ERR_INPUT,
	    "the metadata are no DICOM JSON");
}

static int by_uri(const void *left, const void *right)
{
	const struct bulk *a = left, *b = right;

	return str_cmp(a->uri, b->uri);
}

bool made_read(struct stow *s, struct multipart *m, const struct part *first)
{
	struct part metadata = *first, part;

	if (metadata.size > METADATA_MOST)
		return fail(&s->err, ERR_INPUT, "the metadata are too large");
	while (multipart_next(m, &part, &s->err))
		if (!add_bulk(s, &part))
			return false;
	if (s->bulks_n)
		qsort(s->bulks, s->bulks_n, sizeof(*s->bulks), by_uri);
	return s->err.kind == ERR_NONE && map_body(s) && objects_read(s,
	    (struct str){s->body + metadata.at, (size_t)metadata.size});
}

struct making { /* of one instance */
	const struct stow *stow;
	struct arena *arena;
	const struct syntax *syntax;
};

static const struct bulk *bulk_find(const struct stow *s, struct str uri)
{
	const struct bulk wanted = {.uri = uri};

	return s->bulks_n ? bsearch(&wanted, s->bulks, s->bulks_n,
	    sizeof(*s->bulks), by_uri) : NULL;
}

/* The value that a BulkDataURI stands for. */
static bool take_bulk(void *with, struct element *element, struct str uri,
    struct err *err)
{
	struct making *making = with;
	const struct bulk *bulk = bulk_find(making->stow, uri);
	struct str bytes;

	if (!bulk)
		return fail(err, ERR_INPUT,
		    "a BulkDataURI points to no part of the body");
	bytes = (struct str){making->stow->body + bulk->at,
	    (size_t)bulk->size};
	if (bytes.len >= LENGTH_UNDEFINED - 1)
		return fail(err, ERR_INPUT,
		    "a value of 4 GiB or more has no place in DICOM");
	if (bulk->syntax.len && element->tag == TAG_PixelData)
		making->syntax = syntax_find(bulk->syntax);
	if (!making->syntax)
		return fail(err, ERR_INPUT, "a transfer syntax is not known");
	if (element->tag == TAG_PixelData && making->syntax->encapsulated) {
		element->fragments = arena_array(making->arena, struct str, 2);
		element->fragments[0] = S("");
		element->fragments[1] = bytes;
		element->fragments_n = 2;
		element->length = LENGTH_UNDEFINED;
		element->vr = VR('O', 'B');
		return true;
	}
	element->value = bytes;
	element->length = (uint32_t)bytes.len;
	return true;
}

/* The spool's limit is what was sent, and somewhat more. */
static bool spill(void *with, struct str bytes, struct err *err)
{
	struct spool *spool = with;

	if ((int64_t)bytes.len > spool->limit - spool->size)
		return fail(err, ERR_INPUT,
		    "the metadata point to the same parts too often");
	return spool_add(spool, bytes, err);
}

bool made_write(const struct stow *s, struct arena *arena,
    struct piece *piece, struct spool *spool, struct err *err)
{
	struct making making = {s, arena, syntax_explicit};
	struct dataset *dataset = dataset_new(arena, syntax_explicit);
	struct out out;

	bool well = dataset_of_json(arena, piece->json, dataset, take_bulk,
	    &making, err);

	/* As far as it was read: who is not kept is told by name. */
	uid_put(&piece->study, dataset_raw(dataset, TAG_StudyInstanceUID));
	uid_put(&piece->sop_class, dataset_raw(dataset, TAG_SOPClassUID));
	uid_put(&piece->sop_instance,
	    dataset_raw(dataset, TAG_SOPInstanceUID));
	if (!well)
		return false;
	out_call(&out, spill, spool);
	part10_head(&out, str_of(piece->sop_class.at),
	    str_of(piece->sop_instance.at), str_of(making.syntax->uid),
	    S("RIBBLE"));
	if (!dataset_write(dataset, making.syntax, &out, err)) {
		out_end(&out, &(struct err){0});
		return false;
	}
	return out_end(&out, err);
}
