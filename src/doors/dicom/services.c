/* SPDX-License-Identifier: MIT */
/* services.c: everything that can be asked for by DIMSE, one row each.
 *
 * To add a service: a row here, its function in a file of its name, a line in
 * meson.build.  Negotiation, dispatch, rights and the conformance statement
 * come from the row.  Storage is one row for all classes: every class that the
 * dictionary calls one, every private one, and every one that is newer than
 * the dictionary; an archive that refuses what it does not know loses it. */
#include "doors/dicom/services.h"

#include <string.h>

#define QR "1.2.840.10008.5.1.4.1.2."
#define COMMITMENT "1.2.840.10008.1.20.1"

/* clang-format off */
const struct service services[] = {
	{"1.2.840.10008.1.1", C_ECHO, PEER_ECHO, echo_answer, ROOT_NONE,
	    "Verification", "answers"},
	{NULL, C_STORE, PEER_STORE, store_answer, ROOT_NONE,
	    "Storage, every class", "keeps an instance as it came; answers when it is on disk"},
	{QR "1.1", C_FIND, PEER_FIND, find_answer, ROOT_PATIENT,
	    "Patient Root Query/Retrieve - FIND", "finds patients, studies, series, instances"},
	{QR "1.2", C_MOVE, PEER_MOVE, move_answer, ROOT_PATIENT,
	    "Patient Root Query/Retrieve - MOVE", "sends instances to a peer"},
	{QR "1.3", C_GET, PEER_GET, get_answer, ROOT_PATIENT,
	    "Patient Root Query/Retrieve - GET", "sends instances back on the same association"},
	{QR "2.1", C_FIND, PEER_FIND, find_answer, ROOT_STUDY,
	    "Study Root Query/Retrieve - FIND", "finds studies, series, instances"},
	{QR "2.2", C_MOVE, PEER_MOVE, move_answer, ROOT_STUDY,
	    "Study Root Query/Retrieve - MOVE", "sends instances to a peer"},
	{QR "2.3", C_GET, PEER_GET, get_answer, ROOT_STUDY,
	    "Study Root Query/Retrieve - GET", "sends instances back on the same association"},
	{COMMITMENT, N_ACTION, PEER_COMMIT, commitment_answer, ROOT_NONE,
	    "Storage Commitment Push Model", "says which instances are kept and whole"},
	{NULL, 0, 0, NULL, 0, NULL, NULL}};

/* Named as storage, but not of instances that belong to a patient's study
 * (PS3.4 GG), or not by network at all. */
static const char *const not_of_a_study[] = {
	"1.2.840.10008.1.3.10",           /* Media Storage Directory */
	"1.2.840.10008.5.1.4.38.1",       /* Hanging Protocol */
	"1.2.840.10008.5.1.4.39.1",       /* Color Palette */
	"1.2.840.10008.5.1.4.43.1",       /* Generic Implant Template */
	"1.2.840.10008.5.1.4.44.1",       /* Implant Assembly Template */
	"1.2.840.10008.5.1.4.45.1",       /* Implant Template Group */
	"1.2.840.10008.5.1.4.1.1.200.1",  /* CT Defined Procedure Protocol */
	"1.2.840.10008.5.1.4.1.1.200.3",  /* Protocol Approval */
	"1.2.840.10008.5.1.4.1.1.200.7",  /* XA Defined Procedure Protocol */
	"1.2.840.10008.5.1.4.1.1.201.1",  /* Inventory */
	NULL};
/* clang-format on */

static bool has_word(const char *name, const char *word)
{
	return strstr(name, word) != NULL;
}

/* "CT Image Storage" is one, "Storage Commitment Push Model" is none. */
static bool is_named_storage(const struct uid_term *term)
{
	return has_word(term->type, "SOP Class") &&
	    !has_word(term->type, "Meta") && has_word(term->name, "Storage") &&
	    !str_starts(str_of(term->name), S("Storage "));
}

bool is_storage(struct str abstract)
{
	const struct uid_term *term = uid_find(abstract);

	for (const char *const *one = not_of_a_study; *one; one++)
		if (str_is(abstract, *one))
			return false;
	if (term)
		return is_named_storage(term);
	if (!uid_valid(abstract))
		return false;
	return !str_starts(abstract, S("1.2.840.10008.")) ||
	    str_starts(abstract, S("1.2.840.10008.5.1.4.1.1."));
}

const struct service *service_find(struct str abstract, uint16_t field)
{
	for (const struct service *s = services; s->field; s++)
		if (s->field == field &&
		    (s->abstract ? str_is(abstract, s->abstract) :
				   is_storage(abstract)))
			return s;
	return NULL;
}

static const struct service *service_of_class(struct str abstract)
{
	for (const struct service *s = services; s->field; s++)
		if (s->abstract && str_is(abstract, s->abstract))
			return s;
	return NULL;
}

/* What comes to be kept is kept as it comes, so of those that the asker
 * proposes its own first choice is ours. */
static size_t first_known(const struct str *syntaxes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (syntax_find(syntaxes[i]))
			return i;
	return n;
}

static size_t place_of(const struct str *syntaxes, size_t n,
    const struct syntax *syntax)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(syntaxes[i], syntax->uid))
			return i;
	return n;
}

static size_t explicit_if_any(const struct str *syntaxes, size_t n)
{
	size_t at = place_of(syntaxes, n, syntax_explicit);

	return at < n ? at : place_of(syntaxes, n, syntax_implicit);
}

/* PS3.4 C.5.1 (FIND): relational, combined date and time, fuzzy names, time
 * zone; C.5.2 and C.5.3 (MOVE, GET): relational, enhanced conversion. */
static struct str answer_extended(const struct service *s, struct str asked,
    struct arena *arena)
{
	static const char find[] = {1, 1, 1, 0}, move[] = {1, 0};
	bool is_find = s->field == C_FIND;
	const char *ours = is_find ? find : move;
	size_t most = is_find ? sizeof(find) : sizeof(move);

	if (s->root == ROOT_NONE || !asked.len)
		return (struct str){0};
	if (most > asked.len)
		most = asked.len;
	char *answer = arena_alloc(arena, most);

	for (size_t i = 0; i < most; i++)
		answer[i] = asked.at[i] == 1 && ours[i];
	return (struct str){answer, most};
}

bool services_agree(struct context *context, const struct str *syntaxes,
    size_t n, size_t *chosen, struct str extended, struct arena *arena)
{
	const struct service *s = service_of_class(context->abstract);

	if (s) {
		*chosen = explicit_if_any(syntaxes, n);
		context->extended = answer_extended(s, extended, arena);
		return true;
	}
	if (!is_storage(context->abstract))
		return false;
	*chosen = first_known(syntaxes, n);
	return true;
}
