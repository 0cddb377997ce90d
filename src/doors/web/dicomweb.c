/* SPDX-License-Identifier: MIT */
/* dicomweb.c: what every resource of DICOMweb has in common (PS3.18 8 and 10):
 * what its path names, where it is, how its answer is tagged; and what of it
 * can be asked for, told from the rows of routes.c. */
#include "doors/web/dicomweb.h"
#include "doors/web/words.h"

#include <string.h>

#define BASE "/dicom-web"

void answer_error(struct answer *a, int status, enum err_kind kind,
    const char *text)
{
	struct err err = {0};

	fail(&err, kind, "%s", text);
	answer_refuse(a, status, &err);
}

/* A UID is in the path, so it was said; what is none cannot be stored. */
bool place_read(struct request *q, struct answer *a, struct place *place)
{
	*place = (struct place){.level = LEVEL_PATIENT};
	for (size_t i = 0; i < VALUES_MAX && q->values[i].name.len; i++) {
		struct pair *value = &q->values[i];
		struct str *uid = str_is(value->name, "study") ? &place->study :
		    str_is(value->name, "series") ? &place->series :
		    str_is(value->name, "instance") ? &place->instance : NULL;
		if (!uid)
			continue;
		*uid = value->value;
		place->level++;
		if (!uid_valid(value->value)) {
			answer_error(a, 404, ERR_MISSING,
			    "what the address names cannot be a UID");
			return false;
		}
	}
	if (q->house->archive)
		return true;
	answer_error(a, 503, ERR_BUSY, "the archive is not open");
	return false;
}

/* As the asker called us; a proxy may say that it is called over TLS. */
struct str base_url(const struct request *q, struct arena *arena)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
	struct str host = request_header(q, "Host");
	bool tls = str_eq_nocase(request_header(q, "X-Forwarded-Proto"),
	    S("https"));

	for (size_t i = 0; i < host.len; i++)
		if (!strchr(allowed, host.at[i]))
			host.len = 0;
	if (!host.len)
		return S(BASE);
	return arena_printf(arena, "http%s://%.*s" BASE, tls ? "s" : "",
	    STR(host));
}

struct str place_url(const struct request *q, struct arena *arena,
    const struct place *place)
{
	struct str url = base_url(q, arena);

	if (place->study.len)
		url = arena_printf(arena, "%.*s/studies/%.*s", STR(url),
		    STR(place->study));
	if (place->series.len)
		url = arena_printf(arena, "%.*s/series/%.*s", STR(url),
		    STR(place->series));
	if (place->instance.len)
		url = arena_printf(arena, "%.*s/instances/%.*s", STR(url),
		    STR(place->instance));
	return url;
}

void *grown(struct arena *arena, void *list, size_t n, size_t *room,
    size_t size)
{
	void *larger;

	if (n < *room)
		return list;
	*room = *room ? *room * 2 : 16;
	larger = arena_alloc_n(arena, size, *room);
	if (n)
		memcpy(larger, list, n * size);
	return larger;
}

static void study_keep(struct arena *arena, struct study *to,
    const struct study *from)
{
	*to = *from;
	to->uid = arena_keep(arena, from->uid);
	to->org = arena_keep(arena, from->org);
}

/* What of an instance is needed to send it. */
static void found_add(struct arena *arena, struct found *found, size_t *room,
    const struct match *match)
{
	const struct instance *from = &match->instance;
	size_t n = found->n;

	if (n == *room) {
		size_t room_of_series = *room;
		found->list = grown(arena, found->list, n, room,
		    sizeof(*found->list));
		found->series = grown(arena, found->series, n, &room_of_series,
		    sizeof(*found->series));
	}
	if (!n)
		study_keep(arena, &found->study, &match->study);
	found->list[n] = *from;
	found->list[n].uid = arena_keep(arena, from->uid);
	found->list[n].sop_class = arena_keep(arena, from->sop_class);
	found->list[n].syntax_uid = arena_keep(arena, from->syntax_uid);
	found->list[n].number = arena_keep(arena, from->number);
	found->list[n].hash = arena_keep(arena, from->hash);
	found->series[n] = n && str_eq(found->series[n - 1],
	    match->series.uid) ? found->series[n - 1] :
	    arena_keep(arena, match->series.uid);
	found->n++;
}

