/* SPDX-License-Identifier: MIT */
/* route.c: rules that send studies on, and the letters they write.
 *
 * A rule speaks when a study has settled; one that may not wait speaks also
 * when it begins.  The letter's key holds how many instances there were, so a
 * study that grew goes again, and the same study told twice goes once.  Priors
 * go once for each study that asks for them: the destination may have dropped
 * what it had. */
#include "post/post.h"

#include <string.h>

#define PRIORS_MOST 20
#define MINUTES_OF_DAY 1440
#define DELAY_MOST 604800

#define COLUMNS \
	"id, name, org, modality, body_part, station, words, days, sender, " \
	"dest, from_minute, to_minute, priority, delay_s, active, at_start, " \
	"priors"

void route_rule_read(struct rows *r, struct arena *arena,
    struct route_rule *rule)
{
	struct str *const texts[] = {&rule->name, &rule->org,
	    &rule->modality, &rule->body_part, &rule->station, &rule->words,
	    &rule->days, &rule->sender, &rule->to};

	rule->id = rows_int(r, 0);
	for (int i = 0; i < 9; i++)
		*texts[i] = arena_keep(arena, rows_text(r, i + 1));
	rule->from_minute = rows_int(r, 10);
	rule->to_minute = rows_int(r, 11);
	rule->priority = rows_int(r, 12);
	rule->delay_s = rows_int(r, 13);
	rule->active = rows_int(r, 14);
	rule->at_start = rows_int(r, 15);
	rule->priors = rows_int(r, 16);
}

struct rows *route_rules_each(struct tx *tx)
{
	return db_ask(tx, "select " COLUMNS " from route order by id");
}

static bool is_one_of(struct str list, struct str word)
{
	while (list.len)
		if (str_eq(str_trim(str_cut(&list, '\\')), word))
			return true;
	return false;
}

static bool holds_words(struct arena *arena, struct str text, struct str words)
{
	struct str in = text_fold(arena, text), what = text_fold(arena, words);

	return memmem(in.at, in.len, what.at, what.len) != NULL;
}

int64_t minute_of_day(int64_t at)
{
	struct time_text text = time_local_text(at); /* 2026-03-31 10:30 */
	struct str rest = str_of(text.at + 11);
	struct str hour = str_cut(&rest, ':');
	int64_t h = 0, m = 0;

	str_int(hour, &h);
	str_int(rest, &m);
	return 60 * h + m;
}

/* Monday is 1; the first day of 1970 was a Thursday.  The hours after midnight
 * are of the day on which their window began. */
static bool is_time(const struct route_rule *rule, int64_t now)
{
	int64_t minute = minute_of_day(now);
	int64_t from = rule->from_minute, to = rule->to_minute;
	bool after_midnight = from > to && minute < to;
	int32_t day = time_day(now) - after_midnight;
	char weekday = (char)('1' + ((day + 3) % 7 + 7) % 7);

	if (rule->days.len && !memchr(rule->days.at, weekday, rule->days.len))
		return false;
	if (from == to)
		return true;
	return from < to ? minute >= from && minute < to
			 : minute >= from || minute < to;
}

/* Body part and station are said by series. */
static bool series_match(struct tx *tx, struct arena *arena,
    const struct route_rule *rule, struct str study)
{
	struct find_ask ask = {.level = LEVEL_SERIES};
	struct err err = {0};
	struct match match;
	bool narrows, found = false;

	if (!rule->body_part.len && !rule->station.len)
		return true;
	if (!find_key(arena, &ask, TAG_StudyInstanceUID, study, &narrows,
		&err))
		return false;
	struct finding_rows *rows = find_begin(tx, arena, &ask, &err);
	while (rows && !found && find_next(rows, &match))
		found = (!rule->body_part.len ||
			    str_eq_nocase(match.series.body_part,
				rule->body_part)) &&
		    (!rule->station.len ||
			str_eq_nocase(match.series.station, rule->station));
	if (rows)
		find_end(rows);
	return found;
}

static bool speaks(struct tx *tx, struct arena *arena,
    const struct route_rule *rule, const struct study *study, bool began)
{
	return rule->active && (!began || rule->at_start) &&
	    (!rule->org.len || str_eq(rule->org, study->org)) &&
	    (!rule->modality.len ||
		is_one_of(study->modalities, rule->modality)) &&
	    (!rule->words.len ||
		holds_words(arena, study->description, rule->words)) &&
	    is_time(rule, outside_now()) &&
	    series_match(tx, arena, rule, study->uid);
}

