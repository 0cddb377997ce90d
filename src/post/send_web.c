/* SPDX-License-Identifier: MIT */
/* send_web.c: a letter that holds instances of a study, by STOW-RS (PS3.18
 * 10.5).  One request for so many bytes; each streams from its pack. */
#include "senders.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_MOST (INT64_C(256) << 20)
#define ANSWER_MOST (1 << 20)
#define BOUNDARY "ribble-instance"
#define PART_HEAD \
	"\r\n--" BOUNDARY "\r\nContent-Type: application/dicom\r\n\r\n"
#define PART_END "\r\n--" BOUNDARY "--\r\n"

struct request { /* one POST: heads and instances in turn */
	struct office *office;
	struct instance *instances;
	size_t n, at;          /* the instance that is being sent */
	struct held held;
	bool is_held;
	struct str text;       /* what is left of a head or the end */
	int64_t sent;          /* of the instance */
	bool ended;
	struct out answer;
	struct err err;
};

static bool hold_next(struct request *r)
{
	if (r->at == r->n) {
		r->text = S(PART_END);
		r->ended = true;
		return true;
	}
	r->text = S(PART_HEAD);
	r->sent = 0;
	r->is_held = archive_hold(r->office->archive, &r->instances[r->at],
	    &r->held, &r->err);
	return r->is_held;
}

static size_t give_text(struct request *r, char *to, size_t room)
{
	size_t n = r->text.len < room ? r->text.len : room;

	memcpy(to, r->text.at, n);
	r->text.at += n;
	r->text.len -= n;
	return n;
}

static size_t give(char *to, size_t size, size_t n, void *with)
{
	struct request *r = with;
	size_t room = size * n;

	if (__atomic_load_n(r->office->stopping, __ATOMIC_RELAXED))
		return CURL_READFUNC_ABORT;
	if (!r->text.len && r->is_held && r->sent == r->held.size) {
		archive_let_go(r->office->archive, &r->held);
		r->is_held = false;
		r->at++;
	}
	if (!r->text.len && !r->is_held && !r->ended && !hold_next(r))
		return CURL_READFUNC_ABORT;
	if (r->text.len)
		return give_text(r, to, room);
	if (r->ended)
		return 0;
	int64_t left = r->held.size - r->sent;
	ssize_t got = pread(r->held.fd, to, (size_t)left < room ? (size_t)left
								: room,
	    (off_t)(r->held.at + r->sent));
	if (got <= 0)
		return CURL_READFUNC_ABORT;
	r->sent += got;
	return (size_t)got;
}

static size_t take(char *at, size_t size, size_t n, void *with)
{
	struct request *r = with;

	if (r->answer.len + size * n > ANSWER_MOST)
		return 0;
	out_put(&r->answer, (struct str){at, size * n});
	return size * n;
}

static int64_t length_of(const struct request *r)
{
	int64_t size = (int64_t)sizeof(PART_END) - 1;

	for (size_t i = 0; i < r->n; i++)
		size += r->instances[i].size + (int64_t)sizeof(PART_HEAD) - 1;
	return size;
}

/* 200 is all; 202 and 409 name those that were not taken. */
static bool judge(struct request *r, CURLcode code, long status,
    struct err *err)
{
	if (r->err.kind)
		*err = r->err;
	else if (code != CURLE_OK)
		fail(err, ERR_BUSY, "%s", curl_easy_strerror(code));
	else if (status == 202 || status == 409)
		fail(err, ERR_REFUSED,
		    "the other side did not take all: HTTP %ld", status);
	else if (status == 429 || status >= 500)
		fail(err, ERR_BUSY, "the other side answered HTTP %ld",
		    status);
	else if (status != 200)
		fail(err, ERR_REFUSED, "the other side answered HTTP %ld",
		    status);
	return !err->kind;
}

static bool post(struct request *r, const char *url, struct err *err)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = NULL;
	long status = 0;

	headers = curl_slist_append(headers,
	    "Content-Type: multipart/related; type=\"application/dicom\"; "
	    "boundary=" BOUNDARY);
	headers = curl_slist_append(headers, "Accept: application/dicom+json");
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)length_of(r));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, r);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
	    (long)r->office->options->timeout_s);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
	    (long)r->office->options->timeout_s);
	out_memory(&r->answer);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (r->is_held)
		archive_let_go(r->office->archive, &r->held);
	bool ok = judge(r, code, status, err);
	out_end(&r->answer, &(struct err){0});
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return ok;
}

static const char *studies_url(struct office *o, struct err *err)
{
	struct tx *tx = db_read(o->db);
	struct rows *r = web_destinations_each(tx);
	const char *url = NULL;

	while (rows_next(r))
		if (str_eq(rows_text(r, 0), o->letter->to))
			url = arena_cstr(o->arena, arena_printf(o->arena,
			    "%.*s/studies", STR(rows_text(r, 1))));
	db_end(tx);
	if (!url)
		fail(err, ERR_INPUT, "the destination is not known");
	return url;
}

bool send_web(struct office *o, struct err *err)
{
	const char *url = studies_url(o, err);
	struct instance *all;
	size_t n;

	if (!url || !letter_instances(o, &all, &n, err))
		return false;
	for (size_t from = 0; from < n;) {
		struct request r = {.office = o, .instances = all + from};
		int64_t size = 0;
		while (from + r.n < n && (!r.n || size < REQUEST_MOST))
			size += all[from + r.n++].size;
		if (!post(&r, url, err))
			return false;
		from += r.n;
		o->letter->done = (int64_t)from;
		letter_progress(o->db, o->letter);
	}
	return true;
}
