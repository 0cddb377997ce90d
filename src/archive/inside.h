/* SPDX-License-Identifier: MIT */
/* inside.h: the archive as its own files see it.  Private to archive/. */
#pragma once
#include "archive/archive.h"
#include "archive/card.h"
#include "archive/pack.h"
#include <stdatomic.h>

#define SERIES_KNOWN 32

/* A pack that instances are appended to, and what the clerk knows of its
 * study.  Found by study UID; kept open while it is in use and for a while. */
struct pack {
	struct pack *next;          /* with its hash; or the next spare */
	int64_t id;                 /* study.id */
	char uid[257];
	uint64_t hash;
	int users;                  /* by the rack's lock, as is `opening` */
	bool opening;
	uint64_t used;              /* the rack's count when last taken */
	int fd;
	pthread_mutex_t lock;       /* held while a record is written */
	int64_t end;                /* of what is written, by that lock */
	int64_t manifest_end;       /* of the last manifest, if it is known */
	bool born;                  /* its file still stands in born/ */
	int64_t birth;              /* its number among archive.births, or 0 */
	atomic_bool stale;          /* the index failed it: to be opened anew */
	struct flusher flusher;
	/* The clerk's alone: */
	bool known;
	struct study study;         /* as it stands in the index, in `arena` */
	struct arena arena;
	int64_t told_at;            /* the journal was last told of it */
	bool untold;                /* it grew since */
	struct known_series {
		uint64_t hash;
		int64_t id, more;   /* instances to be counted */
		bool counted;       /* some were since the pack was opened */
		struct str uid;
	} series[SERIES_KNOWN];
	size_t series_n;
	struct growth {             /* of this batch */
		bool any, began, series, quietly;
		int64_t instances, size, all, all_size, at, end;
		uint32_t findings;
		struct str from;
	} growth;
};
struct rack { /* packs open for appending */
	pthread_mutex_t lock;
	pthread_cond_t turn;
	struct pack **table;        /* `size` chains, a power of two */
	struct pack *spare;
	size_t size, n;
	uint64_t count;
};

/* An instance on its way into the index. */
struct job {
	struct job *next;
	struct pack *pack;
	const struct card *card;
	int64_t at, end;            /* of its file and of its record, in the pack */
	bool aside, done;
	bool quietly;               /* nothing follows from it: it is not new */
	bool again;                 /* read from a pack, not on its way in */
	bool mends;                 /* its row stands, and gets another place */
	struct err err;
	pthread_cond_t turn;
};
struct clerk { /* the one thread that writes index rows */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t come;
	struct job *first, **last;
	bool running, stopping;
	bool untold;                /* a study grew, and the journal waits */
	int64_t told_at;            /* ticks: when last there was none */
};
struct watch { /* the one thread that reads all again */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	bool running;
};

/* Instances that are being kept, by hash of their UID: the same twice at once
 * goes one after the other. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	struct passing { struct passing *next; uint64_t hash; } *inside;
};

struct shelf; /* packs open for reading: fetch.c */

struct archive {
	struct arena arena;
	struct db *db;
	struct archive_options options;
	int folder, born, lock_fd;  /* descriptors */
	struct flusher born_flusher; /* of entries in born/, counted */
	_Atomic int64_t births;
	struct rack rack;
	struct clerk clerk;
	struct watch watch;
	struct gate gate;
	struct shelf *shelf;
	_Atomic int64_t keeping, kept, same, refused;
	atomic_bool stopping, rebuilding;
	atomic_bool unflushed;      /* a flush failed: the mark says so */
};

/* rack.c */
void rack_begin(struct archive *);
void rack_end(struct archive *); /* closes all */
/* Finds or makes the study's pack, with whatever its tail held indexed; to be
 * let go.  NULL when it fails. */
struct pack *pack_take(struct archive *, const struct card *, struct err *);
void pack_let_go(struct archive *, struct pack *);
/* The same, for a study whose id is known. */
struct pack *pack_take_uid(struct archive *, struct str uid, int64_t study,
    struct err *);
void pack_forget(struct archive *, struct str uid); /* closes it, if idle */
/* Appends under the pack's lock: all of it, or nothing. */
bool pack_append(struct pack *, const struct record *, struct str head,
    const struct source *, int64_t *at, struct err *);
/* A flush of its pack failed: what it holds may not be on the disk. */
bool pack_is_broken(struct archive *, int64_t study);
/* A pack's file by the study's id; -1 and errno. */
int pack_file(const struct archive *, int64_t study, int flags);
void pack_path(int64_t study, char path[40]); /* below the folder */

