/* SPDX-License-Identifier: MIT */
/* make.c: writes a RIS events file, as one trust's RIS would export its
 * history: five events a request, in order of time, up to a last day.
 *
 *	make ROWS [PROVIDER [LAST-DAY]] > events.csv
 *
 * What would happen after the last day (2026-11-23 unless said) has not
 * happened: the requests of its last weeks are still open. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PER_REQUEST 5
#define DAYS 720

static const char *const tests[] = {
    "MRI", "CT", "NON_OBSTETRIC_ULTRASOUND", "DEXA_SCAN"};
static const char *const sources[] = {"GP", "OP", "GP", "OP", "IP"};
static const char *const commissioners[] = {"00Q", "00R", "00X", "01A"};
static const char *const kinds[PER_REQUEST] = {
    "requested", "vetted", "booked", "performed", "reported"};
static const int after[PER_REQUEST] = {0, 1, 3, 24, 26}; /* days */

static char days[DAYS + 64][12]; /* from the first; "2024-12-04" */
static const char *provider = "RXN";

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x7fb5d329728ea185;
	x ^= x >> 27;
	x *= 0x81dadef4bc2dd44d;
	return x ^ x >> 33;
}

static void fill_days(const char *last)
{
	struct tm tm = {0};
	time_t noon;

	if (!strptime(last, "%Y-%m-%d", &tm))
		exit(2);
	tm.tm_hour = 12;
	noon = timegm(&tm) - (time_t)(DAYS - 1) * 86400;
	for (int i = 0; i < DAYS + 64; i++, noon += 86400)
		strftime(days[i], sizeof(days[i]), "%Y-%m-%d", gmtime(&noon));
}

/* A long wait for one in sixteen: the tail that every list has. */
static int happens(uint64_t request, int i)
{
	int wait = mix(request + 1) % 16 == 0 ? 70 : 0;

	return after[i] + (i >= 3 ? wait : 0);
}

static void print_event(uint64_t request, int i, int day)
{
	uint64_t x = mix(request + 1);
	int minute = 480 + (int)((x >> 8) % 600);
	unsigned site = 1 + (x >> 24) % 3;

	printf("%s,%s %02d:%02d,%s,N%09" PRIu64 ",SYN%07" PRIu64
	       ",%s,%s,%s,N,,",
	    kinds[i], days[day], minute / 60, minute % 60, provider, request,
	    x % 400000, tests[x >> 4 & 3], x & 64 ? "routine" : "urgent",
	    sources[(x >> 20) % 5]);
	if (i == 2)
		printf(
		    "%s %02d:%02d", days[day + 21], minute / 60, minute % 60);
	printf(",%s%02u,%s%02u,", provider, site, provider, site);
	if (i == 4)
		printf("%s%02u", provider, site);
	printf(",in-house,%s\n", commissioners[x >> 32 & 3]);
}

/* Each request's day is known; on each day, those whose turn has come. */
int main(int argc, char **argv)
{
	uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t a_day = rows / PER_REQUEST / DAYS + 1;

	provider = argc > 2 ? argv[2] : provider;
	fill_days(argc > 3 ? argv[3] : "2026-11-23");
	puts("event,event_at,provider,accession,patient,test,priority,"
	     "patient_source,planned,due_date,appointment_at,site_of_request,"
	     "site_of_scan,site_of_report,provider_kind,commissioner");
	for (int day = 0; day < DAYS; day++)
		for (int i = 0; i < PER_REQUEST; i++)
			for (int first = day; first >= 0 && day - first <= 96;
			     first--)
				for (uint64_t k = 0; k < a_day; k++) {
					uint64_t request =
					    (uint64_t)first * a_day + k;
					if (first + happens(request, i) == day)
						print_event(request, i, day);
				}
	return 0;
}
