/* SPDX-License-Identifier: MIT */
/* pathways.c: the pathways behind a number, and one with its whole story. */
#include "doors/web/words.h"

#include <stdio.h>

const struct column pathways_columns[] = {
    {"id", COL_TEXT, "the pathway's number in Ribble"},
    {"provider", COL_TEXT, "ODS code of the trust"},
    {"accession", COL_TEXT, "the request's number there"},
    {"patient", COL_TEXT, "the trust's patient number"},
    {"test", COL_INT, "the test's number in DM01"},
    {"test_name", COL_TEXT, "its name"},
    {"priority", COL_TEXT, "urgent, cancer, soon or routine"},
    {"patient_source", COL_TEXT, "where the request came from"},
    {"site_of_request", COL_TEXT, "ODS site code"},
    {"site_of_scan", COL_TEXT, "ODS site code"},
    {"state", COL_TEXT, "how far it has come"},
    {"clock_start", COL_DAY, "day from which the wait counts"},
    {"wait_days", COL_INT, "days waited at the end of the day asked for, or when done"},
    {"band", COL_INT, "completed weeks, 13 for 13 and more"},
    {"appointment_at", COL_TIME, "the appointment that stands"},
    {"requested_at", COL_TIME, "when it was requested"},
    {"done_on", COL_DAY, "of activity: the day of the test"},
    {NULL, COL_TEXT, NULL}};

struct listing {
	struct request *q;
	struct tx *tx;
	struct table *t;
	struct pathway_ask ask;
	bool done; /* activity: what the period asks of what is in ask */
	enum clock_list stream;
	char grain;
	struct site *sites;
	size_t sites_n;
};

/* "5" or "6-12" or "6+". */
static bool read_bands(
    struct request *q, struct pathway_ask *ask, struct err *err)
{
	struct str text = ask_text(q, "band");
	int64_t from = 0, to = BANDS - 1;

	if (text.len) {
		struct str rest = text;
		struct str head = str_cut(&rest, '-');
		bool up = str_ends(head, S("+"));
		if (up)
			head.len--;
		if (!str_int(head, &from))
			return fail(err, ERR_INPUT,
			    "'band' must be like 5, 6+ or 6-12");
		to = up ? BANDS - 1 : from;
		if (rest.len && !str_int(rest, &to))
			return fail(err, ERR_INPUT,
			    "'band' must be like 5, 6+ or 6-12");
	}
	if (from < 0 || to >= BANDS || from > to)
		return fail(err, ERR_INPUT, "'band' lies within 0 to 13");
	ask->band_from = (int)from;
	ask->band_to = (int)to;
	return true;
}

static bool read_code(struct request *q, const char *name,
    const struct code *list, int *number, struct err *err)
{
	struct str text = ask_text(q, name);
	const struct code *code = text.len ? code_find(list, text) : NULL;

	*number = code ? code->number : 0;
	return !text.len || code ||
	    fail(err, ERR_INPUT, "%s \"%.*s\" is not known", name, STR(text));
}

/* Where the page before ended: "clock start.id". */
static bool read_after(
    struct request *q, struct pathway_ask *ask, struct err *err)
{
	struct str rest = ask_text(q, "after");
	int64_t start = NO_DAY;

	ask->after_start = NO_DAY;
	if (!rest.len)
		return true;
	struct str head = str_cut(&rest, '.');
	if (!str_int(head, &start) || !str_int(rest, &ask->after_id) ||
	    start < INT32_MIN || start > INT32_MAX)
		return fail(
		    err, ERR_INPUT, "'after' is not a place in this list");
	ask->after_start = (int32_t)start;
	return true;
}

static bool read_commissioner(struct listing *l, struct err *err)
{
	struct str asked = ask_text(l->q, "commissioner");
	size_t n;

	if (!asked.len || str_is(asked, "*"))
		return true;
	if (str_is(asked, "none")) {
		l->ask.commissioner = COMMISSIONER_UNKNOWN;
		return true;
	}
	struct commissioner *list = commissioners_read(l->tx, l->q->arena, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(list[i].code, asked))
			l->ask.commissioner = list[i].id;
	return l->ask.commissioner ||
	    fail(err, ERR_MISSING, "commissioner \"%.*s\" is not known",
		STR(asked));
}

/* Activity is of the month or week that ends on the date; left out, of this
 * month so far. */
