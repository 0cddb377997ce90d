/* SPDX-License-Identifier: MIT */
/* fuzz_multipart.c: any bytes as a body of several parts.  What is found must
 * lie within the body, in order, and between boundaries. */
#include "http/multipart.c"

#include <assert.h>
#include <sys/mman.h>

static int body_of(const uint8_t *at, size_t size)
{
	int fd = memfd_create("body", MFD_CLOEXEC);

	assert(fd >= 0);
	assert(write(fd, at, size) == (ssize_t)size);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct arena arena = {0};
	struct err err = {0};
	struct part part;
	struct multipart *m;
	int fd = body_of(at, size);
	int64_t before = 0;

	m = multipart_open(&arena, fd, (int64_t)size, S("B"));
	while (multipart_next(m, &part, &err)) {
		assert(part.size >= 0 && part.at >= before);
		assert(part.at + part.size + 5 <= (int64_t)size + 2);
		assert(!memmem(at + part.at, (size_t)part.size,
		    "\r\n--B\r\n", 7));
		before = part.at + part.size;
	}
	assert(err.kind == ERR_NONE || err.kind == ERR_INPUT);
	assert(!multipart_next(m, &part, &(struct err){0}));
	close(fd);
	arena_end(&arena);
	return 0;
}
