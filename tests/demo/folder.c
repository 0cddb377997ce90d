/* SPDX-License-Identifier: MIT */
/* folder.c: the disk, for the demo's tests. */
#include "folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str read_whole(struct arena *arena, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;

	if (fd < 0 || fstat(fd, &about)) {
		perror(path);
		abort();
	}
	char *at = arena_alloc(arena, (size_t)about.st_size + 1);
	ssize_t n = read(fd, at, (size_t)about.st_size);
	close(fd);
	return (struct str){at, n > 0 ? (size_t)n : 0};
}

struct str example_text(struct arena *arena, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", EXAMPLES, name);
	return read_whole(arena, path);
}

struct str published_text(struct arena *arena)
{
	return example_text(arena, "dm01/dm01_lsc_provider_test_month.csv");
}

const char *folder_make(struct arena *arena)
{
	const char *base = getenv("TMPDIR");
	struct str path = arena_printf(arena, "%s/ribble-demo-XXXXXX",
	    base ? base : "/tmp");

	if (!mkdtemp((char *)(uintptr_t)path.at))
		abort();
	return path.at;
}

/* Calls for every file below; then removes it, if told to. */
static void walk(const char *path, bool empty, struct hasher *hasher)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		struct arena arena = {0};
		struct str name = str_of(names[i]->d_name);
		struct str below = arena_printf(&arena, "%s/%.*s", path,
		    STR(name));
		struct stat about;
		if (name.at[0] != '.' && !stat(below.at, &about)) {
			bool folder = S_ISDIR(about.st_mode);
			if (hasher)
				hasher_add(hasher, name);
			if (folder)
				walk(below.at, empty, hasher);
			else if (hasher)
				hasher_add(hasher,
				    read_whole(&arena, below.at));
			if (empty && !folder)
				unlink(below.at);
		}
		arena_end(&arena);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (empty)
		rmdir(path);
}

void folder_empty(const char *path)
{
	walk(path, true, NULL);
}

struct sha256_text folder_hash(const char *path)
{
	struct hasher *hasher = hasher_begin();

	walk(path, false, hasher);
	return sha256_text(hasher_end(hasher));
}
