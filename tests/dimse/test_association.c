/* SPDX-License-Identifier: MIT */
/* test_association.c: our two sides against each other: messages of every
 * size through PDUs of every size, roles, cancels, and a requestor whose
 * acceptor does what it must not. */
#include "dimse/requestor.c"

#include "open.h"
#include "raw.h"
#include "test.h"

#include <fcntl.h>
#include <pthread.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define FIND "1.2.840.10008.5.1.4.1.2.2.1"
#define GET "1.2.840.10008.5.1.4.1.2.2.3"
#define ECHO "1.2.840.10008.1.1"
#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"

static struct open_door door;
static struct dimse_limits limits;
static struct listener *listener;
static struct association *as;
static struct arena arena;
static struct err err;

static const struct proposal proposals[] = {
    {.abstract = ECHO, .syntaxes = {IMPLICIT}},
    {.abstract = CT, .syntaxes = {EXPLICIT, IMPLICIT}, .scp_role = true},
    {.abstract = FIND, .syntaxes = {EXPLICIT}, .extended = {"\1\1", 2}},
    {.abstract = GET, .syntaxes = {IMPLICIT}},
    {.abstract = "1.2.3.4", .syntaxes = {IMPLICIT}},
};
#define PROPOSALS (sizeof(proposals) / sizeof(proposals[0]))

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
	if (as)
		association_close(as);
	if (listener)
		listener_stop(listener, 20);
	as = NULL;
	listener = NULL;
	arena_end(&arena);
	return 0;
}

static void begin_with(int64_t our_pdu)
{
	struct dimse_door d = open_door(&door);
	struct dimse_limits ours = limits;
	struct called to = {.host = "127.0.0.1", .aet = "CALLED",
	    .our_aet = "CALLING", .timeout_s = 10};

	ours.pdu_size = our_pdu;
	listener = listener_start("127.0.0.1", 0, NULL, &d, &limits, &err);
	if (!listener)
		fail_msg("%s", err.text);
	to.port = listener_port(listener);
	as = association_open(&to, proposals, PROPOSALS, &ours, &err);
	if (!as)
		fail_msg("%s", err.text);
}

static void begin(void)
{
	begin_with(limits.pdu_size);
}

static void stop(void)
{
	association_close(as);
	as = NULL;
	assert_true(listener_stop(listener, 20));
	listener = NULL;
}

static uint16_t status_of(uint16_t id)
{
	struct message m;

	if (!association_response(as, &arena, id, &m, &err))
		fail_msg("%s", err.text);
	return m.status;
}

static void test_echo(void **state)
{
	struct context *c;
	uint16_t id;

	(void)state;
	begin();
	c = association_context(as, S(ECHO), NULL);
	assert_non_null(c);
	for (int i = 0; i < 3; i++) {
		assert_true(message_send(as, c, message_request(as, &arena,
		    C_ECHO, S(ECHO), S(""), &id), NULL, &err));
		assert_int_equal(id, i + 1);
		assert_int_equal(status_of(id), 0);
	}
	assert_int_equal(as->messages, 6);
	stop();
	assert_int_equal(door.failed, 0);
}

static void test_what_was_agreed(void **state)
{
	struct context *c;

	(void)state;
	begin();
	assert_string_equal(as->address, "127.0.0.1");
	assert_int_equal(as->pdu_most, limits.pdu_size);
	assert_null(association_context(as, S("1.2.3.4"), NULL));
	assert_int_equal(as->contexts[4].result, 3);
	assert_null(association_context(as, S(CT), syntax_implicit));
	c = association_context(as, S(CT), syntax_explicit);
	assert_ptr_equal(c, &as->contexts[1]);
	assert_int_equal(c->id, 3);
	assert_true(c->scp);
	assert_false(c->scu);
	c = association_context(as, S(FIND), NULL);
	assert_true(c->scu);
	assert_false(c->scp);
	assert_int_equal(c->extended.len, 2);
	assert_true(as->implementation.len > 10);
}

static char *some_bytes(size_t n)
{
	char *at = arena_alloc(&arena, n + 1);

	for (size_t i = 0; i < n; i++)
		at[i] = (char)(i * 2654435761u >> 11);
	return at;
}

