/* SPDX-License-Identifier: MIT */
/* measure.h: what can be charted.  A measure is a row: name, unit, direction
 * and how it comes from a tally. */
#pragma once
#include "spc.h"
#include "tally.h"

struct measure {
	const char *name, *title, *unit;
	enum spc_improve improve;
	const char *sources; /* letters of tally_key.source */
	int64_t (*over)(const struct tally *); /* numerator */
	int64_t (*under)(const struct tally *); /* denominator, or NULL */
	double scale; /* 100 for a percentage */
	bool whole_period; /* a flow: only periods that have ended count */
	const char *sentence;
};
extern const struct measure measures[];
extern const size_t measures_count;
const struct measure *measure_find(struct str name);
double measure_value(const struct measure *, const struct tally *); /* NAN: 0/0 */

/* Targets and trajectories: dated data with who and why. */
struct target {
	int64_t id;
	int32_t from;
	double value;
	bool trajectory;
	struct str org, measure, set_by, reason; /* org "*": all */
	int test; /* 0: all */
	int64_t made_at;
	int64_t submission; /* the file it came in, or 0 */
};
struct target *targets_for(struct tx *, struct arena *, struct str measure,
    struct str org, int test, size_t *n); /* by from */
struct target *targets_all(struct tx *, struct arena *, size_t *n);
double target_on(const struct target *, size_t n, int32_t day, bool trajectory);
bool target_check(const struct target *, struct err *);
bool target_add(struct tx *, const struct target *, struct err *);

/* What people write on a chart. */
struct annotation {
	int64_t id, made_at;
	int32_t day;
	struct str org, measure, kind, text, author; /* kind: note rebase step */
	int test;
};
struct annotation *annotations_for(struct tx *, struct arena *, struct str org,
    int test, struct str measure, size_t *n);
struct annotation *annotations_all(struct tx *, struct arena *, size_t *n);
bool annotation_add(struct tx *, struct annotation *, struct err *);
bool annotation_take_away(struct tx *, int64_t id, struct str who,
    struct str why, struct err *);

/* The clock's rules in force, with their history. */
struct rule_book rules_read(struct tx *, struct arena *);
struct rule_setting {
	struct str name, set_by, reason;
	int32_t from;
	int64_t value;
};
/* The caller folds the pathways anew in the same transaction. */
/* value, from, set_by, reason, made_at */
struct rows *rule_history(struct tx *, const char *name);
bool rule_set(struct tx *, const struct rule_setting *, struct err *);

/* One chart: series, options as stored or asked, and what it says. */
struct chart_ask {
	char source, grain;
	struct str org;
	int test;
	const struct measure *measure;
	int32_t from, to;
	struct spc_options options; /* rebases: NULL takes those stored */
};
struct chart {
	struct tally_row *rows; /* as many as spc.n, in the same order */
	double *over, *under;
	struct spc spc;
	struct target *targets;
	size_t targets_n;
	struct annotation *annotations;
	size_t annotations_n;
	double target; /* in force on the last point's day */
};
bool chart_make(struct tx *, struct arena *, const struct chart_ask *,
    struct chart *, struct err *);
/* The same, once rows (n of them), targets and annotations are there. */
bool chart_finish(struct arena *, const struct chart_ask *, struct chart *,
    size_t n, struct err *);
