/* SPDX-License-Identifier: MIT */
/* One table, four forms; and texts that would be formulas. */
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <zlib.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

/* The address sanitizer keeps what was let go of. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true;
#elif defined(__has_feature)
static const bool sanitized = __has_feature(address_sanitizer) ||
    __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer);
#else
static const bool sanitized = false;
#endif

static const struct column columns[] = {
    {"name", COL_TEXT, ""}, {"n", COL_INT, ""}, {"x", COL_REAL, ""},
    {"share", COL_PERCENT, ""}, {"day", COL_DAY, ""}, {"at", COL_TIME, ""},
    {"yes", COL_BOOL, ""}, {"id", COL_ID, ""}};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static int begin(void **state)
{
	(void)state;
	outside_stop_clock(INT64_C(1774950000) * US_PER_S); /* 31 Mar 2026 */
	return 0;
}

static void put_row(struct table *t, const char *name)
{
	table_text(t, str_of(name));
	table_int(t, -5);
	table_real(t, 2.5);
	table_real(t, 31.7);
	table_day(t, day_of(2026, 3, 31));
	table_time(t, INT64_C(1774950000) * US_PER_S);
	table_bool(t, true);
	table_int(t, INT64_MAX);
}

static void put_nulls(struct table *t)
{
	table_null(t);
	table_null(t);
	table_real(t, (double)NAN);
	table_real(t, (double)INFINITY);
	table_day(t, NO_DAY);
	table_time(t, NO_TIME);
	table_null(t);
	table_null(t);
}

/* Two rows as text; the caller frees it. */
static char *made(enum table_form form, const char *name, size_t *size)
{
	struct arena arena = {0};
	struct err err = {0};
	struct out out;
	char *copy;

	out_memory(&out);
	struct table *t = table_begin(&arena, form, &out, S("A title"),
	    S("its source"), columns, COLUMNS);
	table_fact(t, "next", S("page"));
	table_fact_int(t, "total", 2);
	put_row(t, name);
	put_nulls(t);
	assert_true(table_end(t, &err));
	struct str all = out_str(&out);
	copy = malloc(all.len + 1);
	memcpy(copy, all.at, all.len);
	copy[all.len] = '\0';
	*size = all.len;
	out_end(&out, &err);
	arena_end(&arena);
	return copy;
}

static void assert_made(enum table_form form, const char *name,
    const char *wanted)
{
	size_t size;
	char *is = made(form, name, &size);

	assert_string_equal(is, wanted);
	free(is);
}

static void test_json(void **state)
{
	(void)state;
	assert_made(TABLE_JSON, "O\"Neil",
	    "{\"title\":\"A title\",\"source\":\"its source\","
	    "\"made_at\":\"2026-03-31T09:40:00Z\",\"next\":\"page\",\"total\":2,"
	    "\"rows\":[{\"name\":\"O\\\"Neil\",\"n\":-5,\"x\":2.5,\"share\":31.7,"
	    "\"day\":\"2026-03-31\",\"at\":\"2026-03-31T09:40:00Z\",\"yes\":true,"
	    "\"id\":\"9223372036854775807\"},{\"name\":null,\"n\":null,\"x\":null,"
	    "\"share\":null,\"day\":null,\"at\":null,\"yes\":null,\"id\":null}]}");
}

static void test_csv(void **state)
{
	(void)state;
	assert_made(TABLE_CSV, "plain",
	    "name,n,x,share,day,at,yes,id\r\n"
	    "plain,-5,2.5,31.7,2026-03-31,2026-03-31T09:40:00Z,true,"
	    "9223372036854775807\r\n,,,,,,,\r\n");
}

