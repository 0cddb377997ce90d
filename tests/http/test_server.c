/* SPDX-License-Identifier: MIT */
/* The server as its callers see it, byte by byte: whole answers, limits,
 * shared answers. */
#include "door.h"

#include <assert.h>
#include <zlib.h>

static int begin(void **state)
{
	(void)state;
	open_door(4, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (server)
		close_door();
	return 0;
}

static void assert_lines(const struct heard *h, size_t size)
{
	char line[32];

	assert_int_equal(h->size, size);
	for (size_t n = 0; n < size; n += 16) {
		snprintf(line, sizeof(line), "line %010zu", n / 16);
		assert_memory_equal(h->body + n, line, 15);
	}
}

static void expect(const char *method, const char *target, const char *headers,
    const char *body, int status, const char *text)
{
	struct heard h = ask(method, target, headers, body);

	if (h.status != status || !strstr(h.body, text))
		print_error("%s %s: %d, %s\n", method, target, h.status,
		    h.body);
	assert_int_equal(h.status, status);
	assert_non_null(strstr(h.body, text));
	assert_true(h.whole);
	heard_end(&h);
}

static void test_answers(void **state)
{
	(void)state;
	expect("GET", "/quick", "", "", 200, "at once");
	expect("GET", "/bytes", "", "", 200, "kept bytes");
	expect("GET", "/refuse", "", "", 403, "refused: no");
	expect("GET", "/work?size=16", "", "", 200, "line 0000000000");
	expect("HEAD", "/bytes", "", "", 200, "");
	expect("GET", "/%zz", "", "", 400, "hexadecimal");
	expect("GET", "/../x", "", "", 400, "cannot be");
}

static void test_security_headers_are_always_there(void **state)
{
	static const char *const targets[] = {"/quick", "/refuse", "/%zz",
	    "/work?size=3000000"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct heard h = get(targets[i]);
		assert_non_null(strstr(heard_header(&h,
		    "Content-Security-Policy"), "frame-ancestors 'none'"));
		assert_null(strstr(heard_header(&h,
		    "Content-Security-Policy"), "unsafe"));
		assert_string_equal(heard_header(&h, "X-Content-Type-Options"),
		    "nosniff");
		assert_string_equal(heard_header(&h, "Referrer-Policy"),
		    "no-referrer");
		assert_string_equal(heard_header(&h,
		    "Cross-Origin-Opener-Policy"), "same-origin");
		heard_end(&h);
	}
}

static void test_one_connection_serves_many(void **state)
{
	int fd = dial();

	(void)state;
	for (int i = 0; i < 50; i++) {
		const char *text = i % 2 ?
		    "GET /work?size=1600 HTTP/1.1\r\nHost: h\r\n\r\n" :
		    "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n";
		say(fd, text, strlen(text));
		struct heard h = hear(fd, false);
		assert_int_equal(h.status, 200);
		assert_true(h.whole);
		heard_end(&h);
	}
	close(fd);
}

static void test_requests_in_one_breath(void **state)
{
	const char *text = "GET /work?size=16 HTTP/1.1\r\nHost: h\r\n\r\n"
			   "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n"
			   "POST /text HTTP/1.1\r\nHost: h\r\n"
			   "Content-Length: 3\r\n\r\nabc"
			   "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char *const bodies[] = {"line 0000000000", "at once",
	    "abc", "at once"};
	int fd = dial();

	(void)state;
	say(fd, text, strlen(text));
	for (int i = 0; i < 4; i++) {
		struct heard h = hear(fd, false);
		assert_int_equal(h.status, 200);
		assert_non_null(strstr(h.body, bodies[i]));
		heard_end(&h);
	}
	close(fd);
}

/* Sizes on both sides of each boundary: one piece, many, a file. */
static void test_sizes(void **state)
{
	static const size_t sizes[] = {0, 16, 1024, 4096, 65520, 65536, 65552,
	    300000, 1048560, 1048576, 1048592, 5000000, 20000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char target[64];
		size_t whole = (sizes[i] + 15) / 16 * 16;
		snprintf(target, sizeof(target), "/work?size=%zu", sizes[i]);
		struct heard h = get(target);
		assert_int_equal(h.status, 200);
		assert_lines(&h, whole);
		heard_end(&h);
	}
}

static void unzip(struct heard *h)
{
	z_stream z = {.next_in = (unsigned char *)h->body,
	    .avail_in = (unsigned)h->size};
	size_t room = 32 << 20;
	char *to = malloc(room);

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_out = (unsigned char *)to;
	z.avail_out = (unsigned)room;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	free(h->body);
	h->body = to;
	h->size = z.total_out;
	inflateEnd(&z);
}

