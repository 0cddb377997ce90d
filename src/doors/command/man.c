/* SPDX-License-Identifier: MIT */
/* man.c: the manual page, in the man macros of roff, from the same rows as
 * the help. */
#include "doors/command/line.h"
#include <string.h>

/* roff reads \ as an escape, - as a hyphen, and . or ' at a line's start as a
 * request. */
static void put(struct out *out, const char *text)
{
	bool first = true;

	for (; *text; text++) {
		if (first && (*text == '.' || *text == '\''))
			out_put(out, S("\\&"));
		if (*text == '\\')
			out_put(out, S("\\e"));
		else if (*text == '-')
			out_put(out, S("\\-"));
		else
			out_char(out, *text);
		first = *text == '\n';
	}
}

static void line_of(struct out *out, const char *request, const char *text)
{
	out_put(out, str_of(request));
	if (request[0])
		out_char(out, ' ');
	put(out, text);
	out_char(out, '\n');
}

static void put_option(struct out *out, const struct option *option)
{
	out_put(out, S(".TP\n.B \\-\\-"));
	put(out, option->name);
	if (option->value) {
		out_put(out, S(" \\fI"));
		put(out, option->value);
		out_put(out, S("\\fR"));
	}
	out_char(out, '\n');
	put(out, option->sentence);
	if (option->bits & OPTION_MUST)
		out_put(out, S("; must be given"));
	out_put(out, option->bits & OPTION_REPEATS ? S("; may be repeated\n")
						   : S("\n"));
}

static void put_options(struct out *out, const struct option *list)
{
	for (; list->name; list++)
		if (!(list->bits & OPTION_HIDDEN))
			put_option(out, list);
}

static void put_command(struct out *out, const struct command *command)
{
	line_of(out, ".SS", command->name);
	out_put(out, S(".B ribble "));
	put(out, command->name);
	out_put(out, S(" \\fR[\\fIOPTION\\fR]..."));
	if (command->operands) {
		out_put(out, S(" \\fI"));
		put(out, command->operands);
		out_put(out, S("\\fR"));
	}
	out_put(out, S("\n.PP\n"));
	put(out, command->sentence);
	out_put(out, S(".\n"));
	if (command->more)
		line_of(out, "", command->more);
	put_options(out, command->options);
}

static void put_settings(struct out *out)
{
	line_of(out, ".SH", "SETTINGS");
	line_of(out, "",
	    "Read in this order, the later wins: the default; the file of "
	    "--settings, with lines \"name = value\"; RIBBLE_NAME in the "
	    "environment; --name VALUE on the command line.");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_list[i];

		line_of(out, ".TP\n.B", row->name);
		put(out, row->sentence);
		out_put(out, S(". Default: "));
		put(out, row->standard[0] ? row->standard : "nothing");
		if (row->high)
			out_printf(out, "; from %lld to %lld",
			    (long long)row->low, (long long)row->high);
		out_put(out, S(".\n"));
	}
}

void man_page(struct out *out)
{
	out_put(out, S(".TH RIBBLE 1 \"\" \"ribble " RIBBLE_VERSION
		       "\" \"User Commands\"\n.SH NAME\n"
		       "ribble \\- the imaging of a network of hospital "
		       "trusts: its archive and its waits\n.SH SYNOPSIS\n"
		       ".B ribble\n.I COMMAND\n"
		       "[\\fIOPTION\\fR]... [\\fIOPERAND\\fR]...\n"));
	line_of(out, ".SH", "COMMANDS");
	for (const struct command *c = commands; c->name; c++)
		put_command(out, c);
	line_of(out, ".SH", "OPTIONS OF EVERY COMMAND");
	put_options(out, common_options);
	line_of(out, ".TP\n.B", "--name VALUE");
	line_of(out, "", "any setting");
	put_settings(out);
	line_of(out, ".SH", "EXIT STATUS");
	line_of(out, ".TP\n.B", "0\ndone, or the answer is yes");
	line_of(out, ".TP\n.B",
	    "1\nsomething was refused, or the answer is no");
	line_of(out, ".TP\n.B", "2\nthe words or the settings are wrong");
	line_of(out, ".SH", "EXAMPLES");
	line_of(out, ".TP\n.B",
	    "ribble serve --demo\nlook at the synthetic network on "
	    "http://localhost:8080");
	line_of(out, ".TP\n.B",
	    "ribble import RIS-RXN-2026-03.csv\ntake a month of events");
	line_of(out, ".TP\n.B",
	    "ribble dm01 --month 2026-03 --provider RXN --xlsx --output "
	    "dm01.xlsx\nmake a return");
}
