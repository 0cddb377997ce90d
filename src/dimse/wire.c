/* SPDX-License-Identifier: MIT */
/* wire.c: PDUs as they come, and until when each may take its time.
 *
 * Each phase has a deadline of its own: ARTIM for a request and for a close;
 * idle_s between messages; pdu_s for the rest of a PDU that has begun; and,
 * against those who send a byte now and then, a floor for the rate of a whole
 * message.  They are looked at only when there is nothing to read: what comes
 * fast asks no clock.
 *
 * Whatever happens goes through the machine of PS3.8 9.2.  In Sta13 bytes are
 * dropped without being read as PDUs: nothing they could say matters. */
#include "dimse/wire.h"
#include "dimse/session.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define FIXED_MOST 4096               /* of an RJ, a release, an abort */
#define DRAIN_MOST ((int64_t)16 << 20) /* dropped in Sta13 */

struct association *association_new(const struct dimse_limits *limits,
    bool requestor)
{
	struct arena arena = {0};
	struct association *as = arena_new(&arena, struct association);

	as->wire = arena_new(&arena, struct wire);
	as->wire->line.fd = -1;
	as->wire->limits = *limits;
	as->wire->requestor = requestor;
	as->wire->state = STA1;
	as->began_at = outside_now();
	as->wire->arena = arena;
	as->arena = &as->wire->arena;
	return as;
}

void association_free(struct association *as)
{
	struct arena arena;

	line_close(&as->wire->line);
	arena = as->wire->arena;
	arena_end(&arena);
}

static void say(struct wire *w, struct out *out, int64_t by)
{
	struct iovec part = {out->at, out->len};

	line_write(&w->line, &part, 1, by, &(struct err){0});
	out_end(out, &(struct err){0});
}

/* One attempt: who takes nothing is not waited for. */
static void say_abort(struct wire *w, uint8_t source, uint8_t reason)
{
	struct out out;

	out_memory(&out);
	abort_write(&out, source, reason);
	say(w, &out, 0);
	line_no_more(&w->line);
}

static void say_release(struct wire *w, enum pdu_type type)
{
	struct out out;

	out_memory(&out);
	release_write(&out, type);
	say(w, &out, outside_ticks() + w->limits.pdu_s * US_PER_S);
}

static void artim_start(struct wire *w)
{
	w->artim_by = outside_ticks() + w->limits.artim_s * US_PER_S;
}

enum action wire_event(struct association *as, enum event event,
    uint8_t reason)
{
	struct wire *w = as->wire;
	struct step step = state_step(w->state, event);

	w->state = step.to;
	switch (step.action) {
	case AA_1: say_abort(w, ABORT_USER, 0); break;
	case AA_7:
	case AA_8: say_abort(w, ABORT_PROVIDER, reason); break;
	case AR_1: say_release(w, PDU_RELEASE_RQ); break;
	case AR_4:
	case AR_9: say_release(w, PDU_RELEASE_RP); break;
	case AR_8: w->state = w->requestor ? STA9 : STA10; break;
	default: break;
	}
	if (w->state == STA13 || w->state == STA2)
		artim_start(w);
	else if (w->state == STA3 || w->state == STA6)
		w->artim_by = 0; /* who asks sets his own for the answer */
	if (w->state == STA1)
		line_close(&w->line);
	return step.action;
}

