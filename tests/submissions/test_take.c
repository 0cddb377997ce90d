/* SPDX-License-Identifier: MIT */
/* test_take.c: files of every kind, taken whole or not at all. */
#include "submissions/take.c"
#include "submissions/desk.h"

static void any_encoding_and_line_end(void **state)
{
	struct desk *d = *state;
	struct submission s;

	s = take_named(d, "a.csv",
	    S("\xef\xbb\xbf" RIS "requested,03/03/2026,RXN,A1,P1,MRI,RXN02\r\n"
	      "requested,2026-03-04T10:00,RXN,\"A,2\nx\",P2,1,\r\n"));
	assert_int_equal(s.state, SUBMISSION_TAKEN);
	/* a line break is no character of an accession: kept aside, with reason */
	assert_int_equal(s.good, 1);
	assert_int_equal(s.bad, 1);
	s = take_named(
	    d, "b.csv", S(RIS "requested,2026-03-05,RXN,A\xe9,P3,MRI,\n"));
	assert_int_equal(s.good, 1);
	assert_int_equal(ask(d,
			     "select count(*) from pathway "
			     "where accession = 'Aé'"),
	    1);
}

static void a_bad_row_says_why(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "a.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"
		  "requested,2026-03-03,RXN,A2,P2,MRI,\n"
		  "requested,2031-03-03,RXN,A3,P3,MRI,\n"
		  "boiled,2026-03-03,RXN,A4,P4,MRI,\n"));
	struct tx *tx = db_read(d->f->db);
	struct rows *r = quarantine_ask(tx, s.id);

	assert_int_equal(s.bad, 2);
	assert_true(rows_next(r));
	assert_int_equal(rows_int(r, 1), 4);
	assert_text(rows_text(r, 2), "event_at");
	assert_text(rows_text(r, 3), "lies in the future");
	assert_text(rows_text(r, 4), "requested,2031-03-03,RXN,A3,P3,MRI,");
	assert_true(rows_next(r));
	assert_text(rows_text(r, 2), "event");
	assert_false(rows_next(r));
	db_end(tx);
}

