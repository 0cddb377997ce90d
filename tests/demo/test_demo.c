/* SPDX-License-Identifier: MIT */
/* test_demo.c: what the demo writes: the same bytes for the same choices, the
 * published figures when counted apart, nobody real, and its few faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail

#include "demo/demo.c"
#include "fold.h"
#include "folder.h"

#include <math.h>
#include <stdlib.h>

struct shelf { /* what the callback saw */
	struct arena arena;
	struct demo_file files[400];
	int n, stop_after;
	int64_t done, total;
};

static bool keep_file(void *with, const struct demo_file *file,
    struct err *err)
{
	struct shelf *shelf = with;

	assert_true(shelf->n < 400);
	shelf->files[shelf->n] = *file;
	shelf->files[shelf->n++].path =
	    arena_keep(&shelf->arena, str_of(file->path)).at;
	if (shelf->n == shelf->stop_after)
		return fail(err, ERR_BUSY, "enough");
	return true;
}

static void keep_progress(void *with, int64_t done, int64_t total)
{
	struct shelf *shelf = with;

	assert_true(done > shelf->done && done <= total);
	shelf->done = done;
	shelf->total = total;
}

static struct demo_options choose(struct arena *arena, double scale)
{
	struct demo_options o = demo_standard();

	o.today = day_of(2026, 11, 24);
	o.scale = scale;
	o.published = published_text(arena);
	return o;
}

static void the_same_choices_give_the_same_bytes(void **state)
{
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.004);
	struct sha256_text hash[3];

	(void)state;
	o.months = 9;
	for (int i = 0; i < 3; i++) {
		struct err err = {0};
		o.folder = folder_make(&arena);
		o.seed = i == 2 ? 7 : 2026;
		assert_true(demo_write(&o, &err));
		hash[i] = folder_hash(o.folder);
		folder_empty(o.folder);
	}
	assert_string_equal(hash[0].at, hash[1].at);
	assert_string_not_equal(hash[0].at, hash[2].at);
	arena_end(&arena);
}

/* The bytes of one small network, so that another compiler or machine that
 * makes others is noticed.  They change when the demo is changed on purpose. */
static void another_machine_gives_the_same_bytes(void **state)
{
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.004);
	struct err err = {0};

	(void)state;
	o.months = 3;
	o.weeks = 4;
	o.folder = folder_make(&arena);
	assert_true(demo_write(&o, &err));
	struct sha256_text hash = folder_hash(o.folder);
	folder_empty(o.folder);
	assert_string_equal(hash.at, "4773857cd3d07eac4d65afa11111b23e"
				     "86cb7d519e0bdfcdba332b48ae2d1d43");
	arena_end(&arena);
}

/* Six patients in a cell are a rounding at this scale. */
static void check_cell(const struct figures *have, const struct figures *want)
{
	int32_t list = figures_list(want), six = 0, should = 0;

	for (int k = 6; k < WEEKS; k++) {
		six += have->band[k];
		should += want->band[k];
	}
	assert_true(abs(figures_list(have) - list) <= 6 + list / 50);
	assert_true(abs(six - should) <= 6 + should / 50);
	for (int k = 0; k < WEEKS; k++)
		assert_true(abs(have->band[k] - want->band[k]) <=
		    6 + want->band[k] / 10);
	for (int s = 0; s < STREAMS; s++)
		assert_true(abs(have->done[s] - want->done[s]) <=
		    3 + want->done[s] / 50);
}

static void check_rows(const struct counted *c)
{
	assert_int_equal(c->disorder, 0);
	assert_int_equal(c->not_synthetic, 0);
	assert_int_equal(c->after_today, 0);
	assert_int_equal(c->outside, 0);
	assert_true(c->bad < 100 && c->bad * 100 < c->rows);
}

/* Blackpool's last full week has not come. */
static void check_until(const struct counted *c, int trust)
{
	assert_int_equal(c->until,
	    trust == 3 ? day_of(2026, 11, 15) : day_of(2026, 11, 23));
	assert_int_equal(c->files, trust == 3 ? 43 : 45);
}

