/* SPDX-License-Identifier: MIT */
/* What is accepted, against what is stored (PS3.18 8.7). */
#include "doors/web/dicomweb_accept.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

#define EXPLICIT "1.2.840.10008.1.2.1"
#define IMPLICIT "1.2.840.10008.1.2"
#define BIG "1.2.840.10008.1.2.2"
#define JPEG "1.2.840.10008.1.2.4.50"
#define JPEG_LL "1.2.840.10008.1.2.4.70"
#define JLS "1.2.840.10008.1.2.4.80"
#define RLE "1.2.840.10008.1.2.5"
#define MPEG "1.2.840.10008.1.2.4.100"
#define UNKNOWN "1.2.3.4"

static struct arena arena;
static struct wishes wishes;
static struct chosen chosen;

/* `accept` in the query stands for the header, which needs a connection. */
static void wish(const char *accept)
{
	struct request q = {.arena = &arena};

	q.address.asks_n = 1;
	q.address.asks[0] = (struct pair){S("accept"), str_of(accept)};
	wishes_read(&q, &wishes);
}

static struct instance stored_as(const char *syntax, int64_t rows)
{
	return (struct instance){.syntax_uid = str_of(syntax), .rows = rows,
	    .columns = rows, .frames = rows > 0};
}

/* "" none; "=" as stored; else the syntax, after "+" when it is multipart. */
static void file_is(const char *accept, const char *syntax, int64_t rows,
    const char *wanted)
{
	struct instance one = stored_as(syntax, rows);
	char got[100] = "";

	wish(accept);
	if (choose_file(&wishes, &one, 1, true, &chosen))
		snprintf(got, sizeof(got), "%s%s", chosen.multipart ? "+" : "",
		    chosen.to ? chosen.to->uid : "=");
	if (strcmp(got, wanted))
		print_error("%s of %s: '%s'\n", accept, syntax, got);
	assert_string_equal(got, wanted);
}

static void frame_is(const char *accept, const char *syntax,
    const char *wanted)
{
	struct instance one = stored_as(syntax, 512);
	char got[200] = "";

	wish(accept);
	if (choose_frames(&wishes, &one, true, &chosen))
		snprintf(got, sizeof(got), "%s%s %s",
		    chosen.multipart ? "+" : "", chosen.type,
		    chosen.to ? chosen.to->uid : "=");
	if (strcmp(got, wanted))
		print_error("%s of %s: '%s'\n", accept, syntax, got);
	assert_string_equal(got, wanted);
}

#define PARTS(type) "multipart/related; type=\"" type "\""

static void test_wishes_by_weight(void **state)
{
	(void)state;
	wish("a/b;q=0.2, c/d;q=0, e/f, g/h;q=0.5, i/j");
	assert_int_equal(wishes.n, 4);
	assert_true(str_is(wishes.list[0].type, "e/f"));
	assert_true(str_is(wishes.list[1].type, "i/j"));
	assert_true(str_is(wishes.list[2].type, "g/h"));
	assert_true(str_is(wishes.list[3].type, "a/b"));
	wish("");
	assert_int_equal(wishes.n, 1);
	assert_true(wishes.list[0].any);
	wish("multipart/related; type=\"image/jls\"; transfer-syntax=*");
	assert_true(wishes.list[0].multipart);
	assert_true(str_is(wishes.list[0].syntax, "*"));
	assert_true(wish_takes(&wishes.list[0], true, "image/jls"));
	assert_false(wish_takes(&wishes.list[0], false, "image/jls"));
	wish("multipart/related");
	assert_true(wish_takes(&wishes.list[0], true, "image/jls"));
}

static void test_files(void **state)
{
	(void)state;
	file_is("*/*", JPEG, 8, "+=");
	file_is("", MPEG, 8, "+=");
	file_is(PARTS("application/dicom") "; transfer-syntax=*", JPEG, 8,
	    "+=");
	file_is("application/dicom; transfer-syntax=*", JPEG, 8, "=");
	file_is("application/dicom", EXPLICIT, 8, EXPLICIT);
	file_is(PARTS("application/dicom"), IMPLICIT, 8, "+" EXPLICIT);
	file_is(PARTS("application/dicom"), BIG, 8, "+" EXPLICIT);
	file_is(PARTS("application/dicom") ";transfer-syntax=" JPEG, JPEG, 8,
	    "+" JPEG);
	file_is(PARTS("application/dicom") ";transfer-syntax=" JPEG, EXPLICIT,
	    8, ""); /* would lose something */
	file_is(PARTS("application/dicom"), UNKNOWN, 8, "");
	file_is(PARTS("application/dicom") ";transfer-syntax=" UNKNOWN,
	    EXPLICIT, 8, "");
	file_is(PARTS("application/dicom") ";transfer-syntax=" JLS, EXPLICIT, 0,
	    "+" JLS); /* no image: it stays as it is */
	file_is(PARTS("application/dicom+xml"), EXPLICIT, 8, "");
	file_is("image/png", EXPLICIT, 8, "");
}

