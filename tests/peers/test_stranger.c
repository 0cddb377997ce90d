/* SPDX-License-Identifier: MIT */
/* Strangers: counted, told once, admitted, dismissed, and never too many. */
#include "peers/stranger.c"

#include "store/place.h"

static void note(struct db *db, const char *calling, const char *address)
{
	struct tx *tx = db_begin(db);

	stranger_note(tx, str_of(calling), S("RIBBLE"), str_of(address),
	    S(""), S("nobody knows it"));
	must_commit(tx);
}

static size_t journalled(struct db *db, const char *kind)
{
	struct tx *tx = db_read(db);
	struct rows *r = journal_after(tx, 0);
	size_t n = 0;

	while (rows_next(r))
		n += str_is(rows_text(r, 2), kind);
	db_end(tx);
	return n;
}

static struct stranger newest(struct db *db, struct arena *arena, size_t *n)
{
	struct tx *tx = db_read(db);
	struct rows *r = strangers_each(tx);
	struct stranger s = {0}, other;

	for (*n = 0; rows_next(r); (*n)++)
		stranger_read(r, arena, *n ? &other : &s);
	must_not_fail(tx);
	db_end(tx);
	return s;
}

static void counted_and_told_once(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct stranger s;
	size_t n;

	note(db, "CT9", "10.0.0.1");
	note(db, "CT9", "10.0.0.1");
	note(db, "CT9\xff\n", "10.0.0.2");
	assert_int_equal(journalled(db, "stranger.noted"), 2);
	s = newest(db, &arena, &n);
	assert_int_equal(n, 2);
	assert_text(s.calling, "CT9??");
	assert_int_equal(s.times, 1);
	note(db, "CT9", "10.0.0.1");
	s = newest(db, &arena, &n);
	assert_text(s.calling, "CT9");
	assert_text(s.reason, "nobody knows it");
	assert_int_equal(s.times, 3);
	assert_true(s.last_at >= s.first_at);
	arena_end(&arena);
}

static void admitted(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct err err = {0};
	struct peer *p;
	int64_t id;
	size_t n;

	note(db, "CT9", "10.0.0.1");
	note(db, "CT9", "10.0.0.2");
	note(db, "MR1", "10.0.0.1");
	note(db, "CT9", "10.0.0.2");
	struct stranger s = newest(db, &arena, &n);
	struct tx *tx = db_begin(db);

	assert_true(stranger_admit(tx, s.id, S("RXN"), S("ann"), &id, &err));
	must_commit(tx);
	tx = db_read(db);
	p = peer_at(tx, &arena, id);
	assert_non_null(p);
	assert_text(p->aet, "CT9");
	assert_text(p->org, "RXN");
	assert_text(p->addresses, "10.0.0.2");
	assert_int_equal(p->rights, PEER_ECHO | PEER_STORE);
	assert_true(p->active);
	db_end(tx);
	s = newest(db, &arena, &n);
	assert_int_equal(n, 1);
	assert_text(s.calling, "MR1");
	assert_int_equal(journalled(db, "stranger.admitted"), 1);
	arena_end(&arena);
}

static void a_known_title_is_not_admitted_twice(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct err err = {0};
	int64_t id;
	size_t n;

	for (int i = 0; i < 2; i++) {
		note(db, "CT9", "10.0.0.1");
		struct stranger s = newest(db, &arena, &n);
		struct tx *tx = db_begin(db);
		bool ok = stranger_admit(tx, s.id, S("RXN"), S("ann"), &id,
		    &err);

		assert_int_equal(ok, i == 0);
		if (ok)
			must_commit(tx);
		else
			db_end(tx);
	}
	assert_int_equal(err.kind, ERR_CONFLICT);
	err = (struct err){0};
	struct tx *tx = db_begin(db);

	assert_false(stranger_admit(tx, 1, S("RXN"), S("ann"), &id, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	db_end(tx);
	arena_end(&arena);
}

static void dismissed(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct err err = {0};
	size_t n;

	note(db, "CT9", "10.0.0.1");
	struct stranger s = newest(db, &arena, &n);
	struct tx *tx = db_begin(db);

	assert_false(stranger_dismiss(tx, s.id, S(" "), &err));
	err = (struct err){0};
	assert_true(stranger_dismiss(tx, s.id, S("ann"), &err));
	assert_false(stranger_dismiss(tx, s.id, S("ann"), &err));
	assert_int_equal(err.kind, ERR_MISSING);
	must_commit(tx);
	newest(db, &arena, &n);
	assert_int_equal(n, 0);
	assert_int_equal(journalled(db, "stranger.dismissed"), 1);
	arena_end(&arena);
}

static void a_flood_of_names_is_limited(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct tx *tx = db_begin(db);
	size_t n;

	for (int i = 0; i < STRANGERS_MOST + 5; i++)
		stranger_note(tx, arena_printf(&arena, "X%d", i), S("RIBBLE"),
		    S("10.0.0.1"), S(""), S("nobody knows it"));
	must_commit(tx);
	newest(db, &arena, &n);
	assert_int_equal(n, STRANGERS_MOST);
	assert_int_equal(journalled(db, "stranger.noted"), STRANGERS_MOST);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(counted_and_told_once),
	    with_place(admitted),
	    with_place(a_known_title_is_not_admitted_twice),
	    with_place(dismissed),
	    with_place(a_flood_of_names_is_limited),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
