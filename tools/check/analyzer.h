/* SPDX-License-Identifier: MIT */
/* analyzer.h: what clang's analyzer cannot see from where it stands: that
 * these two always return false.  tools/check/tidy includes it first. */
#pragma once
#include "core/err.h"

#define fail(...) ((void)fail(__VA_ARGS__), false)
#define hint(...) ((void)hint(__VA_ARGS__), false)
