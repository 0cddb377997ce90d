/* SPDX-License-Identifier: MIT */
/* door.c: the DICOM door opened and closed, and what happens at it: for each
 * message its service is found in the table, the caller's right looked at,
 * and the service's function called. */
#include "doors/dicom/services.h"

#include <string.h>

#define COMMAND_MOST (1 << 20) /* bytes: N-ACTION carries none of its lists */

static struct dimse_limits limits_of(const struct settings *s)
{
	return (struct dimse_limits){.associations = s->dicom_associations,
	    .from_one = s->dicom_associations_each,
	    .pdu_size = s->dicom_pdu_kib << 10,
	    .artim_s = s->dicom_artim_seconds,
	    .idle_s = s->dicom_idle_seconds,
	    .pdu_s = s->dicom_pdu_seconds,
	    .rate_floor = s->dicom_slowest_kib << 10,
	    .object_size = s->dicom_object_mib << 20,
	    .command_size = COMMAND_MOST,
	    .memory = s->dicom_memory_kib << 10,
	    .folder = s->archive};
}

/* Our own title, then those of dicom_aet_also. */
static const char *const *titles_of(struct arena *arena,
    const struct settings *s)
{
	struct str rest = str_of(s->dicom_aet_also);
	const char **titles = arena_array(arena, const char *, rest.len + 3);
	size_t n = 0;

	titles[n++] = arena_cstr(arena, str_trim(str_of(s->dicom_aet)));
	while (rest.len) {
		struct str one = str_trim(str_cut(&rest, '\\'));

		if (one.len)
			titles[n++] = arena_cstr(arena, one);
	}
	return titles;
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static struct tls_choices choices_of(const struct settings *s, bool ask)
{
	return (struct tls_choices){
	    .certificate = or_null(s->dicom_certificate),
	    .key = or_null(s->dicom_key),
	    .authorities = or_null(s->dicom_authorities),
	    .ask = ask,
	    .must = ask};
}

/* For peers that are called over TLS; none without a certificate of ours. */
static bool open_calling(const struct settings *s, struct tls_side **tls,
    struct err *err)
{
	struct tls_choices choices = choices_of(s, true);

	*tls = NULL;
	if (!choices.certificate)
		return true;
	*tls = tls_open(&choices, false, err);
	return *tls != NULL;
}

static bool open_tls(struct dicom_door *door, struct err *err)
{
	const struct settings *s = &door->house->settings;
	struct tls_choices choices = choices_of(s, s->dicom_ask_certificate);

	if (s->dicom_tls_port >= 0 &&
	    !(door->tls = tls_open(&choices, true, err)))
		return false;
	return open_calling(s, &door->calling, err);
}

static void let_go(void *tls)
{
	tls_close(tls);
}

bool dicom_post_options(struct house *house, struct post_options *options,
    struct err *err)
{
	const struct settings *s = &house->settings;
	struct dimse_limits *limits =
	    arena_new(house->arena, struct dimse_limits);
	struct tls_side *tls;

	if (!open_calling(s, &tls, err))
		return false;
	if (tls)
		arena_on_end(house->arena, let_go, tls);
	*limits = limits_of(s);
	*options = (struct post_options){.threads = s->post_threads,
	    .timeout_s = s->post_timeout_seconds, .our_aet = s->dicom_aet,
	    .tls = tls, .limits = limits};
	return true;
}

static bool agree(void *with, struct association *as, struct context *context,
    const struct str *syntaxes, size_t n, size_t *chosen,
    struct str extended)
{
	(void)with;
	return services_agree(context, syntaxes, n, chosen, extended,
	    as->arena);
}

static bool answer(struct visit *visit, const struct message *m,
    struct err *err)
{
	const struct service *s = service_find(m->context->abstract, m->field);

	if (m->field == C_CANCEL || (m->field & RESPONSE))
		return true; /* to something that had already ended */
	if (!s)
		return say_instead(visit, m, STATUS_NO_OPERATION,
		    "this context has no such operation", err);
	if (!(visit->peer->rights & s->right))
		return say_instead(visit, m, STATUS_NOT_ALLOWED,
		    "the peer has no right to this", err);
	return s->act(visit, s, m, err);
}

static void serve(void *with, struct association *as)
{
	struct visit *visit = as->with;
	struct dicom_door *door = visit->door;
	struct message m;
	struct err err = {0};

	(void)with;
	spool_begin(&visit->spool, door->limits.folder,
	    (size_t)door->limits.memory, door->limits.object_size);
	while (message_read(as, &visit->message, &m, &err) &&
	    answer(visit, &m, &err))
		arena_end(&visit->message);
	arena_end(&visit->message);
	spool_end(&visit->spool);
	if (err.kind)
		log_line(LOG_WARN, "association broken",
		    "peer=\"%.*s\" why=\"%s\"", STR(visit->peer->aet),
		    err.text);
}

static void done(void *with, struct association *as, const struct err *why)
{
	struct visit *visit = as->with;

	(void)with;
	(void)why;
	if (!visit)
		return;
	log_line(LOG_INFO, "association ended",
	    "peer=\"%.*s\" address=%s messages=%lld in=%lld out=%lld",
	    STR(visit->peer->aet), as->address,
	    (long long)atomic_load(&as->messages),
	    (long long)atomic_load(&as->bytes_in),
	    (long long)atomic_load(&as->bytes_out));
	door_leave(visit->door, visit->peer);
}

static bool listen_on(struct side *side, struct dimse_door *door, int64_t port,
    struct err *err)
{
	const struct settings *s = &side->door->house->settings;

	*door = (struct dimse_door){.with = side,
	    .admit = door_admit,
	    .agree = agree,
	    .serve = serve,
	    .done = done};
	if (port < 0)
		return true;
	side->listener = listener_start(s->dicom_address, port,
	    side->secure ? side->door->tls : NULL, door, &side->door->limits,
	    err);
	return side->listener != NULL;
}

static void close_tls(struct dicom_door *door)
{
	if (door->tls)
		tls_close(door->tls);
	if (door->calling)
		tls_close(door->calling);
}

struct dicom_door *dicom_door_start(struct house *house, struct err *err)
{
	struct dicom_door *door = arena_new(house->arena, struct dicom_door);
	const struct settings *s = &house->settings;

	door->house = house;
	door->book = peer_book_open(house->arena, house->db);
	door->limits = limits_of(s);
	door->titles = titles_of(house->arena, s);
	door->plain = (struct side){.door = door};
	door->secure = (struct side){.door = door, .secure = true};
	pthread_mutex_init(&door->lock, NULL);
	if (open_tls(door, err) &&
	    listen_on(&door->plain, &door->plain_door, s->dicom_port, err) &&
	    listen_on(&door->secure, &door->secure_door, s->dicom_tls_port,
		err)) {
		house->dicom = door;
		return door;
	}
	dicom_door_stop(door, 0);
	return NULL;
}

bool dicom_door_stop(struct dicom_door *door, int64_t seconds)
{
	int64_t until = outside_ticks() + seconds * US_PER_S;
	bool well = true;

	door->house->dicom = NULL;
	if (door->plain.listener)
		well &= listener_stop(door->plain.listener, seconds);
	seconds = (until - outside_ticks()) / US_PER_S;
	if (door->secure.listener)
		well &= listener_stop(door->secure.listener,
		    seconds > 0 ? seconds : 0);
	close_tls(door);
	arena_end(&door->arena);
	pthread_mutex_destroy(&door->lock);
	return well;
}

static int64_t port_of(const struct side *side)
{
	return side->listener ? listener_port(side->listener) : -1;
}

int64_t dicom_door_port(const struct dicom_door *door)
{
	return port_of(&door->plain);
}

int64_t dicom_door_tls_port(const struct dicom_door *door)
{
	return port_of(&door->secure);
}
