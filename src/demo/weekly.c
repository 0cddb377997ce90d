/* SPDX-License-Identifier: MIT */
/* weekly.c: the same people as in the RIS events for imaging; for the other
 * DM01 tests people made up from the published bands, the same from week to
 * week while they wait.
 *
 * Faults, as real files have them: rows without a clock start, rows that say
 * 1 January 1900, a file without ultrasound, a file that came late, a Sunday
 * that never came.  Blackpool's file begins with a byte order mark; Blackpool
 * and Morecambe Bay end lines as Windows does. */
#include "weekly.h"

#include "events/events.h"
#include "places.h"
#include "text.h"

enum fate weekly_fate(int trust, int weeks)
{
	static const struct {
		int trust, weeks;
		enum fate fate;
	} fates[] = {
		{2, 0, FATE_NEVER}, /* not yet */
		{2, 2, FATE_LATE}, {2, 3, FATE_LATE}, {2, 7, FATE_LATE},
		{2, 13, FATE_LATE}, {2, 14, FATE_LATE}, {2, 21, FATE_LATE},
		{3, 6, FATE_NEVER}, {1, 4, FATE_PARTLY},
	};

	for (size_t i = 0; i < sizeof(fates) / sizeof(*fates); i++)
		if (fates[i].trust == trust && fates[i].weeks == weeks)
			return fates[i].fate;
	return FATE_SENT;
}

struct file { /* being written */
	const struct weekly *w;
	struct out *out;
	int32_t sunday;
	enum fate fate;
	const char *end;
	char begin[64]; /* the columns that every row has */
	size_t begin_len;
};

struct entry { /* one row */
	uint32_t patient;
	int64_t pathway; /* 8 digits after the trust's code */
	int32_t start, due;
	int test, priority, commissioner, site;
	bool planned;
};

static const char header[] =
    "DATE_AND_TIME_DATA_SET_CREATED,Week_Ending_Date,Waiting_List_Type,"
    "NHS_NUMBER,LOCAL_PATIENT_IDENTIFIER,PERSON_STATED_GENDER_CODE,"
    "ETHNIC_CATEGORY,Referral_Identifier,PATIENT_PATHWAY_IDENTIFIER,"
    "ORGANISATION_CODE_PATIENT_PATHWAY_IDENTIFIER_ISSUER,"
    "ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER,"
    "ORGANISATION_SITE_IDENTIFIER_OF_TREATMENT,"
    "ORGANISATION_IDENTIFIER_CODE_OF_COMMISSIONER,CONSULTANT_CODE,"
    "REFERRAL_TO_TREATMENT_PERIOD_START_DATE,"
    "REFERRAL_TO_TREATMENT_PERIOD_END_DATE,Diagnostic_Clock_Start_Date,"
    "Diagnostic_Modality,Planned_Diagnostic_Due_Date,"
    "Proposed_Procedure_OPCS_Code,PRIORITY_TYPE_CODE,"
    "Diagnostic_Priority_Code,Inclusion_On_Cancer_PTL";

