/* SPDX-License-Identifier: MIT */
/* metrics.c: numbers for those who watch the program (Prometheus text 0.0.4):
 * requests, times, files received and how old the last good one is.  Labels
 * are routes, kinds and organisations; never a patient, an accession or what
 * somebody asked for.
 *
 * What is read from the store is read again only when the journal has moved. */
#include "doors/web/routes.h"

#include "doors/dicom/dicom.h"
#include "submissions/submissions.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILES_MAX 256       /* organisations times kinds */
#define SUBMISSIONS_MAX 100000

static const int statuses[STATUSES_N - 1] = {
	200, 201, 204, 304, 400, 403, 404, 405, 409, 413, 415, 500, 503};
static const int64_t buckets_us[BUCKETS_N] = {500, 1000, 2500, 5000, 10000,
    25000, 50000, 100000, 250000, 500000, 1000000, 5000000, 30000000};

struct files_seen {
	pthread_mutex_t lock;
	int64_t journal;
	int64_t by_state[8], open;
	struct file_seen {
		char org[16], kind[16];
		int64_t at;
	} files[FILES_MAX];
	size_t files_n;
};

struct files_seen *metrics_new(struct arena *arena)
{
	struct files_seen *seen = arena_new(arena, struct files_seen);

	seen->journal = -1;
	pthread_mutex_init(&seen->lock, NULL);
	return seen;
}

static size_t status_index(int status)
{
	for (size_t i = 0; i < STATUSES_N - 1; i++)
		if (statuses[i] == status)
			return i;
	return STATUSES_N - 1;
}

void metrics_count(struct web *web, const struct request *q, int status,
    int64_t took_us)
{
	struct route_count *count = &web->counts[route_index(q->route)];
	size_t bucket = 0;

	while (bucket < BUCKETS_N && took_us > buckets_us[bucket])
		bucket++;
	atomic_fetch_add_explicit(&count->statuses[status_index(status)], 1,
	    memory_order_relaxed);
	if (q->route && q->route->act == events_get)
		return; /* it lasts as long as the page is open */
	atomic_fetch_add_explicit(&count->buckets[bucket], 1,
	    memory_order_relaxed);
	atomic_fetch_add_explicit(&count->took_us, took_us,
	    memory_order_relaxed);
}

static void family(struct out *out, const char *name, const char *type,
    const char *sentence)
{
	out_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, sentence, name,
	    type);
}

static void single(struct out *out, const char *name, const char *type,
    const char *sentence, double value)
{
	family(out, name, type, sentence);
	out_printf(out, "%s %.15g\n", name, value);
}

static const char *method_word(enum method method)
{
	return method == GET ? "GET" : method == POST ? "POST" :
	    method == PUT ? "PUT" : "DELETE";
}

static void put_route(struct out *out, size_t i)
{
	if (i == routes_count)
		out_put(out, S("method=\"\",route=\"pages and others\""));
	else
		out_printf(out, "method=\"%s\",route=\"%s\"",
		    method_word(routes[i].method), routes[i].path);
}

static void put_status(struct out *out, size_t k)
{
	if (k == STATUSES_N - 1)
		out_put(out, S(",status=\"other\"} "));
	else
		out_printf(out, ",status=\"%d\"} ", statuses[k]);
}

static void put_requests(struct out *out, struct web *web)
{
	family(out, "ribble_http_requests_total", "counter",
	    "Requests answered, by route and status.");
	for (size_t i = 0; i <= routes_count; i++)
		for (size_t k = 0; k < STATUSES_N; k++) {
			int64_t n = atomic_load(&web->counts[i].statuses[k]);
			if (!n)
				continue;
			out_put(out, S("ribble_http_requests_total{"));
			put_route(out, i);
			put_status(out, k);
			out_printf(out, "%lld\n", (long long)n);
		}
}

static void put_times_of(struct out *out, const struct route_count *count,
    size_t i)
{
	long long n = 0;

	for (size_t k = 0; k <= BUCKETS_N; k++) {
		n += atomic_load(&count->buckets[k]);
		out_put(out, S("ribble_http_request_seconds_bucket{"));
		put_route(out, i);
		if (k == BUCKETS_N)
			out_printf(out, ",le=\"+Inf\"} %lld\n", n);
		else
			out_printf(out, ",le=\"%g\"} %lld\n",
			    (double)buckets_us[k] / 1e6, n);
	}
	out_put(out, S("ribble_http_request_seconds_sum{"));
	put_route(out, i);
	out_printf(out, "} %.6f\nribble_http_request_seconds_count{",
	    (double)atomic_load(&count->took_us) / 1e6);
	put_route(out, i);
	out_printf(out, "} %lld\n", n);
}

static void put_times(struct out *out, struct web *web)
{
	family(out, "ribble_http_request_seconds", "histogram",
	    "Time from the head of a request to the last byte of its answer.");
	for (size_t i = 0; i <= routes_count; i++) {
		int64_t any = 0;
		for (size_t k = 0; k <= BUCKETS_N; k++)
			any |= atomic_load(&web->counts[i].buckets[k]);
		if (any)
			put_times_of(out, &web->counts[i], i);
	}
}

