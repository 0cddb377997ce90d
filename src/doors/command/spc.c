/* SPDX-License-Identifier: MIT */
/* spc.c: `ribble spc FILE`: a control chart of the values in a file, as JSON
 * or as a table to read.
 *
 * FILE has a header with date and value, in any order and beside any other
 * columns; rows may stand in any order, and rows of one day keep theirs.  A
 * row that cannot be understood refuses the file: a chart without one of its
 * points is another chart. */
#include "doors/command/command.h"
#include "measures/measures.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct request {
	struct spc_options options;
	bool json;
};

struct series {
	int32_t *days;
	double *values;
	size_t n, room;
	size_t columns, date, value; /* the header's, and where they stand */
};

/* ---- what was typed ---- */

static int run_of(const struct line *line, const char *name, int otherwise)
{
	int64_t run = option_int(line, name, otherwise);

	return run < INT32_MAX ? (int)run : INT32_MAX;
}

static bool request_read(const struct line *line, struct request *r,
    struct err *err)
{
	struct spc_options *o = &r->options;
	const char *improve = option_text(line, "improve");
	int32_t *rebases;

	*o = spc_standard();
	if (improve && strcmp(improve, "increase") == 0)
		o->improve = SPC_INCREASE;
	if (improve && strcmp(improve, "decrease") == 0)
		o->improve = SPC_DECREASE;
	o->target = option_real(line, "target", NAN);
	o->rebases_n = option_days(line, "rebase", &rebases);
	o->rebases = rebases;
	o->screening = !option_given(line, "no-screening");
	o->fix_after = run_of(line, "fix-after", 0);
	o->shift_run = run_of(line, "shift", o->shift_run);
	o->trend_run = run_of(line, "trend", o->trend_run);
	r->json = option_given(line, "json");
	if (option_given(line, "fix-after") && o->fix_after < SPC_FIX_LEAST)
		return fail(err, ERR_INPUT, "--fix-after is %d or more, not %d",
		    SPC_FIX_LEAST, o->fix_after);
	if (o->shift_run < SPC_RUN_LEAST || o->trend_run < SPC_RUN_LEAST)
		return fail(err, ERR_INPUT,
		    "--shift and --trend are %d or more", SPC_RUN_LEAST);
	return true;
}

/* ---- the file ---- */

/* false when the header has no such column, or has it twice. */
static bool column_find(const struct csv_row *header, struct str name,
    size_t *at, struct err *err)
{
	int found = 0;

	for (size_t i = 0; i < header->n; i++)
		if (str_eq_nocase(str_trim(header->fields[i]), name)) {
			*at = i;
			found++;
		}
	if (found == 1)
		return true;
	fail(err, ERR_INPUT, "line %lld: it has %s column '%.*s'",
	    (long long)header->line, found ? "more than one" : "no", STR(name));
	return hint(err, "the first line names the columns: date,value");
}

static bool header_read(struct csv *csv, struct series *s, struct err *err)
{
	struct csv_row header;

	if (!csv_next(csv, &header, err))
		return fail(err, ERR_INPUT, "it is empty");
	if (header.bad)
		return fail(err, ERR_INPUT, "line 1: %s", header.bad);
	s->columns = header.n;
	return column_find(&header, S("date"), &s->date, err) &&
	       column_find(&header, S("value"), &s->value, err);
}

static bool bad_field(const struct csv_row *row, const char *column,
    struct str text, const char *why, struct err *err)
{
	char shown[41] = "";
	size_t len = text.len < 40 ? text.len : 40;

	if (text.len == 0) {
		fail(err, ERR_INPUT, "line %lld, column %s: it is empty",
		    (long long)row->line, column);
		return hint(err, "a point that has no value is left out");
	}
	while (len < text.len && len && (text.at[len] & 0xc0) == 0x80)
		len--; /* not in the middle of a letter */
	for (size_t i = 0; i < len; i++)
		shown[i] = (unsigned char)text.at[i] < ' ' ? '?' : text.at[i];
	return fail(err, ERR_INPUT, "line %lld, column %s: '%s' %s",
	    (long long)row->line, column, shown, why);
}

static void series_add(struct arena *arena, struct series *s, int32_t day,
    double value)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 256;
		int32_t *days = arena_array(arena, int32_t, room);
		double *values = arena_array(arena, double, room);

		if (s->n) {
			memcpy(days, s->days, s->n * sizeof *days);
			memcpy(values, s->values, s->n * sizeof *values);
		}
		*s = (struct series){days, values, s->n, room, s->columns,
		    s->date, s->value};
	}
	s->days[s->n] = day;
	s->values[s->n++] = value;
}

static bool row_read(struct arena *arena, const struct csv_row *row,
    struct series *s, struct err *err)
{
	int32_t day;
	double value;