static bool read_period(struct listing *l, struct err *err)
{
	struct request *q = l->q;
	struct str list = ask_text(q, "list");
	struct str grain = ask_text(q, "grain");

	l->done = str_starts(list, S("activity"));
	if (!l->done)
		return !grain.len ||
		    fail(err, ERR_INPUT, "'grain' is asked of activity only");
	if (ask_text(q, "band").len)
		return fail(err, ERR_INPUT, "'band' is asked of who waits");
	l->stream = str_is(list, "activity_wl")        ? LIST_WAITING
	    : str_is(list, "activity_planned")     ? LIST_PLANNED
	    : str_is(list, "activity_unscheduled") ? LIST_UNSCHEDULED
						   : LIST_NONE;
	if (ask_day(q, "date") == NO_DAY)
		l->ask.day = str_is(grain, "S")
		    ? day_sunday_on_or_after(l->ask.day)
		    : day_month_end(l->ask.day);
	l->grain = grain.len ? grain.at[0] : period_grain(l->ask.day);
	if (l->grain == 'S' && day_sunday_on_or_after(l->ask.day) == l->ask.day)
		return true;
	if (l->grain == 'M' && day_month_end(l->ask.day) == l->ask.day)
		return true;
	return fail(err, ERR_INPUT, "'date' must end a %s",
	    l->grain == 'M'     ? "month"
		: l->grain == 'S' ? "week: a Sunday"
				  : "month or a week (a Sunday)");
}

static bool read_asked(struct listing *l, struct err *err)
{
	struct request *q = l->q;
	struct pathway_ask *ask = &l->ask;
	int32_t day = ask_day(q, "date");

	ask->day = day == NO_DAY ? outside_today() : day;
	ask->list = str_is(ask_text(q, "list"), "planned") ? LIST_PLANNED
							   : LIST_WAITING;
	ask->newest_first = str_is(ask_text(q, "sort"), "newest");
	ask->limit = (size_t)ask_int(q, "limit");
	if (!ask_org(q, l->tx, &ask->org, err) ||
	    !ask_test(q, &ask->test, err) ||
	    !ask_site(q, l->tx, &ask->site, err) || !read_bands(q, ask, err) ||
	    !read_code(q, "priority", priorities, &ask->priority, err) ||
	    !read_code(q, "state", story_states, &ask->state, err) ||
	    !read_after(q, ask, err) || !read_commissioner(l, err) ||
	    !read_period(l, err))
		return false;
	if (str_is(ask->org, NETWORK_ORG))
		ask->org.len = 0;
	return true;
}

static void put_site(struct listing *l, int32_t id)
{
	const struct site *s = site_by_id(l->sites, l->sites_n, id);

	if (s)
		table_text(l->t, s->code);
	else
		table_null(l->t);
}

static void put_word(struct table *t, const struct code *list, int number)
{
	const struct code *code = code_at(list, number);

	table_word(t, code ? code->code : NULL);
}

static void put_line(struct listing *l, const struct pathway_line *p)
{
	struct table *t = l->t;
	struct span span = {.start = p->clock_start};
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)p->id);
	table_text(t, str_of(id));
	table_text(t, p->provider);
	table_text(t, p->accession);
	table_text(t, p->patient);
	table_int(t, p->test);
	table_text(t, str_of(test_name(p->test)));
	put_word(t, priorities, p->priority);
	put_word(t, patient_sources, p->source);
	put_site(l, p->site_request);
	put_site(l, p->site_scan);
	put_word(t, story_states, p->state);
	table_day(t, p->clock_start);
	if (p->clock_start == NO_DAY) {
		table_null(t);
		table_null(t);
	} else {
		int days = span_wait(
		    &span, l->done ? p->stopped : l->ask.day);
		table_int(t, days);
		table_int(t, wait_band(days));
	}
	table_time(t, p->appointment_at);
	table_time(t, p->requested_at);
	table_day(t, p->stopped);
}

static bool tally_of_list(struct listing *l, struct tally *total)
{
	const struct pathway_ask *ask = &l->ask;
	struct str org = ask->org.len ? ask->org : S(NETWORK_ORG);
	struct waiting_ask live = {
	    org, ask->test, ask->site, ask->priority, ask->state, ask->day};
	struct tally_ask past = {.source = 'P',
	    .test = ask->test,
	    .org = arena_cstr(l->q->arena, org),
	    .site = ask->site,
	    .commissioner = ask->commissioner,
	    .from = ask->day,
	    .to = ask->day};
	size_t n;

	if (!l->done && !ask->commissioner && ask->day == outside_today()) {
		*total = waiting_read(l->tx, l->q->arena, &live)->all;
		return true;
	}
	/* Counts are kept by site or by commissioner, not by both. */
	if (ask->site && ask->commissioner)
		return false;
	*total = (struct tally){0};
	past.grain = l->done ? l->grain
	    : day_month_end(ask->day) == ask->day ? 'M' : 'S';
	struct tally_row *rows = tally_series(l->tx, l->q->arena, &past, &n);
	if (n)
		*total = rows[0].tally;
	return n && !ask->priority && !ask->state;
}

