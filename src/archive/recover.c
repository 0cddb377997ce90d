/* SPDX-License-Identifier: MIT */
/* recover.c: what a kill or a power cut left.
 *
 * After a kill every byte written is still there, but rows may be missing:
 * the tails of unsealed packs past what is indexed are entered, and a torn
 * last record is cut off.  New packs are found in born/.
 *
 * After a power cut (the machine was started anew while the folder's mark
 * stood), or a flush that failed, rows may also be there whose bytes are not:
 * those of each unsealed study's last minute are compared with their records
 * again, and those whose record is not there go.  Nobody was told that they
 * are kept.
 *
 * Only what follows the last whole record is ever cut off, and only where it
 * holds no record.  A pack that cannot be dealt with is left as it is, and
 * keeps no other from being used. */
#include "archive/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAST_MINUTE (60 * US_PER_S)

/* The card of a record, as it was kept. */
bool record_card(struct archive *a, struct arena *arena, int fd, int64_t at,
    const struct record *r, struct card *card, struct err *err)
{
	struct arrival from = {.org = arena_keep(arena, r->org),
	    .from = arena_keep(arena, r->from), .is_file = true,
	    .sop_instance = arena_keep(arena, r->uid), .fd = fd, .at = at,
	    .size = r->size};

	if (!card_read(arena, &a->options.limits, &from, card, err))
		return false;
	card->instance.id = r->id;
	card->instance.kept_at = r->at;
	card->findings &= ~(uint32_t)FOUND_COMMAND;
	return true;
}

bool is_indexed(struct tx *tx, int64_t study, int64_t instance)
{
	return db_int(tx, "select 1 from instance where study = $1 "
	    "and id = $2", I(study), I(instance)) == 1;
}

