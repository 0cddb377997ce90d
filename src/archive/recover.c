/* SPDX-License-Identifier: MIT */
/* recover.c: what a kill or a power cut left.
 *
 * After a kill every byte written is still there, but rows may be missing:
 * the tails of unsealed packs past what is indexed are entered, and a torn
 * last record is cut off.  New packs are found in born/.
 *
 * After a power cut (the machine was started anew while the folder's mark
 * stood) rows may also be there whose bytes are not: of packs that were
 * written to in its last minute every record of that minute is read again,
 * and the first bad one, with all after it, goes.  A flush of a later record
 * covers those before it, so nobody was told that those are kept. */
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

static bool enter_record(struct archive *a, struct pack *pack,
    const struct record *r, int64_t at, struct err *err)
{
	struct arena arena = {0};
	struct card card;
	struct job job = {.pack = pack, .card = &card, .at = at,
	    .end = at + r->size, .aside = r->kind == RECORD_ASIDE};
	bool done = record_card(a, &arena, pack->fd, at, r, &card, err);

	if (done) {
		clerk_put(a, &job);
		done = clerk_wait(a, &job, err);
	}
	arena_end(&arena);
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

/* Enters each whole record; *good: where the last of them ended.  One that is
 * torn or not as it was written is passed over if another follows it. */
static bool enter_tail(struct archive *a, struct pack *pack, struct walking *w,
    int64_t *good, struct err *err)
{
	struct record r;
	int64_t at;

	do {
		while (walk_next(w, &r, &at)) {
			if (w->bad)
				continue;
			if ((r.kind == RECORD_INSTANCE ||
			    r.kind == RECORD_ASIDE) &&
			    !enter_record(a, pack, &r, at, err))
				return false;
			*good = w->at;
		}
	} while (w->torn && walk_resume(w));
	return true;
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

/* Where the first bad record of the last minute begins; the end: nowhere. */
static int64_t first_bad(int fd, int64_t size, int64_t since, char *buffer)
{
	struct walking w = {.fd = fd, .at = PACK_HEAD, .end = size};
	struct record r;
	int64_t at;

	for (int64_t begun = w.at; walk_next(&w, &r, &at); begun = w.at)
		if (r.at >= since && !payload_matches(fd, at, &r, buffer))
			return begun;
	return w.at;
}

static bool drop_rows(struct archive *a, int64_t study, int64_t from,
    struct err *err)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(a->db);

	db_run(tx, "delete from instance where study = $1 and at >= $2",
	    I(study), I(from));
	int64_t gone = db_changed(tx);
	db_run(tx, "delete from conflict where resolved_at is null and "
	    "second_study = $1 and not exists (select 1 from instance "
	    "where instance.study = $1 and instance.id = conflict.id)",
	    I(study));
	study_recount(tx, &arena, study);
	db_run(tx, "update study set pack_end = $1 where id = $2 "
	    "and pack_end > $1", I(from), I(study));
	db_run(tx, "update archive_total set instances = instances - $1",
	    I(gone));
	arena_end(&arena);
	return db_commit(tx, err);
}

static bool check_pack(struct archive *a, int64_t study, int64_t since,
    char *buffer, struct err *err)
{
	int fd = pack_file(a, study, O_RDWR);
	struct stat is;
	bool done = true;

	if (fd < 0)
		return errno == ENOENT ? drop_rows(a, study, 0, err) :
		    fail_disk(err, errno, "open a pack");
	if (fstat(fd, &is) < 0)
		done = fail_disk(err, errno, "open a pack");
	int64_t good = done ? first_bad(fd, is.st_size, since, buffer) : 0;
	if (done && good < is.st_size) {
		log_line(LOG_WARN, "archive", "recover=cut study=%lld "
		    "bytes=%lld", (long long)study,
		    (long long)(is.st_size - good));
		done = ftruncate(fd, good) == 0 ||
		    fail_disk(err, errno, "cut a torn record");
	}
	close(fd);
	return done && drop_rows(a, study, good, err);
}

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

static bool check_last_minute(struct archive *a, struct err *err)
{
	struct arena arena = {0};
	struct ids ids = {0};
	struct tx *tx = db_read(a->db);
	int64_t since = db_int(tx, "select max(changed_at) from study "
	    "where sealed = 0") - LAST_MINUTE;
	struct rows *rows = db_ask(tx, "select id from study "
	    "where sealed = 0 and changed_at >= $1", I(since));

	while (rows_next(rows))
		ids_add(&arena, &ids, rows_int(rows, 0));
	bool done = !db_failed(tx, err);
	db_end(tx);
	char *buffer = arena_alloc(&arena, WALK_BUFFER);
	for (size_t i = 0; done && i < ids.n; i++)
		done = check_pack(a, ids.at[i], since, buffer, err);
	arena_end(&arena);
	return done;
}

/* Tails. */

/* Its study's UID, as the title says; false for one that has no title. */
static bool title_uid(const struct archive *a, int64_t study,
    struct arena *arena, struct str *uid)
{
	char head[PACK_HEAD];
	struct pack_title title;
	int fd = pack_file(a, study, O_RDONLY);
	bool found = fd >= 0 && read_at(fd, head, PACK_HEAD, 0) &&
	    pack_title_read(head, &title);

	if (found)
		*uid = arena_keep(arena, title.uid);
	if (fd >= 0)
		close(fd);
	return found;
}

static bool recover_one(struct archive *a, int64_t study, struct err *err)
{
	struct arena arena = {0};
	struct str uid;
	struct pack *pack;
	bool done = true;

	if (title_uid(a, study, &arena, &uid)) {
		pack = pack_take_uid(a, uid, study, err);
		done = pack != NULL;
		if (pack)
			pack_let_go(a, pack);
	}
	arena_end(&arena);
	return done;
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
		done = recover_one(a, ids.at[i], err);
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

/* A pack without a whole title was killed while it was made. */
static bool recover_born(struct archive *a, int64_t study, struct err *err)
{
	struct arena arena = {0};
	struct str uid;
	char path[40], place[40];
	struct tx *tx;
	bool done = true;

	pack_path(study, path);
	if (!title_uid(a, study, &arena, &uid)) {
		unlinkat(a->born, path + 3, 0);
	} else {
		done = recover_one(a, study, err);
		tx = db_read(a->db);
		bool known = db_int(tx, "select 1 from study where id = $1",
		    I(study)) == 1;
		done = !db_failed(tx, err) && done;
		db_end(tx);
		pack_forget(a, uid);
		snprintf(place, sizeof(place), "%.2s", path);
		mkdirat(a->folder, place, 0700);
		if (done && known)
			renameat(a->born, path + 3, a->folder, path);
		else if (done)
			unlinkat(a->born, path + 3, 0); /* nothing is in it */
	}
	arena_end(&arena);
	return done;
}

static bool recover_births(struct archive *a, struct err *err)
{
	int fd = openat(a->folder, "born", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct arena arena = {0};
	struct ids ids = {0};
	struct dirent *entry;
	int64_t id;
	bool done = true;

	if (!dir)
		return fail_disk(err, errno, "read the archive's folder");
	while ((entry = readdir(dir)))
		if (pack_name_read(entry->d_name, &id))
			ids_add(&arena, &ids, id);
	closedir(dir);
	for (size_t i = 0; done && i < ids.n; i++)
		done = recover_born(a, ids.at[i], err);
	arena_end(&arena);
	return done;
}

bool archive_recover(struct archive *a, bool power_was_cut, struct err *err)
{
	return (!power_was_cut || check_last_minute(a, err)) &&
	    recover_births(a, err) && recover_tails(a, err);
}
