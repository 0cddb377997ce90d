/* SPDX-License-Identifier: MIT */
/* dicomdir_write.c: makes the directory of a file-set.  A record is its bytes
 * from the moment it is made; what is not known before the end, where its next
 * and its first below stand, is put into them then. */
#include "dicom/dicomdir_record.h"

#include "dicom/dicomdir.h"

#include <string.h>

#define ID_MOST 8      /* characters, PS3.10 8.5 */
#define IDS_MOST 8     /* of a path, PS3.10 8.2 */
#define FILESET_MOST 16
#define CLASS_DIRECTORY "1.2.840.10008.1.3.10"

struct record {
	struct record *next, *first, *last; /* beside, below */
	struct record *chain;  /* of those with the same place in the table */
	struct record *parent;
	const struct record_kind *kind;
	struct str key, bytes;
	uint64_t hash;
	int64_t at;
};
struct dicomdir {
	struct arena *arena;
	struct str fileset_id;
	struct record root;
	struct record **table;
	size_t table_n, n;     /* n: records in the table */
};

static bool is_id(struct str id, size_t most)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '_'))
			return false;
	}
	return id.len <= most;
}

static bool is_path(struct str path)
{
	int n = 0;

	if (!path.len || path.at[path.len - 1] == '/')
		return false;
	while (path.len) {
		struct str id = str_cut(&path, '/');
		if (!id.len || !is_id(id, ID_MOST) || ++n > IDS_MOST)
			return false;
	}
	return true;
}

struct dicomdir *dicomdir_begin(struct arena *arena, struct str fileset_id)
{
	struct dicomdir *dir = arena_new(arena, struct dicomdir);

	dir->arena = arena;
	dir->fileset_id = arena_keep(arena, fileset_id);
	dir->table_n = 64;
	dir->table = arena_array(arena, struct record *, dir->table_n);
	return dir;
}

static void table_put(struct dicomdir *dir, struct record *record)
{
	struct record **place =
	    &dir->table[record->hash & (dir->table_n - 1)];

	record->chain = *place;
	*place = record;
}

static void table_grow(struct dicomdir *dir)
{
	struct record **old = dir->table;
	size_t old_n = dir->table_n;

	dir->table_n *= 4;
	dir->table = arena_array(dir->arena, struct record *, dir->table_n);
	for (size_t i = 0; i < old_n; i++)
		for (struct record *r = old[i], *chain; r; r = chain) {
			chain = r->chain;
			table_put(dir, r);
		}
}

static struct record *table_find(const struct dicomdir *dir,
    const struct record *parent, uint64_t hash, struct str key)
{
	struct record *r = dir->table[hash & (dir->table_n - 1)];

	while (r && !(r->hash == hash && r->parent == parent &&
	    str_eq(r->key, key)))
		r = r->chain;
	return r;
}

static struct record *add(struct dicomdir *dir, struct record *parent,
    const struct record_kind *kind, struct str bytes)
{
	struct record *record = arena_new(dir->arena, struct record);

	record->parent = parent;
	record->kind = kind;
	record->bytes = bytes;
	if (parent->last)
		parent->last->next = record;
	else
		parent->first = record;
	parent->last = record;
	return record;
}

/* The one below the parent with this key, made if it is not there. */
static struct record *level(struct dicomdir *dir, struct record *parent,
    const struct record_kind *kind, struct str key,
    const struct dataset *head, struct err *err)
{
	uint64_t hash = hash64(key.at, key.len) ^ (uintptr_t)parent;
	struct record *record = table_find(dir, parent, hash, key);
	struct str bytes;

	if (record)
		return record;
	if (!entry_write(dir->arena, kind, head, S(""), S(""), &bytes, err))
		return NULL;
	record = add(dir, parent, kind, bytes);
	record->key = arena_keep(dir->arena, key);
	record->hash = hash;
	if (++dir->n > 2 * dir->table_n)
		table_grow(dir);
	table_put(dir, record);
	return record;
}

/* Who somebody is: number and who gave it; without a number, the name. */
static struct str patient_key(struct arena *arena, const struct dataset *head)
{
	struct str id = dataset_text(arena, head, TAG_PatientID);

	if (!id.len)
		return arena_printf(arena, "=%.*s",
		    STR(dataset_text(arena, head, TAG_PatientName)));
	return arena_printf(arena, "%.*s\\%.*s", STR(id),
	    STR(dataset_text(arena, head, TAG_IssuerOfPatientID)));
}

static struct record *place(struct dicomdir *dir, const struct dataset *head,
    struct err *err)
{
	struct arena own = {0};
	struct record *r = level(dir, &dir->root, &record_patient,
	    patient_key(&own, head), head, err);

	if (r)
		r = level(dir, r, &record_study,
		    dataset_raw(head, TAG_StudyInstanceUID), head, err);
	if (r)
		r = level(dir, r, &record_series,
		    dataset_raw(head, TAG_SeriesInstanceUID), head, err);
	arena_end(&own);
	return r;
}

