/* SPDX-License-Identifier: MIT */
/* pixels.c: shapes in the places where organs are, with a grain like that of
 * a detector.  Enough to scroll, window, measure and recognise; no more. */
#include "pixels.h"

#include <math.h>

/* A hash of a place, 0 .. 1: the grain, the same on every machine. */
static double grain(uint64_t seed, int x, int y, int z)
{
	uint64_t h = seed ^ (uint64_t)x * UINT64_C(0x9e3779b97f4a7c15) ^
	    (uint64_t)y * UINT64_C(0xc2b2ae3d27d4eb4f) ^
	    (uint64_t)z * UINT64_C(0x165667b19e3779f9);

	h = (h ^ (h >> 31)) * UINT64_C(0xbf58476d1ce4e5b9);
	return (double)((h ^ (h >> 29)) >> 40) / (double)(1 << 24);
}

/* Grain of a certain size: between the corners of a lattice, smoothly. */
static double cloud(uint64_t seed, double x, double y, double z)
{
	int i = (int)floor(x), j = (int)floor(y), k = (int)floor(z);
	double u = x - i, v = y - j, w = z - k, sum = 0;

	for (int c = 0; c < 8; c++)
		sum +=
		    grain(seed, i + (c & 1), j + (c >> 1 & 1), k + (c >> 2)) *
		    (c & 1 ? u : 1 - u) * (c & 2 ? v : 1 - v) *
		    (c & 4 ? w : 1 - w);
	return sum;
}

/* How far into an ellipsoid, 1 in its middle, 0 and less outside. */
static double inside(
    double x, double y, double z, const double at[3], const double half[3])
{
	double a = (x - at[0]) / half[0], b = (y - at[1]) / half[1],
	       c = (z - at[2]) / half[2];

	return 1 - (a * a + b * b + c * c);
}

struct organ {
	double at[3], half[3], value;
};

static const struct organ chest[] = {
    {{0, 0, 0}, {.88, .64, 9}, -95}, /* fat below the skin */
    {{0, 0, 0}, {.82, .58, 9}, 45}, /* muscle */
    {{-.40, -.04, 0}, {.31, .44, 1.1}, -860},
    {{.40, -.04, 0}, {.31, .44, 1.1}, -860},
    {{.10, -.10, .25}, {.27, .25, .62}, 52}, /* heart */
    {{.07, .26, 0}, {.055, .055, 9}, 180}, /* aorta */
    {{0, .06, -.6}, {.05, .05, .5}, -950}, /* trachea */
    {{0, .44, 0}, {.12, .11, 9}, 620}, /* vertebra: cortex, marrow */
    {{0, .44, 0}, {.09, .08, 9}, 240},
    {{0, .39, 0}, {.03, .025, 9}, 20}, /* canal */
    {{-.42, .10, .1}, {.035, .035, .06}, 38}, /* a nodule */
    {{-.25, .05, 1.0}, {.45, .40, .35}, 75}, /* dome of the liver */
};

static double chest_at(double x, double y, double z, uint64_t seed)
{
	double value = -1000;
	double girth = 1 + .05 * (double)(seed % 7) / 7;

	for (size_t i = 0; i < sizeof(chest) / sizeof(*chest); i++)
		if (inside(x * girth, y * girth, z, chest[i].at,
			chest[i].half) > 0)
			value = chest[i].value;
	double r = hypot(x * girth / .82, y * girth / .58);
	double turn = atan2(y, x) * 7 + z * 9;
	if (r > .90 && r < .97 && sin(turn) > .45)
		value = 560; /* ribs run down and round */
	if (value < -800 && value > -900)
		value += 330 *
		    fmax(0, cloud(seed, x * 14, y * 14, z * 9) - .62) / .38;
	return value;
}

void draw_chest_slice(struct picture *p, double at, uint64_t seed)
{
	int slice = (int)(at * 1000);

	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->columns; c++) {
			double x = (c + .5) / p->columns * 2 - 1;
			double y = (r + .5) / p->rows * 2 - 1;
			double hu = chest_at(x, y, at, seed) +
			    36 * (grain(seed, c, r, slice) - .5);
			hu = fmin(fmax(hu, -1024), 3071);
			p->grey[r * p->columns + c] = (uint16_t)(hu + 1024);
		}
}

static const struct organ head[] = {
    {{0, 0, 0}, {.72, .88, .98}, 620}, /* scalp */
    {{0, 0, 0}, {.66, .82, .92}, 90}, /* skull */
    {{0, 0, 0}, {.61, .77, .87}, 240}, /* fluid */
    {{0, 0, 0}, {.585, .745, .84}, 520}, /* grey matter */
    {{0, .02, 0}, {.47, .62, .70}, 760}, /* white matter */
    {{-.12, -.05, .05}, {.06, .26, .28}, 200},
    {{.12, -.05, .05}, {.06, .26, .28}, 200}, /* ventricles */
    {{-.22, .03, 0}, {.10, .17, .2}, 560}, {{.22, .03, 0}, {.10, .17, .2}, 560},
    {{.30, -.30, .3}, {.06, .07, .1}, 930}, /* a lesion */
};

void draw_head_slice(struct picture *p, double at, uint64_t seed)
{
	int slice = (int)(at * 1000);

	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->columns; c++) {
			double x = (c + .5) / p->columns * 2 - 1;
			double y = (r + .5) / p->rows * 2 - 1;
			double fold =
			    .05 * (cloud(seed, x * 9, y * 9, at * 7) - .5);
			double v = 8;
			for (size_t i = 0; i < sizeof(head) / sizeof(*head);
			     i++)
				if (inside(x, y, at, head[i].at, head[i].half) >
				    (i == 4 ? fold * 6 : fold))
					v = head[i].value;
			v += 40 * (grain(seed, c, r, slice) - .5);
			p->grey[r * p->columns + c] = (uint16_t)fmax(v, 0);
		}
}

