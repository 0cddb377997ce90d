/* SPDX-License-Identifier: MIT */
/* migration.h: an old archive, brought over study by study, newest first, and
 * proven: what it names is compared with what is here, in number and by the
 * hash of all SOP Instance UIDs.  The door of migration/.
 *
 * (1) It may be broken off at any moment and goes on where it was.
 * (2) A study counts as done only when everything that the old archive names
 *     is here.  What differs or failed stays on the list, with its reason.
 * (3) Nothing is changed or deleted in the old archive.
 * (4) What is asked for (priority 0) comes at once, whatever the rate; all
 *     else keeps to it. */
#pragma once
#include "archive/archive.h"
#include "dimse/dimse.h"
#include "peers/peers.h"
#include "post/post.h"

struct old_archive {
	int64_t id;
	struct str name, org, how, dest, from_date, surveyed_to, again_on,
	    trouble;
	int64_t day_kib_s, night_kib_s, day_from, day_to; /* 0 KiB/s: pauses */
	int64_t again_days; /* asked about again each day: it may still receive */
	bool active;
};
struct rows *old_archives_each(struct tx *); /* old_archive_read each */
void old_archive_read(struct rows *, struct arena *, struct old_archive *);
/* id 0: a new one; ERR_MISSING: no such one. */
bool old_archive_keep(struct tx *, struct old_archive *, struct str who,
    struct str why, struct err *);
struct old_counts {
	int64_t found, fetching, done, differs, failed, instances, size;
};
struct old_counts old_archive_counts(struct tx *, int64_t id);

struct old_study {
	int64_t id, old_archive, priority, there, here, size, attempts;
	int64_t found_at, done_at, due_at;
	struct str uid, patient_id, accession, date, modalities, state, trouble,
	    there_hash, here_hash;
};
/* state empty: all; newest finding first, ids below `after` (0: from the top). */
struct rows *old_studies_each(struct tx *, int64_t old_archive,
    struct str state, int64_t after, int64_t limit); /* old_study_read each */
void old_study_read(struct rows *, struct arena *, struct old_study *);
/* Wanted before all others: one study, and what differs or failed, again. */
bool old_study_want(struct tx *, int64_t id, struct str who, struct err *);
/* All that has not come yet of this patient of this trust (empty: of any) is
 * wanted with this priority; how many were not before. */
int64_t old_patient_want(struct tx *, struct str org, struct str patient_id,
    int64_t priority);
/* How many are still there, and would be moved forward by 0. */
int64_t old_patient_waits(struct tx *, struct str org, struct str patient_id);
bool old_study_is_coming(struct tx *, struct str uid); /* on its way now */
bool old_archives_at_work(struct tx *); /* is any active */

struct migration; /* one thread for each active old archive */
struct migration *migration_start(struct db *, struct archive *,
    const struct post_options *, struct err *);
bool migration_stop(struct migration *, int64_t seconds);
