/* SPDX-License-Identifier: MIT */
/* embed.h: files that travel inside the program: pages, migrations, published
 * figures.  tools/embed writes these tables when the program is built. */
#pragma once
#include "str.h"

struct embedded {
	const char *path; /* below its folder: "assets/index-1a2b.js" */
	const char *type; /* its media type */
	const char *etag; /* quoted, from its SHA-256 */
	struct str bytes; /* empty: only its gzip form is here */
	struct str gzip; /* empty when that would not be smaller */
};

/* Each table is sorted by path (bytes) and ends with a path of NULL. */
extern const struct embedded embedded_pages[];      /* web/dist */
extern const struct embedded embedded_viewer[];     /* viewer/dist */
extern const struct embedded embedded_migrations[]; /* src/store/migrations */
extern const struct embedded embedded_network[];    /* examples/network */
