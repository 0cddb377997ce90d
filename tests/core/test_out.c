/* SPDX-License-Identifier: MIT */
/* test_out.c: the same bytes arrive whichever way they leave, and the first
 * failure is the one that is told. */
#include "core/out.c"

#include "test.h"

#include <fcntl.h>

#undef fail /* cmocka's */

static void write_much(struct out *out)
{
	char large[100000];

	memset(large, 'L', sizeof(large));
	for (int i = 0; i < 5000; i++) {
		out_int(out, i);
		out_char(out, ' ');
		out_printf(out, "%05d", i);
		out_put(out, S("\n"));
		if (i % 1000 == 0)
			out_put(out, (struct str){large, sizeof(large)});
		if (i % 999 == 0)
			out_printf(out, "%0*d", 70000 + i, i);
	}
}

static bool gather(void *to, struct str bytes, struct err *err)
{
	(void)err;
	out_put(to, bytes);
	return true;
}

static void three_ways(void **state)
{
	struct out memory, call, gathered;
	struct err err = {0};
	FILE *file = tmpfile();

	(void)state;
	out_memory(&memory);
	write_much(&memory);
	out_memory(&gathered);
	out_call(&call, gather, &gathered);
	write_much(&call);
	assert_true(out_end(&call, &err));
	assert_true(str_eq(out_str(&memory), out_str(&gathered)));

	struct out out;
	out_file(&out, fileno(file));
	write_much(&out);
	assert_true(out_end(&out, &err));
	size_t len = out_str(&memory).len;
	char *back = malloc(len + 1);
	assert_int_equal(pread(fileno(file), back, len + 1, 0), len);
	assert_memory_equal(back, out_str(&memory).at, len);
	free(back);
	fclose(file);
	assert_true(out_end(&memory, &err) && out_end(&gathered, &err));
}

static int calls;

static bool refuse(void *to, struct str bytes, struct err *err)
{
	(void)to;
	(void)bytes;
	calls++;
	return fail(err, ERR_BUSY, "refusal %d", calls);
}

static void failures(void **state)
{
	struct out out;
	struct err err = {0};

	(void)state;
	out_call(&out, refuse, NULL);
	write_much(&out);
	assert_false(out_end(&out, &err));
	assert_int_equal(calls, 1);
	assert_int_equal(err.kind, ERR_BUSY);
	assert_string_equal(err.text, "refusal 1");

	int full = open("/dev/full", O_WRONLY);
	assert_true(full >= 0);
	err = (struct err){0};
	out_file(&out, full);
	out_put(&out, S("x"));
	assert_false(out_end(&out, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	close(full);
	err = (struct err){0};
	out_file(&out, -1);
	out_put(&out, S("x"));
	assert_false(out_end(&out, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
}

static void edges(void **state)
{
	struct out out;

	(void)state;
	out_memory(&out);
	assert_text(out_str(&out), "");
	out_put(&out, (struct str){0});
	out_int(&out, INT64_MIN);
	out_char(&out, ' ');
	out_int(&out, INT64_MAX);
	out_char(&out, ' ');
	out_int(&out, 0);
	out_printf(&out, "%s", "");
	assert_text(out_str(&out),
	    "-9223372036854775808 9223372036854775807 0");
	assert_true(out_end(&out, NULL));
	/* Texts whose end falls on each side of what the buffer has left. */
	for (int n = 1020; n < 1030; n++) {
		out_memory(&out);
		out_printf(&out, "%0*d", n, 5);
		assert_int_equal(out_str(&out).len, n);
		out_end(&out, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_ways),
		cmocka_unit_test(failures),
		cmocka_unit_test(edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
