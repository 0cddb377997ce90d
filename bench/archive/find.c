/* SPDX-License-Identifier: MIT */
/* find.c: fills an index with made-up studies, by the code that the clerk
 * runs for each that comes, and measures searches at two sizes.
 *
 *     find DATABASE SMALL LARGE ROUNDS
 *
 * Prints for each search the middle and the 99th of a hundred of ROUNDS at
 * both sizes, and how many times longer the larger takes. */
#include "archive/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 500
#define SEARCHES 9

static const char *const families[] = {"Smith", "Jones", "Taylor", "Brown",
	"Williams", "Wilson", "Johnson", "Davies", "Patel", "Robinson",
	"Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green",
	"Hall", "Wood", "Jackson", "Clarke", "Khan", "Hussain", "Ahmed"};
static const char *const givens[] = {"John", "Mary", "Ann", "David", "Susan",
	"Peter", "Linda", "Mohammed", "Ayesha", "Paul", "Karen", "Mark"};
static const char *const modalities[] = {"CT", "MR", "US", "CR", "DX", "MG",
	"NM", "XA"};
static const char *const orgs[] = {"RXN", "RXR", "RXL", "RTX"};
static uint64_t seed = 2026;

static uint64_t chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* One name in a hundred is of the list; the rest are nobody's else's. */
static struct str a_name(struct arena *arena, uint64_t patient)
{
	uint64_t n = patient * UINT64_C(2654435761) % 1000003;

	if (n % 4 == 0)
		return arena_printf(arena, "%s^%s", families[n / 4 % 24],
		    givens[n / 96 % 12]);
	return arena_printf(arena, "%c%c%s%llu^%s", (char)('A' + n % 26),
	    (char)('a' + n / 26 % 26), "son", (unsigned long long)(n % 9973),
	    givens[n / 96 % 12]);
}

static void make_card(struct arena *arena, struct card *card, uint64_t n,
    uint64_t patients)
{
	uint64_t patient = chance(patients);
	int32_t day = day_of(2016, 1, 1) + (int32_t)chance(3650);
	struct date d = day_date(day);
	const char *org = orgs[patient % 4];

	*card = (struct card){0};
	card->study = (struct study){.org = str_of(org), .issuer = str_of(org),
	    .uid = arena_printf(arena, "1.2.826.0.1.3680043.8.498.%llu",
		(unsigned long long)n),
	    .patient_id = arena_printf(arena, "P%08llu",
		(unsigned long long)patient),
	    .patient_name = a_name(arena, patient),
	    .birth_date = S("19600101"), .sex = S("F"),
	    .date = arena_printf(arena, "%04d%02d%02d", d.year, d.month, d.day),
	    .time = arena_printf(arena, "%02d%02d00", (int)chance(24),
		(int)chance(60)),
	    .accession = arena_printf(arena, "A%010llu", (unsigned long long)n),
	    .accession_issuer = str_of(org), .study_id = S("1"),
	    .description = S("CT chest abdomen pelvis with contrast"),
	    .referrer = S("Jones^Ann^^Dr")};
	card->series = (struct series){.uid = arena_printf(arena,
	    "%.*s.1", STR(card->study.uid)), .number = S("1"),
	    .modality = str_of(modalities[chance(8)])};
	card->instance = (struct instance){.uid = arena_printf(arena,
	    "%.*s.1.1", STR(card->study.uid)), .sop_class =
	    S("1.2.840.10008.5.1.4.1.1.2"), .syntax_uid =
	    S("1.2.840.10008.1.2.1"), .number = S("1"), .size = 525000,
	    .head_size = 1500, .hash = S("0123456789abcdef"),
	    .id = outside_id(), .kept_at = outside_now()};
	card->moment = moment_of(card->study.date, card->study.time);
	card->name_key = name_key(arena, card->study.patient_name);
	card->uid_hash = hash64(card->instance.uid.at, card->instance.uid.len);
	card->record.from = S("CT1");
}

static void must(bool good, const struct err *err)
{
	if (good)
		return;
	fprintf(stderr, "find: %s\n", err->text);
	exit(1);
}

static void fill(struct db *db, uint64_t from, uint64_t upto)
{
	if (from >= upto)
		return;

	static struct archive archive;
	static struct pack packs[BATCH];
	struct arena arena = {0};
	struct err err = {0};
	int64_t begun = outside_ticks();

	for (uint64_t n = from; n < upto;) {
		struct tx *tx = db_begin(db);
		for (int i = 0; i < BATCH && n < upto; i++, n++) {
			struct card *card = arena_new(&arena, struct card);
			struct job job = {.pack = &packs[i], .card = card,
			    .at = 512, .end = 525512};
			packs[i] = (struct pack){.id = outside_id()};
			make_card(&arena, card, n, upto * 2 / 5 + 1);
			job_enter(tx, &job);
			pack_settle(&archive, tx, &packs[i]);
		}
		must(db_commit(tx, &err), &err);
		for (int i = 0; i < BATCH; i++)
			arena_end(&packs[i].arena);
		arena_end(&arena);
	}
	printf("filled %llu to %llu: %.0f studies a second\n",
	    (unsigned long long)from, (unsigned long long)upto,
	    (double)(upto - from) * 1e6 / (double)(outside_ticks() - begun));
	fflush(stdout);
}

