/* SPDX-License-Identifier: MIT */
/* tidy.c: what is done from time to time: notes into packs, seals, proposals
 * of the retention policies, and packs whose deletion is due. */
#include "archive/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DUE_EACH 64

void study_remove(struct tx *tx, int64_t study)
{
	struct arena arena = {0};
	struct str_list uids = {0};
	int64_t n = db_int(tx, "select count(*) from instance "
	    "where study = $1", I(study));
	int64_t size = db_int(tx, "select cast(coalesce(sum(size), 0) as bigint) "
	    "from instance where study = $1", I(study));

	uids_in_conflict(tx, &arena, study, &uids);
	db_run(tx, "delete from instance where study = $1", I(study));
	db_run(tx, "delete from series where study = $1", I(study));
	db_run(tx, "delete from study_word where study = $1", I(study));
	db_run(tx, "delete from conflict where second_study = $1", I(study));
	/* What was aside because of this study is shown from now on. */
	for (size_t i = 0; i < uids.n; i++)
		uid_show_one(tx, &arena, uids.at[i]);
	db_run(tx, "delete from archive_trouble where study = $1", I(study));
	db_run(tx, "delete from pack_note where study = $1", I(study));
	db_run(tx, "delete from patient where id = (select patient "
	    "from study where study.id = $1) and not exists (select 1 "
	    "from study other where other.patient = patient.id "
	    "and other.id <> $1)", I(study));
	db_run(tx, "delete from study where id = $1", I(study));
	db_run(tx, "update archive_total set studies = studies - 1, "
	    "instances = instances - $1, size = size - $2", I(n), I(size));
	arena_end(&arena);
}

static bool remove_rows(struct archive *a, struct pack *pack, struct err *err)
{
	struct tx *tx = db_begin(a->db);

	/* From now on nobody else decides about this row. */
	db_run(tx, "update study set deleting = $1 where id = $2 "
	    "and deleting = $3 and held = 0", I(DELETION_DONE), I(pack->id),
	    I(DELETION_CONFIRMED));
	if (db_changed(tx) != 1)
		tx_fail(tx, ERR_CONFLICT, "it is not to be deleted any more");
	study_remove(tx, pack->id);
	db_run(tx, "update deletion set state = $1, done_at = $2 "
	    "where study = $3 and state = $4", I(DELETION_DONE),
	    I(outside_now()), I(pack->id), I(DELETION_CONFIRMED));
	journal_add(tx, S("study.deletion.done"), str_of(pack->uid),
	    S("archive"), S(""));
	return db_commit(tx, err);
}

/* Before anything is written: a person may have decided otherwise. */
static bool may_go(struct archive *a, int64_t study, struct err *err)
{
	struct tx *tx = db_read(a->db);
	bool may = db_int(tx, "select 1 from study where id = $1 "
	    "and deleting = $2 and held = 0", I(study),
	    I(DELETION_CONFIRMED)) == 1;

	may = (!db_failed(tx, err) && may) || fail(err, ERR_CONFLICT,
	    "it is not to be deleted any more");
	db_end(tx);
	return may;
}

/* Its last record says that it is deleted, so that a pack that survives its
 * removal does not come back when the index is made again. */
static bool remove_study(struct archive *a, int64_t study, struct err *err)
{
	static const char gone[] = "deletion.done";
	struct pack *pack = quiet_take(a, study, err);
	char path[40];
	int shelf;
	bool done;

	if (!pack)
		return false;
	if (!may_go(a, study, err)) {
		quiet_let_go(a, pack);
		return false;
	}
	done = quiet_write(pack, RECORD_NOTE, outside_id(), str_of(gone),
	    err) && remove_rows(a, pack, err);
	/* Whoever waits for this pack must look for it anew. */
	atomic_store(&pack->stale, true);
	if (done) {
		pack_path(study, path);
		unlinkat(a->folder, path, 0);
		unlinkat(a->born, path + 3, 0); /* if it stands there yet */
		path[2] = '\0';
		shelf = openat(a->folder, path, O_RDONLY | O_CLOEXEC);
		if (shelf >= 0) {
			fsync(shelf);
			close(shelf);
		}
		shelf_forget(a->shelf, study);
	}
	quiet_let_go(a, pack);
	return done;
}

static bool remove_due(struct archive *a, struct err *err)
{
	int64_t ids[DUE_EACH];
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select study from deletion "
	    "where state in (1, 2) and state = 2 and due_at <= $1 "
	    "order by id limit 64", I(outside_now()));
	size_t n = 0;

	while (n < DUE_EACH && rows_next(rows))
		ids[n++] = rows_int(rows, 0);
	rows_end(rows);
	bool done = !db_failed(tx, err);
	db_end(tx);
	for (size_t i = 0; i < n; i++) {
		struct err why = {0};
		if (!remove_study(a, ids[i], &why))
			log_line(LOG_WARN, "archive", "deletion=waits "
			    "study=%lld why=\"%s\"", (long long)ids[i],
			    why.text);
	}
	return done;
}

bool archive_tidy(struct archive *a, struct err *err)
{
	struct err own = {0};
	bool done;

	if (a->options.looks_only)
		return fail(err, ERR_REFUSED,
		    "this archive is open for looking only");
	done = notes_write(a, &own) && seal_settled(a, &own) &&
	    retention_propose(a, &own) && remove_due(a, &own);
	if (!done && err && !err->kind)
		*err = own;
	return done;
}
