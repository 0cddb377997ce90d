/* SPDX-License-Identifier: MIT */
/* codec.h: what a codec is given and gives.  A codec believes the head about
 * the geometry: a frame that says otherwise is refused before memory is asked
 * for.  Codecs keep no state and start no threads. */
#pragma once
#include "imaging/imaging.h"

struct shape { /* a frame as the head says it is */
	enum codec codec;
	int64_t rows, columns, samples, planar;
	int64_t bits_allocated, bits_stored, high_bit;
	bool is_signed, is_float, big_endian;
	char photometric[17];
};

struct coder {
	enum codec codec;
	bool (*decode)(struct arena *, struct str, const struct shape *,
	    struct image *, struct err *);
	/* precision: bits that hold every sample.  quality: of lossy ones. */
	bool (*encode)(struct arena *, const struct image *, int64_t precision,
	    int64_t quality, struct str *, struct err *);
	int64_t precision_most; /* that encode can hold */
};
/* NULL: cannot be read.  coder_of_tests is asked first. */
const struct coder *coder_find(enum codec);
extern const struct coder *coder_of_tests;

/* An empty image of that shape, wide enough for so many bits a sample. */
void image_new(struct arena *, const struct shape *, int64_t precision,
    struct image *);
int64_t image_size(const struct image *); /* bytes */
/* One component's line in and out; sign is extended from precision bits. */
void image_put(struct image *, int64_t row, int64_t sample, const int32_t *,
    int64_t precision);
void image_get(const struct image *, int64_t row, int64_t sample, int32_t *);
/* The bits that hold every sample without loss: bits_stored, or, where
 * something stands above those, bits_allocated. */
int64_t image_precision(const struct image *);
bool shape_is(const struct shape *, int64_t rows, int64_t columns,
    int64_t samples, struct err *); /* or ERR_INPUT */

/* Ends with FF D9 (EOI, EOC), but for padding. */
bool frame_has_end(struct str);

bool rle_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool rle_encode(struct arena *, const struct image *, int64_t, int64_t,
    struct str *, struct err *);
bool jpeg_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool jpeg_encode(struct arena *, const struct image *, int64_t, int64_t,
    struct str *, struct err *);
bool jpeg_lossless_encode(struct arena *, const struct image *, int64_t,
    int64_t, struct str *, struct err *);
bool jpegls_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool jpegls_encode(struct arena *, const struct image *, int64_t, int64_t,
    struct str *, struct err *);
bool jpeg2000_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool jpeg2000_encode(struct arena *, const struct image *, int64_t, int64_t,
    struct str *, struct err *);
bool htj2k_decode(struct arena *, struct str, const struct shape *,
    struct image *, struct err *);
bool htj2k_encode(struct arena *, const struct image *, int64_t, int64_t,
    struct str *, struct err *);
