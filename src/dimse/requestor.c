/* SPDX-License-Identifier: MIT */
/* requestor.c: the side that calls: one association, from connect to release,
 * and the answers that are waited for upon it. */
#include "dimse/command.h"
#include "dimse/wire.h"

#include <assert.h>
#include <string.h>

static void propose(struct association *as, struct associate *a,
    const struct proposal *p, size_t i)
{
	struct presentation *c = &a->contexts[i];

	*c = (struct presentation){.id = (uint8_t)(2 * i + 1),
	    .abstract = str_of(p->abstract)};
	while (c->n < sizeof(p->syntaxes) / sizeof(p->syntaxes[0]) &&
	    p->syntaxes[c->n])
		c->n++;
	c->syntaxes = arena_array(as->arena, struct str, c->n + 1);
	for (size_t s = 0; s < c->n; s++)
		c->syntaxes[s] = str_of(p->syntaxes[s]);
	for (size_t r = 0; r < a->roles_n; r++)
		if (str_is(a->roles[r].sop_class, p->abstract))
			return;
	if (p->scp_role)
		a->roles[a->roles_n++] = (struct role){c->abstract, false,
		    true};
	if (p->extended.len)
		a->extensions[a->extensions_n++] =
		    (struct extension){c->abstract, p->extended};
}

static bool ask(struct association *as, const struct proposal *proposals,
    size_t n, struct err *err)
{
	struct arena *arena = as->arena;
	struct associate a = {.version = 1,
	    .application = S(APPLICATION_CONTEXT), .contexts_n = n,
	    .contexts = arena_array(arena, struct presentation, n + 1),
	    .roles = arena_array(arena, struct role, n + 1),
	    .extensions = arena_array(arena, struct extension, n + 1),
	    .pdu_most = as->wire->limits.pdu_size,
	    .implementation = S(IMPLEMENTATION_UID),
	    .implementation_version = S(IMPLEMENTATION_VERSION)};
	struct out out;

	memcpy(a.called, as->called, sizeof(a.called));
	memcpy(a.calling, as->calling, sizeof(a.calling));
	for (size_t i = 0; i < n; i++) {
		propose(as, &a, &proposals[i], i);
		as->contexts[i] = (struct context){.id = a.contexts[i].id,
		    .result = 1, .scu = true,
		    .abstract = arena_keep(arena, a.contexts[i].abstract)};
	}
	out_memory(&out);
	associate_write(&out, &a, false);
	return wire_send_out(as, &out, err);
}

static void take_role(struct context *c, const struct associate *a)
{
	for (size_t i = 0; i < a->roles_n; i++)
		if (str_eq(a->roles[i].sop_class, c->abstract)) {
			c->scu = a->roles[i].scu;
			c->scp = a->roles[i].scp;
		}
	for (size_t i = 0; i < a->extensions_n; i++)
		if (str_eq(a->extensions[i].sop_class, c->abstract))
			c->extended = a->extensions[i].bytes;
}

static bool take_answer(struct association *as, struct str body,
    struct err *err)
{
	struct associate a;
	struct err why = {0};

	if (!associate_read(as->arena, arena_keep(as->arena, body), true, &a,
	    &why))
		return wire_over(as, EVT19, ABORT_INVALID_PARAMETER, err,
		    "%s", why.text);
	as->pdu_most = a.pdu_most;
	as->implementation = arena_printf(as->arena, "%.*s / %.*s",
	    STR(a.implementation), STR(a.implementation_version));
	for (size_t i = 0; i < a.contexts_n; i++) {
		const struct presentation *p = &a.contexts[i];
		struct context *c = &as->contexts[p->id / 2];
		if (c->id != p->id)
			continue; /* not proposed */
		c->result = p->n || p->result ? p->result : 1;
		if (c->result)
			continue;
		c->syntax_uid = p->syntaxes[0];
		c->syntax = syntax_find(c->syntax_uid);
		take_role(c, &a);
	}
	wire_event(as, EVT3, 0);
	return true;
}

static bool answered(struct association *as, struct err *err)
{
	uint8_t source = 0, reason = 0;
	enum pdu_type type;
	struct refusal r;
	struct str body;

	if (!pdu_read(as, &type, &body, err))
		return false;
	if (type == PDU_AC)
		return take_answer(as, body, err);
	if (type == PDU_RJ && refusal_read(body, &r, err)) {
		if (r.result != 2)
			fail(&as->wire->why, ERR_REFUSED, "was refused: %s",
			    refusal_words(r));
		return wire_over(as, EVT4, 0, err, "was refused%s: %s",
		    r.result == 2 ? " for now" : "", refusal_words(r));
	}
	if (type == PDU_ABORT && abort_read(body, &source, &reason, err))
		return wire_over(as, EVT16, 0, err, "was aborted: %s",
		    abort_words(source, reason));
	return wire_over(as, EVT19, ABORT_UNEXPECTED_PDU, err,
	    "a PDU of type %d came unexpectedly", type);
}

