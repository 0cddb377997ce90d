/* SPDX-License-Identifier: MIT */
/* charset.h: Specific Character Set, PS3.3 C.12.1.1.2 and PS3.5 6.1, with the
 * code extensions of ISO 2022, to UTF-8 and back. */
#pragma once
#include "dicom/tag.h"

struct charset; /* lives in the arena it was read into */
/* From the value of (0008,0005); empty is the default repertoire.  Terms that
 * are misspelt in the ways that occur are understood ("ISO IR 100", "UTF-8");
 * an unknown one is read as Windows-1252 would be and `*known` is false.  So
 * are bytes of the default repertoire and of ISO_IR 100 that have no meaning
 * there.  `known` may be NULL. */
const struct charset *charset_read(struct arena *, struct str terms,
    bool *known);
extern const struct charset *const charset_default, *const charset_utf8;
struct str charset_terms(const struct charset *); /* as (0008,0005) */
/* To UTF-8, padding and all.  What cannot be told becomes U+FFFD; in a PN "^"
 * and "=" return to the first set, as after any delimiter of PS3.5
 * 6.1.2.5.3.  Plain text comes back as the view it is, without a copy. */
struct str charset_decode(struct arena *, const struct charset *, struct str,
    uint16_t vr);
/* From UTF-8; false (and the text with "?") if something has no place.  Each
 * value begins and ends in the first set; the first of the declared sets that
 * has a character is used. */
bool charset_encode(struct arena *, const struct charset *, struct str,
    uint16_t vr, struct str *);
/* Walks the values of a text as it stands: what lies between backslashes that
 * are characters of their own, and not the second byte of one.  `*rest` is
 * the whole value to begin with; false when there are no more.  The empty
 * text has one value; ST, LT, UT and UR are one value whole. */
bool charset_next_value(const struct charset *, uint16_t vr,
    struct str *rest, struct str *value);
/* Names compared: without case, accents, width; "^" and repeated blanks are
 * one blank; component groups stay apart by "=". */
struct str text_fold(struct arena *, struct str utf8);
