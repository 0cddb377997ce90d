/* SPDX-License-Identifier: MIT */
/* ijg.h: the three libraries that speak the Independent JPEG Group's API, one
 * for each width of a sample: libjpeg-turbo for 8 bits, and GDCM's for 12 and
 * for lossless up to 16.  ijg.inc is written once and compiled for each. */
#pragma once
#include "imaging/codecs/codec.h"

struct ijg_plan { /* of one encoding */
	int64_t precision, quality;
	bool lossless;
};
bool ijg8_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool ijg12_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool ijg16_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool ijg8_encode(struct arena *, const struct image *, struct ijg_plan,
    struct str *, struct err *);
bool ijg16_encode(struct arena *, const struct image *, struct ijg_plan,
    struct str *, struct err *);
