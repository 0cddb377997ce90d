/* SPDX-License-Identifier: MIT */
/* archive.c: the archive in one look, and what waits in it for a person:
 * conflicts, deletions, troubles; and the policies of keeping. */
#include "archive/archive.h"
#include "doors/web/dicomweb.h"
#include "doors/web/words.h"

#include <sys/statvfs.h>

#define THUMBNAIL 256 /* pixels each way, at most */

static bool is_open(struct request *q, struct answer *a)
{
	if (q->house->archive)
		return true;
	answer_error(a, 503, ERR_BUSY, "the archive is not open");
	return false;
}

static void put_disk(struct json *j, const char *folder)
{
	struct statvfs disk;

	if (statvfs(folder, &disk) != 0) {
		json_put_word(j, "disk_free", NULL);
		json_put_word(j, "disk_size", NULL);
		return;
	}
	json_put_int(j, "disk_free",
	    (int64_t)(disk.f_bavail * disk.f_frsize));
	json_put_int(j, "disk_size",
	    (int64_t)(disk.f_blocks * disk.f_frsize));
}

static void put_counts(struct json *j, struct archive *archive)
{
	struct archive_counts c;

	archive_counts(archive, &c);
	json_put_int(j, "studies", c.studies);
	json_put_int(j, "instances", c.instances);
	json_put_int(j, "size", c.size);
	json_put_int(j, "unsealed", c.unsealed);
	json_put_int(j, "unmatched", c.unmatched);
	json_put_int(j, "conflicts", c.conflicts);
	json_put_int(j, "keeping", c.keeping);
	json_put_int(j, "kept", c.kept);
	json_put_int(j, "same", c.same);
	json_put_int(j, "refused", c.refused);
}

void archive_get(struct request *q, struct answer *a)
{
	const struct settings *settings = &q->house->settings;
	struct docket docket;

	if (!is_open(q, a))
		return;
	struct tx *tx = db_read(q->house->db);
	struct json *j = answer_json(a);

	docket_count(tx, &docket);
	json_object(j);
	put_counts(j, q->house->archive);
	json_put_int(j, "proposed", docket.proposed);
	json_put_int(j, "confirmed", docket.confirmed);
	json_put_int(j, "troubles", docket.troubles);
	put_disk(j, settings->archive);
	json_put_int(j, "reserve", settings->archive_reserve_mib << 20);
	json_put_int(j, "settle_s", settings->archive_settle_seconds);
	json_put_int(j, "verify_mib_s", settings->archive_verify_mib);
	json_put_time(j, "verified_to", docket.verified_to);
	json_object_end(j);
	answer_read(a, tx);
}

const struct column conflicts_columns[] = {
    {"id", COL_ID, "the conflict's number"},
    {"uid", COL_TEXT, "SOP Instance UID of both"},
    {"org", COL_TEXT, "ODS code of the trust that sent the second"},
    {"sender", COL_TEXT, "AE title or user that sent the second"},
    {"found_at", COL_TIME, "when the second came"},
    {"first_study", COL_TEXT, "Study Instance UID of the one that is shown"},
    {"first_name", COL_TEXT, "its patient's name"},
    {"first_patient", COL_TEXT, "its patient's number"},
    {"first_date", COL_TEXT, "Study Date, YYYYMMDD"},
    {"first_kept_at", COL_TIME, "when it came"},
    {"first_size", COL_INT, "bytes"},
    {"second_study", COL_TEXT, "Study Instance UID of the one kept aside"},
    {"second_name", COL_TEXT, "its patient's name"},
    {"second_patient", COL_TEXT, "its patient's number"},
    {"second_date", COL_TEXT, "Study Date, YYYYMMDD"},
    {"second_kept_at", COL_TIME, "when it came"},
    {"second_size", COL_INT, "bytes"}, {NULL, COL_TEXT, NULL}};

static void put_side(struct table *t, const struct conflict_side *side)
{
	table_text(t, side->study);
	table_text(t, side->patient_name);
	table_text(t, side->patient_id);
	table_text(t, side->date);
	table_time(t, side->kept_at);
	table_int(t, side->size);
}

void conflicts_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t =
	    answer_table(a, S("Conflicts"), S(""), conflicts_columns, 0);
	struct rows *rows = conflicts_each(tx);
	struct conflict c;

	while (rows_next(rows)) {
		conflict_read(rows, q->arena, &c);
		table_int(t, c.id);
		table_text(t, c.uid);
		table_text(t, c.org);
		table_text(t, c.sender);
		table_time(t, c.found_at);
		put_side(t, &c.first);
		put_side(t, &c.second);
	}
	answer_read(a, tx);
}

static void put_state(struct answer *a, struct str state)
{
	struct json *j = answer_json(a);

	json_object(j);
	json_put_text(j, "state", state);
	json_object_end(j);
}

void conflict_resolve_post(struct request *q, struct answer *a)
{
	struct err err = {0};
	bool second = str_is(ask_text(q, "take"), "second");

	if (!is_open(q, a))
		return;
	if (conflict_resolve(q->house->archive, ask_int(q, "id"), second,
		ask_text(q, "by"), ask_text(q, "reason"), &err))
		put_state(a, S("resolved"));
	else
		answer_fail(a, &err);
}

static bool draw(struct request *q, const struct instance *instance,
    struct str *picture, struct err *err)
{
	struct archive *archive = q->house->archive;
	struct view view = {.viewport_w = THUMBNAIL, .viewport_h = THUMBNAIL,
	    .quality = 80};
	struct part10 file;
	struct pixels pixels;
	struct frames frames;
	struct held held;