static void test_csv_texts(void **state)
{
	static const char *const pairs[][2] = {{"=1+1", "'=1+1,"},
	    {"+44", "'+44,"}, {"-x", "'-x,"}, {"@SUM(A1)", "'@SUM(A1),"},
	    {"\t=1", "'\t=1,"}, {"\r=1", "\"'\r=1\","}, {"a=1", "a=1,"},
	    {"a,b", "\"a,b\","}, {"say \"x\"", "\"say \"\"x\"\"\","},
	    {"two\nlines", "\"two\nlines\","}, {" blank", "\" blank\","},
	    {"=a,\"b\"", "\"'=a,\"\"b\"\"\","}, {"\"", "\"\"\"\","}, {"", ","},
	    {"caf\xc3\xa9", "caf\xc3\xa9,"}};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t size;
		char *is = made(TABLE_CSV, pairs[i][0], &size);
		char *row = strchr(is, '\n') + 1;
		if (strncmp(row, pairs[i][1], strlen(pairs[i][1])))
			print_error("%s\n", row);
		assert_memory_equal(row, pairs[i][1], strlen(pairs[i][1]));
		free(is);
	}
}

static void test_plain(void **state)
{
	(void)state;
	assert_made(TABLE_PLAIN, "caf\xc3\xa9\x1b[31m",
	    "A title\n\n"
	    "name        n    x  share  day         at                    yes   id\n"
	    "caf\xc3\xa9?[31m  -5  2.5   31.7  2026-03-31  2026-03-31T09:40:00Z  true"
	    "  9223372036854775807\n"
	    "\n"
	    "\nits source\n");
}

static size_t number(const unsigned char *at)
{
	return at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 |
	    (size_t)at[3] << 24;
}

/* The bytes of one file of a zip; the caller frees them. */
static char *unzip(const char *zip, size_t size, const char *name)
{
	const unsigned char *z = (const unsigned char *)zip;
	char *to = calloc(1, 64 << 20);

	for (size_t i = 0; i + 46 < size; i++) { /* the central directory */
		size_t len = z[i + 28] | (size_t)z[i + 29] << 8;
		if (memcmp(z + i, "PK\1\2", 4) || len != strlen(name) ||
		    memcmp(z + i + 46, name, len))
			continue;
		size_t packed = number(z + i + 20), at = number(z + i + 42);
		size_t skip = z[at + 26] + (size_t)z[at + 28] +
		    ((size_t)z[at + 29] << 8);
		z_stream s = {.next_in = (unsigned char *)(uintptr_t)(z + at +
				  30 + skip),
		    .avail_in = (unsigned)packed,
		    .next_out = (unsigned char *)to,
		    .avail_out = (64u << 20) - 1};
		assert_int_equal(inflateInit2(&s, -15), Z_OK);
		assert_int_equal(inflate(&s, Z_FINISH), Z_STREAM_END);
		inflateEnd(&s);
		return to;
	}
	free(to);
	return NULL;
}

static void has(const char *text, const char *piece)
{
	if (!strstr(text, piece))
		print_error("no %s in %s\n", piece, text);
	assert_non_null(strstr(text, piece));
}

static void test_xlsx(void **state)
{
	size_t size;
	char *zip = made(TABLE_XLSX, "=HYPERLINK(\"http://x\")", &size);
	char *sheet = unzip(zip, size, "xl/worksheets/sheet1.xml");

	(void)state;
	assert_non_null(sheet);
	has(sheet, "<t>A title</t>");
	has(sheet, "<t>its source</t>");
	has(sheet, "times are local");
	has(sheet, "<t>share</t>");
	has(sheet, "<t>=HYPERLINK(\"http://x\")</t>");
	assert_null(strstr(sheet, "<f>"));
	has(sheet, "<v>-5</v>");
	has(sheet, "<v>2.5</v>");
	has(sheet, "<v>46112</v>");          /* 31 March 2026 */
	has(sheet, "<v>46112.44444444");     /* 10:40, British Summer Time */
	has(sheet, "<t>9223372036854775807</t>");
	free(sheet);
	free(zip);
}

static void test_xlsx_of_bytes_that_xml_cannot_hold(void **state)
{
	size_t size;
	char *zip = made(TABLE_XLSX, "a\x01\xff\xc3\xc3\xa9<&\x1b", &size);
	char *sheet = unzip(zip, size, "xl/worksheets/sheet1.xml");

	(void)state;
	has(sheet, "<t>a???\xc3\xa9&lt;&amp;?</t>");
	free(sheet);
	free(zip);
}

