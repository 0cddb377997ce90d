/* SPDX-License-Identifier: MIT */
/* services.h: what a service has to hand; private to doors/dicom. */
#pragma once
#include "archive/archive.h"
#include "dimse/dimse.h"
#include "doors/dicom/dicom.h"
#include "peers/peers.h"
#include "post/post.h"

#include <pthread.h>

/* Statuses of PS3.7 annex C and PS3.4 B.2.3, C.4.1 to C.4.3. */
enum {
	STATUS_SUCCESS = 0x0000,
	STATUS_PENDING = 0xff00,
	STATUS_PENDING_SOME = 0xff01,  /* an optional key was not supported */
	STATUS_CANCELLED = 0xfe00,
	STATUS_SOME_FAILED = 0xb000,   /* sub-operations */
	STATUS_OTHER_CLASS = 0xb007,   /* kept, but not what the command said */
	STATUS_NO_SPACE = 0xa700,
	STATUS_ALL_FAILED = 0xa702,    /* sub-operations */
	STATUS_NO_DESTINATION = 0xa801,
	STATUS_NOT_OF_CLASS = 0xa900,  /* data set, or identifier */
	STATUS_NOT_UNDERSTOOD = 0xc000,
	STATUS_NO_ATTRIBUTE = 0x0120,  /* missing in the command's data set */
	STATUS_BROKEN = 0x0110,
	STATUS_NO_INSTANCE = 0x0112,
	STATUS_NO_CLASS = 0x0122,
	STATUS_NOT_ALLOWED = 0x0124,
	STATUS_NO_ACTION = 0x0123,
	STATUS_NO_OPERATION = 0x0211
};

struct side { /* one listener */
	struct dicom_door *door;
	struct listener *listener; /* NULL: none */
	bool secure;
};
struct dicom_door {
	struct house *house;
	struct peer_book *book;
	struct dimse_limits limits;
	struct tls_side *tls, *calling; /* as server, as caller; or NULL */
	struct side plain, secure;
	struct dimse_door plain_door, secure_door;
	const char *const *titles; /* ours; NULL ends them */
	pthread_mutex_t lock;  /* of what follows */
	struct arena arena;    /* of the visitors */
	struct visitor { int64_t peer, open; } *visitors;
	size_t visitors_n, visitors_room;
	_Atomic int64_t strangers, echoed, stored, store_refused, found,
	    matches, moved, got, sent, send_failed, committed;
};

struct visit { /* one association that was admitted; association.with */
	struct dicom_door *door;
	struct association *as;
	struct peer *peer;     /* as it was when the association began */
	struct arena message;  /* emptied after each message */
	struct spool spool;    /* used again for each */
};

struct service {
	const char *abstract;  /* a SOP class; NULL: every storage class */
	uint16_t field;        /* C-FIELD */
	int64_t right;         /* of peers.h */
	/* Answers one message whose data set has not been read yet.  False: the
	 * association cannot go on, and err says why. */
	bool (*act)(struct visit *, const struct service *,
	    const struct message *, struct err *);
	int root;              /* of query and retrieve: ROOT_ */
	const char *name, *sentence;
};
enum { ROOT_NONE, ROOT_PATIENT, ROOT_STUDY };
extern const struct service services[]; /* ends with field 0 */
const struct service *service_find(struct str abstract, uint16_t field);
bool is_storage(struct str abstract);
/* PS3.8 7.1.1: what is accepted of what is proposed. */
bool services_agree(struct context *, const struct str *syntaxes, size_t n,
    size_t *chosen, struct str extended, struct arena *);

#define SERVICE(name) \
	bool name(struct visit *, const struct service *, \
	    const struct message *, struct err *)
SERVICE(echo_answer);
SERVICE(store_answer);
SERVICE(find_answer);
SERVICE(move_answer);
SERVICE(get_answer);
SERVICE(commitment_answer);
#undef SERVICE

/* admit.c */
int door_admit(void *side, struct association *);
void door_leave(struct dicom_door *, const struct peer *);

/* say.c: a status and why.  The comment is cut to what (0000,0902) may hold. */
bool say(struct visit *, const struct message *, uint16_t status,
    const char *comment, struct err *);
uint16_t status_of(const struct err *);
/* After a data set could not be taken (why): says so if the association still
 * stands; else false, with why as err. */
bool say_lost(struct visit *, const struct message *, uint16_t status,
    const struct err *why, struct err *err);
/* Reads a data set only to be rid of it, then says. */
bool say_instead(struct visit *, const struct message *, uint16_t status,
    const char *comment, struct err *);
