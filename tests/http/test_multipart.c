/* SPDX-License-Identifier: MIT */
/* Bodies of several parts: found, at a window's edge, and not found. */
#include "http/multipart.c"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>

#include <cmocka.h>
#undef fail /* ours, not cmocka's */

static struct arena arena;
static struct err err;
static struct multipart *m;
static struct part part;
static int fd = -1;

static int file_of(struct str text)
{
	int file = memfd_create("body", MFD_CLOEXEC);

	assert_true(file >= 0);
	assert_int_equal(write(file, text.at, text.len), (ssize_t)text.len);
	return file;
}

static void begin(struct str text)
{
	if (fd >= 0)
		close(fd);
	fd = file_of(text);
	memset(&err, 0, sizeof(err));
	m = multipart_open(&arena, fd, (int64_t)text.len, S("B"));
}

/* The bytes of the part just found. */
static struct str bytes(void)
{
	char *at = arena_alloc(&arena, (size_t)part.size + 1);

	assert_int_equal(pread(fd, at, (size_t)part.size, part.at), part.size);
	return (struct str){at, (size_t)part.size};
}

static void next_is(const char *wanted)
{
	bool found = multipart_next(m, &part, &err);

	if (!found)
		print_error("no part: %s\n", err.text);
	assert_true(found);
	if (!str_is(bytes(), wanted))
		print_error("'%.*s'\n", STR(bytes()));
	assert_true(str_is(bytes(), wanted));
}

static void ends(void)
{
	assert_false(multipart_next(m, &part, &err));
	assert_int_equal(err.kind, ERR_NONE);
	assert_false(multipart_next(m, &part, &err));
}

static void breaks(const char *text, const char *why)
{
	begin(str_of(text));
	while (multipart_next(m, &part, &err))
		;
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.text, why));
}

static void test_plain(void **state)
{
	(void)state;
	begin(S("preamble\r\n--B\r\nContent-Type: application/dicom\r\n"
	    "Content-Location: a/b\r\ncontent-id: <x>\r\n\r\none\r\n--B  \r\n"
	    "\r\ntwo\r\n\r\n--B--\r\nepilogue\r\n--B\r\n"));
	next_is("one");
	assert_true(str_is(part.type.type, "application/dicom"));
	assert_true(str_is(part.location, "a/b"));
	assert_true(str_is(part.id, "<x>"));
	next_is("two\r\n");
	assert_int_equal(part.type.type.len, 0);
	ends();
}

static void test_begins_at_once(void **state)
{
	(void)state;
	begin(S("--B\r\n\r\n\r\n--B\r\n\r\n--B--"));
	next_is("");
	next_is("");
	ends();
	begin(S("--B--"));
	ends();
}

static void test_what_is_no_boundary(void **state)
{
	(void)state;
	begin(S("--Bx\r\n\r\n--B\r\n\r\n"
	    "a\r\n--BB\r\n--B-\r\n\n--B\r\n\r\n--B--"));
	next_is("a\r\n--BB\r\n--B-\r\n\n--B\r\n");
	ends();
}

static void test_broken(void **state)
{
	(void)state;
	breaks("", "last boundary");
	breaks("nothing", "last boundary");
	breaks("--B\r\n\r\nabc", "last boundary");
	breaks("--B\r\n\r\nabc\r\n--B", "last boundary");
	breaks("--B\r\nContent-Type: x/y", "headers");
	breaks("--C\r\n\r\nabc\r\n--C--", "last boundary");
}

static void test_headers_too_long(void **state)
{
	size_t size = HEAD_MOST + 100;
	char *text = arena_alloc(&arena, size + 1);

	(void)state;
	memset(text, 'a', size);
	memcpy(text, "--B\r\n", 5);
	memcpy(text + size - 20, "\r\n\r\nx\r\n--B--", 12);
	breaks(text, "headers");
}

/* Every place of a boundary about the window's edge. */
static void test_at_the_edge(void **state)
{
	struct str tail = S("\r\n--B\r\nContent-ID: 1\r\n\r\nend\r\n--B--");

	(void)state;
	for (size_t by = WINDOW - 40; by <= WINDOW + 4; by++) {
		char *text = arena_alloc(&arena, by + 200);
		size_t n = 7; /* "--B\r\n\r\n" */
		memcpy(text, "--B\r\n\r\n", n);
		memset(text + n, '\r', by);
		n += by;
		memcpy(text + n, tail.at, tail.len);
		begin((struct str){text, n + tail.len});
		assert_true(multipart_next(m, &part, &err));
		assert_int_equal(part.size, by);
		next_is("end");
		ends();
	}
}

static void test_cut_at_each_byte(void **state)
{
	struct str all = S("x\r\n--B\r\nContent-Type: a/b; c=\"d\"\r\n\r\none"
	    "\r\n--B\r\n\r\ntwo\r\n--B--");

	(void)state;
	for (size_t n = 0; n < all.len; n++) {
		begin((struct str){all.at, n});
		while (multipart_next(m, &part, &err))
			;
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

static void test_written_and_read(void **state)
{
	struct str boundary = boundary_new(&arena), text;

	(void)state;
	assert_false(str_eq(boundary, boundary_new(&arena)));
	text = arena_printf(&arena, "%.*sabc%.*sdef%.*s",
	    STR(part_head(&arena, boundary, S("a/b"), S(""), 3)),
	    STR(part_head(&arena, boundary, S("c/d"), S("there"), 3)),
	    STR(parts_end(&arena, boundary)));
	begin(text);
	m = multipart_open(&arena, fd, (int64_t)text.len, boundary);
	next_is("abc");
	assert_true(str_is(part.type.type, "a/b"));
	next_is("def");
	assert_true(str_is(part.location, "there"));
	ends();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_begins_at_once),
	    cmocka_unit_test(test_what_is_no_boundary),
	    cmocka_unit_test(test_broken),
	    cmocka_unit_test(test_headers_too_long),
	    cmocka_unit_test(test_at_the_edge),
	    cmocka_unit_test(test_cut_at_each_byte),
	    cmocka_unit_test(test_written_and_read),
	};
	int bad;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_end(&arena);
	close(fd);
	return bad;
}
