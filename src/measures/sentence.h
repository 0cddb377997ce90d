/* SPDX-License-Identifier: MIT */
/* sentence.h: what an analyst would write under a chart; private to measures,
 * whose door re-exports it. */
#pragma once
#include "spc.h"

/* What the last group and its last point say, and nothing else: the change and
 * since when, a rebase, the target, how far to trust the limits.  unit is
 * "%", "patients", "hours" and so on; NULL for none.  Days are told as months
 * when no two points share one. */
struct str spc_sentence(struct arena *, const struct spc *,
    const struct spc_options *, const char *unit);
