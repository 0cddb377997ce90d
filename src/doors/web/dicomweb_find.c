/* SPDX-License-Identifier: MIT */
/* dicomweb_find.c: QIDO-RS (PS3.18 10.6): searches for studies, series and
 * instances, as DICOM JSON, newest study first.
 *
 * What the archive has in its index it narrows and tells by itself.  Other
 * attributes, by keyword, tag or a path of them through sequences
 * (00400275.00080050), are compared with the head of each row's instance, or
 * of one instance of the study or series; SCAN_MOST rows at the most, and
 * never the whole archive: something must narrow the search first. */
#include "doors/web/dicomweb.h"

#include <stddef.h>
#include <string.h>

#define ROWS_MOST 5000       /* studies and series in one answer */
#define INSTANCES_MOST 50000
#define SCAN_MOST 20000      /* rows compared with their heads */
#define PATH_MOST 4          /* tags of a path */
#define COMPARED_MOST 16
#define FIELDS_MOST 64

struct path { /* of an attribute, from the top */
	uint32_t tags[PATH_MOST];
	size_t n;
};
struct compared {
	struct path path;
	struct str value;
};
struct search {
	struct request *q;
	struct place place;
	struct find_ask ask;
	struct compared compared[COMPARED_MOST];
	size_t compared_n;
	uint32_t fields[FIELDS_MOST]; /* includefield, past the standard ones */
	size_t fields_n;
	bool all_fields, narrow;
	int64_t limit, offset, seen, told; /* rows */
	bool more;
	struct err err;
};

/* Attributes told at each level, from the index (PS3.18 tables 10.6.3-3 to
 * -5); levels above are told too unless the path has named them. */
#define AT(member) offsetof(struct match, member)
static const struct {
	enum level level;
	uint32_t tag;
	size_t at; /* a struct str */
} texts[] = {
	{LEVEL_STUDY, TAG_StudyDate, AT(study.date)},
	{LEVEL_STUDY, TAG_StudyTime, AT(study.time)},
	{LEVEL_STUDY, TAG_AccessionNumber, AT(study.accession)},
	{LEVEL_STUDY, TAG_ModalitiesInStudy, AT(study.modalities)},
	{LEVEL_STUDY, TAG_ReferringPhysicianName, AT(study.referrer)},
	{LEVEL_STUDY, TAG_StudyDescription, AT(study.description)},
	{LEVEL_STUDY, TAG_PatientName, AT(study.patient_name)},
	{LEVEL_STUDY, TAG_PatientID, AT(study.patient_id)},
	{LEVEL_STUDY, TAG_PatientBirthDate, AT(study.birth_date)},
	{LEVEL_STUDY, TAG_PatientSex, AT(study.sex)},
	{LEVEL_STUDY, TAG_StudyID, AT(study.study_id)},
	{LEVEL_SERIES, TAG_Modality, AT(series.modality)},
	{LEVEL_SERIES, TAG_SeriesDescription, AT(series.description)},
	{LEVEL_SERIES, TAG_SeriesInstanceUID, AT(series.uid)},
	{LEVEL_SERIES, TAG_SeriesNumber, AT(series.number)},
	{LEVEL_SERIES, TAG_BodyPartExamined, AT(series.body_part)},
	{LEVEL_SERIES, TAG_SeriesDate, AT(series.date)},
	{LEVEL_SERIES, TAG_SeriesTime, AT(series.time)},
	{LEVEL_INSTANCE, TAG_SOPClassUID, AT(instance.sop_class)},
	{LEVEL_INSTANCE, TAG_SOPInstanceUID, AT(instance.uid)},
	{LEVEL_INSTANCE, TAG_InstanceNumber, AT(instance.number)},
	{LEVEL_INSTANCE, TAG_AvailableTransferSyntaxUID, AT(instance.syntax_uid)},
};
static const struct {
	enum level level;
	uint32_t tag;
	size_t at; /* an int64_t */
	bool of_image; /* left out when it is 0 */
} numbers[] = {
	{LEVEL_STUDY, TAG_NumberOfStudyRelatedSeries, AT(study.series_n), false},
	{LEVEL_STUDY, TAG_NumberOfStudyRelatedInstances, AT(study.instances_n), false},
	{LEVEL_SERIES, TAG_NumberOfSeriesRelatedInstances, AT(series.instances_n), false},
	{LEVEL_INSTANCE, TAG_Rows, AT(instance.rows), true},
	{LEVEL_INSTANCE, TAG_Columns, AT(instance.columns), true},
	{LEVEL_INSTANCE, TAG_BitsAllocated, AT(instance.bits), true},
	{LEVEL_INSTANCE, TAG_NumberOfFrames, AT(instance.frames), true},
};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool path_read(struct str text, struct path *path)
{
	path->n = 0;
	while (text.len) {
		if (path->n == PATH_MOST ||
		    !tag_read(str_cut(&text, '.'), &path->tags[path->n]))
			return false;
		path->n++;
	}
	return path->n > 0;
}

