/* SPDX-License-Identifier: MIT */
/* test_spool.c: what goes in comes out, in memory, in the file, and across
 * the edge; a limit is a limit; nothing is left in the folder. */
#include "core/spool.c"

#include "test.h"

#include <dirent.h>

static char folder[] = "/tmp/ribble-spool-XXXXXX";

static int files_in_folder(void)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static char byte_at(size_t i)
{
	return (char)(i * 2654435761u >> 13);
}

/* n bytes by additions of `each`, of which some go straight into its room. */
static void fill(struct spool *spool, size_t n, size_t each)
{
	char part[5000];
	struct err err = {0};

	assert_true(each <= sizeof(part));
	for (size_t done = 0, turn = 0; done < n; turn++) {
		size_t some = n - done < each ? n - done : each;
		char *at = turn % 3 ? spool_room(spool, some) : NULL;
		char *to = at ? at : part;
		for (size_t i = 0; i < some; i++)
			to[i] = byte_at(done + i);
		if (at)
			spool_grew(spool, some);
		else
			assert_true(spool_add(spool,
			    (struct str){part, some}, &err));
		done += some;
	}
	assert_int_equal(err.kind, ERR_NONE);
	assert_int_equal(spool->size, n);
}

static void check_read(const struct spool *spool, size_t at, size_t n)
{
	static char got[200000];
	struct err err = {0};
	size_t left = (size_t)spool->size > at ? (size_t)spool->size - at : 0;
	size_t expected = n < left ? n : left;

	assert_int_equal(spool_read(spool, (int64_t)at, got, n, &err),
	    expected);
	for (size_t i = 0; i < expected; i++)
		if (got[i] != byte_at(at + i))
			fail_msg("byte %zu differs", at + i);
}

static void round_trip(size_t most, size_t n, size_t each)
{
	struct spool spool;

	spool_begin(&spool, folder, most, INT64_C(1) << 40);
	for (int again = 0; again < 2; again++) {
		fill(&spool, n, each);
		assert_true(spool.len <= most);
		assert_true(spool.room <= most);
		assert_int_equal(spool_head(&spool).len, spool.len);
		assert_int_equal(spool.fd >= 0, n > spool.len);
		check_read(&spool, 0, n);
		check_read(&spool, n / 3, n);
		check_read(&spool, n, 1);
		if (spool.len > 2)
			check_read(&spool, spool.len - 2, 5);
		assert_int_equal(files_in_folder(), 0);
		spool_clear(&spool);
		assert_int_equal(spool.size, 0);
	}
	spool_end(&spool);
	assert_null(spool.at);
}

static void test_in_memory_and_in_the_file(void **state)
{
	static const size_t most[] = {0, 1, 1000, 65536, 70000, 1 << 20};
	static const size_t sizes[] = {0, 1, 999, 1000, 1001, 65536, 65537,
	    150000};

	(void)state;
	for (size_t m = 0; m < 6; m++)
		for (size_t s = 0; s < 8; s++) {
			round_trip(most[m], sizes[s], 700);
			round_trip(most[m], sizes[s], 5000);
		}
}

static void test_limit(void **state)
{
	struct spool spool;
	struct err err = {0};

	(void)state;
	spool_begin(&spool, folder, 1000, 1500);
	fill(&spool, 1400, 700);
	assert_null(spool_room(&spool, 101));
	assert_false(spool_add(&spool, (struct str){folder, 101}, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_int_equal(spool.size, 1400);
	err = (struct err){0};
	assert_true(spool_add(&spool, (struct str){folder, 20}, &err));
	spool_end(&spool);
}

static void test_once_in_the_file_nothing_goes_to_memory(void **state)
{
	char many[200] = "";
	struct spool spool;
	struct err err = {0};

	(void)state;
	spool_begin(&spool, folder, 100, 10000);
	assert_true(spool_add(&spool, (struct str){folder, 20}, &err));
	assert_non_null(spool_room(&spool, 80));
	assert_true(spool_add(&spool, (struct str){many, 200}, &err));
	assert_true(spool.fd >= 0);
	assert_null(spool_room(&spool, 1));
	spool_end(&spool);
}

static void test_no_folder(void **state)
{
	struct spool spool;
	struct err err = {0};

	(void)state;
	spool_begin(&spool, "/nowhere/at/all", 10, 1000);
	assert_true(spool_add(&spool, S("0123456789"), &err));
	assert_false(spool_add(&spool, S("x"), &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_int_equal(spool.size, 10);
	spool_end(&spool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_in_memory_and_in_the_file),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_once_in_the_file_nothing_goes_to_memory),
	    cmocka_unit_test(test_no_folder),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
