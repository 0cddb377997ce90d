/* SPDX-License-Identifier: MIT */
/* send_web.c: a letter that holds instances of a study, by STOW-RS (PS3.18
 * 10.5).  One request for so many bytes; each streams from its pack.
 *
 * It has arrived when the answer names it among those that are kept: some
 * servers answer 200 and a list of what they did not take. */
#include "json/json.h"
#include "senders.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_MOST (INT64_C(256) << 20)
#define INSTANCES_MOST 1000 /* in one request */
#define ANSWER_MOST (8 << 20)
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
	if (got <= 0) {
		fail(&r->err, ERR_BROKEN, "cannot read an instance's pack");
		return CURL_READFUNC_ABORT;
	}
	r->sent += got;
	return (size_t)got;
}

static size_t take(const char *at, size_t size, size_t n, void *with)
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

static bool is_in(json_t *list, struct str uid)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
		if (str_eq(uid, str_of(json_string_value(json_array_get(
		    json_object_get(json_object_get(item, "00081155"),
			"Value"), 0)))))
			return true;
	return false;
}

/* Does the answer say that it keeps each?  PS3.18 I.2. */
static bool has_all(struct request *r, struct err *err)
{
	struct str text = out_str(&r->answer);
	json_t *answer = json_loadb(text.at, text.len, 0, NULL);
	json_t *object = json_is_array(answer) ? json_array_get(answer, 0)
					       : answer;
	json_t *good = json_object_get(json_object_get(object, "00081199"),
	    "Value");
	size_t missing = 0;

	for (size_t i = 0; i < r->n; i++)
		missing += !is_in(good, r->instances[i].uid);
	json_decref(answer);
	if (!answer)
		return fail(err, ERR_REFUSED,
		    "the other side does not say what it took");
	return !missing || fail(err, ERR_REFUSED,
	    "the other side did not take %zu of %zu", missing, r->n);
}

static enum err_kind kind_of(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL: return ERR_INPUT;
	case CURLE_PEER_FAILED_VERIFICATION: return ERR_REFUSED;
	default: return ERR_BUSY;
	}
}

static bool judge(struct request *r, CURLcode code, long status,
    struct err *err)
{
	bool later = status == 408 || status == 429 || status >= 500;

	r->office->away = !r->err.kind &&
	    (code == CURLE_OK ? later : kind_of(code) == ERR_BUSY);
	if (r->err.kind)
		*err = r->err;
	else if (code != CURLE_OK)
		fail(err, kind_of(code), "%s", curl_easy_strerror(code));
	else if (status != 200 && status != 202 && status != 409)
		fail(err, later ? ERR_BUSY : ERR_REFUSED,
		    "the other side answered HTTP %ld", status);
	else
		has_all(r, err);
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
	headers = curl_slist_append(headers, "Expect:");
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
		while (from + r.n < n && r.n < INSTANCES_MOST &&
		    (!r.n || size < REQUEST_MOST))
			size += all[from + r.n++].size;
		if (!post(&r, url, err))
			return false;
		from += r.n;
		o->letter->done = (int64_t)from;
		letter_progress(o->db, o->letter);
	}
	return true;
}
