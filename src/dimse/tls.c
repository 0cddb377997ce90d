/* SPDX-License-Identifier: MIT */
/* tls.c: the non-downgrading profile of BCP 195 (PS3.15 B.12): TLS 1.3 and
 * 1.2, keys agreed upon by ECDHE, ciphers that authenticate what they encrypt.
 *
 * Files are read into a ring of keys that is counted: when they are read
 * anew, sessions that are open keep the ring they began with. */
#include "dimse/session.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <string.h>

#define PRIORITIES \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" \
	":-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA" \
	":-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305" \
	":-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

#define RECORD ((size_t)16384) /* plain bytes of one, RFC 8446 5.1 */

struct ring {
	struct arena arena;     /* it lives there itself */
	gnutls_certificate_credentials_t keys;
	int64_t held;           /* by its side and by sessions */
};
struct tls_side {
	struct arena arena;
	struct tls_choices choices;
	bool server;
	gnutls_priority_t priorities;
	pthread_mutex_t lock;
	struct ring *ring;
};
struct tls_session {
	struct tls_side *side;
	struct ring *ring;
	gnutls_session_t session;
	bool shaken;
	char record[RECORD];    /* to be sent */
};

static bool no_file(const char *what, const char *path, int no,
    struct err *err)
{
	return fail(err, ERR_INPUT, "cannot use the %s in '%.120s': %s", what,
	    path, gnutls_strerror(no));
}

static const char *given(const char *path)
{
	return path && *path ? path : NULL;
}

/* Is the other's certificate good?  Asked within the handshake, so that the
 * other side is told by an alert. */
static int verify(gnutls_session_t session)
{
	struct tls_session *s = gnutls_session_get_ptr(session);
	const struct tls_choices *c = &s->side->choices;
	unsigned status = 0, n = 0;

	if (s->side->server && !gnutls_certificate_get_peers(session, &n))
		return c->must ? GNUTLS_E_CERTIFICATE_ERROR : 0;
	if (gnutls_certificate_verify_peers3(session,
	    s->side->server ? NULL : given(c->name), &status) || status)
		return GNUTLS_E_CERTIFICATE_ERROR;
	return 0;
}

static bool load(gnutls_certificate_credentials_t keys,
    const struct tls_choices *c, struct err *err)
{
	const char *own = given(c->certificate), *key = given(c->key);
	const char *trusted = given(c->authorities);
	int no;

	if (own) {
		no = gnutls_certificate_set_x509_key_file(keys, own,
		    key ? key : own, GNUTLS_X509_FMT_PEM);
		if (no < 0)
			return no_file("certificate and key", own, no, err);
	}
	no = trusted ? gnutls_certificate_set_x509_trust_file(keys, trusted,
	    GNUTLS_X509_FMT_PEM) : gnutls_certificate_set_x509_system_trust(
	    keys);
	if (no < 0 || (trusted && !no))
		return no_file("authorities", trusted ? trusted : "the system",
		    no ? no : GNUTLS_E_NO_CERTIFICATE_FOUND, err);
	return true;
}

static struct ring *ring_new(const struct tls_choices *c, struct err *err)
{
	struct arena arena = {0};
	struct ring *ring = arena_new(&arena, struct ring);

	ring->held = 1;
	if (gnutls_certificate_allocate_credentials(&ring->keys) < 0) {
		fail(err, ERR_BUSY, "could not make room for certificates");
		arena_end(&arena);
		return NULL;
	}
	gnutls_certificate_set_verify_function(ring->keys, verify);
	if (load(ring->keys, c, err)) {
		ring->arena = arena;
		return ring;
	}
	gnutls_certificate_free_credentials(ring->keys);
	arena_end(&arena);
	return NULL;
}

static struct ring *ring_hold(struct tls_side *side)
{
	struct ring *ring;

	pthread_mutex_lock(&side->lock);
	ring = side->ring;
	ring->held++;
	pthread_mutex_unlock(&side->lock);
	return ring;
}

static void ring_drop(struct tls_side *side, struct ring *ring)
{
	struct arena arena;
	bool last;

	pthread_mutex_lock(&side->lock);
	last = !--ring->held;
	pthread_mutex_unlock(&side->lock);
	if (!last)
		return;
	gnutls_certificate_free_credentials(ring->keys);
	arena = ring->arena;
	arena_end(&arena);
}

static const char *keep(struct arena *arena, const char *text)
{
	return given(text) ? arena_cstr(arena, str_of(text)) : NULL;
}

struct tls_side *tls_open(const struct tls_choices *c, bool server,
    struct err *err)
{
	struct arena arena = {0};
	struct tls_side *side = arena_new(&arena, struct tls_side);

	side->choices = (struct tls_choices){keep(&arena, c->certificate),
	    keep(&arena, c->key), keep(&arena, c->authorities), c->ask,
	    c->must, keep(&arena, c->name)};
	side->server = server;
	if (server && !side->choices.certificate)
		fail(err, ERR_INPUT, "a server of TLS needs a certificate");
	else
		side->ring = ring_new(&side->choices, err);
	if (!side->ring || gnutls_priority_init(&side->priorities, PRIORITIES,
	    NULL) < 0) {
		if (side->ring)
			fail(err, ERR_BROKEN, "TLS lacks what we need of it");
		arena_end(&arena);
		return NULL;
	}
	pthread_mutex_init(&side->lock, NULL);
	side->arena = arena;
	return side;
}

bool tls_reload(struct tls_side *side, struct err *err)
{
	struct ring *new = ring_new(&side->choices, err), *old;

	if (!new)
		return false;
	pthread_mutex_lock(&side->lock);
	old = side->ring;
	side->ring = new;
	pthread_mutex_unlock(&side->lock);
	ring_drop(side, old);
	return true;
}

