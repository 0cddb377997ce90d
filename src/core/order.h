/* SPDX-License-Identifier: MIT */
/* order.h: records in one piece of memory, put in order.  Private to core. */
#pragma once
#include "str.h"

#include <string.h>

struct entry {
	uint64_t first;                /* eight bytes of the record */
	uint32_t at, len;              /* its place, in units of 8 */
};

struct str entry_record(const char *memory, const struct entry *);
/* Entries whose first is of depth 0; equal records keep the order of at. */
void entries_sort(const char *memory, struct entry *, size_t n);

/* Eight bytes from depth on as a number that sorts as they do; zeros stand
 * where the record has ended. */
static inline uint64_t eight(struct str s, size_t depth)
{
	uint64_t n = 0;

	if (s.len >= depth + 8) {
		memcpy(&n, s.at + depth, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		n = __builtin_bswap64(n);
#endif
		return n;
	}
	for (size_t i = depth; i < s.len; i++)
		n |= (uint64_t)(unsigned char)s.at[i] << (56 - 8 * (i - depth));
	return n;
}