	if (row->bad)
		return fail(err, ERR_INPUT, "line %lld: %s",
		    (long long)row->line, row->bad);
	if (row->n == 1 && str_trim(row->fields[0]).len == 0)
		return true; /* a blank line */
	if (row->n != s->columns)
		return fail(err, ERR_INPUT,
		    "line %lld: it has %zu column%s, the header has %zu",
		    (long long)row->line, row->n, row->n == 1 ? "" : "s",
		    s->columns);
	struct str date = str_trim(row->fields[s->date]);
	struct str text = str_trim(row->fields[s->value]);

	if (!day_read(date, &day))
		return bad_field(row, "date", date,
		    "is not a day as 2026-03-31 or 31/03/2026", err);
	if (!str_real(text, &value))
		return bad_field(row, "value", text, "is not a number", err);
	if (fabs(value) > SPC_LARGEST)
		return bad_field(row, "value", text,
		    "is not between -1e300 and 1e300", err);
	series_add(arena, s, day, value);
	return true;
}

static bool series_read(struct arena *arena, struct csv *csv, struct series *s,
    struct err *err)
{
	struct csv_row row;

	*s = (struct series){0};
	if (!header_read(csv, s, err))
		return false;
	while (csv_next(csv, &row, err))
		if (!row_read(arena, &row, s, err))
			return false;
	if (err->kind == ERR_NONE && s->n == 0)
		fail(err, ERR_INPUT, "it has no rows below its header");
	return err->kind == ERR_NONE;
}

static bool file_read(struct arena *arena, const char *path, struct series *s,
    struct err *err)
{
	struct err why = {0};
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, ERR_MISSING, "cannot read %.100s: %s", path,
		    strerror(errno));
	bool ok = series_read(arena, csv_open(arena, fd), s, &why);

	if (fd != STDIN_FILENO)
		close(fd);
	if (ok)
		return true;
	fail(err, why.kind, "%.60s: %s",
	    fd == STDIN_FILENO ? "standard input" : path, why.text);
	return why.hint[0] ? hint(err, "%s", why.hint) : false;
}

/* What is odd but no error; NULL when nothing is. */
static const char *warning_of(struct arena *arena, const struct spc *s,
    const struct spc_options *o)
{
	struct out out;
	struct err err = {0};

	out_memory(&out);
	if (s->warning)
		out_put(&out, str_of(s->warning));
	for (size_t i = 0; i < o->rebases_n; i++) {
		size_t j = 0;

		while (j < s->n && s->points[j].day != o->rebases[i])
			j++;
		if (j == s->n)
			out_printf(&out, "%sno point is dated %s, so that "
			    "rebase does nothing", out.len ? "; " : "",
			    day_text(o->rebases[i]).at);
	}
	const char *text = out.len ? arena_cstr(arena, out_str(&out)) : NULL;

	out_end(&out, &err);
	return text;
}

/* ---- as JSON ---- */

static void json_word(struct json *j, const char *key, const char *word)
{
	json_key(j, key);
	if (word)
		json_text(j, str_of(word));
	else
		json_null(j);
}

/* 17 significant digits always, so that a chart is the same text wherever it
 * is made; json_real takes fewer where fewer will do. */
static void json_number(struct json *j, const char *key, double value)
{
	json_key(j, key);
	if (isnan(value)) {
		json_null(j);
		return;
	}
	out_printf(j->out, "%.17g", value + 0.0); /* -0 is 0 */
	j->comma = true;
}

static void json_count(struct json *j, const char *key, int64_t count)
{
	json_key(j, key);
	json_int(j, count);
}

static void json_limits(struct json *j, const struct spc_group *g)
{
	json_number(j, "mean", g->mean);
	json_number(j, "lower", g->lower);
	json_number(j, "upper", g->upper);
}

static const char *improve_word(enum spc_improve improve)
{
	return improve == SPC_INCREASE ? "increase" :
	       improve == SPC_DECREASE ? "decrease" : "neutral";
}

static void json_options(struct json *j, const struct spc_options *o)
{
	json_key(j, "options");
	json_object(j);
	json_word(j, "improve", improve_word(o->improve));
	json_number(j, "target", o->target);
	json_key(j, "rebases");
	json_array(j);
	for (size_t i = 0; i < o->rebases_n; i++)
		json_day(j, o->rebases[i]);
	json_array_end(j);
	json_count(j, "fix_after", o->fix_after);
	json_key(j, "screening");
	json_bool(j, o->screening);
	json_count(j, "shift_run", o->shift_run);
	json_count(j, "trend_run", o->trend_run);
	json_object_end(j);
}

static void json_point(struct json *j, const struct spc *s, size_t i)
{
	const struct spc_point *p = &s->points[i];
	const struct spc_group *g = &s->groups[p->group];

	json_object(j);
	json_key(j, "date");
	json_day(j, p->day);
	json_number(j, "value", p->value);
	json_count(j, "group", g->marks);
	json_limits(j, g);
	json_word(j, "special_cause", spc_special_word(p->special));
	json_word(j, "point_type", spc_type_word(p->type));
	json_object_end(j);
}

static const char *side_word(const struct spc_group *g)
{
	if (g->variation == SPC_COMMON_CAUSE)
		return NULL;
	return g->high ? "high" : "low";
}

