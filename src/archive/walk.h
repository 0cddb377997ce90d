/* SPDX-License-Identifier: MIT */
/* walk.h: one search under way: what drives it, and where it is.  find.c walks
 * the rows, find_sql.c writes the statements.  Private to archive/. */
#pragma once
#include "archive/ask.h"

enum driver { BY_STUDY_UID, BY_INSTANCE_UID, BY_SERIES_UID, BY_CODE, BY_NAME,
	BY_SOUND, BY_DATE };

struct finding_rows {
	struct tx *tx;
	struct arena *arena, scratch; /* scratch: of one row */
	struct find_ask ask;
	const struct key_row *rows_of[48]; /* of each key */
	enum level depth;         /* of the walk */
	enum driver driver;
	const struct find_key *key; /* that drives */
	const struct find_key *name; /* of the patient, or NULL */
	struct str asked;         /* that name, folded */
	struct str uids;          /* not yet asked for */
	bool exact;               /* the database decides alone */
	struct rows *open;
	/* The page of a walk by date: */
	int64_t page, seen, last_moment, last_id, low, high;
	int64_t skip, left;       /* left -1: no limit */
	int64_t last[4];          /* ids given last, by level */
	struct ids_seen { int64_t *at; size_t n, size; } patients;
};

const struct find_key *find_key_of(const struct finding_rows *, uint32_t tag);
/* Which key drives, and between which moments. */
void find_choose(struct finding_rows *);
void find_bounds(struct finding_rows *);
/* Can the database alone tell which rows are meant? */
bool find_is_exact(const struct finding_rows *);
void find_ask_page(struct finding_rows *); /* the next, of a walk by date */
void find_ask_all(struct finding_rows *);  /* all that an index gives */
