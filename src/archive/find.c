/* SPDX-License-Identifier: MIT */
/* find.c: a search.
 *
 * One key drives: its index is walked, and no database is left a choice.  In
 * this order: UIDs, patient, accession, name, sounds, and else the studies
 * themselves from the newest, between the dates asked for.  Other columns
 * stand as expressions (`|| ''`, `+ 0`), which no index serves.
 *
 * (1) Rows are compared with every key again, here (match.c), so both
 *     databases answer alike.
 * (2) A walk by date goes page by page: whoever stops early pays for a page.
 *     Its series and instances are left joined, so that the last study of a
 *     page is always seen.
 * (3) Keys below the level asked for deepen the walk; of rows that are the
 *     same at the level asked for, the first is given. */
#include "archive/ask.h"

#include <string.h>

#define PAGE_MOST 16384
#define UIDS_EACH 16   /* in one statement; a longer list is asked in parts */
#define MANY 2000      /* so many of a beginning: rather walk by date */

enum driver { BY_STUDY_UID, BY_INSTANCE_UID, BY_SERIES_UID, BY_CODE, BY_NAME,
	BY_SOUND, BY_DATE };

struct finding_rows {
	struct tx *tx;
	struct arena *arena, scratch; /* scratch: of one row */
	struct find_ask ask;
	const struct key_row *rows_of[48]; /* of each key */
	enum level depth;         /* of the walk */
	enum driver driver;
	const struct find_key *key; /* that drives */
	const struct find_key *name; /* of the patient, or NULL */
	struct str asked;         /* that name, folded */
	struct str uids;          /* not yet asked for */
	bool exact;               /* the database decides alone */
	struct rows *open;
	/* The page of a walk by date: */
	int64_t page, seen, last_moment, last_id, low, high;
	int64_t skip, left;       /* left -1: no limit */
	int64_t last[4];          /* ids given last, by level */
	struct ids_seen { int64_t *at; size_t n, size; } patients;
};

/* What drives. */

static const struct find_key *key_of(const struct finding_rows *f,
    uint32_t tag)
{
	for (size_t i = 0; i < f->ask.keys_n; i++)
		if (f->ask.keys[i].tag == tag)
			return &f->ask.keys[i];
	return NULL;
}

static struct str folded_head(struct finding_rows *f,
    const struct find_key *key, bool *only)
{
	const struct key_row *row = key_row_find(key->tag);
	struct str pattern = row->kind == KEY_NAME ?
	    name_key(f->arena, key->value) : key->value;

	return wild_head(pattern, only);
}

/* A beginning that most have is no help when only the newest are wanted. */
static bool is_common(struct finding_rows *f, const struct find_key *key,
    struct str head)
{
	struct query q;

	if (!f->ask.limit || f->ask.limit + f->ask.offset > 1000)
		return false;
	query_begin(&q, f->tx, "select count(*) from (select 1 from study s "
	    "where ");
	query_text(&q, key_row_find(key->tag)->column);
	query_add(&q, " >= $", B(head));
	query_text(&q, " and ");
	query_text(&q, key_row_find(key->tag)->column);
	query_add(&q, " < $", B(after_all(f->arena, head)));
	query_add(&q, " limit $) as counted", I(MANY));
	struct rows *rows = query_ask(f->tx, &q);
	bool common = rows_next(rows) && rows_int(rows, 0) >= MANY;
	rows_end(rows);
	return common;
}

static bool drives(struct finding_rows *f, uint32_t tag, enum driver driver)
{
	const struct find_key *key = key_of(f, tag);
	bool only;

	if (!key)
		return false;
	if (driver == BY_CODE || driver == BY_NAME) {
		struct str head = folded_head(f, key, &only);
		if (!head.len || (is_wild(key->value) &&
		    is_common(f, key, head)))
			return false;
	}
	f->driver = driver;
	f->key = key;
	if (driver <= BY_SERIES_UID)
		f->uids = key->value;
	return true;
}

/* By its sounds, when any word of it has one. */
static bool sounds_drive(struct finding_rows *f)
{
	const struct find_key *key = key_of(f, TAG_PatientName);
	struct str words[16];

	if (!key || !f->ask.fuzzy ||
	    !name_words(f->arena, key->value, words, 16))
		return false;
	f->driver = BY_SOUND;
	f->key = key;
	return true;
}

