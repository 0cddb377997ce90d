/* SPDX-License-Identifier: MIT */
/* test_sorter.c: none, one and many runs against a plain stable sort; a disk
 * that is full; records of every size it takes. */
#include "core/sorter.c"

#include "test.h"

#include <sys/resource.h>
#include <signal.h>

struct line {
	struct str text;
	size_t number;
};

static unsigned seed = 1;

static unsigned chance(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 12) % below;
}

static int plainly(const void *a, const void *b)
{
	const struct line *one = a, *two = b;
	int order = str_cmp(one->text, two->text);

	return order ? order :
	    (one->number > two->number) - (one->number < two->number);
}

static void compare(size_t n, size_t memory, unsigned longest, size_t *runs)
{
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, memory);
	struct line *lines = arena_array(&arena, struct line, n + 1);
	struct str record = {0};

	for (size_t i = 0; i < n; i++) {
		size_t len = chance(longest + 1);
		char *at = arena_alloc(&arena, len);
		for (size_t k = 0; k < len; k++)
			at[k] = (char)(k < 6 ? 'x' : chance(4) * 0x55);
		lines[i] = (struct line){{at, len}, i};
		assert_true(sorter_add(sorter, lines[i].text, &err));
	}
	assert_true(sorter_sort(sorter, &err));
	*runs = sorter->pile.fd < 0 ? 0 : sorter->pile.n;
	qsort(lines, n, sizeof(lines[0]), plainly);
	for (size_t i = 0; i < n; i++) {
		assert_true(sorter_next(sorter, &record, &err));
		if (!str_eq(record, lines[i].text))
			fail_msg("record %zu of %zu", i, n);
	}
	assert_false(sorter_next(sorter, &record, &err));
	assert_false(sorter_next(sorter, &record, &err));
	assert_int_equal(err.kind, ERR_NONE);
	arena_end(&arena);
}

static void against_a_plain_sort(void **state)
{
	size_t runs;

	(void)state;
	compare(0, 1 << 20, 10, &runs);
	compare(1, 1 << 20, 10, &runs);
	compare(5000, 1 << 20, 40, &runs);
	assert_int_equal(runs, 0);
	compare(50000, 1 << 20, 40, &runs);
	assert_in_range(runs, 2, 8);
	compare(300000, 1, 40, &runs);
	assert_in_range(runs, 2, RUNS_AT_ONCE);
	compare(20000, 1, 3000, &runs); /* few at once, so many levels */
	assert_in_range(runs, 2, 20);
	compare(2000, 1, 0, &runs);
}

/* Equal records are the same bytes, so their order shows only inside: the
 * record handed out is always of the earliest run that has one. */
static void equal_across_runs(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, 1);
	struct str record = {0};
	size_t equal = 0;

	(void)state;
	for (int i = 0; i < 40000; i++)
		assert_true(sorter_add(sorter, i % 2 ? S("b") : S("a"), &err));
	assert_true(sorter_sort(sorter, &err));
	assert_true(sorter->pile.fd >= 0);
	while (sorter_next(sorter, &record, &err)) {
		const struct merge *merge = &sorter->merge;
		for (size_t i = 1; i < merge->n; i++) {
			const struct reader *r = merge->heap[i];
			if (!str_eq(r->record, merge->heap[0]->record))
				continue;
			assert_true(merge->heap[0]->number < r->number);
			equal++;
		}
	}
	assert_true(equal > 0);
	arena_end(&arena);
}

static void too_long(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, 1);
	size_t most = sorter->size / 14 - HEAD;
	char *bytes = arena_alloc(&arena, most + 1);
	struct str record = {0};

	(void)state;
	assert_false(sorter_add(sorter, (struct str){bytes, most + 1}, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	for (int i = 0; i < 200; i++) {
		bytes[0] = (char)(i * 37);
		assert_true(sorter_add(sorter, (struct str){bytes, most},
		    &err));
	}
	assert_true(sorter_sort(sorter, &err));
	int last = -1, n = 0;
	while (sorter_next(sorter, &record, &err)) {
		assert_true((unsigned char)record.at[0] >= last);
		last = (unsigned char)record.at[0];
		assert_int_equal(record.len, most);
		n++;
	}
	assert_int_equal(n, 200);
	arena_end(&arena);
}

/* A limit on the size of files stands in for a disk that is full. */
static void full_disk(void **state)
{
	struct rlimit kept, small;
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, 1);
	bool good = true;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &kept);
	small = kept;
	small.rlim_cur = 200000;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 100000 && good; i++)
		good = sorter_add(sorter, S("a record among many"), &err);
	setrlimit(RLIMIT_FSIZE, &kept);
	assert_false(good);
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, "could not write the sorting file"));
	assert_non_null(strstr(err.hint, "TMPDIR"));
	arena_end(&arena);
}

static void nowhere_to_write(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, 1);
	bool good = true;

	(void)state;
	setenv("TMPDIR", "/nowhere", 1);
	for (int i = 0; i < 100000 && good; i++)
		good = sorter_add(sorter, S("a record among many"), &err);
	unsetenv("TMPDIR");
	assert_false(good);
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.text, "'/nowhere'"));
	arena_end(&arena);
}

/* What was written and cannot be read back is told, not passed over. */
static void lost_file(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct sorter *sorter = sorter_open(&arena, 1);
	struct str record = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		assert_true(sorter_add(sorter, S("a record among many"), &err));
	assert_true(sorter_sort(sorter, &err));
	assert_int_equal(ftruncate(sorter->pile.fd, 5000), 0);
	while (sorter_next(sorter, &record, &err))
		;
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_false(sorter_next(sorter, &record, NULL));
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_a_plain_sort),
		cmocka_unit_test(equal_across_runs),
		cmocka_unit_test(too_long),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(nowhere_to_write),
		cmocka_unit_test(lost_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
