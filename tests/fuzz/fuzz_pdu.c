/* SPDX-License-Identifier: MIT */
/* fuzz_pdu.c: any bytes as the body of each PDU.  What is taken must stand
 * within the bytes and, written and read again, say the same. */
#include "dimse/pdu.c"

#include <assert.h>

static void check_within(struct str part, struct str all)
{
	assert(!part.len || (part.at >= all.at &&
	    part.at + part.len <= all.at + all.len));
}

static void check(const struct associate *a, struct str all)
{
	assert(a->contexts_n <= CONTEXTS_MOST);
	check_within(a->application, all);
	check_within(a->implementation, all);
	check_within(a->user, all);
	check_within(a->user_secret, all);
	for (size_t i = 0; i < a->contexts_n; i++) {
		assert(a->contexts[i].id & 1);
		check_within(a->contexts[i].abstract, all);
		for (size_t k = 0; k < a->contexts[i].n; k++)
			check_within(a->contexts[i].syntaxes[k], all);
	}
	for (size_t i = 0; i < a->extensions_n; i++)
		check_within(a->extensions[i].bytes, all);
	for (size_t i = 0; i < a->commons_n; i++)
		for (size_t k = 0; k < a->commons[i].n; k++)
			check_within(a->commons[i].related[k], all);
}

static void again(struct arena *arena, const struct associate *a, bool accept)
{
	struct associate b;
	struct out out;
	struct err err = {0};

	out_memory(&out);
	associate_write(&out, a, accept);
	if (out.len - PDU_HEAD <= UINT16_MAX) { /* no item can have overrun */
		assert(associate_read(arena, (struct str){out.at + PDU_HEAD,
		    out.len - PDU_HEAD}, accept, &b, &err));
		assert(a->contexts_n == b.contexts_n);
		assert(a->roles_n == b.roles_n);
		assert(a->extensions_n == b.extensions_n);
		assert(a->pdu_most == b.pdu_most);
		assert(str_eq(a->user, b.user));
	}
	out_end(&out, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct str all = {(const char *)at, size};
	struct arena arena = {0};
	struct associate a;
	struct refusal r;
	uint8_t source, reason;

	for (int accept = 0; accept < 2; accept++) {
		struct err err = {0};
		if (associate_read(&arena, all, accept, &a, &err)) {
			check(&a, all);
			again(&arena, &a, accept);
		} else {
			assert(err.kind == ERR_INPUT && err.text[0]);
		}
	}
	if (refusal_read(all, &r, &(struct err){0}))
		assert(refusal_words(r));
	if (abort_read(all, &source, &reason, &(struct err){0}))
		assert(abort_words(source, reason));
	arena_end(&arena);
	return 0;
}
