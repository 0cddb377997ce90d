/* SPDX-License-Identifier: MIT */
/* migration.c: one thread for each old archive: it surveys a day at a time,
 * newest first, and between days fetches what is wanted most, at the rate
 * that the hour allows. */
#include "inside.h"

#include <pthread.h>
#include <string.h>

#define ARCHIVES_MOST 32
#define NAP_S 2
#define LOOK_S 1 /* when there is nothing to do */
#define TROUBLE_S 15 /* before an archive that does not answer is asked again */
#define DAYS_EACH 8 /* surveyed between two fetches, until all are */

struct migration {
	struct arena arena;
	struct db *db;
	struct archive *archive;
	struct post_options options;
	bool stopping;
	pthread_t keeper;
	struct work {
		struct migration *migration;
		int64_t old;
		pthread_t thread;
	} works[ARCHIVES_MOST];
	size_t n;
};

const struct way ways[] = {
	{"get", dimse_survey, dimse_list, dimse_get},
	{"move", dimse_survey, dimse_list, dimse_move},
	{"web", web_survey, web_list, web_fetch},
	{NULL, NULL, NULL, NULL},
};

const struct way *way_find(struct str name)
{
	for (const struct way *w = ways; w->name; w++)
		if (str_is(name, w->name))
			return w;
	return NULL;
}

bool haul_stops(const struct haul *h)
{
	return __atomic_load_n(h->stopping, __ATOMIC_RELAXED);
}

/* Doubled when it is full; the old one stays in the arena. */
static void *grown(struct arena *arena, void *old, size_t n, size_t one,
    size_t *size)
{
	void *made = arena_alloc_n(arena, one, *size = *size ? 2 * *size : 64);

	if (n)
		memcpy(made, old, n * one);
	return made;
}

struct old_study *listing_study(struct haul *h, struct listing *l)
{
	if (l->n == l->size)
		l->studies = grown(h->arena, l->studies, l->n,
		    sizeof(*l->studies), &l->size);
	return &l->studies[l->n++];
}

struct named *listing_instance(struct haul *h, struct listing *l)
{
	if (l->n == l->size)
		l->instances = grown(h->arena, l->instances, l->n,
		    sizeof(*l->instances), &l->size);
	return &l->instances[l->n++];
}

static void nap(const struct haul *h, int64_t microseconds)
{
	int64_t until = outside_ticks() + microseconds;
	static const struct timespec little = {.tv_nsec = 50000000};

	while (!haul_stops(h) && outside_ticks() < until)
		nanosleep(&little, NULL);
}

static int64_t rate_now(const struct old_archive *a)
{
	int64_t minute = minute_of_day(outside_now());
	bool is_day = a->day_from < a->day_to
	    ? minute >= a->day_from && minute < a->day_to
	    : minute >= a->day_from || minute < a->day_to;

	return is_day && a->day_from != a->day_to ? a->day_kib_s
						  : a->night_kib_s;
}

/* A rest after a study, so that over both it came at the rate. */
static void keep_rate(struct haul *h, int64_t begun)
{
	int64_t rate = rate_now(&h->old);

	if (rate)
		h->rest_until = begun + h->size * US_PER_S / (rate << 10);
}

static struct str day_word(struct arena *arena, int32_t day)
{
	struct date d = day_date(day);

	return arena_printf(arena, "%04d%02d%02d", d.year, d.month, d.day);
}

static int32_t word_day(struct str word)
{
	int64_t n = 0;

	if (word.len != 8 || !str_int(word, &n))
		return NO_DAY;
	return day_of((int)(n / 10000), (int)(n / 100 % 100), (int)(n % 100));
}

/* The next day to be asked about, going back; NO_DAY: all are known. */
static int32_t next_day(const struct old_archive *a)
{
	int32_t known = word_day(a->surveyed_to);
	int32_t first = word_day(a->from_date);
	int32_t next = known == NO_DAY ? outside_today() : known - 1;

	return next < first ? NO_DAY : next;
}

/* Today's question is about later days too: clocks are wrong. */
static bool ask_day(struct haul *h, const struct way *way, int32_t day,
    struct listing *l, struct err *err)
{
	struct str word = day_word(h->arena, day);

	return way->survey(h, day < outside_today() ? word :
	    arena_printf(h->arena, "%.*s-", STR(word)), l, err);
}

/* The last days once more, once a day. */
static bool survey_again(struct haul *h, const struct way *way,
    struct err *err)
{
	int32_t today = outside_today();
	struct listing l = {0};

	for (int32_t day = today; day >= today - h->old.again_days; day--)
		if (haul_stops(h) || !ask_day(h, way, day, &l, err))
			return false;
	h->old.again_on = day_word(h->arena, today);
	return ledger_found(h, &l, err);
}

static bool survey_back(struct haul *h, const struct way *way,
    struct err *err)
{
	for (int i = 0; i < DAYS_EACH && !haul_stops(h); i++) {
		int32_t day = next_day(&h->old);
		struct listing l = {0};
		if (day == NO_DAY)
			return true;
		if (!h->old.surveyed_to.len)
			h->old.again_on = day_word(h->arena, day);
		if (!ask_day(h, way, day, &l, err))
			return false;
		h->old.surveyed_to = day_word(h->arena, day);
		if (!ledger_found(h, &l, err))
			return false;
	}
	return true;
}

/* True if there was something to ask. */
static bool survey(struct haul *h, const struct way *way, struct err *err)
{
	bool again = h->old.surveyed_to.len && h->old.again_days &&
	    word_day(h->old.again_on) != outside_today();
	bool back = next_day(&h->old) != NO_DAY;

	if (again && !survey_again(h, way, err))
		return true;
	if (back)
		survey_back(h, way, err);
	return again || back;
}