static struct str body_of(struct arena *arena, struct str uid)
{
	struct out out;
	struct json json = {.out = &out};

	out_memory(&out);
	json_object(&json);
	json_key(&json, "study");
	json_text(&json, uid);
	json_object_end(&json);
	struct str body = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return body;
}

static void write_letter(struct tx *tx, struct arena *arena,
    const struct route_rule *rule, const struct study *study, struct str key)
{
	post_add(tx, rule->sender, rule->to, body_of(arena, study->uid), key,
	    arena_printf(arena, "rule \"%.*s\"", STR(rule->name)),
	    rule->priority, outside_now() + rule->delay_s * US_PER_S);
}

/* A number that could be taken for a pattern finds no one else's studies. */
static bool is_plain(struct str number)
{
	return number.len && !memchr(number.at, '*', number.len) &&
	    !memchr(number.at, '?', number.len) &&
	    !memchr(number.at, '\\', number.len);
}

/* The same patient of the same issuer, newest first, without this one. */
static void write_priors(struct tx *tx, struct arena *arena,
    const struct route_rule *rule, const struct study *study)
{
	struct find_ask ask = {.level = LEVEL_STUDY};
	struct err err = {0};
	struct match match;
	bool narrows;
	int n = 0;

	if (!is_plain(study->patient_id) ||
	    !find_key(arena, &ask, TAG_PatientID, study->patient_id, &narrows,
		&err))
		return;
	struct finding_rows *rows = find_begin(tx, arena, &ask, &err);
	while (rows && n < PRIORS_MOST && find_next(rows, &match)) {
		const struct study *prior = &match.study;
		if (prior->id == study->id || prior->patient != study->patient)
			continue;
		write_letter(tx, arena, rule, prior,
		    arena_printf(arena, "prior:%lld:%.*s:%lld:%.*s",
			(long long)rule->id, STR(prior->uid),
			(long long)prior->instances_n, STR(study->uid)));
		n++;
	}
	if (rows)
		find_end(rows);
}

static void write_letters(struct tx *tx, struct arena *arena,
    const struct route_rule *rule, const struct study *study)
{
	write_letter(tx, arena, rule, study,
	    arena_printf(arena, "route:%lld:%.*s:%lld", (long long)rule->id,
		STR(study->uid), (long long)study->instances_n));
	if (rule->priors)
		write_priors(tx, arena, rule, study);
}

void routes_apply(struct tx *tx, const struct study *study, bool began)
{
	struct arena arena = {0};
	struct rows *r = route_rules_each(tx);

	while (rows_next(r)) {
		struct route_rule rule;
		route_rule_read(r, &arena, &rule);
		if (speaks(tx, &arena, &rule, study, began))
			write_letters(tx, &arena, &rule, study);
	}
	arena_end(&arena);
}

static bool is_sound(const struct route_rule *rule, struct err *err)
{
	if (!rule->name.len || rule->name.len > 100)
		return fail(err, ERR_INPUT, "a rule has a name of 1 to 100 "
					    "characters");
	if (!str_is(rule->sender, "dicom-store") &&
	    !str_is(rule->sender, "stow"))
		return fail(err, ERR_INPUT, "a rule sends by dicom-store or "
					    "stow");
	for (size_t i = 0; i < rule->days.len; i++)
		if (rule->days.at[i] < '1' || rule->days.at[i] > '7')
			return fail(err, ERR_INPUT,
			    "days are the digits 1, Monday, to 7");
	if (rule->from_minute < 0 || rule->from_minute > MINUTES_OF_DAY ||
	    rule->to_minute < 0 || rule->to_minute > MINUTES_OF_DAY)
		return fail(err, ERR_INPUT, "a time of day is 0 to 1440 "
					    "minutes");
	if (rule->delay_s < 0 || rule->delay_s > DELAY_MOST)
		return fail(err, ERR_INPUT, "a delay is 0 to %d seconds",
		    DELAY_MOST);
	return true;
}

/* A name that nobody has would be found out by a letter that fails, much
 * later. */
static bool is_destination(struct tx *tx, const struct route_rule *rule,
    struct err *err)
{
	struct arena arena = {0};
	bool known;