static bool is_told(const struct search *s, uint32_t tag)
{
	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].tag == tag && texts[i].level <= s->ask.level)
			return true;
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (numbers[i].tag == tag && numbers[i].level <= s->ask.level)
			return true;
	return tag == TAG_StudyInstanceUID || tag == TAG_RetrieveURL ||
	    tag == TAG_InstanceAvailability || tag == TAG_SpecificCharacterSet;
}

/* "all", or keywords, tags and paths parted by commas; of a path its first. */
static bool take_fields(struct search *s, struct str list)
{
	struct path path;

	while (list.len) {
		struct str word = str_trim(str_cut(&list, ','));
		if (str_is(word, "all")) {
			s->all_fields = true;
			continue;
		}
		if (!path_read(word, &path))
			return fail(&s->err, ERR_INPUT,
			    "includefield names an attribute that is not known");
		if (!is_told(s, path.tags[0]) && s->fields_n < FIELDS_MOST)
			s->fields[s->fields_n++] = path.tags[0];
	}
	return true;
}

/* Lists of UIDs are parted by commas here, by backslashes in DICOM. */
static struct str key_value(struct search *s, uint32_t tag, struct str value)
{
	const struct term *term = term_find(tag);
	char *at;

	if (!term || term->vrs[0] != VR('U', 'I') ||
	    !memchr(value.at, ',', value.len))
		return value;
	at = arena_alloc(s->q->arena, value.len);
	for (size_t i = 0; i < value.len; i++)
		at[i] = value.at[i] == ',' ? '\\' : value.at[i];
	return (struct str){at, value.len};
}

static bool take_key(struct search *s, struct str name, struct str value)
{
	struct path path;
	bool narrows = false;

	if (!path_read(name, &path))
		return fail(&s->err, ERR_INPUT,
		    "'%.*s' is no attribute: neither keyword nor tag",
		    name.len > 40 ? 40 : (int)name.len, name.at);
	if (path.n == 1 && !is_told(s, path.tags[0]) &&
	    s->fields_n < FIELDS_MOST)
		s->fields[s->fields_n++] = path.tags[0]; /* asked is told */
	if (!value.len || str_is(value, "*"))
		return true;
	if (path.n == 1 && !find_key(s->q->arena, &s->ask, path.tags[0],
		key_value(s, path.tags[0], value), &narrows, &s->err))
		return false;
	if (narrows) {
		s->narrow = true;
		return true;
	}
	if (s->compared_n == COMPARED_MOST)
		return fail(&s->err, ERR_INPUT,
		    "more than %d attributes that are not indexed",
		    COMPARED_MOST);
	s->compared[s->compared_n++] = (struct compared){path, value};
	return true;
}

static bool is_option(struct str name)
{
	static const char *const options[] = {"limit", "offset",
	    "fuzzymatching", "accept", "includefield"};

	for (size_t i = 0; i < COUNT(options); i++)
		if (str_is(name, options[i]))
			return true;
	return false;
}

static bool take_path(struct search *s)
{
	bool narrows;

	s->narrow = s->place.study.len > 0;
	return (!s->place.study.len || find_key(s->q->arena, &s->ask,
		TAG_StudyInstanceUID, s->place.study, &narrows, &s->err)) &&
	    (!s->place.series.len || find_key(s->q->arena, &s->ask,
		TAG_SeriesInstanceUID, s->place.series, &narrows, &s->err));
}

static bool search_read(struct search *s)
{
	struct request *q = s->q;
	const struct address *address = &q->address;
	int64_t most;

	s->ask.level = str_ends(str_of(q->route->path), S("studies")) ?
	    LEVEL_STUDY : str_ends(str_of(q->route->path), S("series")) ?
	    LEVEL_SERIES : LEVEL_INSTANCE;
	s->ask.fuzzy = ask_flag(q, "fuzzymatching");
	s->offset = ask_int(q, "offset");
	s->limit = ask_has(q, "limit") ? ask_int(q, "limit") : INT64_MAX;
	most = s->ask.level == LEVEL_INSTANCE ? INSTANCES_MOST : ROWS_MOST;
	if (s->limit > most)
		s->limit = most;
	if (!take_path(s))
		return false;
	for (size_t i = 0; i < address->asks_n; i++) {
		const struct pair *ask = &address->asks[i];
		if (str_is(ask->name, "includefield") ?
			!take_fields(s, ask->value) :
			!is_option(ask->name) &&
			!take_key(s, ask->name, ask->value))
			return false;
	}
	if (!s->compared_n || s->narrow)
		return true;
	fail(&s->err, ERR_INPUT, "the whole archive is not read for an "
	    "attribute that is not indexed");
	return hint(&s->err, "narrow the search by patient, date, accession "
	    "number or UID too");
}

