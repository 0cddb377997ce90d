/* SPDX-License-Identifier: MIT */
/* test_spill.c: rows come back as they were, from memory and from the file. */
#define SPILL_MEMORY ((size_t)4096)
#include "store/spill.c"

#include "place.h"

static struct val val_at(int64_t row, int column, char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	size_t len = (size_t)((row * 7 + column) % 27);

	switch ((row + column) % 5) {
	case 0: return N;
	case 1: return I(row * 1000003 - column);
	case 2: return R((double)row / 7);
	case 3:
		memcpy(text, letters, len);
		return T(((struct str){text, len}));
	default: return B(((struct str){letters + len / 2, len - len / 2}));
	}
}

static void same(struct val a, struct val b)
{
	assert_int_equal(a.type, b.type);
	if (a.type == VAL_TEXT || a.type == VAL_BYTES)
		assert_true(str_eq(a.s, b.s));
	else if (a.type != VAL_NULL)
		assert_true(a.i == b.i); /* the bits, of a real too */
}

static void around(int64_t n, int columns)
{
	struct spill *spill = spill_begin(columns);
	struct err err = {0};
	struct val vals[16] = {0}, *got;
	char text[16][32];

	for (int64_t row = 0; row < n; row++) {
		for (int i = 0; i < columns; i++)
			vals[i] = val_at(row, i, text[i]);
		assert_true(spill_add(spill, vals, &err));
	}
	for (int64_t row = 0; row < n; row++) {
		got = spill_next(spill, &err);
		assert_non_null(got);
		for (int i = 0; i < columns; i++)
			same(got[i], val_at(row, i, text[i]));
	}
	assert_null(spill_next(spill, &err));
	assert_null(spill_next(spill, &err));
	assert_int_equal(err.kind, ERR_NONE);
	spill_end(spill);
}

static void any_number_of_rows(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 200; n++)
		around(n, 1 + (int)n % 9);
	around(20000, 5);
	around(5, 0);
}

static void large_values(void **state)
{
	struct spill *spill = spill_begin(2);
	struct err err = {0};
	size_t size = 100000;
	char *text = test_calloc(1, size);

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct str s = {text, size - (size_t)i};
		struct val vals[] = {T(s), I(i)};
		assert_true(spill_add(spill, vals, &err));
	}
	for (int i = 0; i < 20; i++) {
		struct val *got = spill_next(spill, &err);
		assert_int_equal(got[0].s.len, size - (size_t)i);
		assert_int_equal(got[1].i, i);
	}
	spill_end(spill);
	test_free(text);
}

static void a_full_disk_is_told(void **state)
{
	struct spill *spill = spill_begin(1);
	struct err err = {0};
	struct val val = I(1);
	bool kept = true;

	(void)state;
	spill->fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 1000 && kept; i++)
		kept = spill_add(spill, &val, &err);
	assert_false(kept);
	assert_int_equal(err.kind, ERR_BUSY);
	spill_end(spill);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_number_of_rows),
	    cmocka_unit_test(large_values),
	    cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
