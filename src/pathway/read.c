/* SPDX-License-Identifier: MIT */
/* read.c: one pathway with its events. */
#include "telling.h"

#define EVENTS_MOST 4096

static void read_head(struct rows *r, struct arena *arena, struct pathway *p)
{
	p->provider = arena_keep(arena, rows_text(r, 0));
	p->accession = arena_keep(arena, rows_text(r, 1));
	p->patient = arena_keep(arena, rows_text(r, 2));
	p->list = (enum clock_list)rows_int(r, 3);
	p->clock_start = rows_day(r, 4);
	p->stopped = rows_day(r, 5);
}

bool pathway_read(struct tx *tx, struct arena *arena, int64_t id,
    struct pathway *p, struct err *err)
{
	struct rows *r = db_ask(tx,
	    "select provider, accession, patient, list, clock_start, stopped "
	    "from pathway where id = $1",
	    I(id));

	*p = (struct pathway){.id = id};
	if (!rows_next(r))
		return fail(err, ERR_MISSING, "there is no pathway %lld",
		    (long long)id);
	read_head(r, arena, p);
	rows_end(r);
	p->events = arena_array(arena, struct event, EVENTS_MOST);
	r = db_ask(tx,
	    "select " EVENT_COLUMNS " from event where pathway = $1 "
	    "order by at, kind, submission limit $2",
	    I(id), I(EVENTS_MOST));
	while (rows_next(r))
		read_event(r, 0, &p->events[p->n++]);
	p->n = events_sort(p->events, p->n);
	story_begin(&p->story);
	for (size_t i = 0; i < p->n; i++)
		story_step(&p->story, &p->events[i]);
	return true;
}

int64_t pathway_find(struct tx *tx, struct str provider, struct str accession)
{
	return db_int(tx,
	    "select id from pathway where provider = $1 and accession = $2",
	    T(provider), T(accession));
}

struct rows *pathway_booked(struct tx *tx, int64_t from, int64_t to)
{
	return db_ask(tx,
	    "select provider, patient from pathway where open = 1 "
	    "and appointment_at >= $1 and appointment_at < $2",
	    I(from), I(to));
}
