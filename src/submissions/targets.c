/* SPDX-License-Identifier: MIT */
/* targets.c: standards and trajectories from a file: what is aimed at, from
 * which day, set by whom and why. */
#include "kinds.h"

#include <string.h>

enum { MEASURE,
	ORG,
	TEST,
	KIND,
	FROM,
	VALUE,
	SET_BY,
	REASON,
	FIELDS };
static const struct field fields[FIELDS] = {
    {"measure", true},
    {"org", true},
    {"test", true},
    {"kind", true},
    {"from", true},
    {"value", true},
    {"set_by", true},
    {"reason", true},
};

#define FOR_ALL "network"

struct own {
	struct str org; /* of all rows so far */
	bool mixed;
};

static void begin(struct taking *t)
{
	t->own = arena_new(t->arena, struct own);
}

static bool read_target(
    struct taking *t, struct target *target, struct bad *bad)
{
	struct str test = field_of(t, TEST), kind = field_of(t, KIND);
	struct err why = {0};

	*target = (struct target){.measure = field_of(t, MEASURE),
	    .org = field_of(t, ORG),
	    .set_by = field_of(t, SET_BY),
	    .reason = field_of(t, REASON)};
	target->trajectory = str_is(kind, "trajectory");
	if (!target->trajectory && !str_is(kind, "standard"))
		return bad_row(bad, "kind", "must be standard or trajectory");
	if (!str_is(test, "*") &&
	    !(target->test = test_of(t, target->org, test)))
		return bad_row(bad, "test", "is not a DM01 test, nor *");
	if (!target->org.len || target->org.len > 5)
		return bad_row(bad, "org", "must be an ODS code or *");
	if (!field_day(t, FROM, &target->from, bad))
		return false;
	if (!str_real(field_of(t, VALUE), &target->value))
		return bad_row(bad, "value", "is not a number");
	if (!target_check(target, &why))
		return bad_row(bad, "", "%s", why.text);
	return true;
}

static void note_org(struct taking *t, struct str org)
{
	struct own *own = t->own;

	if (!own->org.len)
		own->org = arena_keep(t->arena, org);
	else if (!str_eq(own->org, org))
		own->mixed = true;
}

static bool take_row(struct taking *t, struct bad *bad, struct err *err)
{
	static const int texts[] = {MEASURE, ORG, SET_BY, REASON};
	struct target target;
	struct out record;

	if (!read_target(t, &target, bad))
		return false;
	note_org(t, target.org);
	out_memory(&record);
	out_put(&record, (struct str){(const char *)&target, sizeof target});
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		out_put(&record, field_of(t, texts[i]));
		out_char(&record, '\0');
	}
	bool kept = sorter_add(t->sorter, out_str(&record), err);
	out_end(&record, err);
	return kept;
}

/* A list is for one organisation, or for the network; the newest holds. */
static bool settle(struct taking *t, struct err *err)
{
	struct own *own = t->own;

	(void)err;
	/* The network's list may speak of any organisation. */
	if (t->replaying && str_is(t->s.sender, FOR_ALL))
		return true;
	t->s.sender =
	    own->mixed || str_is(own->org, "*") ? S(FOR_ALL) : own->org;
	t->s.from = t->s.to = day_of(2000, 1, 1);
	return true;
}

static bool apply(struct taking *t, struct err *err)
{
	struct str record;

	while (sorter_next(t->sorter, &record, err)) {
		struct target target;
		struct str rest = {
		    record.at + sizeof target, record.len - sizeof target};
		memcpy(&target, record.at, sizeof target);
		target.measure = str_cut(&rest, '\0');
		target.org = str_cut(&rest, '\0');
		target.set_by = str_cut(&rest, '\0');
		target.reason = str_cut(&rest, '\0');
		target.submission = t->s.id;
		if (!target_add(t->tx, &target, err))
			return false;
	}
	return !err->kind;
}

static void forget(struct tx *tx, int64_t older)
{
	db_run(tx, "delete from target where submission = $1", I(older));
}

const struct kind kind_targets = {
    .name = "targets",
    .words = "targets and trajectories",
    .fields = fields,
    .fields_n = FIELDS,
    .begin = begin,
    .row = take_row,
    .settle = settle,
    .apply = apply,
    .forget = forget,
};
