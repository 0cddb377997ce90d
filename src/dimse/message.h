/* SPDX-License-Identifier: MIT */
/* message.h: the messages of PS3.7, commands with or without a data set, as
 * they come and go on an association.  Part of the door of dimse/. */
#pragma once
#include "dimse/dimse.h"

/* C-FIELDs of PS3.7 E.1 */
enum { C_STORE = 0x0001, C_GET = 0x0010, C_FIND = 0x0020, C_MOVE = 0x0021,
	C_ECHO = 0x0030, N_EVENT_REPORT = 0x0100, N_GET = 0x0110,
	N_SET = 0x0120, N_ACTION = 0x0130, N_CREATE = 0x0140, N_DELETE = 0x0150,
	C_CANCEL = 0x0FFF, RESPONSE = 0x8000 };
struct message {
	struct context *context;
	uint16_t field;        /* C_STORE ...; | RESPONSE */
	uint16_t id;           /* Message ID, or that being responded to */
	uint16_t status, priority;
	struct str sop_class, sop_instance; /* affected or requested */
	bool has_data;
	struct dataset *command; /* all of it */
};

/* The next command; false at the end: err empty after a release, else why.
 * Handles A-RELEASE and A-ABORT itself.  message lives in `arena`. */
bool message_read(struct association *, struct arena *, struct message *,
    struct err *);
/* Its data set, added to the spool as it came; must be read before anything
 * is answered, or is skipped then.  One that is larger than a limit or cannot
 * be kept is read to its end and dropped: false, but the association is good
 * for an answer.  If it is not, message_read will say so too. */
bool message_spool(struct association *, const struct message *,
    struct spool *, struct err *);
bool message_data(struct association *, struct arena *, const struct message *,
    struct dataset **, struct err *); /* a small one (limits.memory), parsed */
/* A command and its data set (or NULL), in the context's syntax. */
bool message_send(struct association *, const struct context *,
    struct dataset *command, const struct dataset *data, struct err *);
/* The same with bytes already in the context's syntax: from memory, then from
 * a file (fd -1: none). */
bool message_send_bytes(struct association *, const struct context *,
    struct dataset *command, struct str head, int fd, int64_t at, int64_t size,
    struct err *);
/* A response to m with its status; more may be put to it, and it be given to
 * message_answer, which skips data that were not read. */
struct dataset *message_response(struct arena *, const struct message *,
    uint16_t status);
bool message_answer(struct association *, const struct message *,
    struct dataset *response, const struct dataset *data, struct err *);
bool message_status(struct association *, const struct message *,
    uint16_t status, const char *comment, struct err *); /* without data */
/* A request with a new Message ID, put into *id. */
struct dataset *message_request(struct association *, struct arena *,
    uint16_t field, struct str sop_class, struct str sop_instance,
    uint16_t *id);
/* Has a C-CANCEL for this message arrived, or is nobody there to be answered?
 * Looks without waiting; anything else that arrives meanwhile is kept for
 * message_read, which never tells of a C-CANCEL. */
bool message_cancelled(struct association *, const struct message *);
