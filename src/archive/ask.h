/* SPDX-License-Identifier: MIT */
/* ask.h: keys of a search, and whether a value answers one.  Private to
 * archive/; matching by PS3.4 C.2.2.2. */
#pragma once
#include "archive/inside.h"

enum key_kind {
	KEY_UID,   /* or a list of them */
	KEY_CODE,  /* bytes, with wildcards; indexed by its beginning */
	KEY_TEXT,  /* the same, not indexed */
	KEY_NAME,  /* folded */
	KEY_DATE, KEY_TIME, /* or a range */
	KEY_NUMBER,
	KEY_LIST   /* one of several values in one text */
};
struct key_row { /* a tag that the index answers */
	uint32_t tag;
	enum level level;
	enum key_kind kind;
	const char *column;  /* that narrows: of equality, of a beginning */
	size_t value;        /* offset of its text in struct match */
};
const struct key_row *key_row_find(uint32_t tag); /* or NULL */

/* "*" is any characters, "?" is one. */
bool wild_matches(struct str pattern, struct str text);
/* Bytes before the first wildcard; *only: nothing but a "*" follows, or
 * nothing. */
struct str wild_head(struct str pattern, bool *only);
bool is_wild(struct str);
/* The least bytes that are larger than all that begin so; empty: none. */
struct str after_all(struct arena *, struct str head);
/* "a", "a-", "-b" or "a-b"; ends are inclusive. */
struct range { int64_t first, last; bool good; };
struct range date_range(struct str); /* days */
struct range time_range(struct str); /* microseconds of the day */
/* A name against a pattern, both folded (name_key). */
bool key_answers(struct str asked, struct str name, bool fuzzy);
bool text_answers(struct arena *, enum key_kind, struct str key,
    struct str value, bool fuzzy);
