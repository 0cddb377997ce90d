/* SPDX-License-Identifier: MIT */
/* message.c: commands and data sets as they come in.
 *
 * A data set goes from the socket's buffer into the spool, and, when the rest
 * of a fragment is large, from the socket into the spool at once.  One that
 * is too large, or cannot be kept, is read to its end and dropped, so that
 * the association stays usable and the sender gets a status. */
#include "dimse/command.h"
#include "dimse/wire.h"

#include <string.h>

/* The rest of a fragment that is read at once to where it belongs. */
#define STRAIGHT ((size_t)4096)
#define CANCELS_RUNNING 1000 /* one after the other, and no request */

static struct context *context_at(struct association *as, uint8_t id)
{
	struct context *c = &as->contexts[id / 2];

	return id & 1 && c->id == id && !c->result ? c : NULL;
}

static void message_begin(struct wire *w)
{
	w->in_message = true;
	w->message_began = 0;
	w->message_size = 0;
}

/* Some of the fragment at hand, from the buffer. */
static struct str fragment_take(struct association *as, struct err *err)
{
	struct wire *w = as->wire;
	struct line *line = &w->line;
	size_t n;

	if (line->from == line->to) {
		line->from = line->to = 0;
		if (!wire_get(as, NULL, 0, err))
			return (struct str){0};
	}
	n = line->to - line->from;
	if (n > w->pdv_left)
		n = w->pdv_left;
	line->from += n;
	w->pdv_left -= (uint32_t)n;
	w->pdu_left -= (uint32_t)n;
	w->message_size += (int64_t)n;
	return (struct str){line->buffer + line->from - n, n};
}

/* The next fragment, which must be of this kind and context (0: any). */
static bool fragment_of(struct association *as, uint8_t kind, uint8_t context,
    struct err *err)
{
	struct wire *w = as->wire;

	if (!fragment_next(as, err))
		return false;
	if ((w->pdv_control & PDV_COMMAND) != kind)
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    kind ? "data came where a command was due" :
		    "a command came where data were due");
	if (!context_at(as, w->pdv_context) ||
	    (context && w->pdv_context != context))
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "a fragment came in the presentation context %d",
		    w->pdv_context);
	return true;
}

static bool command_collect(struct association *as, struct arena *arena,
    struct str *all, struct err *err)
{
	struct wire *w = as->wire;
	size_t room = 0;
	uint8_t context = 0;
	char *at = NULL;

	message_begin(w);
	w->in_message = false; /* until something has come */
	*all = (struct str){0};
	while (!context || !(w->pdv_control & PDV_LAST)) {
		if (!fragment_of(as, PDV_COMMAND, context, err))
			return false;
		context = w->pdv_context;
		w->in_message = true;
		if ((int64_t)(all->len + w->pdv_left) > w->limits.command_size)
			return wire_over(as, EVT19, ABORT_INVALID_PARAMETER,
			    err, "a command set is too large");
		if (all->len + w->pdv_left > room) {
			room = 2 * (all->len + w->pdv_left);
			at = memcpy(arena_alloc(arena, room), at ? at : "",
			    all->len);
		}
		while (w->pdv_left) {
			struct str part = fragment_take(as, err);
			if (!part.len)
				return false;
			memcpy(at + all->len, part.at, part.len);
			all->len += part.len;
		}
		all->at = at;
	}
	w->in_message = false;
	return true;
}

static void cancel_forget(struct wire *w, uint16_t id)
{
	size_t n = 0;

	for (size_t i = 0; i < w->cancelled_n; i++)
		if (w->cancelled[i] != id)
			w->cancelled[n++] = w->cancelled[i];
	w->cancelled_n = n;
}

/* C-CANCEL is never answered: it is only remembered. */
static bool set_aside(struct wire *w, const struct message *m)
{
	if (m->field != C_CANCEL) {
		if (!(m->field & RESPONSE))
			cancel_forget(w, m->id);
		return false;
	}
	if (w->cancelled_n == CANCELS)
		cancel_forget(w, w->cancelled[0]);
	w->cancelled[w->cancelled_n++] = m->id;
	return true;
}

static bool command_next(struct association *as, struct arena *arena,
    struct message *m, struct err *err)
{
	struct wire *w = as->wire;
	struct str bytes;
	struct err why = {0};

	if (w->state != STA6)
		return w->why.kind ?
		    fail(err, w->why.kind, "%s", w->why.text) : false;
	if (!command_collect(as, arena, &bytes, err))
		return false;
	if (!command_read(arena, bytes, m, &why))
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "%s", why.text);
	m->context = context_at(as, w->pdv_context);
	w->data_due = m->has_data;
	w->data_context = w->pdv_context;
	as->messages++;
	return true;
}

/* Each takes memory of the arena until a request comes, so a caller that says
 * nothing but C-CANCEL is not listened to for ever. */
bool message_read(struct association *as, struct arena *arena,
    struct message *m, struct err *err)
{
	int n = 0;

	do
		if (!data_discard(as, err) ||
		    !command_next(as, arena, m, err))
			return false;
	while (set_aside(as->wire, m) && ++n < CANCELS_RUNNING);
	if (n < CANCELS_RUNNING)
		return true;
	return wire_over(as, EVT19, ABORT_UNEXPECTED_PDU, err,
	    "nothing came but C-CANCELs");
}

