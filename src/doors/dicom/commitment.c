/* SPDX-License-Identifier: MIT */
/* commitment.c: storage commitment, PS3.4 J: a modality asks which instances
 * we answer for, and deletes its own.  So none is promised unless it is in the
 * index, of the class that was said, within the asker's trust, and its bytes
 * have just been read again and found whole.
 *
 * The result goes on an association of its own to a peer that we know how to
 * call, as a letter that is sent until it has arrived; to any other on the
 * association that asked. */
#include "doors/dicom/query.h"

#define ACTION_REQUEST 1
#define ALL_WELL 1
#define SOME_FAILED 2
#define INSTANCE "1.2.840.10008.1.20.1.1"

/* Failure reasons of PS3.3 C.14. */
enum { GOOD = 0, REASON_BROKEN = 0x0110, REASON_NO_INSTANCE = 0x0112,
	REASON_OTHER_CLASS = 0x0119 };

struct asked { /* one instance that is asked for */
	struct str sop_class, sop_instance;
	uint64_t hash;     /* of the latter */
	int64_t reason;
};
struct promise {
	struct visit *visit;
	struct str transaction;
	struct asked *list;
	size_t n, bad;
};

static bool is_whole(struct visit *visit, const struct instance *instance)
{
	struct err why = {0};

	if (archive_is_whole(visit->door->house->archive, instance, &why))
		return true;
	log_line(LOG_ERROR, "commitment", "peer=\"%.*s\" why=\"%s\"",
	    STR(visit->peer->aet), why.text);
	return false;
}

static int64_t judge(struct visit *visit, struct tx *tx,
    const struct asked *asked)
{
	struct arena arena = {0};
	struct str scope = scope_of(visit), none = {0};
	int64_t reason = GOOD;
	struct match match;

	if (!find_one(tx, &arena, LEVEL_INSTANCE, none, none,
		asked->sop_instance, &match) ||
	    (scope.len && !str_eq(scope, match.study.org)))
		reason = REASON_NO_INSTANCE;
	else if (!str_eq(match.instance.sop_class, asked->sop_class))
		reason = REASON_OTHER_CLASS;
	else if (!is_whole(visit, &match.instance))
		reason = REASON_BROKEN;
	arena_end(&arena);
	return reason;
}

static bool read_request(struct promise *p, const struct dataset *data,
    struct err *why)
{
	const struct element *list = dataset_find(data,
	    TAG_ReferencedSOPSequence);

	p->transaction = dataset_raw(data, TAG_TransactionUID);
	if (!uid_valid(p->transaction))
		return fail(why, ERR_INPUT, "the Transaction UID is missing");
	if (!list || !list->items_n)
		return fail(why, ERR_INPUT, "no instance is named");
	p->n = list->items_n;
	p->list = arena_array(&p->visit->message, struct asked, p->n);
	for (uint32_t i = 0; i < p->n; i++) {
		struct asked *asked = &p->list[i];

		asked->sop_class = dataset_raw(&list->items[i],
		    TAG_ReferencedSOPClassUID);
		asked->sop_instance = dataset_raw(&list->items[i],
		    TAG_ReferencedSOPInstanceUID);
		if (!uid_valid(asked->sop_class) ||
		    !uid_valid(asked->sop_instance))
			return fail(why, ERR_INPUT, "a UID is not valid");
		asked->hash = hash64(asked->sop_instance.at,
		    asked->sop_instance.len);
	}
	return true;
}

/* Was the same asked for before in this request?  Its bytes are not read
 * again: a small message could have one file read thousands of times. */
static const struct asked *asked_before(const struct promise *p, size_t i)
{
	const struct asked *one = &p->list[i];

	for (size_t k = 0; k < i; k++)
		if (p->list[k].hash == one->hash &&
		    str_eq(p->list[k].sop_instance, one->sop_instance) &&
		    str_eq(p->list[k].sop_class, one->sop_class))
			return &p->list[k];
	return NULL;
}

static bool judge_all(struct promise *p, struct err *why)
{
	struct tx *tx = db_read(p->visit->door->house->db);

	for (size_t i = 0; i < p->n; i++) {
		const struct asked *before = asked_before(p, i);

		p->list[i].reason = before ? before->reason :
		    judge(p->visit, tx, &p->list[i]);
		p->bad += p->list[i].reason != GOOD;
	}
	bool failed = db_failed(tx, why);

	db_end(tx);
	return !failed;
}

