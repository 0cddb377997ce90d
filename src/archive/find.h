/* SPDX-License-Identifier: MIT */
/* find.h: what can be asked of the archive, by C-FIND, QIDO-RS and pages
 * alike (PS3.4 C.2.2.2, PS3.18 10.6).  Public. */
#pragma once
#include "dicom/dicom.h"
#include "store/store.h"

enum level { LEVEL_PATIENT, LEVEL_STUDY, LEVEL_SERIES, LEVEL_INSTANCE };

struct study { /* texts are UTF-8, as received otherwise */
	int64_t id, patient;
	struct str uid, org;         /* org: trust that it belongs to */
	struct str patient_id, issuer, patient_name, birth_date, sex;
	struct str date, time;       /* as DICOM writes them */
	struct str accession, accession_issuer, study_id, description, referrer;
	struct str modalities;       /* "CT\\SR" */
	int64_t series_n, instances_n, size; /* bytes */
	int64_t began_at, changed_at; /* µs UTC */
	int64_t pathway;             /* that it was matched to; 0: unmatched */
	int64_t findings;            /* kept_findings of its instances together */
	bool sealed, held, deleting;
};
struct series {
	int64_t id;
	struct str uid, modality, number, description, body_part, laterality,
	    date, time, station, institution, manufacturer, performed_step,
	    protocol;
	int64_t instances_n;
};
struct instance {
	int64_t id, study, series;
	struct str uid, sop_class, syntax_uid;
	struct str number;           /* Instance Number */
	int64_t rows, columns, frames, bits; /* 0: no image */
	int64_t at, size;            /* of the file, in the pack */
	int64_t head_size;           /* up to pixel data; size if there is none */
	int64_t kept_at;
	struct str hash;             /* 16 bytes, XXH3-128 of its data set's bytes */
};
struct match { /* a row found; levels above it are filled in too */
	enum level level;
	struct study study;          /* LEVEL_PATIENT: identity of the newest */
	struct series series;
	struct instance instance;
	int64_t studies_n;           /* LEVEL_PATIENT */
};

struct find_key { /* one attribute to match */
	uint32_t tag;
	/* UTF-8, as asked: "SMITH*", "20260101-", a list of UIDs parted by \ */
	struct str value;
};
struct find_ask {
	enum level level;
	struct find_key keys[48];    /* empty values match all and are left out */
	size_t keys_n;
	bool fuzzy;                  /* person names: parts in any order, folded, by sound */
	bool combined;               /* a date and its time are one moment (extended negotiation) */
	int64_t limit, offset;       /* limit 0: no limit */
	struct str org;              /* only studies of this trust; empty: all */
	bool deleted_too;
	bool unmatched;              /* only studies of no known request */
	bool folded;                 /* descriptions whatever their case and accents */
};
/* Adds a key; ERR_INPUT for a value that the tag cannot have.  Not every tag
 * narrows: `*narrows` is false for those that the archive does not index, and
 * the caller must compare them itself. */
bool find_key(struct arena *, struct find_ask *, uint32_t tag, struct str,
    bool *narrows, struct err *);
/* Newest study first (date, time, id); series and instances by number. */
struct finding_rows; /* one search under way; belongs to its tx and arena */
struct finding_rows *find_begin(struct tx *, struct arena *,
    const struct find_ask *, struct err *);
/* Its texts last until the next call. */
bool find_next(struct finding_rows *, struct match *);
void find_end(struct finding_rows *);
/* By UIDs, each may be empty; true if there is one. */
bool find_one(struct tx *, struct arena *, enum level, struct str study_uid,
    struct str series_uid, struct str sop_instance, struct match *);
/* Does a value of a data set match a key, by PS3.4 C.2.2.2: for attributes
 * that are not indexed, and sequence matching. */
bool value_matches(struct arena *, const struct dataset *,
    const struct element *, struct str key, uint16_t vr, bool fuzzy);
