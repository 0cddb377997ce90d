/* SPDX-License-Identifier: MIT */
/* import.c: takes files that trusts send, one after the other.  What one file
 * lacks does not keep the next from being taken. */
#include "doors/command/line.h"
#include "submissions/submissions.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct import {
	struct intake intake;
	const struct line *line;
	struct result result;
	struct json json;
	bool wants_json, all_taken;
	struct progress progress;
	struct str who;
};

static void show(void *with, int64_t done, int64_t total)
{
	struct import *import = with;

	progress_show(&import->progress, done, total);
}

static struct str given(const struct line *line, const char *name)
{
	return str_of(option_text(line, name));
}

static const char *last_name(const char *path)
{
	const char *mark = strrchr(path, '/');

	return mark ? mark + 1 : path;
}

static void put_day(struct json *json, const char *key, int32_t day)
{
	json_key(json, key);
	json_day(json, day);
}

static void put_number(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_int(json, value);
}

static void put_text(struct json *json, const char *key, struct str text)
{
	json_key(json, key);
	if (text.len)
		json_text(json, text);
	else
		json_null(json);
}

static void say_json(struct import *import, const char *path,
    const struct submission *submission, const char *state)
{
	struct json *json = &import->json;

	json_object(json);
	put_text(json, "file", str_of(path));
	put_text(json, "state", str_of(state));
	if (submission->id)
		put_number(json, "id", submission->id);
	put_text(json, "kind", submission->kind);
	put_text(json, "sender", submission->sender);
	put_day(json, "from", submission->from);
	put_day(json, "to", submission->to);
	put_text(json, "sha256", str_of(submission->sha256.at));
	put_number(json, "size", submission->size);
	put_number(json, "rows", submission->rows);
	put_number(json, "good", submission->good);
	put_number(json, "bad", submission->bad);
	put_text(json, "reason", submission->reason);
	json_object_end(json);
}

static void say_plain(struct import *import, const char *path,
    const struct submission *submission, const char *state)
{
	struct out *out = &import->result.out;

	out_printf(out, "%s: %s", path, state);
	if (submission->kind.len)
		out_printf(out, ": %.*s", STR(submission->kind));
	if (submission->sender.len)
		out_printf(out, " from %.*s", STR(submission->sender));
	if (submission->from != NO_DAY)
		out_printf(out, ", %s to %s", day_text(submission->from).at,
		    day_text(submission->to).at);
	if (submission->rows)
		out_printf(out, ": %lld rows, %lld good, %lld bad",
		    (long long)submission->rows, (long long)submission->good,
		    (long long)submission->bad);
	if (submission->reason.len)
		out_printf(out, ": %.*s", STR(submission->reason));
	out_char(out, '\n');
	result_flush(&import->result);
}

static void say(struct import *import, const char *path,
    const struct submission *submission, const char *state)
{
	if (import->wants_json)
		say_json(import, path, submission, state);
	else
		say_plain(import, path, submission, state);
}

/* The file could not be read, or not be dealt with. */
static void say_failed(struct import *import, const char *path,
    const struct err *err)
{
	struct submission none = {.from = NO_DAY, .to = NO_DAY,
	    .reason = str_of(err->text)};

	import->all_taken = false;
	if (import->wants_json)
		say_json(import, path, &none, "failed");
	fprintf(stderr, "ribble: import: %s: %s\n", path, err->text);
	if (err->hint[0])
		fprintf(stderr, "hint: %s\n", err->hint);
}

static bool take(struct import *import, const char *path, int fd,
    struct err *err)
{
	struct arena arena = {0};
	struct submission submission = {.from = NO_DAY, .to = NO_DAY};
	struct submission_options options = {
	    .kind = given(import->line, "kind"),
	    .sender = given(import->line, "sender"),
	    .period = given(import->line, "period"),
	    .name = str_of(last_name(path)),
	    .how = S("command"),
	    .who = import->who,
	    .progress = show,
	    .with = import};

	progress_begin(&import->progress, last_name(path));
	bool ok = submission_take(&import->intake, &arena, fd, &options,
	    &submission, err);

	progress_end(&import->progress);
	if (ok) {
		import->all_taken &= submission.state != SUBMISSION_REFUSED;
		say(import, path, &submission,
		    code_at(submission_states, (int)submission.state)->code);
	}
	arena_end(&arena);
	return ok;
}

/* False when there is no sense in going on. */
static bool one(struct import *import, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err err = {0};
	bool ok = true;

	if (fd < 0) {
		fail(&err, ERR_MISSING, "cannot open it: %s", strerror(errno));
		say_failed(import, path, &err);
		return true;
	}
	ok = take(import, path, fd, &err);
	close(fd);
	if (!ok)
		say_failed(import, path, &err);
	return ok || err.kind == ERR_INPUT;
}

/* The name of whoever sits at the shell. */
static struct str who(struct arena *arena)
{
	const struct passwd *user = getpwuid(geteuid());

	return arena_keep(arena, str_of(user ? user->pw_name : NULL));
}

int command_import(struct house *house, const struct line *line,
    struct err *err)
{
	struct import import = {.intake = {house->db, &house->settings},
	    .line = line,
	    .who = who(house->arena),
	    .wants_json = option_given(line, "json"),
	    .all_taken = true};

	if (!result_begin(&import.result, line, err))
		return ANSWER_NO;
	import.json.out = &import.result.out;
	if (import.wants_json) {
		json_object(&import.json);
		json_key(&import.json, "files");
		json_array(&import.json);
	}
	for (size_t i = 0; i < line->operands_n; i++)
		if (!one(&import, line->operands[i]))
			break;
	if (import.wants_json) {
		json_array_end(&import.json);
		json_object_end(&import.json);
		out_char(&import.result.out, '\n');
	}
	return result_end(&import.result, err) && import.all_taken
	    ? ANSWER_YES
	    : ANSWER_NO;
}
