/* SPDX-License-Identifier: MIT */
/* test_mix.c: all that can be done to a few studies, done by many at once:
 * keeping, sealing, conflicts, fetching, verifying, deletion, holds.  Whatever
 * the order, afterwards packs and rows agree, each UID is shown once, and what
 * nobody may delete is there. */
#include "archive/showing.c"
#include "made.h"

#include <errno.h>

#define STUDIES 4  /* the last is held, and must stay whole */
#define UIDS 12
#define ROUNDS 100

static struct shelf_fixture *shared;
static atomic_int told;

/* A refusal may come, a failure may not. */
static void allow(const struct err *err)
{
	if (err->kind == ERR_BROKEN || err->kind == ERR_INPUT)
		fail_msg("%s", err->text);
}

static void keep_one(int study, int n, int fill)
{
	char texts[3][32];
	struct err err = {0};
	struct made m = {.patient = "P1", .name = "Smith^Ann",
	    .date = "20200105", .modality = "CT", .pixels = 3000,
	    .fill = fill, .study = texts[0], .series = texts[1],
	    .sop = texts[2]};

	snprintf(texts[0], 32, "1.2.%d", study);
	snprintf(texts[1], 32, "1.2.%d.%d", study, n % 3);
	/* The first few UIDs are in all studies but the held one. */
	snprintf(texts[2], 32, "1.3.%d.%d", n < 3 && study < STUDIES - 1 ? 9 :
	    study, n);
	if (made_keep(shared->archive, &m, NULL, &err))
		atomic_fetch_add(&told, 1);
	allow(&err);
}

static void *keep_on(void *with)
{
	int thread = (int)(intptr_t)with;

	for (int i = 0; i < ROUNDS * 4; i++) {
		int n = (i * 7 + thread * 5) % UIDS;
		int study = (i + thread) % STUDIES;
		if (study < 2 && i / 20 % 2)
			continue; /* time to be deleted in */
		keep_one(study, n, study == STUDIES - 1 ? 1 :
		    1 + (i / 5 + thread) % 3);
	}
	return NULL;
}

static void *tidy_on(void *with)
{
	(void)with;
	for (int i = 0; i < ROUNDS; i++) {
		struct err err = {0};
		if (!archive_tidy(shared->archive, &err))
			allow(&err);
	}
	return NULL;
}

static void *verify_on(void *with)
{
	(void)with;
	for (int i = 0; i < ROUNDS / 2; i++) {
		struct archive_tally tally = {0};
		struct err err = {0};
		if (!archive_verify(shared->archive, 0, 0, NULL, NULL, &tally,
		    &err))
			allow(&err);
		if (tally.bad)
			fail_msg("%lld troubles", (long long)tally.bad);
	}
	return NULL;
}

static int64_t pick(const char *sql)
{
	struct tx *tx = db_read(shared->db);
	int64_t id = db_int_(tx, sql, VALS());

	db_end(tx);
	return id;
}

static void *resolve_on(void *with)
{
	(void)with;
	for (int i = 0; i < ROUNDS; i++) {
		struct err err = {0};
		int64_t id = pick("select id from conflict "
		    "where resolved_at is null order by id desc");
		if (id && !conflict_resolve(shared->archive, id, i % 2,
		    S("Ann"), S("right"), &err))
			allow(&err);
	}
	return NULL;
}

static void step(int64_t study, int what)
{
	struct err err = {0};
	struct tx *tx = db_begin(shared->db);
	bool done = what == 0 ? deletion_propose(tx, study, S("Ann"), S("old"),
	    &err) : what == 1 ? deletion_confirm(tx, study, S("Bob"), &err) :
	    what == 2 ? deletion_withdraw(tx, study, S("Cat"), S("no"), &err) :
	    hold_set(tx, study, what == 3, S("Dan"), S("court"), &err);

	if (done)
		done = db_commit(tx, &err);
	else
		db_end(tx);
	allow(&err);
}

static void *decide_on(void *with)
{
	int thread = (int)(intptr_t)with;

	for (int i = 0; i < ROUNDS; i++) {
		struct err err = {0};
		int64_t study = pick(i % 2 ?
		    "select id from study where uid <> '1.2.3' order by id" :
		    "select id from study where uid <> '1.2.3' "
		    "order by id desc");
		if (!study)
			continue;
		step(study, 0);
		step(study, thread && i % 4 == 0 ? 2 : 1);
		if (!thread && !archive_tidy(shared->archive, &err))
			allow(&err);
		if (i % 8 == 3)
			step(study, 3);
		if (i % 8 == 5)
			step(study, 4);
	}
	return NULL;
}

