/* SPDX-License-Identifier: MIT */
/* spc_batch.c: many series, ordinary and spiteful, for two implementations.
 *
 *     spc_batch make SEED N             N cases; for the form see spc.R
 *     spc_batch bench SEED N POINTS     N plain monthly percentages
 *     spc_batch run CASES               what we find, in the form of spc.R
 *     spc_batch compare CASES RESULTS   against what the other one found
 *     spc_batch time CASES PASSES       seconds for one pass, best of PASSES */
#include "spc_samples.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the form that both read ---- */

static void print_days(const int32_t *days, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s%" PRId32, i ? "," : " ", days[i]);
	if (n == 0)
		fputs(" -", stdout);
}

static void print_sample(const struct sample *c)
{
	const struct spc_options *o = &c->options;

	printf("%" PRId64 " %d ", c->id, (int)o->improve);
	if (isnan(o->target))
		putchar('-');
	else
		printf("%a", o->target);
	printf(" %d %d %d %d", o->fix_after, o->screening, o->shift_run,
	    o->trend_run);
	print_days(o->rebases, o->rebases_n);
	print_days(c->days, c->n);
	for (size_t i = 0; i < c->n; i++)
		printf("%s%a", i ? "," : " ", c->values[i]);
	putchar('\n');
}

static double number_of(struct str text)
{
	char copy[64]; /* hexadecimal, which str_real does not read */

	snprintf(copy, sizeof copy, "%.*s", STR(text));
	return strtod(copy, NULL);
}

static int whole_of(struct str text)
{
	int64_t whole = 0;

	str_int(text, &whole);
	return (int)whole;
}

static size_t read_days(struct str list, int32_t *days)
{
	size_t n = 0;

	if (str_is(list, "-"))
		return 0;
	while (list.len && n < SAMPLE_POINTS)
		days[n++] = whole_of(str_cut(&list, ','));
	return n;
}

static void read_options(struct str *rest, struct spc_options *o)
{
	*o = spc_standard();
	o->improve = (enum spc_improve)whole_of(str_cut(rest, ' '));
	struct str target = str_cut(rest, ' ');

	if (!str_is(target, "-"))
		o->target = number_of(target);
	o->fix_after = whole_of(str_cut(rest, ' '));
	o->screening = whole_of(str_cut(rest, ' '));
	o->shift_run = whole_of(str_cut(rest, ' '));
	o->trend_run = whole_of(str_cut(rest, ' '));
}

static bool read_sample(FILE *file, struct sample *c)
{
	static char line[1 << 16];

	if (!fgets(line, sizeof line, file))
		return false;
	line[strcspn(line, "\n")] = 0;
	struct str rest = str_of(line);

	memset(c, 0, sizeof *c);
	c->id = whole_of(str_cut(&rest, ' '));
	read_options(&rest, &c->options);
	c->options.rebases_n = read_days(str_cut(&rest, ' '), c->rebases);
	c->options.rebases = c->rebases;
	c->n = read_days(str_cut(&rest, ' '), c->days);
	for (size_t i = 0; i < c->n; i++)
		c->values[i] = number_of(str_cut(&rest, ','));
	return true;
}

/* ---- comparing ---- */

static struct {
	int64_t cases, points, numbers, differ, not_to_the_bit;
	int64_t seen[9];
	double worst;
} found;

static void differ(const struct sample *c, const char *what)
{
	if (found.differ++ < 10)
		fprintf(stderr, "case %" PRId64 ": %s differs\n", c->id, what);
}

static void compare_number(const struct sample *c, double ours, double theirs)
{
	found.numbers++;
	if (ours == theirs || (isnan(ours) && isnan(theirs)))
		return;
	found.not_to_the_bit++;
	double apart = fabs(ours - theirs) / fmax(fabs(ours), fabs(theirs));

	if (!(apart <= 1e-12))
		differ(c, "a number");
	else if (apart > found.worst)
		found.worst = apart;
}

static void compare_group(const struct sample *c, const struct spc_group *g,
    struct str text)
{
	double values[11];

	for (int i = 0; i < 11; i++)
		values[i] = number_of(str_cut(&text, ':'));
	if ((int)values[0] != g->marks || (int)values[1] != g->n)
		differ(c, "a group");
	compare_number(c, g->mean, values[2]);
	compare_number(c, g->lower, values[3]);
	compare_number(c, g->upper, values[4]);
	if ((int)values[5] != g->common_cause ||
	    (int)values[6] != g->improvements || (int)values[7] != g->concerns)
		differ(c, "a count");
	if ((int)values[8] != (int)g->variation || (int)values[9] != g->high)
		differ(c, "a variation");
	if ((int)values[10] != (int)g->assurance)
		differ(c, "an assurance");
}

static void compare_points(const struct sample *c, const struct spc *s,
    struct str special, struct str type)
{
	bool same = special.len == s->n && type.len == s->n;

	for (size_t i = 0; same && i < s->n; i++) {
		found.points++;
		found.seen[s->points[i].special]++;
		if (special.at[i] - '0' != (int)s->points[i].special)
			differ(c, "a special cause");
		if (type.at[i] - '0' != (int)s->points[i].type)
			differ(c, "a point type");
	}
	if (!same)
		differ(c, "the number of points");
}

