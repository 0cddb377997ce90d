/* SPDX-License-Identifier: MIT */
/* wire.h: what an association keeps to itself, and the steps that both sides
 * are made of.  Private to dimse. */
#pragma once
#include "dimse/line.h"
#include "dimse/pdu.h"
#include "dimse/states.h"

#define APPLICATION_CONTEXT "1.2.840.10008.3.1.1.1"
#define CANCELS 16 /* remembered at once */

struct wire {
	struct line line;
	struct dimse_limits limits;
	struct arena arena;    /* the association itself lives in it */
	enum state state;
	bool requestor, released;
	int64_t artim_by;      /* ticks; 0: it does not run */
	struct err why;        /* it is over, or empty */
	const _Atomic bool *stopping; /* our listener's, or NULL */

	uint32_t pdu_left;     /* of the P-DATA-TF at hand */
	int64_t pdu_by;        /* for its rest; 0: it did not make us wait */
	uint32_t pdv_left;     /* of the fragment at hand */
	uint8_t pdv_context, pdv_control;

	bool data_due;         /* a data set follows that is not yet read */
	uint8_t data_context;
	bool in_message;       /* a command or data set is being read */
	int64_t message_began; /* ticks; 0: it did not make us wait */
	int64_t message_size;  /* bytes of it so far */
	uint16_t cancelled[CANCELS];
	size_t cancelled_n;

	uint16_t last_id;
	char *sending;         /* fragments read from a file; made when needed */
};

/* An association without a connection yet; association_free ends it. */
struct association *association_new(const struct dimse_limits *,
    bool requestor);
void association_free(struct association *);
/* Lets the machine take a step and does what it says, if that is to send
 * A-ABORT or a release, or to close; the reason is for A-ABORT. */
enum action wire_event(struct association *, enum event, uint8_t reason);
/* Records why it is over, after the event that ends it; returns false. */
bool wire_over(struct association *, enum event, uint8_t reason,
    struct err *, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* At least n bytes in the buffer, which may be waited for. */
bool wire_need(struct association *, size_t n, struct err *);
/* Some bytes into `at` or, if that is NULL, into the buffer; the number. */
size_t wire_get(struct association *, char *at, size_t n, struct err *);
bool wire_send(struct association *, struct iovec *, int n, struct err *);
bool wire_send_out(struct association *, struct out *, struct err *);
/* The next PDU: P-DATA-TF without, all others with their body, a view of the
 * buffer.  The machine has not seen it yet. */
bool pdu_read(struct association *, enum pdu_type *, struct str *body,
    struct err *);
/* The same when only data may come: the machine has taken it.  False also
 * after a release. */
bool pdu_data(struct association *, struct err *);
/* The head of the next fragment; pdv_left and so on say what it is. */
bool fragment_next(struct association *, struct err *);
/* Waits for the close, in Sta13, and closes. */
void wire_finish(struct association *);
/* TLS, if there is any, for a line that is open. */
bool wire_secure(struct association *, const struct tls_side *, int64_t by,
    struct err *);

/* Answers A-ASSOCIATE-RQ; false when it was refused or went wrong. */
bool acceptor_begin(struct association *, const struct dimse_door *,
    bool full, struct err *);
/* Skips what is left of a data set. */
bool data_discard(struct association *, struct err *);
