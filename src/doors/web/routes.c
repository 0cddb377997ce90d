/* SPDX-License-Identifier: MIT */
/* routes.c: everything that can be asked of the web, one row each.
 *
 * To add a route:
 *   1. declare its function in handlers.h, and write it in a file that is
 *      named after what it shows (handler.h says what it has to hand);
 *   2. list what it takes in a `struct parameter` array here, and add its row;
 *      every {name} of the path must be in the list;
 *   3. describe its answer in schemas.c, under the name that the row gives;
 *   4. list the file in meson.build.
 * Dispatch, the checks of what is sent, the errors, the description at /api
 * and the numbers at /metrics come from the row.
 *
 * ROUTE_KEPT promises that the answer depends on nothing but what is stored,
 * the day and what was asked: whatever else changes must write to the
 * journal.  Those are tagged, shared and answered with 304. */
#include "doors/web/routes.h"

/* clang-format off */
#define END {0}
#define FORMAT {"format", ASK_WORD, ASK_MAY, "json", 0, 0, "json|csv|xlsx", "the form of the table"}
#define ID(sentence) {"id", ASK_ID, ASK_MUST, NULL, 0, 0, NULL, sentence}
#define ORG \
	{"org", ASK_TEXT, ASK_MAY, NULL, 0, 12, NULL, \
	    "ODS code; * or left out: the whole network"}
#define TEST \
	{"test", ASK_TEXT, ASK_MAY, NULL, 0, 40, NULL, \
	    "code or number of a test; * or left out: all DM01 tests"}
#define SITE \
	{"site", ASK_TEXT, ASK_MAY, NULL, 0, 12, NULL, \
	    "ODS code of a site; * or left out: all"}
#define MEASURE {"measure", ASK_TEXT, ASK_MAY, "pct6", 1, 40, NULL, "a measure of /api/reference"}
#define SOURCE(standard) \
	{"source", ASK_WORD, ASK_MAY, standard, 0, 0, "R|P|W", \
	    "R: published DM01; P: from pathways; W: weekly files"}
#define GRAIN \
	{"grain", ASK_WORD, ASK_MAY, NULL, 0, 0, "M|S", \
	    "M: month ends; S: weeks that end on a Sunday; left out: S for weekly files, else M"}
#define DATE {"date", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "at the end of this day; left out: now"}
#define BODY(name, type, low, high, words, sentence) \
	{name, type, ASK_MUST | ASK_BODY, NULL, low, high, words, sentence}
#define WHO(name, sentence) BODY(name, ASK_TEXT, 1, 200, NULL, sentence)

static const struct parameter table_only[] = {FORMAT, END};
static const struct parameter events_asks[] = {
	{"after", ASK_INT, ASK_MAY, NULL, 0, INT64_MAX, NULL,
	    "tell what came after this number of the journal"},
	END};
static const struct parameter network_asks[] = {
	SOURCE("R"), GRAIN, FORMAT,
	{"period", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL,
	    "last day of the period; left out: the newest"},
	END};
static const struct parameter spc_asks[] = {
	ORG, TEST, MEASURE, SOURCE("R"), GRAIN,
	{"from", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "first period; left out: all"},
	{"to", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "last period; left out: up to today"},
	{"screening", ASK_FLAG, ASK_MAY, "1", 0, 0, NULL,
	    "leave very large moving ranges out of the limits"},
	{"shift", ASK_INT, ASK_MAY, "7", 2, 100, NULL, "points on one side that make a shift"},
	{"trend", ASK_INT, ASK_MAY, "7", 2, 100, NULL, "points in one direction that make a trend"},
	{"fix_after", ASK_INT, ASK_MAY, "0", 0, 1200, NULL,
	    "fix limits after so many points (12 or more); 0: use all"},
	{"rebase", ASK_DAY, ASK_MANY, NULL, 0, 0, NULL,
	    "begin new limits on this day, in place of the rebases that are stored"},
	END};
static const struct parameter spc_all_asks[] = {
	SOURCE("R"), GRAIN,
	{"measures", ASK_TEXT, ASK_MAY, "pct6,list,activity", 1, 400, NULL,
	    "measures of /api/reference, parted by commas"},
	{"months", ASK_INT, ASK_MAY, "120", 1, 1200, NULL, "how far back"},
	END};
static const struct parameter annotation_asks[] = {
	BODY("org", ASK_TEXT, 1, 12, NULL, "ODS code, or * for the network"),
	BODY("test", ASK_TEXT, 1, 40, NULL, "code or number of a test, or *"),
	BODY("measure", ASK_TEXT, 1, 40, NULL, "a measure of /api/reference"),
	BODY("date", ASK_DAY, 0, 0, NULL, "the day that it stands at"),
	BODY("kind", ASK_WORD, 0, 0, "note|rebase|step",
	    "rebase: new limits from this day; step: a change to the process"),
	BODY("text", ASK_TEXT, 1, 2000, NULL, "what is to be said"),
	WHO("author", "who says it"),
	END};
