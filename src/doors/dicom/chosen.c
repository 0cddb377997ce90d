/* SPDX-License-Identifier: MIT */
/* chosen.c: the instances that a C-MOVE or C-GET means, and how far it has
 * come, PS3.4 C.4.2 and C.4.3. */
#include "doors/dicom/query.h"

#include <string.h>

#define FAILED_MOST 65000 /* bytes: what a UI value may hold, explicit VR */
#define COUNT_MOST 65535  /* US */
#define TELL_US (US_PER_S / 4)

static struct instance keep(struct arena *arena, const struct instance *i)
{
	struct instance kept = *i;

	kept.uid = arena_keep(arena, i->uid);
	kept.sop_class = arena_keep(arena, i->sop_class);
	kept.syntax_uid = arena_keep(arena, i->syntax_uid);
	kept.number = arena_keep(arena, i->number);
	kept.hash = arena_keep(arena, i->hash);
	return kept;
}

static void add(struct arena *arena, struct chosen *chosen,
    const struct instance *i)
{
	if (chosen->n == chosen->room) {
		size_t room = chosen->room ? 2 * chosen->room : 256;
		struct instance *grown =
		    arena_array(arena, struct instance, room);

		if (chosen->n)
			memcpy(grown, chosen->list,
			    chosen->n * sizeof(*grown));
		chosen->list = grown;
		chosen->room = room;
	}
	chosen->list[chosen->n++] = keep(arena, i);
}

bool chosen_find(struct visit *visit, const struct identifier *id,
    struct chosen *chosen, struct err *why)
{
	struct arena *arena = &visit->message;
	struct find_ask *ask = arena_new(arena, struct find_ask);
	struct match match;

	*chosen = (struct chosen){0};
	ask->level = LEVEL_INSTANCE;
	ask->org = scope_of(visit);
	if (!identifier_keys(visit, id, ask, why))
		return false;
	struct tx *tx = db_read(visit->door->house->db);
	struct finding_rows *rows = find_begin(tx, arena, ask, why);

	while (rows && find_next(rows, &match))
		add(arena, chosen, &match.instance);
	if (rows)
		find_end(rows);
	db_failed(tx, why);
	db_end(tx);
	chosen->states = arena_alloc(arena, chosen->n + 1);
	chosen->counts.remaining = (int64_t)chosen->n;
	return !why->kind;
}

void chosen_count(struct chosen *chosen, size_t i, uint16_t status)
{
	struct sending_counts *counts = &chosen->counts;

	if (chosen->states[i])
		return;
	counts->remaining--;
	if (!status) {
		chosen->states[i] = SENT;
		counts->completed++;
	} else if ((status & 0xf000) == 0xb000) {
		chosen->states[i] = SENT;
		counts->warning++;
	} else {
		chosen->states[i] = FAILED;
		counts->failed++;
	}
}

void chosen_give_up(struct chosen *chosen)
{
	for (size_t i = 0; i < chosen->n; i++)
		chosen_count(chosen, i, STATUS_BROKEN);
}

/* As many as the value can hold; the count says how many there are. */
static struct str failed_of(struct arena *arena, const struct chosen *chosen)
{
	struct out out;

	if (!chosen->counts.failed)
		return (struct str){0};
	out_memory(&out);
	for (size_t i = 0; i < chosen->n && out.len < FAILED_MOST; i++) {
		if (chosen->states[i] != FAILED)
			continue;
		if (out.len)
			out_char(&out, '\\');
		out_put(&out, chosen->list[i].uid);
	}
	struct str list = arena_keep(arena, out_str(&out));

	out_end(&out, NULL);
	return list;
}

static void put_count(struct dataset *response, uint32_t tag, int64_t n)
{
	dataset_put_int(response, tag, n < COUNT_MOST ? n : COUNT_MOST);
}

static bool say_counts(struct visit *visit, const struct message *m,
    const struct chosen *chosen, uint16_t status, struct err *err)
{
	struct arena *arena = &visit->message;
	struct dataset *response = message_response(arena, m, status);
	struct dataset *data = NULL;
	struct str failed = {0};

	if (status == STATUS_PENDING || status == STATUS_CANCELLED)
		put_count(response, TAG_NumberOfRemainingSuboperations,
		    chosen->counts.remaining);
	put_count(response, TAG_NumberOfCompletedSuboperations,
	    chosen->counts.completed);
	put_count(response, TAG_NumberOfFailedSuboperations,
	    chosen->counts.failed);
	put_count(response, TAG_NumberOfWarningSuboperations,
	    chosen->counts.warning);
	if (status != STATUS_PENDING)
		failed = failed_of(arena, chosen);
	if (failed.len) {
		data = dataset_new(arena, m->context->syntax);
		dataset_put(data, TAG_FailedSOPInstanceUIDList, failed);
	}
	return message_answer(visit->as, m, response, data, err);
}

bool chosen_tell(struct visit *visit, const struct message *m,
    struct chosen *chosen, struct err *err)
{
	int64_t now = outside_ticks();

	if (chosen->told_at && now - chosen->told_at < TELL_US)
		return true;
	chosen->told_at = now;
	return !chosen->counts.remaining ||
	    say_counts(visit, m, chosen, STATUS_PENDING, err);
}

bool chosen_end(struct visit *visit, const struct message *m,
    struct chosen *chosen, bool cancelled, struct err *err)
{
	const struct sending_counts *counts = &chosen->counts;
	uint16_t status = STATUS_SUCCESS;

	if (cancelled)
		status = STATUS_CANCELLED;
	else if (counts->failed && !counts->completed && !counts->warning)
		status = STATUS_ALL_FAILED;
	else if (counts->failed || counts->warning)
		status = STATUS_SOME_FAILED;
	return say_counts(visit, m, chosen, status, err);
}