static void put_rows(struct json *j, const struct promise *p, bool good)
{
	json_key(j, good ? "good" : "bad");
	json_array(j);
	for (size_t i = 0; i < p->n; i++) {
		const struct asked *asked = &p->list[i];

		if ((asked->reason == GOOD) != good)
			continue;
		json_array(j);
		json_text(j, asked->sop_class);
		json_text(j, asked->sop_instance);
		if (!good)
			json_int(j, asked->reason);
		json_array_end(j);
	}
	json_array_end(j);
}

static bool write_letter(const struct promise *p, struct err *why)
{
	struct visit *visit = p->visit;
	struct tx *tx = db_begin(visit->door->house->db);
	struct out out;
	struct json j = {.out = &out};

	out_memory(&out);
	json_object(&j);
	json_key(&j, "transaction");
	json_text(&j, p->transaction);
	put_rows(&j, p, true);
	put_rows(&j, p, false);
	json_object_end(&j);
	post_add(tx, S("commitment"), visit->peer->aet, out_str(&out),
	    arena_printf(&visit->message, "commitment %.*s %.*s %lld",
		STR(visit->peer->aet), STR(p->transaction),
		(long long)outside_id()), /* each request has its answer */
	    S("the result of a storage commitment"), 0, outside_now());
	out_end(&out, NULL);
	if (!db_commit(tx, why))
		return false;
	if (visit->door->house->post)
		post_wake(visit->door->house->post);
	return true;
}

static void put_list(struct dataset *data, const struct promise *p, bool good)
{
	uint32_t tag = good ? TAG_ReferencedSOPSequence :
			      TAG_FailedSOPSequence;

	for (size_t i = 0; i < p->n; i++) {
		const struct asked *asked = &p->list[i];

		if ((asked->reason == GOOD) != good)
			continue;
		struct dataset *item = dataset_put_item(data, tag);

		dataset_put(item, TAG_ReferencedSOPClassUID,
		    asked->sop_class);
		dataset_put(item, TAG_ReferencedSOPInstanceUID,
		    asked->sop_instance);
		if (!good)
			dataset_put_int(item, TAG_FailureReason,
			    asked->reason);
	}
}

/* On the association that asked. */
static bool report_here(const struct promise *p, const struct message *m,
    struct err *err)
{
	struct visit *visit = p->visit;
	struct arena *arena = &visit->message;
	struct dataset *data = dataset_new(arena, m->context->syntax);
	struct message response;
	uint16_t id;
	struct dataset *command = message_request(visit->as, arena,
	    N_EVENT_REPORT, m->sop_class, S(INSTANCE), &id);

	dataset_put_int(command, TAG_EventTypeID,
	    p->bad ? SOME_FAILED : ALL_WELL);
	dataset_put(data, TAG_TransactionUID, p->transaction);
	dataset_put(data, TAG_RetrieveAETitle,
	    str_of(visit->door->titles[0]));
	put_list(data, p, true);
	put_list(data, p, false);
	return message_send(visit->as, m->context, command, data, err) &&
	    association_response(visit->as, arena, id, &response, err);
}

static uint16_t take_request(struct promise *p, const struct message *m,
    const struct dataset *data, struct err *why)
{
	int64_t action = 0;

	if (!dataset_int(m->command, TAG_ActionTypeID, &action) ||
	    action != ACTION_REQUEST) {
		fail(why, ERR_INPUT, "there is no such action");
		return STATUS_NO_ACTION;
	}
	if (!str_is(m->sop_instance, INSTANCE)) {
		fail(why, ERR_INPUT, "that is not the well-known instance");
		return STATUS_NO_INSTANCE;
	}
	if (!read_request(p, data, why))
		return STATUS_NO_ATTRIBUTE;
	return judge_all(p, why) ? STATUS_SUCCESS : STATUS_BROKEN;
}

bool commitment_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	struct promise p = {.visit = visit};
	struct dataset *data;
	struct err why = {0};

	(void)service;
	if (!m->has_data)
		return say(visit, m, STATUS_NO_ATTRIBUTE,
		    "no instance is named", err);
	if (!message_data(visit->as, &visit->message, m, &data, &why))
		return say_lost(visit, m, STATUS_NO_ATTRIBUTE, &why, err);
	uint16_t status = take_request(&p, m, data, &why);
	bool by_letter = visit->peer->host.len > 0;

	if (!status && by_letter && !write_letter(&p, &why))
		status = STATUS_BROKEN;
	if (!say(visit, m, status, why.text, err) || status)
		return !err->kind;
	visit->door->committed++;
	return by_letter || report_here(&p, m, err);
}
