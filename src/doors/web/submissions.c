/* SPDX-License-Identifier: MIT */
/* submissions.c: files that trusts send, by the browser's way in, and what
 * became of each of them. */
#include "doors/web/words.h"

#include <stdio.h>
#include <sys/stat.h>

const struct column submissions_columns[] = {
    {"id", COL_TEXT, "the submission's number"},
    {"kind", COL_TEXT, "ris, dm01, wlmds or targets"},
    {"sender", COL_TEXT, "who it speaks for"},
    {"sender_name", COL_TEXT, "its name, where known"},
    {"period_from", COL_DAY, "first day of its period"},
    {"period_to", COL_DAY, "last day of its period"},
    {"file_name", COL_TEXT, "the file's own name"},
    {"sha256", COL_TEXT, "of its bytes"}, {"size", COL_INT, "bytes"},
    {"state", COL_TEXT, "taken, refused, replaced or duplicate"},
    {"received_at", COL_TIME, "when it came"},
    {"received_how", COL_TEXT, "command, upload, watch or demo"},
    {"rows", COL_INT, "rows in it"}, {"rows_good", COL_INT, "rows that count"},
    {"rows_bad", COL_INT, "rows that do not"},
    {"rows_open", COL_INT, "rows in quarantine that nobody has settled"},
    {"replaced_by", COL_TEXT, "the newer submission"},
    {"reason", COL_TEXT, "why it was refused"}, {NULL, COL_TEXT, NULL}};

const struct column quarantine_columns[] = {
    {"id", COL_TEXT, "the row's number"},
    {"line", COL_INT, "its line in the file"},
    {"column", COL_TEXT, "the column at fault"},
    {"reason", COL_TEXT, "why it could not be used"},
    {"row", COL_TEXT, "as it came"},
    {"state", COL_TEXT, "open, replayed, dismissed, or refused with its file"},
    {"corrected", COL_TEXT, "as it was put right"},
    {"by", COL_TEXT, "who settled it"},
    {"why", COL_TEXT, "why it was dismissed"}, {"at", COL_TIME, "when"},
    {NULL, COL_TEXT, NULL}};

static struct intake intake_of(const struct request *q)
{
	return (struct intake){q->house->db, &q->house->settings};
}

static const char *state_word(enum submission_state state)
{
	const struct code *code = code_at(submission_states, (int)state);

	return code ? code->code : "unknown";
}

static void table_id(struct table *t, int64_t id)
{
	char text[24];

	if (!id) {
		table_null(t);
		return;
	}
	snprintf(text, sizeof text, "%lld", (long long)id);
	table_text(t, str_of(text));
}

static void put_row(struct table *t, struct tx *tx, struct arena *arena,
    const struct submission *s)
{
	table_id(t, s->id);
	table_text(t, s->kind);
	table_text(t, s->sender);
	table_text(t, org_name(tx, arena, s->sender));
	table_day(t, s->from);
	table_day(t, s->to);
	table_text(t, s->name);
	table_text(t, str_of(s->sha256.at));
	table_int(t, s->size);
	table_word(t, state_word(s->state));
	table_time(t, s->received_at);
	table_text(t, s->how);
	table_int(t, s->rows);
	table_int(t, s->good);
	table_int(t, s->bad);
	table_int(t, quarantine_open(tx, s->id));
	table_id(t, s->replaced_by);
	table_text(t, s->reason);
}

void submissions_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	const struct code *state =
	    code_find(submission_states, ask_text(q, "state"));
	struct submission_filter f = {.kind = ask_text(q, "kind"),
	    .org = ask_text(q, "org"),
	    .before_id = ask_int(q, "after"),
	    .limit = ask_int(q, "limit")};

	f.state = state ? (enum submission_state)state->number : 0;
	struct table *t =
	    answer_table(a, S("Submissions"), S(""), submissions_columns, 0);
	struct rows *r = submissions_ask(tx, &f);
	while (rows_next(r)) {
		struct submission s;
		submission_read(r, q->arena, &s);
		put_row(t, tx, q->arena, &s);
	}
	answer_read(a, tx);
}

