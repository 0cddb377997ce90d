/* SPDX-License-Identifier: MIT */
/* Which study goes where: each word of a rule; that the same study told twice
 * goes once; and that priors are the same patient's. */
#include "post/route.c"

#include "archive/made.h"

#define MONDAY 1789948800 /* 2026-09-21 00:00 UTC, 01:00 in London */

static void open_destinations(struct db *db)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};
	struct peer p = {.aet = S("PACS"), .org = S("RXN"), .name = S("PACS"),
	    .host = S("127.0.0.1"), .port = 104, .active = true};

	if (!peer_keep(tx, &p, S("ann"), S("new"), &err) ||
	    !web_destination_keep(tx, S("web"), S("http://x/dicom-web//"),
		S("ann"), &err))
		fail_msg("%s", err.text);
	must_commit(tx);
}

static struct route_rule plain(void)
{
	return (struct route_rule){.name = S("all"), .sender = S("dicom-store"),
	    .to = S("PACS"), .priority = 5, .active = true};
}

static enum err_kind keep_rule(struct db *db, struct route_rule rule)
{
	struct tx *tx = db_begin(db);
	struct err err = {0};

	if (route_rule_keep(tx, &rule, S("ann"), S("a test"), &err))
		must_commit(tx);
	else
		db_end(tx);
	return err.kind;
}

static struct made ct(const char *study, const char *sop)
{
	return (struct made){.patient = "17", .name = "Doe^Ann",
	    .study = study, .series = "1.2.3.4", .sop = sop,
	    .date = "20260921", .modality = "CT",
	    .description = "CT Thorax with contrast"};
}

/* Tells of the study; how many letters there are then. */
static int64_t tell(struct db *db, const char *uid, bool began)
{
	struct tx *tx = db_begin(db);
	struct arena arena = {0};
	struct match m;

	assert_true(find_one(tx, &arena, LEVEL_STUDY, str_of(uid), S(""),
	    S(""), &m));
	routes_apply(tx, &m.study, began);
	must_commit(tx);
	arena_end(&arena);
	return count_of(db, "select count(*) from letter");
}

static void drop_all(struct db *db)
{
	struct tx *tx = db_begin(db);

	db_run(tx, "delete from letter");
	db_run(tx, "delete from route");
	must_commit(tx);
}

static void each_word_of_a_rule(void **state)
{
	struct shelf_fixture *f = *state;
	struct made m = ct("1.2.3", "1.2.3.1");
	static const struct {
		struct str org, modality, words;
		bool speaks;
	} cases[] = {
	    {S(""), S(""), S(""), true}, {S("RXN"), S("CT"), S("thorax"), true},
	    {S("RXR"), S(""), S(""), false}, {S(""), S("MR"), S(""), false},
	    {S(""), S("C"), S(""), false}, {S(""), S(""), S("THORAX W"), true},
	    {S(""), S(""), S("head"), false},
	};

	open_destinations(f->db);
	must_keep(f->archive, &m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct route_rule rule = plain();
		rule.org = cases[i].org;
		rule.modality = cases[i].modality;
		rule.words = cases[i].words;
		assert_int_equal(keep_rule(f->db, rule), ERR_NONE);
		assert_int_equal(tell(f->db, "1.2.3", false), cases[i].speaks);
		drop_all(f->db);
	}
	struct route_rule rule = plain();
	rule.body_part = S("CHEST");
	keep_rule(f->db, rule);
	assert_int_equal(tell(f->db, "1.2.3", false), 0);
	drop_all(f->db);
	rule = plain();
	rule.active = false;
	keep_rule(f->db, rule);
	assert_int_equal(tell(f->db, "1.2.3", false), 0);
}

static bool at(struct route_rule rule, int64_t days, int64_t hours)
{
	int64_t s = MONDAY + days * 86400 + hours * 3600;

	return is_time(&rule, s * US_PER_S);
}

static void days_and_hours_are_local(void **state)
{
	struct route_rule day = plain(), night = plain();

	(void)state;
	day.from_minute = 540;  /* nine to five, Monday to Friday */
	day.to_minute = 1020;
	day.days = S("12345");
	assert_false(at(day, 0, 7)); /* 08:00 in London */
	assert_true(at(day, 0, 8));
	assert_true(at(day, 4, 15));
	assert_false(at(day, 4, 16));
	assert_false(at(day, 5, 9));
	night.from_minute = 1320; /* ten to six, begun on a Friday */
	night.to_minute = 360;
	night.days = S("5");
	assert_true(at(night, 4, 21));
	assert_true(at(night, 5, 4)); /* Saturday, 05:00 */
	assert_false(at(night, 5, 5));
	assert_false(at(night, 5, 21));
	assert_false(at(night, 4, 4)); /* Thursday's night */
	night.days = S("");
	assert_true(at(night, 2, 22));
	assert_false(at(night, 2, 12));
	/* The day on which clocks went forward: ten is ten. */
	assert_int_equal(minute_of_day(INT64_C(1774774800) * US_PER_S), 600);
}

