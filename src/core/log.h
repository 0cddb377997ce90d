/* SPDX-License-Identifier: MIT */
/* log.h: one line of logfmt per happening, to stderr.  Never a patient. */
#pragma once
#include "err.h"
#include "str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_level_set(enum log_level);
bool log_level_read(struct str, enum log_level *); /* "debug" ... "error" */
/* what is a fixed word or two; the rest is key=value text. */
void log_line(enum log_level, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A progress bar on stderr when it is a terminal and a second has passed. */
struct progress {
	const char *what;
	int64_t begun, shown;
};
void progress_begin(struct progress *, const char *what);
void progress_show(struct progress *, int64_t done, int64_t total);
void progress_end(struct progress *);
