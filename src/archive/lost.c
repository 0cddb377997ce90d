/* SPDX-License-Identifier: MIT */
/* lost.c: rows without bytes.
 *
 * After a power cut (the machine was started anew while the folder's mark
 * stood), or a flush that failed, rows may also be there whose bytes are not:
 * those of each unsealed study's last minute are compared with their records
 * again, and those whose record is not there go.  Nobody was told that they
 * are kept. */
#include "archive/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAST_MINUTE (60 * US_PER_S)

/* Is its record not there?  One that cannot be read stays: verifying tells. */
static bool is_lost(int fd, int64_t size, int64_t at, int64_t row_size,
    int64_t id, char *buffer)
{
	char head[RECORD_HEAD];
	struct record r;

	if (at + row_size > size)
		return true;
	if (!read_at(fd, head, RECORD_HEAD, at - RECORD_HEAD))
		return false;
	if (!record_read(head, &r) || r.id != id || r.size != row_size)
		return true;
	errno = 0;
	return !payload_matches(fd, at, &r, buffer) && errno == 0;
}

/* Of the last rows of a study, those that have no record. */
static bool find_lost(struct archive *a, struct arena *arena, int64_t study,
    int fd, int64_t size, struct ids *lost, struct err *err)
{
	char *buffer = arena_alloc(arena, WALK_BUFFER);
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select id, at, size, kept_at "
	    "from instance where study = $1 order by at desc", I(study));
	int64_t since = 0;

	for (int n = 0; rows_next(rows); n++) {
		if (!n)
			since = rows_int(rows, 3) - LAST_MINUTE;
		if (rows_int(rows, 3) < since)
			continue;
		if (is_lost(fd, size, rows_int(rows, 1), rows_int(rows, 2),
		    rows_int(rows, 0), buffer))
			ids_add(arena, lost, rows_int(rows, 0));
	}
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static void drop_row(struct tx *tx, struct arena *arena, int64_t study,
    int64_t id)
{
	struct rows *rows = db_ask(tx, "delete from instance where study = $1 "
	    "and id = $2 returning size, uid", I(study), I(id));

	if (!rows_next(rows))
		return;
	int64_t size = rows_int(rows, 0);
	struct str uid = arena_keep(arena, rows_text(rows, 1));
	rows_end(rows);
	db_run(tx, "update archive_total set instances = instances - 1, "
	    "size = size - $1", I(size));
	uid_show_one(tx, arena, uid);
}

/* A pack that is shorter than the index says is read from its last row on. */
static void shorten(struct tx *tx, int64_t study, int64_t size)
{
	int64_t end = db_int(tx, "select cast(coalesce(max(at + size), 0) "
	    "as bigint) from instance where study = $1 and at + size <= $2",
	    I(study), I(size));

	db_run(tx, "update study set pack_end = $1 where id = $2 "
	    "and pack_end > $3", I(end), I(study), I(size));
}

/* size -1: there is no file.  A study that was lost in its making is begun
 * anew when it comes again; one that had more than that is told as damaged. */
static bool drop_rows(struct archive *a, struct arena *arena, int64_t study,
    int64_t size, const struct ids *lost, struct err *err)
{
	struct tx *tx = db_begin(a->db);

	if (lost->n)
		log_line(LOG_WARN, "archive", "recover=dropped study=%lld "
		    "rows=%zu", (long long)study, lost->n);
	for (size_t i = 0; i < lost->n; i++)
		drop_row(tx, arena, study, lost->at[i]);
	if (size >= 0)
		shorten(tx, study, size);
	if (size < 0 && !db_int(tx, "select count(*) from instance "
	    "where study = $1", I(study)))
		study_remove(tx, study);
	else
		study_recount(tx, arena, study);
	return db_commit(tx, err);
}

static bool check_pack(struct archive *a, int64_t study, struct err *err)
{
	struct arena arena = {0};
	struct ids lost = {0};
	int fd = pack_file(a, study, O_RDONLY);
	struct stat is = {.st_size = -1};
	bool done = fd >= 0 || errno == ENOENT ||
	    fail_disk(err, errno, "open a pack");

	if (done && fd >= 0)
		done = fstat(fd, &is) == 0 ||
		    fail_disk(err, errno, "open a pack");
	if (fd >= 0) /* what the disk has, not what memory has of it */
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	done = done && find_lost(a, &arena, study, fd, is.st_size, &lost, err);
	if (done)
		done = drop_rows(a, &arena, study, is.st_size, &lost, err);
	if (fd >= 0)
		close(fd);
	arena_end(&arena);
	return done;
}

bool lost_find_all(struct archive *a, struct err *err)
{
	struct arena arena = {0};
	struct ids ids = {0};
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select id from study "
	    "where sealed = 0");

	while (rows_next(rows))
		ids_add(&arena, &ids, rows_int(rows, 0));
	bool done = !db_failed(tx, err);
	db_end(tx);
	for (size_t i = 0; done && i < ids.n; i++) {
		struct err why = {0};
		if (!check_pack(a, ids.at[i], &why))
			pack_leave(ids.at[i], &why);
	}
	arena_end(&arena);
	return done;
}