#define STEPS 20

/* What a ray gathers on its way through the chest. */
static double gathered(double x, double y, bool from_the_side, uint64_t seed)
{
	double sum = 0;

	for (int i = 0; i < STEPS; i++) {
		double depth = (i + .5) * 2 / STEPS - 1;
		double hu = from_the_side ? chest_at(depth, x, y, seed)
					  : chest_at(x, depth, y, seed);
		sum += fmax(hu + 1000, 0);
	}
	return sum / STEPS;
}

void draw_chest_film(struct picture *p, bool from_the_side, uint64_t seed)
{
	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->columns; c++) {
			double x = (c + .5) / p->columns * 2.1 - 1.05;
			double y = (r + .5) / p->rows * 2.2 - 1.1;
			double v = gathered(x, y, from_the_side, seed) * 3.1 +
			    90 * (grain(seed, c, r, 0) - .5);
			p->grey[r * p->columns + c] =
			    (uint16_t)fmin(fmax(v, 0), 4095);
		}
}

void draw_breast(struct picture *p, bool left, bool oblique, uint64_t seed)
{
	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->columns; c++) {
			int from_wall = left ? c : p->columns - 1 - c;
			double x = (from_wall + .5) / p->columns;
			double y = (r + .5) / p->rows * 2 - 1;
			double edge = 1 - (x / .78) * (x / .78) - y * y / .72;
			double v = 40;
			if (edge > 0) {
				double t =
				    cloud(seed, x * 9, y * 9, oblique) * .6 +
				    cloud(seed + 1, x * 31, y * 31, oblique) *
					.4;
				v = 700 + 1900 * t * sqrt(edge) +
				    300 * fmin(edge * 4, 1);
			}
			if (oblique && x + y * .55 < -.02)
				v = 2700 +
				    200 * grain(seed, c, r, 3); /* muscle */
			double spot = hypot(x - .33, (y + .12) * .6);
			if (spot < .05 &&
			    grain(seed + 2, c / 3, r / 3, 0) > .93)
				v = 3900; /* calcifications */
			v += 70 * (grain(seed, c, r, oblique) - .5);
			p->grey[r * p->columns + c] =
			    (uint16_t)fmin(fmax(v, 0), 4095);
		}
}

static void flow(uint8_t *rgb, double x, double y, double at)
{
	double speed = sin((at + x) * 6.2832) * cos(y * 9);

	rgb[0] = (uint8_t)(speed > 0 ? 90 + 160 * speed : 10);
	rgb[1] = (uint8_t)(30 + 60 * fabs(speed));
	rgb[2] = (uint8_t)(speed < 0 ? 90 - 160 * speed : 10);
}

void draw_sector(struct picture *p, double at, uint64_t seed)
{
	double beat = .07 * sin(at * 6.2832);

	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->columns; c++) {
			uint8_t *rgb = p->colour + 3 * (r * p->columns + c);
			double x = (c + .5) / p->columns * 2 - 1;
			double y = (r + .5) / p->rows;
			double depth = hypot(x * .9, y),
			       turn = atan2(x * .9, y);
			double v = 0;
			if (depth > .06 && depth < .97 && fabs(turn) < .66)
				v = 30 +
				    150 * (1 - depth) *
					cloud(seed, turn * 60,
					    depth * 70 + beat * 9, at * 2);
			double ring = hypot(x / 1.2, y - .5);
			if (v > 0 && ring < .2 + beat)
				v *= .18; /* a chamber that beats */
			else if (v > 0 && ring < .245 + beat)
				v = fmin(v * 1.9, 255);
			rgb[0] = rgb[1] = rgb[2] = (uint8_t)v;
			if (v > 0 && ring < .12 + beat)
				flow(rgb, x, y, at);
		}
}

/* Five columns of seven dots, the top in the lowest bit. */
static const uint8_t letters[][5] = {
    {0x46, 0x49, 0x49, 0x49, 0x31}, /* S */
    {0x07, 0x08, 0x70, 0x08, 0x07}, /* Y */
    {0x7f, 0x02, 0x0c, 0x10, 0x7f}, /* N */
    {0x01, 0x01, 0x7f, 0x01, 0x01}, /* T */
    {0x7f, 0x08, 0x08, 0x08, 0x7f}, /* H */
    {0x7f, 0x49, 0x49, 0x49, 0x41}, /* E */
    {0x01, 0x01, 0x7f, 0x01, 0x01}, /* T */
    {0x00, 0x41, 0x7f, 0x41, 0x00}, /* I */
    {0x3e, 0x41, 0x41, 0x41, 0x22}, /* C */
};

static void dot(struct picture *p, int x, int y, uint16_t grey)
{
	size_t at = (size_t)y * (size_t)p->columns + (size_t)x;

	if (p->grey)
		p->grey[at] = grey;
	else
		for (int i = 0; i < 3; i++)
			p->colour[3 * at + (size_t)i] = (uint8_t)grey;
}

void draw_notice(struct picture *p, uint16_t grey)
{
	int size = p->columns / 300 + 1;

	for (int n = 0; n < 9 * 6 * size; n++)
		for (int m = 0; m < 7 * size; m++) {
			int column = n / size % 6;
			if (column < 5 &&
			    letters[n / size / 6][column] >> (m / size) & 1)
				dot(p, 6 * size + n, p->rows - 13 * size + m,
				    grey);
		}
}
