/* SPDX-License-Identifier: MIT */
/* test.h: what every test of this room needs. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* cmocka's, which is not ours */
#undef fail_msg
#define fail_msg(...) \
	(print_error("ERROR: " __VA_ARGS__), print_error("\n"), \
	    _fail(__FILE__, __LINE__))
