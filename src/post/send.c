/* SPDX-License-Identifier: MIT */
/* send.c: instances to another archive on one association: C-MOVE, routing
 * and letters alike.
 *
 * Each is offered as it is stored; where the other side takes its class but
 * not its transfer syntax, it goes uncompressed, if that loses nothing.
 * An association that breaks ends the sending: what was completed is told. */
#include "imaging/imaging.h"
#include "senders.h"

#include <string.h>

#define PROPOSALS_MOST 128

struct parcel { /* a sending under way */
	struct send_job *job;
	struct association *as;
	struct sending_counts *counts;
	struct arena *arena; /* of the whole */
};

static bool is_proposed(const struct proposal *list, size_t n,
    const struct instance *i, bool stored)
{
	for (size_t k = 0; k < n; k++)
		if (str_is(i->sop_class, list[k].abstract) &&
		    (!stored || str_is(i->syntax_uid, list[k].syntaxes[0])))
			return true;
	return false;
}

/* One context for each class and stored syntax, one more for each class with
 * what everyone reads.  As many instances as fit into 128; the rest wait for
 * the next association. */
static size_t propose(struct parcel *p, size_t from, struct proposal *list,
    size_t *n)
{
	struct send_job *job = p->job;
	size_t i = from;

	*n = 0;
	for (; i < job->n && *n + 2 <= PROPOSALS_MOST; i++) {
		const struct instance *it = &job->instances[i];
		const char *class = arena_cstr(p->arena, it->sop_class);
		if (!is_proposed(list, *n, it, false))
			list[(*n)++] = (struct proposal){.abstract = class,
			    .syntaxes = {syntax_explicit->uid,
				syntax_implicit->uid}};
		if (!is_proposed(list, *n, it, true))
			list[(*n)++] = (struct proposal){.abstract = class,
			    .syntaxes = {arena_cstr(p->arena, it->syntax_uid)}};
	}
	return i;
}

static struct dataset *request(struct parcel *p, struct arena *arena,
    const struct instance *it, uint16_t *id)
{
	struct dataset *command = message_request(p->as, arena, C_STORE,
	    it->sop_class, it->uid, id);

	if (p->job->move_originator.len) {
		dataset_put(command, TAG_MoveOriginatorApplicationEntityTitle,
		    p->job->move_originator);
		dataset_put_int(command, TAG_MoveOriginatorMessageID,
		    p->job->move_message);
	}
	return command;
}

/* Bytes in the context's syntax, from memory.  why: it cannot be changed.
 * err: the association is lost. */
static bool send_changed(struct parcel *p, struct arena *arena,
    const struct instance *it, const struct part10 *head,
    const struct held *held, struct context *context, uint16_t *id,
    struct err *why, struct err *err)
{
	struct pixels pixels;
	struct part10 file;
	struct out out;
	struct reading how = {.stop = TAG_PixelData};

	out_memory(&out);
	bool ok = pixels_read(head, held->fd, held->at, held->size, &pixels,
	    why) &&
	    file_transcode(arena, head, &pixels, context->syntax, false, &out,
		why) &&
	    part10_read(arena, out_str(&out), &how, &file, why);
	if (ok) {
		struct str all = out_str(&out);
		struct str data = {all.at + file.dataset_at,
		    all.len - (size_t)file.dataset_at};
		ok = message_send_bytes(p->as, context,
		    request(p, arena, it, id), data, -1, 0, 0, err);
	}
	return out_end(&out, why) && ok;
}

static bool send_held(struct parcel *p, struct arena *arena,
    const struct instance *it, const struct held *held, uint16_t *id,
    struct err *why, struct err *err)
{
	const struct syntax *stored = syntax_find(it->syntax_uid);
	struct context *context = association_context(p->as, it->sop_class,
	    stored);
	struct part10 head;

	if (!archive_head(p->job->archive, arena, it, &head, why))
		return false;
	if (context && stored)
		return message_send_bytes(p->as, context,
		    request(p, arena, it, id), S(""), held->fd,
		    held->at + head.dataset_at, held->size - head.dataset_at,
		    err);
	context = association_context(p->as, it->sop_class, NULL);
	if (!context)
		return fail(why, ERR_REFUSED, "the other side does not take "
					      "this class of object");
	return send_changed(p, arena, it, &head, held, context, id, why,
	    err);
}

/* err: the association is lost.  why: only this instance was not taken. */
static uint16_t send_one(struct parcel *p, const struct instance *it,
    struct err *why, struct err *err)
{
	struct arena arena = {0};
	struct message response;
	struct held held;
	uint16_t id = 0, status = 0x0110;
	bool sent = archive_hold(p->job->archive, it, &held, why);

	if (sent) {
		sent = send_held(p, &arena, it, &held, &id, why, err);
		archive_let_go(p->job->archive, &held);
	}
	if (why->kind == ERR_REFUSED)
		status = 0x0122;
	if (sent && association_response(p->as, &arena, id, &response, err)) {
		status = response.status;
		if (status && (status & 0xf000) != 0xb000)
			fail(why, ERR_REFUSED,
			    "the other side answered %04xH", status);
	}
	arena_end(&arena);
	return status;
}

static void count(struct parcel *p, const struct instance *it,
    uint16_t status, bool well)
{
	struct sending_counts *c = p->counts;

	c->remaining--;
	if (well && !status)
		c->completed++;
	else if (well)
		c->warning++;
	else {
		c->failed++;
		p->job->failed = arena_printf(p->arena, "%.*s%s%.*s",
		    STR(p->job->failed), p->job->failed.len ? "\\" : "",
		    STR(it->uid));
	}
}

static bool send_some(struct parcel *p, size_t from, size_t to,
    struct err *first, struct err *err)
{
	for (size_t i = from; i < to; i++) {
		const struct instance *it = &p->job->instances[i];
		struct err why = {0};
		uint16_t status = send_one(p, it, &why, err);
		if (err->kind)
			return false;
		count(p, it, status, !why.kind);
		if (why.kind && !first->kind)
			*first = why;
		if (p->job->tell &&
		    !p->job->tell(p->job->with, p->counts, it, status))
			return fail(err, ERR_BUSY, "the sending was stopped");
	}
	return true;
}

bool instances_send(struct arena *arena, struct send_job *job,
    struct sending_counts *counts, struct err *err)
{
	struct parcel p = {job, NULL, counts, arena};
	struct proposal *list =
	    arena_array(arena, struct proposal, PROPOSALS_MOST);
	struct err first = {0};

	*counts = (struct sending_counts){.remaining = (int64_t)job->n};
	job->failed = S("");
	for (size_t from = 0, to; from < job->n; from = to) {
		size_t n;
		to = propose(&p, from, list, &n);
		p.as = association_open(&job->to, list, n, job->limits, err);
		if (!p.as)
			return false;
		if (!send_some(&p, from, to, &first, err)) {
			association_abort(p.as);
			return false;
		}
		association_close(p.as);
	}
	if (first.kind)
		*err = first;
	return !first.kind;
}
