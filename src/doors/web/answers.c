/* SPDX-License-Identifier: MIT */
/* answers.c: what a handler says, in the API's language.  Here alone a kind
 * of error becomes a status. */
#include "doors/web/routes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *word;
} kinds[] = {
	[ERR_NONE] = {500, "broken"},
	[ERR_INPUT] = {400, "input"},
	[ERR_MISSING] = {404, "missing"},
	[ERR_REFUSED] = {403, "refused"},
	[ERR_CONFLICT] = {409, "conflict"},
	[ERR_BUSY] = {503, "busy"},
	[ERR_BROKEN] = {500, "broken"},
};

struct json *answer_json(struct answer *a)
{
	a->table = NULL;
	a->json = (struct json){.out = answer_out(a, "application/json")};
	return &a->json;
}

void json_id(struct json *j, int64_t id)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)id);

	json_text(j, (struct str){text, (size_t)n});
}

void json_time(struct json *j, int64_t at)
{
	if (at == NO_TIME)
		json_null(j);
	else
		json_text(j, str_of(time_text(at).at));
}

void answer_status(struct answer *a, int status)
{
	a->status = status;
}

void answer_refuse(struct answer *a, int status, const struct err *err)
{
	struct json *j = answer_json(a);

	a->status = status;
	if (status == 503)
		answer_header(a, "Retry-After", S("5"));
	answer_header(a, "Cache-Control", S("no-store"));
	json_object(j);
	json_key(j, "error");
	json_object(j);
	json_key(j, "kind");
	json_text(j, str_of(kinds[err->kind].word));
	json_key(j, "text");
	json_text(j, str_of(err->text));
	json_key(j, "hint");
	json_text(j, str_of(err->hint));
	json_object_end(j);
	json_object_end(j);
}

void answer_fail(struct answer *a, const struct err *err)
{
	if (err->kind == ERR_BROKEN || err->kind == ERR_NONE)
		log_line(LOG_ERROR, "web answer", "route=\"%s\" text=\"%s\"",
		    a->request->route ? a->request->route->path : "",
		    err->text);
	answer_refuse(a, kinds[err->kind].status, err);
}

bool answer_known(struct answer *a, const char *etag)
{
	struct request *q = a->request;

	q->etag = etag;
	if (!etag_listed(request_header(q, "If-None-Match"), etag))
		return false;
	answer_bytes(a, S(""), false, NULL);
	a->status = 304;
	answer_header(a, "ETag", str_of(etag));
	answer_header(a, "Cache-Control", S("no-cache"));
	return true;
}

bool answer_read(struct answer *a, struct tx *tx)
{
	struct err err = {0};
	bool failed = db_failed(tx, &err);

	db_end(tx);
	if (failed)
		answer_fail(a, &err);
	return !failed;
}

bool answer_commit(struct answer *a, struct tx *tx)
{
	struct err err = {0};
	bool done = db_commit(tx, &err);

	if (!done)
		answer_fail(a, &err);
	return done;
}

/* "Diagnostic waits: RXN, MRI" -> "diagnostic-waits-rxn-mri" */
static struct str file_stem(struct arena *arena, struct str title)
{
	char *at = arena_alloc(arena, title.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < title.len && n < 80; i++) {
		unsigned char c = (unsigned char)title.at[i];
		if (c < 0x80 && isalnum(c))
			at[n++] = (char)tolower(c);
		else if (n && at[n - 1] != '-')
			at[n++] = '-';
	}
	while (n && at[n - 1] == '-')
		n--;
	return n ? (struct str){at, n} : S("ribble");
}

static enum table_form form_asked(const struct request *q)
{
	const struct parameter *p = q->route->parameters;
	enum table_form form = TABLE_JSON;

	for (; p && p->name; p++)
		if (!strcmp(p->name, "format"))
			table_form_read(ask_text(q, "format"), &form);
	return form;
}

struct table *answer_table(struct answer *a, struct str title,
    struct str source, const struct column *columns, size_t n)
{
	struct request *q = a->request;
	enum table_form form = form_asked(q);
	struct out *out = answer_out(a, table_form_type(form));

	if (!n)
		while (columns[n].name)
			n++;
	if (form == TABLE_CSV || form == TABLE_XLSX)
		answer_header(a, "Content-Disposition",
		    arena_printf(q->arena,
			"attachment; filename=\"%s%.*s.%s\"",
			str_starts(source, S("SYNTHETIC")) ? "SYNTHETIC-" : "",
			STR(file_stem(q->arena, title)),
			form == TABLE_CSV ? "csv" : "xlsx"));
	a->table = table_begin(a->arena, form, out, title, source, columns, n);
	return a->table;
}

void answer_finish(struct request *q, struct answer *a)
{
	struct err err = {0};

	(void)q;
	if (a->table && !table_end(a->table, &err))
		answer_fail(a, &err);
	a->table = NULL;
}

bool house_is_synthetic(const struct request *q)
{
	return web_of(q)->synthetic;
}
