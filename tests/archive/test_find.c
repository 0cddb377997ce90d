/* SPDX-License-Identifier: MIT */
/* test_find.c: every kind of matching of PS3.4 C.2.2.2, at every level. */
#include "archive/find.c"
#include "made.h"

static const struct made few[] = {
	{.patient = "P1", .name = "Smith^Ann", .birth = "19700101",
	    .study = "1.1", .series = "1.1.1", .sop = "1.1.1.1",
	    .date = "20260101", .time = "080000", .accession = "A1",
	    .modality = "CT", .number = "2", .series_number = "1"},
	{.patient = "P1", .name = "Smith^Ann", .birth = "19700101",
	    .study = "1.1", .series = "1.1.1", .sop = "1.1.1.2",
	    .date = "20260101", .time = "080000", .accession = "A1",
	    .modality = "CT", .number = "10", .series_number = "1"},
	{.patient = "P1", .name = "Smith^Ann", .birth = "19700101",
	    .study = "1.1", .series = "1.1.2", .sop = "1.1.2.1",
	    .date = "20260101", .time = "080000", .accession = "A1",
	    .modality = "SR", .number = "1", .series_number = "2"},
	{.patient = "P1", .name = "Smith^Ann", .birth = "19700101",
	    .study = "1.2", .series = "1.2.1", .sop = "1.2.1.1",
	    .date = "20260201", .time = "093015.25", .accession = "A2",
	    .modality = "MR", .number = "1", .series_number = "1"},
	{.patient = "P2", .name = "Smythe^John^Q", .org = "RXR",
	    .study = "1.3", .series = "1.3.1", .sop = "1.3.1.1",
	    .date = "20260201", .time = "170000", .accession = "B1",
	    .modality = "US", .number = "1", .series_number = "1"},
	{.patient = "P_2", .name = "M\303\274ller^J\303\266rg",
	    .study = "1.4", .series = "1.4.1", .sop = "1.4.1.1",
	    .date = "20260215", .time = "12", .accession = "B2",
	    .modality = "CT", .number = "1", .series_number = "1"},
	{.patient = "P%3", .name = "Yamada^Tarou="
	    "\345\261\261\347\224\260^\345\244\252\351\203\216",
	    .study = "1.5", .series = "1.5.1", .sop = "1.5.1.1",
	    .accession = "C1", .modality = "CR", .number = "1",
	    .series_number = "1"},
};

struct asked { uint32_t tag; const char *value; };

/* Studies found, by UID, as "1.3 1.2". */
static const char *ask(struct shelf_fixture *f, struct find_ask *query,
    const struct asked *keys, size_t n)
{
	static char all[4096];
	struct arena arena = {0};
	struct err err = {0};
	struct tx *tx = db_read(f->db);
	struct match m;
	size_t len = 0;
	bool narrows;

	for (size_t i = 0; i < n; i++)
		if (!find_key(&arena, query, keys[i].tag,
		    str_of(keys[i].value), &narrows, &err))
			fail_msg("%s", err.text);
	struct finding_rows *rows = find_begin(tx, &arena, query, &err);
	assert_non_null(rows);
	all[0] = '\0';
	while (find_next(rows, &m)) {
		struct str what = query->level == LEVEL_PATIENT ?
		    m.study.patient_id : query->level == LEVEL_STUDY ?
		    m.study.uid : query->level == LEVEL_SERIES ? m.series.uid :
		    m.instance.uid;
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%.*s",
		    len ? " " : "", STR(what));
	}
	find_end(rows);
	must_not_fail(tx);
	db_end(tx);
	arena_end(&arena);
	return all;
}
#define ASKED(...) (const struct asked[]){__VA_ARGS__}
#define found(f, level_, text, ...) \
	found_(f, (struct find_ask){.level = level_}, text, \
	    ASKED(__VA_ARGS__), \
	    sizeof(ASKED(__VA_ARGS__)) / sizeof(struct asked), __LINE__)
static void found_(struct shelf_fixture *f, struct find_ask query,
    const char *text, const struct asked *keys, size_t n, int line)
{
	const char *is = ask(f, &query, keys, n);

	if (strcmp(is, text) != 0)
		fail_msg("line %d: '%s', not '%s'", line, is, text);
}

static void keep_few(struct shelf_fixture *f)
{
	for (size_t i = 0; i < sizeof(few) / sizeof(*few); i++)
		must_keep(f->archive, &few[i]);
}

