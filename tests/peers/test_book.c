/* SPDX-License-Identifier: MIT */
/* The book follows what people change, whoever asks meanwhile. */
#include "peers/book.c"

#include "store/place.h"

static void keep_peer(struct db *db, struct peer *p)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};

	if (!peer_keep(tx, p, S("ann"), S("test"), &err))
		fail_msg("%s", err.text);
	must_commit(tx);
}

static void follows_changes(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0}, room = {0};
	struct peer_book *book = peer_book_open(&arena, db);
	struct err err = {0};
	struct peer p = {.aet = S("A"), .org = S("RXN"), .active = true};

	assert_null(peer_book_find(book, &room, S("A"), &err));
	keep_peer(db, &p);
	struct peer *found = peer_book_find(book, &room, S(" A"), &err);

	assert_non_null(found);
	assert_true(found->active);
	p.active = false;
	keep_peer(db, &p);
	assert_false(peer_book_find(book, &room, S("A"), &err)->active);
	for (int i = 0; i < 40; i++) {
		p = (struct peer){.aet = arena_printf(&room, "P%d", i),
		    .org = S("RXN")};
		keep_peer(db, &p);
	}
	for (int i = 0; i < 40; i++)
		assert_non_null(peer_book_find(book, &room,
		    arena_printf(&room, "P%d", i), &err));
	assert_null(peer_book_find(book, &room, S("P40"), &err));
	assert_int_equal(err.kind, ERR_NONE);
	arena_end(&room);
	arena_end(&arena);
}

struct asking {
	struct peer_book *book;
	bool ok;
};

static void *ask_often(void *with)
{
	struct asking *asking = with;
	struct arena arena = {0};
	struct err err = {0};

	asking->ok = true;
	for (int i = 0; i < 2000; i++) {
		struct peer *p = peer_book_find(asking->book, &arena, S("A"),
		    &err);

		asking->ok &= p && str_is(p->org, "RXN");
		arena_end(&arena);
	}
	return NULL;
}

static void many_ask_while_it_changes(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct asking asking[4];
	pthread_t threads[4];
	struct peer p = {.aet = S("A"), .org = S("RXN")};
	struct peer_book *book = peer_book_open(&arena, db);

	keep_peer(db, &p);
	for (int i = 0; i < 4; i++) {
		asking[i].book = book;
		pthread_create(&threads[i], NULL, ask_often, &asking[i]);
	}
	for (int i = 0; i < 20; i++) {
		p.port = 0;
		p.associations = i;
		keep_peer(db, &p);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(asking[i].ok);
	}
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(follows_changes),
	    with_place(many_ask_while_it_changes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
