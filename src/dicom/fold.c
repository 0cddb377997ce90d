/* SPDX-License-Identifier: MIT */
/* fold.c: texts as they are compared when somebody searches: O'Brien^Sean is
 * found by "o'brien sean", Müller by "muller", ﾔﾏﾀﾞ by "ヤマダ".  Only marks
 * that are accents go: those that make another letter (a dakuten, the vowels
 * of Thai) stay. */
#include "dicom/charset.h"

#include <utf8proc.h>

/* Marks that a search leaves out: accents, points and vowel signs that are
 * commonly not written. */
static const struct {
	int32_t first, last;
} accents[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf},
    {0x05c1, 0x05c2}, {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
};
/* Letters with a stroke, which Unicode does not take apart. */
static const struct {
	int32_t is;
	char as[3];
} strokes[] = {
    {0x00e6, "ae"}, {0x00f0, "d"}, {0x00f8, "o"}, {0x00fe, "th"},
    {0x0111, "d"}, {0x0127, "h"}, {0x0131, "i"}, {0x0142, "l"},
    {0x0153, "oe"}, {0x0167, "t"},
};

/* Adds one to a text in which blanks are single and stand within a group. */
static size_t add(int32_t *to, size_t n, int32_t c)
{
	if (c == '^' || c == '\t' || c == '\r' || c == '\n')
		c = ' ';
	if (c == ' ' && (!n || to[n - 1] == ' ' || to[n - 1] == '='))
		return n;
	if (c == '=' && n && to[n - 1] == ' ')
		n--;
	to[n] = c;
	return n + 1;
}

static size_t trimmed(const int32_t *at, size_t n)
{
	while (n && (at[n - 1] == ' ' || at[n - 1] == '='))
		n--;
	return n;
}

static bool is_accent(int32_t c)
{
	for (size_t i = 0; i < sizeof(accents) / sizeof(*accents); i++)
		if (c >= accents[i].first && c <= accents[i].last)
			return true;
	return false;
}

static const char *stroke(int32_t c)
{
	for (size_t i = 0; i < sizeof(strokes) / sizeof(*strokes); i++)
		if (c == strokes[i].is)
			return strokes[i].as;
	return NULL;
}

/* What is left of a text that was taken apart; at most twice as long. */
static size_t without_accents(const int32_t *from, size_t n, int32_t *to)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const char *as = from[i] < 0x80 ? NULL : stroke(from[i]);
		if (from[i] >= 0x80 && is_accent(from[i]))
			continue;
		if (!as)
			kept = add(to, kept, from[i]);
		for (; as && *as; as++)
			kept = add(to, kept, *as);
	}
	return trimmed(to, kept);
}

/* ASCII, and what is no UTF-8: byte by byte. */
static int32_t *widened(struct arena *arena, struct str s, size_t *n)
{
	int32_t *to = arena_array(arena, int32_t, s.len + 1);

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		bool upper = c >= 'A' && c <= 'Z';
		to[i] = c >= 0x80 ? 0xfffd : upper ? c | 0x20 : c;
	}
	*n = s.len;
	return to;
}

/* Takes apart compatibly (width goes here), folds case. */
static int32_t *apart(struct arena *arena, struct str s, size_t *n)
{
	const utf8proc_option_t how = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
	    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)s.at;
	utf8proc_ssize_t len = utf8proc_decompose(at,
	    (utf8proc_ssize_t)s.len, NULL, 0, how);

	if (len < 0)
		return widened(arena, s, n);
	int32_t *to = arena_array(arena, int32_t, len + 1);
	*n = (size_t)utf8proc_decompose(at, (utf8proc_ssize_t)s.len, to, len,
	    how);
	return to;
}

struct str text_fold(struct arena *arena, struct str s)
{
	size_t n, len = 0;
	bool ascii = true;

	for (size_t i = 0; i < s.len && ascii; i++)
		ascii = (unsigned char)s.at[i] < 0x80;
	int32_t *from = ascii ? widened(arena, s, &n) : apart(arena, s, &n);
	int32_t *to = arena_array(arena, int32_t, 2 * n + 1);
	n = without_accents(from, n, to);
	if (!ascii)
		n = (size_t)utf8proc_normalize_utf32(to, (utf8proc_ssize_t)n,
		    UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	char *text = arena_alloc(arena, 4 * n + 1);
	for (size_t i = 0; i < n; i++)
		len += (size_t)utf8proc_encode_char(to[i],
		    (utf8proc_uint8_t *)text + len);
	return (struct str){text, len};
}
