/* SPDX-License-Identifier: MIT */
/* arena.c: blocks that double from 4 KiB to 1 MiB; a large thing gets a block
 * of its own behind the current one, so what is left of that is still used.
 * Blocks come zeroed and are never given out twice, so nothing is cleared. */
#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LAST ((size_t)1 << 20)

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(16) char bytes[];
};

struct arena_cleanup {
	struct arena_cleanup *next;
	void (*act)(void *);
	void *with;
};

static _Noreturn void out_of_memory(void)
{
	fputs("ribble: out of memory\n", stderr);
	abort();
}

static struct arena_block *block_new(size_t size)
{
	if (size > SIZE_MAX / 2)
		out_of_memory();
	struct arena_block *block = calloc(1, sizeof(*block) + size);
	if (!block)
		out_of_memory();
	block->size = size;
	return block;
}

static void *alloc_slow(struct arena *arena, size_t size)
{
	struct arena_block *head = arena->blocks;
	size_t wanted = BLOCK_FIRST - sizeof(*head);

	if (head && head->size >= wanted)
		wanted = head->size < BLOCK_LAST ?
		    2 * (head->size + sizeof(*head)) - sizeof(*head) :
		    head->size;
	if (head && size > wanted / 4) {
		struct arena_block *own = block_new(size);
		own->used = size;
		own->next = head->next;
		head->next = own;
		return own->bytes;
	}
	struct arena_block *block = block_new(size > wanted ? size : wanted);
	block->next = head;
	block->used = size;
	arena->blocks = block;
	return block->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + 15) & ~(size_t)15;
	if (!block || block->size - block->used < size)
		return alloc_slow(arena, size);
	void *at = block->bytes + block->used;
	block->used += size;
	return at;
}

void *arena_alloc_n(struct arena *arena, size_t size, size_t n)
{
	size_t total;

	if (__builtin_mul_overflow(size, n, &total))
		out_of_memory();
	return arena_alloc(arena, total);
}

struct str arena_keep(struct arena *arena, struct str s)
{
	return (struct str){arena_cstr(arena, s), s.len};
}

const char *arena_cstr(struct arena *arena, struct str s)
{
	char *at = arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(at, s.at, s.len);
	return at;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	char small[256];
	va_list args, again;

	assert(format);
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	size_t len = n > 0 ? (size_t)n : 0;
	char *at = arena_alloc(arena, len + 1);
	if (len < sizeof(small))
		memcpy(at, small, len);
	else
		vsnprintf(at, len + 1, format, again);
	va_end(again);
	return (struct str){at, len};
}

void arena_on_end(struct arena *arena, void (*act)(void *), void *with)
{
	struct arena_cleanup *cleanup = arena_new(arena, struct arena_cleanup);

	*cleanup = (struct arena_cleanup){arena->cleanups, act, with};
	arena->cleanups = cleanup;
}

void arena_end(struct arena *arena)
{
	while (arena->cleanups) {
		struct arena_cleanup *cleanup = arena->cleanups;
		arena->cleanups = cleanup->next;
		cleanup->act(cleanup->with);
	}
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;
		arena->blocks = block->next;
		free(block);
	}
}