bool wire_over(struct association *as, enum event event, uint8_t reason,
    struct err *err, const char *format, ...)
{
	struct wire *w = as->wire;
	char text[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fail(&w->why, event == EVT19 && reason ? ERR_INPUT : ERR_BUSY, "%s",
	    text);
	wire_event(as, event, reason);
	return fail(err, w->why.kind, "%s", w->why.text);
}

static int64_t deadline(struct wire *w)
{
	int64_t now = outside_ticks(), by, slow;

	if (w->artim_by)
		return w->artim_by;
	if (!w->pdu_left && w->line.from == w->line.to) {
		by = now + w->limits.idle_s * US_PER_S;
	} else {
		if (!w->pdu_by)
			w->pdu_by = now + w->limits.pdu_s * US_PER_S;
		by = w->pdu_by;
	}
	if (!w->in_message || w->limits.rate_floor <= 0)
		return by;
	if (!w->message_began)
		w->message_began = now;
	slow = w->message_began + w->limits.pdu_s * US_PER_S +
	    w->message_size / w->limits.rate_floor * US_PER_S;
	return slow < by ? slow : by;
}

static bool late(struct association *as, struct err *err)
{
	struct wire *w = as->wire;

	if (w->artim_by && (w->state == STA2 || w->state == STA13))
		return wire_over(as, EVT18, 0, err,
		    "nothing came before the ARTIM timer went off");
	if (w->pdu_left || w->line.from < w->line.to || w->in_message)
		return wire_over(as, EVT19, ABORT_NO_REASON, err,
		    "the other side sends too slowly");
	return wire_over(as, EVT19, ABORT_NO_REASON, err,
	    "nothing came from the other side in time");
}

static bool closed(struct association *as, struct err *err)
{
	struct wire *w = as->wire;

	if (w->stopping && atomic_load(w->stopping) && w->state != STA2)
		return wire_over(as, EVT15, 0, err,
		    "we are stopping");
	return wire_over(as, EVT17, 0, err,
	    "the other side closed the connection");
}

size_t wire_get(struct association *as, char *at, size_t n, struct err *err)
{
	struct wire *w = as->wire;

	for (;;) {
		ssize_t got = 0;
		if (!w->line.drained)
			got = line_get(&w->line, at, n);
		if (got > 0) {
			as->bytes_in += got;
			return (size_t)got;
		}
		if (got < 0) {
			closed(as, err);
			return 0;
		}
		if (!line_wait(&w->line, false, deadline(w))) {
			late(as, err);
			return 0;
		}
	}
}

bool wire_need(struct association *as, size_t n, struct err *err)
{
	struct line *line = &as->wire->line;

	if (line->to - line->from >= n)
		return true;
	line_make_room(line, n);
	while (line->to - line->from < n)
		if (!wire_get(as, NULL, 0, err))
			return false;
	return true;
}

bool wire_send(struct association *as, struct iovec *parts, int n,
    struct err *err)
{
	struct wire *w = as->wire;
	int64_t size = 0;
	struct err why = {0};

	if (w->state == STA1 || w->state == STA13)
		return w->why.kind ? fail(err, w->why.kind, "%s", w->why.text) :
		    fail(err, ERR_BUSY, "the association is over");
	for (int i = 0; i < n; i++)
		size += (int64_t)parts[i].iov_len;
	if (!line_write(&w->line, parts, n,
	    outside_ticks() + w->limits.pdu_s * US_PER_S, &why))
		return wire_over(as, w->line.closed ? EVT17 : EVT19,
		    ABORT_NO_REASON, err, "%s", why.text);
	as->bytes_out += size;
	return true;
}

bool wire_send_out(struct association *as, struct out *out, struct err *err)
{
	struct iovec part = {out->at, out->len};
	bool good = wire_send(as, &part, 1, err);

	return out_end(out, err) && good;
}

static const enum event events[] = {[PDU_RQ] = EVT6, [PDU_AC] = EVT3,
    [PDU_RJ] = EVT4, [PDU_DATA] = EVT10, [PDU_RELEASE_RQ] = EVT12,
    [PDU_RELEASE_RP] = EVT13, [PDU_ABORT] = EVT16};

static bool length_fits(const struct wire *w, enum pdu_type type, uint32_t len)
{
	switch (type) {
	case PDU_DATA: return len >= PDV_HEAD && len <= w->limits.pdu_size;
	case PDU_RQ:
	case PDU_AC: return len <= w->line.size - PDU_HEAD;
	default: return len >= 4 && len <= FIXED_MOST;
	}
}

bool pdu_read(struct association *as, enum pdu_type *type, struct str *body,
    struct err *err)
{
	struct wire *w = as->wire;
	const char *head;
	uint32_t len;

