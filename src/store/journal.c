/* SPDX-License-Identifier: MIT */
/* journal.c: what happened, in order, append-only.
 *
 * (1) Gapless: numbers are given at the commit, under the lock of the one
 *     row of journal_head, so a number is never used and then undone.
 * (2) Chained: hash = SHA-256(hash before || seq || at || kind || subject ||
 *     who || detail), numbers as 8 bytes and texts behind their length, both
 *     big-endian; the first entry's hash before is empty.
 * (3) Entries wait in memory until the commit: the lock is held for that
 *     alone.  So a transaction does not see its own entries.
 * (4) journal_last is told by our own commits once they are durable, and asks
 *     the database at most every POLL_US for what other programs did. */
#include "backend.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POLL_US (US_PER_S / 2)

struct entry {
	struct entry *next;
	struct str kind, subject, who, detail;
};

struct journal {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	_Atomic int64_t last, polled_at; /* polled_at: outside_ticks */
};

static void add_number(struct hasher *hasher, uint64_t number)
{
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(number >> (56 - 8 * i));
	hasher_add(hasher, (struct str){bytes, 8});
}

static void add_text(struct hasher *hasher, struct str text)
{
	add_number(hasher, text.len);
	hasher_add(hasher, text);
}

static struct sha256 chain(struct str before, const struct journal_entry *e)
{
	struct hasher *hasher = hasher_begin();

	hasher_add(hasher, before);
	add_number(hasher, (uint64_t)e->seq);
	add_number(hasher, (uint64_t)e->at);
	add_text(hasher, e->kind);
	add_text(hasher, e->subject);
	add_text(hasher, e->who);
	add_text(hasher, e->detail);
	return hasher_end(hasher);
}

static struct str bytes_of(const struct sha256 *hash)
{
	return (struct str){(const char *)hash->at, sizeof(hash->at)};
}

/* The first entry has none before it. */
static struct str hash_before(const struct sha256 *hash, int64_t seq)
{
	return seq > 1 ? bytes_of(hash) : S("");
}

/* Adding. */

void journal_add(struct tx *tx, struct str kind, struct str subject,
    struct str who, struct str detail)
{
	if (tx->err.kind != ERR_NONE)
		return;
	struct entry *e = arena_new(&tx->arena, struct entry);
	e->kind = arena_keep(&tx->arena, kind);
	e->subject = arena_keep(&tx->arena, subject);
	e->who = arena_keep(&tx->arena, who);
	e->detail = arena_keep(&tx->arena, detail);
	*tx->last_entry = e;
	tx->last_entry = &e->next;
	tx->entries_n++;
}

/* Takes the journal's lock and as many numbers as there are entries. */
static bool take_numbers(struct tx *tx, struct sha256 *hash)
{
	struct rows *rows = db_ask(tx,
	    "insert into journal_head (one, seq, hash) "
	    "values (1, $1, $2) on conflict (one) "
	    "do update set seq = journal_head.seq + excluded.seq "
	    "returning seq, hash", I(tx->entries_n), B(S("")));

	if (!rows_next(rows))
		return tx_fail(tx, ERR_BROKEN, "the journal has no head");
	struct str before = rows_text(rows, 1);
	tx->seq = rows_int(rows, 0);
	if (before.len == sizeof(hash->at))
		memcpy(hash->at, before.at, sizeof(hash->at));
	else if (tx->seq > tx->entries_n)
		return tx_fail(tx, ERR_BROKEN, "the journal's head is damaged");
	while (rows_next(rows))
		;
	return !db_failed(tx, NULL);
}

void journal_flush(struct tx *tx)
{
	struct sha256 hash = {0};

	if (tx->err.kind != ERR_NONE || !take_numbers(tx, &hash))
		return;
	struct journal_entry e = {
	    .seq = tx->seq - tx->entries_n, .at = outside_now()};
	for (const struct entry *from = tx->entries; from; from = from->next) {
		e.seq++;
		e.kind = from->kind;
		e.subject = from->subject;
		e.who = from->who;
		e.detail = from->detail;
		hash = chain(hash_before(&hash, e.seq), &e);
		db_run(tx, "insert into journal "
		    "(seq, at, kind, subject, who, detail, hash) "
		    "values ($1, $2, $3, $4, $5, $6, $7)",
		    I(e.seq), I(e.at), T(e.kind), T(e.subject), T(e.who),
		    T(e.detail), B(bytes_of(&hash)));
	}
	db_run(tx, "update journal_head set hash = $1", B(bytes_of(&hash)));
}

/* Reading. */

struct rows *journal_after(struct tx *tx, int64_t seq)
{
	return db_ask(tx, "select seq, at, kind, subject, who, detail "
	    "from journal where seq > $1 order by seq", I(seq));
}

