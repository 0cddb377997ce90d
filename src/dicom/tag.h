/* SPDX-License-Identifier: MIT */
/* tag.h: the words of PS3.5 and PS3.6: tags, value representations, transfer
 * syntaxes, and the dictionaries.  dictionary.c is made when the program is
 * built, from an installed package's data; nothing of it is typed. */
#pragma once
#include "core/core.h"

#define TAG(group, element) ((uint32_t)(group) << 16 | (uint32_t)(element))
#define TAG_GROUP(tag) ((uint16_t)((tag) >> 16))
#define TAG_ELEMENT(tag) ((uint16_t)(tag))
#define TAG_IS_PRIVATE(tag) (((tag) >> 16) & 1)
/* Made: TAG_PatientID, ...; and of PS3.6 annex A: UID_CTImageStorage "1.2..." */
#include "dicom/keywords.h"

#define VR(a, b) ((uint16_t)((a) << 8 | (b))) /* VR('U','I') */
struct vr_text { char at[3]; };
struct vr_text vr_text(uint16_t vr);
bool vr_known(uint16_t vr);
bool vr_long(uint16_t vr);     /* explicit: two reserved bytes, 32-bit length */
bool vr_is_text(uint16_t vr);  /* a character string */
bool vr_has_charset(uint16_t vr); /* LO LT PN SH ST UC UT: (0008,0005) rules */
int vr_width(uint16_t vr);     /* bytes to swap together: 1, 2, 4 or 8 */

struct term { /* an element of PS3.6 */
	uint32_t tag;          /* repeating groups: x is 0 */
	uint32_t mask;         /* bits that must agree; ~0 for most */
	const char *keyword, *name, *vm;
	uint16_t vrs[3];       /* as "US or SS"; unused are 0 */
	bool retired;
};
const struct term *term_find(uint32_t tag);          /* or NULL */
const struct term *term_of_keyword(struct str);      /* or NULL */
/* By private creator; NULL if it is not known. */
const struct term *term_private(struct str creator, uint32_t tag);
/* "PatientName", "00100010", "(0010,0010)" or "0010,0010". */
bool tag_read(struct str, uint32_t *tag);
struct tag_text { char at[12]; };
struct tag_text tag_text(uint32_t tag);     /* (0010,0010) */
struct tag_text tag_hex(uint32_t tag);      /* 00100010 */

struct uid_term { /* an entry of PS3.6 annex A */
	const char *uid, *name, *keyword, *type; /* "SOP Class", ... */
	bool retired;
};
const struct uid_term *uid_find(struct str uid);     /* or NULL */
const struct uid_term *uid_at(size_t i);             /* NULL past the last */
#define UID_MOST 64
bool uid_valid(struct str); /* PS3.5 9.1 */

enum codec { CODEC_NONE, CODEC_RLE, CODEC_JPEG, CODEC_JPEG_LOSSLESS,
	CODEC_JPEG_LS, CODEC_JPEG_2000, CODEC_HTJ2K, CODEC_JPEG_XL,
	CODEC_MPEG, CODEC_OTHER };
struct syntax { /* PS3.5 annex A */
	const char *uid, *name;
	bool implicit, big_endian, deflated, encapsulated;
	enum codec codec;
	bool lossless; /* of encapsulated ones: cannot lose a bit */
};
const struct syntax *syntax_find(struct str uid);    /* or NULL */
/* An unknown UID, the standard's or a private one, is taken as explicit
 * little endian, encapsulated, CODEC_OTHER. */
const struct syntax *syntax_or_other(struct str uid);
const struct syntax *syntax_at(size_t i);            /* NULL past the last */
extern const struct syntax *const syntax_implicit;
extern const struct syntax *const syntax_explicit;
extern const struct syntax *const syntax_big;
extern const struct syntax *const syntax_deflated;
