/* SPDX-License-Identifier: MIT */
/* rows.c: this room's rows, written and read. */
#include "telling.h"

/* "As before" is null in the store and 0 in an event. */
static struct val some(int64_t n)
{
	return n ? I(n) : N;
}

void write_event(struct tx *tx, int64_t pathway, const struct event *e)
{
	db_run(tx,
	    "insert into event (pathway, " EVENT_COLUMNS ") "
	    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16) "
	    "on conflict (pathway, at, kind, submission) do update set "
	    "line = excluded.line, appointment_at = excluded.appointment_at, "
	    "due = excluded.due, test = excluded.test, "
	    "priority = excluded.priority, source = excluded.source, "
	    "planned = excluded.planned, site_request = excluded.site_request, "
	    "site_scan = excluded.site_scan, "
	    "site_report = excluded.site_report, "
	    "provider_kind = excluded.provider_kind, "
	    "commissioner = excluded.commissioner",
	    I(pathway), I(e->at), I(e->kind), I(e->submission), I(e->line),
	    val_time(e->appointment_at), val_day(e->due), some(e->test),
	    some(e->priority), some(e->source), some(e->planned),
	    some(e->site_request), some(e->site_scan), some(e->site_report),
	    some(e->provider_kind), some(e->commissioner));
}

void read_event(struct rows *r, int first, struct event *e)
{
	*e = (struct event){
	    .at = rows_int(r, first),
	    .kind = (int16_t)rows_int(r, first + 1),
	    .submission = rows_int(r, first + 2),
	    .line = rows_int(r, first + 3),
	    .appointment_at = rows_time(r, first + 4),
	    .due = rows_day(r, first + 5),
	    .test = (int16_t)rows_int(r, first + 6),
	    .priority = (int16_t)rows_int(r, first + 7),
	    .source = (int16_t)rows_int(r, first + 8),
	    .planned = (int16_t)rows_int(r, first + 9),
	    .site_request = (int32_t)rows_int(r, first + 10),
	    .site_scan = (int32_t)rows_int(r, first + 11),
	    .site_report = (int32_t)rows_int(r, first + 12),
	    .provider_kind = (int16_t)rows_int(r, first + 13),
	    .commissioner = (int32_t)rows_int(r, first + 14),
	};
}

static const char insert_pathway[] =
    "insert into pathway (id, provider, accession, patient, test, priority, "
    "source, planned, due, site, site_request, site_scan, site_report, "
    "commissioner, scan_provider, report_provider, state, requested_at, "
    "appointment_at, performed_at, reported_at, list, clock_start, stopped, "
    "open) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
    "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";
static const char update_pathway[] =
    "update pathway set provider = $2, accession = $3, patient = $4, "
    "test = $5, priority = $6, source = $7, planned = $8, due = $9, "
    "site = $10, site_request = $11, site_scan = $12, site_report = $13, "
    "commissioner = $14, scan_provider = $15, report_provider = $16, "
    "state = $17, requested_at = $18, appointment_at = $19, "
    "performed_at = $20, reported_at = $21, list = $22, clock_start = $23, "
    "stopped = $24, open = $25 where id = $1";
static const char move_pathway[] = /* nothing was told: only forgotten */
    "update pathway set test = $2, priority = $3, source = $4, planned = $5, "
    "due = $6, site = $7, site_request = $8, site_scan = $9, "
    "site_report = $10, commissioner = $11, scan_provider = $12, "
    "report_provider = $13, state = $14, requested_at = $15, "
    "appointment_at = $16, performed_at = $17, reported_at = $18, "
    "list = $19, clock_start = $20, stopped = $21, open = $22 where id = $1";

static size_t fold_values(const struct folded *f, struct val *v)
{
	const struct story *s = &f->story;
	int32_t start;
	enum clock_list list = folded_list(f, &start);
	struct val vals[] = {I(s->test), some(s->priority), some(s->source),
	    some(s->planned), val_day(s->due), I(f->site),
	    some(s->site_request), some(s->site_scan), some(s->site_report),
	    some(s->commissioner), some(s->scan_provider),
	    some(s->report_provider), I(s->state), val_time(s->requested_at),
	    val_time(s->appointment_at), val_time(s->performed_at),
	    val_time(s->reported_at), I(list), val_day(start),
	    val_day(f->clock.stopped), I(folded_open(f))};
	size_t n = sizeof vals / sizeof *vals;

	for (size_t i = 0; i < n; i++)
		v[i] = vals[i];
	return n;
}

void write_pathway(struct telling *t, int64_t id, const struct told *told,
    const struct folded *f, bool is_new)
{
	struct val v[32] = {N, I(id)};
	size_t n = 2;

	if (told->n) {
		v[n++] = T(t->provider);
		v[n++] = T(told->accession);
		v[n++] = T(told->patient);
	}
	n += fold_values(f, v + n);
	db_run_(t->tx,
	    is_new        ? insert_pathway
		: told->n ? update_pathway
			  : move_pathway,
	    v, n - 1);
}

/* Only lists that people wait on are worth looking up by day. */
static bool is_kept(const struct span *s)
{
	return s->list == LIST_WAITING || s->list == LIST_PLANNED;
}

void write_clock(
    struct tx *tx, const char *org, int64_t id, const struct folded *f)
{
	for (int i = 0; i < f->clock.n; i++) {
		const struct span *s = &f->clock.spans[i];
		if (is_kept(s))
			db_run(tx,
			    "insert into clock (org, test, list, clock_start, pathway, "
			    "valid_from, valid_to, site) "
			    "values ($1, $2, $3, $4, $5, $6, $7, $8)",
			    T(str_of(org)), I(f->story.test), I(s->list),
			    I(s->start), I(id), I(s->from), val_day(s->to),
			    I(f->site));
	}
}

void erase_clock(
    struct tx *tx, const char *org, int64_t id, const struct folded *f)
{
	for (int i = 0; i < f->clock.n; i++) {
		const struct span *s = &f->clock.spans[i];
		if (is_kept(s))
			db_run(tx,
			    "delete from clock where org = $1 and test = $2 "
			    "and list = $3 and clock_start = $4 and pathway = $5 "
			    "and valid_from = $6",
			    T(str_of(org)), I(f->story.test), I(s->list),
			    I(s->start), I(id), I(s->from));
	}
}
