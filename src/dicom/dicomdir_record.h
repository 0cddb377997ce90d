/* SPDX-License-Identifier: MIT */
/* dicomdir_record.h: directory records, PS3.3 F.5.  Private to the DICOMDIR
 * files of this room. */
#pragma once
#include "dicom/part10.h"

#define RECORD_KEYS_MOST 12
struct record_kind {
	const char *type;          /* (0004,1430) */
	const char *classes[4];    /* SOP classes; "*": any end but none */
	bool at_root;              /* belongs to no patient */
	uint32_t keys[RECORD_KEYS_MOST]; /* told, empty if the head has none */
};
extern const struct record_kind record_patient, record_study, record_series;
/* An instance's, by its SOP class; IMAGE where the table has no other. */
const struct record_kind *record_kind_find(struct str sop_class);
/* The record's bytes, an item in explicit little endian, and where in it the
 * two offsets are that come to be known later. */
#define RECORD_NEXT 16
#define RECORD_LOWER 38
bool entry_write(struct arena *, const struct record_kind *,
    const struct dataset *head, struct str path, struct str syntax_uid,
    struct str *, struct err *);
