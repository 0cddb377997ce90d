/* SPDX-License-Identifier: MIT */
/* value.h: values as they stand in a data set; private to dicom/. */
#pragma once
#include "dicom/dataset.h"

/* Where an element of this tag is, or should be put; by halves. */
uint32_t dataset_place(const struct dataset *, uint32_t tag);
/* Without blanks and NULs at both ends. */
struct str value_trim(struct str);
/* The VR by which a value is understood: for UN the dictionary's. */
uint16_t element_vr(const struct dataset *, const struct element *);
/* Are its binary values big endian?  UN never is. */
bool element_is_big(const struct dataset *, const struct element *);
/* May its VR have several values, parted by backslashes? */
bool vr_is_multiple(uint16_t vr);
/* Was it left out by a reading that stopped at it? */
bool element_is_withheld(const struct element *);
