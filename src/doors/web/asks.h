/* SPDX-License-Identifier: MIT */
/* asks.h: what was sent, beside the row that says what may be; private to
 * asks.c and body.c. */
#pragma once
#include "doors/web/routes.h"

struct got { /* one for each parameter of the row, in its order */
	bool sent, is_null;
	struct str text;
	int64_t number; /* INT, ID, DAY, FLAG */
	double real;
};
struct got *asks_got(const struct request *, size_t place);
/* The row's place of a name; SIZE_MAX when it has none there. */
size_t asks_place(const struct route *, struct str name, bool of_body);
/* Reads one value and keeps it. */
bool asks_take(struct request *, size_t place, struct str text, struct err *);
/* Fills what was left out with its standard value. */
bool asks_take_standards(struct request *, bool of_body, struct err *);
struct str asks_wanted(struct arena *, const struct parameter *); /* "must be ..." */
bool asks_refuse_name(struct request *, struct str name, bool of_body,
    struct err *);
