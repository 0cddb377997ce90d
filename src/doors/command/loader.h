/* SPDX-License-Identifier: MIT */
/* loader.h: the demo network on its way into the store; private to
 * doors/command.  Loading is written in the journal when it begins, with the
 * choices that make its files, and when it is complete; so it can be broken
 * off and gone on with, on any later day, and is not done twice. */
#pragma once
#include "demo/demo.h"
#include "doors/command/command.h"

enum demo_state { DEMO_NONE, DEMO_BEGUN, DEMO_LOADED };

struct demo_choices {
	int64_t seed, scale, months; /* scale in percent */
	int32_t today;
};
bool demo_choices_read(const struct line *, struct demo_choices *,
    struct err *);
/* What the journal knows; choices are those it was begun with. */
bool demo_state(struct db *, enum demo_state *, struct demo_choices *,
    struct err *);

struct demo_load {
	struct house *house;
	struct demo_choices choices;
	void (*progress)(void *with, const char *what, int64_t done,
	    int64_t total);
	void *with;
	bool was_loaded;          /* before this was asked: nothing was done */
	int64_t files, rows, bad; /* taken by this run */
	const char *folder;       /* where files are written before they are taken */
};
/* Refuses a store that holds real files. */
bool demo_load(struct demo_load *, struct err *);
/* Pictures of its newest exams, into the house's archive. */
bool demo_images(struct demo_load *, struct err *);
/* The options that make the files, and the published figures they follow. */
struct demo_options demo_options_of(const struct demo_choices *);

/* The same on a thread of its own, while the web answers. */
struct web;
struct loader;
struct loader *loader_start(struct house *, const struct demo_choices *,
    struct web *, struct err *);
void loader_leave_web(struct loader *); /* from now on it is not told */
bool loader_stop(struct loader *, int64_t seconds); /* false: still at work */
