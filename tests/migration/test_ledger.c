/* SPDX-License-Identifier: MIT */
/* The ledger: what is taken next, what becomes of it, and that nothing is
 * believed to be here that is not. */
#include "migration/ledger.c"

#include "archive/made.h"

#define NOW (INT64_C(1790000000) * US_PER_S)

static bool never;

static struct old_archive plain(void)
{
	return (struct old_archive){.name = S("old"), .org = S("RXN"),
	    .how = S("get"), .dest = S("OLD"), .from_date = S("20200101"),
	    .day_kib_s = 100, .night_kib_s = 100, .again_days = 7,
	    .active = true};
}

static enum err_kind keep_old(struct db *db, struct old_archive *a)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};

	if (old_archive_keep(tx, a, S("ann"), S("a test"), &err))
		must_commit(tx);
	else
		db_end(tx);
	return err.kind;
}

static struct haul haul_for(struct shelf_fixture *f, struct arena *arena)
{
	struct haul h = {.db = f->db, .archive = f->archive, .old = plain(),
	    .arena = arena, .stopping = &never};

	assert_int_equal(keep_old(f->db, &h.old), ERR_NONE);
	return h;
}

static void find_one_more(struct haul *h, const char *uid, const char *patient,
    const char *date, int64_t there)
{
	struct old_study s = {.uid = str_of(uid), .patient_id = str_of(patient),
	    .date = str_of(date), .there = there};
	struct listing l = {.studies = &s, .n = 1};
	struct err err = {0};

	if (!ledger_found(h, &l, &err))
		fail_msg("%s", err.text);
}

static struct old_study only(struct haul *h)
{
	struct tx *tx = db_read(h->db);
	struct rows *r = old_studies_each(tx, h->old.id, S(""), 0, 2);
	struct old_study s = {0};

	assert_true(rows_next(r));
	old_study_read(r, h->arena, &s);
	assert_false(rows_next(r));
	db_end(tx);
	return s;
}

static struct str next(struct haul *h, bool asked_for)
{
	struct old_study s = {0};
	struct err err = {0};
	bool found = ledger_next(h, asked_for, &s, &err);

	assert_int_equal(err.kind, ERR_NONE);
	return found ? s.uid : S("none");
}

static void settle(struct haul *h, enum err_kind kind)
{
	struct old_study s = only(h);
	struct err why = {0}, err = {0};

	if (kind)
		(fail)(&why, kind, "so it went");
	assert_true(ledger_settle(h, &s, &why, &err));
}

static void the_most_wanted_then_the_newest(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);

	find_one_more(&h, "1.1", "17", "20200102", 1);
	find_one_more(&h, "1.2", "18", "20240101", 1);
	find_one_more(&h, "1.3", "19", "20230101", 1);
	find_one_more(&h, "1.4", "20", "20210101", 1);
	struct tx *tx = db_begin(f->db);
	assert_int_equal(old_patient_waits(tx, S("RXN"), S("17")), 1);
	assert_int_equal(old_patient_want(tx, S("RXR"), S("17"), 0), 0);
	assert_int_equal(old_patient_want(tx, S("RXN"), S("17"), 0), 1);
	assert_int_equal(old_patient_want(tx, S("RXN"), S("17"), 0), 0);
	assert_int_equal(old_patient_want(tx, S("RXN"), S(""), 0), 0);
	assert_int_equal(old_patient_want(tx, S(""), S("20"), 1), 1);
	assert_int_equal(old_patient_waits(tx, S("RXN"), S("17")), 0);
	must_commit(tx);
	assert_text(next(&h, true), "1.1");
	assert_text(next(&h, true), "none"); /* the rate keeps the others back */
	assert_text(next(&h, false), "1.4");
	assert_text(next(&h, false), "1.2");
	assert_text(next(&h, false), "1.3");
	assert_text(next(&h, false), "none");
	arena_end(&arena);
}

static void what_becomes_of_a_fetch(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);
	static const struct {
		enum err_kind kind;
		int64_t tries;
		const char *state;
	} cases[] = {
	    {ERR_NONE, 1, "done"}, {ERR_MISSING, 1, "failed"},
	    {ERR_INPUT, 1, "failed"}, {ERR_CONFLICT, 5, "differs"},
	    {ERR_BUSY, 5, "failed"}, {ERR_REFUSED, 5, "failed"},
	};
	struct err err = {0};

	find_one_more(&h, "1.1", "17", "20240101", 3);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tx *tx = db_begin(f->db);
		assert_true(old_study_want(tx, only(&h).id, S("ann"), &err));
		must_commit(tx);
		for (int64_t n = 1; n <= cases[i].tries; n++) {
			outside_stop_clock(outside_now() + 3600 * US_PER_S);
			assert_text(next(&h, false), "1.1");
			settle(&h, cases[i].kind);
			if (n < cases[i].tries) {
				assert_text(only(&h).state, "found");
				assert_text(only(&h).trouble, "so it went");
				assert_text(next(&h, false), "none");
			}
		}
		assert_text(only(&h).state, cases[i].state);
	}
	outside_stop_clock(NO_TIME);
	arena_end(&arena);
}

static void trouble_of_the_archive_costs_no_attempt(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);
	struct err why = {0}, well = {0}, err = {0};

	find_one_more(&h, "1.1", "17", "20240101", 3);
	for (int i = 0; i < 20; i++) {
		assert_text(next(&h, false), "1.1");
		struct old_study s = only(&h);
		assert_true(ledger_return(&h, &s, &err));
	}
	assert_int_equal(only(&h).attempts, 0);
	(fail)(&why, ERR_BUSY, "could not connect");
	for (int i = 0; i < 5; i++)
		assert_true(ledger_trouble(&h, &why, &err));
	assert_true(ledger_trouble(&h, &well, &err));
	assert_int_equal(count_of(f->db, "select count(*) from journal where "
	    "kind in ('migration.trouble', 'migration.well')"), 2);
	arena_end(&arena);
}