static void single_values_and_wildcards(void **state)
{
	struct shelf_fixture *f = *state;

	keep_few(f);
	found(f, LEVEL_STUDY, "1.4 1.3 1.2 1.1 1.5", {0, ""});
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_PatientID, "P1"});
	found(f, LEVEL_STUDY, "", {TAG_PatientID, "p1"});
	found(f, LEVEL_STUDY, "1.4", {TAG_PatientID, "P_2"});
	found(f, LEVEL_STUDY, "1.4 1.5", {TAG_PatientID, "P?*"},
	    {TAG_AccessionNumber, "?*"}, {TAG_PatientID, "P??"});
	found(f, LEVEL_STUDY, "1.5", {TAG_PatientID, "P%*"});
	found(f, LEVEL_STUDY, "1.4 1.3 1.2 1.1 1.5", {TAG_PatientID, "P*"});
	found(f, LEVEL_STUDY, "1.3 1.1", {TAG_AccessionNumber, "?1"},
	    {TAG_StudyDate, "20250101-"});
	found(f, LEVEL_STUDY, "1.2", {TAG_AccessionNumber, "A2"});
	found(f, LEVEL_STUDY, "1.4 1.2 1.5", {TAG_AccessionNumber, "*"},
	    {TAG_StudyInstanceUID, "1.2\\1.4\\1.5\\9.9"});
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_PatientBirthDate, "19700101"});
}

static void names_are_found_folded(void **state)
{
	struct shelf_fixture *f = *state;
	struct find_ask fuzzy = {.level = LEVEL_STUDY, .fuzzy = true};

	keep_few(f);
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_PatientName, "SMITH*"});
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_PatientName, "smith^ann"});
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_PatientName, "smith^*^*"});
	found(f, LEVEL_STUDY, "1.3 1.2 1.1", {TAG_PatientName, "Sm?th*"});
	found(f, LEVEL_STUDY, "1.4", {TAG_PatientName, "MULLER^*"});
	found(f, LEVEL_STUDY, "1.4", {TAG_PatientName, "*J\303\266rg"});
	found(f, LEVEL_STUDY, "1.5", {TAG_PatientName, "Yamada*"});
	found_(f, fuzzy, "1.5", (struct asked[]){{TAG_PatientName,
	    "\345\261\261\347\224\260"}}, 1, __LINE__);
	found_(f, fuzzy, "1.2 1.1", (struct asked[]){{TAG_PatientName,
	    "Ann Smith"}}, 1, __LINE__);
	found_(f, fuzzy, "1.3 1.2 1.1", (struct asked[]){{TAG_PatientName,
	    "Smyth"}}, 1, __LINE__);
	found_(f, fuzzy, "1.3", (struct asked[]){{TAG_PatientName,
	    "jo smy"}}, 1, __LINE__);
}

static void dates_and_times(void **state)
{
	struct shelf_fixture *f = *state;
	struct find_ask combined = {.level = LEVEL_STUDY, .combined = true};

	keep_few(f);
	found(f, LEVEL_STUDY, "1.3 1.2", {TAG_StudyDate, "20260201"});
	found(f, LEVEL_STUDY, "1.4 1.3 1.2", {TAG_StudyDate, "20260201-"});
	found(f, LEVEL_STUDY, "1.1", {TAG_StudyDate, "-20260131"});
	found(f, LEVEL_STUDY, "1.3 1.2 1.1",
	    {TAG_StudyDate, "20260101-20260201"});
	found(f, LEVEL_STUDY, "1.2 1.1", {TAG_StudyTime, "0800-1000"});
	found(f, LEVEL_STUDY, "1.2", {TAG_StudyTime, "093015.25"});
	found(f, LEVEL_STUDY, "1.4", {TAG_StudyTime, "12-13"});
	found_(f, combined, "1.3 1.2", (struct asked[]){
	    {TAG_StudyDate, "20260101-20260201"},
	    {TAG_StudyTime, "090000-180000"}}, 2, __LINE__);
}

