/* SPDX-License-Identifier: MIT */
/* card.h: what the index says of an instance, read from its head once, on its
 * way in.  Private to archive/. */
#pragma once
#include "archive/archive.h"
#include "archive/pack.h"

#define NO_MOMENT (-(INT64_C(1) << 60)) /* of a study without a date */

/* Bytes from wherever they are. */
struct source {
	const struct spool *spool; /* or NULL */
	int fd;
	int64_t at, size;
};
bool source_read(const struct source *, int64_t at, void *to, size_t n,
    struct err *);

struct card { /* texts are UTF-8, in the arena that it was read into */
	struct study study;
	struct series series;
	struct instance instance; /* size, head_size: of the file as stored */
	int64_t moment;
	struct str name_key;
	struct str meta;          /* made by us; empty if the file has its own */
	struct source bytes;      /* what follows meta */
	struct record record;     /* as it will stand in the pack */
	uint64_t uid_hash;
	uint32_t findings;
};
/* ERR_INPUT: cannot be read, or has no identity.  The arrival's views must
 * outlive the card. */
bool card_read(struct arena *, const struct dicom_limits *,
    const struct arrival *, struct card *, struct err *);

/* names.c */
/* A name folded: parts are parted by a blank, groups by "=". */
struct str name_key(struct arena *, struct str name);
/* Folded words of a name, in order; at most `most`. */
size_t name_words(struct arena *, struct str name, struct str *words,
    size_t most);
/* Soundex of a folded word: a letter and three digits; empty for a word that
 * is not in Latin letters. */
struct sound { char at[5]; };
struct sound word_sound(struct str word);
/* Every word asked is the beginning, or the sound, of a word of the name; both
 * are folded. */
bool key_sounds_like(struct str name, struct str asked);

/* dates.c: PS3.5 6.2.  Moments are microseconds of the local clock. */
bool da_read(struct str, int32_t *day);
/* A time may be cut short: from its first to its last microsecond. */
bool tm_read(struct str, int64_t *first, int64_t *last);
int64_t moment_of(struct str date, struct str time);
