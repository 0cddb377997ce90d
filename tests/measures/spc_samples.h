/* SPDX-License-Identifier: MIT */
/* spc_samples.h: series to try the SPC rules on, the same for a seed
 * everywhere. */
#pragma once
#include "core/core.h"
#include "measures/spc.h"

#define SAMPLE_POINTS 200

struct sample {
	int64_t id;
	struct spc_options options;
	int32_t days[SAMPLE_POINTS], rebases[SAMPLE_POINTS];
	double values[SAMPLE_POINTS];
	size_t n;
};

void chance_begin(uint64_t seed);
void sample_make(struct arena *, struct sample *, int64_t id); /* spiteful */
/* One decimal-free monthly percentage that wanders. */
void sample_plain(struct sample *, int64_t id, size_t points);
