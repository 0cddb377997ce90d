/* SPDX-License-Identifier: MIT */
/* match.c: PS3.4 C.2.2.2: does a value answer a key?  What the index narrows
 * is compared here as well, so both databases give the same answer. */
#include "archive/ask.h"

#include <assert.h>
#include <string.h>

static size_t char_size(struct str s, size_t at)
{
	size_t end = at + 1;

	assert(s.at); /* a view of nothing has no characters */

	while (end < s.len && ((unsigned char)s.at[end] & 0xc0) == 0x80)
		end++;
	return end - at;
}

bool is_wild(struct str s)
{
	assert(s.at || !s.len);
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] == '*' || s.at[i] == '?')
			return true;
	return false;
}

bool wild_matches(struct str p, struct str s)
{
	size_t i = 0, j = 0, star = SIZE_MAX, from = 0;

	assert((p.at || !p.len) && (s.at || !s.len));
	while (j < s.len) {
		if (i < p.len && p.at[i] == '*') {
			star = i++;
			from = j;
		} else if (i < p.len && p.at[i] == '?') {
			i++;
			j += char_size(s, j);
		} else if (i < p.len && p.at[i] == s.at[j]) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = from += char_size(s, from);
		} else {
			return false;
		}
	}
	while (i < p.len && p.at[i] == '*')
		i++;
	return i == p.len;
}

struct str wild_head(struct str p, bool *only)
{
	size_t n = 0;

	while (n < p.len && p.at[n] != '*' && p.at[n] != '?')
		n++;
	*only = n == p.len || (n + 1 == p.len && p.at[n] == '*');
	return (struct str){p.at, n};
}

struct str after_all(struct arena *arena, struct str head)
{
	char *copy;

	while (head.len && (unsigned char)head.at[head.len - 1] == 0xff)
		head.len--;
	if (!head.len)
		return head;
	copy = arena_alloc(arena, head.len);
	memcpy(copy, head.at, head.len);
	copy[head.len - 1] = (char)((unsigned char)copy[head.len - 1] + 1);
	return (struct str){copy, head.len};
}

/* Ranges. */

static bool split(struct str s, struct str *from, struct str *upto)
{
	const char *dash = s.len ? memchr(s.at, '-', s.len) : NULL;

	*from = *upto = s;
	if (!dash)
		return false;
	from->len = (size_t)(dash - s.at);
	*upto = (struct str){dash + 1, s.len - from->len - 1};
	*from = str_trim(*from);
	*upto = str_trim(*upto);
	return true;
}

struct range date_range(struct str s)
{
	struct range r = {INT32_MIN + 1, INT32_MAX, true};
	struct str from, upto;
	int32_t day;
	bool open = split(str_trim(s), &from, &upto);

	if (from.len || !open) {
		r.good = da_read(from, &day);
		r.first = day;
	}
	if (r.good && (upto.len || !open)) {
		r.good = da_read(upto, &day);
		r.last = day;
	}
	r.good = r.good && (from.len || upto.len);
	return r;
}

struct range time_range(struct str s)
{
	struct range r = {0, US_PER_DAY - 1, true};
	struct str from, upto;
	int64_t first, last;
	bool open = split(str_trim(s), &from, &upto);

	if (from.len || !open) {
		r.good = tm_read(from, &first, &last);
		r.first = first;
	}
	if (r.good && (upto.len || !open)) {
		r.good = tm_read(upto, &first, &last);
		r.last = last;
	}
	r.good = r.good && (from.len || upto.len);
	return r;
}

static bool date_answers(struct str key, struct str value)
{
	struct range r = date_range(key);
	int32_t day;

	return r.good && da_read(value, &day) && day >= r.first &&
	    day <= r.last;
}

/* A value that is cut short stands for the beginning of its time. */
static bool time_answers(struct str key, struct str value)
{
	struct range r = time_range(key);
	int64_t first, last;

	return r.good && tm_read(value, &first, &last) && first >= r.first &&
	    first <= r.last;
}

/* Date and time in one, to the second or shorter: PS3.5 6.2, DT. */
static bool moment_read(struct str s, int64_t *first, int64_t *last)
{
	char date[] = "00000101";
	size_t n = s.len < 8 ? s.len : 8;
	int32_t day, next;

	if (s.len < 4 || s.len % 2)
		s.len = s.len > 14 ? s.len : s.len & ~(size_t)1;
	memcpy(date, s.at, n);
	if (s.len < 4 || !da_read(str_of(date), &day))
		return false;
	if (s.len > 8) {
		if (!tm_read((struct str){s.at + 8, s.len - 8}, first, last))
			return false;
		*first += day * US_PER_DAY;
		*last += day * US_PER_DAY;
		return true;
	}
	struct date d = day_date(day);
	next = n == 8 ? day + 1 : n == 6 ?
	    day_of(d.month == 12 ? d.year + 1 : d.year, d.month % 12 + 1, 1) :
	    day_of(d.year + 1, 1, 1);
	*first = day * US_PER_DAY;
	*last = next * US_PER_DAY - 1;
	return true;
}

