/* SPDX-License-Identifier: MIT */
/* line.c: reads what was typed against the rows of commands.c.
 *
 * (1) Every word is understood or the whole line is refused, before anything
 *     is opened.
 * (2) A value has been checked against its option's type, so commands ask for
 *     it without a way to fail.
 * (3) Options may stand before or after the command and its operands, as
 *     --name VALUE or --name=VALUE; -- ends them. */
#include "doors/command/line.h"
#include <string.h>

const struct option common_options[] = {
	{"settings", "FILE", VALUE_FILE, OPTION_ONCE, "read settings from this file"},
	{"help", NULL, VALUE_FLAG, OPTION_ONCE, "say what can be asked, and how"},
	{"version", NULL, VALUE_FLAG, OPTION_ONCE, "say which version this is"},
	{"today", "YYYY-MM-DD", VALUE_DAY, OPTION_HIDDEN, "the clock stands at its noon"},
	{NULL, NULL, VALUE_FLAG, OPTION_ONCE, NULL}};

struct reading {
	char **word, **end;
	struct line *line;
	struct settings *settings;
	/* Settings typed, kept until the file and the environment are read. */
	struct {
		struct str name, value;
	} *set;
	size_t set_n;
	const char *file;
	enum wish wish;
	bool only_operands;
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	if (strcmp(name, command_unlisted.name) == 0)
		return &command_unlisted;
	return NULL;
}

const struct option *option_find(const struct option *list, struct str name)
{
	for (; list && list->name; list++)
		if (str_is(name, list->name))
			return list;
	return NULL;
}

static const struct setting *setting_find(struct str name)
{
	for (size_t i = 0; i < settings_count; i++)
		if (str_is(name, settings_list[i].name))
			return &settings_list[i];
	return NULL;
}

