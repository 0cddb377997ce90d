/* SPDX-License-Identifier: MIT */
/* nearest.c: the word that was probably meant: the fewest letters to add,
 * leave out, change or swap with their neighbour. */
#include "doors/command/line.h"
#include <string.h>

#define LONGEST 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance, with three rows of the table kept. */
static size_t distance(const char *a, const char *b)
{
	size_t table[3][LONGEST + 1];
	size_t *before = table[0], *above = table[1], *row = table[2];
	size_t n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		above[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j],
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		size_t *free_row = before;

		before = above;
		above = row;
		row = free_row;
	}
	return above[n];
}

const char *nearest(const char *word, const char *const *list, size_t n)
{
	size_t len = strlen(word), best = 1 + len / 3;
	const char *found = NULL;

	if (len > LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (strlen(list[i]) > LONGEST)
			continue;
		size_t d = distance(word, list[i]);

		/* What was cut short is meant more often than misspelt. */
		if (len >= 3 && strncmp(word, list[i], len) == 0)
			d = least(d, 1);
		if (d < best || (d == best && !found)) {
			best = d;
			found = list[i];
		}
	}
	return found;
}
