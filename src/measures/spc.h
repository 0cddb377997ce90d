/* SPDX-License-Identifier: MIT */
/* spc.h: XmR charts as "Making Data Count" draws them (NHSRplotthedots 0.2.2).
 * Pure arithmetic; private to measures, whose door re-exports it. */
#pragma once
#include "core/core.h"

enum spc_improve { SPC_NEUTRAL = 0,
	SPC_INCREASE = 1,
	SPC_DECREASE = -1 };
enum spc_special {
	SPC_NONE,
	SPC_ABOVE_UPPER,
	SPC_BELOW_LOWER,
	SPC_TREND_UP,
	SPC_TREND_DOWN,
	SPC_TWO_OF_THREE_HIGH,
	SPC_TWO_OF_THREE_LOW,
	SPC_SHIFT_HIGH,
	SPC_SHIFT_LOW
};
enum spc_type {
	SPC_COMMON_CAUSE,
	SPC_IMPROVEMENT,
	SPC_CONCERN,
	SPC_NEUTRAL_HIGH,
	SPC_NEUTRAL_LOW
};
enum spc_assurance { SPC_NO_ASSURANCE,
	SPC_PASS,
	SPC_FAIL,
	SPC_INCONSISTENT };

#define SPC_FIX_LEAST 12 /* points of a baseline */
#define SPC_RUN_LEAST 3
#define SPC_LARGEST 1e300 /* so that no sum or limit can overflow */
#define SPC_FEW 13 /* fewer points than this: trial limits */

struct spc_options {
	enum spc_improve improve;
	double target; /* NAN: none */
	int fix_after; /* baseline: first N points of each group; 0: all */
	bool screening; /* leave out moving ranges >= 3.267 x their average */
	int shift_run; /* 7 */
	int trend_run; /* 7 points */
	const int32_t *rebases; /* days, in any order */
	size_t rebases_n;
};
struct spc_options spc_standard(void);

struct spc_point {
	int32_t day;
	double value;
	int group; /* its index in groups */
	enum spc_special special;
	enum spc_type type;
};
struct spc_group {
	int marks; /* rebases up to here: 0, 1, ...; the first group
	                       * has 1 when its first day is itself a rebase */
	int first, n; /* its points */
	double mean, lower, upper; /* NAN: no limit */
	int common_cause, improvements, concerns;
	enum spc_type variation; /* of its last point */
	bool high; /* that point's side, for the icon's letter */
	enum spc_assurance assurance; /* of the last group; none before it */
};
struct spc {
	struct spc_point *points; /* by day */
	struct spc_group *groups;
	size_t n, groups_n;
	const char *warning; /* too few points in a group, or NULL */
};
/* Sorts copies of the values by day; equal days keep their order.  Everything
 * lives in the arena.  Refuses more points than INT32_MAX / 2, a value that is
 * no number or beyond 1e300, a baseline of 1..11 points, a run below 3. */
bool spc_make(struct arena *, const int32_t *days, const double *values,
    size_t n, const struct spc_options *, struct spc *, struct err *);
bool spc_is_high(enum spc_special); /* above or increasing */
const char *spc_special_word(enum spc_special);
const char *spc_type_word(enum spc_type);
const char *spc_assurance_word(enum spc_assurance); /* NULL for none */
