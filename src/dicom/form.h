/* SPDX-License-Identifier: MIT */
/* form.h: is a value written as its VR wants?  Private to dicom/. */
#pragma once
#include "dicom/tag.h"

/* PS3.5 table 6.2-1.  One value without padding, in UTF-8.  NULL, or what is
 * wrong with it: a code of findings ("date-invalid"), and words for people. */
const char *form_wrong(uint16_t vr, struct str value, const char **words);
/* May this many values be there, by a VM as PS3.6 writes it ("1-n", "2-2n")? */
bool vm_allows(const char *vm, uint32_t n);
