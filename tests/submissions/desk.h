/* SPDX-License-Identifier: MIT */
/* desk.h: where files of every kind come in, for the tests of submissions. */
#pragma once
#include "store/place.h"
#include "submissions/submissions.h"

#include <dirent.h>
#include <fcntl.h>

struct desk { /* where files come in */
	struct fixture *f;
	struct settings settings;
	struct intake to;
	struct arena arena;
	char files[96];
};

static void furnish(struct db *db)
{
	struct tx *tx = db_begin(db);
	struct reference lists = {
	    S("code,name,short,kind\nRXN,Preston,P,trust\nRXR,Burnley,B,trust\n"
	      "LSC,Network,N,network\nQE1,ICB,I,icb\nY62,North West,NW,region\n"
	      "ENG,England,E,nation\n"),
	    S("code,name,org,kind\nRXN02,Royal Preston,RXN,hospital\n"),
	    S("code,name\n00X,Chorley\n")};
	struct err err = {0};
	int64_t at;

	assert_true(reference_load(tx, &lists, &err));
	must_commit(tx);
	assert_true(time_read(S("2026-11-24 12:00"), &at));
	outside_stop_clock(at);
}

static int desk_open(void **state)
{
	struct desk *d = test_calloc(1, sizeof(*d));
	void *fixture;

	fixture_open(&fixture);
	d->f = fixture;
	settings_standard(&d->settings);
	d->settings.bad_rows_percent = 50;
	snprintf(d->files, sizeof(d->files), "%s-files", d->f->place.folder);
	d->settings.files = d->files;
	d->to = (struct intake){d->f->db, &d->settings};
	furnish(d->f->db);
	*state = d;
	return 0;
}

static void empty_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	rmdir(path);
}

static int desk_close(void **state)
{
	struct desk *d = *state;
	void *fixture = d->f;

	empty_folder(d->files);
	arena_end(&d->arena);
	test_free(d);
	return fixture_close(&fixture);
}

static int file_of(struct str text)
{
	char name[] = "/tmp/ribble-test-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, text.at, text.len), text.len);
	return fd;
}

static struct submission take_named(
    struct desk *d, const char *name, struct str text)
{
	struct submission_options o = {
	    .name = str_of(name), .how = S("command"), .who = S("test")};
	struct submission s;
	struct err err = {0};
	int fd = file_of(text);

	if (!submission_take(&d->to, &d->arena, fd, &o, &s, &err))
		fail_msg("%s", err.text);
	close(fd);
	return s;
}

static int64_t ask(struct desk *d, const char *sql)
{
	struct tx *tx = db_read(d->f->db);
	int64_t n = db_int(tx, sql);

	must_not_fail(tx);
	db_end(tx);
	return n;
}

#define RIS "event,event_at,provider,accession,patient,test,site_of_scan\n"

/* --- files of each kind --- */

#define FULL \
	"Period,Provider Parent Org Code,Provider Parent Name," \
	"Provider Org Code,Provider Org Name,Commissioner Parent Org Code," \
	"Commissioner Parent Name,Commissioner Org Code,Commissioner Org Name," \
	"Diagnostic Tests Sort Order,Diagnostic Tests,00 < 01 Week," \
	"01 < 02 Weeks,02 < 03 Weeks,03 < 04 Weeks,04 < 05 Weeks," \
	"05 < 06 Weeks,06 < 07 Weeks,07 < 08 Weeks,08 < 09 Weeks," \
	"09 < 10 Weeks,10 < 11 Weeks,11 < 12 Weeks,12 < 13 Weeks,13+ Weeks," \
	"Total WL,Waiting List Activity,Planned Activity," \
	"Unscheduled Activity,Total Activity\n"
#define FULL_ROW( \
    icb, provider, commissioner_icb, commissioner, sort, w0, w6, total) \
	"\"DM01-MAY-2026\",\"" icb "\",\"x\",\"" provider \
	"\",\"x\",\"" commissioner_icb "\",\"x\",\"" commissioner \
	"\",\"x\",\"" sort "\",\"x\",\"" w0 "\",0,0,0,0,0,\"" w6 \
	"\",0,0,0,0,0,0,0,\"" total "\",5,6,7,18\n"

#define TIDY \
	"period_end,provider_code,test_id,test_code,test_group,wk_00_01," \
	"wk_01_02,wk_02_03,wk_03_04,wk_04_05,wk_05_06,wk_06_07,wk_07_08," \
	"wk_08_09,wk_09_10,wk_10_11,wk_11_12,wk_12_13,wk_13_plus,total_wl," \
	"waiting_6plus,waiting_13plus,waiting_list_activity," \
	"planned_activity,unscheduled_activity\n"

#define WLMDS \
	"Week_Ending_Date,ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER," \
	"Waiting_List_Type,LOCAL_PATIENT_IDENTIFIER," \
	"PATIENT_PATHWAY_IDENTIFIER,Diagnostic_Clock_Start_Date," \
	"Diagnostic_Modality,Planned_Diagnostic_Due_Date\n"

static struct tally counted(struct desk *d, const char *org, int test)
{
	struct tx *tx = db_read(d->f->db);
	struct tally_ask ask = {.source = 'R',
	    .grain = 'M',
	    .org = org,
	    .test = test,
	    .from = 0,
	    .to = INT32_MAX};
	size_t n;
	struct tally_row *rows = tally_series(tx, &d->arena, &ask, &n);

	db_end(tx);
	return n ? rows[n - 1].tally : (struct tally){0};
}

#define with_desk(test) \
	cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