/* How many there are in all, where the counts can say it. */
static void put_total(struct listing *l)
{
	const struct pathway_ask *ask = &l->ask;
	struct tally t;
	int64_t total = 0;

	if (!tally_of_list(l, &t))
		return;
	if (l->done) {
		for (int s = LIST_WAITING; s <= LIST_UNSCHEDULED; s++)
			if (!l->stream || s == (int)l->stream)
				total += t.n[TALLY_act_wl + s - LIST_WAITING];
	} else if (ask->list == LIST_PLANNED)
		total = t.n[TALLY_planned_waiting];
	else
		for (int band = ask->band_from; band <= ask->band_to; band++)
			total += t.n[TALLY_w00 + band];
	table_fact_int(l->t, "total", total);
}

static struct pathway_line *read_done(struct listing *l, size_t *n)
{
	const struct pathway_ask *ask = &l->ask;
	struct date date = day_date(ask->day);
	struct done_ask done = {.org = ask->org,
	    .test = ask->test,
	    .stream = l->stream,
	    .site = ask->site,
	    .commissioner = ask->commissioner,
	    .from = ask->day - (l->grain == 'M' ? date.day - 1 : 6),
	    .to = ask->day,
	    .priority = ask->priority,
	    .state = ask->state,
	    .after_day = ask->after_start,
	    .after_id = ask->after_id,
	    .limit = ask->limit};

	return pathways_done(l->tx, l->q->arena, &done, n);
}

static void put_listing(struct listing *l, struct answer *a)
{
	size_t n;
	struct pathway_line *lines = l->done
	    ? read_done(l, &n)
	    : pathways_list(l->tx, l->q->arena, &l->ask, &n);

	l->sites = sites_read(l->tx, l->q->arena, &l->sites_n);
	l->t = answer_table(a,
	    arena_printf(l->q->arena, "Pathways, %s", day_words(l->ask.day).at),
	    source_words(l->q, 'P'), pathways_columns, 0);
	if (n && n == l->ask.limit)
		table_fact(l->t, "next",
		    arena_printf(l->q->arena, "%d.%lld",
			l->done ? lines[n - 1].stopped
				: lines[n - 1].clock_start,
			(long long)lines[n - 1].id));
	put_total(l);
	table_fact(l->t, "as_of", str_of(day_text(l->ask.day).at));
	for (size_t i = 0; i < n; i++)
		put_line(l, &lines[i]);
}

void pathways_get(struct request *q, struct answer *a)
{
	struct listing l = {.q = q, .tx = db_read(q->house->db)};
	struct err err = {0};

	if (read_asked(&l, &err))
		put_listing(&l, a);
	else
		answer_fail(a, &err);
	answer_read(a, l.tx);
}

/* --- one pathway --- */

struct story_view {
	struct request *q;
	struct tx *tx;
	struct json *j;
	struct pathway p;
	struct str *notes;
	struct site *sites;
	size_t sites_n;
};

static void put_code(
    struct json *j, const char *key, const struct code *list, int number)
{
	const struct code *code = code_at(list, number);

	json_put_word(j, key, code ? code->code : NULL);
}

static void put_place(struct story_view *v, const char *key, int32_t id)
{
	const struct site *s = site_by_id(v->sites, v->sites_n, id);

	json_key(v->j, key);
	if (s)
		json_text(v->j, s->name.len ? s->name : s->code);
	else
		json_null(v->j);
}

static const char *list_word(enum clock_list list)
{
	static const char *const words[] = {
	    "none", "waiting", "planned", "unscheduled"};

	return words[list];
}

