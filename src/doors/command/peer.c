/* SPDX-License-Identifier: MIT */
/* peer.c: who may speak DICOM with us, from the shell: so that the first
 * modality can be admitted before anybody has opened a page. */
#include "peers/peers.h"
#include "doors/command/line.h"
#include "pathway/pathway.h"
#include "table/table.h"

#include <string.h>

static const struct column peer_columns[] = {{"aet", COL_TEXT, NULL},
    {"org", COL_TEXT, NULL}, {"name", COL_TEXT, NULL},
    {"rights", COL_TEXT, NULL}, {"addresses", COL_TEXT, NULL},
    {"host", COL_TEXT, NULL}, {"port", COL_INT, NULL},
    {"tls", COL_BOOL, NULL}, {"active", COL_BOOL, NULL},
    {NULL, COL_TEXT, NULL}};
static const struct column stranger_columns[] = {{"calling", COL_TEXT, NULL},
    {"called", COL_TEXT, NULL}, {"address", COL_TEXT, NULL},
    {"times", COL_INT, NULL}, {"last_at", COL_TIME, NULL},
    {"reason", COL_TEXT, NULL}, {NULL, COL_TEXT, NULL}};

static size_t count(const struct column *columns)
{
	size_t n = 0;

	while (columns[n].name)
		n++;
	return n;
}

static void put_peers(struct tx *tx, struct arena *arena, struct table *t)
{
	struct rows *rows = peers_each(tx);
	struct peer p;

	while (rows_next(rows)) {
		peer_read(rows, arena, &p);
		table_text(t, p.aet);
		table_text(t, p.org);
		table_text(t, p.name);
		table_text(t, peer_rights_text(arena, p.rights));
		table_text(t, p.addresses);
		table_text(t, p.host);
		table_int(t, p.port);
		table_bool(t, p.tls);
		table_bool(t, p.active);
	}
}

static void put_strangers(struct tx *tx, struct arena *arena, struct table *t)
{
	struct rows *rows = strangers_each(tx);
	struct stranger s;

	while (rows_next(rows)) {
		stranger_read(rows, arena, &s);
		table_text(t, s.calling);
		table_text(t, s.called);
		table_text(t, s.address);
		table_int(t, s.times);
		table_time(t, s.last_at);
		table_text(t, s.reason);
	}
}

static bool show(struct house *house, const struct line *line, bool strangers,
    struct err *err)
{
	const struct column *columns =
	    strangers ? stranger_columns : peer_columns;
	struct tx *tx = db_read(house->db);
	struct result result;

	if (!result_begin(&result, line, err)) {
		db_end(tx);
		return false;
	}
	struct table *t = table_begin(line->arena,
	    option_given(line, "json") ? TABLE_JSON : TABLE_PLAIN, &result.out,
	    strangers ? S("Strangers") : S("Peers"), S(""), columns,
	    count(columns));

	if (strangers)
		put_strangers(tx, line->arena, t);
	else
		put_peers(tx, line->arena, t);
	table_end(t, err);
	db_failed(tx, err);
	db_end(tx);
	if (!err->kind)
		return result_end(&result, err);
	result_drop(&result);
	return false;
}

/* "none" takes away what was said before. */
static void take(const struct line *line, const char *name, struct str *text)
{
	if (!option_given(line, name))
		return;
	*text = str_of(option_text(line, name));
	if (str_is(*text, "none"))
		*text = S("");
}

static void take_flag(const struct line *line, const char *name, bool *flag)
{
	if (option_given(line, name))
		*flag = strcmp(option_text(line, name), "yes") == 0;
}

static bool known_org(struct tx *tx, struct arena *arena, struct str code,
    struct err *err)
{
	size_t n;
	struct org *orgs = orgs_read(tx, arena, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(orgs[i].code, code))
			return true;
	return fail(err, ERR_INPUT, "organisation '%.*s' is not known",
	    STR(code));
}

static bool take_peer(struct tx *tx, const struct line *line, struct peer *p,
    struct err *err)
{
	take(line, "org", &p->org);
	take(line, "name", &p->name);
	take(line, "from", &p->addresses);
	take(line, "host", &p->host);
	take(line, "certificate", &p->certificate);
	take(line, "charset", &p->charset);
	take(line, "notify", &p->notify);
	take_flag(line, "tls", &p->tls);
	take_flag(line, "active", &p->active);
	p->port = option_int(line, "port", p->port);
	p->associations = option_int(line, "associations", p->associations);
	p->rate_mib_s = option_int(line, "rate", p->rate_mib_s);
	if (option_given(line, "rights") &&
	    !peer_rights_read(str_of(option_text(line, "rights")), &p->rights,
		err))
		return false;
	return !option_given(line, "org") ||
	    known_org(tx, line->arena, p->org, err);
}

static bool set(struct tx *tx, const struct line *line, struct err *err)
{
	struct str aet = str_of(line->operands[1]);
	struct peer fresh = {.aet = aet,
	    .rights = PEER_ECHO | PEER_STORE,
	    .active = true};
	struct peer *p = peer_find(tx, line->arena, aet);

	if (!p)
		p = &fresh;
	return take_peer(tx, line, p, err) &&
	    peer_keep(tx, p, str_of(option_text(line, "by")),
		str_of(option_text(line, "reason")), err);
}

/* The newest of this AE title. */
static bool admit(struct tx *tx, const struct line *line, struct err *err)
{
	struct str org = str_of(option_text(line, "org"));
	struct rows *rows = strangers_each(tx);
	struct stranger s, found = {0};
	int64_t peer;

	while (rows_next(rows)) {
		stranger_read(rows, line->arena, &s);
		if (!found.id && str_is(s.calling, line->operands[1]))
			found = s;
	}
	if (!found.id)
		return fail(err, ERR_MISSING,
		    "no stranger has called as '%.16s'", line->operands[1]);
	return known_org(tx, line->arena, org, err) &&
	    stranger_admit(tx, found.id, org, str_of(option_text(line, "by")),
		&peer, err);
}

static bool change(struct house *house, const struct line *line,
    bool (*act)(struct tx *, const struct line *, struct err *),
    struct err *err)
{
	struct tx *tx = db_begin(house->db);

	if (act(tx, line, err))
		return db_commit(tx, err);
	db_end(tx);
	return false;
}

int command_peer(struct house *house, const struct line *line,
    struct err *err)
{
	struct str verb = str_of(line->operands[0]);
	bool named = line->operands_n == 2, ok;

	if (str_is(verb, "list") && !named)
		ok = show(house, line, false, err);
	else if (str_is(verb, "strangers") && !named)
		ok = show(house, line, true, err);
	else if (str_is(verb, "set") && named)
		ok = change(house, line, set, err);
	else if (str_is(verb, "admit") && named)
		ok = change(house, line, admit, err);
	else {
		fail(err, ERR_INPUT, "'%.60s' is not understood here",
		    line->operands[0]);
		hint(err, "`ribble help peer` says what is");
		return ANSWER_USAGE;
	}
	return ok ? ANSWER_YES : ANSWER_NO;
}