	if (!archive_hold(archive, instance, &held, err))
		return false;
	bool done = archive_head(archive, q->arena, instance, &file, err) &&
	    pixels_read(&file, held.fd, held.at, held.size, &pixels, err) &&
	    frames_find(q->arena, &pixels, &frames, err) &&
	    (frames.n || fail(err, ERR_INPUT, "there is no image in it")) &&
	    frame_render(q->arena, &pixels, &frames, frames.n / 2, &view,
		picture, err);
	archive_let_go(archive, &held);
	return done;
}

/* DICOMweb has no name for the one that is kept aside. */
void conflict_thumbnail(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct err err = {0};
	struct instance instance;
	struct str picture;

	bool found = conflict_instance(tx, q->arena, ask_int(q, "id"),
	    str_is(ask_text(q, "side"), "second"), &instance);
	if (!found && !db_failed(tx, &err))
		fail(&err, ERR_MISSING, "there is no such conflict");
	db_end(tx);
	if (!is_open(q, a))
		return;
	if (found && draw(q, &instance, &picture, &err))
		out_put(answer_out(a, "image/jpeg"), picture);
	else
		answer_fail(a, &err);
}

const struct column deletions_columns[] = {
    {"id", COL_ID, "the deletion's number"},
    {"study", COL_TEXT, "Study Instance UID"},
    {"org", COL_TEXT, "ODS code of the trust that it belongs to"},
    {"state", COL_TEXT, "proposed or confirmed"},
    {"proposed_at", COL_TIME, "when"}, {"proposed_by", COL_TEXT, "by whom"},
    {"why", COL_TEXT, "why it was proposed"},
    {"confirmed_at", COL_TIME, "when; or null"},
    {"confirmed_by", COL_TEXT, "by whom; or empty"},
    {"due_at", COL_TIME, "when the images go; or null"},
    {"instances", COL_INT, "when it was proposed"},
    {"size", COL_INT, "bytes"}, {NULL, COL_TEXT, NULL}};

void deletions_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Deletions under way"), S(""), deletions_columns, 0);
	struct rows *rows = deletions_each(tx);
	struct deletion d;

	while (rows_next(rows)) {
		deletion_read(rows, q->arena, &d);
		table_int(t, d.id);
		table_text(t, d.study);
		table_text(t, d.org);
		table_text(t, d.state == DELETION_PROPOSED ? S("proposed") :
							     S("confirmed"));
		table_time(t, d.proposed_at);
		table_text(t, d.proposed_by);
		table_text(t, d.why);
		table_time(t, d.confirmed_at);
		table_text(t, d.confirmed_by);
		table_time(t, d.due_at);
		table_int(t, d.instances_n);
		table_int(t, d.size);
	}
	answer_read(a, tx);
}

const struct column troubles_columns[] = {
    {"id", COL_ID, "the trouble's number"},
    {"study", COL_TEXT, "Study Instance UID"},
    {"org", COL_TEXT, "ODS code of the trust that it belongs to"},
    {"instance", COL_TEXT, "SOP Instance UID; empty: the pack"},
    {"found_at", COL_TIME, "when it was read again"},
    {"what", COL_TEXT, "what is wrong"}, {NULL, COL_TEXT, NULL}};

void troubles_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(a, S("What did not read back well"),
	    S(""), troubles_columns, 0);
	struct rows *rows = damages_each(tx);
	struct damage found;

	while (rows_next(rows)) {
		damage_read(rows, q->arena, &found);
		table_int(t, found.id);
		table_text(t, found.study);
		table_text(t, found.org);
		table_text(t, found.instance);
		table_time(t, found.found_at);
		table_text(t, found.what);
	}
	answer_read(a, tx);
}

const struct column retention_columns[] = {
    {"id", COL_ID, "the policy's number; the lowest that fits decides"},
    {"name", COL_TEXT, "for people"},
    {"org", COL_TEXT, "ODS code of a trust; empty: every one"},
    {"modality", COL_TEXT, "one of the study's; empty: every one"},
    {"years", COL_INT, "after the study; 0: kept for ever"},
    {"grace_days", COL_INT, "from the second step to the removal"},
    {"active", COL_BOOL, "it holds"}, {NULL, COL_TEXT, NULL}};

void retention_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("How long studies are kept"), S(""), retention_columns, 0);
	struct rows *rows = retention_each(tx);
	struct retention policy;

	while (rows_next(rows)) {
		retention_read(rows, q->arena, &policy);
		table_int(t, policy.id);
		table_text(t, policy.name);
		table_text(t, policy.org);
		table_text(t, policy.modality);
		table_int(t, policy.years);
		table_int(t, policy.grace_days);
		table_bool(t, policy.active);
	}
	answer_read(a, tx);
}

void retention_post(struct request *q, struct answer *a)
{
	struct retention policy = {.id = ask_int(q, "id"),
	    .name = ask_text(q, "name"),
	    .org = ask_text(q, "org"),
	    .modality = ask_text(q, "modality"),
	    .years = ask_int(q, "years"),
	    .grace_days = ask_int(q, "grace_days"),
	    .active = ask_flag(q, "active")};
	struct tx *tx = db_begin(q->house->db);
	struct err err = {0};
	bool ok = retention_set(tx, &policy, ask_text(q, "by"),
	    ask_text(q, "reason"), &err);

	if (ok && db_commit(tx, &err)) {
		put_state(a, S("set"));
		return;
	}
	if (!ok)
		db_end(tx);
	answer_fail(a, &err);
}
