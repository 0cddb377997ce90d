/* SPDX-License-Identifier: MIT */
/* test_settings.c: defaults, three ways to set, and words that help. */
#include "core/settings.c"

#include "test.h"

static struct arena arena;
static struct settings settings;
static struct err err;

static int begin(void **state)
{
	(void)state;
	settings_standard(&settings);
	err = (struct err){0};
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static bool set(const char *name, const char *value)
{
	err = (struct err){0};
	return settings_set(&settings, &arena, str_of(name), str_of(value),
	    &err);
}

static struct str value_of(const char *name)
{
	for (size_t i = 0; i < settings_count; i++)
		if (!strcmp(settings_list[i].name, name))
			return settings_value(&settings, &arena, i);
	return S("no such setting");
}

/* Every default passes its own limits and reads back as itself. */
static void defaults(void **state)
{
	(void)state;
	assert_int_equal(settings.web_port, 8080);
	assert_string_equal(settings.web_address, "127.0.0.1");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *one = &settings_list[i];
		assert_true(strlen(one->name) < NAME_MAX_);
		assert_true(set(one->name, one->standard));
		assert_text(settings_value(&settings, &arena, i),
		    one->standard);
		assert_true(one->sentence[0] != '\0');
	}
}

static void setting_one(void **state)
{
	(void)state;
	char text[] = "data/other.db";
	assert_true(set("database", text));
	text[0] = 'X';
	assert_string_equal(settings.database, "data/other.db");
	assert_true(set("web-port", " 0 "));
	assert_int_equal(settings.web_port, 0);
	assert_true(set("WEB_PORT", "65535"));
	assert_int_equal(settings.web_port, 65535);
	assert_true(set("watch", ""));
	assert_string_equal(settings.watch, "");
	assert_false(settings_set(&settings, &arena, S("watch"),
	    S("a\0b"), &err));
	assert_string_equal(err.text,
	    "setting 'watch' has a control character");
}

static void limits(void **state)
{
	static const char *const bad[] = {"65536", "-1", "", "80a", "8 0",
	    "99999999999999999999", "0x50"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(set("web_port", bad[i]));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(settings.web_port, 8080);
	}
	assert_false(set("web_port", "70000"));
	assert_string_equal(err.text, "setting 'web_port' is '70000', "
	    "not a number from 0 to 65535");
}

static void flags(void **state)
{
	static const struct setting flag = {.name = "flag"};
	bool on = false;

	(void)state;
	assert_true(set_flag(&on, &flag, S("Yes"), &err) && on);
	assert_true(set_flag(&on, &flag, S("0"), &err) && !on);
	assert_true(set_flag(&on, &flag, S("true"), &err) && on);
	assert_false(set_flag(&on, &flag, S("maybe"), &err));
	assert_string_equal(err.text,
	    "setting 'flag' is 'maybe', not yes or no");
}

static void unknown_names(void **state)
{
	static const struct {
		const char *name, *hint;
	} rows[] = {
		{"web_prot", "did you mean 'web_port'?"},
		{"webport", "did you mean 'web_port'?"},
		{"databse", "did you mean 'database'?"},
		{"Log-Levle", "did you mean 'log_level'?"},
		{"colour", "'ribble help settings' lists them"},
		{"", "'ribble help settings' lists them"},
	};
	char endless[500];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(set(rows[i].name, "1"));
		assert_string_equal(err.hint, rows[i].hint);
	}
	assert_false(set("web_prot", "1"));
	assert_string_equal(err.text, "unknown setting 'web_prot'");
	memset(endless, 'w', sizeof(endless));
	endless[sizeof(endless) - 1] = '\0';
	assert_false(set(endless, "1"));
	assert_true(strlen(err.text) < 100);
}

/* Reads a file with this text; a failure's words go without its name. */
static const char *read_settings(struct str text)
{
	static char words[300];
	char name[] = "/tmp/ribble-settings-XXXXXX";
	int fd = mkstemp(name);

	err = (struct err){0};
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.at, text.len), text.len);
	close(fd);
	bool good = settings_file(&settings, &arena, name, &err);
	unlink(name);
	assert_int_equal(good, err.kind == ERR_NONE);
	const char *from = strchr(err.text, ',');
	from = from ? from : strchr(err.text, ':');
	snprintf(words, sizeof(words), "%s", good || !from ? "" : from + 2);
	return words;
}

