/* SPDX-License-Identifier: MIT */
/* tell.c: turns "scanned on 12 March" into requested, vetted, booked, arrived,
 * performed and reported, each at a time that could be true.
 *
 * (1) The events of one request are in order, a minute apart at least.
 * (2) No event lies before the teller's floor: those files are closed.
 * (3) A cancellation by the patient is told in the week and the month of the
 *     appointment, so a census never falls between the two. */
#include "tell.h"

#include "events/events.h"
#include "places.h"

#define H * 60
#define D * 1440

static int32_t max(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t min(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* A third of all exams are of one in fifteen patients. */
static uint32_t pick_patient(struct teller *t)
{
	struct chance *c = &t->chance;
	int32_t n = chance_permille(c, 330) ? t->patients / 15 : t->patients;

	return (uint32_t)((t->trust + 1) * 1000000 + chance_below(c, n));
}

/* Moves a minute into office hours. */
static int32_t in_office(struct chance *c, int32_t minute)
{
	int32_t of_day = minute % MINUTES_A_DAY;

	if (of_day < 8 H)
		return minute - of_day + 8 H + chance_below(c, 90);
	if (of_day > 18 H + 30)
		return minute - of_day + 1 D + 8 H + chance_below(c, 90);
	return minute;
}

static int32_t vetting(struct chance *c, const struct request *r)
{
	int32_t lag;

	if (r->test == 5 || (r->test == 3 && chance_permille(c, 600)))
		return 0;
	if (r->priority == PRIORITY_URGENT)
		lag = chance_between(c, 8, 3 H);
	else if (r->priority == PRIORITY_CANCER)
		lag = chance_between(c, 30, 1 D);
	else
		lag = chance_between(c, 4 H, 5 D);
	return in_office(c, r->requested + lag);
}

struct request *request_new(struct teller *t, int test, int32_t day)
{
	struct chance *c = &t->chance;
	struct request *r = t->spare;

	if (r)
		t->spare = r->next;
	else
		r = arena_new(t->arena, struct request);
	*r = (struct request){.start = day, .test = (uint8_t)test};
	r->requested = minute_of(day, 8 H + chance_below(c, 10 H + 30));
	r->last = r->requested;
	r->accession = ++t->accession;
	r->patient = pick_patient(t);
	r->commissioner =
	    (uint8_t)(patient_commissioner(t->trust, r->patient) + 1);
	r->priority = (uint8_t)priority_of(c, test);
	r->source = (uint8_t)source_of(c, test);
	if (r->source != SOURCE_GP)
		r->site_request = (uint8_t)place_emergency(c, t->trust);
	r->vetted = vetting(c, r);
	return r;
}

void request_drop(struct teller *t, struct request *r)
{
	r->next = t->spare;
	t->spare = r;
}

/* One event; the rest of the row is filled in by the caller. */
static struct row event(const struct request *r, enum event_kind kind,
    int32_t at)
{
	return (struct row){.at = at, .kind = (uint8_t)kind,
	    .accession = r->accession, .patient = r->patient};
}

static void tell(struct teller *t, struct request *r, const struct row *row)
{
	rows_add(t->rows, row);
	r->last = row->at;
}

void tell_request(struct teller *t, struct request *r)
{
	struct row row = event(r, EVENT_REQUESTED, r->requested);

	row.test = r->test;
	row.priority = r->priority;
	row.source = r->source;
	row.planned = r->planned ? 2 : 1;
	row.due = r->due;
	row.site_request = r->site_request;
	row.commissioner = r->commissioner;
	tell(t, r, &row);
}

void tell_vetting(struct teller *t, struct request *r, int32_t before)
{
	if (!r->vetted || r->vetted >= before)
		return;
	struct row row = event(r, EVENT_VETTED, max(r->vetted, r->last + 1));
	tell(t, r, &row);
	r->vetted = 0;
}

struct slot { /* an appointment */
	int place;
	int32_t at;
};

static struct slot find_slot(struct teller *t, const struct request *r,
    int32_t day)
{
	struct chance *c = &t->chance;
	int place = place_elective(c, t->trust, r->test, day);
	const struct place *p = &places[t->trust][place - 1];
	int32_t closes = weekday(day) > 4 ? min(p->closes, 16 H) : p->closes;
	int32_t steps = (closes - p->opens - 20) / 5;
	int32_t at = minute_of(day, p->opens + 5 * chance_below(c, steps));
	int32_t soonest = r->last + (r->vetted ? 70 : 50);

	if (at < soonest)
		at = min(soonest + 5, minute_of(day, 23 H));
	return (struct slot){place, at};
}

/* Booked so many days ahead. */
static int32_t lead(struct chance *c, const struct request *r)
{
	if (r->overdue || r->planned)
		return chance_between(c, 10, 35);
	switch (r->priority) {
	case PRIORITY_URGENT: return chance_between(c, 0, 2);
	case PRIORITY_CANCER: return chance_between(c, 1, 7);
	case PRIORITY_SOON: return chance_between(c, 4, 14);
	default: return chance_between(c, 6, 26);
	}
}

static void tell_booking(struct teller *t, struct request *r,
    const struct slot *slot, int32_t at)
{
	struct row row =
	    event(r, r->rebook ? EVENT_REBOOKED : EVENT_BOOKED, at);

	row.appointment = slot->at;
	row.site_scan = (uint8_t)slot->place;
	tell(t, r, &row);
	r->rebook = true;
}

/* An earlier appointment that the hospital took back; rarely there is room. */
static void tell_taken_back(struct teller *t, struct request *r,
    const struct slot *slot, int32_t booked)
{
	struct chance *c = &t->chance;
	struct slot old = *slot;
	int32_t first = booked - chance_between(c, 7 D, 14 D);
	int32_t cancelled = booked - chance_between(c, 5, 90);

	old.at = minute_of(minute_day(booked) + chance_between(c, 1, 5),
	    slot->at % MINUTES_A_DAY);
	if (first <= max(r->last, t->floor) || old.at >= slot->at - 1 D)
		return;
	tell_booking(t, r, &old, first);
	struct row row = event(r, EVENT_CANCELLED_BY_HOSPITAL, cancelled);
	row.appointment = old.at;
	tell(t, r, &row);
}

/* Vetting and booking before an appointment. */
static struct slot book(struct teller *t, struct request *r, int32_t day)
{
	struct chance *c = &t->chance;
	struct slot slot = find_slot(t, r, day);
	int32_t at, soonest;

	if (r->vetted) {
		r->vetted = min(r->vetted, slot.at - 45);
		tell_vetting(t, r, INT32_MAX);
	}
	soonest = max(r->last + 3, t->floor);
	/* One throw at a time: the order of arguments is the compiler's. */
	int32_t booked_on = day - lead(c, r);
	at = minute_of(booked_on, chance_between(c, 8 H + 30, 18 H));
	if (at < soonest)
		at = soonest +
		    chance_below(c, min(6 H, slot.at - soonest - 20));
	at = max(min(at, slot.at - 20), r->last + 1);
	if (chance_permille(c, 60))
		tell_taken_back(t, r, &slot, at);
	tell_booking(t, r, &slot, at);
	return slot;
}

static void tell_report(struct teller *t, struct request *r, int32_t performed,
    bool elective)
{
	struct chance *c = &t->chance;
	int by = report_by(c, t->trust, r->test, elective);
	int32_t at = performed +
	    turnaround(c, t->trust, r->test, r->priority, elective);

	if (chance_below(c, 2500) == 0)
		return; /* never reported */
	if (elective && r->test != 3 && by != BY_OUTSOURCED &&
	    at - performed > 4 H)
		at = in_office(c, at);
	struct row row = event(r, EVENT_REPORTED, at);
	row.provider_kind = (uint8_t)by;
	row.site_report = by == BY_US ? 1 : 0;
	tell(t, r, &row);
	if (!chance_permille(c, 10))
		return;
	row = event(r, EVENT_ADDENDED, at + chance_between(c, 2 H, 18 D));
	row.provider_kind = BY_US;
	tell(t, r, &row);
}

static void tell_exam(struct teller *t, struct request *r, int place,
    int32_t arrived, int32_t performed, bool elective)
{
	struct row row = event(r, EVENT_ARRIVED, arrived);

	row.site_scan = (uint8_t)place;
	tell(t, r, &row);
	row = event(r, EVENT_PERFORMED, performed);
	row.site_scan = (uint8_t)place;
	row.provider_kind = (uint8_t)scan_by(&t->chance, t->trust, r->test,
	    place, minute_day(performed));
	tell(t, r, &row);
	tell_report(t, r, performed, elective);
}

void tell_scan(struct teller *t, struct request *r, int32_t day)
{
	struct chance *c = &t->chance;
	struct slot slot = book(t, r, day);
	int32_t arrived = max(slot.at - chance_below(c, 25), r->last + 1);
	int32_t performed = max(slot.at + chance_between(c, -3, 25),
	    arrived + 2);

	performed = min(performed, minute_of(day, MINUTES_A_DAY - 1));
	tell_exam(t, r, slot.place, arrived, performed, true);
}

/* The first minute that a census cannot fall after, before the appointment. */
static int32_t same_week(int32_t day)
{
	int32_t week = day - weekday(day), month = month_first(month_of(day));

	return minute_of(max(max(week, month), day - 5), 8 H);
}

void tell_miss(struct teller *t, struct request *r, int32_t day)
{
	struct chance *c = &t->chance;
	struct slot slot = book(t, r, day);
	int missed = habits[t->trust].missed;
	int all = missed + habits[t->trust].cancelled;
	bool came_not = chance_below(c, all) < missed;
	int32_t at = slot.at + chance_between(c, 25, 55);

	if (!came_not) {
		int32_t from = max(r->last + 5, same_week(day));
		at = max(from + chance_below(c, slot.at - 30 - from),
		    r->last + 1);
	}
	struct row row = event(r, came_not ? EVENT_DID_NOT_ATTEND :
	    EVENT_CANCELLED_BY_PATIENT, at);
	row.appointment = slot.at;
	tell(t, r, &row);
	r->last = max(r->last, slot.at);
	r->start = day;
}

void tell_withdrawal(struct teller *t, struct request *r, int32_t day)
{
	struct chance *c = &t->chance;
	int32_t at = max(minute_of(day, chance_between(c, 9 H, 17 H)),
	    r->last + 5);

	tell_vetting(t, r, at - 1);
	struct row row = event(r, chance_permille(c, 650) ?
	    EVENT_CANCELLED_BY_HOSPITAL : EVENT_CANCELLED_BY_PATIENT,
	    max(at, r->last + 1));
	tell(t, r, &row);
}

void tell_admission(struct teller *t, struct request *r, int32_t day)
{
	struct chance *c = &t->chance;
	int place = place_emergency(c, t->trust);
	int32_t at = max(minute_of(day, chance_between(c, 7 H, 15 H)),
	    r->last + 1);
	int32_t performed = at + chance_between(c, 50, 8 H);

	tell_vetting(t, r, at);
	struct row row = event(r, EVENT_VETTED, max(at, r->last + 1));
	row.source = r->source = SOURCE_IP;
	row.priority = r->priority = PRIORITY_URGENT;
	row.site_request = (uint8_t)place;
	tell(t, r, &row);
	tell_exam(t, r, place, performed - chance_between(c, 4, 20), performed,
	    false);
}

/* Emergency scans by hour of the day, per mille. */
static int32_t emergency_minute(struct chance *c)
{
	static const int16_t hours[24] = {24, 18, 14, 12, 10, 10, 13, 22, 42,
	    60, 66, 66, 63, 62, 63, 63, 62, 58, 54, 52, 50, 46, 38, 32};
	int at = chance_below(c, 1000), hour = 0;

	while (hour < 23 && (at -= hours[hour]) >= 0)
		hour++;
	return hour * 60 + chance_below(c, 60);
}

void tell_emergency(struct teller *t, int test, int32_t day)
{
	struct chance *c = &t->chance;
	struct request *r = request_new(t, test, day);
	int32_t of_day = emergency_minute(c), performed;
	int place = place_emergency(c, t->trust);
	bool inpatient = test != 2 || chance_permille(c, 520);

	if (is_clock_change(day) && of_day < 6 H)
		of_day += 6 H;
	performed = minute_of(day, of_day);
	r->source = inpatient ? SOURCE_IP : SOURCE_AE;
	r->priority = inpatient && chance_permille(c, 500) ? PRIORITY_SOON :
							     PRIORITY_URGENT;
	r->site_request = (uint8_t)place;
	r->requested = performed - (inpatient ? chance_between(c, 70, 34 H) :
						chance_between(c, 30, 4 H));
	tell_request(t, r);
	tell_exam(t, r, place, performed - chance_between(c, 4, 20), performed,
	    false);
	request_drop(t, r);
}
