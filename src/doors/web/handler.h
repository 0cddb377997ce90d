/* SPDX-License-Identifier: MIT */
/* handler.h: what a function that answers the web has to hand; private to
 * doors/web.  How to add a route is told at the head of routes.c.
 *
 *	void waiting_get(struct request *q, struct answer *a)
 *	{
 *		struct tx *tx = db_read(q->house->db);
 *		struct json *j = answer_json(a);
 *
 *		json_object(j);
 *		...	ask_text(q, "org"), ask_day(q, "date")
 *		json_object_end(j);
 *		answer_read(a, tx);
 *	}
 *
 * By the time it is called its parameters have been checked against its row,
 * and it runs on a worker: it may take its time, and nothing is sent until it
 * has returned.  An error at any point replaces what was written so far. */
#pragma once
#include "doors/house.h"
#include "doors/web/web.h"
#include "http/http.h"
#include "table/table.h"

/* What was asked: of the query, of the path ({id}) or of the JSON body, as
 * the row's parameter says; left out, its standard value, or "nothing": the
 * empty text, 0, NAN, NO_DAY, false.  A name that is not in the row is a
 * programming mistake. */
bool ask_has(const struct request *, const char *name); /* it was sent */
struct str ask_text(const struct request *, const char *name);
int64_t ask_int(const struct request *, const char *name); /* also ids */
double ask_real(const struct request *, const char *name);
int32_t ask_day(const struct request *, const char *name);
bool ask_flag(const struct request *, const char *name);
/* All days of a parameter that may be repeated; they live in the arena. */
size_t ask_days(const struct request *, const char *name, int32_t **days);
/* The file that was sent, unnamed, at its start, hashed; closed for you. */
const struct body *ask_file(const struct request *);

/* Begins a JSON answer.  What is still open when the handler returns is a
 * programming mistake. */
struct json *answer_json(struct answer *);
void json_id(struct json *, int64_t id);  /* as text: scripts keep 53 bits */
void json_time(struct json *, int64_t at); /* or null */
/* Begins a table in the form asked for (?format=); table_end is called for
 * you.  n 0: the columns end with one that has no name. */
struct table *answer_table(struct answer *, struct str title, struct str source,
    const struct column *, size_t n);
/* An error instead of anything written so far. */
void answer_fail(struct answer *, const struct err *);
void answer_status(struct answer *, int status); /* such as 201 */
/* Tags the answer; true when the asker has it already: that is the answer. */
bool answer_known(struct answer *, const char *etag);
/* Ends a read; if it had failed, that is the answer. */
bool answer_read(struct answer *, struct tx *);
/* Commits; if it could not, that is the answer. */
bool answer_commit(struct answer *, struct tx *);

bool house_is_synthetic(const struct request *);

#include "doors/web/handlers.h"
