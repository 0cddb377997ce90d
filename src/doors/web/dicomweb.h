/* SPDX-License-Identifier: MIT */
/* dicomweb.h: what the files of DICOMweb (PS3.18) share; private to doors/web.
 *
 *	dicomweb.c            what a path names, tags of answers, capabilities
 *	dicomweb_accept.c     what the asker takes, against what is stored
 *	dicomweb_parts.c      answers of several parts, sent as they lie
 *	dicomweb_find.c       QIDO-RS
 *	dicomweb_metadata.c   WADO-RS metadata
 *	dicomweb_fetch.c      WADO-RS: instances, bulk data
 *	dicomweb_frames.c     WADO-RS: frames and pixel data
 *	dicomweb_render.c     WADO-RS rendered and thumbnails; WADO-URI
 *	dicomweb_store.c      STOW-RS */
#pragma once
#include "doors/web/routes.h"

#include "archive/archive.h"
#include "imaging/imaging.h"

/* dicomweb.c */
struct place { /* UIDs; empty: the path does not name one */
	struct str study, series, instance;
	enum level level;
};
/* False, and the answer is made: the UIDs cannot be, or there is no archive. */
bool place_read(struct request *, struct answer *, struct place *);
struct str base_url(const struct request *, struct arena *); /* "http://host:port/dicom-web" */
struct str place_url(const struct request *, struct arena *,
    const struct place *);
struct found { /* what a place holds; texts in the request's arena */
	struct study study;
	struct instance *list;
	struct str *series; /* the UID of each one's series */
	size_t n;
};
/* False, and the answer is made, when there is none. */
bool place_find(struct request *, struct answer *, const struct place *,
    struct found *);
/* True when the asker has it already: then that is the answer.  The tag is
 * made of what was asked, how it was asked, and the version of what is there;
 * strong: its bytes are the same each time. */
bool found_known(struct answer *, const struct found *, bool strong);
/* Refuses as answers.c does, in one line. */
void answer_error(struct answer *, int status, enum err_kind, const char *text);
/* A list of n, with place for one more; older ones stay in the arena. */
void *grown(struct arena *, void *list, size_t n, size_t *room, size_t size);

/* dicomweb_accept.c */
struct wish { /* one thing that the asker takes */
	struct str type;     /* of a part, or of the single part */
	struct str syntax;   /* a UID, "*", or empty: not said */
	bool any, multipart; /* any: either */
	int q;
};
struct wishes {
	struct wish list[MEDIA_LIST_MAX];
	size_t n;
};
/* From `accept` of the query, or else the header; the dearest first. */
void wishes_read(const struct request *, struct wishes *);
bool wish_takes(const struct wish *, bool multipart, const char *type);
struct chosen { /* how it will be sent */
	const char *type;        /* without its transfer syntax */
	const struct syntax *to; /* NULL: as it is stored */
	bool multipart;
};
/* False: nothing that is wished can be made of it. */
bool choose_file(const struct wishes *, const struct instance *, size_t n,
    bool alone, struct chosen *);
bool choose_frames(const struct wishes *, const struct instance *, bool alone,
    struct chosen *);
bool choose_picture(const struct wishes *, bool alone, struct chosen *);
bool choose_plain(const struct wishes *, const char *const *types,
    struct chosen *);
/* The answer 406. */
void answer_not_acceptable(struct answer *, const char *words);
bool may_become(const struct syntax *from, const struct syntax *to);

/* dicomweb_parts.c */
struct load; /* what is held until the answer has gone */
struct parts {
	struct answer *a;
	struct arena *arena; /* of the answer */
	bool multipart;
	struct str type, boundary; /* of every part */
	struct slice *list;
	size_t n, room, parts_n;
	struct load *load;
	struct err err;      /* the first trouble; what follows is passed over */
};
/* Ended by parts_send or parts_fail. */
void parts_begin(struct parts *, struct answer *, const struct chosen *);
/* An instance's file, held until the answer has gone. */
bool parts_hold(struct parts *, const struct instance *, struct held *);
/* What stands before each part, when there are several. */
void parts_head(struct parts *, struct str type, struct str location,
    int64_t size);
/* A piece of a held file; what would lie past its end is trouble. */
void parts_file(struct parts *, const struct held *, int64_t at, int64_t size);
/* What is made for this answer goes to a spool: all at once, or as it comes,
 * between spill and spilled. */
void parts_copy(struct parts *, struct str type, struct str location,
    struct str bytes);
struct out *parts_spill(struct parts *);
void parts_spilled(struct parts *, struct str type, struct str location);
/* False: parts->err is the answer. */
bool parts_send(struct parts *);
void parts_fail(struct parts *);
/* "image/jpeg; transfer-syntax=1.2..." */
struct str part_type(struct arena *, const char *type, struct str syntax_uid);

/* dicomweb_fetch.c: the instances as files. */
void wado_send(struct answer *, const struct found *, const struct chosen *);