static const struct parameter annotation_remove_asks[] = {
	ID("the annotation's number"),
	WHO("author", "who takes it away"),
	BODY("text", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter target_asks[] = {
	BODY("org", ASK_TEXT, 1, 12, NULL, "ODS code, or * for all"),
	BODY("test", ASK_TEXT, 1, 40, NULL, "code or number of a test, or *"),
	BODY("measure", ASK_TEXT, 1, 40, NULL, "a measure of /api/reference"),
	BODY("kind", ASK_WORD, 0, 0, "standard|trajectory",
	    "a standard holds until the next; a trajectory is a month's plan"),
	BODY("from", ASK_DAY, 0, 0, NULL,
	    "first day that it holds; of a trajectory the month's end"),
	BODY("value", ASK_REAL, 0, 0, NULL, "in the measure's unit"),
	WHO("set_by", "who set it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter rule_asks[] = {
	BODY("name", ASK_TEXT, 1, 60, NULL, "a rule of /api/rules"),
	BODY("value", ASK_INT, 0, 1000, NULL, "1: it holds; 0: it does not"),
	BODY("from", ASK_DAY, 0, 0, NULL, "first day that it holds"),
	WHO("set_by", "who set it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter waiting_asks[] = {ORG, TEST, SITE, DATE, END};
static const struct parameter pathways_asks[] = {
	ORG, TEST, SITE, DATE, FORMAT,
	{"band", ASK_TEXT, ASK_MAY, NULL, 0, 8, NULL, "completed weeks: 5, 6+ or 6-12"},
	{"priority", ASK_TEXT, ASK_MAY, NULL, 0, 20, NULL, "urgent, cancer, soon or routine"},
	{"state", ASK_TEXT, ASK_MAY, NULL, 0, 20, NULL,
	    "how far it has come: requested, booked, missed"},
	{"commissioner", ASK_TEXT, ASK_MAY, NULL, 0, 12, NULL,
	    "ODS code; none: those without one; * or left out: all"},
	{"list", ASK_WORD, ASK_MAY, "waiting", 0, 0,
	    "waiting|planned|activity|activity_wl|activity_planned|activity_unscheduled",
	    "who waits, or activity: the tests done in the period that ends on date"},
	{"grain", ASK_WORD, ASK_MAY, NULL, 0, 0, "M|S",
	    "of activity: the month or the week; left out: as the date says"},
	{"sort", ASK_WORD, ASK_MAY, "longest", 0, 0, "longest|newest",
	    "which first; of activity always the newest"},
	{"after", ASK_TEXT, ASK_MAY, NULL, 0, 60, NULL, "the fact \"next\" of the page before"},
	{"limit", ASK_INT, ASK_MAY, "50", 1, 1000, NULL, "rows at most"},
	END};
static const struct parameter pathway_asks[] = {
	ID("the pathway's number"),
	END};
static const struct parameter submissions_asks[] = {
	FORMAT,
	{"kind", ASK_WORD, ASK_MAY, NULL, 0, 0, "ris|dm01|wlmds|targets", "of this kind only"},
	{"org", ASK_TEXT, ASK_MAY, NULL, 0, 12, NULL, "ODS code of the sender"},
	{"state", ASK_WORD, ASK_MAY, NULL, 0, 0, "taken|refused|replaced", "in this state only"},
	{"after", ASK_ID, ASK_MAY, NULL, 0, 0, NULL, "the id of the last row of the page before"},
	{"limit", ASK_INT, ASK_MAY, "100", 1, 1000, NULL, "rows at most"},
	END};
static const struct parameter submission_asks[] = {
	ID("the submission's number"),
	END};
static const struct parameter submission_table_asks[] = {
	ID("the submission's number"), FORMAT,
	END};
static const struct parameter submission_post_asks[] = {
	{"kind", ASK_WORD, ASK_MAY, NULL, 0, 0, "ris|dm01|wlmds|targets",
	    "left out: told by its header"},
	{"name", ASK_TEXT, ASK_MUST, NULL, 1, 200, NULL, "the file's own name"},
	END};
static const struct parameter replay_asks[] = {
	ID("the row's number"),
	BODY("row", ASK_TEXT, 1, 1 << 20, NULL, "the whole row, put right"),
	WHO("by", "who did it"),
	END};
static const struct parameter dismiss_asks[] = {
	ID("the row's number"),
	WHO("by", "who did it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why it will not count"),
	END};
static const struct parameter timeliness_asks[] = {
	{"weeks", ASK_INT, ASK_MAY, "26", 1, 260, NULL, "how many, up to this one"},
	END};
static const struct parameter tracking_asks[] = {MEASURE, FORMAT, END};
static const struct parameter dm01_asks[] = {
	{"month", ASK_TEXT, ASK_MAY, NULL, 7, 7, NULL, "such as 2026-03; this or else date"},
	{"date", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL,
	    "a month's last day, or a Sunday: the week that it ends"},
	{"provider", ASK_TEXT, ASK_MUST, NULL, 1, 12, NULL, "ODS code of the trust; LSC: all"},
	{"source", ASK_WORD, ASK_MAY, "P", 0, 0, "P|R", "P: from pathways; R: as returned"},
	{"by", ASK_WORD, ASK_MAY, "none", 0, 0, "none|commissioner|site",
	    "each commissioner's or site's share as well"},
	FORMAT,
	END};

static const struct parameter studies_asks[] = {
	ORG, FORMAT,
	{"name", ASK_TEXT, ASK_MAY, NULL, 0, 64, NULL, "the name begins so; * and ? match any"},
	{"patient", ASK_TEXT, ASK_MAY, NULL, 0, 64, NULL, "the patient's number"},
	{"accession", ASK_TEXT, ASK_MAY, NULL, 0, 64, NULL, "Accession Number"},
	{"modality", ASK_TEXT, ASK_MAY, NULL, 0, 16, NULL, "one of the study's"},
	{"words", ASK_TEXT, ASK_MAY, NULL, 0, 64, NULL, "in the study's description"},
	{"from", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "Study Date on or after"},
	{"to", ASK_DAY, ASK_MAY, NULL, 0, 0, NULL, "Study Date on or before"},
	{"fuzzy", ASK_FLAG, ASK_MAY, "0", 0, 0, NULL, "names in any order, and by their sound"},
	{"unmatched", ASK_FLAG, ASK_MAY, "0", 0, 0, NULL, "only studies of no known request"},
	{"offset", ASK_INT, ASK_MAY, "0", 0, 1000000, NULL, "rows to pass over"},
	{"limit", ASK_INT, ASK_MAY, "50", 1, 1000, NULL, "rows at most"},
	END};
#define OF_STUDY {"uid", ASK_TEXT, ASK_MUST, NULL, 1, 64, NULL, "Study Instance UID"}
static const struct parameter study_asks[] = {OF_STUDY, END};
static const struct parameter study_who_asks[] = {
	OF_STUDY, WHO("by", "who decides"), END};
static const struct parameter study_why_asks[] = {
	OF_STUDY, WHO("by", "who decides"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter study_table_asks[] = {OF_STUDY, FORMAT, END};
static const struct parameter conflict_asks[] = {
	ID("the conflict's number"),
	BODY("take", ASK_WORD, 0, 0, "first|second", "which is shown from now on"),
	WHO("by", "who decides"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter conflict_thumbnail_asks[] = {
	ID("the conflict's number"),
	{"side", ASK_WORD, ASK_MUST, NULL, 0, 0, "first|second", "which of the two"},
	END};
static const struct parameter letters_asks[] = {
	FORMAT,
	{"state", ASK_WORD, ASK_MAY, "open", 0, 0, "open|waiting|sending|sent|failed|withdrawn",
	    "in this state; open: not there yet"},
	{"to", ASK_TEXT, ASK_MAY, NULL, 0, 64, NULL, "AE title or web destination"},
	{"after", ASK_ID, ASK_MAY, NULL, 0, 0, NULL, "the id of the last row of the page before"},
	{"limit", ASK_INT, ASK_MAY, "100", 1, 1000, NULL, "rows at most"},
	END};
static const struct parameter letter_again_asks[] = {
	ID("the letter's number"), WHO("by", "who wants it"), END};
static const struct parameter letter_withdraw_asks[] = {
	ID("the letter's number"), WHO("by", "who withdraws it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why it need not arrive"),
	END};
#define MAYBE(name, type, standard, low, high, words, sentence) \
	{name, type, ASK_MAY | ASK_BODY, standard, low, high, words, sentence}
static const struct parameter route_rule_asks[] = {
	MAYBE("id", ASK_ID, NULL, 0, 0, NULL, "the rule to change; left out: a new one"),
	BODY("name", ASK_TEXT, 1, 100, NULL, "for people"),
	MAYBE("active", ASK_FLAG, "1", 0, 0, NULL, "it is applied"),
	MAYBE("org", ASK_TEXT, NULL, 0, 12, NULL, "trust of the study"),
	MAYBE("modality", ASK_TEXT, NULL, 0, 16, NULL, "one of the study's"),
	MAYBE("body_part", ASK_TEXT, NULL, 0, 16, NULL, "as DICOM writes it"),
	MAYBE("station", ASK_TEXT, NULL, 0, 16, NULL, "that it came from"),
	MAYBE("words", ASK_TEXT, NULL, 0, 100, NULL, "in the study's description"),
	MAYBE("days", ASK_TEXT, NULL, 0, 7, NULL, "digits from 1, Monday, to 7"),
	MAYBE("from_minute", ASK_INT, "0", 0, 1440, NULL, "of the local day"),
	MAYBE("to_minute", ASK_INT, "0", 0, 1440, NULL, "past it; equal: the whole day"),
	MAYBE("at_start", ASK_FLAG, "0", 0, 0, NULL, "also when a study begins"),
	MAYBE("priors", ASK_FLAG, "0", 0, 0, NULL, "the patient's earlier studies go too"),
	BODY("sender", ASK_WORD, 0, 0, "dicom-store|stow", "how it goes"),
	BODY("to", ASK_TEXT, 1, 64, NULL, "AE title, or name of a web destination"),
	MAYBE("priority", ASK_INT, "5", 0, 9, NULL, "of its letters; 0 first"),
	MAYBE("delay_s", ASK_INT, "0", 0, 604800, NULL, "seconds that they wait first"),
	WHO("by", "who sets it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter retention_asks[] = {
	MAYBE("id", ASK_ID, NULL, 0, 0, NULL, "the policy to change; left out: a new one"),
	BODY("name", ASK_TEXT, 1, 100, NULL, "for people"),
	MAYBE("org", ASK_TEXT, NULL, 0, 12, NULL, "ODS code of a trust; empty: every one"),
	MAYBE("modality", ASK_TEXT, NULL, 0, 16, NULL, "one of the study's; empty: every one"),
	BODY("years", ASK_INT, 0, 999, NULL, "after the study; 0: kept for ever"),
	MAYBE("grace_days", ASK_INT, "30", 1, 3650, NULL, "from the second step to the removal"),
	MAYBE("active", ASK_FLAG, "1", 0, 0, NULL, "it holds"),
	WHO("by", "who sets it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter old_archive_asks[] = {
	MAYBE("id", ASK_ID, NULL, 0, 0, NULL, "the one to change; left out: a new one"),
	BODY("name", ASK_TEXT, 1, 100, NULL, "for people"),
	BODY("org", ASK_TEXT, 1, 12, NULL, "trust whose studies they are"),
	BODY("how", ASK_WORD, 0, 0, "get|move|web", "C-GET, C-MOVE or DICOMweb"),
	BODY("dest", ASK_TEXT, 1, 64, NULL, "AE title, or name of a web destination"),
	BODY("from_date", ASK_TEXT, 8, 8, NULL, "the oldest Study Date wanted, YYYYMMDD"),
	MAYBE("day_kib_s", ASK_INT, "4096", 0, 10000000, NULL, "rate by day; 0: on demand only"),
	MAYBE("night_kib_s", ASK_INT, "65536", 0, 10000000, NULL, "else; 0: on demand only"),
	MAYBE("day_from", ASK_INT, "420", 0, 1440, NULL, "minute at which the day begins"),
	MAYBE("day_to", ASK_INT, "1200", 0, 1440, NULL, "minute at which it ends"),
	MAYBE("again_days", ASK_INT, "7", 0, 60, NULL, "days back that are asked about daily"),
	MAYBE("active", ASK_FLAG, "1", 0, 0, NULL, "it is at work"),
	WHO("by", "who sets it"),
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why"),
	END};
static const struct parameter old_studies_asks[] = {
	ID("the old archive's number"), FORMAT,
	{"state", ASK_WORD, ASK_MAY, NULL, 0, 0, "found|fetching|done|differs|failed",
	    "in this state only"},
	{"after", ASK_ID, ASK_MAY, NULL, 0, 0, NULL, "the id of the last row of the page before"},
	{"limit", ASK_INT, ASK_MAY, "100", 1, 1000, NULL, "rows at most"},
	END};
static const struct parameter old_study_want_asks[] = {
	ID("the study's number in the ledger"), WHO("by", "who wants it"), END};
static const struct parameter old_patient_want_asks[] = {
	BODY("patient", ASK_TEXT, 1, 64, NULL, "the patient's number there"),
	MAYBE("org", ASK_TEXT, NULL, 0, 12, NULL, "of its old archives; left out: any"), END};
static const struct parameter web_destination_asks[] = {
	BODY("name", ASK_TEXT, 1, 64, NULL, "what rules call it"),
	BODY("url", ASK_TEXT, 8, 500, NULL, "the base of its DICOMweb"),
	WHO("by", "who sets it"),
	END};

#define PEER \
	MAYBE("name", ASK_TEXT, NULL, 0, 200, NULL, "for people"), \
	MAYBE("addresses", ASK_TEXT, NULL, 0, 2000, NULL, \
	    "where it may call from: networks, parted by blanks"), \
	MAYBE("host", ASK_TEXT, NULL, 0, 255, NULL, "where we call it; empty: never"), \
	MAYBE("port", ASK_INT, NULL, 0, 65535, NULL, "at its host"), \
	MAYBE("tls", ASK_FLAG, NULL, 0, 0, NULL, "when we call, and demanded when it calls"), \
	MAYBE("certificate", ASK_TEXT, NULL, 0, 200, NULL, \
	    "SHA-256 of the one that it must show"), \
	MAYBE("rights", ASK_TEXT, NULL, 0, 100, NULL, \
	    "echo, store, find, move, get, commit, all-trusts; parted by blanks"), \
	MAYBE("associations", ASK_INT, NULL, 0, 5000, NULL, \
	    "at once; 0: the program's limit"), \
	MAYBE("rate_mib_s", ASK_INT, NULL, 0, 100000, NULL, "0: no limit"), \
	MAYBE("charset", ASK_TEXT, NULL, 0, 200, NULL, "of our answers; empty: what fits"), \
	MAYBE("notify", ASK_TEXT, NULL, 0, 2000, NULL, \
	    "AE titles told of its trust's studies, parted by backslashes"), \
	MAYBE("active", ASK_FLAG, NULL, 0, 0, NULL, "0: retired, and refused"), \
	WHO("by", "who sets it"), \
	BODY("reason", ASK_TEXT, 1, 2000, NULL, "why")
static const struct parameter peer_post_asks[] = {
	BODY("aet", ASK_TEXT, 1, 16, NULL, "AE title"),
	BODY("org", ASK_TEXT, 1, 12, NULL, "ODS code of the trust that it speaks for"),
	PEER, END};
static const struct parameter peer_put_asks[] = {
	ID("the peer's number"),
	MAYBE("aet", ASK_TEXT, NULL, 1, 16, NULL, "AE title"),
	MAYBE("org", ASK_TEXT, NULL, 1, 12, NULL, "ODS code of the trust that it speaks for"),
	PEER, END};
static const struct parameter peer_history_asks[] = {
	ID("the peer's number"), FORMAT,
	END};
static const struct parameter stranger_admit_asks[] = {
	ID("the stranger's number"),
	BODY("org", ASK_TEXT, 1, 12, NULL, "ODS code of the trust that it speaks for"),
	WHO("by", "who admits it"), END};
static const struct parameter stranger_dismiss_asks[] = {
	ID("the stranger's number"), WHO("by", "who dismisses it"), END};

#define STUDY_PATH "/dicom-web/studies/{study}"
#define SERIES_PATH STUDY_PATH "/series/{series}"
#define INSTANCE_PATH SERIES_PATH "/instances/{instance}"
#define FRAMES_PATH INSTANCE_PATH "/frames/{frames}"
#define UID(name) {name, ASK_TEXT, ASK_MUST, NULL, 1, 64, NULL, "its UID"}
#define STUDY UID("study")
#define SERIES STUDY, UID("series")
#define INSTANCE SERIES, UID("instance")
#define FRAMES \
	INSTANCE, \
	{"frames", ASK_TEXT, ASK_MUST, NULL, 1, 4000, NULL, "numbers from 1, parted by commas"}
#define ACCEPT \
	{"accept", ASK_TEXT, ASK_MAY, NULL, 0, 2000, NULL, "media types, in place of the header"}
#define QIDO \
	ACCEPT, \
	{"limit", ASK_INT, ASK_MAY, NULL, 0, INT64_MAX, NULL, \
	    "rows at most; 5000, or 50000 instances, at the most"}, \
	{"offset", ASK_INT, ASK_MAY, "0", 0, INT64_MAX, NULL, "rows that are passed over"}, \
	{"fuzzymatching", ASK_FLAG, ASK_MAY, "0", 0, 0, NULL, \
	    "names by their parts and by sound"}, \
	{"includefield", ASK_TEXT, ASK_MANY, NULL, 0, 4000, NULL, \
	    "attributes told besides, parted by commas; or all"}, \
	{"*", ASK_TEXT, ASK_MANY, NULL, 0, 4000, NULL, \
	    "attributes to match, by keyword, tag or path"}
#define VIEWPORT \
	{"viewport", ASK_TEXT, ASK_MAY, NULL, 1, 200, NULL, "width,height[,x,y,width,height]"}
#define RENDERED \
	ACCEPT, VIEWPORT, \
	{"window", ASK_TEXT, ASK_MAY, NULL, 1, 200, NULL, \
	    "center,width[,function]"}, \
	{"quality", ASK_INT, ASK_MAY, "90", 1, 100, NULL, "of JPEG"}, \
	{"annotation", ASK_TEXT, ASK_MAY, NULL, 0, 200, NULL, \
	    "refused: nothing is drawn on pictures"}, \
	{"iccprofile", ASK_TEXT, ASK_MAY, NULL, 0, 40, NULL, "no, or left out"}
#define STOW \
	{"org", ASK_TEXT, ASK_MAY, NULL, 1, 12, NULL, \
	    "ODS code of the trust that sends; left out: the setting web_org"}

static const struct parameter qido_asks[] = {QIDO, END};
static const struct parameter qido_study_asks[] = {STUDY, QIDO, END};
static const struct parameter qido_series_asks[] = {SERIES, QIDO, END};
static const struct parameter stow_asks[] = {STOW, END};
static const struct parameter stow_study_asks[] = {STUDY, STOW, END};
static const struct parameter dicom_delete_asks[] = {
	STUDY,
	{"who", ASK_TEXT, ASK_MUST, NULL, 1, 200, NULL, "who proposes it"},
	{"why", ASK_TEXT, ASK_MUST, NULL, 1, 2000, NULL, "why"},
	END};
static const struct parameter wado_study_asks[] = {STUDY, ACCEPT, END};
static const struct parameter wado_series_asks[] = {SERIES, ACCEPT, END};
static const struct parameter wado_instance_asks[] = {INSTANCE, ACCEPT, END};
static const struct parameter frames_asks[] = {FRAMES, ACCEPT, END};
static const struct parameter bulk_asks[] = {
	INSTANCE, ACCEPT,
	{"path", ASK_TEXT, ASK_MUST, NULL, 8, 1000, NULL,
	    "tags and items from the top, such as 00081140.0.00081155"},
	END};
static const struct parameter rendered_study_asks[] = {STUDY, RENDERED, END};
static const struct parameter rendered_series_asks[] = {SERIES, RENDERED, END};
static const struct parameter rendered_instance_asks[] = {
	INSTANCE, RENDERED, END};
static const struct parameter rendered_frames_asks[] = {FRAMES, RENDERED, END};
static const struct parameter thumbnail_study_asks[] = {
	STUDY, ACCEPT, VIEWPORT, END};
static const struct parameter thumbnail_series_asks[] = {
	SERIES, ACCEPT, VIEWPORT, END};
static const struct parameter thumbnail_instance_asks[] = {
	INSTANCE, ACCEPT, VIEWPORT, END};
static const struct parameter thumbnail_frames_asks[] = {
	FRAMES, ACCEPT, VIEWPORT, END};
static const struct parameter wado_uri_asks[] = {
	{"requestType", ASK_WORD, ASK_MUST, NULL, 0, 0, "WADO", "always WADO"},
	UID("studyUID"), UID("seriesUID"), UID("objectUID"),
	{"contentType", ASK_TEXT, ASK_MAY, NULL, 0, 2000, NULL,
	    "application/dicom, image/jpeg or image/png"},
	{"transferSyntax", ASK_TEXT, ASK_MAY, NULL, 1, 64, NULL, "of a file; left out: as stored"},
	{"frameNumber", ASK_INT, ASK_MAY, "1", 1, 1 << 30, NULL, "from 1"},
	{"rows", ASK_INT, ASK_MAY, NULL, 1, 16384, NULL, "of the picture, at most"},
	{"columns", ASK_INT, ASK_MAY, NULL, 1, 16384, NULL, "of the picture, at most"},
	{"windowCenter", ASK_REAL, ASK_MAY, NULL, 0, 0, NULL, "with windowWidth"},
	{"windowWidth", ASK_REAL, ASK_MAY, NULL, 0, 0, NULL, "with windowCenter"},
	{"imageQuality", ASK_INT, ASK_MAY, "90", 1, 100, NULL, "of JPEG"},
	{"charset", ASK_TEXT, ASK_MAY, NULL, 0, 200, NULL, "not heeded: files are as stored"},
	END};

const struct route routes[] = {
	{GET, "/api", openapi_get, ROUTE_KEPT,
	    NULL, "OpenApi", "this description"},
	{GET, "/api/reference", reference_get, ROUTE_KEPT,
	    NULL, "Reference", "the lists that pages choose from"},
	{GET, "/api/status", status_get, ROUTE_QUICK,
	    NULL, "Status", "what runs, and what it is doing"},
	{GET, "/api/settings", settings_get, ROUTE_FRESH,
	    table_only, "Settings", "how the program runs"},
	{GET, "/api/network", network_get, ROUTE_KEPT,
	    network_asks, "Network", "trusts and tests: where each stands, and is it changing"},
	{GET, "/api/spc", spc_get, ROUTE_KEPT,
	    spc_asks, "Chart", "one chart with all that belongs to it"},
	{GET, "/api/spc/all", spc_all_get, ROUTE_KEPT,
	    spc_all_asks, "Charts", "all charts, figures only"},
	{POST, "/api/annotations", annotation_post, ROUTE_MADE,
	    annotation_asks, "Made", "write a note, rebase or step on a chart"},
	{POST, "/api/annotations/{id}/remove", annotation_remove, ROUTE_FRESH,
	    annotation_remove_asks, "Done", "take an annotation away; it stays in the journal"},
	{GET, "/api/targets", targets_get, ROUTE_KEPT,
	    table_only, "Targets", "standards and trajectories"},
	{POST, "/api/targets", target_post, ROUTE_MADE,
	    target_asks, "Done", "set a standard or a trajectory"},
	{GET, "/api/waiting", waiting_get, ROUTE_KEPT,
	    waiting_asks, "Waiting", "the waiting list by weeks waited, now and over time"},
	{GET, "/api/pathways", pathways_get, ROUTE_KEPT,
	    pathways_asks, "Pathways", "the pathways behind a number"},
	{GET, "/api/pathways/{id}", pathway_get, ROUTE_KEPT,
	    pathway_asks, "Pathway", "one pathway and its story"},
	{GET, "/api/submissions", submissions_get, ROUTE_KEPT,
	    submissions_asks, "Submissions", "files that were sent, newest first"},
	{POST, "/api/submissions", submission_post, ROUTE_MADE | ROUTE_FILE | ROUTE_LONG,
	    submission_post_asks, "Submission", "send a file: taken whole or not at all"},
	{GET, "/api/submissions/{id}", submission_get, ROUTE_KEPT,
	    submission_asks, "Submission", "one file and what was found in it"},
	{GET, "/api/submissions/{id}/quarantine", submission_quarantine, ROUTE_KEPT,
	    submission_table_asks, "Quarantine", "its rows that could not be used"},
	{GET, "/api/submissions/{id}/file", submission_file, ROUTE_LONG,
	    submission_asks, "File", "its bytes as they came"},
	{POST, "/api/quarantine/{id}/replay", quarantine_replay_post, ROUTE_FRESH,
	    replay_asks, "Done", "put a row right, so that it counts"},
	{POST, "/api/quarantine/{id}/dismiss", quarantine_dismiss_post, ROUTE_FRESH,
	    dismiss_asks, "Done", "settle a row that will not count"},
	{GET, "/api/timeliness", timeliness_get, ROUTE_KEPT,
	    timeliness_asks, "Timeliness", "who has sent what, by week"},
	{GET, "/api/tracking", tracking_get, ROUTE_KEPT,
	    tracking_asks, "Tracking", "this month against plan, before it ends"},
	{GET, "/api/dm01", dm01_get, ROUTE_KEPT,
	    dm01_asks, "Dm01", "the DM01 return for a month or a week"},
	{GET, "/api/rules", rules_get, ROUTE_KEPT,
	    table_only, "Rules", "the rules of the waiting-time clock, with their history"},
	{POST, "/api/rules", rule_post, ROUTE_MADE | ROUTE_LONG,
	    rule_asks, "Done", "set a rule; every clock is told anew"},
	{GET, "/api/studies", studies_get, ROUTE_FRESH,
	    studies_asks, "Studies", "studies in the archive, newest first"},
	{GET, "/api/studies/{uid}", study_get, ROUTE_FRESH,
	    study_asks, "Study", "one study and its series"},
	{POST, "/api/studies/{uid}/hold", study_hold_post, ROUTE_FRESH,
	    study_why_asks, "Done", "put a study under legal hold"},
	{POST, "/api/studies/{uid}/release", study_release_post, ROUTE_FRESH,
	    study_why_asks, "Done", "end a study's legal hold"},
	{POST, "/api/studies/{uid}/delete", study_delete_post, ROUTE_FRESH,
	    study_why_asks, "Done", "propose that a study is deleted; another person confirms"},
	{POST, "/api/studies/{uid}/confirm", study_confirm_post, ROUTE_FRESH,
	    study_who_asks, "Done", "confirm a proposed deletion"},
	{POST, "/api/studies/{uid}/withdraw", study_withdraw_post, ROUTE_FRESH,
	    study_why_asks, "Done", "withdraw a proposed deletion"},
	{GET, "/api/studies/{uid}/history", study_history_get, ROUTE_FRESH,
	    study_table_asks, "StudyHistory", "what was decided about a study"},
	{GET, "/api/archive", archive_get, ROUTE_FRESH,
	    NULL, "Archive", "the archive in one look"},
	{GET, "/api/conflicts", conflicts_get, ROUTE_FRESH,
	    table_only, "Conflicts", "different images that have one UID"},
	{POST, "/api/conflicts/{id}/resolve", conflict_resolve_post, ROUTE_FRESH,
	    conflict_asks, "Done", "choose which is shown; both are kept"},
	{GET, "/api/conflicts/{id}/thumbnail", conflict_thumbnail, ROUTE_FRESH,
	    conflict_thumbnail_asks, "DicomPicture", "a small picture of one of the two"},
	{GET, "/api/deletions", deletions_get, ROUTE_FRESH,
	    table_only, "Deletions", "deletions that wait for a person or for their day"},
	{GET, "/api/troubles", troubles_get, ROUTE_FRESH,
	    table_only, "Troubles", "stored images that did not read back well"},
	{GET, "/api/retention", retention_get, ROUTE_FRESH,
	    table_only, "Retention", "how long studies are kept"},
	{POST, "/api/retention", retention_post, ROUTE_MADE,
	    retention_asks, "Done", "add or change a policy of keeping"},
	{GET, "/api/letters", letters_get, ROUTE_FRESH,
	    letters_asks, "Letters", "what leaves, newest first"},
	{POST, "/api/letters/{id}/again", letter_again_post, ROUTE_FRESH,
	    letter_again_asks, "Done", "try a letter again, now"},
	{POST, "/api/letters/{id}/withdraw", letter_withdraw_post, ROUTE_FRESH,
	    letter_withdraw_asks, "Done", "give a letter up"},
	{GET, "/api/routes", route_rules_get, ROUTE_KEPT,
	    table_only, "RouteRules", "which studies go where by themselves"},
	{POST, "/api/routes", route_rule_post, ROUTE_MADE,
	    route_rule_asks, "Done", "add or change a routing rule"},
	{GET, "/api/old-archives", old_archives_get, ROUTE_FRESH,
	    table_only, "OldArchives", "old archives that are brought over"},
	{POST, "/api/old-archives", old_archive_post, ROUTE_MADE,
	    old_archive_asks, "Done", "add or change one"},
	{GET, "/api/old-archives/{id}/studies", old_studies_get, ROUTE_FRESH,
	    old_studies_asks, "OldStudies", "its ledger, newest finding first"},
	{POST, "/api/old-studies/{id}/want", old_study_want_post, ROUTE_FRESH,
	    old_study_want_asks, "Done", "fetch this study before all others, again if need be"},
	{POST, "/api/old-patients/want", old_patient_want_post, ROUTE_FRESH,
	    old_patient_want_asks, "Wanted", "fetch this patient's studies before all others"},
	{GET, "/api/web-destinations", web_destinations_get, ROUTE_KEPT,
	    table_only, "WebDestinations", "archives that are sent to by STOW-RS"},
	{POST, "/api/web-destinations", web_destination_post, ROUTE_MADE,
	    web_destination_asks, "Done", "add or change one"},
	{GET, "/api/peers", peers_get, ROUTE_KEPT,
	    table_only, "Peers", "who speaks DICOM with us"},
	{POST, "/api/peers", peer_post, ROUTE_MADE,
	    peer_post_asks, "Made", "add a peer"},
	{PUT, "/api/peers/{id}", peer_put, ROUTE_FRESH,
	    peer_put_asks, "Made", "change a peer; what is left out stays"},
	{GET, "/api/peers/{id}/history", peer_history_get, ROUTE_KEPT,
	    peer_history_asks, "PeerHistory", "each change to a peer"},
	{GET, "/api/strangers", strangers_get, ROUTE_FRESH,
	    table_only, "Strangers", "callers that nobody knows"},
	{POST, "/api/strangers/{id}/admit", stranger_admit_post, ROUTE_MADE,
	    stranger_admit_asks, "Made", "make a peer of a stranger: it may echo and store"},
	{POST, "/api/strangers/{id}/dismiss", stranger_dismiss_post, ROUTE_FRESH,
	    stranger_dismiss_asks, "Done", "forget a stranger, until it calls again"},
	{GET, "/api/events", events_get, ROUTE_FRESH,
	    events_asks, "Events", "what happens, as it happens"},
	{GET, "/dicom-web/", dicomweb_capabilities, ROUTE_QUICK,
	    NULL, "DicomCapabilities", "what of DICOMweb can be asked for"},
	{OPTIONS, "/dicom-web/", dicomweb_capabilities, ROUTE_QUICK,
	    NULL, "DicomCapabilities", "the same"},
	{GET, "/dicom-web/studies", qido_get, ROUTE_FRESH,
	    qido_asks, "DicomJson", "search for studies"},
	{GET, "/dicom-web/series", qido_get, ROUTE_FRESH,
	    qido_asks, "DicomJson", "search for series"},
	{GET, "/dicom-web/instances", qido_get, ROUTE_FRESH,
	    qido_asks, "DicomJson", "search for instances"},
	{GET, STUDY_PATH "/series", qido_get, ROUTE_FRESH,
	    qido_study_asks, "DicomJson", "search for a study's series"},
	{GET, STUDY_PATH "/instances", qido_get, ROUTE_FRESH,
	    qido_study_asks, "DicomJson", "search for a study's instances"},
	{GET, SERIES_PATH "/instances", qido_get, ROUTE_FRESH,
	    qido_series_asks, "DicomJson", "search for a series' instances"},
	{POST, "/dicom-web/studies", stow_post, ROUTE_FILE | ROUTE_STOW | ROUTE_LONG,
	    stow_asks, "DicomJson", "store instances"},
	{POST, STUDY_PATH, stow_post, ROUTE_FILE | ROUTE_STOW | ROUTE_LONG,
	    stow_study_asks, "DicomJson", "store instances of one study"},
	{DELETE, STUDY_PATH, dicomweb_delete, ROUTE_FRESH,
	    dicom_delete_asks, "DicomDeletion", "propose that a study be deleted"},
	{GET, STUDY_PATH, wado_get, ROUTE_FRESH,
	    wado_study_asks, "DicomParts", "the files of a study"},
	{GET, STUDY_PATH "/metadata", wado_metadata, ROUTE_FRESH,
	    wado_study_asks, "DicomJson", "the attributes of a study's instances"},
	{GET, STUDY_PATH "/pixeldata", wado_pixels, ROUTE_LONG,
	    wado_study_asks, "DicomParts", "all frames of a study"},
	{GET, STUDY_PATH "/rendered", wado_rendered, ROUTE_FRESH,
	    rendered_study_asks, "DicomPicture", "the middle image of a study"},
	{GET, STUDY_PATH "/thumbnail", wado_thumbnail, ROUTE_FRESH,
	    thumbnail_study_asks, "DicomPicture", "a small picture of a study"},
	{GET, SERIES_PATH, wado_get, ROUTE_FRESH,
	    wado_series_asks, "DicomParts", "the files of a series"},
	{GET, SERIES_PATH "/metadata", wado_metadata, ROUTE_FRESH,
	    wado_series_asks, "DicomJson", "the attributes of a series' instances"},
	{GET, SERIES_PATH "/pixeldata", wado_pixels, ROUTE_LONG,
	    wado_series_asks, "DicomParts", "all frames of a series"},
	{GET, SERIES_PATH "/rendered", wado_rendered, ROUTE_FRESH,
	    rendered_series_asks, "DicomPicture", "the middle image of a series"},
	{GET, SERIES_PATH "/thumbnail", wado_thumbnail, ROUTE_FRESH,
	    thumbnail_series_asks, "DicomPicture", "a small picture of a series"},
	{GET, INSTANCE_PATH, wado_get, ROUTE_FRESH,
	    wado_instance_asks, "DicomParts", "the files of an instance"},
	{GET, INSTANCE_PATH "/metadata", wado_metadata, ROUTE_FRESH,
	    wado_instance_asks, "DicomJson", "the attributes of an instance"},
	{GET, INSTANCE_PATH "/pixeldata", wado_pixels, ROUTE_LONG,
	    wado_instance_asks, "DicomParts", "all frames of an instance"},
	{GET, INSTANCE_PATH "/rendered", wado_rendered, ROUTE_FRESH,
	    rendered_instance_asks, "DicomPicture", "an image as a picture"},
	{GET, INSTANCE_PATH "/thumbnail", wado_thumbnail, ROUTE_FRESH,
	    thumbnail_instance_asks, "DicomPicture", "a small picture of an image"},
	{GET, INSTANCE_PATH "/bulkdata/{path}", wado_bulk, ROUTE_FRESH,
	    bulk_asks, "DicomBulk", "one value of an instance"},
	{GET, FRAMES_PATH, wado_frames, ROUTE_FRESH,
	    frames_asks, "DicomParts", "frames of an instance"},
	{GET, FRAMES_PATH "/rendered", wado_rendered, ROUTE_FRESH,
	    rendered_frames_asks, "DicomPicture", "frames as pictures"},
	{GET, FRAMES_PATH "/thumbnail", wado_thumbnail, ROUTE_FRESH,
	    thumbnail_frames_asks, "DicomPicture", "a small picture of a frame"},
	{GET, "/wado", wado_uri, ROUTE_FRESH,
	    wado_uri_asks, "DicomPicture", "an object by WADO-URI: a file or a picture"},
	{GET, "/metrics", metrics_get, ROUTE_FRESH,
	    NULL, "Metrics", "numbers for those who watch the program"},
	{GET, "/healthz", healthz_get, ROUTE_QUICK,
	    NULL, "Alive", "does it run"},
	{GET, "/readyz", readyz_get, ROUTE_FRESH,
	    NULL, "Ready", "can it answer"},
};
/* clang-format on */
const size_t routes_count = sizeof(routes) / sizeof(routes[0]);
