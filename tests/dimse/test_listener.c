/* SPDX-License-Identifier: MIT */
/* test_listener.c: callers who are wrong, slow, too many, or break off, each
 * answered as PS3.8 says; and those who are right meanwhile do not notice. */
#include "dimse/listener.c"

#include "open.h"
#include "raw.h"
#include "test.h"

#define APPLICATION "1.2.840.10008.3.1.1.1"

static struct open_door door;
static struct dimse_limits limits;
static struct listener *listener;
static struct err err;

static void begin(void)
{
	struct dimse_door d = open_door(&door);

	listener = listener_start("127.0.0.1", 0, NULL, &d, &limits, &err);
	if (!listener)
		fail_msg("%s", err.text);
}

static int fresh(void **state)
{
	(void)state;
	memset(&door, 0, sizeof(door));
	limits = open_limits;
	err = (struct err){0};
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (listener)
		listener_stop(listener, 20);
	listener = NULL;
	return 0;
}

static int64_t port(void)
{
	return listener_port(listener);
}

static void expect_abort(int fd, int source, int reason)
{
	struct answer *a = raw_read(fd);

	assert_int_equal(a->type, PDU_ABORT);
	assert_int_equal(a->body[2], source);
	assert_int_equal(a->body[3], reason);
	assert_int_equal(raw_read(fd)->type, 0);
	close(fd);
}

static void expect_refusal(int fd, int result, int source, int reason)
{
	struct answer *a = raw_read(fd);

	assert_int_equal(a->type, PDU_RJ);
	assert_int_equal(a->body[1], result);
	assert_int_equal(a->body[2], source);
	assert_int_equal(a->body[3], reason);
	close(fd);
}

static void wait_open(int64_t n)
{
	while (listener_counts(listener).open != n)
		usleep(1000);
}

static void echo(int fd)
{
	struct answer *a;

	RAW(fd, RAW_ECHO);
	a = raw_read(fd);
	assert_int_equal(a->type, PDU_DATA);
	assert_int_equal(a->body[5], PDV_COMMAND | PDV_LAST);
}

static void release(int fd)
{
	RAW(fd, "\5\0\0\0\0\4\0\0\0\0");
	assert_int_equal(raw_read(fd)->type, PDU_RELEASE_RP);
	close(fd);
}

static void test_echo_and_release(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_associate(port());
	echo(fd);
	echo(fd);
	release(fd);
	wait_open(0);
	assert_int_equal(listener_counts(listener).served, 1);
	assert_int_equal(door.last_kind, ERR_NONE);
	assert_int_equal(door.ended, 1);
}

static void test_bytes_come_one_by_one(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_associate(port());
	for (size_t i = 0; i < sizeof(RAW_ECHO) - 1; i++)
		raw_send(fd, &RAW_ECHO[i], 1);
	assert_int_equal(raw_read(fd)->type, PDU_DATA);
	release(fd);
}

static void test_before_an_association(void **state)
{
	static const char others[] = "\2\3\4\5\6\x9";

	(void)state;
	begin();
	for (size_t i = 0; i < 6; i++) { /* Sta2: AA-1 */
		int fd = raw_open(port());
		char pdu[] = "\0\0\0\0\0\x8\0\0\0\4\1\3\0\0";
		pdu[0] = others[i];
		raw_send(fd, pdu, 14);
		expect_abort(fd, ABORT_USER, 0);
	}
	wait_open(0);
	assert_int_equal(listener_counts(listener).aborted, 6);
}

static void test_a_request_that_cannot_be_read(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_open(port());
	RAW(fd, "\1\0\0\0\0\4abcd");
	expect_abort(fd, ABORT_USER, 0);
	fd = raw_open(port());
	RAW(fd, "\1\0\377\377\377\377");
	expect_abort(fd, ABORT_USER, 0);
	fd = raw_open(port());
	RAW(fd, "GET / HTTP/1.1\r\n\r\n");
	expect_abort(fd, ABORT_USER, 0);
	fd = raw_open(port());
	RAW(fd, "\7\0\0\0\0\4\0\0\0\0");
	assert_int_equal(raw_read(fd)->type, 0); /* AA-2 */
	close(fd);
}

