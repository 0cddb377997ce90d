/* SPDX-License-Identifier: MIT */
/* hash.c: one cryptographic hash for what must be proved, one fast hash for
 * tables in memory. */
#include "hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

struct hasher {
	gnutls_hash_hd_t state;
};

/* SHA-256 cannot fail on bytes; only a broken library or no memory can. */
static void must(int code)
{
	if (code >= 0)
		return;
	fprintf(stderr, "ribble: cannot hash: %s\n", gnutls_strerror(code));
	abort();
}

struct hasher *hasher_begin(void)
{
	struct hasher *hasher = malloc(sizeof(*hasher));

	must(hasher ? gnutls_hash_init(&hasher->state, GNUTLS_DIG_SHA256) :
	    GNUTLS_E_MEMORY_ERROR);
	return hasher;
}

void hasher_add(struct hasher *hasher, struct str s)
{
	if (s.len)
		must(gnutls_hash(hasher->state, s.at, s.len));
}

struct sha256 hasher_end(struct hasher *hasher)
{
	struct sha256 sum;

	gnutls_hash_deinit(hasher->state, sum.at);
	free(hasher);
	return sum;
}

struct sha256 sha256_of(struct str s)
{
	struct sha256 sum;

	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, s.at ? s.at : "", s.len,
	    sum.at));
	return sum;
}

struct sha256_text sha256_text(struct sha256 sum)
{
	static const char hex[] = "0123456789abcdef";
	struct sha256_text text;

	for (size_t i = 0; i < sizeof(sum.at); i++) {
		text.at[2 * i] = hex[sum.at[i] >> 4];
		text.at[2 * i + 1] = hex[sum.at[i] & 15];
	}
	text.at[64] = '\0';
	return text;
}

uint64_t hash64(const void *bytes, size_t size)
{
	return XXH3_64bits(bytes, size);
}