static void told_twice_goes_once(void **state)
{
	struct shelf_fixture *f = *state;
	struct made one = ct("1.2.3", "1.2.3.1"), two = ct("1.2.3", "1.2.3.2");
	struct route_rule rule = plain();

	open_destinations(f->db);
	must_keep(f->archive, &one);
	keep_rule(f->db, rule);
	assert_int_equal(tell(f->db, "1.2.3", true), 0);
	assert_int_equal(tell(f->db, "1.2.3", false), 1);
	assert_int_equal(tell(f->db, "1.2.3", false), 1);
	must_keep(f->archive, &one); /* the same again */
	assert_int_equal(tell(f->db, "1.2.3", false), 1);
	must_keep(f->archive, &two);
	assert_int_equal(tell(f->db, "1.2.3", false), 2);
}

static void at_start_and_delay(void **state)
{
	struct shelf_fixture *f = *state;
	struct made one = ct("1.2.3", "1.2.3.1");
	struct route_rule rule = plain();
	int64_t now = outside_now();

	open_destinations(f->db);
	must_keep(f->archive, &one);
	rule.at_start = true;
	rule.delay_s = 60;
	outside_stop_clock(now);
	keep_rule(f->db, rule);
	assert_int_equal(tell(f->db, "1.2.3", true), 1);
	assert_int_equal(tell(f->db, "1.2.3", false), 1);
	assert_int_equal(count_of(f->db, "select due_at from letter"),
	    now + 60 * US_PER_S);
	outside_stop_clock(NO_TIME);
}

static void keep_one(struct shelf_fixture *f, const char *study,
    const char *patient, const char *org)
{
	char sop[32];
	struct made m = ct(study, sop);

	snprintf(sop, sizeof(sop), "%s.1", study);
	m.patient = patient;
	m.org = org;
	must_keep(f->archive, &m);
}

static void priors_are_the_same_patients(void **state)
{
	struct shelf_fixture *f = *state;
	struct route_rule rule = plain();

	open_destinations(f->db);
	keep_one(f, "1.3.1", "17", "RXN");
	keep_one(f, "1.3.2", "17", "RXN");
	keep_one(f, "1.3.3", "17", "RXR"); /* another trust's number */
	keep_one(f, "1.3.4", "18", "RXN");
	keep_one(f, "1.3.5", "1*", "RXN"); /* a number that looks like a pattern */
	rule.priors = true;
	keep_rule(f->db, rule);
	assert_int_equal(tell(f->db, "1.3.1", false), 2);
	assert_int_equal(count_of(f->db, "select count(*) from letter where "
	    "body like '%1.3.2%'"), 1);
	assert_int_equal(tell(f->db, "1.3.5", false), 3);
	assert_int_equal(tell(f->db, "1.3.1", false), 3);
}

#define REFUSES(field, value) do { \
		rule = plain(); \
		rule.field = value; \
		assert_int_equal(keep_rule(f->db, rule), ERR_INPUT); \
	} while (0)

static void a_rule_must_be_sound(void **state)
{
	struct shelf_fixture *f = *state;
	struct route_rule rule;

	open_destinations(f->db);
	REFUSES(name, S(""));
	REFUSES(sender, S("pigeon"));
	REFUSES(to, S("NOBODY"));
	REFUSES(to, S(""));
	REFUSES(days, S("8"));
	REFUSES(from_minute, 1441);
	REFUSES(to_minute, -1);
	REFUSES(delay_s, -1);
	rule = plain();
	rule.id = 4711;
	assert_int_equal(keep_rule(f->db, rule), ERR_MISSING);
	rule = plain();
	rule.sender = S("stow");
	assert_int_equal(keep_rule(f->db, rule), ERR_INPUT);
	rule.to = S("web");
	assert_int_equal(keep_rule(f->db, rule), ERR_NONE);
	assert_int_equal(count_of(f->db, "select count(*) from web_destination "
	    "where url = 'http://x/dicom-web'"), 1);
}

static void notices_go_to_the_trusts_own(void **state)
{
	struct shelf_fixture *f = *state;
	struct made m = ct("1.2.3", "1.2.3.1");
	struct tx *tx = db_begin(f->db);
	struct err err = {0};
	struct peer a = {.aet = S("CT1"), .org = S("RXN"), .name = S("a"),
	    .notify = S("RIS\\PACS"), .active = true};
	struct peer b = {.aet = S("CT2"), .org = S("RXR"), .name = S("b"),
	    .notify = S("ELSE"), .active = true};
	struct arena arena = {0};
	struct match match;

	if (!peer_keep(tx, &a, S("ann"), S("new"), &err) ||
	    !peer_keep(tx, &b, S("ann"), S("new"), &err))
		fail_msg("%s", err.text);
	must_commit(tx);
	must_keep(f->archive, &m);
	tx = db_begin(f->db);
	assert_true(find_one(tx, &arena, LEVEL_STUDY, S("1.2.3"), S(""), S(""),
	    &match));
	notices_apply(tx, &match.study);
	notices_apply(tx, &match.study);
	must_commit(tx);
	assert_int_equal(count_of(f->db, "select count(*) from letter"), 2);
	assert_int_equal(count_of(f->db, "select count(*) from letter where "
	    "sender = 'ian' and dest in ('RIS', 'PACS')"), 2);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    with_archive(each_word_of_a_rule),
	    cmocka_unit_test(days_and_hours_are_local),
	    with_archive(told_twice_goes_once),
	    with_archive(at_start_and_delay),
	    with_archive(priors_are_the_same_patients),
	    with_archive(a_rule_must_be_sound),
	    with_archive(notices_go_to_the_trusts_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
