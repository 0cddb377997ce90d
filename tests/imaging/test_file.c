/* SPDX-License-Identifier: MIT */
/* test_file.c: whole files of others in every syntax that can be written: read
 * again, they have the same pixels, bit by bit, and the same other elements. */
#include "imaging/file.c"

#include "held.h"
#include "test.h"

static const char *const names[] = {"CT_small.dcm", "MR_small_RLE.dcm",
	"MR_small_bigendian.dcm", "MR_small_jpeg_ls_lossless.dcm",
	"MR_small_jp2klossless.dcm", "SC_rgb_jpeg_gdcm.dcm",
	"SC_rgb_rle_2frame.dcm", "SC_rgb_rle_16bit_2frame.dcm", "rtdose.dcm",
	"image_dfl.dcm", "ExplVR_BigEnd.dcm", "liver_1frame.dcm",
	"SC_ybr_full_422_uncompressed.dcm", "J2K_pixelrep_mismatch.dcm",
	"SC_rgb_small_odd.dcm", "rtdose_expb.dcm"};
static const char *const syntaxes[] = {"1.2.840.10008.1.2",
	"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
	"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5",
	"1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
	"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"};

static void open_sample(struct held *h, const char *name)
{
	char path[300];
	struct err err = {0};

	snprintf(path, sizeof(path), SAMPLES "/test_files/%s", name);
	if (!held_open(h, path, &err))
		fail_msg("%s: %s", name, err.text);
}

static int memory_of(struct str bytes)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
	return fd;
}

static void same_pixels(struct held *a, struct held *b, const char *name)
{
	struct err err = {0};

	assert_int_equal(a->frames.n, b->frames.n);
	for (int64_t i = 0; i < a->frames.n; i++) {
		struct arena arena = {0};
		struct image was, is;
		if (!frame_decode(&arena, &a->pixels, &a->frames, i, &was,
		    &err) || !frame_decode(&arena, &b->pixels, &b->frames, i,
		    &is, &err))
			fail_msg("%s: %s", name, err.text);
		assert_int_equal(image_size(&was), image_size(&is));
		assert_string_equal(was.photometric, is.photometric);
		if (memcmp(was.at, is.at, (size_t)image_size(&was)) != 0)
			fail_msg("%s: other pixels", name);
		arena_end(&arena);
	}
}

/* All elements but those that describe pixels. */
static void same_elements(struct held *a, struct held *b, const char *name)
{
	for (uint32_t i = 0; i < a->file.dataset.n; i++) {
		const struct element *e = &a->file.dataset.elements[i];
		if (TAG_GROUP(e->tag) == 0x0028 || e->tag >= TAG(0x7FE0, 0) ||
		    !TAG_ELEMENT(e->tag))
			continue;
		const struct element *f = dataset_find(&b->file.dataset,
		    e->tag);
		if (!f || (vr_is_text(e->vr) && !str_eq(element_text(&a->arena,
		    &a->file.dataset, e), element_text(&b->arena,
		    &b->file.dataset, f))))
			fail_msg("%s: %s is another", name,
			    tag_text(e->tag).at);
	}
}

static bool change(struct held *h, const char *uid, struct held *to,
    struct err *err)
{
	struct out out;

	out_memory(&out);
	bool done = file_transcode(&h->arena, &h->file, &h->pixels,
	    syntax_find(str_of(uid)), false, &out, err);
	if (done && !held_open_fd(to, memory_of(out_str(&out)), err))
		fail_msg("to %s: %s", uid, err->text);
	struct err ignored = {0};
	out_end(&out, &ignored);
	return done;
}

static void every_syntax_keeps_every_pixel(void **state)
{
	int done = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t k = 0; k < sizeof(syntaxes) / sizeof(*syntaxes);
		    k++) {
			struct held from, to;
			struct err err = {0};
			open_sample(&from, names[i]);
			if (change(&from, syntaxes[k], &to, &err)) {
				assert_string_equal(to.file.syntax->uid,
				    syntaxes[k]);
				same_pixels(&from, &to, names[i]);
				same_elements(&from, &to, names[i]);
				held_close(&to);
				done++;
			} else if (err.kind != ERR_REFUSED) {
				fail_msg("%s to %s: %s", names[i],
				    syntaxes[k], err.text);
			}
			held_close(&from);
		}
	/* Refused: 32 bits in four codecs (twice), and 1 bit in five. */
	assert_int_equal(done, 16 * 9 - 2 * 4 - 5);
}

