/* SPDX-License-Identifier: MIT */
/* samples.h: what tests of this room share: files made by others, from the
 * package that the dictionary comes from (python3-pydicom), and few words. */
#pragma once
#include "dicom/dicom.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define assert_text(s, text) assert_text_(s, text, __LINE__)
static inline void assert_text_(struct str s, const char *text, int line)
{
	if (!str_is(s, text))
		fail_msg("line %d: '%.*s', not '%s'", line, STR(s), text);
}

/* The whole file in the arena, at its exact size, so that the sanitizer sees a
 * byte read past it. */
static inline struct str sample_at(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat is;

	if (!file || fstat(fileno(file), &is))
		fail_msg("cannot read %s", path);
	char *at = arena_alloc(arena, (size_t)is.st_size + 1);
	assert_int_equal(fread(at, 1, (size_t)is.st_size, file), is.st_size);
	fclose(file);
	return (struct str){at, (size_t)is.st_size};
}

static inline struct str sample(struct arena *arena, const char *name)
{
	return sample_at(arena,
	    arena_printf(arena, SAMPLES "/%s", name).at);
}

/* Every file there that is DICOM; act gets its path and bytes.  How many. */
static int (*sample_act)(const char *path, struct str bytes);
static int samples_met;
static inline int sample_step(const char *path, const struct stat *is,
    int kind, struct FTW *where)
{
	static const char *const others[] = {".py", ".pyc", ".json", ".txt",
	    ".md", ".dump", "README", ".gz", ".h"};
	struct arena arena = {0};

	(void)is;
	(void)where;
	if (kind != FTW_F)
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (str_ends(str_of(path), str_of(others[i])))
			return 0;
	samples_met++;
	int said = sample_act(path, sample_at(&arena, path));
	arena_end(&arena);
	return said;
}

static inline int samples_each(int (*act)(const char *, struct str))
{
	samples_met = 0;
	sample_act = act;
	assert_int_equal(nftw(SAMPLES, sample_step, 16, FTW_PHYS), 0);
	return samples_met;
}
