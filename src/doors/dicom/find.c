/* SPDX-License-Identifier: MIT */
/* find.c: C-FIND, PS3.4 C.4.1.
 *
 * Answers are made while the search is open and sent when it has ended: how
 * fast the asker reads does not decide how long the database is held.  They
 * wait in the association's spool, so memory is bounded however many there
 * are.  The first ones of a long list are sent at once. */
#include "doors/dicom/query.h"

#define FIRST_ONES 1000

struct finding_out {
	struct visit *visit;
	const struct message *m;
	struct answering answering;
	struct find_ask ask;
	int64_t sent_to;   /* in the spool */
	int64_t waiting;   /* answers in it */
	bool cancelled;
};

static bool is_asked(struct str value)
{
	return value.len && !str_is(value, "*");
}

/* One key of the identifier: asked of the archive, compared by us, or beyond
 * what can be told. */
static bool take_key(struct finding_out *f, uint32_t i, struct err *why)
{
	struct answering *a = &f->answering;
	const struct element *key = &a->id->data->elements[i];
	struct arena *arena = &f->visit->message;
	bool narrows = true;

	if (is_control(key->tag))
		return true;
	if (!attribute_find(key->tag, a->id->level)) {
		if (a->id->level >= LEVEL_SERIES)
			a->needs_head = a->compare[i] = true;
		else
			a->some = true;
		return true;
	}
	struct str value = element_text(arena, a->id->data, key);

	if (!is_asked(value) || combined_time(a->id, key->tag))
		return true;
	if (!find_key(arena, &f->ask, key->tag, value, &narrows, why))
		return false;
	a->compare[i] = !narrows;
	return true;
}

static bool take_keys(struct finding_out *f, struct err *why)
{
	struct answering *a = &f->answering;
	const struct dataset *data = a->id->data;

	f->ask.level = a->id->level;
	f->ask.fuzzy = a->id->fuzzy;
	f->ask.org = scope_of(f->visit);
	a->compare = arena_array(&f->visit->message, bool, data->n + 1);
	if (dataset_find(data, TAG_SpecificCharacterSet))
		a->asked = data->charset;
	for (uint32_t i = 0; i < data->n; i++)
		if (!take_key(f, i, why))
			return false;
	return true;
}

/* Into the spool, behind its length. */
static bool put_answer(struct finding_out *f, const struct dataset *answer,
    struct err *why)
{
	struct out out;

	out_memory(&out);
	bool ok = dataset_write(answer, f->answering.syntax, &out, why);
	uint32_t size = (uint32_t)out.len;

	ok = ok &&
	    spool_add(&f->visit->spool,
		(struct str){(const char *)&size, sizeof(size)}, why) &&
	    spool_add(&f->visit->spool, out_str(&out), why);
	f->waiting += ok;
	return out_end(&out, why) && ok;
}

static bool send_one(struct finding_out *f, struct arena *arena,
    struct err *err)
{
	uint16_t status = f->answering.some ? STATUS_PENDING_SOME :
					      STATUS_PENDING;
	struct spool *spool = &f->visit->spool;
	uint32_t size = 0;

	if (spool_read(spool, f->sent_to, &size, sizeof(size), err) !=
	    sizeof(size))
		return fail(err, ERR_BROKEN, "an answer was cut short");
	char *bytes = arena_alloc(arena, size + 1);

	if (spool_read(spool, f->sent_to + (int64_t)sizeof(size), bytes, size,
		err) != size)
		return fail(err, ERR_BROKEN, "an answer was cut short");
	f->sent_to += (int64_t)sizeof(size) + size;
	return message_send_bytes(f->visit->as, f->m->context,
	    message_response(arena, f->m, status), (struct str){bytes, size},
	    -1, 0, 0, err);
}

/* What waits is sent, unless the asker has had enough. */
static bool send_waiting(struct finding_out *f, struct err *err)
{
	for (; f->waiting && !f->cancelled; f->waiting--) {
		struct arena arena = {0};
		bool ok;

		f->cancelled = message_cancelled(f->visit->as, f->m);
		ok = f->cancelled || send_one(f, &arena, err);
		arena_end(&arena);
		if (!ok)
			return false;
		f->visit->door->matches += !f->cancelled;
	}
	return true;
}

/* why: the search failed.  err: the association is lost. */
static void search(struct finding_out *f, struct err *why, struct err *err)
{
	struct arena held = {0};
	struct finding_rows *rows =
	    find_begin(f->answering.tx, &held, &f->ask, why);
	bool more = true;
	struct match match;

	for (int64_t n = 0; rows && more && find_next(rows, &match); n++) {
		struct arena arena = {0};
		struct dataset *answer =
		    answer_make(&f->answering, &arena, &match);

		if (answer)
			put_answer(f, answer, why);
		arena_end(&arena);
		if (f->visit->door->house->stopping)
			fail(why, ERR_BUSY, "the server is being stopped");
		more = !why->kind;
		if (more && f->waiting == FIRST_ONES && !f->sent_to)
			more = send_waiting(f, err) && !f->cancelled;
	}
	if (rows)
		find_end(rows);
	arena_end(&held);
}

static bool find_all(struct finding_out *f, struct err *err)
{
	struct err why = {0};

	spool_clear(&f->visit->spool);
	f->answering.tx = db_read(f->visit->door->house->db);
	search(f, &why, err);
	db_failed(f->answering.tx, &why);
	db_end(f->answering.tx);
	if (err->kind || (!why.kind && !send_waiting(f, err)))
		return false;
	if (why.kind) {
		log_line(LOG_WARN, "find", "peer=\"%.*s\" why=\"%s\"",
		    STR(f->visit->peer->aet), why.text);
		return say(f->visit, f->m, status_of_query(&why), why.text,
		    err);
	}
	return say(f->visit, f->m, f->cancelled ? STATUS_CANCELLED :
						  STATUS_SUCCESS, NULL, err);
}

bool find_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	struct finding_out *f = arena_new(&visit->message, struct finding_out);
	struct identifier id;
	struct dataset *data;
	struct err why = {0};

	visit->door->found++;
	if (!message_data(visit->as, &visit->message, m, &data, &why))
		return say_lost(visit, m, STATUS_NOT_OF_CLASS, &why, err);
	f->visit = visit;
	f->m = m;
	f->answering = (struct answering){.visit = visit,
	    .id = &id,
	    .syntax = m->context->syntax};
	if (!identifier_read(service, m, data, &id, &why) ||
	    !take_keys(f, &why))
		return say(visit, m, status_of_query(&why), why.text, err);
	return find_all(f, err);
}
