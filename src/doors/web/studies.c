/* SPDX-License-Identifier: MIT */
/* studies.c: the study list of the archive, one study, and what a person may
 * decide about it.  Programs ask by DICOMweb; this adds what DICOM has no word
 * for: the trust, the request it was matched to, holds, deletion. */
#include "archive/archive.h"
#include "doors/web/words.h"
#include "migration/migration.h"

#include <string.h>

const struct column studies_columns[] = {
    {"uid", COL_TEXT, "Study Instance UID"},
    {"org", COL_TEXT, "ODS code of the trust that it belongs to"},
    {"patient_name", COL_TEXT, "as received"},
    {"patient_id", COL_TEXT, "as received"},
    {"issuer", COL_TEXT, "of the patient's number"},
    {"birth_date", COL_TEXT, "YYYYMMDD"}, {"sex", COL_TEXT, "M, F or O"},
    {"date", COL_TEXT, "YYYYMMDD"}, {"time", COL_TEXT, "hhmmss"},
    {"accession", COL_TEXT, "Accession Number"},
    {"modalities", COL_TEXT, "of its series, parted by commas"},
    {"description", COL_TEXT, "Study Description"},
    {"series", COL_INT, "how many"}, {"instances", COL_INT, "how many"},
    {"size", COL_INT, "bytes"},
    {"pathway", COL_ID, "the request that it was matched to; 0: none"},
    {"sealed", COL_BOOL, "nothing new is expected"},
    {"held", COL_BOOL, "a legal hold stands"},
    {"deleting", COL_BOOL, "its deletion was proposed"},
    {"changed_at", COL_TIME, "when its last instance came"},
    {NULL, COL_TEXT, NULL}};

/* "CT\SR" as "CT, SR". */
static struct str listed(struct arena *arena, struct str values)
{
	struct str all = S("");

	while (values.len) {
		struct str one = str_cut(&values, '\\');
		all = arena_printf(arena, "%.*s%s%.*s", STR(all),
		    all.len ? ", " : "", STR(one));
	}
	return all;
}

static void put_row(struct table *t, struct arena *arena,
    const struct study *s)
{
	const struct str texts[] = {s->uid, s->org, s->patient_name,
	    s->patient_id, s->issuer, s->birth_date, s->sex, s->date, s->time,
	    s->accession, listed(arena, s->modalities), s->description};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		table_text(t, texts[i]);
	table_int(t, s->series_n);
	table_int(t, s->instances_n);
	table_int(t, s->size);
	table_int(t, s->pathway);
	table_bool(t, s->sealed);
	table_bool(t, s->held);
	table_bool(t, s->deleting);
	table_time(t, s->changed_at);
}

static const struct {
	const char *ask;
	uint32_t tag;
} narrowing[] = {
    {"name", TAG_PatientName}, {"patient", TAG_PatientID},
    {"accession", TAG_AccessionNumber}, {"modality", TAG_ModalitiesInStudy},
    {"words", TAG_StudyDescription}};

/* A name is meant from its beginning, words from anywhere. */
static struct str as_key(struct arena *arena, uint32_t tag, struct str value)
{
	bool wild = memchr(value.at, '*', value.len) != NULL;

	if (wild)
		return value;
	if (tag == TAG_PatientName)
		return arena_printf(arena, "%.*s*", STR(value));
	if (tag == TAG_StudyDescription)
		return arena_printf(arena, "*%.*s*", STR(value));
	return value;
}

static struct str as_dicom(struct arena *arena, int32_t day)
{
	struct date d = day_date(day);

	return arena_printf(arena, "%04d%02d%02d", d.year, d.month, d.day);
}

static bool read_dates(struct request *q, struct find_ask *ask,
    struct err *err)
{
	int32_t from = ask_day(q, "from"), to = ask_day(q, "to");
	bool narrows;

	if (from == NO_DAY && to == NO_DAY)
		return true;
	struct str first = from == NO_DAY ? S("") : as_dicom(q->arena, from);
	struct str last = to == NO_DAY ? S("") : as_dicom(q->arena, to);

	return find_key(q->arena, ask, TAG_StudyDate,
	    arena_printf(q->arena, "%.*s-%.*s", STR(first), STR(last)),
	    &narrows, err);
}

static bool read_ask(struct request *q, struct find_ask *ask, struct err *err)
{
	bool narrows;

	*ask = (struct find_ask){.level = LEVEL_STUDY,
	    .org = ask_text(q, "org"),
	    .fuzzy = ask_flag(q, "fuzzy"),
	    .folded = true,
	    .limit = ask_int(q, "limit"),
	    .offset = ask_int(q, "offset"),
	    .unmatched = ask_flag(q, "unmatched")};
	if (str_is(ask->org, "*"))
		ask->org = S("");
	for (size_t i = 0; i < sizeof(narrowing) / sizeof(*narrowing); i++) {
		struct str value = ask_text(q, narrowing[i].ask);
		if (value.len && !find_key(q->arena, ask, narrowing[i].tag,
				     as_key(q->arena, narrowing[i].tag, value),
				     &narrows, err))
			return false;
	}
	return read_dates(q, ask, err);
}

void studies_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct err err = {0};
	struct find_ask ask;
	struct match match;
	struct finding_rows *rows = NULL;

	if (read_ask(q, &ask, &err))
		rows = find_begin(tx, q->arena, &ask, &err);
	if (!rows) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct table *t =
	    answer_table(a, S("Studies"), S(""), studies_columns, 0);
	while (find_next(rows, &match))
		put_row(t, q->arena, &match.study);
	find_end(rows);
	answer_read(a, tx);
}

