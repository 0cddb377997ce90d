/* SPDX-License-Identifier: MIT */
/* get.c: C-GET, PS3.4 C.4.3: instances sent back on the association that asks
 * for them, where the asker took the role of an SCP for their class.  Each goes
 * as it is stored if that was agreed, else uncompressed, if that loses nothing.
 */
#include "doors/dicom/query.h"
#include "imaging/imaging.h"

struct getting { /* one instance on its way */
	struct visit *visit;
	const struct instance *instance;
	struct arena *arena;
	struct held held;
	struct part10 head;
	uint16_t id;
};

static bool is_for(const struct context *c, const struct instance *i)
{
	return c->id && !c->result && c->scp && c->syntax &&
	    str_eq(c->abstract, i->sop_class);
}

/* As it is stored; else, with `changed`, uncompressed. */
static struct context *context_for(struct association *as,
    const struct instance *i, bool changed)
{
	for (size_t k = 0; k < CONTEXTS_MOST; k++) {
		struct context *c = &as->contexts[k];

		if (!is_for(c, i))
			continue;
		if (changed ? !c->syntax->encapsulated && !c->syntax->deflated :
			      str_eq(c->syntax_uid, i->syntax_uid))
			return c;
	}
	return NULL;
}

static struct dataset *request(struct getting *g)
{
	return message_request(g->visit->as, g->arena, C_STORE,
	    g->instance->sop_class, g->instance->uid, &g->id);
}

static bool send_as_stored(struct getting *g, const struct context *context,
    struct err *err)
{
	return message_send_bytes(g->visit->as, context, request(g), S(""),
	    g->held.fd, g->held.at + g->head.dataset_at,
	    g->held.size - g->head.dataset_at, err);
}

/* why: it cannot be changed.  err: the association is lost. */
static bool send_changed(struct getting *g, const struct context *context,
    struct err *why, struct err *err)
{
	struct reading how = {.stop = TAG_PixelData};
	struct pixels pixels;
	struct part10 file;
	struct out out;

	out_memory(&out);
	bool made = pixels_read(&g->head, g->held.fd, g->held.at, g->held.size,
			&pixels, why) &&
	    file_transcode(g->arena, &g->head, &pixels, context->syntax, false,
		&out, why) &&
	    part10_read(g->arena, out_str(&out), &how, &file, why);
	struct str bytes = out_str(&out);
	bool sent = made && message_send_bytes(g->visit->as, context,
	    request(g), (struct str){bytes.at + file.dataset_at,
		bytes.len - (size_t)file.dataset_at}, -1, 0, 0, err);

	out_end(&out, NULL);
	return sent;
}

static bool send(struct getting *g, struct err *why, struct err *err)
{
	struct association *as = g->visit->as;
	struct archive *archive = g->visit->door->house->archive;
	struct context *stored = context_for(as, g->instance, false);
	struct context *other = context_for(as, g->instance, true);

	if (!stored && !other)
		return fail(why, ERR_REFUSED,
		    "the asker does not take this class");
	if (!archive_head(archive, g->arena, g->instance, &g->head, why) ||
	    !archive_hold(archive, g->instance, &g->held, why))
		return false;
	bool sent = stored ? send_as_stored(g, stored, err) :
			     send_changed(g, other, why, err);

	archive_let_go(archive, &g->held);
	return sent;
}

/* The status of one sub-operation; false: the association is lost. */
static bool get_one(struct visit *visit, const struct instance *instance,
    uint16_t *status, struct err *err)
{
	struct arena arena = {0};
	struct getting g = {.visit = visit,
	    .instance = instance,
	    .arena = &arena};
	struct message response;
	struct err why = {0};
	bool lost = false;

	if (!send(&g, &why, err)) {
		lost = err->kind != ERR_NONE;
		*status = STATUS_BROKEN;
	} else if (association_response(visit->as, &arena, g.id, &response,
		       err)) {
		*status = response.status;
	} else {
		lost = true;
	}
	if (why.kind)
		log_line(LOG_WARN, "get", "peer=\"%.*s\" why=\"%s\"",
		    STR(visit->peer->aet), why.text);
	arena_end(&arena);
	return !lost;
}

static bool get_all(struct visit *visit, const struct message *m,
    struct chosen *chosen, struct err *err)
{
	struct dicom_door *door = visit->door;
	bool cancelled = false;

	for (size_t i = 0; i < chosen->n && !cancelled; i++) {
		uint16_t status;

		if (!get_one(visit, &chosen->list[i], &status, err))
			return false;
		chosen_count(chosen, i, status);
		if (chosen->states[i] == FAILED)
			door->send_failed++;
		else
			door->sent++;
		cancelled = message_cancelled(visit->as, m);
		if (!cancelled && !chosen_tell(visit, m, chosen, err))
			return false;
	}
	return chosen_end(visit, m, chosen, cancelled, err);
}

bool get_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	struct dataset *data;
	struct identifier id;
	struct chosen chosen;
	struct err why = {0};

	visit->door->got++;
	if (!message_data(visit->as, &visit->message, m, &data, &why))
		return say_lost(visit, m, STATUS_NOT_OF_CLASS, &why, err);
	if (!identifier_read(service, m, data, &id, &why))
		return say(visit, m, STATUS_NOT_OF_CLASS, why.text, err);
	if (!chosen_find(visit, &id, &chosen, &why))
		return say(visit, m, status_of_query(&why), why.text, err);
	return get_all(visit, m, &chosen, err);
}
