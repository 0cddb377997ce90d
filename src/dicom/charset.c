/* SPDX-License-Identifier: MIT */
/* charset.c: texts to UTF-8, by one state machine for all that ISO 2022 can
 * do, and two small ones for GB18030 and UTF-8.  Most text is ASCII and is
 * seen to be so before anything else is asked.  Every escape of the standard
 * is understood whether it was declared or not: elsewhere it means nothing. */
#include "dicom/charset_set.h"

#include <string.h>
#include <utf8proc.h>

#define ESC 0x1b
#define UNKNOWN 0xfffd
#define NOTHING UINT32_MAX /* an escape: no character */

/* One that ends in the middle of the bytes, or none at all. */
static const struct set *escape_find(const unsigned char *at, size_t left,
    size_t *len)
{
	for (size_t i = 0; i < sets_n; i++) {
		*len = strlen(sets[i].escape);
		if (left > *len && !memcmp(at + 1, sets[i].escape, *len))
			return &sets[i];
	}
	return NULL;
}

static struct shift begin(const struct charset *c)
{
	return (struct shift){c->g0, c->g1};
}

static size_t step_escape(struct shift *now, const unsigned char *at,
    size_t left, uint32_t *c)
{
	size_t len;
	const struct set *set = escape_find(at, left, &len);

	*c = set ? NOTHING : UNKNOWN;
	if (!set)
		return 1;
	if (set->shape == SET_HIGH || set->shape == SET_PAIR_HIGH)
		now->g1 = set;
	else
		now->g0 = set;
	return 1 + len;
}

static uint32_t pair(const struct set *set, unsigned char a, unsigned char b)
{
	a &= 0x7f;
	b &= 0x7f;
	if (a < 0x21 || a > 0x7e || b < 0x21 || b > 0x7e)
		return 0;
	return code_table_at(set->table, (a - 0x21u) * 94 + (b - 0x21u));
}

/* Shift-JIS, which some call ISO_IR 13: JIS X 0208, two rows to a lead. */
static uint32_t shift_jis(unsigned char a, unsigned char b)
{
	unsigned lead = a >= 0xe0 ? a - 0xc1u : a - 0x81u, trail = b - 0x40u;

	if (a < 0x81 || (a > 0x9f && a < 0xe0) || a > 0xef || b < 0x40 ||
	    b == 0x7f || b > 0xfc)
		return 0;
	if (b > 0x7f)
		trail--;
	return code_table_at(&code_table_jis_x_0208, lead * 188 + trail);
}

static size_t step_low(const struct shift *now, const unsigned char *at,
    size_t left, uint32_t *c)
{
	if (now->g0->shape == SET_PAIR_LOW && at[0] != 0x20 && at[0] != 0x7f) {
		*c = left > 1 && at[1] < 0x80 ? pair(now->g0, at[0], at[1]) : 0;
		if (*c)
			return 2;
		*c = UNKNOWN;
		return 1;
	}
	*c = at[0];
	if (now->g0->shape == SET_ROMAN && at[0] == '\\')
		*c = 0xa5;
	if (now->g0->shape == SET_ROMAN && at[0] == '~')
		*c = 0x203e;
	return 1;
}

static size_t step_high(const struct charset *charset,
    const struct shift *now, const unsigned char *at, size_t left,
    uint32_t *c)
{
	const struct set *g1 = now->g1 ? now->g1 : charset->g1_guess;
	size_t len = 1;

	*c = 0;
	if (g1 && g1->shape == SET_HIGH)
		*c = code_table_at(g1->table, at[0] - 0x80u);
	if (g1 && g1->shape == SET_PAIR_HIGH && left > 1 && at[1] >= 0x80) {
		*c = pair(g1, at[0], at[1]);
		len = *c ? 2 : 1;
	}
	if (!*c && charset->shift_jis && left > 1) {
		*c = shift_jis(at[0], at[1]);
		len = *c ? 2 : 1;
	}
	if (!*c && charset->windows)
		*c = code_table_at(&code_table_windows_1252, at[0] - 0x80u);
	if (!*c)
		*c = UNKNOWN;
	return len;
}

static size_t step_gb(enum charset_kind kind, const unsigned char *at,
    size_t left, uint32_t *c)
{
	*c = UNKNOWN;
	if (at[0] < 0x81 || at[0] == 0xff || left < 2)
		return 1;
	if (at[1] >= 0x40 && at[1] != 0x7f && at[1] != 0xff) {
		uint32_t at_most = (at[0] - 0x81u) * 190 + at[1] - 0x40u -
		    (at[1] > 0x7f);
		uint32_t found = code_table_at(kind == CHARSET_GBK ?
		    &code_table_gbk : &code_table_gb_18030, at_most);
		*c = found ? found : UNKNOWN;
		return 2;
	}
	if (kind == CHARSET_GBK || left < 4 || at[1] < 0x30 || at[1] > 0x39 ||
	    at[2] < 0x81 || at[2] == 0xff || at[3] < 0x30 || at[3] > 0x39)
		return 1;
	uint32_t n = (((at[0] - 0x81u) * 10 + at[1] - 0x30u) * 126 +
	    at[2] - 0x81u) * 10 + at[3] - 0x30u;
	uint32_t found = code_table_at(&code_table_gb_18030_four, n);
	if (n >= 189000 && n - 189000 < 0x100000)
		found = n - 189000 + 0x10000;
	*c = found ? found : UNKNOWN;
	return 4;
}

