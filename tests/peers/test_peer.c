/* SPDX-License-Identifier: MIT */
/* Peers are kept with their history; what is unsound is refused by name. */
#include "peers/peer.c"

#include "store/place.h"

static struct peer ct1(void)
{
	return (struct peer){.aet = S(" CT1 "),
	    .org = S("RXN"),
	    .name = S("CT 1, Royal Preston"),
	    .addresses = S("10.1.0.0/16"),
	    .host = S("10.1.2.3"),
	    .port = 104,
	    .rights = PEER_ECHO | PEER_STORE,
	    .active = true};
}

static void kept(struct db *db, struct peer *p, const char *why)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};

	if (!peer_keep(tx, p, S("ann"), str_of(why), &err))
		fail_msg("%s", err.text);
	must_commit(tx);
}

static void keeps_and_finds(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct peer p = ct1(), *found;

	p.certificate = S("AB:cd AB:CD AB:CD AB:CD AB:CD AB:CD AB:CD AB:CD "
	    "AB:CD AB:CD AB:CD AB:CD AB:CD AB:CD AB:CD AB:CD");
	kept(db, &p, "new scanner");
	struct tx *tx = db_read(db);

	assert_null(peer_find(tx, &arena, S("ct1")));
	found = peer_find(tx, &arena, S("CT1 "));
	assert_non_null(found);
	assert_int_equal(found->id, p.id);
	assert_text(found->aet, "CT1");
	assert_text(found->certificate, "abcdabcdabcdabcdabcdabcdabcdabcd"
	    "abcdabcdabcdabcdabcdabcdabcdabcd");
	assert_text(found->host, "10.1.2.3");
	assert_int_equal(found->port, 104);
	assert_true(found->active);
	assert_false(found->tls);
	assert_int_equal(peer_at(tx, &arena, p.id)->rights, 3);
	assert_null(peer_at(tx, &arena, p.id + 1));
	db_end(tx);
	arena_end(&arena);
}

static void a_change_is_in_the_history(void **state)
{
	struct db *db = fixture_db(state);
	struct peer p = ct1();

	kept(db, &p, "new scanner");
	p.active = false;
	kept(db, &p, "scrapped");
	struct tx *tx = db_read(db);
	struct rows *r = peer_history(tx, p.id);

	assert_true(rows_next(r));
	assert_text(rows_text(r, 1), "ann");
	assert_text(rows_text(r, 2), "new scanner");
	assert_true(str_starts(rows_text(r, 3), S("{\"before\":null,\"after\":"
	    "{\"aet\":\"CT1\"")));
	assert_true(rows_next(r));
	assert_text(rows_text(r, 2), "scrapped");
	assert_true(str_starts(rows_text(r, 3), S("{\"before\":{\"aet\"")));
	assert_true(str_ends(rows_text(r, 3), S("\"active\":false}}")));
	assert_false(rows_next(r));
	r = journal_after(tx, 0);
	for (int i = 0; i < 2; i++) {
		assert_true(rows_next(r));
		assert_text(rows_text(r, 2), "peer.set");
	}
	assert_false(rows_next(r));
	db_end(tx);
}

static void refused(struct db *db, struct peer p, const char *why,
    enum err_kind kind)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};

	if (peer_keep(tx, &p, S("ann"), str_of(why), &err))
		fail_msg("%.*s was taken", STR(p.aet));
	assert_int_equal(err.kind, kind);
	db_end(tx);
}

#define REFUSE(field, value) \
	p = ct1(), p.field = (value), refused(db, p, "x", ERR_INPUT)

static void what_is_unsound_is_refused(void **state)
{
	static const char *const titles[] = {"", "  ", "SEVENTEEN_LETTERS",
	    "A\\B", "A\001", "\xc3\xa4"};
	struct db *db = fixture_db(state);
	struct peer p;

	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		p = ct1();
		p.aet = str_of(titles[i]);
		refused(db, p, "x", ERR_INPUT);
	}
	REFUSE(org, S(" "));
	REFUSE(addresses, S("10.1.2.3/40"));
	REFUSE(port, 0);
	REFUSE(port, 65536);
	REFUSE(certificate, S("abcd"));
	REFUSE(certificate, S("xyz"));
	REFUSE(rights, 128);
	REFUSE(rights, -1);
	REFUSE(associations, -1);
	REFUSE(notify, S("OK\\\\NOT"));
	refused(db, ct1(), " ", ERR_INPUT);
	p = ct1();
	p.id = 12345;
	refused(db, p, "x", ERR_MISSING);
}

static void two_of_one_title_conflict(void **state)
{
	struct db *db = fixture_db(state);
	struct peer p = ct1();

	kept(db, &p, "one");
	refused(db, ct1(), "two", ERR_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(keeps_and_finds),
	    with_place(a_change_is_in_the_history),
	    with_place(what_is_unsound_is_refused),
	    with_place(two_of_one_title_conflict),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
