/* SPDX-License-Identifier: MIT */
/* web.h: the web door: the API, the pages, live events, metrics and health.
 * What can be asked for is a row in routes.c.  Those who write what answers
 * (waiting_get and the like) include handler.h. */
#pragma once
#include "doors/house.h"

struct web; /* owned by whoever started it */

/* Listens, and is ready, when it returns.  synthetic: say so in every status. */
struct web *web_start(struct house *, bool synthetic, struct err *);
int64_t web_port(const struct web *);
/* What a long start is doing, for the status and the pages; from any thread.
 * NULL: nothing (any more). */
void web_loading(struct web *, const char *what, int64_t done, int64_t total);
/* Graceful, within the setting stop_seconds.  False: something is still at
 * work with the house; end the process without closing it. */
bool web_stop(struct web *);
