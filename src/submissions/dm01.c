/* SPDX-License-Identifier: MIT */
/* dm01.c: figures of a DM01 file, whichever form it has, into counts.
 *
 * All providers are kept in total; from the full extract England, the North
 * West and the ICB's own view are summed as well.  TOTAL rows are not counted
 * (that would be twice) but each must equal the sum of its tests. */
#include "dm01.h"

#include <string.h>

/* ICBs of NHS England's North West region, as their codes stand since 2022. */
static const char *const north_west[] = {"QE1", "QOP", "QYG"};
#define NETWORK_ICB "QE1"
#define NORTH_WEST "Y62"
#define ENGLAND "ENG"

void dm01_begin(struct taking *t)
{
	struct dm01 *own = arena_new(t->arena, struct dm01);
	struct tx *tx = db_read(t->to->db);
	struct rows *r = db_ask(tx,
	    "select code from org where kind = 'trust' order by code limit 32");

	while (rows_next(r)) {
		struct str code = rows_text(r, 0);
		memcpy(own->trusts[own->trusts_n++].code, code.at,
		    code.len < 5 ? code.len : 5);
	}
	db_end(tx);
	t->own = own;
}

static bool is_trust(const struct dm01 *own, const char *code)
{
	for (size_t i = 0; i < own->trusts_n; i++)
		if (strcmp(own->trusts[i].code, code) == 0)
			return true;
	return false;
}

bool dm01_read_org(
    struct taking *t, int field, char *code, bool must, struct bad *bad)
{
	struct str text = field_of(t, field);

	memset(code, 0, 6);
	if (text.len > 5 || (must && !text.len))
		return bad_row(bad, t->kind->fields[field].name,
		    "must be an ODS code of at most 5 characters");
	if (text.len) /* memcpy takes no NULL */
		memcpy(code, text.at, text.len);
	return true;
}

static bool read_count(struct taking *t, int field, int64_t *n, struct bad *bad)
{
	struct str text = field_of(t, field);

	if (str_int(text, n) && *n >= 0 && *n < 100000000)
		return true;
	return bad_row(bad, t->kind->fields[field].name,
	    "is not a whole number of people");
}

bool dm01_read_counts(struct taking *t, int bands, int total, int streams,
    struct figures *c, struct bad *bad)
{
	int64_t sum = 0;

	for (int i = 0; i < BANDS; i++) {
		if (!read_count(t, bands + i, &c->n[i], bad))
			return false;
		sum += c->n[i];
	}
	if (!read_count(t, total, &c->n[TOTAL], bad))
		return false;
	for (int i = 0; i < 3; i++)
		if (!read_count(t, streams + i, &c->n[WL_ACTIVITY + i], bad))
			return false;
	if (sum == c->n[TOTAL])
		return true;
	return bad_row(bad, t->kind->fields[total].name,
	    "is %lld, but the weeks add up to %lld", (long long)c->n[TOTAL],
	    (long long)sum);
}

/* Tests of one provider and commissioner come together, TOTAL last. */
bool dm01_keep(struct taking *t, struct figures *c, struct err *err)
{
	char record[KEY_SIZE + sizeof *c] = {0};

	c->line = t->row.line;
	c->offset = t->row.offset;
	c->size = t->row.size;
	for (int i = 0; i < 4; i++)
		record[i] = (char)(c->period >> (24 - 8 * i));
	memcpy(record + 4, c->provider, 6);
	memcpy(record + 10, c->commissioner, 6);
	record[KEY_SIZE - 1] = (char)c->test;
	memcpy(record + KEY_SIZE, c, sizeof *c);
	return sorter_add(t->sorter, (struct str){record, sizeof record}, err);
}

static void check_total(struct dm01 *own, const struct figures *c)
{
	own->totals++;
	if (memcmp(own->sum, c->n, sizeof own->sum))
		own->totals_wrong++;
}

