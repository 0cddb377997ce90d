/* SPDX-License-Identifier: MIT */
/* peers.h: the systems that speak DICOM with us: who may call, from where, for
 * which trust, to do what; and where we may call.  Edited by people, with
 * history.  The door of peers/. */
#pragma once
#include "store/store.h"

enum peer_right {
	PEER_ECHO = 1,
	PEER_STORE = 2,
	PEER_FIND = 4,
	PEER_MOVE = 8,
	PEER_GET = 16,
	PEER_COMMIT = 32,
	PEER_ALL_TRUSTS = 64 /* sees studies of every trust */
};
#define PEER_RIGHTS_ALL 127
struct peer_right_word {
	int64_t right; /* 0 ends the list */
	const char *word, *sentence;
};
extern const struct peer_right_word peer_rights[];
/* Words of peer_rights parted by blanks or commas; an unknown one is the
 * error. */
bool peer_rights_read(struct str, int64_t *rights, struct err *);
struct str peer_rights_text(struct arena *, int64_t rights); /* parted by blanks */

struct peer {
	int64_t id;
	struct str aet;          /* unique; compared as bytes, trimmed */
	struct str org;          /* trust that it speaks for */
	struct str name;         /* for people: "CT 1, Royal Preston" */
	struct str addresses;    /* allowed sources: CIDR list, parted by blanks; empty: any */
	struct str host;         /* where we call it; empty: never */
	int64_t port;
	bool tls;                /* when we call, and demanded when it calls */
	struct str certificate;  /* SHA-256 of the one it must show; or empty */
	int64_t rights;
	int64_t associations;    /* at once; 0: the program's limit */
	int64_t rate_mib_s;      /* 0: no limit */
	struct str charset;      /* of our answers: "", "ISO_IR 100", ... */
	struct str notify;       /* AE titles told of its instances (IAN); or empty */
	bool active;
};
/* In the arena; NULL if there is none. */
struct peer *peer_find(struct tx *, struct arena *, struct str aet);
struct peer *peer_at(struct tx *, struct arena *, int64_t id);
struct rows *peers_each(struct tx *); /* peer_read each */
void peer_read(struct rows *, struct arena *, struct peer *);
/* id 0: new.  Tidies what people type (blanks, colons of a fingerprint).
 * ERR_INPUT names the field; ERR_MISSING: no such peer; a second peer of one
 * AE title is ERR_CONFLICT. */
bool peer_keep(struct tx *, struct peer *, struct str who, struct str why,
    struct err *);
struct rows *peer_history(struct tx *, int64_t id); /* at, who, why, what (JSON) */
bool peer_address_allowed(const struct peer *, const char *address);

/* The peers as they stand, in memory: read again only when the journal has
 * moved, so that an association costs no query.  Any thread. */
struct peer_book; /* lives in the arena; ended with it */
struct peer_book *peer_book_open(struct arena *, struct db *);
/* A copy in the arena.  NULL: there is none, or, with err, it cannot be told. */
struct peer *peer_book_find(struct peer_book *, struct arena *, struct str aet,
    struct err *);

/* Callers that nobody knows: counted, shown, admitted by a person. */
struct stranger {
	struct str calling, called, address, certificate, reason;
	int64_t first_at, last_at, times, id;
};
#define STRANGERS_MOST 1000 /* the longest unheard gives up its place */
void stranger_note(struct tx *, struct str calling, struct str called,
    struct str address, struct str certificate, struct str reason);
struct rows *strangers_each(struct tx *); /* stranger_read each; newest first */
void stranger_read(struct rows *, struct arena *, struct stranger *);
/* Makes a peer of it: rights to echo and store, from its address alone; the
 * stranger's rows of this AE title go. */
bool stranger_admit(struct tx *, int64_t stranger, struct str org,
    struct str who, int64_t *peer, struct err *);
bool stranger_dismiss(struct tx *, int64_t stranger, struct str who,
    struct err *);