static bool datetime_answers(struct str key, struct str value)
{
	struct str from, upto;
	int64_t first = 0, last = 0, low = INT64_MIN, high = INT64_MAX, unused;
	bool open = split(str_trim(key), &from, &upto);

	if (!moment_read(value, &first, &last))
		return false;
	if ((from.len || !open) && !moment_read(from, &low, &unused))
		return false;
	if ((upto.len || !open) && !moment_read(upto, &unused, &high))
		return false;
	return first >= low && first <= high;
}

/* Names. */

/* A pattern may ask for parts that a name leaves out: those are blanks. */
static bool group_answers(struct str pattern, struct str group)
{
	char padded[640];
	size_t n = group.len;

	if (wild_matches(pattern, group))
		return true;
	if (n + 4 > sizeof(padded) || !is_wild(pattern))
		return false;
	memcpy(padded, group.at, n);
	for (int i = 0; i < 4; i++) {
		padded[n++] = ' ';
		if (wild_matches(pattern, (struct str){padded, n}))
			return true;
	}
	return false;
}

bool key_answers(struct str asked, struct str name, bool fuzzy)
{
	struct str rest = name;

	if (fuzzy && key_sounds_like(name, asked))
		return true;
	if (memchr(asked.at ? asked.at : "", '=', asked.len))
		return group_answers(asked, name);
	while (rest.len)
		if (group_answers(asked, str_trim(str_cut(&rest, '='))))
			return true;
	return false;
}

static bool name_answers(struct arena *arena, struct str key, struct str value,
    bool fuzzy)
{
	return key_answers(name_key(arena, key), name_key(arena, value), fuzzy);
}

static bool one_of(struct str list, struct str value)
{
	while (list.len)
		if (str_eq(str_trim(str_cut(&list, '\\')), value))
			return true;
	return false;
}

static bool any_answers(struct str pattern, struct str values)
{
	do {
		if (wild_matches(pattern, str_trim(str_cut(&values, '\\'))))
			return true;
	} while (values.len);
	return false;
}

static bool number_answers(struct str key, struct str value)
{
	double a, b;

	if (str_real(str_trim(key), &a) && str_real(str_trim(value), &b))
		return !(a < b) && !(a > b);
	return wild_matches(str_trim(key), str_trim(value));
}

bool text_answers(struct arena *arena, enum key_kind kind, struct str key,
    struct str value, bool fuzzy)
{
	switch (kind) {
	case KEY_UID:
		return one_of(key, value);
	case KEY_NAME:
		return name_answers(arena, key, value, fuzzy);
	case KEY_DATE:
		return date_answers(key, value);
	case KEY_TIME:
		return time_answers(key, value);
	case KEY_NUMBER:
		return number_answers(key, value);
	case KEY_LIST:
		return any_answers(str_trim(key), value);
	case KEY_CODE:
	case KEY_TEXT:
		break;
	}
	return wild_matches(str_trim(key), value);
}

static bool one_value_matches(struct arena *arena, struct str key,
    struct str value, uint16_t vr, bool fuzzy)
{
	switch (vr) {
	case VR('U', 'I'):
		return one_of(key, value);
	case VR('P', 'N'):
		return name_answers(arena, key, value, fuzzy);
	case VR('D', 'A'):
		return date_answers(key, value);
	case VR('T', 'M'):
		return time_answers(key, value);
	case VR('D', 'T'):
		return datetime_answers(key, value);
	case VR('I', 'S'):
	case VR('D', 'S'):
	case VR('U', 'S'):
	case VR('S', 'S'):
	case VR('U', 'L'):
	case VR('S', 'L'):
	case VR('F', 'L'):
	case VR('F', 'D'):
		return number_answers(key, value);
	default:
		return wild_matches(key, value);
	}
}

/* Its text is made once and walked once: there may be a million values. */
bool value_matches(struct arena *arena, const struct dataset *set,
    const struct element *e, struct str key, uint16_t vr, bool fuzzy)
{
	struct str wanted = str_trim(key), rest;
	uint32_t n = e && !e->is_sequence ? element_count(e) : 0;

	if (!wanted.len || (str_is(wanted, "*") && vr_is_text(vr)))
		return true;
	if (!n)
		return false;
	rest = element_text(arena, set, e);
	if (n == 1)
		return one_value_matches(arena, wanted, str_trim(rest), vr,
		    fuzzy);
	for (uint32_t i = 0; i < n; i++)
		if (one_value_matches(arena, wanted,
		    str_trim(str_cut(&rest, '\\')), vr, fuzzy))
			return true;
	return false;
}