static bool fetch(struct haul *h, const struct way *way, struct old_study *s,
    struct err *why)
{
	struct listing named = {0};

	if (!is_askable(s->uid))
		return fail(why, ERR_INPUT,
		    "its Study Instance UID cannot be asked for");
	if (!way->list(h, s->uid, &named, why))
		return false;
	if (!named.n)
		return fail(why, ERR_MISSING,
		    "the old archive no longer names it");
	if (!way->fetch(h, s->uid, &named, why) ||
	    !ledger_prove(h, s, &named, why))
		return false;
	if (!h->size)
		h->size = s->size; /* it came through another door */
	return true;
}

/* True when one was fetched, well or not.  why: of the archive as a whole. */
static bool fetch_next(struct haul *h, const struct way *way,
    struct err *why, struct err *err)
{
	bool rests = !rate_now(&h->old) || outside_ticks() < h->rest_until;
	int64_t begun = outside_ticks();
	struct old_study s;
	struct err trouble = {0};

	if (!ledger_next(h, rests, &s, err))
		return false;
	h->size = 0;
	h->away = false;
	fetch(h, way, &s, &trouble);
	if (trouble.kind && haul_stops(h))
		return ledger_return(h, &s, err);
	if (trouble.kind && h->away) {
		*why = trouble;
		return ledger_return(h, &s, err);
	}
	if (trouble.kind)
		log_line(LOG_WARN, "migration", "study=%lld error=\"%s\"",
		    (long long)s.id, trouble.text);
	keep_rate(h, begun);
	return ledger_settle(h, &s, &trouble, err);
}

static bool read_old(struct haul *h, int64_t id)
{
	struct tx *tx = db_read(h->db);
	struct rows *r = old_archives_each(tx);
	bool found = false;

	while (rows_next(r)) {
		struct old_archive a;
		old_archive_read(r, h->arena, &a);
		if (a.id == id) {
			h->old = a;
			found = true;
		}
	}
	db_end(tx);
	return found;
}

/* How long to wait before the next round, in seconds. */
static int64_t go_round(struct haul *h, int64_t id)
{
	struct err why = {0}, err = {0};
	const struct way *way;
	bool busy;

	if (!read_old(h, id) || !h->old.active ||
	    !(way = way_find(h->old.how)))
		return LOOK_S;
	busy = survey(h, way, &why);
	if (!why.kind && fetch_next(h, way, &why, &err))
		busy = true;
	if (!haul_stops(h) && (why.kind || (busy && h->old.trouble.len)))
		ledger_trouble(h, &why, &err);
	if (err.kind)
		log_line(LOG_ERROR, "migration", "error=\"%s\"", err.text);
	return why.kind || err.kind ? TROUBLE_S : busy ? 0 : LOOK_S;
}

static void *work(void *with)
{
	struct work *w = with;
	struct migration *m = w->migration;
	struct haul h = {.db = m->db, .archive = m->archive,
	    .options = &m->options, .stopping = &m->stopping};

	while (!haul_stops(&h)) {
		struct arena arena = {0};
		h.arena = &arena;
		int64_t wait = go_round(&h, w->old);
		arena_end(&arena);
		nap(&h, wait * US_PER_S);
	}
	return NULL;
}

static bool is_at_work(const struct migration *m, int64_t id)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->works[i].old == id)
			return true;
	return false;
}

/* A thread for each old archive that has none yet. */
static void start_new(struct migration *m)
{
	struct arena arena = {0};
	struct tx *tx = db_read(m->db);
	struct rows *r = old_archives_each(tx);

	while (rows_next(r)) {
		struct old_archive a;
		old_archive_read(r, &arena, &a);
		if (is_at_work(m, a.id) || m->n == ARCHIVES_MOST)
			continue;
		struct work *w = &m->works[m->n];
		*w = (struct work){.migration = m, .old = a.id};
		m->n += pthread_create(&w->thread, NULL, work, w) == 0;
	}
	db_end(tx);
	arena_end(&arena);
}

static void *keep_going(void *with)
{
	struct migration *m = with;
	struct haul h = {.stopping = &m->stopping};

	while (!haul_stops(&h)) {
		start_new(m);
		nap(&h, NAP_S * US_PER_S);
	}
	return NULL;
}

struct migration *migration_start(struct db *db, struct archive *archive,
    const struct post_options *options, struct err *err)
{
	struct arena arena = {0};
	struct migration *m = arena_new(&arena, struct migration);

	*m = (struct migration){.arena = arena, .db = db,
	    .archive = archive, .options = *options};
	if (ledger_recover(db, err) &&
	    pthread_create(&m->keeper, NULL, keep_going, m) == 0)
		return m;
	fail(err, ERR_BROKEN, "cannot start the migration's thread");
	arena = m->arena;
	arena_end(&arena);
	return NULL;
}

static bool ends(pthread_t thread, int64_t until)
{
	static const struct timespec little = {.tv_nsec = 10000000};

	while (pthread_tryjoin_np(thread, NULL) != 0) {
		if (outside_ticks() >= until)
			return false;
		nanosleep(&little, NULL);
	}
	return true;
}

bool migration_stop(struct migration *m, int64_t seconds)
{
	int64_t until = outside_ticks() + seconds * US_PER_S;
	struct arena arena;
	bool done;

	__atomic_store_n(&m->stopping, true, __ATOMIC_RELAXED);
	done = ends(m->keeper, until);
	for (size_t i = 0; done && i < m->n; i++)
		done &= ends(m->works[i].thread, until);
	if (!done)
		return false; /* they still use it */
	arena = m->arena;
	arena_end(&arena);
	return true;
}
