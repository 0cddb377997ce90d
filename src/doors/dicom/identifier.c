/* SPDX-License-Identifier: MIT */
/* identifier.c: what a C-FIND, C-MOVE or C-GET names, PS3.4 C.2.2, C.4.
 *
 * Unless relational queries were agreed, the unique keys of the levels above
 * the one asked for must be there, each with one value: this is what keeps a
 * slip from asking for every series of the network. */
#include "doors/dicom/query.h"

#include <string.h>

static const struct {
	const char *word;
	enum level level;
	uint32_t key; /* unique at this level */
} levels[] = {
    {"PATIENT", LEVEL_PATIENT, TAG_PatientID},
    {"STUDY", LEVEL_STUDY, TAG_StudyInstanceUID},
    {"SERIES", LEVEL_SERIES, TAG_SeriesInstanceUID},
    {"IMAGE", LEVEL_INSTANCE, TAG_SOPInstanceUID},
};
#define LEVELS (sizeof(levels) / sizeof(*levels))

const char *level_word(enum level level)
{
	return levels[level].word;
}

static bool read_level(const struct service *service,
    const struct dataset *data, enum level *level, struct err *why)
{
	struct str word = dataset_raw(data, TAG_QueryRetrieveLevel);

	for (size_t i = 0; i < LEVELS; i++)
		if (str_is(word, levels[i].word)) {
			*level = levels[i].level;
			if (*level == LEVEL_PATIENT &&
			    service->root == ROOT_STUDY)
				break;
			return true;
		}
	if (!word.len)
		return fail(why, ERR_INPUT,
		    "Query/Retrieve Level (0008,0052) is missing");
	return fail(why, ERR_INPUT,
	    "this root does not have the level (0008,0052) asked for");
}

static bool agreed(const struct message *m, size_t i)
{
	struct str bytes = m->context->extended;

	return i < bytes.len && bytes.at[i] == 1;
}

static bool is_one_value(struct str value)
{
	return value.len && !memchr(value.at, '\\', value.len) &&
	    !memchr(value.at, '*', value.len) &&
	    !memchr(value.at, '?', value.len);
}

static bool has_upper_keys(const struct service *service,
    const struct identifier *id, struct err *why)
{
	size_t first = service->root == ROOT_STUDY ? LEVEL_STUDY :
						     LEVEL_PATIENT;

	for (size_t i = first; i < (size_t)id->level; i++)
		if (!is_one_value(dataset_raw(id->data, levels[i].key)))
			return fail(why, ERR_INPUT, "%s must have one value, "
			    "or relational queries be agreed",
			    tag_text(levels[i].key).at);
	return true;
}

bool identifier_read(const struct service *service, const struct message *m,
    const struct dataset *data, struct identifier *id, struct err *why)
{
	*id = (struct identifier){.data = data, .relational = agreed(m, 0)};
	if (service->field == C_FIND) {
		id->combined = agreed(m, 1);
		id->fuzzy = agreed(m, 2);
	}
	return read_level(service, data, &id->level, why) &&
	    (id->relational || has_upper_keys(service, id, why));
}

/* PS3.4 C.4.2.1.4: one value above, one or a list of UIDs at the level.  A
 * patient is known by identifier and issuer. */
bool identifier_keys(struct visit *visit, const struct identifier *id,
    struct find_ask *ask, struct err *why)
{
	bool narrows;

	for (size_t i = 0; i <= (size_t)id->level; i++) {
		struct str value = dataset_text(&visit->message, id->data,
		    levels[i].key);
		bool is_last = i == (size_t)id->level;

		if (!value.len && !is_last)
			continue;
		if (!value.len || memchr(value.at, '*', value.len) ||
		    memchr(value.at, '?', value.len))
			return fail(why, ERR_INPUT, "%s must say which",
			    tag_text(levels[i].key).at);
		if (!find_key(&visit->message, ask, levels[i].key, value,
			&narrows, why))
			return false;
	}
	struct str issuer = dataset_text(&visit->message, id->data,
	    TAG_IssuerOfPatientID);

	return !issuer.len ||
	    find_key(&visit->message, ask, TAG_IssuerOfPatientID, issuer,
		&narrows, why);
}

struct str scope_of(const struct visit *visit)
{
	if (visit->peer->rights & PEER_ALL_TRUSTS)
		return (struct str){0};
	return visit->peer->org;
}

uint16_t status_of_query(const struct err *err)
{
	if (err->kind == ERR_INPUT)
		return STATUS_NOT_OF_CLASS;
	return err->kind == ERR_BUSY ? STATUS_NO_SPACE :
				       STATUS_NOT_UNDERSTOOD;
}
