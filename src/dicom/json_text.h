/* SPDX-License-Identifier: MIT */
/* json_text.h: JSON read from left to right, RFC 8259.  Private to this room.
 * Each reads one thing after blanks and says false, without moving, when it
 * is not there. */
#pragma once
#include "core/core.h"

struct json_text {
	const char *from, *at, *end;
	struct arena *arena; /* strings with escapes are put right in it */
};
bool json_mark(struct json_text *, char); /* one of {}[]:, */
bool json_string(struct json_text *, struct str *);
bool json_number(struct json_text *, struct str *); /* as it is written */
bool json_word(struct json_text *, const char *);   /* null, true, false */
bool json_skip(struct json_text *);                 /* any value, loosely */
bool json_at_end(struct json_text *);
