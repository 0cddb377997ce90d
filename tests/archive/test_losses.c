/* SPDX-License-Identifier: MIT */
/* test_losses.c: each way in which an image was, or could have been, lost. */
#include <unistd.h>
static int flush(int fd);
#define fdatasync flush
#include "archive/pack.c"
#undef fdatasync
#include "made.h"
#include <fcntl.h>

static const struct made one = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.3", .series = "1.2.3.1", .sop = "1.2.3.1.1",
	.date = "20260105", .time = "101112", .accession = "A1",
	.modality = "CT", .pixels = 2048, .fill = 7, .number = "1"};

static atomic_bool flushes_fail;

static int flush(int fd)
{
	if (!atomic_load(&flushes_fail))
		return fdatasync(fd);
	errno = EIO;
	return -1;
}

static struct made nth(int n, char sop[32])
{
	struct made m = one;

	snprintf(sop, 32, "1.2.3.1.%d", n);
	m.sop = sop;
	return m;
}

static void later(int64_t seconds)
{
	outside_stop_clock(outside_now() + seconds * US_PER_S);
}

static void close_archive(struct shelf_fixture *f)
{
	archive_close(f->archive);
	f->archive = NULL;
}

static int open_pack(struct shelf_fixture *f, int64_t study, char path[256])
{
	char below[40];

	pack_path(study, below);
	snprintf(path, 256, "%s/%s", f->folder, below);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	return fd;
}

static void damage(struct shelf_fixture *f, int64_t study, int64_t at)
{
	char path[256], byte;
	int fd = open_pack(f, study, path);

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void cut_power(struct shelf_fixture *f)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/open", f->folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "another start", 13), 13);
	close(fd);
}

static void tidy(struct shelf_fixture *f)
{
	struct err err = {0};

	if (!archive_tidy(f->archive, &err))
		fail_msg("%s", err.text);
}

static int64_t study_id(struct shelf_fixture *f, const char *uid)
{
	struct tx *tx = db_read(f->db);
	int64_t id = db_int(tx, "select id from study where uid = $1",
	    T(str_of(uid)));

	db_end(tx);
	return id;
}

static void old_damage_cuts_nothing_off(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};
	struct stat was, is;
	char path[256], sop[32];
	struct made m;

	later(0);
	for (int i = 0; i < 6; i++) {
		m = nth(i, sop);
		must_keep(f->archive, &m);
		later(100);
	}
	int64_t id = study_id(f, "1.2.3");
	close_archive(f);
	damage(f, id, PACK_HEAD + 20);
	int fd = open_pack(f, id, path);
	fstat(fd, &was);
	cut_power(f);
	must_open(f);
	fstat(fd, &is);
	close(fd);
	assert_int_equal(is.st_size, was.st_size);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 6);
	assert_true(archive_verify(f->archive, 0, 0, NULL, NULL, &tally,
	    &(struct err){0}));
	assert_int_equal(tally.bad, 2); /* those bytes, and that row */
	assert_int_equal(tally.instances, 5);
	m = nth(9, sop);
	assert_int_equal(must_keep(f->archive, &m), KEPT_NEW);
	outside_stop_clock(NO_TIME);
}

static void what_came_after_a_bad_record_stays(void **state)
{
	struct shelf_fixture *f = *state;
	char sop[32];

	for (int i = 0; i < 6; i++) {
		struct made m = nth(i, sop);
		must_keep(f->archive, &m);
	}
	int64_t at = count_of(f->db, "select at + size - 5 from instance "
	    "where uid = '1.2.3.1.2'");
	close_archive(f);
	damage(f, study_id(f, "1.2.3"), at);
	cut_power(f);
	must_open(f);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 5);
	assert_int_equal(count_of(f->db,
	    "select instances from archive_total"), 5);
	for (int i = 0; i < 6; i++) {
		struct made m = nth(i, sop);
		assert_int_equal(must_keep(f->archive, &m),
		    i == 2 ? KEPT_NEW : KEPT_SAME);
	}
}

static void a_study_lost_in_its_making_begins_anew(void **state)
{
	struct shelf_fixture *f = *state;
	char path[256];

	must_keep(f->archive, &one);
	int fd = open_pack(f, study_id(f, "1.2.3"), path);
	close(fd);
	close_archive(f);
	unlink(path);
	cut_power(f);
	must_open(f);
	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
	must_verify(f->archive);
	assert_int_equal(count_of(f->db,
	    "select instances from archive_total"), 1);
}

