/* SPDX-License-Identifier: MIT */
/* say.c: statuses and what they say.  An error's words have no patient in
 * them (core/err.h), so they may stand in a comment; (0000,0902) holds 64
 * characters and no backslash. */
#include "doors/dicom/services.h"

#define COMMENT_MOST 64

uint16_t status_of(const struct err *err)
{
	switch (err->kind) {
	case ERR_NONE: return STATUS_SUCCESS;
	case ERR_INPUT: return STATUS_NOT_UNDERSTOOD;
	case ERR_MISSING: return STATUS_NO_INSTANCE;
	case ERR_REFUSED: return STATUS_NOT_ALLOWED;
	case ERR_BUSY: return STATUS_NO_SPACE;
	case ERR_CONFLICT:
	case ERR_BROKEN: break;
	}
	return STATUS_BROKEN;
}

bool say(struct visit *visit, const struct message *m, uint16_t status,
    const char *comment, struct err *err)
{
	char cut[COMMENT_MOST + 1];
	size_t n = 0;

	for (; comment && comment[n] && n < COMMENT_MOST; n++)
		cut[n] = comment[n] < ' ' || comment[n] > '~' ||
			comment[n] == '\\' ? '?' : comment[n];
	cut[n] = 0;
	return message_status(visit->as, m, status, n ? cut : NULL, err);
}

bool say_lost(struct visit *visit, const struct message *m, uint16_t status,
    const struct err *why, struct err *err)
{
	struct err over = {0};

	if (say(visit, m, status, why->text, &over))
		return true;
	*err = why->kind ? *why : over;
	return false;
}

bool say_instead(struct visit *visit, const struct message *m,
    uint16_t status, const char *comment, struct err *err)
{
	struct err why = {0};

	spool_clear(&visit->spool);
	if (m->has_data &&
	    !message_spool(visit->as, m, &visit->spool, &why))
		return say_lost(visit, m, status, &why, err);
	return say(visit, m, status, comment, err);
}