static void fetch_one(int64_t study)
{
	struct arena arena = {0};
	struct find_ask ask = {.level = LEVEL_INSTANCE};
	struct err err = {0};
	struct match m;
	struct str bytes;
	bool narrows;
	struct tx *tx = db_read(shared->db);

	find_key(&arena, &ask, TAG_StudyInstanceUID, arena_printf(&arena,
	    "1.2.%d", (int)study), &narrows, &err);
	struct finding_rows *found = find_begin(tx, &arena, &ask, &err);
	while (found && find_next(found, &m)) {
		struct instance i = m.instance;
		i.hash = arena_keep(&arena, i.hash);
		/* It may be deleted under us, but never be another. */
		if (archive_whole(shared->archive, &arena, &i, &bytes, &err)) {
			if (memcmp(bytes.at + 128, "DICM", 4) != 0 ||
			    bytes.at[bytes.len - 1] != bytes.at[bytes.len - 9])
				fail_msg("another's bytes");
		} else if (err.kind != ERR_MISSING) {
			fail_msg("%s", err.text);
		}
		err = (struct err){0};
	}
	if (found)
		find_end(found);
	db_end(tx);
	arena_end(&arena);
}

static void *fetch_on(void *with)
{
	(void)with;
	for (int i = 0; i < ROUNDS * 2; i++)
		fetch_one(i % STUDIES);
	return NULL;
}

static void all_agree(struct shelf_fixture *f)
{
	must_verify(f->archive);
	assert_int_equal(count_of(f->db, "select count(*) from study "
	    "where uid = '1.2.3' and instances_n = 12"), 1);
	assert_int_equal(count_of(f->db, "select count(*) from instance i "
	    "where aside = 0 and exists (select 1 from instance j "
	    "where j.uid = i.uid and j.aside = 0 and j.id <> i.id)"), 0);
	assert_int_equal(count_of(f->db, "select count(*) from instance i "
	    "where aside = 1 and not exists (select 1 from instance j "
	    "where j.uid = i.uid and j.aside = 0)"), 0);
	assert_int_equal(count_of(f->db, "select count(*) from study "
	    "where instances_n <> (select count(*) from instance "
	    "where instance.study = study.id and aside = 0)"), 0);
	assert_int_equal(count_of(f->db, "select count(*) from instance"),
	    count_of(f->db, "select instances from archive_total"));
	assert_int_equal(count_of(f->db, "select count(*) from study"),
	    count_of(f->db, "select studies from archive_total"));
	assert_int_equal(count_of(f->db, "select count(*) from study "
	    "where not exists (select 1 from instance "
	    "where instance.study = study.id)"), 0);
}

static void many_at_once(void **state)
{
	static void *(*const acts[])(void *) = {keep_on, keep_on, keep_on,
	    tidy_on, verify_on, resolve_on, decide_on, decide_on, fetch_on};
	struct shelf_fixture *f = *state;
	pthread_t threads[9];
	struct tx *tx = db_begin(f->db);

	/* What is confirmed goes at once. */
	db_run(tx, "insert into retention (id, org, modality, years, "
	    "grace_days, name, active) values (1, '', '', 0, 0, 'now', 1)");
	must_commit(tx);
	archive_close(f->archive);
	f->options.settle_s = 0;
	f->options.open_packs = 2;
	must_open(f);
	shared = f;
	for (int n = 0; n < UIDS; n++)
		keep_one(STUDIES - 1, n, 1);
	for (int i = 0; i < 9; i++)
		pthread_create(&threads[i], NULL, acts[i],
		    (void *)(intptr_t)(i < 3 ? i : i == 7));
	for (int i = 0; i < 9; i++)
		pthread_join(threads[i], NULL);
	assert_true(atomic_load(&told) > ROUNDS);
	print_message("# %d told, %lld deletions done\n", atomic_load(&told),
	    (long long)count_of(f->db, "select count(*) from deletion "
	    "where state = 3"));
	all_agree(f);
	archive_close(f->archive);
	must_open(f);
	all_agree(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
