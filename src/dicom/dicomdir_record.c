/* SPDX-License-Identifier: MIT */
/* dicomdir_record.c: which record an instance has, and what is told in it:
 * PS3.3 F.5, as a table.  What a head has not is told empty, for a value that
 * nobody gave is not made up here. */
#include "dicom/dicomdir_record.h"

#include "dicom/charset.h"

#include <string.h>

#define CONTENT \
	TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime, \
	TAG_ContentLabel, TAG_ContentDescription, TAG_ContentCreatorName
#define CLASS(tail) "1.2.840.10008.5.1.4.1.1." tail

const struct record_kind
    record_patient = {"PATIENT", {NULL}, false,
     {TAG_PatientID, TAG_IssuerOfPatientID, TAG_PatientName,
      TAG_PatientBirthDate, TAG_PatientSex}},
    record_study = {"STUDY", {NULL}, false,
     {TAG_StudyInstanceUID, TAG_StudyDate, TAG_StudyTime, TAG_StudyID,
      TAG_StudyDescription, TAG_AccessionNumber}},
    record_series = {"SERIES", {NULL}, false,
     {TAG_SeriesInstanceUID, TAG_Modality, TAG_SeriesNumber,
      TAG_SeriesDescription}};

static const struct record_kind image = {"IMAGE", {NULL}, false,
    {TAG_InstanceNumber}};
static const struct record_kind kinds[] = {
    {"RT DOSE", {CLASS("481.2")}, false,
     {TAG_InstanceNumber, TAG_DoseSummationType}},
    {"RT STRUCTURE SET", {CLASS("481.3")}, false,
     {TAG_InstanceNumber, TAG_StructureSetLabel, TAG_StructureSetDate,
      TAG_StructureSetTime}},
    {"RT PLAN", {CLASS("481.5"), CLASS("481.8")}, false,
     {TAG_InstanceNumber, TAG_RTPlanLabel, TAG_RTPlanDate, TAG_RTPlanTime}},
    {"RT TREAT RECORD", {CLASS("481.4"), CLASS("481.6"), CLASS("481.7"), CLASS("481.9")}, false,
     {TAG_InstanceNumber, TAG_TreatmentDate, TAG_TreatmentTime}},
    {"RADIOTHERAPY", {CLASS("481.1*"), CLASS("481.2*")}, false,
     {TAG_InstanceNumber, TAG_UserContentLabel, TAG_UserContentLongLabel,
      TAG_ContentDescription, TAG_ContentCreatorName}},
    {"PRESENTATION", {CLASS("11.*"), CLASS("131")}, false,
     {TAG_InstanceNumber, TAG_PresentationCreationDate,
      TAG_PresentationCreationTime, TAG_ContentLabel,
      TAG_ContentDescription, TAG_ContentCreatorName,
      TAG_ReferencedSeriesSequence, TAG_BlendingSequence}},
    {"WAVEFORM", {CLASS("9.*")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime}},
    {"KEY OBJECT DOC", {CLASS("88.59")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime,
      TAG_ConceptNameCodeSequence}},
    {"SR DOCUMENT", {CLASS("88.*"), CLASS("79.1"), CLASS("78.6")}, false,
     {TAG_InstanceNumber, TAG_CompletionFlag, TAG_VerificationFlag,
      TAG_ContentDate, TAG_ContentTime, TAG_VerificationDateTime,
      TAG_ConceptNameCodeSequence}},
    {"SPECTROSCOPY", {CLASS("4.2")}, false,
     {TAG_ImageType, TAG_ContentDate, TAG_ContentTime, TAG_InstanceNumber,
      TAG_NumberOfFrames, TAG_Rows, TAG_Columns, TAG_DataPointRows,
      TAG_DataPointColumns}},
    {"RAW DATA", {CLASS("66")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime}},
    {"REGISTRATION", {CLASS("66.1"), CLASS("66.3")}, false, {CONTENT}},
    {"FIDUCIAL", {CLASS("66.2")}, false, {CONTENT}},
    {"SURFACE", {CLASS("66.5")}, false, {CONTENT}},
    {"TRACT", {CLASS("66.6")}, false, {CONTENT}},
    {"VALUE MAP", {CLASS("67")}, false, {CONTENT}},
    {"SURFACE SCAN", {CLASS("68.1"), CLASS("68.2")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime}},
    {"STEREOMETRIC", {CLASS("77.1.5.3")}, false, {TAG_InstanceNumber}},
    {"MEASUREMENT", {CLASS("78.*"), CLASS("80.1")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime}},
    {"ASSESSMENT", {CLASS("90.1")}, false,
     {TAG_InstanceNumber, TAG_InstanceCreationDate,
      TAG_InstanceCreationTime}},
    {"ANNOTATION", {CLASS("91.1")}, false, {CONTENT}},
    {"ENCAP DOC", {CLASS("104.*")}, false,
     {TAG_InstanceNumber, TAG_ContentDate, TAG_ContentTime,
      TAG_DocumentTitle, TAG_MIMETypeOfEncapsulatedDocument,
      TAG_ConceptNameCodeSequence}},
    {"HANGING PROTOCOL", {"1.2.840.10008.5.1.4.38.1"}, true,
     {TAG_HangingProtocolName, TAG_HangingProtocolDescription,
      TAG_HangingProtocolLevel, TAG_HangingProtocolCreator,
      TAG_HangingProtocolCreationDateTime,
      TAG_HangingProtocolDefinitionSequence, TAG_NumberOfPriorsReferenced}},
    {"PALETTE", {"1.2.840.10008.5.1.4.39.1"}, true,
     {TAG_ContentLabel, TAG_ContentDescription}},
};
/* One that has it is told; one that has not is left out: not all are ours to
 * promise (type 3, or 1 under a condition). */
