/* SPDX-License-Identifier: MIT */
/* outside.c: the clock and chance.
 *
 *   id:  0 | 42 bits, milliseconds since 1970 | 21 bits, by chance
 *
 * Within a millisecond ids count on from the last, so they never repeat in
 * this process.  Ids follow the true clock even where it is stopped: a second
 * run that stands at the same moment must not make the same ids. */
#include "outside.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define CHANCE_BITS 21

static _Atomic int64_t stopped_at = NO_TIME;
static _Atomic int64_t last_id;

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		abort();
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

int64_t outside_now(void)
{
	int64_t at = atomic_load(&stopped_at);

	return at == NO_TIME ? read_clock(CLOCK_REALTIME) : at;
}

int32_t outside_today(void)
{
	return time_day(outside_now());
}

int64_t outside_ticks(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void outside_stop_clock(int64_t at)
{
	atomic_store(&stopped_at, at);
}

int64_t outside_id(void)
{
	int64_t now = read_clock(CLOCK_REALTIME) / 1000 << CHANCE_BITS;
	int64_t last = atomic_load(&last_id), id;
	uint32_t chance = 0;

	if (now > last)
		outside_random(&chance, sizeof(chance));
	do
		id = now > last ?
		    now | (chance & ((UINT32_C(1) << CHANCE_BITS) - 1)) :
		    last + 1;
	while (!atomic_compare_exchange_weak(&last_id, &last, id));
	return id;
}

void outside_random(void *bytes, size_t size)
{
	char *at = bytes;

	while (size) {
		ssize_t n = getrandom(at, size, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			perror("ribble: cannot read random bytes");
			abort();
		}
		at += n;
		size -= (size_t)n;
	}
}
