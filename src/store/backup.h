/* SPDX-License-Identifier: MIT */
/* backup.h: what stands in a backup file.  Private to store/.
 *
 *   "RIBBLE BACKUP 1\n"
 *   one zstd frame:
 *     version text, kind text, made_at number
 *     { MIGRATION number, name text, sha256 text }...
 *     { TABLE name text, n number, n column names text,
 *       { ROW, n values }..., TABLE_END rows number }...
 *     BACKUP_END tables number
 *   SHA-256 of all bytes before it, 32 bytes
 *
 * A number is 8 bytes, big-endian; a text its length as a number and its
 * bytes; a value one byte that says its type (enum in struct val) and, unless
 * null, a number, the bits of a double as a number, or a text. */
#pragma once
#include "backend.h"

#define BACKUP_MAGIC S("RIBBLE BACKUP 1\n")
#define BACKUP_COLUMNS 256           /* of a table, at most */
#define BACKUP_TEXT ((uint64_t)1 << 30) /* bytes of a text, at most */

enum {
	BACKUP_MIGRATION = 'M',
	BACKUP_TABLE = 'T',
	BACKUP_ROW = 'R',
	BACKUP_TABLE_END = 'E',
	BACKUP_END = 'Z'
};