/* And from each of them to each: nothing depends on where it came from. */
static void every_way_there_and_back(void **state)
{
	(void)state;
	for (size_t k = 0; k < 9; k++)
		for (size_t m = 0; m < 9; m++) {
			struct held from, to, back;
			struct err err = {0};
			open_sample(&from, k % 2 ? "CT_small.dcm" :
			    "SC_rgb_rle_2frame.dcm");
			if (!change(&from, syntaxes[k], &to, &err) ||
			    !change(&to, syntaxes[m], &back, &err))
				fail_msg("%s, %s: %s", syntaxes[k],
				    syntaxes[m], err.text);
			same_pixels(&from, &back, syntaxes[m]);
			held_close(&back);
			held_close(&to);
			held_close(&from);
		}
}

static void lossy_only_when_it_may(void **state)
{
	struct held from, to;
	struct err err = {0};
	struct out out;
	const struct syntax *baseline =
	    syntax_find(S("1.2.840.10008.1.2.4.50"));

	(void)state;
	open_sample(&from, "SC_rgb_rle_2frame.dcm");
	out_memory(&out);
	assert_false(file_transcode(&from.arena, &from.file, &from.pixels,
	    baseline, false, &out, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_int_equal(out_str(&out).len, 0);
	dataset_put(&from.file.dataset, TAG_ImageType,
	    S("ORIGINAL\\PRIMARY"));
	err = (struct err){0};
	assert_true(file_transcode(&from.arena, &from.file, &from.pixels,
	    baseline, true, &out, &err));
	assert_true(held_open_fd(&to, memory_of(out_str(&out)), &err));
	assert_true(str_is(dataset_raw(&to.file.dataset,
	    TAG_LossyImageCompression), "01"));
	assert_true(str_is(dataset_raw(&to.file.dataset,
	    TAG_LossyImageCompressionMethod), "ISO_10918_1"));
	assert_true(str_is(dataset_raw(&to.file.dataset,
	    TAG_PhotometricInterpretation), "YBR_FULL_422"));
	assert_true(str_is(dataset_raw(&to.file.dataset, TAG_ImageType),
	    "DERIVED\\PRIMARY"));
	held_close(&to);
	held_close(&from);
	out_end(&out, &err);
}

static void the_table_leads_to_each_frame(void **state)
{
	struct held from, to;
	struct err err = {0};
	char table[16];

	(void)state;
	open_sample(&from, "SC_rgb_rle_2frame.dcm");
	assert_true(change(&from, "1.2.840.10008.1.2.4.80", &to, &err));
	assert_true(pixels_get(&to.pixels, to.pixels.value_at, table, 16,
	    &err));
	uint32_t numbers[4];
	memcpy(numbers, table, 16);
	assert_int_equal(numbers[1], 8);
	assert_int_equal(numbers[2], 0);
	assert_int_equal(numbers[3], to.frames.list[1].spans[0].at -
	    to.frames.list[0].spans[0].at);
	held_close(&to);
	held_close(&from);
}

/* 32 bits that do not hold the offsets are made fewer for the test. */
static void an_extended_table_leads_there_too(void **state)
{
	struct held from, to;
	struct err err = {0};
	uint64_t offsets[2], lengths[2];

	(void)state;
	open_sample(&from, "SC_rgb_rle_2frame.dcm");
	offset_most = 100;
	assert_true(change(&from, "1.2.840.10008.1.2.4.80", &to, &err));
	offset_most = LENGTH_MOST;
	const struct element *e = dataset_find(&to.file.dataset,
	    TAG_ExtendedOffsetTable);
	const struct element *n = dataset_find(&to.file.dataset,
	    TAG_ExtendedOffsetTableLengths);
	assert_true(e && n && e->value.len == 16 && n->value.len == 16);
	memcpy(offsets, e->value.at, 16);
	memcpy(lengths, n->value.at, 16);
	assert_int_equal(offsets[0], 0);
	assert_int_equal(offsets[1], to.frames.list[1].spans[0].at -
	    to.frames.list[0].spans[0].at);
	for (int i = 0; i < 2; i++)
		assert_in_range(lengths[i], to.frames.list[i].size - 1,
		    to.frames.list[i].size);
	uint32_t basic;
	assert_true(pixels_get(&to.pixels, to.pixels.value_at + 4, &basic, 4,
	    &err));
	assert_int_equal(basic, 0);
	same_pixels(&from, &to, "extended");
	/* Made again, with room for a basic one: the extended one is gone. */
	struct held back;
	assert_true(change(&to, "1.2.840.10008.1.2.5", &back, &err));
	assert_null(dataset_find(&back.file.dataset,
	    TAG_ExtendedOffsetTable));
	same_pixels(&from, &back, "basic");
	held_close(&back);
	held_close(&to);
	held_close(&from);
}

/* Frames that memory does not hold are made twice, and are the same file. */
static void frames_that_are_not_kept(void **state)
{
	static const int64_t most[] = {0, 1, 10000, INT64_MAX};

	(void)state;
	for (size_t k = 4; k < sizeof(syntaxes) / sizeof(*syntaxes); k++) {
		struct out files[4];
		struct err err = {0};
		struct held from;
		open_sample(&from, "SC_rgb_rle_2frame.dcm");
		for (int i = 0; i < 4; i++) {
			kept_most = most[i];
			out_memory(&files[i]);
			assert_true(file_transcode(&from.arena, &from.file,
			    &from.pixels, syntax_find(str_of(syntaxes[k])),
			    false, &files[i], &err));
			assert_true(str_eq(out_str(&files[0]),
			    out_str(&files[i])));
		}
		for (int i = 0; i < 4; i++)
			assert_true(out_end(&files[i], &err));
		held_close(&from);
	}
	kept_most = INT64_C(64) << 20;
}

/* A JPEG-LS file whose head and first frame are of 8 bits, and whose second
 * frame is the one given. */
static void uneven(struct held *from, struct str deep, struct held *to)
{
	struct arena *arena = &from->arena;
	struct err err = {0};
	struct out out;
	struct str shallow;
	struct image flat = {.rows = from->pixels.rows,
	    .columns = from->pixels.columns, .samples = 1,
	    .bits_allocated = 8, .bits_stored = 8, .high_bit = 7,
	    .photometric = "MONOCHROME2"};

	flat.at = arena_alloc(arena, (size_t)image_size(&flat));
	assert_true(coder_find(CODEC_JPEG_LS)->encode(arena, &flat, 8, 0,
	    &shallow, &err));
	struct change c = {.file = &from->file, .from = &from->pixels,
	    .to = from->pixels.syntax, .frames = {.n = 2},
	    .made = (struct str[]){shallow, deep}};
	head_copy(arena, &c);
	dataset_put_int(c.head, TAG_BitsAllocated, 8);
	dataset_put_int(c.head, TAG_BitsStored, 8);
	dataset_put_int(c.head, TAG_HighBit, 7);
	dataset_put_int(c.head, TAG_PixelRepresentation, 0);
	dataset_put(c.head, TAG_NumberOfFrames, S("2"));
	out_memory(&out);
	part10_head(&out, from->file.sop_class, from->file.sop_instance,
	    str_of(from->pixels.syntax->uid), S(""));
	assert_true(dataset_write(c.head, c.to, &out, &err));
	assert_true(pixels_write(&out, &c, &err));
	assert_true(held_open_fd(to, memory_of(out_str(&out)), &err));
	assert_true(out_end(&out, &err));
}

/* A native file has one depth, and nothing is cut off to make it so. */
static void a_deeper_second_frame(void **state)
{
	struct held one, from, to, none;
	struct err err = {0};
	struct str deep;

	(void)state;
	open_sample(&one, "CT_small.dcm");
	assert_true(change(&one, "1.2.840.10008.1.2.4.80", &from, &err));
	assert_true(frame_read(&from.arena, &from.pixels, &from.frames, 0,
	    &deep, &err));
	uneven(&from, deep, &to);
	assert_false(change(&to, "1.2.840.10008.1.2.1", &none, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.text, "deeper"));
	held_close(&to);
	held_close(&from);
	held_close(&one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_syntax_keeps_every_pixel),
		cmocka_unit_test(every_way_there_and_back),
		cmocka_unit_test(lossy_only_when_it_may),
		cmocka_unit_test(the_table_leads_to_each_frame),
		cmocka_unit_test(an_extended_table_leads_there_too),
		cmocka_unit_test(frames_that_are_not_kept),
		cmocka_unit_test(a_deeper_second_frame),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
