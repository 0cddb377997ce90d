/* SPDX-License-Identifier: MIT */
/* hash.h: SHA-256, by GnuTLS. */
#pragma once
#include "str.h"

struct sha256 {
	unsigned char at[32];
};
struct sha256_text {
	char at[65]; /* lower-case hexadecimal */
};
struct hasher; /* owned by the caller until hasher_end */
struct hasher *hasher_begin(void);
void hasher_add(struct hasher *, struct str);
struct sha256 hasher_end(struct hasher *); /* frees it */
struct sha256 sha256_of(struct str);
struct sha256_text sha256_text(struct sha256);
uint64_t hash64(const void *bytes, size_t size); /* XXH3, for tables */
