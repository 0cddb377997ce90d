/* SPDX-License-Identifier: MIT */
/* test_pdu.c: PDUs written and read again; a request of PS3.8 laid out by
 * hand; every way in which one can be wrong; and each cut at every byte. */
#include "dimse/pdu.c"

#include "test.h"

static struct arena arena;
static struct err err;

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	err = (struct err){0};
	return 0;
}

static struct associate sample(void)
{
	static struct str syntaxes[] = {{"1.2.840.10008.1.2", 17},
	    {"1.2.840.10008.1.2.1", 19}};
	static struct presentation contexts[] = {
	    {1, 0, {"1.2.840.10008.1.1", 17}, syntaxes, 2},
	    {255, 4, {"1.2.3", 5}, syntaxes + 1, 1}};
	static struct role roles[] = {{{"1.2.3", 5}, false, true}};
	static struct extension extensions[] = {
	    {{"1.2.3", 5}, {"\1\0\1", 3}}};
	static struct str related[] = {{"1.2.3.4", 7}, {"1.2.3.5", 7}};
	static struct common_extension commons[] = {
	    {{"1.2.3.6", 7}, {"1.2.3.7", 7}, related, 2}};
	struct associate a = {.version = 1, .application =
	    S("1.2.840.10008.3.1.1.1"), .contexts = contexts, .contexts_n = 2,
	    .pdu_most = 131072, .implementation = S("1.2.9"),
	    .implementation_version = S("TRY_1"), .has_window = true,
	    .window_invoked = 5, .window_performed = 6, .roles = roles,
	    .roles_n = 1, .extensions = extensions, .extensions_n = 1,
	    .commons = commons, .commons_n = 1, .user_type = 2,
	    .user_answer = true, .user = S("someone"),
	    .user_secret = S("secret")};

	memcpy(a.called, "SIXTEEN_LETTERS_", 17);
	memcpy(a.calling, "ME", 3);
	return a;
}

static struct str written(const struct associate *a, bool accept)
{
	struct out out;
	struct str bytes;

	out_memory(&out);
	associate_write(&out, a, accept);
	bytes = arena_keep(&arena, out_str(&out));
	out_end(&out, &err);
	return bytes;
}

static struct str body_of(struct str pdu)
{
	return (struct str){pdu.at + PDU_HEAD, pdu.len - PDU_HEAD};
}

static void test_head(void **state)
{
	struct associate a = sample();
	struct str pdu = written(&a, false);
	enum pdu_type type;
	uint32_t len;

	(void)state;
	assert_true(pdu_head_read(pdu.at, &type, &len));
	assert_int_equal(type, PDU_RQ);
	assert_int_equal(len, pdu.len - PDU_HEAD);
	assert_false(pdu_head_read("\0\0\0\0\0\4", &type, &len));
	assert_false(pdu_head_read("\10\0\0\0\0\4", &type, &len));
	assert_false(pdu_head_read("\377\0\0\0\0\4", &type, &len));
}

static void test_request_comes_back(void **state)
{
	struct associate a = sample(), b;

	(void)state;
	assert_true(associate_read(&arena, body_of(written(&a, false)), false,
	    &b, &err));
	assert_string_equal(b.called, "SIXTEEN_LETTERS_");
	assert_string_equal(b.calling, "ME");
	assert_text(b.application, "1.2.840.10008.3.1.1.1");
	assert_int_equal(b.contexts_n, 2);
	assert_int_equal(b.contexts[0].n, 2);
	assert_text(b.contexts[0].abstract, "1.2.840.10008.1.1");
	assert_text(b.contexts[0].syntaxes[1], "1.2.840.10008.1.2.1");
	assert_int_equal(b.contexts[1].id, 255);
	assert_int_equal(b.pdu_most, 131072);
	assert_text(b.implementation, "1.2.9");
	assert_text(b.implementation_version, "TRY_1");
	assert_true(b.has_window);
	assert_int_equal(b.window_performed, 6);
	assert_int_equal(b.roles_n, 1);
	assert_false(b.roles[0].scu);
	assert_true(b.roles[0].scp);
	assert_int_equal(b.extensions[0].bytes.len, 3);
	assert_int_equal(b.commons[0].n, 2);
	assert_text(b.commons[0].related[1], "1.2.3.5");
	assert_int_equal(b.user_type, 2);
	assert_true(b.user_answer);
	assert_text(b.user, "someone");
	assert_text(b.user_secret, "secret");
}

