/* SPDX-License-Identifier: MIT */
/* str.h: a string is a view.  It never owns and never ends in NUL by promise. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *at;
	size_t len;
};

#define S(lit) ((struct str){(lit), sizeof(lit) - 1})
#define STR(s) (int)(s).len, (s).at /* printf("%.*s", STR(s)) */

struct str str_of(const char *text); /* NULL gives the empty string */
bool str_is(struct str, const char *text);
bool str_eq(struct str, struct str);
bool str_eq_nocase(struct str, struct str); /* ASCII */
int str_cmp(struct str, struct str);        /* bytes, then length */
bool str_starts(struct str, struct str head);
bool str_ends(struct str, struct str tail);
struct str str_trim(struct str); /* without ASCII blanks at both ends */
/* Head up to mark; rest moves past it.  Without a mark, all of it. */
struct str str_cut(struct str *rest, char mark);
/* Whole decimal number; false when there is anything else or it overflows. */
bool str_int(struct str, int64_t *value);
bool str_real(struct str, double *value); /* finite, "." as the point */
bool str_is_utf8(struct str);
