/* SPDX-License-Identifier: MIT */
/* sorter.c: sorting within a fixed piece of memory.
 *
 *   memory   [record][record]...  free  ...[entry 1][entry 0]
 *
 * When the two meet, the entries are sorted and the records written in their
 * order to a file without a name: a run.  At the end runs are merged, at most
 * 64 at once, the same memory now holding a piece of each:
 *
 *   memory   [piece of run 0][piece of run 1]...
 *
 * (1) Equal records keep their order: within a run by the place they stand,
 *     between runs by the number of the run.
 * (2) Memory is what was asked for, however many records come.
 * (3) Nothing is left behind: the files have no name. */
#include "sorter.h"

#include "order.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS_AT_ONCE ((size_t)64)
#define MEMORY_MIN ((size_t)64 * 1024)
#define MEMORY_MAX ((size_t)32 << 30)  /* a place is 32 bits, in units of 8 */
#define HEAD sizeof(uint32_t)          /* a record's length before it */

struct run {
	int64_t from, to;              /* its bytes in the file */
};

struct pile { /* runs, one behind the other in one file */
	int fd;
	int64_t size;
	struct run *runs;
	size_t n, room;
};

struct reader { /* one run of a merge */
	struct str record;
	uint64_t first;
	size_t number;
	struct run left;
	char *at;
	size_t begin, end;             /* what of the piece is not yet read */
};

struct merge {
	struct reader readers[RUNS_AT_ONCE];
	struct reader *heap[RUNS_AT_ONCE];
	size_t n, piece;
	int fd;
	bool failed;
};

struct sorter {
	char *memory;
	size_t size, used, n;          /* bytes; of records; entries */
	size_t longest;
	bool sorted;
	struct pile pile;
	struct merge merge;
	char *write;                   /* what goes to disk next */
	size_t write_room, write_len;
	size_t next;                   /* entry to hand out */
	bool begun;                    /* the merge's first is handed out */
};

static struct entry *entries(const struct sorter *sorter)
{
	/* They grow downwards from the end of memory. */
	return (struct entry *)(void *)(sorter->memory + sorter->size) -
	    sorter->n;
}

static void sort_entries(struct sorter *sorter)
{
	struct entry *at = entries(sorter), spare;

	/* First into the order they came in, for they grew downwards. */
	for (size_t i = 0, j = sorter->n; i + 1 < j; i++) {
		spare = at[i];
		at[i] = at[--j];
		at[j] = spare;
	}
	entries_sort(sorter->memory, at, sorter->n);
}

static const char *folder(void)
{
	const char *name = getenv("TMPDIR");

	return name && name[0] ? name : "/var/tmp";
}

/* A file without a name. */
static int file_open(struct err *err)
{
	char name[4096];
	int fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	int n = snprintf(name, sizeof(name), "%s/ribble-XXXXXX", folder());
	if (n > 0 && (size_t)n < sizeof(name))
		fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	else if (!fail(err, ERR_BUSY,
	    "could not make a file for sorting in '%.100s': %s", folder(),
	    strerror(errno)))
		hint(err, "set TMPDIR to a folder that can be written");
	return fd;
}

static bool pile_write(struct pile *pile, const char *at, size_t len,
    struct err *err)
{
	while (len) {
		ssize_t n = pwrite(pile->fd, at, len, pile->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			fail(err, n == 0 || errno == ENOSPC ||
			    errno == EDQUOT || errno == EFBIG ? ERR_BUSY :
			    ERR_BROKEN,
			    "could not write the sorting file in '%.100s': %s",
			    folder(), strerror(errno));
			return hint(err,
			    "free some space there, or set TMPDIR");
		}
		at += n;
		len -= (size_t)n;
		pile->size += n;
	}
	return true;
}

static bool flush(struct sorter *sorter, struct err *err)
{
	size_t len = sorter->write_len;

	sorter->write_len = 0;
	return pile_write(&sorter->pile, sorter->write, len, err);
}

static bool put(struct sorter *sorter, struct str record, struct err *err)
{
	uint32_t len = (uint32_t)record.len;

	if (sorter->write_room - sorter->write_len < HEAD + record.len &&
	    !flush(sorter, err))
		return false;
	char *to = sorter->write + sorter->write_len;
	memcpy(to, &len, HEAD);
	if (record.len)
		memcpy(to + HEAD, record.at, record.len);
	sorter->write_len += HEAD + record.len;
	return true;
}

