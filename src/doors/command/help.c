/* SPDX-License-Identifier: MIT */
/* help.c: the rows of commands.c and settings.def, for people to read. */
#include "doors/command/line.h"
#include "doors/dicom/dicom.h"
#include <stdio.h>
#include <string.h>

static void put(struct out *out, const char *text)
{
	out_put(out, str_of(text));
}

static void put_option(struct out *out, const struct option *option)
{
	struct arena arena = {0};
	struct str typed = arena_printf(&arena, "--%s%s%s", option->name,
	    option->value ? " " : "", option->value ? option->value : "");

	if (typed.len > 22)
		out_printf(out, "  %.*s\n  %-22s", STR(typed), "");
	else
		out_printf(out, "  %-22.*s", STR(typed));
	out_printf(out, "  %s%s%s\n", option->sentence,
	    option->bits & OPTION_MUST ? "; must be given" : "",
	    option->bits & OPTION_REPEATS ? "; may be repeated" : "");
	arena_end(&arena);
}

static void put_options(struct out *out, const struct option *list)
{
	for (; list && list->name; list++)
		if (!(list->bits & OPTION_HIDDEN))
			put_option(out, list);
}

void help_all(struct out *out)
{
	put(out, "ribble " RIBBLE_VERSION
	    ": the imaging of a network of hospital trusts: its archive and "
	    "its waits\n\n"
	    "usage: ribble COMMAND [OPTION]... [OPERAND]...\n\n");
	for (const struct command *c = commands; c->name; c++)
		out_printf(out, "  %-10s%s\n", c->name, c->sentence);
	put(out, "\n`ribble help COMMAND` says more of one. Every setting can "
	    "be given on any\ncommand as --name VALUE: `ribble help "
	    "settings` lists them.\n\n"
	    "Exit status: 0 done, or yes; 1 refused, or no; 2 the words or "
	    "the settings\nare wrong.\n");
}

void help_command(struct out *out, const struct command *command)
{
	out_printf(out, "usage: ribble %s [OPTION]...%s%s\n\n%s\n",
	    command->name, command->operands ? " " : "",
	    command->operands ? command->operands : "", command->sentence);
	if (command->more)
		out_printf(out, "\n%s\n", command->more);
	if (command->options->name) {
		put(out, "\noptions\n");
		put_options(out, command->options);
	}
	put(out, "\non every command\n");
	put_options(out, common_options);
	put(out, "  --NAME VALUE            any setting: `ribble help "
	    "settings` lists them\n");
}

void help_settings(struct out *out)
{
	put(out, "Read in this order, the later wins: the default; the file "
	    "of --settings FILE,\nwith lines `name = value`; RIBBLE_NAME in "
	    "the environment; --name VALUE.\n\n");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_list[i];

		out_printf(out, "  %-18s%s\n", row->name, row->sentence);
		if (row->high)
			out_printf(out,
			    "  %-18sdefault %s; from %lld to %lld\n", "",
			    row->standard, (long long)row->low,
			    (long long)row->high);
		else
			out_printf(out, "  %-18sdefault %s\n", "",
			    row->standard[0] ? row->standard : "nothing");
	}
}

static bool help_topic(struct out *out, const char *topic, struct err *err)
{
	const struct command *command = command_find(topic);
	const char *names[33] = {"settings"};
	size_t n = 1;

	if (command) {
		help_command(out, command);
		return true;
	}
	if (strcmp(topic, "settings") == 0) {
		help_settings(out);
		return true;
	}
	for (const struct command *c = commands; c->name && n < 33; c++)
		names[n++] = c->name;
	fail(err, ERR_INPUT, "there is no help on '%.60s'", topic);
	const char *meant = nearest(topic, names, n);

	if (meant)
		return hint(err, "did you mean '%s'?", meant);
	return hint(err, "`ribble help` lists what there is");
}

int command_help(struct house *house, const struct line *line,
    struct err *err)
{
	struct result result;
	bool ok = true;

	(void)house;
	if (!result_begin(&result, line, err))
		return ANSWER_NO;
	if (option_given(line, "man"))
		man_page(&result.out);
	else if (option_given(line, "completion"))
		completion_bash(&result.out);
	else if (option_given(line, "sample"))
		settings_sample(&result.out);
	else if (option_given(line, "conformance"))
		dicom_conformance(&result.out);
	else if (line->operands_n)
		ok = help_topic(&result.out, line->operands[0], err);
	else
		help_all(&result.out);
	if (!ok) {
		result_drop(&result);
		return ANSWER_USAGE;
	}
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}
