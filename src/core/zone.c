/* SPDX-License-Identifier: MIT */
/* zone.c: Europe/London out of tzdata (RFC 8536), read once.
 *
 * The file lists the past's changes and ends in a rule for the future, in
 * POSIX TZ notation.  Both become one list of spans, the rule written out to
 * the year 2500; later years are mapped back by 400, after which the calendar
 * repeats.  A table says for each day from 1970 to 2100 which span it begins
 * in, so a moment finds its span in one step.  Nothing is written after the
 * first use, so threads share it freely.
 *
 *   span i      from[i] <= utc < from[i + 1]     local = utc + offset[i]
 *
 * Without tzdata every local day would be a guess, so the program ends. */
#include "zone.h"

#include "err.h"
#include "time.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ZONE_FILE "/usr/share/zoneinfo/Europe/London"
#define FILE_MAX (64 * 1024)
#define SPANS_MAX 2048
#define DAY_S INT64_C(86400)
#define CYCLE_S (INT64_C(146097) * DAY_S) /* 400 years */
#define RULE_YEARS 2500                   /* the rule is written out to here */
#define TABLE_DAYS 47847                  /* 1970-01-01 to 2100-12-31 */

struct span {
	int64_t from, offset;
};

struct zone {
	struct span spans[SPANS_MAX];
	size_t n;
	int64_t end;              /* later moments are mapped back */
	uint16_t at[TABLE_DAYS];  /* the span in which each UTC day begins */
};

struct cursor { /* sticky: past the end every read gives zero */
	const unsigned char *at;
	size_t left;
	bool bad;
};

static const unsigned char *take(struct cursor *c, size_t n)
{
	static const unsigned char none[8];

	if (c->bad || n > c->left) {
		c->bad = true;
		return none;
	}
	c->at += n;
	c->left -= n;
	return c->at - n;
}