bool dicomdir_add(struct dicomdir *dir, const struct dataset *head,
    struct str path, struct str syntax_uid, struct err *err)
{
	const struct record_kind *kind =
	    record_kind_find(dataset_raw(head, TAG_SOPClassUID));
	struct str bytes;

	if (!is_path(path))
		return fail(err, ERR_INPUT,
		    "'%.*s' cannot be the path of a file in a file-set",
		    (int)(path.len < 80 ? path.len : 80), path.at);
	if (!dataset_raw(head, TAG_SOPInstanceUID).len ||
	    !dataset_raw(head, TAG_SOPClassUID).len ||
	    (!kind->at_root && (!dataset_raw(head, TAG_StudyInstanceUID).len ||
	    !dataset_raw(head, TAG_SeriesInstanceUID).len)))
		return fail(err, ERR_INPUT,
		    "an instance without its UIDs cannot be in a DICOMDIR");
	if (!entry_write(dir->arena, kind, head, path, syntax_uid, &bytes,
	    err))
		return false;
	struct record *parent = kind->at_root ? &dir->root :
	    place(dir, head, err);
	if (parent)
		add(dir, parent, kind, bytes);
	return parent;
}

/* The next in the order patient, study, series, instance. */
static struct record *after(struct record *r)
{
	if (r->first)
		return r->first;
	while (r && !r->next)
		r = r->parent;
	return r ? r->next : NULL;
}

static void put32(char *to, int64_t n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (char)(n >> 8 * i);
}

/* All offsets, from where the first record will stand; the end. */
static int64_t settle(struct dicomdir *dir, int64_t at)
{
	for (struct record *r = dir->root.first; r; r = after(r)) {
		r->at = at;
		at += (int64_t)r->bytes.len;
	}
	return at;
}

static struct str uid_new(char *text, size_t room)
{
	unsigned __int128 n;
	size_t i = room;

	outside_random(&n, sizeof(n));
	do {
		text[--i] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n);
	memcpy(text + i - 5, "2.25.", 5);
	return (struct str){text + i - 5, room - i + 5};
}

/* Everything before the first record: it is as long whatever it says. */
static void write_head(struct out *out, const struct dicomdir *dir,
    struct str uid)
{
	struct str id = dir->fileset_id;
	char offset[4];

	part10_head(out, S(CLASS_DIRECTORY), uid, str_of(syntax_explicit->uid),
	    S(""));
	out_put(out, S("\x04\0\x30\x11" "CS"));
	out_char(out, (char)(id.len + id.len % 2));
	out_char(out, '\0');
	out_put(out, id);
	if (id.len % 2)
		out_char(out, ' ');
	out_put(out, S("\x04\0\0\x12" "UL\x04\0"));
	put32(offset, dir->root.first ? dir->root.first->at : 0);
	out_put(out, (struct str){offset, 4});
	out_put(out, S("\x04\0\x02\x12" "UL\x04\0"));
	put32(offset, dir->root.last ? dir->root.last->at : 0);
	out_put(out, (struct str){offset, 4});
	out_put(out, S("\x04\0\x12\x12" "US\x02\0\0\0"));
	out_put(out, S("\x04\0\x20\x12" "SQ\0\0\xff\xff\xff\xff"));
}

static void write_record(struct out *out, const struct record *r)
{
	char next[4], lower[4];
	struct str b = r->bytes;

	put32(next, r->next ? r->next->at : 0);
	put32(lower, r->first ? r->first->at : 0);
	out_put(out, (struct str){b.at, RECORD_NEXT});
	out_put(out, (struct str){next, 4});
	out_put(out, (struct str){b.at + RECORD_NEXT + 4,
	    RECORD_LOWER - RECORD_NEXT - 4});
	out_put(out, (struct str){lower, 4});
	out_put(out, (struct str){b.at + RECORD_LOWER + 4,
	    b.len - RECORD_LOWER - 4});
}

bool dicomdir_end(struct dicomdir *dir, struct out *out, struct err *err)
{
	char text[48];
	struct str uid = uid_new(text, sizeof(text));
	struct out head;

	if (!is_id(dir->fileset_id, FILESET_MOST))
		return fail(err, ERR_INPUT, "the file-set's id is none");
	out_memory(&head);
	write_head(&head, dir, uid);
	int64_t first = (int64_t)head.len;
	out_end(&head, NULL);
	if (settle(dir, first) > UINT32_MAX)
		return fail(err, ERR_INPUT,
		    "a DICOMDIR of more than 4 GiB cannot be");
	write_head(out, dir, uid);
	for (struct record *r = dir->root.first; r; r = after(r))
		write_record(out, r);
	out_put(out, S("\xfe\xff\xdd\xe0\0\0\0\0"));
	return true;
}
