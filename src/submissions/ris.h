/* SPDX-License-Identifier: MIT */
/* ris.h: private to submissions: a RIS event on its way from row to pathway. */
#pragma once
#include "kinds.h"

#define ACCESSION_MOST 20
#define PATIENT_MOST 30
#define CODE_MOST 12
#define EVENTS_MOST 1000 /* of one request */
#define CODES_MOST 4096 /* different sites or commissioners in a file */

struct codes { /* numbers of this file's own, until the store gives its own */
	struct str list[CODES_MOST];
	int32_t id[CODES_MOST]; /* the store's, once asked; 0: not yet */
	size_t n;
};

struct ris { /* taking->own */
	struct str provider;
	struct codes sites, commissioners;
	int64_t latest; /* nothing can have happened after this */
	/* while applying */
	struct telling *telling;
	struct event events[EVENTS_MOST];
	size_t n;
	struct str accession, patient;
	int64_t forget, refused;
	char accession_at[ACCESSION_MOST + 1], patient_at[PATIENT_MOST + 1];
};

/* A sorted record: accession, NUL, this, patient.  kind 0: the older file
 * told something of this request. */
struct packed {
	int64_t at, appointment_at, line, offset;
	int32_t due, site_request, site_scan, site_report, commissioner;
	int16_t kind, test, priority, source, planned, provider_kind;
};

bool ris_apply(struct taking *, struct err *);
