/* SPDX-License-Identifier: MIT */
/* jobs.c: what the program does by itself as time passes.  To add one: a
 * function, and a row here. */
#include "doors/clock/timekeeper.h"
#include "archive/archive.h"
#include "migration/migration.h"
#include "pathway/pathway.h"

static int64_t each_minute(const struct settings *settings)
{
	(void)settings;
	return 60;
}

static int64_t each_look(const struct settings *settings)
{
	return settings->watch[0] ? settings->watch_seconds : 0;
}

/* When nothing happens to a patient, a day that ends still makes the wait
 * longer. */
static bool count_waiting(struct timekeeper *keeper, struct err *err)
{
	int32_t today = outside_today();

	if (keeper->counted == today)
		return true;
	struct tx *tx = db_begin(keeper->house->db);

	pathway_census(tx, today);
	if (!db_commit(tx, err))
		return false;
	keeper->counted = today;
	return true;
}

static int64_t each_ten_seconds(const struct settings *settings)
{
	(void)settings;
	return 10;
}

static bool tidy_archive(struct timekeeper *keeper, struct err *err)
{
	return !keeper->house->archive ||
	    archive_tidy(keeper->house->archive, err);
}

static int64_t each_ten_minutes(const struct settings *settings)
{
	(void)settings;
	return 600;
}

/* Those booked from now to the end of tomorrow: who reports the new images
 * compares them with the old ones. */
static bool want_priors(struct timekeeper *keeper, struct err *err)
{
	struct tx *tx = db_begin(keeper->house->db);

	if (old_archives_at_work(tx)) {
		struct rows *r = pathway_booked(tx, outside_now(),
		    day_time(outside_today() + 2));
		while (rows_next(r))
			old_patient_want(
			    tx, rows_text(r, 0), rows_text(r, 1), 1);
	}
	return db_commit(tx, err);
}

const struct job jobs[] = {
	{each_minute, count_waiting, "when a day has begun, count who waits"},
	{each_look, watch_folder, "take what was dropped in the watched folder"},
	{each_ten_seconds, tidy_archive, "seal studies that have settled"},
	{each_ten_minutes, want_priors, "fetch priors of those booked up to tomorrow"},
	{NULL, NULL, NULL}};
