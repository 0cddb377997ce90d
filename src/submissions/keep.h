/* SPDX-License-Identifier: MIT */
/* keep.h: private to submissions: the files as they came. */
#pragma once
#include "submissions.h"

struct keeping { /* one copy under way, on a thread of its own */
	const struct intake *to;
	int fd, copy; /* the sender's, and the copy's while it is held */
	char path[512];
	struct sha256_text sha256;
	int64_t size;
	struct err err;
	bool done;
	struct keep_thread *thread;
};
/* Copies fd (by position: its offset is left alone) into the files folder
 * under a name of its own, compressed, while the caller goes on. */
bool keep_begin(struct keeping *, struct arena *, const struct intake *, int fd,
    struct err *);
bool keep_wait(struct keeping *, struct err *); /* then sha256 and size hold */
bool keep_name(struct keeping *, struct err *); /* durable, under its hash */
void keep_drop(struct keeping *); /* if it was not named */
int keep_open(const struct intake *, const char *sha256, struct err *);
bool keep_tidy(const struct intake *, struct err *);