	if (str_is(rule->sender, "stow")) {
		known = db_int(tx, "select count(*) from web_destination "
				   "where name = $1", T(rule->to));
	} else {
		struct peer *peer = peer_find(tx, &arena, rule->to);
		known = peer && peer->active && peer->host.len;
	}
	arena_end(&arena);
	if (db_failed(tx, err))
		return false;
	return known || fail(err, ERR_INPUT, "the destination is no %s that "
	    "we can call", str_is(rule->sender, "stow") ? "address" : "peer");
}

/* As JSON, for the journal: rules hold no patient. */
static void put_rule(struct json *j, const struct route_rule *rule,
    struct str why)
{
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"name", rule->name}, {"org", rule->org},
	    {"modality", rule->modality}, {"body_part", rule->body_part},
	    {"station", rule->station}, {"words", rule->words},
	    {"days", rule->days}, {"sender", rule->sender}, {"to", rule->to},
	    {"why", why}};
	const struct {
		const char *name;
		int64_t value;
	} numbers[] = {{"from_minute", rule->from_minute},
	    {"to_minute", rule->to_minute}, {"priority", rule->priority},
	    {"delay_s", rule->delay_s}, {"active", rule->active},
	    {"at_start", rule->at_start}, {"priors", rule->priors}};

	json_object(j);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_key(j, texts[i].name);
		json_text(j, texts[i].text);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		json_key(j, numbers[i].name);
		json_int(j, numbers[i].value);
	}
	json_object_end(j);
}

bool route_rule_keep(struct tx *tx, struct route_rule *rule, struct str who,
    struct str why, struct err *err)
{
	struct arena arena = {0};
	struct out out;
	struct json json = {.out = &out};

	if (!is_sound(rule, err) || !is_destination(tx, rule, err))
		return false;
	if (rule->id && !db_int(tx, "select count(*) from route where id = $1",
	    I(rule->id)))
		return fail(err, ERR_MISSING, "there is no such rule");
	if (!rule->id)
		rule->id = outside_id();
	db_run(tx,
	    "insert into route (" COLUMNS ") values ($1, $2, $3, $4, $5, $6, "
	    "$7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
	    "on conflict (id) do update set name = excluded.name, "
	    "org = excluded.org, modality = excluded.modality, "
	    "body_part = excluded.body_part, station = excluded.station, "
	    "words = excluded.words, days = excluded.days, "
	    "sender = excluded.sender, dest = excluded.dest, "
	    "from_minute = excluded.from_minute, "
	    "to_minute = excluded.to_minute, priority = excluded.priority, "
	    "delay_s = excluded.delay_s, active = excluded.active, "
	    "at_start = excluded.at_start, priors = excluded.priors",
	    I(rule->id), T(rule->name), T(rule->org), T(rule->modality),
	    T(rule->body_part), T(rule->station), T(rule->words),
	    T(rule->days), T(rule->sender), T(rule->to), I(rule->from_minute),
	    I(rule->to_minute), I(rule->priority), I(rule->delay_s),
	    I(rule->active), I(rule->at_start), I(rule->priors));
	out_memory(&out);
	put_rule(&json, rule, why);
	journal_add(tx, S("route.set"),
	    arena_printf(&arena, "%lld", (long long)rule->id), who,
	    out_str(&out));
	out_end(&out, err);
	arena_end(&arena);
	return !db_failed(tx, err);
}

bool web_destination_keep(struct tx *tx, struct str name, struct str url,
    struct str who, struct err *err)
{
	if (!name.len || name.len > 64)
		return fail(err, ERR_INPUT,
		    "a destination has a name of 1 to 64 characters");
	if (!str_starts(url, S("http://")) && !str_starts(url, S("https://")))
		return fail(err, ERR_INPUT,
		    "a destination's address begins with http:// or https://");
	while (str_ends(url, S("/")))
		url.len--;
	db_run(tx,
	    "insert into web_destination (name, url, changed_by, changed_at) "
	    "values ($1, $2, $3, $4) on conflict (name) do update set "
	    "url = excluded.url, changed_by = excluded.changed_by, "
	    "changed_at = excluded.changed_at",
	    T(name), T(url), T(who), I(outside_now()));
	journal_add(tx, S("route.destination"), name, who, S(""));
	return !db_failed(tx, err);
}

struct rows *web_destinations_each(struct tx *tx)
{
	return db_ask(tx, "select name, url, changed_by, changed_at "
			  "from web_destination order by name");
}
