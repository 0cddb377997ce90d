/* SPDX-License-Identifier: MIT */
/* peer.c: the table of peers.  A change is checked, written, kept in the
 * peer's history as it was before and after, and told in the journal, in one
 * transaction. */
#include "peers/address.h"
#include "peers/peers.h"

#include <string.h>

#define COLUMNS \
	"id, aet, org, name, addresses, host, port, tls, certificate, " \
	"rights, associations, rate_mib_s, charset, notify, active"

void peer_read(struct rows *r, struct arena *arena, struct peer *p)
{
	*p = (struct peer){
	    .id = rows_int(r, 0),
	    .aet = arena_keep(arena, rows_text(r, 1)),
	    .org = arena_keep(arena, rows_text(r, 2)),
	    .name = arena_keep(arena, rows_text(r, 3)),
	    .addresses = arena_keep(arena, rows_text(r, 4)),
	    .host = arena_keep(arena, rows_text(r, 5)),
	    .port = rows_int(r, 6),
	    .tls = rows_int(r, 7) != 0,
	    .certificate = arena_keep(arena, rows_text(r, 8)),
	    .rights = rows_int(r, 9),
	    .associations = rows_int(r, 10),
	    .rate_mib_s = rows_int(r, 11),
	    .charset = arena_keep(arena, rows_text(r, 12)),
	    .notify = arena_keep(arena, rows_text(r, 13)),
	    .active = rows_int(r, 14) != 0,
	};
}

static struct peer *first_of(struct rows *rows, struct arena *arena)
{
	struct peer *p = NULL;

	if (rows_next(rows)) {
		p = arena_new(arena, struct peer);
		peer_read(rows, arena, p);
	}
	rows_end(rows);
	return p;
}

struct peer *peer_find(struct tx *tx, struct arena *arena, struct str aet)
{
	return first_of(
	    db_ask(tx, "select " COLUMNS " from peer where aet = $1",
		T(str_trim(aet))),
	    arena);
}

struct peer *peer_at(struct tx *tx, struct arena *arena, int64_t id)
{
	return first_of(
	    db_ask(tx, "select " COLUMNS " from peer where id = $1", I(id)),
	    arena);
}

struct rows *peers_each(struct tx *tx)
{
	return db_ask(tx, "select " COLUMNS " from peer order by aet");
}

struct rows *peer_history(struct tx *tx, int64_t id)
{
	return db_ask(tx,
	    "select at, who, why, what from peer_history where peer = $1 "
	    "order by id",
	    I(id));
}

bool peer_address_allowed(const struct peer *p, const char *address)
{
	return address_within(p->addresses, address);
}

static bool is_title(struct str aet, struct err *err)
{
	if (!aet.len || aet.len > 16)
		return fail(err, ERR_INPUT,
		    "an AE title has 1 to 16 characters");
	for (size_t i = 0; i < aet.len; i++)
		if (aet.at[i] < ' ' || aet.at[i] > '~' || aet.at[i] == '\\')
			return fail(err, ERR_INPUT, "an AE title has letters, "
			    "digits and signs of ASCII, but no backslash");
	return true;
}

static bool are_titles(struct str list, struct err *err)
{
	while (list.len)
		if (!is_title(str_trim(str_cut(&list, '\\')), err))
			return false;
	return true;
}

/* As a certificate's viewer shows it: with colons or blanks, in capitals. */
static bool tidy_certificate(struct arena *arena, struct peer *p,
    struct err *err)
{
	char *hex = arena_alloc(arena, p->certificate.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < p->certificate.len; i++) {
		char c = p->certificate.at[i];

		if (c == ':' || c == ' ')
			continue;
		if (c >= 'A' && c <= 'F')
			c = (char)(c + 'a' - 'A');
		if (!c || !strchr("0123456789abcdef", c))
			return fail(err, ERR_INPUT,
			    "the certificate must be a SHA-256 in hexadecimal");
		hex[n++] = c;
	}
	p->certificate = (struct str){hex, n};
	if (n && n != 64)
		return fail(err, ERR_INPUT,
		    "the certificate must be a SHA-256: 64 hexadecimal digits");
	return true;
}

static bool is_sound(const struct peer *p, struct err *err)
{
	if (!is_title(p->aet, err) || !are_titles(p->notify, err) ||
	    !addresses_check(p->addresses, err))
		return false;
	if (!p->org.len)
		return fail(err, ERR_INPUT, "the trust that it speaks for "
		    "must be named");
	if (p->host.len && (p->port < 1 || p->port > 65535))
		return fail(err, ERR_INPUT, "the port must be 1 to 65535");
	if (p->name.len > 200 || p->host.len > 255 || p->charset.len > 200 ||
	    p->addresses.len > 2000 || p->notify.len > 2000)
		return fail(err, ERR_INPUT, "a text is too long");
	if (p->rights < 0 || p->rights > PEER_RIGHTS_ALL)
		return fail(err, ERR_INPUT, "a right is not known");
	if (p->associations < 0 || p->rate_mib_s < 0)
		return fail(err, ERR_INPUT, "a limit must not be below 0");
	return true;
}

