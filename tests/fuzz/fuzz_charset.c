/* SPDX-License-Identifier: MIT */
/* fuzz_charset.c: a first line of terms, then any bytes as text in them.  It
 * becomes UTF-8; what can be encoded again reads the same; values are pieces
 * of it; a fold of a fold is the fold. */
#include "dicom/charset.c"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void encode_again(struct arena *arena, const struct charset *charset,
    struct str text, uint16_t vr)
{
	struct str encoded;

	if (charset_encode(arena, charset, text, vr, &encoded))
		assert(str_eq(charset_decode(arena, charset, encoded, vr),
		    text));
	else
		assert(memchr(encoded.at, '?', encoded.len));
}

static void walk(const struct charset *charset, struct str rest, uint16_t vr)
{
	size_t all = rest.len, found = 0, n = 0;
	struct str value;

	while (charset_next_value(charset, vr, &rest, &value)) {
		found += value.len;
		n++;
	}
	assert(found + n - 1 == all);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const uint16_t vrs[] = {VR('P', 'N'), VR('L', 'O'),
	    VR('L', 'T')};
	struct str rest = {(const char *)bytes, size};
	struct arena arena = {0};
	bool known;

	if (!size)
		return 0;
	struct str terms = str_cut(&rest, '\n');
	const struct charset *charset = charset_read(&arena, terms, &known);
	const struct charset *again = charset_read(&arena,
	    charset_terms(charset), NULL);
	if (known)
		assert(str_eq(charset_terms(again), charset_terms(charset)));
	if (!rest.at || !rest.len)
		rest = S("");
	for (int i = 0; i < 3; i++) {
		struct str text = charset_decode(&arena, charset, rest, vrs[i]);
		assert(str_is_utf8(text));
		encode_again(&arena, charset, text, vrs[i]);
		walk(charset, rest, vrs[i]);
		struct str fold = text_fold(&arena, text);
		assert(str_is_utf8(fold));
	}
	arena_end(&arena);
	return 0;
}
