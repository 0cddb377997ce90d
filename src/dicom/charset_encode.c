/* SPDX-License-Identifier: MIT */
/* charset_encode.c: UTF-8 to a Specific Character Set.  The sets at work are
 * tried first, then the declared ones in their order, so no escape is written
 * that is not needed; before a delimiter and at the end the first sets are
 * back (PS3.5 6.1.2.5.3). */
#include "dicom/charset_set.h"

#include <assert.h>
#include <utf8proc.h>

#define ESC 0x1b

/* The bytes of a character in a set; 0 if it is not there. */
static size_t set_encode(const struct set *set, uint32_t c, unsigned char *to)
{
	bool roman = set->shape == SET_ROMAN;
	unsigned char high = set->shape == SET_PAIR_LOW ? 0x21 : 0xa1;

	if (set->shape == SET_ASCII || roman) {
		to[0] = roman && c == 0xa5 ? '\\' : roman && c == 0x203e ? '~' :
		    (unsigned char)c;
		if (roman && (c == '\\' || c == '~'))
			return 0;
		return (c >= 0x20 && c < 0x7f) || to[0] != (unsigned char)c;
	}
	uint32_t at = code_table_position(set->table, c);
	if (at == UINT32_MAX)
		return 0;
	if (set->shape == SET_HIGH) {
		to[0] = (unsigned char)(0x80 + at);
		return 1;
	}
	to[0] = (unsigned char)(high + at / 94);
	to[1] = (unsigned char)(high + at % 94);
	return 2;
}

static bool is_low(const struct set *set)
{
	return set->shape != SET_HIGH && set->shape != SET_PAIR_HIGH;
}

static void shift_to(struct out *out, struct shift *now, const struct set *set)
{
	out_char(out, ESC);
	out_put(out, str_of(set->escape));
	if (is_low(set))
		now->g0 = set;
	else
		now->g1 = set;
}

static void shift_back(struct out *out, struct shift *now,
    const struct charset *charset)
{
	if (now->g0 != charset->g0)
		shift_to(out, now, charset->g0);
	if (now->g1 != charset->g1 && charset->g1)
		shift_to(out, now, charset->g1);
	now->g1 = charset->g1;
}

/* A yen sign that would be read as the end of a value has no place there. */
static bool misread(const unsigned char *bytes, size_t n, uint32_t c,
    uint16_t vr)
{
	return n == 1 && c >= 0x80 && charset_is_delimiter(vr, bytes[0]);
}

static bool put_2022(struct out *out, struct shift *now,
    const struct charset *charset, uint32_t c, uint16_t vr)
{
	const struct set *at_work[] = {now->g0, now->g1, charset->g0};
	unsigned char bytes[2];
	size_t n = 0;

	for (size_t i = 0; i < 3 + charset->declared_n; i++) {
		const struct set *set = i < 3 ? at_work[i] :
		    charset->declared[i - 3];
		if (!set || !(n = set_encode(set, c, bytes)) ||
		    misread(bytes, n, c, vr))
			continue;
		if (set != now->g0 && set != now->g1)
			shift_to(out, now, set);
		out_put(out, (struct str){(char *)bytes, n});
		return true;
	}
	if (now->g0->shape == SET_PAIR_LOW)
		shift_to(out, now, charset->g0);
	out_char(out, '?');
	return false;
}

static bool encode_2022(struct out *out, const struct charset *charset,
    struct shift *now, uint32_t c, uint16_t vr)
{
	if (c < 0x20 || c == 0x7f ||
	    (c < 0x80 && charset_is_delimiter(vr, (unsigned char)c))) {
		shift_back(out, now, charset);
		out_char(out, (char)c);
		return true;
	}
	return put_2022(out, now, charset, c, vr);
}

static bool put_wide(struct out *out, const struct code_table *table,
    uint32_t c)
{
	uint32_t at = code_table_position(table, c), cell = at % 190;

	if (at == UINT32_MAX)
		return false;
	out_char(out, (char)(0x81 + at / 190));
	out_char(out, (char)(0x40 + cell + (cell >= 63)));
	return true;
}

static bool encode_gb(struct out *out, enum charset_kind kind, uint32_t c)
{
	uint32_t at;

	if (c < 0x80) {
		out_char(out, (char)c);
		return true;
	}
	if (put_wide(out, kind == CHARSET_GBK ? &code_table_gbk :
	    &code_table_gb_18030, c))
		return true;
	at = c >= 0x10000 ? c - 0x10000 + 189000 :
	    code_table_position(&code_table_gb_18030_four, c);
	if (kind == CHARSET_GBK || at == UINT32_MAX) {
		out_char(out, '?');
		return false;
	}
	out_char(out, (char)(0x81 + at / 12600));
	out_char(out, (char)(0x30 + at / 1260 % 10));
	out_char(out, (char)(0x81 + at / 10 % 126));
	out_char(out, (char)(0x30 + at % 10));
	return true;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80)
			return false;
	return true;
}

static bool put(struct out *out, const struct charset *charset,
    struct shift *now, uint32_t c, uint16_t vr)
{
	utf8proc_uint8_t bytes[4];

	if (charset->kind == CHARSET_2022)
		return encode_2022(out, charset, now, c, vr);
	if (charset->kind != CHARSET_UTF_8)
		return encode_gb(out, charset->kind, c);
	out_put(out, (struct str){(char *)bytes,
	    (size_t)utf8proc_encode_char((utf8proc_int32_t)c, bytes)});
	return true;
}

bool charset_encode(struct arena *arena, const struct charset *charset,
    struct str s, uint16_t vr, struct str *to)
{
	struct shift now = {charset->g0, charset->g1};
	bool all = true;
	struct out out;

	assert(charset->g0);
	*to = s;
	if (charset->kind == CHARSET_UTF_8 && str_is_utf8(s))
		return true;
	if (charset->g0 == set_ascii && is_ascii(s))
		return true;
	out_memory(&out);
	for (size_t i = 0; i < s.len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.at + i,
		    (utf8proc_ssize_t)(s.len - i), &c);
		bool bad = len <= 0;
		all &= put(&out, charset, &now, bad ? '?' : (uint32_t)c, vr);
		all &= !bad;
		i += bad ? 1 : (size_t)len;
	}
	if (charset->kind == CHARSET_2022)
		shift_back(&out, &now, charset);
	*to = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return all;
}
