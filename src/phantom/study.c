/* SPDX-License-Identifier: MIT */
/* study.c: the instances of one study, by what the modality makes. */
#include "heads.h"
#include "pixels.h"

#include <string.h>

#define SIDE_CT 512
#define SIDE_MR 256
#define CINE_W 320
#define CINE_H 240
#define CINE_FRAMES 40

static bool hand_over(
    struct scan *s, struct arena *arena, const struct dataset *ds)
{
	bool ok = s->take(s->with, ds, s->err);

	arena_end(arena);
	return ok;
}

static struct picture grey(struct arena *arena, int columns, int rows)
{
	return (struct picture){
	    columns, rows, arena_array(arena, uint16_t, columns * rows), NULL};
}

static struct str bytes_of(const struct picture *p)
{
	size_t n = (size_t)p->columns * (size_t)p->rows;

	return p->grey ? (struct str){(const char *)p->grey, 2 * n}
		       : (struct str){(const char *)p->colour, 3 * n};
}

static void put_plane(struct dataset *ds, struct scan *s, struct arena *arena,
    int i, double spacing, double step, int side)
{
	double edge = -spacing * side / 2;

	dataset_put(ds, TAG_FrameOfReferenceUID, s->frame_uid);
	dataset_put(ds, TAG_PositionReferenceIndicator, S(""));
	dataset_put(ds, TAG_ImageType, S("ORIGINAL\\PRIMARY\\AXIAL"));
	dataset_put(ds, TAG_PixelSpacing,
	    arena_printf(arena, "%.4g\\%.4g", spacing, spacing));
	dataset_put(ds, TAG_SliceThickness, arena_printf(arena, "%.4g", step));
	dataset_put(ds, TAG_ImageOrientationPatient, S("1\\0\\0\\0\\1\\0"));
	dataset_put(ds, TAG_ImagePositionPatient,
	    arena_printf(arena, "%.5g\\%.5g\\%.5g", edge, edge, -step * i));
	dataset_put(
	    ds, TAG_SliceLocation, arena_printf(arena, "%.5g", -step * i));
	dataset_put(ds, TAG_PatientPosition, S("HFS"));
}

static void put_window(
    struct dataset *ds, const char *centre, const char *width)
{
	dataset_put(ds, TAG_WindowCenter, str_of(centre));
	dataset_put(ds, TAG_WindowWidth, str_of(width));
}

static bool ct_study(struct scan *s)
{
	int n = s->order->slices ? (int)s->order->slices : 60;
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		struct arena arena = {0};
		struct picture p = grey(&arena, SIDE_CT, SIDE_CT);
		struct dataset *ds = head_begin(s, &arena,
		    "1.2.840.10008.5.1.4.1.1.2", 2, "Thorax 5 mm", i + 1);
		draw_chest_slice(
		    &p, n > 1 ? 2.0 * i / (n - 1) - 1 : 0, s->seed);
		draw_notice(&p, 2024);
		put_plane(ds, s, &arena, i, 0.78, 5, SIDE_CT);
		dataset_put(ds, TAG_BodyPartExamined, S("CHEST"));
		dataset_put(ds, TAG_KVP, S("120"));
		dataset_put(ds, TAG_AcquisitionNumber, S("1"));
		dataset_put(ds, TAG_RescaleIntercept, S("-1024"));
		dataset_put(ds, TAG_RescaleSlope, S("1"));
		put_window(ds, "40\\-500", "400\\1500");
		dataset_put(ds, TAG_WindowCenterWidthExplanation,
		    S("MEDIASTINUM\\LUNG"));
		head_grey(ds, SIDE_CT, SIDE_CT, 12, bytes_of(&p));
		ok = hand_over(s, &arena, ds);
	}
	return ok;
}

static bool mr_study(struct scan *s)
{
	int n = s->order->slices ? (int)s->order->slices : 24;
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		struct arena arena = {0};
		struct picture p = grey(&arena, SIDE_MR, SIDE_MR);
		struct dataset *ds = head_begin(s, &arena,
		    "1.2.840.10008.5.1.4.1.1.4", 3, "T1 axial", i + 1);
		draw_head_slice(
		    &p, n > 1 ? 1.8 * i / (n - 1) - .9 : 0, s->seed);
		draw_notice(&p, 900);
		put_plane(ds, s, &arena, i, 0.9, 6, SIDE_MR);
		dataset_put(ds, TAG_BodyPartExamined, S("HEAD"));
		dataset_put(ds, TAG_ImageType, S("ORIGINAL\\PRIMARY\\OTHER"));
		dataset_put(ds, TAG_ScanningSequence, S("SE"));
		dataset_put(ds, TAG_SequenceVariant, S("NONE"));
		dataset_put(ds, TAG_ScanOptions, S(""));
		dataset_put(ds, TAG_MRAcquisitionType, S("2D"));
		dataset_put(ds, TAG_EchoTime, S("12"));
		dataset_put(ds, TAG_RepetitionTime, S("550"));
		dataset_put(ds, TAG_EchoTrainLength, S("1"));
		put_window(ds, "450", "900");
		head_grey(ds, SIDE_MR, SIDE_MR, 12, bytes_of(&p));
		ok = hand_over(s, &arena, ds);
	}
	return ok;
}

