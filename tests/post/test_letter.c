/* SPDX-License-Identifier: MIT */
/* A letter's life: every act upon every state; who waits for whom; and never
 * two threads with one letter. */
#include "post/letter.c"

#include "store/place.h"
#include <pthread.h>

#define NOW (INT64_C(1790000000) * US_PER_S)

static void add(struct db *db, const char *to, const char *key,
    int64_t priority)
{
	struct tx *tx = db_begin(db);

	post_add(tx, S("dicom-store"), str_of(to), S("{}"), str_of(key),
	    S("a test"), priority, outside_now());
	must_commit(tx);
}

static int64_t count(struct db *db, const char *sql)
{
	struct tx *tx = db_read(db);
	int64_t n = db_int_(tx, sql, VALS());

	must_not_fail(tx);
	db_end(tx);
	return n;
}

static void put_in(struct db *db, const char *state)
{
	struct tx *tx = db_begin(db);

	db_run(tx, "update letter set state = $1, attempts = 1",
	    T(str_of(state)));
	must_commit(tx);
}

static struct letter only(struct db *db, struct arena *arena)
{
	struct tx *tx = db_read(db);
	struct rows *r = letters_each(tx, S(""), S(""), 0, 2);
	struct letter l = {0};

	assert_true(rows_next(r));
	letter_read(r, arena, &l);
	assert_false(rows_next(r));
	db_end(tx);
	return l;
}

enum act { ADD, CLAIM, WELL, BUSY, REFUSED, INPUT, RETURN, RECOVER, AGAIN,
	WITHDRAW, ACTS };
static const char *const states[] = {
    "waiting", "sending", "sent", "failed", "withdrawn"};
/* What becomes of a letter that was tried once. */
static const char *const becomes[ACTS][5] = {
    [ADD] = {"waiting", "sending", "sent", "waiting", "withdrawn"},
    [CLAIM] = {"sending", "sending", "sent", "failed", "withdrawn"},
    [WELL] = {"waiting", "sent", "sent", "failed", "withdrawn"},
    [BUSY] = {"waiting", "waiting", "sent", "failed", "withdrawn"},
    [REFUSED] = {"waiting", "waiting", "sent", "failed", "withdrawn"},
    [INPUT] = {"waiting", "failed", "sent", "failed", "withdrawn"},
    [RETURN] = {"waiting", "waiting", "sent", "failed", "withdrawn"},
    [RECOVER] = {"waiting", "waiting", "sent", "failed", "withdrawn"},
    [AGAIN] = {"waiting", "sending", "sent", "waiting", "waiting"},
    [WITHDRAW] = {"withdrawn", "sending", "sent", "withdrawn", "withdrawn"},
};

static void act_of_person(struct db *db, const struct letter *l, bool again)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};
	bool may = str_is(l->state, "waiting") || str_is(l->state, "failed") ||
	    (again && str_is(l->state, "withdrawn"));
	bool did = again ? letter_again(tx, l->id, S("ann"), &err)
			 : letter_withdraw(tx, l->id, S("ann"), S("why"), &err);

	assert_int_equal(did, may);
	assert_int_equal(err.kind, may ? ERR_NONE : ERR_CONFLICT);
	if (did)
		must_commit(tx);
	else
		db_end(tx);
}

static void do_act(struct db *db, struct arena *arena, enum act act)
{
	struct letter l = only(db, arena), claimed;
	struct err err = {0}, why = {0};

	if (act == BUSY)
		(fail)(&why, ERR_BUSY, "it does not answer");
	else if (act == REFUSED)
		(fail)(&why, ERR_REFUSED, "it will not");
	else if (act == INPUT)
		(fail)(&why, ERR_INPUT, "nobody knows it");
	switch (act) {
	case ADD: add(db, "PACS", "key", 5); break;
	case CLAIM:
		assert_int_equal(
		    letter_claim(db, arena, 2, &claimed, &err),
		    str_is(l.state, "waiting"));
		break;
	case RETURN: letter_return(db, &l, &err); break;
	case RECOVER: letters_recover(db, &err); break;
	case AGAIN:
	case WITHDRAW: act_of_person(db, &l, act == AGAIN); break;
	default: letter_settle(db, &l, act == BUSY, &why, &err);
	}
	assert_int_equal(err.kind, ERR_NONE);
}

static void every_act_upon_every_state(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};

	outside_stop_clock(NOW);
	add(db, "PACS", "key", 5);
	for (enum act act = 0; act < ACTS; act++)
		for (int from = 0; from < 5; from++) {
			struct tx *tx = db_begin(db);
			db_run(tx, "update letter set due_at = 0");
			must_commit(tx);
			put_in(db, states[from]);
			do_act(db, &arena, act);
			struct str is = only(db, &arena).state;
			if (!str_is(is, becomes[act][from]))
				fail_msg("act %d upon %s gives %.*s", act,
				    states[from], STR(is));
		}
	arena_end(&arena);
	outside_stop_clock(NO_TIME);
}

static void the_same_key_is_the_same_letter(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};

	add(db, "PACS", "key", 5);
	add(db, "OTHER", "key", 0);
	assert_text(only(db, &arena).to, "PACS");
	put_in(db, "failed");
	add(db, "RIGHT", "key", 1); /* the rule was mended meanwhile */
	struct letter l = only(db, &arena);
	assert_text(l.to, "RIGHT");
	assert_text(l.state, "waiting");
	assert_int_equal(l.attempts, 0);
	assert_int_equal(l.priority, 1);
	arena_end(&arena);
}

