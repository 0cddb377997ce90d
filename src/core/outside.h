/* SPDX-License-Identifier: MIT */
/* outside.h: the only way to the clock and to chance, so tests can turn both
 * by hand. */
#pragma once
#include "time.h"

int64_t outside_now(void);    /* µs UTC */
int32_t outside_today(void);  /* the local day */
int64_t outside_ticks(void);  /* µs, monotonic, for measuring */
/* For tests and `--today`: from now on the clock stands at this moment; at
 * NO_TIME it goes again. */
void outside_stop_clock(int64_t at);
/* A time-ordered id, 63 bits, unique in this process and, by its random tail,
 * between processes. */
int64_t outside_id(void);
void outside_random(void *bytes, size_t size);
