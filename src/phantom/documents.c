/* SPDX-License-Identifier: MIT */
/* documents.c: a structured report (PS3.3 A.35.1) and an encapsulated PDF
 * (PS3.3 A.45.1) that go with a chest film. */
#include "heads.h"

#include <string.h>

static void put_code(struct dataset *item, uint32_t tag, const char *value,
    const char *scheme, const char *meaning)
{
	struct dataset *code = dataset_put_item(item, tag);

	dataset_put(code, TAG_CodeValue, str_of(value));
	dataset_put(code, TAG_CodingSchemeDesignator, str_of(scheme));
	dataset_put(code, TAG_CodeMeaning, str_of(meaning));
}

static void put_text(struct dataset *root, const char *code,
    const char *meaning, const char *text)
{
	struct dataset *item = dataset_put_item(root, TAG_ContentSequence);

	dataset_put(item, TAG_RelationshipType, S("CONTAINS"));
	dataset_put(item, TAG_ValueType, S("TEXT"));
	put_code(item, TAG_ConceptNameCodeSequence, code, "DCM", meaning);
	dataset_put(item, TAG_TextValue, str_of(text));
}

bool chest_report(struct scan *s)
{
	struct arena arena = {0};
	struct dataset *ds = head_begin(
	    s, &arena, "1.2.840.10008.5.1.4.1.1.88.11", 8, "Report", 1);

	dataset_put(ds, TAG_Modality, S("SR"));
	dataset_put_sequence(ds, TAG_ReferencedPerformedProcedureStepSequence);
	dataset_put(ds, TAG_CompletionFlag, S("COMPLETE"));
	dataset_put(ds, TAG_VerificationFlag, S("UNVERIFIED"));
	dataset_put_sequence(ds, TAG_PerformedProcedureCodeSequence);
	dataset_put(ds, TAG_ValueType, S("CONTAINER"));
	put_code(ds, TAG_ConceptNameCodeSequence, "18748-4", "LN",
	    "Diagnostic imaging report");
	dataset_put(ds, TAG_ContinuityOfContent, S("SEPARATE"));
	put_text(ds, "121071", "Finding",
	    "Synthetic picture. Heart size normal. Lungs clear but for a small "
	    "nodule on the right, 5 \302\261 1 mm.");
	put_text(ds, "121077", "Conclusion",
	    "SYNTHETIC: this report is about nobody.");
	bool ok = s->take(s->with, ds, s->err);

	arena_end(&arena);
	return ok;
}

/* The smallest honest PDF: five objects and their places. */
static struct str pdf(struct arena *arena)
{
	static const char page[] =
	    "BT /F1 20 Tf 60 760 Td (SYNTHETIC: a leaflet for nobody) Tj "
	    "0 -30 Td (Chest X-ray: what happens next) Tj ET";
	static const char sheet[] =
	    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
	    "/Resources<</Font<</F1 5 0 R>>>>>>";
	struct str stream = arena_printf(arena,
	    "<</Length %zu>>stream\n%s\nendstream", sizeof(page) - 1, page);
	const char *const objects[] = {"<</Type/Catalog/Pages 2 0 R>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", sheet,
	    arena_cstr(arena, stream),
	    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
	struct str all = S("%PDF-1.4\n");
	struct str places = S("0000000000 65535 f \n");

	for (int i = 0; i < 5; i++) {
		places = arena_printf(
		    arena, "%.*s%010zu 00000 n \n", STR(places), all.len);
		all = arena_printf(arena, "%.*s%d 0 obj\n%s\nendobj\n",
		    STR(all), i + 1, objects[i]);
	}
	return arena_printf(arena,
	    "%.*sxref\n0 6\n%.*strailer\n"
	    "<</Size 6/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
	    STR(all), STR(places), all.len);
}

bool chest_leaflet(struct scan *s)
{
	struct arena arena = {0};
	struct dataset *ds = head_begin(
	    s, &arena, "1.2.840.10008.5.1.4.1.1.104.1", 9, "Leaflet", 1);
	struct str bytes = pdf(&arena);

	dataset_put(ds, TAG_Modality, S("DOC"));
	dataset_put(ds, TAG_AcquisitionDateTime, S(""));
	dataset_put(ds, TAG_ConversionType, S("WSD"));
	dataset_put(ds, TAG_BurnedInAnnotation, S("NO"));
	dataset_put(ds, TAG_DocumentTitle, S("Leaflet"));
	dataset_put_sequence(ds, TAG_ConceptNameCodeSequence);
	dataset_put(
	    ds, TAG_MIMETypeOfEncapsulatedDocument, S("application/pdf"));
	dataset_put_int(ds, TAG_EncapsulatedDocumentLength, (int64_t)bytes.len);
	if (bytes.len % 2)
		bytes = arena_printf(&arena, "%.*s\n", STR(bytes));
	dataset_put_bytes(ds, TAG_EncapsulatedDocument, VR('O', 'B'), bytes);
	bool ok = s->take(s->with, ds, s->err);

	arena_end(&arena);
	return ok;
}