static bool title_put(char to[AET_MOST + 1], const char *from,
    struct err *err)
{
	struct str s = str_of(from);

	if (!s.len || s.len > AET_MOST)
		return fail(err, ERR_INPUT,
		    "an AE title has 1 to 16 characters, not '%.40s'",
		    from ? from : "");
	memcpy(to, s.at, s.len);
	return true;
}

static bool open_line(struct association *as, const struct called *to,
    int64_t by, struct err *err)
{
	struct wire *w = as->wire;

	wire_event(as, EVT1, 0);
	if (!line_open(&w->line, as->arena, to->host, to->port, by,
	    as->address, err) || !wire_secure(as, to->tls, by, err))
		return false;
	wire_event(as, EVT2, 0);
	w->artim_by = by; /* for the answer */
	return true;
}

struct association *association_open(const struct called *to,
    const struct proposal *proposals, size_t n,
    const struct dimse_limits *limits, struct err *err)
{
	struct association *as = association_new(limits, true);
	int64_t by = outside_ticks() + to->timeout_s * US_PER_S;

	assert(n <= CONTEXTS_MOST);
	if (title_put(as->called, to->aet, err) &&
	    title_put(as->calling, to->our_aet, err) &&
	    open_line(as, to, by, err) && ask(as, proposals, n, err) &&
	    answered(as, err))
		return as;
	association_free(as);
	return NULL;
}

struct context *association_context(struct association *as,
    struct str abstract, const struct syntax *syntax)
{
	for (size_t i = 0; i < CONTEXTS_MOST; i++) {
		struct context *c = &as->contexts[i];
		if (c->id && !c->result && str_eq(c->abstract, abstract) &&
		    (!syntax || c->syntax == syntax))
			return c;
	}
	return NULL;
}

bool association_response(struct association *as, struct arena *arena,
    uint16_t id, struct message *m, struct err *err)
{
	struct err why = {0};

	if (!message_read(as, arena, m, &why))
		return fail(err, why.kind ? why.kind : ERR_BUSY, "%s",
		    why.kind ? why.text : "was released before the answer");
	if (m->field & RESPONSE && m->id == id)
		return true;
	return wire_over(as, EVT15, 0, err,
	    "the command %04x came instead of an answer", m->field);
}

bool association_cancel(struct association *as, struct context *context,
    uint16_t id, struct err *err)
{
	struct arena arena = {0};
	struct dataset *d = dataset_new(&arena, syntax_implicit);
	bool good;

	dataset_put_int(d, TAG_CommandField, C_CANCEL);
	dataset_put_int(d, TAG_MessageIDBeingRespondedTo, id);
	good = message_send(as, context, d, NULL, err);
	arena_end(&arena);
	return good;
}

/* Until the release is answered; what comes meanwhile is dropped. */
static void await_release(struct association *as)
{
	struct wire *w = as->wire;
	struct err err = {0};
	enum pdu_type type;
	struct str body;

	while (w->state != STA1 && w->state != STA13 &&
	    pdu_read(as, &type, &body, &err)) {
		switch (type) {
		case PDU_DATA: wire_event(as, EVT10, 0); break;
		case PDU_RELEASE_RP: wire_event(as, EVT13, 0); break;
		case PDU_RELEASE_RQ:
			if (wire_event(as, EVT12, 0) == AR_8)
				wire_event(as, EVT14, 0);
			break;
		case PDU_ABORT: wire_event(as, EVT16, 0); break;
		default: wire_event(as, EVT19, ABORT_UNEXPECTED_PDU); break;
		}
		while (w->pdu_left && w->state != STA1) {
			size_t n = w->line.to - w->line.from;
			if (n > w->pdu_left)
				n = w->pdu_left;
			w->line.from += n;
			w->pdu_left -= (uint32_t)n;
			if (w->pdu_left && !wire_need(as, 1, &err))
				break;
		}
	}
}

void association_close(struct association *as)
{
	struct wire *w = as->wire;

	if (w->state == STA6) {
		wire_event(as, EVT11, 0);
		w->artim_by = outside_ticks() +
		    w->limits.artim_s * US_PER_S;
		await_release(as);
	}
	association_free(as);
}

void association_abort(struct association *as)
{
	if (as->wire->state == STA6)
		wire_event(as, EVT15, 0);
	association_free(as);
}