/* By keys: a study or a series, with all that it holds. */
static bool find_all(struct tx *tx, struct request *q,
    const struct place *place, struct found *found, struct err *err)
{
	struct find_ask *ask = arena_new(q->arena, struct find_ask);
	struct finding_rows *rows;
	struct match match;
	size_t room = 0;
	bool narrows;

	ask->level = LEVEL_INSTANCE;
	if (!find_key(q->arena, ask, TAG_StudyInstanceUID, place->study,
		&narrows, err) ||
	    (place->series.len && !find_key(q->arena, ask,
		TAG_SeriesInstanceUID, place->series, &narrows, err)))
		return false;
	rows = find_begin(tx, q->arena, ask, err);
	if (!rows)
		return false;
	while (find_next(rows, &match))
		found_add(q->arena, found, &room, &match);
	find_end(rows);
	return true;
}

bool place_find(struct request *q, struct answer *a, const struct place *place,
    struct found *found)
{
	struct tx *tx = db_read(q->house->db);
	struct match match = {0};
	struct err err = {0};
	size_t room = 0;
	bool well = true;

	*found = (struct found){0};
	if (place->level < LEVEL_INSTANCE)
		well = find_all(tx, q, place, found, &err);
	else if (find_one(tx, q->arena, LEVEL_INSTANCE, place->study,
		place->series, place->instance, &match))
		found_add(q->arena, found, &room, &match);
	if (!answer_read(a, tx))
		return false;
	if (well && found->n)
		return true;
	if (well)
		fail(&err, ERR_MISSING, "there is nothing stored of that name");
	answer_fail(a, &err);
	return false;
}

bool found_known(struct answer *a, const struct found *found, bool strong)
{
	struct request *q = a->request;
	struct out text;
	unsigned long long hash;

	out_memory(&text);
	out_printf(&text, "%s %lld %lld %zu ", RIBBLE_VERSION,
	    (long long)found->study.id, (long long)found->study.changed_at,
	    found->n);
	out_put(&text, found->list[0].hash);
	out_put(&text, q->sent);
	out_put(&text, S(" "));
	out_put(&text, request_header(q, "Accept"));
	out_put(&text, S(" "));
	out_put(&text, base_url(q, q->arena));
	hash = hash64(out_str(&text).at, out_str(&text).len);
	out_end(&text, &(struct err){0});
	return answer_known(a, arena_printf(q->arena, "%s\"%016llx\"",
	    strong ? "" : "W/", hash).at);
}

static bool is_ours(const struct route *route)
{
	return str_starts(str_of(route->path), S(BASE));
}

static void put_methods(struct json *j, const char *path)
{
	static const struct {
		enum method method;
		const char *name;
	} names[] = {{GET, "GET"}, {POST, "POST"}, {DELETE, "DELETE"}};

	json_key(j, "methods");
	json_object(j);
	for (size_t i = 0; i < routes_count; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (routes[i].method == names[k].method &&
			    !strcmp(routes[i].path, path)) {
				json_key(j, names[k].name);
				json_text(j, str_of(routes[i].sentence));
			}
	json_object_end(j);
}

/* Those of the query; the path shows its own. */
static void put_parameters(struct json *j, const struct route *route)
{
	const struct parameter *p = route->parameters;

	json_key(j, "parameters");
	json_array(j);
	for (; p && p->name; p++) {
		const char *at = strstr(route->path, p->name);
		if (!at || at[-1] != '{')
			json_text(j, str_of(p->name));
	}
	json_array_end(j);
}

void dicomweb_capabilities(struct request *q, struct answer *a)
{
	struct json *j = answer_json(a);

	json_object(j);
	json_put_text(j, "name", S("Ribble " RIBBLE_VERSION));
	json_put_text(j, "base", base_url(q, q->arena));
	json_key(j, "resources");
	json_array(j);
	for (size_t i = 0; i < routes_count; i++) {
		bool first = is_ours(&routes[i]);
		for (size_t k = 0; k < i && first; k++)
			first = strcmp(routes[k].path, routes[i].path) != 0;
		if (!first)
			continue;
		json_object(j);
		json_put_text(j, "path", str_of(routes[i].path));
		put_methods(j, routes[i].path);
		put_parameters(j, &routes[i]);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

void dicomweb_delete(struct request *q, struct answer *a)
{
	struct place place;
	struct match match = {0};
	struct err err = {0};
	struct tx *tx;
	bool well;

	if (!place_read(q, a, &place))
		return;
	tx = db_begin(q->house->db);
	well = find_one(tx, q->arena, LEVEL_STUDY, place.study, S(""), S(""),
	    &match);
	if (!well)
		fail(&err, ERR_MISSING, "there is no such study");
	else
		well = deletion_propose(tx, match.study.id, ask_text(q, "who"),
		    ask_text(q, "why"), &err);
	if (!well) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	if (!answer_commit(a, tx))
		return;
	struct json *j = answer_json(a);
	answer_status(a, 202);
	json_object(j);
	json_put_text(j, "study", place.study);
	json_put_text(j, "state",
	    S("proposed: another person must confirm it"));
	json_object_end(j);
}
