/* SPDX-License-Identifier: MIT */
/* admit.c: who may come in.
 *
 * An association is admitted when it calls us by a name of ours and its caller
 * is a peer that is active, calls from where it may, as it must (TLS, its
 * certificate), and has not too many open.  Anybody else is refused before a
 * message is read, with the standard's own reason (PS3.8 9.3.4), and is shown
 * among the strangers with ours. */
#include "doors/dicom/services.h"

#include <string.h>

static bool is_ours(const struct dicom_door *door, const char *title)
{
	for (const char *const *one = door->titles; *one; one++)
		if (strcmp(*one, title) == 0)
			return true;
	return false;
}

static void make_room(struct dicom_door *door)
{
	size_t n = door->visitors_n, room = n ? 2 * n : 64;
	struct visitor *grown = arena_array(&door->arena, struct visitor, room);

	if (n)
		memcpy(grown, door->visitors, n * sizeof(*grown));
	door->visitors = grown;
	door->visitors_room = room;
}

static struct visitor *visitor_of(struct dicom_door *door, int64_t peer)
{
	for (size_t i = 0; i < door->visitors_n; i++)
		if (door->visitors[i].peer == peer)
			return &door->visitors[i];
	if (door->visitors_n == door->visitors_room)
		make_room(door);
	door->visitors[door->visitors_n].peer = peer;
	return &door->visitors[door->visitors_n++];
}

static bool has_room(struct dicom_door *door, const struct peer *peer)
{
	pthread_mutex_lock(&door->lock);
	struct visitor *v = visitor_of(door, peer->id);
	bool room = !peer->associations || v->open < peer->associations;

	v->open += room;
	pthread_mutex_unlock(&door->lock);
	return room;
}

void door_leave(struct dicom_door *door, const struct peer *peer)
{
	pthread_mutex_lock(&door->lock);
	visitor_of(door, peer->id)->open--;
	pthread_mutex_unlock(&door->lock);
}

/* Why a peer is not admitted, for people; NULL: it is. */
static const char *objection(const struct side *side,
    const struct association *as, const struct peer *peer)
{
	if (!peer)
		return "nobody knows this AE title";
	if (!peer->active)
		return "it is retired";
	if (!peer_address_allowed(peer, as->address))
		return "it may not call from this address";
	if (peer->tls && !side->secure)
		return "it must use TLS";
	if (peer->certificate.len && (!as->peer_certificate ||
		!str_is(peer->certificate, as->peer_certificate)))
		return "it did not show its certificate";
	return NULL;
}

static void note(struct dicom_door *door, const struct association *as,
    const char *why)
{
	struct tx *tx = db_begin(door->house->db);
	struct err err = {0};

	stranger_note(tx, str_of(as->calling), str_of(as->called),
	    str_of(as->address),
	    str_of(as->peer_certificate ? as->peer_certificate : as->peer_name),
	    str_of(why));
	if (!db_commit(tx, &err))
		log_line(LOG_ERROR, "stranger", "error=\"%s\"", err.text);
}

static int refuse(struct dicom_door *door, const struct association *as,
    int how, const char *why)
{
	door->strangers++;
	log_line(LOG_WARN, "association refused", "address=%s why=\"%s\"",
	    as->address, why);
	note(door, as, why);
	return how;
}

int door_admit(void *with, struct association *as)
{
	struct side *side = with;
	struct dicom_door *door = side->door;
	struct err err = {0};

	if (door->house->stopping)
		return REJECT_BUSY;
	if (!is_ours(door, as->called))
		return refuse(door, as, REJECT_UNKNOWN_CALLED,
		    "it calls an AE title that is not ours");
	struct peer *peer = peer_book_find(door->book, as->arena,
	    str_of(as->calling), &err);

	if (err.kind) {
		log_line(LOG_ERROR, "association", "error=\"%s\"", err.text);
		return REJECT_BUSY;
	}
	const char *why = objection(side, as, peer);

	if (why)
		return refuse(door, as, REJECT_UNKNOWN_CALLING, why);
	if (!has_room(door, peer))
		return REJECT_BUSY;
	struct visit *visit = arena_new(as->arena, struct visit);

	visit->door = door;
	visit->as = as;
	visit->peer = peer;
	as->with = visit;
	return REJECT_NONE;
}