bool journal_open(struct db *db, struct err *err)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	pthread_condattr_t attr;

	assert(journal);
	pthread_mutex_init(&journal->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&journal->moved, &attr);
	pthread_condattr_destroy(&attr);
	db->journal = journal;
	struct tx *tx = db_read(db);
	journal->last = db_int(tx, "select seq from journal_head");
	journal->polled_at = outside_ticks();
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

void journal_close(struct db *db)
{
	if (!db->journal)
		return;
	pthread_cond_destroy(&db->journal->moved);
	pthread_mutex_destroy(&db->journal->lock);
	free(db->journal);
}

void journal_moved(struct db *db, int64_t seq)
{
	struct journal *journal = db->journal;

	pthread_mutex_lock(&journal->lock);
	if (seq > atomic_load(&journal->last)) {
		atomic_store(&journal->last, seq);
		pthread_cond_broadcast(&journal->moved);
	}
	pthread_mutex_unlock(&journal->lock);
}

/* One thread at a time asks; the others go on with what is known. */
static void poll_others(struct db *db)
{
	struct journal *journal = db->journal;
	int64_t now = outside_ticks(), at = atomic_load(&journal->polled_at);

	if (now - at < POLL_US || !atomic_compare_exchange_strong(
	    &journal->polled_at, &at, now))
		return;
	struct tx *tx = tx_try(db, FOR_WATCHING);
	if (!tx)
		return;
	int64_t seq = db_int(tx, "select seq from journal_head");
	db_end(tx);
	journal_moved(db, seq);
}

int64_t journal_last(struct db *db)
{
	poll_others(db);
	return atomic_load(&db->journal->last);
}

static struct timespec timespec_of(int64_t ticks)
{
	return (struct timespec){.tv_sec = ticks / US_PER_S,
	    .tv_nsec = ticks % US_PER_S * 1000};
}

int64_t journal_wait(struct db *db, int64_t seq, int64_t wait_ms)
{
	struct journal *journal = db->journal;
	int64_t until = outside_ticks() + wait_ms * 1000;

	while (journal_last(db) <= seq) {
		int64_t now = outside_ticks(), next = now + POLL_US;
		if (now >= until)
			break;
		struct timespec at = timespec_of(next < until ? next : until);
		pthread_mutex_lock(&journal->lock);
		if (atomic_load(&journal->last) <= seq)
			pthread_cond_timedwait(&journal->moved, &journal->lock,
			    &at);
		pthread_mutex_unlock(&journal->lock);
	}
	return atomic_load(&journal->last);
}

/* Checking. */

static void read_entry(struct rows *rows, struct journal_entry *e)
{
	e->seq = rows_int(rows, 0);
	e->at = rows_int(rows, 1);
	e->kind = rows_text(rows, 2);
	e->subject = rows_text(rows, 3);
	e->who = rows_text(rows, 4);
	e->detail = rows_text(rows, 5);
}

/* From the first entry to the last; the hash of that is left in hash. */
static bool walk_entries(struct tx *tx, int64_t *last, struct sha256 *hash,
    struct err *err)
{
	struct journal_entry e;
	struct rows *rows = db_ask(tx, "select seq, at, kind, subject, who, "
	    "detail, hash from journal order by seq");

	for (*last = 0; rows_next(rows); *last = e.seq) {
		read_entry(rows, &e);
		long long due = *last + 1;
		if (e.seq < due)
			return fail(err, ERR_BROKEN,
			    "journal entry %lld is extra", (long long)e.seq);
		if (e.seq > due)
			return fail(err, ERR_BROKEN,
			    "journal entry %lld is missing", due);
		*hash = chain(hash_before(hash, e.seq), &e);
		if (!str_eq(rows_text(rows, 6), bytes_of(hash)))
			return fail(err, ERR_BROKEN,
			    "journal entry %lld was changed", due);
	}
	return true;
}

bool journal_walk(struct tx *tx, int64_t *entries, struct err *err)
{
	struct sha256 hash = {0};
	int64_t last;

	if (!walk_entries(tx, &last, &hash, err))
		return false;
	struct rows *rows = db_ask(tx, "select seq, hash from journal_head");
	int64_t head = rows_next(rows) ? rows_int(rows, 0) : 0;
	bool same = str_eq(rows_text(rows, 1), hash_before(&hash, last + 1));
	rows_end(rows);
	if (db_failed(tx, err))
		return false;
	if (head > last)
		return fail(err, ERR_BROKEN, "journal entry %lld is missing",
		    (long long)last + 1);
	if (head < last)
		return fail(err, ERR_BROKEN, "journal entry %lld is extra",
		    (long long)head + 1);
	*entries = last;
	return same || fail(err, ERR_BROKEN, "the journal's head was changed");
}

bool journal_check(struct db *db, int64_t *entries, struct err *err)
{
	struct tx *tx = db_read(db);
	bool good = journal_walk(tx, entries, err);

	db_end(tx);
	return good;
}
