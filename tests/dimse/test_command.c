/* SPDX-License-Identifier: MIT */
/* test_command.c: command sets written and read again, what is missing in
 * one, and each cut at every byte. */
#include "dimse/command.c"

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

static struct association *nobody(void)
{
	static struct wire wire;
	static struct association as;

	wire.last_id = 6;
	as.wire = &wire;
	return &as;
}

static struct str store_bytes(void)
{
	uint16_t id;
	struct dataset *d = message_request(nobody(), &arena, C_STORE,
	    S("1.2.840.10008.5.1.4.1.1.2"), S("1.2.3.4"), &id);
	struct str bytes;

	assert_int_equal(id, 7);
	assert_true(command_write(&arena, d, true, &bytes, &err));
	return bytes;
}

static void test_request_comes_back(void **state)
{
	struct str bytes = store_bytes();
	struct message m;

	(void)state;
	assert_memory_equal(bytes.at, "\0\0\0\0\4\0\0\0", 8);
	assert_int_equal((unsigned char)bytes.at[8], bytes.len - 12);
	assert_true(command_read(&arena, bytes, &m, &err));
	assert_int_equal(m.field, C_STORE);
	assert_int_equal(m.id, 7);
	assert_true(m.has_data);
	assert_int_equal(m.priority, 0);
	assert_text(m.sop_class, "1.2.840.10008.5.1.4.1.1.2");
	assert_text(m.sop_instance, "1.2.3.4");
}

static void test_response_comes_back(void **state)
{
	struct message m, answer;
	struct str bytes;

	(void)state;
	assert_true(command_read(&arena, store_bytes(), &m, &err));
	assert_true(command_write(&arena,
	    message_response(&arena, &m, 0xA700), false, &bytes, &err));
	assert_true(command_read(&arena, bytes, &answer, &err));
	assert_int_equal(answer.field, C_STORE | RESPONSE);
	assert_int_equal(answer.id, 7);
	assert_int_equal(answer.status, 0xA700);
	assert_false(answer.has_data);
	assert_text(answer.sop_instance, "1.2.3.4");
}

static void test_the_group_length_is_right_when_written_twice(void **state)
{
	uint16_t id;
	struct dataset *d = message_request(nobody(), &arena, N_ACTION,
	    S("1.2.3"), S("1.2.3.4"), &id);
	struct str one, two;
	struct message m;

	(void)state;
	assert_true(command_write(&arena, d, false, &one, &err));
	assert_true(command_write(&arena, d, true, &two, &err));
	assert_int_equal(one.len, two.len);
	assert_true(command_read(&arena, two, &m, &err));
	assert_true(m.has_data);
	assert_non_null(dataset_find(m.command, TAG_RequestedSOPInstanceUID));
	assert_null(dataset_find(m.command, TAG_Priority));
	assert_text(m.sop_instance, "1.2.3.4");
}

static void test_what_is_missing_is_said(void **state)
{
	static const uint32_t needed[] = {TAG_CommandField, TAG_MessageID,
	    TAG_CommandDataSetType};
	struct message m;
	uint16_t id;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dataset *d = message_request(nobody(), &arena, C_ECHO,
		    S("1.2.3"), S(""), &id);
		struct out out;
		struct err why = {0};
		dataset_put_int(d, TAG_CommandDataSetType, NO_DATA);
		dataset_remove(d, needed[i]);
		out_memory(&out);
		assert_true(dataset_write(d, syntax_implicit, &out, &err));
		assert_false(command_read(&arena, out_str(&out), &m, &why));
		assert_int_equal(why.kind, ERR_INPUT);
		out_end(&out, &err);
	}
}

static void test_cut_at_every_byte(void **state)
{
	struct str bytes = store_bytes();
	struct message m;

	(void)state;
	for (size_t n = 0; n < bytes.len; n++) {
		char *copy = malloc(n + 1); /* its end is watched */
		struct err why = {0};
		bool good;
		memcpy(copy, bytes.at, n);
		good = command_read(&arena, (struct str){copy, n}, &m, &why);
		assert_int_equal(good, why.kind == ERR_NONE);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_request_comes_back, end),
	    cmocka_unit_test_teardown(test_response_comes_back, end),
	    cmocka_unit_test_teardown(
	        test_the_group_length_is_right_when_written_twice, end),
	    cmocka_unit_test_teardown(test_what_is_missing_is_said, end),
	    cmocka_unit_test_teardown(test_cut_at_every_byte, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
