/* SPDX-License-Identifier: MIT */
/* embed.c: turns a folder into one object of the program.
 *
 *     embed [-g | -z] TABLE OUT.c OUT.blob OUT.d FOLDER
 *
 * All bytes go into OUT.blob, which OUT.c takes in with .incbin, so that five
 * megabytes cost the compiler nothing; OUT.c also holds the table, sorted by
 * path (core/embed.h).  -g adds a gzip form where it is a tenth smaller; -z
 * leaves out what has one, so that fifty megabytes become twelve.
 * OUT.d tells ninja which files and folders the answer depends on; a folder
 * is named there too, so that a file added to it is noticed.
 *
 * Runs only while building, so any trouble ends it with a sentence. */
#include <dirent.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

static const struct {
	const char *end, *type;
	bool text; /* worth compressing */
} types[] = {
	{".html", "text/html; charset=utf-8", true},
	{".js", "text/javascript; charset=utf-8", true},
	{".css", "text/css; charset=utf-8", true},
	{".json", "application/json", true},
	{".webmanifest", "application/manifest+json", true},
	{".svg", "image/svg+xml", true},
	{".csv", "text/csv; charset=utf-8", true},
	{".txt", "text/plain; charset=utf-8", true},
	{".sql", "text/plain; charset=utf-8", true},
	{".md", "text/plain; charset=utf-8", true},
	{".ico", "image/x-icon", true},
	{".png", "image/png", false},
	{".jpg", "image/jpeg", false},
	{".webp", "image/webp", false},
	{".wasm", "application/wasm", true},
	{".woff", "font/woff", false},
	{".woff2", "font/woff2", false},
	{".gz", "application/gzip", false},
	{"", "application/octet-stream", false},
};

struct bytes {
	unsigned char *at;
	size_t size;
};

enum how { PLAIN, SMALL_TOO, SMALL_ALONE };

struct list {
	char **paths; /* below the folder */
	size_t n, room;
};

static void stop(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s '%s': %s\n", what, name, strerror(errno));
	exit(1);
}

static void *memory(void *at, size_t size)
{
	at = realloc(at, size ? size : 1);
	if (!at)
		stop("no memory for", "a file");
	return at;
}

static char *join(const char *folder, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0)
		stop("no memory for", name);
	return path;
}

static FILE *open_or_stop(const char *path, const char *how)
{
	FILE *file = fopen(path, how);

	if (!file)
		stop("cannot open", path);
	return file;
}

static void list_add(struct list *list, char *path)
{
	if (list->n == list->room) {
		list->room = list->room * 2 + 16;
		list->paths =
		    memory(list->paths, list->room * sizeof(*list->paths));
	}
	list->paths[list->n++] = path;
}

/* Names one more thing that the answer depends on; a blank is marked. */
static void depend(FILE *depends, const char *path)
{
	fputc(' ', depends);
	for (; *path; path++)
		fprintf(depends, *path == ' ' ? "\\%c" : "%c", *path);
}

/* Everything below folder/below, hidden files left out. */
static void walk(struct list *list, FILE *depends, const char *folder,
    const char *below)
{
	char *here = *below ? join(folder, below) : join("", folder);
	DIR *dir = opendir(here);
	struct dirent *entry;

	if (!dir)
		stop("cannot read the folder", here);
	depend(depends, here);
	while ((entry = readdir(dir))) {
		struct stat about;
		char *path, *full;

		if (entry->d_name[0] == '.')
			continue;
		path = join(below, entry->d_name);
		full = join(folder, path);
		if (stat(full, &about))
			stop("cannot look at", full);
		if (S_ISDIR(about.st_mode)) {
			walk(list, depends, folder, path);
			free(path);
		} else {
			depend(depends, full);
			list_add(list, path);
		}
		free(full);
	}
	closedir(dir);
	free(here);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct bytes read_file(const char *path)
{
	FILE *file = open_or_stop(path, "rb");
	struct bytes all = {NULL, 0};
	size_t room = 0, got;

	do {
		if (all.size == room)
			all.at = memory(all.at, room = room * 2 + 65536);
		got = fread(all.at + all.size, 1, room - all.size, file);
		all.size += got;
	} while (got);
	if (ferror(file))
		stop("cannot read", path);
	fclose(file);
	return all;
}

static struct bytes gzip(struct bytes raw)
{
	z_stream z = {.next_in = raw.at, .avail_in = (uInt)raw.size};
	struct bytes small;

	if (raw.size > UINT_MAX ||
	    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY))
		stop("cannot compress", "a file");
	small.size = deflateBound(&z, raw.size);
	small.at = memory(NULL, small.size);
	z.next_out = small.at;
	z.avail_out = (uInt)small.size;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		stop("cannot compress", "a file");
	small.size = z.total_out;
	deflateEnd(&z);
	return small;
}

