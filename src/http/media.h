/* SPDX-License-Identifier: MIT */
/* media.h: media types and what an asker accepts (RFC 9110 8.3.1, 12.5.1), and
 * ranges of bytes (RFC 9110 14.2).  Pure functions. */
#pragma once
#include "core/core.h"

#define MEDIA_PARAMETERS_MAX 8
#define MEDIA_LIST_MAX 32
struct media {
	struct str type; /* "image/jpeg", or a range: "image/" and a star */
	struct str names[MEDIA_PARAMETERS_MAX];
	struct str values[MEDIA_PARAMETERS_MAX]; /* without their quotes */
	size_t n;        /* parameters, q apart */
	int q;           /* thousandths; 1000 when it is not said */
};
/* One media type, as Content-Type has it; false when it is none. */
bool media_read(struct arena *, struct str, struct media *);
/* The list of an Accept header, in its order, at most MEDIA_LIST_MAX; what
 * cannot be read is passed over.  The number read. */
size_t media_list(struct arena *, struct str accept, struct media *);
/* Empty when it has none of that name. */
struct str media_parameter(const struct media *, const char *name);
/* Is the type within the range?  A star takes all. */
bool media_takes(struct str range, const char *type);

enum range { RANGE_NONE, RANGE_PART, RANGE_OUTSIDE };
/* A Range header of one range over so many bytes; several, or another unit,
 * are none: the whole is the answer then. */
enum range range_read(struct str header, int64_t size, int64_t *from,
    int64_t *n);
