/* SPDX-License-Identifier: MIT */
/* test.h: what every test of this room needs, and a file made from a text. */
#pragma once
#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_text(s, text) assert_text_(s, text, __LINE__)
static inline void assert_text_(struct str s, const char *text, int line)
{
	if (!str_is(s, text))
		fail_msg("line %d: '%.*s', not '%s'", line, STR(s), text);
}

/* A file without a name that holds the text, read from its start. */
static inline int file_of(struct str text)
{
	char name[] = "/tmp/ribble-test-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, text.at, text.len), text.len);
	lseek(fd, 0, SEEK_SET);
	return fd;
}
