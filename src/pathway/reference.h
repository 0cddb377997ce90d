/* SPDX-License-Identifier: MIT */
/* reference.h: who is in the network, and where. */
#pragma once
#include "store/store.h"

struct org {
	struct str code, name, short_name, kind; /* trust icb region nation network */
};
struct site {
	int32_t id;
	struct str code, name, org, kind; /* hospital cdc; name may be empty */
};
struct commissioner {
	int32_t id;
	struct str code, name;
};
#define ORGS_MOST 200
struct org *orgs_read(struct tx *, struct arena *, size_t *n);
struct site *sites_read(struct tx *, struct arena *, size_t *n); /* by id */
struct commissioner *commissioners_read(struct tx *, struct arena *, size_t *n);
const struct site *site_by_id(const struct site *, size_t n, int32_t id);

/* The lists as CSV: orgs (code, name, short, kind), sites (code, name, org,
 * kind), commissioners (code, name). */
struct reference {
	struct str orgs, sites, commissioners;
};
bool reference_is_empty(struct tx *);
bool reference_load(struct tx *, const struct reference *, struct err *);
