/* SPDX-License-Identifier: MIT */
/* fuzz_record.c: bytes as a pack: its title, its records, and whatever can be
 * found again past a torn place.  A walk always ends, stays within the file,
 * and tells of no record that is larger than what is left.  What is read is
 * written again to the same bytes. */
#include "../../src/archive/pack.c"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A fuzzer does not guess a checksum: those of heads that begin as heads do
 * are made right, if they are odd. */
static void mend_sums(char *bytes, size_t size)
{
	if (size >= PACK_HEAD && !memcmp(bytes, pack_magic, 8))
		seal_head(bytes);
	for (size_t i = 0; i + RECORD_HEAD <= size; i++)
		if (!memcmp(bytes + i, record_magic, 4) &&
		    (bytes[i + CHECK_AT] & 1))
			seal_head(bytes + i);
}

static void try_head(const char *head)
{
	char again[RECORD_HEAD];
	struct record r, s;

	if (!record_read(head, &r))
		return;
	assert(r.size >= 0 && r.meta_size >= 0 && r.meta_size <= r.size);
	assert(r.uid.len <= RECORD_UID_MOST && r.org.len <= RECORD_ORG_MOST &&
	    r.from.len <= RECORD_FROM_MOST);
	record_write(again, &r);
	assert(record_read(again, &s));
	assert(s.kind == r.kind && s.size == r.size && s.id == r.id &&
	    s.at == r.at && str_eq(s.uid, r.uid) && str_eq(s.from, r.from));
}

static void try_walk(int fd, int64_t size, char *buffer)
{
	struct walking w = {.fd = fd, .at = 0, .end = size, .deep = true,
	    .buffer = buffer};
	struct record r;
	int64_t at, last = -1;

	do {
		assert(w.at > last);
		last = w.at;
		while (walk_next(&w, &r, &at)) {
			try_head(w.head);
			assert(at >= last + RECORD_HEAD && at + r.size <= size);
			assert(w.at == at + r.size && !w.failed);
		}
	} while (w.torn && walk_resume(&w));
	assert(w.at <= size && !w.failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	static char buffer[WALK_BUFFER];
	struct pack_title title;
	char *bytes = malloc(size + PACK_HEAD);
	int fd = memfd_create("record", MFD_CLOEXEC);

	memset(bytes, 0, size + PACK_HEAD);
	memcpy(bytes, input, size);
	mend_sums(bytes, size);
	if (pack_title_read(bytes, &title))
		assert(title.uid.len <= RECORD_UID_MOST &&
		    title.org.len <= RECORD_ORG_MOST);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	try_walk(fd, (int64_t)size, buffer);
	close(fd);
	free(bytes);
	return 0;
}
