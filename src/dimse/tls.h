/* SPDX-License-Identifier: MIT */
/* tls.h: TLS for DICOM by the BCP 195 profile of PS3.15 B.9 and B.12: TLS 1.2
 * and 1.3, forward secrecy, no downgrade, client certificates on request. */
#pragma once
#include "core/core.h"

struct tls_side; /* certificates and policy of one side; shared by threads */
struct tls_choices {
	const char *certificate, *key; /* PEM files; may be NULL for a caller */
	const char *authorities;       /* PEM file; NULL: the system's */
	bool ask, must;                /* a certificate of the other side */
	const char *name;              /* checked in the other's certificate; NULL: not */
};
struct tls_side *tls_open(const struct tls_choices *, bool server,
    struct err *);
/* Reads its files again; those that are connected go on. */
bool tls_reload(struct tls_side *, struct err *);
void tls_close(struct tls_side *);
