/* SPDX-License-Identifier: MIT */
/* completion.c: what bash needs to complete a line of ours, from the same
 * rows as the help.  `eval "$(ribble help --completion bash)"` tries it. */
#include "doors/command/line.h"
#include <string.h>

static void put(struct out *out, const char *text)
{
	out_put(out, str_of(text));
}

static void put_names(struct out *out, const struct option *list)
{
	for (; list->name; list++)
		if (!(list->bits & OPTION_HIDDEN))
			out_printf(out, " --%s", list->name);
}

/* --web-port, as people type it. */
static void put_dashed(struct out *out, const char *name)
{
	for (; *name; name++)
		out_char(out, *name == '_' ? '-' : *name);
}

/* A pattern of case: only the option's own command can have it before. */
static void put_value(struct out *out, const char *command,
    const struct option *option)
{
	if (option->type == VALUE_FLAG || option->bits & OPTION_HIDDEN)
		return;
	out_printf(out, "\t%s,--%s) ", command, option->name);
	if (option->type == VALUE_ONE_OF) {
		put(out, "words='");
		for (const char *at = option->value; *at; at++)
			out_char(out, *at == '|' ? ' ' : *at);
		put(out, "' ;;\n");
	} else {
		put(out, option->type == VALUE_FILE ? "files=1 ;;\n"
						    : "return ;;\n");
	}
}

static void put_values(struct out *out)
{
	for (const struct command *c = commands; c->name; c++)
		for (const struct option *o = c->options; o->name; o++)
			put_value(out, c->name, o);
	for (const struct option *o = common_options; o->name; o++)
		put_value(out, "*", o);
	for (size_t i = 0; i < settings_count; i++) {
		put(out, "\t*,--");
		put_dashed(out, settings_list[i].name);
		put(out, settings_list[i].high ? ") return ;;\n"
					       : ") files=1 ;;\n");
	}
}

static void put_commands(struct out *out)
{
	put(out, "\t,*) words='");
	for (const struct command *c = commands; c->name; c++)
		out_printf(out, "%s%s", c == commands ? "" : " ", c->name);
	put(out, "' ;;\n\thelp,[!-]*|help,) words='settings");
	for (const struct command *c = commands; c->name; c++)
		out_printf(out, " %s", c->name);
	put(out, "' ;;\n");
	for (const struct command *c = commands; c->name; c++) {
		out_printf(out, "\t%s,-*) words=\"$every", c->name);
		put_names(out, c->options);
		put(out, "\" ;;\n");
		if (c->operands && strstr(c->operands, "FILE"))
			out_printf(out, "\t%s,*) files=1 ;;\n", c->name);
	}
}

void completion_bash(struct out *out)
{
	put(out, "# bash completion for ribble\n_ribble() {\n"
	    "\tlocal word=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\tlocal command= words= files= every i\n"
	    "\tevery='");
	put_names(out, common_options);
	for (size_t i = 0; i < settings_count; i++) {
		put(out, " --");
		put_dashed(out, settings_list[i].name);
	}
	put(out, "'\n\tCOMPREPLY=()\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	for (const struct command *c = commands; c->name; c++)
		out_printf(out, "%s%s", c == commands ? "" : "|", c->name);
	put(out, ") command=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone\n"
	    "\tcase $command,$before in\n");
	put_values(out);
	put(out, "\t*) case $command,$word in\n");
	put_commands(out);
	put(out, "\tesac ;;\n\tesac\n"
	    "\tif [ -n \"$files\" ]; then\n"
	    "\t\tcompopt -o filenames\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	    "\telse\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	    "\"$word\")\n\tfi\n}\ncomplete -F _ribble ribble\n");
}
