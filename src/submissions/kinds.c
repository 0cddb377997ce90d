/* SPDX-License-Identifier: MIT */
/* kinds.c: the kinds of file, and what they share: columns found by name,
 * rows kept aside, notices, periods, test codes. */
#include "kinds.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct kind *const kinds[] = {&kind_ris, &kind_dm01_full, &kind_dm01_tidy,
    &kind_wlmds, &kind_targets, NULL};

const struct code submission_states[] = {
    {SUBMISSION_TAKEN, "taken", "taken"},
    {SUBMISSION_REFUSED, "refused", "refused whole"},
    {SUBMISSION_REPLACED, "replaced", "replaced by a newer file"},
    {SUBMISSION_DUPLICATE, "duplicate", "came before; nothing changed"},
    {0, NULL, NULL},
};

static const struct submission_kind public_kinds[] = {
    {"ris", "RIS events"},
    {"dm01", "DM01 return"},
    {"wlmds", "WLMDS diagnostics"},
    {"targets", "targets and trajectories"},
};

const struct submission_kind *submission_kind_at(size_t i)
{
	return i < sizeof public_kinds / sizeof *public_kinds ? &public_kinds[i]
							      : NULL;
}

/* What was too long may end within a character; the store takes whole ones. */
static void cut_to_characters(char *text)
{
	size_t len = strlen(text);

	for (int i = 0; i < 4 && len; i++) {
		if (str_is_utf8((struct str){text, len}))
			break;
		text[--len] = '\0';
	}
}

bool bad_row(struct bad *bad, const char *field, const char *format, ...)
{
	va_list args;

	bad->field = field;
	va_start(args, format);
	vsnprintf(bad->reason, sizeof bad->reason, format, args);
	va_end(args);
	cut_to_characters(bad->reason);
	return false;
}

struct str field_of(const struct taking *t, int i)
{
	int at = t->column[i];

	if (at < 0 || (size_t)at >= t->row.n)
		return (struct str){0};
	return str_trim(t->row.fields[at]);
}

bool field_day(const struct taking *t, int i, int32_t *day, struct bad *bad)
{
	struct str text = field_of(t, i);

	*day = NO_DAY;
	if (!text.len || day_read(text, day))
		return true;
	return bad_row(bad, t->kind->fields[i].name,
	    "is not a date (yyyy-mm-dd or dd/mm/yyyy)");
}

static int column_of(const struct csv_row *header, const char *name)
{
	for (size_t i = 0; i < header->n; i++)
		if (str_eq_nocase(str_trim(header->fields[i]), str_of(name)))
			return (int)i;
	return -1;
}

bool columns_map(struct taking *t, const struct kind *kind,
    const struct csv_row *header, struct bad *bad)
{
	for (size_t i = 0; i < kind->fields_n; i++) {
		t->column[i] = column_of(header, kind->fields[i].name);
		if (t->column[i] < 0 && kind->fields[i].must)
			return bad_row(bad, kind->fields[i].name,
			    "column \"%s\" is missing", kind->fields[i].name);
	}
	return true;
}

/* Of the columns that the kind must have, the share that is there. */
static int share_known(const struct kind *kind, const struct csv_row *header)
{
	int must = 0, known = 0;

	for (size_t i = 0; i < kind->fields_n; i++) {
		must += kind->fields[i].must;
		known += kind->fields[i].must &&
		    column_of(header, kind->fields[i].name) >= 0;
	}
	return must ? 100 * known / must : 0;
}

/* The kind that finds most of what it must have, at least half: so a file that
 * lacks one column is told which, not sent away. */
const struct kind *kind_recognise(
    struct taking *t, const struct csv_row *header)
{
	const struct kind *best = NULL;
	int best_share = 49;

	for (size_t i = 0; kinds[i]; i++) {
		const struct kind *k = kinds[i];
		int share = share_known(k, header);
		bool wanted =
		    !t->options->kind.len || str_is(t->options->kind, k->name);
		if (wanted && share > best_share) {
			best = k;
			best_share = share;
		}
	}
	return best;
}

static void put_be(char *at, int64_t n)
{
	for (int i = 7; i >= 0; i--, n >>= 8)
		at[i] = (char)(n & 0xff);
}

bool bad_keep(struct taking *t, int64_t line, int64_t offset, int64_t size,
    const struct bad *bad, struct err *err)
{
	char record[24 + 64 + sizeof bad->reason];
	int n;

	put_be(record, line);
	memcpy(record + 8, &offset, 8);
	memcpy(record + 16, &size, 8);
	n = snprintf(
	    record + 24, sizeof record - 24, "%s\n%s", bad->field, bad->reason);
	return sorter_add(t->bad, (struct str){record, 24 + (size_t)n}, err);
}

void notice(
    struct taking *t, const char *bucket, int64_t rows, const char *format, ...)
{
	char words[240];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	cut_to_characters(words);
	db_run(t->tx,
	    "insert into submission_notice (submission, n, bucket, words, rows_in) "
	    "values ($1, (select coalesce(max(n), 0) + 1 from submission_notice "
	    "where submission = $1), $2, $3, $4)",
	    I(t->s.id), T(str_of(bucket)), T(str_of(words)), I(rows));
}

void notice_forget(struct taking *t, const char *bucket)
{
	db_run(t->tx,
	    "delete from submission_notice where submission = $1 "
	    "and bucket = $2",
	    I(t->s.id), T(str_of(bucket)));
}

void period_hold(struct taking *t, int32_t day)
{
	if (t->s.from == NO_DAY || day < t->s.from)
		t->s.from = day;
	if (t->s.to == NO_DAY || day > t->s.to)
		t->s.to = day;
}

struct test_codes {
	struct test_code {
		struct str provider, code;
		int test;
	} * list;
	size_t n;
};
#define TEST_CODES_MOST 20000

struct test_codes *test_codes_read(struct tx *tx, struct arena *arena)
{
	struct test_codes *c = arena_new(arena, struct test_codes);
	int64_t n = db_int(tx, "select count(*) from test_code");
	struct rows *r;

	n = n < TEST_CODES_MOST ? n : TEST_CODES_MOST;
	c->list = arena_array(arena, struct test_code, n + 1);
	r = db_ask(
	    tx, "select provider, code, test from test_code limit $1", I(n));
	while (rows_next(r))
		c->list[c->n++] = (struct test_code){
		    arena_keep(arena, rows_text(r, 0)),
		    arena_keep(arena, rows_text(r, 1)), (int)rows_int(r, 2)};
	return c;
}

int test_of(const struct taking *t, struct str provider, struct str code)
{
	const struct test *test = test_find(code);

	if (test)
		return test->id;
	for (size_t i = 0; t->codes && i < t->codes->n; i++) {
		const struct test_code *c = &t->codes->list[i];
		if (str_eq(c->provider, provider) &&
		    str_eq_nocase(c->code, code))
			return c->test;
	}
	return 0;
}