static atomic_bool refuses;
static bool may_begin(void *with, struct tx *tx, const struct study *s)
{
	(void)with;
	(void)tx;
	(void)s;
	return !atomic_load(&refuses);
}

static void begin_refused(struct shelf_fixture *f)
{
	struct err err = {0};

	close_archive(f);
	f->options.began = may_begin;
	f->options.open_packs = 2;
	must_open(f);
	atomic_store(&refuses, true);
	assert_false(made_keep(f->archive, &one, NULL, &err));
	atomic_store(&refuses, false);
}

static void a_study_that_could_not_begin_does(void **state)
{
	struct shelf_fixture *f = *state;

	begin_refused(f);
	must_keep(f->archive, &one);
	must_verify(f->archive);
	close_archive(f);
	must_open(f);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 1);
	must_verify(f->archive);
}

static void a_second_pack_of_a_study_is_merged(void **state)
{
	struct shelf_fixture *f = *state;
	char sop[32], text[32];
	struct made m;

	begin_refused(f);
	for (int i = 0; i < 4; i++) { /* the first is no longer open */
		m = one;
		snprintf(text, sizeof(text), "1.3.%d", i);
		snprintf(sop, sizeof(sop), "1.3.%d.1", i);
		m.study = text;
		m.sop = sop;
		must_keep(f->archive, &m);
	}
	m = nth(7, sop);
	must_keep(f->archive, &m);
	close_archive(f);
	must_open(f);
	assert_int_equal(count_of(f->db,
	    "select instances_n from study where uid = '1.2.3'"), 2);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	must_verify(f->archive);
}

static void what_comes_again_mends_what_is_damaged(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};

	must_keep(f->archive, &one);
	damage(f, study_id(f, "1.2.3"), count_of(f->db,
	    "select at + size - 5 from instance"));
	assert_true(archive_verify(f->archive, 0, 0, NULL, NULL, &tally,
	    &(struct err){0}));
	assert_int_equal(tally.bad, 1);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	must_verify(f->archive);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 1);
	assert_int_equal(count_of(f->db,
	    "select instances_n from study"), 1);
	close_archive(f);
	struct tx *tx = db_begin(f->db);
	db_run(tx, "update study set pack_end = 0");
	must_commit(tx);
	must_open(f); /* all of it is recovered once more */
	must_verify(f->archive);
	assert_int_equal(count_of(f->db,
	    "select instances from archive_total"), 1);
}

static void who_sends_again_saves_the_study(void **state)
{
	struct shelf_fixture *f = *state;
	struct err err = {0};

	must_keep(f->archive, &one);
	struct tx *tx = db_begin(f->db);
	int64_t id = db_int(tx, "select id from study");
	assert_true(deletion_propose(tx, id, S("Ann"), S("old"), &err));
	assert_true(deletion_confirm(tx, id, S("Bob"), &err));
	must_commit(tx);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
	later(40 * 86400);
	tidy(f);
	assert_int_equal(count_of(f->db, "select count(*) from study"), 1);
	must_verify(f->archive);
	outside_stop_clock(NO_TIME);
}

static void delete_all(struct shelf_fixture *f, const char *uid)
{
	struct err err = {0};
	struct tx *tx = db_begin(f->db);
	int64_t id = study_id(f, uid);

	assert_true(deletion_propose(tx, id, S("Ann"), S("old"), &err));
	assert_true(deletion_confirm(tx, id, S("Bob"), &err));
	must_commit(tx);
	later(40 * 86400);
	tidy(f);
	outside_stop_clock(NO_TIME);
}

static void an_archive_may_become_empty(void **state)
{
	struct shelf_fixture *f = *state;

	must_keep(f->archive, &one);
	delete_all(f, "1.2.3");
	close_archive(f);
	must_open(f);
	assert_int_equal(must_keep(f->archive, &one), KEPT_NEW);
}

static const struct made aside = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.4", .series = "1.2.4.1", .sop = "1.2.3.1.1",
	.date = "20260105", .modality = "CT", .pixels = 2048, .fill = 9};

