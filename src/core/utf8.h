/* SPDX-License-Identifier: MIT */
/* utf8.h: one character of UTF-8.  Private to core. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* How many bytes at s, of those left, belong together, and whether they are a
 * character (Unicode, table 3-7).  A broken one is as many bytes as could
 * have begun it: what becomes one U+FFFD. */
static inline size_t utf8_length(const unsigned char *s, size_t left,
    bool *good)
{
	size_t len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

	*good = s[0] < 0x80;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if (i == left || s[i] < low || s[i] > high)
			return i;
		low = 0x80;
		high = 0xbf;
	}
	*good = true;
	return len;
}
