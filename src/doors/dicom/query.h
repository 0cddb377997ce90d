/* SPDX-License-Identifier: MIT */
/* query.h: what C-FIND, C-MOVE and C-GET have in common; private to
 * doors/dicom. */
#pragma once
#include "doors/dicom/services.h"

/* identifier.c: what a C-FIND, C-MOVE or C-GET asks for. */
struct identifier {
	const struct dataset *data;
	enum level level;
	bool relational, combined, fuzzy; /* as negotiated; PS3.4 C.5.1 */
};
bool identifier_read(const struct service *, const struct message *,
    const struct dataset *, struct identifier *, struct err *why);
/* A retrieval's unique keys, down to its level. */
bool identifier_keys(struct visit *, const struct identifier *,
    struct find_ask *, struct err *why);
const char *level_word(enum level); /* of (0008,0052) */
struct str scope_of(const struct visit *); /* find_ask.org */
uint16_t status_of_query(const struct err *);

/* combined.c: is this time part of a range that begins on one day at a time
 * and ends on another; and does what was found lie in it? */
bool combined_time(const struct identifier *, uint32_t tag);
bool combined_matches(const struct identifier *, const struct dataset *has);

/* chosen.c: the instances that a retrieval means, and what became of each. */
enum { WAITING, SENT, FAILED };
struct chosen {
	struct instance *list; /* study by study */
	size_t n, room;
	char *states;          /* of each */
	struct sending_counts counts;
	int64_t told_at;       /* ticks of the last pending response */
};
bool chosen_find(struct visit *, const struct identifier *, struct chosen *,
    struct err *why);
void chosen_count(struct chosen *, size_t i, uint16_t status); /* once each */
void chosen_give_up(struct chosen *); /* what still waits has failed */
/* A pending response, now and then. */
bool chosen_tell(struct visit *, const struct message *, struct chosen *,
    struct err *);
/* The last response: counts, and which failed. */
bool chosen_end(struct visit *, const struct message *, struct chosen *,
    bool cancelled, struct err *);

/* attributes.c: what a match can say of itself, at a level. */
struct attribute {
	uint32_t tag;
	enum level level;
	bool is_number;
	size_t at; /* in struct match */
};
const struct attribute *attribute_find(uint32_t tag, enum level); /* or NULL */
const struct attribute *attribute_at(size_t i); /* NULL past the last */
struct str attribute_text(const struct attribute *, const struct match *);
int64_t attribute_number(const struct attribute *, const struct match *);

/* answers.c: the data set that tells of one match. */
struct answering { /* what one C-FIND wants told */
	struct visit *visit;
	const struct identifier *id;
	const struct syntax *syntax; /* of the context */
	const struct charset *asked; /* the identifier's own, or NULL */
	struct tx *tx;
	bool *compare;         /* by key: the archive did not, so we must */
	bool needs_head;       /* something that the index does not hold */
	bool some;             /* something that nothing here holds */
};
/* NULL: it does not match after all. */
struct dataset *answer_make(struct answering *, struct arena *,
    const struct match *);
bool is_control(uint32_t tag); /* says how to ask, not what */
