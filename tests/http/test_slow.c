/* SPDX-License-Identifier: MIT */
/* Those who take their time on purpose: one byte now and then must not hold a
 * place for ever.  The deadlines are seconds here. */
#define HEAD_US (2 * US_PER_S)
#define MOVE_US (2 * US_PER_S)
#define IDLE_US (2 * US_PER_S)
#include "http/callers.c"

#include "door.h"

static int begin(void **state)
{
	(void)state;
	open_door(2, 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close_door();
	return 0;
}

/* Sends a byte every 100 ms; how many seconds until the other end has gone. */
static double drip(int fd, const char *text, int most_s)
{
	int64_t from = outside_ticks();
	char heard[4096];

	for (int i = 0; i < most_s * 10; i++) {
		char c = text[(size_t)i % strlen(text)];
		if (send(fd, &c, 1, MSG_NOSIGNAL) < 0 ||
		    recv(fd, heard, sizeof(heard), MSG_DONTWAIT) == 0)
			break;
		pause_ms(100);
	}
	return (double)(outside_ticks() - from) / 1e6;
}

static void test_a_head_byte_by_byte(void **state)
{
	int fd = dial();
	double took;

	(void)state;
	say(fd, "GET /quick HTTP/1.1\r\nHost: h\r\nX: ", 34);
	took = drip(fd, "a", 12);
	assert_true(took < 8);
	close(fd);
	fd = dial();
	took = drip(fd, "aaaa", 12); /* not even a first line */
	assert_true(took < 8);
	close(fd);
}

static void test_a_body_byte_by_byte(void **state)
{
	int fd = dial();

	(void)state;
	const char *text = "POST /text HTTP/1.1\r\nHost: h\r\n"
			   "Content-Length: 900\r\n\r\n";
	say(fd, text, strlen(text));
	assert_true(drip(fd, "a", 12) < 8);
	close(fd);
}

static void test_a_connection_that_says_nothing(void **state)
{
	int fd = dial();
	char c;

	(void)state;
	assert_int_equal(hear_some(fd, &c, 1, 8000), 0);
	close(fd);
	fd = dial(); /* nor after its first request */
	say(fd, "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n", 32);
	struct heard h = hear(fd, false);
	assert_int_equal(h.status, 200);
	heard_end(&h);
	assert_int_equal(hear_some(fd, &c, 1, 8000), 0);
	close(fd);
}

/* 20 MB may take as long as 4 KiB/s needs, so it is still there; but it holds
 * no worker. */
static void test_an_answer_that_nobody_takes(void **state)
{
	const char *text = "GET /work?size=20000000 HTTP/1.1\r\n"
			   "Host: h\r\n\r\n";
	int fd = dial();

	(void)state;
	atomic_store(&made_n, 0);
	say(fd, text, strlen(text));
	while (atomic_load(&made_n) < 1 || http_counts(server).working)
		pause_ms(10);
	pause_ms(4000);
	assert_int_equal(http_counts(server).working, 0);
	struct heard h = hear(fd, false);
	assert_int_equal(h.size, 20000000);
	heard_end(&h);
	close(fd);
}

/* Time at work is not the asker's. */
static void test_a_worker_may_take_its_time(void **state)
{
	struct heard h = get("/work?size=16&ms=5000");

	(void)state;
	assert_int_equal(h.status, 200);
	heard_end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_head_byte_by_byte),
	    cmocka_unit_test(test_a_body_byte_by_byte),
	    cmocka_unit_test(test_a_connection_that_says_nothing),
	    cmocka_unit_test(test_an_answer_that_nobody_takes),
	    cmocka_unit_test(test_a_worker_may_take_its_time),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
