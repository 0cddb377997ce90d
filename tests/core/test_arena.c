/* SPDX-License-Identifier: MIT */
/* test_arena.c: zeroed, aligned, apart from each other, and let go in order. */
#include "core/arena.c"

#include "test.h"

#include <signal.h>
#include <sys/wait.h>

static void every_size(void **state)
{
	struct arena arena = {0};
	unsigned char *at[3000];
	size_t size[3000];

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		size[i] = i % 700 == 699 ? 3 << 20 : i * 7919 % 3000;
		at[i] = arena_alloc(&arena, size[i]);
		assert_int_equal((uintptr_t)at[i] % 16, 0);
		for (size_t k = 0; k < size[i]; k++)
			if (at[i][k])
				fail_msg("byte %zu of %zu is not zero", k, i);
		memset(at[i], (int)(i % 251 + 1), size[i]);
	}
	for (size_t i = 0; i < 3000; i++)
		for (size_t k = 0; k < size[i]; k++)
			if (at[i][k] != i % 251 + 1)
				fail_msg("byte %zu of %zu changed", k, i);
	arena_end(&arena);
	assert_null(arena.blocks);
	assert_non_null(arena_alloc(&arena, 0));
	arena_end(&arena);
}

static char told[8];
static size_t n_told;

static void tell(void *with)
{
	told[n_told++] = *(const char *)with;
}

static void cleanups(void **state)
{
	struct arena arena = {0};
	static char a = 'a', b = 'b', c = 'c';

	(void)state;
	arena_on_end(&arena, tell, &a);
	arena_on_end(&arena, tell, &b);
	arena_end(&arena);
	assert_string_equal(told, "ba");
	arena_on_end(&arena, tell, &c);
	arena_end(&arena);
	arena_end(&arena);
	assert_string_equal(told, "bac");
}

static void texts(void **state)
{
	struct arena arena = {0};
	char bytes[] = "Royal Preston";
	struct str kept = arena_keep(&arena, str_of(bytes));
	const char *text = arena_cstr(&arena, (struct str){bytes, 5});

	(void)state;
	bytes[0] = 'X';
	assert_text(kept, "Royal Preston");
	assert_string_equal(text, "Royal");
	assert_string_equal(arena_cstr(&arena, (struct str){0}), "");
	assert_text(arena_printf(&arena, "%s", ""), "");
	for (int n = 250; n < 260; n++) {
		struct str s = arena_printf(&arena, "%0*d", n, 7);
		assert_int_equal(s.len, n);
		assert_int_equal(s.at[n], '\0');
		assert_int_equal(s.at[n - 1], '7');
	}
	arena_end(&arena);
}

/* A size that no machine has ends the process, rather than wrapping round. */
static void dies(void (*act)(struct arena *))
{
	int how;
	pid_t child = fork();

	if (child == 0) {
		struct arena arena = {0};
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(0);
		act(&arena);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT);
}

static void take_product(struct arena *arena)
{
	volatile size_t n = SIZE_MAX / 4;

	arena_array(arena, uint64_t, n);
}

static void take_negative(struct arena *arena)
{
	volatile int n = -1;

	arena_array(arena, char, n);
}

static void impossible_sizes(void **state)
{
	(void)state;
	dies(take_product);
	dies(take_negative);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size),
		cmocka_unit_test(cleanups),
		cmocka_unit_test(texts),
		cmocka_unit_test(impossible_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
