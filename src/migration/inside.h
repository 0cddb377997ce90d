/* SPDX-License-Identifier: MIT */
/* inside.h: what a fetch from an old archive has to hand; private to
 * migration. */
#pragma once
#include "migration/migration.h"

struct haul { /* one old archive's thread, in one round */
	struct db *db;
	struct archive *archive;
	const struct post_options *options;
	struct old_archive old;
	struct arena *arena;    /* of this study or this day */
	const bool *stopping;
	int64_t size;           /* bytes that came in this round */
	int64_t rest_until;     /* outside_ticks, for the rate's sake */
	bool away;              /* the trouble is not the study's: it is tried
				 * again without counting */
};
bool haul_stops(const struct haul *);

struct listing { /* grows in the arena */
	struct old_study *studies; /* of a survey: uid and what is said of it */
	struct named { struct str uid, sop_class; } *instances; /* of a study */
	size_t n, size;
};
/* One way of asking an old archive, each a row. */
struct way {
	const char *name; /* get, move, web; NULL ends the table */
	/* Its studies of one day, YYYYMMDD, or "YYYYMMDD-": and later. */
	bool (*survey)(struct haul *, struct str day, struct listing *,
	    struct err *);
	/* The instances that it names. */
	bool (*list)(struct haul *, struct str study, struct listing *,
	    struct err *);
	/* Brings them into the archive. */
	bool (*fetch)(struct haul *, struct str study, const struct listing *,
	    struct err *);
};
extern const struct way ways[];
const struct way *way_find(struct str name); /* or NULL */
struct old_study *listing_study(struct haul *, struct listing *);
struct named *listing_instance(struct haul *, struct listing *);

bool dimse_survey(struct haul *, struct str, struct listing *, struct err *);
bool dimse_list(struct haul *, struct str, struct listing *, struct err *);
bool dimse_get(struct haul *, struct str, const struct listing *, struct err *);
bool dimse_move(struct haul *, struct str, const struct listing *,
    struct err *);
bool web_survey(struct haul *, struct str, struct listing *, struct err *);
bool web_list(struct haul *, struct str, struct listing *, struct err *);
bool web_fetch(struct haul *, struct str, const struct listing *, struct err *);

/* ledger.c: a study's row; each is a transaction. */
/* False: none is due.  asked_for: only what has priority 0. */
bool ledger_next(struct haul *, bool asked_for, struct old_study *,
    struct err *);
/* As if it had not been begun. */
bool ledger_return(struct haul *, const struct old_study *, struct err *);
bool ledger_settle(struct haul *, const struct old_study *,
    const struct err *why, struct err *);
/* What a survey found, and how far h->old was surveyed by it. */
bool ledger_found(struct haul *, const struct listing *, struct err *);
/* A UID that can be asked for: digits and dots, 1 to 64. */
bool is_askable(struct str uid);
/* Told once while it lasts; without a kind: it is well again. */
bool ledger_trouble(struct haul *, const struct err *why, struct err *);
bool ledger_recover(struct db *, struct err *);
/* Compares what is named with what is here: counts and hashes. */
bool ledger_prove(struct haul *, struct old_study *, struct listing *named,
    struct err *);