static void another_patient_is_kept_aside(void **state)
{
	struct desk *d = *state;
	struct submission s;

	take_named(d, "a.csv", S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"));
	s = take_named(d, "b.csv",
	    S(RIS "booked,2026-03-04,RXN,A1,P2,MRI,\n"
		  "requested,2026-03-04,RXN,A5,P5,MRI,\n"
		  "performed,2026-03-05,RXN,A1,P2,MRI,\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED); /* two of three */
	s = take_named(d, "c.csv",
	    S(RIS "performed,2026-03-04,RXN,A1,P2,MRI,\n"
		  "requested,2026-03-04,RXN,A5,P5,MRI,\n"));
	assert_int_equal(s.state, SUBMISSION_TAKEN);
	assert_int_equal(s.bad, 1);
	assert_int_equal(
	    ask(d, "select count(*) from event where kind = 9"), 0);
	struct tx *tx = db_read(d->f->db);
	struct rows *r = quarantine_ask(tx, s.id);
	assert_true(rows_next(r));
	assert_text(rows_text(r, 4), "performed,2026-03-04,RXN,A1,P2,MRI,");
	db_end(tx);
}

/* Neither a file's name nor what it says of itself need be text. */
static void bytes_that_are_no_text(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "caf\xe9.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"));

	assert_text(s.name, "café.csv");
	s = take_named(d, "b.csv",
	    S("Week_Ending_Date,ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER,"
	      "Waiting_List_Type,LOCAL_PATIENT_IDENTIFIER,"
	      "Diagnostic_Clock_Start_Date,Diagnostic_Modality\n"
	      "22/11/2026,R\0N,ORTT,P1,11/10/2026,1\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED);
	s = take_named(d, "c.csv",
	    S("measure,org,test,kind,from,value,set_by,reason\n"
	      "pct6,R\0N,*,standard,2012-04-01,1,NHS\0,a\0b\n"
	      "pct6,*,*,standard,2012-04-01,1,NHS,framework\n"));
	assert_true(s.state == SUBMISSION_TAKEN);
	s = take_named(d, "d.csv",
	    S(RIS "requested,2026-03-03,RXN,A\0001,P1,MRI,\n"
		  "requested,2026-03-03,RXN,A3,P\0,MRI,\n"
		  "requested,2026-03-03,RXN,A4,P1,MRI,\n"
		  "requested,2026-03-03,RXN,A5,P1,MRI,\n"));
	assert_int_equal(s.bad, 2);
	s = take_named(d, "e.csv",
	    S("period_end,provider_code,test_id,test_code,test_group,wk_00_01,"
	      "wk_01_02,wk_02_03,wk_03_04,wk_04_05,wk_05_06,wk_06_07,wk_07_08,"
	      "wk_08_09,wk_09_10,wk_10_11,wk_11_12,wk_12_13,wk_13_plus,"
	      "total_wl,waiting_6plus,waiting_13plus,waiting_list_activity,"
	      "planned_activity,unscheduled_activity\n"
	      "2026-03-31,R\0N,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,1,1\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED);
}

static void refused_whole_leaves_nothing(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "a.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"
		  "requested,x,RXN,A2,P2,MRI,\nrequested,x,RXN,A3,P3,MRI,\n"));

	assert_int_equal(s.state, SUBMISSION_REFUSED);
	assert_text(s.sender, "RXN"); /* so it is seen whose it was */
	assert_true(s.reason.len > 0);
	assert_int_equal(ask(d, "select count(*) from pathway"), 0);
	assert_int_equal(ask(d,
			     "select count(*) from quarantine "
			     "where state = 'refused'"),
	    2);
	s = take_named(d, "b.csv", S("what,is,this\n1,2,3\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED);
	s = take_named(d, "c.csv", S(""));
	assert_int_equal(s.state, SUBMISSION_REFUSED);
	s = take_named(
	    d, "d.csv", S(RIS "requested,2026-03-03,XXX,A1,P1,MRI,\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED); /* no trust of ours */
	s = take_named(d, "e.csv",
	    S("event,event_at,provider,accession,test\n"
	      "requested,2026-03-03,RXN,A1,MRI\n"));
	assert_int_equal(s.state, SUBMISSION_REFUSED);
	assert_text(s.reason, "column \"patient\" is missing");
}

static void a_newer_file_takes_the_place(void **state)
{
	struct desk *d = *state;

	take_named(d, "RIS-RXN-2026-03.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"
		  "requested,2026-03-03,RXN,A2,P2,MRI,\n"));
	struct submission s = take_named(d, "RIS-RXN-2026-03.csv",
	    S(RIS "requested,2026-03-03,RXN,A2,P2,CT,\n"));
	assert_int_equal(s.state, SUBMISSION_TAKEN);
	assert_int_equal(ask(d, "select count(*) from pathway"), 1);
	assert_int_equal(ask(d, "select test from pathway"), 2);
	assert_int_equal(ask(d,
			     "select count(*) from submission "
			     "where state = 3 and replaced_by is not null"),
	    1);
	assert_int_equal(ask(d, "select sum(n) from waiting_now"), 1);
}

static void periods_are_read_from_names(void **state)
{
	struct desk *d = *state;
	struct submission s;

	s = take_named(d, "RIS-RXN-2026-03.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"));
	assert_string_equal(day_text(s.from).at, "2026-03-01");
	assert_string_equal(day_text(s.to).at, "2026-03-31");
	s = take_named(d, "RIS-RXN-2026-03-16_2026-03-22.csv",
	    S(RIS "requested,2026-03-17,RXN,A2,P1,MRI,\n"));
	assert_string_equal(day_text(s.from).at, "2026-03-16");
	assert_string_equal(day_text(s.to).at, "2026-03-22");
	s = take_named(d, "extract.csv",
	    S(RIS "requested,2026-03-17,RXN,A3,P1,MRI,\n"
		  "requested,2026-03-19,RXN,A4,P1,MRI,\n"));
	assert_string_equal(day_text(s.from).at, "2026-03-17");
	assert_string_equal(day_text(s.to).at, "2026-03-19");
}

/* --- DM01 --- */

static void the_full_extract_is_summed(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "DM01-MAY-2026-full-extract.csv",
	    S(FULL FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "10", "2",
		"12") FULL_ROW("QE1", "RXN", "QE1", "00X", "2", "1", "0",
		"1") FULL_ROW("QE1", "RXN", "QE1", "00X", "16", "11", "2",
		"13") FULL_ROW("QOP", "R0A", "QE1", "00X", "1", "3", "1", "4")
		    FULL_ROW("QKS", "RVV", "QKS", "91Q", "1", "7", "0", "7")));

	assert_int_equal(s.state, SUBMISSION_TAKEN);
	assert_string_equal(day_text(s.to).at, "2026-05-31");
	assert_text(s.sender, "NHSE");
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 10);
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w06], 2);
	assert_int_equal(counted(d, "RXN", 0).n[TALLY_w00], 11); /* no TOTAL */
	assert_int_equal(counted(d, "ENG", 1).n[TALLY_w00], 20);
	assert_int_equal(counted(d, "Y62", 1).n[TALLY_w00], 13);
	assert_int_equal(counted(d, "QE1", 1).n[TALLY_w00], 13);
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_act_planned], 6);
	assert_int_equal(ask(d, "select count(*) from submission_notice"), 1);
	/* of TOTAL, activity is that of one test in these rows: it differs */
}

