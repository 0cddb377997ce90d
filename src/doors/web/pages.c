/* SPDX-License-Identifier: MIT */
/* pages.c: the web applications: the pages, and the image viewer below
 * /viewer; from the program, or while editing from a folder.  Every address
 * without an extension is a page of its application, whose state is in its
 * address, so it gets index.html.
 *
 * The build puts a hash into the name of each file below assets/, so those
 * may be kept for ever; the others are asked about each time.  In a folder
 * each part of the path is opened below the one before it, links are not
 * followed, and no part begins with a point: there is no way out. */
#include "doors/web/routes.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static const struct {
	const char *end, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".json", "application/json"},
	{".webmanifest", "application/manifest+json"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".ico", "image/x-icon"},
	{".woff2", "font/woff2"},
	{".woff", "font/woff"},
	{".wasm", "application/wasm"},
	{".txt", "text/plain; charset=utf-8"},
	{".map", "application/json"},
};

/* The viewer makes functions of texts, runs WebAssembly, and styles its parts
 * by themselves; still nothing comes from elsewhere or goes there. */
static const char viewer_policy[] =
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; "
    "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; frame-src 'self' blob:; "
    "object-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

static bool is_viewer(const struct request *q)
{
	return str_is(q->address.segments[0], "viewer");
}

static const char *type_of(struct str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_ends(name, str_of(types[i].end)))
			return types[i].type;
	return "application/octet-stream";
}

static void missing(struct answer *a)
{
	struct err err = {0};

	fail(&err, ERR_MISSING, "there is no such page");
	if (!embedded_pages[0].path)
		hint(&err, "this program was built without its pages; build "
		    "them, or name their folder with --web_folder");
	answer_refuse(a, 404, &err);
}

static void put_headers(struct answer *a, struct str path, struct str etag)
{
	answer_header(a, "ETag", etag);
	bool hashed = is_viewer(a->request) ?
	    memmem(path.at, path.len, ".bundle.", 8) != NULL :
	    str_starts(path, S("assets/"));

	answer_header(a, "Cache-Control", hashed ?
	    S("public, max-age=31536000, immutable") : S("no-cache"));
	if (is_viewer(a->request))
		answer_header(a, "Content-Security-Policy",
		    str_of(viewer_policy));
}

static bool is_known(struct answer *a, struct str path, struct str etag)
{
	if (!etag_listed(request_header(a->request, "If-None-Match"), etag.at))
		return false;
	answer_bytes(a, S(""), false, NULL);
	a->status = 304;
	put_headers(a, path, etag);
	return true;
}

static const struct embedded *find(
    const struct embedded *files, struct str path)
{
	size_t low = 0, high = 0;

	while (files[high].path)
		high++;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(path, str_of(files[middle].path));
		if (order == 0)
			return &files[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* For the few who take no gzip, of a file that is here in that form alone. */
static void answer_inflated(struct answer *a, const struct embedded *file)
{
	struct out *out = answer_out(a, file->type);
	z_stream z = {.next_in = (Bytef *)(uintptr_t)file->gzip.at,
	    .avail_in = (uInt)file->gzip.len};
	char piece[16384];
	int is = Z_OK;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return;
	while (is == Z_OK) {
		z.next_out = (Bytef *)piece;
		z.avail_out = sizeof(piece);
		is = inflate(&z, Z_NO_FLUSH);
		out_put(out, (struct str){piece, sizeof(piece) - z.avail_out});
	}
	inflateEnd(&z);
}

/* Weak, because the compressed form has the same tag. */
static bool from_program(struct answer *a, struct str path)
{
	const struct embedded *file = find(
	    is_viewer(a->request) ? embedded_viewer : embedded_pages, path);
	struct str etag;
	bool gzip;

	if (!file)
		return false;
	etag = arena_printf(a->arena, "W/%s", file->etag);
	if (is_known(a, path, etag))
		return true;
	gzip = file->gzip.len && accepts_gzip(request_header(a->request,
	    "Accept-Encoding"));
	if (!gzip && !file->bytes.len && file->gzip.len)
		answer_inflated(a, file);
	else
		answer_bytes(a, gzip ? file->gzip : file->bytes, gzip,
		    file->type);
	put_headers(a, path, etag);
	return true;
}

static int step(int folder, const char *name, bool is_last)
{
	int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
	    (is_last ? O_RDONLY : O_PATH | O_DIRECTORY);
	int fd = openat(folder, name, flags);

	close(folder);
	return fd;
}

static int open_below(struct arena *arena, const char *folder, struct str path)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && path.len) {
		struct str name = str_cut(&path, '/');
		if (!name.len || name.at[0] == '.') {
			close(fd);
			return -1;
		}
		fd = step(fd, arena_cstr(arena, name), !path.len);
	}
	return fd;
}

static bool from_folder(struct answer *a, const char *folder, struct str path)
{
	int fd = open_below(a->arena, folder, path);
	struct stat about;
	struct str etag;

	if (fd < 0)
		return false;
	if (fstat(fd, &about) || !S_ISREG(about.st_mode)) {
		close(fd);
		return false;
	}
	etag = arena_printf(a->arena, "W/\"%llx-%llx-%llx\"",
	    (unsigned long long)about.st_mtim.tv_sec,
	    (unsigned long long)about.st_mtim.tv_nsec,
	    (unsigned long long)about.st_size);
	if (is_known(a, path, etag)) {
		close(fd);
		return true;
	}
	answer_file(a, fd, about.st_size, type_of(path));
	put_headers(a, path, etag);
	return true;
}

/* The path's parts as a name below the folder; empty when it cannot be one. */
static struct str file_name(struct request *q)
{
	struct str name = S("");

	for (size_t i = is_viewer(q); i < q->address.segments_n; i++) {
		struct str part = q->address.segments[i];
		if (!part.len || part.at[0] == '.' ||
		    memchr(part.at, '/', part.len))
			return S("");
		name = arena_printf(q->arena, "%.*s%s%.*s", STR(name),
		    name.len ? "/" : "", STR(part));
	}
	return name;
}

/* A UID ends with a number, no file's name does. */
static bool has_extension(const struct request *q)
{
	struct str last = q->address.segments[q->address.segments_n - 1];
	const char *dot = last.len ? memrchr(last.at, '.', last.len) : NULL;

	return dot && (dot + 1 == last.at + last.len ||
			  dot[1] < '0' || dot[1] > '9');
}

void page_get(struct request *q, struct answer *a)
{
	const char *folder = is_viewer(q) ?
	    q->house->settings.viewer_folder : q->house->settings.web_folder;
	struct str name = file_name(q);

	if (!has_extension(q))
		name = S("index.html");
	if (!name.len ||
	    !(*folder ? from_folder(a, folder, name) : from_program(a, name)))
		missing(a);
}
