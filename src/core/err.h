/* SPDX-License-Identifier: MIT */
/* err.h: why something was refused.  The kind says whose turn it is to act. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_INPUT,    /* the sender: it cannot be understood */
	ERR_MISSING,  /* nobody: it is not here */
	ERR_REFUSED,  /* the sender: not allowed */
	ERR_CONFLICT, /* the sender: things have moved on */
	ERR_BUSY,     /* the sender, later */
	ERR_BROKEN    /* us */
};

struct err {
	enum err_kind kind;
	char text[240]; /* lower case, no full stop; never a patient's words */
	char hint[160]; /* how to mend it, for people; may be empty */
};

/* Records the failure unless one is already there, and returns false. */
bool fail(struct err *, enum err_kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds the hint to a failure; returns false. */
bool hint(struct err *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
