/* SPDX-License-Identifier: MIT */
/* intake.h: a small network in memory that takes files, for the fuzz entries:
 * made anew before it has grown, and looked over for drift when it is. */
#pragma once
#include "submissions/submissions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILES_MOST 400 /* in one store */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct settings settings;
static struct intake to = {NULL, &settings};
static int taken;

static const char counts[] =
    "select grain, org, test, site, commissioner, period"
#define X(name, sentence) ", " #name
#include "measures/tally.def"
#undef X
    " from tally where source = 'P' "
    "order by grain, org, test, site, commissioner, period";

/* All counts of pathways in one number; rows that came to nothing are none. */
static uint64_t counted(struct tx *tx)
{
	struct rows *r = db_ask(tx, counts);
	uint64_t sum = 0;

	while (rows_next(r)) {
		int64_t row[6 + TALLY_COLUMNS] = {rows_text(r, 0).at[0],
		    (int64_t)hash64(rows_text(r, 1).at, rows_text(r, 1).len)};
		bool any = false;
		for (int i = 2; i < 6 + TALLY_COLUMNS; i++) {
			row[i] = rows_int(r, i);
			any = any || (i >= 6 && row[i]);
			assert(i < 6 || row[i] >= 0);
		}
		if (any)
			sum = sum * 31 + hash64(row, sizeof row);
	}
	return sum;
}

/* What was kept file by file is what a fresh start would make. */
static void look_over(void)
{
	struct tx *tx = db_begin(to.db);
	struct err err = {0};
	uint64_t kept = counted(tx);

	pathway_refold(tx, outside_today());
	assert(kept == counted(tx));
	assert(db_commit(tx, &err));
}

static void fresh_store(void)
{
	struct reference lists = {
	    S("code,name,short,kind\nRXN,Preston,P,trust\nRXR,Burnley,B,trust\n"
	      "LSC,Network,N,network\nQE1,ICB,I,icb\nY62,North West,NW,region\n"
	      "ENG,England,E,nation\n"),
	    S("code,name,org,kind\nRXN02,Royal Preston,RXN,hospital\n"),
	    S("code,name\n00X,Chorley\n")};
	struct err err = {0};

	if (to.db) {
		look_over();
		db_close(to.db);
	}
	to.db = db_open(":memory:", 2, &err);
	assert(to.db);
	struct tx *tx = db_begin(to.db);

	assert(reference_load(tx, &lists, &err));
	assert(db_commit(tx, &err));
	taken = 0;
}

static void set_up(void)
{
	static char folder[] = "/tmp/ribble-fuzz-XXXXXX";

	outside_stop_clock(INT64_C(1795521600) * US_PER_S); /* November 2026 */
	settings_standard(&settings);
	settings.bad_rows_percent = 90;
	settings.files = mkdtemp(folder);
	assert(settings.files);
	fresh_store();
}

/* The first row in quarantine, if there is one, put right as `row`. */
static void replay_first(int64_t submission, struct str row)
{
	struct tx *tx = db_read(to.db);
	struct err err = {0};
	int64_t id = db_int(tx,
	    "select coalesce(min(id), 0) from quarantine where submission = $1 "
	    "and state = 'open'",
	    I(submission));

	db_end(tx);
	if (id && !quarantine_replay(&to, id, row, S("fuzz"), &err))
		assert(err.kind == ERR_INPUT || err.kind == ERR_CONFLICT);
}

/* A file of any bytes is taken or refused, and in words; a taken one's rows are
 * good or bad. */
static void take(struct str file, const char *name, struct str row)
{
	struct submission_options options = {
	    .name = str_of(name), .how = S("command"), .who = S("fuzz")};
	struct arena arena = {0};
	struct submission s = {0};
	struct err err = {0};
	int fd = memfd_create("file", MFD_CLOEXEC);

	if (!settings.files)
		set_up();
	assert(fd >= 0 && write(fd, file.at, file.len) == (ssize_t)file.len);
	assert(submission_take(&to, &arena, fd, &options, &s, &err));
	if (s.state == SUBMISSION_TAKEN)
		assert(s.rows == s.good + s.bad);
	if (s.state == SUBMISSION_REFUSED)
		assert(s.reason.len > 0);
	if (s.state == SUBMISSION_TAKEN && s.bad && row.len)
		replay_first(s.id, row);
	close(fd);
	arena_end(&arena);
	if (++taken == FILES_MOST)
		fresh_store();
}

/* Rows of any bytes under the header of their kind; the first line is also what
 * a row in quarantine is put right with. */
static inline void take_rows(
    const char *header, const char *name, struct str rows)
{
	struct out file;
	struct err err = {0};
	struct str rest = rows;

	out_memory(&file);
	out_put(&file, str_of(header));
	out_put(&file, rows);
	take(out_str(&file), name, str_cut(&rest, '\n'));
	out_end(&file, &err);
}
