/* SPDX-License-Identifier: MIT */
/* move.c: C-MOVE, PS3.4 C.4.2: instances sent to a peer whose AE title is the
 * destination, on an association of their own.  An association that breaks is
 * opened again for those that were not answered for. */
#include "doors/dicom/query.h"

#include <time.h>

#define ATTEMPTS 3

struct moving {
	struct visit *visit;
	const struct message *m;
	struct chosen *chosen;
	struct send_job job; /* some instances of one study */
	size_t *places;      /* where each of them stands in `chosen` */
	struct err err;      /* of the asker's association */
	bool cancelled;
};

static bool tell(void *with, const struct sending_counts *counts,
    const struct instance *instance, uint16_t status)
{
	struct moving *moving = with;
	struct dicom_door *door = moving->visit->door;
	size_t i = (size_t)(instance - moving->job.instances);

	(void)counts;
	chosen_count(moving->chosen, moving->places[i], status);
	if (status && (status & 0xf000) != 0xb000)
		door->send_failed++;
	else
		door->sent++;
	moving->cancelled = message_cancelled(moving->visit->as, moving->m);
	return !moving->cancelled && !door->house->stopping &&
	    chosen_tell(moving->visit, moving->m, moving->chosen,
		&moving->err);
}

/* Those from `from` of one study that have not been answered for. */
static size_t gather(struct moving *moving, size_t from)
{
	const struct chosen *chosen = moving->chosen;
	size_t to = from;

	moving->job.n = 0;
	for (; to < chosen->n &&
	     chosen->list[to].study == chosen->list[from].study; to++)
		if (!chosen->states[to]) {
			moving->places[moving->job.n] = to;
			moving->job.instances[moving->job.n++] =
			    chosen->list[to];
		}
	return to;
}

static bool may_go_on(const struct moving *moving)
{
	return !moving->cancelled && !moving->err.kind &&
	    !moving->visit->door->house->stopping;
}

/* One study; where the next begins. */
static size_t send_study(struct moving *moving, size_t from)
{
	static const struct timespec nap = {.tv_sec = 1};
	struct sending_counts counts;
	size_t to = gather(moving, from);

	for (int i = 0; i < ATTEMPTS && moving->job.n; i++) {
		struct err why = {0};

		if (i)
			nanosleep(&nap, NULL);
		instances_send(&moving->visit->message, &moving->job, &counts,
		    &why);
		gather(moving, from);
		if (why.kind && may_go_on(moving))
			log_line(LOG_WARN, "move", "to=\"%s\" left=%zu "
			    "why=\"%s\"", moving->job.to.aet, moving->job.n,
			    why.text);
		if (!may_go_on(moving))
			break;
	}
	return to;
}

static bool send_all(struct moving *moving, struct err *err)
{
	struct chosen *chosen = moving->chosen;

	moving->job.instances = arena_array(&moving->visit->message,
	    struct instance, chosen->n + 1);
	moving->places = arena_array(&moving->visit->message, size_t,
	    chosen->n + 1);
	for (size_t i = 0; i < chosen->n && may_go_on(moving);)
		i = send_study(moving, i);
	if (moving->err.kind) {
		*err = moving->err;
		return false;
	}
	if (!moving->cancelled)
		chosen_give_up(chosen); /* those never answered for */
	return chosen_end(moving->visit, moving->m, chosen, moving->cancelled,
	    err);
}

/* Where it goes; a peer that we cannot call is no destination. */
static bool destination(struct visit *visit, const struct message *m,
    struct called *to, struct err *why)
{
	struct dicom_door *door = visit->door;
	struct arena *arena = &visit->message;
	struct peer *peer = peer_book_find(door->book, arena,
	    dataset_raw(m->command, TAG_MoveDestination), why);

	if (why->kind)
		return false;
	if (!peer || !peer->active || !peer->host.len)
		return fail(why, ERR_MISSING, "the move destination is no peer "
		    "that we know how to call");
	if (peer->tls && !door->calling)
		return fail(why, ERR_MISSING, "the move destination wants TLS, "
		    "and we have no certificate");
	*to = (struct called){.host = arena_cstr(arena, peer->host),
	    .port = peer->port,
	    .aet = arena_cstr(arena, peer->aet),
	    .our_aet = door->titles[0],
	    .tls = peer->tls ? door->calling : NULL,
	    .timeout_s = door->house->settings.post_timeout_seconds};
	return true;
}

bool move_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	struct dataset *data;
	struct identifier id;
	struct chosen chosen;
	struct err why = {0};
	struct moving moving = {.visit = visit, .m = m, .chosen = &chosen};

	visit->door->moved++;
	if (!message_data(visit->as, &visit->message, m, &data, &why))
		return say_lost(visit, m, STATUS_NOT_OF_CLASS, &why, err);
	if (!identifier_read(service, m, data, &id, &why))
		return say(visit, m, STATUS_NOT_OF_CLASS, why.text, err);
	if (!destination(visit, m, &moving.job.to, &why))
		return say(visit, m, why.kind == ERR_MISSING ?
		    STATUS_NO_DESTINATION : STATUS_NO_SPACE, why.text, err);
	if (!chosen_find(visit, &id, &chosen, &why))
		return say(visit, m, status_of_query(&why), why.text, err);
	moving.job.archive = visit->door->house->archive;
	moving.job.limits = &visit->door->limits;
	moving.job.move_originator = str_of(visit->as->calling);
	moving.job.move_message = m->id;
	moving.job.tell = tell;
	moving.job.with = &moving;
	return send_all(&moving, err);
}