static void store(const char *at, size_t head, size_t n)
{
	char name[] = "/tmp/ribble-dimse-XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);
	uint64_t before = door.sum;
	struct context *c = association_context(as, S(CT), NULL);
	uint16_t id;
	struct dataset *d = message_request(as, &arena, C_STORE, S(CT),
	    S("1.2.3"), &id);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(pwrite(fd, at + head, n - head, 100), n - head);
	if (!message_send_bytes(as, c, d, (struct str){at, head}, fd, 100,
	    (int64_t)(n - head), &err))
		fail_msg("%s", err.text);
	close(fd);
	assert_int_equal(status_of(id), 0);
	assert_true(door.sum - before == hash64(at, n));
}

static void test_every_size(void **state)
{
	static const int64_t pdus[] = {4096, 16384, 16386, 131072, 1 << 20};
	static const size_t sizes[] = {1, 2, 4083, 4084, 4085, 4090, 4091,
	    8180, 16378, 16379, 131066, 131067, 262144, 525601, 1500001};
	char *at = some_bytes(1500001);

	(void)state;
	for (size_t p = 0; p < 5; p++) {
		limits.pdu_size = pdus[p];
		begin();
		for (size_t s = 0; s < 15; s++) {
			store(at, sizes[s], sizes[s]);
			store(at, 0, sizes[s]);
			store(at, sizes[s] / 3, sizes[s]);
		}
		stop();
		assert_int_equal(door.failed, 0);
	}
	assert_int_equal(door.stored, 5 * 15 * 3);
}

static void test_a_short_file_aborts(void **state)
{
	struct context *c;
	uint16_t id;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	begin();
	c = association_context(as, S(CT), NULL);
	assert_false(message_send_bytes(as, c, message_request(as, &arena,
	    C_STORE, S(CT), S("1.2"), &id), S("head"), fd, 0, 10, &err));
	close(fd);
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_false(message_send(as, c, message_request(as, &arena, C_ECHO,
	    S(ECHO), S(""), &id), NULL, &err));
	stop();
	assert_int_equal(door.stored, 0);
	assert_int_equal(door.failed, 1);
}

static void test_too_large_is_answered(void **state)
{
	struct context *c;
	uint16_t id;

	(void)state;
	limits.object_size = 100000;
	begin();
	c = association_context(as, S(CT), NULL);
	assert_true(message_send_bytes(as, c, message_request(as, &arena,
	    C_STORE, S(CT), S("1.2"), &id),
	    (struct str){some_bytes(1000000), 1000000}, -1, 0, 0, &err));
	assert_int_equal(status_of(id), 0xA700);
	store(some_bytes(100000), 100000, 100000);
	assert_int_equal(door.stored, 1);
}

/* Answers a C-FIND with its own patient id, again and again. */
static void find(struct open_door *d, struct association *acceptor,
    const struct message *m, struct arena *a)
{
	struct dataset *asked;
	struct err why = {0};
	int64_t n = 0;

	(void)d;
	if (!message_data(acceptor, a, m, &asked, &why))
		return;
	while (!message_cancelled(acceptor, m) && n++ < 200000 &&
	    message_answer(acceptor, m, message_response(a, m, 0xFF00), asked,
	    &why))
		;
	message_status(acceptor, m, n < 200000 ? 0xFE00 : 0x0000, NULL, &why);
}

static struct dataset *identifier(void)
{
	struct dataset *d = dataset_new(&arena, syntax_explicit);

	dataset_put(d, TAG_PatientID, S("4711"));
	dataset_put(d, TAG_QueryRetrieveLevel, S("STUDY"));
	return d;
}

static uint16_t ask_find(void)
{
	struct context *c = association_context(as, S(FIND), NULL);
	uint16_t id;

	assert_true(message_send(as, c, message_request(as, &arena, C_FIND,
	    S(FIND), S(""), &id), identifier(), &err));
	return id;
}

static void test_cancel(void **state)
{
	struct context *c;
	struct message m = {0};
	struct dataset *got;
	int n = 0;

	(void)state;
	door.each = find;
	begin();
	c = association_context(as, S(FIND), NULL);
	for (int turn = 0; turn < 3; turn++) {
		uint16_t id = ask_find();
		n = 0;
		do {
			assert_true(association_response(as, &arena, id, &m,
			    &err));
			if (m.has_data) {
				assert_true(message_data(as, &arena, &m, &got,
				    &err));
				assert_text(dataset_raw(got, TAG_PatientID),
				    "4711");
			}
			if (++n == 10)
				assert_true(association_cancel(as, c, id,
				    &err));
		} while (m.status == 0xFF00);
		assert_int_equal(m.status, 0xFE00);
		assert_false(m.has_data);
		assert_true(n < 200000);
	}
	assert_true(association_cancel(as, c, 77, &err)); /* too late */
	n = (int)ask_find();
	assert_true(association_response(as, &arena, (uint16_t)n, &m, &err));
	assert_int_equal(m.status, 0xFF00);
	association_abort(as);
	as = NULL;
}

