/* SPDX-License-Identifier: MIT */
/* senders.h: the ways out, one row each; private to post. */
#pragma once
#include "post/post.h"

struct office { /* what a sender has to hand */
	struct db *db;
	struct archive *archive;
	const struct post_options *options;
	struct arena *arena;   /* of this attempt */
	struct letter *letter; /* done and total are kept as it goes */
	const bool *stopping;  /* give up at the next instance */
};
/* ERR_REFUSED and ERR_INPUT: trying again would not help, a person must look.
 * Anything else is tried again. */
struct sender {
	const char *name; /* NULL ends the table */
	bool (*send)(struct office *, struct err *);
	const char *sentence;
};
extern const struct sender senders[];
const struct sender *sender_find(struct str name);

bool send_study(struct office *, struct err *);        /* dicom-store */
bool send_web(struct office *, struct err *);          /* stow */
bool send_notice(struct office *, struct err *);       /* ian */
bool send_commitment(struct office *, struct err *);

/* What the body of a study's letter names; instances in the arena. */
bool letter_instances(struct office *, struct instance **, size_t *n,
    struct err *);
/* How the letter's AE title is called.  ERR_INPUT: it is not known. */
bool letter_peer(struct office *, struct called *, struct err *);

/* letter.c: one attempt's beginning and end, each a transaction. */
bool letter_claim(struct db *, struct arena *, struct letter *, struct err *);
bool letter_settle(struct db *, const struct letter *, const struct err *why,
    struct err *);
void letter_progress(struct db *, const struct letter *);
/* Those that were being sent when the program ended wait again. */
bool letters_recover(struct db *, struct err *);
