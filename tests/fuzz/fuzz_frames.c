/* SPDX-License-Identifier: MIT */
/* fuzz_frames.c: any bytes as encapsulated pixel data, of a number of frames
 * and a codec that its first two say.  Each frame that is told lies within the
 * bytes, behind the one before. */
#include "imaging/frames.c"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	if (size < 2)
		return 0;
	struct syntax syntax = {.encapsulated = true, .codec = at[1] % 8};
	struct dataset head = {0};
	struct pixels pixels = {.syntax = &syntax, .rows = 8, .columns = 8,
	    .samples = 1, .bits_allocated = 8, .frames = at[0] + 1,
	    .length = LENGTH_UNDEFINED, .head = &head,
	    .inflated = {(const char *)at + 2, size - 2}};
	struct arena arena = {0};
	struct frames frames;
	struct err err = {0};
	int64_t last = 0;

	if (frames_find(&arena, &pixels, &frames, &err)) {
		assert(frames.n == pixels.frames);
		for (int64_t i = 0; i < frames.n; i++) {
			struct str bytes;
			err = (struct err){0};
			if (!frame_read(&arena, &pixels, &frames, i, &bytes,
			    &err))
				continue;
			assert(frames.list[i].spans[0].at > last);
			last = frames.list[i].spans[frames.list[i].n - 1].at;
		}
	} else
		assert(err.kind == ERR_INPUT && err.text[0]);
	arena_end(&arena);
	return 0;
}
