/* SPDX-License-Identifier: MIT */
/* events.c: live pages.  One thread follows the journal and tells everyone
 * who listens (server-sent events).  Who comes back says the last number it
 * has seen and is told what it missed; after a long absence it is told to
 * read everything anew ("reload"), which is cheaper for both. */
#include "doors/web/routes.h"

#include <stdatomic.h>
#include <string.h>

#define MISSED_MAX 500
#define WAIT_MS 250
#define BEAT_US (15 * US_PER_S)

struct follower {
	struct web *web;
	struct live *live;
	pthread_t thread;
	atomic_bool stop;
	int64_t seq, beat_at;
};

static void write_event(struct out *out, struct rows *rows)
{
	struct json j = {.out = out};
	struct str kind = rows_text(rows, 2);

	out_printf(out, "id: %lld\nevent: %.*s\ndata: ",
	    (long long)rows_int(rows, 0), STR(kind));
	json_object(&j);
	json_key(&j, "seq");
	json_int(&j, rows_int(rows, 0));
	json_key(&j, "kind");
	json_text(&j, kind);
	json_key(&j, "subject");
	json_text(&j, rows_text(rows, 3));
	json_object_end(&j);
	out_put(out, S("\n\n"));
}

static void send_event(struct follower *f, struct rows *rows)
{
	struct out out;

	out_memory(&out);
	write_event(&out, rows);
	live_send(f->live, rows_int(rows, 0), out_str(&out));
	out_end(&out, &(struct err){0});
	f->seq = rows_int(rows, 0);
}

static void tell(struct follower *f)
{
	struct err err = {0};
	struct tx *tx = db_read(f->web->house->db);
	struct rows *rows = journal_after(tx, f->seq);

	while (rows_next(rows))
		send_event(f, rows);
	if (db_failed(tx, &err))
		log_line(LOG_WARN, "live events", "text=\"%s\"", err.text);
	db_end(tx);
}

static void *follow(void *follower)
{
	struct follower *f = follower;
	struct db *db = f->web->house->db;

	while (!atomic_load(&f->stop)) {
		if (journal_wait(db, f->seq, WAIT_MS) > f->seq)
			tell(f);
		if (outside_ticks() < f->beat_at)
			continue;
		f->beat_at = outside_ticks() + BEAT_US;
		live_beat(f->live);
	}
	return NULL;
}

struct follower *follower_start(struct web *web, struct err *err)
{
	struct follower *f = arena_new(&web->arena, struct follower);
	int no;

	f->web = web;
	f->live = http_live(web->http);
	f->seq = journal_last(web->house->db);
	no = pthread_create(&f->thread, NULL, follow, f);
	if (!no)
		return f;
	fail(err, ERR_BUSY, "could not start a thread: %s", strerror(no));
	return NULL;
}

void follower_stop(struct follower *f)
{
	atomic_store(&f->stop, true);
	pthread_join(f->thread, NULL);
}

/* Where the asker stands: the header of one who comes back, or ?after=. */
static int64_t seen(struct request *q, int64_t newest)
{
	int64_t number;

	if (str_int(request_header(q, "Last-Event-ID"), &number))
		return number;
	return ask_has(q, "after") ? ask_int(q, "after") : newest;
}

/* Writes what was missed; returns the last number told. */
static int64_t write_missed(struct request *q, struct out *out, int64_t after,
    struct err *err)
{
	struct tx *tx = db_read(q->house->db);
	struct rows *rows = journal_after(tx, after);

	while (rows_next(rows)) {
		write_event(out, rows);
		after = rows_int(rows, 0);
	}
	db_failed(tx, err);
	db_end(tx);
	return after;
}

void events_get(struct request *q, struct answer *a)
{
	struct err err = {0};
	int64_t newest = journal_last(q->house->db), after = seen(q, newest);
	struct out first;
	struct str text;

	out_memory(&first);
	out_put(&first, S("retry: 2000\n\n"));
	if (after < 0 || after > newest || newest - after > MISSED_MAX) {
		out_printf(&first, "id: %lld\nevent: reload\ndata: {}\n\n",
		    (long long)newest);
		after = newest;
	} else if (after < newest)
		after = write_missed(q, &first, after, &err);
	text = arena_keep(q->arena, out_str(&first));
	out_end(&first, &err);
	answer_header(a, "X-Accel-Buffering", S("no")); /* for nginx */
	if (err.kind != ERR_NONE ||
	    !answer_live(a, http_live(request_server(q)), after, text, &err))
		answer_fail(a, &err);
}