static void compare_sample(struct arena *arena, const struct sample *c,
    struct str line)
{
	struct spc s;
	struct err err = {0};

	if (!spc_make(arena, c->days, c->values, c->n, &c->options, &s, &err)) {
		differ(c, err.text);
		return;
	}
	found.cases++;
	str_cut(&line, ' '); /* id */
	struct str special = str_cut(&line, ' ');
	struct str type = str_cut(&line, ' ');

	compare_points(c, &s, special, type);
	for (size_t i = 0; i < s.groups_n; i++)
		compare_group(c, &s.groups[i], str_cut(&line, ' '));
	if (line.len)
		differ(c, "the number of groups");
}

/* As TAP: that nothing differs, and that each rule has been tried. */
static int report(void)
{
	bool same = found.cases && found.differ == 0, tried = true;

	printf("1..2\n# %" PRId64 " series, %" PRId64 " points, %" PRId64
	    " numbers: %" PRId64 " differences, %" PRId64
	    " numbers not equal to the bit (worst %g)\n#",
	    found.cases, found.points, found.numbers, found.differ,
	    found.not_to_the_bit, found.worst);
	for (int i = 0; i < 9; i++) {
		printf(" %s %" PRId64, spc_special_word((enum spc_special)i),
		    found.seen[i]);
		tried = tried && found.seen[i];
	}
	printf("\n%s 1 - every flag and number is the same\n",
	    same ? "ok" : "not ok");
	printf("%s 2 - every rule was tried\n", tried ? "ok" : "not ok");
	return !same || !tried;
}

static void print_group(const struct spc_group *g)
{
	printf(" %d:%d:%a:%a:%a:%d:%d:%d:%d:%d:%d", g->marks, g->n, g->mean,
	    g->lower, g->upper, g->common_cause, g->improvements, g->concerns,
	    (int)g->variation, g->high, (int)g->assurance);
}

static int act_run(const char *path)
{
	static struct sample c;
	FILE *file = fopen(path, "r");

	while (file && read_sample(file, &c)) {
		struct arena arena = {0};
		struct spc s;
		struct err err = {0};

		if (!spc_make(&arena, c.days, c.values, c.n, &c.options, &s,
		    &err))
			return 1;
		printf("%" PRId64 " ", c.id);
		for (size_t i = 0; i < s.n; i++)
			putchar('0' + (int)s.points[i].special);
		putchar(' ');
		for (size_t i = 0; i < s.n; i++)
			putchar('0' + (int)s.points[i].type);
		for (size_t i = 0; i < s.groups_n; i++)
			print_group(&s.groups[i]);
		putchar('\n');
		arena_end(&arena);
	}
	return 0;
}

static int act_compare(const char *cases, const char *results)
{
	static struct sample c;
	static char line[1 << 16];
	FILE *a = fopen(cases, "r"), *b = fopen(results, "r");

	while (a && b && read_sample(a, &c)) {
		struct arena arena = {0};

		if (!fgets(line, sizeof line, b))
			break;
		line[strcspn(line, "\n")] = 0;
		compare_sample(&arena, &c, str_of(line));
		arena_end(&arena);
	}
	return report();
}

static int act_time(const char *path, int passes)
{
	FILE *file = fopen(path, "r");
	size_t n = 0, size = 4096;
	struct arena kept = {0};
	struct sample *all = arena_array(&kept, struct sample, size);
	double best = INFINITY;

	while (file && n < size && read_sample(file, &all[n]))
		n++;
	for (int pass = 0; pass < passes; pass++) {
		int64_t begun = outside_ticks();

		for (size_t i = 0; i < n; i++) {
			struct arena arena = {0};
			struct spc s;
			struct err err = {0};

			all[i].options.rebases = all[i].rebases;
			spc_make(&arena, all[i].days, all[i].values, all[i].n,
			    &all[i].options, &s, &err);
			arena_end(&arena);
		}
		best = fmin(best, (double)(outside_ticks() - begun) / 1e6);
	}
	printf("%.6f\n", best);
	arena_end(&kept);
	return n == 0;
}

static int act_make(int argc, char **argv)
{
	static struct sample c;
	int64_t n = strtoll(argv[3], NULL, 10);

	chance_begin(strtoull(argv[2], NULL, 10));
	for (int64_t id = 0; id < n; id++) {
		struct arena arena = {0};

		if (argc == 5)
			sample_plain(&c, id, strtoull(argv[4], NULL, 10));
		else
			sample_make(&arena, &c, id);
		print_sample(&c);
		arena_end(&arena);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 4 && strcmp(what, "make") == 0)
		return act_make(argc, argv);
	if (argc == 5 && strcmp(what, "bench") == 0)
		return act_make(argc, argv);
	if (argc == 3 && strcmp(what, "run") == 0)
		return act_run(argv[2]);
	if (argc == 4 && strcmp(what, "compare") == 0)
		return act_compare(argv[2], argv[3]);
	if (argc == 4 && strcmp(what, "time") == 0)
		return act_time(argv[2], (int)strtol(argv[3], NULL, 10));
	fputs("usage: spc_batch make SEED N | bench SEED N POINTS | "
	    "run CASES | compare CASES RESULTS | time CASES PASSES\n", stderr);
	return 2;
}