static void add_figures(struct dm01 *own, const struct figures *c,
    const char *org, int32_t commissioner)
{
	struct tally_key key = {.source = 'R',
	    .grain = 'M',
	    .test = c->test,
	    .period = c->period,
	    .commissioner = commissioner};

	memcpy(key.org, org, strnlen(org, 5));
	struct tally *t = tally_of(own->batch, &key);
	for (int i = 0; i < BANDS; i++)
		t->n[TALLY_w00 + i] += c->n[i];
	t->n[TALLY_act_wl] += c->n[WL_ACTIVITY];
	t->n[TALLY_act_planned] += c->n[PLANNED_ACTIVITY];
	t->n[TALLY_act_unscheduled] += c->n[UNSCHEDULED_ACTIVITY];
}

static bool is_north_west(const char *icb)
{
	for (size_t i = 0; i < sizeof north_west / sizeof *north_west; i++)
		if (strcmp(icb, north_west[i]) == 0)
			return true;
	return false;
}

/* An extract's row counts for its provider, for England, and where it lies. */
static void add_everywhere(struct taking *t, const struct figures *c)
{
	struct dm01 *own = t->own;
	int32_t commissioner = 0;

	if (is_trust(own, c->provider) && c->commissioner[0])
		commissioner =
		    commissioner_known(t->tx, str_of(c->commissioner), S(""));
	add_figures(own, c, c->provider, commissioner);
	add_figures(own, c, ENGLAND, 0);
	if (is_north_west(c->parent))
		add_figures(own, c, NORTH_WEST, 0);
	if (strcmp(c->commissioner_parent, NETWORK_ICB) == 0)
		add_figures(own, c, NETWORK_ICB, 0);
}

static void sum_up(struct dm01 *own, const char *key, const struct figures *c)
{
	if (memcmp(own->group, key, KEY_SIZE - 1)) {
		memcpy(own->group, key, KEY_SIZE);
		memset(own->sum, 0, sizeof own->sum);
	}
	if (c->test == TESTS_DM01 + 1) {
		check_total(own, c);
		return;
	}
	for (int i = 0; i < FIGURES; i++)
		own->sum[i] += c->n[i];
}

static void count_figures(
    struct taking *t, const char *key, const struct figures *c)
{
	struct dm01 *own = t->own;
	bool extract = t->kind == &kind_dm01_full;

	if (extract)
		sum_up(own, key, c);
	if (c->test > TESTS_DM01)
		return;
	if (extract)
		add_everywhere(t, c);
	else
		add_figures(own, c, c->provider, 0);
}

/* The same cell twice: the first one counts, the second is put aside.  While a
 * row is put right the others of its file have been judged before. */
static bool is_repeated(
    struct taking *t, const char *key, const struct figures *c, struct err *err)
{
	struct dm01 *own = t->own;
	int64_t before = own->last_line;
	struct bad bad;

	if (memcmp(own->last, key, KEY_SIZE)) {
		memcpy(own->last, key, KEY_SIZE);
		own->last_line = c->line;
		return false;
	}
	if (t->replaying && t->put_right != c->line && t->put_right != before)
		return true;
	bad_row(&bad, "",
	    "repeats the row of another line: same period, "
	    "organisations and test");
	t->s.good--;
	t->s.bad++;
	bad_keep(t, c->line, c->offset, c->size, &bad, err);
	return true;
}

bool dm01_apply(struct taking *t, struct err *err)
{
	struct dm01 *own = t->own;
	struct str record;

	own->batch = tally_batch_open(t->arena);
	while (sorter_next(t->sorter, &record, err)) {
		struct figures c;
		memcpy(&c, record.at + KEY_SIZE, sizeof c);
		if (!is_repeated(t, record.at, &c, err))
			count_figures(t, record.at, &c);
	}
	tally_put(own->batch, t->tx, t->s.id);
	notice_forget(t, "total-differs");
	if (own->totals_wrong)
		notice(t, "total-differs", own->totals_wrong,
		    "%lld of %lld TOTAL rows differ from the sum of their tests",
		    (long long)own->totals_wrong, (long long)own->totals);
	return !err->kind;
}
