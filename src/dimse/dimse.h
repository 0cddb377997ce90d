/* SPDX-License-Identifier: MIT */
/* dimse.h: DICOM on the wire: the upper layer of PS3.8 and the messages of
 * PS3.7.  One thread for each association, straight-line.  The door of
 * dimse/.  Sockets have TCP_NODELAY, and TCP_QUICKACK after each read: a
 * sender that has neither is ten times faster by it. */
#pragma once
#include "dicom/dicom.h"
#include "dimse/tls.h"

#define AET_MOST 16
#define CONTEXTS_MOST 128

/* Each is a setting; reached, it is answered with the standard's own refusal:
 * A-ASSOCIATE-RJ 3/2 (temporary, local limit), A-ABORT, or a status. */
struct dimse_limits {
	int64_t associations;    /* at once */
	int64_t from_one;        /* at once from one address */
	int64_t pdu_size;        /* that we take: 4096..1 MiB */
	int64_t artim_s;         /* for A-ASSOCIATE-RQ, and for the close after a release or reject */
	int64_t idle_s;          /* between messages */
	int64_t pdu_s;           /* for the rest of a PDU once it has begun, and to send one */
	int64_t rate_floor;      /* bytes/s averaged over a data set; slower is aborted; 0: none */
	int64_t object_size;     /* largest data set */
	int64_t command_size;    /* largest command set */
	int64_t memory;          /* bytes of one data set held in memory */
	const char *folder;      /* for larger ones */
};

struct context { /* a presentation context, as agreed */
	uint8_t id;            /* 0: not used */
	uint8_t result;        /* 0 accepted; PS3.8 9.3.3.2 */
	bool scu, scp;         /* roles of the asker (requestor) */
	struct str abstract;   /* SOP class */
	const struct syntax *syntax; /* agreed; NULL when refused or unknown */
	struct str syntax_uid;
	struct str extended;   /* agreed extended negotiation bytes */
};
struct association {
	char calling[AET_MOST + 1], called[AET_MOST + 1]; /* trimmed */
	char address[64];      /* of the other side */
	const char *peer_name; /* subject of its certificate, or NULL */
	const char *peer_certificate; /* its SHA-256, hexadecimal, or NULL */
	struct context contexts[CONTEXTS_MOST]; /* id 1 at [0], 3 at [1], ... */
	struct str implementation; /* its class UID / version name */
	struct str user, user_secret; /* user identity, PS3.7 D.3.3.7; may be empty */
	uint8_t user_type;
	int64_t pdu_most;      /* that it takes; 0: any */
	int64_t began_at;
	_Atomic int64_t bytes_in, bytes_out, messages;
	void *with;            /* the door's own, for this association */
	struct arena *arena;   /* lives as long as it */
	struct wire *wire;     /* private */
};

/* C-FIELDs of PS3.7 E.1 */
enum { C_STORE = 0x0001, C_GET = 0x0010, C_FIND = 0x0020, C_MOVE = 0x0021,
	C_ECHO = 0x0030, N_EVENT_REPORT = 0x0100, N_GET = 0x0110, N_SET = 0x0120,
	N_ACTION = 0x0130, N_CREATE = 0x0140, N_DELETE = 0x0150,
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
/* Its data set, which must be read before anything is answered.  Bytes as they
 * came. */
bool message_spool(struct association *, const struct message *,
    struct spool *, struct err *);
bool message_data(struct association *, struct arena *, const struct message *,
    struct dataset **, struct err *); /* a small one, parsed */
/* A command and its data set (or NULL), in the context's syntax. */
bool message_send(struct association *, const struct context *,
    struct dataset *command, const struct dataset *data, struct err *);
/* The same with bytes already in the context's syntax: from memory, then from
 * a file (fd -1: none). */
bool message_send_bytes(struct association *, const struct context *,
    struct dataset *command, struct str head, int fd, int64_t at, int64_t size,
    struct err *);
/* A response to m with its status; `also` (or NULL) may be put to first by
 * message_response. */
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
/* Has a C-CANCEL for this message arrived?  Looks without waiting; anything
 * else that arrives meanwhile is kept for message_read. */
bool message_cancelled(struct association *, const struct message *);

/* The side that is called. */
enum { REJECT_NONE, REJECT_UNKNOWN_CALLING, REJECT_UNKNOWN_CALLED, REJECT_BUSY,
	REJECT_NO_REASON, REJECT_APPLICATION };
struct dimse_door {
	void *with;
	/* May this caller come in?  Returns a REJECT_; may set as->with. */
	int (*admit)(void *with, struct association *);
	/* What do we offer for this abstract syntax: sets `accept` for each of
	 * the proposed syntaxes (in the asker's order) and roles; `answer` is
	 * extended negotiation.  False: abstract syntax not supported. */
	bool (*agree)(void *with, struct association *, struct context *,
	    const struct str *syntaxes, size_t n, size_t *chosen,
	    struct str extended);
	/* Serves until message_read says it is over. */
	void (*serve)(void *with, struct association *);
	/* Once for each connection that came to an end, also rejected ones. */
	void (*done)(void *with, struct association *, const struct err *why);
};
struct listener;
struct listener *listener_start(const char *address, int64_t port,
    const struct tls_side *tls /* or NULL */, const struct dimse_door *,
    const struct dimse_limits *, struct err *);
int64_t listener_port(const struct listener *);
struct listener_counts { int64_t open, served, rejected, aborted; };
struct listener_counts listener_counts(struct listener *);
/* Refuses what is new, lets what is open end or aborts it after seconds. */
bool listener_stop(struct listener *, int64_t seconds);

/* The side that calls. */
struct proposal {
	const char *abstract;
	const char *syntaxes[16]; /* NULL ends them */
	bool scp_role;            /* we want to be SCP of it (C-GET) */
	struct str extended;
};
struct called {
	const char *host; int64_t port;
	const char *aet, *our_aet;
	const struct tls_side *tls; /* or NULL */
	int64_t timeout_s;        /* to connect and to be answered */
};
/* At most 128 proposals.  NULL and err with the standard's words of refusal. */
struct association *association_open(const struct called *,
    const struct proposal *, size_t n, const struct dimse_limits *,
    struct err *);
/* The accepted context for this class, with this syntax if any is named. */
struct context *association_context(struct association *, struct str abstract,
    const struct syntax *syntax);
/* Waits for the response to a request; pending ones too. */
bool association_response(struct association *, struct arena *, uint16_t id,
    struct message *, struct err *);
bool association_cancel(struct association *, struct context *, uint16_t id,
    struct err *);
void association_close(struct association *); /* releases; aborts if it is broken; frees */
void association_abort(struct association *); /* and frees */