/* clerk.c */
bool clerk_start(struct archive *, struct err *);
void clerk_stop(struct archive *);
void clerk_put(struct archive *, struct job *);
bool clerk_wait(struct archive *, struct job *, struct err *);

/* watch.c */
bool watch_start(struct archive *, struct err *);
void watch_stop(struct archive *);

/* enter.c: in the clerk's transaction. */
void job_enter(struct tx *, struct job *);
void pack_settle(struct archive *, struct tx *, struct pack *);
/* Studies that grew without a word in the journal get it. */
void tell_untold(struct archive *, struct tx *);
/* Makes the study's count of series and its modalities anew. */
void study_series_count(struct tx *, struct arena *, int64_t study);

/* rows.c: what the tables hold, as find.h tells it; texts in the arena. */
extern const char study_columns[], series_columns[], instance_columns[];
int study_read(struct rows *, struct arena *, int column, struct study *);
int series_read(struct rows *, struct arena *, int column, struct series *);
int instance_read(struct rows *, struct arena *, int column, struct instance *);
bool study_at(struct tx *, struct arena *, int64_t id, struct match *);
void match_keep(struct arena *, struct match *); /* its texts, in the arena */

/* deletion.c */
/* A study to be deleted to which something came is not deleted. */
void deletion_reprieve(struct tx *, const struct study *);
/* What a person decided, to be written into the pack. */
void note_add(struct tx *, int64_t study, const char *what, int64_t number,
    struct str who, struct str why);

/* recover.c */
/* Indexes the records of a pack past what is indexed, and cuts a torn end. */
bool pack_recover(struct archive *, struct pack *, int64_t indexed,
    struct err *);
bool archive_recover(struct archive *, bool power_was_cut, struct err *);
bool record_card(struct archive *, struct arena *, int fd, int64_t at,
    const struct record *, struct card *, struct err *);
bool pack_name_read(const char *name, int64_t *study);
struct ids { int64_t *at; size_t n, room; };
void ids_add(struct arena *, struct ids *, int64_t id);
/* Says that a pack is left as it is, and why. */
void pack_leave(int64_t study, const struct err *why);
/* lost.c: drops the rows whose bytes never came to the disk. */
bool lost_find_all(struct archive *, struct err *);
bool is_indexed(struct tx *, int64_t study, int64_t instance);
/* All of a study's counts, from its rows. */
void study_recount(struct tx *, struct arena *, int64_t study);

/* quiet.c */
/* A study's pack, locked, with its index complete; NULL when it fails. */
struct pack *quiet_take(struct archive *, int64_t study, struct err *);
void quiet_let_go(struct archive *, struct pack *);
/* Appends and flushes; pack_end in the index is the caller's to set. */
bool quiet_write(struct pack *, enum record_kind, int64_t id, struct str text,
    struct err *);

/* What archive_tidy does, each in its own file. */
bool notes_write(struct archive *, struct err *);
bool seal_settled(struct archive *, struct err *);
bool retention_propose(struct archive *, struct err *);
void study_remove(struct tx *, int64_t study); /* all of its rows */
/* As conflict_resolve, in a transaction of the caller, who then shows one. */
void conflict_apply(struct tx *, struct arena *, int64_t conflict,
    bool take_second, int64_t at, struct str who, struct str why);

/* showing.c: of each UID exactly one instance is shown. */
bool uid_is_shown(struct tx *, uint64_t hash, struct str uid);
void uid_show_one(struct tx *, struct arena *, struct str uid);
struct str_list { struct str *at; size_t n, room; };
/* UIDs in conflict of a study's instances; 0: those of all studies of which
 * perhaps not the right one is shown. */
void uids_in_conflict(struct tx *, struct arena *, int64_t study,
    struct str_list *);
bool show_all(struct archive *, struct err *); /* each in a transaction */

/* merge.c: keeps again what a second pack of one study holds, and sets it
 * aside as NAME.merged. */
bool pack_merge(struct archive *, int folder, const char *name, int64_t study,
    int64_t *kept, struct err *);

/* whole.c: does that record stand there, as it was written? */
bool is_record_of(const struct held *, const struct instance *, char *buffer);
/* archive.c: the next start looks at all that may not be on the disk. */
void flush_failed(struct archive *);

/* fetch.c */
struct shelf *shelf_open(struct arena *, int64_t most);
void shelf_close(struct shelf *);
void shelf_forget(struct shelf *, int64_t study);
