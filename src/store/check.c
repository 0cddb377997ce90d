/* SPDX-License-Identifier: MIT */
/* check.c: is everything as it should be?  Migrations, pages, journal. */
#include "backend.h"

bool store_check(struct db *db, struct err *err)
{
	struct tx *tx = db_read(db);
	int64_t entries;
	bool good = !db_failed(tx, err) && migrate_check(tx, err) &&
	    db->backend->check(tx, err) && journal_walk(tx, &entries, err);

	db_end(tx);
	return good;
}
