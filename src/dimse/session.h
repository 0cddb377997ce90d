/* SPDX-License-Identifier: MIT */
/* session.h: TLS upon one connection.  Private to dimse. */
#pragma once
#include "dimse/tls.h"

#include <sys/types.h>
#include <sys/uio.h>

struct tls_session; /* lives in its arena; ended by session_end */
struct tls_session *session_begin(struct arena *, struct tls_side *, int fd,
    struct err *);
/* One step of the handshake: 1 done, 0 wait (see session_writes), -1 err. */
int session_shake(struct tls_session *, struct err *);
bool session_writes(const struct tls_session *); /* it waits to write */
/* As recv and writev: -1 and EAGAIN when it must wait; what is then put again
 * must begin with the same parts. */
ssize_t session_get(struct tls_session *, void *at, size_t n);
ssize_t session_put(struct tls_session *, const struct iovec *, int n);
void session_no_more(struct tls_session *);
void session_end(struct tls_session *);
/* Subject and SHA-256 fingerprint of the other's certificate; NULL without. */
const char *session_peer(struct tls_session *, struct arena *);
const char *session_fingerprint(struct tls_session *, struct arena *);
