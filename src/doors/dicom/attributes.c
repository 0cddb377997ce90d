/* SPDX-License-Identifier: MIT */
/* attributes.c: what a match can say of itself: the attributes of PS3.4 C.6
 * that the archive's index holds, by level.  What is not here is read from the
 * head of an instance, where a query is narrow enough for that. */
#include "doors/dicom/query.h"

#include <stddef.h>

#define STUDY(field) offsetof(struct match, study.field)
#define SERIES(field) offsetof(struct match, series.field)
#define INSTANCE(field) offsetof(struct match, instance.field)

/* clang-format off */
static const struct attribute attributes[] = {
	{TAG_PatientName, LEVEL_PATIENT, false, STUDY(patient_name)},
	{TAG_PatientID, LEVEL_PATIENT, false, STUDY(patient_id)},
	{TAG_IssuerOfPatientID, LEVEL_PATIENT, false, STUDY(issuer)},
	{TAG_PatientBirthDate, LEVEL_PATIENT, false, STUDY(birth_date)},
	{TAG_PatientSex, LEVEL_PATIENT, false, STUDY(sex)},
	{TAG_StudyInstanceUID, LEVEL_STUDY, false, STUDY(uid)},
	{TAG_StudyDate, LEVEL_STUDY, false, STUDY(date)},
	{TAG_StudyTime, LEVEL_STUDY, false, STUDY(time)},
	{TAG_AccessionNumber, LEVEL_STUDY, false, STUDY(accession)},
	{TAG_StudyID, LEVEL_STUDY, false, STUDY(study_id)},
	{TAG_StudyDescription, LEVEL_STUDY, false, STUDY(description)},
	{TAG_ReferringPhysicianName, LEVEL_STUDY, false, STUDY(referrer)},
	{TAG_ModalitiesInStudy, LEVEL_STUDY, false, STUDY(modalities)},
	{TAG_NumberOfStudyRelatedSeries, LEVEL_STUDY, true, STUDY(series_n)},
	{TAG_NumberOfStudyRelatedInstances, LEVEL_STUDY, true, STUDY(instances_n)},
	{TAG_SeriesInstanceUID, LEVEL_SERIES, false, SERIES(uid)},
	{TAG_Modality, LEVEL_SERIES, false, SERIES(modality)},
	{TAG_SeriesNumber, LEVEL_SERIES, false, SERIES(number)},
	{TAG_SeriesDescription, LEVEL_SERIES, false, SERIES(description)},
	{TAG_BodyPartExamined, LEVEL_SERIES, false, SERIES(body_part)},
	{TAG_Laterality, LEVEL_SERIES, false, SERIES(laterality)},
	{TAG_SeriesDate, LEVEL_SERIES, false, SERIES(date)},
	{TAG_SeriesTime, LEVEL_SERIES, false, SERIES(time)},
	{TAG_StationName, LEVEL_SERIES, false, SERIES(station)},
	{TAG_InstitutionName, LEVEL_SERIES, false, SERIES(institution)},
	{TAG_Manufacturer, LEVEL_SERIES, false, SERIES(manufacturer)},
	{TAG_ProtocolName, LEVEL_SERIES, false, SERIES(protocol)},
	{TAG_NumberOfSeriesRelatedInstances, LEVEL_SERIES, true, SERIES(instances_n)},
	{TAG_SOPInstanceUID, LEVEL_INSTANCE, false, INSTANCE(uid)},
	{TAG_SOPClassUID, LEVEL_INSTANCE, false, INSTANCE(sop_class)},
	{TAG_AvailableTransferSyntaxUID, LEVEL_INSTANCE, false, INSTANCE(syntax_uid)},
	{TAG_InstanceNumber, LEVEL_INSTANCE, false, INSTANCE(number)},
};
/* clang-format on */

/* Of a patient's own level alone: at others it is not counted. */
static const struct attribute studies_of_patient = {
    TAG_NumberOfPatientRelatedStudies, LEVEL_PATIENT, true,
    offsetof(struct match, studies_n)};

const struct attribute *attribute_find(uint32_t tag, enum level level)
{
	size_t n = sizeof(attributes) / sizeof(*attributes);

	if (level == LEVEL_PATIENT && tag == studies_of_patient.tag)
		return &studies_of_patient;
	for (size_t i = 0; i < n; i++)
		if (attributes[i].tag == tag)
			return attributes[i].level <= level ? &attributes[i] :
							      NULL;
	return NULL;
}

const struct attribute *attribute_at(size_t i)
{
	size_t n = sizeof(attributes) / sizeof(*attributes);

	return i < n ? &attributes[i] : NULL;
}

struct str attribute_text(const struct attribute *a, const struct match *match)
{
	const char *at = (const char *)match + a->at;

	return a->is_number ? (struct str){0} : *(const struct str *)at;
}

int64_t attribute_number(const struct attribute *a, const struct match *match)
{
	return *(const int64_t *)((const char *)match + a->at);
}