void tls_close(struct tls_side *side)
{
	struct arena arena;

	if (!side)
		return;
	ring_drop(side, side->ring);
	gnutls_priority_deinit(side->priorities);
	pthread_mutex_destroy(&side->lock);
	arena = side->arena;
	arena_end(&arena);
}

struct tls_session *session_begin(struct arena *arena, struct tls_side *side,
    int fd, struct err *err)
{
	struct tls_session *s = arena_new(arena, struct tls_session);
	const struct tls_choices *c = &side->choices;
	unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
	    (side->server ? GNUTLS_SERVER : GNUTLS_CLIENT);

	if (gnutls_init(&s->session, flags) < 0) {
		fail(err, ERR_BUSY, "could not begin TLS");
		return NULL;
	}
	s->side = side;
	s->ring = ring_hold(side);
	gnutls_session_set_ptr(s->session, s);
	gnutls_priority_set(s->session, side->priorities);
	gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
	    s->ring->keys);
	if (side->server)
		gnutls_certificate_server_set_request(s->session,
		    c->must ? GNUTLS_CERT_REQUIRE : c->ask ?
		    GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	else if (c->name)
		gnutls_server_name_set(s->session, GNUTLS_NAME_DNS, c->name,
		    str_of(c->name).len);
	gnutls_transport_set_int(s->session, fd);
	return s;
}

/* The words for why a certificate was not believed. */
static bool distrusted(struct tls_session *s, struct err *err)
{
	unsigned status = gnutls_session_get_verify_cert_status(s->session);
	gnutls_datum_t words = {0};

	gnutls_certificate_verify_peers3(s->session,
	    s->side->server ? NULL : s->side->choices.name, &status);
	gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509,
	    &words, 0);
	fail(err, ERR_REFUSED, "TLS: %.180s", words.data ?
	    (char *)words.data : "no certificate");
	gnutls_free(words.data);
	return false;
}

int session_shake(struct tls_session *s, struct err *err)
{
	int no = gnutls_handshake(s->session);

	s->shaken = no == 0;
	if (!no)
		return 1;
	if (!gnutls_error_is_fatal(no))
		return 0;
	if (no == GNUTLS_E_FATAL_ALERT_RECEIVED)
		fail(err, ERR_REFUSED, "TLS: the other side says: %s",
		    gnutls_alert_get_name(gnutls_alert_get(s->session)));
	else if (no == GNUTLS_E_CERTIFICATE_ERROR)
		distrusted(s, err);
	else
		fail(err, ERR_REFUSED, "TLS: %s", gnutls_strerror(no));
	gnutls_alert_send_appropriate(s->session, no);
	return -1;
}

bool session_writes(const struct tls_session *s)
{
	return gnutls_record_get_direction(s->session) == 1;
}

static ssize_t again(ssize_t no)
{
	errno = no == GNUTLS_E_AGAIN || no == GNUTLS_E_INTERRUPTED ? EAGAIN :
	    EIO;
	if (no < 0 && errno == EIO && !gnutls_error_is_fatal((int)no))
		errno = EAGAIN; /* a warning, a new session ticket */
	return no < 0 ? -1 : no;
}

ssize_t session_get(struct tls_session *s, void *at, size_t n)
{
	return again(gnutls_record_recv(s->session, at, n));
}

/* As much as goes into one record: heads do not get one of their own. */
ssize_t session_put(struct tls_session *s, const struct iovec *parts, int n)
{
	size_t size = 0;

	if (parts->iov_len >= RECORD)
		return again(gnutls_record_send(s->session, parts->iov_base,
		    RECORD));
	for (int i = 0; i < n && size < RECORD; i++) {
		size_t some = parts[i].iov_len;
		if (some > RECORD - size)
			some = RECORD - size;
		memcpy(s->record + size, parts[i].iov_base, some);
		size += some;
	}
	return again(gnutls_record_send(s->session, s->record, size));
}

void session_no_more(struct tls_session *s)
{
	if (s->shaken)
		gnutls_bye(s->session, GNUTLS_SHUT_WR);
}

void session_end(struct tls_session *s)
{
	session_no_more(s);
	gnutls_deinit(s->session);
	ring_drop(s->side, s->ring);
}

/* The other's own certificate, to be ended by the caller; or NULL. */
static gnutls_x509_crt_t peer(struct tls_session *s)
{
	gnutls_x509_crt_t crt;
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(s->session,
	    &n);

	if (!chain || !n || gnutls_x509_crt_init(&crt) < 0)
		return NULL;
	if (gnutls_x509_crt_import(crt, chain, GNUTLS_X509_FMT_DER) >= 0)
		return crt;
	gnutls_x509_crt_deinit(crt);
	return NULL;
}

const char *session_peer(struct tls_session *s, struct arena *arena)
{
	gnutls_x509_crt_t crt = peer(s);
	gnutls_datum_t name = {0};
	const char *text = NULL;

	if (crt && gnutls_x509_crt_get_dn3(crt, &name, 0) >= 0)
		text = arena_cstr(arena,
		    (struct str){(char *)name.data, name.size});
	gnutls_free(name.data);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	return text;
}

const char *session_fingerprint(struct tls_session *s, struct arena *arena)
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(s->session,
	    &n);
	struct sha256_text text;

	if (!chain || !n)
		return NULL;
	text = sha256_text(sha256_of(
	    (struct str){(char *)chain->data, chain->size}));
	return arena_cstr(arena, str_of(text.at));
}
