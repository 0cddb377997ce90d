/* SPDX-License-Identifier: MIT */
/* tally.h: counts kept with each event, never recomputed: one wide row per
 * source, grain, organisation, test, period, site and commissioner. */
#pragma once
#include "clock.h"
#include "store/store.h"

enum tally_column {
#define X(name, sentence) TALLY_##name,
#include "tally.def"
#undef X
	TALLY_COLUMNS
};
#define BANDS 14
#define SITE_UNKNOWN (-1) /* where a site is asked for: those without one */
#define COMMISSIONER_UNKNOWN (-1) /* likewise */
#define TEST_NONE (-1) /* facts of a file as a whole: read with all tests */

struct tally {
	int64_t n[TALLY_COLUMNS];
};

/* source: 'R' a DM01 return, 'P' pathways, 'W' a weekly WLMDS file.
 * grain: 'M' month end, 'S' week that ends on a Sunday. */
struct tally_key {
	char source, grain;
	char org[6];
	int32_t test;
	int32_t period, site, commissioner; /* 0: all of them */
};

/* Collects changes in memory; a flush adds them to the store. */
struct tally_batch;
struct tally_batch *tally_batch_open(struct arena *);
struct tally *tally_of(struct tally_batch *, const struct tally_key *);
bool tally_batch_full(const struct tally_batch *);
/* submission 0: the numbers follow pathways; else they belong to that file. */
void tally_flush(struct tally_batch *, struct tx *, int64_t submission);
/* The same, but the numbers take the place of those that are there. */
void tally_put(struct tally_batch *, struct tx *, int64_t submission);
void tally_forget(struct tx *, int64_t submission);

/* Adds (sign 1) or takes back (-1) all that one request means for the counts,
 * for census days from `after` (not itself) to `until`. */
struct tally_request {
	const struct event *events;
	size_t n;
	const struct story *story;
	const struct clock *clock;
	const char *org;
};
void tally_request(struct tally_batch *, const struct tally_request *, int sign,
    int32_t until);
void tally_census(struct tally_batch *, const struct tally_request *,
    int32_t after, int32_t until);

/* Reading: sums over what the where names; NULL or 0 means all. */
struct tally_ask {
	char source, grain;
	/* NETWORK_ORG sums the trusts, for every source, of those periods in
	 * which each speaks that speaks at all between from and to. */
	const char *org;
	int test; /* 0: the DM01 tests together */
	int32_t from, to; /* periods, inclusive */
	int32_t site, commissioner;
};
#define NETWORK_ORG "LSC"
struct tally_row {
	int32_t period;
	struct tally tally;
};
struct tally_row *tally_series(struct tx *, struct arena *,
    const struct tally_ask *, size_t *n);
/* The first day from which a source is complete for an organisation, and for
 * the network when it is for each of its trusts: before it only those who were
 * still waiting then are known, and counting them would mislead. */
int32_t tally_covered(struct tx *, char source, struct str org);
/* In a query of tally rows: only what lies within its organisation's cover. */
#define TALLY_COVERED \
	" and (source <> 'P' or period >= coalesce((select value from kept " \
	"where name = 'covered ' || org), 0))"
/* Whether a source's counts of that day are there: pathways are counted from
 * one day to another, and a number that is too small is worse than none. */
bool tally_counted(struct tx *, char source, struct str org, int32_t day,
    struct err *);
/* The grain that a period ending on this day has: 'M' at the end of a month,
 * else 'S' on a Sunday, else 0. */
char period_grain(int32_t day);
int32_t tally_latest(struct tx *, char source, char grain); /* or NO_DAY */
int64_t tally_waiting(const struct tally *, int from_band); /* that band and up */
