/* SPDX-License-Identifier: MIT */
/* heads.c: the modules that every instance begins with (PS3.3 A.1), filled as
 * a careful modality does. */
#include "heads.h"

#include <stdio.h>
#include <string.h>

struct str uid_of(
    struct arena *arena, uint64_t seed, const char *what, int64_t n)
{
	struct str words = arena_printf(arena, "%llx %s %lld",
	    (unsigned long long)seed, what, (long long)n);
	uint64_t high = hash64(words.at, words.len);
	uint64_t low = hash64(&high, sizeof(high));

	/* 2.25 wants one number without leading zeros: 18 and 19 digits. */
	return arena_printf(arena, "2.25.%llu%018llu",
	    (unsigned long long)(high % UINT64_C(900000000000000000) +
		UINT64_C(100000000000000000)),
	    (unsigned long long)(low % UINT64_C(1000000000000000000)));
}

static const char *const given[] = {"ANN", "BILAL", "CERI", "DAWID", "ESTHER",
    "FAISAL", "GRACE", "HARRY", "IRENA", "JOHN", "KHADIJA", "LUKE"};
static const char *const rivers[] = {"HODDER", "LUNE", "WYRE", "CALDER",
    "DOUGLAS", "KENT", "LEVEN", "DARWEN", "KEER", "BRUN"};

static void put_patient(struct dataset *ds, struct scan *s)
{
	struct arena *arena = &s->arena;
	uint64_t who =
	    hash64(s->order->patient_id.at, s->order->patient_id.len);
	int year = 1934 + (int)(who / 977 % 70);
	size_t name = who / 10 % 12; /* even ones are women's */

	if (str_is(s->order->modality, "MG"))
		name &= ~(size_t)1;

	dataset_put(ds, TAG_PatientName,
	    arena_printf(
		arena, "ZZZ%s^%s", rivers[who % 10], given[name]));
	dataset_put(ds, TAG_PatientID, s->order->patient_id);
	dataset_put(ds, TAG_IssuerOfPatientID, s->order->org);
	dataset_put(ds, TAG_PatientBirthDate,
	    arena_printf(arena, "%04d%02d%02d", year, (int)(who / 31 % 12) + 1,
		(int)(who / 373 % 28) + 1));
	dataset_put(ds, TAG_PatientSex, name % 2 ? S("M") : S("F"));
	dataset_put(ds, TAG_PatientComments,
	    S("SYNTHETIC: this person does not exist"));
}

static void put_times(struct dataset *ds, struct scan *s)
{
	struct time_text at = time_local_text(s->order->performed_at);
	struct str day = arena_printf(
	    &s->arena, "%.4s%.2s%.2s", at.at, at.at + 5, at.at + 8);
	struct str time =
	    arena_printf(&s->arena, "%.2s%.2s00", at.at + 11, at.at + 14);

	dataset_put(ds, TAG_StudyDate, day);
	dataset_put(ds, TAG_SeriesDate, day);
	dataset_put(ds, TAG_ContentDate, day);
	dataset_put(ds, TAG_StudyTime, time);
	dataset_put(ds, TAG_SeriesTime, time);
	dataset_put(ds, TAG_ContentTime, time);
}

static const struct {
	const char *modality, *study, *maker;
} kinds[] = {
    {"CT", "CT thorax with contrast", "Phantom CT 1"},
    {"MR", "MRI head", "Phantom MR 1"},
    {"US", "US with colour flow", "Phantom US 1"},
    {"DX", "XR chest", "Phantom DX 1"},
    {"MG", "Mammogram both breasts", "Phantom MG 1"},
};

static void put_study(struct dataset *ds, struct scan *s)
{
	dataset_put(ds, TAG_StudyInstanceUID, s->study_uid);
	dataset_put(ds, TAG_AccessionNumber, s->order->accession);
	dataset_put(ds, TAG_ReferringPhysicianName, S(""));
	dataset_put(ds, TAG_StudyID,
	    arena_printf(
		&s->arena, "%llu", (unsigned long long)(s->seed % 100000)));
	dataset_put(ds, TAG_InstitutionName, s->order->place);
	dataset_put(ds, TAG_Manufacturer, S("Ribble phantom"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(s->order->modality, kinds[i].modality)) {
			dataset_put(
			    ds, TAG_StudyDescription, str_of(kinds[i].study));
			dataset_put(ds, TAG_ManufacturerModelName,
			    str_of(kinds[i].maker));
		}
}

struct dataset *head_begin(struct scan *s, struct arena *arena,
    const char *sop_class, int series, const char *series_words, int64_t number)
{
	struct dataset *ds = dataset_new(arena, syntax_explicit);

	dataset_put(ds, TAG_SpecificCharacterSet, S("ISO_IR 192"));
	dataset_put(ds, TAG_SOPClassUID, str_of(sop_class));
	dataset_put(ds, TAG_SOPInstanceUID,
	    uid_of(arena, s->seed, "instance", series * 10000 + number));
	put_patient(ds, s);
	put_times(ds, s);
	put_study(ds, s);
	dataset_put(ds, TAG_Modality, s->order->modality);
	dataset_put(ds, TAG_SeriesInstanceUID,
	    uid_of(arena, s->seed, "series", series));
	dataset_put_int(ds, TAG_SeriesNumber, series);
	dataset_put(ds, TAG_SeriesDescription, str_of(series_words));
	dataset_put_int(ds, TAG_InstanceNumber, number);
	return ds;
}

static void put_shape(struct dataset *ds, int columns, int rows, int samples,
    int allocated, int stored)
{
	dataset_put_int(ds, TAG_SamplesPerPixel, samples);
	dataset_put_int(ds, TAG_Rows, rows);
	dataset_put_int(ds, TAG_Columns, columns);
	dataset_put_int(ds, TAG_BitsAllocated, allocated);
	dataset_put_int(ds, TAG_BitsStored, stored);
	dataset_put_int(ds, TAG_HighBit, stored - 1);
	dataset_put_int(ds, TAG_PixelRepresentation, 0);
}

void head_grey(
    struct dataset *ds, int columns, int rows, int bits, struct str pixels)
{
	put_shape(ds, columns, rows, 1, 16, bits);
	dataset_put(ds, TAG_PhotometricInterpretation, S("MONOCHROME2"));
	dataset_put_bytes(ds, TAG_PixelData, VR('O', 'W'), pixels);
}

void head_colour(struct dataset *ds, int columns, int rows, int64_t frames,
    struct str pixels)
{
	put_shape(ds, columns, rows, 3, 8, 8);
	dataset_put(ds, TAG_PhotometricInterpretation, S("RGB"));
	dataset_put_int(ds, TAG_PlanarConfiguration, 0);
	dataset_put_int(ds, TAG_NumberOfFrames, frames);
	dataset_put_bytes(ds, TAG_PixelData, VR('O', 'B'), pixels);
}
