/* SPDX-License-Identifier: MIT */
/* make.h: data sets made and changed; part of dataset.h. */
#pragma once
#include "dicom/dataset.h"

/* Making; values go where their tag belongs, the last put of a tag stays.
 * Texts are UTF-8; they are encoded by the data set's charset. */
struct dataset *dataset_new(struct arena *, const struct syntax *);
/* Its VR is the dictionary's: any text; numbers as "512\\3"; AT as tags or
 * keywords; NULs and blanks that make a value even are added. */
void dataset_put(struct dataset *, uint32_t tag, struct str text);
void dataset_put_int(struct dataset *, uint32_t tag, int64_t);
void dataset_put_bytes(struct dataset *, uint32_t tag, uint16_t vr, struct str);
/* One more item.  Items of a sequence lie side by side: the pointer is good
 * until the next item is put to the same sequence. */
struct dataset *dataset_put_item(struct dataset *, uint32_t tag);
void dataset_put_sequence(struct dataset *, uint32_t tag); /* without items */
/* A copy of one element, whatever its data set's syntax and charset. */
void dataset_put_element(struct dataset *, const struct dataset *from,
    const struct element *);
void dataset_remove(struct dataset *, uint32_t tag);