static void test_xlsx_of_a_long_text(void **state)
{
	char *text = calloc(1, 100001), *sheet, *zip;
	size_t size;

	(void)state;
	memset(text, 'x', 32766);
	memset(text + 32766, '\xc3', 1);
	memset(text + 32767, '\xa9', 1);
	memset(text + 32768, 'y', 100000 - 32768);
	zip = made(TABLE_XLSX, text, &size);
	sheet = unzip(zip, size, "xl/worksheets/sheet1.xml");
	assert_non_null(strstr(sheet, "xxx</t>"));
	free(sheet);
	free(zip);
	free(text);
}

static void test_left_without_an_end(void **state)
{
	for (enum table_form form = TABLE_JSON; form <= TABLE_PLAIN; form++) {
		struct arena arena = {0};
		struct out out;
		(void)state;
		out_memory(&out);
		struct table *t = table_begin(&arena, form, &out, S("t"), S(""),
		    columns, COLUMNS);
		put_row(t, "x");
		table_text(t, S("half a row"));
		arena_end(&arena);
		out_end(&out, &(struct err){0});
	}
}

static void test_no_rows(void **state)
{
	for (enum table_form form = TABLE_JSON; form <= TABLE_PLAIN; form++) {
		struct arena arena = {0};
		struct err err = {0};
		struct out out;
		(void)state;
		out_memory(&out);
		struct table *t = table_begin(&arena, form, &out, S("t"), S(""),
		    columns, COLUMNS);
		assert_true(table_end(t, &err));
		assert_true(out_str(&out).len > 0);
		arena_end(&arena);
		out_end(&out, &err);
	}
}

static bool count_bytes(void *to, struct str bytes, struct err *err)
{
	(void)err;
	*(int64_t *)to += (int64_t)bytes.len;
	return true;
}

/* A million cells and more; what is written is not what is held. */
static void test_memory_is_constant(void **state)
{
	static const int rows[] = {60000, 200000, 200000, 200000};
	struct rusage before, after;

	(void)state;
	for (enum table_form form = TABLE_JSON; form <= TABLE_PLAIN; form++) {
		struct arena arena = {0};
		struct err err = {0};
		struct out out;
		int64_t size = 0;
		int n = rows[form == TABLE_XLSX ? 0 : 1];
		getrusage(RUSAGE_SELF, &before);
		out_call(&out, count_bytes, &size);
		struct table *t = table_begin(&arena, form, &out, S("t"),
		    S("s"), columns, COLUMNS);
		for (int i = 0; i < n; i++)
			put_row(t, "a row among many");
		assert_true(table_end(t, &err));
		assert_true(out_end(&out, &err));
		arena_end(&arena);
		getrusage(RUSAGE_SELF, &after);
		assert_true(size > 1000000);
		if (!sanitized)
			assert_true(after.ru_maxrss - before.ru_maxrss < 10000);
	}
}

static void test_forms_by_word(void **state)
{
	enum table_form form;

	(void)state;
	assert_true(table_form_read(S("xlsx"), &form));
	assert_int_equal(form, TABLE_XLSX);
	assert_true(table_form_read(S("plain"), &form));
	assert_false(table_form_read(S("pdf"), &form));
	assert_false(table_form_read(S(""), &form));
	assert_string_equal(table_form_type(TABLE_JSON), "application/json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_csv),
	    cmocka_unit_test(test_csv_texts),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_xlsx),
	    cmocka_unit_test(test_xlsx_of_bytes_that_xml_cannot_hold),
	    cmocka_unit_test(test_xlsx_of_a_long_text),
	    cmocka_unit_test(test_left_without_an_end),
	    cmocka_unit_test(test_no_rows),
	    cmocka_unit_test(test_memory_is_constant),
	    cmocka_unit_test(test_forms_by_word),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
