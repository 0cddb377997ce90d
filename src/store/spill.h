/* SPDX-License-Identifier: MIT */
/* spill.h: rows put aside to be read later, in order, each once: some in
 * memory, the rest in an unnamed file.  Private to store/. */
#pragma once
#include "store/store.h"

struct spill;
struct spill *spill_begin(int columns);
/* Writing is over once reading has begun. */
bool spill_add(struct spill *, const struct val *, struct err *);
/* One value each for every column, until the next call; NULL at the end or
 * when it cannot be read. */
struct val *spill_next(struct spill *, struct err *);
void spill_end(struct spill *);
