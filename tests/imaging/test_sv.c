/* SPDX-License-Identifier: MIT */
/* test_sv.c: lossless JPEG that another library wrote (the IJG's lossless
 * codec, as GDCM has it): each predictor, with point transforms and with
 * restart markers; and markers that are not where they should be. */
#include "imaging/codecs/sv_decode.c"

#include <stdio.h>
#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/16/jerror.h>

#include "drawn.h"
#include "test.h"

struct target {
	struct jpeg_destination_mgr base; /* first */
	JOCTET room[65536];
	size_t n;
};

static void target_begin(j_compress_ptr c)
{
	struct target *t = (struct target *)(void *)c->dest;

	c->dest->next_output_byte = t->room;
	c->dest->free_in_buffer = sizeof(t->room);
}

static boolean target_full(j_compress_ptr c)
{
	(void)c;
	abort();
}

static void target_end(j_compress_ptr c)
{
	struct target *t = (struct target *)(void *)c->dest;

	t->n = sizeof(t->room) - c->dest->free_in_buffer;
}

/* restart_lines: between markers; 0: none. */
static struct str written(struct arena *arena, const struct image *image,
    int predictor, int shift, unsigned restart_lines)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr trouble;
	struct target *target = arena_new(arena, struct target);
	int64_t n = image->columns * image->samples;
	JSAMPLE *line = arena_array(arena, JSAMPLE, n);
	int32_t *one = arena_array(arena, int32_t, image->columns);

	memset(&c, 0, sizeof(c));
	c.err = jpeg_std_error(&trouble);
	jpeg_create_compress(&c);
	target->base = (struct jpeg_destination_mgr){.init_destination =
	    target_begin, .empty_output_buffer = target_full,
	    .term_destination = target_end};
	c.dest = &target->base;
	c.image_width = (JDIMENSION)image->columns;
	c.image_height = (JDIMENSION)image->rows;
	c.input_components = (int)image->samples;
	c.in_color_space = image->samples == 3 ? JCS_RGB : JCS_GRAYSCALE;
	c.data_precision = (int)image->bits_stored;
	jpeg_set_defaults(&c);
	jpeg_simple_lossless(&c, predictor, shift);
	jpeg_set_colorspace(&c, c.in_color_space);
	for (int i = 0; i < c.num_components; i++)
		c.comp_info[i].h_samp_factor = c.comp_info[i].v_samp_factor = 1;
	c.restart_in_rows = (int)restart_lines;
	jpeg_start_compress(&c, TRUE);
	for (int64_t y = 0; y < image->rows; y++) {
		for (int64_t s = 0; s < image->samples; s++) {
			image_get(image, y, s, one);
			for (int64_t x = 0; x < image->columns; x++)
				line[x * image->samples + s] =
				    (JSAMPLE)one[x];
		}
		jpeg_write_scanlines(&c, &line, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return (struct str){(char *)target->room, target->n};
}

static void reads(int64_t bits, int64_t samples, int predictor, int shift,
    unsigned restart_lines)
{
	struct arena arena = {0};
	struct err err = {0};
	struct image image = drawn(&arena, 23, 31, samples, bits <= 8 ? 8 : 16,
	    bits, false), back;
	struct shape shape = shape_like(&image, CODEC_JPEG_LOSSLESS);
	int32_t was[31], is[31];
	struct str file = written(&arena, &image, predictor, shift,
	    restart_lines);

	assert_int_equal(!!memmem(file.at, file.len, "\xFF\xD0", 2),
	    restart_lines > 0);
	if (!sv_decode(&arena, file, &shape, &back, &err))
		fail_msg("%lld bits, predictor %d: %s", (long long)bits,
		    predictor, err.text);
	for (int64_t i = 0; i < 23 * samples; i++) {
		image_get(&image, i / samples, i % samples, was);
		image_get(&back, i / samples, i % samples, is);
		for (int x = 0; x < 31; x++)
			if (is[x] != was[x] >> shift << shift)
				fail_msg("%lld bits, predictor %d, shift %d, "
				    "restart %u: line %lld, column %d is %d, "
				    "not %d", (long long)bits, predictor,
				    shift, restart_lines, (long long)i, x,
				    is[x], was[x]);
	}
	arena_end(&arena);
}

static void every_predictor(void **state)
{
	(void)state;
	for (int64_t bits = 8; bits <= 16; bits += 4)
		for (int predictor = 1; predictor <= 7; predictor++)
			for (int k = 0; k < 8; k++)
				reads(bits, k & 1 ? 3 : 1, predictor,
				    k & 2 ? 3 : 0, k & 4 ? 5 : 0);
}

/* More than eight: their numbers begin again. */
static void a_restart_for_each_line(void **state)
{
	(void)state;
	reads(12, 1, 4, 0, 1);
	reads(8, 3, 7, 0, 1);
}

static void a_restart_that_is_not_there(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct image image = drawn(&arena, 23, 31, 1, 16, 12, false), back;
	struct shape shape = shape_like(&image, CODEC_JPEG_LOSSLESS);
	struct str file = written(&arena, &image, 1, 0, 5);
	char *at = memmem(file.at, file.len, "\xFF\xD1", 2);

	(void)state;
	assert_non_null(at);
	at[1] = '\xD9';
	assert_false(sv_decode(&arena, file, &shape, &back, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	at[1] = '\xD1';
	at = memmem(file.at, file.len, "\xFF\xDD", 2);
	assert_non_null(at);
	at[5] = 7; /* inside a line */
	assert_false(sv_decode(&arena, file, &shape, &back, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_predictor),
		cmocka_unit_test(a_restart_for_each_line),
		cmocka_unit_test(a_restart_that_is_not_there),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
