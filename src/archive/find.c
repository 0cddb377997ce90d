/* SPDX-License-Identifier: MIT */
/* find.c: a search, row by row.
 *
 * (1) Rows are compared with every key again, here (match.c), so both
 *     databases answer alike.
 * (2) A walk by date goes page by page: whoever stops early pays for a page.
 *     Its series and instances are left joined, so that the last study of a
 *     page is always seen.
 * (3) Keys below the level asked for deepen the walk; of rows that are the
 *     same at the level asked for, the first is given. */
#include "archive/walk.h"

#include <string.h>

#define PAGE_FIRST 256
#define PAGE_MOST 16384

/* Those that go from the newest on, and may be left early. */
static bool is_paged(const struct finding_rows *f)
{
	return f->driver == BY_DATE || f->driver == BY_NAME;
}

static bool read_row(struct finding_rows *f, struct match *m, bool *whole)
{
	struct arena *arena = &f->scratch;
	int column = 3;

	arena_end(arena);
	*m = (struct match){.level = f->ask.level};
	if (!rows_next(f->open))
		return false;
	f->seen += rows_int(f->open, 1) != f->last_id;
	f->last_moment = rows_int(f->open, 0);
	f->last_id = rows_int(f->open, 1);
	/* Most that a sound brings are told by their name alone. */
	*whole = !f->name || key_answers(f->asked,
	    rows_text(f->open, 2), f->ask.fuzzy);
	if (!*whole)
		return true;
	*whole = !rows_null(f->open, column);
	if (!*whole)
		return true;
	column = study_read(f->open, arena, column, &m->study);
	if (f->depth >= LEVEL_SERIES) {
		*whole = !rows_null(f->open, column);
		column = series_read(f->open, arena, column, &m->series);
	}
	if (f->depth == LEVEL_INSTANCE) {
		*whole = *whole && !rows_null(f->open, column);
		instance_read(f->open, arena, column, &m->instance);
	}
	return true;
}

/* The next row of the walk, over the ends of pages and of parts of lists. */
static bool next_row(struct finding_rows *f, struct match *m)
{
	bool whole;

	for (;;) {
		while (f->open && read_row(f, m, &whole))
			if (whole)
				return true;
		f->open = NULL;
		if (db_failed(f->tx, NULL))
			return false;
		if (is_paged(f)) {
			if (f->seen < f->page)
				return false;
			f->page = f->page * 4 > PAGE_MOST ? PAGE_MOST :
			    f->page * 4;
			find_ask_page(f);
		} else if (f->uids.len) {
			find_ask_all(f);
		} else {
			return false;
		}
	}
}

/* DICOM compares texts as they are written; people seldom mean that. */
static bool value_answers(struct finding_rows *f, const struct key_row *row,
    struct str key, struct str value)
{
	if (f->ask.folded && row->kind == KEY_TEXT) {
		key = text_fold(&f->scratch, key);
		value = text_fold(&f->scratch, value);
	}
	return text_answers(&f->scratch, row->kind, key, value, f->ask.fuzzy);
}

static bool answers(struct finding_rows *f, const struct match *m)
{
	for (size_t i = 0; i < f->ask.keys_n; i++) {
		const struct find_key *key = &f->ask.keys[i];
		const struct key_row *row = f->rows_of[i];
		const void *place = (const char *)m + row->value;
		struct str value = *(const struct str *)place;
		if (f->ask.combined && (key->tag == TAG_StudyTime ||
		    key->tag == TAG_StudyDate) &&
		    find_key_of(f, TAG_StudyDate) &&
		    find_key_of(f, TAG_StudyTime)) {
			if (f->last_moment < f->low || f->last_moment > f->high)
				return false;
			continue;
		}
		if (key == f->name)
			continue;
		if (!value_answers(f, row, key->value, value))
			return false;
	}
	return true;
}

/* A set of patients' ids that were given. */
static bool seen_before(struct finding_rows *f, int64_t id)
{
	struct ids_seen *s = &f->patients;
	size_t i;

	if (2 * (s->n + 1) > s->size) {
		struct ids_seen old = *s;
		s->size = old.size ? 2 * old.size : 64;
		s->at = arena_array(f->arena, int64_t, s->size);
		s->n = 0;
		for (size_t j = 0; j < old.size; j++)
			if (old.at[j])
				seen_before(f, old.at[j]);
	}
	i = hash64(&id, sizeof(id)) & (s->size - 1);
	while (s->at[i] && s->at[i] != id)
		i = (i + 1) & (s->size - 1);
	if (s->at[i] == id)
		return true;
	s->at[i] = id;
	s->n++;
	return false;
}

