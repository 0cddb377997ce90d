/* SPDX-License-Identifier: MIT */
/* phantom.h: synthetic studies: what a scanner would send of nobody.  The
 * shapes are drawn, the people do not exist, and each picture says so in its
 * pixels and its header.  The same order gives the same bytes everywhere.
 * The door of phantom/. */
#pragma once
#include "dicom/dicom.h"

struct phantom_order {
	struct str org, place; /* ODS code and name of who scans */
	struct str accession, patient_id;
	struct str modality; /* CT MR US DX MG */
	int64_t performed_at; /* µs UTC */
	int64_t slices; /* of CT and MR; 0: 60 and 24 */
};
/* Hands each instance to `take`, explicit little endian; the data set lives
 * until take returns.  take's false stops it. */
typedef bool phantom_take(void *with, const struct dataset *, struct err *);
bool phantom_study(
    const struct phantom_order *, phantom_take *, void *with, struct err *);
