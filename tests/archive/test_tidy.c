/* SPDX-License-Identifier: MIT */
/* test_tidy.c: seals, conflicts, deletion by two people, holds, retention,
 * export and import. */
#include "archive/tidy.c"
#include "made.h"

static const struct made one = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.3", .series = "1.2.3.1", .sop = "1.2.3.1.1",
	.date = "20260105", .time = "101112", .accession = "A1",
	.modality = "CT", .pixels = 512, .fill = 7, .number = "1"};

static void tidy(struct shelf_fixture *f)
{
	struct err err = {0};

	if (!archive_tidy(f->archive, &err))
		fail_msg("%s", err.text);
}

static void later(int64_t days)
{
	outside_stop_clock(outside_now() + days * US_PER_DAY);
}

static int settled_n;
static bool note_settled(void *with, struct tx *tx, const struct study *s)
{
	(void)with;
	(void)tx;
	settled_n += (int)s->instances_n;
	return true;
}

static int began_n;
static bool note_began(void *with, struct tx *tx, const struct study *s)
{
	(void)with;
	began_n += db_int(tx, "select count(*) from series where study = $1",
	    I(s->id)) == 1 && str_is(s->modalities, "CT");
	return true;
}

static void a_settled_study_is_sealed(void **state)
{
	struct shelf_fixture *f = *state;
	struct made other = one;

	archive_close(f->archive);
	f->options.began = note_began;
	f->options.settled = note_settled;
	must_open(f);
	began_n = settled_n = 0;
	must_keep(f->archive, &one);
	tidy(f);
	assert_int_equal(began_n, 1);
	assert_int_equal(settled_n, 0);
	later(1);
	tidy(f);
	assert_int_equal(settled_n, 1);
	assert_int_equal(count_of(f->db, "select sealed from study"), 1);
	other.sop = "1.2.3.1.2";
	must_keep(f->archive, &other);
	assert_int_equal(count_of(f->db, "select sealed from study"), 0);
	must_verify(f->archive);
	later(1);
	tidy(f);
	tidy(f);
	assert_int_equal(settled_n, 3);
	assert_int_equal(began_n, 1);
	must_verify(f->archive);
	outside_stop_clock(NO_TIME);
}

