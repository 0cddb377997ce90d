/* SPDX-License-Identifier: MIT */
/* dm01.c: the monthly return of one provider, by test and by commissioner. */
#include "measures.h"

#define RETURN_ROWS 2000

/* Commissioner 0, the total, comes first within each test. */
#define X(name, sentence) ", t." #name
static const char ask_return[] =
    "select t.test, c.code, c.name"
#include "tally.def"
    " from tally t left join commissioner c on c.id = t.commissioner "
    "where t.source = $1 and t.grain = 'M' and t.org = $2 "
    "and t.test between 1 and 15 and t.site = 0 and t.period = $3 "
    "order by t.test, t.commissioner limit $4";
#undef X

struct dm01_row *dm01_return(struct tx *tx, struct arena *arena, char source,
    struct str provider, int32_t month_end, size_t *n, struct err *err)
{
	struct dm01_row *list =
	    arena_array(arena, struct dm01_row, RETURN_ROWS);
	struct rows *r = db_ask(tx, ask_return, T(((struct str){&source, 1})),
	    T(provider), I(month_end), I(RETURN_ROWS));

	for (*n = 0; rows_next(r); (*n)++) {
		struct dm01_row *row = &list[*n];
		row->test = (int)rows_int(r, 0);
		row->commissioner = arena_keep(arena, rows_text(r, 1));
		row->commissioner_name = arena_keep(arena, rows_text(r, 2));
		for (int i = 0; i < TALLY_COLUMNS; i++)
			row->tally.n[i] = rows_int(r, i + 3);
	}
	if (!*n)
		fail(err, ERR_MISSING, "nothing is stored of %.*s for %s",
		    STR(provider), day_text(month_end).at);
	return *n ? list : NULL;
}
