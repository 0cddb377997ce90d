/* SPDX-License-Identifier: MIT */
/* house.h: what every door is handed: how the program runs and what it
 * remembers.  main makes one; a command whose row says so finds its database
 * open, and the web and the clock share it. */
#pragma once
#include "store/store.h"
#include <pthread.h>
#include <stdatomic.h>

struct archive; /* archive/archive.h */
struct post;    /* post/post.h */
struct dicom_door; /* doors/dicom/dicom.h */

struct house {
	struct arena *arena;      /* lives as long as the house */
	struct settings settings; /* every text in the arena */
	struct db *db;            /* NULL for a command that needs none */
	struct archive *archive;  /* NULL until house_open_archive */
	struct post *post;        /* NULL until serve has started it */
	_Atomic(struct dicom_door *) dicom; /* NULL while it is not open */
	int64_t opened_at;        /* µs UTC */
	atomic_bool stopping;     /* finish what is in hand, begin nothing */
};

/* Opens what the settings name, making the folders they stand in; an empty
 * house is given the network's own lists. */
bool house_open(struct house *, struct err *);
/* Opens the database alone, and leaves it as it is. */
bool house_open_bare(struct house *, struct err *);
/* The archive beside it: to keep, or only to look while another program keeps. */
bool house_open_archive(struct house *, bool looks_only, struct err *);
/* To make its index anew: it may lack what the folder holds. */
bool house_open_archive_anew(struct house *, struct err *);
void house_close(struct house *);
/* Makes a folder and those above it; one that is there is well. */
bool folder_make(const char *path, struct err *);
void folder_remove(const char *path); /* with all that is in it */
/* The folder that a path's last name stands in. */
const char *folder_of(struct arena *, const char *path);
bool is_postgres(const char *database);
/* Waits for a thread's end; false: it goes on after that time. */
bool thread_ends(pthread_t, int64_t seconds);
