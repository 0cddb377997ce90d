/* SPDX-License-Identifier: MIT */
/* recover.c: what a kill or a power cut left.
 *
 * After a kill every byte written is still there, but rows may be missing:
 * the tails of unsealed packs past what is indexed are entered, and a torn
 * last record is cut off.  New packs are found in born/.  After a power cut
 * rows may be there whose bytes are not: lost.c.
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

void ids_add(struct arena *arena, struct ids *ids, int64_t id)
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

void pack_leave(int64_t study, const struct err *why)
{
	log_line(LOG_ERROR, "archive", "recover=left study=%lld why=\"%s\"",
	    (long long)study, why->text);
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
			pack_leave(study, &why);
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
	int64_t missing = 0;

	while (rows_next(rows)) {
		pack_path(rows_int(rows, 0), path);
		if (fstatat(a->folder, path, &is, 0) < 0 &&
		    fstatat(a->born, path + 3, &is, 0) < 0)
			missing++;
		else if (is.st_size != rows_int(rows, 1))
			ids_add(&arena, &ids, rows_int(rows, 0));
	}
	bool done = !db_failed(tx, err);
	db_end(tx);
	if (missing)
		log_line(LOG_ERROR, "archive", "recover=missing packs=%lld",
		    (long long)missing);
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
	pack_leave(study, &why);
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
			pack_leave(study, &why);
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
	return (!power_was_cut || lost_find_all(a, err)) &&
	    recover_births(a, err) && recover_tails(a, err) &&
	    show_all(a, err);
}
