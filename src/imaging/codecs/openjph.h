/* SPDX-License-Identifier: MIT */
/* openjph.h: the little of OpenJPH, which is C++, that C needs.  No exception
 * comes through; what went wrong is written to `why`. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
struct openjph {
	int64_t rows, columns, samples;
	int64_t precision; /* bits a sample */
	int is_signed, transform; /* RGB as YBR_RCT */
	/* Decoding: asked once, with the geometry; 0 refuses it. */
	int (*begin)(void *with, const struct openjph *);
	/* A line of one component, put (decoding) or got (encoding). */
	void (*line)(void *with, int64_t row, int64_t sample, int32_t *);
	/* Encoding: what is to be written. */
	void (*wrote)(void *with, const char *, size_t);
	void *with;
	char why[120];
};
int openjph_decode(struct openjph *, const char *in, size_t size);
int openjph_encode(struct openjph *);
#ifdef __cplusplus
}
#endif