static void test_compression(void **state)
{
	static const size_t sizes[] = {2048, 65536, 1048592, 20000000};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char target[64];
		snprintf(target, sizeof(target), "/work?size=%zu", sizes[i]);
		struct heard h = ask("GET", target,
		    "Accept-Encoding: gzip\r\n", "");
		assert_string_equal(heard_header(&h, "Content-Encoding"),
		    "gzip");
		assert_string_equal(heard_header(&h, "Vary"),
		    "Accept-Encoding");
		assert_true(h.size < sizes[i] / 2);
		unzip(&h);
		assert_lines(&h, sizes[i]);
		heard_end(&h);
	}
}

static void test_no_compression_where_it_does_not_help(void **state)
{
	struct heard h;

	(void)state;
	h = ask("GET", "/work?size=512", "Accept-Encoding: gzip\r\n", "");
	assert_string_equal(heard_header(&h, "Content-Encoding"), "");
	assert_string_equal(heard_header(&h, "Vary"), "Accept-Encoding");
	heard_end(&h);
	h = ask("GET", "/work?size=5000", "Accept-Encoding: gzip;q=0\r\n", "");
	assert_string_equal(heard_header(&h, "Content-Encoding"), "");
	heard_end(&h);
	h = ask("GET", "/xlsx?size=5000", "Accept-Encoding: gzip\r\n", "");
	assert_string_equal(heard_header(&h, "Content-Encoding"), "");
	heard_end(&h);
}

/* Nothing was sent before the trouble was known, so the status is honest. */
static void test_a_late_error_is_a_whole_error(void **state)
{
	(void)state;
	expect("GET", "/broken", "", "", 500, "the disk is gone");
	expect("GET", "/changed", "", "", 409, "changed my mind");
	expect("GET", "/changed", "Accept-Encoding: gzip\r\n", "", 409,
	    "changed my mind");
}

static void test_text_bodies(void **state)
{
	char big[2000];

	(void)state;
	expect("POST", "/text", "Content-Length: 5\r\n", "hello", 200, "hello");
	expect("POST", "/text", "Content-Length: 0\r\n", "", 200, "");
	expect("POST", "/text", "Transfer-Encoding: chunked\r\n",
	    "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde");
	memset(big, 'x', sizeof(big));
	big[1000] = '\0';
	expect("POST", "/text", "Content-Length: 1000\r\n", big, 200, "xxx");
	big[1000] = 'x';
	big[1001] = '\0';
	expect("POST", "/text", "Content-Length: 1001\r\n", big, 413,
	    "larger than 1000");
}

static void test_bodies_where_none_is_taken(void **state)
{
	(void)state;
	expect("POST", "/work", "Content-Length: 5\r\n", "hello", 413,
	    "larger");
	expect("POST", "/refuse", "Content-Length: 5\r\n", "hello", 403, "no");
	expect("GET", "/quick", "Content-Length: 5\r\n", "hello", 400, "body");
	expect("POST", "/text",
	    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc", 400,
	    "body");
	expect("POST", "/text", "Content-Length: -1\r\n", "", 400, "");
}

static void test_a_file(void **state)
{
	size_t size = 30 << 20;
	char head[200], *body = malloc(size), text[200];
	int fd = dial();
	int n = snprintf(head, sizeof(head), "POST /file HTTP/1.1\r\nHost: h\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n", size);

	(void)state;
	for (size_t i = 0; i < size; i++)
		body[i] = (char)(i * 31 % 251);
	say(fd, head, (size_t)n);
	assert_true(say(fd, body, size));
	struct heard h = hear(fd, false);
	assert_int_equal(h.status, 200);
	snprintf(text, sizeof(text), "%zu %s", size,
	    sha256_text(sha256_of((struct str){body, size})).at);
	assert_string_equal(h.body, text);
	heard_end(&h);
	close(fd);
	free(body);
}

static void test_an_asker_who_waits_hears_no(void **state)
{
	const char *text = "POST /file HTTP/1.1\r\nHost: h\r\n"
	    "Content-Length: 999999999999\r\nExpect: 100-continue\r\n\r\n";
	int fd = dial();

	(void)state;
	say(fd, text, strlen(text));
	struct heard h = hear(fd, false);
	assert_int_equal(h.status, 413);
	assert_string_equal(heard_header(&h, "Connection"), "close");
	heard_end(&h);
	close(fd);
}

static void test_a_huge_head(void **state)
{
	static char text[100000];
	int fd = dial();
	size_t n = (size_t)snprintf(text, sizeof(text),
	    "GET /quick HTTP/1.1\r\nHost: h\r\nX: ");

	(void)state;
	memset(text + n, 'a', sizeof(text) - n - 4);
	memcpy(text + sizeof(text) - 4, "\r\n\r\n", 4);
	say(fd, text, sizeof(text));
	struct heard h = hear(fd, false);
	if (h.status) /* or cut off before all of it was sent */
		assert_true(h.status == 431 || h.status == 413);
	assert_string_equal(strstr(h.body, "at once") ? "taken" : "", "");
	heard_end(&h);
	close(fd);
	expect("GET", "/quick", "", "", 200, "at once");
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {"\r\n\r\n", "GET\r\n\r\n",
	    "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n",
	    "GET /quick HTTP/1.1\r\nHost h\r\n\r\n", "x", "GET  /  \r\n\r\n",
	    "POST /text HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	    "GET /quick HTTP/1.1\r\nHost: h\r\nX: \xff\xfe\r\n\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = dial();
		say(fd, texts[i], strlen(texts[i]));
		shutdown(fd, SHUT_WR);
		struct heard h = hear(fd, false);
		heard_end(&h);
		close(fd);
	}
	expect("GET", "/quick", "", "", 200, "at once");
}