static void put_series(struct json *j, const struct series *s)
{
	json_object(j);
	json_put_text(j, "uid", s->uid);
	json_put_text(j, "modality", s->modality);
	json_put_text(j, "number", s->number);
	json_put_text(j, "description", s->description);
	json_put_text(j, "body_part", s->body_part);
	json_put_text(j, "station", s->station);
	json_put_text(j, "institution", s->institution);
	json_put_text(j, "manufacturer", s->manufacturer);
	json_put_int(j, "instances", s->instances_n);
	json_object_end(j);
}

static void put_all_series(struct json *j, struct request *q, struct tx *tx,
    struct str study, struct err *err)
{
	struct find_ask ask = {.level = LEVEL_SERIES, .deleted_too = true};
	struct match match;
	bool narrows;

	json_key(j, "series_list");
	json_array(j);
	if (find_key(q->arena, &ask, TAG_StudyInstanceUID, study, &narrows,
		err)) {
		struct finding_rows *rows =
		    find_begin(tx, q->arena, &ask, err);
		while (rows && find_next(rows, &match))
			put_series(j, &match.series);
		if (rows)
			find_end(rows);
	}
	json_array_end(j);
}

static void put_study(struct json *j, struct request *q,
    const struct study *s)
{
	json_put_text(j, "uid", s->uid);
	json_put_text(j, "org", s->org);
	json_put_text(j, "patient_name", s->patient_name);
	json_put_text(j, "patient_id", s->patient_id);
	json_put_text(j, "issuer", s->issuer);
	json_put_text(j, "birth_date", s->birth_date);
	json_put_text(j, "sex", s->sex);
	json_put_text(j, "date", s->date);
	json_put_text(j, "time", s->time);
	json_put_text(j, "accession", s->accession);
	json_put_text(j, "accession_issuer", s->accession_issuer);
	json_put_text(j, "description", s->description);
	json_put_text(j, "referrer", s->referrer);
	json_put_text(j, "modalities", listed(q->arena, s->modalities));
	json_put_int(j, "series", s->series_n);
	json_put_int(j, "instances", s->instances_n);
	json_put_int(j, "size", s->size);
	json_put_time(j, "began_at", s->began_at);
	json_put_time(j, "changed_at", s->changed_at);
	json_key(j, "pathway");
	json_id(j, s->pathway);
	json_put_bool(j, "sealed", s->sealed);
	json_put_bool(j, "held", s->held);
	json_put_bool(j, "deleting", s->deleting);
}

/* Also one whose deletion is confirmed: it can still be withdrawn. */
static bool find_study(struct request *q, struct tx *tx, struct match *m,
    struct err *err)
{
	bool found = study_by_uid(tx, q->arena, ask_text(q, "uid"), &m->study);

	return found || db_failed(tx, err) ? found :
    fail(err, ERR_MISSING, "there is no such study");
}

/* Who looks at a patient here may want what an old archive still has: it is
 * fetched before all else.  Not to have asked is no failure. */
static void want_older(struct request *q, const struct study *s)
{
	struct err ignored = {0};
	struct tx *tx = db_begin(q->house->db);

	old_patient_want(tx, s->org, s->patient_id, 0);
	db_commit(tx, &ignored);
}

void study_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct err err = {0};
	struct match match;

	if (!find_study(q, tx, &match, &err)) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	struct json *j = answer_json(a);
	json_object(j);
	put_study(j, q, &match.study);
	json_put_text(j, "findings",
	    findings_text(q->arena, match.study.findings));
	put_all_series(j, q, tx, ask_text(q, "uid"), &err);
	int64_t older = old_patient_waits(tx, match.study.org,
	    match.study.patient_id);
	json_put_int(j, "older_wanted", older);
	json_object_end(j);
	if (err.kind) {
		db_end(tx);
		answer_fail(a, &err);
		return;
	}
	answer_read(a, tx);
	if (older)
		want_older(q, &match.study);
}

/* What a person may decide; each is a row of routes.c with its own word. */
enum decision { HOLD, RELEASE, PROPOSE, CONFIRM, WITHDRAW };

static bool decide(struct request *q, struct tx *tx, enum decision what,
    int64_t study, struct err *err)
{
	struct str who = ask_text(q, "by");

	switch (what) {
	case HOLD:
	case RELEASE:
		return hold_set(tx, study, what == HOLD, who,
		    ask_text(q, "reason"), err);
	case PROPOSE:
		return deletion_propose(tx, study, who,
		    ask_text(q, "reason"), err);
	case CONFIRM:
		return deletion_confirm(tx, study, who, err);
	case WITHDRAW:
		return deletion_withdraw(tx, study, who,
		    ask_text(q, "reason"), err);
	}
	return false;
}

static void decided(struct request *q, struct answer *a, enum decision what,
    struct str state)
{
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	struct match match;

	bool ok = find_study(q, tx, &match, &err) &&
	    decide(q, tx, what, match.study.id, &err);

	answer_settled(a, tx, ok, &err, state);
}

void study_hold_post(struct request *q, struct answer *a)
{
	decided(q, a, HOLD, S("held"));
}

void study_release_post(struct request *q, struct answer *a)
{
	decided(q, a, RELEASE, S("released"));
}

void study_delete_post(struct request *q, struct answer *a)
{
	decided(q, a, PROPOSE, S("proposed"));
}

void study_confirm_post(struct request *q, struct answer *a)
{
	decided(q, a, CONFIRM, S("confirmed"));
}

void study_withdraw_post(struct request *q, struct answer *a)
{
	decided(q, a, WITHDRAW, S("withdrawn"));
}
