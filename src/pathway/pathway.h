/* SPDX-License-Identifier: MIT */
/* pathway.h: request, appointment, exam, report: the spine.  A pathway is the
 * fold of its events; this room alone writes pathway, event, clock, site and
 * commissioner, and keeps the tallies true in the same transaction. */
#pragma once
#include "measures/measures.h"
#include "reference.h"

/* Telling: many requests in one transaction, told in groups so that a far
 * database is asked seldom.  Ends with the transaction's caller; all is counted
 * when telling_end returns.  Failures are the transaction's. */
struct telling;
struct told { /* what is new about one request; copied when told */
	struct str accession, patient;
	const struct event *events; /* in any order */
	size_t n;
	int64_t forget; /* a submission whose events no longer count, or 0 */
};
/* The accession belongs to another patient: nothing of it was taken. */
typedef void telling_refuse(void *with, const struct told *, const char *why);
struct telling *telling_begin(struct tx *, struct arena *, struct str provider,
    telling_refuse *, void *with);
void pathway_tell(struct telling *, const struct told *);
void telling_end(struct telling *);

/* Reference lists, made known on first sight. */
int32_t site_id(struct telling *, struct str code);
int32_t commissioner_id(struct telling *, struct str code);
/* The same outside a telling; a name, if given, is kept. */
int32_t site_known(struct tx *, struct str code, struct str org,
    struct str name, struct str kind);
int32_t commissioner_known(struct tx *, struct str code, struct str name);

/* Counts the open requests on the census days since the last call up to today.
 * telling_begin calls it, so that no event is counted on a day before it.
 * Returns the day that all are counted up to: today, or a later one if another
 * program, whose day had come, was here before. */
int32_t pathway_census(struct tx *, int32_t today);
/* A trust's events are complete from this day on: its charts begin there. */
void pathway_covers(struct tx *, struct str provider, int32_t from);
/* Folds every pathway anew, after a rule has changed. */
void pathway_refold(struct tx *, int32_t today);

struct pathway {
	int64_t id;
	struct str provider, accession, patient;
	struct story story;
	enum clock_list list;
	int32_t clock_start, stopped;
	struct event *events;
	size_t n;
};
bool pathway_read(struct tx *, struct arena *, int64_t id, struct pathway *,
    struct err *);
/* The id of a provider's request by its accession; 0 if it is not known. */
int64_t pathway_find(struct tx *, struct str provider, struct str accession);

/* Whose open requests have an appointment in [from, to): provider, patient. */
struct rows *pathway_booked(struct tx *, int64_t from, int64_t to);

/* Who stands behind a number.  Longest first, or newest first. */
struct pathway_ask {
	struct str org; /* empty: every trust */
	int test; /* 0: the DM01 tests */
	int32_t site, commissioner; /* 0: all */
	enum clock_list list; /* waiting or planned */
	int32_t day; /* at the end of which day */
	int band_from, band_to; /* 0..13 both ends included */
	int priority, state; /* 0: all; only for today */
	bool newest_first;
	int32_t after_start; /* where the page before ended; NO_DAY: begin */
	int64_t after_id;
	size_t limit;
};
struct pathway_line {
	int64_t id;
	struct str provider, accession, patient;
	int test, priority, source, state, site_request, site_scan;
	int32_t clock_start, stopped; /* stopped: NO_DAY in a list of who waits */
	int64_t appointment_at, requested_at;
};
/* At most limit lines. */
struct pathway_line *pathways_list(struct tx *, struct arena *,
    const struct pathway_ask *, size_t *n);

/* Who stands behind an activity number: the tests done, newest first. */
struct done_ask {
	struct str org; /* empty: every trust */
	int test; /* 0: the DM01 tests */
	enum clock_list stream; /* the list they were done from; 0: any */
	int32_t site, commissioner; /* 0: all */
	int32_t from, to; /* days, both included */
	int priority, state; /* 0: all */
	int32_t after_day; /* where the page before ended; NO_DAY: begin */
	int64_t after_id;
	size_t limit;
};
/* At most limit lines; clock_start is NO_DAY if no wait was counted. */
struct pathway_line *pathways_done(struct tx *, struct arena *,
    const struct done_ask *, size_t *n);
