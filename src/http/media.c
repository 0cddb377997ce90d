/* SPDX-License-Identifier: MIT */
/* media.c: media types with their parameters, quoted or not, and the lists of
 * an Accept header.  What askers send is looser than the grammar: a parameter
 * such as type=application/dicom stands without quotes although it holds a
 * slash, so an unquoted value goes up to the next mark. */
#include "http/media.h"

#include <string.h>

#define TEXT_MOST 8192 /* bytes of a header that are read */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct str *rest)
{
	while (rest->len && is_blank(rest->at[0])) {
		rest->at++;
		rest->len--;
	}
}

static bool take(struct str *rest, char mark)
{
	skip_blanks(rest);
	if (!rest->len || rest->at[0] != mark)
		return false;
	rest->at++;
	rest->len--;
	return true;
}

static struct str take_until(struct str *rest, const char *marks)
{
	struct str word;

	skip_blanks(rest);
	word = (struct str){rest->at, 0};
	while (rest->len && !memchr(marks, rest->at[0], strlen(marks))) {
		word.len++;
		rest->at++;
		rest->len--;
	}
	return str_trim(word);
}

/* After the first quote; false when there is no second. */
static bool take_quoted(struct arena *arena, struct str *rest,
    struct str *value)
{
	char *at = arena_alloc(arena, rest->len + 1);
	size_t n = 0, i = 0;

	for (; i < rest->len && rest->at[i] != '"'; i++) {
		if (rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
		at[n++] = rest->at[i];
	}
	if (i >= rest->len)
		return false;
	*value = (struct str){at, n};
	rest->at += i + 1;
	rest->len -= i + 1;
	return true;
}

/* 0 to 1 with at most three decimals; what cannot be read is 1. */
static int weight(struct str text)
{
	double q;

	if (!str_real(text, &q) || q > 1)
		return 1000;
	return q <= 0 ? 0 : (int)(q * 1000 + 0.5);
}

static bool take_parameter(struct arena *arena, struct str *rest,
    struct media *media)
{
	struct str name = take_until(rest, "=;,"), value = S("");

	if (take(rest, '=')) {
		if (!take(rest, '"'))
			value = take_until(rest, ";,");
		else if (!take_quoted(arena, rest, &value))
			return false;
	}
	if (str_eq_nocase(name, S("q")))
		media->q = weight(value);
	else if (name.len && media->n < MEDIA_PARAMETERS_MAX) {
		media->names[media->n] = name;
		media->values[media->n++] = value;
	}
	return true;
}

/* One of them, up to a comma; false when it is none. */
static bool take_media(struct arena *arena, struct str *rest,
    struct media *media)
{
	struct str slash = take_until(rest, ";,");

	*media = (struct media){.type = slash, .q = 1000};
	while (take(rest, ';'))
		if (!take_parameter(arena, rest, media))
			return false;
	return str_cut(&slash, '/').len && slash.len;
}

bool media_read(struct arena *arena, struct str text, struct media *media)
{
	if (text.len > TEXT_MOST)
		return false;
	return take_media(arena, &text, media) && !str_trim(text).len;
}

size_t media_list(struct arena *arena, struct str accept, struct media *list)
{
	size_t n = 0;

	if (accept.len > TEXT_MOST)
		accept.len = TEXT_MOST;
	while (accept.len && n < MEDIA_LIST_MAX) {
		n += take_media(arena, &accept, &list[n]);
		take_until(&accept, ",");
		take(&accept, ',');
	}
	return n;
}

struct str media_parameter(const struct media *media, const char *name)
{
	for (size_t i = 0; i < media->n; i++)
		if (str_eq_nocase(media->names[i], str_of(name)))
			return media->values[i];
	return S("");
}

bool media_takes(struct str range, const char *type)
{
	struct str whole = str_of(type), family = str_cut(&range, '/');

	if (str_is(family, "*") && str_is(range, "*"))
		return true;
	if (!str_eq_nocase(family, str_cut(&whole, '/')))
		return false;
	return str_is(range, "*") || str_eq_nocase(range, whole);
}

enum range range_read(struct str header, int64_t size, int64_t *from,
    int64_t *n)
{
	struct str rest = str_trim(header), unit = str_cut(&rest, '=');
	struct str first = str_cut(&rest, '-');
	int64_t low = 0, high = size - 1;
	bool dash = first.at + first.len < header.at + header.len &&
	    first.at[first.len] == '-';

	if (!str_eq_nocase(str_trim(unit), S("bytes")) || !dash)
		return RANGE_NONE;
	first = str_trim(first);
	rest = str_trim(rest);
	if ((first.len && (!str_int(first, &low) || low < 0)) ||
	    (rest.len && (!str_int(rest, &high) || high < 0)) ||
	    (!first.len && !rest.len) || (first.len && rest.len && high < low))
		return RANGE_NONE;
	if (!first.len) { /* the last so many */
		low = high < size ? size - high : 0;
		high = high ? size - 1 : -1;
	}
	if (high >= size)
		high = size - 1;
	if (low >= size || high < low)
		return RANGE_OUTSIDE;
	*from = low;
	*n = high - low + 1;
	return RANGE_PART;
}