static size_t type_of(const char *path)
{
	size_t i = 0, len = strlen(path);

	for (;; i++) {
		size_t end = strlen(types[i].end);

		if (end <= len && !strcmp(path + len - end, types[i].end))
			return i;
	}
}

/* Writes bytes and a NUL, so that a text is also a C string. */
static void blob_add(FILE *blob, size_t *at, struct bytes bytes)
{
	fwrite(bytes.at, 1, bytes.size, blob);
	fputc(0, blob);
	*at += bytes.size + 1;
}

static void row(FILE *out, FILE *blob, size_t *at, const char *folder,
    const char *path, enum how how)
{
	char *full = join(folder, path);
	struct bytes raw = read_file(full), small = {NULL, 0};
	size_t type = type_of(path), raw_at = *at, small_at;
	unsigned char hash[32];

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, raw.at, raw.size, hash))
		stop("cannot hash", full);
	if (how != PLAIN && types[type].text)
		small = gzip(raw);
	if (small.size > raw.size - raw.size / 10)
		small.size = 0; /* not worth it */
	if (how == SMALL_ALONE && small.size)
		raw.size = 0;
	else
		blob_add(blob, at, raw);
	small_at = *at;
	if (small.size)
		blob_add(blob, at, small);
	fprintf(out, "\t{\"%s\", \"%s\", \"\\\"", path, types[type].type);
	for (int i = 0; i < 16; i++)
		fprintf(out, "%02x", hash[i]);
	fprintf(out, "\\\"\", {blob + %zu, %zu}, {blob + %zu, %zu}},\n", raw_at,
	    raw.size, small_at, small.size);
	free(raw.at);
	free(small.at);
	free(full);
}

static void write_table(const char *table, const char *out_path,
    const char *blob_path, const struct list *list, const char *folder,
    enum how how)
{
	FILE *out = open_or_stop(out_path, "wb");
	FILE *blob = open_or_stop(blob_path, "wb");
	size_t at = 0;

	fprintf(out,
	    "/* Made by tools/embed from %s. */\n"
	    "#include \"core/core.h\"\n"
	    "#include \"core/embed.h\"\n\n"
	    "__asm__(\".pushsection .rodata\\n\"\n"
	    "    \".balign 16\\n\"\n"
	    "    \"%s_blob:\\n\"\n"
	    "    \".incbin \\\"%s\\\"\\n\"\n"
	    "    \".byte 0\\n\"\n"
	    "    \".popsection\\n\");\n"
	    "extern const char blob[] __asm__(\"%s_blob\");\n\n"
	    "const struct embedded %s[] = {\n",
	    folder, table, blob_path, table, table);
	for (size_t i = 0; i < list->n; i++)
		row(out, blob, &at, folder, list->paths[i], how);
	fprintf(out, "\t{NULL, NULL, NULL, {NULL, 0}, {NULL, 0}},\n};\n");
	if (fclose(out))
		stop("cannot write", out_path);
	if (fclose(blob))
		stop("cannot write", blob_path);
}

int main(int argc, char **argv)
{
	enum how how = argc < 2 ? PLAIN : !strcmp(argv[1], "-g") ? SMALL_TOO :
	    !strcmp(argv[1], "-z") ? SMALL_ALONE : PLAIN;
	struct list list = {0};
	FILE *depends;
	char **arg = argv + (how != PLAIN);

	if (argc - (arg - argv) < 5 || argc - (arg - argv) > 6) {
		fputs("usage: embed [-g | -z] TABLE OUT.c OUT.blob OUT.d [FOLDER]\n",
		    stderr);
		return 2;
	}
	depends = open_or_stop(arg[4], "wb");
	fprintf(depends, "%s %s:", arg[2], arg[3]);
	if (arg[5])
		walk(&list, depends, arg[5], "");
	if (list.n)
		qsort(list.paths, list.n, sizeof(*list.paths), by_path);
	fputc('\n', depends);
	if (fclose(depends))
		stop("cannot write", arg[4]);
	write_table(arg[1], arg[2], arg[3], &list, arg[5] ? arg[5] : "",
	    how);
	while (list.n)
		free(list.paths[--list.n]);
	free(list.paths);
	return 0;
}
