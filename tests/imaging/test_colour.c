/* SPDX-License-Identifier: MIT */
/* test_colour.c: segmented palettes by hand, cut at each byte, and at random:
 * whatever is in them, all entries are made or none is.  What whole pictures
 * look like, against_peers.py compares. */
#include "imaging/colour.c"

#include "test.h"

static bool expand(const char *bytes, size_t n, int64_t wide, int64_t entries,
    uint16_t *to)
{
	struct arena arena = {0};
	struct dataset *head = dataset_new(&arena, syntax_explicit);
	/* Of its own, so that a sanitizer sees what is read past its end. */
	char *own = malloc(n ? n : 1);
	struct element e = {.value = {own, n}};
	uint16_t *made = NULL;

	memcpy(own, bytes, n);
	bool done = segmented(&arena, head, &e, entries, wide, &made);
	if (done)
		memcpy(to, made, (size_t)entries * 2);
	free(own);
	arena_end(&arena);
	return done;
}

/* Two entries; a line of four to 18; and both once more. */
static const char words[] = "\0\0\2\0\5\0\12\0" "\1\0\4\0\22\0"
	"\2\0\2\0\0\0\0\0";
static const char bytes[] = "\0\2\5\12" "\1\4\22" "\2\2\0\0\0\0";
static const uint16_t want[] = {5, 10, 12, 14, 16, 18, 5, 10, 12, 14, 16, 18};

static void by_words_and_by_bytes(void **state)
{
	uint16_t made[12];

	(void)state;
	assert_true(expand(words, sizeof(words) - 1, 2, 12, made));
	assert_memory_equal(made, want, sizeof(want));
	assert_true(expand(bytes, sizeof(bytes) - 1, 1, 12, made));
	assert_memory_equal(made, want, sizeof(want));
}

static void cut_anywhere(void **state)
{
	uint16_t made[12];

	(void)state;
	for (size_t n = 0; n < sizeof(words) - 1; n++)
		assert_false(expand(words, n, 2, 12, made));
	for (size_t n = 0; n < sizeof(bytes) - 1; n++)
		assert_false(expand(bytes, n, 1, 12, made));
	/* More entries than the descriptor says are none. */
	assert_false(expand(words, sizeof(words) - 1, 2, 11, made));
}

/* Small numbers, so that many of them mean something. */
static void at_random(void **state)
{
	static uint16_t made[256];
	uint32_t noise = 1;
	int done = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		char random[64] = {0};
		int wide = 1 + i % 2;
		for (int k = 0; k < 64; k += wide) {
			noise = noise * 1664525 + 1013904223;
			random[k] = (char)(noise >> 24 & (k % 3 ? 7 : 1));
		}
		done += expand(random, 64, wide, 1 + i % 12, made);
	}
	assert_true(done > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_words_and_by_bytes),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(at_random),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