static void put_region(struct dataset *ds)
{
	struct dataset *region =
	    dataset_put_item(ds, TAG_SequenceOfUltrasoundRegions);

	dataset_put_int(region, TAG_RegionSpatialFormat, 1);
	dataset_put_int(region, TAG_RegionDataType, 1);
	dataset_put_int(region, TAG_RegionFlags, 2);
	dataset_put_int(region, TAG_RegionLocationMinX0, 0);
	dataset_put_int(region, TAG_RegionLocationMinY0, 0);
	dataset_put_int(region, TAG_RegionLocationMaxX1, CINE_W - 1);
	dataset_put_int(region, TAG_RegionLocationMaxY1, CINE_H - 1);
	dataset_put_int(region, TAG_PhysicalUnitsXDirection, 3);
	dataset_put_int(region, TAG_PhysicalUnitsYDirection, 3);
	dataset_put(region, TAG_PhysicalDeltaX, S("0.06"));
	dataset_put(region, TAG_PhysicalDeltaY, S("0.06"));
}

static bool us_study(struct scan *s)
{
	struct arena arena = {0};
	size_t one = 3 * CINE_W * CINE_H;
	uint8_t *all = arena_alloc_n(&arena, one, CINE_FRAMES);
	struct dataset *ds = head_begin(s, &arena,
	    "1.2.840.10008.5.1.4.1.1.3.1", 1, "Four chamber, colour", 1);

	for (int i = 0; i < CINE_FRAMES; i++) {
		struct picture p = {
		    CINE_W, CINE_H, NULL, all + one * (size_t)i};
		draw_sector(&p, (double)i / CINE_FRAMES, s->seed);
		draw_notice(&p, 220);
	}
	dataset_put(ds, TAG_ImageType, S("ORIGINAL\\PRIMARY"));
	dataset_put(ds, TAG_Laterality, S(""));
	dataset_put(ds, TAG_PatientOrientation, S(""));
	dataset_put(ds, TAG_FrameTime, S("40"));
	dataset_put_bytes(ds, TAG_FrameIncrementPointer, VR('A', 'T'),
	    (struct str){"\x18\x00\x63\x10", 4});
	dataset_put(ds, TAG_RecommendedDisplayFrameRate, S("25"));
	dataset_put_int(ds, TAG_UltrasoundColorDataPresent, 1);
	dataset_put(ds, TAG_LossyImageCompression, S("00"));
	put_region(ds);
	head_colour(ds, CINE_W, CINE_H, CINE_FRAMES,
	    (struct str){(const char *)all, one * CINE_FRAMES});
	return hand_over(s, &arena, ds);
}

static struct dataset *put_code(struct dataset *ds, uint32_t tag,
    const char *value, const char *scheme, const char *meaning)
{
	struct dataset *code = dataset_put_item(ds, tag);

	dataset_put(code, TAG_CodeValue, str_of(value));
	dataset_put(code, TAG_CodingSchemeDesignator, str_of(scheme));
	dataset_put(code, TAG_CodeMeaning, str_of(meaning));
	return code;
}

/* What digital X-ray and mammography share (PS3.3 A.26 and A.27). */
static void put_film(struct dataset *ds, const char *spacing)
{
	dataset_put(ds, TAG_PresentationIntentType, S("FOR PRESENTATION"));
	dataset_put(ds, TAG_ImageType, S("ORIGINAL\\PRIMARY"));
	dataset_put(ds, TAG_AcquisitionContextSequence, S(""));
	dataset_put(ds, TAG_ImagerPixelSpacing, str_of(spacing));
	dataset_put(ds, TAG_PixelSpacing, str_of(spacing));
	dataset_put_int(ds, TAG_PixelIntensityRelationshipSign, 1);
	dataset_put(ds, TAG_PixelIntensityRelationship, S("LOG"));
	dataset_put(ds, TAG_PresentationLUTShape, S("IDENTITY"));
	dataset_put(ds, TAG_RescaleIntercept, S("0"));
	dataset_put(ds, TAG_RescaleSlope, S("1"));
	dataset_put(ds, TAG_RescaleType, S("US"));
	dataset_put(ds, TAG_LossyImageCompression, S("00"));
	dataset_put(ds, TAG_BurnedInAnnotation, S("YES"));
	dataset_put(ds, TAG_DetectorType, S("DIRECT"));
	put_window(ds, "2048", "4096");
}