/* Settles the next one so; its attempts. */
static int64_t try(struct db *db, bool away, enum err_kind kind)
{
	struct arena arena = {0};
	struct letter l = {0};
	struct err err = {0}, why = {0};

	if (!letter_claim(db, &arena, 2, &l, &err))
		return 0;
	if (kind)
		(fail)(&why, kind, "so it went");
	assert_true(letter_settle(db, &l, away, &why, &err));
	arena_end(&arena);
	return l.attempts;
}

static const char due_now[] =
    "select count(*) from letter where state = 'waiting' and due_at <= "
    "1790000000000000";

static void who_does_not_answer_is_asked_once(void **state)
{
	struct db *db = fixture_db(state);

	outside_stop_clock(NOW);
	add(db, "DOWN", "a", 5);
	add(db, "DOWN", "b", 5);
	add(db, "UP", "c", 7);
	assert_int_equal(try(db, true, ERR_BUSY), 1);
	assert_int_equal(count(db, due_now), 1); /* the one to UP */
	outside_stop_clock(NOW + 15 * US_PER_S);
	assert_int_equal(try(db, true, ERR_BUSY), 2);
	outside_stop_clock(NO_TIME);
}

static void what_it_cannot_take_holds_up_nobody(void **state)
{
	struct db *db = fixture_db(state);

	outside_stop_clock(NOW);
	add(db, "PACS", "poison", 5);
	add(db, "PACS", "b", 5);
	assert_int_equal(try(db, false, ERR_BUSY), 1);
	assert_int_equal(count(db, due_now), 1);
	assert_int_equal(try(db, false, ERR_NONE), 1);
	assert_int_equal(count(db, "select count(*) from letter where key = 'b' "
	    "and state = 'sent'"), 1);
	outside_stop_clock(NO_TIME);
}

static void waits_double_up_to_five_minutes(void **state)
{
	static const int64_t seconds[] = {15, 30, 60, 120, 240, 300, 300, 300};

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(wait_after(i + 1), seconds[i] * US_PER_S);
	assert_int_equal(wait_after(1000000), LONGEST_WAIT);
}

static void a_refusal_is_believed_the_third_time(void **state)
{
	struct db *db = fixture_db(state);

	outside_stop_clock(NOW);
	add(db, "PACS", "a", 5);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(try(db, false, ERR_REFUSED), i);
		assert_int_equal(count(db, "select count(*) from letter where "
		    "state = 'failed'"), i == 3);
		outside_stop_clock(NOW + i * 3600 * US_PER_S);
	}
	assert_int_equal(count(db, "select count(*) from journal where "
	    "kind = 'letter.failed'"), 1);
	outside_stop_clock(NO_TIME);
}

static void one_destination_has_not_all_threads(void **state)
{
	struct db *db = fixture_db(state);
	struct arena arena = {0};
	struct letter l;
	struct err err = {0};

	add(db, "SLOW", "a", 0);
	add(db, "SLOW", "b", 0);
	add(db, "SLOW", "c", 0);
	add(db, "OTHER", "d", 9);
	for (int i = 0; i < 2; i++) {
		assert_true(letter_claim(db, &arena, 2, &l, &err));
		assert_text(l.to, "SLOW");
	}
	assert_true(letter_claim(db, &arena, 2, &l, &err));
	assert_text(l.to, "OTHER");
	assert_false(letter_claim(db, &arena, 2, &l, &err));
	assert_int_equal(err.kind, ERR_NONE);
	arena_end(&arena);
}

#define MANY 120
struct claimer { struct db *db; pthread_t thread; int64_t n; };

static void *claim_all(void *with)
{
	struct claimer *c = with;

	for (;;) {
		struct arena arena = {0};
		struct letter l;
		struct err err = {0}, none = {0};
		bool mine = letter_claim(c->db, &arena, 99, &l, &err);
		if (mine)
			letter_settle(c->db, &l, false, &none, &err);
		c->n += mine;
		arena_end(&arena);
		if (!mine && !err.kind &&
		    !count(c->db, "select count(*) from letter where "
				  "state = 'waiting'"))
			return NULL;
	}
}

static void two_never_have_one_letter(void **state)
{
	struct claimer claimers[4];
	struct db *db = fixture_db(state);
	int64_t n = 0;

	for (int i = 0; i < MANY; i++) {
		char key[16];
		snprintf(key, sizeof(key), "k%d", i);
		add(db, "PACS", key, i % 3);
	}
	for (int i = 0; i < 4; i++) {
		claimers[i] = (struct claimer){.db = db};
		pthread_create(&claimers[i].thread, NULL, claim_all,
		    &claimers[i]);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(claimers[i].thread, NULL);
		n += claimers[i].n;
	}
	assert_int_equal(n, MANY);
	assert_int_equal(count(db, "select count(*) from letter where "
	    "state = 'sent' and attempts = 1"), MANY);
}

/* letter.c asks for it: the table is deliver.c's. */
const struct sender senders[] = {
    {"dicom-store", NULL, NULL}, {NULL, NULL, NULL}};
const struct sender *sender_find(struct str name)
{
	return str_is(name, "dicom-store") ? senders : NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_place(every_act_upon_every_state),
	    with_place(the_same_key_is_the_same_letter),
	    with_place(who_does_not_answer_is_asked_once),
	    with_place(what_it_cannot_take_holds_up_nobody),
	    cmocka_unit_test(waits_double_up_to_five_minutes),
	    with_place(a_refusal_is_believed_the_third_time),
	    with_place(one_destination_has_not_all_threads),
	    with_place(two_never_have_one_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
