/* SPDX-License-Identifier: MIT */
/* kinds.h: private to submissions: what each kind of file must be able to do. */
#pragma once
#include "submissions.h"

#define COLUMNS_MOST 40

struct field { /* a column that a kind knows */
	const char *name;
	bool must;
};

struct bad { /* why a row cannot be used */
	const char *field;
	char reason[200];
};

struct taking { /* one file on its way in */
	const struct intake *to;
	struct arena *arena;
	const struct kind *kind;
	const struct submission_options *options;
	struct submission s;
	int column[COLUMNS_MOST]; /* of kind->fields in this file; -1: none */
	struct csv_row row;
	struct sorter *sorter; /* the good rows, as the kind packs them */
	struct sorter *bad; /* the bad rows: line, offset, size, why */
	int64_t older; /* the submission whose place it takes, or 0 */
	struct test_codes *codes; /* local test codes */
	void *own; /* the kind's own */
	struct tx *tx; /* while applying */
	bool replaying; /* one row put right, not a file */
	int64_t put_right; /* its line */
};

struct kind {
	const char *name, *words;
	const struct field *fields;
	size_t fields_n;
	void (*begin)(struct taking *);
	/* Checks a row, keeps it in the sorter; false: bad says why. */
	bool (*row)(struct taking *, struct bad *, struct err *);
	/* All rows seen: who sent it, and for when.  Fails when it cannot be. */
	bool (*settle)(struct taking *, struct err *);
	/* Adds what the older file told to the sorter, to be taken back. */
	bool (*older)(struct taking *, int fd, struct err *);
	/* In the transaction: makes the sorted rows count. */
	bool (*apply)(struct taking *, struct err *);
	/* Takes back what the older submission told; NULL: apply does. */
	void (*forget)(struct tx *, int64_t older);
	/* A row put right is counted with all of its file, not by itself. */
	bool whole;
	/* A row put right may lie outside of the period that the others gave. */
	bool loose;
};
extern const struct kind kind_ris, kind_dm01_full, kind_dm01_tidy, kind_wlmds,
    kind_targets;
extern const struct kind *const kinds[]; /* ends with NULL */

void taking_lock(void); /* one file or row at a time */
void taking_unlock(void);

/* The text of kind->fields[i] in this row, trimmed; empty without a column. */
struct str field_of(const struct taking *, int i);
/* Any bytes as text that the store takes: UTF-8 without NUL. */
struct str text_of(struct arena *, struct str raw);
bool quarantine_write(struct taking *, struct tx *, int fd, struct err *);
bool bad_row(struct bad *, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Keeps a row aside. */
bool bad_keep(struct taking *, int64_t line, int64_t offset, int64_t size,
    const struct bad *, struct err *);
void notice(struct taking *, const char *bucket, int64_t rows,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Before it is said anew, after a row was put right. */
void notice_forget(struct taking *, const char *bucket);
/* The usual range of a trust's row counts; false without enough history. */
bool usual_rows(struct arena *, const double *counts, size_t n, double *low,
    double *high);
/* Widens the submission's period to hold the day. */
void period_hold(struct taking *, int32_t day);
bool field_day(const struct taking *, int i, int32_t *day, struct bad *);
/* A DM01 code or number, a name, or a local code of the provider. */
int test_of(const struct taking *, struct str provider, struct str code);
struct test_codes *test_codes_read(struct tx *, struct arena *);
/* The column map of a file's header; false when a must is missing. */
bool columns_map(struct taking *, const struct kind *, const struct csv_row *,
    struct bad *);
const struct kind *kind_recognise(struct taking *, const struct csv_row *);
