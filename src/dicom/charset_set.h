/* SPDX-License-Identifier: MIT */
/* charset_set.h: the coded character sets of PS3.3 C.12.1.1.2.  Private to
 * the charset files of this room. */
#pragma once
#include "dicom/charset.h"

/* Made by tools/charsets.c: a character by position (0: none), and the
 * positions that have one, in order of the character. */
struct code_table {
	const uint32_t *to;
	const uint16_t *order;
	uint32_t n, order_n;
};
extern const struct code_table code_table_windows_1252, code_table_jis_x_0208,
    code_table_gbk, code_table_gb_18030, code_table_gb_18030_four;

enum set_shape {
	SET_ASCII,     /* 0x20 to 0x7e, in G0 */
	SET_ROMAN,     /* the same but for a yen sign and an overline */
	SET_HIGH,      /* one byte from 0xa0, in G1 */
	SET_PAIR_LOW,  /* two bytes from 0x21, in G0 */
	SET_PAIR_HIGH  /* two bytes from 0xa1, in G1 */
};
struct set {
	enum set_shape shape;
	char escape[5]; /* what follows ESC */
	const struct code_table *table;
};
extern const struct set sets[];
extern const size_t sets_n;
extern const struct set *const set_ascii;

enum charset_kind {
	CHARSET_2022, CHARSET_UTF_8, CHARSET_GB_18030, CHARSET_GBK
};
#define CHARSET_SETS_MOST 32
struct charset {
	enum charset_kind kind;
	const struct set *g0, *g1; /* before any escape; g1 may be NULL */
	const struct set *g1_guess; /* for texts that lack theirs; or NULL */
	const struct set *declared[CHARSET_SETS_MOST]; /* in order of the terms */
	size_t declared_n;
	bool windows;   /* 0x80 and up where g1 has nothing is Windows-1252 */
	bool shift_jis; /* pairs of Shift-JIS are met under ISO_IR 13 */
	struct str terms;
};

/* What is at work while a value is read or written. */
struct shift {
	const struct set *g0, *g1;
};
/* 0 if there is none. */
uint32_t code_table_at(const struct code_table *, uint32_t position);
/* UINT32_MAX if there is none. */
uint32_t code_table_position(const struct code_table *, uint32_t character);
/* Does the backslash, do "^" and "=", end what an escape began? */
bool charset_has_values(uint16_t vr);
bool charset_is_delimiter(uint16_t vr, unsigned char);
