/* SPDX-License-Identifier: MIT */
/* test.h: what every test of this room needs. */
#pragma once
#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_text(s, text) assert_text_(s, text, __LINE__)
static inline void assert_text_(struct str s, const char *text, int line)
{
	if (!str_is(s, text))
		fail_msg("line %d: '%.*s', not '%s'", line, STR(s), text);
}
