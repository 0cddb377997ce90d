/* SPDX-License-Identifier: MIT */
/* ris.c: RIS events, one row for each thing that happened to a request
 * (docs/files.md).  Rows are sorted by accession, so that each request is
 * told once, whole, however the file was ordered. */
#include "ris.h"

#include <string.h>

enum {
	EVENT,
	EVENT_AT,
	PROVIDER,
	ACCESSION,
	PATIENT,
	TEST,
	PRIORITY,
	SOURCE,
	PLANNED,
	DUE,
	APPOINTMENT_AT,
	SITE_REQUEST,
	SITE_SCAN,
	SITE_REPORT,
	PROVIDER_KIND,
	COMMISSIONER,
	FIELDS
};
static const struct field fields[FIELDS] = {
    {"event", true},
    {"event_at", true},
    {"provider", true},
    {"accession", true},
    {"patient", true},
    {"test", true},
    {"priority", false},
    {"patient_source", false},
    {"planned", false},
    {"due_date", false},
    {"appointment_at", false},
    {"site_of_request", false},
    {"site_of_scan", false},
    {"site_of_report", false},
    {"provider_kind", false},
    {"commissioner", false},
};

static void begin(struct taking *t)
{
	struct ris *own = arena_new(t->arena, struct ris);
	struct tx *tx = db_read(t->to->db);

	t->codes = test_codes_read(tx, t->arena);
	db_end(tx);
	own->latest = outside_now() + US_PER_DAY;
	t->own = own;
}

/* 1 and up; 0 for none; -1 when there are too many. */
static int32_t code_number(struct taking *t, struct codes *c, struct str code)
{
	if (!code.len)
		return 0;
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->list[i], code))
			return (int32_t)i + 1;
	if (c->n == CODES_MOST)
		return -1;
	c->list[c->n++] = arena_keep(t->arena, code);
	return (int32_t)c->n;
}

static bool is_plain(struct str text, size_t most)
{
	if (!text.len || text.len > most)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < 0x20)
			return false;
	return true;
}

static bool check_names(struct taking *t, struct bad *bad)
{
	struct ris *own = t->own;
	struct str provider = field_of(t, PROVIDER);

	if (!is_plain(field_of(t, ACCESSION), ACCESSION_MOST))
		return bad_row(bad, "accession", "must have 1 to %d characters",
		    ACCESSION_MOST);
	if (!is_plain(field_of(t, PATIENT), PATIENT_MOST))
		return bad_row(bad, "patient", "must have 1 to %d characters",
		    PATIENT_MOST);
	if (!is_plain(provider, 5))
		return bad_row(bad, "provider", "must be an ODS code");
	if (!own->provider.len)
		own->provider = arena_keep(t->arena, provider);
	if (!str_eq(own->provider, provider))
		return bad_row(bad, "provider",
		    "differs from the file's first row: one provider per file");
	return true;
}

static bool read_code(struct taking *t, int field, const struct code *list,
    int16_t *number, struct bad *bad)
{
	struct str text = field_of(t, field);
	const struct code *code = text.len ? code_find(list, text) : NULL;

	if (text.len && !code)
		return bad_row(bad, fields[field].name, "is not a known code");
	*number = (int16_t)(code ? code->number : 0);
	return true;
}

/* Appointments and due days lie ahead, but no career ahead. */
#define YEARS_AHEAD 10

static bool is_near(int32_t day)
{
	return day >= day_of(1990, 1, 1) &&
	    day <= outside_today() + YEARS_AHEAD * 366;
}

static bool read_due(struct taking *t, struct packed *p, struct bad *bad)
{
	return field_day(t, DUE, &p->due, bad) &&
	    (p->due == NO_DAY || is_near(p->due) ||
		bad_row(bad, "due_date", "lies before 1990 or too far ahead"));
}