static const uint32_t as_given[] = {TAG_IssuerOfPatientID,
    TAG_SeriesDescription, TAG_ReferencedSeriesSequence, TAG_BlendingSequence,
    TAG_VerificationDateTime};

static bool is_class(const char *known, struct str sop_class)
{
	size_t len = strlen(known);

	return known[len - 1] == '*' ? sop_class.len >= len &&
	    str_starts(sop_class, (struct str){known, len - 1}) :
	    str_is(sop_class, known);
}

const struct record_kind *record_kind_find(struct str sop_class)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (size_t j = 0; j < 4 && kinds[i].classes[j]; j++)
			if (is_class(kinds[i].classes[j], sop_class))
				return &kinds[i];
	return &image;
}

static bool is_optional(uint32_t tag)
{
	for (size_t i = 0; i < sizeof(as_given) / sizeof(*as_given); i++)
		if (as_given[i] == tag)
			return true;
	return false;
}

/* The last time that somebody verified a report. */
static const struct element *verified(const struct dataset *head)
{
	const struct element *last = NULL, *all;

	all = dataset_find(head, TAG_VerifyingObserverSequence);
	for (uint32_t i = 0; all && i < all->items_n; i++) {
		const struct element *e =
		    dataset_find(&all->items[i], TAG_VerificationDateTime);
		if (e && (!last || str_cmp(e->value, last->value) > 0))
			last = e;
	}
	return last;
}

static void put_key(struct dataset *record, const struct dataset *head,
    uint32_t tag)
{
	const struct element *e = tag == TAG_VerificationDateTime ?
	    verified(head) : dataset_find(head, tag);
	const struct term *term = term_find(tag);

	if (e)
		dataset_put_element(record, head, e);
	else if (is_optional(tag))
		return;
	else if (term && term->vrs[0] == VR('S', 'Q'))
		dataset_put_sequence(record, tag);
	else
		dataset_put(record, tag, S(""));
}

/* "DIR/IMG1" is the value DIR\IMG1. */
static void put_file(struct arena *arena, struct dataset *record,
    const struct dataset *head, struct str path, struct str syntax_uid)
{
	char *id = arena_alloc(arena, path.len + 1);

	for (size_t i = 0; i < path.len; i++)
		id[i] = path.at[i] == '/' ? '\\' : path.at[i];
	dataset_put(record, TAG_ReferencedFileID, (struct str){id, path.len});
	dataset_put(record, TAG_ReferencedSOPClassUIDInFile,
	    dataset_raw(head, TAG_SOPClassUID));
	dataset_put(record, TAG_ReferencedSOPInstanceUIDInFile,
	    dataset_raw(head, TAG_SOPInstanceUID));
	dataset_put(record, TAG_ReferencedTransferSyntaxUIDInFile, syntax_uid);
}

static struct dataset *record_make(struct arena *arena,
    const struct record_kind *kind, const struct dataset *head)
{
	struct dataset *record = dataset_new(arena, syntax_explicit);

	record->charset = head->charset ? head->charset : charset_default;
	dataset_put_int(record, TAG_OffsetOfTheNextDirectoryRecord, 0);
	dataset_put_int(record, TAG_RecordInUseFlag, 0xffff);
	dataset_put_int(record,
	    TAG_OffsetOfReferencedLowerLevelDirectoryEntity, 0);
	dataset_put(record, TAG_DirectoryRecordType, str_of(kind->type));
	if (charset_terms(record->charset).len)
		dataset_put(record, TAG_SpecificCharacterSet,
		    charset_terms(record->charset));
	for (size_t i = 0; i < RECORD_KEYS_MOST && kind->keys[i]; i++)
		put_key(record, head, kind->keys[i]);
	return record;
}

bool entry_write(struct arena *arena, const struct record_kind *kind,
    const struct dataset *head, struct str path, struct str syntax_uid,
    struct str *bytes, struct err *err)
{
	struct arena own = {0};
	struct dataset *record = record_make(&own, kind, head);
	struct out out;

	if (path.len)
		put_file(&own, record, head, path, syntax_uid);
	out_memory(&out);
	out_put(&out, S("\xfe\xff\x00\xe0\xff\xff\xff\xff"));
	bool good = dataset_write(record, syntax_explicit, &out, err);
	out_put(&out, S("\xfe\xff\x0d\xe0\0\0\0\0"));
	if (good)
		*bytes = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	arena_end(&own);
	return good;
}
