/* SPDX-License-Identifier: MIT */
/* test_recover.c: what is left by kills, full disks, lost databases. */
#include "archive/recover.c"
#include "made.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const struct made one = {.patient = "P1", .name = "Smith^Ann",
	.study = "1.2.3", .series = "1.2.3.1", .sop = "1.2.3.1.1",
	.date = "20260105", .time = "101112", .accession = "A1",
	.modality = "CT", .pixels = 2048, .fill = 7, .number = "1"};

static void keep_some(struct archive *archive, int studies, int each)
{
	char study[32], series[32], sop[32];

	for (int i = 0; i < studies; i++)
		for (int j = 0; j < each; j++) {
			struct made m = one;
			snprintf(study, sizeof(study), "1.2.%d", i);
			snprintf(series, sizeof(series), "1.2.%d.1", i);
			snprintf(sop, sizeof(sop), "1.2.%d.1.%d", i, j);
			m.study = study;
			m.series = series;
			m.sop = sop;
			must_keep(archive, &m);
		}
}

static void close_archive(struct shelf_fixture *f)
{
	archive_close(f->archive);
	f->archive = NULL;
}

static void find_pack(struct shelf_fixture *f, int64_t study, char *path,
    size_t size)
{
	char below[40];

	pack_path(study, below);
	snprintf(path, size, "%s/%s", f->folder, below);
	assert_int_equal(access(path, F_OK), 0);
}

static void forget_rows(struct shelf_fixture *f, const char *sql)
{
	struct tx *tx = db_begin(f->db);

	db_run_(tx, sql, VALS());
	must_commit(tx);
}

/* As if the commits had been lost in a power cut. */
static void rows_that_were_lost_come_back(void **state)
{
	struct shelf_fixture *f = *state;

	keep_some(f->archive, 2, 5);
	close_archive(f);
	forget_rows(f, "delete from instance where id in (select id from "
	    "instance i where 2 <= (select count(*) from instance j "
	    "where j.study = i.study and j.id < i.id))");
	forget_rows(f, "update study set instances_n = 2, pack_end = (select "
	    "max(at + size) from instance where instance.study = study.id)");
	must_open(f);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 10);
	assert_int_equal(count_of(f->db,
	    "select count(*) from study where instances_n = 5"), 2);
	must_verify(f->archive);
	keep_some(f->archive, 2, 6);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 12);
	must_verify(f->archive);
}

/* A record cut at each of many places is cut off; what is before stays. */
static void a_torn_record_is_cut_off(void **state)
{
	struct shelf_fixture *f = *state;
	char path[256];
	struct stat is;

	keep_some(f->archive, 1, 2);
	int64_t id = count_of(f->db, "select id from study");
	int64_t last = count_of(f->db, "select max(at) from instance") -
	    RECORD_HEAD;
	find_pack(f, id, path, sizeof(path));
	assert_int_equal(stat(path, &is), 0);
	for (off_t size = is.st_size - 1; size >= last; size -= 97) {
		close_archive(f);
		forget_rows(f, "delete from instance where id = (select "
		    "max(id) from instance where (select count(*) from "
		    "instance) > 1)");
		forget_rows(f, "update study set instances_n = 1, pack_end = "
		    "(select max(at + size) from instance)");
		assert_int_equal(truncate(path, size), 0);
		must_open(f);
		assert_int_equal(count_of(f->db,
		    "select count(*) from instance"), 1);
		must_verify(f->archive);
		keep_some(f->archive, 1, 2);
		must_verify(f->archive);
	}
}

static void a_lost_database_is_made_again(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};
	struct made other = one;
	struct err err = {0};
	int64_t study;
	struct tx *tx;

	keep_some(f->archive, 6, 4);
	other.study = "1.2.0";
	other.series = "1.2.0.1";
	other.sop = "1.2.0.1.0";
	other.fill = 9;
	other.from = "CT9";
	other.org = "RXR";
	assert_int_equal(must_keep(f->archive, &other), KEPT_CONFLICT);
	study = count_of(f->db, "select id from study where uid = '1.2.1'");
	tx = db_begin(f->db);
	assert_true(hold_set(tx, study, true, S("Ann"), S("court"), &err));
	must_commit(tx);
	assert_true(conflict_resolve(f->archive, count_of(f->db,
	    "select id from conflict"), true, S("Bob"), S("newer"), &err));
	outside_stop_clock(outside_now() + 3600 * US_PER_S);
	assert_true(archive_tidy(f->archive, &err));
	assert_int_equal(count_of(f->db,
	    "select count(*) from study where sealed = 1"), 6);
	must_verify(f->archive);
	close_archive(f);
	static const char *const tables[] = {"instance", "series", "study",
	    "study_word", "patient", "conflict", "deletion", "pack_note"};
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		char sql[64];
		snprintf(sql, sizeof(sql), "delete from %s", tables[i]);
		tx = db_begin(f->db);
		db_run(tx, db_text(f->db, str_of(sql)));
		must_commit(tx);
	}
	/* It is not begun anew beside the packs. */
	assert_null(archive_open(f->db, &f->options, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	f->options.rebuilds = true;
	must_open(f);
	err = (struct err){0};
	if (!archive_rebuild(f->archive, &tally, &err))
		fail_msg("%s", err.text);
	assert_int_equal(tally.bad, 0);
	assert_int_equal(tally.instances, 25);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 25);
	assert_int_equal(count_of(f->db, "select held from study "
	    "where uid = '1.2.1'"), 1);
	assert_int_equal(count_of(f->db,
	    "select second_taken from conflict"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from instance "
	    "where aside = 1"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from study "
	    "where sealed = 1 and instances_n = 4"), 6);
	assert_int_equal(count_of(f->db, "select count(*) from study "
	    "where org = 'RXN'"), 6);
	must_verify(f->archive);
	outside_stop_clock(NO_TIME);
}