static void shown_is(struct shelf_fixture *f, const char *study)
{
	struct arena arena = {0};
	struct match m;

	assert_int_equal(count_of(f->db, "select count(*) from instance "
	    "where aside = 0"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from conflict c "
	    "where not exists (select 1 from instance i where i.id = c.first "
	    "and i.study = c.first_study)"), 0);
	struct tx *tx = db_read(f->db);
	bool found = find_one(tx, &arena, LEVEL_INSTANCE, S(""), S(""),
	    S("1.2.3.1.1"), &m);
	db_end(tx);
	assert_true(found);
	assert_true(str_is(m.study.uid, study));
	assert_int_equal(m.study.instances_n, 1);
	arena_end(&arena);
}

static void the_other_one_is_shown_when_one_goes(void **state)
{
	struct shelf_fixture *f = *state;

	must_keep(f->archive, &one);
	assert_int_equal(must_keep(f->archive, &aside), KEPT_CONFLICT);
	shown_is(f, "1.2.3");
	delete_all(f, "1.2.3");
	shown_is(f, "1.2.4");
	assert_int_equal(count_of(f->db, "select count(*) from conflict"), 0);
	must_verify(f->archive);
}

static void rebuild(struct shelf_fixture *f, bool from_nothing)
{
	static const char *const tables[] = {"instance", "series", "study",
	    "study_word", "patient", "conflict", "deletion", "pack_note"};
	struct archive_tally tally = {0};
	struct err err = {0};
	char sql[64];

	close_archive(f);
	for (size_t i = 0; from_nothing && i < 8; i++) {
		snprintf(sql, sizeof(sql), "delete from %s", tables[i]);
		struct tx *tx = db_begin(f->db);
		db_run(tx, db_text(f->db, str_of(sql)));
		must_commit(tx);
	}
	f->options.rebuilds = true;
	must_open(f);
	if (!archive_rebuild(f->archive, &tally, &err))
		fail_msg("%s", err.text);
	assert_int_equal(tally.bad, 0);
	must_verify(f->archive);
}

/* In whatever order the folders are read. */
static void conflicts_across_studies_are_rebuilt(void **state)
{
	struct shelf_fixture *f = *state;
	struct err err = {0};

	for (int i = 0; i < 6; i++) {
		must_keep(f->archive, &one);
		must_keep(f->archive, &aside);
		rebuild(f, true);
		shown_is(f, "1.2.3");
		assert_true(conflict_resolve(f->archive, count_of(f->db,
		    "select id from conflict"), true, S("Ann"), S("right"),
		    &err));
		shown_is(f, "1.2.4");
		tidy(f);
		rebuild(f, true);
		shown_is(f, "1.2.4");
		delete_all(f, "1.2.3");
		delete_all(f, "1.2.4");
	}
}

static void hold(struct shelf_fixture *f, bool on)
{
	struct err err = {0};
	struct tx *tx = db_begin(f->db);

	if (!hold_set(tx, study_id(f, "1.2.3"), on, S("Ann"), S("court"), &err))
		fail_msg("%s", err.text);
	must_commit(tx);
}

static void a_hold_survives_a_rebuild_beside_it(void **state)
{
	struct shelf_fixture *f = *state;

	must_keep(f->archive, &one);
	hold(f, true);
	tidy(f);
	hold(f, false);
	tidy(f);
	hold(f, true); /* it waits to be written */
	rebuild(f, false);
	assert_int_equal(count_of(f->db, "select held from study"), 1);
	rebuild(f, true);
	assert_int_equal(count_of(f->db, "select held from study"), 1);
}

/* The last word in its pack is that it goes, and then it did not. */
static void a_living_study_survives_a_rebuild(void **state)
{
	struct shelf_fixture *f = *state;
	struct err err = {0};

	must_keep(f->archive, &one);
	struct pack *pack = quiet_take(f->archive, study_id(f, "1.2.3"), &err);
	assert_true(quiet_write(pack, RECORD_NOTE, 1, S("deletion.done"),
	    &err));
	atomic_store(&pack->stale, true);
	quiet_let_go(f->archive, pack);
	rebuild(f, false);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 1);
}

static void any_name_may_send(void **state)
{
	struct shelf_fixture *f = *state;
	struct made m = one;

	m.from = "M\xfcnchen";
	assert_int_equal(must_keep(f->archive, &m), KEPT_NEW);
	m.fill = 9;
	assert_int_equal(must_keep(f->archive, &m), KEPT_CONFLICT);
	must_verify(f->archive);
}

