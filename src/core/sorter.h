/* SPDX-License-Identifier: MIT */
/* sorter.h: sorts more records than memory holds.  Records are bytes in
 * order of memcmp, the shorter first; equal ones keep the order they came in.
 * Runs spill to unnamed files in the temporary folder. */
#pragma once
#include "arena.h"
#include "err.h"

struct sorter;
struct sorter *sorter_open(struct arena *, size_t memory); /* bytes to use */
bool sorter_add(struct sorter *, struct str record, struct err *);
bool sorter_sort(struct sorter *, struct err *);           /* once, after the last add */
/* false at the end or on failure; the record is valid until the next call. */
bool sorter_next(struct sorter *, struct str *record, struct err *);
