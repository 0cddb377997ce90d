/* SPDX-License-Identifier: MIT */
/* settings.c: settings.def made into a list, and the readers that fill a
 * struct through it.  Names may be written with - for _ and in capitals, as
 * flags and the environment do. */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 * 1024)
#define LINE_LONGEST 198 /* inih reads lines in pieces of 200 with their end */
#define NAME_MAX_ ((size_t)64)
#define PREFIX "RIBBLE_"

#define STANDARD_INT(value) #value
#define STANDARD_TEXT(value) value
#define STANDARD_FLAG(value) ((value) ? "yes" : "no")
#define TYPE_INT "number"
#define TYPE_TEXT "text"
#define TYPE_FLAG "yes or no"

const struct setting settings_list[] = {
#define X(name, type, standard, low, high, sentence) \
	{#name, TYPE_##type, STANDARD_##type(standard), sentence, low, high},
#include "settings.def"
#undef X
};
const size_t settings_count = sizeof(settings_list) / sizeof(settings_list[0]);

enum type { INT, TEXT, FLAG };

static const struct place {
	enum type type;
	size_t at;
} places[] = {
#define X(name, type, standard, low, high, sentence) \
	{type, offsetof(struct settings, name)},
#include "settings.def"
#undef X
};

void settings_standard(struct settings *settings)
{
	*settings = (struct settings){
#define X(name, type, standard, low, high, sentence) .name = standard,
#include "settings.def"
#undef X
	};
}

static char plain(char c)
{
	return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool names(struct str name, const char *setting)
{
	if (name.len != strlen(setting))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (plain(name.at[i]) != setting[i])
			return false;
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to change, add, drop or swap to make one of the other. */
static size_t distance(struct str a, const char *b)
{
	size_t rows[3][NAME_MAX_ + 1], len = strlen(b);
	size_t *past = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= len; j++)
		last[j] = past[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			char c = plain(a.at[i - 1]);
			row[j] = least(least(last[j], row[j - 1]) + 1,
			    last[j - 1] + (c != b[j - 1]));
			if (i > 1 && j > 1 && c == b[j - 2] &&
			    plain(a.at[i - 2]) == b[j - 1])
				row[j] = least(row[j], past[j - 2] + 1);
		}
		size_t *spare = past;
		past = last;
		last = row;
		row = spare;
	}
	return last[len];
}

static bool unknown(struct str name, struct err *err)
{
	const char *nearest = NULL;
	size_t best = NAME_MAX_;

	fail(err, ERR_INPUT, "unknown setting '%.*s'",
	    (int)least(name.len, NAME_MAX_), name.at);
	for (size_t i = 0; i < settings_count && name.len <= NAME_MAX_; i++) {
		size_t d = distance(name, settings_list[i].name);
		if (d < best) {
			best = d;
			nearest = settings_list[i].name;
		}
	}
	if (nearest && best <= 2 + name.len / 4 && best < name.len)
		return hint(err, "did you mean '%s'?", nearest);
	return hint(err, "'ribble help settings' lists them");
}

static bool set_int(int64_t *to, const struct setting *setting,
    struct str value, struct err *err)
{
	int64_t n;

	if (str_int(value, &n) && n >= setting->low && n <= setting->high) {
		*to = n;
		return true;
	}
	return fail(err, ERR_INPUT,
	    "setting '%s' is '%.*s', not a number from %lld to %lld",
	    setting->name, (int)least(value.len, 40), value.at,
	    (long long)setting->low, (long long)setting->high);
}

static bool set_flag(bool *to, const struct setting *setting,
    struct str value, struct err *err)
{
	static const char *const words[] = {"no", "yes", "false", "true",
	    "off", "on", "0", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_eq_nocase(value, str_of(words[i])))
			continue;
		*to = i & 1;
		return true;
	}
	return fail(err, ERR_INPUT, "setting '%s' is '%.*s', not yes or no",
	    setting->name, (int)least(value.len, 40), value.at);
}

static bool set_text(const char **to, const struct setting *setting,
    struct arena *arena, struct str value, struct err *err)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] < ' ')
			return fail(err, ERR_INPUT,
			    "setting '%s' has a control character",
			    setting->name);
	*to = arena_cstr(arena, value);
	return true;
}

bool settings_set(struct settings *settings, struct arena *arena,
    struct str name, struct str value, struct err *err)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_list[i];
		void *to = (char *)settings + places[i].at;
		if (!names(name, setting->name))
			continue;
		value = str_trim(value);
		switch (places[i].type) {
		case INT:
			return set_int(to, setting, value, err);
		case FLAG:
			return set_flag(to, setting, value, err);
		case TEXT:
			return set_text(to, setting, arena, value, err);
		}
	}
	return unknown(name, err);
}

struct reading { /* one file */
	struct settings *settings;
	struct arena *arena;
	struct err *err;
};

