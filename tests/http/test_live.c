/* SPDX-License-Identifier: MIT */
/* Live streams; how the server stops; and everything at once. */
#include "door.h"

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

static void send_live(int number)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "event %d.\n", number);

	live_send(http_live(server), number, (struct str){text, (size_t)n});
}

static void test_live(void **state)
{
	int first = listen_from(0), second;

	(void)state;
	send_live(1);
	hear_until(first, "event 1.");
	pause_ms(50); /* asleep by now */
	send_live(2);
	send_live(3);
	hear_until(first, "event 3.");
	second = listen_from(1);
	hear_until(second, "event 3.");
	live_beat(http_live(server));
	hear_until(first, "still here");
	hear_until(second, "still here");
	assert_int_equal(http_counts(server).listeners, 2);
	close(first);
	for (int i = 4; i < 10; i++) {
		send_live(i);
		pause_ms(20);
	}
	hear_until(second, "event 9.");
	assert_int_equal(http_counts(server).listeners, 1);
	close(second);
}

/* A listener that reads nothing is let go once the ring has come round. */
static void test_a_listener_that_sleeps_is_let_go(void **state)
{
	int fd = listen_from(0), number = 0;
	static char text[1024];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (; number < 20000; number++) {
		live_send(http_live(server), 1000000 + number,
		    (struct str){text, sizeof(text)});
		if (number % 200 == 0)
			pause_ms(1);
	}
	char some[65536];
	ssize_t n, last = 0;
	while ((n = hear_some(fd, some, sizeof(some), 1000)) > 0)
		last = n;
	assert_true(last >= 5 && !memcmp(some + last - 5, "0\r\n\r\n", 5));
	assert_int_equal(http_counts(server).listeners, 0);
	close(fd);
}

static void test_everything_at_once(void **state)
{
	static const char *const targets[] = {"/quick", "/work?size=3000",
	    "/kept?size=2000&ms=1", "/work?size=2000000", "/refuse",
	    "/bytes", "/long?ms=5&size=100", "/%zz"};
	static const int statuses[] = {200, 200, 200, 200, 403, 200, 200, 400};
	struct many lists[8][12];

	(void)state;
	for (int round = 0; round < 3; round++) {
		int fd = listen_from(1 << 30);
		for (int i = 0; i < 8; i++)
			begin_many(lists[i], 12, targets[i]);
		for (int i = 0; i < 100; i++)
			live_send(http_live(server), i, S("tick\n"));
		atomic_fetch_add(&version, 1);
		for (int i = 0; i < 8; i++)
			end_many(lists[i], 12, statuses[i]);
		close(fd);
	}
}

static void *stop_server(void *stopped)
{
	*(bool *)stopped = http_stop(server, 10);
	return NULL;
}

static void test_a_graceful_stop(void **state)
{
	struct many slow[3];
	pthread_t thread;
	bool stopped = false;
	int idle = dial(), live = listen_from(1 << 30);

	(void)state;
	atomic_store(&gate_open, false);
	begin_many(slow, 3, "/gate?size=3000000");
	while (atomic_load(&in_work) < 3)
		pause_ms(1);
	pthread_create(&thread, NULL, stop_server, &stopped);
	while (true) { /* what is new is refused from the first moment on */
		struct heard h = get("/quick");
		int status = h.status;
		heard_end(&h);
		if (status == 503)
			break;
		assert_int_equal(status, 200);
	}
	hear_until(live, "0\r\n\r\n"); /* listeners are told at once */
	atomic_store(&gate_open, true);
	end_many(slow, 3, 200);
	pthread_join(thread, NULL);
	assert_true(stopped);
	assert_int_equal(slow[0].size, 3000000);
	server = NULL;
	close(idle);
	close(live);
}

static void test_a_stop_that_cannot_wait(void **state)
{
	struct many slow[1];

	(void)state;
	open_door(2, 0);
	atomic_store(&gate_open, false);
	begin_many(slow, 1, "/gate?size=16");
	while (atomic_load(&in_work) < 1)
		pause_ms(1);
	assert_false(http_stop(server, 0));
	atomic_store(&gate_open, true);
	end_many(slow, 1, 200);
	close_door();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_live),
	    cmocka_unit_test(test_a_listener_that_sleeps_is_let_go),
	    cmocka_unit_test(test_everything_at_once),
	    cmocka_unit_test(test_a_graceful_stop),
	    cmocka_unit_test(test_a_stop_that_cannot_wait),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
