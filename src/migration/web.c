/* SPDX-License-Identifier: MIT */
/* web.c: an old archive asked by QIDO-RS and fetched from by WADO-RS. */
#include "json/json.h"
#include "inside.h"
#include "http/http.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MOST (INT64_C(256) << 20) /* of JSON */
#define PAGE 500
#define MATCHES_MOST 1000000
#define DICOM_JSON "Accept: application/dicom+json"
#define ALL_AS_STORED \
	"Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*"

struct download {
	struct haul *haul;
	struct out *text;   /* or to the file */
	int fd;
	int64_t size;
	char type[512];     /* Content-Type */
};

static size_t take(char *at, size_t size, size_t n, void *with)
{
	struct download *d = with;
	size_t bytes = size * n;

	d->size += (int64_t)bytes;
	if (haul_stops(d->haul) || (d->text && d->size > ANSWER_MOST))
		return 0;
	if (d->text) {
		out_put(d->text, (struct str){at, bytes});
		return bytes;
	}
	for (size_t done = 0; done < bytes;) {
		ssize_t put = write(d->fd, at + done, bytes - done);
		if (put <= 0)
			return 0;
		done += (size_t)put;
	}
	return bytes;
}

/* The whole archive's trouble, whatever was asked. */
static bool is_away(CURLcode code, long status)
{
	switch (code) {
	case CURLE_OK: return status == 401 || status == 403 ||
	    status == 429 || (status >= 502 && status <= 504);
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION: return true;
	default: return false;
	}
}

static bool get(struct download *d, const char *url, const char *accept,
    long *status, struct err *err)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, accept);
	char *type = NULL;
	long wait = (long)d->haul->options->timeout_s;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, wait);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, wait);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	snprintf(d->type, sizeof(d->type), "%s", type ? type : "");
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	d->haul->away = is_away(code, *status);
	if (code != CURLE_OK)
		return fail(err, ERR_BUSY, "%s", curl_easy_strerror(code));
	if (*status != 200 && *status != 204)
		return fail(err, ERR_BUSY,
		    "the old archive answered HTTP %ld", *status);
	return true;
}

static struct str base_of(struct haul *h, struct err *err)
{
	struct tx *tx = db_read(h->db);
	struct rows *r = web_destinations_each(tx);
	struct str base = S("");

	while (rows_next(r))
		if (str_eq(rows_text(r, 0), h->old.dest))
			base = arena_keep(h->arena, rows_text(r, 1));
	db_end(tx);
	h->away = !base.len;
	if (!base.len)
		fail(err, ERR_INPUT, "the old archive's address is not known");
	return base;
}

/* The first value of an attribute, as text. */
static struct str value(struct haul *h, const json_t *match, const char *tag)
{
	json_t *values = json_object_get(json_object_get(match, tag), "Value");
	json_t *first = json_array_get(values, 0);

	if (json_is_integer(first))
		return arena_printf(h->arena, "%lld",
		    (long long)json_integer_value(first));
	return arena_keep(h->arena, str_of(json_string_value(first)));
}

/* What a page's first match is known by. */
static struct str mark_of(struct haul *h, const json_t *all)
{
	const json_t *first = json_array_get(all, 0);
	struct str uid = value(h, first, "00080018");

	return uid.len ? uid : value(h, first, "0020000D");
}

/* A page of matches; *n is how many there were, *mark the first of them. */
static bool ask(struct haul *h, struct str url,
    void (*told)(struct haul *, struct listing *, const json_t *),
    struct listing *l, size_t *n, struct str *mark, struct err *err)
{
	struct out text;
	struct download d = {.haul = h, .text = &text, .fd = -1};
	struct str before = *mark;
	long status = 0;
	json_t *all = NULL, *match;
	size_t i;

	out_memory(&text);
	if (get(&d, arena_cstr(h->arena, url), DICOM_JSON, &status, err) &&
	    status == 200) {
		struct str body = out_str(&text);
		all = json_loadb(body.at, body.len, 0, NULL);
		if (!json_is_array(all))
			fail(err, ERR_BUSY,
			    "the old archive's answer is no list");
	}
	*n = json_array_size(all);
	*mark = mark_of(h, all);
	if (str_eq(before, *mark))
		*n = 0; /* it does not know pages, and said all at first */
	for (i = 0; i < *n && (match = json_array_get(all, i)); i++)
		told(h, l, match);
	json_decref(all);
	return out_end(&text, err) && !err->kind;
}

