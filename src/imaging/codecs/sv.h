/* SPDX-License-Identifier: MIT */
/* sv.h: lossless JPEG, process 14 of ISO 10918-1 (annex H): "selection value"
 * is what the standard calls its seven predictors. */
#pragma once
#include "imaging/codecs/codec.h"

bool sv_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
/* With selection value 1, the one of transfer syntax 1.2.840.10008.1.2.4.70. */
bool sv_encode(struct arena *, const struct image *, int64_t precision,
    struct str *, struct err *);