static void a_later_extract_replaces(void **state)
{
	struct desk *d = *state;

	take_named(d, "a.csv",
	    S(FULL FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "10", "2", "12")
		    FULL_ROW(
			"QE1", "RXR", "QE1", "00X", "1", "10", "2", "12")));
	take_named(d, "b.csv",
	    S(FULL FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "20", "2", "22")));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 20);
	assert_int_equal(counted(d, "RXR", 1).n[TALLY_w00], 0);
	assert_int_equal(counted(d, "ENG", 1).n[TALLY_w00], 20);
}

static void weeks_must_add_up(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "a.csv",
	    S(FULL FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "10", "2", "13")
		    FULL_ROW(
			"QE1", "RXN", "QE1", "00X", "2", "10", "2", "12")));

	assert_int_equal(s.bad, 1);
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 0);
	assert_int_equal(counted(d, "RXN", 2).n[TALLY_w00], 10);
	struct err err = {0};
	int64_t row = ask(d, "select id from quarantine");
	assert_false(quarantine_replay(&d->to, row,
	    S("DM01-MAY-2026,QE1,,RXN,,QE1,,00X,,1,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,9,"
	      "0,0,0,0"),
	    S("A. Clerk"), &err));
	memset(&err, 0, sizeof(err));
	assert_true(quarantine_replay(&d->to, row,
	    S("DM01-MAY-2026,QE1,,RXN,,QE1,,00X,,1,,9,0,0,0,0,0,0,0,0,0,0,0,0,0,9,"
	      "0,0,0,0"),
	    S("A. Clerk"), &err));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 9);
	assert_int_equal(counted(d, "ENG", 2).n[TALLY_w00], 10);
	assert_int_equal(counted(d, "ENG", 0).n[TALLY_w00], 19);
	memset(&err, 0, sizeof(err));
	assert_false(
	    quarantine_replay(&d->to, row, S("x"), S("A. Clerk"), &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
}

static void the_tidy_form(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "a.csv",
	    S(TIDY
		"2026-03-31,RXN,1,MRI,IMAGING,1,0,0,0,0,0,2,0,0,0,0,0,0,3,6,5,3,"
		"10,20,30\n"
		"2026-03-31,RXN,1,MRI,IMAGING,1,0,0,0,0,0,2,0,0,0,0,0,0,3,6,5,3,"
		"10,20,30\n"
		"2026-03-31,RXR,2,CT,IMAGING,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,"
		"1,1,1\n"));

	assert_int_equal(s.bad, 1); /* the same cell twice */
	assert_text(s.sender, "RXN+RXR");
	struct tally t = counted(d, "RXN", 1);
	assert_int_equal(tally_waiting(&t, 0), 6);
	assert_int_equal(tally_waiting(&t, 6), 5);
	assert_int_equal(t.n[TALLY_act_unscheduled], 30);
	assert_int_equal(counted(d, "LSC", 0).n[TALLY_act_wl], 11);
}

/* --- WLMDS --- */

/* A newer word of 0 is a word: it takes the place of an older number, and is
 * not the same as silence. */