static bool read_times(struct taking *t, struct packed *p, struct bad *bad)
{
	const struct ris *own = t->own;
	struct str appointment = field_of(t, APPOINTMENT_AT);

	p->appointment_at = NO_TIME;
	if (!time_read(field_of(t, EVENT_AT), &p->at))
		return bad_row(bad, "event_at", "is not a date and time");
	if (p->at > own->latest)
		return bad_row(bad, "event_at", "lies in the future");
	if (p->at < day_time(day_of(1990, 1, 1)))
		return bad_row(bad, "event_at", "lies before 1990");
	if (appointment.len && !time_read(appointment, &p->appointment_at))
		return bad_row(bad, "appointment_at", "is not a date and time");
	if (appointment.len && !is_near(time_day(p->appointment_at)))
		return bad_row(bad, "appointment_at",
		    "lies before 1990 or too far ahead");
	if ((p->kind == EVENT_BOOKED || p->kind == EVENT_REBOOKED) &&
	    p->appointment_at == NO_TIME)
		return bad_row(
		    bad, "appointment_at", "is missing: booked for when?");
	return read_due(t, p, bad);
}

static bool read_test(struct taking *t, struct packed *p, struct bad *bad)
{
	struct str text = field_of(t, TEST);

	p->test = 0;
	if (!text.len && p->kind == EVENT_REQUESTED)
		return bad_row(bad, "test", "is missing: requested what?");
	if (!text.len)
		return true;
	p->test = (int16_t)test_of(t, field_of(t, PROVIDER), text);
	return p->test ||
	    bad_row(bad, "test",
		"is not a DM01 test, nor mapped to one for this provider");
}

static bool read_planned(struct taking *t, struct packed *p, struct bad *bad)
{
	struct str text = field_of(t, PLANNED);

	p->planned = str_eq_nocase(text, S("y")) ? 2
	    : str_eq_nocase(text, S("n"))        ? 1
						 : 0;
	if (text.len && !p->planned)
		return bad_row(bad, "planned", "must be Y or N");
	if (p->planned == 2 && p->kind == EVENT_REQUESTED && p->due == NO_DAY)
		return bad_row(bad, "due_date",
		    "is missing: a planned test is due on a day");
	return true;
}

static bool read_place(struct taking *t, int field, struct codes *codes,
    int32_t *number, struct bad *bad)
{
	struct str text = field_of(t, field);

	if (text.len && !is_plain(text, CODE_MOST))
		return bad_row(bad, fields[field].name, "is not an ODS code");
	*number = code_number(t, codes, text);
	return *number >= 0 ||
	    bad_row(bad, fields[field].name, "too many different codes");
}

static bool read_places(struct taking *t, struct packed *p, struct bad *bad)
{
	struct ris *own = t->own;

	return read_place(
		   t, SITE_REQUEST, &own->sites, &p->site_request, bad) &&
	    read_place(t, SITE_SCAN, &own->sites, &p->site_scan, bad) &&
	    read_place(t, SITE_REPORT, &own->sites, &p->site_report, bad) &&
	    read_place(
		t, COMMISSIONER, &own->commissioners, &p->commissioner, bad);
}

static bool read_packed(struct taking *t, struct packed *p, struct bad *bad)
{
	memset(p, 0, sizeof *p);
	p->line = t->row.line;
	p->offset = t->row.offset;
	if (!check_names(t, bad) ||
	    !read_code(t, EVENT, event_kinds, &p->kind, bad))
		return false;
	if (!p->kind)
		return bad_row(bad, "event", "is missing");
	return read_times(t, p, bad) && read_test(t, p, bad) &&
	    read_planned(t, p, bad) &&
	    read_code(t, PRIORITY, priorities, &p->priority, bad) &&
	    read_code(t, SOURCE, patient_sources, &p->source, bad) &&
	    read_code(
		t, PROVIDER_KIND, provider_kinds, &p->provider_kind, bad) &&
	    read_places(t, p, bad);
}

static bool keep_packed(struct taking *t, const struct packed *p,
    struct str accession, struct str patient, struct err *err)
{
	char record[ACCESSION_MOST + 1 + sizeof *p + PATIENT_MOST];
	char *at = record;

	memcpy(at, accession.at, accession.len);
	at += accession.len;
	*at++ = '\0';
	memcpy(at, p, sizeof *p);
	at += sizeof *p;
	if (patient.len) /* memcpy takes no NULL */
		memcpy(at, patient.at, patient.len);
	at += patient.len;
	return sorter_add(
	    t->sorter, (struct str){record, (size_t)(at - record)}, err);
}