static void choose(struct finding_rows *f)
{
	if (drives(f, TAG_StudyInstanceUID, BY_STUDY_UID) ||
	    drives(f, TAG_SOPInstanceUID, BY_INSTANCE_UID) ||
	    drives(f, TAG_SeriesInstanceUID, BY_SERIES_UID) ||
	    drives(f, TAG_PatientID, BY_CODE) ||
	    drives(f, TAG_AccessionNumber, BY_CODE) || sounds_drive(f) ||
	    (!f->ask.fuzzy && drives(f, TAG_PatientName, BY_NAME)))
		return;
	f->driver = BY_DATE;
	f->key = key_of(f, TAG_StudyDate);
}

/* Dates. */

static void set_bounds(struct finding_rows *f)
{
	const struct find_key *date = key_of(f, TAG_StudyDate);
	const struct find_key *time = key_of(f, TAG_StudyTime);
	struct range r;

	f->low = NO_MOMENT;
	f->high = INT64_MAX;
	if (!date)
		return;
	r = date_range(date->value);
	f->low = r.first > INT32_MIN + 1 ? r.first * US_PER_DAY : NO_MOMENT + 1;
	f->high = r.last < INT32_MAX ? (r.last + 1) * US_PER_DAY - 1 :
	    INT64_MAX;
	if (!f->ask.combined || !time)
		return;
	struct range t = time_range(time->value);
	if (f->low > NO_MOMENT + 1)
		f->low += t.first;
	if (f->high < INT64_MAX)
		f->high -= US_PER_DAY - 1 - t.last;
}

/* Can the database alone tell which rows are meant? */
static bool is_exact(const struct finding_rows *f)
{
	bool only;

	if (f->ask.level == LEVEL_PATIENT)
		return false;
	for (size_t i = 0; i < f->ask.keys_n; i++) {
		const struct find_key *key = &f->ask.keys[i];
		if (key->tag == TAG_StudyDate || key == f->key)
			continue;
		return false;
	}
	if (f->driver == BY_CODE || f->driver == BY_NAME) {
		wild_head(f->key->value, &only);
		return only;
	}
	return f->driver == BY_DATE && f->depth == LEVEL_STUDY;
}

/* Statements. */

static void add_beginning(struct finding_rows *f, struct query *q)
{
	const struct key_row *row = key_row_find(f->key->tag);
	bool only;
	struct str head = folded_head(f, f->key, &only);

	query_text(q, " and ");
	query_text(q, row->column);
	if (!is_wild(f->key->value) && row->kind == KEY_CODE) {
		query_add(q, " = $", B(f->key->value));
		return;
	}
	query_add(q, " >= $", B(head));
	query_text(q, " and ");
	query_text(q, row->column);
	query_add(q, " < $", B(after_all(f->arena, head)));
}

static struct str word_of(struct finding_rows *f, struct str word)
{
	return arena_printf(f->arena, "=%.*s",
	    (int)(word.len < 40 ? word.len : 40), word.at);
}

/* Of the words asked, the one that the fewest studies have. */
static struct str rarest(struct finding_rows *f)
{
	struct str words[16], best = S("");
	size_t n = name_words(f->arena, f->key->value, words, 16);
	int64_t fewest = INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		struct str word = word_of(f, words[i]);
		int64_t times = n == 1 ? 0 : db_int(f->tx,
		    "select count(*) from (select 1 from study_word "
		    "where word >= $1 and word < $2 limit 2000) as some",
		    B(word), B(after_all(f->arena, word)));
		if (times < fewest) {
			fewest = times;
			best = words[i];
		}
	}
	return best;
}

static void add_sounds(struct finding_rows *f, struct query *q)
{
	struct str best = rarest(f), word = word_of(f, best);
	struct sound sound = word_sound(best);

	query_add(q, " and s.id in (select study from study_word "
	    "where word >= $", B(word));
	query_add(q, " and word < $", B(after_all(f->arena, word)));
	query_add(q, " union select study from study_word where word = $)",
	    B(arena_printf(f->arena, "~%s", sound.at)));
}

static struct str next_uid(struct finding_rows *f)
{
	return str_trim(str_cut(&f->uids, '\\'));
}

/* As many as one statement takes; the last is said again to fill it, so that
 * there are two statements and not as many as there are lists. */
