/* SPDX-License-Identifier: MIT */
/* ijg.h: the two libraries that speak the Independent JPEG Group's API, one
 * for each width of a sample: libjpeg-turbo for 8 bits, and GDCM's for 12.
 * ijg.inc is written once and compiled for each. */
#pragma once
#include "imaging/codecs/codec.h"

bool ijg8_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool ijg12_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
/* 8-bit grey, RGB or YBR_FULL; quality 1..100. */
bool ijg8_encode(struct arena *, const struct image *, int64_t quality,
    struct str *, struct err *);
