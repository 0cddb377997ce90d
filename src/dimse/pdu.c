/* SPDX-License-Identifier: MIT */
/* pdu.c: reads what the other side says of itself.  Every length is held
 * against what is left of the thing it stands in before it is believed, items
 * do not nest deeper than the standard nests them, and an item that is not
 * known is passed over, as PS3.8 9.3.1 wants. */
#include "dimse/pdu.h"

#include <string.h>

#define ITEMS_MOST 4096 /* of one PDU, roles and extensions */

struct bytes { /* what is left of an item */
	struct str at;
	size_t offset; /* of at, in the PDU */
};

static unsigned u8(const struct bytes *b, size_t i)
{
	return (unsigned char)b->at.at[i];
}

static uint16_t u16(const struct bytes *b, size_t i)
{
	return (uint16_t)(u8(b, i) << 8 | u8(b, i + 1));
}

static uint32_t u32(const struct bytes *b, size_t i)
{
	return (uint32_t)u16(b, i) << 16 | u16(b, i + 2);
}

static bool bad(const struct bytes *b, const char *what, struct err *err)
{
	fail(err, ERR_INPUT, "%s at byte %zu", what, b->offset);
	return false;
}

static void skip(struct bytes *b, size_t n)
{
	b->at.at += n;
	b->at.len -= n;
	b->offset += n;
}

static bool take(struct bytes *b, size_t n, struct bytes *part,
    struct err *err)
{
	*part = (struct bytes){0};
	if (b->at.len < n)
		return bad(b, "a length goes past the end of its item", err);
	*part = (struct bytes){{b->at.at, n}, b->offset};
	skip(b, n);
	return true;
}

/* A 16-bit length and so many bytes. */
static bool take_counted(struct bytes *b, struct bytes *part, struct err *err)
{
	struct bytes head;

	return take(b, 2, &head, err) && take(b, u16(&head, 0), part, err);
}

static bool take_item(struct bytes *b, unsigned *type, struct bytes *part,
    struct err *err)
{
	struct bytes head;

	if (!take(b, 2, &head, err))
		return false;
	*type = u8(&head, 0);
	return take_counted(b, part, err);
}

/* UIDs come padded with NUL, or with a blank from those who know no better. */
static struct str uid_of(const struct bytes *b)
{
	struct str s = b->at;

	while (s.len && (s.at[s.len - 1] == '\0' || s.at[s.len - 1] == ' '))
		s.len--;
	return s;
}

static bool take_uid(struct bytes *b, struct str *uid, struct err *err)
{
	struct bytes part;

	if (!take_counted(b, &part, err))
		return false;
	*uid = uid_of(&part);
	return true;
}

static void title(char to[AET_MOST + 1], const char *at)
{
	struct str s = {at, AET_MOST};

	while (s.len && (s.at[s.len - 1] == '\0' || s.at[s.len - 1] == ' '))
		s.len--;
	while (s.len && s.at[0] == ' ')
		s.at++, s.len--;
	memcpy(to, s.at, s.len);
	to[s.len] = '\0';
}

/* One more of a list that grows by doubling; `of` is one's size. */
static void *add(struct arena *arena, void *list, size_t *n, size_t of)
{
	char *at = list;

	if (!(*n & (*n - 1))) {
		at = arena_alloc_n(arena, of, *n ? 2 * *n : 1);
		if (*n)
			memcpy(at, list, *n * of);
	}
	++*n;
	return at;
}

static bool read_context(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	struct presentation *p;
	struct bytes head = item, sub;
	unsigned type;

	if (!take(&item, 4, &head, err))
		return false;
	if (!(u8(&head, 0) & 1))
		return bad(&head, "a presentation context id is even", err);
	if (a->contexts_n == CONTEXTS_MOST)
		return bad(&head, "more than 128 presentation contexts", err);
	for (size_t i = 0; i < a->contexts_n; i++)
		if (a->contexts[i].id == u8(&head, 0))
			return bad(&head,
			    "a presentation context id comes twice", err);
	a->contexts = add(arena, a->contexts, &a->contexts_n,
	    sizeof(*a->contexts));
	p = &a->contexts[a->contexts_n - 1];
	p->id = (uint8_t)u8(&head, 0);
	p->result = accept ? (uint8_t)u8(&head, 2) : 0;
	while (item.at.len) {
		if (!take_item(&item, &type, &sub, err))
			return false;
		if (type == 0x30 && !accept) {
			p->abstract = uid_of(&sub);
		} else if (type == 0x40) {
			p->syntaxes = add(arena, p->syntaxes, &p->n,
			    sizeof(*p->syntaxes));
			p->syntaxes[p->n - 1] = uid_of(&sub);
		}
	}
	return true;
}

static bool read_most(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	(void)arena, (void)accept;
	if (item.at.len != 4)
		return bad(&item, "a maximum length has not four bytes", err);
	a->pdu_most = u32(&item, 0);
	if (a->pdu_most && a->pdu_most < 2 * PDV_HEAD)
		return bad(&item, "a maximum length holds no data", err);
	return true;
}

static bool read_uid(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	(void)arena, (void)accept, (void)err;
	a->implementation = uid_of(&item);
	return true;
}

static bool read_version(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	(void)arena, (void)accept, (void)err;
	a->implementation_version = str_trim(uid_of(&item));
	return true;
}

static bool read_window(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	(void)arena, (void)accept;
	if (item.at.len != 4)
		return bad(&item, "a window has not four bytes", err);
	a->has_window = true;
	a->window_invoked = u16(&item, 0);
	a->window_performed = u16(&item, 2);
	return true;
}