/* *place: where the index has it; 0: nowhere. */
static bool find_place(struct archive *a, int64_t study, int64_t id,
    int64_t *place, struct err *err)
{
	struct tx *tx = db_read(a->db);

	*place = db_int(tx, "select at from instance where study = $1 "
	    "and id = $2", I(study), I(id));
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

/* Bytes within an instance may look like a record of another study. */
static bool is_of_pack(const struct pack *pack, const struct card *card)
{
	struct str uid = card->study.uid;

	if (uid.len > RECORD_UID_MOST)
		uid.len = RECORD_UID_MOST;
	return str_starts(str_of(pack->uid), uid);
}

static bool put_and_wait(struct archive *a, struct pack *pack,
    struct card *card, const struct record *r, int64_t at, bool mends,
    struct err *err)
{
	struct job job = {.pack = pack, .card = card, .at = at,
	    .end = at + r->size, .aside = r->kind == RECORD_ASIDE,
	    .again = true, .mends = mends};

	clerk_put(a, &job);
	return clerk_wait(a, &job, err);
}

/* One that can never be indexed was refused when it came, and is passed over:
 * it must not keep others of its study out. */
static bool enter_record(struct archive *a, struct pack *pack,
    const struct record *r, int64_t at, struct err *err)
{
	struct arena arena = {0};
	struct card card;
	struct err why = {0};
	int64_t place;
	bool done = find_place(a, pack->id, r->id, &place, &why);

	if (done && place < at) {
		done = record_card(a, &arena, pack->fd, at, r, &card, &why) &&
		    (is_of_pack(pack, &card) || fail(&why, ERR_INPUT,
		    "it is of another study")) &&
		    put_and_wait(a, pack, &card, r, at, place > 0, &why);
		if (why.kind == ERR_INPUT) {
			log_line(LOG_WARN, "archive", "recover=passed "
			    "study=%lld at=%lld why=\"%s\"",
			    (long long)pack->id, (long long)at, why.text);
			atomic_store(&pack->stale, false);
			done = true;
		}
	}
	arena_end(&arena);
	if (!done && err && !err->kind)
		*err = why;
	return done;
}

static bool cut(struct pack *pack, int64_t at, struct err *err)
{
	log_line(LOG_WARN, "archive", "recover=cut study=%lld bytes=%lld",
	    (long long)pack->id, (long long)(pack->end - at));
	if (ftruncate(pack->fd, at) < 0)
		return fail_disk(err, errno, "cut a torn record");
	pack->end = at;
	return true;
}

/* A pack that was killed in its very making. */
static bool make_title(struct pack *pack, struct err *err)
{
	char title[PACK_HEAD];

	pack_title_write(title, &(struct pack_title){.study = pack->id,
	    .at = outside_now(), .uid = str_of(pack->uid)});
	if (!write_at(pack->fd, title, PACK_HEAD, 0))
		return fail_disk(err, errno, "begin a pack");
	pack->end = PACK_HEAD;
	flusher_wrote(&pack->flusher, pack->end);
	return true;
}

static bool set_indexed(struct archive *a, struct pack *pack, struct err *err)
{
	struct tx *tx = db_begin(a->db);

	db_run(tx, "update study set pack_end = $1 where id = $2",
	    I(pack->end), I(pack->id));
	return db_commit(tx, err);
}

/* Enters each whole record; *good: where the last of them ended.  What is torn
 * is passed over if another follows it. */
static bool enter_tail(struct archive *a, struct pack *pack, struct walking *w,
    int64_t *good, struct err *err)
{
	struct record r;
	int64_t at;

	do {
		while (walk_next(w, &r, &at)) {
			*good = w->at;
			if (w->bad && w->failed)
				return fail_disk(err, w->failed,
				    "read from a pack");
			if (w->bad) /* nobody was told that it is kept */
				log_line(LOG_WARN, "archive", "recover=passed "
				    "study=%lld at=%lld why=\"not as it was "
				    "written\"", (long long)pack->id,
				    (long long)at);
			if (w->bad)
				continue;
			if ((r.kind == RECORD_INSTANCE ||
			    r.kind == RECORD_ASIDE) &&
			    !enter_record(a, pack, &r, at, err))
				return false;
			if (r.kind == RECORD_MANIFEST)
				pack->manifest_end = w->at;
		}
		if (w->failed)
			return fail_disk(err, w->failed, "read from a pack");
	} while (w->torn && walk_resume(w));
	return !w->failed || fail_disk(err, w->failed, "read from a pack");
}

bool pack_recover(struct archive *a, struct pack *pack, int64_t indexed,
    struct err *err)
{
	struct arena arena = {0};
	struct walking w = {.fd = pack->fd, .end = pack->end, .deep = true,
	    .at = indexed > PACK_HEAD ? indexed : PACK_HEAD,
	    .buffer = arena_alloc(&arena, WALK_BUFFER)};
	int64_t good = w.at;
	bool done;

	if (pack->end < PACK_HEAD) {
		arena_end(&arena);
		return make_title(pack, err);
	}
	done = enter_tail(a, pack, &w, &good, err);
	arena_end(&arena);
	if (done && good < pack->end)
		done = cut(pack, good, err);
	return done && set_indexed(a, pack, err);
}

/* After a power cut. */

struct ids { int64_t *at; size_t n, room; };

static void ids_add(struct arena *arena, struct ids *ids, int64_t id)
{
	if (ids->n == ids->room) {
		size_t room = ids->room ? 2 * ids->room : 256;
		int64_t *at = arena_array(arena, int64_t, room);
		if (ids->n)
			memcpy(at, ids->at, ids->n * sizeof(*at));
		ids->at = at;
		ids->room = room;
	}
	ids->at[ids->n++] = id;
}

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

static void leave(int64_t study, const struct err *why)
{
	log_line(LOG_ERROR, "archive", "recover=left study=%lld why=\"%s\"",
	    (long long)study, why->text);
}

static bool check_unsealed(struct archive *a, struct err *err)
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
			leave(ids.at[i], &why);
	}
	arena_end(&arena);
	return done;
}

/* Tails. */

/* Its study's UID: as the index has it, or else as the title says. */
static bool uid_of(struct archive *a, int64_t study, struct arena *arena,
    struct str *uid, bool *known)
{
	char head[PACK_HEAD];
	struct pack_title title;
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select uid from study where id = $1",
	    I(study));
	bool found = *known = rows_next(rows);

	if (found)
		*uid = arena_keep(arena, rows_text(rows, 0));
	db_end(tx);
	if (found)
		return true;
	int fd = pack_file(a, study, O_RDONLY);
	found = fd >= 0 && read_at(fd, head, PACK_HEAD, 0) &&
	    pack_title_read(head, &title);
	if (found)
		*uid = arena_keep(arena, title.uid);
	if (fd >= 0)
		close(fd);
	return found;
}

