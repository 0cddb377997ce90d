/* SPDX-License-Identifier: MIT */
/* line.h: the command line as words; private to doors/command. */
#pragma once
#include "doors/command/command.h"

/* Options that every command takes, besides the settings. */
extern const struct option common_options[];

enum wish { WISH_COMMAND, WISH_HELP, WISH_VERSION };

/* Reads and checks every word after `ribble`.  Settings are taken in their
 * order: default, file, environment, these words. */
bool line_read(int argc, char **argv, struct line *, struct settings *,
    enum wish *, struct err *);

const struct command *command_find(const char *name); /* or NULL */
const struct option *option_find(const struct option *, struct str name);
/* The word of the list that was probably meant, or NULL. */
const char *nearest(const char *word, const char *const *list, size_t n);

void help_all(struct out *);
void help_command(struct out *, const struct command *);
void help_settings(struct out *);
void man_page(struct out *);
void completion_bash(struct out *);
