/* SPDX-License-Identifier: MIT */
/* census.c: what time alone changes, and what a new rule changes.
 *
 * Waiting is counted on month ends and Sundays.  When such a day has come, the
 * open requests are counted on it, before anything later is told; requests
 * that were told late count themselves on the days they missed. */
#include "telling.h"

#include <string.h>

#define PAGE 512

struct page { /* some pathways, in order of id, and their events */
	struct arena arena;
	int64_t ids[PAGE];
	char orgs[PAGE][8];
	struct event *events[PAGE];
	size_t events_n[PAGE];
	size_t n;
};

static void read_ids(
    struct tx *tx, struct page *p, int64_t after, bool only_open)
{
	struct rows *r = only_open
	    ? db_ask(tx,
		  "select id, provider from pathway "
		  "where open = 1 and id > $1 order by id limit 512",
		  I(after))
	    : db_ask(tx,
		  "select id, provider from pathway "
		  "where id > $1 order by id limit 512",
		  I(after));

	for (p->n = 0; rows_next(r); p->n++) {
		struct str org = rows_text(r, 1);
		p->ids[p->n] = rows_int(r, 0);
		memset(p->orgs[p->n], 0, sizeof p->orgs[0]);
		memcpy(p->orgs[p->n], org.at, org.len < 8 ? org.len : 7);
	}
}

static void keep_event(struct page *p, size_t at, const struct event *e)
{
	size_t n = p->events_n[at];

	if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
		struct event *more =
		    arena_array(&p->arena, struct event, n ? 2 * n : 4);
		if (n)
			memcpy(more, p->events[at], n * sizeof *more);
		p->events[at] = more;
	}
	p->events[at][p->events_n[at]++] = *e;
}

static void read_events(struct tx *tx, struct page *p, bool only_open)
{
	const struct val from = I(p->ids[0]), to = I(p->ids[p->n - 1]);
	struct rows *r = only_open
	    ? db_ask(tx,
		  "select pathway, " EVENT_COLUMNS " from event "
		  "where pathway in (select id from pathway where open = 1 "
		  "and id >= $1 and id <= $2) order by pathway, at, kind",
		  from, to)
	    : db_ask(tx,
		  "select pathway, " EVENT_COLUMNS " from event "
		  "where pathway >= $1 and pathway <= $2 "
		  "order by pathway, at, kind",
		  from, to);
	size_t at = 0;

	memset(p->events_n, 0, sizeof p->events_n);
	while (rows_next(r)) {
		struct event e;
		int64_t id = rows_int(r, 0);
		while (at < p->n && p->ids[at] < id)
			at++;
		read_event(r, 1, &e);
		if (at < p->n && p->ids[at] == id)
			keep_event(p, at, &e);
	}
}

static bool page_next(struct tx *tx, struct page *p, bool only_open)
{
	int64_t after = p->n ? p->ids[p->n - 1] : INT64_MIN;

	arena_end(&p->arena);
	read_ids(tx, p, after, only_open);
	if (p->n)
		read_events(tx, p, only_open);
	return p->n > 0;
}

static int32_t horizon_read(struct tx *tx)
{
	struct rows *r =
	    db_ask(tx, "select value from kept where name = 'census'");
	int32_t day = rows_next(r) ? rows_day(r, 0) : NO_DAY;

	rows_end(r);
	return day;
}

static void horizon_write(struct tx *tx, int32_t day)
{
	db_run(tx,
	    "insert into kept (name, value) values ('census', $1) "
	    "on conflict (name) do update set value = excluded.value",
	    I(day));
}

static bool is_census_between(int32_t after, int32_t until)
{
	return day_sunday_on_or_after(after + 1) <= until ||
	    day_month_end(after + 1) <= until;
}

static void count_open(struct tx *tx, int32_t after, int32_t until)
{
	struct arena arena = {0};
	struct rule_book book = rules_read(tx, &arena);
	struct tally_batch *batch = tally_batch_open(&arena);
	struct page *p = arena_new(&arena, struct page);

	while (page_next(tx, p, true))
		for (size_t i = 0; i < p->n; i++) {
			struct folded f;
			fold_events(&book, p->events[i], p->events_n[i], &f);
			struct tally_request r = {
			    f.events, f.n, &f.story, &f.clock, p->orgs[i]};
			tally_census(batch, &r, after, until);
			if (tally_batch_full(batch))
				tally_flush(batch, tx, 0);
		}
	tally_flush(batch, tx, 0);
	db_run(tx, "delete from waiting_now where n = 0");
	arena_end(&arena);
}

/* One telling at a time, whichever program it is in: two that heard of the
 * same request at once would both take back what it meant before. */
static void wait_for_turn(struct tx *tx)
{
	db_run(tx,
	    "insert into kept (name, value) values ('telling', 1) "
	    "on conflict (name) do update set value = kept.value + 1");
}

int32_t pathway_census(struct tx *tx, int32_t today)
{
	wait_for_turn(tx);
	int32_t last = horizon_read(tx);

	if (last != NO_DAY && last >= today)
		return last;
	if (last != NO_DAY && is_census_between(last, today)) {
		count_open(tx, last, today);
		journal_add(tx, S("census.counted"),
		    str_of(day_text(today).at), S("ribble"), S(""));
	}
	horizon_write(tx, today);
	return today;
}

static void refold_one(struct tx *tx, struct tally_batch *batch,
    struct now *now, struct page *p, size_t i, int32_t today,
    const struct rule_book *book)
{
	const char *org = p->orgs[i];
	struct folded f;
	int32_t start;

	fold_events(book, p->events[i], p->events_n[i], &f);
	struct tally_request r = {f.events, f.n, &f.story, &f.clock, org};
	tally_request(batch, &r, 1, today);
	now_add(now, org, &f, 1);
	write_clock(tx, org, p->ids[i], &f);
	enum clock_list list = folded_list(&f, &start);
	db_run(tx,
	    "update pathway set list = $1, clock_start = $2, stopped = $3, "
	    "open = $4 where id = $5",
	    I(list), val_day(start), val_day(f.clock.stopped),
	    I(folded_open(&f)), I(p->ids[i]));
	if (tally_batch_full(batch))
		tally_flush(batch, tx, 0);
}

void pathway_refold(struct tx *tx, int32_t today)
{
	struct arena arena = {0};
	struct rule_book book = rules_read(tx, &arena);
	struct tally_batch *batch = tally_batch_open(&arena);
	struct page *p = arena_new(&arena, struct page);
	struct now now;

	wait_for_turn(tx);
	if (horizon_read(tx) > today) /* NO_DAY lies before all days */
		today = horizon_read(tx);
	now_open(&now, &arena);
	db_run(tx, "delete from tally where source = 'P'");
	db_run(tx, "delete from waiting_now");
	db_run(tx, "delete from clock");
	while (page_next(tx, p, false))
		for (size_t i = 0; i < p->n; i++)
			refold_one(tx, batch, &now, p, i, today, &book);
	tally_flush(batch, tx, 0);
	now_flush(&now, tx);
	horizon_write(tx, today);
	journal_add(tx, S("pathways.refolded"), (struct str){0}, S("ribble"),
	    (struct str){0});
	arena_end(&arena);
}

void pathway_covers(struct tx *tx, struct str provider, int32_t from)
{
	db_run(tx,
	    "insert into kept (name, value) "
	    "values ('covered ' || cast($1 as text), $2) "
	    "on conflict (name) do update set value = case "
	    "when excluded.value < kept.value then excluded.value "
	    "else kept.value end",
	    T(provider), I(from));
}
