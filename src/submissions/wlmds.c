/* SPDX-License-Identifier: MIT */
/* wlmds.c: the weekly diagnostics file of the Waiting List Minimum Data Set:
 * who was on one trust's list at the end of one Sunday. */
#include "kinds.h"

#include <string.h>

enum {
	WEEK,
	PROVIDER,
	LIST_TYPE,
	PATIENT,
	PATHWAY,
	CLOCK_START,
	MODALITY,
	DUE,
	SITE,
	COMMISSIONER,
	PRIORITY,
	FIELDS
};
static const struct field fields[FIELDS] = {
    {"Week_Ending_Date", true},
    {"ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER", true},
    {"Waiting_List_Type", true},
    {"LOCAL_PATIENT_IDENTIFIER", true},
    {"PATIENT_PATHWAY_IDENTIFIER", false},
    {"Diagnostic_Clock_Start_Date", true},
    {"Diagnostic_Modality", true},
    {"Planned_Diagnostic_Due_Date", false},
    {"ORGANISATION_SITE_IDENTIFIER_OF_TREATMENT", false},
    {"ORGANISATION_IDENTIFIER_CODE_OF_COMMISSIONER", false},
    {"Diagnostic_Priority_Code", false},
};

#define TEXT_MOST 60
#define PLANNED_TYPE "PLN"
#define WEEKS_COMPARED 26

struct packed { /* a sorted record: line, this, then five texts by NUL */
	int32_t clock_start, due, test;
};

struct own {
	struct str provider;
	int32_t week;
	struct tally_batch *batch;
};

static void begin(struct taking *t)
{
	struct own *own = arena_new(t->arena, struct own);

	own->week = NO_DAY;
	t->own = own;
}

static bool check_week(struct taking *t, struct bad *bad)
{
	struct own *own = t->own;
	int32_t week;

	if (!field_day(t, WEEK, &week, bad))
		return false;
	if (week == NO_DAY)
		return bad_row(bad, fields[WEEK].name, "is missing");
	if (day_sunday_on_or_after(week) != week)
		return bad_row(bad, fields[WEEK].name, "is not a Sunday");
	if (own->week == NO_DAY)
		own->week = week;
	return own->week == week ||
	    bad_row(bad, fields[WEEK].name,
		"differs from the file's first row: one week per file");
}

static bool check_provider(struct taking *t, struct bad *bad)
{
	struct own *own = t->own;
	struct str provider = field_of(t, PROVIDER);

	if (!provider.len || provider.len > 5 ||
	    memchr(provider.at, 0, provider.len))
		return bad_row(
		    bad, fields[PROVIDER].name, "must be an ODS code");
	if (!own->provider.len)
		own->provider = arena_keep(t->arena, provider);
	return str_eq(own->provider, provider) ||
	    bad_row(bad, fields[PROVIDER].name,
		"differs from the file's first row: one provider per file");
}

static bool check_texts(struct taking *t, struct bad *bad)
{
	static const int texts[] = {
	    LIST_TYPE, PATIENT, PATHWAY, SITE, COMMISSIONER, PRIORITY};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str text = field_of(t, texts[i]);
		if (text.len > TEXT_MOST ||
		    memchr(text.at ? text.at : "", 0, text.len))
			return bad_row(bad, fields[texts[i]].name,
			    "is longer than %d bytes", TEXT_MOST);
		if (!text.len && fields[texts[i]].must)
			return bad_row(
			    bad, fields[texts[i]].name, "is missing");
	}
	return true;
}

static bool keep_packed(
    struct taking *t, const struct packed *p, struct err *err)
{
	static const int texts[] = {
	    LIST_TYPE, PATIENT, PATHWAY, SITE, COMMISSIONER, PRIORITY};
	char record[8 + sizeof *p + 6 * (TEXT_MOST + 1)];
	char *at = record;

	for (int i = 7; i >= 0; i--)
		*at++ = (char)(t->row.line >> (8 * i));
	memcpy(at, p, sizeof *p);
	at += sizeof *p;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str text = field_of(t, texts[i]);
		if (text.len)
			memcpy(at, text.at, text.len);
		at += text.len;
		*at++ = '\0';
	}
	return sorter_add(
	    t->sorter, (struct str){record, (size_t)(at - record)}, err);
}

static bool take_row(struct taking *t, struct bad *bad, struct err *err)
{
	struct packed p;
	struct str modality = field_of(t, MODALITY);

	if (!check_week(t, bad) || !check_provider(t, bad) ||
	    !check_texts(t, bad) ||
	    !field_day(t, CLOCK_START, &p.clock_start, bad) ||
	    !field_day(t, DUE, &p.due, bad))
		return false;
	p.test = test_of(t, field_of(t, PROVIDER), modality);
	if (p.test < 1 || p.test > TESTS_DM01)
		return bad_row(bad, fields[MODALITY].name, "must be 1 to 15");
	return keep_packed(t, &p, err);
}

static bool settle(struct taking *t, struct err *err)
{
	struct own *own = t->own;
	struct tx *tx = db_read(t->to->db);
	bool is_trust = db_int(tx,
	    "select count(*) from org where code = $1 and kind = 'trust'",
	    T(own->provider));

	db_end(tx);
	t->s.sender = own->provider;
	t->s.from = own->week == NO_DAY ? NO_DAY : own->week - 6;
	t->s.to = own->week;
	return is_trust ||
	    fail(err, ERR_INPUT, "provider %.*s is no trust of this network",
		STR(own->provider));
}

