/* SPDX-License-Identifier: MIT */
/* keys.c: the attributes that the index answers, and keys as they are asked.
 * To have one more: a row here, and its column in rows.c. */
#include "archive/ask.h"

#include <string.h>

#define S_(kind, tag, column, field) \
	{TAG_##tag, LEVEL_STUDY, KEY_##kind, column, offsetof(struct match, study.field)}
#define R_(kind, tag, column, field) \
	{TAG_##tag, LEVEL_SERIES, KEY_##kind, column, offsetof(struct match, series.field)}
#define I_(kind, tag, column, field) \
	{TAG_##tag, LEVEL_INSTANCE, KEY_##kind, column, offsetof(struct match, instance.field)}
static const struct key_row rows[] = {
	S_(CODE, PatientID, "s.patient_id", patient_id),
	S_(NAME, PatientName, "s.name_key", patient_name),
	S_(TEXT, IssuerOfPatientID, NULL, issuer),
	S_(DATE, PatientBirthDate, NULL, birth_date),
	S_(TEXT, PatientSex, NULL, sex),
	S_(UID, StudyInstanceUID, "s.uid", uid),
	S_(DATE, StudyDate, "s.moment", date),
	S_(TIME, StudyTime, NULL, time),
	S_(CODE, AccessionNumber, "s.accession", accession),
	S_(TEXT, StudyID, NULL, study_id),
	S_(TEXT, StudyDescription, NULL, description),
	S_(NAME, ReferringPhysicianName, NULL, referrer),
	S_(LIST, ModalitiesInStudy, "s.modalities", modalities),
	R_(UID, SeriesInstanceUID, "r.uid_hash", uid),
	R_(TEXT, Modality, NULL, modality),
	R_(NUMBER, SeriesNumber, NULL, number),
	R_(TEXT, SeriesDescription, NULL, description),
	R_(TEXT, BodyPartExamined, NULL, body_part),
	R_(TEXT, Laterality, NULL, laterality),
	R_(DATE, SeriesDate, NULL, date),
	R_(TIME, SeriesTime, NULL, time),
	R_(TEXT, StationName, NULL, station),
	R_(TEXT, InstitutionName, NULL, institution),
	R_(TEXT, Manufacturer, NULL, manufacturer),
	R_(TEXT, PerformedProcedureStepID, NULL, performed_step),
	R_(TEXT, ProtocolName, NULL, protocol),
	I_(UID, SOPInstanceUID, "i.uid_hash", uid),
	I_(UID, SOPClassUID, NULL, sop_class),
	I_(UID, SOPClassesInStudy, NULL, sop_class),
	I_(NUMBER, InstanceNumber, NULL, number),
};

const struct key_row *key_row_find(uint32_t tag)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].tag == tag)
			return &rows[i];
	return NULL;
}

static bool is_good(const struct key_row *row, struct str value,
    struct err *err)
{
	if (row->kind == KEY_DATE && !date_range(value).good)
		return fail(err, ERR_INPUT, "%s is not a date or a range",
		    tag_text(row->tag).at);
	if (row->kind == KEY_TIME && !time_range(value).good)
		return fail(err, ERR_INPUT, "%s is not a time or a range",
		    tag_text(row->tag).at);
	return true;
}

bool find_key(struct arena *arena, struct find_ask *ask, uint32_t tag,
    struct str value, bool *narrows, struct err *err)
{
	const struct key_row *row = key_row_find(tag);
	size_t most = sizeof(ask->keys) / sizeof(*ask->keys);

	*narrows = row != NULL;
	value = str_trim(value);
	if (!row || !value.len ||
	    (str_is(value, "*") && row->kind != KEY_UID))
		return true;
	if (!str_is_utf8(value) || memchr(value.at, 0, value.len))
		return fail(err, ERR_INPUT, "%s is not text",
		    tag_text(tag).at);
	if (value.len > 512 && row->kind != KEY_UID)
		return fail(err, ERR_INPUT, "%s is too long",
		    tag_text(tag).at);
	if (ask->keys_n == most)
		return fail(err, ERR_INPUT, "too many keys are asked for");
	if (!is_good(row, value, err))
		return false;
	ask->keys[ask->keys_n++] =
	    (struct find_key){tag, arena_keep(arena, value)};
	return true;
}
