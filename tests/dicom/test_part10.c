/* SPDX-License-Identifier: MIT */
/* test_part10.c: files with and without a head, with a wrong one, and the head
 * that we make. */
#include "dicom/part10.c"

#include "samples.h"

static struct arena arena;
static struct err err;
static struct part10 p;

static int setup(void **state)
{
	(void)state;
	arena = (struct arena){0};
	err = (struct err){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static void reads(const char *name)
{
	if (!part10_read(&arena, sample(&arena, name), NULL, &p, &err))
		fail_msg("%s: %s", name, err.text);
}

static void heads_of_others(void **state)
{
	(void)state;
	reads("test_files/CT_small.dcm");
	assert_true(p.preamble);
	assert_ptr_equal(p.syntax, syntax_explicit);
	assert_text(p.sop_class, UID_CTImageStorage);
	assert_int_equal(p.dataset_at, p.dataset.elements[0].at);
	assert_int_equal(p.reading.repaired, 0);
	reads("test_files/no_meta_group_length.dcm");
	assert_true(p.meta.n > 0);
	reads("test_files/ExplVR_LitEndNoMeta.dcm");
	assert_false(p.preamble);
	assert_int_equal(p.meta.n, 0);
	assert_ptr_equal(p.syntax, syntax_explicit);
	assert_int_equal(p.dataset_at, 0);
	assert_true(p.sop_class.len > 0);
	reads("test_files/ExplVR_BigEndNoMeta.dcm");
	assert_ptr_equal(p.syntax, syntax_big);
	reads("test_files/rtstruct.dcm");
	assert_ptr_equal(p.syntax, syntax_implicit);
	reads("test_files/meta_missing_tsyntax.dcm");
	assert_ptr_equal(p.syntax, syntax_implicit);
	reads("test_files/image_dfl.dcm");
	assert_ptr_equal(p.syntax, syntax_deflated);
	/* The head says JPEG, and so explicit. */
	reads("test_files/SC_rgb_jpeg.dcm");
	assert_text(p.syntax_uid, "1.2.840.10008.1.2.4.50");
	assert_ptr_equal(p.syntax, syntax_implicit);
	assert_true(p.reading.repaired & REPAIR_VR);
}

static void our_head(void **state)
{
	struct out out;
	const struct str data = S("\x08\0\x16\0UI\x04\0" "1.2\0"
	    "\x08\0\x18\0UI\x06\0" "1.2.3\0");

	(void)state;
	out_memory(&out);
	part10_head(&out, S("1.2"), S("1.2.3"), S(UID_ExplicitVRLittleEndian),
	    S("CT_PRESTON"));
	size_t head = out_str(&out).len;
	out_put(&out, data);
	assert_true(part10_read(&arena, out_str(&out), NULL, &p, &err));
	assert_true(p.preamble);
	assert_int_equal(p.dataset_at, head);
	assert_int_equal(p.reading.repaired, 0);
	assert_text(p.sop_class, "1.2");
	assert_text(p.sop_instance, "1.2.3");
	assert_text(dataset_raw(&p.meta, TAG_SourceApplicationEntityTitle),
	    "CT_PRESTON");
	assert_text(dataset_raw(&p.meta, TAG_ImplementationClassUID),
	    IMPLEMENTATION_UID);
	assert_true(uid_valid(S(IMPLEMENTATION_UID)));
	assert_true(strlen(IMPLEMENTATION_VERSION) <= 16);
	int64_t length;
	assert_true(dataset_int(&p.meta, TAG_FileMetaInformationGroupLength,
	    &length));
	assert_int_equal(length, head - 144);
	out_end(&out, &err);
	/* Without a sender's title. */
	out_memory(&out);
	part10_head(&out, S("1.2"), S("1.2.3"), S(UID_ExplicitVRLittleEndian),
	    (struct str){0});
	assert_int_equal(out_str(&out).len, head - 8 - 10);
	out_end(&out, &err);
}

static void what_is_no_dicom(void **state)
{
	static const struct str those[] = {
	    S(""), S("D"), S("DICM"), S("hello, world, this is a text"),
	    S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), S("\0\0\0\0\0\0\0\0\0\0"),
	    S("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")};

	(void)state;
	for (size_t i = 0; i < sizeof(those) / sizeof(*those); i++) {
		err = (struct err){0};
		assert_false(part10_read(&arena, those[i], NULL, &p, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

static void cut_anywhere(void **state)
{
	struct str bytes = sample(&arena, "test_files/nested_priv_SQ.dcm");
	struct reading first = {.more_may_come = true};

	(void)state;
	for (size_t len = 0; len < bytes.len; len++) {
		struct arena own = {0};
		char *at = malloc(len + !len);
		struct str part = {at, len};

		memcpy(at, bytes.at, len);
		err = (struct err){0};
		if (!part10_read(&own, part, NULL, &p, &err))
			assert_int_equal(err.kind, ERR_INPUT);
		err = (struct err){0};
		assert_true(part10_read(&own, part, &first, &p, &err));
		assert_true(p.reading.short_of);
		arena_end(&own);
		free(at);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(heads_of_others),
	    T(our_head),
	    T(what_is_no_dicom),
	    T(cut_anywhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
