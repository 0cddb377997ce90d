/* SPDX-License-Identifier: MIT */
/* settings.h: how the program runs.  Read in this order, later wins: default,
 * file (ini, no sections), RIBBLE_NAME in the environment, --name VALUE.  An
 * unknown name is an error with a suggestion. */
#pragma once
#include "arena.h"
#include "err.h"
#include "out.h"

#define SETTING_INT(name) int64_t name;
#define SETTING_TEXT(name) const char *name;
#define SETTING_FLAG(name) bool name;
struct settings {
#define X(name, type, standard, low, high, sentence) SETTING_##type(name)
#include "settings.def"
#undef X
};

struct setting { /* one row, for help and the settings page; type is
		  * "number", "text" or "yes or no" */
	const char *name, *type, *standard, *sentence;
	int64_t low, high;
};
extern const struct setting settings_list[];
extern const size_t settings_count;

void settings_standard(struct settings *);
/* Sets one by name from text; texts live in the arena. */
bool settings_set(struct settings *, struct arena *, struct str name,
    struct str value, struct err *);
bool settings_file(struct settings *, struct arena *, const char *path,
    struct err *);
bool settings_environment(struct settings *, struct arena *, struct err *);
void settings_sample(struct out *); /* a commented file with every default */
/* The value as text, for `ribble check` and the settings page. */
struct str settings_value(const struct settings *, struct arena *, size_t i);