static void a_failed_flush_is_not_forgotten(void **state)
{
	struct shelf_fixture *f = *state;
	char sop[32], text[32];
	struct err err = {0};
	struct made m = nth(2, sop);

	f->options.open_packs = 2;
	close_archive(f);
	must_open(f);
	must_keep(f->archive, &one);
	atomic_store(&flushes_fail, true);
	assert_false(made_keep(f->archive, &m, NULL, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	atomic_store(&flushes_fail, false);
	for (int i = 0; i < 5; i++) { /* others push it out */
		struct made n = one;
		char other[32];
		snprintf(text, sizeof(text), "1.3.%d", i);
		snprintf(other, sizeof(other), "1.3.%d.1", i);
		n.study = text;
		n.sop = other;
		must_keep(f->archive, &n);
	}
	/* The kernel would say that all is well by now. */
	err = (struct err){0};
	assert_false(made_keep(f->archive, &m, NULL, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	int64_t at = count_of(f->db, "select at + size - 5 from instance "
	    "where uid = '1.2.3.1.2'");
	close_archive(f);
	damage(f, study_id(f, "1.2.3"), at); /* it never came to the disk */
	must_open(f);
	assert_int_equal(count_of(f->db, "select count(*) from instance "
	    "where uid = '1.2.3.1.2'"), 0);
	assert_int_equal(must_keep(f->archive, &m), KEPT_NEW);
	assert_int_equal(must_keep(f->archive, &one), KEPT_SAME);
}

static void a_deleted_study_is_not_damaged(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};

	must_keep(f->archive, &one);
	int64_t id = study_id(f, "1.2.3");
	delete_all(f, "1.2.3");
	assert_true(archive_verify(f->archive, id, 0, NULL, NULL, &tally,
	    &(struct err){0}));
	assert_int_equal(tally.bad, 0);
	assert_int_equal(count_of(f->db,
	    "select count(*) from archive_trouble"), 0);
}

static void packs_without_rows_are_told(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};

	must_keep(f->archive, &one);
	must_keep(f->archive, &aside);
	struct tx *tx = db_begin(f->db);
	study_remove(tx, db_int(tx, "select min(id) from study"));
	must_commit(tx);
	assert_true(archive_verify(f->archive, 0, 0, NULL, NULL, &tally,
	    &(struct err){0}));
	assert_int_equal(tally.bad, 1);
	shown_is(f, "1.2.4");
	rebuild(f, false);
	shown_is(f, "1.2.4"); /* until a person decides */
	assert_int_equal(count_of(f->db, "select count(*) from conflict "
	    "where resolved_at is null"), 1);
}

/* What is not flushed is not promised, even if it can be read. */
static void nothing_unflushed_is_committed(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct err err = {0};
	struct match m;

	atomic_store(&flushes_fail, true);
	assert_false(made_keep(f->archive, &one, NULL, &err));
	atomic_store(&flushes_fail, false);
	struct tx *tx = db_read(f->db);
	assert_true(find_one(tx, &arena, LEVEL_INSTANCE, S(""), S(""),
	    S("1.2.3.1.1"), &m));
	db_end(tx);
	err = (struct err){0};
	assert_false(archive_is_whole(f->archive, &m.instance, &err));
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(old_damage_cuts_nothing_off),
	    with_archive(what_came_after_a_bad_record_stays),
	    with_archive(a_study_lost_in_its_making_begins_anew),
	    with_archive(a_study_that_could_not_begin_does),
	    with_archive(a_second_pack_of_a_study_is_merged),
	    with_archive(what_comes_again_mends_what_is_damaged),
	    with_archive(who_sends_again_saves_the_study),
	    with_archive(an_archive_may_become_empty),
	    with_archive(the_other_one_is_shown_when_one_goes),
	    with_archive(conflicts_across_studies_are_rebuilt),
	    with_archive(a_hold_survives_a_rebuild_beside_it),
	    with_archive(a_living_study_survives_a_rebuild),
	    with_archive(any_name_may_send),
	    with_archive(a_failed_flush_is_not_forgotten),
	    with_archive(a_deleted_study_is_not_damaged),
	    with_archive(packs_without_rows_are_told),
	    with_archive(nothing_unflushed_is_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
