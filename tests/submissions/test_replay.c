/* SPDX-License-Identifier: MIT */
/* test_replay.c: a row put right counts as if its file had come with it, in
 * every kind of file. */
#include "submissions/replay.c"
#include "submissions/desk.h"

/* The row in quarantine at that line of the newest file. */
static int64_t held_at(struct desk *d, int64_t line)
{
	struct tx *tx = db_read(d->f->db);
	int64_t id = db_int(tx,
	    "select id from quarantine where line = $1 and submission = "
	    "(select max(submission) from quarantine)",
	    I(line));

	must_not_fail(tx);
	db_end(tx);
	return id;
}

static void put_right(struct desk *d, int64_t line, const char *row)
{
	struct err err = {0};

	if (!quarantine_replay(&d->to, held_at(d, line), str_of(row),
		S("A. Clerk"), &err))
		fail_msg("%s", err.text);
}

static void refuse(
    struct desk *d, int64_t line, const char *row, const char *why)
{
	struct err err = {0};

	assert_false(quarantine_replay(
	    &d->to, held_at(d, line), str_of(row), S("A. Clerk"), &err));
	if (!strstr(err.text, why))
		fail_msg("\"%s\", not \"%s\"", err.text, why);
}

/* The header may be of another encoding than what people type. */
static void a_row_of_events(void **state)
{
	struct desk *d = *state;

	take_named(d, "RIS-RXN-2026-03.csv",
	    S("\xef\xbb\xbf" "event,event_at,provider,accession,patient,test,"
	      "site_of_scan,remar\xe9\r\n"
	      "requested,2026-03-03,RXN,A1,P1,MRI,,\r\n"
	      "requested,x,RXN,Bl\xe4,P2,MRI,,\r\n"));
	struct tx *tx = db_read(d->f->db);
	struct rows *r = db_ask(tx, "select row_text from quarantine");
	assert_true(rows_next(r));
	assert_text(rows_text(r, 0), "requested,x,RXN,Blä,P2,MRI,,");
	db_end(tx);
	refuse(d, 3, "requested,x,RXN,Blä,P2,MRI,,", "event_at");
	refuse(d, 3, "requested,2026-03-04,RXR,Blä,P2,MRI,,", "another sender");
	refuse(d, 3, "requested,2026-03-04,RXN,A1,P2,MRI,,", "another patient");
	refuse(d, 3,
	    "requested,2026-03-04,RXN,B,P2,MRI,,\n"
	    "requested,2026-03-04,RXN,C,P2,MRI,,", "more than one row");
	refuse(d, 3, "", "empty");
	put_right(d, 3, "requested,2026-03-04,RXN,Blä,P2,MRI,,");
	assert_int_equal(ask(d,
			     "select count(*) from pathway "
			     "where accession = 'Blä'"),
	    1);
	assert_int_equal(ask(d, "select rows_bad from submission"), 0);
	assert_int_equal(ask(d, "select rows_good from submission"), 2);
	refuse(d, 3, "requested,2026-03-04,RXN,Blä,P2,MRI,,", "not open");
}

/* A request that only the corrected row named goes with its file. */
static void what_was_put_right_is_replaced_too(void **state)
{
	struct desk *d = *state;

	take_named(d, "RIS-RXN-2026-03.csv",
	    S(RIS "requested,2026-03-03,RXN,A1,P1,MRI,\n"
		  "requested,2026-03-03,RXN,,P2,MRI,\n"));
	put_right(d, 3, "requested,2026-03-03,RXN,A2,P2,MRI,");
	assert_int_equal(ask(d, "select sum(n) from waiting_now"), 2);
	take_named(d, "RIS-RXN-2026-03.csv",
	    S("provider,event,event_at,accession,patient,test\n"
	      "RXN,requested,2026-03-03,A1,P1,MRI\n"));
	assert_int_equal(ask(d, "select sum(n) from waiting_now"), 1);
	assert_int_equal(ask(d, "select count(*) from event"), 1);
}