/* Page after page, until one is empty or brings nothing new: a server may
 * give fewer than it is asked for. */
static bool ask_all(struct haul *h, struct str url,
    void (*told)(struct haul *, struct listing *, const json_t *),
    struct listing *l, struct err *err)
{
	struct str mark = S("");
	size_t n = 1;

	for (size_t offset = 0; n && !haul_stops(h); offset += n) {
		struct str page = arena_printf(h->arena,
		    "%.*s&limit=%d&offset=%zu", STR(url), PAGE, offset);
		if (l->n > MATCHES_MOST)
			return fail(err, ERR_INPUT,
			    "the old archive names too many");
		if (!ask(h, page, told, l, &n, &mark, err))
			return false;
	}
	return !haul_stops(h) || fail(err, ERR_BUSY, "we are stopping");
}

static void tell_study(struct haul *h, struct listing *l, const json_t *match)
{
	struct old_study *s = listing_study(h, l);

	s->uid = value(h, match, "0020000D");
	s->patient_id = value(h, match, "00100020");
	s->accession = value(h, match, "00080050");
	s->date = value(h, match, "00080020");
	s->modalities = value(h, match, "00080061");
	str_int(value(h, match, "00201208"), &s->there);
}

bool web_survey(struct haul *h, struct str day, struct listing *l,
    struct err *err)
{
	struct str base = base_of(h, err);

	return base.len &&
	    ask_all(h, arena_printf(h->arena,
			   "%.*s/studies?StudyDate=%.*s&includefield=00201208",
			   STR(base), STR(day)),
		tell_study, l, err);
}

static void tell_instance(struct haul *h, struct listing *l,
    const json_t *match)
{
	struct named *named = listing_instance(h, l);

	named->uid = value(h, match, "00080018");
	named->sop_class = value(h, match, "00080016");
}

bool web_list(struct haul *h, struct str study, struct listing *l,
    struct err *err)
{
	struct str base = base_of(h, err);

	return base.len &&
	    ask_all(h, arena_printf(h->arena,
			   "%.*s/studies/%.*s/instances?includefield=00080016",
			   STR(base), STR(study)),
		tell_instance, l, err);
}

static bool keep_part(struct haul *h, int fd, const struct part *part,
    struct err *err)
{
	struct arena arena = {0};
	struct arrival arrival = {.org = h->old.org, .from = h->old.dest,
	    .is_file = true, .fd = fd, .at = part->at, .size = part->size};
	struct err why = {0};
	struct kept kept;
	bool ok = archive_keep(h->archive, &arena, &arrival, &kept, &why);

	arena_end(&arena);
	h->size += part->size;
	if (ok || why.kind == ERR_INPUT)
		return true; /* what cannot be read is shown as a difference */
	h->away = true; /* trouble of ours */
	*err = why;
	return false;
}

static bool keep_parts(struct haul *h, const struct download *d,
    struct err *err)
{
	struct media media;
	struct multipart *parts;
	struct part part;

	if (!media_read(h->arena, str_of(d->type), &media) ||
	    !media_parameter(&media, "boundary").len)
		return fail(err, ERR_BUSY,
		    "the old archive's answer is not in parts");
	parts = multipart_open(h->arena, d->fd, d->size,
	    media_parameter(&media, "boundary"));
	while (multipart_next(parts, &part, err))
		if (!keep_part(h, d->fd, &part, err))
			return false;
	return !err->kind;
}

bool web_fetch(struct haul *h, struct str study, const struct listing *l,
    struct err *err)
{
	struct str base = base_of(h, err);
	struct download d = {.haul = h};
	long status = 0;

	(void)l;
	if (!base.len)
		return false;
	d.fd = open(h->options->limits->folder,
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (d.fd < 0)
		return fail(err, ERR_BROKEN,
		    "cannot make a file to fetch into");
	bool ok = get(&d, arena_cstr(h->arena, arena_printf(h->arena,
			      "%.*s/studies/%.*s", STR(base), STR(study))),
		      ALL_AS_STORED, &status, err) &&
	    keep_parts(h, &d, err);

	close(d.fd);
	return ok;
}
