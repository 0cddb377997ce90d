/* SPDX-License-Identifier: MIT */
/* out.h: where bytes go: memory, a file descriptor, or a caller's function.
 * Sticky: after the first failure writes are ignored and out_end says why. */
#pragma once
#include "err.h"
#include "str.h"

struct out {
	char *at;
	size_t len, size;
	bool (*flush)(void *to, struct str bytes, struct err *); /* NULL: grow */
	void *to;
	struct err err;
};

void out_memory(struct out *);                  /* grows; read with out_str */
void out_file(struct out *, int fd);            /* the descriptor stays the caller's */
void out_call(struct out *, bool (*flush)(void *to, struct str, struct err *),
    void *to);
void out_put(struct out *, struct str);
void out_char(struct out *, char);
void out_int(struct out *, int64_t);
void out_printf(struct out *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str out_str(const struct out *);         /* memory only, until out_end */
bool out_end(struct out *, struct err *);       /* flushes, frees */

/* JSON written as it comes, never as a tree.  Commas are its own business. */
struct json {
	struct out *out;
	bool comma;
};
void json_object(struct json *);
void json_object_end(struct json *);
void json_array(struct json *);
void json_array_end(struct json *);
void json_key(struct json *, const char *key);
void json_text(struct json *, struct str); /* bad UTF-8 becomes U+FFFD */
void json_int(struct json *, int64_t);
void json_real(struct json *, double);     /* exact; not finite is null */
void json_bool(struct json *, bool);
void json_null(struct json *);
void json_day(struct json *, int32_t day); /* "2026-03-31" or null */