static const char *const names[SEARCHES] = {"patient ID", "accession",
	"study UID", "one day, CT", "newest 100", "name SMITH^J*, 100",
	"name SMITH*, 100", "fuzzy \"jon smyth\", 100", "newest 100, one trust"};

static void make_ask(struct arena *arena, struct find_ask *ask, int search,
    uint64_t size)
{
	struct str n = arena_printf(arena, "%010llu",
	    (unsigned long long)chance(size));
	struct date d = day_date(day_of(2016, 1, 1) + (int32_t)chance(3650));
	struct err err = {0};
	bool narrows, good = true;

	*ask = (struct find_ask){.level = LEVEL_STUDY, .limit = 100};
	if (search == 0)
		good = find_key(arena, ask, TAG_PatientID, arena_printf(arena,
		    "P%08llu", (unsigned long long)chance(size * 2 / 5)),
		    &narrows, &err);
	else if (search == 1)
		good = find_key(arena, ask, TAG_AccessionNumber,
		    arena_printf(arena, "A%.*s", STR(n)), &narrows, &err);
	else if (search == 2)
		good = find_key(arena, ask, TAG_StudyInstanceUID,
		    arena_printf(arena, "1.2.826.0.1.3680043.8.498.%llu",
		    (unsigned long long)chance(size)), &narrows, &err);
	else if (search == 3)
		good = find_key(arena, ask, TAG_StudyDate, arena_printf(arena,
		    "%04d%02d%02d", d.year, d.month, d.day), &narrows, &err) &&
		    find_key(arena, ask, TAG_ModalitiesInStudy, S("CT"),
			&narrows, &err);
	else if (search == 5 || search == 6)
		good = find_key(arena, ask, TAG_PatientName, search == 5 ?
		    S("SMITH^J*") : S("SMITH*"), &narrows, &err);
	else if (search == 7)
		good = find_key(arena, ask, TAG_PatientName, S("jon smyth"),
		    &narrows, &err);
	ask->fuzzy = search == 7;
	if (search == 8)
		ask->org = S("RXR");
	must(good, &err);
}

static int by_time(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static int64_t search_once(struct db *db, int search, uint64_t size,
    int64_t *rows_n)
{
	struct arena arena = {0};
	struct find_ask ask;
	struct err err = {0};
	struct match m;

	make_ask(&arena, &ask, search, size);
	int64_t begun = outside_ticks();
	struct tx *tx = db_read(db);
	struct finding_rows *rows = find_begin(tx, &arena, &ask, &err);
	must(rows != NULL, &err);
	while (find_next(rows, &m))
		++*rows_n;
	find_end(rows);
	must(!db_failed(tx, &err), &err);
	db_end(tx);
	int64_t took = outside_ticks() - begun;
	arena_end(&arena);
	return took;
}

static void measure(struct db *db, uint64_t size, int64_t rounds,
    int64_t middle[SEARCHES], int64_t last[SEARCHES])
{
	int64_t *times = calloc((size_t)rounds, sizeof(*times));

	for (int s = 0; s < SEARCHES; s++) {
		int64_t rows = 0, n = s < 5 ? rounds : rounds / 10 + 1;
		for (int64_t i = 0; i < n / 10 + 1; i++)
			search_once(db, s, size, &rows);
		rows = 0;
		for (int64_t i = 0; i < n; i++)
			times[i] = search_once(db, s, size, &rows);
		qsort(times, (size_t)n, sizeof(*times), by_time);
		middle[s] = times[n / 2];
		last[s] = times[n * 99 / 100];
		printf("%9llu studies  %-24s p50 %7.3f ms  p99 %7.3f ms  "
		    "rows %.1f\n", (unsigned long long)size, names[s],
		    (double)middle[s] / 1e3, (double)last[s] / 1e3,
		    (double)rows / (double)n);
		fflush(stdout);
	}
	free(times);
}

int main(int argc, char **argv)
{
	int64_t p50[2][SEARCHES], p99[2][SEARCHES], sizes[2], rounds;
	struct err err = {0};

	if (argc != 5 || !str_int(str_of(argv[2]), &sizes[0]) ||
	    !str_int(str_of(argv[3]), &sizes[1]) ||
	    !str_int(str_of(argv[4]), &rounds)) {
		fprintf(stderr, "usage: find DATABASE SMALL LARGE ROUNDS\n");
		return 2;
	}
	struct db *db = db_open(argv[1], 2, &err);
	must(db != NULL, &err);
	struct tx *tx = db_read(db);
	uint64_t there = (uint64_t)db_int(tx, "select studies "
	    "from archive_total");
	db_end(tx);
	fill(db, there, (uint64_t)sizes[0]);
	measure(db, (uint64_t)sizes[0], rounds, p50[0], p99[0]);
	fill(db, there > (uint64_t)sizes[0] ? there : (uint64_t)sizes[0],
	    (uint64_t)sizes[1]);
	measure(db, (uint64_t)sizes[1], rounds, p50[1], p99[1]);
	for (int s = 0; s < SEARCHES; s++)
		printf("ratio  %-24s p50 %.2f  p99 %.2f\n", names[s],
		    (double)p50[1][s] / (double)p50[0][s],
		    (double)p99[1][s] / (double)p99[0][s]);
	db_close(db);
	return 0;
}
