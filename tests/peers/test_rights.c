/* SPDX-License-Identifier: MIT */
/* Rights in words, there and back. */
#include "peers/rights.c"

#include "store/place.h"

static void words_there_and_back(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	int64_t rights;

	(void)state;
	assert_true(peer_rights_read(S("store, echo  find"), &rights, &err));
	assert_int_equal(rights, PEER_ECHO | PEER_STORE | PEER_FIND);
	assert_text(peer_rights_text(&arena, rights), "echo store find");
	for (int64_t all = 0; all <= PEER_RIGHTS_ALL; all++) {
		assert_true(peer_rights_read(peer_rights_text(&arena, all),
		    &rights, &err));
		assert_int_equal(rights, all);
	}
	arena_end(&arena);
}

static void an_unknown_word_is_refused(void **state)
{
	struct err err = {0};
	int64_t rights;

	(void)state;
	assert_false(peer_rights_read(S("echo stor"), &rights, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.text, "'stor'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_there_and_back),
	    cmocka_unit_test(an_unknown_word_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
