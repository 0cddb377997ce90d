/* SPDX-License-Identifier: MIT */
/* send_study.c: a letter that holds instances of a study, by C-STORE. */
#include "json/json.h"
#include "senders.h"

#include <string.h>

static struct str member(json_t *body, const char *name)
{
	return str_of(json_string_value(json_object_get(body, name)));
}

/* Few are named, so a walk for each will do. */
static bool is_named(json_t *names, struct str uid)
{
	size_t i;
	json_t *name;

	if (!json_array_size(names))
		return true;
	json_array_foreach(names, i, name)
		if (str_eq(uid, str_of(json_string_value(name))))
			return true;
	return false;
}

static struct instance keep(struct arena *arena, const struct instance *i)
{
	struct instance kept = *i;

	kept.uid = arena_keep(arena, i->uid);
	kept.sop_class = arena_keep(arena, i->sop_class);
	kept.syntax_uid = arena_keep(arena, i->syntax_uid);
	kept.number = arena_keep(arena, i->number);
	kept.hash = arena_keep(arena, i->hash);
	return kept;
}

static void gather(struct office *o, struct tx *tx, json_t *body,
    struct instance **list, size_t *n, struct err *err)
{
	struct find_ask ask = {.level = LEVEL_INSTANCE};
	struct finding_rows *rows;
	struct match match;
	size_t size = 0;
	bool narrows;

	*n = 0;
	*list = NULL;
	if (!find_key(o->arena, &ask, TAG_StudyInstanceUID,
		member(body, "study"), &narrows, err))
		return;
	if (member(body, "series").len &&
	    !find_key(o->arena, &ask, TAG_SeriesInstanceUID,
		member(body, "series"), &narrows, err))
		return;
	rows = find_begin(tx, o->arena, &ask, err);
	while (rows && find_next(rows, &match)) {
		if (!is_named(json_object_get(body, "instances"),
			match.instance.uid))
			continue;
		if (*n == size) {
			struct instance *grown = arena_array(o->arena,
			    struct instance, size = size ? 2 * size : 256);
			if (*n)
				memcpy(grown, *list, *n * sizeof(**list));
			*list = grown;
		}
		(*list)[(*n)++] = keep(o->arena, &match.instance);
	}
	if (rows)
		find_end(rows);
}

bool letter_instances(struct office *o, struct instance **list, size_t *n,
    struct err *err)
{
	json_t *body = json_loadb(o->letter->body.at, o->letter->body.len, 0,
	    NULL);
	struct tx *tx;

	if (!body)
		return fail(err, ERR_INPUT, "the letter's body is no JSON");
	tx = db_read(o->db);
	gather(o, tx, body, list, n, err);
	db_failed(tx, err);
	db_end(tx);
	json_decref(body);
	o->letter->total = (int64_t)*n;
	if (!err->kind && !*n)
		fail(err, ERR_MISSING,
		    "nothing of what it names is in the archive");
	return !err->kind;
}

bool letter_peer(struct office *o, struct called *to, struct err *err)
{
	struct tx *tx = db_read(o->db);
	struct peer *peer = peer_find(tx, o->arena, o->letter->to);

	db_end(tx);
	if (!peer || !peer->active)
		return fail(err, ERR_INPUT, "the AE title is not known");
	if (!peer->host.len)
		return fail(err, ERR_INPUT,
		    "it is not said where the AE title is called");
	*to = (struct called){.host = arena_cstr(o->arena, peer->host),
	    .port = peer->port, .aet = arena_cstr(o->arena, peer->aet),
	    .our_aet = o->options->our_aet,
	    .tls = peer->tls ? o->options->tls : NULL,
	    .timeout_s = o->options->timeout_s};
	if (peer->tls && !to->tls)
		return fail(err, ERR_INPUT,
		    "it wants TLS, and we have no certificate");
	return true;
}

static bool tell(void *with, const struct sending_counts *counts,
    const struct instance *instance, uint16_t status)
{
	struct office *o = with;

	(void)instance;
	(void)status;
	o->letter->done = counts->completed + counts->warning;
	if ((counts->completed + counts->failed) % 50 == 0)
		letter_progress(o->db, o->letter);
	return !__atomic_load_n(o->stopping, __ATOMIC_RELAXED);
}

bool send_study(struct office *o, struct err *err)
{
	struct send_job job = {.archive = o->archive,
	    .limits = o->options->limits, .tell = tell, .with = o};
	struct sending_counts counts = {0};

	if (!letter_peer(o, &job.to, err) ||
	    !letter_instances(o, &job.instances, &job.n, err))
		return false;
	bool sent = instances_send(o->arena, &job, &counts, err);

	o->away = !job.reached && err->kind == ERR_BUSY;
	return sent;
}
