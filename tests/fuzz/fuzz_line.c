/* SPDX-License-Identifier: MIT */
/* fuzz_line.c: a command line, one word on each line of the input, is
 * understood or refused with words. */
#include "../../src/doors/command/line.c"

#include <assert.h>

#define WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena = {0};
	struct line line = {.arena = &arena};
	struct settings settings;
	struct err err = {0};
	enum wish wish = WISH_COMMAND;
	char *argv[WORDS] = {"ribble"};
	int argc = 1;

	for (struct str rest = {(const char *)bytes, size};
	    rest.len && argc < WORDS;) {
		struct str word = str_cut(&rest, '\n');

		/* No file of this machine is to be read. */
		if (!str_starts(word, S("--settings")))
			argv[argc++] =
			    (char *)(uintptr_t)arena_cstr(&arena, word);
	}
	bool read = line_read(argc, argv, &line, &settings, &wish, &err);

	assert(read == (err.kind == ERR_NONE));
	assert(read || err.text[0]);
	assert(!read || line.command || wish != WISH_COMMAND);
	arena_end(&arena);
	return 0;
}
