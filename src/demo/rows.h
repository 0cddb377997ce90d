/* SPDX-License-Identifier: MIT */
/* rows.h: events told in any order, kept by file until the file is closed,
 * and written as RIS events in order of time.  A file tells of a month, and
 * later on of a week, Monday to Sunday; no day has two. */
#pragma once
#include "calendar.h"

struct row { /* 0: not said */
	int32_t at, appointment; /* minutes */
	int32_t due;             /* day */
	uint32_t accession, patient;
	uint8_t kind, test, priority, source, planned, provider_kind;
	uint8_t site_request, site_scan, site_report; /* places, from 1 */
	uint8_t commissioner;                         /* from 1 */
};

struct rows_options {
	int trust, first, last; /* months of the window */
	int32_t weekly;         /* the Monday from which files are weekly */
	int32_t now;            /* midnight; nothing happens from then on */
	uint64_t seed;          /* for the few bad rows */
};
struct rows_file {
	int32_t from, to; /* days, both ends included */
	size_t n;         /* rows */
};
struct rows; /* belongs to the arena */
struct rows *rows_open(struct arena *, const struct rows_options *);
/* What is earlier than the oldest open file goes to that file; from before the
 * window only requests that have a part in it are kept: those told of in it,
 * and those open when it begins. */
void rows_open_request(struct rows *, uint32_t accession);
void rows_add(struct rows *, const struct row *);
/* The oldest open file; false: all are closed. */
bool rows_oldest(const struct rows *, struct rows_file *);
void rows_write(struct rows *, struct out *);
void rows_close(struct rows *); /* written or not */