static void put_clock(struct story_view *v, const struct rule_book *book)
{
	struct json *j = v->j;
	struct clock clock;
	int32_t today = outside_today();

	clock_fold(v->p.events, v->p.n, book, &clock);
	const struct span *now = clock_at(&clock, today);
	bool done = clock.stopped != NO_DAY;
	const struct span all = {clock.stream, clock.start, clock.start,
	    clock.stopped};
	const struct span *last = clock.n ? &clock.spans[clock.n - 1] : NULL;
	const struct span *shown = done ? &all : now ? now : last;
	int32_t until = done ? clock.stopped : today;
	bool counts = shown && shown->list == LIST_WAITING;

	json_key(j, "clock");
	json_object(j);
	json_put_day(j, "start", counts ? shown->start : NO_DAY);
	json_put_day(j, "stop", clock.stopped);
	json_key(j, "days");
	if (counts)
		json_int(j, span_wait(shown, until));
	else
		json_null(j);
	json_key(j, "band");
	if (now && counts)
		json_int(j, wait_band(span_wait(shown, until)));
	else
		json_null(j);
	json_put_text(j, "list",
	    str_of(list_word(now              ? now->list
		    : clock.stopped != NO_DAY ? clock.stream
					      : LIST_NONE)));
	json_put_bool(j, "running", now && now->list == LIST_WAITING);
	json_put_text(j, "sentence",
	    clock_words(
		v->q->arena, v->p.events, v->p.n, book, today, v->notes));
	json_object_end(j);
}

static int32_t site_of(const struct event *e)
{
	if (e->kind == EVENT_REQUESTED)
		return e->site_request;
	if (e->kind == EVENT_REPORTED || e->kind == EVENT_ADDENDED)
		return e->site_report ? e->site_report : e->site_scan;
	return e->site_scan ? e->site_scan : e->site_request;
}

static void put_event(struct story_view *v, size_t i)
{
	const struct event *e = &v->p.events[i];
	const struct code *kind = code_at(event_kinds, e->kind);
	struct json *j = v->j;

	json_object(j);
	json_put_word(j, "kind", kind ? kind->code : NULL);
	json_put_word(j, "words", kind ? kind->words : NULL);
	json_put_time(j, "at", e->at);
	json_put_text(j, "at_local", str_of(time_local_text(e->at).at));
	json_put_time(j, "appointment_at", e->appointment_at);
	put_place(v, "site", site_of(e));
	put_code(j, "provider_kind", provider_kinds, e->provider_kind);
	json_key(j, "submission");
	json_id(j, e->submission);
	json_put_int(j, "line", e->line);
	json_put_word(j, "clock",
	    v->notes[i].len ? arena_cstr(v->q->arena, v->notes[i]) : NULL);
	json_object_end(j);
}

static void put_head(struct story_view *v)
{
	const struct pathway *p = &v->p;
	const struct story *s = &p->story;
	const struct code *state = code_at(story_states, s->state);
	struct json *j = v->j;

	json_key(j, "id");
	json_id(j, p->id);
	json_put_text(j, "provider", p->provider);
	json_put_text(
	    j, "provider_name", org_name(v->tx, v->q->arena, p->provider));
	json_put_text(j, "accession", p->accession);
	json_put_text(j, "patient", p->patient);
	json_put_int(j, "test", s->test);
	json_put_text(j, "test_name", str_of(test_name(s->test)));
	put_code(j, "priority", priorities, s->priority);
	put_code(j, "patient_source", patient_sources, s->source);
	json_put_bool(j, "planned", s->planned == 2);
	json_put_day(j, "due_date", s->due);
	json_put_word(j, "state", state ? state->code : NULL);
	json_put_word(j, "state_words", state ? state->words : NULL);
	put_place(v, "site_of_request", s->site_request);
	put_place(v, "site_of_scan", s->site_scan);
	put_place(v, "site_of_report", s->site_report);
	put_code(j, "scanned_by", provider_kinds, s->scan_provider);
	put_code(j, "reported_by", provider_kinds, s->report_provider);
	json_put_time(j, "requested_at", s->requested_at);
	json_put_time(j, "appointment_at", s->appointment_at);
	json_put_time(j, "performed_at", s->performed_at);
	json_put_time(j, "reported_at", s->reported_at);
}

static void put_story(struct story_view *v)
{
	struct rule_book book = rules_read(v->tx, v->q->arena);

	v->sites = sites_read(v->tx, v->q->arena, &v->sites_n);
	v->notes = arena_array(v->q->arena, struct str, v->p.n + 1);
	json_object(v->j);
	put_head(v);
	put_clock(v, &book);
	json_key(v->j, "events");
	json_array(v->j);
	for (size_t i = 0; i < v->p.n; i++)
		put_event(v, i);
	json_array_end(v->j);
	json_put_text(v->j, "source_note", source_words(v->q, 'P'));
	json_object_end(v->j);
}

void pathway_get(struct request *q, struct answer *a)
{
	struct story_view v = {.q = q, .tx = db_read(q->house->db)};
	struct err err = {0};

	if (pathway_read(v.tx, q->arena, ask_int(q, "id"), &v.p, &err)) {
		v.j = answer_json(a);
		put_story(&v);
	} else
		answer_fail(a, &err);
	answer_read(a, v.tx);
}
