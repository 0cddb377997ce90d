/* SPDX-License-Identifier: MIT */
/* test_keep.c: what is kept is there, whole, once, and found. */
#include "archive/keep.c"
#include "made.h"

static const struct made one = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.3", .series = "1.2.3.1", .sop = "1.2.3.1.1",
	.date = "20260105", .time = "101112", .accession = "A1",
	.modality = "CT", .pixels = 512, .fill = 7, .number = "1"};

static struct instance instance_of(struct shelf_fixture *f, struct arena *arena,
    const char *sop)
{
	struct tx *tx = db_read(f->db);
	struct match m;

	if (!find_one(tx, arena, LEVEL_INSTANCE, S(""), S(""), str_of(sop), &m))
		fail_msg("%s is not found", sop);
	must_not_fail(tx);
	db_end(tx);
	return m.instance;
}

static void an_instance_is_kept_whole(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct err err = {0};
	struct str file, data = made_bytes(&arena, &one);
	struct part10 head;

	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
	struct instance i = instance_of(f, &arena, one.sop);
	assert_true(archive_whole(f->archive, &arena, &i, &file, &err));
	assert_int_equal(file.len, i.size);
	assert_true(str_ends(file, data));
	assert_memory_equal(file.at + 128, "DICM", 4);
	assert_true(archive_head(f->archive, &arena, &i, &head, &err));
	assert_text(dataset_raw(&head.dataset, TAG_PatientID), "P1");
	assert_true(i.head_size < i.size);
	assert_int_equal(i.rows, 16);
	must_verify(f->archive);
	arena_end(&arena);
}

static void the_same_again_is_kept_once(void **state)
{
	struct shelf_fixture *f = *state;
	struct made other = one;

	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	other.from = "CT2"; /* the file meta differs, the data set does not */
	assert_int_equal(must_keep(f->archive, &other), KEPT_SAME);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 1);
	assert_int_equal(count_of(f->db,
	    "select instances_n from study"), 1);
	must_verify(f->archive);
}

static void another_with_its_uid_is_a_conflict(void **state)
{
	struct shelf_fixture *f = *state;
	struct made other = one;
	struct arena arena = {0};
	struct err err = {0};
	struct str file;

	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
	other.fill = 8;
	assert_int_equal(must_keep(f->archive, &other), KEPT_CONFLICT);
	assert_int_equal(must_keep(f->archive, &other), KEPT_SAME);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	assert_int_equal(count_of(f->db, "select count(*) from conflict"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 2);
	struct instance i = instance_of(f, &arena, one.sop);
	assert_true(archive_whole(f->archive, &arena, &i, &file, &err));
	assert_true(str_ends(file, made_bytes(&arena, &one)));
	must_verify(f->archive);
	arena_end(&arena);
}

static void what_has_no_identity_is_refused(void **state)
{
	struct shelf_fixture *f = *state;
	struct made bad = one;
	struct err err = {0};

	bad.study = NULL;
	assert_false(made_keep(f->archive, &bad, NULL, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 0);
}

static void another_patient_in_a_study_is_marked(void **state)
{
	struct shelf_fixture *f = *state;
	struct made other = one;

	must_keep(f->archive, &one);
	other.patient = "P2";
	other.sop = "1.2.3.1.2";
	assert_int_equal(must_keep(f->archive, &other), KEPT_NEW);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 1);
	assert_int_equal(count_of(f->db, "select findings from study") &
	    FOUND_MIXED, FOUND_MIXED);
}

#define THREADS 8
#define EACH 24
static struct archive *shared;

static void *keep_many(void *with)
{
	char sop[40], series[40], number[8];
	int thread = (int)(intptr_t)with;

	for (int i = 0; i < EACH; i++) {
		/* Half of them are sent by everybody. */
		int owner = i % 2 ? 0 : thread + 1;
		struct made m = one;
		snprintf(sop, sizeof(sop), "1.2.3.%d.%d", owner, i);
		snprintf(series, sizeof(series), "1.2.3.%d", i % 4);
		snprintf(number, sizeof(number), "%d", i);
		m.sop = sop;
		m.series = series;
		m.number = number;
		must_keep(shared, &m);
	}
	return NULL;
}

static void threads_make_each_thing_once(void **state)
{
	struct shelf_fixture *f = *state;
	pthread_t threads[THREADS];
	int64_t wanted = EACH / 2 + THREADS * EACH / 2;

	shared = f->archive;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, keep_many,
		    (void *)(intptr_t)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(count_of(f->db, "select count(*) from patient"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from series"), 4);
	assert_int_equal(count_of(f->db, "select count(*) from instance"),
	    wanted);
	assert_int_equal(count_of(f->db, "select instances_n from study"),
	    wanted);
	assert_int_equal(count_of(f->db, "select series_n from study"), 4);
	must_verify(f->archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(an_instance_is_kept_whole),
	    with_archive(the_same_again_is_kept_once),
	    with_archive(another_with_its_uid_is_a_conflict),
	    with_archive(what_has_no_identity_is_refused),
	    with_archive(another_patient_in_a_study_is_marked),
	    with_archive(threads_make_each_thing_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