static void test_answer_comes_back(void **state)
{
	struct associate a = sample(), b;

	(void)state;
	assert_true(associate_read(&arena, body_of(written(&a, true)), true,
	    &b, &err));
	assert_int_equal(b.contexts_n, 2);
	assert_int_equal(b.contexts[1].result, 4);
	assert_text(b.contexts[1].syntaxes[0], "1.2.840.10008.1.2.1");
	assert_int_equal(b.contexts[0].abstract.len, 0);
	assert_true(b.user_answer);
	assert_text(b.user, "someone");
	assert_int_equal(b.commons_n, 0);
}

/* What is cut is refused, or is a shorter request that says so by itself: an
 * item less. */
static void test_cut_at_every_byte(void **state)
{
	struct associate a = sample(), b;

	(void)state;
	for (int accept = 0; accept < 2; accept++) {
		struct str body = body_of(written(&a, accept));
		for (size_t n = 0; n < body.len; n++) {
			char *copy = malloc(n + 1); /* its end is watched */
			struct err why = {0};
			bool good;
			memcpy(copy, body.at, n);
			good = associate_read(&arena, (struct str){copy, n},
			    accept, &b, &why);
			assert_int_equal(good, why.kind == ERR_NONE);
			assert_true(good || strstr(why.text, " at byte "));
			assert_true(!good || n == 68 || b.application.len);
			free(copy);
		}
	}
}

/* A request of these items, after the fixed part. */
static bool reads(const char *items, size_t n)
{
	char bytes[2000] = {0};
	struct associate a;
	bool good;

	memcpy(bytes + 68, items, n);
	err = (struct err){0};
	good = associate_read(&arena, (struct str){bytes, 68 + n}, false, &a,
	    &err);
	assert_int_equal(good, err.kind == ERR_NONE);
	return good;
}
#define READS(items) reads((items), sizeof(items) - 1)

static void test_what_is_wrong_is_refused(void **state)
{
	(void)state;
	assert_true(READS(""));
	assert_false(READS("\x10"));
	assert_false(READS("\x10\0\0\5abcd"));
	assert_string_equal(err.text,
	    "a length goes past the end of its item at byte 78");
	assert_false(READS("\x20\0\0\4\2\0\0\0"));
	assert_string_equal(err.text,
	    "a presentation context id is even at byte 78");
	assert_true(READS("\x20\0\0\4\1\0\0\0\x20\0\0\4\3\0\0\0"));
	assert_false(READS("\x20\0\0\4\1\0\0\0\x20\0\0\4\1\0\0\0"));
	assert_false(READS("\x20\0\0\3\1\0\0"));
	assert_false(READS("\x20\0\0\x9\1\0\0\0\x30\0\0\2\x31"));
	assert_false(READS("\x50\0\0\7\x51\0\0\3\0\1\0"));
	assert_false(READS("\x50\0\0\x8\x51\0\0\4\0\0\0\xb"));
	assert_true(READS("\x50\0\0\x8\x51\0\0\4\0\0\0\xc"));
	assert_false(READS("\x50\0\0\6\x53\0\0\2\0\1"));
	assert_false(READS("\x50\0\0\7\x54\0\0\3\0\1\x31"));
	assert_false(READS("\x50\0\0\5\x56\0\0\1\0"));
	assert_false(READS("\x50\0\0\xb\x57\0\0\x7\0\0\0\0\0\1\0"));
	assert_false(READS("\x50\0\0\x8\x58\0\0\4\1\0\0\5"));
}

static void test_what_is_unknown_is_passed_over(void **state)
{
	(void)state;
	assert_true(READS("\x77\0\0\2ab"));
	assert_true(READS("\x50\0\0\6\x99\0\0\2ab"));
	assert_true(READS("\x50\0\0\5\x59\0\0\1\0")); /* of an answer */
	assert_true(READS("\x20\0\0\xa\1\0\0\0\x99\0\0\2ab"));
}

