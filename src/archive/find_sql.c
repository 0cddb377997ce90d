/* SPDX-License-Identifier: MIT */
/* find_sql.c: the statements of a search (find.c says how it goes).
 *
 * One key drives: its index is walked, and no database is left a choice.  In
 * this order: UIDs, patient, accession, sounds, name, and else the studies
 * themselves from the newest, between the dates asked for.  Other columns
 * stand as expressions (`+ 0`, `= true`), which no other index serves.
 *
 * Texts of statements are few: what people ask travels as values, and a list
 * of UIDs is filled up to one length. */
#include "archive/walk.h"

#include <string.h>

#define UIDS_EACH 16   /* in one statement; a longer list is asked in parts */
#define MANY 2000      /* so many of a beginning: rather walk by date */
#define MANY_NAMES 20000 /* the same; their index alone gives the newest */

/* What drives. */

const struct find_key *find_key_of(const struct finding_rows *f,
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
	int64_t many = key->tag == TAG_PatientName ? MANY_NAMES : MANY;
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
	query_add(&q, " limit $) as counted", I(many));
	struct rows *rows = query_ask(f->tx, &q);
	bool common = rows_next(rows) && rows_int(rows, 0) >= many;
	rows_end(rows);
	return common;
}

static bool drives(struct finding_rows *f, uint32_t tag, enum driver driver)
{
	const struct find_key *key = find_key_of(f, tag);
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
	const struct find_key *key = find_key_of(f, TAG_PatientName);
	struct str words[16];

	if (!key || !f->ask.fuzzy ||
	    !name_words(f->arena, key->value, words, 16))
		return false;
	f->driver = BY_SOUND;
	f->key = key;
	return true;
}

void find_choose(struct finding_rows *f)
{
	if (drives(f, TAG_StudyInstanceUID, BY_STUDY_UID) ||
	    drives(f, TAG_SOPInstanceUID, BY_INSTANCE_UID) ||
	    drives(f, TAG_SeriesInstanceUID, BY_SERIES_UID) ||
	    drives(f, TAG_PatientID, BY_CODE) ||
	    drives(f, TAG_AccessionNumber, BY_CODE) || sounds_drive(f) ||
	    (!f->ask.fuzzy && drives(f, TAG_PatientName, BY_NAME)))
		return;
	f->driver = BY_DATE;
	f->key = find_key_of(f, TAG_StudyDate);
}

/* Dates. */

void find_bounds(struct finding_rows *f)
{
	const struct find_key *date = find_key_of(f, TAG_StudyDate);
	const struct find_key *time = find_key_of(f, TAG_StudyTime);
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

bool find_is_exact(const struct finding_rows *f)
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
		    "where word >= $1 and word < $2 limit 2000) as counted",
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
	const struct find_key *key = find_key_of(f, TAG_ModalitiesInStudy);

	if (key && !is_wild(key->value) &&
	    !memchr(key->value.at, '%', key->value.len) &&
	    !memchr(key->value.at, '\\', key->value.len))
		query_add(q, " and s.modalities like $",
		    T(arena_printf(f->arena, "%%%.*s%%", STR(key->value))));
}

static void add_columns(struct finding_rows *f, struct query *q)
{
	query_begin(q, f->tx, f->driver == BY_NAME ?
	    "select t.moment, t.id, t.name_key, " :
	    "select s.moment, s.id, s.name_key, ");
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
	const struct find_key *key = find_key_of(f, TAG_PatientName);
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
	bool jumps = f->exact && f->skip;
	query_add(q, " order by s.moment desc, s.id desc limit $",
	    I(jumps ? f->page - f->skip : f->page));
	if (jumps) {
		query_add(q, " offset $", I(f->skip));
		f->page -= f->skip;
		f->skip = 0;
	}
}

/* The newest with a name, from the index of names alone. */
static void add_newest_named(struct finding_rows *f, struct query *q)
{
	bool only;
	struct str head = folded_head(f, f->key, &only);

	query_add(q, " from (select moment, id, name_key from study "
	    "where name_key >= $", B(head));
	query_add(q, " and name_key < $", B(after_all(f->arena, head)));
	query_add(q, " and (moment >= $) = true", I(f->low));
	query_add(q, " and ((moment, id) < ($", I(f->last_moment));
	query_add(q, ", $)) = true", I(f->last_id));
	query_add(q, " order by moment + 0 desc, id + 0 desc limit $) t "
	    "left join study s on s.id = t.id", I(f->page));
	add_scope(f, q);
	add_modality(f, q);
	if (f->depth >= LEVEL_SERIES)
		query_text(q, " left join series r on r.study = s.id "
		    "and r.instances_n > 0");
	if (f->depth == LEVEL_INSTANCE)
		query_text(q, " left join instance i on i.study = s.id "
		    "and i.series = r.id and i.aside = 0");
	query_text(q, " order by t.moment desc, t.id desc");
	if (f->depth >= LEVEL_SERIES)
		query_text(q, ", r.number_n, r.id");
	if (f->depth == LEVEL_INSTANCE)
		query_text(q, ", i.number_n, i.id");
}

void find_ask_page(struct finding_rows *f)
{
	struct query q;

	f->seen = 0;
	add_columns(f, &q);
	if (f->driver == BY_NAME) {
		add_newest_named(f, &q);
		f->open = query_ask(f->tx, &q);
		return;
	}
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
		const struct find_key *key = find_key_of(f, lower[i].tag);
		if (key && key != f->key &&
		    !memchr(key->value.at, '\\', key->value.len))
			query_add(q, lower[i].column, I((int64_t)hash64(
			    key->value.at, key->value.len)));
	}
}

void find_ask_all(struct finding_rows *f)
{
	struct query q;

	add_columns(f, &q);
	add_tables(f, &q);
	if (f->driver == BY_SOUND)
		add_sounds(f, &q);
	else if (f->driver == BY_CODE)
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
