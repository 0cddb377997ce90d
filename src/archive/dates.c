/* SPDX-License-Identifier: MIT */
/* dates.c: DA and TM of PS3.5 6.2, also as ACR-NEMA wrote them, as numbers
 * that sort as they do. */
#include "archive/card.h"

static bool digits(struct str s, size_t at, size_t n, int *value)
{
	*value = 0;
	if (s.len < at + n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		*value = 10 * *value + s.at[i] - '0';
	}
	return true;
}

bool da_read(struct str s, int32_t *day)
{
	bool dots = s.len == 10 && s.at[4] == '.' && s.at[7] == '.';
	int year, month, d;

	if ((!dots && s.len != 8) || !digits(s, 0, 4, &year) ||
	    !digits(s, dots ? 5 : 4, 2, &month) ||
	    !digits(s, dots ? 8 : 6, 2, &d))
		return false;
	*day = day_of(year, month, d);
	return *day != NO_DAY;
}

/* Digits after the point; how much one of the last is worth is `*unit`. */
static bool fraction(struct str s, int64_t *value, int64_t *unit)
{
	*value = 0;
	*unit = US_PER_S;
	if (!s.len)
		return true;
	if (s.at[0] != '.' || s.len > 7)
		return false;
	for (size_t i = 1; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		*unit /= 10;
		*value += (s.at[i] - '0') * *unit;
	}
	return true;
}

bool tm_read(struct str s, int64_t *first, int64_t *last)
{
	static const int most[] = {23, 59, 60};
	static const int64_t worth[] = {3600 * US_PER_S, 60 * US_PER_S,
	    US_PER_S};
	int64_t unit = 0, part;
	size_t at = 0, step = s.len >= 5 && s.at[2] == ':' ? 3 : 2;
	int value;

	*first = 0;
	for (int i = 0; i < 3 && at < s.len; i++, at += step) {
		if (!digits(s, at, 2, &value) || value > most[i])
			return false;
		*first += value * worth[i];
		unit = worth[i];
	}
	if (!unit)
		return false;
	if (at > s.len)
		at = s.len;
	struct str rest = {s.at + at, s.len - at};
	if (unit == US_PER_S) {
		if (step == 3 && s.len > 8)
			rest = (struct str){s.at + 8, s.len - 8};
		if (!fraction(rest, &part, &unit))
			return false;
		*first += part;
	} else if (rest.len) {
		return false;
	}
	*last = *first + unit - 1;
	return true;
}

int64_t moment_of(struct str date, struct str time)
{
	int64_t first, last;
	int32_t day;

	if (!da_read(date, &day))
		return NO_MOMENT;
	if (!tm_read(time, &first, &last))
		first = 0;
	return day * US_PER_DAY + first;
}