static void a_kill_leaves_nothing_on_its_way(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);
	struct err err = {0};
	struct tx *tx;

	find_one_more(&h, "1.1", "17", "20240101", 3);
	next(&h, false);
	tx = db_read(f->db);
	assert_true(old_study_is_coming(tx, S("1.1")));
	assert_false(old_study_is_coming(tx, S("1.2")));
	db_end(tx);
	tx = db_begin(f->db);
	assert_false(old_study_want(tx, only(&h).id, S("ann"), &err));
	db_end(tx);
	assert_int_equal(err.kind, ERR_CONFLICT);
	err = (struct err){0};
	assert_true(ledger_recover(f->db, &err));
	assert_text(next(&h, false), "1.1");
	arena_end(&arena);
}

static void a_survey_again_finds_what_grew(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);

	find_one_more(&h, "1.1", "17", "20240101", 3);
	next(&h, false);
	struct old_study s = only(&h);
	struct err none = {0}, err = {0};
	s.there = s.here = 3;
	assert_true(ledger_settle(&h, &s, &none, &err));
	find_one_more(&h, "1.1", "17", "20240101", 3);
	assert_text(only(&h).state, "done");
	find_one_more(&h, "1.1", "17", "20240101", 0); /* not all say it */
	assert_text(only(&h).state, "done");
	find_one_more(&h, "1.1", "17", "20240101", 4);
	assert_text(only(&h).state, "found");
	arena_end(&arena);
}

static void what_cannot_be_asked_for_is_on_the_list(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);

	find_one_more(&h, "1.2.x/../1", "17", "20240101", 3);
	assert_text(only(&h).state, "failed");
	assert_true(only(&h).trouble.len > 0);
	find_one_more(&h, "", "17", "20240101", 3);
	assert_int_equal(count_of(f->db, "select count(*) from old_study"), 1);
	assert_true(is_askable(S("1.02.3"))); /* not valid, but it is used */
	assert_false(is_askable(S("")));
	arena_end(&arena);
}

static bool prove(struct haul *h, struct old_study *s, const char *const *uids,
    size_t n, struct err *err)
{
	struct listing l = {.instances = arena_array(h->arena, struct named, n),
	    .n = n};

	for (size_t i = 0; i < n; i++)
		l.instances[i] = (struct named){str_of(uids[i]), S("")};
	return ledger_prove(h, s, &l, err);
}

static void the_proof(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct haul h = haul_for(f, &arena);
	struct old_study s = {.uid = S("1.2.3")};
	struct err err = {0};
	struct made m = {.patient = "17", .study = "1.2.3", .series = "1.2.3.4",
	    .sop = "1.2.3.2", .date = "20240101"};

	must_keep(f->archive, &m);
	m.sop = "1.2.3.1";
	must_keep(f->archive, &m);
	assert_true(prove(&h, &s, (const char *[]){"1.2.3.1", "1.2.3.2",
	    "1.2.3.1"}, 3, &err));
	assert_int_equal(s.there, 2);
	assert_int_equal(s.here, 2);
	assert_text(s.there_hash, sha256_text(sha256_of(
	    S("1.2.3.1\n1.2.3.2\n"))).at);
	assert_text(s.here_hash, sha256_text(sha256_of(
	    S("1.2.3.1\n1.2.3.2\n"))).at);
	assert_true(s.size > 0);
	/* One that is not here; one without a UID; the right one elsewhere. */
	assert_false(prove(&h, &s, (const char *[]){"1.2.3.1", "1.2.3.9"}, 2,
	    &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_int_equal(s.here, 1);
	err = (struct err){0};
	assert_false(prove(&h, &s, (const char *[]){"1.2.3.1", ""}, 2, &err));
	err = (struct err){0};
	s.uid = S("1.2.4");
	assert_false(prove(&h, &s, (const char *[]){"1.2.3.1"}, 1, &err));
	assert_int_equal(s.here, 0);
	arena_end(&arena);
}

#define REFUSES(field, value) do { \
		a = plain(); \
		a.field = value; \
		assert_int_equal(keep_old(f->db, &a), ERR_INPUT); \
	} while (0)

static void an_old_archive_must_be_sound(void **state)
{
	struct shelf_fixture *f = *state;
	struct old_archive a;

	REFUSES(name, S(""));
	REFUSES(org, S(""));
	REFUSES(dest, S(""));
	REFUSES(how, S("ftp"));
	REFUSES(from_date, S("2020"));
	REFUSES(from_date, S("20200231"));
	REFUSES(from_date, S("+2000101"));
	REFUSES(day_kib_s, -1);
	REFUSES(again_days, 61);
	a = plain();
	a.id = 4711;
	assert_int_equal(keep_old(f->db, &a), ERR_MISSING);
	a = plain();
	assert_int_equal(keep_old(f->db, &a), ERR_NONE);
	a.name = S("older");
	assert_int_equal(keep_old(f->db, &a), ERR_NONE);
	assert_int_equal(count_of(f->db, "select count(*) from old_archive "
	    "where name = 'older'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(the_most_wanted_then_the_newest),
	    with_archive(what_becomes_of_a_fetch),
	    with_archive(trouble_of_the_archive_costs_no_attempt),
	    with_archive(a_kill_leaves_nothing_on_its_way),
	    with_archive(a_survey_again_finds_what_grew),
	    with_archive(what_cannot_be_asked_for_is_on_the_list),
	    with_archive(the_proof),
	    with_archive(an_old_archive_must_be_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
