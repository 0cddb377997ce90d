/* SPDX-License-Identifier: MIT */
/* test_line.c: what was typed is understood or refused as a whole. */
#include "doors/command/line.c"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct read {
	struct arena arena;
	struct line line;
	struct settings settings;
	enum wish wish;
	struct err err;
};

/* The words, parted by one blank, as a shell would hand them over. */
static bool reads(struct read *r, const char *words)
{
	char *argv[32] = {"ribble"};
	int argc = 1;

	*r = (struct read){0};
	r->line.arena = &r->arena;
	for (struct str rest = str_of(words); rest.len && argc < 31;)
		argv[argc++] = (char *)(uintptr_t)arena_cstr(&r->arena,
		    str_cut(&rest, ' '));
	return line_read(argc, argv, &r->line, &r->settings, &r->wish,
	    &r->err);
}

static void refuses(const char *words, const char *text, const char *mend)
{
	struct read r;

	assert_false(reads(&r, words));
	assert_int_equal(r.err.kind, ERR_INPUT);
	if (!strstr(r.err.text, text))
		assert_string_equal(r.err.text, text);
	if (!strstr(r.err.hint, mend))
		assert_string_equal(r.err.hint, mend);
	arena_end(&r.arena);
}

static void takes_options_anywhere(void **state)
{
	struct read r;
	int32_t *days;

	(void)state;
	assert_true(reads(&r, "--web-port 0 spc --rebase 2025-04-30 a.csv "
			      "--target=-1.5 --rebase=2025-06-30 --json "
			      "--fix-after 12"));
	assert_string_equal(r.line.command->name, "spc");
	assert_int_equal(r.line.operands_n, 1);
	assert_string_equal(r.line.operands[0], "a.csv");
	assert_int_equal(r.settings.web_port, 0);
	assert_true(option_given(&r.line, "json"));
	assert_false(option_given(&r.line, "no-screening"));
	assert_true(option_real(&r.line, "target", NAN) == -1.5);
	assert_int_equal(option_int(&r.line, "fix-after", 0), 12);
	assert_int_equal(option_int(&r.line, "shift", 7), 7);
	assert_null(option_text(&r.line, "improve"));
	assert_int_equal(option_days(&r.line, "rebase", &days), 2);
	assert_int_equal(days[0], day_of(2025, 4, 30));
	assert_int_equal(days[1], day_of(2025, 6, 30));
	arena_end(&r.arena);
}

static void ends_options_at_two_dashes(void **state)
{
	struct read r;

	(void)state;
	assert_true(reads(&r, "import -- --json -"));
	assert_int_equal(r.line.operands_n, 2);
	assert_string_equal(r.line.operands[0], "--json");
	assert_string_equal(r.line.operands[1], "-");
	arena_end(&r.arena);
}

static void wishes_come_first(void **state)
{
	struct read r;

	(void)state;
	assert_true(reads(&r, "dm01 --help"));
	assert_int_equal(r.wish, WISH_HELP);
	arena_end(&r.arena);
	assert_true(reads(&r, "-h"));
	assert_int_equal(r.wish, WISH_HELP);
	arena_end(&r.arena);
	assert_true(reads(&r, "--version"));
	assert_int_equal(r.wish, WISH_VERSION);
	arena_end(&r.arena);
}

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	refuses("", "a command is missing", "ribble help");
	refuses("chekc", "no command 'chekc'", "'check'");
	refuses("imp x", "no command 'imp'", "'import'");
	refuses("qqqqqqq", "no command", "lists them");
	refuses("import --knd ris x", "no option '--knd'", "'--kind'");
	refuses("serve --web-prot 1", "no option '--web-prot'", "'--web-port'");
	refuses("serve --web_prot 1", "no option", "'--web-port'");
	refuses("serve -p", "no option '-p'", "two dashes");
	refuses("serve --zzzzzzzzzzzz", "no option", "`ribble help serve`");
	refuses("serve here", "one word too many", "ribble help serve");
	refuses("import", "FILE... is missing", "ribble help import");
	refuses("dm01 --month 2026-03", "--provider", "ribble help dm01");
}