#define CELL(org, n) \
	"2026-03-31," org ",1,MRI,IMAGING," n ",0,0,0,0,0,0,0,0,0,0,0,0,0," n \
	",0,0,10,20,30"

static void a_cell_of_a_tidy_return(void **state)
{
	struct desk *d = *state;

	take_named(d, "a.csv",
	    S(TIDY CELL("RXN", "4") "\n" CELL("RXR", "5") "\n"
		CELL("RXN", "4") "\n" CELL("RXR", "x") "\n"));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 4);
	/* The same cell is still there twice. */
	refuse(d, 4, CELL("RXN", "4"), "repeats the row");
	refuse(d, 5, CELL("RXR", "7"), "repeats the row");
	refuse(d, 4, "2026-02-28,RXN,1,,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,1,1",
	    "outside of its file's period");
	refuse(d, 4, CELL("RXL", "4"), "another sender");
	put_right(d, 4,
	    "2026-03-31,RXN,2,CT,,9,0,0,0,0,0,0,0,0,0,0,0,0,0,9,0,0,1,2,3");
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 4);
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_act_wl], 10);
	assert_int_equal(counted(d, "RXN", 2).n[TALLY_w00], 9);
	assert_int_equal(counted(d, "RXR", 1).n[TALLY_w00], 5);
}

/* Two files speak of one cell: the later one's number stays. */
static void an_older_file_does_not_come_back(void **state)
{
	struct desk *d = *state;

	take_named(d, "a.csv",
	    S(TIDY CELL("RXN", "4") "\n" CELL("RXR", "5") "\n"
		"2026-03-31,RXR,2,CT,,x,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,2,3\n"));
	take_named(d, "b.csv", S(TIDY CELL("RXN", "6") "\n"));
	put_right(d, 4,
	    "2026-03-31,RXR,2,CT,,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,1,2,3");
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 6);
	assert_int_equal(counted(d, "RXR", 1).n[TALLY_w00], 5);
	assert_int_equal(counted(d, "RXR", 2).n[TALLY_w00], 1);
}

static void a_row_of_an_extract(void **state)
{
	struct desk *d = *state;

	take_named(d, "a.csv",
	    S(FULL FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "10", "2", "13")
		    FULL_ROW("QE1", "RXN", "QE1", "01A", "1", "5", "2", "7")
			FULL_ROW("QE1", "RXN", "QE1", "01A", "1", "5", "2", "7")
			    FULL_ROW("QE1", "RXN", "QE1", "01A", "16", "5", "2",
				"7")
				FULL_ROW("QE1", "RXN", "QE1", "00X", "16", "10",
				    "2", "12")));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 5);
	/* One TOTAL has lost its test, until that is put right. */
	assert_int_equal(ask(d, "select rows_in from submission_notice"), 1);
	refuse(d, 4, FULL_ROW("QE1", "RXN", "QE1", "01A", "1", "5", "2", "7"),
	    "repeats the row");
	refuse(d, 2,
	    "DM01-JUNE-2026,QE1,,RXN,,QE1,,00X,,1,,10,0,0,0,0,0,2,0,0,0,0,0,0,0,"
	    "12,5,6,7,18", "one month");
	put_right(d, 2,
	    FULL_ROW("QE1", "RXN", "QE1", "00X", "1", "10", "2", "12"));
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_w00], 15);
	assert_int_equal(counted(d, "ENG", 1).n[TALLY_w06], 4);
	assert_int_equal(counted(d, "RXN", 1).n[TALLY_act_wl], 10);
	assert_int_equal(ask(d, "select count(*) from submission_notice"), 0);
}

