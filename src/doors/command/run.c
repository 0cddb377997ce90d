/* SPDX-License-Identifier: MIT */
/* run.c: one command, from the words to the exit status. */
#include "doors/command/line.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool set_log(const struct settings *settings, struct err *err)
{
	enum log_level level;

	if (!log_level_read(str_of(settings->log_level), &level)) {
		fail(err, ERR_INPUT, "log_level cannot be '%.40s'",
		    settings->log_level);
		return hint(err, "it is debug, info, warn or error");
	}
	log_level_set(level);
	return true;
}

/* ribble: what: why, and how to mend it on the next line. */
static void complain(const struct command *command, const struct err *err)
{
	if (command)
		fprintf(stderr, "ribble: %s: %s\n", command->name, err->text);
	else
		fprintf(stderr, "ribble: %s\n", err->text);
	if (err->hint[0])
		fprintf(stderr, "hint: %s\n", err->hint);
}

static int say(const struct line *line, enum wish wish, struct err *err)
{
	static const struct command plain = {.options = NULL};
	struct line bare = {.command = &plain, .arena = line->arena};
	struct result result;

	if (!result_begin(&result, &bare, err))
		return ANSWER_NO;
	if (wish == WISH_VERSION)
		out_put(&result.out, S("ribble " RIBBLE_VERSION "\n"));
	else if (line->command)
		help_command(&result.out, line->command);
	else
		help_all(&result.out);
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}

static int act(struct house *house, const struct line *line, struct err *err)
{
	int answer = ANSWER_NO;

	if (!set_log(&house->settings, err))
		return ANSWER_USAGE;
	if (!line->command->opens || house_open(house, err))
		answer = line->command->act(house, line, err);
	house_close(house);
	return answer;
}

int command_main(int argc, char **argv)
{
	struct arena arena = {0};
	struct house house = {.arena = &arena};
	struct line line = {.arena = &arena};
	enum wish wish = WISH_COMMAND;
	struct err err = {0};
	int answer = ANSWER_USAGE;

	/* A reader who leaves is an error of write, never the end of us. */
	signal(SIGPIPE, SIG_IGN);
	if (line_read(argc, argv, &line, &house.settings, &wish, &err))
		answer = wish == WISH_COMMAND ? act(&house, &line, &err)
					      : say(&line, wish, &err);
	if (err.kind != ERR_NONE) {
		complain(line.command, &err);
		if (answer == ANSWER_YES)
			answer = ANSWER_NO;
	}
	arena_end(&arena);
	return answer;
}
