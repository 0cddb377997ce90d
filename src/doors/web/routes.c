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
	{GET, "/api/events", events_get, ROUTE_FRESH,
	    events_asks, "Events", "what happens, as it happens"},
	{GET, "/metrics", metrics_get, ROUTE_FRESH,
	    NULL, "Metrics", "numbers for those who watch the program"},
	{GET, "/healthz", healthz_get, ROUTE_QUICK,
	    NULL, "Alive", "does it run"},
	{GET, "/readyz", readyz_get, ROUTE_FRESH,
	    NULL, "Ready", "can it answer"},
};
/* clang-format on */
const size_t routes_count = sizeof(routes) / sizeof(routes[0]);
