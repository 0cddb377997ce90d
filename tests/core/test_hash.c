/* SPDX-License-Identifier: MIT */
/* test_hash.c: the vectors of FIPS 180-4, whole and in pieces. */
#include "core/hash.c"

#include "test.h"

static void vectors(void **state)
{
	struct sha256_text text = sha256_text(sha256_of(S("abc")));

	(void)state;
	assert_string_equal(text.at, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	text = sha256_text(sha256_of((struct str){0}));
	assert_string_equal(text.at, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
}

static void pieces(void **state)
{
	struct hasher *hasher = hasher_begin();

	(void)state;
	for (int i = 0; i < 1000000; i += 8)
		hasher_add(hasher, S("aaaaaaaa"));
	hasher_add(hasher, (struct str){0});
	struct sha256_text text = sha256_text(hasher_end(hasher));
	assert_string_equal(text.at, "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");
}

static void tables(void **state)
{
	(void)state;
	assert_int_equal(hash64("", 0), UINT64_C(0x2d06800538d394c2));
	assert_true(hash64("RXN", 3) != hash64("RXR", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(pieces),
		cmocka_unit_test(tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
