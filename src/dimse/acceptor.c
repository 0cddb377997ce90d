/* SPDX-License-Identifier: MIT */
/* acceptor.c: what is answered to A-ASSOCIATE-RQ.  The door decides who may
 * come in and what is agreed to; the standard's own grounds for refusal are
 * looked at here. */
#include "dimse/wire.h"

#include <string.h>

static const struct refusal refusals[] = {
    [REJECT_UNKNOWN_CALLING] = {1, 1, 3},
    [REJECT_UNKNOWN_CALLED] = {1, 1, 7},
    [REJECT_BUSY] = {2, 3, 2},
    [REJECT_NO_REASON] = {1, 1, 1},
    [REJECT_APPLICATION] = {1, 1, 2},
};
static const struct refusal no_version = {1, 2, 2};

/* Tells what refusals are in `end`, PS3.8 9.3.4; event EVT6 with its other
 * end, or EVT8. */
static bool refuse(struct association *as, struct refusal r, struct err *err)
{
	struct wire *w = as->wire;
	struct out out;

	fail(&w->why, ERR_REFUSED, "was refused: %s", refusal_words(r));
	out_memory(&out);
	refusal_write(&out, r);
	wire_send_out(as, &out, &(struct err){0});
	wire_event(as, EVT8, 0);
	return fail(err, ERR_REFUSED, "%s", w->why.text);
}

static const struct role *role_of(const struct associate *a, struct str uid)
{
	for (size_t i = 0; i < a->roles_n; i++)
		if (str_eq(a->roles[i].sop_class, uid))
			return &a->roles[i];
	return NULL;
}

static struct str extension_of(const struct associate *a, struct str uid)
{
	for (size_t i = 0; i < a->extensions_n; i++)
		if (str_eq(a->extensions[i].sop_class, uid))
			return a->extensions[i].bytes;
	return (struct str){0};
}

static void agree(struct association *as, const struct dimse_door *door,
    const struct associate *asked, const struct presentation *p)
{
	struct context *c = &as->contexts[p->id / 2];
	const struct role *role = role_of(asked, p->abstract);
	size_t chosen = p->n;

	*c = (struct context){.id = p->id, .abstract = p->abstract,
	    .scu = !role || role->scu, .scp = role && role->scp};
	if (!door->agree(door->with, as, c, p->syntaxes, p->n, &chosen,
	    extension_of(asked, p->abstract)))
		c->result = 3; /* abstract syntax not supported */
	else if (chosen >= p->n)
		c->result = 4; /* transfer syntaxes not supported */
	if (c->result)
		return;
	c->syntax_uid = p->syntaxes[chosen];
	c->syntax = syntax_find(c->syntax_uid);
	c->scu = c->scu && (!role || role->scu);
	c->scp = c->scp && role && role->scp;
}

/* One role and one extension for each class that was agreed to. */
static void answer_class(struct associate *answer, const struct context *c,
    const struct associate *asked)
{
	if (role_of(asked, c->abstract) && !role_of(answer, c->abstract))
		answer->roles[answer->roles_n++] =
		    (struct role){c->abstract, c->scu, c->scp};
	if (c->extended.len && !extension_of(answer, c->abstract).len)
		answer->extensions[answer->extensions_n++] =
		    (struct extension){c->abstract, c->extended};
}

static bool accept(struct association *as, const struct associate *asked,
    struct err *err)
{
	struct arena *arena = as->arena;
	size_t n = asked->contexts_n;
	struct associate a = {.version = 1,
	    .application = S(APPLICATION_CONTEXT), .contexts_n = n,
	    .contexts = arena_array(arena, struct presentation, n + 1),
	    .roles = arena_array(arena, struct role, n + 1),
	    .extensions = arena_array(arena, struct extension, n + 1),
	    .pdu_most = as->wire->limits.pdu_size,
	    .implementation = S(IMPLEMENTATION_UID),
	    .implementation_version = S(IMPLEMENTATION_VERSION),
	    .user_answer = asked->user_type && asked->user_answer,
	    .has_window = asked->has_window, .window_invoked = 1,
	    .window_performed = 1};
	struct out out;

	memcpy(a.called, asked->called, sizeof(a.called));
	memcpy(a.calling, asked->calling, sizeof(a.calling));
	for (size_t i = 0; i < n; i++) {
		const struct presentation *p = &asked->contexts[i];
		struct context *c = &as->contexts[p->id / 2];
		a.contexts[i] = (struct presentation){.id = p->id,
		    .result = c->result, .n = 1,
		    .syntaxes = c->result ? p->syntaxes : &c->syntax_uid};
		if (!p->n)
			a.contexts[i].n = 0;
		if (!c->result)
			answer_class(&a, c, asked);
	}
	out_memory(&out);
	associate_write(&out, &a, true);
	if (!wire_send_out(as, &out, err))
		return false;
	wire_event(as, EVT7, 0);
	return true;
}

static void know(struct association *as, const struct associate *asked)
{
	memcpy(as->calling, asked->calling, sizeof(as->calling));
	memcpy(as->called, asked->called, sizeof(as->called));
	as->pdu_most = asked->pdu_most;
	as->implementation = arena_printf(as->arena, "%.*s / %.*s",
	    STR(asked->implementation), STR(asked->implementation_version));
	as->user_type = asked->user_type;
	as->user = asked->user;
	as->user_secret = asked->user_secret;
}

/* The request, which stays in the arena. */
static bool request_read(struct association *as, struct associate *asked,
    struct err *err)
{
	enum pdu_type type;
	struct err why = {0};
	struct str body;

	if (!pdu_read(as, &type, &body, err))
		return false;
	if (type == PDU_ABORT)
		return wire_over(as, EVT16, 0, err,
		    "was aborted before it was asked for");
	if (type != PDU_RQ)
		return wire_over(as, EVT19, ABORT_UNEXPECTED_PDU, err,
		    "a PDU of type %d came unexpectedly", type);
	if (!associate_read(as->arena, arena_keep(as->arena, body), false,
	    asked, &why))
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "%s", why.text);
	wire_event(as, EVT6, 0);
	return true;
}

bool acceptor_begin(struct association *as, const struct dimse_door *door,
    bool full, struct err *err)
{
	struct associate asked = {0};
	int no;

	if (!request_read(as, &asked, err))
		return false;
	know(as, &asked);
	if (!(asked.version & 1))
		return refuse(as, no_version, err);
	if (!str_is(asked.application, APPLICATION_CONTEXT))
		return refuse(as, refusals[REJECT_APPLICATION], err);
	if (full)
		return refuse(as, refusals[REJECT_BUSY], err);
	no = door->admit(door->with, as);
	if (no)
		return refuse(as, refusals[no], err);
	for (size_t i = 0; i < asked.contexts_n; i++)
		agree(as, door, &asked, &asked.contexts[i]);
	return accept(as, &asked, err);
}