/* A value of any item that the path leads to. */
static bool path_matches(struct arena *arena, const struct dataset *dataset,
    const struct path *path, size_t depth, struct str value, bool fuzzy)
{
	const struct element *e = depth < PATH_MOST ?
	    dataset_find(dataset, path->tags[depth]) : NULL;

	if (!e)
		return false;
	if (depth + 1 == path->n)
		return value_matches(arena, dataset, e, value, e->vr, fuzzy);
	for (uint32_t i = 0; i < e->items_n; i++)
		if (path_matches(arena, &e->items[i], path, depth + 1, value,
			fuzzy))
			return true;
	return false;
}

static bool all_match(struct arena *arena, const struct search *s,
    const struct dataset *head)
{
	for (size_t i = 0; i < s->compared_n; i++)
		if (!path_matches(arena, head, &s->compared[i].path, 0,
			s->compared[i].value, s->ask.fuzzy))
			return false;
	return true;
}

/* The head of the row's instance, or of the first one below it. */
static bool head_read(struct search *s, struct tx *tx, struct arena *arena,
    const struct match *match, struct part10 *file)
{
	struct match one = *match;
	struct err err = {0};

	if (match->level < LEVEL_INSTANCE && !find_one(tx, arena,
		LEVEL_INSTANCE, match->study.uid, match->level ==
		LEVEL_SERIES ? match->series.uid : S(""), S(""), &one))
		return false;
	return archive_head(s->q->house->archive, arena, &one.instance, file,
	    &err);
}

/* What "all" means for a study and for a series: of the patient, the request
 * and the study; and of the equipment and the step besides. */
static const struct {
	enum level level;
	uint32_t from, to;
} belonging[] = {
	{LEVEL_STUDY, TAG(0x0008, 0x0050), TAG(0x0008, 0x0051)},
	{LEVEL_STUDY, TAG(0x0008, 0x0090), TAG(0x0008, 0x009d)},
	{LEVEL_STUDY, TAG(0x0008, 0x0201), TAG(0x0008, 0x0201)},
	{LEVEL_STUDY, TAG(0x0008, 0x1030), TAG(0x0008, 0x1032)},
	{LEVEL_STUDY, TAG(0x0008, 0x1048), TAG(0x0008, 0x1049)},
	{LEVEL_STUDY, TAG(0x0008, 0x1060), TAG(0x0008, 0x1062)},
	{LEVEL_STUDY, TAG(0x0008, 0x1080), TAG(0x0008, 0x1110)},
	{LEVEL_STUDY, TAG(0x0010, 0x0000), TAG(0x0010, 0xffff)},
	{LEVEL_STUDY, TAG(0x0032, 0x0000), TAG(0x0032, 0xffff)},
	{LEVEL_SERIES, TAG(0x0008, 0x0021), TAG(0x0008, 0x0021)},
	{LEVEL_SERIES, TAG(0x0008, 0x0060), TAG(0x0008, 0x0082)},
	{LEVEL_SERIES, TAG(0x0008, 0x1010), TAG(0x0008, 0x103f)},
	{LEVEL_SERIES, TAG(0x0008, 0x1040), TAG(0x0008, 0x1090)},
	{LEVEL_SERIES, TAG(0x0018, 0x0015), TAG(0x0018, 0x0015)},
	{LEVEL_SERIES, TAG(0x0018, 0x1000), TAG(0x0018, 0x1030)},
	{LEVEL_SERIES, TAG(0x0018, 0x5100), TAG(0x0018, 0x5100)},
	{LEVEL_SERIES, TAG(0x0020, 0x0010), TAG(0x0020, 0x0011)},
	{LEVEL_SERIES, TAG(0x0020, 0x0052), TAG(0x0020, 0x0060)},
	{LEVEL_SERIES, TAG(0x0040, 0x0241), TAG(0x0040, 0x0281)},
};

static bool belongs(enum level level, uint32_t tag)
{
	for (size_t i = 0; i < COUNT(belonging); i++)
		if (belonging[i].level <= level && tag >= belonging[i].from &&
		    tag <= belonging[i].to)
			return true;
	return level == LEVEL_INSTANCE;
}

