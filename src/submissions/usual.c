/* SPDX-License-Identifier: MIT */
/* usual.c: how many rows a trust's file usually has.
 *
 * A list drifts from week to week, so control limits of single weeks would cry
 * wolf; half a list or two lists in one file is what must be seen.  The range
 * is the median of its other files, give or take 15 %, or more where the trust
 * itself varies more (four standard deviations, told by the median miss). */
#include "kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST 8
#define SHARE 0.15
#define DEVIATIONS (4 * 1.4826)

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), compare);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

bool usual_rows(struct arena *arena, const double *counts, size_t n,
    double *low, double *high)
{
	double *x = arena_array(arena, double, n + 1);

	*low = *high = (double)NAN;
	if (n < LEAST)
		return false;
	memcpy(x, counts, n * sizeof(*x));
	double middle = median(x, n);
	for (size_t i = 0; i < n; i++)
		x[i] = fabs(counts[i] - middle);
	double width = fmax(SHARE * middle, DEVIATIONS * median(x, n));
	*low = fmax(0, middle - width);
	*high = middle + width;
	return true;
}