static void files(void **state)
{
	(void)state;
	assert_string_equal(read_settings(S("\xef\xbb\xbf# ours\r\n"
	    "web_port = 81\r\n\r\n  readers=4 ; few\n; more\n"
	    "database: postgres://a@b/c\nwatch =")), "");
	assert_int_equal(settings.web_port, 81);
	assert_int_equal(settings.readers, 4);
	assert_string_equal(settings.database, "postgres://a@b/c");
	/* An indented line is a line, not more of the one before. */
	assert_string_equal(read_settings(S("watch = a\n  web_port = 82\n")),
	    "");
	assert_string_equal(settings.watch, "a");
	assert_int_equal(settings.web_port, 82);
	assert_string_equal(read_settings(S("")), "");
}

static void bad_files(void **state)
{
	char longest[400];

	(void)state;
	assert_string_equal(read_settings(S("# a\nweb_prot = 1\n")),
	    "line 2: unknown setting 'web_prot'");
	assert_string_equal(err.hint, "did you mean 'web_port'?");
	assert_string_equal(read_settings(S("web_port = 1\nweb_port\n")),
	    "line 2: it is not 'name = value'");
	assert_string_equal(read_settings(S("[web]\nport = 1\n")),
	    "line 2: section '[web]' is not known: settings have no sections");
	assert_string_equal(read_settings(S("\n\nwatch = a\0b\n")),
	    "line 3: it has a NUL byte");
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "watch = ", 8);
	assert_string_equal(read_settings((struct str){longest, 198}), "");
	assert_int_equal(strlen(settings.watch), 190);
	assert_string_equal(read_settings((struct str){longest, 199}),
	    "line 1: it is longer than 198 characters");
	assert_string_equal(read_settings((struct str){
	    arena_alloc(&arena, 300000), 300000}), "it is larger than 256 KiB");
	err = (struct err){0};
	assert_false(settings_file(&settings, &arena, "/nowhere/x", &err));
	assert_int_equal(err.kind, ERR_MISSING);
	err = (struct err){0};
	assert_false(settings_file(&settings, &arena, "/tmp", &err));
	assert_int_equal(err.kind, ERR_BROKEN);
}

static void environment(void **state)
{
	char *mine[] = {"HOME=/root", "RIBBLE_WEB_PORT=90",
	    "RIBBLE_DATABASE=a=b", "RIBBLES=1", NULL};
	char *bad[] = {"RIBBLE_WEB_PROT=90", NULL};
	char **kept = environ;

	(void)state;
	environ = mine;
	assert_true(settings_environment(&settings, &arena, &err));
	assert_int_equal(settings.web_port, 90);
	assert_string_equal(settings.database, "a=b");
	environ = bad;
	assert_false(settings_environment(&settings, &arena, &err));
	environ = NULL;
	assert_true(settings_environment(&settings, &arena, &err));
	environ = kept;
	assert_string_equal(err.text, "unknown setting 'WEB_PROT'");
	assert_string_equal(err.hint, "did you mean 'web_port'?");
}

/* The sample sets nothing; without its marks it sets every default. */
static void sample(void **state)
{
	struct settings standard;
	struct out out;

	(void)state;
	out_memory(&out);
	settings_sample(&out);
	assert_string_equal(read_settings(out_str(&out)), "");
	settings_standard(&standard);
	assert_memory_equal(&settings, &standard, sizeof(settings));
	settings.web_port = 1;
	for (size_t i = 0; i + 2 < out.len; i++)
		if (out.at[i] == '\n' && out.at[i + 1] == '#' &&
		    out.at[i + 2] != ' ')
			out.at[i + 1] = ' ';
	assert_string_equal(read_settings(out_str(&out)), "");
	assert_int_equal(settings.web_port, 8080);
	out_end(&out, NULL);
}

static void passwords(void **state)
{
	(void)state;
	assert_true(set("database", "postgres://ribble:se@cret@db/x"));
	assert_text(value_of("database"), "postgres://ribble:***@db/x");
	assert_true(set("database", "postgres://ribble@db:5432/x"));
	assert_text(value_of("database"), "postgres://ribble@db:5432/x");
	assert_true(set("database", "data/a:b@c"));
	assert_text(value_of("database"), "data/a:b@c");
	assert_text(value_of("web_port"), "8080");
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(defaults), T(setting_one), T(limits), T(flags),
		T(unknown_names), T(files), T(bad_files), T(environment),
		T(sample), T(passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