static char *put(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

static char *put_day(char *at, int32_t day)
{
	if (day) {
		day_write(at, day, false);
		at += 10;
	}
	*at = ',';
	return at + 1;
}

static char *put_number(char *at, const char *head, int64_t n, int width)
{
	at = put(at, head);
	digits_write(at, n, width);
	at[width] = ',';
	return at + width + 1;
}

/* A few are blank, a few say 1900; the same row is wrong in the same way. */
static char *put_start(const struct file *f, char *at, const struct entry *e)
{
	uint64_t fault =
	    chance_mix((uint64_t)e->pathway ^ f->w->seed) % 10000;

	if (e->planned || (fault < 25 && f->w->trust == 0) || fault < 4)
		return put(at, ",");
	if (fault >= 9990 || (f->w->trust == 3 && fault >= 9970))
		return put(at, "01/01/1900,");
	return put_day(at, e->start);
}

static char *put_list(char *at, const struct entry *e)
{
	if (e->planned)
		return put(at, "PLN,,");
	return put(at, e->test > 11 ? "IRTT,," : "ORTT,,");
}

static char *put_priority(char *at, int priority)
{
	static const char *const types[] = {
		",", "2,D1,N", "3,D1,Y", "2,D2,N", "1,D4,N"};

	return put(at, types[priority]);
}

static void entry_write(const struct file *f, const struct entry *e)
{
	const char *trust = trust_codes[f->w->trust];
	uint64_t person = chance_mix(e->patient);
	char line[256], *at = line;

	at = put(at, f->begin);
	at = put_list(at, e);
	at = put_number(at, "SYN", e->patient, 7);
	at = put(at, person & 1 ? "1," : "2,");
	at = put(at, (person >> 8) % 8 ? "A,," : "Z,,");
	at = put_number(at, trust, e->pathway, 8);
	at = put(put(put(put(at, trust), ","), trust), ",");
	at = put(put(at, places[f->w->trust][e->site].code), ",");
	at = put(at, commissioner_codes[e->commissioner]);
	at = put(at, ",,,,");
	at = put_start(f, at, e);
	digits_write(at, e->test, 2);
	at = put_day(put(at + 2, ","), e->due);
	at = put_priority(put(at, ","), e->priority);
	at = put(at, f->end);
	out_put(f->out, (struct str){line, (size_t)(at - line)});
}

static void visit(void *with, const struct request *r)
{
	const struct file *f = with;
	bool planned = r->planned && r->due > f->sunday;

	if (f->fate == FATE_PARTLY && r->test == 3)
		return;
	entry_write(f, &(struct entry){.patient = r->patient,
		.pathway = r->accession, .start = r->start, .due = r->due,
		.test = r->test, .priority = r->priority,
		.commissioner = r->commissioner - 1,
		.site = r->site_request ? r->site_request - 1 : 0,
		.planned = planned});
}

/* One made-up person: known by test, start day and place in that day. */
static void other_write(const struct file *f, int test, int32_t start, int i)
{
	int trust = f->w->trust;
	uint64_t who = chance_mix(f->w->seed ^
	    (uint64_t)((((int64_t)trust * 16 + test) * 40000 + start) * 512 +
		i));
	uint32_t patient =
	    (uint32_t)((trust + 1) * 1000000 + (int)(who % 450000));
	int priority = (who >> 32) % 100 < 78 ? PRIORITY_ROUTINE :
	    (who >> 32) % 100 < 90		 ? PRIORITY_SOON :
						   PRIORITY_URGENT;

	entry_write(f, &(struct entry){.patient = patient,
		.pathway = 20000000 + (int64_t)test * 4000000 +
		    (start % 2000) * 2000 + i % 2000,
		.start = start, .test = test, .priority = priority,
		.commissioner = patient_commissioner(trust, patient)});
}

/* The band at a Sunday, between the month ends around it. */
static int32_t band_on(const struct file *f, int test, int k)
{
	int month = month_of(f->sunday);
	int32_t days = month_last(month) - month_last(month - 1);
	int32_t past = f->sunday - month_last(month - 1);
	const struct published *p = f->w->published;
	int32_t from = figures_at(p, f->w->trust, test, month - 1)->band[k];
	int32_t to = figures_at(p, f->w->trust, test, month)->band[k];

	return (from * (days - past) + to * past + days / 2) / days;
}

static void write_band(const struct file *f, int test, int k)
{
	int32_t weights[200], shares[200];
	int n = k == WEEKS - 1 ? 200 : 7;

	for (int i = 0; i < n; i++) {
		int32_t day = f->sunday - 7 * k - i;
		weights[i] = day_weight(day, 1, BUSY_REQUESTS) *
		    (k == WEEKS - 1 ? 210 - i : 1);
	}
	share_out(band_on(f, test, k), weights, shares, n);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < shares[i]; j++)
			other_write(f, test, f->sunday - 7 * k - i, j);
}

static void write_begin(struct file *f)
{
	char *at = f->begin;

	day_write(at, f->sunday + 1, false);
	at = put(at + 10, " 06:12:40,");
	at = put_day(at, f->sunday);
	*at = '\0';
	f->end = f->w->trust >= 2 ? "\r\n" : "\n";
	if (f->w->trust == 3)
		out_put(f->out, S("\xef\xbb\xbf"));
	out_put(f->out, str_of(header));
	out_put(f->out, str_of(f->end));
}

void weekly_write(const struct weekly *w, int32_t sunday, enum fate fate,
    struct out *out)
{
	struct file f = {.w = w, .out = out, .sunday = sunday, .fate = fate};

	write_begin(&f);
	for (int test = 1; test < IMAGING_TESTS; test++) {
		queue_each(w->queues[test], visit, &f);
		planned_each(w->planned[test], sunday, visit, &f);
	}
	for (int test = IMAGING_TESTS; test < DM01_TESTS; test++)
		for (int k = 0; k < WEEKS; k++)
			write_band(&f, test, k);
}