	w->pdu_by = 0;
	if (!wire_need(as, PDU_HEAD, err))
		return false;
	head = w->line.buffer + w->line.from;
	if (!pdu_head_read(head, type, &len))
		return wire_over(as, EVT19, ABORT_UNRECOGNISED_PDU, err,
		    "a PDU of the unknown type %d came", *type);
	if (!length_fits(w, *type, len))
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "a PDU of type %d has the length %u", *type, len);
	if (*type == PDU_DATA) {
		w->line.from += PDU_HEAD;
		w->pdu_left = len;
		return true;
	}
	if (!wire_need(as, PDU_HEAD + len, err))
		return false;
	*body = (struct str){w->line.buffer + w->line.from + PDU_HEAD, len};
	w->line.from += PDU_HEAD + len;
	return true;
}

static bool unexpected(struct association *as, enum pdu_type type,
    struct str body, struct err *err)
{
	uint8_t source = 0, reason = 0;

	if (type == PDU_ABORT && abort_read(body, &source, &reason, NULL))
		return wire_over(as, EVT16, 0, err, "was aborted: %s",
		    abort_words(source, reason));
	return wire_over(as, events[type], ABORT_UNEXPECTED_PDU, err,
	    "a PDU of type %d came unexpectedly", type);
}

bool pdu_data(struct association *as, struct err *err)
{
	struct wire *w = as->wire;
	enum pdu_type type;
	struct str body = {0};

	if (!pdu_read(as, &type, &body, err))
		return false;
	if (type == PDU_DATA && w->state == STA6)
		return wire_event(as, EVT10, 0) == DT_2;
	if (type != PDU_RELEASE_RQ || w->state != STA6)
		return unexpected(as, type, body, err);
	if (w->in_message)
		fail(&w->why, ERR_INPUT,
		    "was released in the middle of a message");
	w->released = true;
	wire_event(as, EVT12, 0);
	wire_event(as, EVT14, 0);
	return w->why.kind ? fail(err, w->why.kind, "%s", w->why.text) : false;
}

bool fragment_next(struct association *as, struct err *err)
{
	struct wire *w = as->wire;
	const unsigned char *head;
	uint32_t len;

	if (!w->pdu_left && !pdu_data(as, err))
		return false;
	if (w->pdu_left < PDV_HEAD || !wire_need(as, PDV_HEAD, err))
		return w->why.kind ? false : wire_over(as, EVT19,
		    ABORT_INVALID_PARAMETER, err, "a PDU ends within a PDV");
	head = (unsigned char *)w->line.buffer + w->line.from;
	len = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 |
	    (uint32_t)head[2] << 8 | head[3];
	if (len < 2 || len > w->pdu_left - 4)
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "a PDV has the length %u where %u are left", len,
		    w->pdu_left - 4);
	w->pdv_context = head[4];
	w->pdv_control = head[5];
	w->pdv_left = len - 2;
	w->pdu_left -= PDV_HEAD;
	w->line.from += PDV_HEAD;
	return true;
}

void wire_finish(struct association *as)
{
	struct wire *w = as->wire;
	int64_t dropped = 0;

	while (w->state == STA13) {
		ssize_t got;
		w->line.from = w->line.to = 0;
		got = line_get(&w->line, NULL, 0);
		dropped += got;
		if (got < 0)
			wire_event(as, EVT17, 0);
		else if (dropped > DRAIN_MOST || (!got &&
		    !line_wait(&w->line, false, w->artim_by)))
			wire_event(as, EVT18, 0);
	}
	line_close(&w->line);
}

bool wire_secure(struct association *as, const struct tls_side *side,
    int64_t by, struct err *err)
{
	struct line *line = &as->wire->line;
	int done;

	if (!side)
		return true;
	line->tls = session_begin(as->arena, (struct tls_side *)side, line->fd,
	    err);
	if (!line->tls)
		return false;
	while ((done = session_shake(line->tls, err)) == 0)
		if (!line_wait(line, session_writes(line->tls), by))
			return fail(err, ERR_BUSY,
			    "could not agree on TLS in time");
	if (done < 0)
		return false;
	as->peer_name = session_peer(line->tls, as->arena);
	as->peer_certificate = session_fingerprint(line->tls, as->arena);
	return true;
}