static void a_person_chooses(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct made other = one;
	struct err err = {0};
	struct match m;
	struct str file;

	must_keep(f->archive, &one);
	other.fill = 9;
	must_keep(f->archive, &other);
	int64_t id = count_of(f->db, "select id from conflict");
	assert_false(conflict_resolve(f->archive, id, true, S("Ann"), S(""),
	    &err));
	assert_int_equal(err.kind, ERR_INPUT);
	err = (struct err){0};
	assert_true(conflict_resolve(f->archive, id, true, S("Ann"),
	    S("newer"), &err));
	assert_false(conflict_resolve(f->archive, id, true, S("Ann"),
	    S("newer"), &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	struct tx *tx = db_read(f->db);
	assert_true(find_one(tx, &arena, LEVEL_INSTANCE, S(""), S(""),
	    S("1.2.3.1.1"), &m));
	db_end(tx);
	assert_true(archive_whole(f->archive, &arena, &m.instance, &file,
	    &(struct err){0}));
	assert_true(str_ends(file, made_bytes(&arena, &other)));
	assert_int_equal(count_of(f->db, "select instances_n from study"), 1);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	tidy(f);
	must_verify(f->archive);
	arena_end(&arena);
}

typedef bool step(struct tx *, int64_t, struct str, struct str, struct err *);
static bool confirm(struct tx *tx, int64_t study, struct str who,
    struct str why, struct err *err)
{
	(void)why;
	return deletion_confirm(tx, study, who, err);
}
static bool hold_on(struct tx *tx, int64_t study, struct str who,
    struct str why, struct err *err)
{
	return hold_set(tx, study, true, who, why, err);
}
static bool hold_off(struct tx *tx, int64_t study, struct str who,
    struct str why, struct err *err)
{
	return hold_set(tx, study, false, who, why, err);
}

static enum err_kind take_step(struct shelf_fixture *f, step *act,
    const char *who)
{
	int64_t study = count_of(f->db, "select id from study");
	struct tx *tx = db_begin(f->db);
	struct err err = {0};

	if (act(tx, study, str_of(who), S("it is due"), &err))
		must_commit(tx);
	else
		db_end(tx);
	return err.kind;
}

static void deletion_takes_two(void **state)
{
	struct shelf_fixture *f = *state;
	char path[200], below[40];

	must_keep(f->archive, &one);
	pack_path(count_of(f->db, "select id from study"), below);
	snprintf(path, sizeof(path), "%s/%s", f->folder, below);
	assert_int_equal(take_step(f, confirm, "Bob"), ERR_CONFLICT);
	assert_int_equal(take_step(f, deletion_propose, ""), ERR_INPUT);
	assert_int_equal(take_step(f, deletion_propose, "Ann"), ERR_NONE);
	assert_int_equal(take_step(f, confirm, " ann "), ERR_REFUSED);
	assert_int_equal(take_step(f, hold_on, "Eve"), ERR_NONE);
	assert_int_equal(take_step(f, confirm, "Bob"), ERR_REFUSED);
	assert_int_equal(take_step(f, deletion_propose, "Ann"), ERR_REFUSED);
	assert_int_equal(take_step(f, hold_off, "Eve"), ERR_NONE);
	assert_int_equal(take_step(f, deletion_propose, "Ann"), ERR_NONE);
	assert_int_equal(take_step(f, confirm, "Bob"), ERR_NONE);
	tidy(f);
	assert_int_equal(access(path, F_OK), 0);
	later(31);
	tidy(f);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 0);
	assert_int_equal(count_of(f->db, "select count(*) from patient"), 0);
	assert_int_equal(count_of(f->db, "select instances from archive_total"),
	    0);
	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
	must_verify(f->archive);
	outside_stop_clock(NO_TIME);
}

static void what_comes_saves_its_study(void **state)
{
	struct shelf_fixture *f = *state;
	struct made other = one;

	must_keep(f->archive, &one);
	take_step(f, deletion_propose, "Ann");
	take_step(f, confirm, "Bob");
	other.sop = "1.2.3.1.2";
	must_keep(f->archive, &other);
	assert_int_equal(count_of(f->db, "select deleting from study"), 0);
	later(31);
	tidy(f);
	assert_int_equal(count_of(f->db, "select instances_n from study"), 2);
	must_verify(f->archive);
	outside_stop_clock(NO_TIME);
}

static void policies_propose_and_never_delete(void **state)
{
	struct shelf_fixture *f = *state;
	struct made old = one, young = one;
	struct tx *tx = db_begin(f->db);

	db_run(tx, "insert into retention (id, org, modality, years, "
	    "grace_days, name, active) values (1, 'RXR', '', 0, 0, 'ever', 1), "
	    "(2, '', 'CT', 8, 10, 'eight years', 1)");
	must_commit(tx);
	old.date = "20100101";
	must_keep(f->archive, &old);
	young.study = "1.2.4";
	young.sop = "1.2.4.1.1";
	young.series = "1.2.4.1";
	must_keep(f->archive, &young);
	old.study = "1.2.5";
	old.sop = "1.2.5.1.1";
	old.series = "1.2.5.1";
	old.org = "RXR";
	must_keep(f->archive, &old);
	tidy(f);
	later(400);
	tidy(f);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 3);
	assert_int_equal(count_of(f->db, "select count(*) from deletion "
	    "where state = 1 and uid = '1.2.3'"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from deletion"), 1);
	outside_stop_clock(NO_TIME);
}

static void count_bad(void *with, const char *path, const struct err *why)
{
	(void)path;
	assert_int_equal(why->kind, ERR_INPUT);
	++*(int *)with;
}

static void what_is_exported_can_be_imported(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally out = {0}, in = {0};
	struct find_ask ask = {.level = LEVEL_STUDY};
	struct err err = {0};
	char folder[200], path[256];
	int bad = 0;

	must_keep(f->archive, &one);
	for (int i = 2; i < 5; i++) {
		struct made m = one;
		char study[32], series[40], sop[48];
		snprintf(study, sizeof(study), "1.2.%d", i / 2 + 10);
		snprintf(series, sizeof(series), "%s.1", study);
		snprintf(sop, sizeof(sop), "%s.%d", series, i);
		m.study = study;
		m.series = series;
		m.sop = sop;
		must_keep(f->archive, &m);
	}
	snprintf(folder, sizeof(folder), "%s/../out", f->folder);
	if (!archive_export(f->archive, &ask, folder, &out, &err))
		fail_msg("%s", err.text);
	assert_int_equal(out.instances, 4);
	assert_false(archive_export(f->archive, &ask, folder, &out, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	/* Into another archive, with a file that is none. */
	void *other_state = NULL;
	archive_setup(&other_state);
	struct shelf_fixture *other = other_state;
	snprintf(path, sizeof(path), "%s/README", folder);
	FILE *readme = fopen(path, "w");
	fputs("nothing to see here", readme);
	fclose(readme);
	err = (struct err){0};
	if (!archive_import(other->archive, folder, S("RXN"), S("import"),
	    count_bad, &bad, &in, &err))
		fail_msg("%s", err.text);
	assert_int_equal(in.instances, 4);
	assert_int_equal(bad, 1);
	snprintf(path, sizeof(path), "%s/DICOMDIR", folder);
	in = (struct archive_tally){0};
	assert_true(archive_import(other->archive, path, S("RXN"), S("import"),
	    count_bad, &bad, &in, &err));
	assert_int_equal(in.instances, 4);
	assert_int_equal(in.packs, 4); /* all were there */
	assert_int_equal(in.bad, 0);
	assert_int_equal(count_of(other->db, "select count(*) from study"), 3);
	must_verify(other->archive);
	archive_teardown(&other_state);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(a_settled_study_is_sealed),
	    with_archive(a_person_chooses),
	    with_archive(deletion_takes_two),
	    with_archive(what_comes_saves_its_study),
	    with_archive(policies_propose_and_never_delete),
	    with_archive(what_is_exported_can_be_imported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
