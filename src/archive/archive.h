/* SPDX-License-Identifier: MIT */
/* archive.h: studies, series, instances: keep, find, fetch, tidy.
 *
 * One study, one pack: a file to which instances are appended, each with its
 * length, checksum and SOP Instance UID before it.  The pack is the truth;
 * the database is its index and can be made again from packs alone.
 *
 * (1) "Kept" is said after the bytes are on the disk and the index would
 *     survive a power cut (its rows, or the pack that recovery reads again).
 * (2) Nothing stored is ever changed.  Identity is as it was received.
 * (3) The same instance again is recognised; another with its UID is kept
 *     beside it as a conflict. */
#pragma once
#include "dicom/dicom.h"
#include "store/store.h"
#include "archive/docket.h"
#include "archive/find.h"

struct archive;
struct archive_options {
	const char *folder;      /* of packs */
	int64_t settle_s;        /* a study is sealed when nothing came for so long */
	int64_t reserve_mib;     /* free disk below which nothing more is taken */
	int64_t verify_mib_s;    /* background re-reading; 0: none */
	int64_t open_packs;      /* descriptors kept */
	struct dicom_limits limits;
	bool looks_only;         /* keeps nothing, recovers nothing: another
				  * program may have the folder */
	bool rebuilds;           /* an index without what the folder holds is no
				  * error: archive_rebuild follows */
	/* In the transaction that makes a study, and in the one that seals it:
	 * matching, routing, notices.  May be NULL. */
	bool (*began)(void *with, struct tx *, const struct study *);
	bool (*settled)(void *with, struct tx *, const struct study *);
	void *with;
};
/* Recovers what a kill left: every pack's tail past what is indexed. */
struct archive *archive_open(struct db *, const struct archive_options *,
    struct err *);
void archive_close(struct archive *);

struct arrival { /* an instance on its way in */
	struct str org;          /* trust of the sender */
	struct str from;         /* AE title or user */
	struct str syntax_uid;   /* of the data set; empty for whole files */
	struct str sop_class, sop_instance; /* as the command says; or empty */
	const struct spool *bytes; /* a data set, or with is_file a Part 10 file */
	bool is_file;
	/* Or, instead of bytes: */
	int fd;                  /* -1: none */
	int64_t at, size;
};
enum kept_findings { /* bits; the first eight are REPAIR_ of dicom/dataset.h */
	FOUND_REPAIRS = 0xff,
	FOUND_MIXED = 1 << 8,    /* another patient's or trust's in this study */
	FOUND_CHARSET = 1 << 9,  /* a character set that nobody knows */
	FOUND_UID = 1 << 10,     /* a UID that is none */
	FOUND_NO_PATIENT = 1 << 11, /* without Patient ID */
	FOUND_NO_DATE = 1 << 12, /* without Study Date */
	FOUND_COMMAND = 1 << 13, /* the command named another SOP Class or Instance */
};
/* A few words for each bit that is set, parted by ", "; in the arena. */
struct str findings_text(struct arena *, int64_t findings);
enum kept_as { KEPT_NEW, KEPT_SAME, KEPT_CONFLICT };
struct kept {
	enum kept_as as;
	int64_t study, instance; /* ids */
	struct str study_uid, series_uid, sop_class, sop_instance; /* in the arena */
	uint32_t findings;       /* of the data set; kept nevertheless */
};
/* Durable when it returns true.  Concurrent callers share flushes.
 * ERR_INPUT: cannot be read, or has no identity.  ERR_BUSY: the disk is full
 * or the store is; try again.  ERR_BROKEN: the disk fails. */
bool archive_keep(struct archive *, struct arena *, const struct arrival *,
    struct kept *, struct err *);

/* Fetching.  An instance's bytes: the pack's file, held open until let go. */
struct held { int fd; int64_t at, size; void *pack; };
bool archive_hold(struct archive *, const struct instance *, struct held *,
    struct err *);
void archive_let_go(struct archive *, struct held *);
/* Its file's head, read up to (not with) pixel data; `bytes` in the arena. */
bool archive_head(struct archive *, struct arena *, const struct instance *,
    struct part10 *, struct err *);
/* Reads all of it again: is it what was written? */
bool archive_is_whole(struct archive *, const struct instance *, struct err *);
/* All of it in memory (limit 4 GiB). */
bool archive_whole(struct archive *, struct arena *, const struct instance *,
    struct str *, struct err *);

/* Tidying; each says in the journal what it did. */
struct archive_tally { int64_t packs, instances, size, bad; };
/* Seals studies that have settled; drops deleted packs that are due. */
bool archive_tidy(struct archive *, struct err *);
/* Re-reads: checksums, records against rows, rows against records.  Each
 * trouble is told and recorded as a finding.  study 0: all. */
bool archive_verify(struct archive *, int64_t study, int64_t mib_s,
    void (*tell)(void *, struct str study_uid, struct str what), void *with,
    struct archive_tally *, struct err *);
/* The index from packs alone, beside what is there already. */
bool archive_rebuild(struct archive *, struct archive_tally *, struct err *);
/* A Part 10 tree with DICOMDIR, into an empty folder. */
bool archive_export(struct archive *, const struct find_ask *,
    const char *folder, struct archive_tally *, struct err *);
/* A file, every file below a folder, or what a DICOMDIR names, as sent by
 * `from` of the trust `org`.  Bad ones are told and counted; false only when
 * the archive itself cannot go on.  tally.packs: how many were there before. */
bool archive_import(struct archive *, const char *path, struct str org,
    struct str from, void (*tell)(void *, const char *path, const struct err *),
    void *with, struct archive_tally *, struct err *);

/* Of people; who and why are kept with it. */
bool conflict_resolve(struct archive *, int64_t conflict, bool take_second,
    struct str who, struct str why, struct err *);
/* Two steps, two people: proposed, then confirmed; the pack goes after the
 * grace of its policy.  Refused while a legal hold stands. */
enum deletion_step { DELETION_NONE, DELETION_PROPOSED, DELETION_CONFIRMED,
	DELETION_DONE };
bool deletion_propose(struct tx *, int64_t study, struct str who,
    struct str why, struct err *);
bool deletion_confirm(struct tx *, int64_t study, struct str who,
    struct err *);
bool deletion_withdraw(struct tx *, int64_t study, struct str who,
    struct str why, struct err *);
/* The request that a study was found to belong to. */
void study_match(struct tx *, int64_t study, int64_t pathway);
bool hold_set(struct tx *, int64_t study, bool on, struct str who,
    struct str why, struct err *);
/* A policy of keeping: changed, or with id 0 added after all others, and then
 * the id is set. */
bool retention_set(struct tx *, struct retention *, struct str who,
    struct str why, struct err *);

struct archive_counts {
	int64_t studies, instances, size;
	int64_t packs_open, unsealed, conflicts, unmatched; /* now */
	int64_t keeping, kept, same, refused; /* since it was opened */
};
void archive_counts(struct archive *, struct archive_counts *);