static void test_one_answer_for_all_who_ask_the_same(void **state)
{
	struct many list[20];

	(void)state;
	atomic_store(&made_n, 0);
	begin_many(list, 20, "/kept?size=5000&ms=200");
	end_many(list, 20, 200);
	assert_int_equal(atomic_load(&made_n), 1);
	expect("GET", "/kept?size=5000&ms=200", "", "", 200, "line");
	assert_int_equal(atomic_load(&made_n), 1);
	struct heard h = ask("GET", "/kept?size=5000&ms=200",
	    "Accept-Encoding: gzip\r\n", "");
	unzip(&h);
	assert_lines(&h, 5008);
	heard_end(&h);
	assert_int_equal(atomic_load(&made_n), 2);
	assert_int_equal(http_counts(server).shared, 2);
	atomic_fetch_add(&version, 1);
	expect("GET", "/kept?size=5000&ms=200", "", "", 200, "line");
	assert_int_equal(atomic_load(&made_n), 3);
	assert_int_equal(http_counts(server).shared, 1);
}

static void test_kept_answers_stay_within_their_memory(void **state)
{
	char target[64];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(target, sizeof(target), "/kept?size=100000&i=%d", i);
		struct heard h = get(target);
		assert_lines(&h, 100000);
		heard_end(&h);
		assert_true(http_counts(server).shared_size <= 1 << 20);
	}
	assert_true(http_counts(server).shared >= 5);
	/* Too large to be kept, and still shared by those who wait. */
	struct many list[4];
	atomic_store(&made_n, 0);
	begin_many(list, 4, "/kept?size=3000000&ms=200");
	end_many(list, 4, 200);
	assert_int_equal(atomic_load(&made_n), 1);
	assert_int_equal(list[3].size, 3000000);
}

static void test_what_is_long_leaves_workers_to_others(void **state)
{
	struct many list[6];

	(void)state;
	atomic_store(&most_in_work, 0);
	begin_many(list, 6, "/long?ms=300&size=16");
	pause_ms(100);
	int64_t from = outside_ticks();
	expect("GET", "/work?size=16", "", "", 200, "line");
	assert_true(outside_ticks() - from < 200000);
	end_many(list, 6, 200);
	assert_true(atomic_load(&most_in_work) <= 3); /* two long, and ours */
}

static void test_one_thread_is_enough(void **state)
{
	struct many list[8];

	(void)state;
	open_door(1, 1 << 20);
	begin_many(list, 8, "/long?ms=2&size=100");
	expect("GET", "/quick", "", "", 200, "at once");
	end_many(list, 8, 200);
	close_door();
}

static void test_a_port_that_is_taken(void **state)
{
	struct http_door door = {.head = door_head, .work = door_work,
	    .refuse = door_refuse};
	struct http_options options = {.address = "127.0.0.1", .temp = "",
	    .threads = 1};
	struct err err = {0};

	(void)state;
	open_door(1, 0);
	options.port = port;
	assert_null(http_start(&door, &options, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.hint, "web_port"));
	close_door();
	err = (struct err){0};
	options.address = "no.such.address.invalid";
	assert_null(http_start(&door, &options, &err));
	assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_security_headers_are_always_there),
	    cmocka_unit_test(test_one_connection_serves_many),
	    cmocka_unit_test(test_requests_in_one_breath),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_compression),
	    cmocka_unit_test(test_no_compression_where_it_does_not_help),
	    cmocka_unit_test(test_a_late_error_is_a_whole_error),
	    cmocka_unit_test(test_text_bodies),
	    cmocka_unit_test(test_bodies_where_none_is_taken),
	    cmocka_unit_test(test_a_file),
	    cmocka_unit_test(test_an_asker_who_waits_hears_no),
	    cmocka_unit_test(test_a_huge_head),
	    cmocka_unit_test(test_nonsense),
	    cmocka_unit_test(test_one_answer_for_all_who_ask_the_same),
	    cmocka_unit_test(test_kept_answers_stay_within_their_memory),
	    cmocka_unit_test(test_what_is_long_leaves_workers_to_others),
	    cmocka_unit_test(test_one_thread_is_enough),
	    cmocka_unit_test(test_a_port_that_is_taken),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
