/* SPDX-License-Identifier: MIT */
/* tell.h: a request and its story: from what happened on which day to the
 * events that a RIS would have kept of it. */
#pragma once
#include "chance.h"
#include "rows.h"

struct request {
	struct request *next;
	int32_t start;     /* day its clock started, or the day of a planned test */
	int32_t requested; /* minute */
	int32_t last;      /* minute of its last event */
	int32_t vetted;    /* minute of a vetting not yet told, or 0 */
	int32_t due;       /* day, of a planned test */
	uint32_t accession, patient;
	uint8_t test, priority, source, commissioner, site_request;
	bool planned, overdue, rebook;
};

struct teller { /* of one trust */
	int trust;
	struct chance chance;
	struct rows *rows;
	struct arena *arena;
	struct request *spare;
	uint32_t accession;   /* the last one given */
	int32_t patients;     /* how many there are */
	int32_t floor;        /* minute before which files are closed */
};

/* A new request of that day, not yet told. */
struct request *request_new(struct teller *, int test, int32_t day);
void request_drop(struct teller *, struct request *);
/* due: planned, to be done by then; 0: not planned. */
void tell_request(struct teller *, struct request *);
/* Tells a vetting that happened before that minute. */
void tell_vetting(struct teller *, struct request *, int32_t before);
/* The ways in which a request leaves a day's list; all end it but the last,
 * which starts its clock anew on that day. */
void tell_scan(struct teller *, struct request *, int32_t day);
/* Admitted while waiting, and scanned as an inpatient. */
void tell_admission(struct teller *, struct request *, int32_t day);
void tell_withdrawal(struct teller *, struct request *, int32_t day);
void tell_miss(struct teller *, struct request *, int32_t day);
/* Unscheduled: request, test and report at a stretch. */
void tell_emergency(struct teller *, int test, int32_t day);
