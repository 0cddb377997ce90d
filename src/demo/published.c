/* SPDX-License-Identifier: MIT */
/* published.c: the figures that the demo follows.
 *
 * Where NHS England's figures end, each series goes on from its last value,
 * falls back towards its mean of the last nine months (lists slowly, tests done
 * within a few months), and keeps the season that its test has in all four
 * trusts together.  Sums only: no function of the maths library, so every
 * machine agrees. */
#include "published.h"

#include "chance.h"

const char *const trust_codes[TRUSTS] = {"RXN", "RXR", "RTX", "RXL"};

#define FIELDS (3 + WEEKS + STREAMS)
static const char *const field_names[FIELDS] = {
	"period_end", "provider_code", "test_id",
	"wk_00_01", "wk_01_02", "wk_02_03", "wk_03_04", "wk_04_05",
	"wk_05_06", "wk_06_07", "wk_07_08", "wk_08_09", "wk_09_10",
	"wk_10_11", "wk_11_12", "wk_12_13", "wk_13_plus",
	"waiting_list_activity", "planned_activity", "unscheduled_activity",
};

struct reading {
	struct published *p;
	struct csv_row row;
	size_t place[FIELDS];
};

static bool find_fields(struct reading *r, struct err *err)
{
	for (size_t i = 0; i < FIELDS; i++) {
		size_t at = 0;
		while (at < r->row.n &&
		    !str_eq_nocase(str_trim(r->row.fields[at]),
			str_of(field_names[i])))
			at++;
		if (at == r->row.n)
			return fail(err, ERR_INPUT,
			    "the published figures have no column '%s'",
			    field_names[i]);
		r->place[i] = at;
	}
	return true;
}

static struct str field(const struct reading *r, size_t i)
{
	return r->place[i] < r->row.n ? r->row.fields[r->place[i]] : S("");
}

static bool number(const struct reading *r, size_t i, int32_t *value,
    struct err *err)
{
	int64_t n;

	if (!str_int(str_trim(field(r, i)), &n) || n < 0 || n > 10000000)
		return fail(err, ERR_INPUT,
		    "line %lld of the published figures: %s is no count",
		    (long long)r->row.line, field_names[i]);
	*value = (int32_t)n;
	return true;
}

static int trust_find(struct str code)
{
	for (int t = 0; t < TRUSTS; t++)
		if (str_is(code, trust_codes[t]))
			return t;
	return -1;
}

static bool take_row(struct reading *r, struct err *err)
{
	struct published *p = r->p;
	int32_t day, test = 0;
	int trust = trust_find(str_trim(field(r, 1)));

	if (trust < 0)
		return true;
	if (!day_read(field(r, 0), &day) || !number(r, 2, &test, err) ||
	    test < 1 || test >= DM01_TESTS)
		return fail(err, ERR_INPUT,
		    "line %lld of the published figures: month or test unknown",
		    (long long)r->row.line);
	int month = month_of(day);
	if (month < p->first || month > p->until)
		return true;
	if (month > p->last)
		p->last = month;
	struct figures *f = &p->of[trust][test][month - p->first];
	for (size_t k = 0; k < WEEKS; k++)
		if (!number(r, 3 + k, &f->band[k], err))
			return false;
	for (size_t s = 0; s < STREAMS; s++)
		if (!number(r, 3 + WEEKS + s, &f->done[s], err))
			return false;
	return true;
}

/* The first month of the file; 0 without rows. */
static int first_month(struct arena *arena, struct str csv)
{
	struct reading r = {0};
	struct csv *rows = csv_text(arena, csv);
	struct err none = {0};
	int first = 0;

	if (!csv_next(rows, &r.row, &none) || !find_fields(&r, &none))
		return 0;
	while (csv_next(rows, &r.row, &none)) {
		int32_t day;
		if (!r.row.bad && day_read(field(&r, 0), &day) &&
		    (!first || month_of(day) < first))
			first = month_of(day);
	}
	return first;
}

bool published_read(struct published *p, struct arena *arena, struct str csv,
    int until, struct err *err)
{
	struct reading r = {.p = p};
	struct csv *rows = csv_text(arena, csv);
	struct err reading = {0};

	*p = (struct published){.first = first_month(arena, csv)};
	if (!p->first || p->first > until)
		return fail(err, ERR_INPUT, "there are no published figures");
	p->until = until;
	for (int t = 0; t < TRUSTS; t++)
		for (int test = 1; test < DM01_TESTS; test++)
			p->of[t][test] = arena_array(arena, struct figures,
			    until - p->first + 1);
	if (!csv_next(rows, &r.row, &reading) || !find_fields(&r, err))
		return fail(err, ERR_INPUT, "the published figures are empty");
	while (csv_next(rows, &r.row, &reading))
		if (!r.row.bad && !take_row(&r, err))
			return false;
	return true;
}

const struct figures *figures_at(const struct published *p, int trust, int test,
    int month)
{
	return &p->of[trust][test][month - p->first];
}

int32_t figures_list(const struct figures *f)
{
	int32_t sum = 0;

	for (int k = 0; k < WEEKS; k++)
		sum += f->band[k];
	return sum;
}

#define LIST_STAYS 0.88 /* of what sets it apart from its mean, a month on */

/* What one figure is: 0..2 the streams, 3 the list. */
#define LIST STREAMS
static int32_t figure(const struct figures *f, int what)
{
	return what == LIST ? figures_list(f) : f->done[what];
}

