/* SPDX-License-Identifier: MIT */
/* imaging.h: pixels: frames, codecs, transcoding, rendering.  Decoding runs in
 * a confined process of its own; the archive never decodes what comes in.
 * The door of imaging/. */
#pragma once
#include "dicom/dicom.h"

struct pixels { /* how an instance's pixels lie, from its head */
	const struct syntax *syntax;
	int64_t rows, columns, frames, samples, planar; /* planar: 0 or 1 */
	int64_t bits_allocated, bits_stored, high_bit;
	bool is_signed, is_float;
	char photometric[17];
	/* Where: in a file, as held open by the archive. */
	int fd;
	int64_t file_at;         /* of the instance's file in it */
	int64_t file_size;
	int64_t value_at;        /* of pixel data's value, from file_at */
	uint32_t length;         /* as written */
	struct str inflated;     /* of a deflated syntax: its data set, in which
				  * value_at and spans count instead */
	const struct dataset *head; /* for LUTs, windows, palettes, pixel spacing */
};
/* From the head that archive_head or part10_read gave (stopped at pixel
 * data).  Products are checked in 64 bits.  ERR_INPUT: no image. */
bool pixels_read(const struct part10 *, int fd, int64_t file_at,
    int64_t file_size, struct pixels *, struct err *);

/* Frames of encapsulated pixel data, by basic or extended offset table or by
 * walking fragments; of native ones by arithmetic.  A frame is spans of the
 * file. */
struct span_of_file { int64_t at, size; };
struct frames { /* lives in its arena */
	struct frame {
		struct span_of_file *spans;
		size_t n;
		int64_t size;
	} *list;
	int64_t n;
};
bool frames_find(struct arena *, const struct pixels *, struct frames *,
    struct err *);
/* One frame's bytes as they are stored.  ERR_MISSING: there is no such frame;
 * ERR_INPUT: the file ends before it does. */
bool frame_read(struct arena *, const struct pixels *, const struct frames *,
    int64_t n, struct str *, struct err *); /* n from 0 */

/* One frame decoded: native, little endian, interleaved, as bits_allocated;
 * where that is no whole number of bytes (1, 12), in 8 or 16.  JPEG's YBR is
 * RGB afterwards, other YBR_FULL stays; `photometric` says which. */
struct image {
	char *at;
	int64_t rows, columns, samples, bits_allocated, bits_stored, high_bit;
	bool is_signed, is_float;
	char photometric[17];
};
bool frame_decode(struct arena *, const struct pixels *, const struct frames *,
    int64_t n, struct image *, struct err *);
/* Can it be decoded, and can it be written? */
bool codec_reads(const struct syntax *);
bool codec_writes(const struct syntax *);
/* One frame in another syntax: native, or encapsulated (its one fragment). */
bool frame_transcode(struct arena *, const struct pixels *,
    const struct frames *, int64_t n, const struct syntax *to, struct str *,
    struct err *);
/* The whole Part 10 file in another syntax; lossless only unless lossy_may.
 * A lossy one keeps its SOP Instance UID, which PS3.3 C.7.6.1.1.5 allows to no
 * copy that is kept: lossy_may is for an answer that nobody stores.  Encoded
 * frames past 64 MiB are made twice and not held; of a deflated file all is. */
bool file_transcode(struct arena *, const struct part10 *,
    const struct pixels *, const struct syntax *to, bool lossy_may,
    struct out *, struct err *);

struct view { /* PS3.18 8.3.5 */
	bool has_window;
	double center, width;
	char function[16];       /* linear, linear-exact, sigmoid */
	int64_t viewport_w, viewport_h; /* 0: as it is */
	bool has_source;
	double sx, sy, sw, sh;   /* in pixels of the image */
	bool flip_x, flip_y;
	int64_t quality;         /* JPEG, 1..100; 0: 90 */
	enum { VIEW_JPEG, VIEW_PNG } form;
};
/* Modality LUT, VOI, presentation, palette, YBR to RGB, pixel aspect. */
bool frame_render(struct arena *, const struct pixels *, const struct frames *,
    int64_t n, const struct view *, struct str *file, struct err *);

/* The confined decoders: so many processes, started at the first need, ended
 * when idle.  program: this program's own path, which is run as
 * `ribble decode`; NULL: decode here (tests of codecs). */
void imaging_open(const char *program, int64_t processes, int64_t memory_mib,
    int64_t seconds);
void imaging_close(void);
int imaging_serve(int socket); /* what `ribble decode` does */