static void damage_is_found(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_tally tally = {0};
	struct err err = {0};
	char path[256];

	keep_some(f->archive, 2, 3);
	int64_t id = count_of(f->db, "select min(id) from study");
	int64_t at = count_of(f->db, "select min(at + size) from instance "
	    "where study = (select min(id) from study)");
	find_pack(f, id, path, sizeof(path));
	int fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, at - 100), 1);
	close(fd);
	assert_true(archive_verify(f->archive, 0, 0, NULL, NULL, &tally, &err));
	assert_int_equal(tally.bad, 1);
	assert_int_equal(tally.instances, 6);
	assert_int_equal(count_of(f->db,
	    "select count(*) from archive_trouble where instance > 0"), 1);
}

static void two_keepers_cannot_be(void **state)
{
	struct shelf_fixture *f = *state;
	struct archive_options looks = f->options;
	struct err err = {0};

	keep_some(f->archive, 1, 1);
	assert_null(archive_open(f->db, &f->options, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	looks.looks_only = true;
	err = (struct err){0};
	struct archive *other = archive_open(f->db, &looks, &err);
	assert_non_null(other);
	assert_false(made_keep(other, &one, NULL, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	archive_close(other);
}

/* In a child: the largest file is so small that the second does not fit. */
static void what_does_not_fit_is_refused(void **state)
{
	struct shelf_fixture *f = *state;
	struct rlimit was, limit;
	struct err err = {0};
	struct made large = one;

	keep_some(f->archive, 1, 1);
	large.study = "1.2.0";
	large.series = "1.2.0.1";
	large.sop = "1.2.0.1.77";
	large.pixels = 1 << 21;
	getrlimit(RLIMIT_FSIZE, &was);
	limit = was;
	limit.rlim_cur = 1 << 20;
	setrlimit(RLIMIT_FSIZE, &limit);
	bool kept = made_keep(f->archive, &large, NULL, &err);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_false(kept);
	assert_int_equal(err.kind, ERR_BUSY);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 1);
	must_verify(f->archive);
	assert_int_equal(must_keep(f->archive, &large), KEPT_NEW);
	must_verify(f->archive);
}

/* A real one, of two MiB, where this user may mount. */
static void a_full_disk_is_said(void **state)
{
	struct shelf_fixture *f = *state;
	struct err err = {0};
	char sop[40];
	int kept = 0;

	close_archive(f);
	mkdir(f->folder, 0700);
	if (mount("tmpfs", f->folder, "tmpfs", 0, "size=2m") < 0) {
		print_message("# no mount here: the limit of files stands "
		    "for the full disk\n");
		must_open(f);
		return;
	}
	must_open(f);
	for (int i = 0; i < 100 && !err.kind; i++) {
		struct made m = one;
		m.pixels = 100000;
		snprintf(sop, sizeof(sop), "1.2.3.1.%d", i);
		m.sop = sop;
		kept += made_keep(f->archive, &m, NULL, &err);
	}
	assert_int_equal(err.kind, ERR_BUSY);
	assert_true(kept > 5 && kept < 22);
	assert_int_equal(count_of(f->db,
	    "select count(*) from instance"), kept);
	must_verify(f->archive);
	close_archive(f);
	must_open(f);
	must_verify(f->archive);
	close_archive(f);
	err = (struct err){0};
	assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT | MS_RDONLY,
	    NULL), 0);
	assert_null(archive_open(f->db, &f->options, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT,
	    "size=8m"), 0);
	must_open(f);
	struct made m = one;
	m.sop = "1.2.3.1.999";
	assert_int_equal(must_keep(f->archive, &m), KEPT_NEW);
	must_verify(f->archive);
	close_archive(f);
	umount(f->folder);
}

/* Rows whose bytes were lost, with the mark of another start of the machine. */
static void a_power_cut_drops_what_was_not_flushed(void **state)
{
	struct shelf_fixture *f = *state;
	char path[256];
	struct stat is;

	keep_some(f->archive, 2, 3);
	int64_t id = count_of(f->db, "select min(id) from study");
	find_pack(f, id, path, sizeof(path));
	close_archive(f);
	int fd = open(path, O_WRONLY);
	assert_int_equal(fstat(fd, &is), 0);
	assert_int_equal(pwrite(fd, "\0\0\0\0", 4, is.st_size - 500), 4);
	close(fd);
	snprintf(path, sizeof(path), "%s/open", f->folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "another start", 13), 13);
	close(fd);
	must_open(f);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 5);
	must_verify(f->archive);
	keep_some(f->archive, 2, 3);
	assert_int_equal(count_of(f->db, "select count(*) from instance"), 6);
	must_verify(f->archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(rows_that_were_lost_come_back),
	    with_archive(a_torn_record_is_cut_off),
	    with_archive(a_lost_database_is_made_again),
	    with_archive(damage_is_found),
	    with_archive(two_keepers_cannot_be),
	    with_archive(what_does_not_fit_is_refused),
	    with_archive(a_full_disk_is_said),
	    with_archive(a_power_cut_drops_what_was_not_flushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
