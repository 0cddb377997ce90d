/* SPDX-License-Identifier: MIT */
/* pdu.h: the protocol data units of PS3.8 9.3 and the user items of PS3.7
 * D.3.3, bytes to structs and back; no sockets.  Private to dimse. */
#pragma once
#include "dimse/dimse.h"

enum pdu_type { PDU_RQ = 1, PDU_AC, PDU_RJ, PDU_DATA, PDU_RELEASE_RQ,
	PDU_RELEASE_RP, PDU_ABORT };
#define PDU_HEAD 6  /* type, reserved, length of the rest */
#define PDV_HEAD 6  /* length of the rest, context id, message control */
#define PDV_COMMAND 1
#define PDV_LAST 2
#define PDU_DEFAULT 16384 /* taken by one who names no maximum */

/* A-ABORT, PS3.8 9.3.8 */
enum { ABORT_USER = 0, ABORT_PROVIDER = 2 };
enum { ABORT_NO_REASON = 0, ABORT_UNRECOGNISED_PDU = 1,
	ABORT_UNEXPECTED_PDU = 2, ABORT_UNEXPECTED_PARAMETER = 5,
	ABORT_INVALID_PARAMETER = 6 };

struct refusal { /* A-ASSOCIATE-RJ, PS3.8 9.3.4 */
	uint8_t result, source, reason;
};
struct presentation { /* a presentation context item */
	uint8_t id, result;          /* result: of an AC */
	struct str abstract;         /* of an RQ */
	struct str *syntaxes;        /* of an AC: one, or none */
	size_t n;
};
struct role {
	struct str sop_class;
	bool scu, scp;
};
struct extension {
	struct str sop_class, bytes;
};
struct common_extension { /* RQ only */
	struct str sop_class, service_class;
	struct str *related;
	size_t n;
};
struct associate { /* A-ASSOCIATE-RQ or -AC */
	uint16_t version;            /* a set of bits; bit 0 is version 1 */
	char called[AET_MOST + 1], calling[AET_MOST + 1]; /* trimmed */
	struct str application;
	struct presentation *contexts;
	size_t contexts_n;
	int64_t pdu_most;            /* 0: any */
	struct str implementation, implementation_version;
	bool has_window;             /* asynchronous operations; 0: any */
	uint16_t window_invoked, window_performed;
	struct role *roles;
	size_t roles_n;
	struct extension *extensions;
	size_t extensions_n;
	struct common_extension *commons;
	size_t commons_n;
	uint8_t user_type;           /* RQ; 0: no user identity */
	bool user_answer;            /* RQ: one is wished; AC: it is there */
	struct str user, user_secret; /* AC: user is the server's response */
};

/* The part after the head.  What is read are views of the bytes.  An error
 * names the offset, counted from the PDU's first byte. */
bool associate_read(struct arena *, struct str body, bool accept,
    struct associate *, struct err *);
bool refusal_read(struct str body, struct refusal *, struct err *);
/* Source and reason. */
bool abort_read(struct str body, uint8_t *source, uint8_t *reason,
    struct err *);
/* The 32-bit length of a head; false if there is no such type. */
bool pdu_head_read(const char head[PDU_HEAD], enum pdu_type *, uint32_t *len);
const char *refusal_words(struct refusal); /* the standard's */
const char *abort_words(uint8_t source, uint8_t reason);

/* Whole PDUs. */
void associate_write(struct out *, const struct associate *,
    bool accept);
void refusal_write(struct out *, struct refusal);
void abort_write(struct out *, uint8_t source, uint8_t reason);
void release_write(struct out *, enum pdu_type);
void data_head_write(char head[PDU_HEAD + PDV_HEAD], size_t fragment,
    uint8_t context, uint8_t control);
