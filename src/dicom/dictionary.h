/* SPDX-License-Identifier: MIT */
/* dictionary.h: the tables that tools/dictionary makes; private to dicom/. */
#pragma once
#include "dicom/tag.h"

extern const struct term dictionary_terms[]; /* by tag; no wildcards */
extern const uint32_t dictionary_tags[];     /* their tags alone */
extern const size_t dictionary_terms_n;
extern const uint16_t dictionary_keywords[]; /* their places, by keyword */
extern const size_t dictionary_keywords_n;
extern const struct term dictionary_repeating[]; /* with wildcards */
extern const size_t dictionary_repeating_n;

/* Elements of a private creator are dictionary_private[first] and on; the
 * first `usual` of them, by tag, have the mask PRIVATE_USUAL. */
#define PRIVATE_USUAL UINT32_C(0xffff00ff)
struct private_creator {
	const char *name;
	uint16_t first, usual, n;
};
extern const struct private_creator dictionary_creators[]; /* by name */
extern const size_t dictionary_creators_n;
extern const struct term dictionary_private[];
extern const size_t dictionary_private_n;

extern const struct uid_term dictionary_uids[]; /* by UID, as bytes */
extern const size_t dictionary_uids_n;