static void counted_apart_it_is_what_was_published(void **state)
{
	struct shelf shelf = {0};
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.15);
	struct published p;
	struct counted c;
	struct err err = {0};
	int64_t bad = 0;

	(void)state;
	o.folder = folder_make(&arena);
	o.file = keep_file;
	o.with = &shelf;
	assert_true(demo_write(&o, &err));
	int last = month_of(o.today), first = last - o.months + 1;
	assert_true(published_read(&p, &arena, o.published, last + 14, &err));
	published_continue(&p, o.seed, o.scale);
	for (int trust = 0; trust < TRUSTS; trust++) {
		fold_trust(&c, o.folder, shelf.files, shelf.n, trust, o.today);
		assert_int_equal(c.months, o.months - 1);
		check_until(&c, trust);
		check_rows(&c);
		bad += c.bad;
		for (int test = 1; test < IMAGING_TESTS; test++)
			for (int m = first; m < last; m++)
				check_cell(&c.of[test][m - first],
				    figures_at(&p, trust, test, m));
	}
	assert_true(bad > 3);
	folder_empty(o.folder);
	arena_end(&shelf.arena);
	arena_end(&arena);
}

static const struct demo_file *find_file(const struct shelf *shelf,
    const char *path)
{
	for (int i = 0; i < shelf->n; i++)
		if (str_is(str_of(shelf->files[i].path), path))
			return &shelf->files[i];
	return NULL;
}

/* The day on which it came; its days are those that its name says. */
static int32_t came(const struct shelf *shelf, const char *path, int32_t from,
    int32_t to)
{
	const struct demo_file *f = find_file(shelf, path);

	assert_non_null(f);
	assert_int_equal(f->from, from);
	assert_int_equal(f->to, to);
	assert_string_equal(f->kind, "ris");
	return time_day(f->received_at);
}

/* By month, then by week as far back as WLMDS goes, then up to yesterday. */
static void check_events(const struct shelf *shelf)
{
	int32_t may = day_of(2026, 5, 1), monday = day_of(2026, 5, 25);
	int32_t now = day_of(2026, 11, 23);

	assert_int_equal(came(shelf, "RXN/RIS-RXN-2026-04.csv",
	    day_of(2026, 4, 1), day_of(2026, 4, 30)), may);
	assert_int_equal(came(shelf, "RXN/RIS-RXN-2026-05-01_2026-05-24.csv",
	    may, monday - 1), monday);
	assert_int_equal(came(shelf, "RXN/RIS-RXN-2026-05-25_2026-05-31.csv",
	    monday, monday + 6), monday + 7);
	assert_int_equal(came(shelf, "RXN/RIS-RXN-2026-11-16_2026-11-22.csv",
	    now - 7, now - 1), now);
	assert_int_equal(came(shelf, "RXL/RIS-RXL-2026-11-23_2026-11-23.csv",
	    now, now), now + 1);
	/* Late, late, and not yet. */
	assert_int_equal(came(shelf, "RXR/RIS-RXR-2026-10-12_2026-10-18.csv",
	    now - 42, now - 36), now - 30);
	assert_int_equal(came(shelf, "RXR/RIS-RXR-2026-08-24_2026-08-30.csv",
	    now - 91, now - 85), now - 81);
	assert_null(find_file(shelf, "RXL/RIS-RXL-2026-11-16_2026-11-22.csv"));
}

static void files_come_with_their_faults(void **state)
{
	struct shelf shelf = {0};
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.004);
	struct err err = {0};

	(void)state;
	o.folder = folder_make(&arena);
	o.file = keep_file;
	o.progress = keep_progress;
	o.with = &shelf;
	assert_true(demo_write(&o, &err));
	assert_int_equal(shelf.n, 4 * (17 + 1 + 26 + 1) - 1 + 4 * 26 - 2);
	assert_int_equal(shelf.done, shelf.total);
	for (int i = 0; i < shelf.n; i++) {
		const struct demo_file *f = &shelf.files[i];
		assert_true(f->from <= f->to && f->to < o.today);
		assert_true(f->received_at > day_time(f->to));
		assert_true(f->received_at < day_time(o.today + 1));
	}
	const struct demo_file *f =
	    find_file(&shelf, "RXN/Diagnostic WLMDS 22112026.csv");
	assert_non_null(f);
	assert_int_equal(time_day(f->received_at), day_of(2026, 11, 23));
	assert_string_equal(f->kind, "wlmds");
	assert_string_equal(f->sender, "RXN");
	assert_null(find_file(&shelf, "RTX/Diagnostic WLMDS 22112026.csv"));
	assert_null(find_file(&shelf, "RXL/Diagnostic WLMDS 11102026.csv"));
	f = find_file(&shelf, "RTX/Diagnostic WLMDS 08112026.csv");
	assert_int_equal(time_day(f->received_at), day_of(2026, 11, 14));
	check_events(&shelf);
	folder_empty(o.folder);
	arena_end(&shelf.arena);
	arena_end(&arena);
}

