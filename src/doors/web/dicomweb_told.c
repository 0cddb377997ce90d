/* SPDX-License-Identifier: MIT */
/* dicomweb_told.c: what became of each instance of a STOW-RS request, in the
 * words of PS3.18 I.2: the Store Instances Response Module as DICOM JSON.
 *
 *	200  all are stored
 *	202  some are not, or one was stored beside another of its UID
 *	409  none is;  503 if another try may do;  500 if it is our fault */
#include "doors/web/dicomweb_stow.h"

#include <string.h>

static void put_key(struct json *j, uint32_t tag, const char *vr)
{
	json_key(j, tag_hex(tag).at);
	json_object(j);
	json_key(j, "vr");
	json_text(j, str_of(vr));
	json_key(j, "Value");
	json_array(j);
}

static void end_key(struct json *j)
{
	json_array_end(j);
	json_object_end(j);
}

static void put_text(struct json *j, uint32_t tag, const char *vr,
    struct str text)
{
	if (!text.len)
		return;
	put_key(j, tag, vr);
	json_text(j, text);
	end_key(j);
}

static void put_reason(struct json *j, uint32_t tag, int64_t reason)
{
	put_key(j, tag, "US");
	json_int(j, reason);
	end_key(j);
}

static void put_uids(struct json *j, const struct piece *piece)
{
	put_text(j, TAG_ReferencedSOPClassUID, "UI",
	    str_of(piece->sop_class.at));
	put_text(j, TAG_ReferencedSOPInstanceUID, "UI",
	    str_of(piece->sop_instance.at));
}

static void put_kept(const struct stow *s, struct json *j,
    const struct piece *piece)
{
	struct arena arena = {0};
	struct place place = {str_of(piece->study.at),
	    str_of(piece->series.at), str_of(piece->sop_instance.at),
	    LEVEL_INSTANCE};

	json_object(j);
	put_uids(j, piece);
	put_text(j, TAG_RetrieveURL, "UR", place_url(s->q, &arena, &place));
	if (piece->reason)
		put_reason(j, TAG_WarningReason, piece->reason);
	json_object_end(j);
	arena_end(&arena);
}

static void put_failed(const struct stow *s, struct json *j,
    const struct piece *piece)
{
	(void)s;
	json_object(j);
	put_uids(j, piece);
	put_reason(j, TAG_FailureReason, piece->reason);
	json_object_end(j);
}

/* Kept, not kept, and not even named. */
enum fate { FATE_KEPT, FATE_FAILED, FATE_UNKNOWN, FATES };
static const struct {
	uint32_t tag;
	void (*put)(const struct stow *, struct json *, const struct piece *);
} fates[FATES] = {
	{TAG_ReferencedSOPSequence, put_kept},
	{TAG_FailedSOPSequence, put_failed},
	{TAG_OtherFailuresSequence, put_failed},
};

static enum fate fate_of(const struct piece *piece)
{
	if (piece->failed == ERR_NONE)
		return FATE_KEPT;
	return piece->sop_instance.at[0] ? FATE_FAILED : FATE_UNKNOWN;
}

static int status_of(const struct stow *s)
{
	size_t kept = 0, warned = 0, busy = 0, broken = 0;

	for (size_t i = 0; i < s->pieces_n; i++) {
		const struct piece *piece = &s->pieces[i];
		kept += piece->failed == ERR_NONE;
		warned += piece->failed == ERR_NONE && piece->reason;
		busy += piece->failed == ERR_BUSY;
		broken += piece->failed == ERR_BROKEN;
	}
	if (kept == s->pieces_n)
		return warned ? 202 : 200;
	return kept ? 202 : busy ? 503 : broken ? 500 : 409;
}

static void put_sequence(const struct stow *s, struct json *j, enum fate fate)
{
	bool begun = false;

	for (size_t i = 0; i < s->pieces_n; i++) {
		if (fate_of(&s->pieces[i]) != fate)
			continue;
		if (!begun)
			put_key(j, fates[fate].tag, "SQ");
		begun = true;
		fates[fate].put(s, j, &s->pieces[i]);
	}
	if (begun)
		end_key(j);
}

/* The study's address, when all that was kept is of one. */
static void put_study(const struct stow *s, struct json *j)
{
	struct place place = {.level = LEVEL_STUDY};

	for (size_t i = 0; i < s->pieces_n; i++) {
		struct str uid = str_of(s->pieces[i].study.at);
		if (s->pieces[i].failed != ERR_NONE)
			continue;
		if (place.study.len && !str_eq(place.study, uid))
			return;
		place.study = uid;
	}
	if (place.study.len)
		put_text(j, TAG_RetrieveURL, "UR",
		    place_url(s->q, s->q->arena, &place));
}

void stow_tell(const struct stow *s, struct answer *a)
{
	struct json *j = &a->json;

	*j = (struct json){.out = answer_out(a, "application/dicom+json")};
	answer_status(a, status_of(s));
	if (a->status == 503)
		answer_header(a, "Retry-After", S("5"));
	json_object(j);
	put_study(s, j);
	for (enum fate fate = 0; fate < FATES; fate++)
		put_sequence(s, j, fate);
	json_object_end(j);
}