static void put_server(struct out *out, struct http *http)
{
	struct http_counts n = http_counts(http);

	single(out, "ribble_http_connections", "gauge",
	    "Connections that are open.", (double)n.connections);
	single(out, "ribble_http_working", "gauge",
	    "Requests that a worker is at.", (double)n.working);
	single(out, "ribble_http_waiting", "gauge",
	    "Requests that wait for a worker.", (double)n.waiting);
	single(out, "ribble_http_listeners", "gauge",
	    "Pages that listen to live events.", (double)n.listeners);
	single(out, "ribble_answers_kept", "gauge",
	    "Answers kept until the journal moves.", (double)n.shared);
	single(out, "ribble_answers_kept_bytes", "gauge",
	    "Memory of the answers kept.", (double)n.shared_size);
}

static void see_file(struct files_seen *seen, const struct submission *s)
{
	struct file_seen *f = seen->files;
	size_t i = 0;

	for (; i < seen->files_n; i++)
		if (str_is(s->sender, f[i].org) && str_is(s->kind, f[i].kind))
			break;
	if (i == FILES_MAX)
		return;
	if (i == seen->files_n) {
		seen->files_n++;
		f[i].at = 0;
		snprintf(f[i].org, sizeof(f[i].org), "%.*s", STR(s->sender));
		snprintf(f[i].kind, sizeof(f[i].kind), "%.*s", STR(s->kind));
	}
	if (s->received_at > f[i].at)
		f[i].at = s->received_at;
}

static void read_files(struct files_seen *seen, struct tx *tx)
{
	struct submission_filter all = {.limit = SUBMISSIONS_MAX};
	struct rows *rows = submissions_ask(tx, &all);
	struct submission s;

	memset(seen->by_state, 0, sizeof(seen->by_state));
	seen->open = 0;
	seen->files_n = 0;
	while (rows_next(rows)) {
		struct arena arena = {0};
		submission_read(rows, &arena, &s);
		seen->by_state[s.state & 7]++;
		if (s.state == SUBMISSION_TAKEN)
			see_file(seen, &s);
		if (s.bad)
			seen->open += quarantine_open(tx, s.id);
		arena_end(&arena);
	}
}

/* Under the lock: two who scrape at once read once. */
static bool refresh(struct request *q, struct files_seen *seen, struct err *err)
{
	int64_t journal = journal_last(q->house->db);
	struct tx *tx;
	bool failed;

	if (seen->journal == journal)
		return true;
	tx = db_read(q->house->db);
	read_files(seen, tx);
	failed = db_failed(tx, err);
	db_end(tx);
	seen->journal = failed ? -1 : journal;
	return !failed;
}

static void put_files(struct out *out, const struct files_seen *seen)
{
	double now = (double)outside_now() / 1e6;

	family(out, "ribble_submissions", "gauge",
	    "Files received, by what became of them.");
	for (const struct code *c = submission_states; c->number; c++)
		out_printf(out, "ribble_submissions{state=\"%s\"} %lld\n",
		    c->code, (long long)seen->by_state[c->number & 7]);
	single(out, "ribble_quarantine_open", "gauge",
	    "Rows kept aside that nobody has settled.", (double)seen->open);
	family(out, "ribble_last_file_age_seconds", "gauge",
	    "Age of the newest file taken, by kind and organisation.");
	for (size_t i = 0; i < seen->files_n; i++)
		out_printf(out, "ribble_last_file_age_seconds{kind=\"%s\","
		    "org=\"%s\"} %.0f\n", seen->files[i].kind,
		    seen->files[i].org, now - (double)seen->files[i].at / 1e6);
}

static double resident_bytes(void)
{
	char text[128] = "";
	FILE *file = fopen("/proc/self/statm", "re");
	struct str rest;
	int64_t pages = 0;

	if (file && fgets(text, sizeof(text), file)) {
		rest = str_of(text);
		str_cut(&rest, ' ');
		str_int(str_cut(&rest, ' '), &pages);
	}
	if (file)
		fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void put_process(struct out *out, struct web *web)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	single(out, "process_resident_memory_bytes", "gauge",
	    "Memory that the process holds.", resident_bytes());
	single(out, "process_cpu_seconds_total", "counter",
	    "Processor time that the process has used.",
	    (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	single(out, "process_start_time_seconds", "gauge",
	    "When the web was opened, in seconds since 1970.",
	    (double)web->started_at / 1e6);
	single(out, "ribble_uptime_seconds", "gauge",
	    "For how long the web has been open.",
	    (double)(outside_now() - web->started_at) / 1e6);
}

void metrics_get(struct request *q, struct answer *a)
{
	struct web *web = web_of(q);
	struct files_seen *seen = web->files_seen;
	struct out *out = answer_out(a, "text/plain; version=0.0.4; "
					"charset=utf-8");
	struct dicom_door *door;
	struct err err = {0};
	bool read;

	family(out, "ribble_info", "gauge", "What runs, and on what.");
	out_printf(out, "ribble_info{version=\"%s\",database=\"%s\"} 1\n",
	    RIBBLE_VERSION, db_kind(q->house->db));
	single(out, "ribble_journal_seq", "gauge",
	    "The newest entry of the journal.",
	    (double)journal_last(q->house->db));
	put_process(out, web);
	put_server(out, request_server(q));
	put_requests(out, web);
	put_times(out, web);
	if ((door = q->house->dicom))
		dicom_metrics(door, out);
	pthread_mutex_lock(&seen->lock);
	read = refresh(q, seen, &err);
	if (read)
		put_files(out, seen);
	pthread_mutex_unlock(&seen->lock);
	if (!read)
		answer_fail(a, &err);
}
