/* SPDX-License-Identifier: MIT */
/* test_findings.c: each thing that can be found is found where it is, in files
 * that are right but for one element. */
#include "dicom/findings.c"

#include "samples.h"

static struct arena arena;
static struct finding *found;
static size_t found_n;

static int setup(void **state)
{
	(void)state;
	arena = (struct arena){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static void look(struct str bytes)
{
	struct part10 p;
	struct err err = {0};

	if (!part10_read(&arena, bytes, NULL, &p, &err))
		fail_msg("%s", err.text);
	found = part10_findings(&arena, &p, &found_n);
}

/* A file with all that must be there, and these elements before or after. */
#define BEFORE "\x08\0\x16\0UI\x04\0" "1.2\0" \
	"\x08\0\x18\0UI\x06\0" "1.2.3\0"
#define AFTER "\x10\0\x20\0LO\x02\0A1" "\x20\0\x0d\0UI\x04\0" "1.4\0" \
	"\x20\0\x0e\0UI\x04\0" "1.5\0"
static struct str file_of(struct str data)
{
	struct out out;

	out_memory(&out);
	part10_head(&out, S("1.2"), S("1.2.3"), S(UID_ExplicitVRLittleEndian),
	    (struct str){0});
	out_put(&out, data);
	struct str bytes = arena_keep(&arena, out_str(&out));
	out_end(&out, NULL);
	return bytes;
}

/* The one finding there must be, about the tag. */
static void finds_(struct str data, uint32_t tag, enum finding_kind kind,
    const char *code, int line)
{
	look(file_of(data));
	if (found_n != 1)
		fail_msg("line %d: %zu findings, the first %s", line, found_n,
		    found_n ? found[0].code : "none");
	if (found->tag != tag || found->kind != kind ||
	    strcmp(found->code, code))
		fail_msg("line %d: %s %s", line, tag_text(found->tag).at,
		    found->code);
	assert_true(found->text.len > 0);
}
#define finds(data, tag, kind, code) \
	finds_(data, tag, FINDING_##kind, code, __LINE__)
#define WITH(element) S(BEFORE element AFTER)

static void nothing(void **state)
{
	(void)state;
	look(file_of(WITH("")));
	assert_int_equal(found_n, 0);
	look(sample(&arena, "test_files/MR_small.dcm"));
	assert_int_equal(found_n, 0);
	look(sample(&arena, "test_files/MR_small_RLE.dcm"));
	assert_int_equal(found_n, 0);
}

static void structure(void **state)
{
	(void)state;
	finds(WITH("\x08\0\x60\0CS\x03\0MRI"), TAG_Modality, ERROR,
	    "odd-length");
	finds(WITH("\x08\0\x15\0DT\0\0"), TAG(0x0008, 0x0015), ERROR,
	    "order");
	finds(WITH("\x08\0\x18\0UI\x06\0" "1.2.3\0"), TAG_SOPInstanceUID,
	    ERROR, "duplicate");
	finds(WITH("\x08\0\x60\0LO\x02\0MR"), TAG_Modality, ERROR, "vr-wrong");
	finds(WITH("\x08\0\x60\0  \x02\0MR"), TAG_Modality, ERROR,
	    "vr-invalid");
	finds(WITH("\x08\0\x60\0CS\x06\0MR\\CT "), TAG_Modality, ERROR,
	    "multiplicity");
	finds(S(BEFORE AFTER "\x28\0\x09\0AT\x06\0\1\1\1\1\1\1"),
	    TAG_FrameIncrementPointer, ERROR, "length-wrong");
	finds(S("\x08\0\0\0UL\x04\0\x08\0\0\0" BEFORE AFTER),
	    TAG(0x0008, 0), ERROR, "group-length");
	finds(S(BEFORE AFTER "\x28\0\x08\x12UL\x04\0\1\1\1\1"),
	    TAG(0x0028, 0x1208), NOTE, "unknown-element");
	finds(WITH("\x09\0\x01\x10LO\x02\0XY"), TAG(0x0009, 0x1001), WARNING,
	    "creator-missing");
	finds(WITH("\x08\0\x50\0XX\0\0"), TAG_AccessionNumber, ERROR,
	    "vr-invalid");
}

static void forms_of_values(void **state)
{
	(void)state;
	finds(WITH("\x08\0\x20\0DA\x08\0" "20230229"), TAG_StudyDate, ERROR,
	    "date-invalid");
	finds(WITH("\x08\0\x20\0DA\x0a\0" "2023.02.28"), TAG_StudyDate, ERROR,
	    "date-invalid");
	finds(WITH("\x08\0\x30\0TM\x06\0" "246060"), TAG_StudyTime, ERROR,
	    "time-invalid");
	finds(WITH("\x08\0\x2a\0DT\x10\0" "20230228120060+2"),
	    TAG_AcquisitionDateTime, ERROR, "datetime-invalid");
	finds(WITH("\x08\0\x60\0CS\x02\0mr"), TAG_Modality, ERROR,
	    "code-invalid");
	finds(S(BEFORE AFTER "\x20\0\x13\0IS\x02\0" "1,"), TAG_InstanceNumber,
	    ERROR, "integer-invalid");
	finds(S(BEFORE "\x10\0\x20\0LO\x02\0A1\x10\0\x10\x10" "AS\x04\0" "45YY"
	    "\x20\0\x0d\0UI\x04\0" "1.4\0\x20\0\x0e\0UI\x04\0" "1.5\0"),
	    TAG_PatientAge, ERROR, "age-invalid");
	finds(S(BEFORE AFTER "\x28\0\x30\0DS\x06\0" "1\\2.x "),
	    TAG_PixelSpacing, ERROR, "decimal-invalid");
	finds(WITH("\x08\0\x50\0SH\x12\0" "123456789012345678"),
	    TAG_AccessionNumber, WARNING, "too-long");
	finds(WITH("\x08\0\x50\0SH\x04\0" "1\b23"), TAG_AccessionNumber,
	    ERROR, "control-character");
	finds(S("\x08\0\x14\0UI\x04\0" "1.02" BEFORE AFTER),
	    TAG_InstanceCreatorUID, ERROR, "uid-invalid");
	finds(S("\x08\0\x14\0UI\x04\0" "1.2 " BEFORE AFTER),
	    TAG_InstanceCreatorUID, WARNING, "uid-padding");
}

static void charsets(void **state)
{
	(void)state;
	finds(WITH("\x08\0\x80\0LO\x02\0M\xfc"), TAG_InstitutionName, ERROR,
	    "charset-missing");
	finds(S("\x08\0\x05\0CS\x0a\0ISO_IR 999" BEFORE AFTER),
	    TAG_SpecificCharacterSet, ERROR, "charset-unknown");
	finds(S("\x08\0\x05\0CS\x0a\0ISO_IR 192" BEFORE
	    "\x08\0\x80\0LO\x02\0M\xfc" AFTER), TAG_InstitutionName, ERROR,
	    "charset-wrong");
}

static void identity(void **state)
{
	(void)state;
	finds(S("\x08\0\x16\0UI\x04\0" "1.2\0" "\x08\0\x18\0UI\x06\0"
	    "1.2.4\0" AFTER), TAG_SOPInstanceUID, ERROR, "meta-mismatch");
	finds(S(BEFORE "\x10\0\x20\0LO\0\0\x20\0\x0d\0UI\x04\0" "1.4\0"
	    "\x20\0\x0e\0UI\x04\0" "1.5\0"), TAG_PatientID, WARNING,
	    "missing");
	finds(S(BEFORE "\x10\0\x20\0LO\x02\0A1\x20\0\x0d\0UI\x04\0" "1.4\0"),
	    TAG_SeriesInstanceUID, ERROR, "missing");
	look(S(BEFORE AFTER));
	assert_int_equal(found_n, 2);
	assert_string_equal(found[0].code, "meta-missing");
	assert_string_equal(found[1].code, "preamble-missing");
}

#define IMAGE "\x28\0\x02\0US\x02\0\1\0" "\x28\0\x04\0CS\x0c\0MONOCHROME2 " \
	"\x28\0\x10\0US\x02\0\2\0" "\x28\0\x11\0US\x02\0\2\0" \
	"\x28\0\x00\x01US\x02\0\x08\0"
static void pixels(void **state)
{
	(void)state;
	look(file_of(S(BEFORE AFTER IMAGE
	    "\xe0\x7f\x10\0OB\0\0\x04\0\0\0\1\2\3\4")));
	assert_int_equal(found_n, 0);
	finds(S(BEFORE AFTER IMAGE "\xe0\x7f\x10\0OB\0\0\x02\0\0\0\1\2"),
	    TAG_PixelData, ERROR, "pixels-short");
	finds(S(BEFORE AFTER IMAGE
	    "\xe0\x7f\x10\0OB\0\0\x06\0\0\0\1\2\1\2\1\2"),
	    TAG_PixelData, WARNING, "pixels-long");
	finds(S(BEFORE AFTER IMAGE "\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff"
	    "\xfe\xff\0\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"), TAG_PixelData,
	    ERROR, "pixels-form");
}

static void multiplicities(void **state)
{
	(void)state;
	assert_true(vm_allows("1", 1) && !vm_allows("1", 2));
	assert_true(vm_allows("1", 0));
	assert_true(vm_allows("1-3", 3) && !vm_allows("1-3", 4));
	assert_true(vm_allows("2-n", 2) && vm_allows("2-n", 7));
	assert_true(!vm_allows("2-n", 1));
	assert_true(vm_allows("2-2n", 4) && !vm_allows("2-2n", 3));
	assert_true(vm_allows("3-3n", 9) && !vm_allows("3-3n", 2));
}

/* A file that breaks everything is told in bounded words. */
static void many(void **state)
{
	char *at = arena_alloc(&arena, 8 * 5000);

	(void)state;
	for (int i = 0; i < 5000; i++)
		memcpy(at + 8 * i, i & 1 ? "\x09\0\x01\x10LO\0\0" :
		    "\x09\0\x02\x10LO\0\0", 8);
	look(file_of((struct str){at, 8 * 5000}));
	assert_int_equal(found_n, MOST);
	bool told = false;
	for (size_t i = 0; i < found_n; i++)
		told |= !strcmp(found[i].code, "more");
	assert_true(told);
}

/* No text of a finding says what a value says. */
static int says_no_value(const char *path, struct str bytes)
{
	struct arena own = {0};
	struct part10 p;
	struct err err = {0};
	size_t n;

	(void)path;
	if (part10_read(&own, bytes, NULL, &p, &err)) {
		struct str name = dataset_text(&own, &p.dataset,
		    TAG_PatientName);
		struct finding *list = part10_findings(&own, &p, &n);
		for (size_t i = 0; i < n && name.len > 3; i++)
			assert_null(memmem(list[i].text.at, list[i].text.len,
			    name.at, name.len));
	}
	arena_end(&own);
	return 0;
}

static void what_others_wrote(void **state)
{
	(void)state;
	samples_each(says_no_value);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(nothing),
	    T(structure),
	    T(forms_of_values),
	    T(charsets),
	    T(identity),
	    T(pixels),
	    T(multiplicities),
	    T(many),
	    T(what_others_wrote),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
