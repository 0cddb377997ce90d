/* SPDX-License-Identifier: MIT */
/* docket.h: what waits for a person, and what persons decided: conflicts,
 * deletions, troubles, policies, a study's story.  Asks only.  Texts live in
 * the arena; each walk ends with its rows. */
#pragma once
#include "archive/find.h"

struct conflict_side {
	struct str study, patient_name, patient_id, date; /* study: its UID */
	int64_t kept_at, size; /* of the instance */
};
struct conflict {
	int64_t id, found_at;
	struct str uid, org, sender; /* of the second */
	struct conflict_side first, second;
};
struct rows *conflicts_each(struct tx *); /* open ones, newest first */
void conflict_read(struct rows *, struct arena *, struct conflict *);
/* One side's instance, shown or kept aside. */
bool conflict_instance(struct tx *, struct arena *, int64_t conflict,
    bool second, struct instance *);

struct deletion {
	int64_t id, state; /* a deletion_step */
	struct str study, org, proposed_by, why, confirmed_by;
	int64_t proposed_at, confirmed_at, due_at; /* NO_TIME: not yet */
	int64_t instances_n, size;
};
struct rows *deletions_each(struct tx *); /* under way, oldest first */
void deletion_read(struct rows *, struct arena *, struct deletion *);

struct damage { /* with what is stored */
	int64_t id, found_at;
	struct str study, org, instance, what; /* instance: its UID, or empty */
};
struct rows *damages_each(struct tx *); /* newest first */
void damage_read(struct rows *, struct arena *, struct damage *);

struct retention {
	int64_t id, years, grace_days; /* years 0: for ever */
	struct str name, org, modality; /* empty: every one */
	bool active;
};
struct rows *retention_each(struct tx *); /* in their order */
void retention_read(struct rows *, struct arena *, struct retention *);

/* Also one whose deletion is confirmed, which find.h no longer finds. */
bool study_by_uid(struct tx *, struct arena *, struct str uid, struct study *);
/* A study's holds, steps of deletion and troubles, oldest first: at, kind,
 * who, detail (JSON or empty). */
struct rows *decisions_each(struct tx *, struct str study_uid);

struct docket { /* how many wait */
	int64_t proposed, confirmed, troubles;
	int64_t verified_to; /* the background reading has come to the studies
			      * that began then; NO_TIME: it begins */
};
void docket_count(struct tx *, struct docket *);