/* What of a head is told besides. */
static bool is_wanted(const struct search *s, uint32_t tag)
{
	if (s->all_fields && !is_told(s, tag) && belongs(s->ask.level, tag))
		return true;
	for (size_t i = 0; i < s->fields_n; i++)
		if (s->fields[i] == tag)
			return true;
	return false;
}

static void put_texts(struct dataset *row, const struct search *s,
    const struct match *match)
{
	const char *base = (const char *)match;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].level <= s->ask.level)
			dataset_put(row, texts[i].tag,
			    *(const struct str *)(const void *)(base +
				texts[i].at));
	for (size_t i = 0; i < COUNT(numbers); i++) {
		int64_t n = *(const int64_t *)(const void *)(base +
		    numbers[i].at);
		if (numbers[i].level <= s->ask.level &&
		    (n || !numbers[i].of_image))
			dataset_put_int(row, numbers[i].tag, n);
	}
}

static struct dataset *row_of(struct search *s, struct arena *arena,
    const struct match *match, const struct part10 *head)
{
	struct dataset *row = dataset_new(arena, syntax_explicit);
	struct place place = {match->study.uid, S(""), S(""), match->level};

	row->charset = charset_utf8;
	if (match->level >= LEVEL_SERIES)
		place.series = match->series.uid;
	if (match->level == LEVEL_INSTANCE)
		place.instance = match->instance.uid;
	dataset_put(row, TAG_SpecificCharacterSet, S("ISO_IR 192"));
	dataset_put(row, TAG_InstanceAvailability, S("ONLINE"));
	dataset_put(row, TAG_StudyInstanceUID, match->study.uid);
	dataset_put(row, TAG_RetrieveURL, place_url(s->q, arena, &place));
	put_texts(row, s, match);
	if (match->study.issuer.len)
		dataset_put(row, TAG_IssuerOfPatientID, match->study.issuer);
	for (uint32_t i = 0; head && i < head->dataset.n; i++)
		if (is_wanted(s, head->dataset.elements[i].tag))
			dataset_put_element(row, &head->dataset,
			    &head->dataset.elements[i]);
	return row;
}

/* One row found: passed over, told, or one too many. */
static bool take_row(struct search *s, struct tx *tx, struct json *j,
    struct arena *arena, const struct match *match)
{
	static const struct json_options options = {.inline_most = 1024};
	bool wants = s->compared_n || s->fields_n || s->all_fields;
	struct part10 file;
	bool has = wants && head_read(s, tx, arena, match, &file);

	if (s->compared_n && !(has && all_match(arena, s, &file.dataset)))
		return true;
	if (s->compared_n && s->offset > 0) {
		s->offset--;
		return true;
	}
	s->more = s->told == s->limit;
	if (s->more)
		return false;
	s->told++;
	return dataset_json(row_of(s, arena, match, has ? &file : NULL), j,
	    &options, &s->err);
}

/* The index's own offset and limit serve unless rows are compared here. */
static bool search_run(struct search *s, struct json *j)
{
	struct tx *tx = db_read(s->q->house->db);
	struct finding_rows *rows;
	struct match match;
	bool goes_on = true;

	s->ask.limit = s->compared_n ? SCAN_MOST : s->limit + 1;
	s->ask.offset = s->compared_n ? 0 : s->offset;
	rows = find_begin(tx, s->q->arena, &s->ask, &s->err);
	while (rows && goes_on && find_next(rows, &match)) {
		struct arena arena = {0};
		s->seen++;
		goes_on = take_row(s, tx, j, &arena, &match);
		arena_end(&arena);
	}
	if (rows)
		find_end(rows);
	s->more |= s->compared_n && s->seen == SCAN_MOST;
	if (s->err.kind == ERR_NONE)
		db_failed(tx, &s->err);
	db_end(tx);
	return s->err.kind == ERR_NONE;
}

void qido_get(struct request *q, struct answer *a)
{
	static const char *const types[] = {"application/dicom+json",
	    "application/json", NULL};
	struct search *s = arena_new(q->arena, struct search);
	struct wishes wishes;
	struct chosen how;

	s->q = q;
	if (!place_read(q, a, &s->place))
		return;
	wishes_read(q, &wishes);
	if (!choose_plain(&wishes, types, &how) || how.multipart) {
		answer_not_acceptable(a, "results are application/dicom+json");
		return;
	}
	if (!search_read(s)) {
		answer_fail(a, &s->err);
		return;
	}
	a->json = (struct json){.out = answer_out(a, how.type)};
	json_array(&a->json);
	if (!search_run(s, &a->json)) {
		answer_fail(a, &s->err);
		return;
	}
	json_array_end(&a->json);
	answer_header(a, "Vary", S("Accept"));
	if (s->more)
		answer_header(a, "Warning", S("299 ribble: There are "
		    "additional results that can be requested"));
}
