/* SPDX-License-Identifier: MIT */
/* dicomweb_parts.c: answers of one part or several, put together from packs
 * and from what is made on the way.
 *
 * Files of packs are sent as they lie, and are held until the last byte has
 * gone.  What is made (a frame in another syntax, a picture) goes to a spool:
 * memory while it is little, then an unnamed file. */
#include "doors/web/dicomweb.h"

#include <string.h>

#define SPILLED (-2)                /* a slice of the spool, until it is sent */
#define SPILL_MEMORY ((size_t)2 << 20)

struct load {
	struct archive *archive;
	struct held *held;
	size_t n, room;
	struct spool spool;
	struct out out; /* over the spool */
	int64_t spill_at;
	bool spilling;
};

static void load_drop(void *with)
{
	struct load *load = with;

	for (size_t i = 0; i < load->n; i++)
		archive_let_go(load->archive, &load->held[i]);
	load->n = 0;
	spool_end(&load->spool);
}

void parts_begin(struct parts *parts, struct answer *a,
    const struct chosen *how)
{
	const struct house *house = a->request->house;

	*parts = (struct parts){.a = a, .arena = answer_arena(a),
	    .multipart = how->multipart, .type = str_of(how->type)};
	parts->load = arena_new(parts->arena, struct load);
	parts->load->archive = house->archive;
	spool_begin(&parts->load->spool, house->settings.archive, SPILL_MEMORY,
	    INT64_MAX / 2);
	if (parts->multipart)
		parts->boundary = boundary_new(parts->arena);
}

static void add(struct parts *parts, struct slice slice)
{
	parts->list = grown(parts->arena, parts->list, parts->n, &parts->room,
	    sizeof(*parts->list));
	parts->list[parts->n++] = slice;
}

bool parts_hold(struct parts *parts, const struct instance *instance,
    struct held *held)
{
	struct load *load = parts->load;

	if (parts->err.kind != ERR_NONE || !archive_hold(load->archive,
		instance, held, &parts->err))
		return false;
	load->held = grown(parts->arena, load->held, load->n, &load->room,
	    sizeof(*load->held));
	load->held[load->n++] = *held;
	return true;
}

void parts_head(struct parts *parts, struct str type, struct str location,
    int64_t size)
{
	struct str head;

	if (!parts->multipart) {
		parts->type = arena_keep(parts->arena, type);
		return;
	}
	head = part_head(parts->arena, parts->boundary, type, location, size);
	if (!parts->parts_n++) { /* nothing stands before the first */
		head.at += 2;
		head.len -= 2;
	}
	add(parts, (struct slice){head, -1, 0, 0});
}

void parts_file(struct parts *parts, const struct held *held, int64_t at,
    int64_t size)
{
	if (at < 0 || size <= 0 || at > held->size - size)
		fail(&parts->err, ERR_MISSING,
		    "the file as it was sent ends before that");
	else
		add(parts, (struct slice){{0}, held->fd, held->at + at, size});
}

static bool spill(void *load, struct str bytes, struct err *err)
{
	return spool_add(&((struct load *)load)->spool, bytes, err);
}

struct out *parts_spill(struct parts *parts)
{
	struct load *load = parts->load;

	load->spill_at = load->spool.size;
	load->spilling = true;
	out_call(&load->out, spill, load);
	return &load->out;
}

void parts_spilled(struct parts *parts, struct str type, struct str location)
{
	struct load *load = parts->load;
	int64_t size;

	load->spilling = false;
	if (!out_end(&load->out, &parts->err))
		return;
	size = load->spool.size - load->spill_at;
	parts_head(parts, type, location, size);
	add(parts, (struct slice){{0}, SPILLED, load->spill_at, size});
}

void parts_copy(struct parts *parts, struct str type, struct str location,
    struct str bytes)
{
	out_put(parts_spill(parts), bytes);
	parts_spilled(parts, type, location);
}

/* Where spilled bytes lie is known once no more are added: in memory, in the
 * file behind it, or in both. */
static void settle(struct parts *parts)
{
	const struct spool *spool = &parts->load->spool;
	int64_t held = (int64_t)spool->len;
	size_t n = parts->n;
	struct slice *list = parts->list;

	parts->list = NULL;
	parts->n = parts->room = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t at = list[i].at, size = list[i].size, part;
		if (list[i].fd != SPILLED) {
			add(parts, list[i]);
			continue;
		}
		part = at >= held ? 0 : size < held - at ? size : held - at;
		if (part)
			add(parts, (struct slice){
			    {spool->at + at, (size_t)part}, -1, 0, 0});
		if (size > part)
			add(parts, (struct slice){{0}, spool->fd,
			    at + part - held, size - part});
	}
}

bool parts_send(struct parts *parts)
{
	struct slices slices = {.let_go = load_drop, .with = parts->load};
	struct str type = parts->type;

	if (parts->err.kind != ERR_NONE) {
		parts_fail(parts);
		return false;
	}
	if (parts->multipart) {
		add(parts, (struct slice){
		    parts_end(parts->arena, parts->boundary), -1, 0, 0});
		type = arena_printf(parts->arena,
		    "multipart/related; type=\"%.*s\"; boundary=%.*s",
		    STR(parts->type), STR(parts->boundary));
	}
	settle(parts);
	slices.list = parts->list;
	slices.n = parts->n;
	slices.ranged = !parts->multipart;
	answer_slices(parts->a, &slices, arena_cstr(parts->arena, type));
	answer_header(parts->a, "Vary", S("Accept"));
	return true;
}

void parts_fail(struct parts *parts)
{
	struct err err = parts->err;

	if (parts->load->spilling)
		out_end(&parts->load->out, &(struct err){0});
	load_drop(parts->load);
	if (err.kind == ERR_NONE)
		fail(&err, ERR_BROKEN, "the answer could not be made");
	answer_fail(parts->a, &err);
}

struct str part_type(struct arena *arena, const char *type,
    struct str syntax_uid)
{
	return arena_printf(arena, "%s; transfer-syntax=%.*s", type,
	    STR(syntax_uid));
}