static void test_refusals(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_open(port());
	raw_ask(fd, APPLICATION, 2);
	expect_refusal(fd, 1, 2, 2);
	fd = raw_open(port());
	raw_ask(fd, "1.2.3", 1);
	expect_refusal(fd, 1, 1, 2);
	door.refuse = REJECT_UNKNOWN_CALLING;
	fd = raw_open(port());
	raw_ask(fd, APPLICATION, 1);
	expect_refusal(fd, 1, 1, 3);
	door.refuse = REJECT_UNKNOWN_CALLED;
	fd = raw_open(port());
	raw_ask(fd, APPLICATION, 1);
	expect_refusal(fd, 1, 1, 7);
	door.refuse = REJECT_BUSY;
	fd = raw_open(port());
	raw_ask(fd, APPLICATION, 3);
	expect_refusal(fd, 2, 3, 2);
	wait_open(0);
	assert_int_equal(listener_counts(listener).rejected, 5);
	assert_int_equal(door.ended, 5);
	assert_int_equal(door.last_kind, ERR_REFUSED);
}

static void test_too_many(void **state)
{
	int fds[3];

	(void)state;
	limits.associations = 3;
	begin();
	for (int i = 0; i < 3; i++)
		fds[i] = raw_associate(port());
	for (int i = 0; i < 5; i++) {
		int fd = raw_open(port());
		raw_ask(fd, APPLICATION, 1);
		expect_refusal(fd, 2, 3, 2);
	}
	for (int i = 0; i < 3; i++) {
		echo(fds[i]);
		release(fds[i]);
	}
	wait_open(0);
	release(raw_associate(port()));
}

static void test_too_many_from_one_address(void **state)
{
	int one, two;

	(void)state;
	limits.from_one = 1;
	begin();
	one = raw_associate(port());
	two = raw_open(port());
	raw_ask(two, APPLICATION, 1);
	expect_refusal(two, 2, 3, 2);
	release(one);
}

static void test_past_the_spare_seats_it_is_closed(void **state)
{
	int fds[SPARE + 1], last;

	(void)state;
	limits.associations = 1;
	begin();
	for (int i = 0; i <= SPARE; i++)
		fds[i] = raw_open(port());
	wait_open(SPARE + 1);
	last = raw_open(port());
	assert_int_equal(raw_read(last)->type, 0);
	close(last);
	for (int i = 0; i <= SPARE; i++)
		close(fds[i]);
	wait_open(0);
	release(raw_associate(port()));
}

#define BAD(text, why) {text, sizeof(text) - 1, why}

static void test_unexpected_in_an_association(void **state)
{
	static const struct {
		const char *pdu;
		size_t n;
		int reason;
	} bad[] = {
	    BAD("\x99\0\0\0\0\4\0\0\0\0", ABORT_UNRECOGNISED_PDU),
	    BAD("\2\0\0\0\0\4\0\0\0\0", ABORT_UNEXPECTED_PDU),
	    BAD("\3\0\0\0\0\4\0\0\0\0", ABORT_UNEXPECTED_PDU),
	    BAD("\6\0\0\0\0\4\0\0\0\0", ABORT_UNEXPECTED_PDU),
	    BAD("\1\0\0\0\0\4\0\0\0\0", ABORT_UNEXPECTED_PDU),
	    BAD("\5\0\0\0\0\1\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\3\0\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\377\0\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\6\0\0\0\1\1\3", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\6\0\0\0\3\1\3", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\6\377\377\377\377\1\3", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\x8\0\0\0\4\1\2\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\x8\0\0\0\4\3\3\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\x8\0\0\0\4\2\3\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\x8\0\0\0\4\1\3\0\0", ABORT_INVALID_PARAMETER),
	    BAD("\4\0\0\0\0\x9\0\0\0\2\1\1\0\0\0", ABORT_INVALID_PARAMETER),
	};

	(void)state;
	begin();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = raw_associate(port());
		raw_send(fd, bad[i].pdu, bad[i].n);
		expect_abort(fd, ABORT_PROVIDER, bad[i].reason);
	}
	wait_open(0);
	assert_int_equal(listener_counts(listener).aborted,
	    sizeof(bad) / sizeof(bad[0]));
}

static void test_data_of_another_kind_or_context(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_associate(port());
	RAW(fd, RAW_STORE RAW_STORE);
	expect_abort(fd, ABORT_PROVIDER, ABORT_INVALID_PARAMETER);
	fd = raw_associate(port());
	RAW(fd, RAW_STORE "\4\0\0\0\0\x8\0\0\0\4\3\2\0\0");
	expect_abort(fd, ABORT_PROVIDER, ABORT_INVALID_PARAMETER);
	fd = raw_associate(port());
	RAW(fd, RAW_STORE "\5\0\0\0\0\4\0\0\0\0");
	assert_int_equal(raw_read(fd)->type, PDU_RELEASE_RP);
	close(fd);
	wait_open(0);
	assert_int_equal(door.last_kind, ERR_INPUT);
	assert_int_equal(door.stored, 0);
}