static bool read_role(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	struct role *role;
	struct bytes flags;
	struct str uid;

	(void)accept;
	if (!take_uid(&item, &uid, err) || !take(&item, 2, &flags, err))
		return false;
	a->roles = add(arena, a->roles, &a->roles_n, sizeof(*a->roles));
	role = &a->roles[a->roles_n - 1];
	*role = (struct role){uid, u8(&flags, 0) == 1, u8(&flags, 1) == 1};
	return true;
}

static bool read_extension(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	struct str uid;

	(void)accept;
	if (!take_uid(&item, &uid, err))
		return false;
	a->extensions = add(arena, a->extensions, &a->extensions_n,
	    sizeof(*a->extensions));
	a->extensions[a->extensions_n - 1] = (struct extension){uid, item.at};
	return true;
}

static bool read_common(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	struct common_extension c = {0};
	struct bytes related;

	(void)accept;
	if (!take_uid(&item, &c.sop_class, err) ||
	    !take_uid(&item, &c.service_class, err) ||
	    !take_counted(&item, &related, err))
		return false;
	while (related.at.len) {
		c.related = add(arena, c.related, &c.n, sizeof(*c.related));
		if (!take_uid(&related, &c.related[c.n - 1], err))
			return false;
	}
	a->commons = add(arena, a->commons, &a->commons_n,
	    sizeof(*a->commons));
	a->commons[a->commons_n - 1] = c;
	return true;
}

static bool read_user(struct arena *arena, struct bytes item, bool accept,
    struct associate *a, struct err *err)
{
	struct bytes head, user, secret;

	(void)arena;
	if (accept) {
		if (!take_counted(&item, &user, err))
			return false;
		a->user = user.at;
		a->user_answer = true;
		return true;
	}
	if (!take(&item, 2, &head, err) || !take_counted(&item, &user, err) ||
	    !take_counted(&item, &secret, err))
		return false;
	if (!u8(&head, 0))
		return true; /* there is no such type: nobody is named */
	a->user_type = (uint8_t)u8(&head, 0);
	a->user_answer = u8(&head, 1) == 1;
	a->user = user.at;
	a->user_secret = secret.at;
	return true;
}

static const struct {
	unsigned type;
	bool (*read)(struct arena *, struct bytes, bool accept,
	    struct associate *, struct err *);
} user_items[] = {
    {0x51, read_most},      /* PS3.8 D.1 */
    {0x52, read_uid},       /* PS3.7 D.3.3.2 */
    {0x53, read_window},    /* D.3.3.3 */
    {0x54, read_role},      /* D.3.3.4 */
    {0x55, read_version},   /* D.3.3.2 */
    {0x56, read_extension}, /* D.3.3.5 */
    {0x57, read_common},    /* D.3.3.6 */
    {0x58, read_user},      /* D.3.3.7, request */
    {0x59, read_user},      /* and answer */
};

static bool read_user_items(struct arena *arena, struct bytes all,
    bool accept, struct associate *a, struct err *err)
{
	struct bytes item;
	unsigned type;

	for (size_t n = 0; all.at.len; n++) {
		if (n == ITEMS_MOST)
			return bad(&all, "too many user items", err);
		if (!take_item(&all, &type, &item, err))
			return false;
		if (type == (accept ? 0x58 : 0x59))
			continue;
		for (size_t i = 0;
		     i < sizeof(user_items) / sizeof(user_items[0]); i++)
			if (user_items[i].type == type &&
			    !user_items[i].read(arena, item, accept, a, err))
				return false;
	}
	return true;
}

bool associate_read(struct arena *arena, struct str body, bool accept,
    struct associate *a, struct err *err)
{
	struct bytes all = {body, PDU_HEAD}, head, item;
	unsigned type;
	bool good = true;

	*a = (struct associate){.pdu_most = PDU_DEFAULT};
	if (!take(&all, 68, &head, err))
		return false;
	a->version = u16(&head, 0);
	title(a->called, head.at.at + 4);
	title(a->calling, head.at.at + 4 + AET_MOST);
	while (good && all.at.len) {
		if (!take_item(&all, &type, &item, err))
			return false;
		if (type == 0x10)
			a->application = uid_of(&item);
		else if (type == (accept ? 0x21 : 0x20))
			good = read_context(arena, item, accept, a, err);
		else if (type == 0x50)
			good = read_user_items(arena, item, accept, a, err);
	}
	return good;
}

bool refusal_read(struct str body, struct refusal *r, struct err *err)
{
	struct bytes b = {body, PDU_HEAD}, four;

	if (!take(&b, 4, &four, err))
		return false;
	*r = (struct refusal){(uint8_t)u8(&four, 1), (uint8_t)u8(&four, 2),
	    (uint8_t)u8(&four, 3)};
	return true;
}

bool abort_read(struct str body, uint8_t *source, uint8_t *reason,
    struct err *err)
{
	struct bytes b = {body, PDU_HEAD}, four;

	if (!take(&b, 4, &four, err))
		return false;
	*source = (uint8_t)u8(&four, 2);
	*reason = (uint8_t)u8(&four, 3);
	return true;
}

bool pdu_head_read(const char head[PDU_HEAD], enum pdu_type *type,
    uint32_t *len)
{
	struct bytes b = {{head, PDU_HEAD}, 0};

	*type = (enum pdu_type)u8(&b, 0);
	*len = u32(&b, 2);
	return *type >= PDU_RQ && *type <= PDU_ABORT;
}
