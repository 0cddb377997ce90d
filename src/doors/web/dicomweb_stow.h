/* SPDX-License-Identifier: MIT */
/* dicomweb_stow.h: a STOW-RS request on its way into the archive; private to
 * dicomweb_store.c, which reads the body and keeps its parts, dicomweb_made.c,
 * which makes files of metadata and bulk data, and dicomweb_told.c, which says
 * what became of them. */
#pragma once
#include "doors/web/dicomweb.h"

#include <pthread.h>

struct uid_text { char at[UID_MOST + 1]; };
struct piece { /* an instance of the body */
	int64_t at, size;       /* a file, in the body */
	struct str json;        /* or its metadata, when it is not empty */
	struct uid_text study, series, sop_class, sop_instance; /* as far as known */
	enum err_kind failed;   /* ERR_NONE: kept */
	int64_t reason;         /* FailureReason or WarningReason; 0: none */
};
struct bulk { /* a part that metadata point to */
	struct str uri, syntax;
	bool is_image;          /* encapsulated, or to be */
	int64_t at, size;
};
struct stow {
	struct request *q;
	struct str org;         /* of the trust that sends */
	struct str study;       /* that the address names, or empty */
	struct piece *pieces;
	size_t pieces_n, pieces_room;
	struct bulk *bulks;
	size_t bulks_n, bulks_room;
	const char *body;       /* mapped, when there are bulk data */
	pthread_mutex_t lock;   /* of what follows */
	size_t next;            /* the first that nobody has taken */
	struct err err;         /* why nothing was read */
	int status;             /* of the error; 0: as its kind says */
};
void uid_put(struct uid_text *, struct str);

/* dicomweb_made.c: after the first part, which is metadata. */
bool made_read(struct stow *, struct multipart *, const struct part *first);
/* One piece's file, whole, into the spool; and its UIDs. */
bool made_write(const struct stow *, struct arena *, struct piece *,
    struct spool *, struct err *);
/* dicomweb_told.c */
void stow_tell(const struct stow *, struct answer *);