/* C-GET: two C-STORE of its own on the same association. */
static void get(struct open_door *d, struct association *acceptor,
    const struct message *m, struct arena *a)
{
	struct context *c = association_context(acceptor, S(CT), NULL);
	struct err why = {0};
	struct message answer;
	uint16_t id;

	(void)d;
	for (int i = 0; i < 2; i++) {
		message_send_bytes(acceptor, c, message_request(acceptor, a,
		    C_STORE, S(CT), S("1.2.3"), &id), S("some data!"), -1, 0,
		    0, &why);
		if (!association_response(acceptor, a, id, &answer, &why) ||
		    answer.status)
			return;
	}
	message_status(acceptor, m, message_cancelled(acceptor, m) ?
	    0xFE00 : 0xB000, "was cancelled?", &why);
}

static void test_get_with_a_cancel_between(void **state)
{
	struct context *c;
	struct message m;
	struct spool spool;
	uint16_t id;

	(void)state;
	door.each = get;
	begin();
	c = association_context(as, S(GET), NULL);
	spool_begin(&spool, "/tmp", 100, 100);
	assert_true(message_send(as, c, message_request(as, &arena, C_GET,
	    S(GET), S(""), &id), identifier(), &err));
	for (int i = 0; i < 2; i++) {
		assert_true(message_read(as, &arena, &m, &err));
		assert_int_equal(m.field, C_STORE);
		assert_true(message_spool(as, &m, &spool, &err));
		assert_text(spool_head(&spool), "some data!");
		spool_clear(&spool);
		if (i == 0)
			assert_true(association_cancel(as, c, id, &err));
		assert_true(message_status(as, &m, 0, NULL, &err));
	}
	assert_int_equal(status_of(id), 0xFE00);
	spool_end(&spool);
}

static void test_an_unread_data_set_is_skipped(void **state)
{
	uint16_t id;
	struct context *c;

	(void)state;
	begin();
	id = ask_find(); /* nobody serves it */
	assert_int_equal(status_of(id), 0x0211);
	c = association_context(as, S(ECHO), NULL);
	assert_true(message_send(as, c, message_request(as, &arena, C_ECHO,
	    S(ECHO), S(""), &id), NULL, &err));
	assert_int_equal(status_of(id), 0);
}

static void test_the_listener_stops_under_us(void **state)
{
	uint16_t id = 0;
	struct message m;

	(void)state;
	begin();
	assert_false(listener_stop(listener, 0));
	listener = NULL;
	assert_false(association_response(as, &arena, id, &m, &err));
	assert_string_equal(err.text, "was aborted: by its user");
}

static void expect_refused(const char *text)
{
	struct dimse_door d = open_door(&door);
	struct called to = {.host = "127.0.0.1", .aet = "CALLED",
	    .our_aet = "CALLING", .timeout_s = 10};
	struct err why = {0};

	listener = listener_start("127.0.0.1", 0, NULL, &d, &limits, &err);
	to.port = listener_port(listener);
	assert_null(association_open(&to, proposals, 1, &limits, &why));
	if (strcmp(why.text, text))
		fail_msg("'%s'", why.text);
	listener_stop(listener, 10);
	listener = NULL;
}

static void test_refused_in_the_words_of_the_standard(void **state)
{
	(void)state;
	door.refuse = REJECT_UNKNOWN_CALLED;
	expect_refused("was refused: called AE title not recognised");
	door.refuse = REJECT_BUSY;
	expect_refused("was refused for now: local limit exceeded");
}

/* An acceptor that answers the request with these bytes. */
struct fake {
	int fd;
	const char *say;
	size_t n;
	int saw[4];
	pthread_t thread;
};

static void *fake_run(void *with)
{
	struct fake *f = with;
	int fd = accept(f->fd, NULL, NULL);

	raw_read(fd);
	raw_send(fd, f->say, f->n);
	if (f->n)
		raw_read(fd);
	close(fd);
	return NULL;
}

static int fake_listen(int64_t *port)
{
	struct sockaddr_in us = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&us, sizeof(us)), 0);
	listen(fd, 1);
	getsockname(fd, (struct sockaddr *)&us, &(socklen_t){sizeof(us)});
	*port = ntohs(us.sin_port);
	return fd;
}

