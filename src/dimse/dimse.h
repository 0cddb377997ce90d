/* SPDX-License-Identifier: MIT */
/* dimse.h: DICOM on the wire: the upper layer of PS3.8 and the messages of
 * PS3.7.  One thread for each association, straight-line.  The door of
 * dimse/.  Sockets have TCP_NODELAY, and TCP_QUICKACK after each read: a
 * sender that has neither is ten times faster by it. */
#pragma once
#include "dicom/dicom.h"
#include "dimse/tls.h"

struct message; /* see message.h */

#define AET_MOST 16
#define CONTEXTS_MOST 128

/* Each is a setting; reached, it is answered with the standard's own refusal:
 * A-ASSOCIATE-RJ 3/2 (temporary, local limit), A-ABORT, or a status. */
struct dimse_limits {
	int64_t associations;    /* at once */
	int64_t from_one;        /* at once from one address */
	int64_t pdu_size;        /* that we take: 4096..1 MiB */
	int64_t artim_s;         /* for a request, and for the close at the end */
	int64_t idle_s;          /* between messages */
	int64_t pdu_s;           /* for the rest of a PDU that has begun, and to send some */
	int64_t rate_floor;      /* bytes/s of a message past its first pdu_s; 0: none */
	int64_t object_size;     /* largest data set; more is read, dropped, answered */
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

/* The side that is called. */
enum { REJECT_NONE, REJECT_UNKNOWN_CALLING, REJECT_UNKNOWN_CALLED, REJECT_BUSY,
	REJECT_NO_REASON, REJECT_APPLICATION };
struct dimse_door {
	void *with;
	/* May this caller come in?  Returns a REJECT_; may set as->with. */
	int (*admit)(void *with, struct association *);
	/* What is agreed to for this abstract syntax: *chosen is one of its n
	 * syntaxes (as it stands: none is supported); scu and scp, as asked
	 * for, may be taken away; `extended` is what was asked, and goes into
	 * the context if it is answered.  False: class not supported. */
	bool (*agree)(void *with, struct association *, struct context *,
	    const struct str *syntaxes, size_t n, size_t *chosen,
	    struct str extended);
	/* Serves until message_read says it is over. */
	void (*serve)(void *with, struct association *);
	/* Once for each connection that came to an end, also rejected ones. */
	void (*done)(void *with, struct association *, const struct err *why);
};
/* What stands in limits is copied; the door and tls must outlive it. */
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
	const char *host;
	int64_t port;
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

#include "dimse/message.h"
