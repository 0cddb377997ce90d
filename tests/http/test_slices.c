/* SPDX-License-Identifier: MIT */
/* Answers made of slices, and their ranges, over the wire. */
#include "client.h"

#include <stdatomic.h>
#include <sys/mman.h>

#define FILE_SIZE INT64_C(3000000)

static struct http *server;
static int file = -1;
static atomic_int let_go_n, given_n;

static void let_go(void *with)
{
	assert_ptr_equal(with, &let_go_n);
	atomic_fetch_add(&let_go_n, 1);
}

static char byte_of(int64_t at)
{
	return (char)('a' + at * 7 % 23 + at / 65536 % 3);
}

static void refuse(struct answer *a, int status, const struct err *err)
{
	out_printf(answer_out(a, "text/plain"), "%s", err->text);
	a->status = status;
}

static enum http_next head(struct request *q, struct answer *a)
{
	(void)a;
	if (q->method == POST) {
		q->takes = BODY_FILE;
		q->unhashed = true;
		q->body_folder = "/tmp";
		q->body_limit = 10000000;
	}
	if (q->method == METHOD_OTHER)
		return refuse(a, 405, &(struct err){0}), HTTP_SEND;
	return HTTP_WORK;
}

static void send_slices(struct answer *a, const struct slice *list, size_t n)
{
	struct slices slices = {list, n, true, let_go, &let_go_n};

	atomic_fetch_add(&given_n, 1);
	answer_slices(a, &slices, "application/octet-stream");
}

/* What came is sent back from its own file, which the request closes. */
static void echo(struct request *q, struct answer *a)
{
	char *text = arena_alloc(answer_arena(a), (size_t)q->body.size + 1);
	struct slice one = {.fd = -1};

	assert_int_equal(pread(q->body.fd, text, (size_t)q->body.size, 0),
	    q->body.size);
	one.bytes = (struct str){text, (size_t)q->body.size};
	send_slices(a, &one, 1);
}

static void work(struct request *q, struct answer *a)
{
	const struct slice mixed[] = {{S("head"), -1, 0, 0},
	    {{0}, file, 100, 200000}, {S(""), -1, 0, 0}, {S("middle"), -1, 0, 0},
	    {{0}, file, 0, 10}, {S("tail"), -1, 0, 0}};
	const struct slice sole = {{0}, file, 1000, 2000000};
	const struct slice short_file = {{0}, file, FILE_SIZE - 10, 20};
	const struct slice short_list[] = {short_file, {S("x"), -1, 0, 0}};

	q->etag = "\"tag\"";
	if (q->method == POST)
		echo(q, a);
	else if (str_is(q->address.segments[0], "mixed"))
		send_slices(a, mixed, 6);
	else if (str_is(q->address.segments[0], "sole"))
		send_slices(a, &sole, 1);
	else if (str_is(q->address.segments[0], "empty"))
		send_slices(a, NULL, 0);
	else if (str_is(q->address.segments[0], "short"))
		send_slices(a, short_list, 2);
	else {
		send_slices(a, mixed, 6);
		refuse(a, 409, &(struct err){.text = "changed my mind"});
	}
}

static void is_sole(const char *body, int64_t from, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		if (body[i] != byte_of(1000 + from + i))
			assert_int_equal(i, -1);
}

static void test_mixed(void **state)
{
	struct heard h = get("/mixed");

	(void)state;
	assert_int_equal(h.status, 200);
	assert_int_equal(h.size, 200024);
	assert_memory_equal(h.body, "head", 4);
	for (int64_t i = 0; i < 200000; i++)
		if (h.body[4 + i] != byte_of(100 + i))
			assert_int_equal(i, -1);
	assert_memory_equal(h.body + 200004, "middle", 6);
	assert_int_equal(h.body[200010], byte_of(0));
	assert_memory_equal(h.body + 200020, "tail", 4);
	assert_string_equal(heard_header(&h, "Accept-Ranges"), "bytes");
	heard_end(&h);
}

