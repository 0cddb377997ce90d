/* SPDX-License-Identifier: MIT */
/* test_tls.c: who is let in, and to whom we talk, by certificates that
 * openssl made; an association over TLS is like any other. */
#include "dimse/tls.c"

#include "open.h"
#include "raw.h"
#include "test.h"

#define CT "1.2.840.10008.5.1.4.1.1.2"

static char folder[] = "/tmp/ribble-tls-XXXXXX";
static struct open_door door;
static struct dimse_limits limits;
static struct listener *listener;
static struct tls_side *server, *client;
static char subject[200], fingerprint[65];
static struct arena arena;
static struct err err;

static const char *in_folder(const char *name, const char *kind)
{
	return name ? arena_cstr(&arena, arena_printf(&arena, "%s/%s.%s",
	    folder, name, kind)) : NULL;
}

static struct tls_side *side(const char *name, const char *authority,
    bool is_server, bool must, const char *checked)
{
	struct tls_choices c = {in_folder(name, "pem"),
	    in_folder(name, "key"), in_folder(authority, "pem"), true, must,
	    checked};
	struct tls_side *s = tls_open(&c, is_server, &err);

	if (!s)
		fail_msg("%s", err.text);
	return s;
}

static int admit_and_note(void *with, struct association *as)
{
	(void)with;
	snprintf(subject, sizeof(subject), "%s",
	    as->peer_name ? as->peer_name : "nobody");
	snprintf(fingerprint, sizeof(fingerprint), "%s",
	    as->peer_certificate ? as->peer_certificate : "");
	return REJECT_NONE;
}

static int fresh(void **state)
{
	(void)state;
	memset(&door, 0, sizeof(door));
	limits = open_limits;
	err = (struct err){0};
	subject[0] = '\0';
	return 0;
}

static void serve(const char *name, const char *authority, bool must)
{
	struct dimse_door d = open_door(&door);

	d.admit = admit_and_note;
	server = side(name, authority, true, must, NULL);
	listener = listener_start("127.0.0.1", 0, server, &d, &limits, &err);
	assert_non_null(listener);
}

static void stop(void)
{
	if (listener)
		listener_stop(listener, 20);
	tls_close(server);
	tls_close(client);
	listener = NULL;
	server = client = NULL;
}

static int end(void **state)
{
	(void)state;
	stop();
	arena_end(&arena);
	return 0;
}

static struct association *call(struct err *why)
{
	struct called to = {"127.0.0.1", listener_port(listener), "CALLED",
	    "CALLING", client, 10};
	struct proposal p = {.abstract = CT,
	    .syntaxes = {"1.2.840.10008.1.2.1"}};

	return association_open(&to, &p, 1, &limits, why);
}

static void expect_refused(void)
{
	struct err why = {0};
	struct association *as = call(&why);
	struct message m;

	/* By TLS 1.3 a client may learn only later that it was refused. */
	if (as) {
		assert_false(association_response(as, &arena, 1, &m, &why));
		association_abort(as);
	}
	assert_int_not_equal(why.kind, ERR_NONE);
	stop();
	assert_int_equal(door.stored, 0);
	assert_string_equal(subject, "");
}

static void store(struct association *as, size_t n)
{
	char *at = arena_alloc(&arena, n);
	uint64_t before = door.sum;
	struct message m;
	uint16_t id;

	for (size_t i = 0; i < n; i++)
		at[i] = (char)(i * 2654435761u >> 11);
	if (!message_send_bytes(as, association_context(as, S(CT), NULL),
	    message_request(as, &arena, C_STORE, S(CT), S("1.2"), &id),
	    (struct str){at, n}, -1, 0, 0, &err) ||
	    !association_response(as, &arena, id, &m, &err))
		fail_msg("%s", err.text);
	assert_int_equal(m.status, 0);
	assert_true(door.sum - before == hash64(at, n));
}

static struct association *called(void)
{
	struct association *as = call(&err);

	if (!as)
		fail_msg("%s", err.text);
	return as;
}

static void test_both_know_each_other(void **state)
{
	struct association *as;

	(void)state;
	serve("server", "ca", true);
	client = side("client", "ca", false, true, "localhost");
	as = called();
	assert_string_equal(subject, "CN=modality one,O=Trust");
	assert_int_equal(strlen(fingerprint), 64);
	assert_string_equal(as->peer_name, "CN=server,O=Trust");
	assert_string_not_equal(as->peer_certificate, fingerprint);
	for (size_t n = 1; n < 3000000; n = n * 7 + 1)
		store(as, n);
	association_close(as);
	stop();
	assert_int_equal(door.failed, 0);
}

