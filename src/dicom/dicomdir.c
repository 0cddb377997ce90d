/* SPDX-License-Identifier: MIT */
/* dicomdir.c: reads a directory of a file-set, PS3.3 F.3.  Its records are one
 * flat sequence in which offsets make a tree; nothing forces these to be
 * right.  Each record is visited once, so a circle ends where it closes, and
 * those that no offset leads to are told all the same. */
#include "dicom/dicomdir.h"

#include <stdlib.h>
#include <string.h>

#define IDS_MOST 32 /* of a path; the standard has 8 */

struct walk {
	struct arena *arena;
	const struct dataset *records;
	uint32_t n;
	const struct dataset **by_offset;
	bool *seen;
	struct dicomdir_file *files;
	size_t files_n, bad;
};

static int compare_offsets(const void *a, const void *b)
{
	int64_t x = (*(const struct dataset *const *)a)->at;
	int64_t y = (*(const struct dataset *const *)b)->at;

	return (x > y) - (x < y);
}

/* The record that begins there; n if none does. */
static uint32_t record_at(const struct walk *w, int64_t at)
{
	uint32_t low = 0, high = w->n;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (w->by_offset[middle]->at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < w->n && w->by_offset[low]->at == at ?
	    (uint32_t)(w->by_offset[low] - w->records) : w->n;
}

/* One name of a file or folder; nothing that could lead elsewhere. */
static bool is_id(struct str id)
{
	if (!id.len || str_is(id, ".") || str_is(id, ".."))
		return false;
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.at[i];
		if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == ':')
			return false;
	}
	return true;
}

static bool path_read(struct arena *arena, struct str value, struct str *path)
{
	char *to = arena_alloc(arena, value.len + 1);
	size_t n = 0;

	for (int i = 0; value.len; i++) {
		struct str id = str_trim(str_cut(&value, '\\'));
		if (i == IDS_MOST || !is_id(id))
			return false;
		if (n)
			to[n++] = '/';
		memcpy(to + n, id.at, id.len);
		n += id.len;
	}
	*path = (struct str){to, n};
	return n > 0;
}

static void take_file(struct walk *w, const struct dataset *record)
{
	struct dicomdir_file *file = &w->files[w->files_n];
	struct str value = dataset_raw(record, TAG_ReferencedFileID);

	if (!value.len)
		return;
	if (!path_read(w->arena, value, &file->path)) {
		w->bad++;
		return;
	}
	file->sop_class = dataset_raw(record, TAG_ReferencedSOPClassUIDInFile);
	file->sop_instance =
	    dataset_raw(record, TAG_ReferencedSOPInstanceUIDInFile);
	file->syntax_uid =
	    dataset_raw(record, TAG_ReferencedTransferSyntaxUIDInFile);
	w->files_n++;
}

static bool in_use(const struct dataset *record)
{
	int64_t flag;

	return !dataset_int(record, TAG_RecordInUseFlag, &flag) || flag;
}

/* Where the tag points, if it has not been there; n for nowhere. */
static uint32_t follow(struct walk *w, const struct dataset *from,
    uint32_t tag)
{
	int64_t at = 0;

	if (!dataset_int(from, tag, &at) || !at)
		return w->n;
	uint32_t to = record_at(w, at);
	if (to == w->n || w->seen[to]) {
		w->bad++;
		return w->n;
	}
	w->seen[to] = true;
	return to;
}

/* From a record down, then along; `todo` holds those still to go along from. */
static void visit(struct walk *w, uint32_t at, uint32_t *todo)
{
	uint32_t n = 0;

	if (at == w->n)
		return;
	todo[n++] = at;
	while (n) {
		const struct dataset *record = &w->records[todo[--n]];
		bool used = in_use(record);
		if (used)
			take_file(w, record);
		uint32_t next = follow(w, record,
		    TAG_OffsetOfTheNextDirectoryRecord);
		uint32_t lower = !used ? w->n : follow(w, record,
		    TAG_OffsetOfReferencedLowerLevelDirectoryEntity);
		if (next != w->n)
			todo[n++] = next;
		if (lower != w->n)
			todo[n++] = lower;
	}
}

static void walk_all(struct walk *w, const struct dataset *set)
{
	/* Each is put in at most once, so this is room enough. */
	uint32_t *todo = arena_array(w->arena, uint32_t, w->n + 1);

	for (uint32_t i = 0; i < w->n; i++)
		w->by_offset[i] = &w->records[i];
	qsort(w->by_offset, w->n, sizeof(*w->by_offset), compare_offsets);
	visit(w, follow(w, set,
	    TAG_OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity),
	    todo);
	for (uint32_t i = 0; i < w->n; i++)
		if (!w->seen[i] && in_use(&w->records[i]))
			take_file(w, &w->records[i]);
}

bool dicomdir_read(struct arena *arena, struct str bytes,
    struct dicomdir_file **files, size_t *n, size_t *bad, struct err *err)
{
	struct walk w = {.arena = arena};
	struct part10 file;

	*n = *bad = 0;
	*files = NULL;
	if (!part10_read(arena, bytes, NULL, &file, err))
		return false;
	const struct element *e =
	    dataset_find(&file.dataset, TAG_DirectoryRecordSequence);
	if (!e)
		return fail(err, ERR_INPUT,
		    "this is no DICOMDIR: it has no directory records");
	w.records = e->items;
	w.n = e->items_n;
	w.by_offset = arena_array(arena, const struct dataset *, w.n + 1);
	w.seen = arena_array(arena, bool, w.n + 1);
	w.files = arena_array(arena, struct dicomdir_file, w.n + 1);
	walk_all(&w, &file.dataset);
	*files = w.files;
	*n = w.files_n;
	*bad = w.bad;
	return true;
}
