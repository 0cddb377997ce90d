/* SPDX-License-Identifier: MIT */
/* fuzz_pack.c: a backup's file is understood or refused; what is understood
 * stays within its folder, and is as large as it says. */
#include "../../src/doors/command/unpack.c"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool begin(void *with, struct str name, int64_t size, struct err *err)
{
	(void)err;
	assert(is_safe(name) && size >= 0);
	*(int64_t *)with = size;
	return true;
}

static bool take(void *with, struct str bytes, struct err *err)
{
	(void)err;
	*(int64_t *)with -= (int64_t)bytes.len;
	return true;
}

static bool end(void *with, struct err *err)
{
	(void)err;
	assert(*(int64_t *)with == 0);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int64_t left = 0;
	struct unpacking to = {.begin = begin, .bytes = take, .end = end,
	    .with = &left, .what = "fuzz"};
	struct err err = {0};
	char path[32];
	int fd = memfd_create("pack", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert(pack_read(&to, path, &err) == (err.kind == ERR_NONE));
	close(fd);
	return 0;
}
