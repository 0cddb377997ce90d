/* SPDX-License-Identifier: MIT */
/* heads.h: what stands before the pixels; private to phantom. */
#pragma once
#include "phantom.h"

struct scan { /* one study while it is made */
	const struct phantom_order *order;
	struct arena arena; /* of the study */
	uint64_t seed; /* of the person and the exam */
	struct str study_uid, frame_uid;
	phantom_take *take;
	void *with;
	struct err *err;
};
/* "2.25." and a number made of seed and the words: the same each time. */
struct str uid_of(struct arena *, uint64_t seed, const char *what, int64_t n);
/* Patient, study, series and equipment of one instance. */
struct dataset *head_begin(struct scan *, struct arena *, const char *sop_class,
    int series, const char *series_words, int64_t number);
/* Image pixel module and the pixels. */
void head_grey(
    struct dataset *, int columns, int rows, int bits, struct str pixels);
void head_colour(
    struct dataset *, int columns, int rows, int64_t frames, struct str pixels);

bool chest_report(struct scan *); /* SR */
bool chest_leaflet(struct scan *); /* encapsulated PDF */
