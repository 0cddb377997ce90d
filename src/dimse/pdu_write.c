/* SPDX-License-Identifier: MIT */
/* pdu_write.c: what we say of ourselves, and the standard's words for why an
 * association is refused or ended (PS3.8 tables 9-21 and 9-26). */
#include "dimse/pdu.h"

#include <assert.h>
#include <string.h>

static void put(struct out *out, uint32_t n, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		out_char(out, (char)(n >> (8 * i)));
}

static void put_counted(struct out *out, struct str s)
{
	assert(s.len <= UINT16_MAX);
	put(out, (uint32_t)s.len, 2);
	out_put(out, s);
}

static void put_item(struct out *out, unsigned type, struct str s)
{
	put(out, type << 8, 2);
	put_counted(out, s);
}

/* An item whose contents are written first, to know their length. */
static void end_item(struct out *out, unsigned type, struct out *inner)
{
	put_item(out, type, out_str(inner));
	out_end(inner, &(struct err){0});
}

static void put_title(struct out *out, const char *title)
{
	size_t n = strlen(title);

	out_put(out, str_of(title));
	for (; n < AET_MOST; n++)
		out_char(out, ' ');
}

static void put_context(struct out *out, const struct presentation *p,
    bool accept)
{
	struct out inner;

	out_memory(&inner);
	put(&inner, (uint32_t)p->id << 24 | (uint32_t)p->result << 8, 4);
	if (!accept)
		put_item(&inner, 0x30, p->abstract);
	for (size_t i = 0; i < p->n; i++)
		put_item(&inner, 0x40, p->syntaxes[i]);
	end_item(out, accept ? 0x21 : 0x20, &inner);
}

static void put_role(struct out *out, const struct role *r)
{
	struct out inner;

	out_memory(&inner);
	put_counted(&inner, r->sop_class);
	put(&inner, (uint32_t)r->scu << 8 | r->scp, 2);
	end_item(out, 0x54, &inner);
}

static void put_extension(struct out *out, const struct extension *e)
{
	struct out inner;

	out_memory(&inner);
	put_counted(&inner, e->sop_class);
	out_put(&inner, e->bytes);
	end_item(out, 0x56, &inner);
}

static void put_common(struct out *out, const struct common_extension *c)
{
	struct out inner, related;

	out_memory(&inner);
	out_memory(&related);
	for (size_t i = 0; i < c->n; i++)
		put_counted(&related, c->related[i]);
	put_counted(&inner, c->sop_class);
	put_counted(&inner, c->service_class);
	put_counted(&inner, out_str(&related));
	out_end(&related, &(struct err){0});
	end_item(out, 0x57, &inner);
}

static void put_user(struct out *out, const struct associate *a, bool accept)
{
	struct out inner;

	if (accept ? !a->user_answer : !a->user_type)
		return;
	out_memory(&inner);
	if (!accept)
		put(&inner, (uint32_t)a->user_type << 8 | a->user_answer, 2);
	put_counted(&inner, a->user);
	if (!accept)
		put_counted(&inner, a->user_secret);
	end_item(out, accept ? 0x59 : 0x58, &inner);
}

static void put_user_items(struct out *out, const struct associate *a,
    bool accept)
{
	struct out inner;

	out_memory(&inner);
	put(&inner, 0x51000004, 4);
	put(&inner, (uint32_t)a->pdu_most, 4);
	put_item(&inner, 0x52, a->implementation);
	if (a->has_window) {
		put(&inner, 0x53000004, 4);
		put(&inner, (uint32_t)a->window_invoked << 16 |
		    a->window_performed, 4);
	}
	for (size_t i = 0; i < a->roles_n; i++)
		put_role(&inner, &a->roles[i]);
	if (a->implementation_version.len)
		put_item(&inner, 0x55, a->implementation_version);
	for (size_t i = 0; i < a->extensions_n; i++)
		put_extension(&inner, &a->extensions[i]);
	for (size_t i = 0; i < a->commons_n && !accept; i++)
		put_common(&inner, &a->commons[i]);
	put_user(&inner, a, accept);
	end_item(out, 0x50, &inner);
}

void associate_write(struct out *out, const struct associate *a, bool accept)
{
	struct out body;

	out_memory(&body);
	put(&body, (uint32_t)a->version << 16, 4);
	put_title(&body, a->called);
	put_title(&body, a->calling);
	for (int i = 0; i < 8; i++)
		put(&body, 0, 4);
	put_item(&body, 0x10, a->application);
	for (size_t i = 0; i < a->contexts_n; i++)
		put_context(&body, &a->contexts[i], accept);
	put_user_items(&body, a, accept);
	put(out, accept ? PDU_AC << 8 : PDU_RQ << 8, 2);
	put(out, (uint32_t)body.len, 4);
	out_put(out, out_str(&body));
	out_end(&body, &(struct err){0});
}

void refusal_write(struct out *out, struct refusal r)
{
	put(out, PDU_RJ << 8, 2);
	put(out, 4, 4);
	put(out, (uint32_t)r.result << 16 | (uint32_t)r.source << 8 | r.reason,
	    4);
}

void abort_write(struct out *out, uint8_t source, uint8_t reason)
{
	put(out, PDU_ABORT << 8, 2);
	put(out, 4, 4);
	put(out, (uint32_t)source << 8 | reason, 4);
}

void release_write(struct out *out, enum pdu_type type)
{
	put(out, (uint32_t)type << 8, 2);
	put(out, 4, 4);
	put(out, 0, 4);
}

static void put_u32(char *at, size_t n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(n >> (24 - 8 * i));
}

void data_head_write(char head[PDU_HEAD + PDV_HEAD], size_t fragment,
    uint8_t context, uint8_t control)
{
	head[0] = PDU_DATA;
	head[1] = 0;
	put_u32(head + 2, fragment + PDV_HEAD);
	put_u32(head + PDU_HEAD, fragment + 2);
	head[PDU_HEAD + 4] = (char)context;
	head[PDU_HEAD + 5] = (char)control;
}

static const struct {
	struct refusal is;
	const char *words;
} refusals[] = {
    {{1, 1, 1}, "no reason given"},
    {{1, 1, 2}, "application context name not supported"},
    {{1, 1, 3}, "calling AE title not recognised"},
    {{1, 1, 7}, "called AE title not recognised"},
    {{1, 2, 1}, "no reason given (ACSE)"},
    {{1, 2, 2}, "protocol version not supported"},
    {{1, 3, 1}, "temporary congestion"},
    {{1, 3, 2}, "local limit exceeded"},
};

const char *refusal_words(struct refusal r)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].is.source == r.source &&
		    refusals[i].is.reason == r.reason)
			return refusals[i].words;
	return "for a reason the standard does not know";
}

const char *abort_words(uint8_t source, uint8_t reason)
{
	static const char *const words[] = {"no reason given",
	    "unrecognised PDU", "unexpected PDU", "a reserved reason",
	    "unrecognised PDU parameter", "unexpected PDU parameter",
	    "invalid PDU parameter value"};

	if (source != ABORT_PROVIDER)
		return "by its user";
	return reason < 7 ? words[reason] : "a reserved reason";
}
