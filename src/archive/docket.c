/* SPDX-License-Identifier: MIT */
/* docket.c: what waits for a person, and what persons decided.  No more than
 * a page can show is told at once. */
#include "archive/inside.h"

#define INT rows_int(rows, c++)
#define TIME rows_time(rows, c++)
#define TEXT arena_keep(arena, rows_text(rows, c++))

struct rows *conflicts_each(struct tx *tx)
{
	return db_ask(tx, "select c.id, c.found_at, c.uid, c.org, c.sender, "
	    "s.uid, s.patient_name, s.patient_id, s.date, i.kept_at, i.size, "
	    "t.uid, t.patient_name, t.patient_id, t.date, j.kept_at, j.size "
	    "from conflict c "
	    "join study s on s.id = c.first_study "
	    "join instance i on i.study = c.first_study and i.id = c.first "
	    "join study t on t.id = c.second_study "
	    "join instance j on j.study = c.second_study and j.id = c.id "
	    "where c.resolved_at is null order by c.id desc limit 200");
}

static int side_read(struct rows *rows, struct arena *arena, int c,
    struct conflict_side *side)
{
	side->study = TEXT;
	side->patient_name = TEXT;
	side->patient_id = TEXT;
	side->date = TEXT;
	side->kept_at = TIME;
	side->size = INT;
	return c;
}

void conflict_read(struct rows *rows, struct arena *arena,
    struct conflict *found)
{
	int c = 0;

	found->id = INT;
	found->found_at = TIME;
	found->uid = TEXT;
	found->org = TEXT;
	found->sender = TEXT;
	c = side_read(rows, arena, c, &found->first);
	side_read(rows, arena, c, &found->second);
}

bool conflict_instance(struct tx *tx, struct arena *arena, int64_t conflict,
    bool second, struct instance *instance)
{
	struct query q;

	query_begin(&q, tx, "select ");
	query_text(&q, instance_columns);
	query_text(&q, second ?
	    " from conflict c join instance i "
	    "on i.study = c.second_study and i.id = c.id" :
	    " from conflict c join instance i "
	    "on i.study = c.first_study and i.id = c.first");
	query_add(&q, " where c.id = $", I(conflict));
	struct rows *rows = query_ask(tx, &q);
	bool found = rows_next(rows);
	if (found)
		instance_read(rows, arena, 0, instance);
	rows_end(rows);
	return found;
}

struct rows *deletions_each(struct tx *tx)
{
	return db_ask(tx, "select id, uid, org, state, proposed_at, "
	    "proposed_by, why, confirmed_at, confirmed_by, due_at, "
	    "instances_n, size from deletion where state in (1, 2) "
	    "order by id limit 1000");
}

void deletion_read(struct rows *rows, struct arena *arena,
    struct deletion *found)
{
	int c = 0;

	found->id = INT;
	found->study = TEXT;
	found->org = TEXT;
	found->state = INT;
	found->proposed_at = TIME;
	found->proposed_by = TEXT;
	found->why = TEXT;
	found->confirmed_at = TIME;
	found->confirmed_by = TEXT;
	found->due_at = TIME;
	found->instances_n = INT;
	found->size = INT;
}

struct rows *damages_each(struct tx *tx)
{
	return db_ask(tx, "select a.id, a.found_at, s.uid, s.org, i.uid, "
	    "a.what from archive_trouble a join study s on s.id = a.study "
	    "left join instance i on i.study = a.study and i.id = a.instance "
	    "order by a.id desc limit 1000");
}

void damage_read(struct rows *rows, struct arena *arena,
    struct damage *found)
{
	int c = 0;

	found->id = INT;
	found->found_at = TIME;
	found->study = TEXT;
	found->org = TEXT;
	found->instance = TEXT;
	found->what = TEXT;
}

struct rows *retention_each(struct tx *tx)
{
	return db_ask(tx, "select id, name, org, modality, years, "
	    "grace_days, active from retention order by id");
}

void retention_read(struct rows *rows, struct arena *arena,
    struct retention *found)
{
	int c = 0;

	found->id = INT;
	found->name = TEXT;
	found->org = TEXT;
	found->modality = TEXT;
	found->years = INT;
	found->grace_days = INT;
	found->active = INT != 0;
}

bool study_by_uid(struct tx *tx, struct arena *arena, struct str uid,
    struct study *study)
{
	struct query q;

	query_begin(&q, tx, "select ");
	query_text(&q, study_columns);
	query_add(&q, " from study s where s.uid = $", T(uid));
	struct rows *rows = query_ask(tx, &q);
	bool found = rows_next(rows);
	if (found)
		study_read(rows, arena, 0, study);
	rows_end(rows);
	return found;
}

/* The kinds are those of the index journal_decided. */
struct rows *decisions_each(struct tx *tx, struct str study_uid)
{
	return db_ask(tx, "select at, kind, who, detail from journal "
	    "where subject = $1 and kind in ("
	    "'study.hold', 'study.deletion.proposed', "
	    "'study.deletion.confirmed', 'study.deletion.withdrawn', "
	    "'study.deletion.done', 'study.damaged', 'study.mended') "
	    "order by seq limit 1000", T(study_uid));
}

void docket_count(struct tx *tx, struct docket *d)
{
	struct rows *rows = db_ask(tx, "select s.began_at "
	    "from archive_total a join study s on s.id = a.verified");

	d->verified_to = rows_next(rows) ? rows_time(rows, 0) : NO_TIME;
	rows_end(rows);
	d->proposed = db_int(tx, "select count(*) from deletion "
	    "where state in (1, 2) and state = 1");
	d->confirmed = db_int(tx, "select count(*) from deletion "
	    "where state in (1, 2) and state = 2");
	d->troubles = db_int(tx, "select count(*) from archive_trouble");
}
