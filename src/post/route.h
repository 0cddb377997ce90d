/* SPDX-License-Identifier: MIT */
/* route.h: which studies go where by themselves.  Public, by post.h. */
#pragma once
#include "archive/archive.h"

struct route_rule { /* empty texts: any */
	int64_t id;
	struct str name, org, modality, body_part, station, words, days;
	struct str sender, to;
	int64_t from_minute, to_minute, priority, delay_s;
	bool active, at_start, priors;
};
struct rows *route_rules_each(struct tx *); /* route_rule_read each */
void route_rule_read(struct rows *, struct arena *, struct route_rule *);
/* id 0: a new one.  ERR_INPUT: also a destination that is not known;
 * ERR_MISSING: no such rule. */
bool route_rule_keep(struct tx *, struct route_rule *, struct str who,
    struct str why, struct err *);
/* Where STOW-RS letters go; without slashes at its end. */
bool web_destination_keep(struct tx *, struct str name, struct str url,
    struct str who, struct err *);
struct rows *web_destinations_each(struct tx *); /* name, url, changed_by, changed_at */

/* The local clock's minute, 0 to 1439. */
int64_t minute_of_day(int64_t at);

/* A study has begun or has settled: writes its letters.  In the transaction
 * that says so, whose failure is also this one's. */
void routes_apply(struct tx *, const struct study *, bool began);
/* The same for those who want to know that its instances can be had: the AE
 * titles that active peers of its trust name (IAN, PS3.4 R). */
void notices_apply(struct tx *, const struct study *);
