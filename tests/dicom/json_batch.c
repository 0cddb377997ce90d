/* SPDX-License-Identifier: MIT */
/* json_batch.c: our words about DICOM files, for others to compare.
 *
 *     json_batch json FILE...      a line each: path, tab, DICOM JSON with all
 *                                  binary values in it; a file that cannot be
 *                                  read has no line
 *     json_batch time N FILE...    µs for the JSON of the heads of all, N times
 *     json_batch dicomdir OUT FILE...  a DICOMDIR of all, called F1, F2, ... */
#include "dicom/dicom.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_read(struct arena *arena, const char *path,
    struct part10 *file)
{
	struct stat is;
	struct err err = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &is))
		return false;
	char *at = arena_alloc(arena, (size_t)is.st_size + 1);
	ssize_t n = read(fd, at, (size_t)is.st_size);
	close(fd);
	return n == is.st_size && part10_read(arena,
	    (struct str){at, (size_t)n}, NULL, file, &err);
}

static int tell(int n, char **paths)
{
	const struct json_options options = {.inline_most = SIZE_MAX};
	struct err err = {0};
	struct out out;

	out_file(&out, 1);
	for (int i = 0; i < n; i++) {
		struct arena arena = {0};
		struct json json = {.out = &out};
		struct part10 file;

		if (file_read(&arena, paths[i], &file)) {
			out_printf(&out, "%s\t", paths[i]);
			dataset_json(&file.dataset, &json, &options, &err);
			out_char(&out, '\n');
		}
		arena_end(&arena);
	}
	return out_end(&out, &err) && err.kind == ERR_NONE ? 0 : 1;
}

static int time_it(int64_t times, int n, char **paths)
{
	const struct json_options options = {0};
	struct arena arena = {0};
	struct part10 *files = arena_array(&arena, struct part10, n);
	struct err err = {0};
	struct out out;
	int64_t elements = 0, best = INT64_MAX;
	int read_n = 0;

	for (int i = 0; i < n; i++)
		read_n += file_read(&arena, paths[i], &files[read_n]);
	out_memory(&out);
	for (int64_t t = 0; t < times; t++) {
		struct json json = {.out = &out};
		int64_t from = outside_ticks();

		out.len = 0;
		elements = 0;
		for (int i = 0; i < read_n; i++) {
			dataset_json(&files[i].dataset, &json, &options, &err);
			elements += files[i].dataset.n;
		}
		int64_t took = outside_ticks() - from;
		best = took < best ? took : best;
	}
	printf("%d files, %lld elements, %zu bytes: %lld us\n", read_n,
	    (long long)elements, out.len, (long long)best);
	out_end(&out, NULL);
	arena_end(&arena);
	return 0;
}

static int directory(const char *path, int n, char **paths)
{
	struct arena arena = {0};
	struct dicomdir *dir = dicomdir_begin(&arena, S("TEST"));
	struct err err = {0};
	struct out out;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	for (int i = 0; i < n; i++) {
		struct part10 file;
		if (file_read(&arena, paths[i], &file) && !dicomdir_add(dir,
		    &file.dataset, arena_printf(&arena, "F%d", i + 1),
		    file.syntax_uid, &err))
			fprintf(stderr, "%s: %s\n", paths[i], err.text);
	}
	out_file(&out, fd);
	bool good = dicomdir_end(dir, &out, &err);
	good = out_end(&out, &err) && good && err.kind == ERR_NONE;
	close(fd);
	arena_end(&arena);
	return good ? 0 : 1;
}

int main(int n, char **args)
{
	int64_t times;

	if (n > 2 && !strcmp(args[1], "json"))
		return tell(n - 2, args + 2);
	if (n > 3 && !strcmp(args[1], "time") &&
	    str_int(str_of(args[2]), &times))
		return time_it(times, n - 3, args + 3);
	if (n > 3 && !strcmp(args[1], "dicomdir"))
		return directory(args[2], n - 3, args + 3);
	fputs("json_batch json | time N | dicomdir OUT, FILE...\n", stderr);
	return 2;
}
