/* SPDX-License-Identifier: MIT */
/* demo_batch.c: writes the demo's files into a folder, for measuring.
 *
 *     demo_batch PUBLISHED.csv FOLDER [TODAY [SCALE [SEED [MONTHS]]]] */
#include "demo/demo.h"

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
		exit(2);
	}
	char *at = arena_alloc(arena, (size_t)about.st_size + 1);
	ssize_t n = read(fd, at, (size_t)about.st_size);
	close(fd);
	return (struct str){at, n > 0 ? (size_t)n : 0};
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct demo_options o = demo_standard();
	struct err err = {0};
	int64_t number = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: demo_batch PUBLISHED.csv FOLDER "
				"[TODAY [SCALE [SEED [MONTHS]]]]\n");
		return 2;
	}
	o.published = read_whole(&arena, argv[1]);
	o.folder = argv[2];
	if (argc > 3 && !day_read(str_of(argv[3]), &o.today))
		return 2;
	if (argc > 4 && !str_real(str_of(argv[4]), &o.scale))
		return 2;
	if (argc > 5 && str_int(str_of(argv[5]), &number))
		o.seed = (uint64_t)number;
	if (argc > 6 && str_int(str_of(argv[6]), &number))
		o.months = (int)number;
	int64_t begun = outside_ticks();
	bool good = demo_write(&o, &err);
	if (good)
		printf("%.2f s\n", (double)(outside_ticks() - begun) / 1e6);
	else
		fprintf(stderr, "%s\n", err.text);
	arena_end(&arena);
	return good ? 0 : 1;
}
