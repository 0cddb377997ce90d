/* SPDX-License-Identifier: MIT */
/* option.c: asks a line for what was typed.  Its words have been checked
 * against their types when it was read. */
#include "doors/command/line.h"
#include <assert.h>
#include <string.h>

static const struct typed *typed_first(const struct line *line,
    const char *name)
{
	assert(option_find(line->command->options, str_of(name)));
	for (size_t i = 0; i < line->options_n; i++)
		if (strcmp(line->options[i].option->name, name) == 0)
			return &line->options[i];
	return NULL;
}

bool option_given(const struct line *line, const char *name)
{
	return typed_first(line, name) != NULL;
}

const char *option_text(const struct line *line, const char *name)
{
	const struct typed *typed = typed_first(line, name);

	return typed ? typed->text : NULL;
}

int64_t option_int(const struct line *line, const char *name,
    int64_t otherwise)
{
	const char *text = option_text(line, name);

	if (text)
		str_int(str_of(text), &otherwise);
	return otherwise;
}

double option_real(const struct line *line, const char *name, double otherwise)
{
	const char *text = option_text(line, name);

	if (text)
		str_real(str_of(text), &otherwise);
	return otherwise;
}

int32_t option_day(const struct line *line, const char *name)
{
	const char *text = option_text(line, name);
	int32_t day = NO_DAY;

	if (text)
		day_read(str_of(text), &day);
	return day;
}

size_t option_days(const struct line *line, const char *name, int32_t **days)
{
	size_t n = 0;

	*days = arena_array(line->arena, int32_t, line->options_n + 1);
	for (size_t i = 0; i < line->options_n; i++)
		if (strcmp(line->options[i].option->name, name) == 0)
			day_read(str_of(line->options[i].text), &(*days)[n++]);
	return n;
}