/* What was written from there on is a run. */
static void pile_add(struct pile *pile, int64_t from)
{
	if (pile->n == pile->room) {
		pile->room = pile->room ? 2 * pile->room : 64;
		pile->runs = realloc(pile->runs,
		    pile->room * sizeof(*pile->runs));
		if (!pile->runs) {
			fputs("ribble: out of memory\n", stderr);
			abort();
		}
	}
	pile->runs[pile->n++] = (struct run){from, pile->size};
}

/* The records in memory become a run on disk. */
static bool spill(struct sorter *sorter, struct err *err)
{
	struct pile *pile = &sorter->pile;

	if (pile->fd < 0)
		pile->fd = file_open(err);
	if (pile->fd < 0)
		return false;
	int64_t from = pile->size;
	sort_entries(sorter);
	const struct entry *at = entries(sorter);
	for (size_t i = 0; i < sorter->n; i++)
		if (!put(sorter, entry_record(sorter->memory, &at[i]), err))
			return false;
	if (!flush(sorter, err))
		return false;
	pile_add(pile, from);
	sorter->used = sorter->n = 0;
	return true;
}

/* Moves what is left of the piece to its front and fills it up. */
static bool fill(struct merge *merge, struct reader *reader, struct err *err)
{
	size_t held = reader->end - reader->begin;
	int64_t left = reader->left.to - reader->left.from;
	size_t room = merge->piece - held;

	memmove(reader->at, reader->at + reader->begin, held);
	reader->begin = 0;
	reader->end = held;
	if (left < (int64_t)room)
		room = (size_t)left;
	while (room) {
		ssize_t n = pread(merge->fd, reader->at + reader->end, room,
		    reader->left.from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			merge->failed = true;
			return fail(err, ERR_BROKEN,
			    "could not read the sorting file: %s",
			    n ? strerror(errno) : "it is cut short");
		}
		reader->end += (size_t)n;
		reader->left.from += n;
		room -= (size_t)n;
	}
	return true;
}

/* Makes the reader's next record whole in its piece; false at the end of the
 * run, or on failure. */
static bool read_next(struct merge *merge, struct reader *reader,
    struct err *err)
{
	uint32_t len = 0;
	size_t held = reader->end - reader->begin;

	if (held >= HEAD)
		memcpy(&len, reader->at + reader->begin, HEAD);
	if (held < HEAD || held < HEAD + len) {
		if (!fill(merge, reader, err) || reader->end == 0)
			return false;
		memcpy(&len, reader->at, HEAD);
	}
	reader->record = (struct str){reader->at + reader->begin + HEAD, len};
	reader->first = eight(reader->record, 0);
	reader->begin += HEAD + len;
	return true;
}

static bool reader_before(const struct reader *a, const struct reader *b)
{
	if (a->first != b->first)
		return a->first < b->first;
	int order = str_cmp(a->record, b->record);
	return order ? order < 0 : a->number < b->number;
}

static void sink(struct merge *merge, size_t i)
{
	struct reader **heap = merge->heap, *reader = heap[i];

	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= merge->n)
			break;
		if (child + 1 < merge->n &&
		    reader_before(heap[child + 1], heap[child]))
			child++;
		if (!reader_before(heap[child], reader))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = reader;
}

/* How many runs may be merged at once: each piece must hold the longest
 * record. */
static size_t fan(const struct sorter *sorter)
{
	size_t n = sorter->size / (sorter->longest + HEAD);

	return n > RUNS_AT_ONCE ? RUNS_AT_ONCE : n;
}

static bool merge_begin(struct sorter *sorter, const struct run *runs,
    size_t n, struct err *err)
{
	struct merge *merge = &sorter->merge;

	*merge = (struct merge){.fd = sorter->pile.fd,
	    .piece = sorter->size / (n ? n : 1)};
	for (size_t i = 0; i < n; i++) {
		struct reader *reader = &merge->readers[i];
		*reader = (struct reader){.number = i, .left = runs[i],
		    .at = sorter->memory + i * merge->piece};
		if (read_next(merge, reader, err))
			merge->heap[merge->n++] = reader;
	}
	for (size_t i = merge->n / 2; i-- > 0; )
		sink(merge, i);
	return !merge->failed;
}

/* Passes the smallest record. */
static bool merge_pass(struct merge *merge, struct err *err)
{
	if (!read_next(merge, merge->heap[0], err)) {
		if (merge->failed)
			return false;
		merge->heap[0] = merge->heap[--merge->n];
	}
	if (merge->n)
		sink(merge, 0);
	return true;
}