/* Full days of work in a month; a list does not depend on them. */
static double working_days(int month, int test, int what)
{
	double sum = 0;
	enum busy busy =
	    what == STREAM_UNSCHEDULED ? BUSY_EMERGENCY : BUSY_SCANS;

	if (what == LIST)
		return 1;
	for (int32_t d = month_first(month); d <= month_last(month); d++)
		sum += day_weight(d, test < IMAGING_TESTS ? test : 1, busy);
	return sum / 1000;
}

/* A calendar month's share of the year, over the network; 1 is ordinary. */
static double season(const struct published *p, int test, int what, int month)
{
	double here = 0, all = 0, n_here = 0, n_all = 0;

	for (int m = p->first; m <= p->last; m++) {
		double sum = 0;
		for (int t = 0; t < TRUSTS; t++)
			sum += figure(figures_at(p, t, test, m), what);
		sum /= working_days(m, test, what);
		all += sum;
		n_all++;
		if (m % 12 == month % 12) {
			here += sum;
			n_here++;
		}
	}
	if (all <= 0 || n_here < 2)
		return 1;
	return 1 + 0.6 * (here / n_here / (all / n_all) - 1);
}

struct trend { /* of one series */
	double level, mean; /* where it stands; where it returns to */
};

static struct trend find_trend(const struct published *p, int trust, int test,
    int what)
{
	struct trend t = {0};
	double last[2] = {0}, n = 0;

	for (int m = p->last; m > p->last - 9 && m >= p->first; m--) {
		double v = figure(figures_at(p, trust, test, m), what) /
		    working_days(m, test, what) / season(p, test, what, m);
		t.mean += v;
		n++;
		if (p->last - m < 2)
			last[p->last - m] = v;
	}
	t.mean /= n > 0 ? n : 1;
	t.level = what == LIST ? last[0] : 0.6 * last[0] + 0.4 * last[1];
	return t;
}

/* From -1 to 1, more often near 0; the same for the same series and month. */
static double noise(uint64_t seed, int trust, int test, int month, int what)
{
	struct chance c;
	int32_t sum = 0;
	int64_t series = ((int64_t)trust * 16 + test) * 8 + what;

	chance_begin(&c, seed, (uint64_t)(series * 65536 + month));
	for (int i = 0; i < 3; i++)
		sum += chance_between(&c, -1000, 1000);
	return sum / 3000.0;
}

static double continued(const struct published *p, const struct trend *t,
    uint64_t seed, int trust, int test, int month, int what)
{
	double back = 1, growth = 1, value;

	for (int m = p->last; m < month; m++) {
		back *= what == LIST ? LIST_STAYS : 0.72;
		growth *= what == LIST ? 1.0 : 1.0015;
	}
	value = (t->mean + (t->level - t->mean) * back) * growth;
	value *= working_days(month, test, what) * season(p, test, what, month);
	value *= 1 + 0.03 * noise(seed, trust, test, month, what);
	return value > 0 ? value : 0;
}

static int32_t whole(double x)
{
	return (int32_t)(x + 0.5);
}

/* Each band's share of the list returns from the last to the usual one. */
static void continue_bands(const struct published *p, struct figures *f,
    int trust, int test, int month, double list)
{
	double usual[WEEKS] = {0}, all = 0, back = 1, sum = 0;
	const struct figures *last = figures_at(p, trust, test, p->last);
	double last_list = figures_list(last);
	int32_t given = 0;

	for (int m = p->last; m < month; m++)
		back *= LIST_STAYS;
	for (int m = p->last; m > p->last - 9 && m >= p->first; m--)
		for (int k = 0; k < WEEKS; k++)
			usual[k] += figures_at(p, trust, test, m)->band[k];
	for (int k = 0; k < WEEKS; k++)
		all += usual[k];
	if (last_list <= 0)
		back = 0;
	for (int k = 0; k < WEEKS && all > 0; k++) {
		double share = usual[k] / all * (1 - back);
		if (last_list > 0)
			share += last->band[k] / last_list * back;
		sum += share * list;
		f->band[k] = whole(sum) - given;
		given += f->band[k];
	}
}

/* Rounds so that the sums of neighbours stay right. */
static void rescale(struct figures *f, double scale)
{
	double sum = 0;
	int32_t given = 0;

	for (int k = 0; k < WEEKS; k++) {
		sum += f->band[k] * scale;
		f->band[k] = whole(sum) - given;
		given += f->band[k];
	}
	for (int s = 0; s < STREAMS; s++)
		f->done[s] = whole(f->done[s] * scale);
}

static void continue_series(struct published *p, int trust, int test,
    uint64_t seed)
{
	struct figures *f = p->of[trust][test];
	struct trend trend[STREAMS + 1];

	for (int what = 0; what <= LIST; what++)
		trend[what] = find_trend(p, trust, test, what);
	for (int m = p->last + 1; m <= p->until; m++) {
		struct figures *now = &f[m - p->first];
		for (int s = 0; s < STREAMS; s++)
			now->done[s] = whole(continued(p, &trend[s], seed,
			    trust, test, m, s));
		continue_bands(p, now, trust, test, m, continued(p,
		    &trend[LIST], seed, trust, test, m, LIST));
	}
}

void published_continue(struct published *p, uint64_t seed, double scale)
{
	for (int trust = 0; trust < TRUSTS; trust++)
		for (int test = 1; test < DM01_TESTS; test++)
			continue_series(p, trust, test, seed);
	for (int trust = 0; trust < TRUSTS; trust++)
		for (int test = 1; test < DM01_TESTS; test++)
			for (int m = p->first; m <= p->until; m++)
				rescale(&p->of[trust][test][m - p->first],
				    scale);
}
