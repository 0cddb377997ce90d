/* SPDX-License-Identifier: MIT */
/* test_pool.c: many threads, few connections: everyone's turn comes, nothing
 * is lost, and waiting for oneself is noticed. */
#include "place.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define TURNS 60

static void *count_up(void *with)
{
	struct db *db = with;

	for (int i = 0; i < TURNS; i++) {
		struct tx *tx = db_begin(db);
		db_run(tx, "update kept set value = value + 1 "
		    "where name = 'n'");
		if (i % 5 == 4) {
			db_end(tx);
			continue;
		}
		must_commit(tx);
	}
	return NULL;
}

static atomic_bool stop;

static void *look_on(void *with)
{
	struct db *db = with;
	int64_t last = 0;

	while (!atomic_load(&stop)) {
		struct tx *tx = db_read(db);
		int64_t n = db_int(tx, "select value from kept");
		assert_true(n >= last);
		for (int i = 0; i < 3; i++)
			assert_true(db_int(tx, "select value from kept") == n);
		last = n;
		must_not_fail(tx);
		db_end(tx);
	}
	return NULL;
}

static void no_turn_is_lost(struct db *db)
{
	pthread_t writers[THREADS], readers[THREADS];

	struct tx *tx = db_begin(db);
	db_run(tx, "insert into kept values ('n', 0)");
	must_commit(tx);
	stop = false;
	for (int i = 0; i < THREADS; i++) {
		pthread_create(&writers[i], NULL, count_up, db);
		pthread_create(&readers[i], NULL, look_on, db);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(writers[i], NULL);
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(readers[i], NULL);
	tx = db_read(db);
	assert_int_equal(db_int(tx, "select value from kept"),
	    THREADS * (TURNS - TURNS / 5));
	db_end(tx);
}

static void on_the_place(void **state)
{
	no_turn_is_lost(fixture_db(state));
}

static void in_memory(void **state)
{
	struct db *db = place_open(":memory:");

	(void)state;
	no_turn_is_lost(db);
	db_close(db);
}

static void waiting_for_oneself_is_noticed(void **state)
{
	int status;

	(void)state;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		close(STDERR_FILENO); /* assert's words are expected */
		signal(SIGABRT, SIG_DFL);
		struct db *db = place_open(":memory:");
		db_begin(db);
		db_begin(db);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waiting_for_oneself_is_noticed),
	    with_place(on_the_place),
	    cmocka_unit_test(in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
