/* SPDX-License-Identifier: MIT */
/* test_dump.c: lines that say what is there and cannot harm who reads them. */
#include "dicom/dump.c"

#include "samples.h"

static struct arena arena;

static struct str dumped(const struct dataset *set)
{
	struct out out;

	out_memory(&out);
	dataset_dump(set, &out, &arena);
	struct str text = arena_keep(&arena, out_str(&out));
	out_end(&out, NULL);
	return text;
}

static void lines(void **state)
{
	struct dataset *set = dataset_new(&arena, syntax_big);

	(void)state;
	dataset_put(set, TAG_SOPClassUID, S(UID_CTImageStorage));
	dataset_put(dataset_put_item(set, TAG_ReferencedStudySequence),
	    TAG_ReferencedSOPInstanceUID, S("1.2"));
	dataset_put(set, TAG_PatientID, S(""));
	dataset_put_int(set, TAG_Rows, 512);
	dataset_put_bytes(set, TAG_PixelData, VR('O', 'B'), S("\1\xff"));
	assert_text(dumped(set),
	    "(0008,0016) UI       26 SOPClassUID                   "
	    "1.2.840.10008.5.1.4.1.1.2 = CT Image Storage\n"
	    "(0008,1110) SQ    undef ReferencedStudySequence       1 item\n"
	    "  item 1 of 1\n"
	    "  (0008,1155) UI        4 ReferencedSOPInstanceUID      1.2\n"
	    "(0010,0020) LO        0 PatientID\n"
	    "(0028,0010) US        2 Rows                          512\n"
	    "(7fe0,0010) OB        2 PixelData                     01 ff\n");
	arena_end(&arena);
}

static void what_could_harm(void **state)
{
	struct dataset *set = dataset_new(&arena, syntax_explicit);

	(void)state;
	dataset_put_bytes(set, TAG_SpecificCharacterSet, VR('C', 'S'),
	    S("ISO_IR 192"));
	dataset_put_bytes(set, TAG_PatientName, VR('P', 'N'),
	    S("A\r\n\x07\x7f\xc2\x9b" "2J\xe2\x80\xae" "B\xff"));
	assert_text(dumped(set),
	    "(0008,0005) CS       10 SpecificCharacterSet          ISO_IR 192\n"
	    "(0010,0010) PN       14 PatientName                   "
	    "A\\x0d\\x0a\\x07\\x7f\\x9b2J\\u202eB\xef\xbf\xbd\n");
	arena_end(&arena);
}

static int is_bounded(const char *path, struct str bytes)
{
	struct part10 p;
	struct err err = {0};

	if (!part10_read(&arena, bytes, NULL, &p, &err))
		return 0;
	struct str rest = dumped(&p.dataset);
	if (!str_is_utf8(rest))
		fail_msg("%s: not UTF-8", path);
	while (rest.len) {
		struct str one = str_cut(&rest, '\n');
		size_t n = 0;

		for (size_t i = 0; i < one.len; i++) {
			n += ((unsigned char)one.at[i] & 0xc0) != 0x80;
			assert_true((unsigned char)one.at[i] >= 0x20);
		}
		if (n > WIDTH)
			fail_msg("%s: %zu characters", path, n);
	}
	arena_end(&arena);
	return 0;
}

static void what_others_wrote(void **state)
{
	(void)state;
	samples_each(is_bounded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(what_could_harm),
	    cmocka_unit_test(what_others_wrote),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