static int64_t number(const unsigned char *at, size_t size)
{
	uint64_t n = at[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | at[i];
	return (int64_t)n;
}

static void span_add(struct zone *zone, int64_t from, int64_t offset)
{
	struct span *last = zone->n ? &zone->spans[zone->n - 1] : NULL;

	if (last && (last->offset == offset || from <= last->from))
		return;
	if (zone->n < SPANS_MAX)
		zone->spans[zone->n++] = (struct span){from, offset};
}

/* One header and its data, RFC 8536 section 3.2; into == NULL passes over. */
static bool read_block(struct cursor *c, size_t size, struct zone *into)
{
	size_t count[6]; /* isut, isstd, leap, time, type, char */

	if (memcmp(take(c, 4), "TZif", 4))
		return false;
	take(c, 16);
	for (int i = 0; i < 6; i++) {
		int64_t n = number(take(c, 4), 4);
		c->bad |= n < 0 || n > UINT16_MAX;
		count[i] = (size_t)n & UINT16_MAX;
	}
	const unsigned char *times = take(c, count[3] * size);
	const unsigned char *kinds = take(c, count[3]);
	const unsigned char *types = take(c, count[4] * 6);
	take(c, count[5] + count[2] * (size + 4) + count[1] + count[0]);
	if (c->bad || count[4] == 0)
		return false;
	if (!into)
		return true;
	span_add(into, INT64_MIN, number(types, 4));
	for (size_t i = 0; i < count[3]; i++) {
		if (kinds[i] >= count[4])
			return false;
		span_add(into, number(times + i * size, size),
		    number(types + 6 * kinds[i], 4));
	}
	return true;
}

/* The footer: a POSIX TZ string, "GMT0BST,M3.5.0/1,M10.5.0". */

struct change { /* when in the year the clocks move */
	char kind;    /* M: month, week, day; J: 1..365 without 29 Feb; 0: 0..365 */
	int month, week, day;
	int64_t at;   /* seconds after local midnight */
};

struct rule {
	int64_t standard, summer; /* offsets */
	bool has_summer;
	struct change begins, ends;
};

static int peek(struct cursor *c)
{
	return c->left && !c->bad ? c->at[0] : 0;
}

static bool accept(struct cursor *c, char mark)
{
	if (peek(c) != mark)
		return false;
	take(c, 1);
	return true;
}

static int digits(struct cursor *c, int low, int high)
{
	int n = -1;

	while (peek(c) >= '0' && peek(c) <= '9' && n <= 999)
		n = (n < 0 ? 0 : n) * 10 + *take(c, 1) - '0';
	if (n < low || n > high)
		c->bad = true;
	return n;
}

static void read_name(struct cursor *c)
{
	bool quoted = accept(c, '<');
	size_t n = 0;

	for (; peek(c); n++) {
		int a = peek(c), low = a | 0x20;
		bool letter = low >= 'a' && low <= 'z';
		bool sign = (a >= '0' && a <= '9') || a == '+' || a == '-';
		if (!letter && !(quoted && sign))
			break;
		take(c, 1);
	}
	if (n < 3 || (quoted && !accept(c, '>')))
		c->bad = true;
}

static int64_t read_hms(struct cursor *c)
{
	int64_t sign = accept(c, '-') ? -1 : 1;

	accept(c, '+');
	int64_t s = digits(c, 0, 167) * 3600;
	if (accept(c, ':'))
		s += digits(c, 0, 59) * 60;
	if (accept(c, ':'))
		s += digits(c, 0, 59);
	return sign * s;
}

static struct change read_change(struct cursor *c)
{
	struct change change = {.kind = '0', .at = 7200};

	if (!accept(c, ','))
		c->bad = true;
	if (accept(c, 'M')) {
		change.kind = 'M';
		change.month = digits(c, 1, 12);
		c->bad |= !accept(c, '.');
		change.week = digits(c, 1, 5);
		c->bad |= !accept(c, '.');
		change.day = digits(c, 0, 6);
	} else if (accept(c, 'J')) {
		change.kind = 'J';
		change.day = digits(c, 1, 365);
	} else {
		change.day = digits(c, 0, 365);
	}
	if (accept(c, '/'))
		change.at = read_hms(c);
	return change;
}

static bool read_rule(struct cursor *c, struct rule *rule)
{
	*rule = (struct rule){0};
	read_name(c);
	rule->standard = -read_hms(c);
	if (!c->bad && c->left) {
		rule->has_summer = true;
		read_name(c);
		rule->summer = rule->standard + 3600;
		if (peek(c) != ',')
			rule->summer = -read_hms(c);
		rule->begins = read_change(c);
		rule->ends = read_change(c);
	}
	return !c->bad && c->left == 0;
}

static int64_t change_at(const struct change *change, int year, int64_t offset)
{
	int32_t first = day_of(year, 1, 1), day = first + change->day;

	if (change->kind == 'J') {
		bool leap = day_of(year, 2, 29) != NO_DAY;
		day = first + change->day - 1 + (leap && change->day > 59);
	} else if (change->kind == 'M') {
		first = day_of(year, change->month, 1);
		int32_t weekday = (first + 4) % 7;
		day = first + (change->day - weekday + 7) % 7;
		day += 7 * (change->week - 1);
		if (day > day_month_end(first))
			day -= 7;
	}
	return day * DAY_S + change->at - offset;
}

/* Writes the rule out behind the changes that the file lists. */
static void spans_after(struct zone *zone, const struct rule *rule)
{
	int64_t last = zone->spans[zone->n - 1].from;
	int year = 1970;

	if (last / DAY_S >= day_of(RULE_YEARS, 1, 1))
		return;
	if (last > 0)
		year = day_date((int32_t)(last / DAY_S)).year;
	for (; rule->has_summer && year < RULE_YEARS; year++) {
		struct span a = {change_at(&rule->begins, year, rule->standard),
		    rule->summer};
		struct span b = {change_at(&rule->ends, year, rule->summer),
		    rule->standard};
		bool north = a.from < b.from;
		struct span *first = north ? &a : &b, *second = north ? &b : &a;
		if (first->from > last)
			span_add(zone, first->from, first->offset);
		if (second->from > last)
			span_add(zone, second->from, second->offset);
	}
	if (!rule->has_summer)
		span_add(zone, last + 1, rule->standard);
}

static size_t span_search(const struct zone *zone, int64_t utc)
{
	size_t low = 0, high = zone->n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (zone->spans[middle].from <= utc)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool zone_read(struct zone *zone, struct str bytes)
{
	struct cursor c = {(const unsigned char *)bytes.at, bytes.len, false};
	bool old = bytes.len < 5 || bytes.at[4] < '2';
	struct rule rule;

	*zone = (struct zone){.end = INT64_MAX};
	if (!read_block(&c, 4, old ? zone : NULL) ||
	    (!old && !read_block(&c, 8, zone)))
		return false;
	if (!old && c.left > 2 && c.at[0] == '\n' &&
	    c.at[c.left - 1] == '\n') {
		c.at++;
		c.left -= 2;
		if (!read_rule(&c, &rule))
			return false;
		spans_after(zone, &rule);
		zone->end = day_of(RULE_YEARS - 1, 1, 1) * DAY_S;
	}
	size_t i = 0;
	for (int64_t day = 0; day < TABLE_DAYS; day++) {
		while (i + 1 < zone->n &&
		    zone->spans[i + 1].from <= day * DAY_S)
			i++;
		zone->at[day] = (uint16_t)i;
	}
	return zone->n < SPANS_MAX;
}

static struct zone london;
static pthread_once_t london_once = PTHREAD_ONCE_INIT;

static void london_open(void)
{
	char bytes[FILE_MAX];
	int fd = open(ZONE_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	const char *why = n < 0 ? strerror(errno) : "it is damaged";

	if (fd >= 0)
		close(fd);
	if (n >= 0 && zone_read(&london, (struct str){bytes, (size_t)n}))
		return;
	fprintf(stderr, "ribble: cannot read %s, of the package tzdata: %s\n",
	    ZONE_FILE, why);
	abort();
}

static size_t span_of(const struct zone *zone, int64_t utc)
{
	if (utc < 0 || utc >= TABLE_DAYS * DAY_S)
		return span_search(zone, utc);
	size_t i = zone->at[utc / DAY_S];
	while (i + 1 < zone->n && zone->spans[i + 1].from <= utc)
		i++;
	return i;
}

static int64_t offset_in(const struct zone *zone, int64_t utc)
{
	if (utc >= zone->end)
		utc -= ((utc - zone->end) / CYCLE_S + 1) * CYCLE_S;
	return zone->spans[span_of(zone, utc)].offset;
}

/* The first span that holds the local time; if the clocks jumped over it, the
 * span before the jump reads it, which lands as far behind the jump. */
static int64_t utc_in(const struct zone *zone, int64_t local)
{
	int64_t back = 0;

	if (local - 2 * DAY_S >= zone->end) {
		back = ((local - zone->end) / CYCLE_S + 1) * CYCLE_S;
		local -= back;
	}
	size_t i = span_of(zone, local - DAY_S);
	while (i + 1 < zone->n &&
	    local - zone->spans[i].offset >= zone->spans[i + 1].from &&
	    local - zone->spans[i + 1].offset >= zone->spans[i + 1].from)
		i++;
	return local - zone->spans[i].offset + back;
}

static const struct zone *zone(void)
{
	pthread_once(&london_once, london_open);
	return &london;
}

int64_t zone_offset(int64_t utc_s)
{
	return offset_in(zone(), utc_s);
}

int64_t zone_utc(int64_t local_s)
{
	return utc_in(zone(), local_s);
}
