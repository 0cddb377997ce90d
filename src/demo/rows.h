/* SPDX-License-Identifier: MIT */
/* rows.h: events told in any order, kept by month until the month is closed,
 * then written as one RIS events file in order of time. */
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
	int32_t now;            /* minute; nothing happens from then on */
	uint64_t seed;          /* for the few bad rows */
};
struct rows; /* belongs to the arena */
struct rows *rows_open(struct arena *, const struct rows_options *);
/* What is earlier than the oldest open month goes to that month's file; from
 * before the window only requests that have a part in it are kept: those told
 * of in it, and those open when it begins. */
void rows_open_request(struct rows *, uint32_t accession);
void rows_add(struct rows *, const struct row *);
/* Writes the month's file and closes the month. */
void rows_write(struct rows *, int month, struct out *);