/* Is it the same as what was given before, at the level asked for? */
static bool is_again(struct finding_rows *f, const struct match *m)
{
	int64_t ids[] = {m->study.patient, m->study.id, m->series.id,
	    m->instance.id};
	int64_t id = ids[f->ask.level];

	if (f->ask.level == LEVEL_PATIENT)
		return seen_before(f, id);
	bool again = f->last[f->ask.level] == id;
	f->last[f->ask.level] = id;
	return again;
}

static void count_studies(struct finding_rows *f, struct match *m)
{
	m->studies_n = f->ask.org.len ?
	    db_int(f->tx, "select count(*) from study where patient = $1 "
		"and instances_n > 0 and deleting < 2 and org = $2",
		I(m->study.patient), T(f->ask.org)) :
	    db_int(f->tx, "select count(*) from study where patient = $1 "
		"and instances_n > 0 and deleting < 2",
		I(m->study.patient));
}

bool find_next(struct finding_rows *f, struct match *m)
{
	while (f->left != 0 && next_row(f, m)) {
		if (!answers(f, m) || is_again(f, m))
			continue;
		if (f->skip) {
			f->skip--;
			continue;
		}
		if (f->left > 0)
			f->left--;
		if (f->ask.level == LEVEL_PATIENT)
			count_studies(f, m);
		return true;
	}
	return false;
}

void find_end(struct finding_rows *f)
{
	if (f->open)
		rows_end(f->open);
	f->open = NULL;
	f->left = 0;
	arena_end(&f->scratch);
}

static void end_scratch(void *with)
{
	arena_end(&((struct finding_rows *)with)->scratch);
}

struct finding_rows *find_begin(struct tx *tx, struct arena *arena,
    const struct find_ask *ask, struct err *err)
{
	struct finding_rows *f = arena_new(arena, struct finding_rows);

	f->tx = tx;
	f->arena = arena;
	f->ask = *ask;
	arena_on_end(arena, end_scratch, f);
	f->depth = ask->level < LEVEL_STUDY ? LEVEL_STUDY : ask->level;
	for (size_t i = 0; i < ask->keys_n; i++) {
		f->rows_of[i] = key_row_find(ask->keys[i].tag);
		if (!f->rows_of[i]) {
			fail(err, ERR_INPUT, "%s is not in the index",
			    tag_text(ask->keys[i].tag).at);
			return NULL;
		}
		if (f->rows_of[i]->level > f->depth)
			f->depth = f->rows_of[i]->level;
	}
	f->skip = ask->offset;
	f->left = ask->limit > 0 ? ask->limit : -1;
	f->name = find_key_of(f, TAG_PatientName);
	if (f->name)
		f->asked = name_key(arena, f->name->value);
	find_choose(f);
	find_bounds(f);
	f->exact = find_is_exact(f);
	if (!is_paged(f)) {
		find_ask_all(f);
		return f;
	}
	f->page = f->exact && f->left > 0 ? f->left + f->skip : PAGE_FIRST;
	f->last_moment = f->high;
	f->last_id = INT64_MAX;
	find_ask_page(f);
	return f;
}

bool find_one(struct tx *tx, struct arena *arena, enum level level,
    struct str study_uid, struct str series_uid, struct str sop_instance,
    struct match *m)
{
	struct find_ask ask = {.level = level, .limit = 1};
	const struct find_key keys[] = {{TAG_StudyInstanceUID, study_uid},
	    {TAG_SeriesInstanceUID, series_uid},
	    {TAG_SOPInstanceUID, sop_instance}};
	struct arena own = {0};

	for (size_t i = 0; i < 3; i++)
		if (keys[i].value.len)
			ask.keys[ask.keys_n++] = keys[i];
	struct finding_rows *f = find_begin(tx, &own, &ask, NULL);
	bool found = f && find_next(f, m);
	if (found)
		match_keep(arena, m);
	if (f)
		find_end(f);
	arena_end(&own);
	return found;
}