static void test_a_command_without_end(void **state)
{
	static char zeros[1000];
	int fd;

	(void)state;
	limits.command_size = 4000;
	begin();
	fd = raw_associate(port());
	for (int i = 0; i < 5; i++) {
		raw_data_head(fd, sizeof(zeros), PDV_COMMAND);
		raw_send(fd, zeros, sizeof(zeros));
	}
	expect_abort(fd, ABORT_PROVIDER, ABORT_INVALID_PARAMETER);
}

static void test_the_other_side_aborts(void **state)
{
	int fd;

	(void)state;
	begin();
	fd = raw_associate(port());
	RAW(fd, "\7\0\0\0\0\4\0\0\0\0");
	assert_int_equal(raw_read(fd)->type, 0);
	close(fd);
	fd = raw_associate(port());
	RAW(fd, RAW_STORE);
	close(fd);
	wait_open(0);
	assert_int_equal(listener_counts(listener).aborted, 2);
	assert_int_equal(door.last_kind, ERR_BUSY);
}

static void test_says_nothing(void **state)
{
	int silent, half, fd;

	(void)state;
	limits.artim_s = 1;
	begin();
	silent = raw_open(port());
	half = raw_open(port());
	RAW(half, "\1\0\0\0\1\0");
	fd = raw_associate(port());
	assert_int_equal(raw_read(silent)->type, 0); /* AA-2 */
	assert_int_equal(raw_read(half)->type, 0);
	echo(fd); /* which has nothing to do with ARTIM */
	release(fd);
	close(silent);
	close(half);
}

static void test_does_not_close(void **state)
{
	int fd;

	(void)state;
	limits.artim_s = 1;
	begin();
	fd = raw_associate(port());
	RAW(fd, "\5\0\0\0\0\4\0\0\0\0");
	assert_int_equal(raw_read(fd)->type, PDU_RELEASE_RP);
	RAW(fd, RAW_ECHO); /* Sta13: not answered */
	assert_int_equal(raw_read(fd)->type, 0);
	close(fd);
}

static void test_idle(void **state)
{
	int fd;

	(void)state;
	limits.idle_s = 1;
	begin();
	fd = raw_associate(port());
	echo(fd);
	expect_abort(fd, ABORT_PROVIDER, ABORT_NO_REASON);
}

static void test_stops_within_a_pdu(void **state)
{
	int head, body;

	(void)state;
	limits.pdu_s = 1;
	begin();
	head = raw_associate(port());
	RAW(head, "\4\0\0");
	body = raw_associate(port());
	raw_send(body, RAW_ECHO, 40);
	expect_abort(head, ABORT_PROVIDER, ABORT_NO_REASON);
	expect_abort(body, ABORT_PROVIDER, ABORT_NO_REASON);
}

/* Every PDU comes in time, but the whole would take days. */
static void test_slower_than_the_floor(void **state)
{
	int fd;

	(void)state;
	limits.pdu_s = 1;
	limits.rate_floor = 1000;
	begin();
	fd = raw_associate(port());
	RAW(fd, RAW_STORE);
	while (!door.ended) {
		raw_data_head(fd, 2, 0);
		RAW(fd, "ab");
		usleep(50000);
	}
	expect_abort(fd, ABORT_PROVIDER, ABORT_NO_REASON);
	assert_int_equal(door.stored, 0);
}