/* Runs that are neighbours become one, written behind the others; the room
 * they took is given back where the disk knows how. */
static bool merge_runs(struct sorter *sorter, const struct run *runs,
    size_t n, struct run *into, struct err *err)
{
	struct pile *pile = &sorter->pile;
	struct merge *merge = &sorter->merge;
	bool good = merge_begin(sorter, runs, n, err);

	into->from = pile->size;
	while (good && merge->n)
		good = put(sorter, merge->heap[0]->record, err) &&
		    merge_pass(merge, err);
	if (!good || !flush(sorter, err))
		return false;
	into->to = pile->size;
	for (size_t i = 0; i < n; i++)
		(void)!fallocate(pile->fd,
		    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, runs[i].from,
		    runs[i].to - runs[i].from);
	return true;
}

/* Once along the runs, merging no more of them than must be. */
static bool merge_level(struct sorter *sorter, size_t most, struct err *err)
{
	struct pile *pile = &sorter->pile;
	size_t kept = 0, n = pile->n;

	for (size_t i = 0; i < n; ) {
		size_t now = kept + n - i;
		size_t k = now > most ? now - most + 1 : 1;
		struct run into = pile->runs[i];
		k = k < most ? k : most;
		k = k < n - i ? k : n - i;
		if (k > 1 && !merge_runs(sorter, pile->runs + i, k, &into, err))
			return false;
		pile->runs[kept++] = into;
		i += k;
	}
	pile->n = kept;
	return true;
}

static void sorter_close(void *with)
{
	struct sorter *sorter = with;

	if (sorter->pile.fd >= 0)
		close(sorter->pile.fd);
	free(sorter->pile.runs);
	free(sorter->memory);
	free(sorter->write);
}

struct sorter *sorter_open(struct arena *arena, size_t memory)
{
	struct sorter *sorter = arena_new(arena, struct sorter);

	memory = memory < MEMORY_MIN ? MEMORY_MIN : memory;
	memory = (memory > MEMORY_MAX ? MEMORY_MAX : memory) & ~(size_t)127;
	sorter->write_room = memory / 8;
	sorter->size = memory - sorter->write_room;
	sorter->pile.fd = -1;
	sorter->memory = malloc(sorter->size);
	sorter->write = malloc(sorter->write_room);
	if (!sorter->memory || !sorter->write) {
		fputs("ribble: out of memory\n", stderr);
		abort();
	}
	arena_on_end(arena, sorter_close, sorter);
	return sorter;
}

bool sorter_add(struct sorter *sorter, struct str record, struct err *err)
{
	size_t need = (record.len + 7) & ~(size_t)7;
	size_t most = sorter->size / 14 - HEAD;

	assert(!sorter->sorted);
	if (record.len > most)
		return fail(err, ERR_INPUT, "a record of %zu bytes is longer "
		    "than %zu, the most that can be sorted in this memory",
		    record.len, most);
	if (sorter->size - sorter->used <
	    need + (sorter->n + 1) * sizeof(struct entry) &&
	    !spill(sorter, err))
		return false;
	if (record.len)
		memcpy(sorter->memory + sorter->used, record.at, record.len);
	sorter->n++;
	*entries(sorter) = (struct entry){eight(record, 0),
	    (uint32_t)(sorter->used / 8), (uint32_t)record.len};
	sorter->used += need;
	if (record.len > sorter->longest)
		sorter->longest = record.len;
	return true;
}

bool sorter_sort(struct sorter *sorter, struct err *err)
{
	struct pile *pile = &sorter->pile;
	size_t most = fan(sorter);

	assert(!sorter->sorted);
	sorter->sorted = true;
	if (pile->fd < 0) {
		sort_entries(sorter);
		return true;
	}
	if (!spill(sorter, err))
		return false;
	while (pile->n > most)
		if (!merge_level(sorter, most, err))
			return false;
	return merge_begin(sorter, pile->runs, pile->n, err);
}

bool sorter_next(struct sorter *sorter, struct str *record, struct err *err)
{
	struct merge *merge = &sorter->merge;

	assert(sorter->sorted);
	if (sorter->pile.fd < 0) {
		if (sorter->next == sorter->n)
			return false;
		*record = entry_record(sorter->memory,
		    entries(sorter) + sorter->next++);
		return true;
	}
	if (merge->failed || (sorter->begun && merge->n &&
	    !merge_pass(merge, err)))
		return false;
	sorter->begun = true;
	if (merge->n == 0)
		return false;
	*record = merge->heap[0]->record;
	return true;
}
