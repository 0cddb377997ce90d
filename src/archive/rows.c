/* SPDX-License-Identifier: MIT */
/* rows.c: what the tables hold, as find.h tells it: for each level the columns
 * and their reader, in the same order. */
#include "archive/inside.h"

const char study_columns[] =
    "s.id, s.patient, s.uid, s.org, s.patient_id, s.issuer, s.patient_name, "
    "s.birth_date, s.sex, s.date, s.time, s.accession, s.accession_issuer, "
    "s.study_id, s.description, s.referrer, s.modalities, s.series_n, "
    "s.instances_n, s.size, s.began_at, s.changed_at, s.pathway, s.findings, "
    "s.sealed, s.held, s.deleting";
const char series_columns[] =
    "r.id, r.uid, r.modality, r.number, r.description, r.body_part, "
    "r.laterality, r.date, r.time, r.station, r.institution, "
    "r.manufacturer, r.performed_step, r.protocol, r.instances_n";
const char instance_columns[] =
    "i.study, i.id, i.series, i.uid, i.sop_class, i.syntax_uid, i.number, "
    "i.rows_n, i.columns_n, i.frames_n, i.bits_n, i.at, i.size, "
    "i.head_size, i.kept_at, i.hash";

#define INT rows_int(rows, c++)
#define TEXT arena_keep(arena, rows_text(rows, c++))

int study_read(struct rows *rows, struct arena *arena, int c, struct study *s)
{
	*s = (struct study){0};
	s->id = INT;
	s->patient = INT;
	s->uid = TEXT;
	s->org = TEXT;
	s->patient_id = TEXT;
	s->issuer = TEXT;
	s->patient_name = TEXT;
	s->birth_date = TEXT;
	s->sex = TEXT;
	s->date = TEXT;
	s->time = TEXT;
	s->accession = TEXT;
	s->accession_issuer = TEXT;
	s->study_id = TEXT;
	s->description = TEXT;
	s->referrer = TEXT;
	s->modalities = TEXT;
	s->series_n = INT;
	s->instances_n = INT;
	s->size = INT;
	s->began_at = INT;
	s->changed_at = INT;
	s->pathway = INT;
	s->findings = INT;
	s->sealed = INT != 0;
	s->held = INT != 0;
	s->deleting = INT != 0;
	return c;
}

int series_read(struct rows *rows, struct arena *arena, int c, struct series *s)
{
	*s = (struct series){0};
	s->id = INT;
	s->uid = TEXT;
	s->modality = TEXT;
	s->number = TEXT;
	s->description = TEXT;
	s->body_part = TEXT;
	s->laterality = TEXT;
	s->date = TEXT;
	s->time = TEXT;
	s->station = TEXT;
	s->institution = TEXT;
	s->manufacturer = TEXT;
	s->performed_step = TEXT;
	s->protocol = TEXT;
	s->instances_n = INT;
	return c;
}

int instance_read(struct rows *rows, struct arena *arena, int c,
    struct instance *i)
{
	*i = (struct instance){0};
	i->study = INT;
	i->id = INT;
	i->series = INT;
	i->uid = TEXT;
	i->sop_class = TEXT;
	i->syntax_uid = TEXT;
	i->number = TEXT;
	i->rows = INT;
	i->columns = INT;
	i->frames = INT;
	i->bits = INT;
	i->at = INT;
	i->size = INT;
	i->head_size = INT;
	i->kept_at = INT;
	i->hash = TEXT;
	return c;
}

bool study_at(struct tx *tx, struct arena *arena, int64_t id, struct match *m)
{
	struct query q;

	*m = (struct match){.level = LEVEL_STUDY};
	query_begin(&q, tx, "select ");
	query_text(&q, study_columns);
	query_add(&q, " from study s where s.id = $", I(id));
	struct rows *rows = query_ask(tx, &q);
	bool found = rows_next(rows);
	if (found)
		study_read(rows, arena, 0, &m->study);
	rows_end(rows);
	return found;
}

void match_keep(struct arena *arena, struct match *m)
{
	struct study *s = &m->study;
	struct series *r = &m->series;
	struct instance *i = &m->instance;
	struct str *texts[] = {&s->uid, &s->org, &s->patient_id, &s->issuer,
	    &s->patient_name, &s->birth_date, &s->sex, &s->date, &s->time,
	    &s->accession, &s->accession_issuer, &s->study_id,
	    &s->description, &s->referrer, &s->modalities, &r->uid,
	    &r->modality, &r->number, &r->description, &r->body_part,
	    &r->laterality, &r->date, &r->time, &r->station, &r->institution,
	    &r->manufacturer, &r->performed_step, &r->protocol, &i->uid,
	    &i->sop_class, &i->syntax_uid, &i->number, &i->hash};

	for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++)
		*texts[n] = arena_keep(arena, *texts[n]);
}

void study_match(struct tx *tx, int64_t study, int64_t pathway)
{
	db_run(tx, "update study set pathway = $2 where id = $1", I(study),
	    I(pathway));
}