static void test_a_user_of_no_type_is_nobody(void **state)
{
	struct associate a = sample(), b;
	struct str body;
	char *at;

	(void)state;
	body = body_of(written(&a, false));
	at = memmem(body.at, body.len, "\2\1\0\7someone", 11);
	assert_non_null(at);
	*at = 0;
	assert_true(associate_read(&arena, body, false, &b, &err));
	assert_int_equal(b.user_type, 0);
	assert_false(b.user_answer);
	assert_int_equal(b.user.len, 0);
}

static void test_not_more_than_128_contexts(void **state)
{
	char items[129 * 8] = {0};

	(void)state;
	for (int i = 0; i < 128; i++)
		memcpy(items + 8 * i, (char[]){0x20, 0, 0, 4,
		    (char)(2 * i + 1), 0, 0, 0}, 8);
	assert_true(reads(items, 128 * 8));
	memcpy(items + 128 * 8, items, 8);
	assert_false(reads(items, 129 * 8));
	assert_non_null(strstr(err.text, "more than 128"));
}

static void test_titles_and_uids_are_trimmed(void **state)
{
	char bytes[100] = {0};
	struct associate a;

	(void)state;
	memcpy(bytes + 4, "  CALLED        ", 16);
	memcpy(bytes + 20, "CALLING\0\0\0\0\0\0\0\0\0", 16);
	memcpy(bytes + 68, "\x10\0\0\6" "1.2.3\0", 10);
	assert_true(associate_read(&arena, (struct str){bytes, 78}, false, &a,
	    &err));
	assert_string_equal(a.called, "CALLED");
	assert_string_equal(a.calling, "CALLING");
	assert_text(a.application, "1.2.3");
}

static void test_refusal_and_abort(void **state)
{
	struct refusal r;
	uint8_t source, reason;
	struct out out;

	(void)state;
	out_memory(&out);
	refusal_write(&out, (struct refusal){2, 3, 2});
	assert_int_equal(out.len, 10);
	assert_true(refusal_read(body_of(out_str(&out)), &r, &err));
	assert_int_equal(r.result, 2);
	assert_string_equal(refusal_words(r), "local limit exceeded");
	assert_false(refusal_read(S("abc"), &r, &err));
	out_end(&out, &err);
	out_memory(&out);
	abort_write(&out, ABORT_PROVIDER, ABORT_INVALID_PARAMETER);
	release_write(&out, PDU_RELEASE_RQ);
	assert_int_equal(out.len, 20);
	assert_int_equal(out.at[10], PDU_RELEASE_RQ);
	assert_true(abort_read(body_of(out_str(&out)), &source, &reason,
	    &err));
	assert_string_equal(abort_words(source, reason),
	    "invalid PDU parameter value");
	assert_string_equal(abort_words(2, 200), "a reserved reason");
	assert_string_equal(abort_words(0, 1), "by its user");
	out_end(&out, &err);
}

static void test_data_head(void **state)
{
	char head[PDU_HEAD + PDV_HEAD];

	(void)state;
	data_head_write(head, 0x010203, 5, PDV_LAST);
	assert_memory_equal(head, "\4\0\0\1\2\x9\0\1\2\5\5\2", 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_head, end),
	    cmocka_unit_test_teardown(test_request_comes_back, end),
	    cmocka_unit_test_teardown(test_answer_comes_back, end),
	    cmocka_unit_test_teardown(test_cut_at_every_byte, end),
	    cmocka_unit_test_teardown(test_what_is_wrong_is_refused, end),
	    cmocka_unit_test_teardown(test_what_is_unknown_is_passed_over, end),
	    cmocka_unit_test_teardown(test_a_user_of_no_type_is_nobody, end),
	    cmocka_unit_test_teardown(test_not_more_than_128_contexts, end),
	    cmocka_unit_test_teardown(test_titles_and_uids_are_trimmed, end),
	    cmocka_unit_test_teardown(test_refusal_and_abort, end),
	    cmocka_unit_test_teardown(test_data_head, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
