/* SPDX-License-Identifier: MIT */
/* fuzz_submission.c: a file of any bytes is taken or refused, and in words;
 * a taken one's rows are good or bad, and what is good can be counted.  The
 * store is in memory and made anew before it has grown. */
#include "submissions/submissions.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILES_MOST 400 /* in one store */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct settings settings;
static struct intake to = {NULL, &settings};
static int taken;

static void fresh_store(void)
{
	struct reference lists = {
	    S("code,name,short,kind\nRXN,Preston,P,trust\nRXR,Burnley,B,trust\n"
	      "LSC,Network,N,network\nQE1,ICB,I,icb\nY62,North West,NW,region\n"
	      "ENG,England,E,nation\n"),
	    S("code,name,org,kind\nRXN02,Royal Preston,RXN,hospital\n"),
	    S("code,name\n00X,Chorley\n")};
	struct err err = {0};

	if (to.db)
		db_close(to.db);
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct submission_options options = {
	    .name = S("x.csv"), .how = S("command"), .who = S("fuzz")};
	struct arena arena = {0};
	struct submission s = {0};
	struct err err = {0};
	int fd = memfd_create("file", MFD_CLOEXEC);

	if (!settings.files)
		set_up();
	assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	assert(submission_take(&to, &arena, fd, &options, &s, &err));
	if (s.state == SUBMISSION_TAKEN)
		assert(s.rows == s.good + s.bad);
	if (s.state == SUBMISSION_REFUSED)
		assert(s.reason.len > 0);
	close(fd);
	arena_end(&arena);
	if (++taken == FILES_MOST)
		fresh_store();
	return 0;
}
