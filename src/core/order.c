/* SPDX-License-Identifier: MIT */
/* order.c: multikey quicksort.  Each entry carries eight bytes of its record,
 * so most comparisons never touch the record; where all eight are equal the
 * next eight are loaded for the whole group at once. */
#include "order.h"

#include <stdlib.h>

#define SMALL 16 /* sorted by insertion */

struct str entry_record(const char *memory, const struct entry *entry)
{
	return (struct str){memory + (size_t)entry->at * 8, entry->len};
}

static bool before(const char *memory, const struct entry *a,
    const struct entry *b, size_t depth)
{
	if (a->first != b->first)
		return a->first < b->first;
	struct str one = entry_record(memory, a), two = entry_record(memory, b);
	size_t skip = depth < one.len ? depth : one.len;
	skip = skip < two.len ? skip : two.len;
	one.at += skip;
	one.len -= skip;
	two.at += skip;
	two.len -= skip;
	int order = str_cmp(one, two);
	return order ? order < 0 : a->at < b->at;
}

static void sort_small(const char *memory, struct entry *at, size_t n,
    size_t depth)
{
	for (size_t i = 1; i < n; i++) {
		struct entry entry = at[i];
		size_t j = i;
		for (; j > 0 && before(memory, &entry, &at[j - 1], depth); j--)
			at[j] = at[j - 1];
		at[j] = entry;
	}
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
	if (a > b) {
		uint64_t swap = a;
		a = b;
		b = swap;
	}
	return c < a ? a : c > b ? b : c;
}

static uint64_t pivot(const struct entry *at, size_t n)
{
	size_t step = n / 9;
	uint64_t m[3];

	for (size_t i = 0; i < 3; i++)
		m[i] = middle(at[3 * i * step].first,
		    at[(3 * i + 1) * step].first, at[(3 * i + 2) * step].first);
	return middle(m[0], m[1], m[2]);
}

static void swap(struct entry *a, struct entry *b)
{
	struct entry c = *a;

	*a = *b;
	*b = c;
}

static int by_end(const void *one, const void *two)
{
	const struct entry *a = one, *b = two;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Of records whose eight bytes are equal, puts those that end within them in
 * front, in order, and loads the next eight of the others.  Gives how many
 * have ended. */
static size_t step(const char *memory, struct entry *at, size_t n,
    size_t depth)
{
	size_t ended = 0;

	for (size_t i = 0; i < n; i++)
		if (at[i].len <= depth + 8)
			swap(&at[i], &at[ended++]);
	qsort(at, ended, sizeof(*at), by_end);
	for (size_t i = ended; i < n; i++)
		at[i].first = eight(entry_record(memory, &at[i]), depth + 8);
	return ended;
}

struct part {
	struct entry *at;
	size_t n, depth;
};

/* Quicksort in three parts on eight bytes at a time (Bentley and Sedgewick):
 * smaller and larger ones again at this depth, equal ones eight deeper. */
static void sort_deep(const char *memory, struct entry *at, size_t n,
    size_t depth)
{
	while (n > SMALL) {
		uint64_t mark = pivot(at, n);
		size_t low = 0, i = 0, high = n;
		while (i < high) {
			if (at[i].first < mark)
				swap(&at[i++], &at[low++]);
			else if (at[i].first > mark)
				swap(&at[i], &at[--high]);
			else
				i++;
		}
		size_t ended = step(memory, at + low, high - low, depth);
		struct part part[3] = {
			{at, low, depth},
			{at + low + ended, high - low - ended, depth + 8},
			{at + high, n - high, depth},
		};
		/* The largest last and in this loop: the stack stays small. */
		int large = part[0].n > part[1].n ? 0 : 1;
		large = part[2].n > part[large].n ? 2 : large;
		for (int k = 0; k < 3; k++)
			if (k != large)
				sort_deep(memory, part[k].at, part[k].n,
				    part[k].depth);
		at = part[large].at;
		n = part[large].n;
		depth = part[large].depth;
	}
	sort_small(memory, at, n, depth);
}

void entries_sort(const char *memory, struct entry *at, size_t n)
{
	bool sorted = true;

	/* Often they came in order. */
	for (size_t i = 1; i < n && sorted; i++)
		sorted = !before(memory, &at[i], &at[i - 1], 0);
	if (!sorted)
		sort_deep(memory, at, n, 0);
}
