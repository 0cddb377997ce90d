/* SPDX-License-Identifier: MIT */
/* timekeeper.h: what a job has to hand; private to doors/clock. */
#pragma once
#include "doors/clock/jobs.h"
#include <pthread.h>

#define JOBS_MAX 16

/* A file in the watched folder, as it was when last looked at. */
struct seen {
	const char *name;
	int64_t size, changed_at;
	bool stuck; /* taken, but could not be moved away */
};
/* One look at the folder.  A look is kept until the next, so that a file is
 * taken only once it has stopped growing. */
struct look {
	struct arena arena;
	struct seen *files;
	size_t n;
};

struct timekeeper {
	struct house *house;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	int64_t due[JOBS_MAX]; /* ticks */
	int32_t counted;       /* the last day whose census is done */
	struct look looks[2];  /* the last, and the one before it */
};

/* Does what is due at this moment; returns when the next is. */
int64_t timekeeper_turn(struct timekeeper *, int64_t now);
bool watch_folder(struct timekeeper *, struct err *);
void watch_end(struct timekeeper *);