static int take_pair(void *user, const char *section, const char *name,
    const char *value)
{
	struct reading *reading = user;

	if (section[0])
		return fail(reading->err, ERR_INPUT,
		    "section '[%.40s]' is not known: settings have no sections",
		    section);
	return settings_set(reading->settings, reading->arena, str_of(name),
	    str_of(value ? value : ""), reading->err);
}

/* The text as inih is to see it: no blank begins a line, for that would
 * continue the line before. */
static bool check_lines(struct arena *arena, struct str text,
    const char **clean, int *number, struct err *err)
{
	char *to = arena_alloc(arena, text.len + 2);

	*clean = to;
	*number = 0;
	while (text.len) {
		struct str line = str_trim(str_cut(&text, '\n'));
		++*number;
		if (line.len > LINE_LONGEST)
			return fail(err, ERR_INPUT,
			    "it is longer than %d characters", LINE_LONGEST);
		if (line.len && memchr(line.at, '\0', line.len))
			return fail(err, ERR_INPUT, "it has a NUL byte");
		if (line.len)
			memcpy(to, line.at, line.len);
		to += line.len;
		*to++ = '\n';
	}
	return true;
}

/* Gives the line of the first failure, or 0. */
static int read_text(struct settings *settings, struct arena *arena,
    struct str text, struct err *err)
{
	struct reading reading = {settings, arena, err};
	const char *clean;
	int line;

	if (!check_lines(arena, text, &clean, &line, err))
		return line;
	line = ini_parse_string(clean, take_pair, &reading);
	if (line)
		fail(err, ERR_INPUT, "it is not 'name = value'");
	return line;
}

static bool read_file(int fd, struct arena *arena, struct str *text,
    struct err *err)
{
	char *bytes = arena_alloc(arena, FILE_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len <= FILE_MAX) {
		n = read(fd, bytes + len, FILE_MAX + 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	*text = (struct str){bytes, len};
	if (n < 0)
		return fail(err, ERR_BROKEN, "%s", strerror(errno));
	if (len > FILE_MAX)
		return fail(err, ERR_INPUT, "it is larger than 256 KiB");
	return true;
}

bool settings_file(struct settings *settings, struct arena *arena,
    const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), line = 0;
	struct err why = {0};
	struct str text;

	if (fd < 0)
		return fail(err, errno == ENOENT ? ERR_MISSING : ERR_REFUSED,
		    "cannot read settings file '%s': %s", path,
		    strerror(errno));
	if (read_file(fd, arena, &text, &why))
		line = read_text(settings, arena, text, &why);
	close(fd);
	if (why.kind == ERR_NONE)
		return true;
	if (line)
		fail(err, why.kind, "settings file '%.80s', line %d: %.120s",
		    path, line, why.text);
	else
		fail(err, why.kind, "settings file '%.80s': %.120s", path,
		    why.text);
	return why.hint[0] ? hint(err, "%s", why.hint) : false;
}

bool settings_environment(struct settings *settings, struct arena *arena,
    struct err *err)
{
	for (char **at = environ; at && *at; at++) {
		struct str value = str_of(*at);
		struct str name = str_cut(&value, '=');
		if (!str_starts(name, S(PREFIX)))
			continue;
		name.at += sizeof(PREFIX) - 1;
		name.len -= sizeof(PREFIX) - 1;
		if (!settings_set(settings, arena, name, value, err))
			return false;
	}
	return true;
}

void settings_sample(struct out *out)
{
	out_put(out, S("# Settings of Ribble.  Each line shows the default; "
	    "remove the # to change it.\n"));
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_list[i];
		out_printf(out, "\n# %s", setting->sentence);
		if (places[i].type == INT)
			out_printf(out, " (%lld to %lld)",
			    (long long)setting->low, (long long)setting->high);
		out_printf(out, "\n#%s = %s\n", setting->name,
		    setting->standard);
	}
}

/* A password in an address is nobody's to read: scheme://user:***@host. */
static struct str hide_password(struct arena *arena, const char *text)
{
	const char *from = strstr(text, "://");
	const char *at = from ? strrchr(from, '@') : NULL;
	const char *colon = at ? memchr(from + 3, ':',
	    (size_t)(at - from - 3)) : NULL;

	if (!colon)
		return str_of(text);
	return arena_printf(arena, "%.*s:***%s", (int)(colon - text), text, at);
}

struct str settings_value(const struct settings *settings, struct arena *arena,
    size_t i)
{
	const void *at = (const char *)settings + places[i].at;

	switch (places[i].type) {
	case INT:
		return arena_printf(arena, "%lld",
		    (long long)*(const int64_t *)at);
	case FLAG:
		return *(const bool *)at ? S("yes") : S("no");
	case TEXT:
		return hide_password(arena, *(const char *const *)at);
	}
	return S("");
}
