/* SPDX-License-Identifier: MIT */
/* csv.h: RFC 4180 as people send it: LF or CRLF, quoted fields with commas
 * and newlines, UTF-8 with or without a mark, Windows-1252.  Streams: holds
 * one row, whatever the file's size.  Empty lines are passed over.  A quote
 * inside an unquoted field is itself; one that is never closed, or is closed
 * before more text, spoils its own line only. */
#pragma once
#include "arena.h"
#include "err.h"

#define CSV_FIELDS_MAX 256
#define CSV_ROW_MAX (1 << 20) /* bytes; a longer row is a bad row */

struct csv;                   /* owned by the arena it was opened in */
struct csv_row {
	struct str *fields;   /* unquoted, UTF-8, valid until the next csv_next */
	size_t n;
	int64_t line;         /* of its first byte, from 1 */
	int64_t offset, size; /* the row's bytes in the file, without its end */
	const char *bad;      /* why it cannot be read, or NULL; fields then empty */
};

/* Reads from a descriptor that stays the caller's. */
struct csv *csv_open(struct arena *, int fd);
/* Reads a text already in memory. */
struct csv *csv_text(struct arena *, struct str);
/* false at the end, or when reading failed: then err says so. */
bool csv_next(struct csv *, struct csv_row *, struct err *);
int64_t csv_offset(const struct csv *); /* bytes taken so far, for progress */