static void zero_is_not_absent(void **state)
{
	struct desk *d = *state;
	size_t n;

	take_named(d, "a.csv",
	    S(TIDY
		"2026-03-31,RXN,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,1,1\n"
		"2026-03-31,RXR,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,1,1\n"));
	take_named(d, "b.csv",
	    S(TIDY
		"2026-03-31,RXN,1,,,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 0);
	struct tx *tx = db_read(d->f->db);
	struct tally_ask ask = {.source = 'R',
	    .grain = 'M',
	    .org = "RXN",
	    .test = 1,
	    .to = INT32_MAX};
	tally_series(tx, &d->arena, &ask, &n);
	assert_int_equal(n, 1);
	ask.test = 2;
	tally_series(tx, &d->arena, &ask, &n);
	assert_int_equal(n, 0);
	db_end(tx);
}

/* Whoever sends it again with its rows in another order is the same sender. */
static void senders_have_one_order(void **state)
{
	struct desk *d = *state;

	for (int i = 0; i < 2; i++)
		take_named(d, "a.csv",
		    i ? S(TIDY
			    "2026-03-31,RXR,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,"
			    "0,0,1,1,1\n"
			    "2026-03-31,ENG,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,"
			    "0,0,1,1,1\n"
			    "2026-03-31,RXN,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,"
			    "0,0,1,1,1\n")
		      : S(TIDY
			    "2026-03-31,ENG,1,,,2,0,0,0,0,0,0,0,0,0,0,0,0,0,2,"
			    "0,0,1,1,1\n"
			    "2026-03-31,RXN,1,,,2,0,0,0,0,0,0,0,0,0,0,0,0,0,2,"
			    "0,0,1,1,1\n"
			    "2026-03-31,RXR,1,,,2,0,0,0,0,0,0,0,0,0,0,0,0,0,2,"
			    "0,0,1,1,1\n"));
	assert_int_equal(
	    ask(d, "select count(*) from submission where state = 3"), 1);
	assert_int_equal(ask(d,
			     "select count(*) from submission "
			     "where sender = 'ENG+RXN+RXR'"),
	    2);
}

static void days_out_of_reach_are_kept_aside(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "a.csv",
	    S("event,event_at,provider,accession,patient,test,planned,due_date,"
	      "appointment_at\n"
	      "requested,2026-03-03,RXN,A1,P1,MRI,,,\n"
	      "requested,2026-03-03,RXN,A2,P2,MRI,Y,2027-03-03,\n"
	      "booked,2026-03-03,RXN,A1,P1,,,,0026-03-20\n"
	      "requested,2026-03-03,RXN,A3,P3,MRI,Y,9999-12-31,\n"));

	assert_int_equal(s.good, 2);
	assert_int_equal(ask(d,
			     "select count(*) from quarantine "
			     "where field = 'appointment_at'"),
	    1);
	assert_int_equal(ask(d,
			     "select count(*) from quarantine "
			     "where field = 'due_date'"),
	    1);
}

static void a_weekly_file_has_its_buckets(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "Diagnostic WLMDS 22112026.csv",
	    S(WLMDS "22/11/2026,RXN,ORTT,P1,W1,11/10/2026,01,\n" /* 42 days */
		    "22/11/2026,RXN,IRTT,P2,W2,12/10/2026,1,\n" /* 41 days */
		    "22/11/2026,RXN,PLN,P3,W3,,1,01/02/2027\n"
		    "22/11/2026,RXN,ORTT,P4,W4,,2,\n"
		    "22/11/2026,RXN,ORTT,P5,W5,01/01/1900,2,\n"
		    "22/11/2026,RXN,ORTT,P6,W6,23/11/2026,2,\n"
		    "21/11/2026,RXN,ORTT,P7,W7,01/11/2026,2,\n"));
	struct tx *tx = db_read(d->f->db);
	struct tally_ask ask = {.source = 'W',
	    .grain = 'S',
	    .org = "RXN",
	    .from = 0,
	    .to = INT32_MAX};
	size_t n;
	struct tally_row *rows = tally_series(tx, &d->arena, &ask, &n);

	assert_int_equal(s.state, SUBMISSION_TAKEN);
	assert_int_equal(s.bad, 1); /* not a Sunday */
	assert_string_equal(day_text(s.to).at, "2026-11-22");
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].tally.n[TALLY_w06], 1);
	assert_int_equal(rows[0].tally.n[TALLY_w05], 1);
	assert_int_equal(rows[0].tally.n[TALLY_planned_waiting], 1);
	assert_int_equal(rows[0].tally.n[TALLY_flagged], 3);
	assert_int_equal(rows[0].tally.n[TALLY_file_rows], 6);
	assert_int_equal(rows[0].tally.n[TALLY_days_late], 0);
	struct rows *r = submission_notices(tx, s.id);
	assert_true(rows_next(r));
	assert_text(rows_text(r, 0), "no-clock-start");
	assert_true(rows_next(r));
	assert_text(rows_text(r, 0), "for-review");
	assert_int_equal(rows_int(r, 2), 2);
	db_end(tx);
}

