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
	bool away;             /* the destination itself does not answer */
};
/* ERR_INPUT and ERR_MISSING: trying again would not help, a person must look;
 * so it is after a few times of ERR_REFUSED.  Anything else is tried again. */
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

/* letter.c: one attempt's beginning and end, each a transaction.  Of `each`
 * that are being sent to one destination no further one is claimed, so that a
 * slow one does not hold up the others. */
bool letter_claim(struct db *, struct arena *, int64_t each, struct letter *,
    struct err *);
/* away: other letters to the same destination need not be tried either. */
bool letter_settle(struct db *, const struct letter *, bool away,
    const struct err *why, struct err *);
/* We are stopping: as if it had not been claimed. */
bool letter_return(struct db *, const struct letter *, struct err *);
void letter_progress(struct db *, const struct letter *);
/* Those that were being sent when the program ended wait again. */
bool letters_recover(struct db *, struct err *);
