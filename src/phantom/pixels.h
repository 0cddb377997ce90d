/* SPDX-License-Identifier: MIT */
/* pixels.h: the drawn shapes; private to phantom.  Each fills one picture,
 * row by row. */
#pragma once
#include "core/core.h"

struct picture {
	int columns, rows;
	uint16_t *grey; /* columns * rows, or NULL */
	uint8_t *colour; /* RGB, or NULL */
};
/* at: from -1, the first slice, to 1, the last; of what is drawn in motion,
 * the phase from 0 to 1.  seed: one person's own shape. */
void draw_chest_slice(
    struct picture *, double at, uint64_t seed); /* HU + 1024 */
void draw_head_slice(struct picture *, double at, uint64_t seed);
void draw_chest_film(struct picture *, bool from_the_side, uint64_t seed);
void draw_breast(struct picture *, bool left, bool oblique, uint64_t seed);
void draw_sector(struct picture *, double at, uint64_t seed);
/* "SYNTHETIC" in the corner, so that nobody takes it for a person. */
void draw_notice(struct picture *, uint16_t grey);
