/* SPDX-License-Identifier: MIT */
/* letters.c: what leaves: letters with their troubles, and the rules and web
 * destinations that they go by. */
#include "doors/web/words.h"
#include "post/post.h"

const struct column letters_columns[] = {
    {"id", COL_ID, "the letter's number"},
    {"sender", COL_TEXT, "how it goes: dicom-store, stow, ian, commitment"},
    {"to", COL_TEXT, "AE title, or name of a web destination"},
    {"reason", COL_TEXT, "why it was written"},
    {"state", COL_TEXT, "waiting, sending, sent, failed, withdrawn"},
    {"made_at", COL_TIME, "when it was written"},
    {"due_at", COL_TIME, "when it is tried next"},
    {"sent_at", COL_TIME, "when the other side had taken all of it"},
    {"attempts", COL_INT, "how often it was tried"},
    {"done", COL_INT, "instances that the other side has taken"},
    {"total", COL_INT, "of so many"},
    {"trouble", COL_TEXT, "the last failure"}, {NULL, COL_TEXT, NULL}};

static void put_letter(struct table *t, const struct letter *l)
{
	table_int(t, l->id);
	table_text(t, l->sender);
	table_text(t, l->to);
	table_text(t, l->reason);
	table_text(t, l->state);
	table_time(t, l->made_at);
	table_time(t, l->due_at);
	table_time(t, l->sent_at);
	table_int(t, l->attempts);
	table_int(t, l->done);
	table_int(t, l->total);
	table_text(t, l->trouble);
}

void letters_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t =
	    answer_table(a, S("Letters"), S(""), letters_columns, 0);
	struct rows *r = letters_each(tx, ask_text(q, "state"),
	    ask_text(q, "to"), ask_int(q, "after"), ask_int(q, "limit"));

	while (rows_next(r)) {
		struct letter letter;
		letter_read(r, q->arena, &letter);
		put_letter(t, &letter);
	}
	answer_read(a, tx);
}

/* The change is the transaction's; the word says what became of it. */
static void settle(struct request *q, struct answer *a, struct tx *tx,
    bool ok, struct err *err, struct str state)
{
	if (answer_settled(a, tx, ok, err, state) && q->house->post)
		post_wake(q->house->post);
}

void letter_again_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = letter_again(tx, ask_int(q, "id"), ask_text(q, "by"), &err);

	settle(q, a, tx, ok, &err, S("waiting"));
}

void letter_withdraw_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = letter_withdraw(tx, ask_int(q, "id"), ask_text(q, "by"),
	    ask_text(q, "reason"), &err);

	settle(q, a, tx, ok, &err, S("withdrawn"));
}

const struct column route_rules_columns[] = {
    {"id", COL_ID, "the rule's number"}, {"name", COL_TEXT, "for people"},
    {"active", COL_BOOL, "it is applied"},
    {"org", COL_TEXT, "trust of the study; empty: any"},
    {"modality", COL_TEXT, "one of the study's; empty: any"},
    {"body_part", COL_TEXT, "as DICOM writes it; empty: any"},
    {"station", COL_TEXT, "that it came from; empty: any"},
    {"words", COL_TEXT, "in the study's description; empty: any"},
    {"days", COL_TEXT, "1, Monday, to 7; empty: all"},
    {"from_minute", COL_INT, "of the local day"},
    {"to_minute", COL_INT, "past it; equal: the whole day"},
    {"at_start", COL_BOOL, "also when a study begins"},
    {"priors", COL_BOOL, "the patient's earlier studies go too"},
    {"sender", COL_TEXT, "dicom-store or stow"},
    {"to", COL_TEXT, "AE title, or name of a web destination"},
    {"priority", COL_INT, "of its letters; 0 first"},
    {"delay_s", COL_INT, "seconds that they wait first"},
    {NULL, COL_TEXT, NULL}};

static void put_rule(struct table *t, const struct route_rule *r)
{
	table_int(t, r->id);
	table_text(t, r->name);
	table_bool(t, r->active);
	table_text(t, r->org);
	table_text(t, r->modality);
	table_text(t, r->body_part);
	table_text(t, r->station);
	table_text(t, r->words);
	table_text(t, r->days);
	table_int(t, r->from_minute);
	table_int(t, r->to_minute);
	table_bool(t, r->at_start);
	table_bool(t, r->priors);
	table_text(t, r->sender);
	table_text(t, r->to);
	table_int(t, r->priority);
	table_int(t, r->delay_s);
}

void route_rules_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Routing rules"), S(""), route_rules_columns, 0);
	struct rows *r = route_rules_each(tx);

	while (rows_next(r)) {
		struct route_rule rule;
		route_rule_read(r, q->arena, &rule);
		put_rule(t, &rule);
	}
	answer_read(a, tx);
}

void route_rule_post(struct request *q, struct answer *a)
{
	struct route_rule rule = {.id = ask_int(q, "id"),
	    .name = ask_text(q, "name"),
	    .active = ask_flag(q, "active"),
	    .org = ask_text(q, "org"),
	    .modality = ask_text(q, "modality"),
	    .body_part = ask_text(q, "body_part"),
	    .station = ask_text(q, "station"),
	    .words = ask_text(q, "words"),
	    .days = ask_text(q, "days"),
	    .from_minute = ask_int(q, "from_minute"),
	    .to_minute = ask_int(q, "to_minute"),
	    .at_start = ask_flag(q, "at_start"),
	    .priors = ask_flag(q, "priors"),
	    .sender = ask_text(q, "sender"),
	    .to = ask_text(q, "to"),
	    .priority = ask_int(q, "priority"),
	    .delay_s = ask_int(q, "delay_s")};
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = route_rule_keep(
	    tx, &rule, ask_text(q, "by"), ask_text(q, "reason"), &err);

	settle(q, a, tx, ok, &err, S("set"));
}

const struct column web_destinations_columns[] = {
    {"name", COL_TEXT, "what rules call it"},
    {"url", COL_TEXT, "the base of its DICOMweb"},
    {"changed_by", COL_TEXT, "who set it"},
    {"changed_at", COL_TIME, "when"}, {NULL, COL_TEXT, NULL}};

void web_destinations_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Web destinations"), S(""), web_destinations_columns, 0);
	struct rows *r = web_destinations_each(tx);

	while (rows_next(r)) {
		table_text(t, rows_text(r, 0));
		table_text(t, rows_text(r, 1));
		table_text(t, rows_text(r, 2));
		table_time(t, rows_time(r, 3));
	}
	answer_read(a, tx);
}

void web_destination_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = web_destination_keep(tx, ask_text(q, "name"),
	    ask_text(q, "url"), ask_text(q, "by"), &err);

	settle(q, a, tx, ok, &err, S("set"));
}
