/* SPDX-License-Identifier: MIT */
/* test_plan.c: no search that people make often reads a whole table, on
 * either database, by what the database itself says of its plan. */
#include "archive/ask.h"

static struct rows *watched_ask(struct tx *, struct query *);
#define query_ask watched_ask
#include "archive/find_sql.c"
#undef query_ask
#include "made.h"

#define STUDIES 4000

static bool watching;
static char told[20000];

/* Remembers what the database says that it would do. */
static struct rows *watched_ask(struct tx *tx, struct query *q)
{
	struct arena arena = {0};
	bool sqlite = str_is(str_of(db_kind(q->db)), "sqlite");
	struct str text = arena_printf(&arena, "%s%.*s", sqlite ?
	    "explain query plan " : "explain ", (int)q->len, q->text);
	size_t len = strlen(told);

	if (watching) {
		struct rows *rows = db_ask_(tx, db_text(q->db, text), q->vals,
		    q->n);
		while (rows_next(rows) && len < sizeof(told) - 300)
			len += (size_t)snprintf(told + len,
			    sizeof(told) - len, "%.*s\n",
			    STR(rows_text(rows, sqlite ? 3 : 0)));
		must_not_fail(tx);
	}
	arena_end(&arena);
	return query_ask(tx, q);
}

static void fill(struct db *db)
{
	static struct archive archive;
	struct arena arena = {0};
	struct tx *tx = db_begin(db);

	for (int n = 0; n < STUDIES; n++) {
		struct pack pack = {.id = outside_id()};
		struct date d = day_date(n % 1000);
		struct card card = {
		    .study = {.uid = arena_printf(&arena, "1.2.%d", n),
			.org = S("RXN"), .issuer = S("RXN"),
			.patient_id = arena_printf(&arena, "P%05d", n / 2),
			.patient_name = arena_printf(&arena, "%c%c^Ann",
			    'a' + n % 26, 'a' + n / 26 % 26),
			.date = arena_printf(&arena, "%04d%02d%02d", d.year,
			    d.month, d.day),
			.accession = arena_printf(&arena, "A%05d", n)},
		    .series = {.uid = arena_printf(&arena, "1.2.%d.1", n),
			.modality = S("CT"), .number = S("1")},
		    .instance = {.id = outside_id(), .size = 100,
			.uid = arena_printf(&arena, "1.2.%d.1.1", n),
			.hash = S("0123456789abcdef")},
		    .moment = (int64_t)(n % 1000) * US_PER_DAY};
		struct job job = {.pack = &pack, .card = &card, .at = 512,
		    .end = 612, .quietly = true};
		card.name_key = name_key(&arena, card.study.patient_name);
		card.uid_hash = hash64(card.instance.uid.at,
		    card.instance.uid.len);
		job_enter(tx, &job);
		pack_settle(&archive, tx, &pack);
		arena_end(&pack.arena);
	}
	must_commit(tx);
	arena_end(&arena);
	if (str_is(str_of(db_kind(db)), "postgres")) {
		tx = db_begin(db);
		db_run(tx, "analyze");
		must_commit(tx);
	}
}

/* Every table is reached by an index. */
static const char *whole_table(const char *plan)
{
	static const char *const bad[] = {"Seq Scan on study", "SCAN s\n",
	    "Seq Scan on series", "Seq Scan on instance", "SCAN r\n",
	    "SCAN i\n", "SCAN study\n"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (strstr(plan, bad[i]))
			return bad[i];
	return NULL;
}

static const struct {
	enum level level;
	uint32_t tag;
	const char *value, *org;
	bool fuzzy;
	int64_t limit;
} searches[] = {
	{LEVEL_STUDY, TAG_PatientID, "P00042", NULL, false, 0},
	{LEVEL_STUDY, TAG_PatientID, "P0004*", "RXN", false, 0},
	{LEVEL_PATIENT, TAG_PatientID, "P00042", NULL, false, 0},
	{LEVEL_STUDY, TAG_AccessionNumber, "A00042", "RXN", false, 0},
	{LEVEL_STUDY, TAG_StudyDate, "19700601-19700603", NULL, false, 0},
	{LEVEL_STUDY, TAG_PatientName, "AB*", NULL, false, 0},
	{LEVEL_STUDY, TAG_PatientName, "ann ab", NULL, true, 100},
	{LEVEL_STUDY, TAG_StudyInstanceUID, "1.2.42", NULL, false, 0},
	{LEVEL_STUDY, TAG_StudyInstanceUID, "1.2.42\\1.2.43", NULL, false, 0},
	{LEVEL_SERIES, TAG_StudyInstanceUID, "1.2.42", NULL, false, 0},
	{LEVEL_INSTANCE, TAG_StudyInstanceUID, "1.2.42", NULL, false, 0},
	{LEVEL_INSTANCE, TAG_SOPInstanceUID, "1.2.42.1.1", NULL, false, 0},
	{LEVEL_SERIES, TAG_SeriesInstanceUID, "1.2.42.1", NULL, false, 0},
	{LEVEL_STUDY, 0, "", NULL, false, 100},
	{LEVEL_STUDY, 0, "", "RXN", false, 100},
	{LEVEL_STUDY, TAG_ModalitiesInStudy, "CT", NULL, false, 100},
};

static void no_search_reads_a_whole_table(void **state)
{
	struct shelf_fixture *f = *state;
	struct arena arena = {0};
	struct err err = {0};
	struct match m;
	bool narrows;

	fill(f->db);
	watching = true;
	for (size_t i = 0; i < sizeof(searches) / sizeof(*searches); i++) {
		struct find_ask ask = {.level = searches[i].level,
		    .fuzzy = searches[i].fuzzy, .limit = searches[i].limit,
		    .org = str_of(searches[i].org)};
		struct tx *tx = db_read(f->db);
		told[0] = '\0';
		assert_true(find_key(&arena, &ask, searches[i].tag,
		    str_of(searches[i].value), &narrows, &err));
		struct finding_rows *rows = find_begin(tx, &arena, &ask, &err);
		bool found = find_next(rows, &m);
		find_end(rows);
		must_not_fail(tx);
		db_end(tx);
		if (!found || !told[0])
			fail_msg("search %zu finds nothing:\n%s", i, told);
		const char *bad = whole_table(told);
		if (bad)
			fail_msg("search %zu: %s in\n%s", i, bad, told);
		/* The newest come from their index in order. */
		if (!searches[i].tag && (strstr(told, "TEMP B-TREE") ||
		    strstr(told, "Sort")))
			fail_msg("search %zu sorts:\n%s", i, told);
	}
	watching = false;
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(no_search_reads_a_whole_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
