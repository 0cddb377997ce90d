/* SPDX-License-Identifier: MIT */
/* folder.h: a temporary folder for a test, and the published figures. */
#pragma once
#include "core/core.h"

struct str published_text(struct arena *); /* examples/network/dm01 */
struct str example_text(struct arena *, const char *name);
const char *folder_make(struct arena *);
void folder_empty(const char *path); /* removes it */
/* A hash of every name and byte below it. */
struct sha256_text folder_hash(const char *path);