/* Afterwards it is not kept open: a title may have cut its UID short. */
static void recover_one(struct archive *a, int64_t study)
{
	struct arena arena = {0};
	struct err why = {0};
	struct str uid;
	struct pack *pack;
	bool known;

	if (uid_of(a, study, &arena, &uid, &known)) {
		pack = pack_take_uid(a, uid, study, &why);
		if (pack)
			pack_let_go(a, pack);
		else
			leave(study, &why);
		pack_forget(a, uid);
	}
	arena_end(&arena);
}

/* Unsealed packs whose size is not what the index says. */
static bool recover_tails(struct archive *a, struct err *err)
{
	struct arena arena = {0};
	struct ids ids = {0};
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select id, pack_end from study "
	    "where sealed = 0 order by id");
	struct stat is;
	char path[40];

	while (rows_next(rows)) {
		pack_path(rows_int(rows, 0), path);
		if (fstatat(a->folder, path, &is, 0) < 0 ||
		    is.st_size != rows_int(rows, 1))
			ids_add(&arena, &ids, rows_int(rows, 0));
	}
	bool done = !db_failed(tx, err);
	db_end(tx);
	for (size_t i = 0; done && i < ids.n; i++)
		recover_one(a, ids.at[i]);
	arena_end(&arena);
	return done;
}

bool pack_name_read(const char *name, int64_t *study)
{
	uint64_t id = 0;
	int i = 0;

	for (; i < 16; i++) {
		char c = name[i];
		if (c >= '0' && c <= '9')
			id = id << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			id = id << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*study = (int64_t)id;
	return strcmp(name + i, ".pack") == 0;
}

/* Another pack of its study was begun when this one could not be indexed. */
static int64_t other_pack(struct archive *a, struct str uid)
{
	struct tx *tx = db_read(a->db);
	int64_t id = db_int(tx, "select id from study where uid = $1", T(uid));

	db_end(tx);
	return id;
}

static void flush_folder(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		log_line(LOG_WARN, "archive", "cannot flush a folder: %s",
		    strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void place(struct archive *a, const char path[40])
{
	char shelf[3] = {path[0], path[1], '\0'};

	if ((mkdirat(a->folder, shelf, 0700) < 0 && errno != EEXIST) ||
	    renameat(a->born, path + 3, a->folder, path) < 0) {
		log_line(LOG_WARN, "archive", "cannot place a pack: %s",
		    strerror(errno));
		return;
	}
	flush_folder(a->folder, shelf);
}

/* One that holds not even one record was killed while it was made. */
static void leave_born(struct archive *a, int64_t study, const char *name)
{
	struct err why = {0};
	struct stat is;

	if (fstatat(a->born, name, &is, 0) == 0 && is.st_size <= PACK_HEAD) {
		unlinkat(a->born, name, 0);
		return;
	}
	fail(&why, ERR_BROKEN, "no row tells of what was born");
	leave(study, &why);
}

static void recover_born(struct archive *a, int64_t study)
{
	struct arena arena = {0};
	struct err why = {0};
	struct str uid = S("");
	char path[40];
	bool known, named = uid_of(a, study, &arena, &uid, &known);

	pack_path(study, path);
	if (named && !known && other_pack(a, uid)) {
		if (!pack_merge(a, a->born, path + 3, study, &(int64_t){0},
		    &why))
			leave(study, &why);
	} else {
		if (named)
			recover_one(a, study);
		uid_of(a, study, &arena, &uid, &known);
		if (known)
			place(a, path);
		else
			leave_born(a, study, path + 3);
	}
	arena_end(&arena);
}

static bool recover_births(struct archive *a, struct err *err)
{
	int fd = openat(a->folder, "born", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct arena arena = {0};
	struct ids ids = {0};
	struct dirent *entry;
	int64_t id;

	if (!dir)
		return fail_disk(err, errno, "read the archive's folder");
	while ((entry = readdir(dir)))
		if (pack_name_read(entry->d_name, &id))
			ids_add(&arena, &ids, id);
	closedir(dir);
	for (size_t i = 0; i < ids.n; i++)
		recover_born(a, ids.at[i]);
	arena_end(&arena);
	return fsync(a->born) == 0 ||
	    fail_disk(err, errno, "keep the archive's folder");
}

bool archive_recover(struct archive *a, bool power_was_cut, struct err *err)
{
	return (!power_was_cut || check_unsealed(a, err)) &&
	    recover_births(a, err) && recover_tails(a, err) &&
	    show_all(a, err);
}
