/* SPDX-License-Identifier: MIT */
/* test_tag.c: the dictionaries as they are asked, and what is made of tags,
 * VRs, UIDs and transfer syntaxes. */
#include "dicom/tag.c"

#include "samples.h"

static void terms(void **state)
{
	const struct term *term = term_find(TAG_PatientName);

	(void)state;
	assert_string_equal(term->keyword, "PatientName");
	assert_string_equal(term->name, "Patient's Name");
	assert_int_equal(term->vrs[0], VR('P', 'N'));
	assert_int_equal(term->vrs[1], 0);
	assert_false(term->retired);
	term = term_find(TAG_PixelData);
	assert_int_equal(term->vrs[0], VR('O', 'B'));
	assert_int_equal(term->vrs[1], VR('O', 'W'));
	assert_true(term_find(TAG(0x0028, 0x0040))->retired);
	assert_null(term_find(TAG(0x0010, 0x0011)));
	/* All of them, found by tag and by keyword. */
	for (size_t i = 0; i < dictionary_terms_n; i++) {
		term = &dictionary_terms[i];
		assert_ptr_equal(term_find(term->tag), term);
		if (*term->keyword)
			assert_ptr_equal(
			    term_of_keyword(str_of(term->keyword)), term);
	}
	assert_null(term_of_keyword(S("patientname")));
	assert_null(term_of_keyword(S("PatientNam")));
	assert_null(term_of_keyword(S("")));
}

static void repeating(void **state)
{
	(void)state;
	assert_string_equal(term_find(TAG(0x6000, 0x3000))->keyword,
	    "OverlayData");
	assert_string_equal(term_find(TAG(0x60fe, 0x3000))->keyword,
	    "OverlayData");
	assert_string_equal(term_find(TAG(0x5002, 0x3000))->keyword,
	    "CurveData");
	assert_string_equal(term_find(TAG(0x0020, 0x3142))->keyword,
	    "SourceImageIDs");
	assert_int_equal(term_of_keyword(S("OverlayRows"))->tag,
	    TAG(0x6000, 0x0010));
	assert_string_equal(term_find(TAG(0x0010, 0x0000))->keyword,
	    "GroupLength");
	assert_string_equal(term_find(TAG(0x0011, 0x0000))->keyword,
	    "GroupLength");
	assert_string_equal(term_find(TAG(0x0002, 0x0000))->keyword,
	    "FileMetaInformationGroupLength");
	assert_string_equal(term_find(TAG(0x0011, 0x0010))->keyword,
	    "PrivateCreator");
	assert_null(term_find(TAG(0x0011, 0x000f)));
	assert_null(term_find(TAG(0x6001, 0x3000)));
}

static void private(void **state)
{
	const struct term *term;

	(void)state;
	term = term_private(S("GEMS_IDEN_01"), TAG(0x0009, 0x1001));
	assert_string_equal(term->name, "Full fidelity");
	assert_ptr_equal(term_private(S("GEMS_IDEN_01"),
	    TAG(0x0009, 0xff01)), term);
	assert_null(term_private(S("GEMS_IDEN_01"), TAG(0x0013, 0x1001)));
	assert_null(term_private(S("NOBODY"), TAG(0x0009, 0x1001)));
	assert_null(term_private(S(""), TAG(0x0009, 0x1001)));
	assert_non_null(term_private(S("SIEMENS CSA HEADER"),
	    TAG(0x0029, 0x1010)));
	/* Patterns that are not the usual one. */
	for (size_t i = 0; i < dictionary_creators_n; i++) {
		const struct private_creator *c = &dictionary_creators[i];
		for (size_t k = 0; k < c->n; k++) {
			term = &dictionary_private[c->first + k];
			assert_int_equal(term->mask == PRIVATE_USUAL,
			    k < c->usual);
			assert_non_null(term_private(str_of(c->name),
			    term->tag));
		}
	}
}

