/* SPDX-License-Identifier: MIT */
/* list.c: submissions and their rows, as they are asked for. */
#include "kinds.h"

#include <string.h>

#define COLUMNS \
	"select id, kind, sender, period_from, period_to, name, sha256, size, " \
	"how, received_at, state, reason, rows_all, rows_good, rows_bad, " \
	"coalesce(replaced_by, 0) from submission"

void submission_read(struct rows *r, struct arena *arena, struct submission *s)
{
	struct str sha256 = rows_text(r, 6);

	*s = (struct submission){
	    .id = rows_int(r, 0),
	    .kind = arena_keep(arena, rows_text(r, 1)),
	    .sender = arena_keep(arena, rows_text(r, 2)),
	    .from = rows_day(r, 3),
	    .to = rows_day(r, 4),
	    .name = arena_keep(arena, rows_text(r, 5)),
	    .size = rows_int(r, 7),
	    .how = arena_keep(arena, rows_text(r, 8)),
	    .received_at = rows_time(r, 9),
	    .state = (enum submission_state)rows_int(r, 10),
	    .reason = arena_keep(arena, rows_text(r, 11)),
	    .rows = rows_int(r, 12),
	    .good = rows_int(r, 13),
	    .bad = rows_int(r, 14),
	    .replaced_by = rows_int(r, 15),
	};
	memcpy(s->sha256.at, sha256.at, sha256.len < 64 ? sha256.len : 64);
}

/* What came before that one: earlier, or at the same moment but made before. */
static void narrow_page(struct query *q, struct tx *tx, int64_t id)
{
	int64_t at = db_int(
	    tx, "select received_at from submission where id = $1", I(id));

	query_add(q, " and received_at <= $", I(at));
	query_add(q, " and (received_at < $", I(at));
	query_add(q, " or id < $)", I(id));
}

struct rows *submissions_ask(struct tx *tx, const struct submission_filter *f)
{
	struct query q;

	query_begin(&q, tx, COLUMNS " where 1 = 1");
	if (f->kind.len)
		query_add(&q, " and kind = $", T(f->kind));
	if (f->org.len)
		query_add(&q, " and sender = $", T(f->org));
	if (f->state)
		query_add(&q, " and state = $", I(f->state));
	if (f->before_id)
		narrow_page(&q, tx, f->before_id);
	query_text(&q, " order by received_at desc, id desc");
	query_add(&q, " limit $", I(f->limit));
	return query_ask(tx, &q);
}

bool submission_find(struct tx *tx, struct arena *arena, int64_t id,
    struct submission *s, struct err *err)
{
	struct rows *r = db_ask(tx, COLUMNS " where id = $1", I(id));

	if (!rows_next(r))
		return fail(err, ERR_MISSING, "there is no submission %lld",
		    (long long)id);
	submission_read(r, arena, s);
	rows_end(r);
	return true;
}

struct rows *submission_notices(struct tx *tx, int64_t id)
{
	return db_ask(tx,
	    "select bucket, words, rows_in from submission_notice "
	    "where submission = $1 order by n",
	    I(id));
}

struct rows *quarantine_ask(struct tx *tx, int64_t submission)
{
	return db_ask(tx,
	    "select id, line, field, reason, row_text, corrected, state, who, "
	    "why, settled_at from quarantine where submission = $1 "
	    "order by line, id limit 10000",
	    I(submission));
}

int64_t quarantine_open(struct tx *tx, int64_t submission)
{
	return db_int(tx,
	    "select count(*) from quarantine where submission = $1 "
	    "and state = 'open'",
	    I(submission));
}