static void a_weekly_file_can_be_late_and_replaced(void **state)
{
	struct desk *d = *state;
	struct submission first = take_named(
	    d, "a.csv", S(WLMDS "08/11/2026,RXN,ORTT,P1,W1,01/11/2026,1,\n"));
	take_named(d, "b.csv",
	    S(WLMDS "08/11/2026,RXN,ORTT,P1,W1,01/11/2026,1,\n"
		    "08/11/2026,RXN,ORTT,P2,W2,01/11/2026,1,\n"));

	assert_int_equal(ask(d,
			     "select days_late from tally "
			     "where source = 'W' and test = -1"),
	    12);
	assert_int_equal(ask(d, "select count(*) from wlmds"), 2);
	assert_int_equal(ask(d,
			     "select w01 from tally "
			     "where source = 'W' and test = 1"),
	    2);
	struct tx *tx = db_read(d->f->db);
	struct submission s;
	struct err err = {0};
	assert_true(submission_find(tx, &d->arena, first.id, &s, &err));
	assert_int_equal(s.state, SUBMISSION_REPLACED);
	db_end(tx);
}

static void who_has_sent_what(void **state)
{
	struct desk *d = *state;
	size_t n;
	int32_t sunday;

	take_named(
	    d, "a.csv", S(WLMDS "22/11/2026,RXN,ORTT,P1,W1,01/11/2026,1,\n"));
	take_named(
	    d, "b.csv", S(WLMDS "08/11/2026,RXN,ORTT,P1,W1,01/11/2026,1,\n"));
	assert_true(day_read(S("2026-11-22"), &sunday));
	struct tx *tx = db_read(d->f->db);
	struct timeliness *t = timeliness_make(tx, &d->arena, sunday, 3, &n);
	assert_int_equal(n, 6);
	assert_string_equal(t[0].kind, "wlmds");
	assert_int_equal(t[0].cells[0].state, CELL_LATE);
	assert_int_equal(t[0].cells[1].state, CELL_MISSING);
	assert_int_equal(t[0].cells[2].state, CELL_ON_TIME);
	assert_int_equal(t[3].cells[2].state, CELL_DUE); /* until Thursday */
	db_end(tx);
	/* A month of events is in time after its own month, for all its weeks. */
	take_named(d, "RIS-RXN-2026-11.csv",
	    S(RIS "requested,2026-11-03,RXN,A1,P1,MRI,\n"));
	take_named(d, "RIS-RXR-2026-11-02_2026-11-08.csv",
	    S(RIS "requested,2026-11-03,RXR,A1,P1,MRI,\n"));
	tx = db_read(d->f->db);
	t = timeliness_make(tx, &d->arena, sunday, 3, &n);
	assert_string_equal(t[1].kind, "ris");
	assert_int_equal(t[1].cells[0].state, CELL_ON_TIME);
	assert_int_equal(t[4].cells[0].state, CELL_LATE);
	assert_int_equal(t[4].cells[0].days_late, 14);
	assert_int_equal(t[4].cells[1].state, CELL_MISSING);
	db_end(tx);
}

static void usual_sizes_bear_drift_but_not_halves(void **state)
{
	struct desk *d = *state;
	double counts[20], low, high;

	for (int i = 0; i < 20; i++)
		counts[i] = 8000 + 40 * i;
	assert_false(usual_rows(&d->arena, counts, 7, &low, &high));
	assert_true(usual_rows(&d->arena, counts, 20, &low, &high));
	assert_true(low < 8000 && high > 8760);
	assert_true(low > 5000 && high < 12000);
}

