/* SPDX-License-Identifier: MIT */
/* command.c: command sets are data sets in implicit little endian whose
 * first element says how long the rest of the group is.  Which of two tags
 * names the class and instance depends on the command (PS3.7 9.3 and 10.3). */
#include "dimse/command.h"
#include "dimse/wire.h"

#include <string.h>

static bool int16_of(const struct dataset *d, uint32_t tag, uint16_t *value)
{
	int64_t n;

	if (!dataset_int(d, tag, &n) || n < 0 || n > UINT16_MAX)
		return false;
	*value = (uint16_t)n;
	return true;
}

static struct str either(const struct dataset *d, uint32_t a, uint32_t b)
{
	struct str s = dataset_raw(d, a);

	return s.len ? s : dataset_raw(d, b);
}

bool command_read(struct arena *arena, struct str bytes, struct message *m,
    struct err *err)
{
	struct reading how = {.syntax = syntax_implicit};
	uint16_t type = NO_DATA;

	*m = (struct message){.command = arena_new(arena, struct dataset)};
	if (!dataset_read(arena, bytes, &how, m->command, err))
		return false;
	if (!int16_of(m->command, TAG_CommandField, &m->field))
		return fail(err, ERR_INPUT, "a command says not what it is");
	if (!int16_of(m->command, TAG_CommandDataSetType, &type))
		return fail(err, ERR_INPUT,
		    "a command says not whether data follow");
	m->has_data = type != NO_DATA;
	if (!int16_of(m->command, m->field & RESPONSE || m->field == C_CANCEL ?
	    TAG_MessageIDBeingRespondedTo : TAG_MessageID, &m->id))
		return fail(err, ERR_INPUT, "a command has no message id");
	int16_of(m->command, TAG_Priority, &m->priority);
	if (m->field & RESPONSE &&
	    !int16_of(m->command, TAG_Status, &m->status))
		return fail(err, ERR_INPUT, "a response has no status");
	m->sop_class = either(m->command, TAG_AffectedSOPClassUID,
	    TAG_RequestedSOPClassUID);
	m->sop_instance = either(m->command, TAG_AffectedSOPInstanceUID,
	    TAG_RequestedSOPInstanceUID);
	return true;
}

bool command_write(struct arena *arena, struct dataset *command, bool has_data,
    struct str *bytes, struct err *err)
{
	struct out out;
	char *at;
	bool good;

	dataset_remove(command, TAG_CommandGroupLength);
	dataset_put_int(command, TAG_CommandDataSetType,
	    has_data ? HAS_DATA : NO_DATA);
	out_memory(&out);
	out_put(&out, (struct str){"\0\0\0\0\4\0\0\0\0\0\0\0", 12});
	good = dataset_write(command, syntax_implicit, &out, err);
	*bytes = arena_keep(arena, out_str(&out));
	at = (char *)bytes->at;
	for (int i = 0; i < 4 && bytes->len >= 12; i++)
		at[8 + i] = (char)((bytes->len - 12) >> (8 * i));
	return out_end(&out, err) && good;
}

struct dataset *message_response(struct arena *arena, const struct message *m,
    uint16_t status)
{
	struct dataset *d = dataset_new(arena, syntax_implicit);

	if (m->sop_class.len)
		dataset_put(d, TAG_AffectedSOPClassUID, m->sop_class);
	dataset_put_int(d, TAG_CommandField, m->field | RESPONSE);
	dataset_put_int(d, TAG_MessageIDBeingRespondedTo, m->id);
	dataset_put_int(d, TAG_Status, status);
	if (m->sop_instance.len)
		dataset_put(d, TAG_AffectedSOPInstanceUID, m->sop_instance);
	return d;
}

static bool names_requested(uint16_t field)
{
	return field == N_GET || field == N_SET || field == N_ACTION ||
	    field == N_DELETE;
}

struct dataset *message_request(struct association *as, struct arena *arena,
    uint16_t field, struct str sop_class, struct str sop_instance,
    uint16_t *id)
{
	struct dataset *d = dataset_new(arena, syntax_implicit);
	bool requested = names_requested(field);

	*id = ++as->wire->last_id;
	dataset_put(d, requested ? TAG_RequestedSOPClassUID :
	    TAG_AffectedSOPClassUID, sop_class);
	dataset_put_int(d, TAG_CommandField, field);
	dataset_put_int(d, TAG_MessageID, *id);
	if (field == C_STORE || field == C_FIND || field == C_MOVE ||
	    field == C_GET)
		dataset_put_int(d, TAG_Priority, 0);
	if (sop_instance.len)
		dataset_put(d, requested ? TAG_RequestedSOPInstanceUID :
		    TAG_AffectedSOPInstanceUID, sop_instance);
	return d;
}
