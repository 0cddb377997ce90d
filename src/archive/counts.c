/* SPDX-License-Identifier: MIT */
/* counts.c: how much there is, from sums that are kept and not counted; and
 * findings in words. */
#include "archive/inside.h"

#include <string.h>

void archive_counts(struct archive *a, struct archive_counts *c)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select studies, instances, size "
	    "from archive_total");

	*c = (struct archive_counts){0};
	if (rows_next(rows)) {
		c->studies = rows_int(rows, 0);
		c->instances = rows_int(rows, 1);
		c->size = rows_int(rows, 2);
	}
	rows_end(rows);
	c->unsealed = db_int(tx, "select count(*) from study "
	    "where sealed = 0");
	c->conflicts = db_int(tx, "select count(*) from conflict "
	    "where resolved_at is null");
	c->unmatched = db_int(tx, "select count(*) from study "
	    "where pathway = 0");
	db_end(tx);
	pthread_mutex_lock(&a->rack.lock);
	c->packs_open = (int64_t)a->rack.n;
	pthread_mutex_unlock(&a->rack.lock);
	c->keeping = atomic_load(&a->keeping);
	c->kept = atomic_load(&a->kept);
	c->same = atomic_load(&a->same);
	c->refused = atomic_load(&a->refused);
}

struct str findings_text(struct arena *arena, int64_t findings)
{
	static const struct {
		int64_t bit;
		const char *words;
	} all[] = {
	    {REPAIR_ODD_LENGTH, "values of odd length"},
	    {REPAIR_ORDER, "elements out of order"},
	    {REPAIR_GROUP_LENGTH, "wrong group lengths"},
	    {REPAIR_IMPLICIT_IN_EXPLICIT, "implicit parts in explicit"},
	    {REPAIR_TRAILING, "bytes after the end"},
	    {REPAIR_DUPLICATE, "elements twice"},
	    {REPAIR_UNENDED, "sequences without an end"},
	    {REPAIR_VR, "value representations that are none"},
	    {FOUND_MIXED, "another patient or trust in one study"},
	    {FOUND_CHARSET, "an unknown character set"},
	    {FOUND_UID, "UIDs that are none"},
	    {FOUND_NO_PATIENT, "no patient ID"},
	    {FOUND_NO_DATE, "no study date"},
	    {FOUND_COMMAND, "another identity in the command"},
	};
	struct str text = S("");

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (findings & all[i].bit)
			text = arena_printf(arena, "%.*s%s%s", STR(text),
			    text.len ? ", " : "", all[i].words);
	return text;
}