static void add_uids(struct finding_rows *f, struct query *q)
{
	const struct key_row *row = key_row_find(f->key->tag);
	bool hashed = f->driver != BY_STUDY_UID;
	bool many = f->uids.len && memchr(f->uids.at, '\\', f->uids.len);
	struct str uid = S("");

	query_text(q, " and ");
	query_text(q, row->column);
	for (int i = 0; i < (many ? UIDS_EACH : 1); i++) {
		if (f->uids.len)
			uid = next_uid(f);
		struct val val = hashed ?
		    I((int64_t)hash64(uid.at, uid.len)) : T(uid);
		query_add(q, i ? ", $" : " in ($", val);
	}
	query_text(q, ")");
}

static void add_scope(struct finding_rows *f, struct query *q)
{
	query_text(q, " and s.instances_n > 0");
	if (f->ask.org.len)
		query_add(q, " and s.org = $", T(f->ask.org));
	if (f->ask.unmatched)
		query_text(q, " and s.pathway = 0");
	if (!f->ask.deleted_too)
		query_text(q, " and s.deleting < 2");
}

/* What text like "CT\SR" must at least hold: spares most rows the way here. */
static void add_modality(struct finding_rows *f, struct query *q)
{
	const struct find_key *key = key_of(f, TAG_ModalitiesInStudy);

	if (key && !is_wild(key->value) &&
	    !memchr(key->value.at, '%', key->value.len) &&
	    !memchr(key->value.at, '\\', key->value.len))
		query_add(q, " and s.modalities like $",
		    T(arena_printf(f->arena, "%%%.*s%%", STR(key->value))));
}

static void add_columns(struct finding_rows *f, struct query *q)
{
	query_begin(q, f->tx, "select s.moment, s.id, s.name_key, ");
	query_text(q, study_columns);
	if (f->depth >= LEVEL_SERIES) {
		query_text(q, ", ");
		query_text(q, series_columns);
	}
	if (f->depth == LEVEL_INSTANCE) {
		query_text(q, ", ");
		query_text(q, instance_columns);
	}
}

/* Of a walk by date.  "= true" keeps SQLite from the index of names, and means
 * nothing to PostgreSQL. */
static void add_name(struct finding_rows *f, struct query *q)
{
	const struct find_key *key = key_of(f, TAG_PatientName);
	struct str head;
	bool only;

	if (!key || f->ask.fuzzy)
		return;
	head = folded_head(f, key, &only);
	if (!head.len)
		return;
	query_add(q, " and (s.name_key >= $) = true", B(head));
	query_add(q, " and (s.name_key < $) = true",
	    B(after_all(f->arena, head)));
}

static void add_newest(struct finding_rows *f, struct query *q)
{
	query_add(q, " from study s where s.moment >= $", I(f->low));
	query_add(q, " and (s.moment, s.id) < ($", I(f->last_moment));
	query_add(q, ", $)", I(f->last_id));
	add_scope(f, q);
	add_name(f, q);
	add_modality(f, q);
	query_add(q, " order by s.moment desc, s.id desc limit $",
	    I(f->page));
	if (f->exact && f->skip) {
		query_add(q, " offset $", I(f->skip));
		f->skip = 0;
	}
}

/* The next page of a walk by date. */
static void ask_page(struct finding_rows *f)
{
	struct query q;

	f->seen = 0;
	add_columns(f, &q);
	if (f->depth == LEVEL_STUDY) {
		add_newest(f, &q);
		f->open = query_ask(f->tx, &q);
		return;
	}
	query_text(&q, " from (select *");
	add_newest(f, &q);
	query_text(&q, ") s left join series r on r.study = s.id "
	    "and r.instances_n > 0");
	if (f->depth == LEVEL_INSTANCE)
		query_text(&q, " left join instance i on i.study = s.id "
		    "and i.series = r.id and i.aside = 0");
	query_text(&q, " order by s.moment desc, s.id desc, r.number_n, r.id");
	if (f->depth == LEVEL_INSTANCE)
		query_text(&q, ", i.number_n, i.id");
	f->open = query_ask(f->tx, &q);
}

