/* SPDX-License-Identifier: MIT */
/* submissions.h: files that others send: taken whole or not at all.
 *
 * (1) The file is kept as it came before anything is said of it.
 * (2) All its good rows count, in one transaction, or none does.
 * (3) A bad row is kept with its line, column and reason, and can be replayed.
 * (4) The same bytes twice change nothing; a newer file for the same sender,
 *     kind and period takes the older one's place, and both stay visible. */
#pragma once
#include "pathway/pathway.h"
#include "timeliness.h"

enum submission_state {
	SUBMISSION_TAKEN = 1,
	SUBMISSION_REFUSED,
	SUBMISSION_REPLACED,
	SUBMISSION_DUPLICATE /* told to the sender; not stored again */
};
extern const struct code submission_states[];

struct submission_kind { /* one row per kind of file */
	const char *name, *words;
};
extern const struct submission_kind *submission_kind_at(size_t i); /* NULL: end */

struct submission_options {
	struct str kind, sender, period; /* empty: recognised */
	struct str name; /* the file's own */
	struct str how; /* command upload watch demo */
	struct str who;
	int64_t received_at; /* 0: now */
	void (*progress)(void *with, int64_t done, int64_t total); /* bytes */
	void *with;
};

struct submission {
	int64_t id, received_at, size;
	struct str kind, sender, name, how, reason;
	struct sha256_text sha256;
	int32_t from, to; /* the period's first and last day */
	enum submission_state state;
	int64_t rows, good, bad;
	int64_t replaced_by;
};

struct intake { /* where submissions are taken to */
	struct db *db;
	const struct settings *settings;
};

/* Takes the file open at fd, from its start; fd stays the caller's.  False only
 * when it could not be dealt with (disk, database): a refused file is an
 * answer, with state REFUSED and a reason.  Texts live in the arena. */
bool submission_take(const struct intake *, struct arena *, int fd,
    const struct submission_options *, struct submission *, struct err *);
struct submission_filter { /* empty and 0: all */
	struct str kind, org;
	enum submission_state state;
	int64_t before_id; /* only those that came before it */
	int64_t limit;
};
struct rows *submissions_ask(struct tx *, const struct submission_filter *);
void submission_read(struct rows *, struct arena *, struct submission *);
bool submission_find(struct tx *, struct arena *, int64_t id,
    struct submission *, struct err *);
/* Opens the file as received; -1 and err when it cannot. */
int submission_open_file(const struct intake *, const struct submission *,
    struct err *);
/* bucket, words, rows concerned. */
struct rows *submission_notices(struct tx *, int64_t id);
/* id, line, field, reason, row, corrected, state, who, why, settled_at. */
struct rows *quarantine_ask(struct tx *, int64_t submission);
int64_t quarantine_open(struct tx *, int64_t submission);
/* Corrects a quarantined row and counts it; false: still bad, err says why. */
bool quarantine_replay(const struct intake *, int64_t id, struct str row,
    struct str who, struct err *);
bool quarantine_dismiss(const struct intake *, int64_t id, struct str who,
    struct str why, struct err *);
/* Tidies what a crash may have left in the files folder. */
bool submissions_tidy(const struct intake *, struct err *);
