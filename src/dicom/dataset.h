/* SPDX-License-Identifier: MIT */
/* dataset.h: data sets of PS3.5 as trees of views over the bytes they were
 * read from.  Nothing is copied: the bytes must outlive the tree.  Reading is
 * iterative and bounded; no length that is claimed is believed before the
 * bytes are there.  What was read is written back as the same bytes. */
#pragma once
#include "dicom/tag.h"

#define LENGTH_UNDEFINED UINT32_MAX
#define NO_TAG UINT32_MAX

struct charset; /* see charset.h */

struct element {
	uint32_t tag;
	uint16_t vr;          /* as written, or from the dictionary */
	uint32_t length;      /* as written; may be LENGTH_UNDEFINED */
	int64_t at;           /* of its first byte, from the reading's start */
	int64_t value_at;     /* of its value's first byte */
	struct str value;     /* as it stands; a value past the bytes held (a
			       * stopped read) is empty */
	struct dataset *items; /* of a sequence; or NULL */
	struct str *fragments; /* of encapsulated pixel data; the first is the
				* basic offset table; or NULL */
	uint32_t items_n, fragments_n;
	bool is_sequence;     /* SQ, or UN of undefined length */
	bool ended;           /* a delimiter closed it */
};
struct dataset {
	struct element *elements; /* in order, as they came */
	uint32_t n, size;
	uint32_t length;      /* of an item, as written */
	int64_t at;           /* of an item's tag */
	const struct syntax *syntax; /* how its values are written */
	const struct charset *charset; /* of its texts; inherited by items */
	struct dataset *parent; /* or NULL */
	struct arena *arena;
	struct str raw;       /* all of it as it was read, until it is changed
			       * (in an item too); empty if it was made */
	bool unordered;       /* tags are not ascending, or come twice */
};

struct dicom_limits {
	int64_t depth;        /* nested sequences; 64; never above 1024 */
	int64_t elements;     /* in all, items and fragments too; 4 million */
	int64_t inflated;     /* bytes; 1 GiB */
	int64_t ratio;        /* inflated to deflated past the first MiB; 200 */
};
extern const struct dicom_limits dicom_limits_standard;

struct reading {
	const struct syntax *syntax;
	struct dicom_limits limits; /* zeros: the standard ones */
	uint32_t stop;        /* the first top-level tag not wanted; 0: all.
			       * TAG_PixelData also stops at float pixel data.
			       * Pixel data it stopped at is the last element,
			       * its length as written and its value empty */
	bool more_may_come;   /* bytes are a first part: to end early is no
			       * error, but `short_of` says so; elements that
			       * are not whole are left out */
	int64_t base;         /* added to every offset told */
	/* What it says afterwards: */
	int64_t ended_at;     /* offset past what was read */
	bool stopped;         /* at `stop` */
	bool short_of;        /* more bytes are needed */
	uint32_t repaired;    /* see REPAIR_ */
};
enum { REPAIR_ODD_LENGTH = 1, REPAIR_ORDER = 2, REPAIR_GROUP_LENGTH = 4,
	REPAIR_IMPLICIT_IN_EXPLICIT = 8, REPAIR_TRAILING = 16,
	REPAIR_DUPLICATE = 32, REPAIR_UNENDED = 64, REPAIR_VR = 128 };

/* An error names tag and byte offset.  Deflated: offsets are those of the
 * inflated stream. */
bool dataset_read(struct arena *, struct str bytes, struct reading *,
    struct dataset *, struct err *);
/* As the syntax wants; what is unchanged and in that encoding, byte for byte
 * as it was read.  From another syntax values are swapped and lengths kept
 * undefined where they were; group lengths are set right; pixel data that a
 * reading stopped at is left out.  Deflated: the stream is made anew. */
bool dataset_write(const struct dataset *, const struct syntax *,
    struct out *, struct err *);
/* Inflates a whole raw deflate stream (RFC 1951) within the limits. */
bool inflate_limited(struct arena *, struct str, const struct dicom_limits *,
    struct str *, struct err *);

/* Asking; all are NULL, empty or false if it is not there. */
const struct element *dataset_find(const struct dataset *, uint32_t tag);
/* Text in UTF-8, without padding; the whole value with its backslashes. */
struct str dataset_text(struct arena *, const struct dataset *, uint32_t tag);
/* A view of the bytes, without padding: for UIDs and codes. */
struct str dataset_raw(const struct dataset *, uint32_t tag);
/* The first value; binary, IS or DS. */
bool dataset_int(const struct dataset *, uint32_t tag, int64_t *);
bool dataset_real(const struct dataset *, uint32_t tag, double *);
const struct dataset *dataset_item(const struct dataset *, uint32_t tag,
    uint32_t i);
uint32_t element_count(const struct element *); /* values */
struct str element_text(struct arena *, const struct dataset *,
    const struct element *); /* all values, UTF-8, trimmed */
struct str element_nth(struct arena *, const struct dataset *,
    const struct element *, uint32_t i); /* one of them */
bool element_int(const struct dataset *, const struct element *,
    uint32_t i, int64_t *);
bool element_real(const struct dataset *, const struct element *,
    uint32_t i, double *);

#include "dicom/make.h"
