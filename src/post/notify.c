/* SPDX-License-Identifier: MIT */
/* notify.c: messages without images: Instance Availability Notification
 * (PS3.4 R) and the result of a storage commitment (PS3.4 J). */
#include "json/json.h"
#include "senders.h"

#include <string.h>

#define IAN "1.2.840.10008.5.1.4.33"
#define COMMITMENT "1.2.840.10008.1.20.1"
#define COMMITMENT_INSTANCE "1.2.840.10008.1.20.1.1"
#define ALL_WELL 1
#define SOME_FAILED 2

/* A warning (PS3.7 C.4) is that it was taken. */
static bool is_taken(uint16_t status)
{
	return !status || status == 0x0107 || status == 0x0116 ||
	    (status & 0xf000) == 0xb000;
}

/* One request and its answer on an association of its own. */
static bool converse(struct office *o, const struct proposal *proposal,
    uint16_t field, const char *instance, int64_t event,
    const struct dataset *data, struct err *err)
{
	struct called to;
	struct association *as;
	struct context *context;
	struct message answer;
	uint16_t id;

	if (!letter_peer(o, &to, err))
		return false;
	as = association_open(&to, proposal, 1, o->options->limits, err);
	o->away = !as && err->kind == ERR_BUSY;
	if (!as)
		return false;
	context = association_context(as, str_of(proposal->abstract), NULL);
	if (!context)
		fail(err, ERR_REFUSED, "the other side does not take such a "
				       "message");
	else {
		struct dataset *command = message_request(as, o->arena, field,
		    str_of(proposal->abstract), str_of(instance), &id);
		if (event)
			dataset_put_int(command, TAG_EventTypeID, event);
		if (message_send(as, context, command, data, err) &&
		    association_response(as, o->arena, id, &answer, err) &&
		    !is_taken(answer.status))
			fail(err, ERR_REFUSED,
			    "the other side answered %04xH", answer.status);
	}
	association_close(as);
	return !err->kind;
}

static void put_reference(struct dataset *at, struct str sop_class,
    struct str sop_instance)
{
	dataset_put(at, TAG_ReferencedSOPClassUID, sop_class);
	dataset_put(at, TAG_ReferencedSOPInstanceUID, sop_instance);
}

static struct dataset *availability(struct office *o, struct tx *tx,
    struct str study, struct err *err)
{
	struct dataset *ds = dataset_new(o->arena, syntax_explicit);
	struct dataset *series = NULL;
	struct find_ask ask = {.level = LEVEL_INSTANCE};
	struct match match;
	int64_t last = 0;
	bool narrows;

	dataset_put_sequence(ds, TAG_ReferencedPerformedProcedureStepSequence);
	dataset_put(ds, TAG_StudyInstanceUID, study);
	if (!find_key(o->arena, &ask, TAG_StudyInstanceUID, study, &narrows,
		err))
		return NULL;
	struct finding_rows *rows = find_begin(tx, o->arena, &ask, err);
	while (rows && find_next(rows, &match)) {
		if (!series || match.series.id != last) {
			series = dataset_put_item(ds,
			    TAG_ReferencedSeriesSequence);
			dataset_put(series, TAG_SeriesInstanceUID,
			    match.series.uid);
			last = match.series.id;
		}
		struct dataset *item = dataset_put_item(series,
		    TAG_ReferencedSOPSequence);
		put_reference(item, match.instance.sop_class,
		    match.instance.uid);
		dataset_put(item, TAG_InstanceAvailability, S("ONLINE"));
		dataset_put(item, TAG_RetrieveAETitle,
		    str_of(o->options->our_aet));
	}
	if (rows)
		find_end(rows);
	return series ? ds : NULL;
}

bool send_notice(struct office *o, struct err *err)
{
	static const struct proposal proposal = {.abstract = IAN,
	    .syntaxes = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}};
	json_t *body = json_loadb(o->letter->body.at, o->letter->body.len, 0,
	    NULL);
	struct str study = arena_keep(o->arena,
	    str_of(json_string_value(json_object_get(body, "study"))));
	struct tx *tx = db_read(o->db);
	struct dataset *ds = availability(o, tx, study, err);

	db_failed(tx, err);
	db_end(tx);
	json_decref(body);
	if (err->kind)
		return false;
	if (!ds)
		return fail(err, ERR_MISSING, "the study is not here");
	return converse(o, &proposal, N_CREATE, "", 0, ds, err);
}

static void put_list(struct dataset *ds, uint32_t tag, json_t *list)
{
	size_t i;
	json_t *row;

	json_array_foreach(list, i, row) {
		struct dataset *item = dataset_put_item(ds, tag);
		put_reference(item,
		    str_of(json_string_value(json_array_get(row, 0))),
		    str_of(json_string_value(json_array_get(row, 1))));
		if (tag == TAG_FailedSOPSequence)
			dataset_put_int(item, TAG_FailureReason,
			    json_integer_value(json_array_get(row, 2)));
	}
}

bool send_commitment(struct office *o, struct err *err)
{
	static const struct proposal proposal = {.abstract = COMMITMENT,
	    .syntaxes = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"},
	    .scp_role = true};
	json_t *body = json_loadb(o->letter->body.at, o->letter->body.len, 0,
	    NULL);
	json_t *bad = json_object_get(body, "bad");
	struct dataset *ds = dataset_new(o->arena, syntax_explicit);

	dataset_put(ds, TAG_TransactionUID,
	    str_of(json_string_value(json_object_get(body, "transaction"))));
	dataset_put(ds, TAG_RetrieveAETitle, str_of(o->options->our_aet));
	put_list(ds, TAG_ReferencedSOPSequence, json_object_get(body, "good"));
	put_list(ds, TAG_FailedSOPSequence, bad);
	bool ok = converse(o, &proposal, N_EVENT_REPORT, COMMITMENT_INSTANCE,
	    json_array_size(bad) ? SOME_FAILED : ALL_WELL, ds, err);

	json_decref(body);
	return ok;
}