static void json_group(struct json *j, const struct spc *s, size_t i)
{
	const struct spc_group *g = &s->groups[i];

	json_object(j);
	json_count(j, "group", g->marks);
	json_key(j, "from");
	json_day(j, s->points[g->first].day);
	json_key(j, "to");
	json_day(j, s->points[g->first + g->n - 1].day);
	json_limits(j, g);
	json_count(j, "n", g->n);
	json_word(j, "variation", spc_type_word(g->variation));
	json_word(j, "side", side_word(g));
	json_word(j, "assurance", spc_assurance_word(g->assurance));
	json_count(j, "common_cause", g->common_cause);
	json_count(j, "improvements", g->improvements);
	json_count(j, "concerns", g->concerns);
	json_object_end(j);
}

static void write_json(struct arena *arena, struct out *out,
    const struct spc *s, const struct spc_options *o)
{
	struct json json = {.out = out}, *j = &json;

	json_object(j);
	json_options(j, o);
	json_key(j, "points");
	json_array(j);
	for (size_t i = 0; i < s->n; i++)
		json_point(j, s, i);
	json_array_end(j);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < s->groups_n; i++)
		json_group(j, s, i);
	json_array_end(j);
	json_key(j, "sentence");
	json_text(j, spc_sentence(arena, s, o, NULL));
	json_word(j, "warning", warning_of(arena, s, o));
	json_object_end(j);
	out_char(out, '\n');
}

/* ---- to read ---- */

static void write_cell(struct out *out, double value)
{
	if (isnan(value))
		out_printf(out, " %11s", "-");
	else
		out_printf(out, " %11.6g", value);
}

static const char *words_of(struct arena *arena, const char *word)
{
	struct str text = arena_keep(arena, str_of(word));
	char *copy = arena_array(arena, char, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.at[i] == '_' ? ' ' : text.at[i];
	return copy;
}

static void write_point(struct arena *arena, struct out *out,
    const struct spc *s, size_t i)
{
	const struct spc_point *p = &s->points[i];
	const struct spc_group *g = &s->groups[p->group];

	out_put(out, str_of(day_text(p->day).at));
	write_cell(out, p->value);
	write_cell(out, g->mean);
	write_cell(out, g->lower);
	write_cell(out, g->upper);
	if (p->special != SPC_NONE)
		out_printf(out, "  %-17s  %s",
		    words_of(arena, spc_special_word(p->special)),
		    words_of(arena, spc_type_word(p->type)));
	out_char(out, '\n');
}

static void write_group(struct arena *arena, struct out *out,
    const struct spc *s, size_t i)
{
	const struct spc_group *g = &s->groups[i];
	const char *assurance = spc_assurance_word(g->assurance);

	out_printf(out, "%s to %s: %d point%s, mean %.6g",
	    day_text(s->points[g->first].day).at,
	    day_text(s->points[g->first + g->n - 1].day).at, g->n,
	    g->n == 1 ? "" : "s", g->mean);
	if (isnan(g->upper))
		out_put(out, S(", no limits"));
	else
		out_printf(out, ", limits %.6g to %.6g", g->lower, g->upper);
	out_printf(out, "; %s", words_of(arena, spc_type_word(g->variation)));
	if (assurance)
		out_printf(out, "; target %s", assurance);
	out_char(out, '\n');
}

static void write_table(struct arena *arena, struct out *out,
    const struct spc *s, const struct spc_options *o)
{
	const char *warning = warning_of(arena, s, o);

	out_printf(out, "%-10s %11s %11s %11s %11s  %-17s  %s\n", "date",
	    "value", "mean", "lower", "upper", "special cause", "type");
	for (size_t i = 0; i < s->n; i++) {
		if (i && s->points[i].group != s->points[i - 1].group)
			out_put(out, S("-- rebase\n"));
		write_point(arena, out, s, i);
	}
	out_char(out, '\n');
	for (size_t i = 0; i < s->groups_n; i++)
		write_group(arena, out, s, i);
	out_printf(out, "\n%.*s\n", STR(spc_sentence(arena, s, o, NULL)));
	if (warning)
		out_printf(out, "warning: %s\n", warning);
}

static bool answer(struct arena *arena, const char *path,
    const struct request *r, struct out *out, struct err *err)
{
	struct series s = {0};
	struct spc spc;

	if (!file_read(arena, path, &s, err) ||
	    !spc_make(arena, s.days, s.values, s.n, &r->options, &spc, err))
		return false;
	if (r->json)
		write_json(arena, out, &spc, &r->options);
	else
		write_table(arena, out, &spc, &r->options);
	return true;
}

int command_spc(struct house *house, const struct line *line, struct err *err)
{
	struct request request = {0};
	struct result result;

	(void)house;
	if (!request_read(line, &request, err))
		return ANSWER_USAGE;
	if (!result_begin(&result, line, err))
		return ANSWER_NO;
	if (!answer(line->arena, line->operands[0], &request, &result.out,
	    err)) {
		result_drop(&result);
		return ANSWER_NO;
	}
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}