static void put_notices(struct json *j, struct tx *tx, int64_t id)
{
	struct rows *r = submission_notices(tx, id);

	json_key(j, "quality");
	json_array(j);
	while (rows_next(r)) {
		json_object(j);
		json_put_text(j, "bucket", rows_text(r, 0));
		json_put_text(j, "words", rows_text(r, 1));
		json_put_int(j, "rows", rows_int(r, 2));
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_submission(struct json *j, struct tx *tx, struct arena *arena,
    const struct submission *s)
{
	json_object(j);
	json_key(j, "id");
	json_id(j, s->id);
	json_put_text(j, "kind", s->kind);
	json_put_text(j, "sender", s->sender);
	json_put_text(j, "sender_name", org_name(tx, arena, s->sender));
	json_put_day(j, "period_from", s->from);
	json_put_day(j, "period_to", s->to);
	json_put_text(j, "file_name", s->name);
	json_put_text(j, "sha256", str_of(s->sha256.at));
	json_put_int(j, "size", s->size);
	json_put_word(j, "state", state_word(s->state));
	json_put_time(j, "received_at", s->received_at);
	json_put_text(j, "received_how", s->how);
	json_put_int(j, "rows", s->rows);
	json_put_int(j, "rows_good", s->good);
	json_put_int(j, "rows_bad", s->bad);
	json_put_int(j, "rows_open", quarantine_open(tx, s->id));
	json_key(j, "replaced_by");
	if (s->replaced_by)
		json_id(j, s->replaced_by);
	else
		json_null(j);
	json_put_text(j, "reason", s->reason);
	put_notices(j, tx, s->id);
	json_object_end(j);
}

void submission_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct submission s;
	struct err err = {0};

	if (submission_find(tx, q->arena, ask_int(q, "id"), &s, &err))
		put_submission(answer_json(a), tx, q->arena, &s);
	else
		answer_fail(a, &err);
	answer_read(a, tx);
}

static void table_text_or_null(struct table *t, struct rows *r, int column)
{
	if (rows_null(r, column))
		table_null(t);
	else
		table_text(t, rows_text(r, column));
}

void submission_quarantine(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct table *t = answer_table(
	    a, S("Rows in quarantine"), S(""), quarantine_columns, 0);
	struct rows *r = quarantine_ask(tx, ask_int(q, "id"));

	while (rows_next(r)) {
		table_id(t, rows_int(r, 0));
		table_int(t, rows_int(r, 1));
		table_text(t, rows_text(r, 2));
		table_text(t, rows_text(r, 3));
		table_text(t, rows_text(r, 4));
		table_text(t, rows_text(r, 6));
		table_text_or_null(t, r, 5);
		table_text_or_null(t, r, 7);
		table_text_or_null(t, r, 8);
		table_time(t, rows_time(r, 9));
	}
	answer_read(a, tx);
}

void submission_file(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct intake to = intake_of(q);
	struct submission s;
	struct stat stat;
	struct err err = {0};
	bool found = submission_find(tx, q->arena, ask_int(q, "id"), &s, &err);
	int fd;

	db_end(tx);
	fd = found ? submission_open_file(&to, &s, &err) : -1;
	if (fd < 0 || fstat(fd, &stat)) {
		answer_fail(a, &err);
		return;
	}
	answer_header(a, "Content-Disposition",
	    arena_printf(q->arena,
		"attachment; filename=\"submission-%lld.csv\"",
		(long long)s.id));
	answer_file(a, fd, stat.st_size, "text/csv");
}

void submission_post(struct request *q, struct answer *a)
{
	struct intake to = intake_of(q);
	struct submission_options o = {.kind = ask_text(q, "kind"),
	    .name = ask_text(q, "name"),
	    .how = S("upload"),
	    .who = S("browser")};
	struct submission s;
	struct err err = {0};

	if (!submission_take(&to, q->arena, ask_file(q)->fd, &o, &s, &err)) {
		answer_fail(a, &err);
		return;
	}
	struct tx *tx = db_read(q->house->db);
	answer_status(a, s.state == SUBMISSION_TAKEN ? 201 : 200);
	put_submission(answer_json(a), tx, q->arena, &s);
	answer_read(a, tx);
}

static void put_state(struct answer *a, const char *state)
{
	struct json *j = answer_json(a);

	json_object(j);
	json_put_word(j, "state", state);
	json_object_end(j);
}

void quarantine_replay_post(struct request *q, struct answer *a)
{
	struct intake to = intake_of(q);
	struct err err = {0};

	if (quarantine_replay(&to, ask_int(q, "id"), ask_text(q, "row"),
		ask_text(q, "by"), &err))
		put_state(a, "replayed");
	else
		answer_fail(a, &err);
}

void quarantine_dismiss_post(struct request *q, struct answer *a)
{
	struct intake to = intake_of(q);
	struct err err = {0};

	if (quarantine_dismiss(&to, ask_int(q, "id"), ask_text(q, "by"),
		ask_text(q, "reason"), &err))
		put_state(a, "dismissed");
	else
		answer_fail(a, &err);
}