static void tidy(struct peer *p)
{
	p->aet = str_trim(p->aet);
	p->org = str_trim(p->org);
	p->name = str_trim(p->name);
	p->addresses = str_trim(p->addresses);
	p->host = str_trim(p->host);
	p->charset = str_trim(p->charset);
	p->notify = str_trim(p->notify);
	if (!p->host.len)
		p->port = 0;
}

static void put(struct json *j, const char *key, struct str text)
{
	json_key(j, key);
	json_text(j, text);
}

static void put_int(struct json *j, const char *key, int64_t number)
{
	json_key(j, key);
	json_int(j, number);
}

static void put_flag(struct json *j, const char *key, bool flag)
{
	json_key(j, key);
	json_bool(j, flag);
}

static void put_peer(struct json *j, const char *key, struct arena *arena,
    const struct peer *p)
{
	json_key(j, key);
	if (!p) {
		json_null(j);
		return;
	}
	json_object(j);
	put(j, "aet", p->aet);
	put(j, "org", p->org);
	put(j, "name", p->name);
	put(j, "addresses", p->addresses);
	put(j, "host", p->host);
	put_int(j, "port", p->port);
	put_flag(j, "tls", p->tls);
	put(j, "certificate", p->certificate);
	put(j, "rights", peer_rights_text(arena, p->rights));
	put_int(j, "associations", p->associations);
	put_int(j, "rate_mib_s", p->rate_mib_s);
	put(j, "charset", p->charset);
	put(j, "notify", p->notify);
	put_flag(j, "active", p->active);
	json_object_end(j);
}

static void tell(struct tx *tx, struct arena *arena, const struct peer *before,
    const struct peer *p, struct str who, struct str why)
{
	struct out out;
	struct json j = {.out = &out};

	out_memory(&out);
	json_object(&j);
	put_peer(&j, "before", arena, before);
	put_peer(&j, "after", arena, p);
	json_object_end(&j);
	db_run(tx,
	    "insert into peer_history (id, peer, at, who, why, what) "
	    "values ($1, $2, $3, $4, $5, $6)",
	    I(outside_id()), I(p->id), I(outside_now()), T(who), T(why),
	    T(out_str(&out)));
	journal_add(tx, S("peer.set"), arena_printf(arena, "%lld",
	    (long long)p->id), who, out_str(&out));
	out_end(&out, NULL);
}

static void write_row(struct tx *tx, const struct peer *p)
{
	db_run(tx,
	    "insert into peer (" COLUMNS ") values ($1, $2, $3, $4, $5, $6, "
	    "$7, $8, $9, $10, $11, $12, $13, $14, $15) "
	    "on conflict (id) do update set aet = excluded.aet, "
	    "org = excluded.org, name = excluded.name, "
	    "addresses = excluded.addresses, host = excluded.host, "
	    "port = excluded.port, tls = excluded.tls, "
	    "certificate = excluded.certificate, rights = excluded.rights, "
	    "associations = excluded.associations, "
	    "rate_mib_s = excluded.rate_mib_s, charset = excluded.charset, "
	    "notify = excluded.notify, active = excluded.active",
	    I(p->id), T(p->aet), T(p->org), T(p->name), T(p->addresses),
	    T(p->host), I(p->port), I(p->tls), T(p->certificate),
	    I(p->rights), I(p->associations), I(p->rate_mib_s),
	    T(p->charset), T(p->notify), I(p->active));
}

static bool is_free(struct tx *tx, const struct peer *p, struct err *err)
{
	if (!db_int(tx, "select count(*) from peer where aet = $1 and id <> $2",
		T(p->aet), I(p->id)))
		return true;
	fail(err, ERR_CONFLICT, "there is a peer with the AE title '%.*s'",
	    STR(p->aet));
	return hint(err, "change that one; a retired one may be used again");
}

static bool keep(struct tx *tx, struct arena *arena, struct peer *p,
    struct str who, struct str why, struct err *err)
{
	struct peer *before = NULL;

	tidy(p);
	if (!str_trim(who).len || !str_trim(why).len)
		return fail(err, ERR_INPUT, "who sets it and why must be said");
	if (!tidy_certificate(arena, p, err) || !is_sound(p, err) ||
	    !is_free(tx, p, err))
		return false;
	if (p->id && !(before = peer_at(tx, arena, p->id)))
		return fail(err, ERR_MISSING, "there is no peer %lld",
		    (long long)p->id);
	if (!p->id)
		p->id = outside_id();
	write_row(tx, p);
	tell(tx, arena, before, p, str_trim(who), str_trim(why));
	return true;
}

bool peer_keep(struct tx *tx, struct peer *p, struct str who, struct str why,
    struct err *err)
{
	struct arena arena = {0};
	struct str certificate = p->certificate;
	bool ok = keep(tx, &arena, p, who, why, err);

	p->certificate = certificate; /* the tidied one goes with the arena */
	arena_end(&arena);
	return ok;
}
