/* SPDX-License-Identifier: MIT */
/* health.c: what a keeper of the program asks, and what the pages ask first:
 * is it alive, can it answer, what is it doing. */
#include "doors/web/routes.h"

static void say(struct answer *a, const char *key)
{
	struct json *j = answer_json(a);

	answer_header(a, "Cache-Control", S("no-store"));
	json_object(j);
	json_key(j, key);
	json_bool(j, true);
	json_object_end(j);
}

void healthz_get(struct request *q, struct answer *a)
{
	(void)q;
	say(a, "alive");
}

void readyz_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);

	rows_end(journal_after(tx, journal_last(q->house->db)));
	say(a, "ready");
	answer_read(a, tx);
}

static void write_loading(struct web *web, struct json *j)
{
	pthread_mutex_lock(&web->lock);
	if (web->loading[0]) {
		json_object(j);
		json_key(j, "what");
		json_text(j, str_of(web->loading));
		json_key(j, "done");
		json_int(j, web->loading_done);
		json_key(j, "total");
		json_int(j, web->loading_total);
		json_object_end(j);
	} else
		json_null(j);
	pthread_mutex_unlock(&web->lock);
}

void status_get(struct request *q, struct answer *a)
{
	struct web *web = web_of(q);
	struct json *j = answer_json(a);

	answer_header(a, "Cache-Control", S("no-store"));
	json_object(j);
	json_key(j, "version");
	json_text(j, S(RIBBLE_VERSION));
	json_key(j, "synthetic");
	json_bool(j, web->synthetic);
	json_key(j, "database");
	json_text(j, str_of(db_kind(q->house->db)));
	json_key(j, "journal");
	json_int(j, journal_last(q->house->db));
	json_key(j, "started_at");
	json_time(j, web->started_at);
	json_key(j, "loading");
	write_loading(web, j);
	json_object_end(j);
}