static void tags_as_text(void **state)
{
	uint32_t tag;

	(void)state;
	assert_string_equal(tag_text(TAG_PixelData).at, "(7fe0,0010)");
	assert_string_equal(tag_hex(TAG_PixelData).at, "7FE00010");
	assert_true(tag_read(S("PatientID"), &tag));
	assert_int_equal(tag, TAG_PatientID);
	assert_true(tag_read(S("7fE00010"), &tag));
	assert_int_equal(tag, TAG_PixelData);
	assert_true(tag_read(S("(7FE0,0010)"), &tag));
	assert_true(tag_read(S("7FE0,0010"), &tag));
	assert_int_equal(tag, TAG_PixelData);
	assert_false(tag_read(S("7FE0-0010"), &tag));
	assert_false(tag_read(S("(7FE0,0010"), &tag));
	assert_false(tag_read(S("7FE0001"), &tag));
	assert_false(tag_read(S("7FE0001G"), &tag));
	assert_false(tag_read(S(""), &tag));
}

static void vrs(void **state)
{
	(void)state;
	assert_string_equal(vr_text(VR('U', 'I')).at, "UI");
	assert_string_equal(vr_text(VR(7, 0x1b)).at, "??");
	assert_true(vr_known(VR('O', 'V')));
	assert_false(vr_known(VR('Z', 'Z')));
	assert_false(vr_known(0));
	assert_true(vr_long(VR('U', 'V')));
	assert_true(vr_long(VR('U', 'T')));
	assert_false(vr_long(VR('A', 'T')));
	assert_true(vr_is_text(VR('U', 'R')));
	assert_false(vr_has_charset(VR('U', 'R')));
	assert_true(vr_has_charset(VR('U', 'C')));
	assert_int_equal(vr_width(VR('A', 'T')), 2);
	assert_int_equal(vr_width(VR('O', 'D')), 8);
	assert_int_equal(vr_width(VR('U', 'N')), 1);
}

static void uids(void **state)
{
	(void)state;
	assert_string_equal(uid_find(S(UID_CTImageStorage))->name,
	    "CT Image Storage");
	assert_string_equal(uid_find(S("1.2.840.10008.1.1"))->keyword,
	    "Verification");
	assert_null(uid_find(S("1.2.840.10008.1")));
	for (size_t i = 0; uid_at(i); i++) {
		assert_ptr_equal(uid_find(str_of(uid_at(i)->uid)), uid_at(i));
		assert_true(uid_valid(str_of(uid_at(i)->uid)));
	}
	assert_true(uid_valid(S("1.2.0.4")));
	assert_false(uid_valid(S("1.2.")));
	assert_false(uid_valid(S(".1.2")));
	assert_false(uid_valid(S("1..2")));
	assert_false(uid_valid(S("1.02")));
	assert_false(uid_valid(S("1.2a")));
	assert_false(uid_valid(S("")));
	assert_true(uid_valid(S("2.25.123456789012345678901234567890123456789"
	    "01234567890123456789")));
	assert_false(uid_valid(S("2.25.123456789012345678901234567890123456789"
	    "012345678901234567890")));
}

/* Every transfer syntax of the dictionary has a row of behaviour. */
static void syntaxes(void **state)
{
	(void)state;
	for (size_t i = 0; uid_at(i); i++)
		if (!strcmp(uid_at(i)->type, "Transfer Syntax") &&
		    !syntax_find(str_of(uid_at(i)->uid)))
			fail_msg("%s has no behaviour", uid_at(i)->uid);
	assert_true(syntax_implicit->implicit);
	assert_true(syntax_big->big_endian);
	assert_true(syntax_deflated->deflated);
	assert_string_equal(syntax_explicit->uid, UID_ExplicitVRLittleEndian);
	assert_int_equal(syntax_find(S("1.2.840.10008.1.2.4.201"))->codec,
	    CODEC_HTJ2K);
	assert_true(syntax_find(S("1.2.840.10008.1.2.4.80"))->lossless);
	assert_false(syntax_find(S("1.2.840.10008.1.2.4.81"))->lossless);
	assert_null(syntax_find(S("1.2.3")));
	assert_true(syntax_or_other(S("1.2.3"))->encapsulated);
	for (size_t i = 0; syntax_at(i); i++)
		assert_ptr_equal(syntax_find(str_of(syntax_at(i)->uid)),
		    syntax_at(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(terms),
	    cmocka_unit_test(repeating),
	    cmocka_unit_test(private),
	    cmocka_unit_test(tags_as_text),
	    cmocka_unit_test(vrs),
	    cmocka_unit_test(uids),
	    cmocka_unit_test(syntaxes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