static void test_sole(void **state)
{
	struct heard h = get("/sole");

	(void)state;
	assert_int_equal(h.status, 200);
	assert_int_equal(h.size, 2000000);
	is_sole(h.body, 0, 2000000);
	heard_end(&h);
	h = ask("HEAD", "/sole", "", "");
	assert_string_equal(heard_header(&h, "Content-Length"), "2000000");
	assert_int_equal(h.size, 0);
	heard_end(&h);
	h = get("/empty");
	assert_int_equal(h.status, 200);
	assert_true(h.whole && h.size == 0);
	heard_end(&h);
}

static struct heard ranged(const char *target, const char *headers, int status,
    const char *range)
{
	struct heard h = ask("GET", target, headers, "");

	assert_int_equal(h.status, status);
	assert_string_equal(heard_header(&h, "Content-Range"), range);
	assert_true(h.whole);
	return h;
}

static void test_ranges(void **state)
{
	struct heard h;

	(void)state;
	h = ranged("/sole", "Range: bytes=5-104\r\n", 206,
	    "bytes 5-104/2000000");
	assert_int_equal(h.size, 100);
	is_sole(h.body, 5, 100);
	heard_end(&h);
	h = ranged("/mixed", "Range: bytes=2-5\r\n", 206, "bytes 2-5/200024");
	assert_memory_equal(h.body, "ad", 2);
	assert_int_equal(h.body[2], byte_of(100));
	heard_end(&h);
	h = ranged("/mixed", "Range: bytes=-6\r\n", 206,
	    "bytes 200018-200023/200024");
	assert_memory_equal(h.body + 2, "tail", 4);
	heard_end(&h);
	h = ranged("/sole", "Range: bytes=2000000-\r\n", 416,
	    "bytes */2000000");
	heard_end(&h);
	h = ranged("/sole", "Range: bytes=1-2\r\nIf-Range: \"tag\"\r\n", 206,
	    "bytes 1-2/2000000");
	heard_end(&h);
	h = ranged("/sole", "Range: bytes=1-2\r\nIf-Range: \"old\"\r\n", 200,
	    "");
	assert_int_equal(h.size, 2000000);
	heard_end(&h);
	h = ranged("/sole", "Range: bytes=1-2,4-5\r\n", 200, "");
	heard_end(&h);
}

static void test_given_up(void **state)
{
	struct heard h = ask("GET", "/other", "Range: bytes=1-2\r\n", "");

	(void)state;
	assert_int_equal(h.status, 409);
	assert_string_equal(h.body, "changed my mind");
	assert_string_equal(heard_header(&h, "Content-Range"), "");
	heard_end(&h);
}

/* A file that lost its end must not look whole. */
static void test_file_cut_short(void **state)
{
	struct heard h = get("/short");

	(void)state;
	assert_false(h.whole);
	heard_end(&h);
}

static void test_body_unhashed(void **state)
{
	struct heard h = ask("POST", "/", "Content-Length: 5\r\n", "hello");

	(void)state;
	assert_int_equal(h.status, 200);
	assert_string_equal(h.body, "hello");
	heard_end(&h);
}

static void test_all_let_go(void **state)
{
	(void)state;
	assert_true(http_stop(server, 5));
	server = NULL;
	assert_true(atomic_load(&given_n) > 10);
	assert_int_equal(atomic_load(&let_go_n), atomic_load(&given_n));
}

static int open_all(void **state)
{
	struct http_door door = {.head = head, .work = work, .refuse = refuse};
	struct http_options options = {.address = "127.0.0.1", .temp = "",
	    .threads = 2};
	struct err err = {0};
	static char all[FILE_SIZE];

	(void)state;
	for (int64_t i = 0; i < FILE_SIZE; i++)
		all[i] = byte_of(i);
	file = memfd_create("file", MFD_CLOEXEC);
	assert_int_equal(write(file, all, FILE_SIZE), FILE_SIZE);
	server = http_start(&door, &options, &err);
	assert_non_null(server);
	port = http_port(server);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mixed),
	    cmocka_unit_test(test_sole),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_given_up),
	    cmocka_unit_test(test_file_cut_short),
	    cmocka_unit_test(test_body_unhashed),
	    cmocka_unit_test(test_all_let_go),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, NULL);
}