static void test_a_certificate_is_asked_for_but_not_needed(void **state)
{
	struct association *as;

	(void)state;
	serve("server", "ca", false);
	client = side(NULL, "ca", false, false, NULL);
	as = called();
	assert_string_equal(subject, "nobody");
	store(as, 100000);
	association_close(as);
}

static void test_without_a_certificate(void **state)
{
	(void)state;
	serve("server", "ca", true);
	client = side(NULL, "ca", false, false, NULL);
	expect_refused();
}

static void test_by_another_authority(void **state)
{
	(void)state;
	serve("server", "ca", true);
	client = side("stranger", "ca", false, false, NULL);
	expect_refused();
}

static void test_a_certificate_that_has_ended(void **state)
{
	(void)state;
	serve("server", "ca", true);
	client = side("old", "ca", false, false, NULL);
	expect_refused();
	serve("old", "ca", false);
	client = side("client", "ca", false, false, NULL);
	expect_refused();
}

static void test_a_server_we_do_not_trust(void **state)
{
	struct err why = {0};

	(void)state;
	serve("stranger", "ca", false);
	client = side("client", "ca", false, false, NULL);
	assert_null(call(&why));
	assert_int_equal(why.kind, ERR_REFUSED);
	assert_non_null(strstr(why.text, "issuer is unknown"));
	expect_refused();
}

static void test_a_server_of_another_name(void **state)
{
	struct err why = {0};

	(void)state;
	serve("server", "ca", false);
	client = side("client", "ca", false, false, "elsewhere.example");
	assert_null(call(&why));
	assert_int_equal(why.kind, ERR_REFUSED);
	assert_non_null(strstr(why.text, "name"));
	tls_close(client);
	client = side("client", "ca", false, false, "127.0.0.1");
	association_close(called());
}

static void test_clear_against_tls(void **state)
{
	char byte;
	int fd;

	(void)state;
	limits.artim_s = 1;
	serve("server", "ca", false);
	fd = raw_open(listener_port(listener));
	raw_ask(fd, "1.2.840.10008.3.1.1.1", 1);
	while (raw_some(fd, &byte, 1))
		;
	close(fd);
	fd = raw_open(listener_port(listener)); /* and one who says nothing */
	assert_int_equal(raw_read(fd)->type, 0);
	close(fd);
	expect_refused();
	assert_true(door.ended >= 2);
}

static void copy(const char *from, const char *to, const char *kind)
{
	char command[400];

	snprintf(command, sizeof(command), "cp %s/%s.%s %s/%s.%s", folder,
	    from, kind, folder, to, kind);
	assert_int_equal(system(command), 0);
}

static void test_reload(void **state)
{
	struct association *before, *after;

	(void)state;
	copy("server", "ours", "pem");
	copy("server", "ours", "key");
	serve("ours", "ca", true);
	client = side("client", "ca", false, false, NULL);
	before = called();
	copy("old", "ours", "pem"); /* its key does not belong to it */
	assert_false(tls_reload(server, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	association_close(called());
	copy("client", "ours", "pem");
	copy("client", "ours", "key");
	assert_true(tls_reload(server, &err));
	after = called();
	store(before, 100000);
	store(after, 100000);
	assert_string_equal(before->peer_name, "CN=server,O=Trust");
	assert_string_equal(after->peer_name, "CN=modality one,O=Trust");
	association_close(before);
	association_close(after);
}

static void test_files_that_cannot_be_used(void **state)
{
	struct tls_choices c = {.certificate = "/nowhere", .key = "/nowhere"};
	struct err why = {0};

	(void)state;
	assert_null(tls_open(&c, true, &why));
	assert_int_equal(why.kind, ERR_INPUT);
	why = (struct err){0};
	assert_null(tls_open(&(struct tls_choices){0}, true, &why));
	assert_int_equal(why.kind, ERR_INPUT);
	why = (struct err){0};
	c = (struct tls_choices){.authorities = "/dev/null"};
	assert_null(tls_open(&c, false, &why));
	assert_int_equal(why.kind, ERR_INPUT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(test_both_know_each_other),
	    CASE(test_a_certificate_is_asked_for_but_not_needed),
	    CASE(test_without_a_certificate),
	    CASE(test_by_another_authority),
	    CASE(test_a_certificate_that_has_ended),
	    CASE(test_a_server_we_do_not_trust),
	    CASE(test_a_server_of_another_name),
	    CASE(test_clear_against_tls),
	    CASE(test_reload),
	    CASE(test_files_that_cannot_be_used),
	};
	char command[400];
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder))
		return 1;
	snprintf(command, sizeof(command), "%s %s", CERTIFICATES, folder);
	if (system(command))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) || failed;
}
