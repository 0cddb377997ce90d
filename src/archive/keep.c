/* SPDX-License-Identifier: MIT */
/* keep.c: takes an instance.
 *
 *   read its head, hash it
 *   gate: the same UID goes one after the other
 *   pack: find or make it ── seen before, and whole?  then "same", once that
 *   is flushed; if it is damaged, this copy takes its place in the index
 *   append, under the pack's lock, and hand to the clerk in the same order
 *   flush the pack ┬ both go on at once
 *   index commit   ┘
 *   "kept"
 *
 * A row may be committed before its record is flushed.  After a power cut in
 * between, recovery drops the row (recover.c): nobody was told "kept". */
#include "archive/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#define MIB INT64_C(1048576)

static void gate_enter(struct gate *gate, struct passing *me)
{
	pthread_mutex_lock(&gate->lock);
	for (struct passing *p = gate->inside; p;) {
		if (p->hash != me->hash) {
			p = p->next;
			continue;
		}
		pthread_cond_wait(&gate->turn, &gate->lock);
		p = gate->inside;
	}
	me->next = gate->inside;
	gate->inside = me;
	pthread_mutex_unlock(&gate->lock);
}

static void gate_leave(struct gate *gate, struct passing *me)
{
	struct passing **at = &gate->inside;

	pthread_mutex_lock(&gate->lock);
	while (*at != me)
		at = &(*at)->next;
	*at = me->next;
	pthread_cond_broadcast(&gate->turn);
	pthread_mutex_unlock(&gate->lock);
}

static bool has_room(struct archive *a, int64_t size, struct err *err)
{
	struct statvfs disk;

	if (fstatvfs(a->folder, &disk) < 0)
		return fail_disk(err, errno, "ask how full the disk is");
	if ((disk.f_flag & ST_RDONLY) != 0)
		return fail_disk(err, EROFS, "keep what was received");
	int64_t left = (int64_t)(disk.f_bavail * disk.f_frsize) - size;
	return left >= a->options.reserve_mib * MIB ||
	    fail_disk(err, ENOSPC, "keep what was received");
}

struct known { /* what the index has of a SOP Instance UID */
	bool any, same, aside;
	struct instance instance; /* the same one, without its texts */
	int64_t data;             /* its data set's size */
};

/* Both the one that is shown and those aside. */
static bool look_for(struct archive *a, const struct card *card,
    struct known *known, struct err *err)
{
	struct tx *tx = db_read(a->db);
	struct rows *rows = db_ask(tx, "select study, id, at, size, "
	    "size - dataset_at, hash, aside from instance "
	    "where uid_hash = $1 and uid = $2", I((int64_t)card->uid_hash),
	    T(card->instance.uid));

	*known = (struct known){
	    .data = card->record.size - card->record.meta_size};
	while (!known->same && rows_next(rows)) {
		known->any = true;
		known->same = rows_int(rows, 4) == known->data &&
		    str_eq(rows_text(rows, 5), card->instance.hash);
		known->aside = rows_int(rows, 6) != 0;
		known->instance = (struct instance){
		    .study = rows_int(rows, 0), .id = rows_int(rows, 1),
		    .at = rows_int(rows, 2), .size = rows_int(rows, 3)};
	}
	rows_end(rows);
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

/* Its record and its pack's name are on the disk. */
static bool is_flushed(struct archive *a, struct pack *pack, int64_t upto,
    struct err *err)
{
	bool done = flusher_wait(&pack->flusher, pack->fd, upto, err) &&
	    flusher_wait(&a->born_flusher, a->born, pack->birth, err);

	if (!done)
		flush_failed(a);
	return done;
}

/* Nobody lets go of a copy of theirs because of one here that is damaged. */
static bool is_sound(struct archive *a, const struct instance *instance)
{
	struct arena arena = {0};
	struct err err = {0};
	struct held held;
	bool sound = false;

	if (archive_hold(a, instance, &held, &err)) {
		sound = is_record_of(&held, instance,
		    arena_alloc(&arena, WALK_BUFFER));
		archive_let_go(a, &held);
	}
	arena_end(&arena);
	return sound;
}

/* Who sends a study again wants it kept: it is not deleted. */
static bool spare(struct archive *a, int64_t study, struct err *err)
{
	struct arena arena = {0};
	struct match m;
	struct tx *tx = db_read(a->db);
	bool there = study_at(tx, &arena, study, &m);
	bool done = !db_failed(tx, err);

	db_end(tx);
	if (done && !there)
		done = fail(err, ERR_BUSY, "the study went meanwhile");
	if (done && m.study.deleting) {
		tx = db_begin(a->db);
		deletion_reprieve(tx, &m.study);
		done = db_commit(tx, err);
	}
	arena_end(&arena);
	return done;
}

static bool append(struct archive *a, struct pack *pack, struct card *card,
    struct job *job, struct err *err)
{
	bool done;

