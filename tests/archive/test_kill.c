/* SPDX-License-Identifier: MIT */
/* test_kill.c: a program that is killed while four threads keep instances has
 * kept whatever it said it had: there, whole, indexed.  RIBBLE_KILLS is the
 * number of kills; 40 by itself. */
#include "archive/archive.c"
#include "made.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4
#define MOST 100000

struct told { int64_t round, thread, n; };
static struct archive *child_archive;
static int child_out;
static int64_t child_round;

/* Two threads share a study; others begin one every seven instances. */
static void make(struct made *m, char text[4][64], const struct told *t)
{
	*m = (struct made){.patient = "P1", .name = "Smith^Ann",
	    .date = "20260105", .modality = "CT",
	    .pixels = 20000 + (size_t)(t->n * 7919 % 60000) / 2 * 2,
	    .fill = (int)(t->n % 251)};
	snprintf(text[0], 64, "1.2.%lld.%lld.%lld", (long long)t->round,
	    (long long)t->thread / 2,
	    (long long)(t->thread < 2 ? 0 : t->n / 7));
	snprintf(text[1], 64, "%.50s.%lld", text[0], (long long)(t->n % 3));
	snprintf(text[2], 64, "1.3.%lld.%lld.%lld", (long long)t->round,
	    (long long)t->thread, (long long)t->n);
	m->study = text[0];
	m->series = text[1];
	m->sop = text[2];
}

static void *keep_on(void *with)
{
	struct told t = {.round = child_round,
	    .thread = (int64_t)(intptr_t)with};

	for (;; t.n++) {
		char text[4][64];
		struct made m;
		make(&m, text, &t);
		if (!made_keep(child_archive, &m, NULL, &(struct err){0}))
			_exit(1);
		if (write(child_out, &t, sizeof(t)) != sizeof(t))
			_exit(2);
	}
	return NULL;
}

static void be_a_child(const struct shelf_fixture *f, int out, int64_t round)
{
	struct err err = {0};
	pthread_t threads[THREADS];
	struct db *db = db_open(f->place.where, 4, &err);

	child_out = out;
	child_round = round;
	child_archive = db ? archive_open(db, &f->options, &err) : NULL;
	if (!child_archive)
		_exit(3);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, keep_on, (void *)(intptr_t)i);
	pause();
	_exit(4);
}

static size_t kill_one(const struct shelf_fixture *f, int64_t round,
    struct told *told, unsigned wait_us)
{
	int ends[2], status;
	size_t n = 0;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		be_a_child(f, ends[1], round);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &told[n++], sizeof(*told)),
	    sizeof(*told));
	usleep(wait_us);
	kill(child, SIGKILL);
	while (n < MOST && read(ends[0], &told[n], sizeof(*told)) ==
	    sizeof(*told))
		n++;
	close(ends[0]);
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return n;
}

/* Said again it must be the same, to the byte. */
static void must_be_there(struct shelf_fixture *f, const struct told *t)
{
	char text[4][64];
	struct made m;
	struct match match;
	struct arena arena = {0};
	struct err err = {0};
	struct str file;

	make(&m, text, t);
	struct tx *tx = db_read(f->db);
	if (!find_one(tx, &arena, LEVEL_INSTANCE, str_of(m.study),
	    str_of(m.series), str_of(m.sop), &match))
		fail_msg("round %lld: %s is gone", (long long)t->round, m.sop);
	db_end(tx);
	assert_true(archive_whole(f->archive, &arena, &match.instance, &file,
	    &err));
	assert_true(str_ends(file, made_bytes(&arena, &m)));
	arena_end(&arena);
}

static void what_was_said_is_there(void **state)
{
	static struct told told[MOST];
	struct shelf_fixture *f = *state;
	const char *asked = getenv("RIBBLE_KILLS");
	int64_t kills = 40;
	size_t all = 0;

	if (asked)
		assert_true(str_int(str_of(asked), &kills));
	for (int64_t round = 0; round < kills; round++) {
		unsigned chance;
		archive_close(f->archive);
		db_close(f->db);
		outside_random(&chance, sizeof(chance));
		size_t n = kill_one(f, round, told, 1000 + chance % 60000);
		f->db = place_open(f->place.where);
		must_open(f);
		for (size_t i = 0; i < n; i++)
			must_be_there(f, &told[i]);
		if (round % 10 == 9 || round + 1 == kills)
			must_verify(f->archive);
		all += n;
	}
	assert_int_equal(count_of(f->db, "select sum(instances_n) from study"),
	    count_of(f->db, "select count(*) from instance"));
	assert_int_equal(count_of(f->db, "select instances from archive_total"),
	    count_of(f->db, "select count(*) from instance"));
	assert_true((size_t)count_of(f->db,
	    "select count(*) from instance") >= all);
	print_message("# %zu instances in %lld kills\n", all,
	    (long long)kills);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(what_was_said_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
