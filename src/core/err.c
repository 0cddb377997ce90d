/* SPDX-License-Identifier: MIT */
/* err.c: the first failure wins, so the reason people read is the cause and
 * not what followed from it. */
#include "err.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A text cut by its limit must not end inside a UTF-8 character. */
static void mend_end(char *text)
{
	size_t len = strlen(text), head = len;

	while (head > 0 && len - head < 4 &&
	    ((unsigned char)text[head - 1] & 0xc0) == 0x80)
		head--;
	if (head == 0)
		return;
	unsigned char lead = (unsigned char)text[head - 1];
	size_t wants = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (len - head + 1 < wants)
		text[head - 1] = '\0';
}

bool fail(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;

	if (!err || err->kind != ERR_NONE)
		return false;
	err->kind = kind;
	va_start(args, format);
	int n = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	if (n >= (int)sizeof(err->text))
		mend_end(err->text);
	return false;
}

bool hint(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err || err->kind == ERR_NONE || err->hint[0])
		return false;
	va_start(args, format);
	int n = vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	if (n >= (int)sizeof(err->hint))
		mend_end(err->hint);
	return false;
}