static void targets_come_from_a_file(void **state)
{
	struct desk *d = *state;
	struct submission s = take_named(d, "t.csv",
	    S("measure,org,test,kind,from,value,set_by,reason\n"
	      "pct6,*,*,standard,2012-04-01,1,NHS England,operating framework\n"
	      "pct6,RXN,MRI,trajectory,2026-12-31,12.5,Board,\"plan,\nagreed\"\n"
	      "pct7,RXN,MRI,trajectory,2026-12-31,12.5,Board,plan\n"));
	struct tx *tx = db_read(d->f->db);
	size_t n;
	struct target *t =
	    targets_for(tx, &d->arena, S("pct6"), S("RXN"), 1, &n);

	assert_int_equal(s.bad, 1);
	assert_int_equal(n, 2);
	assert_true(t[1].trajectory && t[1].value == 12.5);
	assert_text(t[1].reason, "plan,\nagreed");
	assert_true(target_on(t, n, t[1].from, false) == 1);
	db_end(tx);
}

static void a_file_is_kept_as_it_came(void **state)
{
	struct desk *d = *state;
	struct str text = S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\r\n");
	struct submission s = take_named(d, "a.csv", text);
	struct err err = {0};
	char back[256];
	int fd = submission_open_file(&d->to, &s, &err);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, back, sizeof(back)), text.len);
	assert_memory_equal(back, text.at, text.len);
	close(fd);
	s = take_named(d, "again.csv", text);
	assert_int_equal(s.state, SUBMISSION_DUPLICATE);
	assert_int_equal(ask(d, "select count(*) from submission"), 1);
}

static void only_what_nobody_holds_is_tidied(void **state)
{
	struct desk *d = *state;
	struct keeping k;
	struct err err = {0};
	int fd = file_of(S("x"));
	char left[200];

	assert_true(keep_begin(&k, &d->arena, &d->to, fd, &err));
	assert_true(keep_wait(&k, &err));
	snprintf(left, sizeof(left), "%s/.coming-left", d->files);
	close(open(left, O_CREAT | O_WRONLY, 0600));
	assert_true(submissions_tidy(&d->to, &err));
	assert_int_equal(access(left, F_OK), -1);
	assert_int_equal(access(k.path, F_OK), 0);
	assert_true(keep_name(&k, &err));
	keep_drop(&k);
	close(fd);
}

static void a_full_disk_takes_nothing(void **state)
{
	struct desk *d = *state;
	struct submission_options o = {.name = S("a.csv"), .how = S("command")};
	struct submission s;
	struct err err = {0};
	int fd = file_of(S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"));

	d->settings.files = "/proc/no-such-place";
	assert_false(submission_take(&d->to, &d->arena, fd, &o, &s, &err));
	assert_true(err.kind != ERR_NONE);
	assert_int_equal(ask(d, "select count(*) from pathway"), 0);
	d->settings.files = d->files;
	close(fd);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_desk(any_encoding_and_line_end),
	    with_desk(a_bad_row_says_why),
	    with_desk(another_patient_is_kept_aside),
	    with_desk(bytes_that_are_no_text),
	    with_desk(refused_whole_leaves_nothing),
	    with_desk(a_newer_file_takes_the_place),
	    with_desk(periods_are_read_from_names),
	    with_desk(the_full_extract_is_summed),
	    with_desk(a_later_extract_replaces),
	    with_desk(weeks_must_add_up),
	    with_desk(the_tidy_form),
	    with_desk(zero_is_not_absent),
	    with_desk(senders_have_one_order),
	    with_desk(days_out_of_reach_are_kept_aside),
	    with_desk(a_weekly_file_has_its_buckets),
	    with_desk(a_weekly_file_can_be_late_and_replaced),
	    with_desk(who_has_sent_what),
	    with_desk(usual_sizes_bear_drift_but_not_halves),
	    with_desk(targets_come_from_a_file),
	    with_desk(a_file_is_kept_as_it_came),
	    with_desk(only_what_nobody_holds_is_tidied),
	    with_desk(a_full_disk_takes_nothing),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
