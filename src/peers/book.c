/* SPDX-License-Identifier: MIT */
/* book.c: the peers in memory.  Whoever changes one says so in the journal,
 * so the book is right as long as the journal's number is the one that it was
 * read at. */
#include "peers/peers.h"

#include <pthread.h>

struct peer_book {
	pthread_mutex_t lock;
	struct db *db;
	struct arena arena; /* of the list */
	struct peer *list;
	size_t n;
	int64_t seq; /* of the journal when it was read; -1: never */
};

static void book_end(void *with)
{
	struct peer_book *book = with;

	arena_end(&book->arena);
	pthread_mutex_destroy(&book->lock);
}

struct peer_book *peer_book_open(struct arena *arena, struct db *db)
{
	struct peer_book *book = arena_new(arena, struct peer_book);

	pthread_mutex_init(&book->lock, NULL);
	book->db = db;
	book->seq = -1;
	arena_on_end(arena, book_end, book);
	return book;
}

static void read_all(struct peer_book *book, struct tx *tx)
{
	size_t room = 16;
	struct rows *rows = peers_each(tx);

	arena_end(&book->arena);
	book->list = arena_array(&book->arena, struct peer, room);
	for (book->n = 0; rows_next(rows); book->n++) {
		if (book->n == room) {
			struct peer *old = book->list;

			book->list = arena_array(&book->arena, struct peer,
			    2 * room);
			for (size_t i = 0; i < room; i++)
				book->list[i] = old[i];
			room *= 2;
		}
		peer_read(rows, &book->arena, &book->list[book->n]);
	}
}

/* The number is taken before the reading: what comes between is read twice. */
static bool refresh(struct peer_book *book, struct err *err)
{
	int64_t seq = journal_last(book->db);

	if (seq == book->seq)
		return true;
	struct tx *tx = db_read(book->db);

	read_all(book, tx);
	bool failed = db_failed(tx, err);

	db_end(tx);
	book->seq = failed ? -1 : seq;
	return !failed;
}

static struct peer *copy(struct arena *arena, const struct peer *p)
{
	struct peer *own = arena_new(arena, struct peer);

	*own = *p;
	own->aet = arena_keep(arena, p->aet);
	own->org = arena_keep(arena, p->org);
	own->name = arena_keep(arena, p->name);
	own->addresses = arena_keep(arena, p->addresses);
	own->host = arena_keep(arena, p->host);
	own->certificate = arena_keep(arena, p->certificate);
	own->charset = arena_keep(arena, p->charset);
	own->notify = arena_keep(arena, p->notify);
	return own;
}

struct peer *peer_book_find(struct peer_book *book, struct arena *arena,
    struct str aet, struct err *err)
{
	struct peer *found = NULL;

	aet = str_trim(aet);
	pthread_mutex_lock(&book->lock);
	if (refresh(book, err))
		for (size_t i = 0; i < book->n && !found; i++)
			if (str_eq(book->list[i].aet, aet))
				found = copy(arena, &book->list[i]);
	pthread_mutex_unlock(&book->lock);
	return found;
}
