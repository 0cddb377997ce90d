/* SPDX-License-Identifier: MIT */
/* test_kill.c: a program that is killed while it commits has kept whatever it
 * said it had.  Each child says the numbers that were acknowledged to it; it
 * is then killed at a moment of chance, and what it said must be there. */
#include "place.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 50
#define THREADS 3

static struct db *child_db;
static int child_out;

static void *commit_on(void *with)
{
	int64_t number = (int64_t)(intptr_t)with;

	for (;; number += THREADS) {
		struct tx *tx = db_begin(child_db);
		db_run(tx, "insert into kept (name, value) "
		    "values (cast($1 as text), $1)", I(number));
		journal_add(tx, S("kept"), S("a number"), S("a child"), S(""));
		if (!db_commit(tx, NULL))
			_exit(1);
		if (write(child_out, &number, sizeof(number)) < 0)
			_exit(2);
	}
	return NULL;
}

static void be_a_child(const char *where, int out, int64_t first)
{
	struct err err = {0};
	pthread_t threads[THREADS];

	child_db = db_open(where, 2, &err);
	child_out = out;
	if (!child_db)
		_exit(3);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, commit_on,
		    (void *)(intptr_t)(first + i));
	pause();
	_exit(4);
}

/* The numbers that a child was told are kept. */
static size_t told(const char *where, int64_t first, int64_t *numbers,
    size_t room, unsigned wait_us)
{
	int ends[2], status;
	size_t n = 0;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		be_a_child(where, ends[1], first);
	}
	close(ends[1]);
	/* The first word says that it is well under way. */
	assert_int_equal(read(ends[0], &numbers[n++], 8), 8);
	usleep(wait_us);
	kill(child, SIGKILL);
	while (n < room && read(ends[0], &numbers[n], 8) == 8)
		n++;
	close(ends[0]);
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return n;
}

static void what_was_said_is_there(void **state)
{
	static int64_t numbers[100000];
	struct place_name place = place_new();
	struct err err = {0};
	int64_t first = 0, entries;
	size_t all = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++, first += 1000000) {
		unsigned chance;
		outside_random(&chance, sizeof(chance));
		size_t n = told(place.where, first, numbers, 100000,
		    1000 + chance % 30000);
		struct db *db = place_open(place.where);
		struct tx *tx = db_read(db);
		for (size_t i = 0; i < n; i++)
			if (db_int(tx, "select count(*) from kept where value = $1 "
			    "and name = cast($1 as text)", I(numbers[i])) != 1)
				fail_msg("round %d: %lld of %zu is gone", round,
				    (long long)numbers[i], n);
		must_not_fail(tx);
		db_end(tx);
		if (!journal_check(db, &entries, &err))
			fail_msg("round %d: %s", round, err.text);
		assert_true(entries >= (int64_t)(all += n));
		db_close(db);
	}
	print_message("# %zu numbers in %d rounds\n", all, ROUNDS);
	place_drop(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_said_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
