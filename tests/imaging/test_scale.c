/* SPDX-License-Identifier: MIT */
/* test_scale.c: parts, flips, viewports and pixels that are not square. */
#include "imaging/scale.c"

#include "test.h"

static uint8_t bytes[6] = {0, 100, 200, 50, 150, 250}; /* 2 rows of 3 */
static const struct dataset nothing;

static void scaled(struct arena *arena, struct view view, struct image *to,
    struct err *err)
{
	struct image from = {.at = (char *)bytes, .rows = 2, .columns = 3,
	    .samples = 1, .bits_allocated = 8, .bits_stored = 8,
	    .high_bit = 7};
	struct pixels pixels = {.head = &nothing};

	*to = (struct image){0};
	scaled_picture(arena, &pixels, 0, &from, &view, to, err);
}

static void is(struct view view, int64_t rows, int64_t columns,
    const char *want)
{
	struct arena arena = {0};
	struct image to;
	struct err err = {0};

	scaled(&arena, view, &to, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(to.rows, rows);
	assert_int_equal(to.columns, columns);
	assert_memory_equal(to.at, want, (size_t)(rows * columns));
	arena_end(&arena);
}

static void parts_and_flips(void **state)
{
	(void)state;
	is((struct view){0}, 2, 3, (char *)bytes);
	is((struct view){.flip_x = true}, 2, 3, "\310\144\0\372\226\62");
	is((struct view){.flip_y = true}, 2, 3, "\62\226\372\0\144\310");
	is((struct view){.has_source = true, .sx = 1, .sw = 2, .sh = 2}, 2, 2,
	    "\144\310\226\372");
	is((struct view){.has_source = true, .sx = 2, .sy = 1, .sw = 9,
	    .sh = 9}, 1, 1, "\372");
}

static void smaller_is_the_mean_and_larger_a_line(void **state)
{
	(void)state;
	is((struct view){.viewport_w = 1, .has_source = true, .sw = 2,
	    .sh = 2}, 1, 1, "\113"); /* (0 + 100 + 50 + 150) / 4 */
	is((struct view){.viewport_w = 4, .has_source = true, .sw = 2,
	    .sh = 1}, 2, 4, "\0\31\113\144\0\31\113\144");
	/* The narrower side decides. */
	is((struct view){.viewport_w = 300, .viewport_h = 1,
	    .has_source = true, .sw = 2, .sh = 2}, 1, 1, "\113");
}

static void too_much_is_refused(void **state)
{
	struct arena arena = {0};
	struct image to;
	struct err err = {0};

	(void)state;
	scaled(&arena, (struct view){.viewport_w = 20000}, &to, &err);
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	scaled(&arena, (struct view){.has_source = true, .sx = 3, .sw = 1,
	    .sh = 1}, &to, &err);
	assert_int_equal(err.kind, ERR_INPUT);
	arena_end(&arena);
}

/* A picture that is only made large costs us memory: 8192 x 8192 is the most
 * of it, while one that is as large as it was may be larger. */
static void what_is_made_large_has_a_limit(void **state)
{
	struct region tiny = {0, 0, 3, 3, false, false};
	struct region vast = {0, 0, 12000, 12000, false, false};
	struct view to = {.viewport_w = 12000, .viewport_h = 12000};
	struct err err = {0};
	int64_t w, h;

	(void)state;
	assert_false(size_of(&tiny, 1, &to, &w, &h, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	assert_true(size_of(&vast, 1, &to, &w, &h, &err));
	to.viewport_w = to.viewport_h = 8192;
	assert_true(size_of(&tiny, 1, &to, &w, &h, &err));
	assert_int_equal(w * h, 8192 * 8192);
}

/* Pixels that are not square: the longer side of one becomes more pixels. */
static void pixels_become_square(void **state)
{
	static const struct {
		const char *value;
		int64_t rows, columns;
	} of[] = {
		{"2\\1", 4, 3}, {"1\\2", 2, 6}, {"1\\1", 2, 3},
		{"0\\1", 2, 3}, {"-1\\-2", 2, 3}, {"5", 2, 3},
		{"1000\\1", 2, 3}, {"x\\y", 2, 3}, {"1.0001\\1", 2, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		struct arena arena = {0};
		struct err err = {0};
		struct image to, from = {.at = (char *)bytes, .rows = 2,
		    .columns = 3, .samples = 1, .bits_allocated = 8,
		    .bits_stored = 8, .high_bit = 7};
		struct dataset *head = dataset_new(&arena, syntax_explicit);
		struct pixels pixels = {.head = head};
		dataset_put(head, TAG_PixelSpacing, str_of(of[i].value));
		assert_true(scaled_picture(&arena, &pixels, 0, &from,
		    &(struct view){0}, &to, &err));
		assert_int_equal(to.rows, of[i].rows);
		assert_int_equal(to.columns, of[i].columns);
		arena_end(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_and_flips),
		cmocka_unit_test(smaller_is_the_mean_and_larger_a_line),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(what_is_made_large_has_a_limit),
		cmocka_unit_test(pixels_become_square),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
