/* SPDX-License-Identifier: MIT */
/* log.c: logfmt, one write per line, so lines of threads do not mix. */
#include "log.h"

#include "outside.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_ 1024
#define BAR 30                        /* characters */
#define SHOW_EVERY (US_PER_S / 5)     /* redrawn so often at most */
#define CLEAR "\r\033[K"

static const char *const levels[] = {"debug", "info", "warn", "error"};
static _Atomic int lowest = LOG_INFO;
static atomic_bool bar_shown; /* a line must clear it first */

void log_level_set(enum log_level level)
{
	atomic_store(&lowest, (int)level);
}

bool log_level_read(struct str s, enum log_level *level)
{
	for (int i = 0; i < 4; i++) {
		if (!str_is(s, levels[i]))
			continue;
		*level = (enum log_level)i;
		return true;
	}
	return false;
}

static void write_stderr(const char *text, size_t len)
{
	/* Where stderr is gone there is nobody to tell. */
	if (write(STDERR_FILENO, text, len) < 0)
		return;
}

static size_t within(int n, size_t left)
{
	return n < 0 ? 0 : (size_t)n < left ? (size_t)n : left - 1;
}

void log_line(enum log_level level, const char *what, const char *format, ...)
{
	char line[LINE_MAX_];
	struct time_text now = time_text(outside_now());
	const char *clear = "";
	va_list args;

	if ((int)level < atomic_load(&lowest))
		return;
	if (atomic_exchange(&bar_shown, false))
		clear = CLEAR;
	size_t len = within(snprintf(line, sizeof(line) - 1,
	    "%stime=%s level=%s what=\"%s\" ", clear, now.at,
	    levels[level], what), sizeof(line) - 1);
	size_t from = len;
	va_start(args, format);
	len += within(vsnprintf(line + len, sizeof(line) - 1 - len, format,
	    args), sizeof(line) - 1 - len);
	va_end(args);
	/* A value must not be able to begin a line of its own. */
	for (size_t i = from; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	if (len == from)
		len--;
	line[len++] = '\n';
	write_stderr(line, len);
}

void progress_begin(struct progress *progress, const char *what)
{
	*progress = (struct progress){what, outside_ticks(), 0};
}

static void draw(const struct progress *progress, int64_t done, int64_t total,
    int64_t past)
{
	char line[200], bar[BAR + 1];
	int n;

	if (total <= 0 || done < 0 || done > total) {
		n = snprintf(line, sizeof(line), CLEAR "%s  %lld",
		    progress->what, (long long)done);
	} else {
		double share = (double)done / (double)total;
		memset(bar, '.', BAR);
		memset(bar, '#', (size_t)(share * BAR));
		bar[BAR] = '\0';
		double left = done ? (double)past / US_PER_S *
		    (double)(total - done) / (double)done : 0;
		n = snprintf(line, sizeof(line),
		    CLEAR "%s  [%s] %3.0f %%, %.0f s left", progress->what,
		    bar, share * 100, left);
	}
	write_stderr(line, within(n, sizeof(line)));
}

void progress_show(struct progress *progress, int64_t done, int64_t total)
{
	int64_t now = outside_ticks();

	if (now - progress->begun < US_PER_S ||
	    now - progress->shown < SHOW_EVERY)
		return;
	progress->shown = now;
	if (!isatty(STDERR_FILENO))
		return;
	draw(progress, done, total, now - progress->begun);
	atomic_store(&bar_shown, true);
}

void progress_end(struct progress *progress)
{
	if (atomic_exchange(&bar_shown, false))
		write_stderr(CLEAR, sizeof(CLEAR) - 1);
	progress->shown = 0;
}
