/* SPDX-License-Identifier: MIT */
/* test_confined.c: a frame that aborts its decoder, never ends, takes all
 * memory, opens a file, or lies about what it made, is an error of that frame;
 * the next one is decoded.  The decoder is this program, run again. */
#include "imaging/confined.c"

#include "test.h"

#include <sys/resource.h>

extern char **environ;
static volatile uint64_t never;

static bool misbehave(struct arena *arena, struct str in,
    const struct shape *shape, struct image *image, struct err *err)
{
	image_new(arena, shape, shape->bits_allocated, image);
	switch (in.at[0]) {
	case 'a':
		abort();
	case 'l':
		for (;;)
			never++;
	case 'm':
		for (;;)
			memset(arena_alloc(arena, 1 << 20), 1, 1 << 20);
	case 'v':
		return fail(err, ERR_INPUT, environ[0] ? "there is one" :
		    "there is none");
	case 'f':
		return open("/etc/passwd", O_RDONLY) >= 0;
	case 's':
		return socket(AF_INET, SOCK_STREAM, 0) >= 0;
	case 'x':
		return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
	case 'k':
		return kill(getppid(), 0) == 0;
	case 'b':
		image->rows++;
		return true;
	case 'e':
		return fail(err, ERR_INPUT, "it is not what it should be");
	default:
		image->at[0] = in.at[0];
		return true;
	}
}

static const struct coder bad_coder = {CODEC_OTHER, misbehave, NULL, 16};
static const struct shape small = {.codec = CODEC_OTHER, .rows = 4,
	.columns = 5, .samples = 1, .bits_allocated = 8, .bits_stored = 8,
	.high_bit = 7, .photometric = "MONOCHROME2"};

static void decode_one(const char *text, struct err *err)
{
	struct arena arena = {0};
	struct image image;

	if (confined_decode(&arena, str_of(text), &small, &image, err)) {
		assert_int_equal(image.rows, 4);
		assert_int_equal(image.columns, 5);
		assert_int_equal(image.at[0], text[0]);
		assert_int_equal(image.at[19], 0);
	}
	arena_end(&arena);
}

static void good(const char *text)
{
	struct err err = {0};

	decode_one(text, &err);
	assert_string_equal(err.text, "");
}

static void is_bad(const char *text, const char *why)
{
	struct err err = {0};

	decode_one(text, &err);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.text, why);
	good("1");
}

static void a_frame_comes_back(void **state)
{
	(void)state;
	good("1");
	pid_t first = pool.decoders[0].pid;
	for (int i = 0; i < 100; i++)
		good("2");
	assert_int_equal(pool.decoders[0].pid, first);
	assert_int_equal(pool.decoders[1].pid, 0);
}

static void one_that_dies_is_one_frame(void **state)
{
	(void)state;
	is_bad("a", "a frame ended its decoder");
	is_bad("b", "a decoder gave another picture");
	is_bad("e", "it is not what it should be");
}

static void nothing_else_can_be_reached(void **state)
{
	(void)state;
	is_bad("f", "a frame ended its decoder");
	is_bad("s", "a frame ended its decoder");
	is_bad("x", "a frame ended its decoder");
	is_bad("k", "a frame ended its decoder");
}

static void one_that_never_ends_is_ended(void **state)
{
	(void)state;
	is_bad("l", "a frame took too long to decode");
}

/* Under a sanitizer memory has no limit, so there time is what ends it. */
static void one_that_takes_all_is_ended(void **state)
{
	(void)state;
	is_bad("m", SHADOWED ? "a frame took too long to decode" :
	    "a frame ended its decoder");
}

