/* SPDX-License-Identifier: MIT */
/* inner.h: what the files of this room ask of each other. */
#pragma once
#include "imaging/codecs/codec.h"

/* pixels.c: bytes of the file, or of what was inflated. */
bool pixels_get(const struct pixels *, int64_t at, void *to, int64_t n,
    struct err *);
int64_t pixels_end(const struct pixels *); /* where the bytes end */
bool pixels_are_swapped(const struct pixels *); /* OW of a big endian syntax */
struct shape shape_of(const struct pixels *);
int64_t frame_bits(const struct pixels *); /* of one native frame */
/* The data set that has this attribute for a frame: in its own functional
 * group, in the shared ones (PS3.3 C.7.6.16), or the head; NULL: none. */
const struct dataset *frame_attributes(const struct pixels *, int64_t n,
    uint32_t group, uint32_t tag);

/* native.c */
bool native_decode(struct arena *, const struct pixels *,
    const struct frames *, int64_t n, struct image *, struct err *);
/* A native frame's bytes, little endian whatever they were. */
bool native_read(struct arena *, const struct pixels *, const struct frames *,
    int64_t n, struct str *, struct err *);
bool native_image(struct arena *, struct str raw, int64_t first_bit,
    const struct shape *, struct image *, struct err *);
/* As a native syntax has it, rows one after another in their own bits. */
struct str native_bytes(struct arena *, const struct image *,
    int64_t bits_allocated, bool big_endian);
void bytes_swap(char *, int64_t size, int64_t width);

/* confined.c: as a coder's decode, in another process if there may be. */
bool confined_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);

/* colour.c: RGB of 8 bits, whatever it was. */
bool colour_picture(struct arena *, const struct pixels *,
    const struct image *, struct image *, struct err *);
/* grey.c: one sample of 8 bits, black to white. */
bool grey_picture(struct arena *, const struct pixels *, int64_t n,
    const struct image *, const struct view *, struct image *, struct err *);
/* scale.c: region, flips, pixel aspect, viewport. */
bool scaled_picture(struct arena *, const struct pixels *, int64_t n,
    const struct image *, const struct view *, struct image *, struct err *);
/* picture.c: 8-bit grey or RGB as a file. */
bool picture_png(struct arena *, const struct image *, struct str *,
    struct err *);
