/* SPDX-License-Identifier: MIT */
/* migrations.c: old archives: what is brought over, what is left, what failed
 * and why. */
#include "doors/web/words.h"
#include "migration/migration.h"

const struct column old_archives_columns[] = {
    {"id", COL_ID, "its number"}, {"name", COL_TEXT, "for people"},
    {"org", COL_TEXT, "trust whose studies they are"},
    {"how", COL_TEXT, "get, move or web"},
    {"dest", COL_TEXT, "AE title, or name of a web destination"},
    {"from_date", COL_TEXT, "the oldest Study Date wanted, YYYYMMDD"},
    {"surveyed_to", COL_TEXT, "days from this one on are known, YYYYMMDD"},
    {"day_kib_s", COL_INT, "rate by day; 0: only what is asked for"},
    {"night_kib_s", COL_INT, "rate at other times; the same"},
    {"day_from", COL_INT, "minute at which the day begins"},
    {"day_to", COL_INT, "minute at which it ends"},
    {"again_days", COL_INT, "so many days back are asked about again each day"},
    {"active", COL_BOOL, "it is at work"},
    {"trouble", COL_TEXT, "of the archive as a whole"},
    {"found", COL_INT, "studies known and not yet here"},
    {"fetching", COL_INT, "studies on their way"},
    {"done", COL_INT, "studies here and proven whole"},
    {"differs", COL_INT, "studies that came, but not all of them"},
    {"failed", COL_INT, "studies that could not be had"},
    {"instances", COL_INT, "here"}, {"size", COL_INT, "bytes of those"},
    {NULL, COL_TEXT, NULL}};

static void put_old(struct table *t, struct tx *tx,
    const struct old_archive *o)
{
	struct old_counts c = old_archive_counts(tx, o->id);
	const int64_t counts[] = {c.found, c.fetching, c.done, c.differs,
	    c.failed, c.instances, c.size};

	table_int(t, o->id);
	table_text(t, o->name);
	table_text(t, o->org);
	table_text(t, o->how);
	table_text(t, o->dest);
	table_text(t, o->from_date);
	table_text(t, o->surveyed_to);
	table_int(t, o->day_kib_s);
	table_int(t, o->night_kib_s);
	table_int(t, o->day_from);
	table_int(t, o->day_to);
	table_int(t, o->again_days);
	table_bool(t, o->active);
	table_text(t, o->trouble);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		table_int(t, counts[i]);
}

void old_archives_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t =
	    answer_table(a, S("Old archives"), S(""), old_archives_columns, 0);
	struct rows *r = old_archives_each(tx);

	while (rows_next(r)) {
		struct old_archive old;
		old_archive_read(r, q->arena, &old);
		put_old(t, tx, &old);
	}
	answer_read(a, tx);
}

void old_archive_post(struct request *q, struct answer *a)
{
	struct old_archive old = {.id = ask_int(q, "id"),
	    .name = ask_text(q, "name"),
	    .org = ask_text(q, "org"),
	    .how = ask_text(q, "how"),
	    .dest = ask_text(q, "dest"),
	    .from_date = ask_text(q, "from_date"),
	    .day_kib_s = ask_int(q, "day_kib_s"),
	    .night_kib_s = ask_int(q, "night_kib_s"),
	    .day_from = ask_int(q, "day_from"),
	    .day_to = ask_int(q, "day_to"),
	    .again_days = ask_int(q, "again_days"),
	    .active = ask_flag(q, "active")};
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = ask_org(q, tx, &old.org, &err) &&
	    old_archive_keep(
		tx, &old, ask_text(q, "by"), ask_text(q, "reason"), &err);

	answer_settled(a, tx, ok, &err, S("set"));
}

const struct column old_studies_columns[] = {
    {"id", COL_ID, "its number in the ledger"},
    {"uid", COL_TEXT, "Study Instance UID"},
    {"patient_id", COL_TEXT, "as the old archive says"},
    {"accession", COL_TEXT, "the same"}, {"date", COL_TEXT, "YYYYMMDD"},
    {"modalities", COL_TEXT, "the same"},
    {"state", COL_TEXT, "found, fetching, done, differs, failed"},
    {"priority", COL_INT, "0 asked for, 1 prior, 5 in turn"},
    {"there", COL_INT, "instances that the old archive names"},
    {"here", COL_INT, "of these, here"},
    {"there_hash", COL_TEXT, "SHA-256 of their UIDs there"},
    {"here_hash", COL_TEXT, "SHA-256 of those of them that are here"},
    {"size", COL_INT, "bytes here"}, {"attempts", COL_INT, "so far"},
    {"done_at", COL_TIME, "when it was proven whole"},
    {"trouble", COL_TEXT, "the last failure"}, {NULL, COL_TEXT, NULL}};

static void put_study(struct table *t, const struct old_study *s)
{
	table_int(t, s->id);
	table_text(t, s->uid);
	table_text(t, s->patient_id);
	table_text(t, s->accession);
	table_text(t, s->date);
	table_text(t, s->modalities);
	table_text(t, s->state);
	table_int(t, s->priority);
	table_int(t, s->there);
	table_int(t, s->here);
	table_text(t, s->there_hash);
	table_text(t, s->here_hash);
	table_int(t, s->size);
	table_int(t, s->attempts);
	table_time(t, s->done_at);
	table_text(t, s->trouble);
}

void old_studies_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Studies of an old archive"), S(""), old_studies_columns, 0);
	struct rows *r = old_studies_each(tx, ask_int(q, "id"),
	    ask_text(q, "state"), ask_int(q, "after"), ask_int(q, "limit"));

	while (rows_next(r)) {
		struct old_study study;
		old_study_read(r, q->arena, &study);
		put_study(t, &study);
	}
	answer_read(a, tx);
}

void old_study_want_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok =
	    old_study_want(tx, ask_int(q, "id"), ask_text(q, "by"), &err);

	answer_settled(a, tx, ok, &err, S("wanted"));
}

void old_patient_want_post(struct request *q, struct answer *a)
{
	struct tx *tx = db_begin(q->house->db);
	int64_t n = old_patient_want(tx, ask_text(q, "org"),
	    ask_text(q, "patient"), 0);
	struct json *j = answer_json(a);

	json_object(j);
	json_put_text(j, "state", S("wanted"));
	json_put_int(j, "studies", n);
	json_object_end(j);
	answer_commit(a, tx);
}