static void whoever_takes_the_files_may_stop(void **state)
{
	struct shelf shelf = {.stop_after = 3};
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.002);
	struct err err = {0};

	(void)state;
	o.folder = folder_make(&arena);
	o.file = keep_file;
	o.with = &shelf;
	assert_false(demo_write(&o, &err));
	assert_int_equal(err.kind, ERR_BUSY);
	assert_int_equal(shelf.n, 3);
	folder_empty(o.folder);
	arena_end(&shelf.arena);
	arena_end(&arena);
}

static void refuse(struct demo_options o)
{
	struct err err = {0};

	assert_false(demo_write(&o, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_true(err.text[0]);
}

static void what_cannot_be_is_refused(void **state)
{
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.01), bad;

	(void)state;
	o.folder = "/nowhere";
	bad = o, bad.scale = 0;
	refuse(bad);
	bad = o, bad.scale = NAN;
	refuse(bad);
	bad = o, bad.months = 0;
	refuse(bad);
	bad = o, bad.today = day_of(2025, 4, 1);
	refuse(bad);
	bad = o, bad.published = S("");
	refuse(bad);
	bad = o, bad.published = S("period_end,provider_code\n");
	refuse(bad);
	struct err err = {0};
	assert_false(demo_write(&o, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	arena_end(&arena);
}

/* Every day of the window is told once; of Blackpool a week may miss. */
static void check_days(const struct shelf *shelf, const struct demo_options *o,
    int trust)
{
	int first = month_of(o->today - 1) - o->months + 1;
	int32_t next = month_first(first), missed = 0;

	for (int i = 0; i < shelf->n; i++) {
		const struct demo_file *f = &shelf->files[i];
		if (f->kind[0] != 'r' ||
		    !str_is(str_of(f->sender), trust_codes[trust]))
			continue;
		assert_true(f->from >= next && f->to >= f->from);
		assert_true(next > month_first(first) || f->from == next);
		missed += f->from - next;
		next = f->to + 1;
	}
	missed += o->today - next;
	assert_true(missed == 0 || (missed == 7 && trust == 3));
}

/* A day long after the figures end, a leap day, each day of a week, weeks from
 * before the window on, no weeks at all. */
static void any_day_and_any_length_will_do(void **state)
{
	static const struct {
		int year, month, day, months, weeks;
	} choices[] = {{2028, 2, 29, 24, 26}, {2025, 6, 1, 24, 26},
	    {2027, 1, 1, 1, 26}, {2026, 6, 9, 1, 26}, {2026, 11, 2, 1, 26},
	    {2026, 11, 23, 3, 4}, {2026, 11, 25, 3, 5}, {2026, 11, 26, 2, 0},
	    {2026, 11, 27, 1, 1}, {2026, 11, 28, 8, 26}, {2026, 11, 29, 7, 26}};

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		struct shelf shelf = {0};
		struct arena arena = {0};
		struct demo_options o = choose(&arena, 0.01);
		struct err err = {0};
		o.today = day_of(choices[i].year, choices[i].month,
		    choices[i].day);
		o.months = choices[i].months;
		o.weeks = choices[i].weeks;
		o.folder = folder_make(&arena);
		o.file = keep_file;
		o.with = &shelf;
		assert_true(demo_write(&o, &err));
		for (int trust = 0; trust < TRUSTS; trust++)
			check_days(&shelf, &o, trust);
		folder_empty(o.folder);
		arena_end(&shelf.arena);
		arena_end(&arena);
	}
}

/* Where nothing happened in a week, no file without a row is sent. */
static void a_tiny_network_will_do(void **state)
{
	struct arena arena = {0};
	struct demo_options o = choose(&arena, 0.0005);
	struct err err = {0};

	(void)state;
	o.today = day_of(2026, 4, 1);
	o.folder = folder_make(&arena);
	assert_true(demo_write(&o, &err));
	folder_empty(o.folder);
	arena_end(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_choices_give_the_same_bytes),
	    cmocka_unit_test(another_machine_gives_the_same_bytes),
	    cmocka_unit_test(counted_apart_it_is_what_was_published),
	    cmocka_unit_test(files_come_with_their_faults),
	    cmocka_unit_test(whoever_takes_the_files_may_stop),
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(any_day_and_any_length_will_do),
	    cmocka_unit_test(a_tiny_network_will_do),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