static void add_tables(struct finding_rows *f, struct query *q)
{
	static const char *const from[][3] = {
	    {" from study s where 1 = 1",
		" from study s cross join series r where r.study = s.id",
		" from study s cross join series r cross join instance i "
		"where r.study = s.id and i.study = s.id and i.series = r.id"},
	    {NULL,
		" from series r cross join study s where s.id = r.study",
		" from series r cross join study s cross join instance i "
		"where s.id = r.study and i.study = r.study "
		"and i.series = r.id"},
	    {NULL, NULL,
		" from instance i cross join study s cross join series r "
		"where s.id = i.study and r.study = i.study "
		"and r.id = i.series"}};
	int first = f->driver == BY_SERIES_UID ? 1 :
	    f->driver == BY_INSTANCE_UID ? 2 : 0;
	int depth = f->depth == LEVEL_INSTANCE ? 2 :
	    f->depth == LEVEL_SERIES ? 1 : 0;

	query_text(q, from[first][depth]);
}

/* UIDs of levels below the one that drives. */
static void add_lower(struct finding_rows *f, struct query *q)
{
	static const struct {
		uint32_t tag;
		const char *column;
	} lower[] = {{TAG_SeriesInstanceUID, " and r.uid_hash + 0 = $"},
	    {TAG_SOPInstanceUID, " and i.uid_hash + 0 = $"}};

	for (size_t i = 0; i < 2; i++) {
		const struct find_key *key = key_of(f, lower[i].tag);
		if (key && key != f->key &&
		    !memchr(key->value.at, '\\', key->value.len))
			query_add(q, lower[i].column, I((int64_t)hash64(
			    key->value.at, key->value.len)));
	}
}

/* All that an index gives. */
static void ask_all(struct finding_rows *f)
{
	struct query q;

	add_columns(f, &q);
	add_tables(f, &q);
	if (f->driver == BY_SOUND)
		add_sounds(f, &q);
	else if (f->driver == BY_CODE || f->driver == BY_NAME)
		add_beginning(f, &q);
	else
		add_uids(f, &q);
	if (f->low > NO_MOMENT)
		query_add(&q, " and s.moment + 0 >= $", I(f->low));
	if (f->high < INT64_MAX)
		query_add(&q, " and s.moment + 0 <= $", I(f->high));
	add_lower(f, &q);
	add_scope(f, &q);
	if (f->depth >= LEVEL_SERIES)
		query_text(&q, " and r.instances_n > 0");
	if (f->depth == LEVEL_INSTANCE)
		query_text(&q, " and i.aside = 0");
	query_text(&q, " order by s.moment + 0 desc, s.id + 0 desc");
	if (f->depth >= LEVEL_SERIES)
		query_text(&q, ", r.number_n, r.id + 0");
	if (f->depth == LEVEL_INSTANCE)
		query_text(&q, ", i.number_n, i.id + 0");
	if (f->exact && f->left >= 0)
		query_add(&q, " limit $", I(f->left + f->skip));
	f->open = query_ask(f->tx, &q);
}

/* Rows. */

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
		if (f->driver == BY_DATE) {
			if (f->seen < f->page)
				return false;
			f->page = f->page * 4 > PAGE_MOST ? PAGE_MOST :
			    f->page * 4;
			ask_page(f);
		} else if (f->uids.len) {
			ask_all(f);
		} else {
			return false;
		}
	}
}

static bool answers(struct finding_rows *f, const struct match *m)
{
	for (size_t i = 0; i < f->ask.keys_n; i++) {
		const struct find_key *key = &f->ask.keys[i];
		const struct key_row *row = f->rows_of[i];
		const struct str *value = (const struct str *)(const void *)
		    ((const char *)m + row->value);
		if (f->ask.combined && (key->tag == TAG_StudyTime ||
		    key->tag == TAG_StudyDate) && key_of(f, TAG_StudyDate) &&
		    key_of(f, TAG_StudyTime)) {
			if (f->last_moment < f->low || f->last_moment > f->high)
				return false;
			continue;
		}
		if (key == f->name)
			continue;
		if (!text_answers(&f->scratch, row->kind, key->value, *value,
		    f->ask.fuzzy))
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
	f->name = key_of(f, TAG_PatientName);
	if (f->name)
		f->asked = name_key(arena, f->name->value);
	choose(f);
	set_bounds(f);
	f->exact = is_exact(f);
	if (f->driver != BY_DATE) {
		ask_all(f);
		return f;
	}
	f->page = f->exact && f->left > 0 ? f->left : 256;
	f->last_moment = f->high;
	f->last_id = INT64_MAX;
	ask_page(f);
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