/* The next character, NOTHING for an escape; how many bytes it took. */
static size_t step(const struct charset *charset, struct shift *now,
    const unsigned char *at, size_t left, uint32_t *c)
{
	if (at[0] >= 0x80 && charset->kind != CHARSET_2022)
		return step_gb(charset->kind, at, left, c);
	if (charset->kind != CHARSET_2022) {
		*c = at[0];
		return 1;
	}
	if (at[0] == ESC)
		return step_escape(now, at, left, c);
	if (at[0] < 0x20) {
		*now = begin(charset);
		*c = at[0];
		return 1;
	}
	return at[0] < 0x80 ? step_low(now, at, left, c) :
	    step_high(charset, now, at, left, c);
}

/* A delimiter that stands for itself returns to the first sets. */
static bool at_delimiter(const struct charset *charset, struct shift *now,
    unsigned char c, uint16_t vr)
{
	if (!charset_is_delimiter(vr, c) || now->g0->shape == SET_PAIR_LOW)
		return false;
	*now = begin(charset);
	return true;
}

/* Bytes that mean themselves whatever the set: ASCII without escapes. */
static bool is_plain(const struct charset *charset, struct str s)
{
	uint64_t high = 0, eight;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&eight, s.at + i, 8);
		high |= eight;
	}
	for (; i < s.len; i++)
		high |= (unsigned char)s.at[i];
	if (high & UINT64_C(0x8080808080808080))
		return false;
	if (charset->kind != CHARSET_2022 || !s.len)
		return true;
	if (charset->g0->shape == SET_ROMAN &&
	    (memchr(s.at, '\\', s.len) || memchr(s.at, '~', s.len)))
		return false;
	return !memchr(s.at, ESC, s.len);
}

/* Bad UTF-8 becomes U+FFFD, one for each byte that begins nothing. */
static struct str mend_utf8(struct arena *arena, struct str s)
{
	char *to = arena_alloc(arena, s.len * 3 + 1);
	size_t n = 0, i = 0;

	while (i < s.len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.at + i,
		    (utf8proc_ssize_t)(s.len - i), &c);
		if (len > 0) {
			memcpy(to + n, s.at + i, (size_t)len);
			n += (size_t)len;
		} else {
			memcpy(to + n, "\xef\xbf\xbd", 3);
			n += 3;
		}
		i += len > 0 ? (size_t)len : 1;
	}
	return (struct str){to, n};
}

struct str charset_decode(struct arena *arena, const struct charset *charset,
    struct str s, uint16_t vr)
{
	const unsigned char *at = (const unsigned char *)s.at;
	struct shift now = begin(charset);
	uint32_t c;

	if (is_plain(charset, s))
		return s;
	if (charset->kind == CHARSET_UTF_8)
		return str_is_utf8(s) ? s : mend_utf8(arena, s);
	char *to = arena_alloc(arena, s.len * 3 + 4);
	size_t n = 0, i = 0;
	while (i < s.len) {
		if (at_delimiter(charset, &now, at[i], vr)) {
			to[n++] = (char)at[i++];
			continue;
		}
		i += step(charset, &now, at + i, s.len - i, &c);
		if (c != NOTHING)
			n += (size_t)utf8proc_encode_char((utf8proc_int32_t)c,
			    (utf8proc_uint8_t *)to + n);
	}
	return (struct str){to, n};
}

bool charset_next_value(const struct charset *charset, uint16_t vr,
    struct str *rest, struct str *value)
{
	const unsigned char *at = (const unsigned char *)rest->at;
	struct shift now = begin(charset);
	size_t i = 0;
	uint32_t c;

	if (!at)
		return false;
	*value = *rest;
	const unsigned char *mark = !rest->len || !charset_has_values(vr) ?
	    NULL : memchr(at, '\\', rest->len);
	/* Only these have a backslash that is the second half of something. */
	bool doubtful = mark && charset->kind != CHARSET_UTF_8 &&
	    !is_plain(charset, (struct str){rest->at, (size_t)(mark - at)});
	while (doubtful && i < rest->len &&
	    !(at[i] == '\\' && now.g0->shape != SET_PAIR_LOW))
		i += step(charset, &now, at + i, rest->len - i, &c);
	if (doubtful)
		mark = i < rest->len ? at + i : NULL;
	if (!mark) {
		*rest = (struct str){NULL, 0};
		return true;
	}
	value->len = (size_t)(mark - at);
	*rest = (struct str){rest->at + value->len + 1,
	    rest->len - value->len - 1};
	return true;
}