static void refuses_values_that_do_not_fit(void **state)
{
	(void)state;
	refuses("dm01 --month 2026-13 --provider RXN", "--month", "");
	refuses("dm01 --month 03/2026 --provider RXN", "a month as", "");
	refuses("spc a --rebase 2026-02-30", "a day as YYYY-MM-DD", "");
	refuses("spc a --fix-after twelve", "a whole number", "");
	refuses("spc a --fix-after -1", "a whole number", "");
	refuses("spc a --target x", "wants a number", "");
	refuses("spc a --target nan", "wants a number", "");
	refuses("spc a --improve up", "one of increase|decrease|neutral", "");
	refuses("spc a --json=yes", "takes no value", "");
	refuses("spc a --json --json", "twice", "");
	refuses("spc a --target", "needs a value", "");
	refuses("import x --sender=", "--sender wants something", "");
	refuses("serve --web-port 65536", "web_port", "");
	refuses("serve --web-port", "needs a value", "");
	refuses("help --completion fish", "one of bash", "");
}

/* A later place wins: default, file, environment, words. */
static void reads_settings_in_their_order(void **state)
{
	char path[] = "/tmp/ribble-test-XXXXXX";
	char words[100];
	struct read r;
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	assert_non_null(file);
	fprintf(file, "web_port = 1\nweb_threads = 2\nreaders = 3\n");
	fclose(file);
	setenv("RIBBLE_WEB_THREADS", "5", 1);
	setenv("RIBBLE_READERS", "6", 1);
	snprintf(words, sizeof(words), "serve --settings %s --readers 7", path);
	assert_true(reads(&r, words));
	assert_int_equal(r.settings.stop_seconds, 20);
	assert_int_equal(r.settings.web_port, 1);
	assert_int_equal(r.settings.web_threads, 5);
	assert_int_equal(r.settings.readers, 7);
	arena_end(&r.arena);
	unsetenv("RIBBLE_WEB_THREADS");
	unsetenv("RIBBLE_READERS");
	remove(path);
	assert_false(reads(&r, words));
	arena_end(&r.arena);
}

static void guesses_what_was_meant(void **state)
{
	const char *list[] = {"serve", "demo", "check", "import"};

	(void)state;
	assert_string_equal(nearest("sevre", list, 4), "serve");
	assert_string_equal(nearest("dem", list, 4), "demo");
	assert_string_equal(nearest("check", list, 4), "check");
	assert_string_equal(nearest("imoprt", list, 4), "import");
	assert_null(nearest("xyzzy", list, 4));
	assert_null(nearest("", list, 4));
	assert_null(nearest("a word that is far longer than any command that "
			    "there will ever be, surely", list, 4));
}

/* What the table says must be usable: no option hides a setting, every list
 * ends, every row has its sentence. */
static void rows_are_sound(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (const struct command *c = commands; c->name; c++) {
		assert_true(strlen(c->sentence) > 10);
		assert_true(c->least <= c->most);
		assert_true(c->most == 0 || c->operands);
		for (const struct option *o = c->options; o->name; o++) {
			assert_true(strlen(o->sentence) > 5);
			assert_true((o->type == VALUE_FLAG) == !o->value);
			assert_null(setting_find(
			    underscored(&arena, str_of(o->name))));
		}
	}
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_options_anywhere),
		cmocka_unit_test(ends_options_at_two_dashes),
		cmocka_unit_test(wishes_come_first),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(refuses_values_that_do_not_fit),
		cmocka_unit_test(reads_settings_in_their_order),
		cmocka_unit_test(guesses_what_was_meant),
		cmocka_unit_test(rows_are_sound),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	unsetenv("RIBBLE_TEST_DATABASE");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
