/* SPDX-License-Identifier: MIT */
/* test_docket.c: what waits for a person is told, and no longer when it is
 * settled; what was decided stays told. */
#include "archive/docket.c"
#include "made.h"

static const struct made one = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.3", .series = "1.2.3.1", .sop = "1.2.3.1.1",
	.date = "20260105", .time = "101112", .accession = "A1",
	.modality = "CT", .pixels = 512, .fill = 7, .number = "1"};

static int64_t make_conflict(struct shelf_fixture *f)
{
	struct made other = one;

	other.fill = 9;
	other.study = "1.2.4";
	other.series = "1.2.4.1";
	other.name = "Jones^Eve";
	other.org = "RXR";
	must_keep(f->archive, &one);
	must_keep(f->archive, &other);
	return count_of(f->db, "select id from conflict");
}

static size_t conflicts(struct shelf_fixture *f, struct arena *arena,
    struct conflict *last)
{
	struct tx *tx = db_read(f->db);
	struct rows *rows = conflicts_each(tx);
	size_t n = 0;

	for (; rows_next(rows); n++)
		conflict_read(rows, arena, last);
	must_not_fail(tx);
	db_end(tx);
	return n;
}

static void both_sides_of_a_conflict(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct conflict c = {0};
	struct err err = {0};

	assert_int_equal(conflicts(f, &arena, &c), 0);
	int64_t id = make_conflict(f);
	assert_int_equal(conflicts(f, &arena, &c), 1);
	assert_int_equal(c.id, id);
	assert_true(str_is(c.uid, "1.2.3.1.1"));
	assert_true(str_is(c.org, "RXR"));
	assert_true(str_is(c.first.study, "1.2.3"));
	assert_true(str_is(c.first.patient_name, "Smith^Ann"));
	assert_true(str_is(c.second.study, "1.2.4"));
	assert_true(str_is(c.second.patient_name, "Jones^Eve"));
	assert_true(str_is(c.second.patient_id, "P1"));
	assert_true(c.first.size > 512 && c.second.size > 512);
	assert_true(conflict_resolve(f->archive, id, false, S("Ann"),
	    S("newer is wrong"), &err));
	assert_int_equal(conflicts(f, &arena, &c), 0);
	arena_end(&arena);
}

static void each_side_can_be_fetched(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct instance first, second;
	struct err err = {0};
	struct str a, b;
	int64_t id = make_conflict(f);
	struct tx *tx = db_read(f->db);

	assert_true(conflict_instance(tx, &arena, id, false, &first));
	assert_true(conflict_instance(tx, &arena, id, true, &second));
	assert_false(conflict_instance(tx, &arena, id + 1, true, &second));
	db_end(tx);
	assert_true(archive_whole(f->archive, &arena, &first, &a, &err));
	assert_true(archive_whole(f->archive, &arena, &second, &b, &err));
	assert_int_equal(a.at[a.len - 1], 7);
	assert_int_equal(b.at[b.len - 1], 9);
	arena_end(&arena);
}

static void decide(struct shelf_fixture *f,
    bool act(struct tx *, int64_t, struct err *))
{
	int64_t study = count_of(f->db, "select id from study");
	struct tx *tx = db_begin(f->db);
	struct err err = {0};

	if (!act(tx, study, &err) || !db_commit(tx, &err))
		fail_msg("%s", err.text);
}

static bool propose(struct tx *tx, int64_t study, struct err *err)
{
	return deletion_propose(tx, study, S("Ann"), S("a mistake"), err);
}

static bool confirm(struct tx *tx, int64_t study, struct err *err)
{
	return deletion_confirm(tx, study, S("Bob"), err);
}

static bool hold(struct tx *tx, int64_t study, struct err *err)
{
	return hold_set(tx, study, true, S("Cat"), S("inquest"), err);
}

static size_t deletions(struct shelf_fixture *f, struct arena *arena,
    struct deletion *last)
{
	struct tx *tx = db_read(f->db);
	struct rows *rows = deletions_each(tx);
	size_t n = 0;

	for (; rows_next(rows); n++)
		deletion_read(rows, arena, last);
	must_not_fail(tx);
	db_end(tx);
	return n;
}

static void counted(struct shelf_fixture *f, int64_t proposed,
    int64_t confirmed)
{
	struct tx *tx = db_read(f->db);
	struct docket d;

	docket_count(tx, &d);
	must_not_fail(tx);
	db_end(tx);
	assert_int_equal(d.proposed, proposed);
	assert_int_equal(d.confirmed, confirmed);
	assert_int_equal(d.troubles, 0);
	assert_int_equal(d.verified_to, NO_TIME);
}

static void a_deletion_until_it_is_withdrawn(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct deletion d = {0};

	must_keep(f->archive, &one);
	counted(f, 0, 0);
	decide(f, propose);
	counted(f, 1, 0);
	assert_int_equal(deletions(f, &arena, &d), 1);
	assert_int_equal(d.state, DELETION_PROPOSED);
	assert_true(str_is(d.study, "1.2.3"));
	assert_true(str_is(d.proposed_by, "Ann"));
	assert_true(str_is(d.why, "a mistake"));
	assert_int_equal(d.confirmed_at, NO_TIME);
	assert_int_equal(d.instances_n, 1);
	decide(f, confirm);
	counted(f, 0, 1);
	assert_int_equal(deletions(f, &arena, &d), 1);
	assert_true(str_is(d.confirmed_by, "Bob"));
	assert_true(d.due_at > d.confirmed_at);
	decide(f, hold);
	counted(f, 0, 0);
	assert_int_equal(deletions(f, &arena, &d), 0);
	arena_end(&arena);
}