/* --web-port is the setting web_port. */
static struct str underscored(struct arena *arena, struct str name)
{
	char *copy = arena_array(arena, char, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		copy[i] = name.at[i] == '-' ? '_' : name.at[i];
	return (struct str){copy, name.len};
}

static bool unknown_command(const char *word, struct err *err)
{
	const char *list[32];
	size_t n = 0;

	for (const struct command *c = commands; c->name && n < 32; c++)
		list[n++] = c->name;
	fail(err, ERR_INPUT, "there is no command '%.60s'", word);
	const char *meant = nearest(word, list, n);

	if (meant)
		return hint(err, "did you mean '%s'?", meant);
	return hint(err, "`ribble help` lists them");
}

static size_t names_of(const struct option *list, const char **names, size_t n)
{
	for (; list && list->name; list++)
		if (!(list->bits & OPTION_HIDDEN))
			names[n++] = list->name;
	return n;
}

static bool unknown_option(struct reading *r, struct str name, struct err *err)
{
	const struct command *command = r->line->command;
	const char *list[128];
	size_t n = names_of(common_options, list, 0);

	if (command)
		n = names_of(command->options, list, n);
	for (size_t i = 0; i < settings_count && n < 128; i++) {
		struct str own = str_of(settings_list[i].name);
		char *dashed = arena_array(r->line->arena, char, own.len + 1);

		for (size_t j = 0; j < own.len; j++)
			dashed[j] = own.at[j] == '_' ? '-' : own.at[j];
		list[n++] = dashed;
	}
	fail(err, ERR_INPUT, "there is no option '--%.*s'", STR(name));
	const char *meant =
	    nearest(arena_cstr(r->line->arena, name), list, n);

	if (meant)
		return hint(err, "did you mean '--%s'?", meant);
	return hint(err, "`ribble help %s` lists them",
	    command ? command->name : "settings");
}

static bool is_month(struct str text)
{
	int32_t day;
	char whole[] = "0000-00-01";

	if (text.len != 7)
		return false;
	memcpy(whole, text.at, 7);
	return day_read(str_of(whole), &day);
}

static bool is_one_of(const char *words, struct str text)
{
	struct str rest = str_of(words);

	while (rest.len)
		if (str_eq(str_cut(&rest, '|'), text))
			return true;
	return false;
}

static bool fits(const struct option *option, struct str text)
{
	int64_t whole;
	int32_t day;
	double real;

	switch (option->type) {
	case VALUE_INT:
		return str_int(text, &whole) && whole >= 0;
	case VALUE_REAL:
		return str_real(text, &real);
	case VALUE_DAY:
		return text.len == 10 && day_read(text, &day);
	case VALUE_MONTH:
		return is_month(text);
	case VALUE_ONE_OF:
		return is_one_of(option->value, text);
	case VALUE_FLAG:
	case VALUE_TEXT:
	case VALUE_FILE:
		break;
	}
	return text.len > 0;
}

static const char *wanted(enum value_type type)
{
	switch (type) {
	case VALUE_INT:
		return "a whole number";
	case VALUE_REAL:
		return "a number";
	case VALUE_DAY:
		return "a day as YYYY-MM-DD";
	case VALUE_MONTH:
		return "a month as YYYY-MM";
	default:
		return "something";
	}
}

static bool does_not_fit(const struct option *option, const char *text,
    struct err *err)
{
	if (option->type == VALUE_ONE_OF)
		fail(err, ERR_INPUT, "--%s is one of %s, not '%.60s'",
		    option->name, option->value, text);
	else
		fail(err, ERR_INPUT, "--%s wants %s, not '%.60s'",
		    option->name, wanted(option->type), text);
	return false;
}

static bool typed_before(const struct line *line, const struct option *option)
{
	for (size_t i = 0; i < line->options_n; i++)
		if (line->options[i].option == option)
			return true;
	return false;
}

static bool keep_option(struct line *line, const struct option *option,
    const char *text, struct err *err)
{
	if (option->type != VALUE_FLAG && !fits(option, str_of(text)))
		return does_not_fit(option, text, err);
	if (!(option->bits & OPTION_REPEATS) && typed_before(line, option))
		return fail(err, ERR_INPUT, "--%s is given twice",
		    option->name);
	line->options[line->options_n++] =
	    (struct typed){.option = option, .text = text};
	return true;
}

/* The value after = or in the next word. */
static const char *value_of(struct reading *r, struct str name,
    const char *after, const char *what, struct err *err)
{
	if (after)
		return after;
	if (r->word < r->end)
		return *r->word++;
	fail(err, ERR_INPUT, "--%.*s needs a value: %s", STR(name), what);
	return NULL;
}

static bool stop_clock(const char *text)
{
	int32_t day = NO_DAY;

	day_read(str_of(text), &day);
	outside_stop_clock(day_time(day) + US_PER_DAY / 2);
	return true;
}

static bool common_option(struct reading *r, const struct option *option,
    const char *text, struct err *err)
{
	if (option->type == VALUE_FLAG)
		r->wish = str_is(str_of(option->name), "help") ? WISH_HELP
							       : WISH_VERSION;
	else if (option->type == VALUE_DAY)
		return fits(option, str_of(text))
		    ? stop_clock(text)
		    : does_not_fit(option, text, err);
	else if (r->file)
		return fail(err, ERR_INPUT, "--settings is given twice");
	else
		r->file = text;
	return true;
}

static bool read_setting(struct reading *r, struct str name,
    const char *after, struct err *err)
{
	struct str own = underscored(r->line->arena, name);
	const struct setting *setting = setting_find(own);

	if (!setting)
		return unknown_option(r, name, err);
	const char *text = value_of(r, name, after, setting->sentence, err);

	if (!text)
		return false;
	r->set[r->set_n].name = own;
	r->set[r->set_n++].value = str_of(text);
	return true;
}

static bool read_option(struct reading *r, const char *word, struct err *err)
{
	struct str rest = str_of(word), name = str_cut(&rest, '=');
	const char *after = strchr(word, '=') ? strchr(word, '=') + 1 : NULL;
	const struct command *command = r->line->command;
	const struct option *own =
	    option_find(command ? command->options : NULL, name);
	const struct option *option =
	    own ? own : option_find(common_options, name);
	const char *text = NULL;

	if (!option)
		return read_setting(r, name, after, err);
	if (option->type == VALUE_FLAG && after)
		return fail(err, ERR_INPUT, "--%s takes no value",
		    option->name);
	if (option->type != VALUE_FLAG) {
		text = value_of(r, name, after, option->sentence, err);
		if (!text)
			return false;
	}
	if (!own)
		return common_option(r, option, text, err);
	return keep_option(r->line, option, text, err);
}

static bool read_word(struct reading *r, const char *word, struct err *err)
{
	struct line *line = r->line;

	if (r->only_operands || word[0] != '-' || !word[1]) {
		if (!line->command) {
			line->command = command_find(word);
			return line->command || unknown_command(word, err);
		}
		line->operands[line->operands_n++] = word;
		return true;
	}
	if (strcmp(word, "-h") == 0) {
		r->wish = WISH_HELP;
		return true;
	}
	if (strcmp(word, "--") == 0) {
		r->only_operands = true;
		return true;
	}
	if (word[1] != '-') {
		fail(err, ERR_INPUT, "there is no option '%.60s'", word);
		return hint(err, "options begin with two dashes");
	}
	return read_option(r, word + 2, err);
}

static bool read_settings(struct reading *r, struct err *err)
{
	struct arena *arena = r->line->arena;

	settings_standard(r->settings);
	if (r->file && !settings_file(r->settings, arena, r->file, err))
		return false;
	if (!settings_environment(r->settings, arena, err))
		return false;
	for (size_t i = 0; i < r->set_n; i++)
		if (!settings_set(r->settings, arena, r->set[i].name,
			r->set[i].value, err))
			return false;
	return true;
}

static bool has_what_it_must(const struct line *line, struct err *err)
{
	const struct command *command = line->command;

	for (const struct option *o = command->options; o->name; o++) {
		if (!(o->bits & OPTION_MUST) || typed_before(line, o))
			continue;
		fail(err, ERR_INPUT, "--%s %s is missing", o->name,
		    o->value);
		return hint(err, "`ribble help %s` says how", command->name);
	}
	return true;
}

static bool right_operands(const struct line *line, struct err *err)
{
	const struct command *command = line->command;

	if (line->operands_n > command->most) {
		fail(err, ERR_INPUT, "'%.60s' is one word too many",
		    line->operands[command->most]);
		return hint(err, "`ribble help %s` says how", command->name);
	}
	if (line->operands_n < command->least) {
		fail(err, ERR_INPUT, "%s is missing",
		    command->operands);
		return hint(err, "`ribble help %s` says how", command->name);
	}
	return true;
}

bool line_read(int argc, char **argv, struct line *line,
    struct settings *settings, enum wish *wish, struct err *err)
{
	struct reading r = {.word = argv + 1, .end = argv + argc,
	    .line = line, .settings = settings};
	size_t n = (size_t)argc + 1;

	line->operands = arena_array(line->arena, const char *, n);
	line->options = arena_array(line->arena, struct typed, n);
	r.set = arena_alloc(line->arena, n * sizeof(*r.set));
	while (r.word < r.end) {
		const char *word = *r.word++;

		if (!read_word(&r, word, err))
			return false;
	}
	*wish = r.wish;
	if (r.wish != WISH_COMMAND)
		return true;
	if (!line->command) {
		fail(err, ERR_INPUT, "a command is missing");
		return hint(err, "`ribble help` lists them");
	}
	return right_operands(line, err) && has_what_it_must(line, err) &&
	    read_settings(&r, err);
}
