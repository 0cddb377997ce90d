/* SPDX-License-Identifier: MIT */
/* peers.c: who speaks DICOM with us: the peers, their history, and callers
 * that nobody knows yet.  What a change leaves out stays as it is. */
#include "doors/web/words.h"
#include "peers/peers.h"

const struct column peers_columns[] = {
    {"id", COL_ID, "the peer's number"}, {"aet", COL_TEXT, "AE title"},
    {"org", COL_TEXT, "ODS code of the trust that it speaks for"},
    {"name", COL_TEXT, "for people"},
    {"addresses", COL_TEXT, "where it may call from; empty: anywhere"},
    {"host", COL_TEXT, "where we call it; empty: never"},
    {"port", COL_INT, "at its host"},
    {"tls", COL_BOOL, "when we call, and demanded when it calls"},
    {"certificate", COL_TEXT, "SHA-256 of the one that it must show; or empty"},
    {"rights", COL_TEXT, "echo, store, find, move, get, commit, all-trusts"},
    {"associations", COL_INT, "at once; 0: the program's limit"},
    {"rate_mib_s", COL_INT, "MiB a second; 0: no limit"},
    {"charset", COL_TEXT, "of our answers; empty: what fits"},
    {"notify", COL_TEXT, "AE titles told of its trust's studies"},
    {"active", COL_BOOL, "no: it is retired, and refused"}, {NULL, COL_TEXT, NULL}};

const struct column peer_history_columns[] = {
    {"at", COL_TIME, "when"}, {"who", COL_TEXT, "who changed it"},
    {"why", COL_TEXT, "why"},
    {"what", COL_TEXT, "JSON: before (null: new) and after"}, {NULL, COL_TEXT, NULL}};

const struct column strangers_columns[] = {
    {"id", COL_ID, "the stranger's number"},
    {"calling", COL_TEXT, "AE title that it gave"},
    {"called", COL_TEXT, "AE title that it asked for"},
    {"address", COL_TEXT, "where it called from"},
    {"certificate", COL_TEXT, "that it showed; or empty"},
    {"reason", COL_TEXT, "why it was refused"},
    {"first_at", COL_TIME, "the first time"},
    {"last_at", COL_TIME, "the last time"},
    {"times", COL_INT, "how often"}, {NULL, COL_TEXT, NULL}};

static void put_peer(struct table *t, struct arena *arena, const struct peer *p)
{
	table_int(t, p->id);
	table_text(t, p->aet);
	table_text(t, p->org);
	table_text(t, p->name);
	table_text(t, p->addresses);
	table_text(t, p->host);
	table_int(t, p->port);
	table_bool(t, p->tls);
	table_text(t, p->certificate);
	table_text(t, peer_rights_text(arena, p->rights));
	table_int(t, p->associations);
	table_int(t, p->rate_mib_s);
	table_text(t, p->charset);
	table_text(t, p->notify);
	table_bool(t, p->active);
}

void peers_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(a, S("Peers"), S(""), peers_columns, 0);
	struct rows *rows = peers_each(tx);
	struct peer p;

	while (rows_next(rows)) {
		peer_read(rows, q->arena, &p);
		put_peer(t, q->arena, &p);
	}
	answer_read(a, tx);
}

void peer_history_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("History of a peer"), S(""), peer_history_columns, 0);
	struct rows *rows = peer_history(tx, ask_int(q, "id"));

	while (rows_next(rows)) {
		table_time(t, rows_time(rows, 0));
		table_text(t, rows_text(rows, 1));
		table_text(t, rows_text(rows, 2));
		table_text(t, rows_text(rows, 3));
	}
	answer_read(a, tx);
}

static void take_text(struct request *q, const char *name, struct str *text)
{
	if (ask_has(q, name))
		*text = ask_text(q, name);
}

static void take_int(struct request *q, const char *name, int64_t *number)
{
	if (ask_has(q, name))
		*number = ask_int(q, name);
}

static void take_flag(struct request *q, const char *name, bool *flag)
{
	if (ask_has(q, name))
		*flag = ask_flag(q, name);
}

static bool take_peer(struct request *q, struct tx *tx, struct peer *p,
    struct err *err)
{
	take_text(q, "aet", &p->aet);
	take_text(q, "name", &p->name);
	take_text(q, "addresses", &p->addresses);
	take_text(q, "host", &p->host);
	take_int(q, "port", &p->port);
	take_flag(q, "tls", &p->tls);
	take_text(q, "certificate", &p->certificate);
	take_int(q, "associations", &p->associations);
	take_int(q, "rate_mib_s", &p->rate_mib_s);
	take_text(q, "charset", &p->charset);
	take_text(q, "notify", &p->notify);
	take_flag(q, "active", &p->active);
	if (ask_has(q, "rights") &&
	    !peer_rights_read(ask_text(q, "rights"), &p->rights, err))
		return false;
	return !ask_has(q, "org") || ask_org(q, tx, &p->org, err);
}

/* Keeps it and answers with its number. */
static void keep(struct request *q, struct answer *a, struct tx *tx,
    struct peer *p)
{
	struct err err = {0};

	if (!take_peer(q, tx, p, &err) ||
	    !peer_keep(tx, p, ask_text(q, "by"), ask_text(q, "reason"),
		&err)) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct json *j = answer_json(a);

	json_object(j);
	json_key(j, "id");
	json_id(j, p->id);
	json_object_end(j);
	answer_commit(a, tx);
}

void peer_post(struct request *q, struct answer *a)
{
	struct peer p = {.rights = PEER_ECHO | PEER_STORE, .active = true};

	keep(q, a, db_begin(q->house->db), &p);
}

void peer_put(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct peer *p = peer_at(tx, q->arena, ask_int(q, "id"));
	struct err err = {0};

	if (p) {
		keep(q, a, tx, p);
		return;
	}
	if (!db_failed(tx, &err))
		fail(&err, ERR_MISSING, "there is no peer %lld",
		    (long long)ask_int(q, "id"));
	db_end(tx);
	answer_fail(a, &err);
}

void strangers_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Strangers"), S(""), strangers_columns, 0);
	struct rows *rows = strangers_each(tx);
	struct stranger s;

	while (rows_next(rows)) {
		stranger_read(rows, q->arena, &s);
		table_int(t, s.id);
		table_text(t, s.calling);
		table_text(t, s.called);
		table_text(t, s.address);
		table_text(t, s.certificate);
		table_text(t, s.reason);
		table_time(t, s.first_at);
		table_time(t, s.last_at);
		table_int(t, s.times);
	}
	answer_read(a, tx);
}

void stranger_admit_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	struct str org;
	int64_t peer;

	if (!ask_org(q, tx, &org, &err) ||
	    !stranger_admit(tx, ask_int(q, "id"), org, ask_text(q, "by"),
		&peer, &err)) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct json *j = answer_json(a);

	json_object(j);
	json_key(j, "id");
	json_id(j, peer);
	json_object_end(j);
	answer_commit(a, tx);
}

void stranger_dismiss_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};

	bool ok =
	    stranger_dismiss(tx, ask_int(q, "id"), ask_text(q, "by"), &err);

	answer_settled(a, tx, ok, &err, S("dismissed"));
}