static void levels_and_relations(void **state)
{
	struct shelf_fixture *f = *state;

	keep_few(f);
	found(f, LEVEL_PATIENT, "P_2 P2 P1 P%3", {0, ""});
	found(f, LEVEL_PATIENT, "P1", {TAG_ModalitiesInStudy, "SR"});
	found(f, LEVEL_STUDY, "1.1", {TAG_ModalitiesInStudy, "S?"});
	found(f, LEVEL_STUDY, "1.4 1.1", {TAG_ModalitiesInStudy, "CT"});
	found(f, LEVEL_STUDY, "1.1", {TAG_SOPInstanceUID, "1.1.2.1"});
	found(f, LEVEL_STUDY, "1.4 1.1", {TAG_Modality, "CT"});
	found(f, LEVEL_SERIES, "1.1.1 1.1.2", {TAG_StudyInstanceUID, "1.1"});
	found(f, LEVEL_SERIES, "1.2.1 1.1.1 1.1.2", {TAG_PatientID, "P1"});
	found(f, LEVEL_SERIES, "1.1.2", {TAG_SeriesInstanceUID, "1.1.2"});
	found(f, LEVEL_INSTANCE, "1.1.1.1 1.1.1.2 1.1.2.1",
	    {TAG_StudyInstanceUID, "1.1"});
	found(f, LEVEL_INSTANCE, "1.1.1.2", {TAG_StudyInstanceUID, "1.1"},
	    {TAG_SeriesInstanceUID, "1.1.1"}, {TAG_InstanceNumber, "10"});
	found(f, LEVEL_INSTANCE, "1.1.1.2", {TAG_SOPInstanceUID, "1.1.1.2"});
	found(f, LEVEL_INSTANCE, "1.1.1.1 1.1.1.2",
	    {TAG_SeriesInstanceUID, "1.1.1"});
}

static void a_trust_sees_its_own(void **state)
{
	struct shelf_fixture *f = *state;
	struct find_ask query = {.org = S("RXR")};

	keep_few(f);
	static const char *const wanted[] = {"P2", "1.3", "1.3.1", "1.3.1.1"};
	for (enum level level = 0; level <= LEVEL_INSTANCE; level++) {
		query.level = level;
		found_(f, query, wanted[level], (struct asked[]){{0, ""}}, 1,
		    __LINE__);
		found_(f, query, "", (struct asked[]){{TAG_PatientID, "P1"}}, 1,
		    __LINE__);
		found_(f, query, "", (struct asked[]){
		    {TAG_StudyInstanceUID, "1.1"}}, 1, __LINE__);
		found_(f, query, "", (struct asked[]){
		    {TAG_SOPInstanceUID, "1.1.1.1"}}, 1, __LINE__);
	}
}

static void pages_and_long_lists(void **state)
{
	struct shelf_fixture *f = *state;
	struct find_ask query = {.level = LEVEL_STUDY, .limit = 2};
	char list[1200] = "", uid[32];

	keep_few(f);
	found_(f, query, "1.4 1.3", (struct asked[]){{0, ""}}, 1, __LINE__);
	query.offset = 2;
	found_(f, query, "1.2 1.1", (struct asked[]){{0, ""}}, 1, __LINE__);
	query.offset = 4;
	found_(f, query, "1.5", (struct asked[]){{0, ""}}, 1, __LINE__);
	for (int i = 0; i < 60; i++) {
		size_t len = strlen(list);
		snprintf(uid, sizeof(uid), "1.%d", i);
		snprintf(list + len, sizeof(list) - len, "%s%s", i ? "\\" : "",
		    uid);
	}
	found(f, LEVEL_STUDY, "1.4 1.3 1.2 1.1 1.5",
	    {TAG_StudyInstanceUID, list});
}

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} all[] = {
	    {"", "", true}, {"*", "", true}, {"?", "", false},
	    {"a*b", "ab", true}, {"a*b", "axxb", true}, {"a*b", "axxbc", false},
	    {"*a*a*", "banana", true}, {"?\303\274?", "x\303\274\303\274", true},
	    {"a?", "a\303\274", true}, {"a??", "a\303\274", false},
	    {"%", "x", false}, {"_", "x", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (wild_matches(str_of(all[i].pattern), str_of(all[i].text)) !=
		    all[i].matches)
			fail_msg("%s on %s", all[i].pattern, all[i].text);
}

static void bad_values_are_refused(void **state)
{
	static const struct asked bad[] = {{TAG_StudyDate, "2026"},
	    {TAG_StudyDate, "-"}, {TAG_StudyDate, "20260230"},
	    {TAG_StudyTime, "25"}, {TAG_StudyTime, "x-"},
	    {TAG_PatientID, "\377"}};
	struct arena arena = {0};
	struct find_ask query = {0};
	bool narrows;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = {0};
		assert_false(find_key(&arena, &query, bad[i].tag,
		    str_of(bad[i].value), &narrows, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(single_values_and_wildcards),
	    with_archive(names_are_found_folded),
	    with_archive(dates_and_times),
	    with_archive(levels_and_relations),
	    with_archive(a_trust_sees_its_own),
	    with_archive(pages_and_long_lists),
	    cmocka_unit_test(patterns),
	    cmocka_unit_test(bad_values_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