static bool take_row(struct taking *t, struct bad *bad, struct err *err)
{
	struct packed p;

	if (!read_packed(t, &p, bad))
		return false;
	period_hold(t, time_day(p.at));
	return keep_packed(
	    t, &p, field_of(t, ACCESSION), field_of(t, PATIENT), err);
}

static bool is_day(struct str text, int32_t *day)
{
	return text.len >= 10 && day_read((struct str){text.at, 10}, day);
}

static bool is_month(struct str text, int32_t *from, int32_t *to)
{
	int64_t year, month;

	if (text.len < 7 || text.at[4] != '-' ||
	    !str_int((struct str){text.at, 4}, &year) || year < 1990 ||
	    !str_int((struct str){text.at + 5, 2}, &month))
		return false;
	*from = day_of((int)year, (int)month, 1);
	*to = *from == NO_DAY ? NO_DAY : day_month_end(*from);
	return *from != NO_DAY;
}

/* RIS-RXN-2026-03.csv, RIS-RXN-2026-03-20.csv or, from one day to another,
 * RIS-RXN-2026-03-16_2026-03-22.csv say their period themselves. */
static bool period_of_name(struct str name, int32_t *from, int32_t *to)
{
	for (size_t i = 0; i + 7 <= name.len; i++) {
		struct str rest = {name.at + i, name.len - i};
		if (is_day(rest, from)) {
			*to = *from;
			if (rest.len > 11)
				is_day((struct str){rest.at + 11,
					   rest.len - 11}, to);
			return *to >= *from;
		}
		if (is_month(rest, from, to))
			return true;
	}
	return false;
}

static bool settle(struct taking *t, struct err *err)
{
	struct ris *own = t->own;
	struct str said =
	    t->options->period.len ? t->options->period : t->options->name;
	struct tx *tx = db_read(t->to->db);
	bool is_trust = db_int(tx,
	    "select count(*) from org where code = $1 and kind = 'trust'",
	    T(own->provider));
	int32_t from, to;

	db_end(tx);
	t->s.sender = own->provider;
	if (!is_trust)
		return fail(err, ERR_INPUT,
		    "provider %.*s is no trust of this network",
		    STR(own->provider));
	if (period_of_name(said, &from, &to)) {
		t->s.from = from;
		t->s.to = to;
	} else if (t->options->period.len)
		return fail(err, ERR_INPUT,
		    "period must be yyyy-mm, yyyy-mm-dd or two days joined by _");
	return true;
}

static bool keep_accessions(
    struct taking *t, struct csv *csv, struct err *err)
{
	struct packed p = {.kind = 0};

	while (csv_next(csv, &t->row, err)) {
		struct str accession = field_of(t, ACCESSION);
		if (!t->row.bad && is_plain(accession, ACCESSION_MOST) &&
		    !keep_packed(t, &p, accession, (struct str){0}, err))
			return false;
	}
	return !err->kind;
}

/* What was put right may tell of a request that the file itself did not. */
static void keep_put_right(struct taking *t, struct err *err)
{
	struct tx *tx = db_read(t->to->db);
	struct rows *r = db_ask(tx,
	    "select corrected from quarantine where submission = $1 "
	    "and state = 'replayed'",
	    I(t->older));

	while (!err->kind && rows_next(r)) {
		struct arena arena = {0};
		keep_accessions(t, csv_text(&arena, rows_text(r, 0)), err);
		arena_end(&arena);
	}
	db_failed(tx, err);
	db_end(tx);
}

static bool older(struct taking *t, int fd, struct err *err)
{
	struct csv *csv = csv_open(t->arena, fd);
	int now[COLUMNS_MOST]; /* where this file's columns are */
	struct bad bad;

	memcpy(now, t->column, sizeof now);
	if (csv_next(csv, &t->row, err) &&
	    columns_map(t, t->kind, &t->row, &bad) &&
	    keep_accessions(t, csv, err))
		keep_put_right(t, err);
	memcpy(t->column, now, sizeof now);
	return !err->kind;
}

const struct kind kind_ris = {
    .name = "ris",
    .words = "RIS events",
    .fields = fields,
    .fields_n = FIELDS,
    .begin = begin,
    .row = take_row,
    .settle = settle,
    .older = older,
    .apply = ris_apply,
    .loose = true,
};