static void a_row_of_a_weekly_file(void **state)
{
	struct desk *d = *state;

	take_named(d, "a.csv",
	    S(WLMDS "22/11/2026,RXN,ORTT,P1,W1,11/10/2026,1,\n"
		    "22/11/2026,RXN,ORTT,P2,W2,,1,\n"
		    "22/11/2026,RXN,ORTT,P3,W3,,99,\n"
		    "22/11/2026,RXN,ORTT,P4,W4,01/01/1753,98,\n"));
	assert_int_equal(ask(d, "select rows_in from submission_notice"), 1);
	refuse(d, 4, "15/11/2026,RXN,ORTT,P3,W3,,1,", "period");
	refuse(d, 4, "22/11/2026,RXR,ORTT,P3,W3,,1,", "another sender");
	put_right(d, 4, "22/11/2026,RXN,ORTT,P3,W3,,1,");
	put_right(d, 5, "22/11/2026,RXN,ORTT,P4,W4,01/01/1753,1,");
	assert_int_equal(ask(d,
			     "select sum(rows_in) from submission_notice "
			     "where bucket = 'no-clock-start'"),
	    2);
	assert_int_equal(ask(d,
			     "select sum(rows_in) from submission_notice "
			     "where bucket = 'for-review'"),
	    1);
	assert_int_equal(ask(d,
			     "select flagged from tally "
			     "where source = 'W' and test = 1"),
	    3);
	assert_int_equal(ask(d,
			     "select file_rows from tally "
			     "where source = 'W' and test = 1"),
	    4);
	assert_int_equal(ask(d,
			     "select count(*) from wlmds where line = 4"),
	    1);
}

#define TARGETS "measure,org,test,kind,from,value,set_by,reason\n"

static void a_row_of_targets(void **state)
{
	struct desk *d = *state;

	take_named(d, "t.csv",
	    S(TARGETS
		"pct6,*,*,standard,2012-04-01,1,NHS England,framework\n"
		"pct6,RXN,MRI,trajectory,2026-12-31,x,Board,plan\n"));
	put_right(d, 3, "pct6,RXN,MRI,trajectory,2026-12-31,12,Board,plan");
	assert_int_equal(ask(d, "select count(*) from target"), 2);
	take_named(d, "t.csv",
	    S(TARGETS "pct6,RXN,*,standard,2012-04-01,1,Board,plan\n"
		      "pct6,RXN,MRI,standard,2012-04-01,x,Board,plan\n"));
	refuse(d, 3, "pct6,RXR,MRI,standard,2012-04-01,2,Board,plan",
	    "another sender");
	put_right(d, 3, "pct6,RXN,MRI,standard,2012-04-01,2,Board,plan");
}

/* A reason that is cut is still text. */
static void long_words_are_cut_between_characters(void **state)
{
	struct desk *d = *state;
	struct str row = arena_printf(&d->arena,
	    TARGETS "pct6,*,*,standard,2012-04-01,1,NHS England,framework\n");

	for (int shift = 0; shift < 4; shift++) {
		struct out out;
		struct err err = {0};
		out_memory(&out);
		out_put(&out, row);
		for (int i = 0; i < shift; i++)
			out_char(&out, 'x');
		for (int i = 0; i < 300; i++)
			out_put(&out, S("€"));
		out_put(&out, S(",RXN,*,standard,2012-04-01,1,Board,plan\n"));
		struct submission s = take_named(d, "t.csv", out_str(&out));
		assert_int_equal(s.bad, 1);
		out_end(&out, &err);
	}
	struct tx *tx = db_read(d->f->db);
	struct rows *r = db_ask(tx, "select reason from quarantine");
	while (rows_next(r))
		assert_true(str_is_utf8(rows_text(r, 0)));
	db_end(tx);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    with_desk(a_row_of_events),
	    with_desk(what_was_put_right_is_replaced_too),
	    with_desk(a_cell_of_a_tidy_return),
	    with_desk(an_older_file_does_not_come_back),
	    with_desk(a_row_of_an_extract),
	    with_desk(a_row_of_a_weekly_file),
	    with_desk(a_row_of_targets),
	    with_desk(long_words_are_cut_between_characters),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