static struct tally *tally_at(struct own *own, int32_t test)
{
	struct tally_key key = {
	    .source = 'W', .grain = 'S', .test = test, .period = own->week};

	memcpy(key.org, own->provider.at, own->provider.len);
	return tally_of(own->batch, &key);
}

/* Which data-quality bucket a row falls in, or "". */
static const char *bucket_of(
    const struct own *own, const struct packed *p, bool planned)
{
	if (planned)
		return "";
	if (p->clock_start == NO_DAY)
		return "no-clock-start";
	if (p->clock_start <= day_of(1900, 1, 1) || p->clock_start > own->week)
		return "for-review";
	return "";
}

static const char *count_row(
    struct own *own, const struct packed *p, bool planned)
{
	struct tally *tally = tally_at(own, p->test);
	const char *bucket = bucket_of(own, p, planned);

	tally->n[TALLY_file_rows]++;
	if (*bucket)
		tally->n[TALLY_flagged]++;
	else if (planned)
		tally->n[TALLY_planned_waiting]++;
	else
		tally->n[TALLY_w00 + wait_band(own->week - p->clock_start)]++;
	return bucket;
}

static void write_row(struct taking *t, struct str record)
{
	struct own *own = t->own;
	struct str rest = {record.at + 8 + sizeof(struct packed),
	    record.len - 8 - sizeof(struct packed)};
	struct packed p;
	struct str text[6];
	uint64_t line = 0;

	for (int i = 0; i < 8; i++)
		line = line << 8 | (unsigned char)record.at[i];
	memcpy(&p, record.at + 8, sizeof p);
	for (int i = 0; i < 6; i++)
		text[i] = str_cut(&rest, '\0');
	bool planned = str_is(text[0], PLANNED_TYPE);
	const char *bucket = count_row(own, &p, planned);
	db_run(t->tx,
	    "insert into wlmds (submission, line, org, week, list_type, patient, "
	    "pathway_id, test, clock_start, due, site, commissioner, priority, "
	    "bucket) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
	    "$13, $14)",
	    I(t->s.id), I((int64_t)line), T(own->provider), I(own->week),
	    T(text[0]), T(text[1]), T(text[2]), I(p.test),
	    val_day(p.clock_start), val_day(p.due), T(text[3]), T(text[4]),
	    T(text[5]), T(str_of(bucket)));
}

static void judge_size(struct taking *t)
{
	double counts[WEEKS_COMPARED], low, high;
	double now = (double)t->s.rows;
	size_t n = 0;
	struct rows *r = db_ask(t->tx,
	    "select rows_all from submission where kind = 'wlmds' "
	    "and sender = $1 and state = 1 and period_to < $2 "
	    "order by period_to desc limit $3",
	    T(t->s.sender), I(t->s.to), I(WEEKS_COMPARED));

	while (rows_next(r))
		counts[n++] = (double)rows_int(r, 0);
	if (usual_rows(t->arena, counts, n, &low, &high) &&
	    (now < low || now > high))
		notice(t, "unusual-rows", t->s.rows,
		    "%lld rows; this trust usually sends %.0f to %.0f",
		    (long long)t->s.rows, low, high);
}

static void judge_week_before(struct taking *t)
{
	int64_t before = db_int(t->tx,
	    "select count(*) from submission where kind = 'wlmds' "
	    "and sender = $1 and state = 1 and period_to < $2",
	    T(t->s.sender), I(t->s.to));
	int64_t there = db_int(t->tx,
	    "select count(*) from submission where kind = 'wlmds' "
	    "and sender = $1 and state = 1 and period_to = $2",
	    T(t->s.sender), I(t->s.to - 7));

	if (before && !there)
		notice(t, "missing-sunday", 0,
		    "the Sunday before, %s, is missing",
		    day_text(t->s.to - 7).at);
}

/* All rows of the file that are there now, whenever they were put right. */
static void tell_buckets(struct taking *t)
{
	static const struct {
		const char *name, *words;
	} buckets[] = {
	    {"no-clock-start",
		"rows without a clock start: not counted in any week band"},
	    {"for-review",
		"clock start is 1 January 1900 or before, or after the week's "
		"end: not counted in any week band"},
	};

	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++) {
		int64_t n = db_int(t->tx,
		    "select count(*) from wlmds where submission = $1 "
		    "and bucket = $2",
		    I(t->s.id), T(str_of(buckets[i].name)));
		notice_forget(t, buckets[i].name);
		if (n)
			notice(t, buckets[i].name, n, "%s", buckets[i].words);
	}
}

static bool apply(struct taking *t, struct err *err)
{
	struct own *own = t->own;
	struct str record;

	own->batch = tally_batch_open(t->arena);
	while (sorter_next(t->sorter, &record, err))
		write_row(t, record);
	tell_buckets(t);
	if (!t->replaying) {
		int32_t due = wlmds_due(t->tx, own->week);
		int32_t came = time_day(t->s.received_at);
		tally_at(own, TEST_NONE)->n[TALLY_days_late] =
		    came > due ? came - due : 0;
		judge_size(t);
		judge_week_before(t);
	}
	tally_flush(own->batch, t->tx, t->s.id);
	return !err->kind;
}

static void forget(struct tx *tx, int64_t older)
{
	tally_forget(tx, older);
	db_run(tx, "delete from wlmds where submission = $1", I(older));
}

const struct kind kind_wlmds = {
    .name = "wlmds",
    .words = "WLMDS diagnostics",
    .fields = fields,
    .fields_n = FIELDS,
    .begin = begin,
    .row = take_row,
    .settle = settle,
    .apply = apply,
    .forget = forget,
};