	pthread_mutex_lock(&pack->lock);
	if (!job->mends)
		card->instance.id = card->record.id = outside_id();
	done = !atomic_load(&pack->stale) ||
	    fail(err, ERR_BUSY, "could not index this study; try again");
	done = done && !flusher_broken(&pack->flusher, err) &&
	    pack_append(pack, &card->record, card->meta, &card->bytes,
		&job->at, err);
	if (done) {
		job->end = pack->end;
		clerk_put(a, job);
	}
	pthread_mutex_unlock(&pack->lock);
	return done;
}

static bool keep_new(struct archive *a, struct pack *pack, struct card *card,
    const struct known *known, struct err *err)
{
	struct job job = {.pack = pack, .card = card, .mends = known->same,
	    .aside = known->any && !known->same};

	if (!has_room(a, card->record.size, err))
		return false;
	card->record.kind = job.aside || (job.mends && known->aside) ?
	    RECORD_ASIDE : RECORD_INSTANCE;
	if (!append(a, pack, card, &job, err))
		return false;
	bool flushed = is_flushed(a, pack, job.end, err);
	return clerk_wait(a, &job, err) && flushed;
}

/* By the pack's lock no deletion is done meanwhile (quiet.c). */
static bool keep_same(struct archive *a, struct pack *pack,
    const struct instance *instance, struct err *err)
{
	if (!is_flushed(a, pack, instance->at + instance->size, err))
		return false;
	pthread_mutex_lock(&pack->lock);
	bool done = !atomic_load(&pack->stale) ||
	    fail(err, ERR_BUSY, "could not index this study; try again");
	done = done && spare(a, instance->study, err);
	pthread_mutex_unlock(&pack->lock);
	return done;
}

/* The same data set names the same study: it stands in this pack. */
static bool keep_in(struct archive *a, struct pack *pack, struct card *card,
    struct kept *kept, struct err *err)
{
	struct known known;

	if (!look_for(a, card, &known, err))
		return false;
	kept->as = known.same ? KEPT_SAME : known.any ? KEPT_CONFLICT :
	    KEPT_NEW;
	known.same &= known.instance.study == pack->id;
	if (known.same)
		card->instance.id = card->record.id = known.instance.id;
	bool done = known.same && is_sound(a, &known.instance) ?
	    keep_same(a, pack, &known.instance, err) :
	    keep_new(a, pack, card, &known, err);
	kept->study = pack->id;
	kept->instance = card->instance.id;
	return done;
}

/* Names in the index are UTF-8, whatever a peer calls itself or says. */
static struct str clean(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 1);

	if (str_is_utf8(text) && !memchr(text.len ? text.at : "", 0, text.len))
		return text;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.at[i] < ' ' || text.at[i] > '~' ? '?' :
		    text.at[i];
	return (struct str){copy, text.len};
}

static bool keep_card(struct archive *a, struct card *card, struct kept *kept,
    struct err *err)
{
	struct passing me = {.hash = card->uid_hash};
	struct pack *pack;
	bool done;

	gate_enter(&a->gate, &me);
	pack = pack_take(a, card, err);
	done = pack && keep_in(a, pack, card, kept, err);
	if (pack)
		pack_let_go(a, pack);
	gate_leave(&a->gate, &me);
	return done;
}

bool archive_keep(struct archive *a, struct arena *arena,
    const struct arrival *arrival, struct kept *kept, struct err *err)
{
	struct arrival from = *arrival;
	struct card card;
	bool done;

	from.from = clean(arena, from.from);
	from.sop_class = clean(arena, str_trim(from.sop_class));
	from.sop_instance = clean(arena, str_trim(from.sop_instance));

	if (a->options.looks_only)
		return fail(err, ERR_REFUSED,
		    "this archive is open for looking only");
	atomic_fetch_add(&a->keeping, 1);
	*kept = (struct kept){0};
	done = card_read(arena, &a->options.limits, &from, &card, err);
	if (done) {
		kept->study_uid = card.study.uid;
		kept->series_uid = card.series.uid;
		kept->sop_class = card.instance.sop_class;
		kept->sop_instance = card.instance.uid;
		kept->findings = card.findings;
		done = has_room(a, 0, err) && keep_card(a, &card, kept, err);
	}
	atomic_fetch_sub(&a->keeping, 1);
	atomic_fetch_add(!done ? &a->refused :
	    kept->as == KEPT_SAME ? &a->same : &a->kept, 1);
	return done;
}