static bool dx_picture(struct scan *s, bool side)
{
	struct arena arena = {0};
	int columns = 768, rows = 816;
	struct picture p = grey(&arena, columns, rows);
	struct dataset *ds =
	    head_begin(s, &arena, "1.2.840.10008.5.1.4.1.1.1.1", 1,
		side ? "Lateral" : "PA", side + 1);

	draw_chest_film(&p, side, s->seed);
	draw_notice(&p, 3600);
	dataset_put(ds, TAG_BodyPartExamined, S("CHEST"));
	dataset_put(ds, TAG_ImageLaterality, S("U"));
	dataset_put(ds, TAG_PositionerType, S(""));
	dataset_put(ds, TAG_ViewPosition, side ? S("LL") : S("PA"));
	put_code(ds, TAG_AnatomicRegionSequence, "43799004", "SCT", "Chest");
	dataset_put(ds, TAG_PatientOrientation, side ? S("P\\F") : S("L\\F"));
	put_film(ds, "0.47\\0.47");
	head_grey(ds, columns, rows, 12, bytes_of(&p));
	return hand_over(s, &arena, ds);
}

static bool dx_study(struct scan *s)
{
	return dx_picture(s, false) && dx_picture(s, true) && chest_report(s) &&
	    chest_leaflet(s);
}

static bool mg_picture(struct scan *s, bool left, bool oblique)
{
	struct arena arena = {0};
	int columns = 960, rows = 1280, number = left * 2 + oblique + 1;
	struct picture p = grey(&arena, columns, rows);
	struct dataset *ds =
	    head_begin(s, &arena, "1.2.840.10008.5.1.4.1.1.1.2", number,
		left          ? oblique ? "L MLO" : "L CC"
		    : oblique ? "R MLO"
			      : "R CC",
		1);

	draw_breast(&p, left, oblique, s->seed);
	draw_notice(&p, 3900);
	dataset_put(ds, TAG_BodyPartExamined, S("BREAST"));
	dataset_put(ds, TAG_ImageLaterality, left ? S("L") : S("R"));
	dataset_put(ds, TAG_ViewPosition, oblique ? S("MLO") : S("CC"));
	dataset_put(ds, TAG_PatientOrientation,
	    left          ? oblique ? S("A\\FR") : S("A\\R")
			 : oblique ? S("P\\FL")
			  : S("P\\L"));
	struct dataset *view = put_code(ds, TAG_ViewCodeSequence,
	    oblique ? "399368009" : "399162004", "SCT",
	    oblique ? "medio-lateral oblique" : "cranio-caudal");
	dataset_put_sequence(view, TAG_ViewModifierCodeSequence);
	put_code(ds, TAG_AnatomicRegionSequence, "76752008", "SCT", "Breast");
	dataset_put(ds, TAG_PositionerType, S("MAMMOGRAPHIC"));
	dataset_put(ds, TAG_BreastImplantPresent, S("NO"));
	dataset_put(ds, TAG_OrganExposed, S("BREAST"));
	put_film(ds, "0.14\\0.14");
	head_grey(ds, columns, rows, 12, bytes_of(&p));
	return hand_over(s, &arena, ds);
}

static bool mg_study(struct scan *s)
{
	return mg_picture(s, false, false) && mg_picture(s, true, false) &&
	    mg_picture(s, false, true) && mg_picture(s, true, true);
}

static const struct {
	const char *modality;
	bool (*make)(struct scan *);
} makers[] = {
    {"CT", ct_study},
    {"MR", mr_study},
    {"US", us_study},
    {"DX", dx_study},
    {"MG", mg_study},
};

bool phantom_study(const struct phantom_order *order, phantom_take *take,
    void *with, struct err *err)
{
	struct scan s = {
	    .order = order, .take = take, .with = with, .err = err};
	bool ok;

	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		if (!str_is(order->modality, makers[i].modality))
			continue;
		s.seed = hash64(order->accession.at, order->accession.len) ^
		    hash64(order->patient_id.at, order->patient_id.len);
		s.study_uid = uid_of(&s.arena, s.seed, "study", 0);
		s.frame_uid = uid_of(&s.arena, s.seed, "frame", 0);
		ok = makers[i].make(&s);
		arena_end(&s.arena);
		return ok;
	}
	return fail(err, ERR_INPUT, "no phantom for this modality");
}
