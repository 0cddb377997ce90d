/* SPDX-License-Identifier: MIT */
/* confined.h: what the archive and a decoder say to each other, over a
 * SOCK_SEQPACKET pair.  The pixels themselves lie in a file of memory that
 * both map, which the archive makes, seals against shrinking, and sends with
 * each request: first the frame as it is stored, then room for it decoded. */
#pragma once
#include "imaging/codecs/codec.h"

struct confinement { /* the first message to a new decoder */
	int64_t memory_mib, seconds;
	int64_t idle_s;       /* it ends after so long without a request */
};
struct request { /* with the memory's descriptor */
	struct shape shape;
	int64_t size;         /* of the frame, at 0 */
	int64_t room_at, room; /* for the picture */
};
struct answer {
	struct err err;
	struct image image;   /* `at` means nothing here */
};
/* Ends for want of work; any other end is one of a frame. */
#define EXIT_IDLE 7
#define ROOM_AT(size) (((size) + 4095) / 4096 * 4096)

/* The sanitizers' shadow is larger than any limit. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHADOWED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHADOWED true
#endif
#endif
#ifndef SHADOWED
#define SHADOWED false
#endif
