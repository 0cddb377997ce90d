/* SPDX-License-Identifier: MIT */
/* ris_tell.c: sorted RIS events, told to their pathways request by request. */
#include "ris.h"

#include <string.h>

static int32_t site_of(struct ris *own, int32_t number)
{
	if (!number)
		return 0;
	int32_t *id = &own->sites.id[number - 1];
	if (!*id)
		*id = site_id(own->telling, own->sites.list[number - 1]);
	return *id;
}

static int32_t commissioner_of(struct ris *own, int32_t number)
{
	if (!number)
		return 0;
	int32_t *id = &own->commissioners.id[number - 1];
	if (!*id)
		*id = commissioner_id(
		    own->telling, own->commissioners.list[number - 1]);
	return *id;
}

static struct event unpack(struct taking *t, const struct packed *p)
{
	struct ris *own = t->own;

	return (struct event){
	    .at = p->at,
	    .appointment_at = p->appointment_at,
	    .due = p->due,
	    .submission = t->s.id,
	    .line = p->line,
	    .offset = p->offset,
	    .kind = p->kind,
	    .test = p->test,
	    .priority = p->priority,
	    .source = p->source,
	    .planned = p->planned,
	    .provider_kind = p->provider_kind,
	    .site_request = site_of(own, p->site_request),
	    .site_scan = site_of(own, p->site_scan),
	    .site_report = site_of(own, p->site_report),
	    .commissioner = commissioner_of(own, p->commissioner),
	};
}

static void refuse_event(
    struct taking *t, const struct event *e, const char *field, const char *why)
{
	struct bad bad;
	struct err err = {0};

	bad_row(&bad, field, "%s", why);
	t->s.good--;
	t->s.bad++;
	if (!bad_keep(t, e->line, e->offset, 0, &bad, &err))
		tx_fail(t->tx, err.kind, "%s", err.text);
}

static void refuse_told(void *with, const struct told *told, const char *why)
{
	for (size_t i = 0; i < told->n; i++)
		refuse_event(with, &told->events[i], "patient", why);
}

static void tell(struct ris *own)
{
	struct told told = {.accession = own->accession,
	    .patient = own->patient,
	    .events = own->events,
	    .n = own->n,
	    .forget = own->forget};

	if (own->n || own->forget)
		pathway_tell(own->telling, &told);
	own->n = 0;
	own->forget = 0;
	own->patient.len = 0;
}

static struct str hold(char *at, struct str text)
{
	memcpy(at, text.at, text.len);
	return (struct str){at, text.len};
}

static void hear(struct taking *t, struct str accession, const struct packed *p,
    struct str patient)
{
	struct ris *own = t->own;

	if (!str_eq(own->accession, accession)) {
		tell(own);
		own->accession = hold(own->accession_at, accession);
	}
	if (!p->kind) {
		own->forget = t->older;
		return;
	}
	struct event e = unpack(t, p);
	if (own->n && !str_eq(own->patient, patient)) {
		refuse_event(t, &e, "patient",
		    "the accession has another patient elsewhere in this file");
	} else if (own->n == EVENTS_MOST) {
		refuse_event(t, &e, "accession", "has more than 1000 events");
	} else {
		own->patient = hold(own->patient_at, patient);
		own->events[own->n++] = e;
	}
}

/* Rows told between two words about progress. */
#define PROGRESS_ROWS 65536

bool ris_apply(struct taking *t, struct err *err)
{
	struct ris *own = t->own;
	int64_t done = 0;
	struct str record;

	own->telling =
	    telling_begin(t->tx, t->arena, own->provider, refuse_told, t);
	while (sorter_next(t->sorter, &record, err)) {
		struct packed p;
		struct str rest = record;
		struct str accession = str_cut(&rest, '\0');
		memcpy(&p, rest.at, sizeof p);
		struct str patient = {rest.at + sizeof p, rest.len - sizeof p};
		hear(t, accession, &p, patient);
		if (++done % PROGRESS_ROWS == 0 && t->options->progress)
			t->options->progress(t->options->with,
			    t->s.size + t->s.size * done / t->s.rows,
			    2 * t->s.size);
	}
	tell(own);
	telling_end(own->telling);
	if (!t->replaying)
		pathway_covers(t->tx, own->provider, t->s.from);
	return !err->kind;
}
