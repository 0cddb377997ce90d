/* SPDX-License-Identifier: MIT */
/* arena.h: memory that is let go of all at once.  One per house, connection
 * or message.  Running out of memory ends the process. */
#pragma once
#include "str.h"

struct arena {
	struct arena_block *blocks;
	struct arena_cleanup *cleanups;
};

void *arena_alloc(struct arena *, size_t size); /* zeroed, 16-aligned */
void *arena_alloc_n(struct arena *, size_t size, size_t n); /* n of size */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, n) \
	((type *)arena_alloc_n((arena), sizeof(type), (size_t)(n)))
struct str arena_keep(struct arena *, struct str);      /* a copy */
const char *arena_cstr(struct arena *, struct str);     /* a copy with NUL */
struct str arena_printf(struct arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Runs when the arena ends, last added first. */
void arena_on_end(struct arena *, void (*act)(void *), void *with);
void arena_end(struct arena *); /* afterwards it is empty and usable again */
