/* SPDX-License-Identifier: MIT */
/* test_log.c: one line for each happening, whatever its values; a bar only
 * where somebody watches. */
#include "core/log.c"

#include "test.h"

#include <fcntl.h>

static int own_stderr;
static FILE *caught;

static int hold(void **state)
{
	(void)state;
	fflush(stderr);
	caught = tmpfile();
	own_stderr = dup(STDERR_FILENO);
	dup2(fileno(caught), STDERR_FILENO);
	/* 2026-03-31 09:30 UTC */
	outside_stop_clock(INT64_C(1774949400) * US_PER_S);
	return 0;
}

static int release(void **state)
{
	(void)state;
	dup2(own_stderr, STDERR_FILENO);
	close(own_stderr);
	fclose(caught);
	outside_stop_clock(NO_TIME);
	log_level_set(LOG_INFO);
	return 0;
}

static const char *said(void)
{
	static char text[8192];
	ssize_t n = pread(fileno(caught), text, sizeof(text) - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
	if (ftruncate(fileno(caught), 0) || lseek(fileno(caught), 0, SEEK_SET))
		return NULL;
	return text;
}

static void lines(void **state)
{
	(void)state;
	log_line(LOG_INFO, "import done", "rows=%d bad=%d", 12, 1);
	assert_string_equal(said(), "time=2026-03-31T09:30:00Z level=info "
	    "what=\"import done\" rows=12 bad=1\n");
	log_line(LOG_WARN, "late", "%s", "");
	assert_string_equal(said(), "time=2026-03-31T09:30:00Z level=warn "
	    "what=\"late\"\n");
	log_line(LOG_INFO, "x", "name=\"%s\"", "a\nlevel=error \033[2J\x7f");
	assert_string_equal(said(), "time=2026-03-31T09:30:00Z level=info "
	    "what=\"x\" name=\"a level=error  [2J \"\n");
}

static void levels_are_kept(void **state)
{
	enum log_level level;

	(void)state;
	log_line(LOG_DEBUG, "no", "a=1");
	assert_string_equal(said(), "");
	log_level_set(LOG_ERROR);
	log_line(LOG_WARN, "no", "a=1");
	assert_string_equal(said(), "");
	log_line(LOG_ERROR, "yes", "a=1");
	assert_true(said()[0] == 't');
	assert_true(log_level_read(S("warn"), &level) && level == LOG_WARN);
	assert_false(log_level_read(S("loud"), &level));
}

static void long_lines(void **state)
{
	char text[3000];

	(void)state;
	for (size_t n = 900; n < 1100; n++) {
		memset(text, 'v', n);
		text[n] = '\0';
		log_line(LOG_INFO, "x", "a=%s", text);
		const char *line = said();
		size_t len = strlen(line);
		assert_true(len <= LINE_MAX_);
		assert_ptr_equal(strchr(line, '\n'), line + len - 1);
	}
}

static void no_bar_in_a_file(void **state)
{
	struct progress progress;

	(void)state;
	progress_begin(&progress, "import");
	progress.begun -= 5 * US_PER_S;
	progress_show(&progress, 1, 2);
	progress_end(&progress);
	assert_string_equal(said(), "");
}

static void bars(void **state)
{
	struct progress progress;
	int64_t second = US_PER_S;

	(void)state;
	progress_begin(&progress, "import");
	draw(&progress, 1, 2, 10 * second);
	assert_string_equal(said(), "\r\033[Kimport  "
	    "[###############...............]  50 %, 10 s left");
	draw(&progress, 0, 2, second);
	draw(&progress, 2, 2, second);
	assert_non_null(strstr(said(), "100 %, 0 s left"));
	draw(&progress, 7, 0, second);
	assert_string_equal(said(), "\r\033[Kimport  7");
	draw(&progress, 3, 2, second);
	assert_string_equal(said(), "\r\033[Kimport  3");
	/* A line clears the bar that stands where it wants to. */
	bar_shown = true;
	log_line(LOG_INFO, "x", "a=1");
	assert_memory_equal(said(), "\r\033[Ktime=", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines, hold, release),
		cmocka_unit_test_setup_teardown(levels_are_kept, hold,
		    release),
		cmocka_unit_test_setup_teardown(long_lines, hold, release),
		cmocka_unit_test_setup_teardown(no_bar_in_a_file, hold,
		    release),
		cmocka_unit_test_setup_teardown(bars, hold, release),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
