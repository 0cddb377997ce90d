/* SPDX-License-Identifier: MIT */
/* json_text.c: the small words of JSON.  A number stays as it is written, for
 * decimal strings of DICOM keep their digits. */
#include "dicom/json_text.h"

#include <string.h>
#include <utf8proc.h>

#define DEPTH_MOST 1000 /* of what is skipped */

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void blank(struct json_text *j)
{
	while (j->at < j->end && is_blank(*j->at))
		j->at++;
}

bool json_mark(struct json_text *j, char c)
{
	blank(j);
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

bool json_at_end(struct json_text *j)
{
	blank(j);
	return j->at == j->end;
}

bool json_word(struct json_text *j, const char *word)
{
	struct str s = str_of(word);

	blank(j);
	if (!str_starts((struct str){j->at, (size_t)(j->end - j->at)}, s))
		return false;
	j->at += s.len;
	return true;
}

static int hex4(const char *at, const char *end)
{
	int n = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		if (c >= '0' && c <= '9')
			n = n * 16 + c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			n = n * 16 + (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return n;
}

/* Behind "\u": one character, of two halves if it takes two. */
static const char *unicode(const char *at, const char *end, char *to,
    size_t *n)
{
	int c = hex4(at, end), low;

	if (c < 0 || (c >= 0xdc00 && c <= 0xdfff))
		return NULL;
	at += 4;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
			return NULL;
		low = hex4(at + 2, end);
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		at += 6;
	}
	*n += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)to + *n);
	return at;
}

static bool unescape(struct json_text *j, const char *at, const char *end,
    struct str *s)
{
	static const char in[] = "\"\\/nrtbf", is[] = "\"\\/\n\r\t\b\f";
	char *to = arena_alloc(j->arena, (size_t)(end - at) + 1);
	size_t n = 0;

	while (at && at < end) {
		if (*at != '\\') {
			to[n++] = *at++;
			continue;
		}
		const char *found = at + 1 < end && at[1] ?
		    strchr(in, at[1]) : NULL;
		if (found) {
			to[n++] = is[found - in];
			at += 2;
		} else if (at + 1 < end && at[1] == 'u') {
			at = unicode(at + 2, end, to, &n);
		} else {
			at = NULL;
		}
	}
	*s = (struct str){to, n};
	return at;
}

bool json_string(struct json_text *j, struct str *s)
{
	bool escaped = false;

	blank(j);
	const char *at = j->at;
	if (at == j->end || *at++ != '"')
		return false;
	const char *from = at;
	while (at < j->end && *at != '"') {
		if ((unsigned char)*at < 0x20)
			return false;
		if (*at == '\\') {
			escaped = true;
			at++;
		}
		if (at < j->end)
			at++;
	}
	if (at == j->end)
		return false;
	*s = (struct str){from, (size_t)(at - from)};
	if (escaped && !unescape(j, from, at, s))
		return false;
	j->at = at + 1;
	return true;
}

static const char *digits(const char *at, const char *end)
{
	const char *from = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at == from ? NULL : at;
}

bool json_number(struct json_text *j, struct str *s)
{
	blank(j);
	const char *at = j->at, *whole;

	if (at < j->end && *at == '-')
		at++;
	whole = at;
	at = digits(at, j->end);
	if (!at || (*whole == '0' && at > whole + 1))
		return false;
	if (at < j->end && *at == '.')
		at = digits(at + 1, j->end);
	if (at && at < j->end && (*at | 0x20) == 'e') {
		at++;
		if (at < j->end && (*at == '+' || *at == '-'))
			at++;
		at = digits(at, j->end);
	}
	if (!at)
		return false;
	*s = (struct str){j->at, (size_t)(at - j->at)};
	j->at = at;
	return true;
}

/* Only strings and brackets are looked at. */
static bool skip(struct json_text *j)
{
	const char *from = j->at;
	struct str s;
	int depth = 0;

	for (;;) {
		if (json_mark(j, '{') || json_mark(j, '[')) {
			if (++depth > DEPTH_MOST)
				break;
			continue;
		}
		bool closed = json_mark(j, '}') || json_mark(j, ']');
		if (closed)
			depth--;
		else if (!(depth && (json_mark(j, ',') || json_mark(j, ':'))) &&
		    !json_string(j, &s) && !json_number(j, &s) &&
		    !json_word(j, "null") && !json_word(j, "true") &&
		    !json_word(j, "false"))
			break;
		if (depth < 0)
			break;
		if (depth == 0)
			return true;
	}
	j->at = from;
	return false;
}

/* What is inside of a value is skipped at each of its depths: the texts that
 * were put right meanwhile are not kept. */
bool json_skip(struct json_text *j)
{
	struct arena *arena = j->arena, own = {0};

	j->arena = &own;
	bool skipped = skip(j);
	j->arena = arena;
	arena_end(&own);
	return skipped;
}