static void one_too_large_is_not_tried(void **state)
{
	struct shape large = small;
	struct arena arena = {0};
	struct image image;
	struct err err = {0};

	(void)state;
	imaging_open("/proc/self/exe", 2, 512, 2);
	large.rows = large.columns = 15000;
	assert_false(confined_decode(&arena, S("1"), &large, &image, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.text,
	    "a frame is too large to decode in 512 MiB");
	assert_int_equal(pool.decoders[0].pid, 0);
	arena_end(&arena);
}

static void one_is_replaced_after_many_frames(void **state)
{
	(void)state;
	good("1");
	pool.decoders[0].frames = FRAMES_EACH;
	pid_t first = pool.decoders[0].pid;
	good("2");
	assert_int_not_equal(pool.decoders[0].pid, first);
	assert_int_equal(kill(first, 0), -1);
}

/* It ends by itself; who asks next is told nothing of it, and waits for no
 * more than a new one. */
static void one_that_idles_ends(void **state)
{
	siginfo_t is = {0};

	(void)state;
	imaging_open("/proc/self/exe", 2, 512, 2);
	pool.how.idle_s = 1;
	good("1");
	pid_t first = pool.decoders[0].pid;
	assert_int_equal(waitid(P_PID, (id_t)first, &is, WEXITED | WNOWAIT), 0);
	assert_int_equal(is.si_code, CLD_EXITED);
	assert_int_equal(is.si_status, EXIT_IDLE);
	good("2");
	assert_int_not_equal(pool.decoders[0].pid, first);
	imaging_open("/proc/self/exe", 2, 512, 2);
}

/* By whoever: the kernel, when memory is short, or a person. */
static void one_that_was_killed_between_frames(void **state)
{
	siginfo_t is = {0};

	(void)state;
	good("1");
	pid_t first = pool.decoders[0].pid;
	kill(first, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)first, &is, WEXITED | WNOWAIT), 0);
	good("2");
	assert_int_not_equal(pool.decoders[0].pid, first);
}

/* What is set for the server is not for it, passwords least of all. */
static void it_has_no_environment(void **state)
{
	struct err err = {0};

	(void)state;
	imaging_open("/proc/self/exe", 2, 512, 2);
	setenv("RIBBLE_DATABASE", "secret", 1);
	decode_one("v", &err);
	assert_string_equal(err.text, "there is none");
	unsetenv("RIBBLE_DATABASE");
}

static void larger_frames_get_more_memory(void **state)
{
	struct arena arena = {0};
	struct shape large = small;
	struct image image;
	struct err err = {0};

	(void)state;
	large.rows = large.columns = 3000;
	char *frame = arena_alloc(&arena, 5000000);
	frame[0] = '7';
	assert_true(confined_decode(&arena, (struct str){frame, 5000000},
	    &large, &image, &err));
	assert_int_equal(image.at[0], '7');
	good("1");
	arena_end(&arena);
}

static void *many(void *with)
{
	(void)with;
	for (int i = 0; i < 50; i++)
		good(i % 10 == 3 ? "4" : "1");
	return NULL;
}

static void threads_share_them(void **state)
{
	pthread_t threads[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many, NULL),
		    0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < DECODERS_MOST; i++)
		assert_true(i < 2 || !pool.decoders[i].pid);
}

static void a_program_that_is_not_there(void **state)
{
	struct err err = {0};

	(void)state;
	imaging_open("/nowhere/ribble", 1, 512, 2);
	decode_one("1", &err);
	assert_int_equal(err.kind, ERR_BROKEN);
	imaging_close();
	good("1"); /* here */
}

static int begin(void **state)
{
	(void)state;
	imaging_open("/proc/self/exe", 2, 512, 2);
	return 0;
}

static int end(void **state)
{
	(void)state;
	imaging_close();
	return 0;
}

int main(int n, char **words)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_back),
		cmocka_unit_test(one_that_dies_is_one_frame),
		cmocka_unit_test(nothing_else_can_be_reached),
		cmocka_unit_test(one_that_never_ends_is_ended),
		cmocka_unit_test(one_that_takes_all_is_ended),
		cmocka_unit_test(one_too_large_is_not_tried),
		cmocka_unit_test(one_is_replaced_after_many_frames),
		cmocka_unit_test(one_that_idles_ends),
		cmocka_unit_test(one_that_was_killed_between_frames),
		cmocka_unit_test(it_has_no_environment),
		cmocka_unit_test(larger_frames_get_more_memory),
		cmocka_unit_test(threads_share_them),
		cmocka_unit_test(a_program_that_is_not_there),
	};

	coder_of_tests = &bad_coder;
	if (n == 2 && strcmp(words[1], "decode") == 0)
		return imaging_serve(0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
