/* SPDX-License-Identifier: MIT */
/* str.c: views of bytes.  Nothing here allocates, and nothing here asks the
 * locale. */
#include "str.h"

#include "utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REAL_MAX 64 /* characters of a number; more is not one people write */

struct str str_of(const char *text)
{
	return (struct str){text ? text : "", text ? strlen(text) : 0};
}

bool str_is(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || !memcmp(a.at, b.at, a.len));
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.at, b.at, len) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str head)
{
	return s.len >= head.len &&
	    (head.len == 0 || !memcmp(s.at, head.at, head.len));
}

bool str_ends(struct str s, struct str tail)
{
	return s.len >= tail.len && (tail.len == 0 ||
	    !memcmp(s.at + s.len - tail.len, tail.at, tail.len));
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char mark)
{
	const char *at = rest->len ? memchr(rest->at, mark, rest->len) : NULL;
	struct str head = *rest;

	if (!at) {
		if (rest->len)
			rest->at += rest->len;
		rest->len = 0;
		return head;
	}
	head.len = (size_t)(at - rest->at);
	rest->at += head.len + 1;
	rest->len -= head.len + 1;
	return head;
}

bool str_int(struct str s, int64_t *value)
{
	bool minus = s.len && s.at[0] == '-';
	size_t i = minus || (s.len && s.at[0] == '+');
	int64_t n = 0;

	if (i == s.len)
		return false;
	/* Counted downwards, for the lowest number has no positive twin. */
	for (; i < s.len; i++) {
		int digit = s.at[i] - '0';
		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, digit, &n))
			return false;
	}
	if (!minus && n == INT64_MIN)
		return false;
	*value = minus ? n : -n;
	return true;
}

bool str_real(struct str s, double *value)
{
	char text[REAL_MAX + 1];
	char *end;
	bool digits = false;

	if (s.len == 0 || s.len > REAL_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		digits |= c >= '0' && c <= '9';
		if (!((c >= '0' && c <= '9') || c == '+' || c == '-' ||
		    c == '.' || c == 'e' || c == 'E'))
			return false;
		text[i] = c;
	}
	if (!digits)
		return false;
	text[s.len] = '\0';
	double number = strtod(text, &end);
	if (end != text + s.len || !isfinite(number))
		return false;
	*value = number;
	return true;
}

bool str_is_utf8(struct str s)
{
	const unsigned char *at = (const unsigned char *)s.at;
	size_t i = 0;

	while (i < s.len) {
		uint64_t eight;
		if (s.len - i >= 8) {
			memcpy(&eight, at + i, 8);
			if (!(eight & UINT64_C(0x8080808080808080))) {
				i += 8;
				continue;
			}
		}
		bool good;
		i += utf8_length(at + i, s.len - i, &good);
		if (!good)
			return false;
	}
	return true;
}
