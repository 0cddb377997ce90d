/* SPDX-License-Identifier: MIT */
/* fuzz_spc.c: any bytes as a file for `ribble spc`, with options from the
 * first of them.  What is drawn must hold together, whatever was read. */
#include "doors/command/spc.c"

#include <assert.h>

static void take_options(const uint8_t *at, struct spc_options *o,
    int32_t *rebases)
{
	*o = spc_standard();
	o->improve = (enum spc_improve)(at[0] % 3 - 1);
	o->screening = at[1] & 1;
	o->target = at[1] & 2 ? at[2] : (double)NAN;
	o->fix_after = at[1] & 4 ? SPC_FIX_LEAST + at[3] % 20 : 0;
	o->shift_run = SPC_RUN_LEAST + at[4] % 9;
	o->trend_run = SPC_RUN_LEAST + at[5] % 9;
	rebases[0] = day_of(2026, 1, 1) + at[6];
	rebases[1] = day_of(2026, 1, 1) + at[7];
	o->rebases = rebases;
	o->rebases_n = at[1] & 8 ? 2 : 0;
}

static void check_point(const struct spc_point *p, const struct spc_group *g)
{
	if (p->special == SPC_ABOVE_UPPER)
		assert(p->value > g->upper);
	if (p->special == SPC_BELOW_LOWER)
		assert(p->value < g->lower);
	if (p->special == SPC_SHIFT_HIGH || p->special == SPC_TWO_OF_THREE_HIGH)
		assert(p->value > g->mean);
	if (p->special == SPC_SHIFT_LOW || p->special == SPC_TWO_OF_THREE_LOW)
		assert(p->value < g->mean);
	assert((p->special == SPC_NONE) == (p->type == SPC_COMMON_CAUSE));
}

static void check(const struct spc *s)
{
	int points = 0;

	for (size_t i = 0; i < s->groups_n; i++) {
		const struct spc_group *g = &s->groups[i];

		assert(g->first == points && g->n > 0);
		points += g->n;
		assert(isfinite(g->mean));
		assert(isnan(g->upper) == isnan(g->lower));
		assert(isnan(g->upper) || g->lower <= g->upper);
		for (int j = g->first; j < points; j++) {
			assert(s->points[j].group == (int)i);
			check_point(&s->points[j], g);
		}
	}
	assert((size_t)points == s->n);
	for (size_t i = 1; i < s->n; i++)
		assert(s->points[i - 1].day <= s->points[i].day);
}

/* Whole sentences, one blank between them. */
static void check_sentence(struct str text)
{
	assert(text.len && text.at[0] != ' ' && text.at[text.len - 1] == '.');
	for (size_t i = 1; i < text.len; i++)
		assert(text.at[i] != ' ' || text.at[i - 1] != ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena = {0};
	struct err err = {0};
	struct series series;
	struct spc_options options;
	struct spc spc;
	struct out out;
	int32_t rebases[2];

	if (size < 8)
		return 0;
	take_options(bytes, &options, rebases);
	struct csv *csv = csv_text(&arena,
	    (struct str){(const char *)bytes + 8, size - 8});

	out_memory(&out);
	if (series_read(&arena, csv, &series, &err)) {
		assert(spc_make(&arena, series.days, series.values, series.n,
		    &options, &spc, &err));
		check(&spc);
		check_sentence(spc_sentence(&arena, &spc, &options, "days"));
		write_json(&arena, &out, &spc, &options);
		write_table(&arena, &out, &spc, &options);
		assert(str_is_utf8(out_str(&out)));
	} else {
		assert(err.kind != ERR_NONE && err.text[0]);
	}
	out_end(&out, &err);
	arena_end(&arena);
	return 0;
}