static void test_a_study_goes_as_a_whole(void **state)
{
	struct instance two[] = {stored_as(EXPLICIT, 8), stored_as(MPEG, 8)};

	(void)state;
	wish(PARTS("application/dicom"));
	assert_false(choose_file(&wishes, two, 2, false, &chosen));
	wish(PARTS("application/dicom") "," PARTS("application/dicom")
	    ";transfer-syntax=*;q=0.1");
	assert_true(choose_file(&wishes, two, 2, false, &chosen));
	assert_null(chosen.to);
	wish("application/dicom"); /* one part cannot hold two */
	assert_false(choose_file(&wishes, two, 2, false, &chosen));
}

static void test_frames(void **state)
{
	(void)state;
	frame_is("*/*", EXPLICIT, "+application/octet-stream =");
	frame_is("*/*", IMPLICIT, "+application/octet-stream =");
	frame_is("*/*", BIG, "+application/octet-stream " EXPLICIT);
	frame_is("*/*", JPEG, "+image/jpeg =");
	frame_is("*/*", RLE, "+image/dicom-rle =");
	frame_is("*/*", MPEG, "+application/octet-stream =");
	frame_is("*/*", UNKNOWN, "+application/octet-stream =");
	frame_is("application/octet-stream", EXPLICIT,
	    "application/octet-stream =");
	frame_is(PARTS("application/octet-stream") ";transfer-syntax=*", JPEG,
	    "+application/octet-stream =");
	frame_is(PARTS("application/octet-stream"), RLE,
	    "+application/octet-stream " EXPLICIT);
	frame_is(PARTS("application/octet-stream"), MPEG, "");
	frame_is(PARTS("image/jpeg"), JPEG, "+image/jpeg =");
	frame_is(PARTS("image/jpeg") ";transfer-syntax=" JPEG, JPEG_LL, "");
	frame_is(PARTS("image/jls"), UNKNOWN, "");
	frame_is(PARTS("image/jls") ";transfer-syntax=*", EXPLICIT, "");
	frame_is(PARTS("image/webp"), EXPLICIT, "");
	frame_is("image/webp, */*;q=0.1", EXPLICIT,
	    "+application/octet-stream =");
}

static void test_frames_encoded(void **state)
{
	bool may = codec_writes(syntax_find(S(JLS)));

	(void)state;
	frame_is(PARTS("image/jls"), EXPLICIT, may ? "+image/jls " JLS : "");
	frame_is("image/jls", RLE, may ? "image/jls " JLS : "");
	frame_is(PARTS("image/dicom-rle"), EXPLICIT,
	    codec_writes(syntax_find(S(RLE))) ? "+image/dicom-rle " RLE : "");
}

static void test_pictures(void **state)
{
	(void)state;
	wish("image/*");
	assert_true(choose_picture(&wishes, true, &chosen));
	assert_string_equal(chosen.type, "image/jpeg");
	assert_false(chosen.multipart);
	wish("image/avif,image/png;q=0.9,*/*;q=0.5");
	assert_true(choose_picture(&wishes, true, &chosen));
	assert_string_equal(chosen.type, "image/png");
	wish(PARTS("image/png"));
	assert_true(choose_picture(&wishes, true, &chosen));
	assert_true(chosen.multipart);
	wish("image/jpeg");
	assert_false(choose_picture(&wishes, false, &chosen));
	wish("image/gif, video/mp4");
	assert_false(choose_picture(&wishes, true, &chosen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wishes_by_weight),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_a_study_goes_as_a_whole),
	    cmocka_unit_test(test_frames),
	    cmocka_unit_test(test_frames_encoded),
	    cmocka_unit_test(test_pictures),
	};
	int bad;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_end(&arena);
	return bad;
}
