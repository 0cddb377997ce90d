/* SPDX-License-Identifier: MIT */
/* telling.h: private to pathway: one telling and what its files share. */
#pragma once
#include "pathway.h"

#define GROUP 64 /* requests asked for at once */

struct request { /* one told, with what the store already knew of it */
	struct told told;
	int64_t id; /* 0: not known before */
	struct str known_patient;
	struct event *before;
	size_t before_n;
};

struct now_slot; /* see now.c */
struct now {
	struct arena *arena;
	struct now_slot *slots;
	size_t size, used;
};

struct place { /* a code list with numbers, cached while telling */
	struct str code;
	int32_t id;
};
struct places {
	struct place *list;
	size_t n, size;
	int32_t next;
};

struct telling {
	struct tx *tx;
	struct arena *arena;
	struct arena group_arena;
	struct str provider;
	char org[6];
	int32_t today;
	int64_t last_id;
	struct rule_book rules;
	struct tally_batch *tallies;
	struct now now;
	struct places sites, commissioners;
	struct request group[GROUP];
	size_t group_n;
	telling_refuse *refuse;
	void *with;
};

/* A fold: everything that follows from a request's events. */
struct folded {
	struct event *events;
	size_t n;
	struct story story;
	struct clock clock;
	int32_t site;
};
void fold_events(const struct rule_book *, struct event *, size_t n,
    struct folded *);
enum clock_list folded_list(const struct folded *, int32_t *start);
bool folded_open(const struct folded *);

void now_open(struct now *, struct arena *);
void now_add(struct now *, const char *org, const struct folded *, int sign);
void now_flush(struct now *, struct tx *);

/* Rows. */
void write_event(struct tx *, int64_t pathway, const struct event *);
void write_pathway(struct telling *, int64_t id, const struct told *,
    const struct folded *, bool is_new);
void write_clock(struct tx *, const char *org, int64_t id,
    const struct folded *);
void erase_clock(struct tx *, const char *org, int64_t id,
    const struct folded *);
#define EVENT_COLUMNS \
	"at, kind, submission, line, appointment_at, due, test, priority, " \
	"source, planned, site_request, site_scan, site_report, provider_kind, " \
	"commissioner"
void read_event(struct rows *, int first, struct event *);
/* id, clock_start, provider, accession, patient, test, priority, source, state,
 * site_request, site_scan, appointment_at, requested_at */
void read_line(struct rows *, struct arena *, struct pathway_line *);

void places_add(struct arena *, struct places *, struct place);
void places_read(struct tx *, struct arena *, struct places *, const char *sql);
