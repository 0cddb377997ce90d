/* SPDX-License-Identifier: MIT */
/* read.h: a reading of a data set while it goes on; private to dicom/. */
#pragma once
#include "dicom/dataset.h"

#define DEPTH_MOST 1024 /* whatever is asked for: trees are walked by recursion */

/* The top, an item, or a sequence: what has begun and not ended. */
struct level {
	struct dataset *set;      /* the item; or that whose sequence it is */
	struct element *sequence; /* NULL: an item or the top */
	const struct syntax *syntax;
	size_t end;        /* its own, or that of what is around it */
	bool open;         /* of undefined length */
	bool at_input;     /* `end` is only where the bytes end */
	bool guess;        /* implicit as the standard wants, maybe explicit */
	bool is_signed;    /* Pixel Representation, here or above */
};
struct reader {
	struct arena *arena;
	struct str bytes;
	struct reading *how;
	struct dicom_limits limits;
	uint16_t only_group; /* ends before the first tag outside; 0: any */
	struct level *levels;
	size_t n, room;      /* levels */
	size_t at;
	int64_t elements, sequences;
	size_t top_at;       /* where the present top-level element began */
	uint32_t top_n;      /* and how many were before it */
	size_t group_end;    /* as (gggg,0000) told; 0: it did not */
	uint16_t group;
	struct err *err;
};

/* The common body of dataset_read and the file meta's reading. */
bool elements_read(struct reader *, struct dataset *);
/* What a header says, and how many bytes it has; false with an error or,
 * when more may come, with short_of. */
bool header_read(struct reader *, struct level *, struct element *,
    size_t *size);
/* Room for one more item. */
void items_grow(struct arena *, struct element *);
/* The VR of an element that does not tell it. */
uint16_t vr_implied(const struct dataset *, uint32_t tag, bool is_signed);
/* There are not as many bytes as the element of this tag and offset must have
 * for its header, value, item, ...: an error, or short_of. */
bool lacks(struct reader *, const struct level *, uint32_t tag, int64_t at,
    const char *of);
bool broken(struct reader *, uint32_t tag, int64_t at, const char *why);
/* As inflate_limited; an early end is told and no error. */
bool inflate_some(struct arena *, struct str, const struct dicom_limits *,
    struct str *, bool *whole, struct err *);

static inline int64_t here(const struct reader *r)
{
	return r->how->base + (int64_t)r->at;
}
static inline uint16_t u16_at(const char *at, bool big)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint16_t)(big ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
}
static inline uint32_t u32_at(const char *at, bool big)
{
	uint32_t first = u16_at(at, big), second = u16_at(at + 2, big);

	return big ? first << 16 | second : second << 16 | first;
}
static inline uint64_t u64_at(const char *at, bool big)
{
	uint64_t first = u32_at(at, big), second = u32_at(at + 4, big);

	return big ? first << 32 | second : second << 32 | first;
}
static inline uint32_t tag_at(const char *at, bool big)
{
	return TAG(u16_at(at, big), u16_at(at + 2, big));
}
