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
	struct out failed;   /* UIDs; there may be very many */
};

static bool is_proposed(const struct proposal *list, size_t n,
    const struct instance *i, bool stored)
{
	for (size_t k = 0; k < n; k++)
		if (str_is(i->sop_class, list[k].abstract) &&
		    (!stored || (!list[k].syntaxes[1] &&
			str_is(i->syntax_uid, list[k].syntaxes[0]))))
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

/* By its own name: two syntaxes that we do not know are not the same. */
static struct context *stored_context(struct association *as,
    const struct instance *it)
{
	for (size_t i = 0; i < CONTEXTS_MOST; i++) {
		struct context *c = &as->contexts[i];
		if (c->id && !c->result && str_eq(c->abstract, it->sop_class) &&
		    str_eq(c->syntax_uid, it->syntax_uid))
			return c;
	}
	return NULL;
}

/* The file in another syntax; without pixels its head is all of it. */
static bool change(struct arena *arena, const struct part10 *head,
    const struct held *held, const struct syntax *to, struct out *out,
    struct err *why)
{
	struct pixels pixels;

	if (head->reading.stopped)
		return pixels_read(head, held->fd, held->at, held->size,
			   &pixels, why) &&
		    file_transcode(arena, head, &pixels, to, false, out, why);
	part10_head(out, head->sop_class, head->sop_instance, str_of(to->uid),
	    S(""));
	return dataset_write(&head->dataset, to, out, why);
}

/* Bytes in the context's syntax, from memory.  why: it cannot be changed.
 * err: the association is lost. */
static bool send_changed(struct parcel *p, struct arena *arena,
    const struct instance *it, const struct part10 *head,
    const struct held *held, struct context *context, uint16_t *id,
    struct err *why, struct err *err)
{
	struct part10 file;
	struct out out;
	struct reading how = {.stop = TAG_PixelData};

	out_memory(&out);
	bool ok = change(arena, head, held, context->syntax, &out, why) &&
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
	struct context *context = stored_context(p->as, it);
	struct part10 head;

	if (!archive_head(p->job->archive, arena, it, &head, why))
		return false;
	if (context)
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

/* A7xx: out of resources, which may pass. */
static void judge(uint16_t status, struct err *why)
{
	if (status && (status & 0xf000) != 0xb000)
		fail(why, (status & 0xff00) == 0xa700 ? ERR_BUSY : ERR_REFUSED,
		    "the other side answered %04xH", status);
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
		judge(status, why);
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
		if (p->failed.len)
			out_char(&p->failed, '\\');
		out_put(&p->failed, it->uid);
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

/* One association; where the next begins. */
static size_t send_group(struct parcel *p, size_t from, struct err *first,
    struct err *err)
{
	struct proposal list[PROPOSALS_MOST] = {0};
	size_t n, to = propose(p, from, list, &n);

	p->as = association_open(&p->job->to, list, n, p->job->limits, err);
	if (!p->as)
		return from;
	p->job->reached = true;
	if (send_some(p, from, to, first, err))
		association_close(p->as);
	else
		association_abort(p->as);
	return to;
}

bool instances_send(struct arena *arena, struct send_job *job,
    struct sending_counts *counts, struct err *err)
{
	struct parcel p = {.job = job, .counts = counts, .arena = arena};
	struct err first = {0};

	*counts = (struct sending_counts){.remaining = (int64_t)job->n};
	job->reached = false;
	out_memory(&p.failed);
	for (size_t from = 0; from < job->n && !err->kind;)
		from = send_group(&p, from, &first, err);
	job->failed = arena_keep(arena, out_str(&p.failed));
	out_end(&p.failed, err);
	if (first.kind && !err->kind)
		*err = first;
	return !err->kind;
}
