/* SPDX-License-Identifier: MIT */
/* fetch.c: packs open for reading, and what is read from them.  Each file is
 * opened once while anybody holds it; those that nobody holds stay open until
 * their number is reached. */
#include "archive/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHAINS 256
#define WHOLE_MOST (INT64_C(4) << 30)
#define PIXELS_HEAD 12 /* bytes: tag, VR and length of pixel data */

struct book {
	struct book *next; /* in its chain; or the next spare */
	int64_t study;
	int fd, users;
	uint64_t used;
	bool gone;         /* not to be given out again */
};
struct shelf {
	pthread_mutex_t lock;
	struct arena *arena;
	struct book *chains[CHAINS], *spare;
	int64_t n, most;
	uint64_t count;
};

struct shelf *shelf_open(struct arena *arena, int64_t most)
{
	struct shelf *shelf = arena_new(arena, struct shelf);

	pthread_mutex_init(&shelf->lock, NULL);
	shelf->arena = arena;
	shelf->most = most;
	return shelf;
}

static struct book **chain_of(struct shelf *shelf, int64_t study)
{
	return &shelf->chains[(uint64_t)study *
	    UINT64_C(0x9e3779b97f4a7c15) >> 56];
}

static void take_out(struct shelf *shelf, struct book *book)
{
	struct book **at = chain_of(shelf, book->study);

	while (*at != book)
		at = &(*at)->next;
	*at = book->next;
	close(book->fd);
	book->next = shelf->spare;
	shelf->spare = book;
	shelf->n--;
}

static void drop_oldest(struct shelf *shelf)
{
	struct book *oldest = NULL;

	for (size_t i = 0; i < CHAINS; i++)
		for (struct book *b = shelf->chains[i]; b; b = b->next)
			if (!b->users && (!oldest || b->used < oldest->used))
				oldest = b;
	if (oldest)
		take_out(shelf, oldest);
}

/* With the lock held. */
static struct book *find(struct shelf *shelf, int64_t study)
{
	struct book *book = *chain_of(shelf, study);

	while (book && (book->study != study || book->gone))
		book = book->next;
	return book;
}

static struct book *put_in(struct shelf *shelf, int64_t study, int fd)
{
	struct book **chain = chain_of(shelf, study), *book;

	if (shelf->n >= shelf->most)
		drop_oldest(shelf);
	book = shelf->spare;
	if (book)
		shelf->spare = book->next;
	else
		book = arena_new(shelf->arena, struct book);
	*book = (struct book){.next = *chain, .study = study, .fd = fd};
	*chain = book;
	shelf->n++;
	return book;
}

void shelf_forget(struct shelf *shelf, int64_t study)
{
	struct book *book;

	pthread_mutex_lock(&shelf->lock);
	while ((book = find(shelf, study))) {
		book->gone = true;
		if (!book->users)
			take_out(shelf, book);
	}
	pthread_mutex_unlock(&shelf->lock);
}

void shelf_close(struct shelf *shelf)
{
	for (size_t i = 0; i < CHAINS; i++)
		while (shelf->chains[i])
			take_out(shelf, shelf->chains[i]);
	pthread_mutex_destroy(&shelf->lock);
}

bool archive_hold(struct archive *a, const struct instance *i,
    struct held *held, struct err *err)
{
	struct shelf *shelf = a->shelf;
	struct book *book;
	int fd = -1, why = 0;

	pthread_mutex_lock(&shelf->lock);
	book = find(shelf, i->study);
	if (!book) {
		fd = pack_file(a, i->study, O_RDONLY);
		why = errno;
		book = fd >= 0 ? put_in(shelf, i->study, fd) : NULL;
	}
	if (book) {
		book->users++;
		book->used = ++shelf->count;
	}
	pthread_mutex_unlock(&shelf->lock);
	*held = (struct held){.fd = book ? book->fd : -1, .at = i->at,
	    .size = i->size, .pack = book};
	if (!book && why == ENOENT)
		return fail(err, ERR_MISSING, "the study's pack is not there");
	return book || fail_disk(err, why, "open a pack");
}

void archive_let_go(struct archive *a, struct held *held)
{
	struct book *book = held->pack;

	if (!book)
		return;
	pthread_mutex_lock(&a->shelf->lock);
	if (--book->users == 0 && book->gone)
		take_out(a->shelf, book);
	pthread_mutex_unlock(&a->shelf->lock);
	*held = (struct held){.fd = -1};
}

static bool read_part(struct archive *a, struct arena *arena,
    const struct instance *i, int64_t size, struct str *bytes, struct err *err)
{
	struct held held;
	char *to;

	if (size > WHOLE_MOST)
		return fail(err, ERR_REFUSED,
		    "the instance is larger than 4 GiB");
	if (!archive_hold(a, i, &held, err))
		return false;
	to = arena_alloc(arena, (size_t)size + 1);
	bool done = read_at(held.fd, to, (size_t)size, held.at) ||
	    fail_disk(err, errno, "read from a pack");
	archive_let_go(a, &held);
	*bytes = (struct str){to, (size_t)size};
	return done;
}

bool archive_whole(struct archive *a, struct arena *arena,
    const struct instance *i, struct str *bytes, struct err *err)
{
	return read_part(a, arena, i, i->size, bytes, err);
}

bool archive_head(struct archive *a, struct arena *arena,
    const struct instance *i, struct part10 *file, struct err *err)
{
	struct reading how = {.limits = a->options.limits,
	    .stop = TAG_PixelData, .more_may_come = i->head_size < i->size};
	int64_t size = i->head_size + PIXELS_HEAD;
	struct str bytes;

	if (size > i->size)
		size = i->size;
	return read_part(a, arena, i, size, &bytes, err) &&
	    part10_read(arena, bytes, &how, file, err);
}