static void what_was_decided_is_told_in_order(void **state)
{
	static const char *const kinds[] = {"study.deletion.proposed",
	    "study.deletion.confirmed", "study.hold",
	    "study.deletion.withdrawn"};
	struct shelf_fixture *f = *state;
	size_t n = 0;

	must_keep(f->archive, &one);
	decide(f, propose);
	decide(f, confirm);
	decide(f, hold);
	struct tx *tx = db_read(f->db);
	struct rows *rows = decisions_each(tx, S("1.2.3"));
	for (; rows_next(rows); n++) {
		assert_true(n < 4);
		assert_true(str_is(rows_text(rows, 1), kinds[n]));
		assert_true(rows_text(rows, 2).len == 3);
	}
	assert_int_equal(n, 4);
	assert_false(rows_next(decisions_each(tx, S("1.2.4"))));
	must_not_fail(tx);
	db_end(tx);
}

static void a_study_is_there_until_its_pack_goes(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct study study;
	struct match m;

	must_keep(f->archive, &one);
	decide(f, propose);
	decide(f, confirm);
	struct tx *tx = db_read(f->db);
	assert_false(find_one(tx, &arena, LEVEL_STUDY, S("1.2.3"), S(""),
	    S(""), &m));
	assert_true(study_by_uid(tx, &arena, S("1.2.3"), &study));
	assert_true(study.deleting && str_is(study.patient_name, "Smith^Ann"));
	assert_false(study_by_uid(tx, &arena, S("1.2"), &study));
	must_not_fail(tx);
	db_end(tx);
	arena_end(&arena);
}

static void troubles_and_policies(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct damage damage;
	struct retention policy;

	must_keep(f->archive, &one);
	struct tx *tx = db_begin(f->db);
	db_run(tx, "insert into archive_trouble (id, study, instance, "
	    "found_at, what) select 1, study, id, 5, 'torn' from instance");
	db_run(tx, "insert into archive_trouble (id, study, instance, "
	    "found_at, what) select 2, id, 0, 6, 'short' from study");
	db_run(tx, "insert into retention (id, org, modality, years, "
	    "grace_days, name, active) values (7, 'RXN', 'MG', 8, 9, 'x', 1)");
	struct rows *rows = damages_each(tx);
	assert_true(rows_next(rows));
	damage_read(rows, &arena, &damage);
	assert_true(str_is(damage.what, "short"));
	assert_int_equal(damage.instance.len, 0);
	assert_true(rows_next(rows));
	damage_read(rows, &arena, &damage);
	assert_true(str_is(damage.study, "1.2.3"));
	assert_true(str_is(damage.instance, "1.2.3.1.1"));
	assert_int_equal(damage.found_at, 5);
	assert_false(rows_next(rows));
	rows = retention_each(tx);
	assert_true(rows_next(rows));
	retention_read(rows, &arena, &policy);
	assert_int_equal(policy.id + policy.years + policy.grace_days, 24);
	assert_true(policy.active && str_is(policy.modality, "MG"));
	assert_false(rows_next(rows));
	must_not_fail(tx);
	db_end(tx);
	arena_end(&arena);
}

static void a_policy_is_set_with_a_reason(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct retention p = {.name = S("adults"), .years = 8,
	    .grace_days = 30, .active = true}, read;
	struct err err = {0};
	struct tx *tx = db_begin(f->db);

	assert_false(retention_set(tx, &p, S("Ann"), S(" "), &err));
	err = (struct err){0};
	assert_true(retention_set(tx, &p, S("Ann"), S("the code"), &err));
	assert_int_equal(p.id, 1);
	p.id = 0;
	p.grace_days = 0;
	assert_false(retention_set(tx, &p, S("Ann"), S("at once"), &err));
	err = (struct err){0};
	p.id = 1;
	p.grace_days = 60;
	assert_true(retention_set(tx, &p, S("Bob"), S("longer"), &err));
	struct rows *rows = retention_each(tx);
	assert_true(rows_next(rows));
	retention_read(rows, &arena, &read);
	assert_int_equal(read.grace_days, 60);
	assert_false(rows_next(rows));
	must_commit(tx);
	assert_int_equal(count_of(f->db, "select count(*) from journal "
	    "where kind = 'retention.set' and subject = '1'"), 2);
	tx = db_begin(f->db);
	p.id = 9;
	assert_false(retention_set(tx, &p, S("Bob"), S("none"), &err));
	assert_int_equal(err.kind, ERR_MISSING);
	db_end(tx);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(both_sides_of_a_conflict),
	    with_archive(each_side_can_be_fetched),
	    with_archive(a_deletion_until_it_is_withdrawn),
	    with_archive(what_was_decided_is_told_in_order),
	    with_archive(a_study_is_there_until_its_pack_goes),
	    with_archive(troubles_and_policies),
	    with_archive(a_policy_is_set_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
