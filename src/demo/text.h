/* SPDX-License-Identifier: MIT */
/* text.h: digits and days written by hand, as files have millions of them. */
#pragma once
#include "core/core.h"

#include <string.h>

static inline void digits_write(char *at, int64_t value, int n)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
}

/* Ten bytes: 2026-03-31, or 31/03/2026 when iso is false. */
static inline void day_write(char *at, int32_t day, bool iso)
{
	struct date d = day_date(day);
	int year = iso ? 0 : 6, month = iso ? 5 : 3, of_month = iso ? 8 : 0;

	memset(at, iso ? '-' : '/', 10);
	digits_write(at + year, d.year, 4);
	digits_write(at + month, d.month, 2);
	digits_write(at + of_month, d.day, 2);
}
