/* SPDX-License-Identifier: MIT */
/* words.c: why a clock stands where it stands, as a person would say it.
 *
 * Folds the same events again and tells each change as it happens, so the
 * words cannot say anything that the clock did not do. */
#include "measures.h"

#include <string.h>

static struct str say_day(struct arena *arena, int32_t day, int32_t today)
{
	struct time_text full = day_words(day); /* 3 Mar 2026 */
	struct str text = str_of(full.at);

	if (day_date(day).year == day_date(today).year)
		text.len -= 5;
	return arena_keep(arena, text);
}

static const struct span *last_span(const struct clock *c)
{
	return c->n ? &c->spans[c->n - 1] : NULL;
}

static bool has_moved(const struct clock *before, const struct clock *after)
{
	const struct span *a = last_span(before), *b = last_span(after);

	return a && b && a->list == LIST_WAITING && b->list == LIST_WAITING &&
	    a->start != b->start;
}

static struct str effect(struct arena *arena, const struct clock *before,
    const struct clock *after, int32_t today)
{
	const struct span *now = last_span(after);

	if (before->stopped == NO_DAY && after->stopped != NO_DAY)
		return arena_printf(arena, "clock stopped %.*s",
		    STR(say_day(arena, after->stopped, today)));
	if (after->withdrawn && !before->withdrawn)
		return S("request withdrawn, no longer counted");
	if (!before->n && now && now->list == LIST_WAITING)
		return arena_printf(arena, "clock started %.*s",
		    STR(say_day(arena, now->start, today)));
	if (has_moved(before, after))
		return arena_printf(arena, "clock restarted %.*s",
		    STR(say_day(arena, now->start, today)));
	return (struct str){0};
}

static struct str clause(struct arena *arena, const struct event *e,
    struct str change, int32_t today, bool first)
{
	const struct code *kind = code_at(event_kinds, e->kind);
	struct str day = say_day(arena, time_day(e->at), today);
	const char *words =
	    e->kind == EVENT_REQUESTED ? "request" : kind->words;

	if (!change.len || first)
		return arena_printf(arena, "%s %.*s", words, STR(day));
	return arena_printf(
	    arena, "%s %.*s, %.*s", words, STR(day), STR(change));
}

static struct str band_words(struct arena *arena, int days)
{
	int band = wait_band(days);

	if (band == BANDS - 1)
		return S("band 13+");
	return arena_printf(arena, "band %02d-%02d", band, band + 1);
}

static struct str standing(
    struct arena *arena, const struct clock *c, int32_t today)
{
	const struct span *now = clock_at(c, today);

	if (c->withdrawn)
		return S("not waiting");
	if (c->stopped != NO_DAY) {
		struct span all = {.start = c->start};
		if (c->stream != LIST_WAITING)
			return c->stream == LIST_PLANNED
			    ? S("planned test, no wait")
			    : S("unscheduled, no wait");
		return arena_printf(
		    arena, "waited %d days", span_wait(&all, c->stopped));
	}
	if (!now)
		return S("not waiting");
	if (now->list == LIST_UNSCHEDULED)
		return S("unscheduled, not on the waiting list");
	if (now->list == LIST_PLANNED)
		return now->to == NO_DAY
		    ? S("planned, without a due date; no clock yet")
		    : arena_printf(arena, "planned, due %.*s; no clock yet",
			  STR(say_day(arena, now->to, today)));
	int days = span_wait(now, today);
	return arena_printf(
	    arena, "%d days; %.*s", days, STR(band_words(arena, days)));
}

/* A planned test that fell due joined the list with no event of its own. */
static struct str due_words(
    struct arena *arena, const struct clock *c, int32_t today)
{
	for (int i = 1; i < c->n; i++)
		if (c->spans[i - 1].list == LIST_PLANNED &&
		    c->spans[i].list == LIST_WAITING &&
		    c->spans[i].from <= today)
			return arena_printf(arena,
			    "planned test fell due, clock started %.*s",
			    STR(say_day(arena, c->spans[i].start, today)));
	return (struct str){0};
}

static bool is_worth_saying(const struct event *e, struct str change)
{
	return change.len || e->kind == EVENT_REQUESTED ||
	    e->kind == EVENT_CANCELLED_BY_HOSPITAL;
}

struct str clock_words(struct arena *arena, const struct event *events,
    size_t n, const struct rule_book *book, int32_t today, struct str *notes)
{
	struct clock before = {.stopped = NO_DAY}, after = before;
	struct out text;
	struct err err = {0};

	out_memory(&text);
	for (size_t i = 0; i < n; i++) {
		clock_fold(events, i + 1, book, &after);
		struct str change = effect(arena, &before, &after, today);
		if (notes)
			notes[i] = change;
		if (is_worth_saying(&events[i], change))
			out_printf(&text, "%.*s; ",
			    STR(clause(
				arena, &events[i], change, today, i == 0)));
		before = after;
	}
	struct str due = due_words(arena, &after, today);
	if (due.len)
		out_printf(&text, "%.*s; ", STR(due));
	out_put(&text, standing(arena, &after, today));
	struct str words = arena_keep(arena, out_str(&text));
	out_end(&text, &err);
	return words;
}
