/* SPDX-License-Identifier: MIT */
/* whole.c: is one instance what was written?  Asked before somebody is told
 * that it may be deleted elsewhere (storage commitment, PS3.4 J). */
#include "archive/inside.h"

#include <errno.h>
#include <unistd.h>

bool is_record_of(const struct held *held, const struct instance *i,
    char *buffer)
{
	char head[RECORD_HEAD];
	struct record r;

	return read_at(held->fd, head, RECORD_HEAD, held->at - RECORD_HEAD) &&
	    record_read(head, &r) && r.id == i->id && r.size == i->size &&
	    payload_matches(held->fd, held->at, &r, buffer);
}

/* Its row may be older than its flush. */
static bool is_flushed(struct archive *a, const struct held *held,
    const struct instance *i, struct err *err)
{
	if (pack_is_broken(a, i->study))
		return fail(err, ERR_BROKEN,
		    "a flush of this instance's pack failed before");
	return flusher_wait(&a->born_flusher, a->born,
	    atomic_load(&a->births), err) &&
	    (fdatasync(held->fd) == 0 ||
	    fail_disk(err, errno, "keep what was received"));
}

bool archive_is_whole(struct archive *a, const struct instance *i,
    struct err *err)
{
	struct arena arena = {0};
	struct held held;
	bool whole;

	if (!archive_hold(a, i, &held, err))
		return false;
	whole = is_flushed(a, &held, i, err) &&
	    (is_record_of(&held, i, arena_alloc(&arena, WALK_BUFFER)) ||
	    fail(err, ERR_BROKEN, "an instance's record is not whole"));
	archive_let_go(a, &held);
	arena_end(&arena);
	return whole;
}