/* The next part of the data set, as far as it goes without a copy; false at
 * its end and when it cannot go on.  In `straight` it was put there. */
static bool data_next(struct association *as, struct spool *spool,
    struct str *part, struct err *err)
{
	struct wire *w = as->wire;
	struct line *line = &w->line;
	char *at = NULL;
	size_t n;

	if (line->from == line->to && w->pdv_left >= STRAIGHT && spool)
		at = spool_room(spool, w->pdv_left);
	if (!at) {
		*part = fragment_take(as, err);
		return part->len > 0;
	}
	line->from = line->to = 0;
	n = wire_get(as, at, w->pdv_left, err);
	if (n > w->pdv_left)
		n = w->pdv_left;
	w->pdv_left -= (uint32_t)n;
	w->pdu_left -= (uint32_t)n;
	w->message_size += (int64_t)n;
	spool_grew(spool, n);
	*part = (struct str){at, 0};
	return n > 0;
}

/* Reads all of it; what is lost first stays in `lost`. */
static bool data_read(struct association *as, struct spool *spool,
    struct err *lost, struct err *err)
{
	struct wire *w = as->wire;
	struct str part;

	message_begin(w);
	do {
		if (!fragment_of(as, 0, w->data_context, err))
			return false;
		while (w->pdv_left) {
			if (!data_next(as, lost->kind ? NULL : spool, &part,
			    err))
				return false;
			if (spool && part.len && !lost->kind)
				spool_add(spool, part, lost);
		}
	} while (!(w->pdv_control & PDV_LAST));
	w->in_message = false;
	w->data_due = false;
	return true;
}

bool data_discard(struct association *as, struct err *err)
{
	return !as->wire->data_due || as->wire->state != STA6 ||
	    data_read(as, NULL, &(struct err){0}, err);
}

bool message_spool(struct association *as, const struct message *m,
    struct spool *spool, struct err *err)
{
	struct wire *w = as->wire;
	struct err lost = {0};

	if (!m->has_data || !w->data_due)
		return fail(err, ERR_INPUT, "a command came without its data");
	if (spool->limit > w->limits.object_size)
		spool->limit = w->limits.object_size;
	if (!data_read(as, spool, &lost, err))
		return w->why.kind ? false :
		    fail(err, ERR_INPUT, "was released within a message");
	return !lost.kind || fail(err, lost.kind, "a data set %s", lost.text);
}

bool message_data(struct association *as, struct arena *arena,
    const struct message *m, struct dataset **data, struct err *err)
{
	struct spool spool;
	const struct syntax *syntax = m->context->syntax;
	struct reading how = {.syntax = syntax ? syntax : syntax_explicit};
	size_t most = (size_t)as->wire->limits.memory;
	struct str bytes;
	bool good;

	spool_begin(&spool, NULL, most, (int64_t)most);
	good = message_spool(as, m, &spool, err);
	bytes = arena_keep(arena, spool_head(&spool));
	spool_end(&spool);
	*data = arena_new(arena, struct dataset);
	return good && dataset_read(arena, bytes, &how, *data, err);
}

/* Is this fragment a C-CANCEL for it? */
static bool cancels(struct str bytes, uint16_t id)
{
	struct arena arena = {0};
	struct message m;
	bool is = command_read(&arena, bytes, &m, &(struct err){0}) &&
	    m.field == C_CANCEL && m.id == id;

	arena_end(&arena);
	return is;
}

static uint32_t u32(const char *at)
{
	const unsigned char *u = (const unsigned char *)at;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	    (uint32_t)u[2] << 8 | u[3];
}

/* Looks into a whole P-DATA-TF. */
static bool data_cancels(struct str pdu, uint16_t id)
{
	while (pdu.len >= PDV_HEAD) {
		uint32_t len = u32(pdu.at);
		if (len < 2 || len > pdu.len - 4)
			return false;
		if (pdu.at[5] == (PDV_COMMAND | PDV_LAST) &&
		    cancels((struct str){pdu.at + PDV_HEAD, len - 2}, id))
			return true;
		pdu = (struct str){pdu.at + 4 + len, pdu.len - 4 - len};
	}
	return false;
}

bool message_cancelled(struct association *as, const struct message *m)
{
	struct wire *w = as->wire;
	struct line *line = &w->line;

	for (size_t i = 0; i < w->cancelled_n; i++)
		if (w->cancelled[i] == m->id)
			return true;
	if (w->data_due || w->pdu_left || w->state != STA6)
		return w->state != STA6;
	line_make_room(line, line->size);
	if (line->to < line->size) {
		ssize_t got = line_get(line, NULL, 0);
		as->bytes_in += got > 0 ? got : 0;
	}
	for (size_t at = line->from; line->to - at >= PDU_HEAD;) {
		uint32_t len = u32(line->buffer + at + 2);
		if (line->buffer[at] == PDU_ABORT)
			return true;
		if (line->buffer[at] != PDU_DATA ||
		    len > line->to - at - PDU_HEAD)
			return false;
		if (data_cancels((struct str){line->buffer + at + PDU_HEAD,
		    len}, m->id))
			return true;
		at += PDU_HEAD + len;
	}
	return line->closed && line->from == line->to;
}
