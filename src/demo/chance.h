/* SPDX-License-Identifier: MIT */
/* chance.h: the demo's own dice (PCG32), so that a seed gives the same network
 * on every machine.  Whole numbers only. */
#pragma once
#include "core/core.h"

struct chance {
	uint64_t state, step;
};

static inline uint64_t chance_mix(uint64_t x) /* splitmix64: a hash */
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline void chance_begin(struct chance *c, uint64_t seed, uint64_t of)
{
	c->state = chance_mix(seed ^ chance_mix(of));
	c->step = chance_mix(of) | 1;
}

static inline uint32_t chance_next(struct chance *c)
{
	uint64_t old = c->state;
	uint32_t bits = (uint32_t)(((old >> 18) ^ old) >> 27);
	uint32_t turn = (uint32_t)(old >> 59);

	c->state = old * UINT64_C(6364136223846793005) + c->step;
	return (bits >> turn) | (bits << (-turn & 31));
}

/* 0 .. n - 1; 0 when n is not above 0. */
static inline int32_t chance_below(struct chance *c, int32_t n)
{
	if (n <= 0)
		return 0;
	return (int32_t)(((uint64_t)chance_next(c) * (uint64_t)n) >> 32);
}

static inline int32_t chance_between(struct chance *c, int32_t low,
    int32_t high)
{
	return low + chance_below(c, high - low + 1);
}

/* True in `part` of a thousand cases. */
static inline bool chance_permille(struct chance *c, int32_t part)
{
	return chance_below(c, 1000) < part;
}
