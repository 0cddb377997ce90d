/* SPDX-License-Identifier: MIT */
/* timeliness.c: who has sent what, by week. */
#include "doors/web/words.h"

static void put_cell(struct json *j, const struct cell *c)
{
	json_object(j);
	json_put_day(
	    j, "period_end", c->state == CELL_NONE ? NO_DAY : c->period);
	json_put_word(j, "state", cell_states[c->state]);
	json_put_time(
	    j, "received_at", c->submission ? c->received_at : NO_TIME);
	json_put_int(j, "days_late", c->days_late);
	json_put_int(j, "rows", c->rows);
	json_put_int(j, "rows_bad", c->bad);
	json_put_real(j, "usual_low", c->usual_low);
	json_put_real(j, "usual_high", c->usual_high);
	json_put_bool(j, "unusual", c->unusual);
	json_key(j, "submission");
	if (c->submission)
		json_id(j, c->submission);
	else
		json_null(j);
	json_object_end(j);
}

static void put_row(struct json *j, const struct timeliness *row, int weeks)
{
	json_object(j);
	json_put_word(j, "org", row->org);
	json_put_word(j, "org_name", row->org_name);
	json_put_word(j, "kind", row->kind);
	json_key(j, "cells");
	json_array(j);
	for (int i = 0; i < weeks; i++)
		put_cell(j, &row->cells[i]);
	json_array_end(j);
	json_object_end(j);
}

void timeliness_get(struct request *q, struct answer *a)
{
	struct tx *tx = db_read(q->house->db);
	struct json *j = answer_json(a);
	int weeks = (int)ask_int(q, "weeks");
	int32_t last = day_sunday_on_or_after(outside_today() - 6);
	size_t n;
	struct timeliness *rows =
	    timeliness_make(tx, q->arena, last, weeks, &n);

	json_object(j);
	json_key(j, "weeks");
	json_array(j);
	for (int i = 0; i < weeks; i++)
		json_day(j, last - 7 * (weeks - 1 - i));
	json_array_end(j);
	json_key(j, "rows");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		put_row(j, &rows[i], weeks);
	json_array_end(j);
	json_object_end(j);
	answer_read(a, tx);
}
