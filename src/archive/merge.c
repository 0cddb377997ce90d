/* SPDX-License-Identifier: MIT */
/* merge.c: a second pack of one study, which an index that was begun anew, or
 * one that failed, left behind.  What it holds is kept again, into the first;
 * then it is set aside.  It is never removed. */
#include "archive/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct merging {
	struct archive *archive;
	int fd;
	int64_t into;    /* study.id of what was kept */
	int64_t *kept;
	bool whole, held; /* held: the last word about a legal hold */
};

/* One that cannot be read is left where it is. */
static bool keep_again(struct merging *m, const struct record *r, int64_t at,
    struct err *err)
{
	struct arena arena = {0};
	struct arrival from = {.org = arena_keep(&arena, r->org),
	    .from = arena_keep(&arena, r->from), .is_file = true,
	    .sop_instance = arena_keep(&arena, r->uid), .fd = m->fd,
	    .at = at, .size = r->size};
	struct err why = {0};
	struct kept kept;
	bool done = archive_keep(m->archive, &arena, &from, &kept, &why);

	if (done) {
		m->into = kept.study;
		*m->kept += kept.as != KEPT_SAME;
	} else if (why.kind == ERR_INPUT) {
		m->whole = false;
		done = true;
	} else if (err && !err->kind) {
		*err = why;
	}
	arena_end(&arena);
	return done;
}

/* "hold TAB 1 ...": see note_add.  Other decisions were about other bytes, and
 * are for a person to take again. */
static void read_note(struct merging *m, const struct record *r, int64_t at)
{
	char text[6];

	if (r->size >= 6 && read_at(m->fd, text, 6, at) &&
	    str_starts((struct str){text, 6}, S("hold\t")))
		m->held = text[5] == '1';
}

static bool take_record(struct merging *m, const struct record *r, int64_t at,
    struct err *err)
{
	switch (r->kind) {
	case RECORD_INSTANCE:
	case RECORD_ASIDE:
		return keep_again(m, r, at, err);
	case RECORD_NOTE:
		read_note(m, r, at);
		break;
	case RECORD_MANIFEST:
		break;
	}
	return true;
}

static bool walk(struct merging *m, int64_t size, struct err *err)
{
	struct arena arena = {0};
	struct walking w = {.fd = m->fd, .at = PACK_HEAD, .end = size,
	    .deep = true, .buffer = arena_alloc(&arena, WALK_BUFFER)};
	struct record r;
	int64_t at;
	bool done = true;

	do {
		while (done && walk_next(&w, &r, &at)) {
			m->whole &= !w.bad;
			if (!w.bad)
				done = take_record(m, &r, at, err);
		}
		m->whole &= !w.torn;
	} while (done && w.torn && walk_resume(&w));
	arena_end(&arena);
	return done;
}

/* A hold that stands already is no trouble. */
static bool carry_hold(struct merging *m, struct err *err)
{
	struct tx *tx;
	struct err why = {0};

	if (!m->held || !m->into)
		return true;
	tx = db_begin(m->archive->db);
	if (hold_set(tx, m->into, true, S("archive"),
	    S("it stood in another pack of this study"), &why))
		return db_commit(tx, err);
	db_end(tx);
	return why.kind == ERR_CONFLICT || fail(err, why.kind, "%s", why.text);
}

bool pack_merge(struct archive *a, int folder, const char *name, int64_t study,
    int64_t *kept, struct err *err)
{
	struct merging m = {.archive = a, .whole = true,
	    .fd = pack_file(a, study, O_RDONLY)};
	char merged[320];
	struct stat is;

	m.kept = kept;
	bool done = m.fd >= 0 && fstat(m.fd, &is) == 0;

	done = done ? walk(&m, is.st_size, err) && carry_hold(&m, err) :
	    fail_disk(err, errno, "open a pack");
	if (m.fd >= 0)
		close(m.fd);
	snprintf(merged, sizeof(merged), "%s.merged", name);
	if (done && m.whole && renameat(folder, name, folder, merged) < 0)
		done = fail_disk(err, errno, "set a pack aside");
	return done;
}