static void fake_answer(const char *say, size_t n, const char *text)
{
	struct fake f = {.say = say, .n = n};
	struct called to = {.host = "127.0.0.1", .aet = "CALLED",
	    .our_aet = "CALLING", .timeout_s = 10};
	struct err why = {0};

	f.fd = fake_listen(&to.port);
	pthread_create(&f.thread, NULL, fake_run, &f);
	assert_null(association_open(&to, proposals, 1, &limits, &why));
	pthread_join(f.thread, NULL);
	close(f.fd);
	if (strcmp(why.text, text))
		fail_msg("'%s'", why.text);
}
#define FAKE(say, text) fake_answer(say, sizeof(say) - 1, text)

static void test_acceptors_that_answer_badly(void **state)
{
	(void)state;
	FAKE("", "the other side closed the connection");
	FAKE("\2\0\0\0\0\4abcd",
	    "a length goes past the end of its item at byte 6");
	FAKE("\3\0\0\0\0\4\0\2\3\1", "was refused for now: "
	    "temporary congestion");
	FAKE("\7\0\0\0\0\4\0\0\2\1", "was aborted: unrecognised PDU");
	FAKE("\5\0\0\0\0\4\0\0\0\0",
	    "a PDU of type 5 came unexpectedly");
	FAKE("HTTP/1.1 400 Bad Request\r\n",
	    "a PDU of the unknown type 72 came");
}

/* Accepts; and, asked to release, sends data and asks for a release too. */
static void *collide(void *with)
{
	struct fake *f = with;
	int fd = accept(f->fd, NULL, NULL);
	struct associate a = {.version = 1, .application =
	    S(APPLICATION_CONTEXT), .implementation = S("1.2.3")};
	struct out out;

	f->saw[0] = raw_read(fd)->type;
	out_memory(&out);
	associate_write(&out, &a, true);
	raw_send(fd, out.at, out.len);
	out_end(&out, &(struct err){0});
	f->saw[1] = raw_read(fd)->type;
	RAW(fd, "\4\0\0\0\0\x8\0\0\0\4\1\2ab" "\5\0\0\0\0\4\0\0\0\0");
	f->saw[2] = raw_read(fd)->type;
	RAW(fd, "\6\0\0\0\0\4\0\0\0\0");
	f->saw[3] = raw_read(fd)->type;
	close(fd);
	return NULL;
}

static void test_release_collision(void **state)
{
	struct fake f = {0};
	struct called to = {.host = "127.0.0.1", .aet = "CALLED",
	    .our_aet = "CALLING", .timeout_s = 10};

	(void)state;
	f.fd = fake_listen(&to.port);
	pthread_create(&f.thread, NULL, collide, &f);
	as = association_open(&to, proposals, 1, &limits, &err);
	assert_non_null(as);
	assert_null(association_context(as, S(ECHO), NULL));
	association_close(as);
	as = NULL;
	pthread_join(f.thread, NULL);
	close(f.fd);
	assert_int_equal(f.saw[0], PDU_RQ);
	assert_int_equal(f.saw[1], PDU_RELEASE_RQ);
	assert_int_equal(f.saw[2], PDU_RELEASE_RP);
	assert_int_equal(f.saw[3], 0);
}

static void test_nobody_there(void **state)
{
	struct called to = {.host = "127.0.0.1", .port = 1, .aet = "CALLED",
	    .our_aet = "CALLING", .timeout_s = 2};
	struct err why = {0};

	(void)state;
	assert_null(association_open(&to, proposals, 1, &limits, &why));
	assert_int_equal(why.kind, ERR_BUSY);
	assert_non_null(strstr(why.text, "127.0.0.1:1"));
	why = (struct err){0};
	to.aet = "SEVENTEEN_LETTERS";
	assert_null(association_open(&to, proposals, 1, &limits, &why));
	assert_int_equal(why.kind, ERR_INPUT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_echo),
	    CASE(test_what_was_agreed),
	    CASE(test_every_size),
	    CASE(test_a_short_file_aborts),
	    CASE(test_too_large_is_answered),
	    CASE(test_cancel),
	    CASE(test_get_with_a_cancel_between),
	    CASE(test_an_unread_data_set_is_skipped),
	    CASE(test_the_listener_stops_under_us),
	    CASE(test_refused_in_the_words_of_the_standard),
	    CASE(test_acceptors_that_answer_badly),
	    CASE(test_release_collision),
	    CASE(test_nobody_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