/* Who asks, and does not take the answers. */
static void test_takes_nothing(void **state)
{
	static char many[100 * (sizeof(RAW_ECHO) - 1)];
	size_t at = 0;
	int fd;

	(void)state;
	limits.pdu_s = 1;
	begin();
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = RAW_ECHO[i % (sizeof(RAW_ECHO) - 1)];
	fd = raw_associate(port());
	while (!door.last_kind) {
		ssize_t n = send(fd, many + at, sizeof(many) - at,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			break;
		if (n < 0)
			usleep(10000);
		else
			at = (at + (size_t)n) % sizeof(many);
	}
	shutdown(fd, SHUT_WR);
	wait_open(0);
	assert_int_equal(door.last_kind, ERR_BUSY);
	close(fd);
}

static void test_too_large_is_read_to_its_end(void **state)
{
	static char data[30000];
	int fd;

	(void)state;
	limits.object_size = 50000;
	begin();
	fd = raw_associate(port());
	for (int turn = 0; turn < 2; turn++) {
		struct answer *a;
		RAW(fd, RAW_STORE);
		for (int i = 0; i < 2 - turn; i++) {
			raw_data_head(fd, sizeof(data),
			    i == 1 - turn ? PDV_LAST : 0);
			raw_send(fd, data, sizeof(data));
		}
		a = raw_read(fd);
		assert_int_equal(a->type, PDU_DATA);
		assert_int_equal(door.stored, turn);
	}
	echo(fd);
	release(fd);
}

static int64_t rss(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long long all, here;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lld %lld", &all, &here), 2);
	fclose(f);
	return here * 4096;
}

static void churn(int n)
{
	for (int i = 0; i < n; i++) {
		int fd = i % 3 ? raw_associate(port()) : raw_open(port());
		if (i % 3 == 2)
			RAW(fd, RAW_STORE);
		else if (i % 3 == 1)
			RAW(fd, "\7\0\0\0\0\4\0\0\0\0");
		close(fd);
	}
	wait_open(0);
}

static void test_breaking_off_leaves_nothing(void **state)
{
	int64_t before;

	(void)state;
	begin();
	churn(1500);
	before = rss();
	churn(3000);
	/* Sanitizers keep what was freed for a while; a leak of one buffer in
	 * a hundred would be 7 MiB. */
	if (rss() - before > 7 << 20)
		fail_msg("grew by %lld KiB",
		    (long long)(rss() - before) >> 10);
	assert_int_equal(door.ended, 4500);
}

static void test_slow_ones_do_not_starve_others(void **state)
{
	static int slow[200];
	static char data[20000];

	(void)state;
	begin();
	for (int i = 0; i < 200; i++) {
		slow[i] = raw_associate(port());
		RAW(slow[i], RAW_STORE);
		raw_data_head(slow[i], sizeof(data), PDV_LAST);
	}
	for (int turn = 0; turn < 50; turn++) {
		int fd = raw_associate(port());
		for (int i = 0; i < 200; i += 7)
			raw_send(slow[i], data, 1);
		RAW(fd, RAW_STORE);
		raw_data_head(fd, sizeof(data), PDV_LAST);
		raw_send(fd, data, sizeof(data));
		assert_int_equal(raw_read(fd)->type, PDU_DATA);
		release(fd);
	}
	assert_int_equal(door.stored, 50);
	for (int i = 0; i < 200; i++) {
		size_t sent = i % 7 ? 0 : 50;
		raw_send(slow[i], data, sizeof(data) - sent);
	}
	for (int i = 0; i < 200; i++) {
		assert_int_equal(raw_read(slow[i])->type, PDU_DATA);
		release(slow[i]);
	}
	assert_int_equal(door.stored, 250);
	assert_int_equal(door.bytes, 250 * sizeof(data));
}

static void test_stop_lets_end_and_then_aborts(void **state)
{
	int64_t p;
	int fd, other;

	(void)state;
	begin();
	p = port();
	release(raw_associate(p));
	assert_true(listener_stop(listener, 10));
	listener = NULL;
	begin();
	fd = raw_associate(port());
	other = raw_open(port());
	wait_open(2);
	assert_false(listener_stop(listener, 0));
	listener = NULL;
	expect_abort(fd, ABORT_USER, 0);
	assert_int_equal(raw_read(other)->type, 0);
	close(other);
	assert_int_equal(door.ended, 3);
}

static void test_where_it_cannot_listen(void **state)
{
	struct dimse_door d = open_door(&door);
	struct err why = {0};

	(void)state;
	begin();
	assert_null(listener_start("127.0.0.1", port(), NULL, &d, &limits,
	    &why));
	assert_int_equal(why.kind, ERR_BUSY);
	why = (struct err){0};
	assert_null(listener_start("not an address", 0, NULL, &d, &limits,
	    &why));
	assert_int_equal(why.kind, ERR_BUSY);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_echo_and_release),
	    CASE(test_bytes_come_one_by_one),
	    CASE(test_before_an_association),
	    CASE(test_a_request_that_cannot_be_read),
	    CASE(test_refusals),
	    CASE(test_too_many),
	    CASE(test_too_many_from_one_address),
	    CASE(test_past_the_spare_seats_it_is_closed),
	    CASE(test_unexpected_in_an_association),
	    CASE(test_data_of_another_kind_or_context),
	    CASE(test_a_command_without_end),
	    CASE(test_the_other_side_aborts),
	    CASE(test_says_nothing),
	    CASE(test_does_not_close),
	    CASE(test_idle),
	    CASE(test_stops_within_a_pdu),
	    CASE(test_slower_than_the_floor),
	    CASE(test_takes_nothing),
	    CASE(test_too_large_is_read_to_its_end),
	    CASE(test_breaking_off_leaves_nothing),
	    CASE(test_slow_ones_do_not_starve_others),
	    CASE(test_stop_lets_end_and_then_aborts),
	    CASE(test_where_it_cannot_listen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
