/* SPDX-License-Identifier: MIT */
/* Whose appointments fall into a span: open requests alone, from its first
 * moment and before its last. */
#include "pathway/read.c"

#include "store/place.h"

static void put(struct db *db, int64_t id, const char *patient, int64_t at,
    bool open)
{
	struct tx *tx = db_begin(db);

	db_run(tx,
	    "insert into pathway (id, provider, accession, patient, test, site, "
	    "state, appointment_at, list, open) "
	    "values ($1, 'RXN', $2, $2, 1, 0, 1, $3, 1, $4)",
	    I(id), T(str_of(patient)), val_time(at), I(open));
	must_commit(tx);
}

static void only_the_open_and_in_time(void **state)
{
	struct db *db = fixture_db(state);
	int n = 0;

	put(db, 1, "before", 99, true);
	put(db, 2, "first", 100, true);
	put(db, 3, "within", 150, true);
	put(db, 4, "done", 150, false);
	put(db, 5, "after", 200, true);
	put(db, 6, "none", NO_TIME, true);
	struct tx *tx = db_read(db);
	struct rows *r = pathway_booked(tx, 100, 200);

	while (rows_next(r)) {
		assert_text(rows_text(r, 0), "RXN");
		n += str_is(rows_text(r, 1), "first") ? 1 :
		    str_is(rows_text(r, 1), "within") ? 10 : 100;
	}
	assert_int_equal(n, 11);
	must_not_fail(tx);
	db_end(tx);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
	    with_place(only_the_open_and_in_time),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
